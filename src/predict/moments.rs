//! Mean and standard error of a column that is seen in parts.

use crate::score::{Summary, compensated_sum};

/// Count, mean and sum of squared deviations.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Moments {
    n: usize,
    mean: f64,
    squares: f64,
}

impl Moments {
    pub(super) fn of(values: &[f64]) -> Self {
        if values.is_empty() {
            return Self::default();
        }
        let mean = compensated_sum(values.iter().copied()) / values.len() as f64;
        let squares = compensated_sum(values.iter().map(|x| (x - mean) * (x - mean)));
        Self {
            n: values.len(),
            mean,
            squares,
        }
    }

    /// Of both parts together (Chan, Golub and LeVeque, 1983, "Algorithms for computing the sample
    /// variance", eq. 2.1).
    pub(super) fn merge(&mut self, later: Self) {
        if later.n == 0 {
            return;
        }
        let n = (self.n + later.n) as f64;
        let apart = later.mean - self.mean;
        let share = later.n as f64 / n;
        self.squares += later.squares + apart * apart * (self.n as f64 * share);
        self.mean += apart * share;
        self.n += later.n;
    }

    pub(super) fn summary(&self) -> Summary {
        Summary::of_moments(self.n, self.mean, self.squares)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    #[test]
    fn parts_join_to_the_whole() {
        let mut stream = Seed::new(0).stream("moments");
        let values: Vec<f64> = (0..10_001).map(|_| stream.normal(1e6, 2.0)).collect();
        let whole = Summary::of(&values).unwrap();
        for size in [1, 7, 4096, 20_000] {
            let mut joined = Moments::default();
            for part in values.chunks(size) {
                joined.merge(Moments::of(part));
            }
            let joined = joined.summary();
            assert!((joined.mean - whole.mean).abs() < 1e-8, "{size}");
            let ratio = joined.standard_error.unwrap() / whole.standard_error.unwrap();
            assert!((ratio - 1.0).abs() < 1e-9, "{size}: {ratio}");
            assert_eq!(joined.n, whole.n);
        }
        // The twin: a part left out is seen.
        let mut short = Moments::of(&values[..5000]);
        short.merge(Moments::of(&values[5001..]));
        assert_ne!(short.summary().n, whole.n);
    }
}
