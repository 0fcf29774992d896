//! `model.safetensors`: a model as bytes, the same bytes for the same model.
//!
//! # Arrays
//! In `F32`, row-major, inputs before outputs: `hidden_1.weight` \[F, H\], `hidden_1.bias` \[H\],
//! `hidden_2.weight` \[H, H\], `hidden_2.bias` \[H\], `head.weight_means` \[H, K, D\],
//! `head.bias_means` \[K, D\], `head.weight_scales`, `head.bias_scales` likewise, `head.weight_logits`
//! \[H, K\], `head.bias_logits` \[K\], and with full covariances `head.weight_lower` \[H, K, D(D−1)/2\] and
//! `head.bias_lower`. In `F64`: `x_mean`, `x_scale` \[F\], `y_mean`, `y_scale`, `scale_floor` \[D\], the floor in the
//! network's units; and with a wide component `wide_weight` \[1\], `wide_mean`, `wide_scale` \[D\] in the data's.
//!
//! # Text
//! `format`, `schema`, `members`, `features` and `targets` (JSON lists), `covariance`, `scale_link`, `recipe`, `seed`,
//! `data_blake3`, and notes as `note.NAME`.
//!
//! # Several networks
//! The arrays of the second and their `covariance` and `scale_link` have `member_2.` before their names, and so on.

use std::collections::BTreeMap;

use dfdx::prelude::{Cpu, HasShape as _, Tensor};

use super::head::HeadConfig;
use super::header::{NOTE, Text, fault};
use super::member::Member;
use super::model::{Metadata, Model};
use super::model_error::ModelError;
use super::network::Mdn;
use super::parameters::{Parameters as _, Visitor, VisitorMut};
use super::pieces::Pieces;
use super::safetensors::{Array, Container, Elements};
use super::shape::Shape;
use super::tensors::{elements, fill};
use super::units::Units;
use super::wide::WideComponent;
use crate::numerics::environment;
use crate::recipe::{Covariance, ScaleLinkName};

/// Version of the file's content.
const SCHEMA: u32 = 2;
const FORMAT: &str = "mixture-density model";
/// Most networks of one model.
const MAX_MEMBERS: usize = 1 << 10;

impl Model {
    /// The bytes of `model.safetensors`.
    ///
    /// # Errors
    /// [`ModelError::Encode`], [`ModelError::Container`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, ModelError> {
        let encode = |error: serde_json::Error| ModelError::Encode {
            message: error.to_string(),
        };
        let of = self.metadata();
        let mut container = Container::default();
        let text = &mut container.metadata;
        for (key, value) in [
            ("format", FORMAT.to_owned()),
            ("schema", SCHEMA.to_string()),
            ("members", self.members().len().to_string()),
            (
                "features",
                serde_json::to_string(&of.features).map_err(encode)?,
            ),
            (
                "targets",
                serde_json::to_string(&of.targets).map_err(encode)?,
            ),
            ("recipe", of.recipe.clone()),
            ("seed", of.seed.to_string()),
            ("data_blake3", of.data_blake3.clone()),
        ] {
            text.insert(key.to_owned(), value);
        }
        for (key, note) in &of.notes {
            text.insert(format!("{NOTE}{key}"), note.clone());
        }
        for (index, member) in self.members().enumerate() {
            write_member(member, &prefix(index), &mut container);
        }
        Ok(container.to_bytes()?)
    }

    /// The model of these bytes, every one of them checked.
    ///
    /// # Errors
    /// [`ModelError::Container`], [`ModelError::Schema`], [`ModelError::Shape`], and [`ModelError::NotAModel`] with
    /// what is missing, of another shape, or not finite.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let _environment = environment::guard();
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
        let n_members: usize = text.parsed("members")?;
        if !(1..=MAX_MEMBERS).contains(&n_members) {
            return Err(fault(format!("its `members` are {n_members}")));
        }
        let mut metadata = Metadata {
            features: text.list("features")?,
            targets: text.list("targets")?,
            recipe: text.take("recipe")?,
            seed: text.parsed("seed")?,
            data_blake3: text.take("data_blake3")?,
            notes: BTreeMap::new(),
        };
        let columns = (metadata.features.len(), metadata.targets.len());
        let members: Vec<Member> = (0..n_members)
            .map(|index| read_member(&mut container, &mut text, &prefix(index), columns))
            .collect::<Result<_, _>>()?;
        metadata.notes = text.notes()?;
        if let Some(name) = container.arrays.keys().next() {
            return Err(fault(format!("it has an array `{name}` too many")));
        }
        let models = members.into_iter();
        let models = models.map(|member| Self::of(member, metadata.clone()));
        Self::ensemble(models.collect::<Result<_, _>>()?)
    }
}

