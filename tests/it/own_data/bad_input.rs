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
    assert_snapshot!(fit("a,b\n1,2\n"), @"mdn: t.csv: there is no column `y`; there is `a`, `b`");
    assert_snapshot!(fit("a,y\n1,2\nred,3\n"), @"mdn: t.csv: no feature is left: column `a` has a text of its own in every row");
    assert_snapshot!(fit("a,y\nNaN,2\n1,inf\n,3\n"), @"mdn: t.csv: 2 cells in 2 rows hold no number (1 empty, 1 NaN), first in row 1 (`a`), row 3 (`a`); fill the gaps with --missing impute (all 2 rows)");
    assert_snapshot!(fit("a,y,a\n1,2,3\n"), @"mdn: t.csv: two columns are called `a` (columns 1 and 3); rename one");
    assert_snapshot!(fit("a,y\n1,2,3\n"), @"mdn: t.csv: row 1 has 3 cells where the line of names has 2");
    assert_snapshot!(fit("a~y\n1~2\n"), @"mdn: t.csv: there is no column `y`; there is `a~y`");
    assert_snapshot!(fit(b"a,y\n1,2\n\xff,3\n"), @"mdn: t.csv: row 2 (line 3), column `a` is not UTF-8 text (byte 0xFF); say --encoding latin1 if it is Latin-1, or save the table as UTF-8");
    assert_snapshot!(fit(""), @"mdn: t.csv: the file is empty");
    assert_snapshot!(fit("a,y\n"), @"mdn: t.csv: there is no row below the line of names");
    assert_snapshot!(fit("a,y\n1,2\n3,4\n"), @"mdn: t.csv: too few rows to train, choose and judge: 2 found, 10 needed");
    assert_snapshot!(fit(b"\x1f\x8b\x08\0\0\0"), @"mdn: t.csv: the gzip stream is cut or damaged: unexpected end of file");
    let constant: String = (0..20).map(|row| format!("{row},7\n")).collect();
    assert_snapshot!(fit(format!("a,y\n{constant}")), @"mdn: t.csv: target `y` is 7 in every training row: there is nothing to predict");
    let constant: String = (0..20).map(|row| format!("7,{row}\n")).collect();
    assert_snapshot!(fit(format!("a,y\n{constant}")), @"mdn: t.csv: no feature is left: feature `a` is 7 in every training row and is left out");
    let far: String = (0..20)
        .map(|row| format!("{row}e300,{row}e300\n"))
        .collect();
    assert_snapshot!(fit(format!("a,y\n{far}")), @"mdn: t.csv: column `y` has a standard deviation of 4.85e300 over the training rows; it must lie between 1e-60 and 1e60: give the column in another unit");
}

/// `branches` with the parts named, and `value` in a column of the row 29, which is for the test.
fn parted(column: &str, value: &str) -> String {
    let mut text = String::new();
    for (at, line) in branches(30).lines().enumerate() {
        let mut cells: Vec<&str> = line.split(',').collect();
        let place = ["x", "noise", "y"].iter().position(|name| *name == column);
        if let (29, Some(place)) = (at, place) {
            cells[place] = value;
        }
        let part = ["train", "validation", "test"][(at / 20) + (at / 26)];
        let part = if at == 0 { "part" } else { part };
        text += &format!("{},{part}\n", cells.join(","));
    }
    text
}

