//! A trained mixture density network with its units: what a user asks.

use std::collections::BTreeMap;
use std::sync::Arc;

use dfdx::prelude::Dim;

use super::crossing::Union;
use super::member::Member;
use super::model_error::ModelError;
use super::network::Mdn;
use super::parameters::{Parameters as _, blake3_of};
use super::scratch::{self, Scratch};
use super::wide::WideComponent;
use crate::mixture::{ConditionalDensity, ConditionalError, Mixtures, check_features};
use crate::numerics::environment;

/// What a model knows of where it came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
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

impl Metadata {
    /// Of columns with these names; seed 0 and nothing else known.
    pub fn new<S: Into<String>>(
        features: impl IntoIterator<Item = S>,
        targets: impl IntoIterator<Item = S>,
    ) -> Self {
        Self {
            features: features.into_iter().map(Into::into).collect(),
            targets: targets.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }
}

/// A conditional density learnt from data: one network, F → H ReLU → H ReLU → a mixture of K Gaussians over D
/// targets, or several whose mixtures are averaged.
///
/// It is made by [`Model::fit`], kept by [`Model::save`] and [`Model::load`], and asked from any number of threads,
/// as a [`ConditionalDensity`] or by [`Model::mixtures`]. A clone shares the networks.
///
/// # Examples
///
/// ```
/// use mixture_density::mixture::ConditionalDensity as _;
/// use mixture_density::net::{Metadata, Model, Recipe, Rows, Training};
///
/// // y² = x: two answers for every x.
/// let x: Vec<f64> = (0..200).map(|i| f64::from(i / 2) * 0.01).collect();
/// let branch = |i: usize| if i % 2 == 0 { 1.0 } else { -1.0 };
/// let y: Vec<f64> = x.iter().enumerate().map(|(i, x)| branch(i) * x.sqrt()).collect();
/// let recipe = Recipe::named("tuned").ok_or("no such recipe")?.with_epochs(40);
/// let training = Training::new(&recipe, Metadata::new(["x"], ["y"])).components(2);
/// let (train, validation) = (Rows { x: &x, y: &y }, Rows { x: &x[..40], y: &y[..40] });
/// let (model, _) = Model::fit(&training, train, validation)?;
/// let there = model.mixture_at(&[0.64])?;
/// assert!(there.log_density(&[0.8])? > there.log_density(&[0.0])?);
/// assert!(there.log_density(&[-0.8])? > there.log_density(&[0.0])?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Model {
    /// At least one; all with the same features and targets.
    members: Vec<Arc<Member>>,
    metadata: Metadata,
}

impl Model {
    /// Of one network.
    pub(super) fn of(member: Member, metadata: Metadata) -> Result<Self, ModelError> {
        member.prepare()?;
        let members = vec![Arc::new(member)];
        Ok(Self { members, metadata })
    }

    /// The average of models: at every x the union of their components, all models with the same weight.
    ///
    /// An average of mixtures is a mixture, so every answer stays exact. Models may differ in K, hidden units,
    /// covariance, units and floors. The members of a model that is itself an average count one by one. Names,
    /// origin and notes are those of the first.
    ///
    /// # Errors
    /// [`ModelError::NoMember`]; [`ModelError::Names`] where features or targets are not those of the first.
    pub fn ensemble(models: Vec<Self>) -> Result<Self, ModelError> {
        let mut models = models.into_iter();
        let mut ensemble = models.next().ok_or(ModelError::NoMember)?;
        for (index, model) in models.enumerate() {
            let (first, other) = (&ensemble.metadata, &model.metadata);
            for (column, first, other) in [
                ("features", &first.features, &other.features),
                ("targets", &first.targets, &other.targets),
            ] {
                if first != other {
                    let member = index + 2;
                    return Err(ModelError::Names { member, column });
                }
            }
            ensemble.members.extend(model.members);
        }
        Ok(ensemble)
    }

    /// The model with this component mixed into every member; `None` takes it away.
    ///
    /// # Errors
    /// [`ModelError::Wide`] where it has not a mean and a scale for each target.
    pub fn with_wide(mut self, wide: Option<WideComponent>) -> Result<Self, ModelError> {
        if let Some(wide) = wide
            .as_ref()
            .filter(|wide| wide.means().len() != self.n_targets())
        {
            return Err(ModelError::Wide {
                weight: wide.weight(),
                n_means: wide.means().len(),
                n_scales: wide.scales().len(),
            });
        }
        for member in &mut self.members {
            Arc::make_mut(member).wide.clone_from(&wide);
        }
        Ok(self)
    }

    /// The model with all scales of its networks multiplied by this factor; they do not fall below their floors.
    ///
    /// # Errors
    /// [`ModelError::ScaleFactor`] unless it is positive and finite.
    pub fn with_scale_factor(mut self, factor: f64) -> Result<Self, ModelError> {
        if !(factor > 0.0 && factor.is_finite()) {
            return Err(ModelError::ScaleFactor { factor });
        }
        for member in &mut self.members {
            Arc::make_mut(member).scale_factor = factor;
        }
        Ok(self)
    }

