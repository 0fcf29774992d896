//! Exhibits of the full study's shape, made without training.

use mixture_density::record::{Calibration, Grid, ModelKind, Record, ShownMixtures, Tempered};
use mixture_density::seed::{Seed, Stream};

/// Two branches over x: (weight, mean, scale).
pub(crate) fn truth(x: f64) -> [(f64, f64, f64); 2] {
    [(0.4, 1.0 + 0.3 * x, 0.25), (0.6, 4.0 - 0.2 * x, 0.35)]
}

/// Adds a grid, and for replicate 0 of each K of the first recipe its mixtures and calibration;
/// tempered draws where samples were drawn.
#[allow(
    clippy::cast_possible_truncation,
    reason = "a record's exhibits are f32"
)]
pub(crate) fn add(record: &mut Record) {
    let equidistant = |low: f64, high: f64, n: u32| -> Vec<f32> {
        let step = (high - low) / f64::from(n - 1);
        (0..n).map(|i| (low + step * f64::from(i)) as f32).collect()
    };
    let (x, y) = (equidistant(0.2, 4.9, 9), equidistant(-0.5, 5.5, 101));
    let density = x.iter().flat_map(|x| {
        let components = truth(f64::from(*x));
        y.iter()
            .map(move |y| normal_mixture(&components, f64::from(*y)) as f32)
    });
    let density = density.collect();
    let mut stream = Seed::new(2).stream("exhibits");
    let exhibits = record.exhibits.as_mut().expect("exhibits");
    for cell in &record.cells {
        if cell.model == ModelKind::Mdn && cell.replicate == 0 && cell.recipe == "article" {
            let k = cell.n_components.expect("K");
            let mixtures = mixtures(&cell.id, k, &x, &mut stream);
            exhibits.mixtures.push(mixtures);
            let calibration = calibration(&cell.id, record.data.n_test, &mut stream);
            exhibits.calibration.push(calibration);
        }
    }
    exhibits.grid = Some(Grid { x, y, density });
    if exhibits.samples_from.is_some() {
        for covariance_temperature in [0.25, 1.0] {
            for temperature in [0.5, 1.0, 2.0] {
                let y = (0..60).map(|_| stream.uniform(0.5, 4.5) as f32).collect();
                exhibits.tempered.push(Tempered {
                    temperature,
                    covariance_temperature,
                    y,
                });
            }
        }
    }
}

/// Σ w N(y; mean, scale²), written out.
pub(crate) fn normal_mixture(components: &[(f64, f64, f64)], y: f64) -> f64 {
    let density = |(w, mean, scale): &(f64, f64, f64)| {
        let z = (y - mean) / scale;
        w * libm::exp(-0.5 * z * z) / (scale * std::f64::consts::TAU.sqrt())
    };
    components.iter().map(density).sum()
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "a record's exhibits are f32"
)]
fn mixtures(cell: &str, n_components: usize, x: &[f32], stream: &mut Stream) -> ShownMixtures {
    let mut mixtures = ShownMixtures {
        cell: cell.to_owned(),
        n_components,
        ..ShownMixtures::default()
    };
    for x in x {
        let raw: Vec<f64> = (0..n_components)
            .map(|_| stream.uniform(0.05, 1.0))
            .collect();
        let total: f64 = raw.iter().sum();
        for (k, raw) in raw.into_iter().enumerate() {
            let (_, mean, scale) = truth(f64::from(*x))[k % 2];
            mixtures.weights.push((raw / total) as f32);
            mixtures.means.push((mean + stream.normal(0.0, 0.1)) as f32);
            mixtures
                .scales
                .push((scale * stream.uniform(1.0, 1.4)) as f32);
        }
    }
    mixtures
}

fn calibration(cell: &str, n_test: usize, stream: &mut Stream) -> Calibration {
    const N_BINS: usize = 20;
    let mut pit_counts: Vec<usize> = (0..N_BINS - 1)
        .map(|_| n_test / N_BINS - 200 + usize::from(stream.uniform(0.0, 1.0) < 0.5) * 150)
        .collect();
    pit_counts.push(n_test - pit_counts.iter().sum::<usize>());
    let levels: Vec<u32> = (1..20).map(|i| 5 * i).collect();
    let covered = levels
        .iter()
        .map(|level| n_test / 100 * (*level as usize) - 17);
    Calibration {
        cell: cell.to_owned(),
        pit_counts,
        covered: covered.collect(),
        levels,
    }
}
