//! `model.safetensors`: a model as bytes, the same bytes for the same model.
//!
//! # Arrays
//! In `F32`, row-major, inputs before outputs: `hidden_1.weight` \[F, H\], `hidden_1.bias` \[H\],
//! `hidden_2.weight` \[H, H\], `hidden_2.bias` \[H\], `head.weight_means` \[H, K, D\],
//! `head.bias_means` \[K, D\], `head.weight_scales`, `head.bias_scales` likewise, `head.weight_logits`
//! \[H, K\], `head.bias_logits` \[K\], and with full covariances `head.weight_lower` \[H, K, D(D−1)/2\] and
//! `head.bias_lower`. In `F64`: `x_mean`, `x_scale` \[F\], `y_mean`, `y_scale` \[D\].
//!
//! # Text
//! `format`, `schema`, `features` and `targets` (JSON lists), `covariance`, `scale_link`, `scale_floor`,
//! `recipe`, `seed`, `data_blake3`, and notes as `note.NAME`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::forward::Forward;
use super::model::{Covariance, Metadata, Model, ModelError, Shape};
use super::recipe::ScaleLinkName;
use super::safetensors::{Array, Container, Elements};
use super::units::Units;
use crate::files::{Kind, WriteError, read, write_atomically};

/// Version of the file's content.
pub const SCHEMA: u32 = 1;
const FORMAT: &str = "mixture-density model";
const NOTE: &str = "note.";

/// Why a model was not read or written, with the file.
#[derive(Debug, Error)]
pub enum ModelFileError {
    /// The file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The file cannot be read.
    #[error("{path}: cannot be read: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// What it holds is no model.
    #[error("{path}: {source}")]
    Model {
        /// The file.
        path: PathBuf,
        /// Why.
        source: ModelError,
    },
}

impl Model {
    /// Writes the model; the file appears complete or not at all.
    ///
    /// # Errors
    /// [`ModelFileError`].
    pub fn save(&self, path: &Path) -> Result<(), ModelFileError> {
        let bytes = self.to_bytes().map_err(|source| ModelFileError::Model {
            path: path.into(),
            source,
        })?;
        Ok(write_atomically(path, &bytes)?)
    }

    /// Reads a model.
    ///
    /// # Errors
    /// [`ModelFileError`].
    pub fn load(path: &Path) -> Result<Self, ModelFileError> {
        let bytes = read(path, Kind::Model).map_err(|source| ModelFileError::Read {
            path: path.into(),
            source,
        })?;
        Self::from_bytes(&bytes).map_err(|source| ModelFileError::Model {
            path: path.into(),
            source,
        })
    }

    /// The bytes of `model.safetensors`.
    ///
    /// # Errors
    /// [`ModelError::Encode`], [`ModelError::Container`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, ModelError> {
        let encode = |error: serde_json::Error| ModelError::Encode {
            message: error.to_string(),
        };
        let of = &self.metadata;
        let mut metadata: BTreeMap<String, String> = [
            ("format", FORMAT.to_owned()),
            ("schema", SCHEMA.to_string()),
            (
                "features",
                serde_json::to_string(&of.features).map_err(encode)?,
            ),
            (
                "targets",
                serde_json::to_string(&of.targets).map_err(encode)?,
            ),
            ("covariance", self.shape.covariance.name().to_owned()),
            ("scale_link", self.link.name().to_owned()),
            ("scale_floor", self.floor.to_string()),
            ("recipe", of.recipe.clone()),
            ("seed", of.seed.to_string()),
            ("data_blake3", of.data_blake3.clone()),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into();
        for (key, note) in &of.notes {
            metadata.insert(format!("{NOTE}{key}"), note.clone());
        }
        let mut arrays = BTreeMap::new();
        let mut rest = self.weights.as_slice();
        for (name, shape) in tensors(self.shape) {
            let (mine, others) = rest.split_at(shape.iter().product());
            rest = others;
            let elements = Elements::F32(mine.to_vec());
            arrays.insert(name.to_owned(), Array { shape, elements });
        }
        for (name, values) in [
            ("x_mean", self.x_units.mean()),
            ("x_scale", self.x_units.scale()),
            ("y_mean", self.y_units.mean()),
            ("y_scale", self.y_units.scale()),
        ] {
            arrays.insert(name.to_owned(), Array::row(values.to_vec()));
        }
        Ok(Container { metadata, arrays }.to_bytes()?)
    }

