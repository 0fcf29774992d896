//! Numbers far from all that is learnt from: refused, warned of, or let be.

use insta::assert_snapshot;
use mixture_density::seed::Seed;
use mixture_density::table::{
    EncodingOptions, MissingPolicy, Roles, Split, Table, TableFault, check, extremes,
};

use super::{far, parts, reader};

/// The table of this text, to predict `y`, split as its column `part` says.
fn parted(text: String) -> (Table, Split) {
    let columns = Roles::of_targets(["y"]).with_split(&parts("part"));
    let table = Table::read(reader(text).expect("names"), &columns, MissingPolicy::Drop);
    let table = table.expect("sound");
    let split = table.split(&parts("part"), 0, Seed::new(0)).expect("sound");
    (table, split)
}

/// Forty training rows a = 0…39, y = ±1, then a validation and a test row of each of `others`.
fn made(others: &[(f64, f64)]) -> (Table, Split) {
    // A row without a number is left out, and counts in the numbers of those behind it.
    let mut text = String::from("part,a,y\ntrain,,1\n");
    for row in 0..40 {
        text += &format!("train,{row},{}\n", 1 - 2 * (row % 2));
    }
    for (a, y) in others {
        text += &format!("validation,{a},{y}\ntest,{a},{y}\n");
    }
    parted(text)
}

fn said(others: &[(f64, f64)], is_standardised: bool) -> Result<Vec<String>, String> {
    let (table, split) = made(others);
    let found = far(&table, &split, is_standardised).map_err(|error| error.to_string())?;
    Ok(found.iter().map(ToString::to_string).collect())
}

