//! Piecewise linear features: what a network sees of a column beside its value.

/// For each feature the knots of its pieces: the network sees the value v, and for each piece between neighbouring
/// knots clip((v − kᵢ)/(kᵢ₊₁ − kᵢ), 0, 1).
///
/// A network of few layers learns steps and bends of a feature from them which it would have to make out of the value
/// (Gorishniy, Rubachev and Babenko, 2022, "On embeddings for numerical features in tabular deep learning", eq. 1).
/// Monotone transforms of a feature hardly change them, so that a long tail needs none.
#[derive(Debug, Clone, PartialEq)]
pub struct Pieces {
    /// Rising, at least three of them, or none: then the network sees the value alone.
    knots: Vec<Vec<f64>>,
}

impl Pieces {
    /// Of rows \[n, `n_features`\], with knots at the quantiles i/`n_pieces` of each column (linear between order
    /// statistics, at position p·(n − 1)); equal knots are one. A column with fewer than two pieces has none.
    #[must_use]
    pub fn of(rows: &[f64], n_features: usize, n_pieces: usize) -> Self {
        let column = |at: usize| {
            let mut column: Vec<f64> = rows
                .iter()
                .skip(at)
                .step_by(n_features.max(1))
                .copied()
                .collect();
            column.sort_unstable_by(f64::total_cmp);
            knots(&column, n_pieces)
        };
        Self {
            knots: (0..n_features).map(column).collect(),
        }
    }

    /// The values alone.
    #[must_use]
    pub fn none(n_features: usize) -> Self {
        Self {
            knots: vec![Vec::new(); n_features],
        }
    }

    /// From knots as they were stored; `None` unless each feature has none, or three or more that are finite and rise.
    #[must_use]
    pub fn from_knots(knots: Vec<Vec<f64>>) -> Option<Self> {
        let is_good = |knots: &Vec<f64>| {
            knots.is_empty()
                || knots.len() > 2
                    && knots.iter().all(|knot| knot.is_finite())
                    && knots.is_sorted_by(|a, b| a < b)
        };
        knots.iter().all(is_good).then_some(Self { knots })
    }

    /// The knots of each feature.
    #[must_use]
    pub fn knots(&self) -> &[Vec<f64>] {
        &self.knots
    }

    /// Numbers that a network sees of a row: of each feature its value, and behind it its pieces.
    #[must_use]
    pub fn width(&self) -> usize {
        let pieces = self.knots.iter().map(|knots| knots.len().saturating_sub(1));
        self.knots.len() + pieces.sum::<usize>()
    }

    /// Rows \[n, F\] as numbers \[n, [`width`](Self::width)\], behind what is in `seen`.
    pub fn extend(&self, rows: &[f64], seen: &mut Vec<f64>) {
        for row in rows.chunks_exact(self.knots.len().max(1)) {
            for (value, knots) in row.iter().zip(&self.knots) {
                seen.push(*value);
                seen.extend(knots.windows(2).map(|ends| {
                    let share = (value - ends[0]) / (ends[1] - ends[0]);
                    share.clamp(0.0, 1.0)
                }));
            }
        }
    }
}

/// The knots of a sorted column.
fn knots(sorted: &[f64], n_pieces: usize) -> Vec<f64> {
    let Some(last) = sorted.len().checked_sub(1) else {
        return Vec::new();
    };
    let quantile = |i: usize| {
        let position = last as f64 * i as f64 / n_pieces as f64;
        let below = (position as usize).min(last);
        let (low, high) = (sorted[below], sorted[(below + 1).min(last)]);
        low + (high - low) * (position - below as f64)
    };
    let mut knots: Vec<f64> = Vec::new();
    for knot in (0..=n_pieces).map(quantile) {
        if knots.last().is_none_or(|last| knot > *last) && knot.is_finite() {
            knots.push(knot);
        }
    }
    if knots.len() > 2 { knots } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(pieces: &Pieces, rows: &[f64]) -> Vec<f64> {
        let mut seen = Vec::new();
        pieces.extend(rows, &mut seen);
        seen
    }

    #[test]
    fn a_value_fills_the_pieces_below_it() {
        // Columns 0 … 8 and a truth value.
        let rows: Vec<f64> = (0..9)
            .flat_map(|i| [f64::from(i), f64::from(i % 2)])
            .collect();
        let pieces = Pieces::of(&rows, 2, 4);
        assert_eq!(pieces.knots(), [vec![0.0, 2.0, 4.0, 6.0, 8.0], vec![]]);
        assert_eq!(pieces.width(), 6);
        assert_eq!(seen(&pieces, &[5.0, 1.0]), [5.0, 1.0, 1.0, 0.5, 0.0, 1.0]);
        assert_eq!(seen(&pieces, &[-3.0, 0.0]), [-3.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        // The twin: other rows, other knots.
        assert_ne!(Pieces::of(&rows[..12], 2, 4), pieces);
    }

    #[test]
    fn a_monotone_transform_moves_the_pieces_of_its_knots_alone() {
        let rows: Vec<f64> = (1..=17).map(f64::from).collect();
        let tail: Vec<f64> = rows.iter().map(|v| libm::exp(*v)).collect();
        let (plain, bent) = (Pieces::of(&rows, 1, 4), Pieces::of(&tail, 1, 4));
        for value in [1.0, 5.0, 9.0, 17.0] {
            let [a, b] = [seen(&plain, &[value]), seen(&bent, &[libm::exp(value)])];
            assert_eq!(a[1..], b[1..], "{value}");
        }
    }

    #[test]
    fn knots_that_do_not_rise_are_none() {
        assert!(Pieces::from_knots(vec![vec![], vec![0.0, 1.0, 2.0]]).is_some());
        for bad in [
            vec![0.0],
            vec![0.0, 1.0],
            vec![0.0, 2.0, 1.0],
            vec![0.0, f64::NAN, 1.0],
        ] {
            assert!(Pieces::from_knots(vec![bad]).is_none());
        }
        assert_eq!(Pieces::of(&[], 1, 4).knots(), [Vec::<f64>::new()]);
    }
}
