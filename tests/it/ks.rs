//! The Kolmogorov–Smirnov test of one sample against a cdf.

/// Whether `samples` are as far from `cdf` as chance allows once in 1,000 times.
pub(crate) fn follows(samples: &[f64], cdf: impl Fn(f64) -> f64) -> bool {
    // Asymptotic quantile at 0.999 of √n D, within 1 % from n = 1,000 on.
    distance(samples, cdf) < 1.949_5 / (samples.len() as f64).sqrt()
}

/// sup |Fₙ − F|.
pub(crate) fn distance(samples: &[f64], cdf: impl Fn(f64) -> f64) -> f64 {
    let n = samples.len() as f64;
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.iter().enumerate().fold(0.0, |worst: f64, (i, &x)| {
        let f = cdf(x);
        worst.max(f - i as f64 / n).max((i + 1) as f64 / n - f)
    })
}

#[test]
fn distance_of_three_points_is_the_hand_worked_one() {
    // F(x) = x at 0.1, 0.2, 0.9: the largest gap is 2/3 − 0.2.
    assert!((distance(&[0.9, 0.1, 0.2], |x| x) - (2.0 / 3.0 - 0.2)).abs() < 1e-15);
}
