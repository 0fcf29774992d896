//! What `report` and `run` share.

use std::path::PathBuf;

use clap::Args;
use mixture_density::folder::{Page, complete};
use mixture_density::spec::Spec;
use mixture_density::study::{CellPattern, Options, Tables};

use super::jobs::parse_jobs;
use super::progress::Progress;
use super::{guard, machine, outcome};

/// What `report` and `run` share.
#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// Folder with a spec.toml.
    #[arg(default_value = "reports/spiral")]
    pub(super) study: PathBuf,
    /// Worker threads, one cell each [default: all processors].
    #[arg(long, value_name = "N", value_parser = parse_jobs)]
    pub(super) jobs: Option<usize>,
    /// Only cells whose identity matches, such as 'article/mdn/k=20/*'.
    #[arg(long, value_name = "GLOB")]
    pub(super) only: Option<CellPattern>,
    /// Train finished cells again, and compare.
    #[arg(long)]
    pub(super) fresh: bool,
    /// Folder for cells, record and page [default: STUDY].
    #[arg(long, value_name = "DIR", value_parser = super::output::not_stdout())]
    pub(super) out: Option<PathBuf>,
    /// Table, or folder of the tables, that the spec names [default: looked for in STUDY and beside it].
    #[arg(long, value_name = "PATH")]
    pub(super) table: Option<PathBuf>,
}

impl RunArgs {
    pub(super) fn options(&self) -> Options {
        let mut options = Options::default();
        options.only.clone_from(&self.only);
        options.fresh = self.fresh;
        options
    }

    pub(super) fn tables(&self) -> Tables {
        let tables = Tables::beside(&self.study);
        match &self.table {
            Some(path) => tables.named(path, None),
            None => tables,
        }
    }

    pub(super) fn out(&self) -> PathBuf {
        self.out.clone().unwrap_or_else(|| self.study.clone())
    }

    /// Runs the study into its folder and says what came out.
    pub(super) fn complete(&self, page: Page) -> anyhow::Result<u8> {
        let spec = Spec::read(&self.study)?;
        let out = self.out();
        guard::guard_folder(&out, &self.study)?;
        let started = machine::seconds();
        machine::start_threads(self.jobs);
        let progress = Progress::new();
        let (tables, options) = (self.tables(), self.options());
        let done = complete(&spec, &out, &tables, &options, page, &progress);
        progress.finish();
        Ok(outcome::report(&out, &done?, machine::seconds() - started))
    }
}
