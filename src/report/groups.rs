//! Cells that differ only by replicate, and their spread.

use crate::record::{Cell, ModelKind, Record};

/// All replicates of one network of one recipe.
#[derive(Debug, Clone)]
pub(super) struct Group<'a> {
    /// Recipe of the spec.
    pub(super) recipe: &'a str,
    /// Kind of network.
    pub(super) model: ModelKind,
    /// K; none for the baseline.
    pub(super) n_components: Option<usize>,
    /// The replicates, in the record's order; never empty.
    pub(super) cells: Vec<&'a Cell>,
}

/// Smallest, median and largest of a score over the replicates, each a value of one cell.
///
/// The median is the lower of the middle two where their number is even, so that it is
/// always a figure somebody can look up in the record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spread<'a> {
    /// Cell and value of the smallest.
    pub(super) low: (&'a Cell, f64),
    /// Cell and value of the median.
    pub(super) median: (&'a Cell, f64),
    /// Cell and value of the largest.
    pub(super) high: (&'a Cell, f64),
}

impl<'a> Group<'a> {
    /// Groups of a record, in the record's order.
    pub(super) fn of(record: &'a Record) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        for cell in &record.cells {
            let same = groups.iter_mut().find(|group| {
                group.recipe == cell.recipe
                    && group.model == cell.model
                    && group.n_components == cell.n_components
            });
            match same {
                Some(group) => group.cells.push(cell),
                None => groups.push(Self {
                    recipe: &cell.recipe,
                    model: cell.model,
                    n_components: cell.n_components,
                    cells: vec![cell],
                }),
            }
        }
        groups
    }

    /// Spread of `score` over the replicates that have it; none where no replicate does.
    pub(super) fn spread(&self, score: impl Fn(&Cell) -> Option<f64>) -> Option<Spread<'a>> {
        let mut scored: Vec<(&'a Cell, f64)> = self
            .cells
            .iter()
            .filter_map(|cell| Some((*cell, score(cell).filter(|v| v.is_finite())?)))
            .collect();
        // Stable, and of equal values the first replicate stays first.
        scored.sort_by(|a, b| a.1.total_cmp(&b.1));
        Some(Spread {
            low: *scored.first()?,
            median: *scored.get((scored.len() - 1) / 2)?,
            high: *scored.last()?,
        })
    }

    /// Replicates that were trained to the end.
    pub(super) fn n_scored(&self) -> usize {
        self.cells.iter().filter(|c| c.failure.is_none()).count()
    }
}
