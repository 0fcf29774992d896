//! The `mdn` command.

fn main() {}
