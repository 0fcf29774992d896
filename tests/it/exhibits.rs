//! What a study records for the figures is what it was trained on, what it predicts, and what it scores.

use mixture_density::mixture::{GaussianMixture, Temperature};
use mixture_density::record::{Exhibits, ModelKind, Record, ShownMixtures};
use mixture_density::seed::Seed;

use crate::ks;
use crate::support::{Study, edit};

fn record() -> Record {
    Study::finished().record()
}

/// What its figures show.
fn shown(record: &Record) -> &Exhibits {
    record.exhibits.as_ref().expect("exhibits")
}

fn shown_mut(record: &mut Record) -> &mut Exhibits {
    record.exhibits.as_mut().expect("exhibits")
}

/// The recorded density is the truth's, to the digits that were asked for.
#[test]
fn the_grid_holds_the_exact_density() {
    let record = record();
    let spec = record.spec.drawn().expect("a problem with a truth");
    let drawn = spec.problem.realise(Seed::new(7), 200).expect("data");
    let grid = shown(&record).grid.clone().expect("a grid");
    assert_eq!(
        (grid.x.len(), grid.y.len(), grid.density.len()),
        (9, 12, 108)
    );
    let relative = |digits: f64| {
        let mut worst: f64 = 0.0;
        for (x, column) in grid.x.iter().zip(grid.density.chunks_exact(12)) {
            for (y, recorded) in grid.y.iter().zip(column) {
                let exact = libm::exp(drawn.truth.log_density(f64::from(*x), f64::from(*y)));
                // What f32 can hold, and what a picture can show.
                if exact > 1e-30 {
                    worst = worst.max((f64::from(*recorded) / exact - 1.0).abs());
                }
            }
        }
        worst / libm::exp10(-digits)
    };
    // Four significant digits: at most half a unit of the fourth, and not five.
    assert!(relative(4.0) <= 5.001, "{}", relative(4.0));
    assert!(relative(5.0) > 5.001);
    let train = &drawn.train;
    let n_train = record.data.n_train;
    let low = train.x[..n_train]
        .iter()
        .copied()
        .fold(f32::INFINITY, f32::min);
    let high = train.x[..n_train]
        .iter()
        .copied()
        .fold(f32::NEG_INFINITY, f32::max);
    assert_eq!((grid.x[0], grid.x[8]), (low, high));
}

/// The mixture at `x` between two abscissae of the grid, by linear interpolation.
fn between(exhibits: &Exhibits, mixtures: &ShownMixtures, x: f32) -> Option<GaussianMixture> {
    let grid = exhibits.grid.as_ref()?;
    let right = grid.x.iter().position(|g| *g >= x).filter(|i| *i > 0)?;
    let (a, b) = (grid.x[right - 1], grid.x[right]);
    let t = f64::from((x - a) / (b - a));
    let k = mixtures.n_components;
    let at = |values: &[f32]| -> Vec<f64> {
        let of = |row: usize, c: usize| f64::from(values[row * k + c]);
        (0..k)
            .map(|c| (1.0 - t) * of(right - 1, c) + t * of(right, c))
            .collect()
    };
    let weights = at(&mixtures.weights);
    let total: f64 = weights.iter().sum();
    let weights = weights.into_iter().map(|w| w / total).collect();
    GaussianMixture::new(weights, at(&mixtures.means), at(&mixtures.scales)).ok()
}

/// Predicted cdf at each draw.
fn pit(
    exhibits: &Exhibits,
    mixtures: &ShownMixtures,
    y: &[f32],
    temperature: Temperature,
) -> Vec<f64> {
    let pairs = exhibits.data.x.iter().zip(y);
    let cdf = pairs.filter_map(|(x, y)| {
        let mixture = between(exhibits, mixtures, *x)?
            .tempered(temperature)
            .ok()?;
        Some(mixture.as_univariate().ok()?.cdf(f64::from(*y)))
    });
    cdf.collect()
}

/// Samples and tempered draws follow the recorded mixtures. The twins: with the means moved, or at
/// another temperature, they do not.
#[test]
fn draws_follow_the_recorded_mixtures() {
    // More draws, from a network that was trained for longer, on a finer grid.
    let spec = edit(crate::support::TINY, "n = 170", "n = 1700");
    let spec = edit(&spec, "n_points = 40", "n_points = 1400");
    let spec = edit(&spec, "n_points = 30", "n_points = 1400");
    let spec = edit(&spec, "max_epochs = 9", "max_epochs = 60");
    let spec = edit(&spec, "factor = 0.1", "factor = 0.9");
    let spec = edit(
        &spec,
        "patience = 3, min_delta = 0.1",
        "patience = 9, min_delta = 0.0",
    );
    let study = Study::with_spec(edit(&spec, "n_x = 9", "n_x = 201"));
    assert_eq!(study.mdn(&["run", "tiny"]).code, Some(0));
    let record = study.record();
    let exhibits = shown(&record);
    let own = &exhibits.mixtures[1];
    let mut moved = own.clone();
    moved.means.iter_mut().for_each(|mean| *mean += 0.7);
    assert_eq!(Some(&own.cell), exhibits.samples_from.as_ref());
    let follows = |mixtures: &ShownMixtures, y: &[f32], temperature: Temperature| {
        let pit = pit(exhibits, mixtures, y, temperature);
        assert!(pit.len() > 1_350, "{}", pit.len());
        ks::follows(&pit, |u| u)
    };
    assert!(follows(own, &exhibits.samples.y, Temperature::ONE));
    assert!(!follows(&moved, &exhibits.samples.y, Temperature::ONE));
    for drawn in &exhibits.tempered {
        let (t, c) = (drawn.temperature, drawn.covariance_temperature);
        assert!(
            follows(own, &drawn.y, Temperature::new(t, c).expect("both")),
            "{t} {c}"
        );
        let hotter = Temperature::new(t, 4.0 * c).expect("both");
        assert!(!follows(own, &drawn.y, hotter), "{t} {c}");
    }
}

