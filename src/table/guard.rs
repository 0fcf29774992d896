//! A limit to the bytes of one row, so that a file without line ends cannot fill the memory.

use std::io::{Error, Read, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The most bytes read before a row must have ended, MiB.
pub(super) const MOST_MIB: u64 = 64;

/// Refuses to read on when the allowance is used up; whoever finishes a row renews it.
#[derive(Debug)]
pub(super) struct Guard<R> {
    inner: R,
    left: Arc<AtomicU64>,
}

/// The allowance, shared with the parser's user.
#[derive(Debug, Clone)]
pub(super) struct Allowance(Arc<AtomicU64>);

/// Marks the error of a used-up allowance, so that it can be told from the file's own.
#[derive(Debug, thiserror::Error)]
#[error("the row does not end")]
pub(super) struct UsedUp;

impl<R: Read> Guard<R> {
    pub(super) fn new(inner: R) -> (Self, Allowance) {
        let left = Arc::new(AtomicU64::new(MOST_MIB << 20));
        let allowance = Allowance(Arc::clone(&left));
        (Self { inner, left }, allowance)
    }
}

impl Allowance {
    /// A row has ended.
    pub(super) fn renew(&self) {
        self.0.store(MOST_MIB << 20, Ordering::Relaxed);
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 {
            return Err(Error::other(UsedUp));
        }
        let n = self.inner.read(buffer)?;
        let rest = left.saturating_sub(n as u64);
        self.left.store(rest, Ordering::Relaxed);
        Ok(n)
    }
}
