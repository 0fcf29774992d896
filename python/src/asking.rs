//! A model asked about many rows, chunk by chunk on all threads.

use mixture_density::mixture::{ConditionalError, MixtureError, Mixtures, Univariate};
use mixture_density::net::Model;
use mixture_density::numerics::environment;
use pyo3::PyResult;
use rayon::prelude::*;

use crate::{value_error, workers};

/// Rows that are predicted together: few, so that memory stays bounded.
const CHUNK: usize = 256;

/// Rows to be asked about, and who works on them.
pub(crate) struct Asked<'a> {
    pub(crate) model: &'a Model,
    /// Features \[n, F\].
    pub(crate) x: &'a [f64],
    pub(crate) n_features: usize,
    pub(crate) n_threads: Option<usize>,
}

/// The arrays of many mixtures.
pub(crate) struct Arrays {
    /// \[n, K\].
    pub(crate) weights: Vec<f64>,
    /// \[n, K, D\].
    pub(crate) means: Vec<f64>,
    /// Scales \[n, K, D\], or covariances \[n, K, D, D\].
    pub(crate) spreads: Vec<f64>,
}

impl Asked<'_> {
    /// `work` on each chunk: number of its first row, counted from 0, and its mixtures. In order.
    pub(crate) fn chunks<R: Send>(
        &self,
        work: impl Fn(usize, &Mixtures) -> Result<R, MixtureError> + Sync,
    ) -> PyResult<Vec<R>> {
        let one = |(index, x): (usize, &[f64])| -> Result<R, ConditionalError> {
            let _environment = environment::guard();
            Ok(work(index * CHUNK, &self.model.mixtures(x)?)?)
        };
        let width = CHUNK * self.n_features.max(1);
        let done: Result<Vec<R>, ConditionalError> = if self.x.len() <= width {
            self.x.chunks(width).enumerate().map(one).collect()
        } else {
            workers::run(self.n_threads, || {
                self.x.par_chunks(width).enumerate().map(one).collect()
            })?
        };
        done.map_err(value_error)
    }

    /// The numbers of all chunks, one after the other.
    pub(crate) fn numbers(
        &self,
        work: impl Fn(usize, &Mixtures, &mut Vec<f64>) -> Result<(), MixtureError> + Sync,
    ) -> PyResult<Vec<f64>> {
        let mut chunks = self.chunks(|first, mixtures| {
            let mut numbers = Vec::new();
            work(first, mixtures, &mut numbers)?;
            Ok(numbers)
        })?;
        Ok(match chunks.len() {
            1 => chunks.remove(0),
            _ => chunks.concat(),
        })
    }

    /// Numbers of each target of each row, \[n, D, …\].
    pub(crate) fn of_targets(
        &self,
        work: impl Fn(usize, usize, Univariate<'_>, &mut Vec<f64>) -> Result<(), MixtureError> + Sync,
    ) -> PyResult<Vec<f64>> {
        self.numbers(|first, mixtures, numbers| {
            for (at, row) in mixtures.marginals().rows().enumerate() {
                for target in 0..row.n_targets() {
                    if let Some(marginal) = row.marginal(target) {
                        work(first + at, target, marginal, numbers)?;
                    }
                }
            }
            Ok(())
        })
    }

    /// Weights, means and scales or covariances.
    pub(crate) fn arrays(&self) -> PyResult<Arrays> {
        let is_full = self.model.has_full_covariances();
        let chunks = self.chunks(|_, mixtures| {
            let marginals = mixtures.marginals();
            let spreads = match is_full {
                true => mixtures.covariances(),
                false => marginals.scales().into_owned(),
            };
            let (weights, means) = (marginals.weights().to_vec(), marginals.means().into_owned());
            Ok([weights, means, spreads])
        })?;
        let [mut weights, mut means, mut spreads] = [Vec::new(), Vec::new(), Vec::new()];
        for [of_weights, of_means, of_spreads] in chunks {
            weights.extend(of_weights);
            means.extend(of_means);
            spreads.extend(of_spreads);
        }
        Ok(Arrays {
            weights,
            means,
            spreads,
        })
    }
}
