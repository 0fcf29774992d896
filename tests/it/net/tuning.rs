//! The ingredients of a recipe: schedule, units, noise, first weights, and that none is the article.

use std::path::Path;

use mixture_density::net::{Averaging, Noise, Perturbation, Recipe, Rows, Units, WarmupCosine};
use mixture_density::seed::Seed;
use mixture_density::spec::Spec;

use super::draws;
use crate::ks;

#[test]
fn the_schedule_has_its_closed_form() {
    let schedule = WarmupCosine { warmup_epochs: 2 };
    let factor = |step| schedule.factor(step, 10, 12);
    // Linear up to step 20 of 120, half a cosine from there.
    assert!((factor(1) - 0.05).abs() < 1e-16);
    assert!((factor(20) - 1.0).abs() < 1e-16);
    assert!((factor(45) - 0.5 * (1.0 + 0.5f64.sqrt())).abs() < 1e-15);
    assert!((factor(70) - 0.5).abs() < 1e-15);
    assert!(factor(120).abs() < 1e-15);
    assert!((1..120).all(|step| factor(step + 1) > factor(step) || step >= 20));
    assert!((20..120).all(|step| factor(step + 1) < factor(step)));
    // Without a warm-up, and past the end.
    let schedule = WarmupCosine { warmup_epochs: 0 };
    assert!((schedule.factor(5, 10, 1) - 0.5).abs() < 1e-15);
    assert!(schedule.factor(15, 10, 1).abs() < 1e-15);
    // The twin: the rising half of a cosine is no falling one.
    assert!((factor(45) - 0.5 * (1.0 - 0.5f64.sqrt())).abs() > 0.1);
}

#[test]
fn the_share_of_an_average_rises_to_its_decay() {
    let averaging = Averaging { decay: 0.999 };
    assert!((averaging.weight(1) - 9.0 / 11.0).abs() < 1e-15);
    assert!((averaging.weight(8989) - 9.0 / 8999.0).abs() < 1e-15);
    assert!((averaging.weight(8991) - 0.001).abs() < 1e-15);
    assert!((averaging.weight(1_000_000) - 0.001).abs() < 1e-15);
}

#[test]
fn units_are_mean_and_deviation_and_bad_columns_have_none() {
    let rows = [1.0, 10.0, 3.0, 20.0, 5.0, 60.0];
    let units = Units::of(&rows, 2).unwrap();
    assert!((units.mean()[0] - 3.0).abs() < 1e-15 && (units.mean()[1] - 30.0).abs() < 1e-14);
    assert!((units.scale()[0] - (8.0f64 / 3.0).sqrt()).abs() < 1e-15);
    let want = libm::log(units.scale()[0]) + libm::log(units.scale()[1]);
    assert!((units.log_scale() - want).abs() < 1e-15);
    let seen = units.standardised(&rows);
    let back = f64::from(seen[3]) * units.scale()[1] + units.mean()[1];
    assert!((back - 20.0).abs() < 1e-5);
    // Constant, infinite, overflowing, no row, no column.
    assert_eq!(Units::of(&[1.0, 1.0], 1), None);
    assert_eq!(Units::of(&[1.0, f64::INFINITY], 1), None);
    assert_eq!(Units::of(&[1e200, -1e200], 1), None);
    assert_eq!(Units::of(&[], 1), None);
    assert_eq!(Units::of(&[], 0), None);
    // Fewer numbers than columns.
    assert_eq!(Units::of(&[1.0], usize::MAX), None);
    assert_eq!(Units::of(&[1.0, 2.0, 3.0], 4), None);
    assert_eq!(Units::from_parts(vec![0.0], vec![0.0]), None);
    assert_eq!(Units::from_parts(vec![f64::NAN], vec![1.0]), None);
    assert_eq!(Units::from_parts(vec![0.0, 0.0], vec![1.0]), None);
}

#[test]
fn recipes_are_known_by_name() {
    let article = Recipe::named("article").unwrap();
    assert!(article.tuning.is_none());
    assert!(!Recipe::named("tuned").unwrap().tuning.is_none());
    assert_eq!(Recipe::named("tuned "), None);
    assert!(
        Recipe::NAMES
            .iter()
            .all(|name| Recipe::named(name).is_some())
    );
}

/// The noise of many steps, in units of what was asked for.
fn noise_in_units(asked: Noise) -> [Vec<f64>; 3] {
    let x: Vec<f32> = draws("tuning/x", 400, -3.0, 5.0);
    let y: Vec<f32> = draws("tuning/y", 200, 0.0, 40.0);
    let rows = Rows { x: &x, y: &y };
    let mut perturbation = Perturbation::new(asked, rows, 2, 1, Seed::new(2).key("noise"));
    let deviation = |column: &[f32]| {
        let n = column.len() as f64;
        let mean = column.iter().map(|v| f64::from(*v)).sum::<f64>() / n;
        let squares = column
            .iter()
            .map(|v| (f64::from(*v) - mean) * (f64::from(*v) - mean));
        (squares.sum::<f64>() / n).sqrt()
    };
    let column = |j: usize| x.iter().skip(j).step_by(2).copied().collect::<Vec<f32>>();
    let scales = [deviation(&column(0)), deviation(&column(1)), deviation(&y)];
    let mut noise = [Vec::new(), Vec::new(), Vec::new()];
    for step in 1..=100 {
        let (mut xs, mut ys) = (x[..120].to_vec(), y[..60].to_vec());
        perturbation.add(step, &mut xs, &mut ys);
        for i in 0..60 {
            let moved = |noisy: f32, clean: f32| f64::from(noisy) - f64::from(clean);
            noise[0].push(moved(xs[2 * i], x[2 * i]) / scales[0]);
            noise[1].push(moved(xs[2 * i + 1], x[2 * i + 1]) / scales[1]);
            noise[2].push(moved(ys[i], y[i]) / scales[2]);
        }
    }
    noise
}

