//! Memory does not grow with the table.

use std::io::{Read, Write};

use allocation_counter::measure;
use mixture_density::mixture::Temperature;
use mixture_density::predict::{Draws, Format, Questions, predict, sample};
use mixture_density::seed::Seed;
use mixture_density::table::{MissingPolicy, Roles, SplitSpec, Table, TableReader};

use super::{ByHand, on_threads};

/// A table of this many rows that is made as it is read.
struct Made {
    n_rows: usize,
    row: usize,
    rest: Vec<u8>,
}

impl Read for Made {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.rest.is_empty() && self.row < self.n_rows {
            self.rest = format!("{},0.25,{}\n", self.row % 7, self.row % 11).into_bytes();
            self.row += 1;
        }
        let n = self.rest.len().min(buffer.len());
        buffer[..n].copy_from_slice(&self.rest[..n]);
        self.rest.drain(..n);
        Ok(n)
    }
}

fn made(n_rows: usize) -> TableReader {
    let made = Made {
        n_rows,
        row: 0,
        rest: b"a,b,y\n".to_vec(),
    };
    TableReader::from_read("made", made, None).expect("names")
}

/// Counts what it is given.
struct Counted(usize);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The most bytes that lived at once while a call ran, on its one thread.
fn most_bytes(call: impl Fn() + Sync + Send) -> u64 {
    on_threads(1, || measure(&call).bytes_max)
}

#[test]
fn predictions_of_a_longer_table_need_no_more_memory() {
    let run = |n_rows: usize| {
        let mut out = Counted(0);
        let questions = Questions {
            quantiles: vec![0.5],
            ..Questions::default()
        };
        let streamed = predict(
            &ByHand::one(),
            &mut made(n_rows),
            MissingPolicy::Error,
            &questions,
            Format::Csv,
            &mut out,
        );
        assert_eq!(streamed.expect("predictions").n_rows, n_rows as u64);
        assert!(out.0 > 10 * n_rows);
    };
    let (short, long) = (most_bytes(|| run(30_000)), most_bytes(|| run(600_000)));
    assert!(long < short + short / 20, "{short} bytes became {long}");
    // The twin: what is read whole grows with its rows.
    let whole = |n_rows: usize| {
        let columns = Roles::of_targets(["y"]);
        let table = Table::read(made(n_rows), &columns, MissingPolicy::Error).expect("a table");
        assert!(table.split(&SplitSpec::default(), 0, Seed::new(0)).is_ok());
    };
    let (short, long) = (most_bytes(|| whole(30_000)), most_bytes(|| whole(600_000)));
    assert!(long > 10 * short, "{short} bytes became {long}");
}

#[test]
fn more_draws_of_a_row_need_no_more_memory() {
    fn run(n_rows: usize, n: usize, format: Format, out: &mut impl Write) {
        let draws = Draws {
            n,
            temperature: Temperature::ONE,
            seed: Seed::new(0),
        };
        let model = ByHand::new(&["y", "z"], false);
        let streamed = sample(
            &model,
            &mut made(n_rows),
            MissingPolicy::Error,
            &draws,
            format,
            out,
        );
        assert_eq!(streamed.expect("draws").n_rows, n_rows as u64);
    }
    for format in [Format::Csv, Format::JsonLines] {
        let counted = |n_rows: usize, n: usize| {
            most_bytes(|| {
                let mut out = Counted(0);
                run(n_rows, n, format, &mut out);
                assert!(out.0 > n_rows * 2 * 10 * n);
            })
        };
        let (few, many) = (counted(3, 110_000), counted(3, 900_000));
        assert!(many < few + few / 20, "{few} bytes became {many}");
        assert!(many < 2_000_000, "{many} bytes");
        // As many as are drawn for several rows at once: 50 MB of text.
        let several = counted(300, 4096);
        assert!(several < 20_000_000, "{several} bytes");
        // The twin: what is kept grows with the draws.
        let kept = |n: usize| most_bytes(|| run(3, n, format, &mut Vec::new()));
        let (few, many) = (kept(10_000), kept(200_000));
        assert!(many > 10 * few, "{few} bytes became {many}");
    }
}
