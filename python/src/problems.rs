//! Problems whose conditional density is known.

use mixture_density::problem::{Problem, Truth};
use mixture_density::seed::Seed;
use numpy::{IntoPyArray as _, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

use crate::value_error;

/// Numbers of an array, in one row.
type Numbers<'py> = Bound<'py, PyArray1<f64>>;

/// Points of a problem, and the density they came from.
#[pyclass(frozen, module = "mixture_density._core")]
pub(crate) struct Drawn {
    truth: Box<dyn Truth>,
    /// x and y of the training rows, then of the test rows.
    points: [Vec<f32>; 4],
}

/// Draws the problem that this JSON describes, as the table `[problem]` of a study does.
#[pyfunction]
pub(crate) fn draw(py: Python<'_>, json: &str, n_test: usize, seed: u64) -> PyResult<Drawn> {
    let problem: Problem = serde_json::from_str(json).map_err(value_error)?;
    let drawn = py.detach(|| problem.realise(Seed::new(seed), n_test));
    let drawn = drawn.map_err(value_error)?;
    Ok(Drawn {
        truth: drawn.truth,
        points: [drawn.train.x, drawn.train.y, drawn.test.x, drawn.test.y],
    })
}

impl Drawn {
    /// A number of each x.
    fn of_x<'py>(
        &self,
        py: Python<'py>,
        x: &PyReadonlyArray1<'py, f64>,
        number: impl Fn(&dyn Truth, f64) -> f64 + Sync,
    ) -> Numbers<'py> {
        let x: Vec<f64> = x.as_array().iter().copied().collect();
        let truth = self.truth.as_ref();
        let numbers = py.detach(|| x.iter().map(|x| number(truth, *x)).collect::<Vec<f64>>());
        numbers.into_pyarray(py)
    }

    /// A number of each pair.
    fn of_pairs<'py>(
        &self,
        py: Python<'py>,
        x: &PyReadonlyArray1<'py, f64>,
        y: &PyReadonlyArray1<'py, f64>,
        number: impl Fn(&dyn Truth, f64, f64) -> f64 + Sync,
    ) -> PyResult<Numbers<'py>> {
        let (x, y) = (x.as_array(), y.as_array());
        if x.len() != y.len() {
            let sentence = format!("{} values of x and {} of y", x.len(), y.len());
            return Err(value_error(sentence));
        }
        let pairs: Vec<(f64, f64)> = x.iter().copied().zip(y.iter().copied()).collect();
        let truth = self.truth.as_ref();
        let numbers = py.detach(|| {
            let numbers = pairs.iter().map(|(x, y)| number(truth, *x, *y));
            numbers.collect::<Vec<f64>>()
        });
        Ok(numbers.into_pyarray(py))
    }
}

#[pymethods]
impl Drawn {
    /// x and y of the training rows, then of the test rows.
    fn points<'py>(&self, py: Python<'py>) -> Vec<Numbers<'py>> {
        let wide = |values: &Vec<f32>| values.iter().map(|v| f64::from(*v)).collect::<Vec<f64>>();
        let arrays = self.points.iter().map(|v| wide(v).into_pyarray(py));
        arrays.collect()
    }

    fn log_density<'py>(
        &self,
        py: Python<'py>,
        x: PyReadonlyArray1<'py, f64>,
        y: PyReadonlyArray1<'py, f64>,
    ) -> PyResult<Numbers<'py>> {
        self.of_pairs(py, &x, &y, |truth, x, y| truth.log_density(x, y))
    }

    fn cdf<'py>(
        &self,
        py: Python<'py>,
        x: PyReadonlyArray1<'py, f64>,
        y: PyReadonlyArray1<'py, f64>,
    ) -> PyResult<Numbers<'py>> {
        self.of_pairs(py, &x, &y, |truth, x, y| truth.cdf(x, y))
    }

    fn mean<'py>(&self, py: Python<'py>, x: PyReadonlyArray1<'py, f64>) -> Numbers<'py> {
        self.of_x(py, &x, |truth, x| truth.mean(x))
    }

    fn variance<'py>(&self, py: Python<'py>, x: PyReadonlyArray1<'py, f64>) -> Numbers<'py> {
        self.of_x(py, &x, |truth, x| truth.variance(x))
    }
}
