//! A fitted density as Python sees it.

use std::path::PathBuf;

use mixture_density::mixture::{
    ConditionalDensity as _, GaussianMixture, MixtureError, Temperature, Univariate,
};
use mixture_density::net;
use mixture_density::predict::Predictor as _;
use mixture_density::seed::Seed;
use mixture_density::table::Encoding;
use numpy::{IntoPyArray as _, PyArray1, PyReadonlyArray2};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::asking::Asked;
use crate::columns::Named;
use crate::value_error;

/// Numbers of an array, in one row.
type Numbers<'py> = Bound<'py, PyArray1<f64>>;

/// A conditional density: a Gaussian mixture at every x. It never changes.
#[pyclass(frozen, module = "mixture_density._core")]
pub(crate) struct Model {
    pub(crate) model: net::Model,
}

impl Model {
    pub(crate) fn new(model: net::Model) -> Self {
        Self { model }
    }

    /// How columns become features.
    fn encoding(&self) -> Encoding {
        let identity = || Encoding::identity(&self.model.metadata().features);
        self.model.encoding().unwrap_or_else(identity)
    }

    /// Features \[n, F\], copied: another thread may change the array while this one works.
    fn features(&self, x: &PyReadonlyArray2<'_, f64>) -> PyResult<Vec<f64>> {
        let (found, needed) = (x.as_array().ncols(), self.model.n_features());
        if found != needed {
            let sentence = format!("{found} features where the model has {needed}");
            return Err(value_error(sentence));
        }
        Ok(x.as_array().iter().copied().collect())
    }

    /// Features and targets \[n, D\] of as many rows.
    fn features_and_targets(
        &self,
        x: &PyReadonlyArray2<'_, f64>,
        y: &PyReadonlyArray2<'_, f64>,
    ) -> PyResult<(Vec<f64>, Vec<f64>)> {
        let found = y.as_array().dim();
        let needed = (x.as_array().nrows(), self.model.n_targets());
        if found != needed {
            let sentence = format!("targets of shape {found:?} where {needed:?} is needed");
            return Err(value_error(sentence));
        }
        let y = y.as_array().iter().copied().collect();
        Ok((self.features(x)?, y))
    }

    /// Asks without Python's lock.
    fn ask<R: Send>(
        &self,
        py: Python<'_>,
        x: &[f64],
        n_threads: Option<usize>,
        question: impl FnOnce(&Asked<'_>) -> PyResult<R> + Send,
    ) -> PyResult<R> {
        let asked = Asked {
            model: &self.model,
            x,
            n_features: self.model.n_features(),
            n_threads,
        };
        py.detach(|| question(&asked))
    }
}

#[pymethods]
impl Model {
    /// The model of the bytes of a `model.safetensors`.
    #[staticmethod]
    fn from_bytes(bytes: &[u8]) -> PyResult<Self> {
        let model = net::Model::from_bytes(bytes).map_err(value_error)?;
        Ok(Self { model })
    }

    /// The bytes of its `model.safetensors`.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = self.model.to_bytes().map_err(value_error)?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// The model of a file.
    #[staticmethod]
    fn load(path: PathBuf) -> PyResult<Self> {
        let model = net::Model::load(&path).map_err(value_error)?;
        Ok(Self { model })
    }

    /// Writes a file, whole or not at all.
    fn save(&self, path: PathBuf) -> PyResult<()> {
        self.model.save(&path).map_err(value_error)
    }

    /// Names of the features that the network sees.
    #[getter]
    fn feature_names(&self) -> Vec<String> {
        self.model.metadata().features.clone()
    }

    /// Names of the columns that become these features.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.encoding().raw_names()
    }

    /// Whether the columns are the features.
    #[getter]
    fn is_plain(&self) -> bool {
        self.encoding().is_identity()
    }

