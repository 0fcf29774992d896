//! What asks a batch for numbers allocates nothing per row.

use mixture_density::mixture::{MixtureBatch, MixtureRef, Univariate};
use mixture_density::seed::Seed;

const ROWS: usize = 30;

fn batch(n_targets: usize) -> MixtureBatch {
    let (k, mut stream) = (20, Seed::new(1).stream("test/mixture/allocations"));
    let mut draw =
        |n: usize, low, high| -> Vec<f64> { (0..n).map(|_| stream.uniform(low, high)).collect() };
    let logits = draw(ROWS * k, -3.0, 3.0);
    let means = draw(ROWS * k * n_targets, -4.0, 4.0);
    let scales = draw(ROWS * k * n_targets, 0.1, 2.0);
    MixtureBatch::from_logits(k, n_targets, logits, means, scales).expect("valid")
}

/// Allocations while `ask` goes through all rows; the first row is asked before counting starts,
/// for what is found out once in a process.
fn allocations(mut ask: impl FnMut(Univariate<'_>) -> f64) -> u64 {
    let batch = batch(1);
    let mut total = batch
        .univariate_rows()
        .expect("one target")
        .take(1)
        .map(&mut ask)
        .sum();
    let counted = allocation_counter::measure(|| {
        for row in batch.univariate_rows().expect("one target") {
            total += ask(row);
        }
    });
    assert!(f64::is_finite(total), "{total}");
    counted.count_total
}

#[test]
fn questions_to_a_row_allocate_nothing() {
    let mut stream = Seed::new(2).stream("test/mixture/allocations/draws");
    assert_eq!(allocations(|m| m.log_density(0.3)), 0);
    assert_eq!(allocations(|m| m.cdf(0.3)), 0);
    assert_eq!(allocations(|m| m.survival(0.3)), 0);
    assert_eq!(allocations(|m| m.interval_probability(-0.3, 0.3)), 0);
    assert_eq!(allocations(|m| m.crps(0.3)), 0);
    assert_eq!(allocations(|m| m.quantile(0.3).unwrap()), 0);
    assert_eq!(allocations(|m| m.upper_quantile(0.3).unwrap()), 0);
    assert_eq!(allocations(|m| m.mean()), 0);
    assert_eq!(allocations(|m| m.variance()), 0);
    assert_eq!(allocations(|m| m.sample(&mut stream)), 0);
    // The twin: the questions whose documentation says that they allocate.
    let each = ROWS as u64;
    assert!(allocations(|m| m.modes()[0].at) >= each);
    assert!(allocations(|m| m.highest_density_region(0.8).unwrap().log_density) >= each);
    assert!(allocations(|m| m.highest_density_probability(0.3)) >= each);
    assert!(allocations(|m| m.entropy().nats) >= each);
}

#[test]
fn rows_of_several_targets_allocate_nothing() {
    let batch = batch(3);
    let mut stream = Seed::new(3).stream("test/mixture/allocations/draws");
    let (mut y, mut total) = ([0.0; 3], 0.0);
    let mut ask = |row: MixtureRef<'_>| {
        row.mean_into(&mut y).unwrap();
        total += row.log_density(&y).unwrap();
        row.sample_into(&mut stream, &mut y).unwrap();
        total += row.marginal(2).unwrap().cdf(y[2]);
    };
    ask(batch.row(0).unwrap());
    let counted = allocation_counter::measure(|| batch.rows().for_each(&mut ask));
    assert_eq!(counted.count_total, 0);
    assert!(total.is_finite());
}
