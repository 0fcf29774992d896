//! The constants that every implementation of a mixture can be asked for.

use mixture_density::mixture::MixtureBatch;
use mixture_density::score;

fn batch(weights: &[f64], means: &[f64], scales: &[f64]) -> MixtureBatch {
    let log_weights = weights.iter().map(|w| libm::log(*w)).collect();
    MixtureBatch::from_parts(
        weights.len(),
        1,
        log_weights,
        means.to_vec(),
        scales.to_vec(),
    )
    .expect("a valid mixture")
}

#[test]
fn crps_has_the_published_value() {
    let b = batch(&[0.1, 0.2, 0.7], &[0.1, -0.3, 1.0], &[0.4, 2.1, 0.7]);
    let crps = score::crps(&b, &[0.0]).unwrap()[0];
    assert!((crps - 0.468_068_667_293_872_75).abs() < 1e-15, "{crps}");
    // The twin: without the between-component term the answer is another.
    let row = b.marginals(0).unwrap().next().unwrap();
    let parts = row.weights().iter().zip(row.means()).zip(row.scales());
    let to_point: f64 = parts
        .map(|((w, mean), scale)| {
            let z = -mean / scale;
            let density = 0.398_942_280_401_432_7 * libm::exp(-0.5 * z * z);
            w * scale * (z * libm::erf(z / std::f64::consts::SQRT_2) + 2.0 * density)
        })
        .sum();
    assert!(to_point - 0.468_068_667_293_872_75 > 0.1, "{to_point}");
}

#[test]
fn crps_of_the_standard_normal_at_zero() {
    let b = batch(&[1.0], &[0.0], &[1.0]);
    let exact = (2.0f64.sqrt() - 1.0) / std::f64::consts::PI.sqrt();
    assert!((score::crps(&b, &[0.0]).unwrap()[0] - exact).abs() < 1e-15);
    assert!((exact - 0.233_695_0).abs() < 1e-7);
}

#[test]
fn log_scores_have_the_published_values() {
    let (means, scales) = ([0.0, -2.9, 0.9], [0.5, 1.4, 0.7]);
    for (weights, nll) in [([1.0 / 3.0; 3], 1.019_742), ([0.3, 0.1, 0.6], 0.823_597_7)] {
        let got = score::nll_nats(&batch(&weights, &means, &scales), &[0.3]).unwrap()[0];
        assert!((got - nll).abs() < 1e-6, "{got}");
    }
    let normal = score::nll_nats(&batch(&[1.0], &[0.0], &[1.0]), &[0.0]).unwrap()[0];
    assert!((normal - 0.918_938_533_204_672_8).abs() < 1e-15, "{normal}");
}

#[test]
fn quantile_inverts_the_cdf() {
    let b = batch(&[0.1, 0.2, 0.7], &[0.1, -0.3, 1.0], &[0.4, 2.1, 0.7]);
    let row = b.marginals(0).unwrap().next().unwrap();
    for y in [-9.0, -1.0, 0.0, 0.5, 1.0, 2.0, 5.0] {
        let back = row.quantile(row.cdf(y)).unwrap();
        assert!((back - y).abs() < 1e-9, "{y} {back}");
    }
}
