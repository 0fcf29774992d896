//! The cells of the page: each has an anchor made from its content and a number that stays.
//!
//! The numbers are places in one list of all cells that any page can have, so that a cell
//! has the same number in every study, whatever else a record lacks. A cell that a page
//! leaves out leaves its number out too.

use std::collections::BTreeMap;

use serde::Serialize;

/// Every cell, in the order of the page. An anchor tells by its first word what it is of.
const ANCHORS: [&str; 46] = [
    "formula-spiral",
    "code-spiral",
    "figure-data",
    "formula-truth",
    "formula-conditional-mean",
    "code-baseline",
    "figure-baseline",
    "figure-baseline-curves",
    "formula-mixture",
    "formula-constraints",
    "code-head",
    "code-scale-link",
    "formula-nll",
    "formula-gradient",
    "code-nll",
    "code-tile",
    "code-adam",
    "code-training",
    "figure-mdn-curves",
    "figure-nll",
    "formula-excess",
    "figure-excess",
    "figure-crps",
    "figure-effective",
    "table-sweep",
    "table-cells",
    "table-draws",
    "figure-density",
    "figure-components",
    "explorer",
    "formula-pit",
    "figure-pit",
    "figure-reliability",
    "code-sampling",
    "figure-samples",
    "figure-panels",
    "formula-temperature",
    "figure-temperature",
    "figure-speed",
    "table-changed",
    "commands",
    "code-seed",
    "table-hashes",
    "table-spec",
    "table-run",
    "table-benchmarks",
];

/// What a cell is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Mark {
    /// `figure-nll`: the cell's id on the page.
    pub(super) anchor: &'static str,
    /// Place among all cells, from 1.
    pub(super) cell: usize,
    /// Place among those of its kind, from 1: figure 7, table 2.
    pub(super) number: usize,
}

/// The mark of the cell with this anchor; an unknown one is numbered 0, which the tests exclude.
pub(super) fn mark(anchor: &'static str) -> Mark {
    let place = ANCHORS.iter().position(|other| *other == anchor);
    let until = place.map_or(0, |place| place + 1);
    let same_kind = |other: &&&str| kind(other) == kind(anchor);
    Mark {
        anchor,
        cell: until,
        number: ANCHORS[..until].iter().filter(same_kind).count(),
    }
}

/// All marks by the names the templates use: `figure_nll`.
pub(super) fn marks() -> BTreeMap<String, Mark> {
    ANCHORS
        .iter()
        .map(|anchor| (anchor.replace('-', "_"), mark(anchor)))
        .collect()
}

fn kind(anchor: &str) -> &str {
    anchor.split('-').next().unwrap_or(anchor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_a_place_in_the_list() {
        assert_eq!(mark("formula-spiral").cell, 1);
        let nll = mark("figure-nll");
        assert_eq!(ANCHORS[nll.cell - 1], "figure-nll");
        assert!(nll.number > 1 && nll.number < nll.cell);
        assert_eq!(mark("figure-data").number, 1);
        assert_eq!(mark("figure-nowhere").cell, 0);
    }

    #[test]
    fn no_anchor_stands_twice() {
        assert_eq!(marks().len(), ANCHORS.len());
    }
}