    /// Features [n, F] of columns.
    fn encode<'py>(&self, py: Python<'py>, columns: Vec<Named>) -> PyResult<Numbers<'py>> {
        let encoding = self.encoding();
        encoding.check().map_err(value_error)?;
        let features = py.detach(|| {
            let columns: Vec<_> = columns.into_iter().map(Named::into_column).collect();
            encoding.features_of_columns(&columns)
        });
        Ok(features.map_err(value_error)?.into_pyarray(py))
    }

    #[getter]
    fn target_names(&self) -> Vec<String> {
        self.model.metadata().targets.clone()
    }

    #[getter]
    fn recipe(&self) -> String {
        self.model.metadata().recipe.clone()
    }

    #[getter]
    fn seed(&self) -> u64 {
        self.model.metadata().seed
    }

    #[getter]
    fn n_components(&self) -> usize {
        self.model.n_components()
    }

    #[getter]
    fn n_parameters(&self) -> usize {
        self.model.n_parameters()
    }

    #[getter]
    fn has_full_covariances(&self) -> bool {
        self.model.has_full_covariances()
    }

    #[getter]
    fn weights_blake3(&self) -> String {
        self.model.weights_blake3()
    }

    /// Weights [n, K], means [n, K, D], and scales [n, K, D] or covariances [n, K, D, D].
    #[pyo3(signature = (x, n_threads=None))]
    fn mixtures<'py>(
        &self,
        py: Python<'py>,
        x: PyReadonlyArray2<'py, f64>,
        n_threads: Option<usize>,
    ) -> PyResult<(Numbers<'py>, Numbers<'py>, Numbers<'py>)> {
        let x = self.features(&x)?;
        let arrays = self.ask(py, &x, n_threads, |asked| asked.arrays())?;
        Ok((
            arrays.weights.into_pyarray(py),
            arrays.means.into_pyarray(py),
            arrays.spreads.into_pyarray(py),
        ))
    }

    /// Means [n, D].
    #[pyo3(signature = (x, n_threads=None))]
    fn means<'py>(
        &self,
        py: Python<'py>,
        x: PyReadonlyArray2<'py, f64>,
        n_threads: Option<usize>,
    ) -> PyResult<Numbers<'py>> {
        let x = self.features(&x)?;
        let means = self.ask(py, &x, n_threads, |asked| {
            asked.of_targets(|_, _, marginal, numbers| {
                numbers.push(marginal.mean());
                Ok(())
            })
        })?;
        Ok(means.into_pyarray(py))
    }

    /// All modes of the joint density of each row [m, D], the highest first.
    #[pyo3(signature = (x, n_threads=None))]
    fn modes<'py>(
        &self,
        py: Python<'py>,
        x: PyReadonlyArray2<'py, f64>,
        n_threads: Option<usize>,
    ) -> PyResult<Vec<Numbers<'py>>> {
        let x = self.features(&x)?;
        let of_row = |row: GaussianMixture| -> Result<Vec<f64>, MixtureError> {
            let mut modes = row.modes()?;
            // For one target they come from left to right.
            modes.sort_by(|a, b| b.log_density.total_cmp(&a.log_density));
            Ok(modes.into_iter().flat_map(|mode| mode.at).collect())
        };
        let modes = self.ask(py, &x, n_threads, |asked| {
            asked.chunks(|_, mixtures| {
                let rows = (0..).map_while(|index| mixtures.get(index));
                rows.map(of_row).collect::<Result<Vec<_>, _>>()
            })
        })?;
        let rows = modes.into_iter().flatten();
        Ok(rows.map(|row| row.into_pyarray(py)).collect())
    }

    /// ln f(y | x) of each row [n], nats.
    #[pyo3(signature = (x, y, n_threads=None))]
    fn log_densities<'py>(
        &self,
        py: Python<'py>,
        x: PyReadonlyArray2<'py, f64>,
        y: PyReadonlyArray2<'py, f64>,
        n_threads: Option<usize>,
    ) -> PyResult<Numbers<'py>> {
        let (x, y) = self.features_and_targets(&x, &y)?;
        let d = self.model.n_targets();
        let logs = self.ask(py, &x, n_threads, |asked| {
            asked.numbers(|first, mixtures, numbers| {
                let y = &y[first * d..(first + mixtures.len()) * d];
                numbers.extend(mixtures.log_densities(y)?);
                Ok(())
            })
        })?;
        Ok(logs.into_pyarray(py))
    }

    /// P(Yₜ ≤ yₜ | x) of each target of each row [n, D].
    #[pyo3(signature = (x, y, n_threads=None))]
    fn cdfs<'py>(
        &self,
        py: Python<'py>,
        x: PyReadonlyArray2<'py, f64>,
        y: PyReadonlyArray2<'py, f64>,
        n_threads: Option<usize>,
    ) -> PyResult<Numbers<'py>> {
        let (x, y) = self.features_and_targets(&x, &y)?;
        let d = self.model.n_targets();
        let cdfs = self.ask(py, &x, n_threads, |asked| {
            asked.of_targets(|row, target, marginal, numbers| {
                numbers.push(marginal.cdf(y[row * d + target]));
                Ok(())
            })
        })?;
        Ok(cdfs.into_pyarray(py))
    }

    /// Quantiles of each target of each row [n, D, Q].
    #[pyo3(signature = (x, levels, n_threads=None))]
    fn quantiles<'py>(
        &self,
        py: Python<'py>,
        x: PyReadonlyArray2<'py, f64>,
        levels: Vec<f64>,
        n_threads: Option<usize>,
    ) -> PyResult<Numbers<'py>> {
        let x = self.features(&x)?;
        let quantiles = self.ask(py, &x, n_threads, |asked| {
            asked.of_targets(|_, _, marginal, numbers| {
                for level in &levels {
                    numbers.push(marginal.quantile(*level)?);
                }
                Ok(())
            })
        })?;
        Ok(quantiles.into_pyarray(py))
    }

    /// The intervals [m, 2] of highest density that hold this probability, of each row of a model with one target.
    #[pyo3(signature = (x, level, n_threads=None))]
    fn highest_density_regions<'py>(
        &self,
        py: Python<'py>,
        x: PyReadonlyArray2<'py, f64>,
        level: f64,
        n_threads: Option<usize>,
    ) -> PyResult<Vec<Numbers<'py>>> {
        let x = self.features(&x)?;
        let of_row = |row: Univariate<'_>| -> Result<Vec<f64>, MixtureError> {
            let region = row.highest_density_region(level)?;
            let ends = region.intervals.into_iter();
            Ok(ends.flat_map(|(low, high)| [low, high]).collect())
        };
        let regions = self.ask(py, &x, n_threads, |asked| {
            asked.chunks(|_, mixtures| {
                let rows = mixtures.marginals().univariate_rows()?;
                rows.map(of_row).collect::<Result<Vec<_>, _>>()
            })
        })?;
        let rows = regions.into_iter().flatten();
        Ok(rows.map(|row| row.into_pyarray(py)).collect())
    }

    /// Draws of each row [n, N, D]. Row i, from 1, has the stream `sample/i`, as it has in `mdn sample`. `temperatures`
    /// are those of the weights and of the covariances.
    #[pyo3(signature = (x, n_draws, seed, temperatures, n_threads=None))]
    fn samples<'py>(
        &self,
        py: Python<'py>,
        x: PyReadonlyArray2<'py, f64>,
        n_draws: usize,
        seed: u64,
        temperatures: (f64, f64),
        n_threads: Option<usize>,
    ) -> PyResult<Numbers<'py>> {
        let x = self.features(&x)?;
        let temperature = Temperature::new(temperatures.0, temperatures.1).map_err(value_error)?;
        let samples = self.ask(py, &x, n_threads, |asked| {
            asked.numbers(|first, mixtures, numbers| {
                let rows = (0..).map_while(|index| Some((first + index + 1, mixtures.get(index)?)));
                for (number, mixture) in rows {
                    let mut stream = Seed::new(seed).stream(&format!("sample/{number}"));
                    for _ in 0..n_draws {
                        numbers.extend(mixture.sample_tempered(temperature, &mut stream));
                    }
                }
                Ok(())
            })
        })?;
        Ok(samples.into_pyarray(py))
    }
}
