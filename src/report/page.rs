//! Everything the templates need, as ready strings, and the templates.

use serde::Serialize;
use tera::{Context, Tera};

use super::field::Field;
use super::figures::Figures;
use super::formula;
use super::groups::Group;
use super::machine::Machine;
use super::prose::Prose;
use super::settings::{self, Setting};
use super::source::{self, Excerpt};
use super::tables::{Table, Tables};
use super::{RenderError, number};
use crate::study::record::{Cell, Model, Record, Timing};

const TEMPLATES: [(&str, &str); 11] = [
    ("parts.html", include_str!("../../templates/parts.html")),
    ("page.html", include_str!("../../templates/page.html")),
    ("style.css", include_str!("../../templates/style.css")),
    ("problem.html", include_str!("../../templates/problem.html")),
    (
        "baseline.html",
        include_str!("../../templates/baseline.html"),
    ),
    (
        "mixtures.html",
        include_str!("../../templates/mixtures.html"),
    ),
    (
        "training.html",
        include_str!("../../templates/training.html"),
    ),
    ("samples.html", include_str!("../../templates/samples.html")),
    ("sweep.html", include_str!("../../templates/sweep.html")),
    (
        "reproduce.html",
        include_str!("../../templates/reproduce.html"),
    ),
    ("limits.html", include_str!("../../templates/limits.html")),
];

/// The context of the templates.
#[derive(Debug, Serialize)]
struct Page {
    title: String,
    study: String,
    is_spiral: bool,
    prose: Prose,
    formulas: Formulas,
    code: Code,
    figures: Figures,
    tables: Tables,
    failures: Vec<Failed>,
    settings: Vec<Setting>,
    hashes: Table,
    machine: Option<Machine>,
    timing_is_foreign: bool,
}

/// A cell without scores, and why.
#[derive(Debug, Serialize)]
struct Failed {
    id: String,
    reason: String,
}

/// Displayed formulas; parts that stand side by side where there is room, else below each other.
#[derive(Debug, Serialize)]
struct Formulas {
    conditional_mean: Vec<String>,
    mixture: Vec<String>,
    constraints: Vec<String>,
    nll: Vec<String>,
    gradient: Vec<String>,
    excess: Vec<String>,
    spiral: Vec<String>,
    truth: Vec<String>,
    scale_link: String,
}

impl Formulas {
    fn new() -> Result<Self, RenderError> {
        let parts = |parts: &[&'static str]| -> Result<Vec<String>, RenderError> {
            parts.iter().map(|part| formula::display(part)).collect()
        };
        Ok(Self {
            conditional_mean: parts(&[
                r"\underset{f}{\operatorname{argmin}}\; \mathbb{E}\left[(y - f(x))^2\right] = \mathbb{E}[\,y \mid x\,]",
            ])?,
            mixture: parts(&[
                r"p(y \mid x) = \sum_{k=1}^{K} \pi_k(x)\, \frac{1}{\sigma_k(x)\sqrt{2\pi}}\, \exp\!\left(-\frac{(y-\mu_k(x))^2}{2\,\sigma_k(x)^2}\right)",
            ])?,
            constraints: parts(&[
                r"\pi_k = \frac{e^{a_k}}{\sum_{j} e^{a_j}}",
                r"\sigma_k = \mathrm{ELU}(b_k) + 1 + 10^{-7}",
                r"\mu_k = c_k",
            ])?,
            nll: parts(&[
                r"\mathrm{NLL} = -\frac{1}{n}\sum_{i=1}^{n} \log \sum_{k=1}^{K} \exp\bigl(\log \pi_k(x_i) + \log \mathcal{N}(y_i;\, \mu_k(x_i), \sigma_k(x_i)^2)\bigr)",
            ])?,
            gradient: parts(&[
                r"\frac{\partial}{\partial a_k} = \pi_k - \gamma_k",
                r"\frac{\partial}{\partial \mu_k} = \gamma_k\,\frac{\mu_k - y}{\sigma_k^2}",
                r"\frac{\partial}{\partial \sigma_k} = \gamma_k\,\frac{1 - z_k^2}{\sigma_k}",
            ])?,
            excess: parts(&[
                r"\widehat{\mathrm{KL}} = \frac{1}{n}\sum_{i=1}^{n} \log \frac{p^{*}(y_i \mid x_i)}{p(y_i \mid x_i)}",
            ])?,
            spiral: parts(&[
                r"\theta \sim \mathcal{U}(0,\, 2\pi R)",
                r"(x, y) = \theta\,(\cos\theta,\, \sin\theta) + \varepsilon",
                r"\varepsilon \sim \mathcal{N}(0,\, s^2 I)",
            ])?,
            truth: parts(&[
                r"p^{*}(y \mid x) = \frac{p(x, y)}{p(x)}",
                r"p(x, y) = \int_0^{2\pi R} \frac{\mathrm{d}\theta}{2\pi R}\, \mathcal{N}(x;\, \theta\cos\theta,\, s^2)\, \mathcal{N}(y;\, \theta\sin\theta,\, s^2)",
            ])?,
            scale_link: formula::inline(r"\mathrm{ELU}(b) + 1 = \max(b, 0) + e^{\min(b, 0)}")?,
        })
    }
}