/// All parts are looked at before the first training: a refusal is the only line.
#[test]
fn numbers_that_the_network_cannot_carry() {
    let split = ["--split-column", "part", "--components", "1,2"];
    let with = |column: &str, value: &str| fit_with(parted(column, value), &split);
    assert_snapshot!(with("y", "1e100"), @"mdn: t.csv: row 29, column `y` holds 1e100, 4.9e99 standard deviations from the mean of the training rows: the network's single precision carries no more than 16777216 beside ordinary values; correct the number or leave the row out");
    assert_snapshot!(with("x", "-1.7976931348623157e308"), @"mdn: t.csv: row 29, column `x` holds -1.7976931348623157e308, inf standard deviations from the mean of the training rows: the network's single precision carries no more than 16777216 beside ordinary values; correct the number or leave the row out");
    let article = [&split[..], &["--recipe", "article"]].concat();
    assert_snapshot!(fit_with(parted("noise", "3e9"), &article), @"mdn: t.csv: row 29, column `noise` holds 3e9, 3e9 from 0: the network's single precision carries no more than 16777216 beside ordinary values; give the column in another unit or take a recipe that standardises");
    let near: String = (0..20).map(|row| format!("{row},{row}e-200\n")).collect();
    assert_snapshot!(fit(format!("a,y\n{near}")), @"mdn: t.csv: column `y` has a standard deviation of 4.85e-200 over the training rows; it must lie between 1e-60 and 1e60: give the column in another unit");
    // Far out, but not beyond the network: told before the training, and fitted.
    let desk = Desk::new();
    desk.0.write("t.csv", parted("y", "1000"));
    let far = [&["fit", "t.csv", "--target", "y"], &split[..]].concat();
    let ran = desk.good(&far);
    assert_snapshot!(ran.stderr.lines().next().expect("a line"), @"mdn: column `y`: 1 validation or test row lies far outside the training rows (row 29 holds 1000, training rows hold -2.8749940294034744 to 2.8920055254586283): it alone may decide the choice and the scores");
    assert!(desk.record("t-fit").warnings[0].contains("row 29 holds 1000"));
    // As far as is allowed, the record can still be written and read.
    for column in ["x", "y"] {
        desk.0.write("t.csv", parted(column, "8e6"));
        assert_eq!(desk.mdn(&far).code, Some(0));
        assert!(desk.record("t-fit").scores_test.is_some());
    }
    // The twin: as it was drawn, nothing is said of it.
    desk.0.write("t.csv", parted("none", ""));
    let ran = desk.good(&far);
    assert!(!ran.stderr.contains("far outside"), "{ran:?}");
}

/// What cannot be trained is found before the first step for every K, not when its turn comes.
#[test]
fn a_mixture_beyond_any_size() {
    let wide = |n_targets: usize| {
        let names: Vec<String> = (0..n_targets).map(|i| format!("y{i}")).collect();
        let mut text = format!("x,{}\n", names.join(","));
        for row in 0..30 {
            let cells = (0..n_targets).map(|i| ((row * (i + 3)) % 97).to_string());
            text += &format!("{row},{}\n", cells.collect::<Vec<_>>().join(","));
        }
        let desk = Desk::new();
        desk.0.write("t.csv", text);
        let mut words = vec![
            "fit",
            "t.csv",
            "--covariance",
            "full",
            "--components",
            "1,500",
        ];
        for name in &names {
            words.extend(["--target", name]);
        }
        desk.refused(&words)
    };
    assert_snapshot!(wide(65), @"mdn: targets: 65 is out of range; allowed are 1 to 64");
    assert_snapshot!(wide(64), @"mdn: numbers for one mixture: 1072500 is out of range; allowed are 1 to 1048576");
}

/// A folder that cannot take the files is refused before the table is read, and nothing is left of it.
#[test]
fn folders() {
    let desk = Desk::new();
    desk.0.write("t.csv", branches(30));
    let out = |out: &str| desk.refused(&["fit", "t.csv", "--target", "y", "--out", out]);
    assert_snapshot!(out("t.csv"), @"mdn: t.csv: cannot be written: something that is not a folder is there");
    assert_snapshot!(out("t.csv/below"), @"mdn: t.csv/below: cannot be written: Not a directory (os error 20)");
    assert_snapshot!(out("/proc/none/below"), @"mdn: /proc/none/below: cannot be written: No such file or directory (os error 2)");
    std::fs::create_dir_all(desk.0.at("kept/index.html")).expect("writable");
    assert_snapshot!(out("kept"), @"mdn: kept/index.html: cannot be written: something that is not a file stands there");
    // What was made for a fit that is refused goes, with the folders above it; what was there stays.
    std::fs::create_dir(desk.0.at("empty")).expect("writable");
    desk.refused(&["fit", "t.csv", "--target", "z", "--out", "empty/a/b"]);
    assert!(desk.0.at("empty").exists() && !desk.0.at("empty/a").exists());
    desk.refused(&["fit", "t.csv", "--target", "z", "--out", "empty"]);
    assert!(desk.0.at("empty").exists());
    // The twin: where the fit succeeds, they stay.
    desk.good(&[
        "fit",
        "t.csv",
        "--target",
        "y",
        "--components",
        "1",
        "--out",
        "empty/a/b",
    ]);
    assert!(desk.0.at("empty/a/b/record.json").exists());
}

#[test]
fn a_hundred_thousand_columns() {
    let names: Vec<String> = (0..100_000).map(|i| format!("c{i}")).collect();
    let row = vec!["1"; 100_000].join(",");
    let text = format!("{},y\n{row},1\n", names.join(","));
    assert_snapshot!(fit(text), @"mdn: t.csv: 100000 columns would be features, but at most 10000 can be; choose with --features");
}

