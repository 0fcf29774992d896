//! Integration tests, one binary; each module one subject.

#[cfg(feature = "report")]
mod report;
