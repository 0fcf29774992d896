//! A model asked about a table of any length: predictions, draws, scores.
//!
//! Rows are read in chunks whose size depends on the model alone, chunks are worked on by all
//! threads, and results are taken in the order of the table: memory stays flat and the bytes
//! are the same for any number of threads.
//!
//! | function | gives |
//! | --- | --- |
//! | [`predict`] | mean, standard deviation, modes, quantiles, regions, densities, parameters of every row |
//! | [`sample`] | draws from every row's density |
//! | [`score`] | what the densities are worth where the targets are known |
//!
//! # Names of columns
//!
//! `row` is the row of the table, from 1; columns that are [kept](Keep) follow it under their own names. For a target called `y`:
//!
//! | column | holds |
//! | --- | --- |
//! | `y_mean`, `y_sd` | mean and standard deviation of the density |
//! | `y_q0.05` | quantile; likewise for each level asked for |
//! | `y_mode`, `y_modes` | the highest mode; all of them, left to right, as `1.5 3.25` |
//! | `y_hdr0.9` | shortest region that holds this probability, as `low:high low:high` |
//! | `y_above3`, `y_below3` | the probability of more, of less than this |
//! | `y_grid_low`, `y_grid_high`, `y_density_1` … `y_density_N` | the density at N points, evenly from one end to the other: the quantiles at 0.001 and 0.999 |
//! | `weight_1` … `weight_K`, `y_mean_1`, `y_scale_1` … | the components; with full covariances also `y_z_cov_1` … |
//!
//! Two columns never have one name: equal levels are refused, and so are targets whose names lead to one
//! (with full covariances `a`, `b_c`, `a_b`, `c` have two `a_b_c_cov_1`). [`sample`] writes targets under their
//! own names, and `row` and `draw` before them; where a target has that name, ours ends in `_`.
//!
//! As JSON every row is one object on a line, with the same names; what is several numbers is an array.
//! Numbers are the shortest decimals that give back the same `f64`.

mod ask;
mod blocks;
mod draws;
mod encode;
mod error;
#[cfg(feature = "net")]
mod model;
mod moments;
mod outside;
mod pit_counts;
mod predictor;
mod sample;
mod score;
mod stream;
mod unanswered;

pub use ask::{Keep, Questions};
pub use draws::Draws;
pub use encode::{Format, csv_cell};
pub use error::PredictError;
#[cfg(feature = "net")]
pub(crate) use model::{DEQUANTISED, ENCODING, FEATURE_RANGES};
pub use outside::{FirstOutside, Outside};
pub use predictor::Predictor;
pub use sample::sample;
#[cfg(feature = "net")]
pub(crate) use score::scores_of;
pub use score::{score, score_rows};
#[cfg(feature = "net")]
pub(crate) use stream::densities_of;
pub use stream::{Streamed, predict};
pub use unanswered::{RowPolicy, UnansweredRows};