#[test]
fn far_rows_are_warned_of() {
    // Of a, 0 to 39, the fence is at 0 − 780 and 39 + 780; of y, −1 to 1, at ±41.
    let near = [(-779.0, 40.9), (818.0, -40.9)];
    assert_eq!(said(&near, true), Ok(vec![]));
    let told = said(&[near[0], (-781.0, 41.1), near[1]], true).expect("no fault");
    assert_snapshot!(told.join("\n"), @r"
    column `a`: 2 validation or test rows lie far outside the training rows (row 44 holds -781, training rows hold 0 to 39): they alone may decide the choice and the scores
    column `y`: 2 validation or test rows lie far outside the training rows (row 44 holds 41.1, training rows hold -1 to 1): they alone may decide the choice and the scores
    ");
    assert_eq!(
        said(&[near[0], (820.0, 0.0)], true)
            .expect("no fault")
            .len(),
        1
    );
}

/// Wild training rows, one or several, are told apart from a long tail and from two heaps.
#[test]
fn far_training_rows_are_warned_of() {
    let said = |values: &dyn Fn(usize) -> f64| {
        let mut text = String::from("part,a,y\n");
        for row in 0..40 {
            text += &format!("train,{},{}\n", values(row), 1 - 2 * (row % 2));
        }
        text += "validation,1,1\nvalidation,1,-1\ntest,1,1\ntest,1,-1\n";
        let (table, split) = parted(text);
        let told = far(&table, &split, true).expect("no fault");
        told.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    // Beside 0…39 a gap is wide from 780 on.
    let wild = |from: usize, value: f64| {
        said(&move |row| {
            if row < from || row >= 37 {
                row as f64
            } else {
                // One value alone would stand for a missing one, and be warned of as such.
                value + (row - from) as f64
            }
        })
    };
    assert_snapshot!(wild(36, 1e6).join("\n"), @"column `a`: 1 training row lies far outside the others (row 37 holds 1000000, the others hold 0 to 39): it alone may decide what is learnt");
    assert_snapshot!(wild(34, -999.0).join("\n"), @"column `a`: 3 training rows lie far outside the others (row 35 holds -999, the others hold 0 to 39): they alone may decide what is learnt");
    // The twins: nearer by a little, and as far in steps that are none too wide.
    assert_eq!(wild(36, 818.0), [""; 0]);
    assert_eq!(wild(36, 820.0).len(), 1);
    // A tenth of the rows at either end, and no more.
    assert_eq!(wild(33, 1e6).len(), 1);
    assert_eq!(wild(32, 1e6), [""; 0]);
    assert_eq!(said(&|row| (row as f64 / 5.0).exp2()), [""; 0]);
    let heaps = |row: usize| (row % 20) as f64 + if row < 20 { 0.0 } else { 1e6 };
    assert_eq!(said(&heaps), [""; 0]);
    // Quartiles that are one value say nothing of how wide a gap is.
    assert_eq!(
        said(&|row| if row < 35 { 0.0 } else { row as f64 * 1e3 }),
        [""; 0]
    );
}

/// Wild training rows hide none: neither others of the same side or the other, nor validation and test rows.
#[test]
fn wild_rows_hide_no_others() {
    let said = |wild: &[f64], other: f64| {
        let mut text = String::from("part,a,y\n");
        for row in 0..40 {
            let a = wild.get(row).copied().unwrap_or(row as f64);
            text += &format!("train,{a},{}\n", 1 - 2 * (row % 2));
        }
        text += &format!("validation,{other},1\nvalidation,9,-1\ntest,9,1\ntest,9,-1\n");
        let (table, split) = parted(text);
        let told = far(&table, &split, true).expect("no fault");
        told.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_snapshot!(said(&[1e6], 5e5).join("\n"), @r"
    column `a`: 1 training row lies far outside the others (row 1 holds 1000000, the others hold 1 to 39): it alone may decide what is learnt
    column `a`: 1 validation or test row lies far outside the training rows (row 41 holds 500000, the other training rows hold 1 to 39): it alone may decide the choice and the scores
    ");
    for wild in [&[1e6, 1e9][..], &[-1e6, 1e6], &[-1e9, 1e3]] {
        let told = said(wild, 9.0);
        assert!(
            told[0].starts_with("column `a`: 2 training rows lie far"),
            "{told:?}"
        );
        assert_eq!(told.len(), 1);
    }
    // The twin: without the wild row it is the other that is told of; nor is it where nothing is.
    assert_snapshot!(said(&[], 5e5).join("\n"), @"column `a`: 1 validation or test row lies far outside the training rows (row 41 holds 500000, training rows hold 0 to 39): it alone may decide the choice and the scores");
    assert_eq!(said(&[], 9.0), [""; 0]);
}

/// Half the values of a column equal: its quartiles are one, and its range takes their place.
#[test]
fn quartiles_may_be_one_value() {
    let mut text = String::from("part,a,y\n");
    for row in 0..40 {
        let y = if row < 36 { 0 } else { row - 37 };
        text += &format!("train,{row},{y}\n");
    }
    text += "validation,1,61\nvalidation,1,63\ntest,1,0\ntest,1,0\n";
    let (table, split) = parted(text);
    // −1 to 2: beyond 2 + 60.
    let told = far(&table, &split, true).expect("no fault");
    let told: Vec<String> = told.iter().map(ToString::to_string).collect();
    assert_snapshot!(told.join("\n"), @"column `y`: 1 validation or test row lies far outside the training rows (row 42 holds 63, training rows hold -1 to 2): it alone may decide the choice and the scores");
}

#[test]
fn what_single_precision_does_not_carry_is_refused() {
    let fault = |value: f64, is_standardised| {
        said(&[(1.0, value), (1.0, 0.0)], is_standardised).unwrap_err()
    };
    assert_snapshot!(fault(1e100, true), @"t.csv: row 42, column `y` holds 1e100, 1.0e100 standard deviations from the mean of the training rows: the network's single precision carries no more than 16777216 beside ordinary values; correct the number or leave the row out");
    assert_snapshot!(fault(-f64::MAX, true), @"t.csv: row 42, column `y` holds -1.7976931348623157e308, 1.8e308 standard deviations from the mean of the training rows: the network's single precision carries no more than 16777216 beside ordinary values; correct the number or leave the row out");
    assert_snapshot!(fault(2e7, false), @"t.csv: row 42, column `y` holds 20000000, 20000000 from 0: the network's single precision carries no more than 16777216 beside ordinary values; give the column in another unit or take a recipe that standardises");
    // The twins: on the other side of the limit it is far out, and no more.
    let (most, beyond) = (TableFault::MOST_DISTANCE, TableFault::MOST_DISTANCE + 2.0);
    for is_standardised in [true, false] {
        // y of the training rows has mean 0 and standard deviation 1.
        let told = said(&[(1.0, most), (1.0, 0.0)], is_standardised).expect("no fault");
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(said(&[(1.0, beyond), (1.0, 0.0)], is_standardised).is_err());
    }
}

/// A constant feature is left out before, whatever stands in its other rows.
#[test]
fn a_column_that_is_left_out_is_not_looked_at() {
    let mut text = String::from("part,c,a,y\n");
    for row in 0..20 {
        let (part, c) = match row {
            0..12 => ("train", 7.0),
            12..16 => ("validation", 1e100),
            _ => ("test", 7.0),
        };
        text += &format!("{part},{c},{row},{}\n", row % 7);
    }
    let (table, split) = parted(text);
    assert!(far(&table, &split, true).is_err());
    let checked = check(&table, &split, &parts("part"), EncodingOptions::default());
    let encoding = checked.expect("sound").encoding;
    let (told, ranges) = extremes(&table, &split, &encoding, true).expect("no fault");
    assert!(told.is_empty());
    assert_eq!(ranges, [[0.0, 11.0]]);
}
