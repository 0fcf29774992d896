//! One mixture, without the model that predicted it.

use mixture_density::mixture::{GaussianMixture, Temperature};
use mixture_density::seed::Seed;
use numpy::{IntoPyArray as _, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

use crate::value_error;

type Numbers<'py> = Bound<'py, PyArray1<f64>>;

/// A Gaussian mixture. It never changes.
#[pyclass(frozen, module = "mixture_density._core")]
pub(crate) struct Density {
    mixture: GaussianMixture,
}

#[pymethods]
impl Density {
    /// Of weights [K], means [K, D] and scales [K, D], or with `is_full` covariances [K, D, D].
    #[new]
    fn new(
        weights: PyReadonlyArray1<'_, f64>,
        means: PyReadonlyArray1<'_, f64>,
        spreads: PyReadonlyArray1<'_, f64>,
        n_targets: usize,
        is_full: bool,
    ) -> PyResult<Self> {
        let copy = |array: &PyReadonlyArray1<'_, f64>| array.as_array().to_vec();
        let (weights, means, spreads) = (copy(&weights), copy(&means), copy(&spreads));
        let mixture = match is_full {
            true => GaussianMixture::full(n_targets, weights, means, spreads),
            false => GaussianMixture::diagonal(n_targets, weights, means, spreads),
        };
        let mixture = mixture.map_err(value_error)?;
        Ok(Self { mixture })
    }

    /// ln f(y) of points [n, D], nats.
    fn log_densities<'py>(
        &self,
        py: Python<'py>,
        y: PyReadonlyArray1<'py, f64>,
    ) -> PyResult<Numbers<'py>> {
        let y = y.as_array().to_vec();
        let points = y.chunks_exact(self.mixture.n_targets());
        let logs = points.map(|point| self.mixture.log_density(point));
        let logs: Vec<f64> = logs.collect::<Result<_, _>>().map_err(value_error)?;
        Ok(logs.into_pyarray(py))
    }

    /// P(Y ≤ y) at points [n], of one target.
    fn cdfs<'py>(&self, py: Python<'py>, y: PyReadonlyArray1<'py, f64>) -> PyResult<Numbers<'py>> {
        let one = self.mixture.as_univariate().map_err(value_error)?;
        let cdfs: Vec<f64> = y.as_array().iter().map(|y| one.cdf(*y)).collect();
        Ok(cdfs.into_pyarray(py))
    }

    /// Quantiles [n], of one target.
    fn quantiles<'py>(&self, py: Python<'py>, levels: Vec<f64>) -> PyResult<Numbers<'py>> {
        let one = self.mixture.as_univariate().map_err(value_error)?;
        let quantiles = levels.iter().map(|level| one.quantile(*level));
        let quantiles: Vec<f64> = quantiles.collect::<Result<_, _>>().map_err(value_error)?;
        Ok(quantiles.into_pyarray(py))
    }

    /// Modes [m, D], the highest first.
    fn modes<'py>(&self, py: Python<'py>) -> PyResult<Numbers<'py>> {
        let mut modes = self.mixture.modes().map_err(value_error)?;
        modes.sort_by(|a, b| b.log_density.total_cmp(&a.log_density));
        let at: Vec<f64> = modes.into_iter().flat_map(|mode| mode.at).collect();
        Ok(at.into_pyarray(py))
    }

    /// The intervals [m, 2] of highest density that hold this probability, of one target.
    fn highest_density_region<'py>(&self, py: Python<'py>, level: f64) -> PyResult<Numbers<'py>> {
        let one = self.mixture.as_univariate().map_err(value_error)?;
        let region = one.highest_density_region(level).map_err(value_error)?;
        let ends = region.intervals.into_iter();
        let ends: Vec<f64> = ends.flat_map(|(low, high)| [low, high]).collect();
        Ok(ends.into_pyarray(py))
    }

    /// Draws [n, D], those of the first row of a table.
    fn samples<'py>(&self, py: Python<'py>, n: usize, seed: u64) -> Numbers<'py> {
        let mut stream = Seed::new(seed).stream("sample/1");
        let draw = |_| self.mixture.sample_tempered(Temperature::ONE, &mut stream);
        (0..n).flat_map(draw).collect::<Vec<f64>>().into_pyarray(py)
    }
}
