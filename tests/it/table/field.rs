//! Tables as people have them: the right answer of every file of the field folder that lies beside the repository, and of
//! small ones of the same kinds made here, which a bare clone has too.

use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use mixture_density::seed::Seed;
use mixture_density::table::{
    Checked, Chunk, ColumnKind, EncodedColumns, Encoding, EncodingOptions, MissingPolicy, Part,
    ReadOptions, Roles, SplitSpec, Table, TableReader, Transform, check,
};

use super::{checked, features, parts};

/// A file of the folder; `None`, with a notice, where the folder is not there.
fn file(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/field");
    if !folder.is_dir() {
        let notice = format!("skipped: {} is not there\n", folder.display());
        let _ = std::io::Write::write_all(&mut std::io::stderr(), notice.as_bytes());
        return None;
    }
    Some(folder.join(name))
}

fn options(change: impl Fn(&mut ReadOptions)) -> ReadOptions {
    let mut options = ReadOptions::default();
    change(&mut options);
    options
}

fn read_with(
    name: &str,
    options: &ReadOptions,
    roles: &Roles,
    policy: MissingPolicy,
) -> Option<Result<Table, String>> {
    let path = file(name)?;
    let reader = TableReader::open(&path, options);
    let table = reader.and_then(|reader| Table::read(reader, roles, policy));
    let folder = path.parent().expect("a folder").display().to_string() + "/";
    Some(table.map_err(|error| error.to_string().replace(&folder, "")))
}

fn read(name: &str, target: &str, policy: MissingPolicy) -> Option<Table> {
    let table = read_with(
        name,
        &ReadOptions::default(),
        &Roles::of_targets([target]),
        policy,
    )?;
    Some(table.unwrap_or_else(|error| panic!("{error}")))
}

fn refused(name: &str, target: &str, policy: MissingPolicy) -> Option<String> {
    let table = read_with(
        name,
        &ReadOptions::default(),
        &Roles::of_targets([target]),
        policy,
    )?;
    Some(table.expect_err("a fault"))
}

fn said(checked: &Checked) -> String {
    let warnings: Vec<String> = checked.warnings.iter().map(ToString::to_string).collect();
    warnings.join("\n")
}

#[test]
fn files_that_are_equal_to_base() {
    let Some(base) = read("base.csv", "y", MissingPolicy::Error) else {
        return;
    };
    assert_eq!((base.n_rows(), base.feature_names().len()), (200, 2));
    for name in [
        "deccomma.csv",
        "utf16le.csv",
        "sepline.csv",
        "comment_top.csv",
        "rwrite.csv",
        "trailing_delim_rows_only.csv",
        "b.csv.bz2",
        "ws_head.txt",
    ] {
        let table = read(name, "y", MissingPolicy::Error).expect("the folder");
        assert_eq!(table.blake3(), base.blake3(), "{name}");
    }
    for name in ["nohead.csv", "ws.data"] {
        let table = read(name, "c3", MissingPolicy::Error).expect("the folder");
        assert_eq!(table.feature_names(), ["c1", "c2"]);
        assert_eq!(features(&table), features(&base), "{name}");
        assert_eq!(table.targets(), base.targets(), "{name}");
        let said = said(&checked(&table).expect("sound"));
        assert!(said.contains("is read as a row"), "{said}");
    }
    let table = read("thousands.csv", "y", MissingPolicy::Error).expect("the folder");
    let shifted: Vec<f64> = base.targets().iter().map(|y| 1000.0 * y + 2000.0).collect();
    for (thousands, y) in table.targets().iter().zip(shifted) {
        assert!((thousands - y).abs() < 0.06, "{thousands} {y}");
    }
}

