//! Networks: gradients against dfdx's autodiff and central differences, Keras' semantics, training.

mod adam;
mod allocations;
mod autodiff;
mod callbacks;
mod differences;
mod emptied;
mod engine;
mod fit;
mod full_autodiff;
mod model;
mod no_panic;
mod tuning;

use dfdx::prelude::{Backward as _, Cpu, Gradients, OwnedTape, Shape, Tensor};
use mixture_density::net::{Parameters, Trainable, Visitor};
use mixture_density::seed::Seed;

/// The gradients of every parameter, tensor after tensor.
fn flatten(network: &impl Parameters, gradients: &Gradients<f32, Cpu>) -> Vec<f32> {
    struct Collect<'a>(&'a Gradients<f32, Cpu>, Vec<f32>);
    impl Visitor for Collect<'_> {
        fn parameter<S: Shape>(&mut self, _: &str, tensor: &Tensor<S, f32, Cpu>) {
            self.1.extend(self.0.get(tensor).as_vec());
        }
    }
    let mut collect = Collect(gradients, Vec::new());
    network.visit(&mut collect);
    collect.1
}

/// Loss and gradients of our own operations.
fn ours(network: &impl Trainable, x: &[f32], y: &[f32]) -> (f32, Vec<f32>) {
    let n = y.len() / network.n_targets();
    let loss = network
        .loss(x, y, n, OwnedTape::default())
        .expect("fitting shapes");
    let value = loss.as_vec()[0];
    let gradients = loss.backward();
    (value, flatten(network, &gradients))
}

/// `n` numbers of U(low, high).
fn draws(path: &str, n: usize, low: f64, high: f64) -> Vec<f32> {
    let mut stream = Seed::new(3).stream(path);
    (0..n).map(|_| stream.uniform(low, high) as f32).collect()
}

/// Largest difference over the largest magnitude of `expected`.
fn distance(found: &[f32], expected: &[f64]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let largest = expected.iter().fold(0.0f64, |a, b| a.max(b.abs()));
    let differences = found
        .iter()
        .zip(expected)
        .map(|(f, e)| (f64::from(*f) - e).abs());
    differences.fold(0.0, f64::max) / largest
}
