//! The one place where sizes known at run time become types: those of the studies are compiled, every other size
//! takes the same code with `usize`.

use dfdx::prelude::{Const, Dim};

use super::head::HeadConfig;
use super::history::{Fit, InUnits, Observer};
use super::model_error::ModelError;
use super::network::Mdn;
use super::shape::Shape;
use super::train::Trainer;
use super::training::{Seen, Training, in_units};
use crate::recipe::Covariance;

/// A network to be trained.
pub(super) struct Job<'a> {
    pub(super) training: &'a Training,
    pub(super) head: HeadConfig,
    pub(super) seen: &'a Seen,
    pub(super) observer: &'a mut dyn Observer,
}

/// A trained network and how its training went.
type Trained = (Mdn<usize, usize, usize, usize>, Fit);

impl Job<'_> {
    /// Trains it.
    pub(super) fn run(self, shape: Shape) -> Result<Trained, ModelError> {
        macro_rules! of_a_study {
            ($($k:literal)*) => {
                match shape.n_components {
                    $($k => return self.sized((Const::<1>, Const::<128>, Const::<$k>, Const::<1>)),)*
                    _ => {}
                }
            };
        }
        if let Shape {
            n_features: 1,
            hidden: 128,
            n_targets: 1,
            covariance: Covariance::Diagonal,
            ..
        } = shape
        {
            of_a_study!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20
                        21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40);
        }
        self.sized((
            shape.n_features,
            shape.hidden,
            shape.n_components,
            shape.n_targets,
        ))
    }

    /// Trains the network of these types.
    fn sized<F: Dim, H: Dim, K: Dim, D: Dim>(
        self,
        sizes: (F, H, K, D),
    ) -> Result<Trained, ModelError> {
        let Self {
            training,
            head,
            seen,
            observer,
        } = self;
        let mut network = Mdn::new(sizes, head, &mut training.random("init"))?;
        let recipe = &training.recipe;
        recipe.tuning.prepare(&mut network, &seen.train.y)?;
        let nats = seen.y_units.log_scale();
        let trained = Trainer::new(recipe, &mut training.random("shuffle")).fit_observed(
            &mut network,
            seen.train.rows(),
            seen.validation.rows(),
            &mut InUnits { observer, nats },
        );
        let fit = trained.map_err(|error| in_units(error, &seen.y_units))?;
        let shape = training.shape();
        let network = network.realize().ok_or(ModelError::OtherShape { shape })?;
        Ok((network, fit.shifted(nats)))
    }
}