#[test]
fn text_columns_are_categories_and_truth_values() {
    let Some(table) = read("insurance.csv", "charges", MissingPolicy::Error) else {
        return;
    };
    use ColumnKind::{Categories, Numbers, Truths};
    let kinds = [Numbers, Categories, Numbers, Numbers, Truths, Categories];
    assert_eq!(table.kinds(), kinds);
    let checked = checked(&table).expect("sound");
    assert_snapshot!(checked.encoding.names().join(" "), @"age sex=female sex=male bmi children smoker region=northeast region=southwest");
    assert_eq!(said(&checked), "");
    // The smoker's 20,000 are in one encoded column.
    let all: Vec<usize> = (0..table.n_rows()).collect();
    let (x, y) = table.rows(&checked.encoding, &all).expect("rows");
    let f = checked.encoding.n_features();
    let at = checked
        .encoding
        .names()
        .iter()
        .position(|name| name == "smoker");
    let at = at.expect("a column");
    let mean = |smokes: f64| {
        let own: Vec<f64> = x
            .chunks_exact(f)
            .zip(&y)
            .filter(|(x, _)| (x[at] - smokes).abs() < 0.5)
            .map(|(_, y)| *y)
            .collect();
        own.iter().sum::<f64>() / own.len() as f64
    };
    let effect = mean(1.0) - mean(0.0);
    assert!((15_000.0..25_000.0).contains(&effect), "{effect}");
    for (name, truths) in [("pandas_bool.csv", "flag"), ("bool_yes.csv", "flag")] {
        let table = read(name, "y", MissingPolicy::Error).expect("the folder");
        assert_eq!(table.feature_names(), ["x", "flag"]);
        assert_eq!(table.column(truths).expect("a column").kind(), Truths);
    }
}

#[test]
fn words_for_missing_are_known() {
    for name in [
        "miss_q.csv",
        "miss_dash.csv",
        "miss_None_.csv",
        "miss_angleNA.csv",
        "miss_hashdiv.csv",
        "miss_backslashN.csv",
    ] {
        let Some(table) = read(name, "y", MissingPolicy::Drop) else {
            return;
        };
        assert_eq!(
            (table.n_rows(), table.missing().n_rows),
            (171, 29),
            "{name}"
        );
        assert_eq!(table.missing().first[0], (4, "z".to_owned()));
        let imputed = read(name, "y", MissingPolicy::Impute).expect("the folder");
        let encoding = checked(&imputed).expect("sound").encoding;
        assert_eq!(encoding.names(), ["x", "z", "z=(missing)"]);
        assert_eq!(imputed.n_rows(), 200);
    }
    let said = refused("miss_q.csv", "y", MissingPolicy::Error).expect("the folder");
    assert_snapshot!(said, @"miss_q.csv: 29 cells in 29 rows hold no number (29 empty), first in row 4 (`z`), row 11 (`z`), row 18 (`z`), row 25 (`z`), row 32 (`z`); leave those rows out with --missing drop (171 of 200 rows are left), fill the gaps with --missing impute (all 200 rows), or leave the columns with gaps out with --features x");
}

#[test]
fn gaps_in_many_columns_leave_few_rows() {
    let Some(dropped) = read("wide_missing.csv", "y", MissingPolicy::Drop) else {
        return;
    };
    assert_eq!(dropped.n_rows(), 61);
    let said = refused("wide_missing.csv", "y", MissingPolicy::Error).expect("the folder");
    assert_snapshot!(said, @"wide_missing.csv: 466 cells in 239 rows hold no number (466 empty), first in row 1 (`f9`), row 2 (`f20`), row 3 (`f4`), row 4 (`f28`), row 5 (`f1`); leave those rows out with --missing drop (61 of 300 rows are left), or fill the gaps with --missing impute (all 300 rows)");
    let imputed = read("wide_missing.csv", "y", MissingPolicy::Impute).expect("the folder");
    assert_eq!(imputed.n_rows(), 300);
    assert_eq!(checked(&imputed).expect("sound").encoding.n_features(), 60);
}

