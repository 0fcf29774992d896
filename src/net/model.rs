//! A mixture density network over a user's own columns: its shape is known at run time.

use std::collections::BTreeMap;

use super::architecture::{Architecture, Loss};
use super::crossing::{Gathered, full_mixtures};
use super::dense::glorot_uniform;
use super::forward::{Forward, ROWS};
use super::recipe::{Recipe, ScaleLinkName};
use super::train::{Epoch, Fit, Rows, fit_weights};
use super::units::Units;
use crate::mixture::{
    ConditionalDensity, ConditionalError, GaussianMixture, MixtureBatch, check_features,
};
use crate::seed::{Seed, Stream};

pub use super::model_error::ModelError;
pub use super::model_shape::{Covariance, Shape};

/// What a model knows of where it came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// Names of the features, in their order.
    pub features: Vec<String>,
    /// Names of the targets, in their order.
    pub targets: Vec<String>,
    /// Name of the recipe.
    pub recipe: String,
    /// Root of every random number of the training.
    pub seed: u64,
    /// Hash of the data it learnt from.
    pub data_blake3: String,
    /// Anything else worth keeping.
    pub notes: BTreeMap<String, String>,
}

/// Rows of features \[n, F\] and targets \[n, D\] in the data's units, row-major.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a> {
    /// Features.
    pub x: &'a [f64],
    /// Targets.
    pub y: &'a [f64],
}

/// The mixtures of some rows, in the data's units.
#[derive(Debug, Clone, PartialEq)]
pub enum Mixtures {
    /// Diagonal components.
    Diagonal(MixtureBatch),
    /// Components with full covariances.
    Full(Vec<GaussianMixture>),
}

impl Mixtures {
    /// Rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Diagonal(batch) => batch.len(),
            Self::Full(rows) => rows.len(),
        }
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The mixture of row `index`, copied; `None` beyond the last.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<GaussianMixture> {
        match self {
            Self::Diagonal(batch) => batch.row(index).map(GaussianMixture::from),
            Self::Full(rows) => rows.get(index).cloned(),
        }
    }
}

/// A trained mixture density network with its units: F → H ReLU → H ReLU → a mixture of K Gaussians over D
/// targets.
///
/// It is trained by [`Model::fit`], kept by [`Model::to_bytes`] and [`Model::from_bytes`], and asked as a
/// [`ConditionalDensity`] or, for many rows, by [`Model::mixtures`].
///
/// # Examples
///
/// ```
/// use mixture_density::mixture::ConditionalDensity as _;
/// use mixture_density::net::model::{Covariance, Metadata, Model, Table};
/// use mixture_density::net::recipe::Recipe;
///
/// // y² = x: two answers for every x.
/// let x: Vec<f64> = (0..200).map(|i| f64::from(i / 2) * 0.01).collect();
/// let branch = |i: usize| if i % 2 == 0 { 1.0 } else { -1.0 };
/// let y: Vec<f64> = x.iter().enumerate().map(|(i, x)| branch(i) * x.sqrt()).collect();
/// let mut recipe = Recipe::named("tuned").ok_or("no such recipe")?;
/// recipe.max_epochs = 40;
/// let metadata = Metadata {
///     features: vec!["x".into()],
///     targets: vec!["y".into()],
///     ..Metadata::default()
/// };
/// let (train, validation) = (Table { x: &x, y: &y }, Table { x: &x[..40], y: &y[..40] });
/// let (model, _) =
///     Model::fit(2, Covariance::Diagonal, &recipe, metadata, "", train, validation, &mut |_| {})?;
/// let there = model.mixture_at(&[0.64])?;
/// assert!(there.log_density(&[0.8])? > there.log_density(&[0.0])?);
/// assert!(there.log_density(&[-0.8])? > there.log_density(&[0.0])?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Model {
    pub(super) shape: Shape,
    pub(super) link: ScaleLinkName,
    pub(super) floor: f64,
    pub(super) x_units: Units,
    pub(super) y_units: Units,
    pub(super) metadata: Metadata,
    pub(super) weights: Vec<f32>,
    pub(super) forward: Forward,
}

