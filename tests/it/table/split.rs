//! Which rows train: every row once, moved by the seed alone, or as the table or a list says.

use std::fmt::Write as _;

use insta::assert_snapshot;
use mixture_density::seed::Seed;
use mixture_density::table::{
    MissingPolicy, Part, Roles, Split, SplitSpec, Table, TestRows, split_rows,
};

use super::{parts, reader, shares};

fn seeded(n: usize, seed: u64) -> Split {
    split_rows(&shares(0.15, 0.15), n, 0, Seed::new(seed)).expect("sound")
}

fn refused(spec: &SplitSpec, n: usize) -> String {
    let split = split_rows(spec, n, 0, Seed::new(0));
    split.expect_err("a fault").to_string()
}

/// All rows of a split, in order.
fn all(split: &Split) -> Vec<usize> {
    let parts = Part::ALL.iter().flat_map(|part| split.rows(*part));
    let mut all: Vec<usize> = parts.copied().collect();
    all.sort_unstable();
    all
}

#[test]
fn every_row_is_in_one_part() {
    for n in [10, 11, 99, 1000] {
        assert_eq!(all(&seeded(n, 3)), (0..n).collect::<Vec<_>>());
    }
    let split = seeded(1000, 3);
    let sizes = Part::ALL.map(|part| split.rows(part).len());
    assert_eq!(sizes, [700, 150, 150]);
}

/// What the seed dealt before there were other ways: recorded studies rest on it.
#[test]
fn the_rows_of_a_seed_do_not_move() {
    let split = seeded(20, 0);
    assert_snapshot!(format!("{:?} {:?}", split.rows(Part::Validation), split.rows(Part::Test)), @"[0, 7, 14] [1, 2, 4]");
}

#[test]
fn the_seed_moves_rows_and_nothing_else_does() {
    assert_eq!(seeded(1000, 3), seeded(1000, 3));
    assert_ne!(seeded(1000, 3), seeded(1000, 4));
    // Not in the table's order: a sorted table would be split by its values.
    let test = seeded(1000, 3);
    let test = test.rows(Part::Test);
    let early = test.iter().filter(|row| **row < 500).count();
    assert!((50..100).contains(&early), "{early} of 150");
}

#[test]
fn too_little_to_split() {
    assert_snapshot!(refused(&shares(0.15, 0.15), 9), @"too few rows to train, choose and judge: 9 found, 10 needed");
    assert_snapshot!(refused(&shares(0.5, 0.5), 100), @"the shares of validation (0.5) and test (0.5) must be positive and leave something to train on");
    assert_snapshot!(refused(&shares(f64::NAN, 0.5), 100), @"the shares of validation (NaN) and test (0.5) must be positive and leave something to train on");
    assert_snapshot!(refused(&shares(0.5, 0.4999), 20), @"the shares of validation (0.5) and test (0.4999) must be positive and leave something to train on");
    assert_snapshot!(refused(&folds(1, 0.2), 100), @"1 folds are no split: 2 or more are needed");
    assert_snapshot!(refused(&folds(51, 0.2), 100), @"51 folds are more than 100 rows give: 50 at most");
    assert_snapshot!(refused(&folds(5, 1.0), 100), @"the share of validation (1) must be positive and below 1");
    assert_snapshot!(refused(&folds(2, 0.9), 10), @"split 1 leaves 5 rows to train and choose; 7 are needed");
    let beyond = split_rows(&folds(5, 0.2), 100, 5, Seed::new(0));
    assert_snapshot!(beyond.unwrap_err(), @"split 5, counted from 0, is asked of 5");
    assert!(split_rows(&folds(50, 0.2), 100, 49, Seed::new(0)).is_ok());
}

fn folds(folds: usize, validation: f64) -> SplitSpec {
    SplitSpec::Folds {
        folds,
        validation,
        group: None,
    }
}

