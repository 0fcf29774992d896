//! Exit codes.

/// The answer is good.
pub(super) const GOOD: u8 = 0;
/// The answer is "no": a cell failed, verification found a difference, or a likelihood means nothing.
pub(super) const NO: u8 = 1;
/// Bad input or usage.
pub(super) const BAD_INPUT: u8 = 2;
