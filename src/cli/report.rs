//! `mdn report`: from a spec to the finished page.

use super::{GOOD, RunArgs, render, run};

pub(super) fn report(args: &RunArgs) -> anyhow::Result<u8> {
    let Some(record) = run::complete(args)? else {
        return Ok(GOOD);
    };
    let folder = args.out();
    render::write_page(&folder, &folder.join("index.html"))?;
    Ok(run::code(&record))
}
