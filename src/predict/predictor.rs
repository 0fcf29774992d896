//! What can be asked about rows of a table.

use super::error::PredictError;
use crate::mixture::{ConditionalError, Mixtures};
use crate::table::Encoding;

/// A model with names: densities over named targets, given named features.
pub trait Predictor: Sync {
    /// Names of the features, in the order of a row.
    fn feature_names(&self) -> &[String];

    /// Names of the targets, in the order of a density.
    fn target_names(&self) -> &[String];

    /// K, the components of every density.
    fn n_components(&self) -> usize;

    /// Whether targets are dependent within a component.
    fn has_full_covariances(&self) -> bool;

    /// Width of the uniform noise that was added to the values of `target` it learnt from, if there was any. A score
    /// is refused where it is not above 0.
    fn spread_width(&self, target: &str) -> Option<f64> {
        let _ = target;
        None
    }

    /// What each feature was in the rows it learnt from, from the least to the greatest value but for wild ones;
    /// `None` where that is not known. Anything but one such range for each feature is refused.
    fn feature_ranges(&self) -> Option<Vec<[f64; 2]>> {
        None
    }

    /// How the columns of a table become its features; `None` where they are numbers of the features' own names.
    fn encoding(&self) -> Option<Encoding> {
        None
    }

    /// The densities at the rows of `xs` [n, f].
    ///
    /// A row's density must not depend on the other rows.
    ///
    /// # Errors
    /// [`ConditionalError`].
    fn predictions(&self, xs: &[f64]) -> Result<Mixtures, ConditionalError>;
}

/// How the columns of a table become the features of a model of sizes that can be asked for.
pub(super) fn encoding_of(model: &impl Predictor) -> Result<Encoding, PredictError> {
    check_sizes(model)?;
    let Some(encoding) = model.encoding() else {
        return Ok(Encoding::identity(model.feature_names()));
    };
    let (found, expected) = (encoding.n_features(), model.feature_names().len());
    encoding
        .check()
        .map_err(|reason| PredictError::Encoding { reason })?;
    match found == expected {
        true => Ok(encoding),
        false => Err(PredictError::Encoding {
            reason: format!("it gives {found} features where the model has {expected}"),
        }),
    }
}

/// The most numbers of one density: more than any model of this crate has.
const MOST_NUMBERS: usize = 1 << 20;

/// Whether a model announces as many features, targets and components as can be asked for.
pub(super) fn check_sizes(model: &impl Predictor) -> Result<(), PredictError> {
    let (k, d) = (model.n_components(), model.target_names().len());
    let spreads = if model.has_full_covariances() {
        d.saturating_mul(d.saturating_add(1)) / 2
    } else {
        d
    };
    let numbers = d.saturating_add(spreads).saturating_add(1);
    for (what, found) in [
        ("features of the model", model.feature_names().len()),
        ("targets of the model", d),
        ("components of the model", k),
        ("numbers of one density", numbers.saturating_mul(k)),
    ] {
        if !(1..=MOST_NUMBERS).contains(&found) {
            return Err(PredictError::Count {
                what,
                found,
                least: 1,
                most: MOST_NUMBERS,
            });
        }
    }
    Ok(())
}

/// Whether the densities of `n_rows` rows are those the model announces: columns are named and cut by that.
pub(super) fn check_densities(
    model: &impl Predictor,
    predictions: &Mixtures,
    n_rows: usize,
) -> Result<(), PredictError> {
    let batch = predictions.marginals();
    for (what, announced, given) in [
        ("rows", n_rows, batch.len()),
        ("targets", model.target_names().len(), batch.n_targets()),
        ("components", model.n_components(), batch.n_components()),
    ] {
        if announced != given {
            return Err(PredictError::Announced {
                what,
                announced,
                given,
            });
        }
    }
    let full = |is_full| if is_full { "full" } else { "diagonal" };
    let (announced, given) = (
        model.has_full_covariances(),
        predictions.has_full_covariances(),
    );
    if announced != given {
        return Err(PredictError::Covariances {
            announced: full(announced),
            given: full(given),
        });
    }
    Ok(())
}