/// Kolmogorov–Smirnov at α = 0.001 with a fixed seed.
#[test]
fn noise_is_normal_with_the_scale_asked_for() {
    let noise = noise_in_units(Noise { x: 0.1, y: 0.02 });
    let is_normal = |values: &[f64], scale: f64| {
        ks::follows(values, |v| {
            0.5 * libm::erfc(-v / scale / std::f64::consts::SQRT_2)
        })
    };
    assert!(is_normal(&noise[0], 0.1) && is_normal(&noise[1], 0.1) && is_normal(&noise[2], 0.02));
    // The twins: the other's scale, and a scale 10 % off.
    assert!(!is_normal(&noise[2], 0.1) && !is_normal(&noise[0], 0.11));
    let none = noise_in_units(Noise { x: 0.1, y: 0.0 });
    assert!(none[2].iter().all(|v| v.abs() < f64::MIN_POSITIVE));
    assert_eq!(none[0], noise[0]);
}

/// Columns without rows have no spread: the others' noise is that of a table without them.
#[test]
fn columns_without_rows_get_no_noise() {
    let noise = Noise { x: 0.1, y: 0.1 };
    let noisy = |x: &[f32], n_features: usize| {
        let rows = Rows { x, y: &[1.0, 2.0] };
        let key = Seed::new(2).key("noise");
        let (mut x, mut y) = ([1.0; 4], [1.0; 2]);
        Perturbation::new(noise, rows, n_features, 1, key).add(1, &mut x, &mut y);
        (x.map(f32::to_bits), y.map(f32::to_bits))
    };
    let (clean, moved) = noisy(&[1.0], usize::MAX);
    assert_eq!(clean, [1.0f32.to_bits(); 4]);
    // The twin: rows with a spread move, and the targets' noise is the same.
    let (spread, same) = noisy(&[1.0, 2.0], 1);
    assert!(spread.iter().all(|x| *x != 1.0f32.to_bits()));
    assert_eq!(moved, same);
}

/// `mdn fit --recipe NAME` trains as the studies of that recipe do.
#[test]
fn recipes_by_name_are_those_of_the_studies() {
    let reports = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports");
    for study in ["spiral", "inverse-sinusoid", "hardmaru"] {
        let spec = Spec::read(&reports.join(study)).unwrap();
        for name in ["article", "tuned"] {
            let of_study = spec.recipes.get(name).and_then(|recipe| recipe.mixtures());
            assert_eq!(of_study, Recipe::named(name), "{name} of {study}");
        }
        // The twin: the two recipes differ.
        assert_ne!(Recipe::named("article"), Recipe::named("tuned"));
    }
    // With ten times the points, besides: the one for many rows, and what is between the two.
    for study in ["spiral-100k", "inverse-sinusoid-100k", "hardmaru-100k"] {
        let spec = Spec::read(&reports.join(study)).unwrap();
        let recipe = |name: &str| spec.recipes.get(name).and_then(|it| it.mixtures());
        let tuned = Recipe::named("tuned").unwrap();
        let large = Recipe::named("tuned-large").unwrap();
        let mut between = tuned;
        between.batch_size = large.batch_size;
        assert_eq!(recipe("tuned"), Some(tuned), "{study}");
        assert_eq!(recipe("tuned-512"), Some(between), "{study}");
        assert_eq!(recipe("tuned-large"), Some(large), "{study}");
        assert_eq!(large.batch_size, 512);
        assert_ne!(large.tuning, tuned.tuning);
    }
    // The ablations take the same recipe apart.
    for study in ["ablation", "ablation-inverse-sinusoid", "ablation-hardmaru"] {
        let spec = Spec::read(&reports.join(study)).unwrap();
        let tuned = spec
            .recipes
            .get("tuned")
            .and_then(|recipe| recipe.mixtures());
        assert_eq!(tuned, Recipe::named("tuned"), "{study}");
        let others = spec.recipes.iter().filter(|(name, _)| *name != "tuned");
        assert!(others.clone().count() >= 6);
        assert!(
            others
                .into_iter()
                .all(|(_, other)| other.mixtures() != tuned)
        );
    }
}

/// The rate rises and falls in whatever epochs there are.
#[test]
fn fewer_epochs_have_a_shorter_warm_up() {
    let tuned = Recipe::named("tuned").unwrap();
    assert_eq!(tuned.with_epochs(300), tuned);
    for (max_epochs, warmup_epochs) in [(1, 0), (2, 1), (9, 4), (10, 5), (11, 5), (900, 5)] {
        let recipe = tuned.with_epochs(max_epochs);
        assert_eq!(recipe.max_epochs, max_epochs);
        let schedule = recipe.tuning.schedule.unwrap();
        assert_eq!(schedule.warmup_epochs, warmup_epochs, "{max_epochs}");
        let last = schedule.factor(100 * max_epochs, 100, max_epochs);
        assert!(last.abs() < 1e-15, "{max_epochs}: {last}");
    }
    // A single step is made at the whole rate, not at that of the end.
    let single = tuned.with_epochs(1).tuning.schedule.unwrap();
    assert_eq!(single.factor(1, 1, 1).to_bits(), 1f64.to_bits());
    // The twin: a warm-up as long as the training never lets the rate fall.
    let schedule = tuned.tuning.schedule.unwrap();
    assert!(schedule.factor(500, 100, 5) > 0.99);
    let article = Recipe::named("article").unwrap();
    assert_eq!(article.with_epochs(9).tuning, article.tuning);
}
