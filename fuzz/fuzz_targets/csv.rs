//! Any bytes as a user's table: an answer or an error, never a panic, never a large allocation.
//!
//! The first byte chooses the delimiter; the rest is the file.

#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use mixture_density::seed::Seed;
use mixture_density::table::{
    Chunk, Columns, MissingPolicy, Shares, Table, TableReader, check, dequantise,
};

fuzz_target!(|bytes: &[u8]| {
    let Some((first, file)) = bytes.split_first() else {
        return;
    };
    let delimiter = [None, Some(b','), Some(b';'), Some(b'\t')][usize::from(first % 4)];
    let open = || TableReader::from_read("t.csv", Cursor::new(file.to_vec()), delimiter);
    let Ok(mut reader) = open() else { return };
    let names = reader.header().names().to_vec();
    let (Some(first), Some(last)) = (names.first(), names.last()) else {
        return;
    };

    // Every column as numbers, in small chunks.
    let all: Vec<usize> = (0..names.len()).collect();
    let mut chunk = Chunk::default();
    let mut n_rows = 0;
    while let Ok(true) = reader.read_chunk(&all, Some(0), 3, &mut chunk) {
        assert_eq!(chunk.values().len(), chunk.rows().len() * names.len());
        assert!(chunk.values().iter().all(|v| v.is_finite()));
        n_rows += chunk.rows().len() as u64 + chunk.missing().n_rows;
    }
    assert!(n_rows <= file.len() as u64);

    // The whole way to a fit.
    let columns = Columns {
        targets: vec![last.clone()],
        features: None,
        split: (first == "split").then(|| first.clone()),
    };
    let Ok(reader) = open() else { return };
    let Ok(mut table) = Table::read(reader, &columns, MissingPolicy::Drop) else {
        return;
    };
    let Ok(shares) = Shares::new(0.2, 0.2) else {
        return;
    };
    dequantise(&mut table, Seed::new(0));
    if let Ok(split) = table.split(shares, Seed::new(0))
        && let Ok((table, warnings)) = check(table, &split)
    {
        assert!(table.features().len() % table.n_rows() == 0);
        warnings
            .iter()
            .for_each(|w| assert!(!w.to_string().contains('\n')));
    }
});
