//! Which rows train: every row once, moved by the seed alone, or as the table says.

use insta::assert_snapshot;
use mixture_density::seed::Seed;
use mixture_density::table::{Columns, MissingPolicy, Part, Shares, Split, Table};

use super::reader;

fn seeded(n: usize, seed: u64) -> Split {
    Split::seeded(n, Shares::new(0.15, 0.15).expect("sound"), Seed::new(seed)).expect("sound")
}

#[test]
fn every_row_is_in_one_part() {
    for n in [10, 11, 99, 1000] {
        let split = seeded(n, 3);
        let mut all: Vec<usize> = Part::ALL
            .iter()
            .flat_map(|part| split.rows(*part))
            .copied()
            .collect();
        all.sort_unstable();
        assert_eq!(all, (0..n).collect::<Vec<_>>());
    }
    let split = seeded(1000, 3);
    let sizes = Part::ALL.map(|part| split.rows(part).len());
    assert_eq!(sizes, [700, 150, 150]);
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
    let shares = Shares::new(0.15, 0.15).expect("sound");
    assert_snapshot!(Split::seeded(9, shares, Seed::new(0)).unwrap_err(), @"too few rows to train, choose and judge: 9 found, 10 needed");
    assert_snapshot!(Shares::new(0.5, 0.5).unwrap_err(), @"the shares of validation (0.5) and test (0.5) must be positive and leave something to train on");
    assert_snapshot!(Shares::new(f64::NAN, 0.5).unwrap_err(), @"the shares of validation (NaN) and test (0.5) must be positive and leave something to train on");
    let most = Shares::new(0.5, 0.4999).expect("sound");
    assert_snapshot!(Split::seeded(20, most, Seed::new(0)).unwrap_err(), @"the shares of validation (0.5) and test (0.4999) must be positive and leave something to train on");
}

fn by_column(text: &str) -> Result<Split, String> {
    let columns = Columns {
        targets: vec!["y".to_owned()],
        features: None,
        split: Some("part".to_owned()),
    };
    let table = Table::read(reader(text).expect("sound"), &columns, MissingPolicy::Drop);
    let table = table.map_err(|error| error.to_string())?;
    assert_eq!(table.feature_names(), ["x"]);
    let split = table.split(Shares::new(0.15, 0.15).expect("sound"), Seed::new(0));
    split.map_err(|error| error.to_string())
}

#[test]
fn a_column_names_the_parts() {
    let text = "x,part,y\n1,test,2\n2,train,3\n,train,9\n3,validation,4\n4,train,5\n5,test,6\n6, validation ,7\n";
    let split = by_column(text).expect("sound");
    // Rows of the table as read: the one without a number is left out.
    assert_eq!(split.rows(Part::Train), [1, 3]);
    assert_eq!(split.rows(Part::Validation), [2, 5]);
    assert_eq!(split.rows(Part::Test), [0, 4]);
    assert_snapshot!(by_column("x,part,y\n1,test,2\n2,hold-out,3\n").unwrap_err(), @r#"t.csv: row 2, column `part` is "hold-out", but must be `train`, `validation` or `test`"#);
    assert_snapshot!(by_column("x,part,y\n1,test,2\n2,test,3\n1,train,3\n3,train,3\n").unwrap_err(), @"t.csv: column `part` names no row `validation`; each of `train`, `validation` and `test` needs at least 2");
}
