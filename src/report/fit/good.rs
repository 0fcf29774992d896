//! Is it any good? The kept model beside knowing nothing, and its errors in the units of the table.

use serde::Serialize;

use crate::record::Compared;
use crate::report::number::{MISSING, count, datum, escape, optional, percent};
use crate::report::quantity::{quantity, with_error};
use crate::report::view::FitView;

/// Level of the interval that is put into words.
const LEVEL: f64 = 0.9;
/// Bound of the probability below which the PIT is said to be uneven.
const UNEVEN: f64 = 0.01;

/// The head of the page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::report) struct Good {
    /// Sentences, as HTML, the most important first.
    sentences: Vec<String>,
    /// Baseline, its loss, the gain.
    baselines: Vec<Vec<String>>,
    /// Target and its scores in its units.
    targets: Vec<Vec<String>>,
}

impl Good {
    /// `None` without a model.
    pub(in crate::report) fn of(record: &FitView<'_>) -> Option<Self> {
        let scores = record.scores_test.as_ref()?;
        let mut sentences = Vec::new();
        let mut baselines = vec![vec![
            "this model".to_owned(),
            with_error(
                ("scores_test/nll_nats.mean", Some(scores.nll_nats.mean)),
                (
                    "scores_test/nll_nats.standard_error",
                    scores.nll_nats.standard_error,
                ),
            ),
            MISSING.to_owned(),
            MISSING.to_owned(),
        ]];
        if let Some(compared) = &record.baselines {
            let n = scores.n_rows;
            let ensemble = record.chosen().and_then(|cell| cell.ensemble.as_ref());
            sentences.push(match ensemble.is_some_and(|own| own.is_feature_free) {
                true => "<strong>The features did not help</strong>: on the rows that learnt, networks gained too little over a density that ignores them, and that density is the model.".to_owned(),
                false => over_nothing(&compared.feature_free, n),
            });
            baselines.push(row(
                "the features ignored",
                "feature_free",
                &compared.feature_free,
            ));
            if let Some(linear) = &compared.linear {
                sentences.push(over_linear(linear));
                baselines.push(row("a linear Gaussian", "linear", linear));
            }
        }
        for (at, target) in scores.targets.iter().enumerate() {
            let coverage = target.coverage.iter().enumerate();
            let mut coverage = coverage.filter(|(_, c)| (c.level - LEVEL).abs() < 1e-9);
            let name = match scores.targets.len() {
                1 => String::new(),
                _ => format!("<i>{}</i>: ", escape(&target.name)),
            };
            if let Some((index, coverage)) = coverage.next() {
                let shares = (coverage.level, coverage.covered);
                let covered = covered(at, index, shares, coverage.is_consistent());
                sentences.push(format!(
                    "{name}{covered}{}",
                    evenness(coverage.is_consistent(), target.pit_ks_p_bound)
                ));
            }
        }
        let targets = (0..scores.targets.len()).map(|at| in_units(record, at));
        Some(Self {
            sentences,
            baselines,
            targets: targets.collect(),
        })
    }
}

fn gain(field: &str, compared: &Compared) -> String {
    let gain = compared.gain_nats_test;
    let key = |part: &str| format!("baselines/{field}/gain_nats_test/{part}");
    with_error(
        (&key("mean"), Some(gain.mean)),
        (&key("standard_error"), gain.standard_error),
    )
}

/// In a sentence an error stands beside its value.
fn in_line(html: &str) -> String {
    html.replace("<span class=\"range\">", " <span>")
}

fn row(name: &str, field: &str, compared: &Compared) -> Vec<String> {
    let nll = compared.nll_nats_test;
    let key = |part: &str| format!("baselines/{field}/nll_nats_test/{part}");
    vec![
        name.to_owned(),
        with_error(
            (&key("mean"), Some(nll.mean)),
            (&key("standard_error"), nll.standard_error),
        ),
        gain(field, compared),
        optional(
            &format!("derived/baselines/{field}/ratio"),
            Some(libm::exp(compared.gain_nats_test.mean)).filter(|ratio| *ratio < 1e6),
            2,
        ),
    ]
}