    /// The model of these bytes, every one of them checked.
    ///
    /// # Errors
    /// [`ModelError::Container`], [`ModelError::Schema`], [`ModelError::Size`], and [`ModelError::NotAModel`] with
    /// what is missing, of another shape, or not finite.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let mut container = Container::from_bytes(bytes)?;
        let mut text = Text(std::mem::take(&mut container.metadata));
        if text.take("format")? != FORMAT {
            return Err(fault("its format is another"));
        }
        let schema = text.take("schema")?;
        if schema != SCHEMA.to_string() {
            return Err(ModelError::Schema {
                found: schema,
                known: SCHEMA,
            });
        }
        let covariance = text.one_of("covariance", Covariance::ALL, Covariance::name)?;
        let links = [ScaleLinkName::EluPlusOne, ScaleLinkName::Softplus];
        let link = text.one_of("scale_link", links, ScaleLinkName::name)?;
        let floor: f64 = text.parsed("scale_floor")?;
        if !(floor >= 0.0 && (floor as f32).is_finite()) {
            return Err(fault("its `scale_floor` is not a number from 0 on"));
        }
        let metadata = Metadata {
            features: text.list("features")?,
            targets: text.list("targets")?,
            recipe: text.take("recipe")?,
            seed: text.parsed("seed")?,
            data_blake3: text.take("data_blake3")?,
            notes: text.notes()?,
        };
        let hidden = *axes::<1>(&container, "hidden_1.bias")?
            .first()
            .unwrap_or(&0);
        let n_components = *axes::<1>(&container, "head.bias_logits")?
            .first()
            .unwrap_or(&0);
        let shape = Shape {
            n_features: metadata.features.len(),
            hidden,
            n_components,
            n_targets: metadata.targets.len(),
            covariance,
        };
        shape.check()?;
        let x_units = units(&mut container, "x_mean", "x_scale", shape.n_features)?;
        let y_units = units(&mut container, "y_mean", "y_scale", shape.n_targets)?;
        let mut weights = Vec::new();
        for (name, axes) in tensors(shape) {
            let array = take(&mut container, name)?;
            let Elements::F32(values) = array.elements else {
                return Err(fault(&format!("its array `{name}` is not F32")));
            };
            if array.shape != axes {
                return Err(fault(&format!(
                    "its array `{name}` is {:?} where {axes:?} is needed",
                    array.shape
                )));
            }
            if !values.iter().all(|v| v.is_finite()) {
                return Err(fault(&format!(
                    "its array `{name}` holds a number that is not finite"
                )));
            }
            weights.extend(values);
        }
        if let Some(name) = container.arrays.keys().next() {
            return Err(fault(&format!("it has an array `{name}` too many")));
        }
        let architecture = shape.architecture(link.with_floor(floor));
        Ok(Self {
            shape,
            link,
            floor,
            x_units,
            y_units,
            metadata,
            forward: Forward::new(architecture, &weights)?,
            weights,
        })
    }
}

/// Names and axes of the weights, in the order of the architecture.
fn tensors(shape: Shape) -> Vec<(&'static str, Vec<usize>)> {
    let Shape {
        n_features: f,
        hidden: h,
        n_components: k,
        n_targets: d,
        covariance,
    } = shape;
    let mut tensors = vec![
        ("hidden_1.weight", vec![f, h]),
        ("hidden_1.bias", vec![h]),
        ("hidden_2.weight", vec![h, h]),
        ("hidden_2.bias", vec![h]),
        ("head.weight_means", vec![h, k, d]),
        ("head.bias_means", vec![k, d]),
        ("head.weight_scales", vec![h, k, d]),
        ("head.bias_scales", vec![k, d]),
    ];
    if covariance == Covariance::Full {
        let lower = d * (d - 1) / 2;
        tensors.push(("head.weight_lower", vec![h, k, lower]));
        tensors.push(("head.bias_lower", vec![k, lower]));
    }
    tensors.push(("head.weight_logits", vec![h, k]));
    tensors.push(("head.bias_logits", vec![k]));
    tensors
}

fn fault(fault: &str) -> ModelError {
    ModelError::NotAModel {
        fault: fault.to_owned(),
    }
}

/// The axes of an array that has N of them.
fn axes<const N: usize>(container: &Container, name: &str) -> Result<[usize; N], ModelError> {
    let array = container.arrays.get(name);
    let array = array.ok_or_else(|| fault(&format!("it has no array `{name}`")))?;
    let axes = <[usize; N]>::try_from(array.shape.as_slice());
    axes.map_err(|_| fault(&format!("its array `{name}` has not {N} axes")))
}

fn take(container: &mut Container, name: &str) -> Result<Array, ModelError> {
    let array = container.arrays.remove(name);
    array.ok_or_else(|| fault(&format!("it has no array `{name}`")))
}

fn units(
    container: &mut Container,
    mean: &str,
    scale: &str,
    width: usize,
) -> Result<Units, ModelError> {
    let mut column = |name: &str| match take(container, name)?.elements {
        Elements::F64(values) if values.len() == width => Ok(values),
        _ => Err(fault(&format!(
            "its array `{name}` is not {width} numbers in F64"
        ))),
    };
    let (means, scales) = (column(mean)?, column(scale)?);
    Units::from_parts(means, scales)
        .ok_or_else(|| fault(&format!("its `{mean}` and `{scale}` are no units")))
}

/// The text of a header, taken key by key.
struct Text(BTreeMap<String, String>);

impl Text {
    fn take(&mut self, key: &str) -> Result<String, ModelError> {
        let value = self.0.remove(key);
        value.ok_or_else(|| fault(&format!("its header has no `{key}`")))
    }

    fn parsed<T: std::str::FromStr>(&mut self, key: &str) -> Result<T, ModelError> {
        let value = self.take(key)?;
        let parsed = value.parse();
        parsed.map_err(|_| fault(&format!("its `{key}` is {value:?}")))
    }

    fn list(&mut self, key: &str) -> Result<Vec<String>, ModelError> {
        let value = self.take(key)?;
        let list = serde_json::from_str(&value);
        list.map_err(|_| fault(&format!("its `{key}` are no list of names")))
    }

    fn one_of<T: Copy, const N: usize>(
        &mut self,
        key: &str,
        all: [T; N],
        name: fn(T) -> &'static str,
    ) -> Result<T, ModelError> {
        let value = self.take(key)?;
        let found = all.into_iter().find(|one| name(*one) == value);
        found.ok_or_else(|| fault(&format!("its `{key}` is {value:?}")))
    }

    /// What is left; all of it must be notes.
    fn notes(&mut self) -> Result<BTreeMap<String, String>, ModelError> {
        let rest = std::mem::take(&mut self.0);
        rest.into_iter()
            .map(|(key, value)| match key.strip_prefix(NOTE) {
                Some(name) => Ok((name.to_owned(), value)),
                None => Err(fault(&format!("its header has a `{key}` too many"))),
            })
            .collect()
    }
}
