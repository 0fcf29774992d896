//! Tensors without a number, views of more than any memory, parameters of other shapes: refused, never a panic.

use dfdx::prelude::*;
use insta::assert_snapshot;
use mixture_density::mixture::ConditionalDensity as _;
use mixture_density::net::{
    Activation, Adam, Dense, Mdn, MixtureHead, Mlp, Parameters, ShapeError, Stepper, Trainable,
    Tuning, VisitorMut, mean_squared_error,
};
use mixture_density::seed::Seed;

use super::no_panic::{ADAM, LINK};

type Matrix = Tensor<(usize, usize), f32, Cpu>;

/// F = 2, H = 4, K = 3, D = 2.
fn network() -> Mdn<usize, usize, usize, usize> {
    Mdn::new((2, 4, 3, 2), LINK, &mut Seed::new(1).stream("init")).expect("a network")
}

fn mlp() -> Mlp<usize, usize, usize> {
    Mlp::new((2, 4, 1), &mut Seed::new(1).stream("init")).expect("a network")
}

/// Makes each parameter a view of one number.
pub(super) struct View;

impl VisitorMut for View {
    fn parameter<S: Shape>(&mut self, _: &str, tensor: &mut Tensor<S, f32, Cpu>) {
        let shape = *tensor.shape();
        *tensor = Cpu::default().zeros_like(&()).broadcast_like(&shape);
    }
}

/// Adds to every axis of the parameters whose name ends so; at least 0 are left.
struct Grow(&'static str, isize);

impl VisitorMut for Grow {
    fn parameter<S: Shape>(&mut self, name: &str, tensor: &mut Tensor<S, f32, Cpu>) {
        if !name.ends_with(self.0) {
            return;
        }
        let mut sizes = tensor.shape().concrete();
        for axis in 0..S::NUM_DIMS {
            sizes[axis] = sizes[axis].saturating_add_signed(self.1);
        }
        let shape = S::from_concrete(&sizes).expect("sizes of the run");
        *tensor = Cpu::default().zeros_like(&shape);
    }
}

#[test]
fn no_rows_are_refused() {
    let (device, network, mlp) = (Cpu::default(), network(), mlp());
    let rows = |n: usize, width: usize| -> Matrix { device.zeros_like(&(n, width)) };
    assert_snapshot!(network.hidden(rows(0, 2)).unwrap_err(), @"numbers of a tensor: 0, but at least 1 is needed");
    let refused = [
        mlp.forward(rows(0, 2)).err(),
        network.head().nll(rows(0, 4), &[]).err(),
        mean_squared_error(rows(0, 4), &[]).err(),
        mean_squared_error(rows(3, 0), &[]).err(),
        // On the tape, and as a view.
        network.hidden(rows(0, 2).leaky_traced()).err(),
        network
            .hidden(device.zeros_like(&()).broadcast_like(&(0usize, 2usize)))
            .err(),
    ];
    assert!(
        refused
            .iter()
            .all(|fault| matches!(fault, Some(ShapeError::Zero { .. })))
    );
    // The twins: one row is taken.
    assert!(network.hidden(rows(1, 2)).is_ok() && mlp.forward(rows(1, 2)).is_ok());
    assert!(network.head().nll(rows(1, 4), &[0.0; 2]).is_ok());
    assert!(mean_squared_error(rows(1, 4), &[0.0; 4]).is_ok());
}

#[test]
fn a_view_of_more_than_any_memory_is_refused() {
    let (device, network) = (Cpu::default(), network());
    let view = |n: usize| -> Matrix { device.zeros_like(&()).broadcast_like(&(n, 2usize)) };
    assert_snapshot!(network.hidden(view(1 << 40)).unwrap_err(), @"numbers of a tensor: 2199023255552, but at most 500000000 are allowed");
    for n in [1 << 61, 1 << 63, usize::MAX] {
        assert!(matches!(
            network.hidden(view(n)),
            Err(ShapeError::Most { .. })
        ));
    }
    assert!(network.hidden(view(3)).is_ok());
}

/// Whatever a visitor made of the parameters' shapes, each question has its error; and with 0 added, its answer.
#[test]
fn parameters_of_other_shapes_are_refused() {
    let names = [
        "weight",
        "bias",
        "weight_means",
        "weight_scales",
        "weight_logits",
        "bias_means",
        "bias_scales",
        "bias_logits",
    ];
    for name in names {
        for by in [0, 1, -1, -9] {
            let mut network = network();
            network.visit_mut(&mut Grow(name, by));
            let (x, y) = ([0.5; 6], [0.5; 6]);
            let (mut stepped, mut prepared) = (network.clone(), network.clone());
            let loss = network.loss(&x, &y, 3, OwnedTape::default());
            let loss = loss.map(|loss| {
                let mut gradients = loss.backward();
                Adam::new(ADAM).step(&mut stepped, &mut gradients, 1e-3)
            });
            let mut tuning = Tuning::default();
            tuning.spread_means = true;
            let answered = [
                network.outputs(&x).is_ok(),
                network.mixtures_at(&[0.5; 6]).is_ok(),
                loss.is_ok_and(|step| step.is_ok()),
                Stepper::new(&network, ADAM).is_ok(),
                tuning.prepare(&mut prepared, &y).is_ok(),
            ];
            assert_eq!(answered, [by == 0; 5], "{name} by {by}");
            // What is there can be read and given back.
            let mut weights = Vec::new();
            network.copy_weights_into(&mut weights);
            assert_eq!(weights.len(), network.n_parameters());
            assert!(network.restore_weights(&weights).is_ok());
        }
    }
}

#[test]
fn a_layer_of_no_size_or_any_is_refused() {
    let device = Cpu::default();
    let dense = |inputs: usize, outputs: usize| {
        let stream = &mut Seed::new(1).stream("init");
        Dense::new((inputs, outputs), Activation::Relu, stream)
    };
    let head = |h: usize, k: usize, d: usize| {
        let stream = &mut Seed::new(1).stream("init");
        MixtureHead::new((h, k, d), LINK, stream)
    };
    const MOST: usize = usize::MAX;
    for (a, b) in [(0, 1), (1, 0), (MOST, 1), (1, MOST), (1 << 20, 1 << 20)] {
        assert!(matches!(dense(a, b), Err(ShapeError::Size { .. })));
        for sizes in [(a, b, 1), (a, 1, b), (1, a, b)] {
            let made = head(sizes.0, sizes.1, sizes.2);
            assert!(matches!(made, Err(ShapeError::Size { .. })), "{sizes:?}");
        }
    }
    let x: Matrix = device.ones_like(&(3, 2));
    let hidden = dense(2, 4).expect("a layer").forward(x).expect("its shape");
    assert_eq!(*hidden.shape(), (3, 4));
    let nll = head(4, 3, 2).expect("a head").nll(hidden, &[0.5; 6]);
    assert!(nll.expect("its shape").as_vec()[0].is_finite());
}

/// A view is read and written as what it says; any other tensor stays the one it is.
#[test]
fn weights_go_through_views_and_back() {
    let mut network = network();
    let mut weights = Vec::new();
    network.copy_weights_into(&mut weights);
    network.visit_mut(&mut View);
    let mut zeros = Vec::new();
    network.copy_weights_into(&mut zeros);
    assert_eq!(zeros, vec![0.0; weights.len()]);
    network.restore_weights(&weights).expect("as many");
    let mut again = Vec::new();
    network.copy_weights_into(&mut again);
    assert_eq!(again, weights);
}
