//! Tests that take minutes: `cargo test --release --test slow`.

#[cfg(all(feature = "cli", unix))]
mod campaign;
#[cfg(feature = "cli")]
mod fit_memory;
#[cfg(feature = "cli")]
mod kill;
mod numerics;
#[cfg(feature = "cli")]
#[allow(
    dead_code,
    reason = "shared with the other test binary, which uses all of it"
)]
#[path = "../it/support.rs"]
mod support;
