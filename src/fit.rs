//! A table in memory becomes a model: all that `mdn fit` does, as one call.
//!
//! The encoding of the columns, the split, the choice, the scores, the record, the page and every bit of the model are
//! those of the command, of the same table, options and seed.

#[cfg(feature = "report")]
use std::path::Path;

#[cfg(feature = "report")]
use crate::folder::{FitFolder, FolderError};
use crate::net::{Model, ModelError};
#[cfg(feature = "report")]
use crate::record::Timing;
use crate::record::{CellTiming, EnsembleRecord, Record};
#[cfg(feature = "report")]
use crate::report::{RenderError, render};
pub use crate::spec::FitOptions;
use crate::spec::{Spec, SpecError, TableSpec};
use crate::study::{Host, Silent, StudyError, Tables, run_in_memory, run_on_all_rows};
use crate::table::{EncodingOptions, SplitSpec, Table};

/// What is to be fitted, and how.
///
/// # Examples
///
/// ```
/// use mixture_density::fit::FitRequest;
/// use mixture_density::mixture::ConditionalDensity as _;
/// use mixture_density::table::{Column, MissingPolicy, Roles, Table};
///
/// let x: Vec<f64> = (0..60).map(|row| f64::from(row) / 10.0).collect();
/// let y: Vec<f64> = x.iter().map(|x| 2.0 * x + x.sin()).collect();
/// let table = Table::builder()
///     .column("x", Column::numbers(x))
///     .column("y", Column::numbers(y))
///     .build(&Roles::of_targets(["y"]), MissingPolicy::Error)?;
/// let mut request = FitRequest::new(table);
/// request.options.members = Some(1);
/// request.options.max_epochs = Some(5);
/// let fitted = request.fit()?;
/// assert!(fitted.record.is_some_and(|record| record.scores_test.is_some()));
/// assert!(fitted.model.mixture_at(&[3.0])?.means().iter().all(|mean| mean.is_finite()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[non_exhaustive]
pub struct FitRequest<'a> {
    /// The rows, with the columns that the split needs.
    pub table: Table,
    /// Recipe, sizes, seed.
    pub options: FitOptions,
    /// Which rows train, choose and judge. With `None` all are learnt from, which the recipe `table` can: then there is
    /// no record, for nothing judges the model.
    pub split: Option<SplitSpec>,
    /// Whether repeated values of a target are spread over the gaps between them.
    pub dequantise: bool,
    /// What is chosen about the encoding of the features.
    pub encoding: EncodingOptions,
    /// What the record calls the study: letters, digits, `-` and `_`.
    pub name: String,
    /// A clock, and someone who is told what happens, and may stop it.
    pub host: &'a dyn Host,
}

impl std::fmt::Debug for FitRequest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("FitRequest");
        shown.field("table", &self.table.name());
        shown.field("options", &self.options);
        shown.field("split", &self.split).finish_non_exhaustive()
    }
}

/// What came of it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Fitted {
    /// The density.
    pub model: Model,
    /// The bytes of its `model.safetensors`.
    pub model_bytes: Vec<u8>,
    /// What `record.json` holds; `None` where no row was kept back to judge.
    pub record: Option<Record>,
    /// What was tried and chosen, of an ensemble.
    pub ensemble: Option<EnsembleRecord>,
    /// What is odd about the table, a sentence each.
    pub warnings: Vec<String>,
    /// Each network's time, in the record's order.
    pub timings: Vec<CellTiming>,
    #[cfg_attr(
        not(feature = "report"),
        allow(dead_code, reason = "written into a folder beside the page")
    )]
    spec: Spec,
}

/// Why there is no model.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FitError {
    /// An option has a fault.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// The table has a fault, or the training was stopped.
    #[error(transparent)]
    Study(#[from] StudyError),
    /// The model cannot be written.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// No training gave a density.
    #[error("no model: every training failed, the first at {what}")]
    NoModel {
        /// Where.
        what: String,
    },
    /// All rows were to be learnt from, by a recipe that needs some to choose by.
    #[error(
        "the recipe `{recipe}` needs rows that choose and rows that judge; `table` learns from all rows"
    )]
    AllRows {
        /// The recipe.
        recipe: String,
    },
}

impl FitRequest<'_> {
    /// With the defaults of `mdn fit`.
    #[must_use]
    pub fn new(table: Table) -> Self {
        Self {
            table,
            options: FitOptions::default(),
            split: Some(SplitSpec::default()),
            dequantise: false,
            encoding: EncodingOptions::default(),
            name: "fit".to_owned(),
            host: &Silent,
        }
    }

    /// Trains, chooses and judges, on all [threads](crate::threads).
    ///
    /// # Errors
    /// [`FitError`].
    pub fn fit(self) -> Result<Fitted, FitError> {
        let table = &self.table;
        let mut asked = TableSpec::new(table.name(), table.target_names().to_vec());
        asked.features = Some(table.feature_names().to_vec());
        asked.missing = table.policy();
        asked.dequantise = self.dequantise;
        asked.encoding = self.encoding;
        asked.read = table.options().clone();
        asked.split = self.split.clone().unwrap_or_default();
        asked.blake3 = Some(table.blake3());
        let spec = self.options.spec(&self.name, asked)?;
        let tables = Tables::in_memory(self.table);
        if self.split.is_none() {
            let all = run_on_all_rows(&spec, &tables, self.host)?;
            let all = all.ok_or_else(|| FitError::AllRows {
                recipe: self.options.recipe_name().to_owned(),
            })?;
            return Ok(Fitted {
                model_bytes: all.ensemble.model.to_bytes()?,
                model: all.ensemble.model,
                record: None,
                ensemble: Some(all.ensemble.record),
                warnings: all.warnings,
                timings: Vec::new(),
                spec,
            });
        }
        let complete = run_in_memory(&spec, &tables, self.host)?;
        let record = complete.record;
        let Some((model, model_bytes)) = complete.model else {
            let failure = record.cells.iter().find_map(|cell| cell.failure.as_ref());
            let what = failure.map(|failure| {
                let (epoch, quantity) = (failure.epoch, &failure.quantity);
                format!("epoch {epoch}, where {quantity} is {}", failure.value)
            });
            let what = what.unwrap_or_else(|| "its end".to_owned());
            return Err(FitError::NoModel { what });
        };
        Ok(Fitted {
            model,
            model_bytes,
            ensemble: record.chosen().and_then(|cell| cell.ensemble.clone()),
            warnings: record.warnings.clone(),
            record: Some(record),
            timings: complete.timings,
            spec,
        })
    }
}

#[cfg(feature = "report")]
impl Fitted {
    /// The page of the record; `None` where there is no record.
    ///
    /// # Errors
    /// [`RenderError`].
    pub fn page(&self, timing: Option<&Timing>) -> Result<Option<String>, RenderError> {
        let page = self.record.as_ref().map(|record| render(record, timing));
        page.transpose()
    }

    /// Writes spec, record, model and page into a folder as `mdn fit` does, and makes it where it is missing; without a
    /// record, the model alone.
    ///
    /// # Errors
    /// [`FolderError`]. Nothing is written in part.
    pub fn write(&self, folder: &Path) -> Result<(), FolderError> {
        let page = self.page(None)?;
        let spec = self.record.is_some().then_some(&self.spec);
        let model = &self.model_bytes;
        FitFolder::open(folder)?.write(spec, self.record.as_ref(), model, page.as_deref())
    }
}
