//! The verbs of `mdn`, one file each. Only here: arguments, terminal, clock, environment, exit codes.

mod bench;
mod escape;
mod exit;
mod fit;
mod guard;
mod index;
mod jobs;
mod machine;
mod name_list;
mod outcome;
mod output;
mod points;
mod predict;
mod progress;
mod render;
mod report;
mod run;
mod run_args;
mod sample;
mod score;
mod split_args;
mod table_args;
mod terminal;
mod usage;
mod verify;

use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use mixture_density::folder::FolderError;
use mixture_density::numerics::environment;
use mixture_density::study::StudyError;

use self::exit::{BAD_INPUT, NO};

/// Mixture density networks, studied reproducibly.
///
/// STUDY is a folder with a spec.toml; for `verify` and `render` also one that `fit` has left. Exit
/// codes: 0 good; 1 the answer is "no" (a cell failed, verification found a difference, a likelihood
/// means nothing); 2 bad input or usage.
#[derive(Debug, Parser)]
#[command(name = "mdn", version, max_term_width = 100)]
struct Command {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run what is missing, write record.json and timing.json, render index.html.
    Report(report::ReportArgs),
    /// Train and score; resume from finished cells; no page.
    Run(run_args::RunArgs),
    /// Turn a record into a page; trains nothing.
    Render(render::RenderArgs),
    /// Train again from nothing and compare with the record, of a study or of a fit.
    Verify(verify::VerifyArgs),
    /// The points of a study as a table, with the exact density of each.
    Points(points::PointsArgs),
    /// Fit a density to a table of your own: model, record and page.
    Fit(fit::FitArgs),
    /// What a fitted model says of every row of a table.
    Predict(predict::PredictArgs),
    /// Draws from what a fitted model says of every row.
    Sample(sample::SampleArgs),
    /// What a fitted model is worth on a table whose targets are known.
    Score(score::ScoreArgs),
    /// Write one page over all studies of a folder.
    Index(index::IndexArgs),
    /// Print the last `cargo bench` as one table, with shares of this core's peak.
    Bench(bench::BenchArgs),
}

/// The error and what caused it; a cause that the error tells already is not told twice.
fn sentence(error: &anyhow::Error) -> String {
    let mut sentence = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if sentence.is_empty() {
            sentence = cause;
        } else if !sentence.contains(&cause) {
            sentence = format!("{sentence}: {cause}");
        }
    }
    sentence
}

/// Parses the arguments and does what they say.
pub(crate) fn main() -> ExitCode {
    // A library that was loaded before may have changed it.
    environment::set();
    machine::survive_file_size_limit();
    machine::clean_up_when_stopped();
    let code = match Command::try_parse() {
        Ok(command) => answer(command.verb),
        Err(error) => usage::answer(&error),
    };
    ExitCode::from(match terminal::settle() {
        Ok(()) => code,
        Err(error) => {
            terminal::complain(&format!("stdout: cannot be written: {error}"));
            BAD_INPUT
        }
    })
}

fn answer(verb: Verb) -> u8 {
    let result = prepare(&verb).and_then(|()| match verb {
        Verb::Report(args) => report::report(&args),
        Verb::Run(args) => run::run(&args),
        Verb::Render(args) => render::render(&args),
        Verb::Verify(args) => verify::verify(&args),
        Verb::Points(args) => points::points(&args),
        Verb::Fit(args) => fit::fit(&args),
        Verb::Predict(args) => predict::predict(&args),
        Verb::Sample(args) => sample::sample(&args),
        Verb::Score(args) => score::score(&args),
        Verb::Index(args) => index::index(&args),
        Verb::Bench(args) => bench::bench(&args),
    });
    result.unwrap_or_else(|error| {
        terminal::complain(&sentence(&error));
        match error.downcast_ref() {
            // Nothing was wrong with what was asked.
            Some(FolderError::Study(StudyError::NotReproduced { .. })) => NO,
            _ => BAD_INPUT,
        }
    })
}

/// Refuses what would be known only at the end, when the work is done.
fn prepare(verb: &Verb) -> anyhow::Result<()> {
    machine::check_kernels()?;
    let writes_a_stream = matches!(
        verb,
        Verb::Points(_) | Verb::Predict(_) | Verb::Sample(_) | Verb::Score(_)
    );
    if !writes_a_stream {
        terminal::check().context("stdout: cannot be written")?;
    }
    Ok(())
}
