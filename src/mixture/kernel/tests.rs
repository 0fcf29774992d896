//! The kernels against `tests/data/mixture/kernel.json` (mpmath, 50 digits), and their bits.

use std::collections::BTreeMap;

use pulp::{Simd, WithSimd};

use super::crps::Crps;
use super::elementary::{exp, ln};
use super::inverse::standard_upper_quantile;
use super::normal::{absolute_moment, interval, tail_and_density};
use super::sums::{LogDensity, Tails};
use super::{Terms, run};
use crate::numerics::dispatch::KernelPath;
use crate::seed::Seed;

/// The table called `name`: inputs, then the reference.
fn table(name: &str) -> Vec<(Vec<f64>, f64)> {
    let text = include_str!("../../../tests/data/mixture/kernel.json");
    let tables: BTreeMap<String, Vec<Vec<serde_json::Value>>> =
        serde_json::from_str(text).expect("valid JSON");
    tables[name]
        .iter()
        .map(|row| {
            let (value, inputs) = row.split_last().expect("a value");
            let value = value.as_str().expect("a string").parse().expect("a number");
            (
                inputs
                    .iter()
                    .map(|x| x.as_f64().expect("a number"))
                    .collect(),
                value,
            )
        })
        .collect()
}

/// Distance in units of the last place of `want`.
fn ulps(got: f64, want: f64) -> f64 {
    let ulp = f64::from_bits(want.abs().to_bits() + 1) - want.abs();
    ((got - want) / ulp).abs()
}

fn worst(name: &str, measure: impl Fn(&[f64], f64) -> f64) -> f64 {
    let worst = table(name)
        .iter()
        .map(|(x, want)| measure(x, *want))
        .fold(0.0, f64::max);
    assert!(!worst.is_nan());
    worst
}

#[test]
fn exp_is_within_one_ulp() {
    let error = worst("exp", |x, want| ulps(exp(x[0]), want));
    assert!(error <= 1.0, "{error} ulp");
    assert_eq!(exp(0.0).to_bits(), 1.0f64.to_bits());
    for (x, want) in [(f64::NEG_INFINITY, 0.0), (-1e300, 0.0), (-746.0, 0.0)] {
        assert_eq!(exp(x).to_bits(), f64::to_bits(want), "{x}");
    }
    // Subnormal results, rounded once: ln of the result is still right to its few digits.
    for x in [-709.0, -720.5, -744.0] {
        assert!((libm::log(exp(x)) - x).abs() < 0.3, "{x}");
        assert_eq!(exp(x).to_bits(), libm::exp(x).to_bits(), "{x}");
    }
    assert!(exp(f64::NAN).is_nan());
    // The twin: one coefficient off in its eighth digit is seen.
    let broken = |x: f64| exp(x) * (1.0 + 1e-8 * x * x);
    assert!(worst("exp", |x, want| ulps(broken(x[0]), want)) > 1e3);
}

#[test]
fn ln_is_within_one_ulp() {
    let error = worst("ln", |x, want| ulps(ln(x[0]), want));
    assert!(error <= 1.0, "{error} ulp");
    assert_eq!(ln(1.0).to_bits(), 0.0f64.to_bits());
    assert_eq!(ln(0.0).to_bits(), f64::NEG_INFINITY.to_bits());
    assert_eq!(ln(f64::INFINITY).to_bits(), f64::INFINITY.to_bits());
    assert!(ln(f64::NAN).is_nan());
}

#[test]
fn cdf_is_accurate_in_both_tails() {
    let near = worst("upper_tail", |z, want| {
        (tail_and_density(z[0]).0 - want).abs()
    });
    assert!(near < 2e-16, "{near:e}");
    let far = worst("upper_tail", |z, want| {
        (tail_and_density(z[0]).0 / want - 1.0).abs()
    });
    assert!(far < 2e-13, "{far:e}");
    let (tail, density) = tail_and_density(f64::INFINITY);
    assert!(tail == 0.0 && density == 0.0);
    assert!(tail_and_density(f64::NAN).0.is_nan());
}

#[test]
fn absolute_moment_is_accurate() {
    let error = worst("absolute_moment", |z, want| {
        (absolute_moment(z[0]) / want - 1.0).abs()
    });
    assert!(error < 8e-16, "{error:e}");
    let z: f64 = 1.3;
    assert_eq!(absolute_moment(-z).to_bits(), absolute_moment(z).to_bits());
    assert_eq!(
        absolute_moment(f64::INFINITY).to_bits(),
        f64::INFINITY.to_bits()
    );
}

#[test]
fn standard_quantile_is_accurate() {
    let error = worst("upper_quantile", |q, want| {
        let size = if want.abs() > 1.0 { want.abs() } else { 1.0 };
        (standard_upper_quantile(q[0]) - want).abs() / size
    });
    assert!(error < 1e-15, "{error:e}");
}

#[test]
fn interval_probability_keeps_its_digits() {
    let error = worst("interval", |z, want| {
        (interval(z[0], z[1]) / want - 1.0).abs()
    });
    assert!(error < 1e-11, "{error:e}");
    // The twin: the plain difference of cdfs has lost them all on the shortest.
    let plain = worst("interval", |z, want| {
        let cdf = |z: f64| {
            if z < 0.0 {
                tail_and_density(z).0
            } else {
                1.0 - tail_and_density(z).0
            }
        };
        ((cdf(z[1]) - cdf(z[0])) / want - 1.0).abs()
    });
    assert!(plain > 1e-5, "{plain:e}");
}

/// All kernels of one mixture at one point.
struct All<'a>(Terms<'a>, f64);

impl WithSimd for All<'_> {
    type Output = [u64; 5];

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> [u64; 5] {
        let Self(terms, y) = self;
        let tails = Tails { terms, y }.with_simd(simd);
        [
            LogDensity { terms, y }.with_simd(simd),
            Crps {
                terms,
                y,
                unit: 1.0,
            }
            .with_simd(simd),
            tails.lower,
            tails.upper,
            tails.density,
        ]
        .map(f64::to_bits)
    }
}

#[test]
fn every_instruction_set_gives_the_same_bits() {
    let mut stream = Seed::new(4).stream("test/mixture/bits");
    let mut differ_from_first = 0;
    let mut first = None;
    for k in (1..=70).cycle().take(700) {
        let mut draw = |low, high| {
            (0..k)
                .map(|_| stream.uniform(low, high))
                .collect::<Vec<f64>>()
        };
        let (log_weights, means) = (draw(-9.0, -0.1), draw(-3.0, 3.0));
        let scales: Vec<f64> = draw(-5.0, 3.0).into_iter().map(libm::exp).collect();
        let weights: Vec<f64> = log_weights.iter().map(|x| libm::exp(*x)).collect();
        let terms = Terms {
            log_weights: &log_weights,
            weights: &weights,
            means: &means,
            scales: &scales,
        };
        let paths = KernelPath::ALL.map(|path| path.force(|| run(All(terms, 0.7))));
        let plain = paths[2].expect("every processor has the plain path");
        assert!(paths.iter().flatten().all(|bits| *bits == plain));
        differ_from_first += usize::from(*first.get_or_insert(plain) != plain);
    }
    // The twin: the comparison is between numbers that do move.
    assert!(differ_from_first > 690);
}
