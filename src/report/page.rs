//! Everything the templates need, as ready strings, and the templates.

use std::collections::BTreeMap;

use serde::Serialize;
use tera::{Context, Tera};

use super::again::Again;
use super::cells::{self, Mark};
use super::changed::Changed;
use super::draws::Draws;
use super::exhibit_prose::ExhibitProse;
use super::explorer::{self, Explorer};
use super::field::Field;
use super::figures::{Figures, Scene};
use super::formula;
use super::frame::Frame;
use super::groups::Group;
use super::head::{self, Head};
use super::machine::Machine;
use super::prose::Prose;
use super::recipe_prose::RecipeProse;
use super::settings::{self, Setting};
use super::source::{self, Excerpt};
use super::tables::{Table, Tables};
use super::view::StudyView;
use super::{RenderError, bounds, number};
use crate::record::{Cell, ModelKind, Record, Timing};

const TEMPLATES: [(&str, &str); 17] = [
    ("parts.html", include_str!("../../templates/parts.html")),
    ("page.html", include_str!("../../templates/page.html")),
    (
        "explorer.html",
        include_str!("../../templates/explorer.html"),
    ),
    ("changed.html", include_str!("../../templates/changed.html")),
    ("body.html", include_str!("../../templates/body.html")),
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
    ("draws.html", include_str!("../../templates/draws.html")),
    ("density.html", include_str!("../../templates/density.html")),
    (
        "calibration.html",
        include_str!("../../templates/calibration.html"),
    ),
    ("speed.html", include_str!("../../templates/speed.html")),
    (
        "reproduce.html",
        include_str!("../../templates/reproduce.html"),
    ),
    ("limits.html", include_str!("../../templates/limits.html")),
];

/// What search engines and lists of tabs may say of the page.
const DESCRIPTION: &str = "Mixture density networks trained on data that are not a function, and scored against the exact conditional density.";

/// The context of the templates.
#[derive(Debug, Serialize)]
struct Page {
    head: Head,
    study: String,
    is_spiral: bool,
    cells: BTreeMap<String, Mark>,
    again: Commands,
    prose: Prose,
    recipe: RecipeProse,
    shown: ExhibitProse,
    draws: Option<Draws>,
    formulas: Formulas,
    code: Code,
    figures: Figures,
    explorer: Option<Explorer>,
    changed: Option<Changed>,
    tables: Tables,
    failures: Vec<Failed>,
    settings: Vec<Setting>,
    hashes: Table,
    machine: Option<Machine>,
    /// Of this program, as it was compiled.
    version: &'static str,
    timing_is_foreign: bool,
}

/// The commands of the study.
#[derive(Debug, Serialize)]
struct Commands {
    report: String,
    verify: String,
    verify_one: String,
    render: String,
}

