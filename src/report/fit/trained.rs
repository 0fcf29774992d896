//! How was it trained? What was tried, which members were kept, and the losses of the kept epoch.

use serde::Serialize;

use crate::record::{Cell, EnsembleRecord, Settings};
use crate::report::RenderError;
use crate::report::figures::kept_losses;
use crate::report::number::{MISSING, count, datum, exact, optional, small_datum};
use crate::report::view::FitView;

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::report) struct Trained {
    /// Loss curve of the kept network, or of the first member.
    svg: Option<String>,
    kept_epoch: String,
    n_epochs: String,
    ensemble: Option<Ensemble>,
}

/// Of an average of networks.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Ensemble {
    n_members: String,
    n_trainings: String,
    n_epochs_most: String,
    batch_size: String,
    scale_factor: String,
    wide_weight: String,
    is_feature_free: bool,
    n_components_feature_free: String,
    /// Pieces, K, weight decay, noise, loss, its error, and which was taken.
    candidates: Vec<Vec<String>>,
    /// Member, epochs, kept epoch, loss.
    members: Vec<Vec<String>>,
}

impl Trained {
    /// `None` without a model.
    ///
    /// # Errors
    /// Those of a drawing.
    pub(in crate::report) fn of(record: &FitView<'_>) -> Result<Option<Self>, RenderError> {
        let Some(cell) = record.chosen() else {
            return Ok(None);
        };
        let key = |field: &str| format!("cells/{}/{field}", cell.id);
        Ok(Some(Self {
            svg: kept_losses("own-losses", &cell.history, cell.best_epoch)?,
            kept_epoch: count(&key("best_epoch"), cell.best_epoch),
            n_epochs: count(&key("n_epochs"), cell.n_epochs),
            ensemble: cell.ensemble.as_ref().map(|own| Ensemble::of(cell, own)),
        }))
    }
}

impl Ensemble {
    fn of(cell: &Cell, own: &EnsembleRecord) -> Self {
        let key = |field: &str| format!("derived/cells/{}/ensemble/{field}", cell.id);
        let candidates = own.candidates.iter().enumerate().map(|(at, candidate)| {
            let key = |field: &str| key(&format!("candidates/{at}/{field}"));
            let mut row = settings(&key, &candidate.settings);
            row.push(optional(&key("nll_nats_mean"), candidate.nll_nats_mean, 3));
            row.push(optional(
                &key("nll_nats_standard_error"),
                candidate.nll_nats_standard_error,
                3,
            ));
            let is_taken = candidate.settings == own.settings;
            row.push(if is_taken { "taken" } else { "–" }.to_owned());
            row
        });
        let members = own.members.iter().enumerate().map(|(at, member)| {
            let key = |field: &str| key(&format!("members/{at}/{field}"));
            vec![
                count(&key("member"), member.member),
                count(&key("n_epochs"), member.n_epochs),
                count(&key("best_epoch"), member.best_epoch),
                datum(
                    &key("nll_nats_mean_out_of_fold"),
                    member.nll_nats_mean_out_of_fold,
                    3,
                ),
            ]
        });
        Self {
            n_members: count(&key("n_members"), own.members.len()),
            n_trainings: count(&key("n_trainings"), own.n_trainings),
            n_epochs_most: count(&key("max_epochs"), own.max_epochs),
            batch_size: count(&key("batch_size"), own.batch_size),
            scale_factor: exact(&key("scale_factor"), own.scale_factor),
            wide_weight: small_datum(&key("wide_weight"), Some(own.wide_weight), 3),
            is_feature_free: own.is_feature_free,
            n_components_feature_free: count(
                &key("n_components_feature_free"),
                own.n_components_feature_free,
            ),
            candidates: candidates.collect(),
            members: members.collect(),
        }
    }
}

/// Pieces, K, weight decay, noise.
fn settings(key: &dyn Fn(&str) -> String, settings: &Settings) -> Vec<String> {
    let pieces = settings.n_pieces;
    vec![
        pieces.map_or_else(
            || MISSING.to_owned(),
            |n| count(&key("settings/n_pieces"), n),
        ),
        count(&key("settings/n_components"), settings.n_components),
        exact(&key("settings/weight_decay"), settings.weight_decay),
        exact(&key("settings/noise"), settings.noise),
    ]
}
