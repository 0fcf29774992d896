//! One x at a time: the density a network predicts there, beside the exact one where it is known.
//!
//! The page's script draws what the reader chooses from packed mixtures ([`packed`]); without
//! it stands what is made here, for the network the page looks at and the middle of the grid.
//! Studies and fits differ only in what they hand over ([`studied`], [`fitted`]).

#[allow(clippy::module_inception, reason = "the file is named after its type")]
mod explorer;
mod fitted;
mod packed;
mod readout;
mod studied;
mod subject;

pub(super) use self::explorer::Explorer;
pub(super) use self::fitted::explorer as of_fit;
pub(super) use self::studied::explorer as of_study;
