//! What is fuzzed: one function for each parser that reads a user's file. Its panics are the findings.
//!
//! The tests of the main build include this file and call each function with its seeds.

mod tables;

use std::io::Cursor;
use std::path::Path;

use mixture_density::net::Model;
use mixture_density::predict::Predictor as _;
use mixture_density::record::{Record, canonical};
use mixture_density::report::render;
use mixture_density::spec::{Source, Spec};
use mixture_density::study::{Event, Host, Tables, verify};
use mixture_density::table::{MissingPolicy, Table, TableReader};

pub use tables::{csv, encoding};

/// Any bytes as a model: one that comes back the same, or an error.
pub fn model(bytes: &[u8]) -> Result<(), String> {
    let model = Model::from_bytes(bytes).map_err(|e| e.to_string())?;
    let again = model
        .to_bytes()
        .expect("a model that was read can be written");
    let same = Model::from_bytes(&again).expect("what was written is read");
    assert_eq!(same.metadata(), model.metadata());
    // A density or an error, whatever the weights.
    let x = vec![0.5; 2 * model.feature_names().len()];
    model.predictions(&x).map(drop).map_err(|e| e.to_string())
}

/// Any bytes as a record: one that matches its digest, or an error.
pub fn record(bytes: &[u8]) -> Result<(), String> {
    // What does not match its digest has the digest computed: the way of a changed record.
    if let Ok(record) = serde_json::from_slice::<Record>(bytes) {
        let _ = record.compute_digest();
    }
    let record = Record::parse(bytes, Path::new("record.json")).map_err(|e| e.to_string())?;
    assert_eq!(record.compute_digest().ok().as_ref(), Some(&record.digest));
    Ok(())
}

/// Nobody to be told of anything.
struct Silent;

impl Host for Silent {
    fn seconds(&self) -> f64 {
        0.0
    }

    fn event(&self, _: Event<'_>) {}
}

/// Any bytes as the record of a fit, its digest made right: it has a page, its spec can be written and read, and its
/// table is another one than this; or an error.
pub fn fit(bytes: &[u8]) -> Result<(), String> {
    let path = Path::new("record.json");
    let mut record: Record = serde_json::from_slice(bytes).map_err(|e| e.to_string())?;
    record.digest = record.compute_digest().map_err(|e| e.to_string())?;
    let text = canonical::to_string(&record).map_err(|e| e.to_string())?;
    let record = Record::parse(text.as_bytes(), path).map_err(|e| e.to_string())?;
    let asked = record.spec.table().ok_or("a table has no such record")?;
    render(&record, None).map_err(|e| e.to_string())?;
    let written = record.spec.to_toml().map_err(|e| e.to_string())?;
    let mut spec = Spec::parse(&written, path).map_err(|e| e.to_string())?;
    assert_eq!(spec.recorded(), record.spec.recorded());
    let rows = "\n1,2,3\n2,6,5\n3,1,4\n4,4,4.5\n5,2,3\n6,1,2\n7,7,1\n8,2,2\n9,3,0".repeat(3);
    let file = format!("x,noise,y{rows}");
    let delimiter = asked.delimiter_byte()?;
    let reader = TableReader::from_read("t.csv", Cursor::new(file), delimiter);
    let reader = reader.map_err(|e| e.to_string())?;
    let table = Table::read(reader, &asked.roles(), MissingPolicy::Drop);
    let table = table.map_err(|e| e.to_string())?;
    // Whichever table it was: nothing is trained on this one.
    for problem in &mut spec.problems {
        if let Source::Table(table) = &mut problem.source {
            table.blake3.get_or_insert_with(|| "0".repeat(64));
        }
    }
    let tables = Tables::beside(Path::new("fit")).given(table);
    let found = verify(&spec, Path::new("fit"), &record, &tables, None, &Silent);
    assert!(found.is_err(), "{found:?}");
    Ok(())
}

/// Any bytes as a spec: a checked spec or an error.
pub fn spec(bytes: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|e| e.to_string())?;
    let spec = Spec::parse(text, Path::new("spec.toml")).map_err(|e| e.to_string())?;
    for problem in &spec.problems {
        assert!(problem.source.n_splits() > 0);
        if let Source::Drawn(drawn) = &problem.source {
            assert!(drawn.n_train() > 0 && drawn.n_train() < drawn.problem.n());
        }
    }
    let written = spec.to_toml().map_err(|e| e.to_string())?;
    let again = Spec::parse(&written, Path::new("spec.toml"));
    assert_eq!(again.map_err(|e| e.to_string()), Ok(spec));
    Ok(())
}
