//! One network of a model, with its units.

use super::crossing::Union;
use super::forward::ROWS;
use super::network::Mdn;
use super::pieces::Pieces;
use super::scratch::Scratch;
use super::shape::Shape;
use super::units::Units;
use super::wide::WideComponent;
use crate::mixture::ConditionalError;
use crate::numerics::ShapeError;
use crate::recipe::{Covariance, ScaleLinkName};

/// A trained network with the units of its columns: one of those a [`Model`](super::Model) averages.
#[derive(Debug, Clone)]
pub struct Member {
    pub(super) network: Mdn<usize, usize, usize, usize>,
    pub(super) link: ScaleLinkName,
    /// Least scale of each target, in the network's units.
    pub(super) floors: Vec<f64>,
    pub(super) x_units: Units,
    pub(super) y_units: Units,
    /// What the network sees of the features, beside their values.
    pub(super) pieces: Option<Pieces>,
    /// Factor of all its scales, which do not fall below the floors all the same.
    pub(super) scale_factor: f64,
    pub(super) wide: Option<WideComponent>,
}

impl Member {
    /// The network; its sizes are known at run time.
    #[must_use]
    pub const fn network(&self) -> &Mdn<usize, usize, usize, usize> {
        &self.network
    }

    /// Sizes of the network.
    #[must_use]
    pub fn shape(&self) -> Shape {
        let head = self.network.head().shape();
        Shape {
            n_features: self.network.hidden_1().inputs(),
            hidden: self.network.hidden_1().outputs(),
            n_components: head.n_components,
            n_targets: head.n_targets,
            covariance: self.network.head().covariance(),
        }
    }

    /// Means and scales of the features as the network sees them.
    #[must_use]
    pub const fn x_units(&self) -> &Units {
        &self.x_units
    }

    /// Means and scales of the targets as the network sees them.
    #[must_use]
    pub const fn y_units(&self) -> &Units {
        &self.y_units
    }

    /// The smallest scale the network can predict for each target, in the data's units.
    #[must_use]
    pub fn scale_floors(&self) -> Vec<f64> {
        let floors = self.floors.iter().zip(self.y_units.scale());
        floors
            .map(|(floor, scale)| f64::from(*floor as f32) * scale)
            .collect()
    }

    /// Pieces of the features that the network sees, if there are any.
    #[must_use]
    pub const fn pieces(&self) -> Option<&Pieces> {
        self.pieces.as_ref()
    }

    /// Factor of all scales of the network.
    #[must_use]
    pub const fn scale_factor(&self) -> f64 {
        self.scale_factor
    }

    /// The component that is mixed in, if there is one.
    #[must_use]
    pub const fn wide(&self) -> Option<&WideComponent> {
        self.wide.as_ref()
    }

    /// Components of its density: those of the network, and the wide one.
    pub(super) fn n_components(&self) -> usize {
        self.network.head().shape().n_components + usize::from(self.wide.is_some())
    }

    pub(super) fn is_full(&self) -> bool {
        self.network.head().covariance() == Covariance::Full
    }

    /// Puts its components at the rows of `xs` into `union`, from component `at` on. With `log_share`, their
    /// weights sum to that; without, they are of any offset.
    pub(super) fn ask(
        &self,
        xs: &[f64],
        (union, at): (&mut Union, usize),
        log_share: Option<f64>,
        scratch: &mut Scratch,
    ) -> Result<(), ConditionalError> {
        let forward = self.network.forward_pass()?;
        let loss = forward.architecture().loss;
        let k = loss.n_components();
        let n_features = match &self.pieces {
            None => forward.architecture().n_features,
            Some(pieces) => pieces.knots().len(),
        };
        // The network has what the wide component leaves of the share.
        let of_network = match &self.wide {
            Some(wide) => Some(log_share.unwrap_or(0.0) + libm::log1p(-wide.weight())),
            None => log_share,
        };
        // In blocks that stay in the cache.
        for (index, xs) in xs.chunks(ROWS * n_features).enumerate() {
            match &self.pieces {
                None => self.x_units.standardise_into(xs, &mut scratch.x),
                Some(pieces) => {
                    scratch.encoded.clear();
                    pieces.extend(xs, &mut scratch.encoded);
                    self.x_units
                        .standardise_into(&scratch.encoded, &mut scratch.x);
                }
            }
            scratch.raw.clear();
            forward.raw(&scratch.x, &mut scratch.activations, &mut scratch.raw)?;
            let block = &mut scratch.block;
            block.fill(loss, &self.floors, &self.y_units, &scratch.raw);
            if self.scale_factor.to_bits() != 1.0f64.to_bits() {
                block.stretch(self.scale_factor, k, &self.floors, &self.y_units);
            }
            if let Some(of_network) = of_network {
                block.normalise(k, of_network);
            }
            union.put(block, (index * ROWS, at), k);
        }
        if let Some(wide) = &self.wide {
            let log_weight = libm::log(wide.weight()) + log_share.unwrap_or(0.0);
            union.put_everywhere(at + k, log_weight, wide.means(), wide.scales());
        }
        Ok(())
    }

    /// Makes the layout of the kernels, so that no question has to.
    pub(super) fn prepare(&self) -> Result<(), ShapeError> {
        self.network.forward_pass().map(drop)
    }
}
