//! How the components spread over several targets.

use serde::{Deserialize, Serialize};

/// How the components spread over several targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Covariance {
    /// Targets are independent within each component.
    #[default]
    Diagonal,
    /// Every component has a covariance of its own.
    Full,
}

impl Covariance {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Diagonal, Self::Full];

    /// The word for it in commands and model files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Diagonal => "diagonal",
            Self::Full => "full",
        }
    }
}
