//! The standard tables, known by the hashes of their columns, and what was published of them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::spec::TableSpec;
use crate::table::SplitSpec;

/// What `data/published.json` holds.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Literature {
    /// Of each table the hash of its columns, as a record has it.
    tables: BTreeMap<String, String>,
    rows: Vec<Published>,
}

/// A row of a paper's table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Published {
    pub(super) model: String,
    pub(super) author: String,
    pub(super) year: u32,
    /// Where in the paper, or where it appeared.
    pub(super) place: String,
    /// Mean test negative log-likelihood of each table, nats in the units of the target.
    pub(super) nll: BTreeMap<String, f64>,
}

/// A fault of the file, which a test of this module excludes, leaves it empty.
static LITERATURE: LazyLock<Literature> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../data/published.json")).unwrap_or_default()
});

/// Name of the standard table that this is, in its standard splits.
pub(super) fn table(spec: &TableSpec) -> Option<&'static str> {
    let SplitSpec::TestRows(_) = &spec.split else {
        return None;
    };
    let blake3 = spec.blake3.as_ref()?;
    let mut tables = LITERATURE.tables.iter();
    let (name, _) = tables.find(|(_, known)| *known == blake3)?;
    Some(name)
}

/// Published rows of a standard table, with their losses.
pub(super) fn published(table: &str) -> impl Iterator<Item = (&'static Published, f64)> {
    let rows = LITERATURE.rows.iter();
    rows.filter_map(move |row| Some((row, *row.nll.get(table)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read_and_names_only_what_it_knows() {
        let file: Literature =
            serde_json::from_str(include_str!("../data/published.json")).unwrap();
        assert!(file.rows.len() >= 4 && file.tables.len() == 6);
        assert!(file.tables.values().all(|hash| hash.len() == 64));
        for table in file.tables.keys() {
            assert!(published(table).count() >= 2, "{table}");
        }
        let (first, nll) = published("concrete").next().unwrap();
        assert_eq!((first.year, nll), (2017, 3.06));
        assert_eq!(published("nowhere").count(), 0);
    }
}
