//! A plausible record of the full study, made without training: the shape is real, the numbers are drawn.

use std::collections::BTreeMap;

use mixture_density::record::{
    BenchmarkTiming, Cell, CellTiming, Data, Exhibits, Failure, History, Kind, ModelKind, Oracle,
    Parts, Points, Record, SCHEMA, StoppedBy, Timing,
};
use mixture_density::seed::{Seed, Stream};
use mixture_density::spec::Spec;
use serde_json::{Value, json};

/// The parts of a record whose problem's truth is known.
pub(crate) trait Known {
    fn known(&self) -> &Oracle;
    fn known_mut(&mut self) -> &mut Oracle;
    fn shown(&self) -> &Exhibits;
    fn shown_mut(&mut self) -> &mut Exhibits;
}

impl Known for Record {
    fn known(&self) -> &Oracle {
        self.oracle.as_ref().expect("a known truth")
    }

    fn known_mut(&mut self) -> &mut Oracle {
        self.oracle.as_mut().expect("a known truth")
    }

    fn shown(&self) -> &Exhibits {
        self.exhibits.as_ref().expect("exhibits")
    }

    fn shown_mut(&mut self) -> &mut Exhibits {
        self.exhibits.as_mut().expect("exhibits")
    }
}

/// Changes the spec as its file has it.
pub(crate) fn respec(record: &mut Record, change: impl FnOnce(&mut Value)) {
    let mut spec = serde_json::to_value(&record.spec).expect("JSON");
    change(&mut spec);
    record.spec = serde_json::from_value(spec).expect("a spec");
}

/// The article's recipe over these K.
pub(crate) fn recipe(n_components: &[usize]) -> Value {
    json!({
        "hidden": 128, "batch_size": 128, "max_epochs": 300,
        "adam": {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7},
        "mse": {
            "early_stopping":
                {"monitor": "val_loss", "patience": 10, "min_delta": 0.0, "restore_best_weights": false},
            "reduce_lr_on_plateau": null,
        },
        "mdn": {
            "components": n_components, "scale_link": "elu_plus_one", "scale_floor": 1e-7,
            "early_stopping":
                {"monitor": "loss", "patience": 10, "min_delta": 0.0, "restore_best_weights": true},
            "reduce_lr_on_plateau": {
                "monitor": "loss", "factor": 0.1, "patience": 5, "min_delta": 1e-4, "cooldown": 0, "min_lr": 0.0,
            },
        },
    })
}

fn spec(n_components: &[usize], n_replicates: usize) -> Spec {
    let spec = json!({
        "schema": SCHEMA, "study": "spiral", "seed": 20_230_715, "replicates": n_replicates,
        "n_test": 100_000, "n_test_crps": 20_000, "validation_split": 0.15,
        "problem": {"name": "spiral", "n": 10_000, "jitter": 0.2, "revolutions": 2.0, "span": 5.0},
        "exhibits": {"n_points": 2_000, "n_grid": 501, "n_components": 20},
        "recipes": {"article": recipe(n_components)},
    });
    serde_json::from_value(spec).expect("a spec")
}

/// Baseline and K = 1…40, three replicates each.
pub(crate) fn full() -> Record {
    record(&(1..=40).collect::<Vec<usize>>(), 3)
}

/// A record with the baseline and these K.
pub(crate) fn record(n_components: &[usize], n_replicates: usize) -> Record {
    let mut cells = Vec::new();
    for replicate in 0..n_replicates {
        cells.push(mse_cell(replicate));
    }
    for k in n_components {
        for replicate in 0..n_replicates {
            cells.push(mdn_cell(*k, replicate));
        }
    }
    let samples_from = cells
        .iter()
        .find(|c| c.n_components == Some(20))
        .map(|c| c.id.clone());
    let mut record = Record {
        schema: SCHEMA,
        kind: Kind::Study,
        study: "spiral".to_owned(),
        digest: "6d1f".repeat(16),
        spec: spec(n_components, n_replicates),
        data: Data {
            n_train: 8_500,
            n_validation: 1_500,
            n_test: 100_000,
            n_test_crps: 20_000,
            blake3: "a5".repeat(32),
            table: None,
        },
        oracle: Some(Oracle {
            nll_nats_mean: -0.387_519,
            nll_nats_standard_error: 0.002_471,
            nll_nats_mean_validation: -0.394_2,
            single_gaussian_nll_nats_mean: 1.287_33,
            mse: 0.944_01,
            mse_standard_error: 0.003_1,
            crps_mean: 0.461_9,
            crps_standard_error: 0.000_9,
        }),
        splits: Vec::new(),
        warnings: Vec::new(),
        choice: None,
        scores_test: None,
        baselines: None,
        model_blake3: None,
        exhibits: Some(exhibits(samples_from)),
        table_exhibits: None,
        cells,
    };
    super::exhibited::add(&mut record);
    record
}

