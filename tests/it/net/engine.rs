//! Training on the kernels' own layout has the bits of the same layers on dfdx's tape.

use dfdx::prelude::{Backward as _, Const, OwnedTape};
use mixture_density::net::{
    Adam, AdamConfig, Covariance, HeadConfig, Mdn, Mlp, Parameters, Rows, Stepper, Trainable,
};
use mixture_density::numerics::dispatch::KernelPath;
use mixture_density::numerics::mixture_nll::ScaleLink;
use mixture_density::seed::Seed;

use super::draws;

const ADAM: AdamConfig = AdamConfig {
    learning_rate: 1e-2,
    beta_1: 0.9,
    beta_2: 0.999,
    epsilon: 1e-7,
};

/// Losses of the steps and the weights after them.
type Run = (Vec<u32>, Vec<u32>);

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|v| v.to_bits()).collect()
}

fn weights(network: &impl Parameters) -> Vec<u32> {
    let mut weights = Vec::new();
    network.copy_weights_into(&mut weights);
    bits(&weights)
}

/// The batches of one epoch, the last one short.
fn batches(n: usize) -> Vec<Vec<usize>> {
    let order: Vec<usize> = (0..n).map(|i| (7 * i + 3) % n).collect();
    order.chunks(20).map(<[usize]>::to_vec).collect()
}

fn by_engine(mut network: impl Trainable, x: &[f32], y: &[f32], rate: f32) -> Run {
    let mut stepper = Stepper::new(&network, ADAM).expect("fitting shapes");
    let n = y.len() / network.n_targets();
    let steps = batches(n).into_iter().cycle().take(7);
    let losses = steps.map(|rows| stepper.step(Rows { x, y }, &rows, rate).expect("finite"));
    let losses: Vec<f32> = losses.collect();
    stepper.write_to(&mut network).expect("fitting shapes");
    (bits(&losses), weights(&network))
}

fn by_tape(mut network: impl Trainable, x: &[f32], y: &[f32], rate: f32) -> Run {
    let (f, d) = (network.n_features(), network.n_targets());
    let mut adam = Adam::new(ADAM);
    let gather = |values: &[f32], rows: &[usize], width: usize| -> Vec<f32> {
        let rows = rows.iter().map(|row| &values[row * width..][..width]);
        rows.flatten().copied().collect()
    };
    let steps = batches(y.len() / d).into_iter().cycle().take(7);
    let mut losses = Vec::new();
    for rows in steps {
        let (x, y) = (gather(x, &rows, f), gather(y, &rows, d));
        let loss = network
            .loss(&x, &y, rows.len(), OwnedTape::default())
            .expect("fitting shapes");
        losses.push(loss.as_vec()[0]);
        adam.step(&mut network, &mut loss.backward(), rate)
            .expect("fitting shapes");
    }
    (bits(&losses), weights(&network))
}

fn mdn<const F: usize, const K: usize, const D: usize>(
    head: impl Into<HeadConfig>,
) -> Mdn<Const<F>, Const<35>, Const<K>, Const<D>> {
    let mut stream = Seed::new(5).stream("init");
    Mdn::new((Const, Const, Const, Const), head, &mut stream).expect("fitting shapes")
}

fn check<N: Trainable + Clone>(network: &N) {
    let n = 50;
    let x = draws("engine/x", n * network.n_features(), -2.0, 2.0);
    let y = draws("engine/y", n * network.n_targets(), -2.0, 2.0);
    let want = by_tape(network.clone(), &x, &y, 1e-2);
    for path in KernelPath::ALL {
        let got = path.force(|| by_engine(network.clone(), &x, &y, 1e-2));
        assert!(got.is_none_or(|got| got == want), "{path:?}");
    }
    // The twin: a rate that is one ulp off shows in the weights.
    let other = by_engine(network.clone(), &x, &y, 1e-2f32.next_up());
    assert!(other.0[0] == want.0[0] && other.1 != want.1);
}

#[test]
fn a_mixture_density_network_trains_to_the_tapes_bits() {
    check(&mdn::<1, 20, 1>(ScaleLink::EluPlusOne { floor: 1e-7 }));
    check(&mdn::<3, 4, 2>(ScaleLink::Softplus { floor: 1e-3 }));
    check(&mdn::<40, 1, 3>(ScaleLink::EluPlusOne { floor: 0.0 }));
    let full = |link| HeadConfig {
        covariance: Covariance::Full,
        ..HeadConfig::from(link)
    };
    check(&mdn::<2, 3, 3>(full(ScaleLink::Softplus { floor: 1e-3 })));
    check(&mdn::<1, 4, 1>(full(ScaleLink::EluPlusOne { floor: 1e-7 })));
}

#[test]
fn a_network_of_outputs_trains_to_the_tapes_bits() {
    let mut stream = Seed::new(6).stream("init");
    let network = Mlp::<Const<2>, Const<33>, Const<3>>::new((Const, Const, Const), &mut stream)
        .expect("fitting shapes");
    check(&network);
}

#[test]
fn prediction_has_the_tapes_bits() {
    let network = mdn::<2, 5, 2>(ScaleLink::Softplus { floor: 0.0 });
    // More rows than go through the network together.
    let x = draws("engine/many", 2 * 600, -2.0, 2.0);
    let raw = network.outputs(&x).expect("fitting shapes");
    let alone: Vec<f32> = x
        .chunks(2)
        .flat_map(|x| network.outputs(x).expect("fitting shapes"))
        .collect();
    assert_eq!(raw.len(), 600 * network.head().shape().columns());
    assert_eq!(bits(&raw), bits(&alone));
}