/// Mean and two standard errors of a gain: above, below, or around nothing.
fn sign(compared: &Compared) -> i32 {
    let gain = compared.gain_nats_test;
    // One row tells nothing.
    let error = 2.0 * gain.standard_error.unwrap_or(f64::INFINITY);
    if gain.mean > error {
        1
    } else if gain.mean < -error {
        -1
    } else {
        0
    }
}

fn over_nothing(compared: &Compared, n_rows: u64) -> String {
    let gain = in_line(&gain("feature_free", compared));
    let n = usize::try_from(n_rows).unwrap_or(usize::MAX);
    let n = count("scores_test/n_rows", n);
    match sign(compared) {
        1 => format!(
            "<strong>The features help.</strong> Over a density that ignores them the model gains {gain} nats a row on {n} test rows that it has not seen."
        ),
        -1 => format!(
            "<strong>The model is worse than one that ignores the features</strong>: its gain is {gain} nats a row on {n} test rows. Do not use it as it is."
        ),
        _ => format!(
            "<strong>No gain over ignoring the features can be seen</strong>: it is {gain} nats a row on {n} test rows, within two standard errors of none."
        ),
    }
}

fn over_linear(compared: &Compared) -> String {
    let gain = in_line(&gain("linear", compared));
    match sign(compared) {
        1 => format!("Over a linear regression with normal noise it gains {gain} nats."),
        -1 => format!(
            "A linear regression with normal noise is better: the gain over it is {gain} nats."
        ),
        _ => format!(
            "From a linear regression with normal noise it cannot be told apart: the gain is {gain} nats."
        ),
    }
}

fn covered(
    target: usize,
    index: usize,
    (nominal, held): (f64, f64),
    is_consistent: bool,
) -> String {
    let key = |field: &str| format!("scores_test/targets/{target}/coverage/{index}.{field}");
    let share = percent(&key("covered"), Some(held), 1);
    let level = percent(&key("level"), Some(nominal), 0);
    if is_consistent {
        format!(
            "The central {level} interval holds {share} of the targets, as it should within chance."
        )
    } else if held < nominal {
        format!(
            "The central {level} interval holds only {share} of the targets: the densities are too narrow, or in the wrong place."
        )
    } else {
        format!(
            "The central {level} interval holds {share} of the targets: the densities are too wide."
        )
    }
}

/// What a test over all levels adds.
fn evenness(is_consistent: bool, p_bound: f64) -> &'static str {
    match (p_bound < UNEVEN, is_consistent) {
        (true, _) => {
            " Over all levels the targets do not lie as evenly in the densities as they should: see calibration below."
        }
        (false, true) => " A test over all levels finds no fault of calibration either.",
        (false, false) => "",
    }
}

/// Name, RMSE, MAE, R², CRPS, 90 % coverage.
fn in_units(record: &FitView<'_>, at: usize) -> Vec<String> {
    let scores = record.scores_test.as_ref();
    let Some(target) = scores.and_then(|scores| scores.targets.get(at)) else {
        return Vec::new();
    };
    let errors = record.exhibits.point_errors_test.get(at);
    let squared = target.squared_error.mean;
    let share = errors
        .filter(|e| e.variance > 0.0)
        .map(|e| 1.0 - squared / e.variance);
    let absolute =
        |part: &str| format!("table_exhibits/point_errors_test/{at}/absolute_error/{part}");
    let crps = |part: &str| format!("scores_test/targets/{at}/crps/{part}");
    let variance = errors.map(|e| e.variance.sqrt());
    vec![
        escape(&target.name),
        quantity(&format!("derived/targets/{at}/rmse"), Some(squared.sqrt())),
        match errors {
            Some(errors) => with_error(
                (&absolute("mean"), Some(errors.absolute_error.mean)),
                (
                    &absolute("standard_error"),
                    errors.absolute_error.standard_error,
                ),
            ),
            None => MISSING.to_owned(),
        },
        match share {
            Some(share) => datum(&format!("derived/targets/{at}/r_squared"), share, 3),
            None => MISSING.to_owned(),
        },
        with_error(
            (&crps("mean"), Some(target.crps.mean)),
            (&crps("standard_error"), target.crps.standard_error),
        ),
        quantity(
            &format!("derived/targets/{at}/standard_deviation"),
            variance,
        ),
    ]
}
