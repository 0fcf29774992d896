//! Tests that take minutes: `cargo test --release --test slow`.

mod numerics;
