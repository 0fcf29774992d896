//! Columns of a frame.

use mixture_density::table::Column;
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;

/// A column as it comes: copied, for another thread may change the array while this one works.
pub(crate) struct Named {
    pub(crate) name: String,
    /// Whether its texts are categories, whatever they look like.
    pub(crate) is_category: bool,
    cells: Cells,
}

enum Cells {
    Numbers(Vec<f64>),
    /// `None` where a cell is missing.
    Texts(Vec<Option<String>>),
}

impl<'a, 'py> FromPyObject<'a, 'py> for Named {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let (name, is_category, cells): (String, bool, Bound<'py, PyAny>) = object.extract()?;
        let cells = match cells.extract::<PyReadonlyArray1<'py, f64>>() {
            Ok(numbers) => Cells::Numbers(numbers.as_array().iter().copied().collect()),
            Err(_) => Cells::Texts(cells.extract()?),
        };
        Ok(Self {
            name,
            is_category,
            cells,
        })
    }
}

impl Named {
    /// As a table has it.
    pub(crate) fn into_column(self) -> (String, Column) {
        let column = match self.cells {
            Cells::Numbers(numbers) => Column::numbers(numbers),
            Cells::Texts(texts) => {
                let texts = texts.iter().map(Option::as_deref);
                match self.is_category {
                    true => Column::categories(texts),
                    false => Column::texts(texts),
                }
            }
        };
        (self.name, column)
    }
}
