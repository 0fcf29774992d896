//! `mdn fit`: from a user's table to a model, a record and a page.

use std::path::PathBuf;

use anyhow::Context as _;
use mixture_density::files::write_atomically;
use mixture_density::fit::{FitRecord, FitSpec, Fitted, fit as fit_table};
use mixture_density::report::render_fit;
use mixture_density::study::canonical;
use mixture_density::study::record::{CellTiming, Timing};
use mixture_density::table::{Columns, Table};

use super::fit_folder::FitFolder;
use super::fit_progress::FitProgress;
use super::name_list::NameList;
use super::progress::{complain, duration, say};
use super::table_args::TableArgs;
use super::{GOOD, NO, machine};

#[derive(Debug, clap::Args)]
pub(super) struct FitArgs {
    #[command(flatten)]
    table: TableArgs,
    /// Column to predict; more than once for several, which are predicted together.
    #[arg(long = "target", value_name = "NAME", required = true)]
    targets: Vec<String>,
    /// Columns to predict from; a name with a comma stands in quotation marks, such as 'a,"b, c"' [default: all others].
    #[arg(long, value_name = "NAME,…")]
    features: Vec<NameList>,
    /// Numbers of components to try; the validation rows choose.
    #[arg(
        long,
        value_name = "K,…",
        value_delimiter = ',',
        default_value = "1,2,5,10,20"
    )]
    components: Vec<usize>,
    /// How to train.
    #[arg(long, value_enum, default_value_t = RecipeName::Tuned)]
    recipe: RecipeName,
    /// Epochs at most [default: the recipe's, 300].
    #[arg(long, value_name = "N")]
    epochs: Option<usize>,
    /// How several targets depend on each other within a component.
    #[arg(long, value_enum, default_value_t = CovarianceName::Diagonal)]
    covariance: CovarianceName,
    /// Root of every random number.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Column that says `train`, `validation` or `test` of each row [default: the seed deals rows out].
    #[arg(long, value_name = "NAME")]
    split_column: Option<String>,
    /// Share of rows that choose among models.
    #[arg(long, value_name = "SHARE", default_value_t = 0.15)]
    validation: f64,
    /// Share of rows that judge the chosen one.
    #[arg(long, value_name = "SHARE", default_value_t = 0.15)]
    test: f64,
    /// Spread repeated values of a target over the gaps between them.
    #[arg(long)]
    dequantise: bool,
    /// Folder for model, record and page [default: the table's name with -fit].
    #[arg(long, value_name = "DIR", value_parser = super::output::not_stdout())]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum RecipeName {
    /// The article's training.
    Article,
    /// Standardised, with warm-up, a cosine schedule, noise and averaged weights.
    Tuned,
    /// The same with larger batches and less noise, for many rows of few features.
    TunedLarge,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum CovarianceName {
    /// Independent.
    Diagonal,
    /// A covariance matrix for each component.
    Full,
}

impl FitArgs {
    fn spec(&self) -> FitSpec {
        FitSpec {
            components: self.components.clone(),
            recipe: match self.recipe {
                RecipeName::Article => "article",
                RecipeName::Tuned => "tuned",
                RecipeName::TunedLarge => "tuned-large",
            }
            .to_owned(),
            max_epochs: self.epochs,
            recipe_values: serde_json::Value::Null,
            covariance: match self.covariance {
                CovarianceName::Diagonal => "diagonal",
                CovarianceName::Full => "full",
            }
            .to_owned(),
            seed: self.seed,
            split_column: self.split_column.clone(),
            validation_share: self.validation,
            test_share: self.test,
            dequantise: self.dequantise,
        }
    }

    fn features(&self) -> Option<Vec<String>> {
        let names = self.features.iter().flat_map(|list| list.0.iter().cloned());
        (!self.features.is_empty()).then(|| names.collect())
    }

