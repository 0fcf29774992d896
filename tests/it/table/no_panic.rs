//! What a table, a split or a reader is asked for that it does not have: a sentence, never a panic.

use insta::assert_snapshot;
use mixture_density::seed::Seed;
use mixture_density::table::{
    Chunk, Encoding, EncodingOptions, Missing, MissingPolicy, Roles, Split, Table, check,
    dequantise, split_rows,
};

use super::{far, reader, shares, table};

/// `n` rows of a feature and a target.
fn small(n: usize) -> Table {
    let rows: String = (0..n).map(|i| format!("{i},{}\n", i * i % 7 + i)).collect();
    table("a,y\n".to_owned() + &rows, MissingPolicy::Error).expect("a table")
}

fn split(n: usize) -> Split {
    split_rows(&shares(0.2, 0.2), n, 0, Seed::new(0)).expect("sound")
}

#[test]
fn rows_of_another_table_are_refused() {
    let own = small(12);
    let encoding = Encoding::identity(own.feature_names());
    let rows = |rows: &[usize]| own.rows(&encoding, rows);
    assert_snapshot!(rows(&[3, 12]).unwrap_err(), @"t.csv: row 12, counted from 0, is asked of a table of 12 rows: was another table split?");
    assert_snapshot!(own.repeats(&[usize::MAX]).unwrap_err(), @"t.csv: row 18446744073709551615, counted from 0, is asked of a table of 12 rows: was another table split?");
    assert!(rows(&[3, 11]).is_ok() && own.repeats(&[11]).is_ok());
    // A split of more rows, through the two functions that take one.
    let longer = split(40);
    let spec = shares(0.2, 0.2);
    let checked = |split: &Split| check(&own, split, &spec, EncodingOptions::default());
    let told = checked(&longer).unwrap_err().to_string();
    assert!(told.contains("is asked of a table of 12 rows"), "{told}");
    let told = far(&own, &longer, true).unwrap_err().to_string();
    assert!(told.contains("is asked of a table of 12 rows"), "{told}");
    assert!(far(&own, &split(12), true).is_ok() && checked(&split(12)).is_ok());
}

#[test]
fn repeats_of_other_columns_are_refused() {
    let mut own = small(12);
    let repeats = own.repeats(&[0, 1, 2]).expect("rows");
    for wrong in [Vec::new(), [repeats.clone(), repeats.clone()].concat()] {
        let before = own.clone();
        let told = dequantise(&mut own, &wrong, Seed::new(0)).unwrap_err();
        assert!(
            told.to_string().ends_with("are given for 1 targets"),
            "{told}"
        );
        assert_eq!(own, before);
    }
    assert!(dequantise(&mut own, &repeats, Seed::new(0)).is_ok());
}

#[test]
fn a_column_beyond_the_last_is_refused() {
    let mut chunk = Chunk::default();
    let mut asked = |columns: &[usize], text: &[usize]| {
        let mut reader = reader("a,b\n1,2\n").expect("names");
        reader.read_chunk(columns, text, 10, &mut chunk)
    };
    assert_snapshot!(asked(&[0, 2], &[]).unwrap_err(), @"t.csv: column 2, counted from 0, is asked of a table of 2 columns");
    assert_snapshot!(asked(&[0], &[usize::MAX]).unwrap_err(), @"t.csv: column 18446744073709551615, counted from 0, is asked of a table of 2 columns");
    assert!(asked(&[0, 1, 1], &[1]).expect("a row"));
}

#[test]
fn a_split_without_end_and_a_table_without_target_are_refused() {
    let shares = shares(0.2, 0.2);
    let split = |n| split_rows(&shares, n, 0, Seed::new(0));
    assert_snapshot!(split(usize::MAX).unwrap_err(), @"18446744073709551615 rows are more than the 1073741824 that can be split");
    assert!(split(10).is_ok());
    let text = "a,b\n1,2\n3,4\n";
    let read = |targets: &[&str]| {
        let columns = Roles::of_targets(targets.iter().copied());
        Table::read(reader(text)?, &columns, MissingPolicy::Error)
    };
    assert_snapshot!(read(&[]).unwrap_err(), @"t.csv: no target is named");
    assert!(read(&["b"]).is_ok());
}

#[test]
fn counts_of_missing_cells_do_not_overflow() {
    let full = Missing {
        n_rows: u64::MAX,
        n_empty: u64::MAX,
        n_nan: 1,
        n_infinite: 0,
        first: vec![(1, "a".to_owned()); 9],
    };
    let mut merged = full.clone();
    merged.merge(&full);
    assert_eq!((merged.n_cells(), merged.first.len()), (u64::MAX, 9));
    // The twin: there is room for five places, and counts are added.
    let one = Missing {
        n_rows: 1,
        n_empty: 1,
        first: vec![(1, "a".to_owned())],
        ..Missing::default()
    };
    let mut merged = one.clone();
    merged.merge(&one);
    assert_eq!((merged.n_cells(), merged.first.len()), (2, 2));
}

#[test]
fn any_byte_may_be_the_delimiter() {
    for delimiter in 0..=u8::MAX {
        let bytes = std::io::Cursor::new(b"a,\"b\"\r\n1,2\n\"x\ny\",3\n".to_vec());
        let opened =
            mixture_density::table::TableReader::from_read("t.csv", bytes, Some(delimiter));
        if let Ok(mut reader) = opened {
            let mut chunk = Chunk::default();
            while reader.read_chunk(&[0], &[], 2, &mut chunk).unwrap_or(false) {}
        }
    }
}
