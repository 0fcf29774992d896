//! How large a model is.

use super::architecture::{Architecture, Loss};
use super::model_error::ModelError;
use crate::numerics::full_nll::FullHeadShape;
use crate::numerics::mixture_nll::{HeadShape, ScaleLink};
use crate::numerics::{ShapeError, size};

/// Most units of a layer and components of a model: fewer than a network may have.
const MAX_UNITS: usize = 1 << 14;

/// How the components spread over several targets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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

/// Sizes of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// F.
    pub n_features: usize,
    /// H, units of each of the two hidden layers.
    pub hidden: usize,
    /// K.
    pub n_components: usize,
    /// D.
    pub n_targets: usize,
    /// Diagonal or full.
    pub covariance: Covariance,
}

impl Shape {
    /// Whether a network of this shape can be made.
    ///
    /// # Errors
    /// [`ModelError::Size`], the first size at fault.
    pub fn check(self) -> Result<(), ModelError> {
        let architecture = self.architecture(ScaleLink::Softplus { floor: 0.0 });
        size("hidden units", self.hidden, MAX_UNITS)
            .and_then(|()| size("components", self.n_components, MAX_UNITS))
            .and_then(|()| architecture.check())
            .map_err(|fault| match fault {
                ShapeError::Size { what, found, most } => ModelError::Size { what, found, most },
                fault => fault.into(),
            })
    }

    /// Trainable numbers of a network of this shape.
    #[must_use]
    pub fn n_parameters(self) -> usize {
        let architecture = self.architecture(ScaleLink::Softplus { floor: 0.0 });
        architecture.n_parameters()
    }

    pub(super) const fn loss(self, link: ScaleLink) -> Loss {
        let (n_components, n_targets) = (self.n_components, self.n_targets);
        match self.covariance {
            Covariance::Diagonal => Loss::MixtureNll {
                head: HeadShape {
                    n_components,
                    n_targets,
                },
                link,
            },
            Covariance::Full => Loss::FullMixtureNll {
                head: FullHeadShape {
                    n_components,
                    n_targets,
                },
                link,
            },
        }
    }

    pub(super) fn architecture(self, link: ScaleLink) -> Architecture {
        Architecture {
            n_features: self.n_features,
            hidden: vec![self.hidden; 2],
            loss: self.loss(link),
        }
    }
}
