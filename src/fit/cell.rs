//! One trained network: what it says of the rows it learnt from and was stopped by.

use std::collections::BTreeMap;

use super::record::FitCell;
use super::run::FitError;
use crate::mixture::{ConditionalError, Mixtures};
use crate::net::{Diverged, Epoch, Fit, Model, ModelError, Rows, Shape, Stopped};
use crate::predict::{PredictError, Predictor, densities_of, smallest_weighty_scale};
use crate::score::{ScoreError, Summary};
use crate::study::record::{Failure, History, StoppedBy};
use crate::table::Repeats;

/// A trained network with what the choice needs of it.
pub(super) struct Trained {
    pub(super) model: Option<Model>,
    pub(super) nll_validation: Vec<f64>,
    pub(super) cell: FitCell,
    /// Of each target, whether its values repeat and a component has collapsed on them.
    pub(super) collapsed: Vec<bool>,
    pub(super) n_steps: usize,
}

/// The model's note of the targets whose values were spread before it learnt from them: an object of widths by name.
pub(super) const DEQUANTISED: &str = "dequantised";

/// The model's note of the least and the greatest of each feature's values that lie together among those it learnt
/// from, in their order.
pub(super) const FEATURE_RANGES: &str = "feature_ranges";

/// Features and targets of a part.
pub(super) struct Data {
    /// Of each row in the table.
    pub(super) numbers: Vec<u64>,
    pub(super) x: Vec<f64>,
    pub(super) y: Vec<f64>,
}

impl Data {
    pub(super) fn rows(&self) -> Rows<'_> {
        Rows {
            x: &self.x,
            y: &self.y,
        }
    }
}

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

    fn predictions(&self, xs: &[f64]) -> Result<Mixtures, ConditionalError> {
        self.mixtures(xs)
    }
}

/// Scores a trained network on the rows it learnt from and was stopped by.
///
/// `repeats` says of each target how its training rows repeated themselves before any noise was added: noise hides a
/// point mass from a count of repeats, yet does not cure it.
pub(super) fn finish(
    id: &str,
    shape: Shape,
    result: Result<(Model, Fit), ModelError>,
    train: &Data,
    validation: &Data,
    repeats: &[Repeats],
) -> Result<Trained, FitError> {
    let (model, fit) = match result {
        Ok(done) => done,
        Err(ModelError::Diverged(diverged)) => {
            return Ok(failed(id, shape, &diverged));
        }
        Err(error) => return Err(error.into()),
    };
    let on_train = Seen::of(&model, train)?;
    let on_validation = Seen::of(&model, validation)?;
    let d = model.target_names().len();
    let smallest_scale: Vec<f64> = (0..d)
        .map(|t| least(on_train.smallest_scale[t], on_validation.smallest_scale[t]))
        .collect();
    let collapsed = model.target_names().iter().zip(repeats).enumerate();
    let collapsed = collapsed.map(|(t, (name, repeats))| {
        let weighty = least(
            on_train.smallest_weighty[t],
            on_validation.smallest_weighty[t],
        );
        repeats.are_resolved_despite(model.spread_width(name), weighty)
    });
    let collapsed: Vec<bool> = collapsed.collect();
    let nll = Summary::of(&on_validation.nll)?;
    let cell = FitCell {
        id: id.to_owned(),
        n_components: shape.n_components,
        n_parameters: model.n_parameters(),
        n_epochs: fit.history.len(),
        best_epoch: fit.kept_epoch,
        stopped_by: match fit.stopped {
            Stopped::Early => StoppedBy::EarlyStopping,
            _ => StoppedBy::MaxEpochs,
        },
        failure: None,
        nll_nats_mean_train: Some(Summary::of(&on_train.nll)?.mean),
        nll_nats_mean_validation: Some(nll.mean),
        nll_nats_standard_error_validation: nll.standard_error,
        crps_mean_validation: on_validation.crps_mean,
        smallest_scale,
        degenerate_likelihood: Some(collapsed.iter().any(|c| *c)),
        effective_components_validation: Some(libm::exp(on_validation.entropy_mean)),
        history: history(&fit.history),
    };
    Ok(Trained {
        model: Some(model),
        nll_validation: on_validation.nll,
        cell,
        collapsed,
        n_steps: fit.n_steps,
    })
}

fn failed(id: &str, shape: Shape, diverged: &Diverged) -> Trained {
    let cell = FitCell {
        id: id.to_owned(),
        n_components: shape.n_components,
        n_parameters: shape.n_parameters(),
        n_epochs: diverged.epoch,
        best_epoch: 0,
        stopped_by: StoppedBy::Failure,
        failure: Some(Failure {
            epoch: diverged.epoch,
            batch: diverged.batch,
            quantity: diverged.quantity.to_owned(),
            value: diverged.value.to_string(),
        }),
        nll_nats_mean_train: None,
        nll_nats_mean_validation: None,
        nll_nats_standard_error_validation: None,
        crps_mean_validation: Vec::new(),
        smallest_scale: Vec::new(),
        degenerate_likelihood: None,
        effective_components_validation: None,
        history: history(&diverged.history),
    };
    Trained {
        model: None,
        nll_validation: Vec::new(),
        cell,
        collapsed: Vec::new(),
        n_steps: 0,
    }
}

