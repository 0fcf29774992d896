//! What the world can do to a program that writes and reads files, done on purpose: calls that fail, kills, second
//! writers, hostile files, little memory.
//!
//! A few minutes of it by `cargo test --release --test slow campaign`; all of it by the environment variable
//! `MDN_CAMPAIGN=long`. It repeats itself by its seeds.
#![allow(
    clippy::disallowed_methods,
    reason = "these tests wait for other processes, and are long by a variable"
)]

mod desk;
mod faults;
mod kills;
mod limits;
mod mutants;
mod mutate;
#[path = "../../shim/mod.rs"]
mod shim;
mod writers;

/// How much is done: of the long campaign all, else the `short` part of it.
fn amount(long: usize, short: usize) -> usize {
    match std::env::var("MDN_CAMPAIGN").as_deref() {
        Ok("long") => long,
        _ => short,
    }
}

/// Says what was done, for whoever looks.
fn report(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "campaign: {text}");
}
