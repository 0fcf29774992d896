//! Other software, measured by a script of ours on the same splits.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// One campaign of measurements: an entry of `data/peers.json`, which is a list of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Campaign {
    /// What was measured, and with which versions.
    pub(super) source: String,
    /// When, such as `2026-11-29`.
    pub(super) date: String,
    /// The script, by its path in this repository.
    pub(super) script: String,
    /// Of each standard table the scores of each model.
    pub(super) tables: BTreeMap<String, BTreeMap<String, Peer>>,
}

/// Scores of one model on one table: means over its splits.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Peer {
    /// Nats.
    pub(super) nll: Option<f64>,
    pub(super) crps: Option<f64>,
    pub(super) rmse: Option<f64>,
    /// Share of targets in the central 90 % interval.
    pub(super) cov90: Option<f64>,
    pub(super) n_splits: usize,
    /// Of each split, the first one first; empty where it was not kept.
    #[serde(default)]
    pub(super) nll_per_split: Vec<f64>,
}

static CAMPAIGNS: LazyLock<Vec<Campaign>> =
    LazyLock::new(|| read(include_str!("../data/peers.json")).unwrap_or_default());

fn read(text: &str) -> Result<Vec<Campaign>, serde_json::Error> {
    serde_json::from_str(text)
}

/// All campaigns.
pub(super) fn campaigns() -> &'static [Campaign] {
    &CAMPAIGNS
}

/// Models measured on a standard table.
pub(super) fn on(table: &str) -> Vec<(&'static str, &'static Peer)> {
    let models = campaigns()
        .iter()
        .filter_map(|campaign| campaign.tables.get(table));
    models
        .flatten()
        .map(|(name, peer)| (name.as_str(), peer))
        .collect()
}

impl Peer {
    /// Its loss on each of the first splits; `None` where it was not kept.
    pub(super) fn per_split(&self, n_splits: usize) -> Vec<Option<f64>> {
        let known = self.nll_per_split.iter().copied();
        let known = known.map(|nll| nll.is_finite().then_some(nll));
        known
            .chain(std::iter::repeat(None))
            .take(n_splits)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read_and_other_shapes_are_not() {
        assert!(read(include_str!("../data/peers.json")).is_ok());
        let one = r#"[{"source": "NGBoost 0.5", "date": "2026-11-29", "script": "tests/data/peers/run.py",
            "tables": {"yacht": {"NGBoost": {"nll": 0.13, "crps": null, "rmse": 1.0, "cov90": 0.9,
            "n_splits": 2, "nll_per_split": [0.1, 0.16]}}}}]"#;
        let campaigns = read(one).unwrap();
        let peer = &campaigns[0].tables["yacht"]["NGBoost"];
        assert_eq!(peer.per_split(3), [Some(0.1), Some(0.16), None]);
        assert!(read(&one.replace("cov90", "coverage")).is_err());
    }
}
