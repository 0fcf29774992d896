//! The same numbers out of every spelling of a table.

use std::io::{Read, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use mixture_density::table::{Chunk, Encoding, MissingPolicy, Table, TableReader};

use super::{columns, features, reader, table};

const PLAIN: &str = "a,b,y\n1,2,3\n-4.5,5e-1,6\n";

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).expect("sound");
    encoder.finish().expect("sound")
}

#[test]
fn every_spelling_gives_the_same_table() {
    let plain = table(PLAIN, MissingPolicy::Error).expect("sound");
    assert_eq!(features(&plain), [1.0, 2.0, -4.5, 0.5]);
    assert_eq!(plain.targets(), [3.0, 6.0]);
    assert_eq!(plain.feature_names(), ["a", "b"]);
    let two_members = [gzip(b"a,b,y\n1,2,3\n"), gzip(b"-4.5,5e-1,6\n")].concat();
    let spellings: Vec<Vec<u8>> = vec![
        PLAIN.replace(',', ";").into(),
        PLAIN.replace(',', "\t").into(),
        PLAIN.replace('\n', "\r\n").into(),
        PLAIN.replace(',', " , ").into(),
        PLAIN.trim_end().into(),
        format!("\u{feff}{PLAIN}").into(),
        PLAIN.replace('2', "\"2\"").into(),
        PLAIN.replacen('a', "\"a\"", 1).into(),
        gzip(PLAIN.as_bytes()),
        two_members,
    ];
    for text in spellings {
        let said = String::from_utf8_lossy(&text).into_owned();
        let found = table(&text, MissingPolicy::Error).expect("sound");
        assert_eq!(found, plain, "{said:?}");
    }
    // Blank lines move the numbers of the rows below them, and nothing else.
    let spaced = table(PLAIN.replace('\n', "\n\n"), MissingPolicy::Error).expect("sound");
    assert_ne!(spaced, plain);
    assert_eq!(spaced.blake3(), plain.blake3());
    // The twin: another number is another table.
    let other = table(PLAIN.replace("-4.5", "-4.6"), MissingPolicy::Error).expect("sound");
    assert_ne!(other, plain);
    assert_ne!(other.blake3(), plain.blake3());
}

#[test]
fn a_delimiter_that_is_given_is_taken() {
    let text = std::io::Cursor::new("a|y\n1|2\n");
    let reader = TableReader::from_read("t.csv", text, Some(b'|')).expect("sound");
    let table = Table::read(reader, &columns(&["y"], None), MissingPolicy::Error).expect("sound");
    assert_eq!((features(&table), table.targets()), (vec![1.0], vec![2.0]));
}

#[test]
fn a_separator_within_quotation_marks_does_not_count() {
    let text = "\"a;;;;;\",y\n1,2\n";
    assert_eq!(reader(text).expect("sound").header().names().len(), 2);
    let names = reader("a;b;c,d\n").expect("sound");
    assert_eq!(names.header().names(), ["a", "b", "c,d"]);
}

#[test]
fn chosen_columns_come_in_the_order_asked_for_and_others_are_not_looked_at() {
    let text = "name,y,b,a\nfirst,1,2,3\nsecond,4,5,6\n";
    let chosen = columns(&["y"], Some(&["a", "b"]));
    let table =
        Table::read(reader(text).expect("sound"), &chosen, MissingPolicy::Error).expect("sound");
    assert_eq!(features(&table), [3.0, 2.0, 6.0, 5.0]);
    let encoding = Encoding::identity(table.feature_names());
    let (x, y) = table.rows(&encoding, &[1]).expect("a row");
    assert_eq!((x, y), (vec![6.0, 5.0], vec![4.0]));
}

#[test]
fn columns_without_a_name_are_no_features() {
    let table = table(",a,y\n0,1,2\n1,3,4\n", MissingPolicy::Error).expect("sound");
    assert_eq!(table.feature_names(), ["a"]);
}

