//! Every fault of a table is one sentence that says where it is and what to do.

use std::io::{Read, Write as _};
use std::path::Path;

use insta::assert_snapshot;
use mixture_density::seed::Seed;
use mixture_density::table::{MissingPolicy, Part, Roles, Table, TableReader, dequantise};

use super::{checked, columns, features, reader, shares, table};

/// What is said of this text, to predict `y` from the rest.
fn refused(text: impl AsRef<[u8]>) -> String {
    table(text, MissingPolicy::Error)
        .expect_err("a fault")
        .to_string()
}

fn refused_columns(text: &str, columns: &Roles) -> String {
    let read = Table::read(reader(text).expect("names"), columns, MissingPolicy::Error);
    read.expect_err("a fault").to_string()
}

#[test]
fn a_sound_table_is_read() {
    assert_eq!(
        table("a,y\n1,2\n", MissingPolicy::Error)
            .expect("sound")
            .n_rows(),
        1
    );
}

#[test]
fn missing_column() {
    assert_snapshot!(refused("a,b\n1,2\n"), @"t.csv: there is no column `y`; there is `a`, `b`");
    assert_snapshot!(refused("a,b,c,d,e,Y2,yy\n"), @"t.csv: there is no column `y`; near names are `Y2`, `yy`");
    assert_snapshot!(refused("a,b,c,d,e,f\n"), @"t.csv: there is no column `y`; none of the 6 names is near it");
    let chosen = columns(&["y"], Some(&["lenght"]));
    assert_snapshot!(refused_columns("length,width,y,a,b,c\n1,2,3,4,5,6\n", &chosen), @"t.csv: there is no column `lenght`; near names are `length`");
}

