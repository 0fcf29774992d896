//! Sums over the components of a one-dimensional mixture, as vector code with fixed bits.
//!
//! Every sum runs in eight lanes over the components, whatever the processor's vector
//! width, and the lanes are added in one order; no fused multiply-add is used. So the same
//! safe source, compiled three times by `pulp` and chosen at run time, gives the same bits:
//! `every_instruction_set_gives_the_same_bits`.

mod crps;
mod elementary;
mod inverse;
mod lanes;
pub(crate) mod normal;
mod run;
mod sums;
#[cfg(test)]
mod tests;

pub(crate) use crps::Crps;
#[cfg(all(test, feature = "net"))]
pub(crate) use elementary::softplus;
pub(crate) use elementary::{exp, ln};
pub(crate) use inverse::standard_upper_quantile;
pub(crate) use lanes::Terms;
pub(crate) use run::run;
#[cfg(feature = "net")]
pub(crate) use sums::SoftplusInPlace;
pub(crate) use sums::{ExpInPlace, LogDensity, Tails};