#[test]
fn words() {
    let with = |more: &[&str]| fit_with(branches(30), more);
    assert_snapshot!(with(&["--components", "0"]), @"mdn: `--components` is a list with 0, but must be numbers from 1 to 1000");
    assert_snapshot!(with(&["--epochs", "0"]), @"mdn: `--epochs` is 0, but must be a whole number from 1 to 100000");
    assert_snapshot!(with(&["--epochs", "100001"]), @"mdn: `--epochs` is 100001, but must be a whole number from 1 to 100000");
    assert_snapshot!(with(&["--components", "2,2"]), @"mdn: `--components` is a list with 2 twice, but must be each number once");
    assert_snapshot!(with(&["--components", "1001"]), @"mdn: `--components` is a list with 1001, but must be numbers from 1 to 1000");
    assert_snapshot!(with(&["--features", "x,nois"]), @"mdn: t.csv: there is no column `nois`; there is `x`, `noise`, `y`");
    assert_snapshot!(with(&["--features", "x,x"]), @"mdn: t.csv: column `x` cannot be a feature and a feature at once");
    assert_snapshot!(with(&["--target", "y"]), @"mdn: t.csv: column `y` cannot be a target and a target at once");
    assert_snapshot!(with(&["--split-column", "x"]), @r#"mdn: t.csv: row 1, column `x` is "1.9945981700196596", but must be `train`, `validation` or `test`"#);
    assert_snapshot!(with(&["--validation", "0.6", "--test", "0.6"]), @"mdn: the shares of validation (0.6) and test (0.6) must be positive and leave something to train on");
    assert_snapshot!(with(&["--test", "nan"]), @"mdn: the shares of validation (0.15) and test (NaN) must be positive and leave something to train on");
    let desk = Desk::new();
    assert_snapshot!(desk.refused(&["fit", "absent.csv", "--target", "y"]), @"mdn: absent.csv: cannot be read: No such file or directory (os error 2)");
    assert_snapshot!(desk.refused(&["fit", "tiny", "--target", "y"]), @"mdn: tiny: cannot be read: it is a folder");
    assert_snapshot!(desk.refused(&["fit", "-", "--target", "y"]), @"mdn: --out is needed where the table comes from stdin");
}

#[test]
fn usage() {
    let desk = Desk::new();
    desk.0.write("t.csv", branches(30));
    let refused = |arguments: &[&str]| desk.refused(arguments);
    assert_snapshot!(refused(&["fit", "t.csv", "--target", "y", "--components", "many"]), @"mdn: invalid value 'many' for '--components <K,…>': invalid digit found in string");
    assert_snapshot!(refused(&["fit", "t.csv", "--target", "y", "--recipe", "secret"]), @"mdn: invalid value 'secret' for '--recipe <RECIPE>' [possible values: table, article, tuned, tuned-large]");
    assert_snapshot!(refused(&["fit", "t.csv", "--target", "y", "--delimiter", ".."]), @"mdn: invalid value '..' for '--delimiter <CHARACTER>': one character such as , ; | or the word tab or blank is needed");
    assert_snapshot!(refused(&["fit", "t.csv", "--target", "y", "--delimiter", "7"]), @"mdn: invalid value '7' for '--delimiter <CHARACTER>': one character such as , ; | or the word tab or blank is needed");
    assert_snapshot!(refused(&["fit", "t.csv", "--target", "y", "--jobs", "0"]), @"mdn: invalid value '0' for '--jobs <N>': a number from 1 to 1024 is needed");
    assert_snapshot!(refused(&["fit", "t.csv", "--target", "y", "--missing", "guess"]), @"mdn: invalid value 'guess' for '--missing <MISSING>' [possible values: error, drop, impute]");
}

#[test]
fn questions() {
    let desk = Desk::fitted();
    let ask = |more: &[&str]| {
        desk.refused(&[&["predict", "branches-fit", "branches.csv"], more].concat())
    };
    assert_snapshot!(ask(&["--quantiles", "0,0.5"]), @"mdn: probability 0 is outside (0, 1)");
    assert_snapshot!(ask(&["--quantiles", ".5,0.5"]), @"mdn: the quantile at 0.5 is asked for twice");
    assert_snapshot!(ask(&["--hdr", ".9,.90"]), @"mdn: the region of probability 0.9 is asked for twice");
    assert_snapshot!(ask(&["--above", "3,3"]), @"mdn: the probability above 3 is asked for twice");
    assert_snapshot!(ask(&["--below", "nan"]), @"mdn: NaN is no value of a target; a finite number is needed");
    assert_snapshot!(ask(&["--keep", "nose"]), @"mdn: branches.csv: there is no column `nose`; there is `x`, `noise`, `y`");
    assert_snapshot!(ask(&["--keep", "y,y"]), @"mdn: two columns of the result would be called `y`; rename a target and fit again, or keep other columns");
    assert_snapshot!(ask(&["--hdr", "90"]), @"mdn: probability 90 is outside (0, 1)");
    assert_snapshot!(ask(&["--density-grid", "1"]), @"mdn: points of the density grid: 1 is out of range; allowed are 2 to 10000");
    assert_snapshot!(ask(&["--out", "absent/p.csv"]), @"mdn: absent/p.csv: cannot be written: No such file or directory (os error 2)");
    assert_snapshot!(ask(&["--out", "tiny"]), @"mdn: tiny: cannot be written: something that is not a file stands there");
    let sample =
        |more: &[&str]| desk.refused(&[&["sample", "branches-fit", "branches.csv"], more].concat());
    assert_snapshot!(sample(&["--n", "0"]), @"mdn: draws for each row: 0 is out of range; allowed are 1 to 1000000");
    assert_snapshot!(sample(&["--temperature=-1"]), @"mdn: weight temperature is -1; it must lie in [0, inf]");
    assert_snapshot!(sample(&["--sigma-temperature", "inf"]), @"mdn: covariance temperature is inf; it must lie in [0, inf)");
}

#[test]
fn other_tables() {
    let desk = Desk::fitted();
    let refused = |verb: &str, text: &str| {
        desk.0.write("t.csv", text);
        // Only a prediction goes on where a row has no answer.
        let strict: &[&str] = if verb == "predict" {
            &["--strict"]
        } else {
            &[]
        };
        desk.refused(&[&[verb, "branches-fit", "t.csv"], strict].concat())
    };
    assert_snapshot!(refused("predict", "x,nose\n1,2\n"), @"mdn: t.csv: there is no column `noise`; there is `x`, `nose`");
    assert_snapshot!(refused("predict", "x,noise\n1,2\n1,\n"), @"mdn: t.csv: 1 cell in 1 row holds no number (1 empty), first in row 2 (`noise`); leave those rows out with --missing drop");
    assert_snapshot!(refused("predict", "x,noise\n1,2\nlong,2\n"), @r#"mdn: t.csv: row 2, column `x` holds "long", which is no number"#);
    assert_snapshot!(refused("predict", "x,noise\n"), @"mdn: t.csv: there is no row below the line of names");
    assert_snapshot!(refused("predict", "x,noise\n1e308,1\n"), @"mdn: row 1: the model gives no density: log weight of component 0 is NaN; it must be finite or -inf; is a feature far beyond those it was fitted to?");
    assert_snapshot!(refused("sample", ""), @"mdn: t.csv: the file is empty");
    assert_snapshot!(refused("score", "x,noise\n1,2\n"), @"mdn: t.csv: there is no column `y`; there is `x`, `noise`");
    assert_snapshot!(refused("score", "x,noise,y\n1,2,NA\n"), @"mdn: t.csv: 1 cell in 1 row holds no number (1 empty), first in row 1 (`y`); leave those rows out with --missing drop");
    // Bad cells are counted to the end of a long table, and nothing stands under the name.
    let mut text = branches(30_000);
    text += "NA,1,2\n1,,inf\n";
    text = text.replacen("\n", "\nnan,0,0\n\n", 1);
    desk.0.write("long.csv", text);
    for verb in [&["predict", "--strict"][..], &["sample"]] {
        assert_eq!(
            desk.refused(&[verb, &["branches-fit", "long.csv", "--out", "p.csv"]].concat()),
            "mdn: long.csv: 3 cells in 3 rows hold no number (2 empty, 1 NaN), first in row 1 (`x`), row 30003 (`x`), row 30004 (`noise`); leave those rows out with --missing drop"
        );
    }
    assert_snapshot!(desk.refused(&["score", "branches-fit", "long.csv", "--out", "p.csv"]), @"mdn: long.csv: 4 cells in 3 rows hold no number (2 empty, 1 NaN, 1 infinite), first in row 1 (`x`), row 30003 (`x`), row 30004 (`y`); leave those rows out with --missing drop");
    // A fault in the last of many rows leaves no file.
    let mut text = branches(30_000);
    text += "1,2\n";
    desk.0.write("long.csv", text);
    assert_snapshot!(desk.refused(&["predict", "branches-fit", "long.csv", "--out", "p.csv"]), @"mdn: long.csv: row 30001 has 2 cells where the line of names has 3");
}
