//! `mdn predict`: what a model says of every row of a table.

use std::path::PathBuf;

use mixture_density::predict::{Keep, Questions, Streamed, predict as predict_table};

use super::escape::EscapeArgs;
use super::exit::GOOD;
use super::name_list::NameList;
use super::output::Output;
use super::table_args::{TableArgs, load, model_file};
use super::terminal::complain;

#[derive(Debug, clap::Args)]
pub(super) struct PredictArgs {
    /// model.safetensors, or the folder it stands in.
    model: PathBuf,
    #[command(flatten)]
    table: TableArgs,
    /// Levels of quantiles, such as .05,.5,.95.
    #[arg(long, value_name = "P,…", value_delimiter = ',')]
    quantiles: Vec<f64>,
    /// Probabilities of highest-density regions, such as .9.
    #[arg(long, value_name = "P,…", value_delimiter = ',')]
    hdr: Vec<f64>,
    /// Values of the target, such as 3,4.5: the probability of more than each.
    #[arg(
        long,
        value_name = "T,…",
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    above: Vec<f64>,
    /// Values of the target: the probability of less than each.
    #[arg(
        long,
        value_name = "T,…",
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    below: Vec<f64>,
    /// Columns of the table to copy, or `all`.
    #[arg(long, value_name = "NAME,…")]
    keep: Vec<NameList>,
    /// A row that cannot be answered ends the command, rather than being answered as missing.
    #[arg(long, conflicts_with = "missing")]
    strict: bool,
    /// The modes too; looking for all of them is slow.
    #[arg(long)]
    modes: bool,
    /// The density at N points from the quantile 0.001 to the quantile 0.999.
    #[arg(long, value_name = "N")]
    density_grid: Option<usize>,
    /// Weights, means and scales of the components too.
    #[arg(long)]
    parameters: bool,
    /// An object for each row, on a line of its own, instead of CSV.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    escape: EscapeArgs,
    /// File to write; `-` is stdout [default: stdout]. It appears only complete.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn predict(args: &PredictArgs) -> anyhow::Result<u8> {
    let questions = Questions {
        quantiles: args.quantiles.clone(),
        regions: args.hdr.clone(),
        above: args.above.clone(),
        below: args.below.clone(),
        keep: keep(&args.keep),
        modes: args.modes,
        density_grid: args.density_grid,
        parameters: args.parameters,
    };
    questions.check()?;
    let model = load(&args.model)?;
    args.table.start_threads();
    let mut reader = args.table.reader()?;
    let inputs = [&*model_file(&args.model), args.table.path()];
    let mut out = Output::open(args.out.as_deref(), &inputs)?;
    let result = predict_table(
        &model,
        &mut reader,
        args.table.row_policy(args.strict),
        &questions,
        args.escape.format(args.json),
        &mut out,
    );
    end(out, result)
}

/// Which columns these words are.
fn keep(words: &[NameList]) -> Keep {
    let names = NameList::names(words);
    match names.as_slice() {
        [] => Keep::None,
        [name] if name == "all" => Keep::All,
        _ => Keep::Columns(names),
    }
}

/// Completes the output, and tells of rows that were left out or lie outside.
pub(super) fn end(
    out: Output,
    result: Result<Streamed, mixture_density::predict::PredictError>,
) -> anyhow::Result<u8> {
    if let Some(streamed) = out.settle(result)? {
        tell(&streamed);
    }
    Ok(GOOD)
}

/// Says which rows were left out, and which the model has learnt nothing like.
pub(super) fn tell(streamed: &Streamed) {
    if streamed.unanswered.n_rows > 0 {
        complain(&streamed.unanswered.to_string());
    } else if streamed.missing.n_rows > 0 {
        complain(&format!("{}; those rows are left out", streamed.missing));
    }
    if streamed.unknown.n_cells() > 0 {
        complain(&streamed.unknown.to_string());
    }
    if let Some(outside) = streamed
        .outside
        .as_ref()
        .filter(|outside| outside.n_rows > 0)
    {
        complain(&outside.to_string());
    }
}
