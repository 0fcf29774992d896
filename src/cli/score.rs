//! `mdn score`: what a model is worth on a table whose targets are known.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use mixture_density::predict::{Format, PredictError, csv_cell, score as score_table};
use mixture_density::record::canonical;
use mixture_density::score::{Scores, Summary};
use mixture_density::seed::Seed;

use super::escape::EscapeArgs;
use super::exit::{GOOD, NO};
use super::output::Output;
use super::predict::tell;
use super::table_args::{TableArgs, load, model_file};
use super::terminal::complain;

#[derive(Debug, clap::Args)]
pub(super) struct ScoreArgs {
    /// model.safetensors, or the folder it stands in.
    model: PathBuf,
    #[command(flatten)]
    table: TableArgs,
    /// Root of the draws of the energy score, which several targets have.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// One JSON object instead of CSV.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    escape: EscapeArgs,
    /// File to write; `-` is stdout [default: stdout]. It appears only complete.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn score(args: &ScoreArgs) -> anyhow::Result<u8> {
    let model = load(&args.model)?;
    args.table.start_threads();
    let mut reader = args.table.reader()?;
    let policy = args.table.policy();
    let (scores, streamed) = score_table(&model, &mut reader, policy, Seed::new(args.seed))?;
    let text = if args.json {
        canonical::to_string(&scores)?
    } else {
        csv(&scores, args.escape.format(false))
    };
    let inputs = [&*model_file(&args.model), args.table.path()];
    let mut out = Output::open(args.out.as_deref(), &inputs)?;
    let written = out.write_all(text.as_bytes()).map_err(PredictError::Write);
    out.settle(written)?;
    tell(&streamed);
    if scores.n_rows == 1 {
        complain("of one row there is no standard error, and none is given");
    }
    let degenerate = scores.targets.iter().filter(|t| t.degenerate_likelihood);
    let names: Vec<String> = degenerate.map(|t| format!("`{}`", t.name)).collect();
    if names.is_empty() {
        return Ok(GOOD);
    }
    complain(&format!(
        "the likelihood of {} means nothing: its values repeat, and a component has collapsed on them",
        names.join(", ")
    ));
    Ok(NO)
}

/// A line for each score: target (nothing for all together), score, value, standard error where there is one.
fn csv(scores: &Scores, format: Format) -> String {
    let mut text = String::from("target,score,value,standard_error\n");
    let mut line = |target: &str, score: &str, value: f64, error: Option<f64>| {
        let target = csv_cell(target, format);
        let error = error.map(shortest).unwrap_or_default();
        let _ = writeln!(text, "{target},{score},{},{error}", shortest(value));
    };
    let summary = |s: &Summary| (s.mean, s.standard_error);
    line("", "n_rows", scores.n_rows as f64, None);
    let (value, error) = summary(&scores.nll_nats);
    line("", "nll_nats", value, error);
    if let Some(energy) = &scores.energy {
        let (value, error) = summary(energy);
        line("", "energy", value, error);
    }
    line("", "smallest_scale", scores.smallest_scale, None);
    for target in &scores.targets {
        for (name, score) in [
            ("nll_nats", &target.nll_nats),
            ("crps", &target.crps),
            ("squared_error", &target.squared_error),
            ("sd", &target.sd),
        ] {
            let (value, error) = summary(score);
            line(&target.name, name, value, error);
        }
        line(&target.name, "pit_ks", target.pit_ks, None);
        line(&target.name, "pit_ks_p_bound", target.pit_ks_p_bound, None);
        for coverage in &target.coverage {
            let name = format!("coverage_{}", coverage.level);
            line(&target.name, &name, coverage.covered, None);
        }
        line(&target.name, "repeated_share", target.repeated_share, None);
    }
    text
}

/// The shortest decimals that are read as the same number.
fn shortest(value: f64) -> String {
    let size = value.abs();
    if size > 0.0 && !(1e-5..1e16).contains(&size) && size.is_finite() {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}
