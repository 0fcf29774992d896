//! The safetensors container: named arrays and text, in one file.
//!
//! Eight bytes of header length, little-endian; the header, a JSON object; then the arrays, one
//! behind the other (<https://github.com/huggingface/safetensors>, "Format"). The crate of that
//! name keeps its metadata in a hash map, whose order would reach the bytes; here the keys are
//! sorted, so that the same content is the same file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Longest header that is read: room for the names of 100,000 columns.
const MAX_HEADER: u64 = 16 << 20;
/// What is wrong with an array of another size.
const NOT_FILLED: &str = "its elements are not as many as its shape asks for";
/// Key of the text in the header.
const METADATA: &str = "__metadata__";

/// Elements of one array.
#[derive(Debug, Clone, PartialEq)]
pub enum Elements {
    /// Single precision.
    F32(Vec<f32>),
    /// Double precision.
    F64(Vec<f64>),
}

/// One array, row-major.
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    /// Lengths of its axes.
    pub shape: Vec<usize>,
    /// As many as the product of the lengths.
    pub elements: Elements,
}

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Container {
    /// Text by key.
    pub metadata: BTreeMap<String, String>,
    /// Arrays by name.
    pub arrays: BTreeMap<String, Array>,
}

/// Why bytes are no container.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ContainerError {
    /// Not even a header length.
    #[error("{found} bytes are too few for a safetensors file")]
    TooShort {
        /// Bytes given.
        found: usize,
    },
    /// A header that the file does not hold, or beyond any sense.
    #[error("the header is said to be {length} bytes long; {available} are allowed")]
    HeaderLength {
        /// Length told.
        length: u64,
        /// The most there can be.
        available: u64,
    },
    /// A header that is no JSON of the right shape.
    #[error("the header is not that of a safetensors file: {message}")]
    Header {
        /// The parser's words.
        message: String,
    },
    /// An array that is not what its entry says.
    #[error("array `{name}`: {fault}")]
    Array {
        /// Its name.
        name: String,
        /// What is wrong.
        fault: &'static str,
    },
    /// Bytes that belong to no array, or to two.
    #[error("the arrays do not fill the {found} bytes of data from end to end")]
    Gap {
        /// Bytes after the header.
        found: usize,
    },
}

/// An array's entry in the header.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    dtype: String,
    shape: Vec<u64>,
    data_offsets: [u64; 2],
}

impl Elements {
    const fn len(&self) -> usize {
        match self {
            Self::F32(values) => values.len(),
            Self::F64(values) => values.len(),
        }
    }

    const fn dtype(&self) -> &'static str {
        match self {
            Self::F32(_) => "F32",
            Self::F64(_) => "F64",
        }
    }

    const fn width(&self) -> usize {
        match self {
            Self::F32(_) => 4,
            Self::F64(_) => 8,
        }
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::F32(values) => bytes.extend(values.iter().flat_map(|v| v.to_le_bytes())),
            Self::F64(values) => bytes.extend(values.iter().flat_map(|v| v.to_le_bytes())),
        }
    }

    fn read(dtype: &str, bytes: &[u8]) -> Option<Self> {
        match dtype {
            "F32" => {
                let values = bytes.as_chunks::<4>().0.iter();
                Some(Self::F32(values.map(|b| f32::from_le_bytes(*b)).collect()))
            }
            "F64" => {
                let values = bytes.as_chunks::<8>().0.iter();
                Some(Self::F64(values.map(|b| f64::from_le_bytes(*b)).collect()))
            }
            _ => None,
        }
    }
}

impl Array {
    /// A row of numbers.
    #[must_use]
    pub fn row(values: Vec<f64>) -> Self {
        Self {
            shape: vec![values.len()],
            elements: Elements::F64(values),
        }
    }

    /// Whether the elements are as many as the shape asks for.
    fn is_filled(&self) -> bool {
        let mut axes = self.shape.iter();
        let product = axes.try_fold(1usize, |product, axis| product.checked_mul(*axis));
        product == Some(self.elements.len())
    }
}

