//! What the record's spec says of a recipe, in words: its link to scales, its rate, when it stops.

use serde::Serialize;
use serde_json::Value;

use super::groups::Group;
use super::number::{count, escape, exact};
use super::view::StudyView;
use super::{RenderError, formula};
use crate::record::{Cell, ModelKind};

/// The recipe of the network that the page looks at, and the study's others.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct RecipeProse {
    /// None where the spec does not tell.
    shown: Option<Told>,
    /// Names of the other networks' recipes of which the same is to be said.
    alike: String,
    /// Those of which something else is, in the record's order.
    others: Vec<Told>,
    /// The displayed formulas of weights, scales and means.
    constraints: Vec<String>,
    /// How the link of the scales is computed.
    computed: Option<String>,
}

/// One recipe, or several of which the same is said; all text is ready for the page.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Told {
    /// As it is called in the spec.
    #[serde(skip)]
    name: String,
    /// Of all of them, marked up.
    names: String,
    is_softplus: bool,
    is_standardised: bool,
    /// `monitor` of the early stopping is the training loss.
    watches_training: bool,
    /// The learning rate is cut on a plateau, or falls along a course.
    is_cut: bool,
    has_course: bool,
    floor: String,
    rate: String,
    stopping: String,
}

impl RecipeProse {
    /// # Errors
    /// A formula of ours that is not LaTeX.
    pub(super) fn of(
        record: &StudyView<'_>,
        groups: &[Group<'_>],
        showcase: Option<&Cell>,
    ) -> Result<Self, RenderError> {
        let shown = showcase.and_then(|cell| Told::of(record, &cell.recipe));
        let mut names: Vec<&str> = Vec::new();
        for group in groups.iter().filter(|group| group.model == ModelKind::Mdn) {
            let is_shown = showcase.is_some_and(|cell| cell.recipe == group.recipe);
            if !is_shown && !names.contains(&group.recipe) {
                names.push(group.recipe);
            }
        }
        let (mut alike, mut others): (Vec<String>, Vec<Told>) = (Vec::new(), Vec::new());
        for told in names.iter().filter_map(|name| Told::of(record, name)) {
            if shown.as_ref().is_some_and(|shown| shown.says_what(&told)) {
                alike.push(told.names);
            } else if let Some(other) = others.iter_mut().find(|other| other.says_what(&told)) {
                other.names = format!("{}, {}", other.names, told.names);
            } else {
                others.push(told);
            }
        }
        let scale = match shown.as_ref().map(|t| (t.is_softplus, t.is_standardised)) {
            None => r"\sigma_k = g(b_k) > 0",
            Some((false, false)) => r"\sigma_k = \mathrm{ELU}(b_k) + 1 + \varepsilon",
            Some((false, true)) => {
                r"\sigma_k = s_y\,\bigl(\mathrm{ELU}(b_k) + 1 + \varepsilon\bigr)"
            }
            Some((true, false)) => r"\sigma_k = \ln(1 + e^{b_k}) + \varepsilon",
            Some((true, true)) => r"\sigma_k = s_y\,\bigl(\ln(1 + e^{b_k}) + \varepsilon\bigr)",
        };
        let mean = match &shown {
            Some(told) if told.is_standardised => r"\mu_k = m_y + s_y\,c_k",
            _ => r"\mu_k = c_k",
        };
        let weight = r"\pi_k = \frac{e^{a_k}}{\sum_{j} e^{a_j}}";
        let parts = [weight, scale, mean].into_iter().map(formula::display);
        let computed = shown.as_ref().map(|told| {
            formula::inline(if told.is_softplus {
                r"\ln(1 + e^{b}) = \max(b, 0) + \ln\bigl(1 + e^{-|b|}\bigr)"
            } else {
                r"\mathrm{ELU}(b) + 1 = \max(b, 0) + e^{\min(b, 0)}"
            })
        });
        Ok(Self {
            alike: alike.join(", "),
            others,
            constraints: parts.collect::<Result<_, _>>()?,
            computed: computed.transpose()?,
            shown,
        })
    }
}

impl Told {
    /// None where the spec has no such recipe, or has it in another shape.
    fn of(record: &StudyView<'_>, name: &str) -> Option<Self> {
        let recipe = record.spec.recipes.get(name)?;
        let recipe = &serde_json::to_value(recipe).ok()?;
        let field = Fields {
            recipe,
            key: format!("spec/recipes/{name}"),
        };
        let is_standardised = field.at("/mdn/tuning/standardise") == Some(&Value::Bool(true));
        let is_softplus = match field.at("/mdn/scale_link")?.as_str()? {
            "softplus" => true,
            "elu_plus_one" => false,
            _ => return None,
        };
        let watches_training = field.at("/mdn/early_stopping/monitor")?.as_str()? == "loss";
        Some(Self {
            name: name.to_owned(),
            names: format!("<code>{}</code>", escape(name)),
            is_softplus,
            is_standardised,
            watches_training,
            is_cut: field.number("/mdn/reduce_lr_on_plateau/patience").is_some(),
            has_course: field.number("/mdn/tuning/schedule/warmup_epochs").is_some(),
            floor: field.number("/mdn/scale_floor")?,
            rate: rate(&field)?,
            stopping: stopping(&field, watches_training)?,
        })
    }
}

impl Told {
    /// Whether the same words and numbers are said of both, if under other keys.
    fn says_what(&self, other: &Self) -> bool {
        let bare = |told: &Self| {
            let key = escape(&format!("spec/recipes/{}/", told.name));
            [&told.floor, &told.rate, &told.stopping].map(|text| text.replace(&key, ""))
        };
        (self.is_softplus, self.is_standardised) == (other.is_softplus, other.is_standardised)
            && bare(self) == bare(other)
    }
}

/// What happens to the learning rate.
fn rate(field: &Fields<'_>) -> Option<String> {
    let start = field.number("/adam/learning_rate")?;
    let cut = || {
        Some(format!(
            "is multiplied by {} when the {} loss has not fallen for {} epochs",
            field.number("/mdn/reduce_lr_on_plateau/factor")?,
            loss(field.at("/mdn/reduce_lr_on_plateau/monitor")?.as_str()?),
            field.count("/mdn/reduce_lr_on_plateau/patience")?,
        ))
    };
    let course = || {
        Some(format!(
            "is reached over {} epochs and then falls to zero along half a cosine",
            field.count("/mdn/tuning/schedule/warmup_epochs")?,
        ))
    };
    let what = match (course(), cut()) {
        (Some(course), Some(cut)) => format!("{course}, and {cut}"),
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) => "stays the same".to_owned(),
    };
    Some(format!("The learning rate of {start} {what}"))
}

