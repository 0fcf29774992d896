//! Rows of one part that are also in another.

use std::fmt;

use super::cells::Cells;
use super::in_memory::Table;
use super::part::Part;
use super::split::Split;

/// Validation and test rows that are also training rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatedRows {
    /// Validation and test rows that equal a training row in all features and targets.
    pub n_equal: usize,
    /// Those that equal one in all features.
    pub n_same_features: usize,
    /// Validation and test rows.
    pub n_rows: usize,
    /// Whether the features are measured, so that chance does not repeat them.
    pub is_measured: bool,
}

/// Equal rows are warned of where so many rows differ: where few values make up all rows, chance repeats them.
const DISTINCT: f64 = 0.7;
/// Equal features are warned of from this share of the validation and test rows on.
const SAME_FEATURES: f64 = 0.1;

impl RepeatedRows {
    /// Looks at all rows of a split of this table.
    pub(super) fn find(table: &Table, split: &Split) -> Option<Self> {
        let f = table.feature_names.len();
        let d = table.target_names.len();
        let others = [Part::Validation, Part::Test]
            .map(|part| split.rows(part))
            .concat();
        let count = |hashes: &[u64]| {
            let train = split.rows(Part::Train).iter().map(|row| hashes[*row]);
            let mut train: Vec<u64> = train.collect();
            train.sort_unstable();
            let is_there = |row: &&usize| train.binary_search(&hashes[**row]).is_ok();
            others.iter().filter(is_there).count()
        };
        let n_same_features = count(&hashes(table, 0..f));
        let mut all = hashes(table, 0..f + d);
        let found = Self {
            n_equal: count(&all),
            n_same_features,
            n_rows: others.len(),
            is_measured: (0..f).any(|at| is_measured(&table.columns[at].0)),
        };
        let n_all = all.len();
        all.sort_unstable();
        all.dedup();
        let are_equal = found.n_equal > 0 && all.len() as f64 > DISTINCT * n_all as f64;
        let share = found.n_same_features as f64 / others.len().max(1) as f64;
        let are_known = found.is_measured && share > SAME_FEATURES;
        (are_equal || are_known).then_some(found)
    }
}

/// A hash of each row's cells in these columns.
fn hashes(table: &Table, columns: std::ops::Range<usize>) -> Vec<u64> {
    let mut hashes = vec![0; table.n_rows()];
    for column in &table.columns[columns] {
        match &column.0 {
            Cells::Numbers(values) | Cells::Moments { days: values, .. } => {
                for (hash, value) in hashes.iter_mut().zip(values) {
                    *hash = mix(*hash, (value + 0.0).to_bits());
                }
            }
            Cells::Texts(texts) => {
                for (hash, code) in hashes.iter_mut().zip(&texts.codes) {
                    *hash = mix(*hash, u64::from(*code));
                }
            }
            Cells::Empty(_) => {}
        }
    }
    hashes
}

/// Splitmix64's finalizer over both: 64 bits are enough for a warning.
const fn mix(hash: u64, bits: u64) -> u64 {
    let mut z = (hash.rotate_left(5) ^ bits).wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Whether numbers are of the kind that chance does not repeat: most have seven digits or more.
pub(super) fn is_measured(cells: &Cells) -> bool {
    const LOOKED_AT: usize = 1000;
    let Cells::Numbers(values) = cells else {
        return false;
    };
    let step = values.len().div_ceil(LOOKED_AT).max(1);
    let looked_at = values.iter().step_by(step).filter(|value| !value.is_nan());
    let digits = |value: &f64| {
        let text = format!("{:e}", value.abs());
        let mantissa = text.split('e').next().unwrap_or_default();
        mantissa.bytes().filter(u8::is_ascii_digit).count()
    };
    let (n, n_long) = looked_at.fold((0, 0), |(n, long), value| {
        (n + 1, long + usize::from(digits(value) >= 7))
    });
    2 * n_long > n
}

impl fmt::Display for RepeatedRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = |n: usize| match n {
            1 => "1 row".to_owned(),
            n => format!("{n} rows"),
        };
        let one = self.n_equal == 1;
        let n = self.n_rows;
        if self.is_measured && self.n_same_features > 2 * self.n_equal {
            return write!(
                f,
                "{} of the {n} validation and test rows have exactly the features of a training row: if rows with equal features belong together, keep them together with --group, or the scores are too good",
                self.n_same_features
            );
        }
        write!(
            f,
            "{} of the {n} validation and test rows {} also {}: what was learnt by heart is tested, and the scores are too good by it",
            rows(self.n_equal),
            if one { "is" } else { "are" },
            if one {
                "a training row"
            } else {
                "training rows"
            },
        )
    }
}
