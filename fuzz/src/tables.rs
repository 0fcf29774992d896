//! Tables and their encodings.

use std::io::Cursor;

use mixture_density::seed::Seed;
use mixture_density::table::{
    Chunk, EncodedColumns, Encoding, EncodingOptions, MissingPolicy, Part, ReadOptions, Roles,
    SplitSpec, Table, TableReader, check, dequantise, extremes,
};

/// Any bytes as a table, the last column as its target; `Err` says why it is refused.
///
/// The first byte chooses how the file is said to be written; the rest is the file.
pub fn csv(bytes: &[u8]) -> Result<(), String> {
    let Some((first, file)) = bytes.split_first() else {
        return Err("no byte for the options".to_owned());
    };
    let options = options(*first);
    let open = || {
        let file = Cursor::new(file.to_vec());
        TableReader::from_read("t.csv", file, &options).map_err(|e| e.to_string())
    };
    let mut reader = open()?;
    let n_columns = reader.header().names().len();
    assert!(n_columns > 0, "a header without a name was read");

    // Every column as numbers, in small chunks.
    let all: Vec<usize> = (0..n_columns).collect();
    let mut chunk = Chunk::default();
    let mut n_rows = 0;
    while let Ok(true) = reader.read_chunk(&all, &[0], 3, &mut chunk) {
        assert_eq!(chunk.values().len(), chunk.rows().len() * n_columns);
        assert!(chunk.values().iter().all(|v| v.is_finite()));
        n_rows += chunk.rows().len() as u64 + chunk.missing().n_rows;
    }
    // Compressed, a byte may be a thousand lines.
    assert!(n_rows <= 1100 * file.len() as u64);

    // The whole way to the rows of a training.
    let target = reader.header().name(n_columns - 1);
    let spec = match reader.header().names().first() {
        Some(first) if first == "split" => SplitSpec::Column {
            column: first.clone(),
            validation: 0.2,
            group: None,
        },
        _ => SplitSpec::default(),
    };
    let roles = Roles::of_targets([target]).with_split(&spec);
    let policy = match first & 64 {
        0 => MissingPolicy::Drop,
        _ => MissingPolicy::Impute,
    };
    let table = Table::read(open()?, &roles, policy).map_err(|e| e.to_string())?;
    learnt_from(table, &spec, first & 128 != 0, open()?)
}

/// What a fit asks of a table, and what is asked of a model about the same file.
fn learnt_from(
    mut table: Table,
    spec: &SplitSpec,
    long_tails: bool,
    mut again: TableReader,
) -> Result<(), String> {
    let split = table
        .split(spec, 0, Seed::new(0))
        .map_err(|e| e.to_string())?;
    let train = split.rows(Part::Train);
    let mut options = EncodingOptions::default();
    options.long_tails = long_tails;
    let checked = check(&table, &split, spec, options).map_err(|e| e.to_string())?;
    dequantise(&mut table, &checked.repeats, Seed::new(0)).expect("its own repeats");
    for warning in checked.warnings {
        assert!(!warning.to_string().contains('\n'), "{warning}");
    }
    let encoding = checked.encoding;
    assert_eq!(encoding.check(), Ok(()));
    let json = serde_json::to_string(&encoding).expect("an encoding is JSON");
    assert_eq!(
        serde_json::from_str::<Encoding>(&json).ok(),
        Some(encoding.clone())
    );
    let (x, y) = table.rows(&encoding, train).expect("its own rows");
    let f = encoding.n_features();
    assert_eq!((x.len(), y.len()), (f * train.len(), train.len()));
    assert!(x.iter().chain(&y).all(|v| v.is_finite()));
    if let Ok((warnings, ranges)) = extremes(&table, &split, &encoding, true) {
        assert_eq!(ranges.len(), f);
        for warning in warnings {
            assert!(!warning.to_string().contains('\n'), "{warning}");
        }
    }
    // Rows that were learnt from are encoded alike when they are read again.
    let columns = EncodedColumns::find(&encoding, &mut again, &[]).map_err(|e| e.to_string())?;
    let numbers = table.numbers(train).expect("its own rows");
    let (mut chunk, mut at) = (Chunk::default(), 0);
    while again
        .read_encoded(&columns, 5, &mut chunk)
        .map_err(|e| e.to_string())?
    {
        for (number, values) in chunk.rows().iter().zip(chunk.values().chunks_exact(f)) {
            if numbers.get(at) == Some(number) {
                assert_eq!(values, &x[at * f..(at + 1) * f]);
                at += 1;
            }
        }
    }
    assert_eq!(at, numbers.len());
    Ok(())
}

/// How a file is said to be written; 0 says nothing, 1 to 3 the delimiter alone.
fn options(byte: u8) -> ReadOptions {
    let mut options = ReadOptions::default();
    options.delimiter = [None, Some(","), Some(";"), Some("tab")][usize::from(byte % 4)]
        .and_then(|name| name.parse().ok());
    match byte / 4 % 16 {
        1 => options.delimiter = "blank".parse().ok(),
        2 => options.header = Some(false),
        3 => options.header = Some(true),
        4 => options.comment = Some('#'),
        5 => options.decimal = Some(','),
        6 => options.thousands = Some(','),
        7 => options.thousands = Some('.'),
        8 => options.encoding = Some("latin1".to_owned()),
        9 => options.encoding = Some("utf-16le".to_owned()),
        10 => options.encoding = Some("shift_jis".to_owned()),
        11 => options.na = vec!["-200".to_owned(), "x".to_owned()],
        12 => options.comment = Some('1'),
        13 => options.decimal = Some('x'),
        14 => options.encoding = Some("none".to_owned()),
        _ => {}
    }
    options
}

/// A line of JSON as an encoding, and what follows as a table that it is asked about; `Err` says why it is refused.
pub fn encoding(bytes: &[u8]) -> Result<(), String> {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    let (json, file) = bytes.split_at(end.unwrap_or(bytes.len()));
    let encoding: Encoding = serde_json::from_slice(json).map_err(|e| e.to_string())?;
    encoding.check()?;
    let names = encoding.names();
    assert_eq!(names.len(), encoding.n_features());
    let mut sorted = names.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(sorted.len(), names.len());
    let file = Cursor::new(file.get(1..).unwrap_or_default().to_vec());
    let reader = TableReader::from_read("t.csv", file, None);
    let mut reader = reader.map_err(|e| e.to_string())?;
    let columns = EncodedColumns::find(&encoding, &mut reader, &[]).map_err(|e| e.to_string())?;
    let mut chunk = Chunk::default();
    while reader
        .read_encoded(&columns, 7, &mut chunk)
        .map_err(|e| e.to_string())?
    {
        assert_eq!(chunk.values().len(), chunk.rows().len() * names.len());
        assert!(!chunk.values().iter().any(|v| v.is_nan()));
        assert!(chunk.rows().len() + chunk.unanswered().len() <= 7);
        for unanswered in chunk.unanswered() {
            assert!(!unanswered.to_string().contains('\n'));
        }
    }
    Ok(())
}