#[test]
fn text_in_a_number_column() {
    assert_snapshot!(refused("a,y\n1,2\nred,3\n"), @"t.csv: no feature is left: column `a` has a text of its own in every row");
    let target = |cells: &str| refused(format!("a,y\n1,2\n2,{cells}\n"));
    assert_snapshot!(target("red"), @r#"t.csv: row 2, column `y` holds "red", which is no number"#);
    assert_snapshot!(target("\"1,5\""), @r#"t.csv: row 2, column `y` holds "1,5", which is no number; say --decimal , if it has a decimal comma, or --thousands , if the comma is between thousands"#);
    assert_snapshot!(target("2024-01-01"), @r#"t.csv: row 2, column `y` holds "2024-01-01", which is no number; a date or a time can be a feature, but not this"#);
    assert_snapshot!(target("yes"), @r#"t.csv: row 2, column `y` holds "yes", which is no number"#);
    assert_snapshot!(target(&"word ".repeat(100_000)), @r#"t.csv: row 2, column `y` holds "word word word word word word word word word word …", which is no number"#);
    assert_snapshot!(target("\"two\nlines\u{7}\""), @r#"t.csv: row 2, column `y` holds "two\nlines\u{7}", which is no number"#);
    // The twins: what is plain is found out.
    let read = |text: &str| table(text, MissingPolicy::Error).expect("sound");
    assert_eq!(features(&read("a;y\n1,5;2\n")), [1.5]);
    assert_eq!(features(&read("a;y\n1.234,5;2\n")), [1234.5]);
    assert_eq!(features(&read("a,y\n\"1,234.5\",2\n")), [1234.5]);
}

#[test]
fn missing_numbers() {
    assert_snapshot!(refused("a,y\n1,2\n,3\n"), @"t.csv: 1 cell in 1 row holds no number (1 empty), first in row 2 (`a`); leave those rows out with --missing drop (1 of 2 rows are left), or fill the gaps with --missing impute (all 2 rows)");
    assert_snapshot!(refused("a,y\nNaN,inf\n-inf,2\nnull,nan\n1,2\n"), @"t.csv: 1 cell in 1 row holds no number (1 infinite), first in row 2 (`a`); leave those rows out with --missing drop (1 of 2 rows are left), or fill the gaps with --missing impute (all 2 rows)");
    let none = table("a,y\n,2\n,3\n", MissingPolicy::Drop).expect_err("a fault");
    assert_snapshot!(none.to_string(), @"t.csv: no feature is left: column `a` is empty throughout and is left out");
}

#[test]
fn shape() {
    assert_snapshot!(refused("a,y,a\n1,2,3\n"), @"t.csv: two columns are called `a` (columns 1 and 3); rename one");
    assert_snapshot!(refused("a,y\n1,2\n\n3\n"), @"t.csv: row 3 has 1 cell where the line of names has 2");
    assert_snapshot!(refused("a,y\n1,2,3\n"), @"t.csv: row 1 has 3 cells where the line of names has 2");
    assert_snapshot!(refused("a,y\n"), @"t.csv: there is no row below the line of names");
    assert_snapshot!(refused(""), @"t.csv: the file is empty");
    assert_snapshot!(refused("\u{feff}"), @"t.csv: the file is empty");
    assert_snapshot!(refused("\n\n"), @"t.csv: the file is empty");
    assert_snapshot!(refused("y\n1\n"), @"t.csv: no feature is left: the table has no other column");
}

#[test]
fn roles() {
    let text = "a,b,y\n1,2,3\n";
    assert_snapshot!(refused_columns(text, &columns(&["y", "y"], None)), @"t.csv: column `y` cannot be a target and a target at once");
    assert_snapshot!(refused_columns(text, &columns(&["y"], Some(&["a", "y"]))), @"t.csv: column `y` cannot be a target and a feature at once");
    assert_snapshot!(refused_columns(text, &columns(&["y"], Some(&["a", "a"]))), @"t.csv: column `a` cannot be a feature and a feature at once");
}

#[test]
fn wrong_delimiter() {
    let with = |text: &'static str, delimiter| {
        let reader = TableReader::from_read("t.csv", text.as_bytes(), Some(delimiter));
        let columns = columns(&["y"], None);
        let read = Table::read(reader.expect("names"), &columns, MissingPolicy::Error);
        read.expect_err("a fault").to_string()
    };
    assert_snapshot!(with("a;y\n1;2\n", b','), @"t.csv: there is no column `y`, only one column `a;y`: are the columns separated by semicolons? Say so with --delimiter");
    assert_snapshot!(with("a\ty\n1\t2\n", b','), @r#"t.csv: there is no column `y`, only one column `a\ty`: are the columns separated by tabs? Say so with --delimiter"#);
    assert_snapshot!(with("a,y\n1,2\n", b';'), @"t.csv: there is no column `y`, only one column `a,y`: are the columns separated by commas? Say so with --delimiter");
    assert_snapshot!(with("a|y\n1|2\n", b','), @"t.csv: there is no column `y`, only one column `a|y`: are the columns separated by bars? Say so with --delimiter");
    assert_snapshot!(with("a y\n1 2\n", b','), @"t.csv: there is no column `y`, only one column `a y`: are the columns separated by spaces? Say so with --delimiter");
    assert_snapshot!(refused("a:y\n1:2\n"), @"t.csv: there is no column `y`, only one column `a:y`: are the columns separated by colons? Say so with --delimiter");
    // The twin: a name may hold a space.
    assert!(table("a|y\n1|2\n", MissingPolicy::Error).is_ok());
    assert!(table("a y\n1 2\n", MissingPolicy::Error).is_ok());
    assert_snapshot!(refused("a year\n1\n"), @"t.csv: there is no column `y`; there is `a year`");
}

/// Rows below the mark would be one cell of text, and nobody would miss them.
#[test]
fn a_quotation_that_is_not_closed() {
    let of = |text: &str| table(text, MissingPolicy::Error).map(|table| table.n_rows());
    let columns = columns(&["y"], Some(&["a"]));
    assert_snapshot!(refused_columns("a,y,note\n1,2,\"so\n3,4,it\n5,6,goes\n", &columns), @"t.csv: row 1 opens a quotation mark that nothing closes");
    assert_snapshot!(refused("a,\"y\n1,2\n"), @"t.csv: the line of names opens a quotation mark that nothing closes");
    // The twins: closed at the last byte, and a mark within a cell, which opens nothing.
    assert_eq!(of("a,y\n1,\"2\"").expect("sound"), 1);
    assert_snapshot!(refused("a,y\n1,2\"\n"), @r#"t.csv: row 1, column `y` holds "2"", which is no number"#);
}

#[test]
fn not_text() {
    assert_snapshot!(refused(b"a,gr\xfc\xdf,y\n1,2,3\n"), @"t.csv: the line of names is not UTF-8 text (column 2); say --encoding latin1 if it is Latin-1, or save the table as UTF-8");
    assert_snapshot!(refused(b"a,y\n1,2\n\xff,3\n"), @"t.csv: row 2 (line 3), column `a` is not UTF-8 text (byte 0xFF); say --encoding latin1 if it is Latin-1, or save the table as UTF-8");
    assert_snapshot!(refused(b"PK\x03\x04 and more"), @"t.csv: this is a zip archive, not CSV text; make CSV of it, for example with: unzip -p t.csv > t.csv.csv");
    assert_snapshot!(refused(b"\xff\xfea\0,\0y\0"), @"t.csv: there is no row below the line of names");
    assert_snapshot!(refused(b"PAR1 and more"), @"t.csv: this is a Parquet file, not CSV text; make CSV of it, for example with: python3 -c 'import sys, pandas; pandas.read_parquet(sys.argv[1]).to_csv(sys.argv[2], index=False)' t.csv t.csv.csv");
}

#[test]
fn cut_gzip() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writeln!(encoder, "a,b").expect("sound");
    for row in 0..100_000 {
        writeln!(encoder, "{row},{}", row * row % 1001).expect("sound");
    }
    let whole = encoder.finish().expect("sound");
    assert_snapshot!(refused(&whole[..10]), @"t.csv: the gzip stream is cut or damaged: incomplete deflate stream");
    assert_snapshot!(refused(&whole[..5]), @"t.csv: the gzip stream is cut or damaged: unexpected end of file");
    let named = |bytes: &[u8]| {
        let bytes = std::io::Cursor::new(bytes.to_vec());
        let reader = TableReader::from_read("t.csv", bytes, None).expect("names");
        let mut reader = reader;
        let mut chunk = mixture_density::table::Chunk::default();
        loop {
            match reader.read_chunk(&[0, 1], &[], 1000, &mut chunk) {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => return Some(error.to_string()),
            }
        }
    };
    assert_eq!(named(&whole), None);
    assert_snapshot!(named(&whole[..whole.len() / 2]).expect("a fault"), @"t.csv: the gzip stream is cut or damaged: incomplete deflate stream");
    let mut changed = whole.clone();
    let at = changed.len() - 6;
    changed[at] ^= 0x55;
    assert_snapshot!(named(&changed).expect("a fault"), @"t.csv: the gzip stream is cut or damaged: corrupt gzip stream does not have a matching checksum");
}

#[test]
fn not_there() {
    let open = |path: &str| {
        let read = TableReader::open(Path::new(path), None);
        read.expect_err("a fault").to_string()
    };
    assert_snapshot!(open("absent.csv"), @"absent.csv: cannot be read: No such file or directory (os error 2)");
    assert_snapshot!(open("src"), @"src: cannot be read: it is a folder");
}

/// Bytes without end and without a line.
struct Endless(u8);

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        buffer.fill(self.0);
        Ok(buffer.len())
    }
}

#[test]
fn a_row_without_end() {
    let said = |read| {
        let read = TableReader::from_read("t.csv", read, None).map(|mut reader| {
            let mut chunk = mixture_density::table::Chunk::default();
            reader.read_chunk(&[0], &[], 1000, &mut chunk).err()
        });
        match read {
            Err(error) | Ok(Some(error)) => error.to_string(),
            Ok(None) => "nothing".to_owned(),
        }
    };
    let zeros: Box<dyn Read + Send> = Box::new(Endless(0));
    assert_snapshot!(said(zeros), @"t.csv: the line of names is longer than 64 MiB: is a quotation mark not closed, or is this not CSV text?");
    let open_quote: Box<dyn Read + Send> =
        Box::new(std::io::Cursor::new("a,y\n1,2\n\"").chain(Endless(b'x')));
    assert_snapshot!(said(open_quote), @"t.csv: row 2 is longer than 64 MiB: is a quotation mark not closed, or is this not CSV text?");
}

#[test]
fn too_many_features() {
    let names: Vec<String> = (0..100_000).map(|i| format!("c{i}")).collect();
    let text = format!("{},y\n", names.join(","));
    assert_snapshot!(refused(text), @"t.csv: 100000 columns would be features, but at most 10000 can be; choose with --features");
    let commas = ",".repeat((1 << 20) + 5);
    assert_snapshot!(refused(commas), @"t.csv: there are more than 1048576 columns");
}

/// Twenty rows of two features and a target, each a function of the row.
fn made(a: impl Fn(usize) -> f64, y: impl Fn(usize) -> f64) -> Table {
    let mut text = String::from("a,b,y\n");
    for row in 0..20 {
        text += &format!("{},{},{}\n", a(row), row * 7 % 20, y(row));
    }
    table(text, MissingPolicy::Error).expect("a table")
}

/// The encoded features of a table, and what is said of it.
fn said(table: &Table) -> Result<(Vec<String>, Vec<String>), String> {
    let checked = checked(table)?;
    let warnings = checked.warnings.iter().map(ToString::to_string);
    Ok((checked.encoding.names(), warnings.collect()))
}

#[test]
fn constant_features_are_left_out() {
    let (features, warnings) = said(&made(|_| 3.5, |row| row as f64)).expect("sound");
    assert_eq!(features, ["b"]);
    assert_snapshot!(warnings.join("|"), @"feature `a` is 3.5 in every training row and is left out");
    // The twin: one other value, and nothing is said.
    let (features, warnings) =
        said(&made(|row| (row * 3 % 20) as f64, |row| row as f64)).expect("sound");
    assert_eq!((features.len(), warnings.len()), (2, 0), "{warnings:?}");
    let all = Table::read(
        reader("a,y\n".to_owned() + &(0..20).map(|i| format!("1,{i}\n")).collect::<String>())
            .expect("sound"),
        &columns(&["y"], None),
        MissingPolicy::Error,
    );
    assert_snapshot!(said(&all.expect("sound")).unwrap_err(), @"t.csv: no feature is left: feature `a` is 1 in every training row and is left out");
}

#[test]
fn constant_and_discrete_targets() {
    assert_snapshot!(said(&made(|row| (row * 3 % 20) as f64, |_| 2.0)).unwrap_err(), @"t.csv: target `y` is 2 in every training row: there is nothing to predict");
    let (_, warnings) =
        said(&made(|row| (row * 3 % 20) as f64, |row| (row % 3) as f64)).expect("sound");
    assert_snapshot!(warnings.join("|"), @"target `y` has 3 different values, and 100 % of its rows repeat one: a density of repeated values has no bound, so its likelihood may mean nothing; spread them with --dequantise");
}

/// What a fit needs again is not counted again: how the training rows repeat themselves, and no others.
#[test]
fn the_repeats_of_the_training_rows_are_handed_on() {
    let table = made(
        |row| row as f64,
        |row| if row % 2 == 0 { 0.0 } else { row as f64 },
    );
    let split = table
        .split(&shares(0.2, 0.2), 0, Seed::new(0))
        .expect("rows");
    let all: Vec<usize> = (0..table.n_rows()).collect();
    let [train, all] = [split.rows(Part::Train), &all].map(|rows| table.repeats(rows));
    let repeats = checked(&table).expect("sound").repeats;
    assert_eq!(repeats, train.expect("rows"));
    assert_ne!(repeats, all.expect("rows"));
}

#[test]
fn dequantised_targets_no_longer_repeat() {
    let mut table = made(|row| (row * 3 % 20) as f64, |row| 0.5 * (row % 4) as f64);
    let before: Vec<f64> = table.targets();
    let all: Vec<usize> = (0..before.len()).collect();
    let repeats = table.repeats(&all).expect("rows");
    let done = dequantise(&mut table, &repeats, Seed::new(1)).expect("its repeats");
    assert_eq!((done.len(), done[0].width, done[0].n_distinct), (1, 0.5, 4));
    for (old, new) in before.iter().zip(table.targets()) {
        assert!((old - new).abs() <= 0.25);
    }
    let (_, warnings) = said(&table).expect("sound");
    assert!(warnings.is_empty(), "{warnings:?}");
    // Nothing is done to what does not repeat, and the seed decides the rest.
    let mut alone = made(|_| 1.0, |row| row as f64);
    let of_alone = alone.repeats(&all).expect("rows");
    let done = dequantise(&mut alone, &of_alone, Seed::new(1));
    assert!(done.expect("its repeats").is_empty());
    // The rows learnt from decide: among these three nothing repeats.
    let mut untold = made(|row| row as f64, |row| 0.5 * (row % 4) as f64);
    let of_three = untold.repeats(&[0, 1, 2]).expect("rows");
    let done = dequantise(&mut untold, &of_three, Seed::new(1));
    assert!(done.expect("its repeats").is_empty());
    let mut other = made(|row| row as f64, |row| 0.5 * (row % 4) as f64);
    dequantise(&mut other, &repeats, Seed::new(2)).expect("its repeats");
    assert_ne!(table, other);
}
