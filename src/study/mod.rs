//! A `spec.toml` becomes cells, cells become `record.json`.

pub mod record;
