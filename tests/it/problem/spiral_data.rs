//! The points of the spiral: golden hashes, shape, what is refused.

use std::f64::consts::PI;

use mixture_density::problem::spiral::Scaling;
use mixture_density::problem::{Problem, ProblemError, Spiral};
use mixture_density::seed::Seed;

use super::spiral::ARTICLE;
use crate::ks;

#[test]
fn points_of_the_default_study_are_the_golden_ones() {
    let hash = |n_test| {
        Problem::Spiral(ARTICLE)
            .realise(Seed::new(0), n_test)
            .unwrap()
            .blake3()
    };
    assert_eq!(
        hash(0),
        "c8e2d19fe44d0a75ec7cca74ed5d7b596e626583110a776bf314ee8b714258cc"
    );
    assert_eq!(
        hash(1_000),
        "32c5a33eb5d51cad1ac52987bd07a45d8f3fed02c8dc524011b5a96a15a861b1"
    );
    assert_eq!(
        hash(100_000),
        "93e949b4e416934b4c2e9170cb21e0891f2acd9bde6320c2953b051d15d9b373"
    );
}

#[test]
fn sets_are_prefixes_of_larger_ones_and_differ_from_each_other() {
    let problem = Problem::Spiral(ARTICLE);
    let small = problem.realise(Seed::new(0), 10).unwrap();
    let large = problem.realise(Seed::new(0), 20).unwrap();
    assert_eq!(small.train, large.train);
    assert_eq!(small.test.x, large.test.x[..10]);
    assert_ne!(small.train.x[..10], small.test.x[..]);
    assert_ne!(small.train, problem.realise(Seed::new(1), 0).unwrap().train);
    assert_eq!((small.train.len(), small.test.len()), (10_000, 10));
    assert!(!small.test.is_empty() && problem.realise(Seed::new(0), 0).unwrap().test.is_empty());
}

/// One minimum and one maximum over both axes of the training points.
#[test]
fn training_points_just_fill_the_square() {
    let realisation = Problem::Spiral(ARTICLE)
        .realise(Seed::new(0), 100_000)
        .unwrap();
    let range = |values: &mut dyn Iterator<Item = &f32>| {
        values.fold((f32::MAX, f32::MIN), |(low, high), &v| {
            (low.min(v), high.max(v))
        })
    };
    let train = &realisation.train;
    let both = range(&mut train.x.iter().chain(&train.y));
    assert!(
        both.0.abs() < 1e-7 && (both.1 - 5.0).abs() < 1e-6,
        "{both:?}"
    );
    let y = range(&mut train.y.iter());
    assert!(
        y.0 > 0.01 || y.1 < 4.99,
        "each axis was scaled on its own: {y:?}"
    );
    // Test points take the training points' range, and so may leave the square.
    let test = &realisation.test;
    let both = range(&mut test.x.iter().chain(&test.y));
    assert!(both.0 < 0.0 || both.1 > 5.0, "{both:?}");
    assert!(both.0 > -0.1 && both.1 < 5.1, "{both:?}");
}

/// x alone: its cdf is the mean of Φ((x − θ cos θ)/σ) over the angles.
#[test]
fn x_has_the_marginal_of_the_formula() {
    let n = 4_000;
    let realisation = Problem::Spiral(ARTICLE).realise(Seed::new(5), n).unwrap();
    let scaling = ARTICLE.scaling(Seed::new(5)).unwrap();
    let cdf_with_end = |end: f64, scaled: f64| {
        let below: f64 = (0..2_000)
            .map(|i| {
                let theta = end * (f64::from(i) + 0.5) / 2_000.0;
                let z = (scaling.invert(scaled) - theta * libm::cos(theta)) / 0.2;
                0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
            })
            .sum();
        below / 2_000.0
    };
    let x: Vec<f64> = realisation.test.x.iter().map(|&x| x.into()).collect();
    assert!(ks::follows(&x, |x| cdf_with_end(4.0 * PI, x)));
    // The twin: 1.9 turns.
    assert!(!ks::follows(&x, |x| cdf_with_end(3.8 * PI, x)));
}

