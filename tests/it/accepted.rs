//! The accepted record of the spiral says what a study of mixture density networks must say.

use std::path::Path;

use mixture_density::record::{Cell, ModelKind, Record};

fn accepted() -> Record {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/spiral/record.json");
    Record::read(&path).expect("the committed record")
}

/// The article's replicates of one network.
fn of(record: &Record, k: Option<usize>) -> Vec<&Cell> {
    of_recipe(record, "article", k)
}

fn of_recipe<'a>(record: &'a Record, recipe: &str, k: Option<usize>) -> Vec<&'a Cell> {
    let cells = record.cells.iter();
    let cells = cells.filter(|c| c.recipe == recipe && c.n_components == k);
    let cells: Vec<&Cell> = cells.collect();
    assert_eq!(cells.len(), 3, "three replicates of {recipe}, {k:?}");
    cells
}

/// Median excess of the tuned recipe at the K that its median validation NLL chooses.
fn tuned_excess(record: &Record) -> f64 {
    let of_k = |k| of_recipe(record, "tuned", Some(k));
    let medians = |k, value: &dyn Fn(&Cell) -> Option<f64>| {
        median(of_k(k).into_iter().filter_map(value).collect())
    };
    let validation = |k: &usize| medians(*k, &|c| c.nll_nats_mean.validation);
    let chosen = [5, 10, 20, 40]
        .into_iter()
        .min_by(|a, b| validation(a).total_cmp(&validation(b)))
        .expect("four");
    medians(chosen, &|c| c.excess_nats_test)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Every sentence the record must bear out, and whether it does.
fn sentences(record: &Record) -> Vec<(&'static str, bool)> {
    let oracle = record.oracle.as_ref().expect("an exact density");
    let baseline = of(record, None);
    let validation = |cells: &[&Cell]| {
        median(
            cells
                .iter()
                .filter_map(|c| c.nll_nats_mean.validation)
                .collect(),
        )
    };
    let one = median(
        of(record, Some(1))
            .iter()
            .filter_map(|c| c.nll_nats_mean.test)
            .collect(),
    );
    let single_gaussian = oracle.single_gaussian_nll_nats_mean;
    vec![
        (
            "every cell is trained",
            record.cells.iter().all(|c| c.failure.is_none()) && record.cells.len() == 135,
        ),
        // The article's own program ended between -0.176 and -0.285.
        (
            "K = 20 is near the article",
            (-0.36..=-0.15).contains(&validation(&of(record, Some(20)))),
        ),
        (
            "the baseline's error is near the article's",
            baseline.iter().all(|c| {
                c.mse
                    .validation
                    .is_some_and(|mse| (0.85..=1.15).contains(&mse))
            }),
        ),
        (
            "no function beats the exact mean",
            record.cells.iter().all(|c| {
                let error = 3.0
                    * c.mse_standard_error_test
                        .unwrap_or(0.0)
                        .hypot(oracle.mse_standard_error);
                c.mse.test.is_some_and(|mse| mse >= oracle.mse - error)
            }),
        ),
        (
            "K = 1 is near the best single Gaussian",
            one >= single_gaussian && one < single_gaussian + 0.1,
        ),
        (
            "no density beats the exact one",
            record
                .cells
                .iter()
                .filter(|c| c.model == ModelKind::Mdn)
                .all(|c| {
                    let error = c.excess_nats_standard_error_test.unwrap_or(0.0);
                    c.excess_nats_test.is_some_and(|excess| excess >= -error)
                }),
        ),
        (
            "the tuned recipe comes within 0.018 nats of the exact density",
            tuned_excess(record) <= 0.018,
        ),
    ]
}

#[test]
fn the_accepted_record_bears_out_what_is_said() {
    for (sentence, holds) in sentences(&accepted()) {
        assert!(holds, "{sentence}");
    }
}

/// Each sentence fails on a record that was changed to contradict it.
#[test]
fn every_sentence_can_fail() {
    let changes: [fn(&mut Cell); 7] = [
        |cell| {
            cell.failure = Some(mixture_density::record::Failure {
                epoch: 1,
                batch: 1,
                quantity: "loss".to_owned(),
                value: "NaN".to_owned(),
            });
        },
        |cell| cell.nll_nats_mean.validation = cell.nll_nats_mean.validation.map(|nll| nll + 0.1),
        |cell| cell.mse.validation = cell.mse.validation.map(|mse| mse + 0.3),
        |cell| cell.mse.test = cell.mse.test.map(|mse| mse - 0.2),
        |cell| cell.nll_nats_mean.test = cell.nll_nats_mean.test.map(|nll| nll + 0.1),
        |cell| cell.excess_nats_test = cell.excess_nats_test.map(|excess| excess - 2.0),
        |cell| cell.excess_nats_test = cell.excess_nats_test.map(|excess| excess + 0.005),
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let mut record = accepted();
        record.cells.iter_mut().for_each(change);
        let (sentence, holds) = sentences(&record)[index];
        assert!(!holds, "{sentence}: not refuted");
    }
}

/// The recipe `tuned` in JAX on the same points (`tests/data/tuned/make_reference.py`).
fn in_jax(k: usize) -> f64 {
    let reference = include_str!("../data/tuned/jax.json");
    let reference: serde_json::Value = serde_json::from_str(reference).expect("JSON");
    let excesses = reference["excess_nats"][k.to_string()].as_array();
    let excesses = excesses.expect("replicates").iter();
    let excesses: Vec<f64> = excesses.filter_map(serde_json::Value::as_f64).collect();
    assert_eq!(excesses.len(), 3);
    median(excesses)
}

#[test]
fn the_tuned_recipe_comes_as_near_in_another_program() {
    let record = accepted();
    for k in [20, 40] {
        let ours = |recipe| {
            let cells = of_recipe(&record, recipe, Some(k)).into_iter();
            median(cells.filter_map(|c| c.excess_nats_test).collect())
        };
        // Three replicates of either span up to 0.0025 nats.
        let is_near = |excess: f64| (excess - in_jax(k)).abs() < 0.0025;
        assert!(is_near(ours("tuned")), "K = {k}");
        // The twin: another recipe does not.
        assert!(!is_near(ours("article")));
    }
}

/// Of a study with 100,000 points: whether four times the batch costs less than 0.001 nats, and whether less noise
/// besides brings the excess down at either K.
fn large_batches_and_little_noise(record: &Record) -> [bool; 2] {
    let excess = |recipe, k| {
        let cells = of_recipe(record, recipe, Some(k)).into_iter();
        median(cells.filter_map(|c| c.excess_nats_test).collect())
    };
    let of_noise = |k| excess("tuned-large", k) < excess("tuned", k);
    [
        excess("tuned-512", 40) - excess("tuned", 40) < 0.001,
        of_noise(20) && of_noise(40) && excess("tuned-large", 40) < excess("tuned-512", 40),
    ]
}

#[test]
fn of_many_points_larger_batches_cost_little_and_less_noise_helps() {
    for problem in ["spiral", "hardmaru", "inverse-sinusoid"] {
        let path = format!("reports/{problem}-100k/record.json");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        let mut record = Record::read(&path).expect("a committed record");
        assert_eq!(
            large_batches_and_little_noise(&record),
            [true; 2],
            "{problem}"
        );
        // The twin: twice the excess refutes both.
        for cell in record.cells.iter_mut().filter(|c| c.recipe != "tuned") {
            cell.excess_nats_test = cell.excess_nats_test.map(|excess| 2.0 * excess);
        }
        assert_eq!(
            large_batches_and_little_noise(&record),
            [false; 2],
            "{problem}"
        );
    }
}