#[test]
fn each_row_is_a_test_row_of_one_fold() {
    for (n, n_folds) in [(10, 5), (103, 10), (50, 2)] {
        let spec = folds(n_folds, 0.2);
        assert_eq!(spec.n_splits(), n_folds);
        let mut tested = Vec::new();
        for index in 0..n_folds {
            let split = split_rows(&spec, n, index, Seed::new(1)).expect("sound");
            assert_eq!(all(&split), (0..n).collect::<Vec<_>>());
            let test = split.rows(Part::Test);
            assert!(test.len().abs_diff(n / n_folds) <= 1);
            tested.extend_from_slice(test);
        }
        tested.sort_unstable();
        assert_eq!(tested, (0..n).collect::<Vec<_>>());
    }
}

/// A table of `rows`, with columns as the spec needs them.
fn read(text: &str, spec: &SplitSpec) -> Table {
    let roles = Roles::of_targets(["y"]).with_features(["x"]);
    let roles = roles.with_split(spec);
    Table::read(reader(text).expect("names"), &roles, MissingPolicy::Drop).expect("sound")
}

fn said(text: &str, spec: &SplitSpec) -> String {
    let split = read(text, spec).split(spec, 0, Seed::new(0));
    split.expect_err("a fault").to_string()
}

#[test]
fn a_column_names_the_parts() {
    let split = |text: &str| {
        let table = read(text, &parts("part"));
        assert_eq!(table.feature_names(), ["x"]);
        table.split(&parts("part"), 0, Seed::new(0)).expect("sound")
    };
    let text = "x,part,y\n1,test,2\n2,train,3\n,train,9\n3,validation,4\n4,train,5\n5,test,6\n6, validation ,7\n";
    let found = split(text);
    // Rows of the table as read: the one without a number is left out.
    assert_eq!(found.rows(Part::Train), [1, 3]);
    assert_eq!(found.rows(Part::Validation), [2, 5]);
    assert_eq!(found.rows(Part::Test), [0, 4]);
    assert_snapshot!(said("x,part,y\n1,test,2\n2,hold-out,3\n", &parts("part")), @r#"t.csv: row 2, column `part` is "hold-out", but must be `train`, `validation` or `test`"#);
    assert_snapshot!(said("x,part,y\n1,test,2\n2,test,3\n1,train,3\n3,train,3\n3,validation,1\n", &parts("part")), @"t.csv: column `part` names no row `validation`; each of `train`, `validation` and `test` needs at least 2");
    // Without validation rows the seed takes some of the train rows.
    let mut text = String::from("x,part,y\n");
    for row in 0..40 {
        let part = if row % 4 == 0 { "test" } else { "train" };
        let _ = writeln!(text, "{row},{part},{row}");
    }
    let found = split(&text);
    assert!(found.rows(Part::Test).iter().all(|row| row % 4 == 0));
    let sizes = Part::ALL.map(|part| found.rows(part).len());
    assert_eq!(sizes, [25, 5, 10]);
    assert_snapshot!(said("x,part,y\n1,test,2\n2,test,3\n1,train,3\n3,train,3\n", &parts("part")), @"t.csv: split 1 leaves 2 rows to train and choose; 4 are needed");
}

/// Rows of 12 groups of different sizes, mixed.
fn grouped() -> (String, Vec<usize>) {
    let mut text = String::from("x,who,y\n");
    let mut groups = Vec::new();
    for row in 0..240 {
        let group = (row * row + row / 7) % 12;
        groups.push(group);
        let _ = writeln!(text, "{row},s{group},{row}");
    }
    (text, groups)
}

#[test]
fn rows_of_a_group_stay_together() {
    let (text, groups) = grouped();
    let group = Some("who".to_owned());
    let by_shares = SplitSpec::Shares {
        validation: 0.2,
        test: 0.2,
        group: group.clone(),
    };
    let by_folds = SplitSpec::Folds {
        folds: 4,
        validation: 0.2,
        group,
    };
    for spec in [by_shares, by_folds] {
        let table = read(&text, &spec);
        assert_eq!(table.feature_names(), ["x"]);
        for index in 0..spec.n_splits() {
            let split = table.split(&spec, index, Seed::new(0)).expect("sound");
            assert_eq!(all(&split), (0..240).collect::<Vec<_>>());
            let mut part_of = [None; 12];
            for part in Part::ALL {
                let n = split.rows(part).len();
                assert!(n >= 20, "{part}: {n}");
                for row in split.rows(part) {
                    let earlier = part_of[groups[*row]].replace(part);
                    assert!(earlier.is_none_or(|earlier| earlier == part));
                }
            }
        }
    }
    let by_folds = |folds| SplitSpec::Folds {
        folds,
        validation: 0.2,
        group: Some("who".to_owned()),
    };
    assert_snapshot!(said(&text, &by_folds(20)), @"t.csv: 20 folds are more than 12 groups give: 12 at most");
    // The twin: without the column rows of a group part.
    let split = split_rows(&shares(0.2, 0.2), 240, 0, Seed::new(0)).expect("sound");
    let test = split.rows(Part::Test).iter().map(|row| groups[*row]);
    let mut test: Vec<usize> = test.collect();
    test.sort_unstable();
    test.dedup();
    assert!(test.len() > 6);
}

#[test]
fn groups_that_cannot_stay_together() {
    let by_shares = SplitSpec::Shares {
        validation: 0.2,
        test: 0.2,
        group: Some("who".to_owned()),
    };
    let two: String = (0..20).map(|i| format!("{i},{},1\n", i % 2)).collect();
    assert_snapshot!(said(&format!("x,who,y\n{two}"), &by_shares), @"t.csv: column `who` has 2 different values; to keep equal ones together in train, validation and test, 3 are needed");
    let gap: String = (0..20).map(|i| format!("{i},,1\n")).collect();
    assert_snapshot!(said(&format!("x,who,y\n{gap}"), &by_shares), @"t.csv: row 1, column `who` is empty, though rows are to be grouped by it");
    let by_column = SplitSpec::Column {
        column: "part".to_owned(),
        validation: 0.2,
        group: Some("who".to_owned()),
    };
    let torn: String = (0..20)
        .map(|i| {
            let part = ["train", "train", "test", "validation"][i % 4];
            format!("{i},{part},s{},1\n", i / 3)
        })
        .collect();
    assert_snapshot!(said(&format!("x,part,who,y\n{torn}"), &by_column), @r#"t.csv: rows with "s1" in column `who` are in both train and validation, though the group is to stay together"#);
}

#[test]
fn the_last_rows_by_an_order_judge() {
    let spec = SplitSpec::Order {
        column: "when".to_owned(),
        validation: 0.2,
        test: 0.2,
    };
    // Backwards, so that the order of rows is not that of the column.
    let text = |when: &dyn Fn(usize) -> String| {
        let rows = (0..50).rev().map(|i| format!("{i},{},1\n", when(i)));
        "x,when,y\n".to_owned() + &rows.collect::<String>()
    };
    let table = read(&text(&|i| i.to_string()), &spec);
    let split = table.split(&spec, 0, Seed::new(0)).expect("sound");
    assert_eq!(split.rows(Part::Test), (0..10).collect::<Vec<_>>());
    assert_eq!(split.rows(Part::Validation), (10..20).collect::<Vec<_>>());
    // Equal values are not parted: of steps of 4 the test has 8 or 12 rows.
    let table = read(&text(&|i| (i / 4).to_string()), &spec);
    let split = table.split(&spec, 0, Seed::new(9)).expect("sound");
    assert_eq!(split.rows(Part::Test).len(), 10);
    assert_eq!(split.rows(Part::Validation).len(), 12);
    assert_snapshot!(said(&text(&|i| (i / 40).to_string()), &spec), @"t.csv: column `when` has too few different values to part train, validation and test by its order");
    assert_snapshot!(said(&text(&|_| "soon".to_owned()), &spec), @r#"t.csv: row 1, column `when` holds "soon", but rows are ordered by numbers or dates only"#);
}

#[test]
fn test_rows_may_be_listed() {
    let lists = vec![vec![1, 3, 5], vec![2, 4]];
    let spec = SplitSpec::TestRows(TestRows::of_lists(lists));
    assert_eq!(spec.n_splits(), 2);
    // Rows 2 and 6 are left out, for want of a number.
    let text = "x,y\n1,1\n,2\n3,3\n4,4\n5,5\n6,\n7,7\n8,8\n9,9\n10,1\n";
    let table = read(text, &spec);
    let split = table.split(&spec, 0, Seed::new(0)).expect("sound");
    assert_eq!(split.rows(Part::Test), [0, 1, 3]);
    assert_eq!(all(&split), (0..8).collect::<Vec<_>>());
    let faults = |list: Vec<u64>| {
        let spec = SplitSpec::TestRows(TestRows::of_lists(vec![list]));
        said(text, &spec)
    };
    assert_snapshot!(faults(vec![1, 11]), @"t.csv: split 1 names the test row 11, but the table has rows 1 to 10");
    assert_snapshot!(faults(vec![0]), @"t.csv: split 1 names the test row 0, but the table has rows 1 to 10");
    assert_snapshot!(faults(vec![1, 3, 1]), @"t.csv: split 1 names the test row 1 twice");
    assert_snapshot!(faults(vec![]), @"t.csv: split 1 leaves 0 rows to judge; 2 are needed");
    // Row 2 is left out, so that one is left.
    assert_snapshot!(faults(vec![1, 2]), @"t.csv: split 1 leaves 1 row to judge; 2 are needed");
    assert_snapshot!(said(text, &SplitSpec::TestRows(TestRows::of_lists(vec![]))), @"t.csv: no list of test rows is given");
}

#[test]
fn a_file_of_test_rows_is_noted_by_its_content() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |text: &str| std::fs::write(folder.path().join("s.txt"), text).expect("written");
    let mut spec = SplitSpec::TestRows(TestRows::of_file("s.txt"));
    let unread = split_rows(&spec, 20, 0, Seed::new(0)).unwrap_err();
    assert_snapshot!(unread, @"the file of test rows s.txt has not been read");
    write("# two splits\n1 2 3\n\n7,8\n");
    spec.read_files(folder.path()).expect("sound");
    assert_eq!(spec.n_splits(), 2);
    let split = split_rows(&spec, 20, 1, Seed::new(0)).expect("sound");
    assert_eq!(split.rows(Part::Test), [6, 7]);
    // As a record has it: the content is noted, the rows are not repeated.
    let text = serde_json::to_string(&spec).expect("sound");
    assert!(text.len() < 150 && text.contains("blake3"), "{text}");
    let mut noted: SplitSpec = serde_json::from_str(&text).expect("sound");
    noted.read_files(folder.path()).expect("sound");
    assert_eq!(noted, spec);
    write("1 2 4\n\n7 8\n");
    let said = noted.read_files(folder.path()).unwrap_err().to_string();
    assert!(said.ends_with("its content has changed"), "{said}");
    write("1 2 x\n");
    let mut fresh = SplitSpec::TestRows(TestRows::of_file("s.txt"));
    let said = fresh.read_files(folder.path()).unwrap_err().to_string();
    assert!(
        said.ends_with("s.txt, line 1: \"x\" is not the number of a row"),
        "{said}"
    );
    let mut absent = SplitSpec::TestRows(TestRows::of_file("absent.txt"));
    assert!(absent.read_files(folder.path()).is_err());
}

#[test]
fn a_spec_is_short_toml() {
    let of = |text: &str| toml::from_str::<SplitSpec>(text).map_err(|error| error.to_string());
    assert_eq!(of("by = \"shares\""), Ok(SplitSpec::default()));
    assert_eq!(
        of("by = \"folds\"\nfolds = 10\nvalidation = 0.2"),
        Ok(folds(10, 0.2))
    );
    let lists = of("by = \"test-rows\"\nlists = [[1, 2], [3, 4]]").expect("sound");
    assert_eq!(lists.n_splits(), 2);
    for spec in [SplitSpec::default(), folds(3, 0.2), parts("p"), lists] {
        let text = toml::to_string(&spec).expect("sound");
        assert_eq!(of(&text), Ok(spec), "{text}");
    }
    for wrong in [
        "by = \"shares\"\nfolds = 3",
        "by = \"folds\"",
        "by = \"luck\"",
        "by = \"test-rows\"\nrows = [[1]]",
        "by = \"shares\"\ntest = \"many\"",
    ] {
        assert!(of(wrong).is_err(), "{wrong}");
    }
}
