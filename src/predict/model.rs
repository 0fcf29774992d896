//! A model as what is asked about a table.

use std::collections::BTreeMap;

use super::predictor::Predictor;
use crate::mixture::{ConditionalError, Mixtures};
use crate::net::Model;
use crate::table::Encoding;

/// The model's note of the targets whose values were spread before it learnt from them: an object of widths by name.
pub(crate) const DEQUANTISED: &str = "dequantised";

/// The model's note of the least and the greatest of each feature's values that lie together among those it learnt
/// from, in their order.
pub(crate) const FEATURE_RANGES: &str = "feature_ranges";

/// The model's note of how the columns of a table become its features, where they are not the features themselves.
pub(crate) const ENCODING: &str = "encoding";

impl Predictor for Model {
    fn feature_names(&self) -> &[String] {
        &self.metadata().features
    }

    fn target_names(&self) -> &[String] {
        &self.metadata().targets
    }

    fn n_components(&self) -> usize {
        self.n_components()
    }

    fn has_full_covariances(&self) -> bool {
        self.has_full_covariances()
    }

    fn spread_width(&self, target: &str) -> Option<f64> {
        let note = self.metadata().notes.get(DEQUANTISED)?;
        match serde_json::from_str::<BTreeMap<String, f64>>(note) {
            Ok(widths) => widths.get(target).copied(),
            // What cannot be read is no width: it is refused, not passed over.
            Err(_) => Some(f64::NAN),
        }
    }

    fn feature_ranges(&self) -> Option<Vec<[f64; 2]>> {
        let note = self.metadata().notes.get(FEATURE_RANGES)?;
        // What cannot be read is no range of any feature: it is refused, not passed over.
        Some(serde_json::from_str(note).unwrap_or_default())
    }

    fn encoding(&self) -> Option<Encoding> {
        let note = self.metadata().notes.get(ENCODING)?;
        // What cannot be read encodes nothing: it is refused, not passed over.
        Some(serde_json::from_str(note).unwrap_or_default())
    }

    fn predictions(&self, xs: &[f64]) -> Result<Mixtures, ConditionalError> {
        self.mixtures(xs)
    }
}