impl Container {
    /// The file's bytes: the same for the same content.
    ///
    /// # Errors
    /// [`ContainerError::Array`] where elements are not as many as their shape asks for.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ContainerError> {
        let mut header = serde_json::Map::new();
        if !self.metadata.is_empty() {
            let metadata = serde_json::to_value(&self.metadata).map_err(header_error)?;
            header.insert(METADATA.to_owned(), metadata);
        }
        let mut data = Vec::new();
        // The wider numbers first, so that every array is aligned; by name among equals.
        for width in [8, 4] {
            for (name, array) in &self.arrays {
                if array.elements.width() != width {
                    continue;
                }
                if !array.is_filled() {
                    return Err(ContainerError::Array {
                        name: name.clone(),
                        fault: NOT_FILLED,
                    });
                }
                let from = data.len() as u64;
                array.elements.write(&mut data);
                let entry = Entry {
                    dtype: array.elements.dtype().to_owned(),
                    shape: array.shape.iter().map(|n| *n as u64).collect(),
                    data_offsets: [from, data.len() as u64],
                };
                let entry = serde_json::to_value(entry).map_err(header_error)?;
                header.insert(name.clone(), entry);
            }
        }
        let mut header = serde_json::to_vec(&header).map_err(header_error)?;
        // The format allows trailing spaces; the data then begin at a multiple of eight.
        header.resize(header.len().next_multiple_of(8), b' ');
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header);
        bytes.extend(data);
        Ok(bytes)
    }

    /// Reads a file's bytes. Nothing is allocated beyond a small multiple of their number.
    ///
    /// # Errors
    /// [`ContainerError`]; arrays other than `F32` and `F64` are refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ContainerError> {
        let too_short = ContainerError::TooShort { found: bytes.len() };
        let Some((length, rest)) = bytes.split_first_chunk::<8>() else {
            return Err(too_short);
        };
        let length = u64::from_le_bytes(*length);
        let available = (rest.len() as u64).min(MAX_HEADER);
        let header = usize::try_from(length).ok().filter(|_| length <= available);
        let Some((header, data)) = header.and_then(|at| rest.split_at_checked(at)) else {
            return Err(ContainerError::HeaderLength { length, available });
        };
        let mut header: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(header).map_err(header_error)?;
        let mut container = Self::default();
        if let Some(metadata) = header.remove(METADATA) {
            container.metadata = serde_json::from_value(metadata).map_err(header_error)?;
        }
        let mut entries = Vec::with_capacity(header.len());
        for (name, entry) in header {
            let entry: Entry = serde_json::from_value(entry).map_err(header_error)?;
            match entry.span(data.len()) {
                Ok(span) => entries.push((span, name, entry.dtype, entry.shape)),
                Err(fault) => return Err(ContainerError::Array { name, fault }),
            }
        }
        entries.sort_unstable();
        // Before any is read: arrays that share their bytes would need a multiple of the file.
        let end = entries
            .iter()
            .try_fold(0, |end, ((from, to), ..)| (*from == end).then_some(*to));
        if end != Some(data.len()) {
            return Err(ContainerError::Gap { found: data.len() });
        }
        for ((from, to), name, dtype, shape) in entries {
            match read_array(&dtype, &shape, &data[from..to]) {
                Ok(array) => drop(container.arrays.insert(name, array)),
                Err(fault) => return Err(ContainerError::Array { name, fault }),
            }
        }
        Ok(container)
    }
}

impl Entry {
    /// From where to where the array stands among `len` bytes of data.
    fn span(&self, len: usize) -> Result<(usize, usize), &'static str> {
        let [Ok(from), Ok(to)] = self.data_offsets.map(usize::try_from) else {
            return Err("its place is beyond any file");
        };
        if from <= to && to <= len {
            Ok((from, to))
        } else {
            Err("its place is not in the file")
        }
    }
}

fn read_array(dtype: &str, axes: &[u64], bytes: &[u8]) -> Result<Array, &'static str> {
    let elements = Elements::read(dtype, bytes).ok_or("its type is not F32 or F64")?;
    let is_cut = !bytes.len().is_multiple_of(elements.width());
    let shape: Result<Vec<usize>, _> = axes.iter().map(|axis| usize::try_from(*axis)).collect();
    let shape = shape.map_err(|_| NOT_FILLED)?;
    let array = Array { shape, elements };
    if is_cut || !array.is_filled() {
        return Err(NOT_FILLED);
    }
    Ok(array)
}

fn header_error(error: serde_json::Error) -> ContainerError {
    ContainerError::Header {
        message: error.to_string(),
    }
}
