//! Any bytes as a record: one that matches its digest, or an error.

#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use mixture_density::study::record::Record;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(record) = Record::parse(bytes, Path::new("record.json")) {
        assert_eq!(record.compute_digest().ok().as_ref(), Some(&record.digest));
    }
    // What does not match its digest has the digest computed: the way of a changed record.
    let _ = serde_json::from_slice::<Record>(bytes).map(|record| record.compute_digest());
});
