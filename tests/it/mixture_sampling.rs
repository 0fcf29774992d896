//! Draws follow the cdf, temperatures have their limits, and a conditional density answers by row.

use mixture_density::mixture::{
    ConditionalDensity, ConditionalError, GaussianMixture, MixtureBatch, Mixtures, Temperature,
    check_features,
};
use mixture_density::score::KsDistance;
use mixture_density::seed::Seed;

/// Draws a test of level 0.001 is made on.
const N: usize = 40_000;
const ALPHA: f64 = 0.001;

fn published() -> GaussianMixture {
    GaussianMixture::new(
        vec![0.1, 0.2, 0.7],
        vec![0.1, -0.3, 1.0],
        vec![0.4, 2.1, 0.7],
    )
    .expect("valid")
}

#[test]
fn draws_follow_the_cdf() {
    let mixture = published();
    let view = mixture.as_univariate().unwrap();
    let mut stream = Seed::new(1).stream("test/mixture/draws");
    let draws: Vec<f64> = (0..N).map(|_| view.sample(&mut stream)).collect();
    let ks = |shift: f64| {
        let u: Vec<f64> = draws.iter().map(|y| view.cdf(y + shift)).collect();
        KsDistance::of(&u).unwrap().p_value_bound()
    };
    assert!(ks(0.0) > ALPHA);
    // The twin: a sampler off by a thirtieth of a scale.
    assert!(ks(0.03) < ALPHA);
    let mut again = Seed::new(1).stream("test/mixture/draws");
    assert_eq!(mixture.sample(&mut again)[0].to_bits(), draws[0].to_bits());
}

#[test]
fn draws_in_space_follow_every_direction() {
    let mixture = GaussianMixture::full(
        2,
        vec![0.4, 0.6],
        vec![0.0, 0.0, 2.0, -1.0],
        vec![1.0, 0.8, 0.8, 2.0, 0.5, -0.3, -0.3, 0.4],
    )
    .unwrap();
    let mut stream = Seed::new(2).stream("test/mixture/draws");
    let draws: Vec<Vec<f64>> = (0..N).map(|_| mixture.sample(&mut stream)).collect();
    for (a, b) in [(1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, -0.7)] {
        let along = mixture.linear_map(&[a, b], &[0.0]).unwrap();
        // The twin forgets the correlation.
        let blind = GaussianMixture::diagonal(
            2,
            vec![0.4, 0.6],
            vec![0.0, 0.0, 2.0, -1.0],
            vec![1.0, f64::sqrt(2.0), f64::sqrt(0.5), f64::sqrt(0.4)],
        )
        .unwrap()
        .linear_map(&[a, b], &[0.0])
        .unwrap();
        let p = |m: &GaussianMixture| {
            let view = m.as_univariate().unwrap();
            let u: Vec<f64> = draws
                .iter()
                .map(|y| view.cdf(a * y[0] + b * y[1]))
                .collect();
            KsDistance::of(&u).unwrap().p_value_bound()
        };
        assert!(p(&along) > ALPHA, "{a} {b}");
        assert!(p(&blind) < ALPHA || a * b == 0.0, "{a} {b}");
    }
}

#[test]
fn rows_of_a_batch_draw_all_their_targets_from_one_component() {
    let batch = MixtureBatch::from_logits(
        2,
        2,
        vec![0.0, 0.0],
        vec![-9.0, -9.0, 9.0, 9.0],
        vec![1.0; 4],
    )
    .unwrap();
    let row = batch.row(0).unwrap();
    let mut stream = Seed::new(3).stream("test/mixture/draws");
    let mut y = [0.0; 2];
    let mut low = 0;
    for _ in 0..2000 {
        row.sample_into(&mut stream, &mut y).unwrap();
        assert!(y[0] * y[1] > 0.0, "components mixed: {y:?}");
        low += u32::from(y[0] < 0.0);
    }
    assert!((800..1200).contains(&low), "{low}");
}

#[test]
fn weight_temperature_has_its_limits() {
    let m = GaussianMixture::new(vec![0.2, 0.4, 0.4, 0.0], vec![0.0; 4], vec![1.0; 4]).unwrap();
    let weights = |t: f64| {
        m.tempered(Temperature::new(t, 1.0).unwrap())
            .unwrap()
            .weights()
            .to_vec()
    };
    let close = |got: Vec<f64>, want: [f64; 4], tolerance: f64| {
        assert!(
            got.iter()
                .zip(want)
                .all(|(g, w)| (g - w).abs() <= tolerance),
            "{got:?}"
        );
    };
    close(weights(0.0), [0.0, 0.5, 0.5, 0.0], 0.0);
    close(weights(1e-3), [0.0, 0.5, 0.5, 0.0], 1e-15);
    close(weights(1e-320), [0.0, 0.5, 0.5, 0.0], 1e-15);
    close(weights(1.0), [0.2, 0.4, 0.4, 0.0], 0.0);
    close(weights(1e9), [1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, 0.0], 1e-9);
    close(
        weights(f64::INFINITY),
        [1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, 0.0],
        1e-15,
    );
    // w^(1/2): √0.2 and √0.4.
    let (a, b) = (0.2f64.sqrt(), 0.4f64.sqrt());
    close(
        weights(2.0),
        [a / (a + 2.0 * b), b / (a + 2.0 * b), b / (a + 2.0 * b), 0.0],
        1e-15,
    );
    // The twin: temperature on the wrong side, w^T, is another answer.
    assert!((weights(2.0)[0] - 0.2 * 0.2 / (0.2 * 0.2 + 2.0 * 0.4 * 0.4)).abs() > 0.1);
    // A batch is tempered row by row.
    let batch =
        MixtureBatch::from_logits(2, 1, vec![0.0, 1.0, 3.0, 0.0], vec![0.0; 4], vec![1.0; 4])
            .unwrap();
    let cold = batch.tempered(Temperature::new(0.0, 4.0).unwrap()).unwrap();
    let chosen: Vec<usize> = cold.rows().map(|row| row.heaviest()).collect();
    assert_eq!(chosen, [1, 0]);
    assert!(
        (cold.smallest_scale() - 2.0).abs() < 1e-15
            && cold.row(0).unwrap().weight_entropy().abs() < 1e-15
    );
}

