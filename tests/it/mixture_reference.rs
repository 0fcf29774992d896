//! Mixtures against tables computed at 50 digits (`tests/data/mixture/make_reference.py`, mpmath 1.4.1).

use mixture_density::mixture::{GaussianMixture, Univariate};
use serde::Deserialize;

#[derive(Deserialize)]
struct Tables {
    cases: Vec<Case>,
    entropies: Vec<EntropyCase>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    weights: Vec<f64>,
    means: Vec<f64>,
    scales: Vec<f64>,
    mean: String,
    variance: String,
    skewness: String,
    kurtosis: String,
    points: Vec<Point>,
    quantiles: Vec<(f64, String)>,
}

#[derive(Deserialize)]
struct Point {
    y: f64,
    log_density: String,
    cdf: String,
    survival: String,
    crps: Option<String>,
}

#[derive(Deserialize)]
struct EntropyCase {
    name: String,
    weights: Vec<f64>,
    means: Vec<f64>,
    scales: Vec<f64>,
    entropy: String,
}

fn tables() -> Tables {
    serde_json::from_str(include_str!("../data/mixture/univariate.json")).expect("valid JSON")
}

fn number(text: &str) -> f64 {
    text.parse().expect("a number")
}

/// Relative, or absolute where the value is below 1.
fn error(got: f64, want: f64) -> f64 {
    (got - want).abs() / want.abs().max(1.0)
}

/// The greatest of `measure` over all cases and points, with where it was.
fn worst(measure: impl Fn(Univariate<'_>, &Case, &Point) -> Option<f64>) -> (f64, String) {
    let mut worst = (0.0, String::new());
    let mut n = 0;
    for case in tables().cases {
        let mixture = mixture(&case);
        let view = mixture.as_univariate().expect("one target");
        for point in &case.points {
            if let Some(error) = measure(view, &case, point) {
                n += 1;
                assert!(!error.is_nan(), "{} at {}", case.name, point.y);
                if error > worst.0 {
                    worst = (error, format!("{} at {}", case.name, point.y));
                }
            }
        }
    }
    assert!(n > 200, "only {n} points");
    worst
}

fn mixture(case: &Case) -> GaussianMixture {
    GaussianMixture::new(
        case.weights.clone(),
        case.means.clone(),
        case.scales.clone(),
    )
    .expect("valid")
}

#[test]
fn log_density_agrees_with_mpmath() {
    let (worst, at) = worst(|m, _, p| Some(error(m.log_density(p.y), number(&p.log_density))));
    assert!(worst < 1e-12, "{worst:e}: {at}");
}

#[test]
fn a_sum_of_densities_would_not_do() {
    // The twin of the log domain: multiplied out before the logarithm, 40 scales away is −∞.
    let (worst, _) = worst(|m, _, p| {
        let parts = m.weights().iter().zip(m.means()).zip(m.scales());
        let density: f64 = parts
            .map(|((w, mean), s)| {
                let z = (p.y - mean) / s;
                w * 0.398_942_280_401_432_7 / s * libm::exp(-0.5 * z * z)
            })
            .sum();
        Some(error(libm::log(density), number(&p.log_density)))
    });
    assert!(worst > 1e-3);
}

#[test]
fn cdf_agrees_with_mpmath() {
    for (lower, name) in [(true, "cdf"), (false, "survival")] {
        let pair = |m: Univariate<'_>, p: &Point| {
            if lower {
                (m.cdf(p.y), number(&p.cdf))
            } else {
                (m.survival(p.y), number(&p.survival))
            }
        };
        let (absolute, at) = worst(|m, _, p| Some((pair(m, p).0 - pair(m, p).1).abs()));
        assert!(absolute < 1e-13, "{name} {absolute:e}: {at}");
        let (relative, at) = worst(|m, _, p| {
            let (got, want) = pair(m, p);
            (want > 1e-300 && want < 0.5).then(|| (got / want - 1.0).abs())
        });
        assert!(relative < 1e-10, "{name} {relative:e}: {at}");
    }
}

#[test]
fn one_minus_the_cdf_would_not_do() {
    // The twin of the relative bound: a survival by subtraction has no digit left far out.
    let (relative, _) = worst(|m, _, p| {
        let want = number(&p.survival);
        (want > 1e-300 && want < 0.5).then(|| ((1.0 - m.cdf(p.y)) / want - 1.0).abs())
    });
    assert!(relative > 0.99);
}

#[test]
fn crps_agrees_with_mpmath() {
    let (worst, at) = worst(|m, case, p| {
        let far = |g: f64, x: &f64| g.max((x - p.y).abs());
        let size = case
            .means
            .iter()
            .fold(0.0, far)
            .max(case.scales.iter().copied().fold(0.0, f64::max));
        p.crps
            .as_ref()
            .map(|crps| (m.crps(p.y) - number(crps)).abs() / size)
    });
    assert!(worst < 2e-15, "{worst:e}: {at}");
}