fn history(epochs: &[Epoch]) -> History {
    let column = |value: fn(&Epoch) -> f32| epochs.iter().map(value).collect();
    History {
        loss: column(|e| e.loss),
        val_loss: column(|e| e.val_loss),
        learning_rate: column(|e| e.learning_rate),
    }
}

/// What a network says of some rows.
struct Seen {
    nll: Vec<f64>,
    crps_mean: Vec<f64>,
    smallest_scale: Vec<f64>,
    smallest_weighty: Vec<f64>,
    entropy_mean: f64,
}

impl Seen {
    fn of(model: &Model, data: &Data) -> Result<Self, FitError> {
        const ROWS: usize = 1024;
        let (f, d) = (model.feature_names().len(), model.target_names().len());
        let mut nll = Vec::new();
        let (mut crps, mut entropy) = (vec![Vec::new(); d], Vec::new());
        let mut smallest_scale = vec![f64::INFINITY; d];
        let mut smallest_weighty = smallest_scale.clone();
        let chunks = data.x.chunks(ROWS * f).zip(data.y.chunks(ROWS * d));
        for ((x, y), numbers) in chunks.zip(data.numbers.chunks(ROWS)) {
            let predictions = densities_of(model, x, numbers)?;
            let log_densities = predictions.log_densities(y).map_err(PredictError::from)?;
            nll.extend(log_densities.iter().map(|l| -l));
            for (row, y) in predictions.marginals().rows().zip(y.chunks_exact(d)) {
                entropy.push(row.weight_entropy());
                for target in 0..d {
                    if let Some(own) = row.marginal(target) {
                        crps[target].push(own.crps(y[target]));
                        let scales = own.scales().iter().copied();
                        smallest_scale[target] = scales.fold(smallest_scale[target], least);
                        let weighty = smallest_weighty_scale(own);
                        smallest_weighty[target] = least(smallest_weighty[target], weighty);
                    }
                }
            }
        }
        let means: Result<Vec<f64>, ScoreError> =
            crps.iter().map(|own| Ok(Summary::of(own)?.mean)).collect();
        Ok(Self {
            nll,
            crps_mean: means?,
            smallest_scale,
            smallest_weighty,
            entropy_mean: Summary::of(&entropy)?.mean,
        })
    }
}

/// The error with a row's number in the table where it told that among `numbers`.
pub(super) fn in_table(error: PredictError, numbers: &[u64]) -> PredictError {
    match error {
        PredictError::NoDensity { row, source } => {
            let at = usize::try_from(row).ok().and_then(|row| row.checked_sub(1));
            let row = at.and_then(|at| numbers.get(at)).copied().unwrap_or(row);
            PredictError::NoDensity { row, source }
        }
        other => other,
    }
}

/// The smaller; the first where the second is NaN.
fn least(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{Metadata, Recipe, Training};
    use crate::predict::score_rows;
    use crate::seed::Seed;

    /// A model whose means leave single precision far out: their weights are beyond any training.
    fn wild() -> Model {
        let mut recipe = Recipe::named("tuned").unwrap();
        recipe.max_epochs = 1;
        let training = Training::new(&recipe, Metadata::new(["x"], ["y"]));
        let x: Vec<f64> = (0..64).map(f64::from).collect();
        let rows = Rows { x: &x, y: &x };
        let fitted = Model::fit(&training, rows, rows);
        let mut bytes = fitted.unwrap().0.to_bytes().unwrap();
        // The header says where the weights of the means stand.
        let header = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
        let text = String::from_utf8(bytes[8..8 + header].to_vec()).unwrap();
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        let place = &json["head.weight_means"]["data_offsets"];
        let [from, to] = [0, 1].map(|at| 8 + header + place[at].as_u64().unwrap() as usize);
        for weight in bytes[from..to].chunks_exact_mut(4) {
            weight.copy_from_slice(&1e35f32.to_le_bytes());
        }
        Model::from_bytes(&bytes).unwrap()
    }

    #[test]
    fn a_row_without_a_density_is_told_by_its_number_in_the_table() {
        let model = wild();
        let data = |far: f64| Data {
            numbers: vec![3, 17, 40],
            x: vec![30.0, far, 31.0],
            y: vec![1.0, 2.0, 3.0],
        };
        let far = data(1e7);
        let said = Seen::of(&model, &far).err().unwrap().to_string();
        assert!(
            said.starts_with("row 17: the model gives no density"),
            "{said}"
        );
        let scored = score_rows(&model, &far.x, &far.y, Seed::new(0)).unwrap_err();
        assert!(scored.to_string().starts_with("row 2: "), "{scored}");
        assert_eq!(in_table(scored, &far.numbers).to_string(), said);
        // The twin: it is that row alone.
        assert!(Seen::of(&model, &data(30.0)).is_ok());
    }
}