/// Counts, coverage and numbers of components agree with each other and with the cells' scores.
#[test]
fn calibration_agrees_with_the_scores() {
    fn disagreement(record: &Record) -> Option<&'static str> {
        let n = record.data.n_test;
        for calibration in &shown(record).calibration {
            let cell = record
                .cells
                .iter()
                .find(|cell| cell.id == calibration.cell)?;
            if calibration.pit_counts.iter().sum::<usize>() != n {
                return Some("counts");
            }
            for (level, covered) in calibration.levels.iter().zip(&calibration.covered) {
                let share = cell
                    .coverage_test
                    .get(&level.to_string())
                    .copied()
                    .flatten();
                if share.is_some_and(|share| (share - *covered as f64 / n as f64).abs() > 1e-12) {
                    return Some("coverage");
                }
            }
        }
        for cell in record
            .cells
            .iter()
            .filter(|cell| cell.model == ModelKind::Mdn)
        {
            let k = cell.n_components? as f64 + 1e-9;
            let (local, used) = (cell.effective_components_test?, cell.used_components_test?);
            // Entropy is concave: that of the mean is at least the mean of that.
            if !(1.0 - 1e-9 <= local && local <= used + 1e-9 && used <= k) {
                return Some("components");
            }
        }
        None
    }
    let record = record();
    assert_eq!(disagreement(&record), None);
    type Change = fn(&mut Record);
    let changes: [(Change, &str); 3] = [
        (|r| shown_mut(r).calibration[1].pit_counts[0] += 1, "counts"),
        (|r| shown_mut(r).calibration[1].covered[1] += 1, "coverage"),
        (
            |r| r.cells[5].used_components_test = Some(1.5),
            "components",
        ),
    ];
    for (change, expected) in changes {
        let mut changed = record.clone();
        change(&mut changed);
        assert_eq!(disagreement(&changed), Some(expected));
    }
}

/// Mixtures are mixtures up to their rounding, and are there for each K that was asked for.
#[test]
fn recorded_mixtures_are_rounded_mixtures() {
    let record = record();
    let exhibits = shown(&record);
    let ids: Vec<&str> = exhibits.mixtures.iter().map(|m| m.cell.as_str()).collect();
    let asked = [
        "article/mdn/k=1/r=0",
        "article/mdn/k=3/r=0",
        "tuned/mdn/k=3/r=0",
    ];
    assert_eq!(ids, asked);
    for mixtures in &exhibits.mixtures {
        for (row, weights) in mixtures
            .weights
            .chunks_exact(mixtures.n_components)
            .enumerate()
        {
            let total: f64 = weights.iter().map(|w| f64::from(*w)).sum();
            // Half a unit of the fifth decimal for each.
            let allowed = 0.5e-5 * weights.len() as f64 + 1e-6;
            assert!((total - 1.0).abs() <= allowed, "{row}: {total}");
        }
        assert!(mixtures.scales.iter().all(|s| *s > 0.0));
        let digits = |v: &f32| {
            v.to_string()
                .trim_start_matches(['-', '0', '.'])
                .replace('.', "")
                .len()
        };
        assert!(
            mixtures
                .means
                .iter()
                .chain(&mixtures.scales)
                .all(|v| digits(v) <= 5)
        );
    }
}

/// A spec that asks for nothing leaves nothing, not even its name.
#[test]
fn what_is_not_asked_for_is_not_recorded() {
    let spec = crate::support::TINY;
    let (head, _) = spec.split_once("[exhibits.grid]").expect("the exhibits");
    let study = Study::with_spec(head);
    assert_eq!(study.mdn(&["run", "tiny"]).code, Some(0));
    let text = study.text("tiny/record.json");
    for name in [
        "\"grid\"",
        "\"mixtures\"",
        "\"calibration\"",
        "\"tempered\"",
    ] {
        assert!(!text.contains(name), "{name}");
    }
    let with = Study::finished();
    assert!(with.text("tiny/record.json").contains("\"tempered\""));
    // Their draws are of streams of their own: nothing else moves.
    let [without, with] = [study.record(), with.record()];
    assert_eq!(without.cells, with.cells);
    assert_eq!(shown(&without).samples, shown(&with).samples);
}

/// A changed grid is computed again, although the data are the same.
#[test]
fn a_changed_grid_is_not_taken_from_the_store() {
    let study = Study::finished();
    let before = study.record();
    let spec = study.text("tiny/spec.toml");
    let spec = edit(&spec, "n_grid = 11", "n_grid = 13");
    study.write("tiny/spec.toml", edit(&spec, "n_y = 12", "n_y = 15"));
    assert_eq!(study.mdn(&["run", "tiny"]).code, Some(0));
    let after = study.record();
    let [before, after] = [shown(&before), shown(&after)];
    assert_eq!(
        (before.oracle_mean.x.len(), after.oracle_mean.x.len()),
        (11, 13)
    );
    assert_eq!(after.grid.as_ref().expect("a grid").y.len(), 15);
}
