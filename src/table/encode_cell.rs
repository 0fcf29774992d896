//! One cell becomes its encoded numbers.

use std::collections::BTreeMap;

use super::cell::{Cell, CellFormat};
use super::cells::truth;
use super::encoding::{ColumnEncoding, FeatureKind};
use super::moment::Moment;

/// Encodes the cells of one column.
#[derive(Debug)]
pub(super) struct CellEncoder<'a> {
    column: &'a ColumnEncoding,
    /// Place of each level; the rare ones share that behind the last.
    levels: BTreeMap<&'a str, usize>,
    /// The same of levels that are numbers.
    numbers: Vec<(f64, usize)>,
}

/// What became of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is encoded.
    Known,
    /// It is a level that is not listed, and encoded as such.
    UnknownLevel,
    /// It is missing, and there is nothing to count it as.
    Missing,
    /// It is something else than its column holds.
    Wrong,
}

/// A cell that has been looked at.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Number(f64),
    Days(f64),
    Text(&'a str),
    Missing,
}

impl<'a> CellEncoder<'a> {
    pub(super) fn new(column: &'a ColumnEncoding) -> Self {
        let mut levels = BTreeMap::new();
        for (place, level) in column.levels.iter().enumerate() {
            levels.insert(level.as_str(), place);
        }
        for level in &column.rare {
            levels.insert(level.as_str(), column.levels.len());
        }
        let number =
            |(level, place): (&&str, &usize)| Some((level.parse::<f64>().ok()? + 0.0, *place));
        let numbers = levels.iter().filter_map(number).collect();
        Self {
            column,
            levels,
            numbers,
        }
    }

    /// Encodes a cell of a file behind `out`; what cannot be encoded adds nothing.
    pub(super) fn encode_cell(
        &self,
        format: &CellFormat,
        bytes: &[u8],
        out: &mut Vec<f64>,
    ) -> Outcome {
        let value = match format.parse(bytes) {
            Cell::Number(number) => Value::Number(number),
            Cell::Missing(_) => Value::Missing,
            Cell::NotUtf8(_) => return Outcome::Wrong,
            Cell::Text(text) => match (self.column.kind, Moment::parse(text)) {
                (FeatureKind::Date, Some(Moment::Date(days)))
                | (FeatureKind::Time, Some(Moment::Time(days))) => Value::Days(days),
                _ => Value::Text(text),
            },
        };
        self.encode(value, out)
    }

    /// Encodes a value behind `out`; what cannot be encoded adds nothing.
    pub(super) fn encode(&self, value: Value<'_>, out: &mut Vec<f64>) -> Outcome {
        use FeatureKind as Kind;
        let own = match (self.column.kind, value) {
            (Kind::Category, value) => return self.encode_level(value, out),
            (Kind::Gap, value) => {
                out.push(flag(matches!(value, Value::Missing)));
                return Outcome::Known;
            }
            (_, Value::Missing) => match self.column.fill {
                Some(fill) => fill,
                None => return Outcome::Missing,
            },
            (Kind::Number, Value::Number(number)) => number,
            (Kind::Date | Kind::Time, Value::Days(days)) => days,
            (Kind::Truth, Value::Text(text)) => match truth(text) {
                Some(value) => flag(value),
                None => return Outcome::Wrong,
            },
            // What programs write for truth values where they write numbers.
            (Kind::Truth, Value::Number(number))
                if number.abs() < 1e-300 || (number - 1.0).abs() < 1e-15 =>
            {
                number
            }
            _ => return Outcome::Wrong,
        };
        out.push(
            self.column
                .transform
                .map_or(own, |transform| transform.apply(own)),
        );
        if self.column.gap_column {
            out.push(flag(matches!(value, Value::Missing)));
        }
        Outcome::Known
    }

    fn encode_level(&self, value: Value<'_>, out: &mut Vec<f64>) -> Outcome {
        let place = match value {
            Value::Missing if !self.column.gap_column => return Outcome::Missing,
            Value::Missing => None,
            Value::Text(text) => Some(self.levels.get(text).copied()),
            Value::Days(_) => Some(None),
            Value::Number(number) => {
                let same = |(level, _): &&(f64, usize)| level.total_cmp(&(number + 0.0)).is_eq();
                Some(self.numbers.iter().find(same).map(|(_, place)| *place))
            }
        };
        let n_levels = self.column.levels.len();
        let n = n_levels + usize::from(!self.column.rare.is_empty());
        let start = out.len();
        out.resize(start + n, 0.0);
        if let Some(place) = place
            .map(|place| place.unwrap_or(n_levels))
            .filter(|place| *place < n)
        {
            out[start + place] = 1.0;
        }
        if self.column.gap_column {
            out.push(flag(matches!(value, Value::Missing)));
        }
        match place {
            Some(None) => Outcome::UnknownLevel,
            _ => Outcome::Known,
        }
    }
}

pub(super) const fn flag(is: bool) -> f64 {
    if is { 1.0 } else { 0.0 }
}
