//! A training step allocates no array after the first ones.

use mixture_density::net::adam::AdamConfig;
use mixture_density::net::network::univariate_mdn;
use mixture_density::net::stepper::Stepper;
use mixture_density::net::train::Rows;
use mixture_density::numerics::mixture_nll::ScaleLink;
use mixture_density::seed::Seed;

use super::draws;

#[test]
fn after_two_steps_nothing_is_allocated() {
    let (x, y) = (
        draws("alloc/x", 256, 0.0, 5.0),
        draws("alloc/y", 256, 0.0, 5.0),
    );
    let rows = Rows { x: &x, y: &y };
    let network = univariate_mdn::<128, 20>(
        ScaleLink::EluPlusOne { floor: 1e-7 },
        &mut Seed::new(1).stream("init"),
    )
    .unwrap();
    let adam = AdamConfig {
        learning_rate: 1e-3,
        beta_1: 0.9,
        beta_2: 0.999,
        epsilon: 1e-7,
    };
    let mut stepper = Stepper::new(&network, adam).unwrap();
    let order: Vec<usize> = (0..256).collect();
    let mut steps = |n: usize| {
        allocation_counter::measure(|| {
            for step in 0..n {
                let batch = &order[step % 2 * 128..][..128];
                stepper.step(rows, batch, 1e-3).unwrap();
            }
        })
    };
    let first = steps(2);
    let hundred = steps(100);
    // The first steps make the arrays of a batch: activations and their gradients.
    assert!(first.bytes_total > 300_000, "{first:?}");
    assert_eq!(hundred.count_total, 0, "{hundred:?}");
}