    /// Its networks.
    pub fn members(&self) -> impl ExactSizeIterator<Item = &Member> {
        self.members.iter().map(Arc::as_ref)
    }

    /// The network of a model that has one, with its sizes in these types.
    ///
    /// # Errors
    /// [`ModelError::OtherShape`] where a size is not that of the type; [`ModelError::Members`] where there are
    /// several networks.
    pub fn network<F: Dim, H: Dim, K: Dim, D: Dim>(&self) -> Result<Mdn<F, H, K, D>, ModelError> {
        let [member] = self.members.as_slice() else {
            return Err(ModelError::Members {
                found: self.members.len(),
            });
        };
        let shape = member.shape();
        let network = member.network.realize();
        network.ok_or(ModelError::OtherShape { shape })
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

    /// Components of the density at any x: those of all members, and their wide ones.
    #[must_use]
    pub fn n_components(&self) -> usize {
        self.members().map(Member::n_components).sum()
    }

    /// Whether targets are dependent within a component.
    #[must_use]
    pub fn has_full_covariances(&self) -> bool {
        self.members().any(Member::is_full)
    }

    /// Trained numbers.
    #[must_use]
    pub fn n_parameters(&self) -> usize {
        self.members().map(|m| m.network.n_parameters()).sum()
    }

    /// BLAKE3 of all trained numbers, member after member, in hexadecimal.
    #[must_use]
    pub fn weights_blake3(&self) -> String {
        let (mut all, mut weights) = (Vec::new(), Vec::new());
        for member in self.members() {
            member.network.copy_weights_into(&mut weights);
            all.append(&mut weights);
        }
        blake3_of(&all)
    }

    /// The densities at the rows of `xs` \[n, F\], in the data's units.
    ///
    /// Rows do not influence each other: however a table is split into calls, the answers are the same bits.
    ///
    /// # Errors
    /// [`ConditionalError`].
    pub fn mixtures(&self, xs: &[f64]) -> Result<Mixtures, ConditionalError> {
        scratch::with(|scratch| {
            // The memory of an answer that leaves with the caller is not kept.
            scratch.answer = None;
            self.answer(xs, scratch)
        })
    }

    /// As [`mixtures`](Self::mixtures), with the answer in `scratch`, where it stays until the next call.
    ///
    /// # Errors
    /// [`ConditionalError`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use mixture_density::net::{Metadata, Model, Recipe, Rows, Training};
    /// use mixture_density::net::Scratch;
    /// # let recipe = Recipe::named("tuned").ok_or("no such recipe")?.with_epochs(1);
    /// # let training = Training::new(&recipe, Metadata::new(["x"], ["y"]));
    /// # let rows = Rows { x: &[0.0, 1.0], y: &[1.0, 2.0] };
    /// # let (model, _) = Model::fit(&training, rows, rows)?;
    /// let mut scratch = Scratch::default();
    /// for x in [0.1, 0.2, 0.3] {
    ///     let mixtures = model.mixtures_in(&[x], &mut scratch)?;
    ///     let density = mixtures.marginals().marginals(0)?.next().ok_or("one row")?;
    ///     assert!((density.cdf(density.quantile(0.9)?) - 0.9).abs() < 1e-12);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn mixtures_in<'s>(
        &self,
        xs: &[f64],
        scratch: &'s mut Scratch,
    ) -> Result<&'s Mixtures, ConditionalError> {
        let answer = self.answer(xs, scratch)?;
        Ok(scratch.answer.insert(answer))
    }

    /// The answer, in the memory of the last one.
    fn answer(&self, xs: &[f64], scratch: &mut Scratch) -> Result<Mixtures, ConditionalError> {
        let _environment = environment::guard();
        let n_features = self.n_features();
        check_features(xs, n_features)?;
        let sizes = (xs.len() / n_features, self.n_components(), self.n_targets());
        let mut union = Union::new(sizes, self.has_full_covariances(), scratch.answer.take());
        let share = match self.members.len() {
            1 => None,
            n => Some(-libm::log(n as f64)),
        };
        let mut at = 0;
        for member in self.members() {
            member.ask(xs, (&mut union, at), share, scratch)?;
            at += member.n_components();
        }
        Ok(union.finish()?)
    }
}

impl ConditionalDensity for Model {
    fn n_features(&self) -> usize {
        self.metadata.features.len()
    }

    fn n_targets(&self) -> usize {
        self.metadata.targets.len()
    }

    fn mixtures_at(&self, xs: &[f64]) -> Result<Mixtures, ConditionalError> {
        self.mixtures(xs)
    }
}