#[test]
fn missing_numbers_are_counted_and_their_rows_left_out() {
    let text = "a,y\n1,2\n,3\nNaN,inf\n4,5\nNA,6\n7,1e999\n";
    let table = table(text, MissingPolicy::Drop).expect("sound");
    assert_eq!(
        (features(&table), table.targets()),
        (vec![1.0, 4.0], vec![2.0, 5.0])
    );
    let missing = table.missing();
    assert_eq!((missing.n_rows, missing.n_empty), (4, 2));
    assert_eq!((missing.n_nan, missing.n_infinite), (0, 2));
    assert_eq!(
        missing.to_string(),
        "4 cells in 4 rows hold no number (2 empty, 2 infinite), \
         first in row 2 (`a`), row 3 (`y`), row 5 (`a`), row 6 (`y`)"
    );
}

/// Rows one by one and a thousand at a time: the same values, row numbers and counts.
#[test]
fn chunks_of_any_size_join_to_the_same_rows() {
    let mut text = String::from("a,y\n");
    for row in 0..1000 {
        let cell = if row % 7 == 3 {
            String::new()
        } else {
            row.to_string()
        };
        text += &format!("{cell},{}\n", 2 * row);
    }
    let read = |n_rows: usize| {
        let mut reader = reader(&text).expect("sound");
        let (mut values, mut rows, mut n_missing) = (Vec::new(), Vec::new(), 0);
        let mut chunk = Chunk::default();
        while reader
            .read_chunk(&[0, 1], &[], n_rows, &mut chunk)
            .expect("sound")
        {
            values.extend_from_slice(chunk.values());
            rows.extend_from_slice(chunk.rows());
            n_missing += chunk.missing().n_rows;
        }
        (values, rows, n_missing)
    };
    let whole = read(5000);
    assert_eq!((whole.1.len(), whole.2), (857, 143));
    for n_rows in [0, 1, 7, 999, 1000] {
        assert_eq!(read(n_rows), whole, "{n_rows}");
    }
}

/// Row numbers and values of a column, and what is said of its missing cells.
fn column(text: &str, name: &str) -> (Vec<u64>, Vec<f64>, String) {
    let mut reader = reader(text).expect("names");
    let place = [reader.column(name).expect("a column")];
    let mut chunk = Chunk::default();
    let _ = reader
        .read_chunk(&place, &[], 100, &mut chunk)
        .expect("rows");
    let missing = match chunk.missing().n_rows {
        0 => String::new(),
        _ => chunk.missing().to_string(),
    };
    (chunk.rows().to_vec(), chunk.values().to_vec(), missing)
}

/// In the only column a blank line between rows is an empty cell, however lines end.
#[test]
fn a_blank_line_of_one_column_is_an_empty_cell() {
    let text = "x\n\n1\n\n\n2\n";
    let said = "3 cells in 3 rows hold no number (3 empty), first in row 1 (`x`), row 3 (`x`), row 4 (`x`)";
    for text in [
        text.to_owned(),
        text.replace('\n', "\r\n"),
        text.replace('\n', "\r"),
        format!("\n\n{text}"),
        // Behind the last row they are nothing: so a spreadsheet ends its text.
        format!("{text}\n"),
        format!("{text}\r\n\r\n\n"),
    ] {
        let expected = (vec![2, 5], vec![1.0, 2.0], said.to_owned());
        assert_eq!(column(&text, "x"), expected, "{text:?}");
    }
    // The twin: what is quoted, or holds a blank, is no blank line, and counts at the end too.
    for text in ["x\n1\n\"\"\n2\n\"\"\n", "x\n1\n \n2\n\n \n"] {
        let (rows, _, missing) = column(text, "x");
        assert_eq!(rows, [1, 3], "{text:?}");
        assert!(missing.contains("row 2 (`x`), row 4 (`x`)"), "{missing}");
    }
    // The twin: without blank lines nothing is missing, the last line's end or not.
    for text in ["x\n1\n2\n", "x\n1\n2", "x\r\n1\n2\r\n"] {
        let expected = (vec![1, 2], vec![1.0, 2.0], String::new());
        assert_eq!(column(text, "x"), expected, "{text:?}");
    }
}

