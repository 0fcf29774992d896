//! Loss and gradients equal those of the same network in dfdx's own operations.

use dfdx::prelude::*;
use mixture_density::net::{Dense, Mdn, Mlp, Parameters};
use mixture_density::numerics::mixture_nll::ScaleLink;
use mixture_density::seed::Seed;

use super::{distance, draws, flatten, ours};

const N: usize = 7;
const FLOOR: f32 = 1e-3;

type Grad = OwnedTape<f32, Cpu>;

/// What every comparison here passes: f32 sums of some tens of terms in another order.
const TOLERANCE: f64 = 2e-5;

fn dense<const I: usize, const O: usize>(
    x: Tensor<(usize, Const<I>), f32, Cpu, Grad>,
    layer: &Dense<Const<I>, Const<O>>,
) -> Tensor<(usize, Const<O>), f32, Cpu, Grad> {
    let n = x.shape().0;
    x.matmul(layer.weight.clone())
        + layer
            .bias
            .retaped::<Grad>()
            .broadcast_like(&(n, Const::<O>))
}

#[test]
fn dfdx_multiplies_matrices_rightly() {
    // Without its feature `cpu` the product is wrong, silently.
    let device = Cpu::default();
    let a = device.tensor([[1.0f32, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    let b = device.tensor([[1.0f32, 10.0], [1.0, 10.0], [1.0, 10.0]]);
    assert_eq!(a.matmul(b).array(), [[6.0, 60.0], [15.0, 150.0]]);
}

#[test]
fn mean_squared_error_equals_autodiff() {
    let sizes = (Const::<2>, Const::<8>, Const::<3>);
    let network = Mlp::new(sizes, &mut Seed::new(1).stream("init")).expect("fitting shapes");
    let (x, y) = (draws("x", N * 2, -2.0, 2.0), draws("y", N * 3, -2.0, 2.0));
    let (loss, gradient) = ours(&network, &x, &y);

    let device = Cpu::default();
    let input: Tensor<(usize, Const<2>), f32, _> = device.tensor_from_vec(x, (N, Const));
    let target: Tensor<(usize, Const<3>), f32, _> = device.tensor_from_vec(y, (N, Const));
    let hidden = dense(input.leaky_traced(), network.hidden_1()).relu();
    let hidden = dense(hidden, network.hidden_2()).relu();
    let reference = (dense(hidden, network.output()) - target).square().mean();
    let value = reference.as_vec()[0];
    let expected = flatten(&network, &reference.backward());
    let expected: Vec<f64> = expected.into_iter().map(f64::from).collect();
    assert!(
        (loss - value).abs() <= 1e-6 * value.abs(),
        "{loss} is not {value}"
    );
    assert!(
        distance(&gradient, &expected) < TOLERANCE,
        "{}",
        distance(&gradient, &expected)
    );
}

/// The mixture's mean NLL in dfdx's operations.
fn reference_nll<
    const F: usize,
    const H: usize,
    const K: usize,
    const D: usize,
    const KD: usize,
>(
    network: &Mdn<Const<F>, Const<H>, Const<K>, Const<D>>,
    x: Vec<f32>,
    y: Vec<f32>,
) -> (f32, Vec<f32>) {
    let device = Cpu::default();
    let n = x.len() / F;
    let input: Tensor<(usize, Const<F>), f32, _> = device.tensor_from_vec(x, (n, Const));
    let target: Tensor<(usize, Const<D>), f32, _> = device.tensor_from_vec(y, (n, Const));
    let hidden = dense(input.leaky_traced(), network.hidden_1()).relu();
    let hidden = dense(hidden, network.hidden_2()).relu();
    let head = network.head();
    let shape = (n, Const::<K>, Const::<D>);

    let part = |weight: &Tensor<(Const<H>, Const<K>, Const<D>), f32, Cpu>,
                bias: &Tensor<(Const<K>, Const<D>), f32, Cpu>| {
        let weight = weight.retaped::<Grad>().reshape::<(Const<H>, Const<KD>)>();
        let bias = bias.retaped::<Grad>().broadcast_like(&shape);
        (weight, bias)
    };
    let (weight, bias) = part(&head.weight_means, &head.bias_means);
    let means = hidden.with_empty_tape().matmul(weight).reshape_like(&shape) + bias;
    let (weight, bias) = part(&head.weight_scales, &head.bias_scales);
    let raw = hidden.with_empty_tape().matmul(weight).reshape_like(&shape) + bias;
    let logits = hidden.matmul(head.weight_logits.clone())
        + head
            .bias_logits
            .retaped::<Grad>()
            .broadcast_like(&(n, Const::<K>));

    let negative = raw.with_empty_tape().negate().relu().negate().exp();
    let scales = raw.relu() + negative + FLOOR;
    let target = target.retaped::<Grad>().broadcast_like(&shape);
    let z = (target - means) / scales.with_empty_tape();
    let log_normal =
        z.square() * -0.5 - scales.ln() - 0.5 * libm::log(2.0 * std::f64::consts::PI) as f32;
    let joint = log_normal.sum::<(usize, Const<K>), Axis<2>>() + logits.log_softmax::<Axis<1>>();
    let loss = joint.logsumexp::<(usize,), Axis<1>>().mean().negate();
    let value = loss.as_vec()[0];
    (value, flatten(network, &loss.backward()))
}

fn compare<const F: usize, const H: usize, const K: usize, const D: usize, const KD: usize>(
    seed: u64,
) -> (f64, f64) {
    let link = ScaleLink::EluPlusOne { floor: FLOOR };
    let sizes = (Const::<F>, Const::<H>, Const::<K>, Const::<D>);
    let mut network =
        Mdn::new(sizes, link, &mut Seed::new(seed).stream("init")).expect("fitting shapes");
    // Zero biases would leave their part of the walk untested.
    let biased: Vec<f32> = draws("weights", network.n_parameters(), -0.8, 0.8);
    network.restore_weights(&biased).expect("fitting shapes");
    let (x, y) = (draws("x", N * F, -2.0, 2.0), draws("y", N * D, -2.0, 2.0));
    let (loss, gradient) = ours(&network, &x, &y);
    let (expected_loss, expected) = reference_nll::<F, H, K, D, KD>(&network, x, y);
    let expected: Vec<f64> = expected.into_iter().map(f64::from).collect();
    (
        f64::from((loss - expected_loss).abs() / expected_loss.abs()),
        distance(&gradient, &expected),
    )
}

#[test]
fn mixture_nll_equals_autodiff() {
    for (loss, gradient) in [
        compare::<1, 8, 1, 1, 1>(1),
        compare::<1, 8, 5, 1, 5>(2),
        compare::<2, 16, 3, 2, 6>(3),
        compare::<3, 17, 4, 3, 12>(4),
    ] {
        assert!(loss < 2e-6, "the loss is off by {loss}");
        assert!(gradient < TOLERANCE, "the gradient is off by {gradient}");
    }
}

#[test]
fn a_gradient_that_is_half_a_percent_off_is_seen() {
    let gradient = draws("gradient", 50, -1.0, 1.0);
    let expected: Vec<f64> = gradient.iter().map(|g| f64::from(*g) * 1.005).collect();
    assert!(distance(&gradient, &expected) > TOLERANCE);
}