/// Fails `cell` in epoch 3.
pub(crate) fn fail(cell: &mut Cell) {
    *cell = Cell {
        stopped_by: StoppedBy::Failure,
        failure: Some(Failure {
            epoch: 3,
            batch: 17,
            quantity: "loss".to_owned(),
            value: "NaN".to_owned(),
        }),
        n_epochs: 3,
        best_epoch: 2,
        nll_nats_mean: Parts::default(),
        mse: Parts::default(),
        excess_nats_test: None,
        excess_nats_standard_error_test: None,
        mse_standard_error_test: None,
        crps_mean_test: None,
        pit_ks_test: None,
        coverage_test: BTreeMap::new(),
        degenerate_likelihood: None,
        smallest_scale_test: None,
        effective_components_test: None,
        used_components_test: None,
        weights_blake3: None,
        history: History::default(),
        ..cell.clone()
    };
}

/// Timing of a record.
pub(crate) fn timing(record: &Record) -> Timing {
    let cells = record.cells.iter().map(|cell| CellTiming {
        id: cell.id.clone(),
        train_wall_s: 1.25,
        score_wall_s: 0.25,
        n_steps: 67 * cell.n_epochs,
    });
    Timing {
        schema: SCHEMA,
        record_digest: record.digest.clone(),
        finished_at: "2026-11-22T09:00:00Z".to_owned(),
        total_wall_s: 143.7,
        jobs: 2,
        processor: "Imaginary 9000 <rev. 2>".to_owned(),
        n_processors: 2,
        kernels: "avx512".to_owned(),
        version: "0.1.0".to_owned(),
        rustc: "rustc 1.95.0".to_owned(),
        revision: Some("0123abc+dirty".to_owned()),
        cells: cells.collect(),
        benchmarks: vec![BenchmarkTiming {
            name: "training_step/k=20".to_owned(),
            median_ns: 131_250.5,
            median_low_ns: 130_900.0,
            median_high_ns: 131_700.25,
            elements: Some(18_500_000),
        }],
    }
}

fn mse_cell(replicate: usize) -> Cell {
    let id = format!("article/mse/r={replicate}");
    let mut stream = Seed::new(1).stream(&id);
    let floor = stream.normal(0.962, 0.004);
    let n_epochs = 38 + 4 * replicate;
    Cell {
        model: ModelKind::Mse,
        n_components: None,
        n_parameters: 16_897,
        nll_nats_mean: Parts::default(),
        mse: Parts {
            train: Some(floor + 0.01),
            validation: Some(floor - 0.02),
            test: Some(floor),
        },
        mse_standard_error_test: Some(0.003_2),
        history: history(n_epochs, floor, 1.7, 0.012, &mut stream),
        ..cell(id, replicate, n_epochs)
    }
}

fn mdn_cell(k: usize, replicate: usize) -> Cell {
    let id = format!("article/mdn/k={k}/r={replicate}");
    let mut stream = Seed::new(1).stream(&id);
    let size = f64::from(u32::try_from(k).expect("a small K"));
    let excess = 1.65 * libm::exp(-(size - 1.0) / 2.2)
        + 0.09
        + 0.12 / size
        + libm::fabs(stream.normal(0.0, 0.03));
    let test = -0.387_519 + excess;
    let n_epochs = 130 + (37 * replicate + 11 * k) % 60;
    let share = |nominal: f64, stream: &mut Stream| Some(nominal + stream.normal(0.0, 0.01));
    Cell {
        model: ModelKind::Mdn,
        n_components: Some(k),
        n_parameters: 16_768 + 129 * 3 * k,
        nll_nats_mean: Parts {
            train: Some(test - 0.02),
            validation: Some(test + stream.normal(0.0, 0.02)),
            test: Some(test),
        },
        excess_nats_test: Some(excess),
        excess_nats_standard_error_test: Some(0.001_7 + 0.001 * excess),
        mse: Parts {
            train: Some(0.97),
            validation: Some(0.95),
            test: Some(0.951 + 0.01 * excess),
        },
        mse_standard_error_test: Some(0.003_2),
        crps_mean_test: Some(0.461_9 + 0.04 * excess),
        pit_ks_test: Some(0.006 + 0.03 * excess),
        coverage_test: BTreeMap::from([
            ("50".to_owned(), share(0.5, &mut stream)),
            ("90".to_owned(), share(0.9, &mut stream)),
        ]),
        degenerate_likelihood: Some(false),
        smallest_scale_test: Some(if k > 30 { 1.071e-7 } else { 0.041 }),
        used_components_test: Some(1.0 + 0.4 * (size - 1.0)),
        effective_components_test: Some(1.0 + 5.5 * (1.0 - libm::exp(-(size - 1.0) / 8.0))),
        history: history(n_epochs, test, 2.6, 0.02, &mut stream),
        ..cell(id, replicate, n_epochs)
    }
}

