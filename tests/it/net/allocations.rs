//! A training step allocates no array after the first ones.

use dfdx::prelude::Const;
use mixture_density::net::{AdamConfig, Mdn, Rows, Stepper};
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
    let sizes = (Const::<1>, Const::<128>, Const::<20>, Const::<1>);
    let link = ScaleLink::EluPlusOne { floor: 1e-7 };
    let network = Mdn::new(sizes, link, &mut Seed::new(1).stream("init")).unwrap();
    let mut stepper = Stepper::new(&network, AdamConfig::default()).unwrap();
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
