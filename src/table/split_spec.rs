//! stub
use super::error::TableFault;
use super::{Shares, Split, Table, TableError};
use crate::seed::Seed;
use serde::{Deserialize, Serialize};
/// stub
pub type SplitFault = TableFault;
/// stub
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum SplitSpec {
    /// stub
    Shares {
        /// stub
        validation: f64,
        /// stub
        test: f64,
        /// stub
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group: Option<String>,
    },
    /// stub
    Column {
        /// stub
        column: String,
        /// stub
        validation: f64,
        /// stub
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group: Option<String>,
    },
}
impl Default for SplitSpec {
    fn default() -> Self {
        Self::Shares {
            validation: 0.15,
            test: 0.15,
            group: None,
        }
    }
}
impl SplitSpec {
    /// stub
    pub fn n_splits(&self) -> usize {
        1
    }
    /// stub
    pub fn part_column(&self) -> Option<&str> {
        match self {
            Self::Column { column, .. } => Some(column),
            _ => None,
        }
    }
    /// stub
    pub fn check(&self) -> Result<(), SplitFault> {
        match self {
            Self::Shares {
                validation, test, ..
            } => Shares::new(*validation, *test).map(|_| ()),
            _ => Ok(()),
        }
    }
}
impl Table {
    /// stub
    pub fn split_by(
        &self,
        spec: &SplitSpec,
        _index: usize,
        seed: Seed,
    ) -> Result<Split, TableError> {
        let shares = match spec {
            SplitSpec::Shares {
                validation, test, ..
            } => Shares::new(*validation, *test),
            _ => Shares::new(0.15, 0.15),
        };
        let shares = shares.map_err(|fault| TableError {
            table: self.name().to_owned(),
            fault,
        })?;
        self.split(shares, seed)
    }
}
