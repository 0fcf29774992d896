//! What every file of ours has in common: a schema that is looked at first, and a digest.

use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{RecordError, canonical};
use crate::files::{self, Kind};

pub use crate::files::{RECORD, TIMING};
pub use crate::spec::SCHEMA;

/// BLAKE3 of the canonical `value` without its field `digest`, in hexadecimal.
pub(super) fn digest_of(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut value = serde_json::to_value(value)?;
    if let Some(map) = value.as_object_mut() {
        map.remove("digest");
    }
    canonical::digest(&value)
}

pub(super) fn read_bytes(path: &Path, kind: Kind) -> Result<Vec<u8>, RecordError> {
    files::read(path, kind).map_err(|source| RecordError::Read {
        path: path.into(),
        source,
    })
}

/// Parses a file of ours: the schema is looked at before the rest, so that a newer file is called newer.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8], path: &Path) -> Result<T, RecordError> {
    #[derive(Deserialize)]
    struct Versioned {
        schema: serde_json::Value,
    }
    let fault = |error: serde_json::Error| {
        let message = error.to_string();
        // The place is said once, before the message.
        let place = format!(" at line {} column {}", error.line(), error.column());
        RecordError::Parse {
            path: path.into(),
            line: error.line(),
            message: message.strip_suffix(&place).unwrap_or(&message).to_owned(),
        }
    };
    let versioned: Versioned = serde_json::from_slice(bytes).map_err(fault)?;
    check_schema(versioned.schema.as_u64(), &versioned.schema, path)?;
    serde_json::from_slice(bytes).map_err(fault)
}

/// Whether `found`, written as `text`, is our schema.
fn check_schema(
    found: Option<u64>,
    text: &serde_json::Value,
    path: &Path,
) -> Result<(), RecordError> {
    let (path, known) = (path.to_owned(), SCHEMA);
    match found {
        Some(found) if found < u64::from(SCHEMA) => Err(RecordError::Older { path, found, known }),
        Some(found) if found > u64::from(SCHEMA) => Err(RecordError::Newer { path, found, known }),
        Some(_) => Ok(()),
        None => Err(RecordError::Unknown {
            path,
            found: text.to_string(),
            known,
        }),
    }
}
