//! A user's table becomes a model and a record.
//!
//! [`fit`] trains one network for each number of components, scores them on the validation rows,
//! takes one by [`choose`], and scores that one on the test rows, which nothing saw before. What
//! it did stands in a [`FitRecord`]: the same bytes for the same table, [`FitSpec`] and seed, on any
//! number of threads. [`verify`] does it again and tells what came out otherwise.

#[cfg(feature = "net")]
mod cell;
mod choice;
mod exhibits;
#[cfg(feature = "net")]
mod prepare;
mod record;
#[cfg(feature = "net")]
mod run;
#[cfg(feature = "net")]
mod show;
#[cfg(feature = "net")]
mod verify;

pub use choice::{Candidate, Choice, choose};
pub use exhibits::{FitExhibits, Histogram, ShownRow};
pub use record::{FitCell, FitData, FitRecord, FitSpec, KIND};
#[cfg(feature = "net")]
pub use run::{FitError, FitEvent, Fitted, Host, fit};
#[cfg(feature = "net")]
pub use verify::verify;
