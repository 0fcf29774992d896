//! What `mdn verify` refuses.

use insta::assert_snapshot;

use super::{Desk, branches};
use crate::support::edit;

const FOLDER: &str = "branches-fit";

#[test]
fn what_cannot_be_verified_is_refused() {
    let desk = Desk::fitted();
    let said = desk.refused(&["verify", FOLDER, "branches-fit"]);
    assert_snapshot!(said, @r#"mdn: branches-fit: there is no table "branches.csv" in it; say where it is: `run --table FILE`, `verify STUDY FILE`"#);
    desk.0
        .write("no-y.csv", branches(9).replace(",y\n", ",z\n"));
    assert_snapshot!(desk.refused(&["verify", FOLDER, "no-y.csv"]), @"mdn: no-y.csv: there is no column `y`; there is `x`, `noise`, `z`");
    assert_snapshot!(desk.refused(&["verify", "absent", "branches.csv"]), @"mdn: absent/spec.toml: no such study (a study is a folder with a spec.toml)");
    assert_snapshot!(desk.refused(&["verify", "absent"]), @"mdn: absent/spec.toml: no such study (a study is a folder with a spec.toml)");
    assert_eq!(desk.mdn(&["run", "tiny"]).code, Some(0));
    assert_snapshot!(desk.refused(&["verify", "tiny", "branches.csv"]), @"mdn: tiny/spec.toml: the study draws its own points, and takes no table");
    let spec = desk.0.text("branches-fit/spec.toml");
    let with = |from: &str, to: &str| {
        desk.0
            .write("branches-fit/spec.toml", edit(&spec, from, to));
        desk.refused(&["verify", FOLDER])
    };
    assert_snapshot!(with("features = [", "delimiter = \"zz\"\nfeatures = ["), @r#"mdn: branches-fit/spec.toml: `problem.delimiter` is "zz", but must be one character, or `tab`"#);
    assert_snapshot!(with("\"../branches.csv\"", "\"stdin\""), @r#"mdn: branches-fit/record.json: the record was made from another spec: `spec/problem/file` was "branches.csv" and is "stdin""#);
    assert_snapshot!(with("schema = 2", "schema = 1"), @"mdn: branches-fit/spec.toml: schema 1 is older; this program reads schema 2");
    desk.0.write("branches-fit/spec.toml", spec);
    let text = desk.0.text("branches-fit/record.json");
    desk.0.write(
        "branches-fit/record.json",
        edit(&text, "\"seed\": 0", "\"seed\": 1"),
    );
    assert_snapshot!(desk.refused(&["verify", FOLDER]), @"mdn: branches-fit/record.json: the digest does not match the contents: the file was changed or cut");
    desk.0.write(
        "branches-fit/record.json",
        &text.as_bytes()[..text.len() / 2],
    );
    let said = desk.refused(&["verify", FOLDER]);
    assert!(
        said.starts_with("mdn: branches-fit/record.json:") && said.contains(": EOF while parsing "),
        "{said}"
    );
    desk.0.write("branches-fit/record.json", text);
    std::fs::remove_file(desk.0.at("branches-fit/model.safetensors")).expect("a file");
    std::fs::create_dir(desk.0.at("branches-fit/model.safetensors")).expect("a folder");
    assert_snapshot!(desk.refused(&["verify", FOLDER]), @"mdn: branches-fit/model.safetensors: cannot be read: it is a folder, not a file");
}
