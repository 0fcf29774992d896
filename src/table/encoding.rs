//! How the raw columns of a table become the numbers that a network sees.

use serde::{Deserialize, Serialize};

use super::roles::MAX_FEATURES;
use super::transform::Transform;

/// How the raw columns of a table become the numbers that a network sees: found on the training rows, kept with the
/// model, and applied alike to every row that is ever asked about.
///
/// # Form
///
/// JSON, in the model's file and in the record. What is not there has its default: no fill, no levels.
///
/// ```json
/// {"columns": [
///   {"name": "age", "kind": "number"},
///   {"name": "income", "kind": "number", "fill": 31.5, "gap_column": true, "transform": {"by": "log", "least": 0.2}},
///   {"name": "smoker", "kind": "truth"},
///   {"name": "region", "kind": "category", "levels": ["north", "south"], "rare": ["east", "west"], "gap_column": true},
///   {"name": "when", "kind": "date"},
///   {"name": "at", "kind": "time"},
///   {"name": "remark", "kind": "gap"}
/// ],
///  "na": ["-200"]}
/// ```
///
/// # Formula
///
/// Each raw column gives encoded columns in this order:
///
/// | kind | gives |
/// | --- | --- |
/// | `number` | the number |
/// | `date` | days since 1970-01-01, UTC where the cell has an offset |
/// | `time` | days since midnight |
/// | `truth` | 1 of true and yes, 0 of false and no, in any case |
/// | `category` | one column a level: 1 where the cell is it, else 0; then, where there are rare levels, one column: 1 for any of those and for any level that is not listed |
/// | `gap` | nothing else than its gap column |
///
/// then, with `gap_column`, a column that is 1 where the cell is missing, else 0. A missing number, date, time or truth
/// value counts as `fill`; where there is none, the row cannot be encoded. A missing category is 0 in every level where
/// `gap_column` is, else the row cannot be encoded. A level that is not listed is 0 everywhere where no level is rare.
/// A level that is a number, such as `1`, is any cell that is the same number, such as `1.0`. A `transform` is applied to
/// the number, also to the one filled in.
///
/// An encoded column is called as the raw one, with `=LEVEL`, `=(rare)` or `=(missing)` behind it where it says so.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Encoding {
    /// The raw columns, in the order of their encoded ones.
    pub columns: Vec<ColumnEncoding>,
    /// Cells that count as missing, beside those that always do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub na: Vec<String>,
}

/// How one raw column is encoded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ColumnEncoding {
    /// The raw column's name.
    pub name: String,
    /// What it holds.
    pub kind: FeatureKind,
    /// What a missing cell counts as: the median of the training rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fill: Option<f64>,
    /// Whether a column says where the cell is missing.
    #[serde(default, skip_serializing_if = "is_false")]
    pub gap_column: bool,
    /// Of a category: levels that have a column each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<String>,
    /// Of a category: levels that share one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rare: Vec<String>,
    /// Of a number: another scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transform: Option<Transform>,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// What a raw column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum FeatureKind {
    /// Numbers.
    Number,
    /// Truth values.
    Truth,
    /// Categories.
    Category,
    /// Dates, as days since 1970-01-01.
    Date,
    /// Times of day, as days since midnight.
    Time,
    /// Something of which only matters whether it is there.
    Gap,
}

impl FeatureKind {
    /// As a table of kinds names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Truth => "yes or no",
            Self::Category => "category",
            Self::Date => "date",
            Self::Time => "time of day",
            Self::Gap => "missing or not",
        }
    }
}

