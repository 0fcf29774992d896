//! What determines a training, and the data as the network sees them.

use std::borrow::Cow;

use super::history::TrainError;
use super::model::Metadata;
use super::model_error::ModelError;
use super::pieces::Pieces;
use super::rows::Rows;
use super::shape::Shape;
use super::units::Units;
use crate::recipe::{Covariance, Recipe};
use crate::seed::{Seed, Stream};

/// Everything but the data that determines what [`Model::fit`](super::Model::fit) and
/// [`MeanModel::fit`](super::MeanModel::fit) give.
///
/// Left alone, a mixture has one component and diagonal covariances, as scikit-learn's `GaussianMixture` begins with
/// one.
#[derive(Debug, Clone)]
pub struct Training {
    pub(super) recipe: Recipe,
    pub(super) metadata: Metadata,
    n_components: usize,
    covariance: Covariance,
    stream: String,
    least_scales: Vec<f64>,
    pub(super) pieces: Option<Pieces>,
}

impl Training {
    /// By this recipe, of columns with these names, with random numbers from the metadata's seed.
    #[must_use]
    pub const fn new(recipe: &Recipe, metadata: Metadata) -> Self {
        Self {
            recipe: *recipe,
            metadata,
            n_components: 1,
            covariance: Covariance::Diagonal,
            stream: String::new(),
            least_scales: Vec::new(),
            pieces: None,
        }
    }

    /// K.
    #[must_use]
    pub const fn components(mut self, n_components: usize) -> Self {
        self.n_components = n_components;
        self
    }

    /// Diagonal or full.
    #[must_use]
    pub const fn covariance(mut self, covariance: Covariance) -> Self {
        self.covariance = covariance;
        self
    }

    /// Name of its random numbers, which come from the streams `init/NAME` and `shuffle/NAME`: trainings with
    /// different names are independent.
    #[must_use]
    pub fn stream(mut self, name: impl Into<String>) -> Self {
        self.stream = name.into();
        self
    }

    /// A scale for each target, in the data's units, that no component may fall below: such as the grid step of
    /// rounded values over √12.
    ///
    /// The recipe's floor stays where it is higher. The kernels take one floor for all targets, which is the
    /// greatest of them in the network's units.
    #[must_use]
    pub fn least_scales(mut self, scales: Vec<f64>) -> Self {
        self.least_scales = scales;
        self
    }

    /// The network sees pieces of the features beside their values; then a column that is constant in the training
    /// rows is no error.
    #[must_use]
    pub fn pieces(mut self, pieces: Pieces) -> Self {
        self.pieces = Some(pieces);
        self
    }

    /// Sizes of the mixture density network it trains.
    #[must_use]
    pub fn shape(&self) -> Shape {
        let n_features = self.metadata.features.len();
        Shape {
            n_features: self.pieces.as_ref().map_or(n_features, Pieces::width),
            hidden: self.recipe.hidden,
            n_components: self.n_components,
            n_targets: self.metadata.targets.len(),
            covariance: self.covariance,
        }
    }

    /// Trainable numbers of the network that learns the conditional mean.
    #[must_use]
    pub fn n_parameters_of_mean(&self) -> usize {
        let shape = self.shape();
        let (f, h, d) = (shape.n_features, shape.hidden, shape.n_targets);
        f * h + h + h * h + h + h * d + d
    }

    /// The stream of the first weights, or that of the shuffles.
    pub(super) fn random(&self, kind: &str) -> Stream {
        let name = format!("{kind}/{}", self.stream);
        Seed::new(self.metadata.seed).stream(&name)
    }

    /// The floor of every scale in the network's units.
    pub(super) fn floor(&self, y_units: &Units) -> Result<f64, ModelError> {
        let (scales, d) = (&self.least_scales, y_units.width());
        let is_scale = |scale: &f64| *scale >= 0.0 && scale.is_finite();
        if !(scales.is_empty() || scales.len() == d) || !scales.iter().all(is_scale) {
            return Err(ModelError::LeastScales {
                found: scales.len(),
                n_targets: d,
            });
        }
        let in_units = scales.iter().zip(y_units.scale()).map(|(s, unit)| s / unit);
        Ok(in_units.fold(
            self.recipe.scale_floor,
            |most, s| if s > most { s } else { most },
        ))
    }

    /// The data as a network sees them; nothing of it is missing or infinite.
    pub(super) fn seen(&self, train: Rows<'_>, validation: Rows<'_>) -> Result<Seen, ModelError> {
        let (f, d) = (self.metadata.features.len(), self.metadata.targets.len());
        for (part, data) in [("training", train), ("validation", validation)] {
            let rows = data.y.len() / d.max(1);
            if rows == 0 || data.y.len() != rows * d || rows.checked_mul(f) != Some(data.x.len()) {
                return Err(ModelError::Rows {
                    part,
                    features: data.x.len(),
                    targets: data.y.len(),
                });
            }
        }
        if let Some(pieces) = self.pieces.as_ref().filter(|p| p.knots().len() != f) {
            let found = pieces.knots().len();
            return Err(ModelError::Pieces {
                found,
                n_features: f,
            });
        }
        let features = |rows| match &self.pieces {
            None => Cow::Borrowed(rows),
            Some(pieces) => {
                let mut seen = Vec::new();
                pieces.extend(rows, &mut seen);
                Cow::Owned(seen)
            }
        };
        let (train_x, validation_x) = (features(train.x), features(validation.x));
        let width = self.shape().n_features;
        let (x_units, y_units) = if self.recipe.tuning.standardise {
            let of =
                |column, rows, width| Units::of(rows, width).ok_or(ModelError::Constant { column });
            let x_units = match &self.pieces {
                None => of("features", &*train_x, width)?,
                Some(_) => Units::of_any(&train_x, width),
            };
            (x_units, of("targets", train.y, d)?)
        } else {
            (Units::identity(width), Units::identity(d))
        };
        let part = |part, x: &[f64], y: &[f64]| -> Result<SeenRows, ModelError> {
            let (x, y) = (x_units.standardised(x), y_units.standardised(y));
            for (column, values) in [("features", &x), ("targets", &y)] {
                if !values.iter().all(|v| v.is_finite()) {
                    return Err(ModelError::NotFinite { part, column });
                }
            }
            Ok(SeenRows { x, y })
        };
        Ok(Seen {
            train: part("training", &train_x, train.y)?,
            validation: part("validation", &validation_x, validation.y)?,
            x_units,
            y_units,
        })
    }
}

/// Data as a network sees them.
pub(super) struct Seen {
    pub(super) train: SeenRows,
    pub(super) validation: SeenRows,
    pub(super) x_units: Units,
    pub(super) y_units: Units,
}

/// Features \[n, F\] and targets \[n, D\].
pub(super) struct SeenRows {
    x: Vec<f32>,
    pub(super) y: Vec<f32>,
}

impl SeenRows {
    pub(super) fn rows(&self) -> Rows<'_, f32> {
        Rows {
            x: &self.x,
            y: &self.y,
        }
    }
}

/// A training's error with its losses in the data's units.
pub(super) fn in_units(error: TrainError, y_units: &Units) -> ModelError {
    error.shifted(y_units.log_scale()).into()
}
