//! `mdn sample`: draws from what a model says of every row.

use std::path::PathBuf;

use mixture_density::mixture::Temperature;
use mixture_density::predict::{Draws, sample as sample_table};
use mixture_density::seed::Seed;

use super::escape::EscapeArgs;
use super::output::Output;
use super::predict::end;
use super::table_args::{TableArgs, load, model_file};

#[derive(Debug, clap::Args)]
pub(super) struct SampleArgs {
    /// model.safetensors, or the folder it stands in.
    model: PathBuf,
    #[command(flatten)]
    table: TableArgs,
    /// Draws for each row.
    #[arg(long, default_value_t = 1)]
    n: usize,
    /// Of the weights: 0 takes the heaviest component, inf all alike.
    #[arg(long, value_name = "T", default_value_t = 1.0)]
    temperature: f64,
    /// Factor of every covariance: 0 gives the component's mean.
    #[arg(long, value_name = "S", default_value_t = 1.0)]
    sigma_temperature: f64,
    /// Root of the draws: the same seed, the same draws.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// An object for each row, on a line of its own, instead of CSV.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    escape: EscapeArgs,
    /// File to write; `-` is stdout [default: stdout]. It appears only complete.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn sample(args: &SampleArgs) -> anyhow::Result<u8> {
    let draws = Draws {
        n: args.n,
        temperature: Temperature::new(args.temperature, args.sigma_temperature)?,
        seed: Seed::new(args.seed),
    };
    let model = load(&args.model)?;
    args.table.start_threads();
    let mut reader = args.table.reader()?;
    let inputs = [&*model_file(&args.model), args.table.path()];
    let mut out = Output::open(args.out.as_deref(), &inputs)?;
    let result = sample_table(
        &model,
        &mut reader,
        args.table.policy(),
        &draws,
        args.escape.format(args.json),
        &mut out,
    );
    end(out, result)
}