/// The fields that do not depend on the kind.
fn cell(id: String, replicate: usize, n_epochs: usize) -> Cell {
    Cell {
        weights_blake3: Some(blake3::hash(id.as_bytes()).to_hex().to_string()),
        id,
        problem: None,
        recipe: "article".to_owned(),
        model: ModelKind::Mdn,
        n_components: None,
        split: 0,
        replicate,
        ensemble: None,
        n_parameters: 0,
        n_epochs,
        best_epoch: n_epochs - 10,
        stopped_by: StoppedBy::EarlyStopping,
        failure: None,
        nll_nats_mean: Parts::default(),
        nll_nats_standard_error: Parts::default(),
        excess_nats_test: None,
        excess_nats_standard_error_test: None,
        mse: Parts::default(),
        mse_standard_error_test: None,
        crps_mean_test: None,
        pit_ks_test: None,
        coverage_test: BTreeMap::new(),
        degenerate_likelihood: None,
        smallest_scale_test: None,
        effective_components_test: None,
        used_components_test: None,
        validation: None,
        scores_test: None,
        baselines: None,
        history: History::default(),
    }
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "a record's histories are f32"
)]
fn history(n_epochs: usize, floor: f64, drop: f64, noise: f64, stream: &mut Stream) -> History {
    let mut history = History::default();
    for epoch in 0..n_epochs {
        let at = f64::from(u32::try_from(epoch).expect("few epochs"));
        let level = floor + drop * libm::exp(-at / 2.5) + 0.35 * drop * libm::exp(-at / 22.0);
        history
            .loss
            .push((level + stream.normal(0.0, noise)) as f32);
        history
            .val_loss
            .push((level + stream.normal(0.01, noise)) as f32);
        history
            .learning_rate
            .push(if epoch < 100 { 1e-3 } else { 1e-4 });
    }
    history
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "a record's exhibits are f32"
)]
fn exhibits(samples_from: Option<String>) -> Exhibits {
    let mut stream = Seed::new(1).stream("exhibits");
    let two_turns = 4.0 * std::f64::consts::PI;
    let mut draw = |noise: f64| {
        let angle = stream.uniform(0.0, two_turns);
        let x = angle * libm::cos(angle) + stream.normal(0.0, noise);
        let y = angle * libm::sin(angle) + stream.normal(0.0, noise);
        (5.0 * (x + 11.6) / 24.6, 5.0 * (y + 11.6) / 24.6)
    };
    let mut points = |n: usize, noise: f64| {
        let pairs: Vec<(f64, f64)> = (0..n).map(|_| draw(noise)).collect();
        Points {
            x: pairs.iter().map(|p| p.0 as f32).collect(),
            y: pairs.iter().map(|p| p.1 as f32).collect(),
        }
    };
    let curve = |shift: f64| {
        let x: Vec<f64> = (0..=500).map(|i| 0.01 * f64::from(i)).collect();
        let y = |x: f64| 2.4 + 0.6 * libm::sin(2.1 * x) * libm::exp(-0.1 * x) + shift;
        Points {
            y: x.iter().map(|x| y(*x) as f32).collect(),
            x: x.iter().map(|x| *x as f32).collect(),
        }
    };
    Exhibits {
        data: points(2_000, 0.2),
        samples: if samples_from.is_some() {
            points(2_000, 0.35)
        } else {
            Points::default()
        },
        oracle_mean: curve(0.0),
        baseline: curve(0.04),
        samples_from,
        ..Exhibits::default()
    }
}