/// The code cells.
#[derive(Debug, Serialize)]
struct Code {
    spiral: CodeCell,
    baseline: CodeCell,
    head: CodeCell,
    scale_link: CodeCell,
    nll: CodeCell,
    tile: CodeCell,
    adam: CodeCell,
    training: CodeCell,
    sampling: CodeCell,
    seed: CodeCell,
}

#[derive(Debug, Serialize)]
struct CodeCell {
    file: &'static str,
    html: String,
}

impl CodeCell {
    fn new(excerpt: Excerpt) -> Result<Self, RenderError> {
        Ok(Self {
            file: excerpt.file,
            html: excerpt.html()?,
        })
    }
}

impl Code {
    fn new() -> Result<Self, RenderError> {
        Ok(Self {
            spiral: CodeCell::new(source::SPIRAL)?,
            baseline: CodeCell::new(source::BASELINE)?,
            head: CodeCell::new(source::HEAD)?,
            scale_link: CodeCell::new(source::SCALE_LINK)?,
            nll: CodeCell::new(source::NLL)?,
            tile: CodeCell::new(source::TILE)?,
            adam: CodeCell::new(source::ADAM)?,
            training: CodeCell::new(source::TRAINING)?,
            sampling: CodeCell::new(source::SAMPLING)?,
            seed: CodeCell::new(source::SEED)?,
        })
    }
}

/// The page.
pub(super) fn html(record: &Record, timing: Option<&Timing>) -> Result<String, RenderError> {
    let groups = Group::of(record);
    let baseline = baseline(record);
    let showcase = showcase(record);
    let field = Field::of(record)?;
    let own_timing = timing.filter(|timing| timing.record_digest == record.digest);
    let page = Page {
        title: format!("Mixture density networks: {}", record.study),
        study: record.study.clone(),
        is_spiral: settings::names_the_spiral(record),
        prose: Prose::of(record, &groups, baseline, showcase)?,
        formulas: Formulas::new()?,
        code: Code::new()?,
        figures: Figures::of(
            record,
            &groups,
            baseline,
            showcase,
            field.as_ref(),
            own_timing,
        )?,
        tables: Tables::of(record, &groups),
        failures: failures(record),
        settings: settings::flat(&record.spec),
        hashes: Tables::hashes(record),
        machine: own_timing.map(Machine::of),
        timing_is_foreign: timing.is_some() && own_timing.is_none(),
    };
    let mut tera = Tera::default();
    tera.add_raw_templates(TEMPLATES).map_err(template_fault)?;
    let context = Context::from_serialize(&page).map_err(template_fault)?;
    tera.render("page.html", &context).map_err(template_fault)
}

fn template_fault(error: tera::Error) -> RenderError {
    RenderError::Template {
        message: error.to_string(),
    }
}

/// The first trained baseline.
fn baseline(record: &Record) -> Option<&Cell> {
    let mut cells = record.cells.iter();
    cells.find(|cell| cell.model == Model::Mse && cell.failure.is_none())
}

/// The network the page looks at: the one that was sampled from, else K = 20, else the
/// largest K, of the first replicate that was trained.
fn showcase(record: &Record) -> Option<&Cell> {
    let trained = || {
        let cells = record.cells.iter();
        cells.filter(|cell| cell.model == Model::Mdn && cell.failure.is_none())
    };
    let sampled = record.exhibits.samples_from.as_deref();
    trained()
        .find(|cell| Some(cell.id.as_str()) == sampled)
        .or_else(|| trained().find(|cell| cell.n_components == Some(20)))
        .or_else(|| trained().rev().max_by_key(|cell| cell.n_components))
}

fn failures(record: &Record) -> Vec<Failed> {
    let mut failed = Vec::new();
    for cell in &record.cells {
        let Some(failure) = &cell.failure else {
            continue;
        };
        let key = |field: &str| format!("cells/{}/failure.{field}", cell.id);
        failed.push(Failed {
            id: cell.id.clone(),
            reason: format!(
                "{} was {} in epoch {}, batch {}",
                number::word(&key("quantity"), &failure.quantity),
                number::word(&key("value"), &failure.value),
                number::count(&key("epoch"), failure.epoch),
                number::count(&key("batch"), failure.batch),
            ),
        });
    }
    failed
}
