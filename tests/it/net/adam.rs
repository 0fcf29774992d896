//! Adam in Keras' form, against the same steps worked in f64, and against the textbook's form.

use mixture_density::numerics::adam::{AdamStep, adam};

/// Gradients of one parameter, step by step.
const GRADIENTS: [f64; 5] = [0.5, -1.25, 3.0, 1e-4, -0.75];
const RATE: f64 = 1e-3;
const EPSILON: f64 = 1e-7;

/// θ after each step: m̂/(√v̂ + ε) (Kingma and Ba, 2015, algorithm 1) or, `keras`, with ε outside the correction.
fn in_f64(keras: bool) -> Vec<f64> {
    let (mut m, mut v, mut theta, mut p1, mut p2) = (0.0, 0.0, 1.0, 1.0, 1.0f64);
    GRADIENTS
        .iter()
        .map(|g| {
            m = 0.9 * m + 0.1 * g;
            v = 0.999 * v + 0.001 * g * g;
            p1 *= 0.9;
            p2 *= 0.999;
            theta -= if keras {
                RATE * (1.0 - p2).sqrt() / (1.0 - p1) * m / (v.sqrt() + EPSILON)
            } else {
                RATE * (m / (1.0 - p1)) / ((v / (1.0 - p2)).sqrt() + EPSILON)
            };
            theta
        })
        .collect()
}

fn ours(epsilon: f64) -> Vec<f64> {
    let (mut m, mut v, mut theta) = ([0.0f32], [0.0f32], [1.0f32]);
    let (mut p1, mut p2) = (1.0f64, 1.0f64);
    GRADIENTS
        .iter()
        .map(|g| {
            p1 *= 0.9;
            p2 *= 0.999;
            let step = AdamStep {
                corrected_rate: (RATE * (1.0 - p2).sqrt() / (1.0 - p1)) as f32,
                one_minus_beta_1: 0.1,
                one_minus_beta_2: 0.001,
                epsilon: epsilon as f32,
            };
            adam(step, &[*g as f32], &mut m, &mut v, &mut theta).expect("fitting shapes");
            f64::from(theta[0])
        })
        .collect()
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f64::max)
}

#[test]
fn five_steps_equal_keras() {
    // Steps are 1e-3; an ulp of θ is 6e-8.
    assert!(distance(&ours(EPSILON), &in_f64(true)) < 3e-7);
}

#[test]
fn a_step_without_bias_correction_is_seen() {
    let uncorrected: Vec<f64> = in_f64(true)
        .iter()
        .enumerate()
        .map(|(i, t)| 1.0 + (t - 1.0) * 0.3 * (i + 1) as f64)
        .collect();
    assert!(distance(&ours(EPSILON), &uncorrected) > 1e-5);
}

#[test]
fn epsilon_stands_outside_the_correction() {
    // A tiny gradient tells the two places of ε apart: 1e-6 against ε = 1e-7, after one step.
    let (mut m, mut v, mut theta) = ([0.0f32], [0.0f32], [0.0f32]);
    let step = AdamStep {
        corrected_rate: (RATE * 0.001f64.sqrt() / 0.1) as f32,
        one_minus_beta_1: 0.1,
        one_minus_beta_2: 0.001,
        epsilon: 1e-7,
    };
    adam(step, &[1e-6], &mut m, &mut v, &mut theta).expect("fitting shapes");
    let keras = -RATE * 0.001f64.sqrt() / 0.1 * 1e-7 / (1e-6 * 0.001f64.sqrt() + 1e-7);
    let textbook = -RATE * 1e-6 / (1e-6 + 1e-7);
    assert!((f64::from(theta[0]) / keras - 1.0).abs() < 1e-5);
    assert!((f64::from(theta[0]) / textbook - 1.0).abs() > 0.5);
}