/// Blank lines are counted in whatever pieces rows are read, and those at the end are never kept.
#[test]
fn blank_lines_of_one_column_come_row_by_row() {
    let mut text = String::from("x\n7\n\n\n\n8\n");
    text += &"\n".repeat(100_000);
    for n_rows in [1, 2, 3, 100] {
        let mut reader = reader(&text).expect("names");
        let (mut rows, mut n_missing, mut n_chunks) = (Vec::new(), 0, 0);
        let mut chunk = Chunk::default();
        while reader
            .read_chunk(&[0], &[], n_rows, &mut chunk)
            .expect("rows")
        {
            rows.extend_from_slice(chunk.rows());
            n_missing += chunk.missing().n_rows;
            n_chunks += 1;
        }
        assert_eq!((rows, n_missing), (vec![1, 5], 3), "{n_rows}");
        assert_eq!(n_chunks, 5usize.div_ceil(n_rows));
    }
    // A fault behind them has its own row's number.
    let mut torn = reader("x\n7\n\n\n\"8\n").expect("names");
    let fault = torn.read_chunk(&[0], &[], 9, &mut Chunk::default());
    let said = fault.expect_err("an open quotation").to_string();
    assert!(said.contains("row 4 opens a quotation mark"), "{said}");
}

/// In one of several columns it is passed over, and rows keep the numbers that an editor shows.
#[test]
fn a_blank_line_of_several_columns_is_passed_over_and_counted() {
    for end in ["\n", "\r\n", "\r"] {
        let text = "x,y\n\n1,2\n\n\n3,\n5,6\n".replace('\n', end);
        let said = "1 cell in 1 row holds no number (1 empty), first in row 5 (`y`)";
        let expected = (vec![2, 6], vec![2.0, 6.0], said.to_owned());
        assert_eq!(column(&text, "y"), expected, "{text:?}");
    }
    // The twin: nothing is passed over where there is nothing blank.
    assert_eq!(column("x,y\n1,2\n3,4\n", "y").0, [1, 2]);
    // A line end within quotation marks begins no row, blank or not.
    assert_eq!(column("x,y\n\"a\n\nb\",2\n3,4\n", "y").0, [1, 2]);
}

#[test]
fn blank_lines_before_the_names_are_no_rows() {
    let text = "\r\n\na;y\n1;2\n";
    assert_eq!(reader(text).expect("names").header().names(), ["a", "y"]);
    assert_eq!(column(text, "y").0, [1]);
}

/// A source of endless rows, which only a stream can read.
struct Endless {
    bytes_given: usize,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        for byte in buffer.iter_mut() {
            let at = self.bytes_given;
            *byte = match at.checked_sub(4) {
                None => b"a,y\n"[at],
                Some(at) => match at % 200 {
                    0 => b'1',
                    100 => b',',
                    199 => b'\n',
                    _ => b' ',
                },
            };
            self.bytes_given += 1;
        }
        Ok(buffer.len())
    }
}

#[test]
fn a_stream_without_end_is_read_by_the_row() {
    let endless = Endless { bytes_given: 0 };
    let mut reader = TableReader::from_read("endless", endless, None).expect("sound");
    let mut chunk = Chunk::default();
    // 80 MB of rows: more than the longest row may have.
    for _ in 0..400 {
        assert!(
            reader
                .read_chunk(&[0], &[], 1000, &mut chunk)
                .expect("sound")
        );
        assert_eq!(chunk.values().len(), 1000);
    }
    assert_eq!(chunk.rows().last(), Some(&400_000));
}

#[test]
fn a_hundred_thousand_columns_are_found_by_name() {
    let names: Vec<String> = (0..100_000).map(|i| format!("c{i}")).collect();
    let row = vec!["1"; 100_000].join(",");
    let text = format!("{}\n{row}\n{row}\n", names.join(","));
    let chosen = columns(&["c99999"], Some(&["c5"]));
    let table =
        Table::read(reader(&text).expect("sound"), &chosen, MissingPolicy::Error).expect("sound");
    assert_eq!((table.n_rows(), features(&table).len()), (2, 2));
    // Near names of 100,000 are found without delay.
    let near = reader(&text)
        .expect("sound")
        .column("c9999x")
        .unwrap_err()
        .to_string();
    assert!(near.contains("near names are `c9999`"), "{near}");
}