impl Model {
    /// Trains a network of `n_components` on `train`.
    ///
    /// Sizes come from `metadata`'s names, random numbers from the streams `init/STREAM` and `shuffle/STREAM` of its
    /// seed. `observer` sees each finished epoch; all losses are in nats in the data's units.
    ///
    /// # Errors
    /// [`ModelError`]: sizes out of range, ragged or empty tables, numbers that are not finite, a constant column
    /// where the recipe standardises, a training that diverged.
    #[allow(
        clippy::too_many_arguments,
        reason = "what determines a training, each once"
    )]
    pub fn fit(
        n_components: usize,
        covariance: Covariance,
        recipe: &Recipe,
        metadata: Metadata,
        stream: &str,
        train: Table<'_>,
        validation: Table<'_>,
        observer: &mut dyn FnMut(&Epoch),
    ) -> Result<(Self, Fit), ModelError> {
        let shape = Shape {
            n_features: metadata.features.len(),
            hidden: recipe.hidden,
            n_components,
            n_targets: metadata.targets.len(),
            covariance,
        };
        shape.check()?;
        let (f, d) = (shape.n_features, shape.n_targets);
        for (part, table) in [("training", train), ("validation", validation)] {
            let rows = table.y.len() / d;
            if rows == 0 || table.y.len() != rows * d || rows.checked_mul(f) != Some(table.x.len())
            {
                return Err(ModelError::Rows {
                    part,
                    features: table.x.len(),
                    targets: table.y.len(),
                });
            }
        }
        let (x_units, y_units) = if recipe.tuning.standardise {
            let of =
                |column, rows, width| Units::of(rows, width).ok_or(ModelError::Constant { column });
            (of("features", train.x, f)?, of("targets", train.y, d)?)
        } else {
            (Units::identity(f), Units::identity(d))
        };
        let seen = |part, table: Table<'_>| -> Result<(Vec<f32>, Vec<f32>), ModelError> {
            let x = x_units.standardised(table.x);
            let y = y_units.standardised(table.y);
            for (column, values) in [("features", &x), ("targets", &y)] {
                if !values.iter().all(|v| v.is_finite()) {
                    return Err(ModelError::NotFinite { part, column });
                }
            }
            Ok((x, y))
        };
        let (x, y) = seen("training", train)?;
        let (validation_x, validation_y) = seen("validation", validation)?;

        let seed = Seed::new(metadata.seed);
        let architecture = shape.architecture(recipe.link());
        let mut weights = fresh(&architecture, &mut seed.stream(&format!("init/{stream}")));
        recipe.tuning.initialise(&architecture, &mut weights, &y)?;
        let offset = y_units.log_scale();
        let result = fit_weights(
            &architecture,
            &mut weights,
            Rows { x: &x, y: &y },
            Rows {
                x: &validation_x,
                y: &validation_y,
            },
            &recipe.train_config(),
            &mut seed.stream(&format!("shuffle/{stream}")),
            &mut |epoch| observer(&epoch.shifted(offset)),
        );
        let fit = result
            .map_err(|error| error.shifted(offset))?
            .shifted(offset);
        let model = Self {
            shape,
            link: recipe.scale_link,
            floor: recipe.scale_floor,
            x_units,
            y_units,
            metadata,
            forward: Forward::new(architecture, &weights)?,
            weights,
        };
        Ok((model, fit))
    }

    /// Sizes.
    #[must_use]
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// Names and origin.
    #[must_use]
    pub const fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Something more to be kept with the model.
    pub fn note(&mut self, key: &str, value: &str) {
        self.metadata.notes.insert(key.to_owned(), value.to_owned());
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

    /// The smallest scale the model can predict for each target, in the data's units.
    #[must_use]
    pub fn scale_floors(&self) -> Vec<f64> {
        let floor = f64::from(self.floor as f32);
        self.y_units.scale().iter().map(|s| s * floor).collect()
    }

    /// Trained numbers.
    #[must_use]
    pub fn n_parameters(&self) -> usize {
        self.weights.len()
    }

    /// BLAKE3 of the weights as little-endian f32, in hexadecimal.
    #[must_use]
    pub fn weights_blake3(&self) -> String {
        super::parameters::blake3_of(&self.weights)
    }

    /// The densities at the rows of `xs` \[n, F\], in the data's units.
    ///
    /// Rows do not influence each other: however a table is split into calls, the answers are the same bits.
    ///
    /// # Errors
    /// [`ConditionalError`].
    pub fn mixtures(&self, xs: &[f64]) -> Result<Mixtures, ConditionalError> {
        check_features(xs, self.shape.n_features)?;
        let n_features = self.shape.n_features;
        let mut forward = self.forward.clone();
        // In blocks that stay in the cache.
        let raw_blocks = xs.chunks(ROWS * n_features).map(|xs| {
            let x = self.x_units.standardised(xs);
            forward.raw(&x)
        });
        let units = &self.y_units;
        match self.forward.architecture().loss {
            Loss::FullMixtureNll { head, link } => {
                let mut rows = Vec::with_capacity(xs.len() / n_features);
                for raw in raw_blocks {
                    for row in full_mixtures(head, link, &raw?)? {
                        rows.push(row.shift_and_scale(units.mean(), units.scale())?);
                    }
                }
                Ok(Mixtures::Full(rows))
            }
            Loss::MixtureNll { head, link } => {
                let mut gathered = Gathered::new(head, xs.len() / n_features);
                for raw in raw_blocks {
                    gathered.extend(units, link, &raw?);
                }
                Ok(Mixtures::Diagonal(gathered.mixtures()?))
            }
            // No model is made with it.
            Loss::SquaredError { .. } => Err(ConditionalError::FullCovariances),
        }
    }
}

impl ConditionalDensity for Model {
    fn n_features(&self) -> usize {
        self.shape.n_features
    }

    fn n_targets(&self) -> usize {
        self.shape.n_targets
    }

    fn mixtures_at(&self, xs: &[f64]) -> Result<MixtureBatch, ConditionalError> {
        match self.mixtures(xs)? {
            Mixtures::Diagonal(batch) => Ok(batch),
            Mixtures::Full(_) => Err(ConditionalError::FullCovariances),
        }
    }

    fn mixture_at(&self, x: &[f64]) -> Result<GaussianMixture, ConditionalError> {
        let wrong = ConditionalError::WrongLength {
            n_features: self.shape.n_features,
            found: x.len(),
        };
        match self.mixtures(x)? {
            mixtures if mixtures.len() == 1 => mixtures.get(0).ok_or(wrong),
            _ => Err(wrong),
        }
    }
}

/// Glorot-uniform weights with each tensor's own fans, biases zero.
fn fresh(architecture: &Architecture, stream: &mut Stream) -> Vec<f32> {
    let layers = architecture.layers();
    let mut weights = Vec::new();
    for slot in architecture.slots() {
        let len = architecture.len(slot);
        if slot.is_bias {
            weights.resize(weights.len() + len, 0.0);
        } else {
            let (inputs, _) = layers[slot.layer];
            let outputs = slot.columns.1 - slot.columns.0;
            weights.extend(glorot_uniform(inputs, outputs, stream));
        }
    }
    weights
}
