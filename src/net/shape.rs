//! How large a mixture density network is.

use super::architecture::Architecture;
use super::loss::Loss;
use crate::numerics::full_nll::FullHeadShape;
use crate::numerics::mixture_nll::{HeadShape, ScaleLink};
use crate::numerics::{ShapeError, size};
use crate::recipe::Covariance;

/// Most units of a layer and components of a model: fewer than a network may have.
const MAX_UNITS: usize = 1 << 14;

impl Covariance {
    /// The loss of a head with this covariance.
    pub(super) const fn loss(self, n_components: usize, n_targets: usize, link: ScaleLink) -> Loss {
        match self {
            Self::Diagonal => Loss::MixtureNll {
                head: HeadShape {
                    n_components,
                    n_targets,
                },
                link,
            },
            Self::Full => Loss::FullMixtureNll {
                head: FullHeadShape {
                    n_components,
                    n_targets,
                },
                link,
            },
        }
    }
}

/// Sizes of a mixture density network with two hidden layers.
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
    /// Whether a model of this shape can be made.
    ///
    /// # Errors
    /// [`ShapeError::Size`], the first size at fault.
    pub fn check(self) -> Result<(), ShapeError> {
        size("hidden units", self.hidden, MAX_UNITS)?;
        size("components", self.n_components, MAX_UNITS)?;
        self.architecture().check()
    }

    /// Trainable numbers of a network of this shape.
    #[must_use]
    pub fn n_parameters(self) -> usize {
        self.architecture().n_parameters()
    }

    /// Trainable numbers of a [`MeanModel`](super::MeanModel) with these hidden units.
    #[must_use]
    pub fn n_parameters_of_mean(self) -> usize {
        let n_targets = self.n_targets;
        Architecture {
            loss: Loss::SquaredError { n_targets },
            ..self.architecture()
        }
        .n_parameters()
    }

    /// With any link, on which no size depends.
    fn architecture(self) -> Architecture {
        let link = ScaleLink::Softplus { floor: 0.0 };
        Architecture {
            n_features: self.n_features,
            hidden: vec![self.hidden; 2],
            loss: self
                .covariance
                .loss(self.n_components, self.n_targets, link),
        }
    }
}
