//! Bad tables and bad words: exit 2, one sentence, nothing left behind.

use insta::assert_snapshot;

use super::{Desk, branches};

/// What `mdn fit` says of this table, to predict `y`.
fn fit(text: impl AsRef<[u8]>) -> String {
    fit_with(text, &[])
}

fn fit_with(text: impl AsRef<[u8]>, more: &[&str]) -> String {
    let desk = Desk::new();
    desk.0.write("t.csv", text);
    desk.refused(&[&["fit", "t.csv", "--target", "y"], more].concat())
}

#[test]
fn tables() {
    assert_snapshot!(fit("a,b\n1,2\n"), @"");
    assert_snapshot!(fit("a,y\n1,2\nred,3\n"), @"");
    assert_snapshot!(fit("a,y\nNaN,2\n1,inf\n,3\n"), @"");
    assert_snapshot!(fit("a,y,a\n1,2,3\n"), @"");
    assert_snapshot!(fit("a,y\n1,2,3\n"), @"");
    assert_snapshot!(fit("a|y\n1|2\n"), @"");
    assert_snapshot!(fit(b"a,y\n1,2\n\xff,3\n"), @"");
    assert_snapshot!(fit(""), @"");
    assert_snapshot!(fit("a,y\n"), @"");
    assert_snapshot!(fit("a,y\n1,2\n3,4\n"), @"");
    assert_snapshot!(fit(b"\x1f\x8b\x08\0\0\0"), @"");
    let constant: String = (0..20).map(|row| format!("{row},7\n")).collect();
    assert_snapshot!(fit(format!("a,y\n{constant}")), @"");
    let constant: String = (0..20).map(|row| format!("7,{row}\n")).collect();
    assert_snapshot!(fit(format!("a,y\n{constant}")), @"");
    let far: String = (0..20)
        .map(|row| format!("{row}e300,{row}e300\n"))
        .collect();
    assert_snapshot!(fit(format!("a,y\n{far}")), @"");
}

#[test]
fn a_hundred_thousand_columns() {
    let names: Vec<String> = (0..100_000).map(|i| format!("c{i}")).collect();
    let row = vec!["1"; 100_000].join(",");
    let text = format!("{},y\n{row},1\n", names.join(","));
    assert_snapshot!(fit(text), @"");
}

#[test]
fn words() {
    let with = |more: &[&str]| fit_with(branches(30), more);
    assert_snapshot!(with(&["--components", "0"]), @"");
    assert_snapshot!(with(&["--components", "2,2"]), @"");
    assert_snapshot!(with(&["--components", "1001"]), @"");
    assert_snapshot!(with(&["--features", "x,nois"]), @"");
    assert_snapshot!(with(&["--features", "x,x"]), @"");
    assert_snapshot!(with(&["--target", "y"]), @"");
    assert_snapshot!(with(&["--split-column", "x"]), @"");
    assert_snapshot!(with(&["--validation", "0.6", "--test", "0.6"]), @"");
    assert_snapshot!(with(&["--test", "nan"]), @"");
    let desk = Desk::new();
    assert_snapshot!(desk.refused(&["fit", "absent.csv", "--target", "y"]), @"");
    assert_snapshot!(desk.refused(&["fit", "tiny", "--target", "y"]), @"");
    assert_snapshot!(desk.refused(&["fit", "-", "--target", "y"]), @"");
}

/// clap's own refusals are several lines; the first says what is wrong.
#[test]
fn usage() {
    let desk = Desk::new();
    desk.0.write("t.csv", branches(30));
    let first = |arguments: &[&str]| {
        let ran = desk.mdn(arguments);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert_eq!(ran.stdout, "");
        ran.stderr.lines().next().expect("a line").to_owned()
    };
    assert_snapshot!(first(&["fit", "t.csv", "--target", "y", "--components", "many"]), @"");
    assert_snapshot!(first(&["fit", "t.csv", "--target", "y", "--recipe", "secret"]), @"");
    assert_snapshot!(first(&["fit", "t.csv", "--target", "y", "--delimiter", ".."]), @"");
    assert_snapshot!(first(&["fit", "t.csv", "--target", "y", "--delimiter", "7"]), @"");
    assert_snapshot!(first(&["fit", "t.csv", "--target", "y", "--jobs", "0"]), @"");
    assert_snapshot!(first(&["fit", "t.csv", "--target", "y", "--missing", "guess"]), @"");
}

#[test]
fn questions() {
    let desk = Desk::fitted();
    let ask = |more: &[&str]| {
        desk.refused(&[&["predict", "branches-fit", "branches.csv"], more].concat())
    };
    assert_snapshot!(ask(&["--quantiles", "0,0.5"]), @"");
    assert_snapshot!(ask(&["--hdr", "90"]), @"");
    assert_snapshot!(ask(&["--density-grid", "1"]), @"");
    assert_snapshot!(ask(&["--out", "absent/p.csv"]), @"");
    assert_snapshot!(ask(&["--out", "tiny"]), @"");
    let sample =
        |more: &[&str]| desk.refused(&[&["sample", "branches-fit", "branches.csv"], more].concat());
    assert_snapshot!(sample(&["--n", "0"]), @"");
    assert_snapshot!(sample(&["--temperature=-1"]), @"");
    assert_snapshot!(sample(&["--sigma-temperature", "inf"]), @"");
}

#[test]
fn other_tables() {
    let desk = Desk::fitted();
    let refused = |verb: &str, text: &str| {
        desk.0.write("t.csv", text);
        desk.refused(&[verb, "branches-fit", "t.csv"])
    };
    assert_snapshot!(refused("predict", "x,nose\n1,2\n"), @"");
    assert_snapshot!(refused("predict", "x,noise\n1,2\n1,\n"), @"");
    assert_snapshot!(refused("predict", "x,noise\n1,2\nlong,2\n"), @"");
    assert_snapshot!(refused("predict", "x,noise\n"), @"");
    assert_snapshot!(refused("predict", "x,noise\n1e308,1\n"), @"");
    assert_snapshot!(refused("sample", ""), @"");
    assert_snapshot!(refused("score", "x,noise\n1,2\n"), @"");
    assert_snapshot!(refused("score", "x,noise,y\n1,2,NA\n"), @"");
    // A fault in the last of many rows leaves no file.
    let mut text = branches(30_000);
    text += "1,2\n";
    desk.0.write("long.csv", text);
    assert_snapshot!(desk.refused(&["predict", "branches-fit", "long.csv", "--out", "p.csv"]), @"");
}