    fn out(&self) -> anyhow::Result<PathBuf> {
        if let Some(out) = &self.out {
            return Ok(out.clone());
        }
        anyhow::ensure!(
            !self.table.is_stdin(),
            "--out is needed where the table comes from stdin"
        );
        let path = self.table.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let stem = name.trim_end_matches(".gz");
        let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
        Ok(path.with_file_name(format!("{stem}-fit")))
    }
}

pub(super) fn fit(args: &FitArgs) -> anyhow::Result<u8> {
    let out = FitFolder::open(&args.out()?)?;
    let jobs = args.table.start_threads();
    let started = machine::seconds();
    let columns = Columns {
        targets: args.targets.clone(),
        features: args.features(),
        split: args.split_column.clone(),
    };
    let table = Table::read(args.table.reader()?, &columns, args.table.policy())?;
    let progress = FitProgress::new();
    let fitted = fit_table(table, args.spec(), &|event| progress.event(&event));
    progress.finish();
    let fitted = fitted?;
    write(&out, &fitted, &progress, jobs, machine::seconds() - started)?;
    Ok(judge(&out, &fitted.record, machine::seconds() - started))
}

/// Model, timing, record, page: where the page stands, the rest does.
fn write(
    out: &FitFolder,
    fitted: &Fitted,
    progress: &FitProgress,
    jobs: usize,
    total_wall_s: f64,
) -> anyhow::Result<()> {
    let cells = fitted.record.cells.iter().zip(&fitted.n_steps);
    let cells = cells.map(|(cell, n_steps)| CellTiming {
        id: cell.id.clone(),
        train_wall_s: progress.train_wall_s(&cell.id),
        score_wall_s: progress.score_wall_s(&cell.id),
        n_steps: *n_steps,
    });
    let timing = Timing {
        total_wall_s,
        jobs,
        cells: cells.collect(),
        ..machine::timing(&fitted.record.digest, out.path())
    };
    let record = canonical::to_string(&fitted.record)?;
    let page = render_fit(&fitted.record, Some(&timing))?;
    let model = out.at(FitFolder::MODEL);
    if fitted.model.is_some() {
        write_atomically(&model, &fitted.bytes)?;
    } else if model.exists() {
        // Of an earlier fit: beside this record it would pass for what this one gave.
        std::fs::remove_file(&model).with_context(|| model.display().to_string())?;
    }
    for (name, text) in [
        (FitFolder::TIMING, canonical::to_string(&timing)?),
        (FitFolder::RECORD, record),
        (FitFolder::PAGE, page),
    ] {
        write_atomically(&out.at(name), text.as_bytes())?;
    }
    Ok(())
}

/// Says what came out; whether it may be called good.
fn judge(out: &FitFolder, record: &FitRecord, wall_s: f64) -> u8 {
    let (Some(choice), Some(scores)) = (&record.choice, &record.scores_test) else {
        complain("every training diverged: there is no model");
        return NO;
    };
    say(&format!("{}.", choice.reason));
    let error = scores.nll_nats.standard_error;
    let mut parts = vec![format!(
        "NLL {}{} nats",
        short(scores.nll_nats.mean),
        error.map_or_else(String::new, |error| format!(" ± {}", short(error)))
    )];
    for target in &scores.targets {
        let crps = short(target.crps.mean);
        parts.push(format!("CRPS of `{}` {crps}", target.name));
    }
    say(&format!(
        "On {} test rows: {}.",
        scores.n_rows,
        parts.join(", ")
    ));
    say(&format!(
        "{}: {} trained in {}",
        out.at(FitFolder::MODEL).display(),
        match record.cells.len() {
            1 => "1 network".to_owned(),
            n => format!("{n} networks"),
        },
        duration(wall_s)
    ));
    if record.is_degenerate() {
        complain(
            "the likelihood means nothing: target values repeat, and a component has collapsed on them; heed what was said of the targets, and look at the CRPS",
        );
        return NO;
    }
    GOOD
}

/// Four decimals, or four digits where those would say little.
fn short(value: f64) -> String {
    let size = value.abs();
    if size > 0.0 && !(1e-2..1e6).contains(&size) {
        format!("{value:.3e}")
    } else {
        format!("{value:.4}")
    }
}