/// Before the names of a network's arrays.
fn prefix(index: usize) -> String {
    match index {
        0 => String::new(),
        _ => format!("member_{}.", index + 1),
    }
}

fn write_member(member: &Member, prefix: &str, container: &mut Container) {
    let covariance = member.shape().covariance.name();
    for (key, value) in [
        ("covariance", covariance),
        ("scale_link", member.link.name()),
    ] {
        let text = &mut container.metadata;
        text.insert(format!("{prefix}{key}"), value.to_owned());
    }
    let arrays = &mut container.arrays;
    member.network.visit(&mut Write { prefix, arrays });
    let mut row = |name: &str, values: &[f64]| {
        arrays.insert(format!("{prefix}{name}"), Array::row(values.to_vec()));
    };
    row("x_mean", member.x_units.mean());
    row("x_scale", member.x_units.scale());
    row("y_mean", member.y_units.mean());
    row("y_scale", member.y_units.scale());
    row("scale_floor", &member.floors);
    if let Some(pieces) = &member.pieces {
        let counts = pieces.knots().iter().map(|knots| knots.len() as f64);
        row("n_knots", &counts.collect::<Vec<f64>>());
        row("knots", &pieces.knots().concat());
    }
    if member.scale_factor.to_bits() != 1.0f64.to_bits() {
        row("scale_factor", &[member.scale_factor]);
    }
    if let Some(wide) = &member.wide {
        row("wide_weight", &[wide.weight()]);
        row("wide_mean", wide.means());
        row("wide_scale", wide.scales());
    }
}

/// Puts each parameter into a container.
struct Write<'a> {
    prefix: &'a str,
    arrays: &'a mut BTreeMap<String, Array>,
}

impl Visitor for Write<'_> {
    fn parameter<S: dfdx::shapes::Shape>(&mut self, name: &str, tensor: &Tensor<S, f32, Cpu>) {
        let shape = tensor.shape().concrete().into_iter().collect();
        let elements = Elements::F32(elements(tensor));
        let name = format!("{}{name}", self.prefix);
        self.arrays.insert(name, Array { shape, elements });
    }
}

fn read_member(
    container: &mut Container,
    text: &mut Text,
    prefix: &str,
    (n_features, n_targets): (usize, usize),
) -> Result<Member, ModelError> {
    let named = |name: &str| format!("{prefix}{name}");
    let covariance = text.one_of(&named("covariance"), Covariance::ALL, Covariance::name)?;
    let link = text.one_of(
        &named("scale_link"),
        ScaleLinkName::ALL,
        ScaleLinkName::name,
    )?;
    let mut part = Part { container, prefix };
    let pieces = part.pieces(n_features)?;
    let shape = Shape {
        n_features: pieces.as_ref().map_or(n_features, Pieces::width),
        hidden: part.length("hidden_1.bias")?,
        n_components: part.length("head.bias_logits")?,
        n_targets,
        covariance,
    };
    shape.check()?;
    let x_units = part.units("x_mean", "x_scale", shape.n_features)?;
    let y_units = part.units("y_mean", "y_scale", n_targets)?;
    let floors = part.row("scale_floor", n_targets)?;
    if !floors.iter().all(|f| *f >= 0.0 && (*f as f32).is_finite()) {
        let name = named("scale_floor");
        return Err(fault(format!(
            "its `{name}` holds a number below 0 or not finite"
        )));
    }
    let scale_factor = match part.has("scale_factor") {
        true => part.row("scale_factor", 1)?[0],
        false => 1.0,
    };
    if !(scale_factor > 0.0 && scale_factor.is_finite()) {
        return Err(ModelError::ScaleFactor {
            factor: scale_factor,
        });
    }
    let wide = match part.container.arrays.contains_key(&named("wide_weight")) {
        false => None,
        true => {
            let weight = part.row("wide_weight", 1)?;
            let (means, scales) = (
                part.row("wide_mean", n_targets)?,
                part.row("wide_scale", n_targets)?,
            );
            Some(WideComponent::new(weight[0], means, scales)?)
        }
    };
    // Trained with one floor for all targets, which is the greatest.
    let floor = floors.iter().fold(0.0, |most: f64, f| most.max(*f));
    let head = HeadConfig {
        link: link.with_floor(floor),
        covariance,
    };
    let sizes = (
        shape.n_features,
        shape.hidden,
        shape.n_components,
        shape.n_targets,
    );
    let mut network = Mdn::zeros(sizes, head)?;
    let mut read = Read {
        part: &mut part,
        done: Ok(()),
    };
    network.visit_mut(&mut read);
    read.done?;
    Ok(Member {
        network,
        link,
        floors,
        x_units,
        y_units,
        pieces,
        scale_factor,
        wide,
    })
}

