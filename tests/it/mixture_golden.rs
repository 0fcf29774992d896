//! The bits themselves: a hash of every kind of result over random mixtures.
//!
//! Run on another processor, or under an emulator of one, this shows that scores do not depend on it.
//! A change of the hash is value-breaking: every recorded score may move.

use mixture_density::mixture::MixtureBatch;
use mixture_density::numerics::dispatch::KernelPath;
use mixture_density::seed::Seed;

/// Hash over `n` mixtures of each of several sizes.
fn hash(stretch: f64) -> String {
    let mut stream = Seed::new(9).stream("test/mixture/golden");
    let mut hasher = blake3::Hasher::new();
    for k in [1, 2, 3, 7, 8, 9, 20, 40, 65] {
        let n = 20;
        let mut draw = |count: usize, low, high| {
            (0..count)
                .map(|_| stream.uniform(low, high))
                .collect::<Vec<f64>>()
        };
        let (logits, means) = (draw(n * k, -8.0, 2.0), draw(n * k, -4.0, 4.0));
        let scales = draw(n * k, -4.0, 1.0)
            .into_iter()
            .map(|x| stretch * libm::exp(x))
            .collect();
        let ys = draw(n, -5.0, 5.0);
        let batch = MixtureBatch::from_logits(k, 1, logits, means, scales).expect("valid");
        for (row, y) in batch.marginals(0).expect("one target").zip(ys) {
            let region = row.highest_density_region(0.8).expect("inside");
            let values = [
                row.log_density(y),
                row.cdf(y),
                row.survival(y),
                row.crps(y),
                row.mean(),
                row.variance(),
                row.skewness(),
                row.kurtosis(),
                row.quantile(0.013).expect("inside"),
                row.upper_quantile(0.2).expect("inside"),
                row.interval_probability(y, y + 0.1),
                row.weight_entropy(),
                row.highest_mode().at,
                row.highest_density_probability(y),
                region.length(),
                row.sample(&mut stream),
            ];
            for value in values {
                hasher.update(&value.to_bits().to_le_bytes());
            }
        }
    }
    hasher.finalize().to_hex().as_str()[..16].to_owned()
}

#[test]
fn every_path_gives_the_golden_bits() {
    for path in KernelPath::ALL {
        if let Some(hash) = path.force(|| hash(1.0)) {
            assert_eq!(hash, "7e491027eb17ffd8", "{}", path.name());
        }
    }
    // The twin: one ulp in the scales moves it.
    assert_ne!(hash(1.0 + f64::EPSILON), hash(1.0));
}
