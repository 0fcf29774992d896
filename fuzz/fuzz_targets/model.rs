//! Any bytes as a model: one that comes back the same, or an error.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mixture_density::net::model::Model;
use mixture_density::predict::Predictor as _;

fuzz_target!(|bytes: &[u8]| {
    let Ok(model) = Model::from_bytes(bytes) else {
        return;
    };
    let again = model
        .to_bytes()
        .expect("a model that was read can be written");
    let same = Model::from_bytes(&again).expect("what was written is read");
    assert_eq!(same.metadata(), model.metadata());
    // A density or an error, whatever the weights.
    let _ = model.predictions(&vec![0.5; 2 * model.feature_names().len()]);
});