impl Commands {
    fn of(again: &Again, record: &StudyView<'_>) -> Self {
        // The smallest network is the quickest to check.
        let one = record.cells.iter().min_by_key(|cell| cell.n_parameters);
        let one = one.map_or("article/mse/r=0", |cell| &cell.id);
        Self {
            report: again.command("report"),
            verify_one: again.verify_only(one),
            verify: again.command("verify"),
            render: again.command("render"),
        }
    }
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
    nll: Vec<String>,
    gradient: Vec<String>,
    excess: Vec<String>,
    pit: Vec<String>,
    temperature: Vec<String>,
    spiral: Vec<String>,
    truth: Vec<String>,
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
            pit: parts(&[
                r"u_i = F(y_i \mid x_i) = \sum_{k=1}^{K} \pi_k(x_i)\, \Phi\!\left(\frac{y_i-\mu_k(x_i)}{\sigma_k(x_i)}\right)",
            ])?,
            temperature: parts(&[
                r"\pi_k \to \frac{\pi_k^{1/T}}{\sum_{j} \pi_j^{1/T}}",
                r"\sigma_k^2 \to T_\sigma\, \sigma_k^2",
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
    at: Mark,
    file: &'static str,
    html: String,
}

impl CodeCell {
    fn new(anchor: &'static str, excerpt: Excerpt) -> Result<Self, RenderError> {
        Ok(Self {
            at: cells::mark(anchor),
            file: excerpt.file,
            html: excerpt.html()?,
        })
    }
}

impl Code {
    fn new() -> Result<Self, RenderError> {
        Ok(Self {
            spiral: CodeCell::new("code-spiral", source::SPIRAL)?,
            baseline: CodeCell::new("code-baseline", source::BASELINE)?,
            head: CodeCell::new("code-head", source::HEAD)?,
            scale_link: CodeCell::new("code-scale-link", source::SCALE_LINK)?,
            nll: CodeCell::new("code-nll", source::NLL)?,
            tile: CodeCell::new("code-tile", source::TILE)?,
            adam: CodeCell::new("code-adam", source::ADAM)?,
            training: CodeCell::new("code-training", source::TRAINING)?,
            sampling: CodeCell::new("code-sampling", source::SAMPLING)?,
            seed: CodeCell::new("code-seed", source::SEED)?,
        })
    }
}

/// The page.
pub(super) fn html(
    record: &StudyView<'_>,
    timing: Option<&Timing>,
    against: Option<&Record>,
) -> Result<String, RenderError> {
    bounds::of_study(record)?;
    let groups = Group::of(record);
    let baseline = baseline(record);
    let showcase = showcase(record);
    let again = Again::of(record);
    let field = Field::of(record)?;
    let own_timing = timing.filter(|timing| timing.record_digest == record.digest);
    let scene = Scene {
        groups: &groups,
        baseline,
        showcase,
        field: field.as_ref(),
        timing: own_timing,
        again: &again,
    };
    let explorer = explorer::of_study(record, field.as_ref(), showcase)?;
    let scripts = [head::TABLES, head::EXPLORER];
    let page = Page {
        head: Head::new(
            format!("Mixture density networks: {}", record.study),
            DESCRIPTION.to_owned(),
            &scripts[..if explorer.is_some() { 2 } else { 1 }],
        ),
        study: record.study.clone(),
        is_spiral: settings::names_the_spiral(record),
        cells: cells::marks(),
        again: Commands::of(&again, record),
        recipe: RecipeProse::of(record, &groups, showcase)?,
        prose: Prose::of(record, &groups, baseline, showcase)?,
        shown: ExhibitProse::of(record, showcase, field.as_ref(), own_timing)?,
        draws: Draws::of(record, &groups)?,
        formulas: Formulas::new()?,
        code: Code::new()?,
        figures: Figures::of(record, &scene)?,
        explorer,
        changed: against
            .map(|against| Changed::of(record, against))
            .transpose()?,
        tables: Tables::of(record, &groups),
        failures: failures(record),
        settings: settings::flat(&settings::spec(record)),
        hashes: Tables::hashes(record),
        machine: own_timing.map(Machine::of),
        version: env!("CARGO_PKG_VERSION"),
        timing_is_foreign: timing.is_some() && own_timing.is_none(),
    };
    let mut tera = Tera::default();
    let templates = TEMPLATES.into_iter().chain(head::TEMPLATES);
    tera.add_raw_templates(templates).map_err(template_fault)?;
    let mut context = Context::from_serialize(&page).map_err(template_fault)?;
    let body = tera.render("body.html", &context).map_err(template_fault)?;
    let frame = Frame::around(body);
    context.insert("frame", &frame);
    tera.render("page.html", &context).map_err(template_fault)
}

fn template_fault(error: tera::Error) -> RenderError {
    RenderError::Template {
        message: error.to_string(),
    }
}

/// The first trained baseline.
fn baseline<'a>(record: &'a StudyView<'_>) -> Option<&'a Cell> {
    let mut cells = record.cells.iter();
    cells.find(|cell| cell.model == ModelKind::Mse && cell.failure.is_none())
}

/// The network the page looks at: the one that was sampled from, else K = 20, else the
/// largest K, of the first replicate that was trained.
fn showcase<'a>(record: &'a StudyView<'_>) -> Option<&'a Cell> {
    let trained = || {
        let cells = record.cells.iter();
        cells.filter(|cell| cell.model == ModelKind::Mdn && cell.failure.is_none())
    };
    let sampled = record.exhibits.samples_from.as_deref();
    trained()
        .find(|cell| Some(cell.id.as_str()) == sampled)
        .or_else(|| trained().find(|cell| cell.n_components == Some(20)))
        .or_else(|| trained().rev().max_by_key(|cell| cell.n_components))
}

fn failures(record: &StudyView<'_>) -> Vec<Failed> {
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
