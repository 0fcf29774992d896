//! `mdn points`: what a study's networks learn from and are scored on, as CSV.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use mixture_density::predict::PredictError;
use mixture_density::spec::{SPEC, Spec};
use mixture_density::study::points as points_of;

use super::exit::GOOD;
use super::output::Output;

#[derive(Debug, clap::Args)]
pub(super) struct PointsArgs {
    /// Folder with a spec.toml.
    #[arg(default_value = "reports/spiral")]
    study: PathBuf,
    /// File to write; `-` is stdout [default: stdout]. It appears only complete.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn points(args: &PointsArgs) -> anyhow::Result<u8> {
    let spec = Spec::read(&args.study)?;
    let inputs = [&*args.study.join(SPEC)];
    let mut out = Output::open(args.out.as_deref(), &inputs)?;
    let points = points_of(&spec)?;
    let points = points.with_context(|| {
        let spec = args.study.join(SPEC);
        format!(
            "{}: only of one problem whose density is known are there points",
            spec.display()
        )
    })?;
    // As text of as many digits as it takes: who reads them in double precision has the numbers a network had.
    let mut write = || {
        writeln!(out, "part,x,y,log_density")?;
        points
            .iter()
            .try_for_each(|p| writeln!(out, "{},{},{},{}", p.part, p.x, p.y, p.log_density))
    };
    let written = write().map_err(PredictError::Write);
    out.settle(written)?;
    Ok(GOOD)
}