/// The message names the field, what was found, what is allowed.
#[test]
fn bad_parameters_are_refused_with_field_found_and_allowed() {
    let cases = [
        (
            Spiral { n: 0, ..ARTICLE },
            "n is 0; allowed is 1 to 10000000",
        ),
        (
            Spiral {
                n: usize::MAX,
                ..ARTICLE
            },
            "n is 18446744073709551615; allowed is 1 to 10000000",
        ),
        (
            Spiral {
                jitter: 0.0,
                ..ARTICLE
            },
            "jitter is 0; allowed is a finite number above 0, at most 1000000",
        ),
        (
            Spiral {
                jitter: f64::NAN,
                ..ARTICLE
            },
            "jitter is NaN; allowed is a finite number above 0, at most 1000000",
        ),
        (
            Spiral {
                jitter: f64::INFINITY,
                ..ARTICLE
            },
            "jitter is inf; allowed is a finite number above 0, at most 1000000",
        ),
        (
            Spiral {
                jitter: 1e-9,
                ..ARTICLE
            },
            "jitter is 0.000000001, of which the curve is 158412881342 long; allowed is a curve \
             of at most 200000 jitters",
        ),
        (
            Spiral {
                revolutions: -2.0,
                ..ARTICLE
            },
            "revolutions is -2; allowed is a finite number above 0, at most 1000",
        ),
        (
            Spiral {
                span: f64::NEG_INFINITY,
                ..ARTICLE
            },
            "span is -inf; allowed is a finite number from 0.000001 to 1000000",
        ),
        (
            Spiral {
                span: 1e-9,
                ..ARTICLE
            },
            "span is 0.000000001; allowed is a finite number from 0.000001 to 1000000",
        ),
    ];
    for (spiral, message) in cases {
        let error = Problem::Spiral(spiral)
            .realise(Seed::new(0), 1)
            .unwrap_err();
        assert_eq!(error.to_string(), message);
        assert_eq!(spiral.check().unwrap_err().to_string(), message);
    }
    let error = Problem::Spiral(ARTICLE)
        .realise(Seed::new(0), usize::MAX)
        .unwrap_err();
    assert!(matches!(
        error,
        ProblemError::Count {
            field: "n_test",
            ..
        }
    ));
    for (low, high) in [
        (1.0, 1.0),
        (2.0, 1.0),
        (f64::NAN, 1.0),
        (0.0, f64::INFINITY),
    ] {
        assert!(matches!(
            Scaling::new(low, high, 5.0),
            Err(ProblemError::NoRange { .. })
        ));
    }
}

#[test]
fn extreme_but_allowed_parameters_are_realised() {
    for spiral in [
        Spiral { n: 1, ..ARTICLE },
        Spiral {
            jitter: 1e6,
            ..ARTICLE
        },
        Spiral {
            jitter: 1e-3,
            ..ARTICLE
        },
        Spiral {
            revolutions: 1e-300,
            ..ARTICLE
        },
        Spiral {
            jitter: f64::MIN_POSITIVE,
            revolutions: 1e-307,
            ..ARTICLE
        },
        Spiral {
            revolutions: 20.0,
            ..ARTICLE
        },
        Spiral {
            span: 1e-6,
            ..ARTICLE
        },
        Spiral {
            span: 1e6,
            ..ARTICLE
        },
    ] {
        let realisation = Problem::Spiral(spiral).realise(Seed::new(0), 20).unwrap();
        for (x, y) in super::test_points(&realisation, 20) {
            let at = realisation.truth.at(x);
            assert!(at.log_density(y).is_finite(), "{spiral:?} at ({x}, {y})");
            assert!(
                at.crps(y) > 0.0 && at.variance() > 0.0,
                "{spiral:?} at ({x}, {y})"
            );
        }
    }
}

#[test]
fn the_table_of_a_spec_is_read_strictly() {
    let text = "name = \"spiral\"\nn = 10000\njitter = 0.2\nrevolutions = 2.0\nspan = 5.0\n";
    let problem: Problem = toml::from_str(text).unwrap();
    assert_eq!(problem, Problem::Spiral(ARTICLE));
    assert_eq!((problem.name(), problem.n()), ("spiral", 10_000));
    assert_eq!(
        toml::from_str::<Problem>(&toml::to_string(&problem).unwrap()).unwrap(),
        problem
    );
    for (from, to, names) in [
        ("jitter", "jiter", "jiter"),
        ("span = 5.0", "", "span"),
        ("10000", "-1", "-1"),
        ("\"spiral\"", "\"spirale\"", "spirale"),
        ("0.2", "\"0.2\"", "0.2"),
    ] {
        let error = toml::from_str::<Problem>(&text.replace(from, to)).unwrap_err();
        assert!(error.message().contains(names), "{error}");
    }
    let others = [
        (
            "name = \"hardmaru\"\nn = 2500\njitter = 1.0\n",
            "hardmaru",
            2_500,
        ),
        (
            "name = \"inverse-sinusoid\"\nn = 1000\nhalf_width = 0.1\n",
            "inverse-sinusoid",
            1_000,
        ),
    ];
    for (text, name, n) in others {
        let problem: Problem = toml::from_str(text).unwrap();
        assert_eq!((problem.name(), problem.n()), (name, n));
        assert_eq!(problem.check(), Ok(()));
        // A parameter of another problem is not one of this.
        assert!(toml::from_str::<Problem>(&format!("{text}span = 5.0\n")).is_err());
    }
}
