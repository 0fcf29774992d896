//! The encoding that the training rows ask for.

use serde::{Deserialize, Serialize};

use super::cells::{Cells, truth};
use super::column::{Column, ColumnKind};
use super::encode_cell::flag;
use super::encoding::{ColumnEncoding, Encoding, FeatureKind};
use super::error::{TableError, TableFault};
use super::in_memory::Table;
use super::missing::MissingPolicy;
use super::repeats::mean_and_sd;
use super::roles::MAX_FEATURES;
use super::transform::Transform;
use super::unusable::Obstacle;
use super::usable::MOST_LEVELS;
use super::warning::Warning;
use crate::numerics::environment;

/// What may be chosen about an encoding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct EncodingOptions {
    /// Whether numbers with long tails are put on [another scale](Transform::of_long_tails).
    pub long_tails: bool,
}

/// Training rows that a level needs for a column of its own.
const ROWS_OF_A_LEVEL: usize = 5;

impl Encoding {
    /// The encoding that the training rows ask for, and what is left out for want of use.
    ///
    /// # Errors
    /// [`TableFault::NoSuchRow`]; [`TableFault::Spread`]; [`TableFault::NoFeatures`] where nothing is of use;
    /// [`TableFault::TooManyFeatures`].
    pub fn find(
        table: &Table,
        train: &[usize],
        options: EncodingOptions,
    ) -> Result<(Self, Vec<Warning>), TableError> {
        let _environment = environment::guard();
        table.check_rows(train)?;
        let mut encoding = Self {
            columns: Vec::new(),
            na: table.options().na.clone(),
        };
        let mut warnings = Vec::new();
        for (name, column) in table.feature_names.iter().zip(&table.columns) {
            let finder = Finder {
                name,
                column,
                train,
                impute: table.policy() == MissingPolicy::Impute,
                options,
            };
            match finder.find().map_err(|fault| table.error(fault))? {
                Ok(found) => encoding.columns.push(found),
                Err(warning) => warnings.push(warning),
            }
        }
        let found = encoding.n_features();
        if found > MAX_FEATURES {
            let most = MAX_FEATURES;
            return Err(table.error(TableFault::TooManyFeatures { found, most }));
        }
        if encoding.columns.is_empty() {
            let reasons: Vec<String> = warnings.iter().map(ToString::to_string).collect();
            let reason = reasons.join("; ");
            return Err(table.error(TableFault::NoFeatures { reason }));
        }
        Ok((encoding, warnings))
    }
}

struct Finder<'a> {
    name: &'a str,
    column: &'a Column,
    train: &'a [usize],
    impute: bool,
    options: EncodingOptions,
}

impl Finder<'_> {
    /// The encoding, or why the column is of no use.
    fn find(&self) -> Result<Result<ColumnEncoding, Warning>, TableFault> {
        let kind = match self.column.kind() {
            ColumnKind::Numbers => FeatureKind::Number,
            ColumnKind::Truths => FeatureKind::Truth,
            ColumnKind::Categories => return Ok(self.category()),
            ColumnKind::Dates => FeatureKind::Date,
            ColumnKind::Times => FeatureKind::Time,
            ColumnKind::Empty => FeatureKind::Gap,
        };
        let values = self.values();
        let has_gap = self.impute && values.len() < self.train.len();
        let mut found = ColumnEncoding::new(self.name, kind);
        found.gap_column = has_gap;
        if let Some(value) = constant(&values) {
            if has_gap && !values.is_empty() {
                found.kind = FeatureKind::Gap;
                return Ok(Ok(found));
            }
            return Ok(Err(Warning::ConstantFeature {
                name: self.name.to_owned(),
                value: self.shown(value),
            }));
        }
        spread(self.name, &values)?;
        if self.impute {
            found.fill = Some(median(values.clone()));
        }
        if self.options.long_tails && kind == FeatureKind::Number {
            found.transform = Transform::of_long_tails(&values);
        }
        Ok(Ok(found))
    }

    /// The numbers of the training rows that have one.
    fn values(&self) -> Vec<f64> {
        match &self.column.0 {
            Cells::Numbers(values) | Cells::Moments { days: values, .. } => {
                let values = self.train.iter().map(|row| values[*row]);
                values.filter(|value| !value.is_nan()).collect()
            }
            Cells::Texts(texts) => {
                let of_level = |level: &String| truth(level).map(flag);
                let levels: Vec<Option<f64>> = texts.levels.iter().map(of_level).collect();
                let code = |row: &usize| texts.codes.get(*row).map(|code| *code as usize);
                let value = |row: &usize| levels.get(code(row)?).copied().flatten();
                self.train.iter().filter_map(value).collect()
            }
            Cells::Empty(_) => Vec::new(),
        }
    }

    /// The one value of a column as a sentence has it.
    fn shown(&self, value: f64) -> String {
        match self.column.kind() {
            ColumnKind::Truths if value > 0.5 => "yes".to_owned(),
            ColumnKind::Truths => "no".to_owned(),
            ColumnKind::Empty => "missing".to_owned(),
            _ => value.to_string(),
        }
    }

    fn category(&self) -> Result<ColumnEncoding, Warning> {
        let name = self.name.to_owned();
        let counts = self.column.levels(self.train);
        let n_filled: usize = counts.iter().map(|(_, n)| n).sum();
        if counts.len() > MOST_LEVELS {
            let why = Obstacle::ManyLevels {
                n: Some(counts.len()),
            };
            return Err(Warning::LeftOut { name, why });
        }
        let mut found = ColumnEncoding::new(self.name, FeatureKind::Category);
        found.gap_column = self.impute && n_filled < self.train.len();
        if let ([(level, _)], false) = (counts.as_slice(), found.gap_column) {
            let value = level.clone();
            return Err(Warning::ConstantFeature { name, value });
        }
        for (level, n) in counts {
            match n < ROWS_OF_A_LEVEL {
                true => found.rare.push(level),
                false => found.levels.push(level),
            }
        }
        match found.levels.is_empty() && !found.gap_column {
            true => Err(Warning::LeftOut {
                name,
                why: Obstacle::OneEach,
            }),
            false => Ok(found),
        }
    }
}

/// Refuses a column in whose unit a score would overflow or underflow: the standard error of a squared error is
/// the root of a mean of fourth powers.
pub(super) fn spread(name: &str, values: &[f64]) -> Result<(), TableFault> {
    let sd = mean_and_sd(values).1;
    if (TableFault::LEAST_SD..=TableFault::MOST_SD).contains(&sd) {
        return Ok(());
    }
    Err(TableFault::Spread {
        name: name.to_owned(),
        sd,
    })
}

/// The one value of a column that has no other; NaN of one that has none.
pub(super) fn constant(values: &[f64]) -> Option<f64> {
    let first = values.first().copied().unwrap_or(f64::NAN);
    // +0: the two zeros are one value.
    let same = |v: &f64| (v + 0.0).total_cmp(&(first + 0.0)).is_eq();
    values.iter().all(same).then_some(first)
}

/// The middle value, or the mean of the two.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let n = values.len();
    match n % 2 {
        1 => values[n / 2],
        _ => 0.5 * values[n / 2 - 1] + 0.5 * values[n / 2],
    }
}
