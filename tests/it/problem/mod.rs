//! Problems with a known truth: what each exact density must satisfy, and the points too.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests, not tests by clippy's reckoning"
)]

use mixture_density::problem::{ConditionalAt, PointScores, Realisation, Truth};

mod bits;
mod hardmaru;
mod inverse_sinusoid;
mod no_panic;
mod spiral;
mod spiral_data;
mod spiral_oracle;

/// The largest gaps of `truth` to a table of reference values: ln p in nats, ln p relative
/// to its size, and the worst of cdf, mean, variance and CRPS.
pub(crate) fn gaps_to_table(truth: &dyn Truth, table: &str) -> [f64; 3] {
    let mut gaps = [0.0_f64; 3];
    for line in table.lines().skip(1) {
        let cells: Vec<f64> = line
            .split(',')
            .map(|cell| cell.parse().unwrap_or(f64::NAN))
            .collect();
        let at = truth.at(cells[0]);
        let log_density = at.log_density(cells[1]);
        if cells[2].is_finite() {
            let gap = (log_density - cells[2]).abs();
            gaps[0] = gaps[0].max(gap);
            gaps[1] = gaps[1].max(gap / cells[2].abs().max(1.0));
        } else {
            assert!(
                log_density.is_infinite() && log_density < 0.0,
                "{line}: {log_density}"
            );
        }
        let found = [
            at.cdf(cells[1]),
            at.mean(),
            at.variance(),
            at.crps(cells[1]),
        ];
        for (found, expected) in found.iter().zip(&cells[3..]) {
            assert!(found.is_finite(), "{line}: {found}");
            // A cell may be empty; a NaN found may not pass for it.
            if !expected.is_nan() {
                gaps[2] = gaps[2].max((found - expected).abs());
            }
        }
    }
    gaps
}

/// Mean and standard error of the mean.
pub(crate) fn mean(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    (mean, (squares / n / (n - 1.0)).sqrt())
}

/// The first `n` test points, exactly as the scores take them.
pub(crate) fn test_points(realisation: &Realisation, n: usize) -> impl Iterator<Item = (f64, f64)> {
    realisation
        .test
        .x
        .iter()
        .zip(&realisation.test.y)
        .map(|(&x, &y)| (x.into(), y.into()))
        .take(n)
}

/// What the truth scores at each of the first `n` test points.
pub(crate) fn scores(realisation: &Realisation, n: usize, with_crps: bool) -> Vec<PointScores> {
    test_points(realisation, n)
        .map(|(x, y)| PointScores::of(&*realisation.truth, x, y, with_crps))
        .collect()
}

/// What must hold between density, cdf, moments and CRPS at one x, all integrals by the
/// midpoint rule with `n` steps from `low` to `high`, within `tolerance`.
pub(crate) fn is_coherent(
    at: &dyn ConditionalAt,
    [low, high]: [f64; 2],
    n: u32,
    tolerance: f64,
) -> Result<(), String> {
    let step = (high - low) / f64::from(n);
    let (mut mass, mut mean, mut square, mut below) = (0.0, 0.0, 0.0, 0.0);
    let y_crps = low + 0.37 * (high - low);
    let mut crps = 0.0;
    let mut cdf_gap = 0.0_f64;
    for i in 0..n {
        let y = low + step * (f64::from(i) + 0.5);
        let p = libm::exp(at.log_density(y)) * step;
        let f = at.cdf(y);
        cdf_gap = cdf_gap.max((f - (below + 0.5 * p)).abs());
        below += p;
        mass += p;
        mean += p * y;
        square += p * y * y;
        crps += step
            * if y < y_crps {
                f * f
            } else {
                (1.0 - f) * (1.0 - f)
            };
    }
    let variance = square - mean * mean;
    for (what, gap) in [
        ("mass", mass - 1.0),
        ("cdf", cdf_gap),
        ("mean", mean - at.mean()),
        ("variance", variance - at.variance()),
        ("crps", crps - at.crps(y_crps)),
    ] {
        if gap.is_nan() || gap.abs() > tolerance {
            return Err(format!("{what} is off by {gap:e}: {at:.60?}"));
        }
    }
    Ok(())
}

/// A density with one thing wrong, to show that a check can fail.
#[derive(Debug)]
pub(crate) struct Spoilt<'a> {
    pub(crate) truth: Box<dyn ConditionalAt + 'a>,
    pub(crate) log_density_shift: f64,
    pub(crate) mean_shift: f64,
    pub(crate) variance_factor: f64,
    pub(crate) crps_shift: f64,
    pub(crate) cdf_shift: f64,
}

impl<'a> Spoilt<'a> {
    /// Nothing wrong yet.
    pub(crate) fn new(truth: &'a dyn Truth, x: f64) -> Self {
        Self {
            truth: truth.at(x),
            log_density_shift: 0.0,
            mean_shift: 0.0,
            variance_factor: 1.0,
            crps_shift: 0.0,
            cdf_shift: 0.0,
        }
    }
}

impl ConditionalAt for Spoilt<'_> {
    fn log_density(&self, y: f64) -> f64 {
        self.truth.log_density(y) + self.log_density_shift
    }

    fn cdf(&self, y: f64) -> f64 {
        self.truth.cdf(y - self.cdf_shift)
    }

    fn mean(&self) -> f64 {
        self.truth.mean() + self.mean_shift
    }

    fn variance(&self) -> f64 {
        self.truth.variance() * self.variance_factor
    }

    fn crps(&self, y: f64) -> f64 {
        self.truth.crps(y) + self.crps_shift
    }
}

/// [`is_coherent`] refuses each kind of small fault in a density that it accepts.
pub(crate) fn faults_are_seen(truth: &dyn Truth, x: f64, range: [f64; 2], n: u32, tolerance: f64) {
    let sound = || Spoilt::new(truth, x);
    assert_eq!(is_coherent(&sound(), range, n, tolerance), Ok(()));
    for spoilt in [
        Spoilt {
            log_density_shift: 1e-3,
            ..sound()
        },
        Spoilt {
            mean_shift: 1e-3,
            ..sound()
        },
        Spoilt {
            variance_factor: 1.02,
            ..sound()
        },
        Spoilt {
            crps_shift: 1e-3,
            ..sound()
        },
        Spoilt {
            cdf_shift: 1e-2,
            ..sound()
        },
    ] {
        assert!(
            is_coherent(&spoilt, range, n, tolerance).is_err(),
            "{spoilt:.60?}"
        );
    }
}
