//! The part of the Python package `mixture_density` that is Rust: arrays in, arrays out.
//!
//! Everything that takes long is done without Python's lock. Every error of the library is a `ValueError` with its
//! sentence.

mod asking;
mod columns;
mod density;
mod fitting;
mod model;
mod problems;
mod workers;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// The library's sentence as a `ValueError`.
fn value_error(error: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}

#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<model::Model>()?;
    module.add_class::<density::Density>()?;
    module.add_class::<fitting::Fit>()?;
    module.add_class::<problems::Drawn>()?;
    module.add_function(wrap_pyfunction!(fitting::fit, module)?)?;
    module.add_function(wrap_pyfunction!(fitting::page, module)?)?;
    module.add_function(wrap_pyfunction!(problems::draw, module)?)?;
    Ok(())
}