#[test]
fn quantiles_agree_with_mpmath() {
    for case in tables().cases {
        let mixture = mixture(&case);
        let view = mixture.as_univariate().unwrap();
        for (p, want) in &case.quantiles {
            let (got, want) = (view.quantile(*p).unwrap(), number(want));
            // What f64 can know: an ulp of y, and an ulp of p divided by the density, which is
            // wide only across a gap.
            let gap = 4.0 * 8.0 * f64::EPSILON * p.min(1.0 - p) / view.density(want).max(1e-300);
            let room = 1e-9
                * view
                    .scales()
                    .iter()
                    .copied()
                    .fold(f64::INFINITY, f64::min)
                    .min(1.0)
                + 4.0 * f64::EPSILON * want.abs();
            assert!(
                (got - want).abs() < room + gap,
                "{}: p = {p}: {got} for {want}",
                case.name
            );
        }
    }
}

#[test]
fn cdf_of_a_quantile_is_its_probability() {
    for case in tables().cases {
        let mixture = mixture(&case);
        let view = mixture.as_univariate().unwrap();
        for p in [1e-300, 1e-20, 1e-9, 0.01, 0.3, 0.5, 0.7, 0.99, 1.0 - 1e-9] {
            let y = view.quantile(p).unwrap();
            let ulp = view.density(y) * y.abs() * f64::EPSILON;
            assert!(
                (view.cdf(y) - p).abs()
                    <= 1e-9 * p.min(1.0 - p) + 2.0 * ulp + 8.0 * f64::EPSILON * p,
                "{}: {p} {y}",
                case.name
            );
            let upper = view.upper_quantile(p).unwrap();
            let ulp = view.density(upper) * upper.abs() * f64::EPSILON;
            assert!(
                (view.survival(upper) - p).abs()
                    <= 1e-9 * p.min(1.0 - p) + 2.0 * ulp + 8.0 * f64::EPSILON * p,
                "{}: {p}",
                case.name
            );
        }
    }
}

/// The greatest distance, relative or absolute, of `there_and_back` from the points whose tail
/// probability `tail` tells them apart: not beyond f64's tails and not in a gap.
fn worst_return(
    tail: impl Fn(&Point) -> &str,
    there_and_back: impl Fn(Univariate<'_>, f64) -> Option<f64>,
) -> (f64, String) {
    worst(|m, _, p| {
        let tail = number(tail(p));
        let told = m.density(p.y) * p.y.abs().max(1e-3) > 1e-6 * tail.min(1.0 - tail);
        (tail > 1e-300 && tail < 1.0 - 1e-3 && told).then(|| {
            there_and_back(m, p.y).map_or(f64::INFINITY, |y| (y - p.y).abs() / p.y.abs().max(1.0))
        })
    })
}

#[test]
fn quantile_of_a_cdf_is_the_point() {
    let (worst, at) = worst_return(|p| &p.cdf, |m, y| m.quantile(m.cdf(y)).ok());
    assert!(worst < 1e-9, "{worst:e}: {at}");
    let (worst, at) = worst_return(|p| &p.survival, |m, y| m.upper_quantile(m.survival(y)).ok());
    assert!(worst < 1e-9, "{worst:e}: {at}");
    // The twin: an upper tail asked for through the lower has lost its points, or has none.
    let (worst, _) = worst_return(|p| &p.survival, |m, y| m.quantile(1.0 - m.survival(y)).ok());
    assert!(worst > 1e-3, "{worst:e}");
}

#[test]
fn moments_agree_with_mpmath() {
    for case in tables().cases {
        let mixture = mixture(&case);
        let view = mixture.as_univariate().unwrap();
        let scale = view.variance().sqrt();
        assert!(
            (view.mean() - number(&case.mean)).abs() < 1e-14 * (scale + number(&case.mean).abs()),
            "{}",
            case.name
        );
        assert!(
            (view.variance() / number(&case.variance) - 1.0).abs() < 1e-9,
            "{}",
            case.name
        );
        assert!(
            (view.skewness() - number(&case.skewness)).abs() < 1e-9,
            "{}",
            case.name
        );
        assert!(
            (view.kurtosis() / number(&case.kurtosis) - 1.0).abs() < 1e-9,
            "{}",
            case.name
        );
    }
}

#[test]
fn entropy_agrees_with_mpmath() {
    for case in tables().entropies {
        let mixture = GaussianMixture::new(case.weights, case.means, case.scales).unwrap();
        let got = mixture.as_univariate().unwrap().entropy();
        let error = (got.nats - number(&case.entropy)).abs();
        assert!(
            error <= got.error_nats.max(1e-14),
            "{}: {error:e} {got:?}",
            case.name
        );
        assert!(got.error_nats < 1e-9, "{}: {got:?}", case.name);
    }
}
