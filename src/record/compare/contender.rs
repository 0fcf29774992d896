//! Ways to train on one table, compared over its splits.

use crate::record::{Cell, ModelKind, Record};
use crate::score::Summary;

/// One network of one recipe on one problem: its cells over all splits and replicates.
#[derive(Debug, Clone)]
pub struct Contender<'a> {
    /// Recipe of the spec.
    pub recipe: &'a str,
    /// Kind of network.
    pub model: ModelKind,
    /// K, where the spec asks for it; what an ensemble chose differs from split to split.
    pub n_components: Option<usize>,
    /// Of each split its replicates, in the record's order.
    pub splits: Vec<Vec<&'a Cell>>,
}

/// The difference of two contenders over the splits on which both have a score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paired {
    /// Mean of the first minus the second, with its standard error over the splits.
    pub difference: Summary,
    /// Splits on which the first is less.
    pub n_less: usize,
}

impl<'a> Contender<'a> {
    /// Those of a problem with this name, in the record's order.
    #[must_use]
    pub fn of(record: &'a Record, problem: Option<&str>, n_splits: usize) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for cell in &record.cells {
            if cell.problem.as_deref() != problem || cell.split >= n_splits {
                continue;
            }
            // An ensemble's K is chosen on each split.
            let n_components = match cell.model {
                ModelKind::Ensemble => None,
                ModelKind::Mdn | ModelKind::Mse => cell.n_components,
            };
            let is_its = |other: &Self| {
                other.recipe == cell.recipe
                    && other.model == cell.model
                    && other.n_components == n_components
            };
            let at = all.iter().position(is_its).unwrap_or_else(|| {
                all.push(Self {
                    recipe: &cell.recipe,
                    model: cell.model,
                    n_components,
                    splits: vec![Vec::new(); n_splits],
                });
                all.len() - 1
            });
            all[at].splits[cell.split].push(cell);
        }
        all
    }

    /// `tuned/mdn/k=5`, `table/ensemble`: as its cells are named.
    #[must_use]
    pub fn name(&self) -> String {
        match (self.model, self.n_components) {
            (ModelKind::Mse, _) => format!("{}/mse", self.recipe),
            (ModelKind::Mdn, k) => format!("{}/mdn/k={}", self.recipe, k.unwrap_or(0)),
            (ModelKind::Ensemble, _) => format!("{}/ensemble", self.recipe),
        }
    }

    /// All its cells, split by split.
    pub fn cells(&self) -> impl Iterator<Item = &'a Cell> {
        self.splits.iter().flatten().copied()
    }

    /// Of each split the mean of a score over its replicates; `None` where none has one, or one that is not finite.
    ///
    /// Replicates share all rows of their split, so that they are no further evidence of what other rows would do.
    pub fn per_split(&self, score: impl Fn(&Cell) -> Option<f64>) -> Vec<Option<f64>> {
        let of_split = |cells: &Vec<&Cell>| {
            let values: Vec<f64> = cells.iter().filter_map(|cell| score(cell)).collect();
            let mean = Summary::of(&values).ok()?.mean;
            mean.is_finite().then_some(mean)
        };
        self.splits.iter().map(of_split).collect()
    }
}

/// Mean over the splits that have a value, with its standard error; `None` where none has.
#[must_use]
pub fn over_splits(values: &[Option<f64>]) -> Option<Summary> {
    let known: Vec<f64> = values.iter().flatten().copied().collect();
    Summary::of(&known).ok()
}

/// The difference a − b, split by split; `None` where no split has both.
///
/// # Numerics
/// The standard error takes the splits for independent. They share most of their training rows, so it is rather too small
/// (Nadeau and Bengio, 2003, "Inference for the generalization error", section 3).
#[must_use]
pub fn paired(a: &[Option<f64>], b: &[Option<f64>]) -> Option<Paired> {
    let both = a.iter().zip(b).filter_map(|(a, b)| Some(((*a)?, (*b)?)));
    let differences: Vec<f64> = both.map(|(a, b)| a - b).collect();
    Some(Paired {
        difference: Summary::of(&differences).ok()?,
        n_less: differences.iter().filter(|d| **d < 0.0).count(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_splits_that_have_both_are_compared() {
        let a = [Some(1.0), None, Some(3.0), Some(0.5)];
        let b = [Some(2.0), Some(9.0), Some(1.0), Some(1.0)];
        let paired = super::paired(&a, &b).expect("three splits");
        assert_eq!((paired.difference.n, paired.n_less), (3, 2));
        // −1, 2, −0.5.
        assert!((paired.difference.mean - 0.5 / 3.0).abs() < 1e-15);
        // The twin: unpaired means would say something else.
        let means = [a, b].map(|values| over_splits(&values).expect("values").mean);
        assert!((means[0] - means[1] - paired.difference.mean).abs() > 0.1);
        assert_eq!(super::paired(&[None], &[Some(1.0)]), None);
    }
}
