//! The bits of the truths' scores: equal on every processor and under every set of features.

use mixture_density::problem::{Hardmaru, InverseSinusoid, Problem};
use mixture_density::seed::Seed;

use super::scores;
use super::spiral::ARTICLE;

/// BLAKE3 of all scores, CRPS included, at the first 200 test points.
fn hash(problem: Problem) -> String {
    let realisation = problem.realise(Seed::new(0), 200).unwrap();
    let mut hasher = blake3::Hasher::new();
    for s in scores(&realisation, 200, true) {
        let crps = s.crps.unwrap();
        for value in [
            s.nll_nats,
            s.single_gaussian_nll_nats,
            s.squared_error,
            crps,
        ] {
            hasher.update(&value.to_le_bytes());
        }
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

/// A change here is value-breaking for every record.
#[test]
fn scores_of_the_truths_keep_their_bits() {
    assert_eq!(
        [
            hash(Problem::Spiral(ARTICLE)),
            hash(Problem::InverseSinusoid(InverseSinusoid {
                n: 1,
                half_width: 0.1
            })),
            hash(Problem::Hardmaru(Hardmaru { n: 1, jitter: 1.0 })),
        ],
        ["3ca5affe6eb46370", "d04ba06330b034e7", "9a59d1a9771521db"]
    );
}
