//! Any text as a spec: a checked spec or an error.

#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use mixture_density::study::spec::Spec;

fuzz_target!(|text: &str| {
    match Spec::parse(text, Path::new("spec.toml")) {
        Ok(spec) => {
            assert!(spec.n_train() > 0 && spec.n_train() < spec.problem.n());
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