/// A row of a batch is tempered as the same mixture alone: its means stay where they are.
#[test]
fn a_tempered_batch_is_its_tempered_rows() {
    let (weights, means, scales) = (vec![0.2, 0.8], vec![3.0, -1.5], vec![0.5, 2.0]);
    let logits = vec![libm::log(0.2), libm::log(0.8)];
    let batch = MixtureBatch::from_logits(2, 1, logits, means.clone(), scales.clone()).unwrap();
    let alone = GaussianMixture::diagonal(1, weights, means, scales).unwrap();
    let both = Temperature::new(0.5, 0.25).unwrap();
    let tempered = alone.tempered(both).unwrap();
    let alone = tempered.as_univariate().unwrap();
    let batch = batch.tempered(both).unwrap();
    let row = batch.row(0).unwrap().marginal(0).unwrap();
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-15, "{a}, {b}");
    for k in 0..2 {
        close(row.means()[k], [3.0, -1.5][k]);
        close(row.scales()[k], [0.25, 1.0][k]);
        close(alone.means()[k], row.means()[k]);
        close(alone.scales()[k], row.scales()[k]);
        close(alone.weights()[k], row.weights()[k]);
    }
}

#[test]
fn covariance_temperature_multiplies_the_covariance() {
    let m = GaussianMixture::full(2, vec![1.0], vec![3.0, -1.0], vec![1.0, 0.8, 0.8, 2.0]).unwrap();
    let warm = m.tempered(Temperature::new(1.0, 9.0).unwrap()).unwrap();
    for (w, c) in warm.covariance().iter().zip(m.covariance()) {
        assert!((w - 9.0 * c).abs() < 1e-13);
    }
    let one = published()
        .tempered(Temperature::new(1.0, 4.0).unwrap())
        .unwrap();
    assert!(
        (one.scales().unwrap()[0] - 0.8).abs() < 1e-15,
        "scales double, they are not fourfold"
    );
    assert_eq!(m.tempered(Temperature::ONE).unwrap(), m);
    // At 0 the draws are the means, and the density is refused.
    let cold = Temperature::new(0.0, 0.0).unwrap();
    let mut stream = Seed::new(4).stream("test/mixture/draws");
    let draw = published().sample_tempered(cold, &mut stream);
    assert!((draw[0] - 1.0).abs() < 1e-300);
    assert!(published().tempered(cold).is_err());
}

#[test]
fn entropy_of_the_weights_counts_components() {
    let even = GaussianMixture::new(vec![0.25; 4], vec![0.0; 4], vec![1.0; 4]).unwrap();
    assert!((libm::exp(even.weight_entropy()) - 4.0).abs() < 1e-14);
    let one = GaussianMixture::new(vec![1.0, 0.0], vec![0.0; 2], vec![1.0; 2]).unwrap();
    assert!(one.weight_entropy().abs() < 1e-300);
}

/// N(x₀ + x₁, 1) and N(x₀ − x₁, 4), evenly.
struct Fork;

impl ConditionalDensity for Fork {
    fn n_features(&self) -> usize {
        2
    }

    fn n_targets(&self) -> usize {
        1
    }

    fn mixtures_at(&self, xs: &[f64]) -> Result<Mixtures, ConditionalError> {
        check_features(xs, 2)?;
        let n = xs.len() / 2;
        let means = xs
            .chunks_exact(2)
            .flat_map(|x| [x[0] + x[1], x[0] - x[1]])
            .collect();
        let (logits, scales) = (vec![0.0; 2 * n], [1.0, 2.0].repeat(n));
        Ok(MixtureBatch::from_logits(2, 1, logits, means, scales)?.into())
    }
}

#[test]
fn a_conditional_density_answers_by_row_and_alone() {
    let xs = [1.0, 2.0, 0.0, -3.0];
    let batch = Fork.mixtures_at(&xs).unwrap();
    for (row, x) in batch.marginals().rows().zip(xs.chunks_exact(2)) {
        assert_eq!(GaussianMixture::from(row), Fork.mixture_at(x).unwrap());
    }
    assert_eq!(
        Fork.mixture_at(&xs),
        Err(ConditionalError::WrongLength {
            n_features: 2,
            found: 4
        })
    );
    assert_eq!(
        Fork.mixture_at(&[]),
        Err(ConditionalError::WrongLength {
            n_features: 2,
            found: 0
        })
    );
    assert_eq!(
        Fork.mixture_at(&[0.0, f64::INFINITY]),
        Err(ConditionalError::FeatureNotFinite {
            row: 0,
            feature: 1,
            value: f64::INFINITY
        })
    );
}