/// When training ends, and what is kept.
fn stopping(field: &Fields<'_>, watches_training: bool) -> Option<String> {
    let most = field.count("/max_epochs")?;
    let watched = loss(if watches_training { "loss" } else { "val_loss" });
    let of = |at: &str| field.at(at)?.as_u64();
    let (patience, max_epochs) = (of("/mdn/early_stopping/patience")?, of("/max_epochs")?);
    let ends = if patience >= max_epochs {
        format!("Training runs for {most} epochs")
    } else {
        format!(
            "Training ends when the {watched} loss has not fallen for {} epochs, or after {most}",
            field.count("/mdn/early_stopping/patience")?,
        )
    };
    let restores = field.at("/mdn/early_stopping/restore_best_weights")?;
    let kept = if *restores == Value::Bool(true) {
        format!("the weights of the epoch with the lowest {watched} loss are kept")
    } else {
        "the last weights are kept".to_owned()
    };
    let averaged = field.number("/mdn/tuning/averaging/decay");
    let averaged = averaged.map(|decay| {
        format!(
            "; what is validated and kept is a running average of the weights with a decay of {decay}"
        )
    });
    Some(format!("{ends}; {kept}{}", averaged.unwrap_or_default()))
}

fn loss(monitor: &str) -> &'static str {
    if monitor == "loss" {
        "training"
    } else {
        "validation"
    }
}

/// A recipe of the spec and its address there.
struct Fields<'a> {
    recipe: &'a Value,
    key: String,
}

impl Fields<'_> {
    fn at(&self, pointer: &str) -> Option<&Value> {
        self.recipe.pointer(pointer)
    }

    fn number(&self, pointer: &str) -> Option<String> {
        let value = self.at(pointer)?.as_f64()?;
        Some(exact(&format!("{}{pointer}", self.key), value))
    }

    fn count(&self, pointer: &str) -> Option<String> {
        let value = usize::try_from(self.at(pointer)?.as_u64()?).ok()?;
        Some(count(&format!("{}{pointer}", self.key), value))
    }
}
