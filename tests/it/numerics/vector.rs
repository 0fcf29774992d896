//! `exp`, `ln` and friends against libm in `f64`. All 2³² inputs: `tests/slow`.

use mixture_density::numerics::vector;

use super::words::{Dice, ulps};

/// Every 9973rd bit pattern: 430,000 inputs over the whole range, both signs, NaN included.
fn worst(ours: fn(f32) -> f32, reference: fn(f64) -> f64, accept: fn(f32) -> bool) -> f64 {
    let inputs = (0..=u32::MAX).step_by(9973).map(f32::from_bits);
    let errors = inputs
        .filter(|x| accept(*x))
        .map(|x| ulps(ours(x), reference(f64::from(x))));
    errors.fold(0.0, f64::max)
}

fn all(_: f32) -> bool {
    true
}

fn softplus(x: f64) -> f64 {
    if x.is_nan() {
        x
    } else {
        x.max(0.0) + libm::log1p(libm::exp(-x.abs()))
    }
}

fn elu_plus_one(x: f64) -> f64 {
    if x > 0.0 { x + 1.0 } else { libm::exp(x) }
}

#[test]
fn errors_stay_within_the_stated_ulps() {
    assert!(worst(vector::exp, libm::exp, all) <= 1.0);
    assert!(worst(vector::ln, libm::log, all) <= 1.0);
    assert!(
        worst(vector::ln_1p_unit, libm::log1p, |t| (0.0..=1.0)
            .contains(&t))
            <= 1.0
    );
    assert!(worst(vector::elu_plus_one, elu_plus_one, all) <= 1.0);
    assert!(worst(vector::softplus, softplus, all) <= 1.5);
    assert!(worst(vector::sigmoid, |x| 1.0 / (1.0 + libm::exp(-x)), all) <= 2.5);
}

/// The twin: the textbook forms miss the bound, so the check can fail.
#[test]
fn textbook_forms_miss_the_bound() {
    let naive_softplus = |x: f32| vector::ln(1.0 + vector::exp(x));
    assert!(worst(naive_softplus, softplus, all) > 1e3);
    let shifted_exp = |x: f32| vector::exp(x) * (1.0 + 2.0 * f32::EPSILON);
    assert!(worst(shifted_exp, libm::exp, all) > 1.5);
}

#[test]
fn edges_have_their_stated_answers() {
    let tiny = f32::from_bits(1);
    let inf = f32::INFINITY;
    let cases = [
        (vector::exp(0.0), 1.0),
        (vector::exp(-0.0), 1.0),
        (vector::exp(inf), inf),
        (vector::exp(-inf), 0.0),
        (vector::exp(tiny), 1.0),
        (
            vector::exp(88.722_84),
            libm::exp(f64::from(88.722_84f32)) as f32,
        ),
        (vector::exp(88.722_85), inf),
        (vector::exp(f32::MAX), inf),
        (vector::exp(-103.972_08), tiny),
        (vector::exp(-103.972_09), 0.0),
        (vector::ln(0.0), -inf),
        (vector::ln(-0.0), -inf),
        (vector::ln(1.0), 0.0),
        (vector::ln(inf), inf),
        (vector::ln(tiny), libm::log(f64::from(tiny)) as f32),
        (vector::ln(f32::MAX), libm::log(f64::from(f32::MAX)) as f32),
        (vector::elu_plus_one(-inf), 0.0),
        (vector::elu_plus_one(inf), inf),
        (vector::softplus(-inf), 0.0),
        (vector::softplus(inf), inf),
        (vector::softplus(-104.0), 0.0),
        (vector::sigmoid(-inf), 0.0),
        (vector::sigmoid(inf), 1.0),
    ];
    for (index, (got, want)) in cases.into_iter().enumerate() {
        assert_eq!(
            got.to_bits(),
            f32::to_bits(want),
            "case {index}: {got:e}, {want:e}"
        );
    }
    let functions = [
        vector::exp,
        vector::ln,
        vector::ln_1p_unit,
        vector::elu_plus_one,
        vector::softplus,
        vector::sigmoid,
    ];
    for (index, function) in functions.into_iter().enumerate() {
        assert!(function(f32::NAN).is_nan(), "function {index}");
    }
    assert!(vector::ln(-tiny).is_nan() && vector::ln(-inf).is_nan());
    // In f32 the textbook ELU + 1 is 0 from −18 on.
    assert!(vector::elu_plus_one(-80.0) > 0.0);
}

#[test]
fn log_sum_exp_is_near_the_f64_sum_and_right_at_the_edges() {
    let mut dice = Dice(5);
    for n in [1, 2, 3, 20, 200] {
        for spread in [1.0, 50.0, 1e4] {
            let terms = dice.many(n, -spread, spread);
            let top = terms.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let sum: f64 = terms
                .iter()
                .map(|t| libm::exp(f64::from(*t) - f64::from(top)))
                .sum();
            let want = f64::from(top) + libm::log(sum);
            let largest = want.abs().max(f64::from(top).abs()).max(1.0);
            let bound = (2.0 + n as f64 / 2.0) * f64::from(f32::EPSILON) * largest;
            let got = vector::log_sum_exp(&terms);
            assert!(
                (f64::from(got) - want).abs() <= bound,
                "{n} {spread}: {got} {want}"
            );
        }
    }
    let inf = f32::INFINITY;
    for (terms, want) in [
        (vec![], -inf),
        (vec![-inf, -inf], -inf),
        (vec![0.0, -inf], 0.0),
        (vec![inf, 0.0], inf),
        (vec![inf, -inf], inf),
        (vec![f32::MAX, f32::MAX], f32::MAX),
    ] {
        assert_eq!(
            vector::log_sum_exp(&terms).to_bits(),
            want.to_bits(),
            "{terms:?}"
        );
    }
    assert!(vector::log_sum_exp(&[0.0, f32::NAN]).is_nan());
}
