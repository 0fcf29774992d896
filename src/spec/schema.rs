//! The version of our files.

/// Version of the shape of spec, record and timings.
pub const SCHEMA: u32 = 2;