/// The arrays of one network.
struct Part<'a> {
    container: &'a mut Container,
    prefix: &'a str,
}

impl Part<'_> {
    fn has(&self, name: &str) -> bool {
        let name = format!("{}{name}", self.prefix);
        self.container.arrays.contains_key(&name)
    }

    /// The pieces of the features, if there are any.
    fn pieces(&mut self, n_features: usize) -> Result<Option<Pieces>, ModelError> {
        if !self.has("n_knots") {
            return Ok(None);
        }
        let counts = self.row("n_knots", n_features)?;
        let wrong = || fault(format!("its `{}knots` are no pieces", self.prefix));
        let length = self.length("knots")?;
        let is_count = |count: &f64| *count >= 0.0 && *count <= length as f64;
        if !counts.iter().all(is_count) {
            return Err(wrong());
        }
        let all = self.row("knots", length)?;
        let mut rest = all.as_slice();
        let mut knots = Vec::with_capacity(n_features);
        for count in counts {
            let wrong = || fault("its `knots` are fewer than its `n_knots` say");
            let (own, others) = rest.split_at_checked(count as usize).ok_or_else(wrong)?;
            knots.push(own.to_vec());
            rest = others;
        }
        let pieces = Pieces::from_knots(knots).filter(|_| rest.is_empty());
        let wrong = || fault(format!("its `{}knots` are no pieces", self.prefix));
        pieces.map(Some).ok_or_else(wrong)
    }

    /// Length of an array of one axis.
    fn length(&self, name: &str) -> Result<usize, ModelError> {
        let name = format!("{}{name}", self.prefix);
        match self.container.arrays.get(&name).map(|a| a.shape.as_slice()) {
            Some([length]) => Ok(*length),
            Some(_) => Err(fault(format!("its array `{name}` has not 1 axes"))),
            None => Err(fault(format!("it has no array `{name}`"))),
        }
    }

    fn take(&mut self, name: &str) -> Result<Array, ModelError> {
        let array = self.container.arrays.remove(name);
        array.ok_or_else(|| fault(format!("it has no array `{name}`")))
    }

    /// A row of `width` numbers in F64.
    fn row(&mut self, name: &str, width: usize) -> Result<Vec<f64>, ModelError> {
        let name = format!("{}{name}", self.prefix);
        match self.take(&name)?.elements {
            Elements::F64(values) if values.len() == width => Ok(values),
            _ => Err(fault(format!(
                "its array `{name}` is not {width} numbers in F64"
            ))),
        }
    }

    fn units(&mut self, mean: &str, scale: &str, width: usize) -> Result<Units, ModelError> {
        let (means, scales) = (self.row(mean, width)?, self.row(scale, width)?);
        Units::from_parts(means, scales)
            .ok_or_else(|| fault(format!("its `{mean}` and `{scale}` are no units")))
    }

    /// Finite numbers in F32 of this shape.
    fn weights(&mut self, name: &str, axes: &[usize]) -> Result<Vec<f32>, ModelError> {
        let name = format!("{}{name}", self.prefix);
        let array = self.take(&name)?;
        let Elements::F32(values) = array.elements else {
            return Err(fault(format!("its array `{name}` is not F32")));
        };
        if array.shape != axes {
            return Err(fault(format!(
                "its array `{name}` is {:?} where {axes:?} is needed",
                array.shape
            )));
        }
        if !values.iter().all(|v| v.is_finite()) {
            return Err(fault(format!(
                "its array `{name}` holds a number that is not finite"
            )));
        }
        Ok(values)
    }
}

/// Takes each parameter out of a container.
struct Read<'a, 'b> {
    part: &'a mut Part<'b>,
    done: Result<(), ModelError>,
}

impl VisitorMut for Read<'_, '_> {
    fn parameter<S: dfdx::shapes::Shape>(&mut self, name: &str, tensor: &mut Tensor<S, f32, Cpu>) {
        if self.done.is_ok() {
            let axes: Vec<usize> = tensor.shape().concrete().into_iter().collect();
            let values = self.part.weights(name, &axes);
            self.done = values.and_then(|values| Ok(fill(tensor, &values)?));
        }
    }
}