#[test]
fn numbers_that_stand_for_missing_ones_are_warned_of() {
    let Some(table) = read("aq_sent.csv", "y", MissingPolicy::Error) else {
        return;
    };
    assert_snapshot!(said(&checked(&table).expect("sound")), @r"
    column `T` holds -200 in 4.2 % of its rows, far outside all others (-15.5 to 39.3): if that is a missing value, say --na -200 and what to do with --missing
    column `CO` holds -200 in 18 % of its rows, far outside all others (0.3 to 13.4): if that is a missing value, say --na -200 and what to do with --missing
    ");
    let na = options(|options| options.na = vec!["-200".to_owned()]);
    let roles = Roles::of_targets(["y"]);
    let marked = read_with("aq_sent.csv", &na, &roles, MissingPolicy::Drop).expect("the folder");
    let marked = marked.expect("sound");
    let clean = read("aq_clean.csv", "y", MissingPolicy::Error).expect("the folder");
    assert_eq!(
        clean.n_rows() as u64,
        marked.n_rows() as u64 + marked.missing().n_rows
    );
    let checked_marked = checked(&marked).expect("sound");
    assert!(said(&checked_marked).ends_with("those rows are left out"));
    assert_eq!(checked_marked.warnings.len(), 1);
    assert_eq!(checked_marked.encoding.na, ["-200"]);
    assert_eq!(said(&checked(&clean).expect("sound")), "");
    let table = read("sent_x.csv", "y", MissingPolicy::Error).expect("the folder");
    assert_snapshot!(said(&checked(&table).expect("sound")), @"column `x` holds -999 in 4.6 % of its rows, far outside all others (-1.9952148985005902 to 1.993065436770832): if that is a missing value, say --na -999 and what to do with --missing");
}

#[test]
fn rows_that_belong_together_are_warned_of_and_kept_together() {
    let Some(table) = read("group_r.csv", "y", MissingPolicy::Error) else {
        return;
    };
    assert_snapshot!(said(&checked(&table).expect("sound")), @r"
    features `f0`, `f1`, `f2`, `f3` and `f4` repeat in blocks of rows (40 values in 2000 rows): if a block belongs together, as the rows of one person do, rows dealt at random are tested on what was learnt by heart; keep blocks together with --group f0
    800 of the 800 validation and test rows have exactly the features of a training row: if rows with equal features belong together, keep them together with --group, or the scores are too good
    ");
    // The second says which part each row belongs to, by whole subjects.
    let roles = Roles::of_targets(["y"]).with_split(&parts("part"));
    let table = read_with(
        "group_g.csv",
        &ReadOptions::default(),
        &roles,
        MissingPolicy::Error,
    );
    let table = table.expect("the folder").expect("sound");
    let split = table.split(&parts("part"), 0, Seed::new(0)).expect("sound");
    let found = check(&table, &split, &parts("part"), EncodingOptions::default());
    assert_eq!(said(&found.expect("sound")), "");
    // A feature may say which rows belong together.
    let spec = SplitSpec::Shares {
        validation: 0.2,
        test: 0.2,
        group: Some("f0".to_owned()),
    };
    let roles = Roles::of_targets(["y"]).with_split(&spec);
    let table = read_with(
        "group_r.csv",
        &ReadOptions::default(),
        &roles,
        MissingPolicy::Error,
    );
    let table = table.expect("the folder").expect("sound");
    let split = table.split(&spec, 0, Seed::new(0)).expect("sound");
    let sizes = Part::ALL.map(|part| split.rows(part).len());
    assert_eq!(sizes, [1200, 400, 400]);
    let found = check(&table, &split, &spec, EncodingOptions::default()).expect("sound");
    assert_eq!(
        (said(&found).as_str(), found.encoding.n_features()),
        ("", 4)
    );
}

#[test]
fn columns_that_number_the_rows_are_left_out() {
    let Some(table) = read("unnamed0.csv", "y", MissingPolicy::Error) else {
        return;
    };
    assert_eq!(table.feature_names(), ["x"]);
    assert_snapshot!(said(&checked(&table).expect("sound")), @"column `Unnamed: 0` numbers the rows and is left out (to use it, name it with --features)");
    // Asked for, it is taken, and warned of.
    let roles = Roles::of_targets(["y"]).with_features(["Unnamed: 0", "x"]);
    let table = read_with(
        "unnamed0.csv",
        &ReadOptions::default(),
        &roles,
        MissingPolicy::Error,
    );
    let table = table.expect("the folder").expect("sound");
    assert_snapshot!(said(&checked(&table).expect("sound")), @"feature `Unnamed: 0` rises from row to row: if it numbers the rows, leave it out, as a new row has another");
    let table = read("pandas_bool.csv", "y", MissingPolicy::Error).expect("the folder");
    assert_snapshot!(said(&checked(&table).expect("sound")), @"column 1 has no name and numbers the rows; it is left out (to use it, call it c1)");
    let table = read("rwrite.csv", "y", MissingPolicy::Error).expect("the folder");
    assert_snapshot!(said(&checked(&table).expect("sound")), @"column 1 has no name and numbers the rows; it is left out (to use it, call it c1)");
}

#[test]
fn columns_without_data_or_without_a_name() {
    let Some(table) = read("nullcol.csv", "y", MissingPolicy::Error) else {
        return;
    };
    assert_eq!(table.feature_names(), ["x"]);
    assert!(table.n_rows() >= 100);
    assert_snapshot!(said(&checked(&table).expect("sound")), @"column `notes` is empty throughout and is left out");
    let table = read("emptyhdr.csv", "y", MissingPolicy::Error).expect("the folder");
    assert_eq!(table.feature_names(), ["z"]);
    assert_snapshot!(said(&checked(&table).expect("sound")), @"column 1 has data but no name and is left out; to use it, call it `c1`");
    let roles = Roles::of_targets(["y"]).with_features(["c1", "z"]);
    let asked = read_with(
        "emptyhdr.csv",
        &ReadOptions::default(),
        &roles,
        MissingPolicy::Error,
    );
    let asked = asked.expect("the folder").expect("sound");
    let base = read("base.csv", "y", MissingPolicy::Error).expect("the folder");
    assert_eq!(features(&asked), features(&base));
    assert_eq!(asked.feature_names(), ["c1", "z"]);
}

#[test]
fn dates_are_days() {
    let Some(table) = read("dates.csv", "y", MissingPolicy::Error) else {
        return;
    };
    assert_eq!(table.kinds(), [ColumnKind::Numbers, ColumnKind::Dates]);
    let encoding = checked(&table).expect("sound").encoding;
    assert_eq!(encoding.names(), ["x", "when"]);
    // 2024-01-01, 2024-02-02: 19,723 and 19,755 days after 1970 began.
    let x = encoding.features_of(&table, &[0, 1]).expect("rows");
    assert_eq!((x[1], x[3]), (19_723.0, 19_755.0));
}

#[test]
fn long_tails_may_be_drawn_in() {
    let Some(table) = read("income.csv", "y", MissingPolicy::Error) else {
        return;
    };
    let all: Vec<usize> = (0..table.n_rows()).collect();
    let mut options = EncodingOptions::default();
    options.long_tails = true;
    let (encoding, _) = Encoding::find(&table, &all, options).expect("sound");
    let transform = encoding.columns[0].transform;
    assert!(
        matches!(transform, Some(Transform::Log { .. })),
        "{transform:?}"
    );
    // The twin: without being asked numbers are let be.
    let (encoding, _) = Encoding::find(&table, &all, EncodingOptions::default()).expect("sound");
    assert!(encoding.is_identity());
}

#[test]
fn tables_without_fault_are_not_warned_of() {
    for name in [
        "base.csv",
        "rep_1500_3.csv",
        "lognormal.csv",
        "income.csv",
        "sm_100_3.csv",
        "sm_500_5.csv",
        "sm_t.csv",
        "aq_clean.csv",
    ] {
        let Some(table) = read(name, "y", MissingPolicy::Error) else {
            return;
        };
        let checked = checked(&table).expect("sound");
        assert_eq!(said(&checked), "", "{name}");
        assert!(checked.encoding.is_identity(), "{name}");
        let own = table.blake3_of(&checked.encoding.raw_names());
        assert_eq!(own, table.blake3(), "{name}");
    }
}

#[test]
fn rows_that_cannot_be_answered_do_not_end_a_stream() {
    let Some(path) = file("q_3e39.csv") else {
        return;
    };
    let encoding = Encoding::identity(&["x".to_owned(), "z".to_owned()]);
    let mut reader = TableReader::open(&path, None).expect("names");
    let columns = EncodedColumns::find(&encoding, &mut reader, &[]).expect("columns");
    let mut chunk = Chunk::default();
    assert!(reader.read_encoded(&columns, 10, &mut chunk).expect("rows"));
    assert_eq!(chunk.rows(), [1, 2, 3]);
}

#[test]
fn other_files_are_named_with_a_way_to_csv() {
    let said = |name: &str| refused(name, "y", MissingPolicy::Error);
    let Some(lines) = said("b.jsonl") else {
        return;
    };
    assert_snapshot!(lines, @"b.jsonl: this is JSON lines, not CSV text; make CSV of it, for example with: python3 -c 'import sys, pandas; pandas.read_json(sys.argv[1], lines=True).to_csv(sys.argv[2], index=False)' b.jsonl b.csv");
    assert_snapshot!(said("b.xlsx").expect("the folder"), @"b.xlsx: this is a spreadsheet (xlsx), not CSV text; make CSV of it, for example with: python3 -c 'import sys, pandas; pandas.read_excel(sys.argv[1]).to_csv(sys.argv[2], index=False)' b.xlsx b.csv");
    assert_snapshot!(said("b.parquet").expect("the folder"), @"b.parquet: this is a Parquet file, not CSV text; make CSV of it, for example with: python3 -c 'import sys, pandas; pandas.read_parquet(sys.argv[1]).to_csv(sys.argv[2], index=False)' b.parquet b.csv");
}
