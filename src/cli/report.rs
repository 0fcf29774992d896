//! `mdn report`: from a spec to the finished page.

use super::{RunArgs, render, run};

pub(super) fn report(args: &RunArgs) -> anyhow::Result<u8> {
    let ran = run::complete(args)?;
    if ran.is_complete {
        let folder = args.out();
        render::write_page(&folder, &folder.join("index.html"))?;
    }
    Ok(ran.code)
}