impl ColumnEncoding {
    /// A column of this kind, of which nothing else is known.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: FeatureKind) -> Self {
        Self {
            name: name.into(),
            kind,
            fill: None,
            gap_column: false,
            levels: Vec::new(),
            rare: Vec::new(),
            transform: None,
        }
    }

    /// Encoded columns.
    #[must_use]
    pub fn width(&self) -> usize {
        let own = match self.kind {
            FeatureKind::Category => self.levels.len() + usize::from(!self.rare.is_empty()),
            FeatureKind::Gap => 0,
            _ => 1,
        };
        own + usize::from(self.gap_column)
    }

    /// Names of the encoded columns.
    fn names(&self) -> impl Iterator<Item = String> + '_ {
        let own = match self.kind {
            FeatureKind::Category | FeatureKind::Gap => None,
            _ => Some(self.name.clone()),
        };
        let levels = self.levels.iter().map(String::as_str);
        let rare = (!self.rare.is_empty()).then_some("(rare)");
        let gap = self.gap_column.then_some("(missing)");
        let of_level = |level: &str| format!("{}={level}", self.name);
        own.into_iter()
            .chain(levels.chain(rare).chain(gap).map(of_level))
    }

    /// Whether it is the number itself and nothing else.
    fn is_plain(&self) -> bool {
        *self == Self::new(self.name.clone(), FeatureKind::Number)
    }
}

impl Encoding {
    /// Numbers as they are.
    #[must_use]
    pub fn identity(names: &[String]) -> Self {
        let column = |name: &String| ColumnEncoding::new(name.clone(), FeatureKind::Number);
        Self {
            columns: names.iter().map(column).collect(),
            na: Vec::new(),
        }
    }

    /// Whether it gives numbers as they are.
    #[must_use]
    pub fn is_identity(&self) -> bool {
        self.na.is_empty() && self.columns.iter().all(ColumnEncoding::is_plain)
    }

    /// Encoded columns.
    #[must_use]
    pub fn n_features(&self) -> usize {
        self.columns.iter().map(ColumnEncoding::width).sum()
    }

    /// Names of the raw columns.
    #[must_use]
    pub fn raw_names(&self) -> Vec<String> {
        self.columns
            .iter()
            .map(|column| column.name.clone())
            .collect()
    }

    /// Names of the encoded columns, each once: one that is there already has `'` behind it.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let mut seen = std::collections::BTreeSet::new();
        let once = |mut name: String| {
            while !seen.insert(name.clone()) {
                name.push('\'');
            }
            name
        };
        self.columns
            .iter()
            .flat_map(ColumnEncoding::names)
            .map(once)
            .collect()
    }

    /// Whether it is one that can have been found: what is read from a file is checked by this.
    ///
    /// # Errors
    /// A sentence.
    pub fn check(&self) -> Result<(), String> {
        let mut names: Vec<&str> = self
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err("two columns have one name".to_owned());
        }
        for column in &self.columns {
            let name = super::wording::excerpt(&column.name);
            if column.width() == 0 {
                return Err(format!("the column `{name}` gives nothing"));
            }
            let is_category = column.kind == FeatureKind::Category;
            let has_levels = !column.levels.is_empty() || !column.rare.is_empty();
            let mut levels: Vec<&String> = column.levels.iter().chain(&column.rare).collect();
            levels.sort_unstable();
            if levels.windows(2).any(|pair| pair[0] == pair[1]) {
                return Err(format!("the column `{name}` has a level twice"));
            }
            let of_another = (has_levels && !is_category)
                || (column.transform.is_some() && column.kind != FeatureKind::Number)
                || (column.fill.is_some()
                    && matches!(column.kind, FeatureKind::Category | FeatureKind::Gap))
                || (column.gap_column
                    && column.fill.is_none()
                    && !matches!(column.kind, FeatureKind::Category | FeatureKind::Gap));
            if of_another {
                return Err(format!("the column `{name}` has what its kind has not"));
            }
            let is_sound = column.fill.is_none_or(f64::is_finite)
                && column.transform.is_none_or(Transform::is_sound);
            if !is_sound {
                return Err(format!("the column `{name}` has a number that is none"));
            }
        }
        match self.n_features() {
            n if n > MAX_FEATURES => Err(format!("{n} encoded columns are too many")),
            0 => Err("it has no column".to_owned()),
            _ => Ok(()),
        }
    }
}
