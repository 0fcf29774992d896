//! `mdn run`: train and score what is missing, write the record.

use mixture_density::folder::Page;

use super::run_args::RunArgs;

pub(super) fn run(args: &RunArgs) -> anyhow::Result<u8> {
    args.complete(Page::None)
}
