//! The distance of PIT values from uniform, without keeping them.

use crate::score::KsDistance;

/// Counts of PIT values on a grid.
#[derive(Debug, Clone)]
pub(super) struct PitCounts {
    counts: Vec<u64>,
}

/// Cells of the grid.
const CELLS: usize = 1 << 16;

impl Default for PitCounts {
    fn default() -> Self {
        Self {
            counts: vec![0; CELLS],
        }
    }
}

impl PitCounts {
    /// Adds values inside \[0, 1\].
    pub(super) fn add(&mut self, pit: &[f64]) {
        for u in pit {
            self.counts[((u * CELLS as f64) as usize).min(CELLS - 1)] += 1;
        }
    }

    /// sup |Fₙ(u) − u| over the ends of the cells.
    ///
    /// # Numerics
    /// Below the exact distance by at most the width of a cell, 2⁻¹⁶ ≈ 1.5e-5: both Fₙ and u grow within a
    /// cell, u by that width (`the_distance_is_that_of_all_values`).
    pub(super) fn distance(&self) -> f64 {
        let n: u64 = self.counts.iter().sum();
        let (mut below, mut distance) = (0u64, 0.0f64);
        for (cell, count) in self.counts.iter().enumerate() {
            below += count;
            let end = (cell + 1) as f64 / CELLS as f64;
            let gap = (below as f64 / n.max(1) as f64 - end).abs();
            distance = if gap > distance { gap } else { distance };
        }
        distance
    }

    /// With the number of values; how many are different is not known.
    pub(super) fn ks(&self, n: usize) -> KsDistance {
        KsDistance {
            distance: self.distance(),
            n,
            n_distinct: n,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    #[test]
    fn the_distance_is_that_of_all_values() {
        let mut stream = Seed::new(0).stream("pit");
        for (n, power) in [(10, 1), (1000, 1), (50_000, 1), (50_000, 2)] {
            let values: Vec<f64> = (0..n)
                .map(|_| {
                    let u = stream.uniform(0.0, 1.0);
                    if power == 2 { u * u } else { u }
                })
                .collect();
            let mut counts = PitCounts::default();
            values.chunks(77).for_each(|part| counts.add(part));
            let exact = KsDistance::of(&values).unwrap().distance;
            let gap = exact - counts.distance();
            assert!((0.0..=2.0 / CELLS as f64).contains(&gap), "{n}: {gap:e}");
        }
        let mut ends = PitCounts::default();
        ends.add(&[0.0, 1.0]);
        assert!((ends.distance() - 0.5).abs() < 1e-4);
    }
}
