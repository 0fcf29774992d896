//! The NLL with full covariances and its gradient equal dfdx's own operations, D = 2.

use dfdx::prelude::*;
use mixture_density::numerics::full_nll::{FullHeadShape, NllScratch, full_nll};
use mixture_density::numerics::mixture_nll::ScaleLink;

use super::{distance, draws};

const N: usize = 9;
const K: usize = 3;
const FLOOR: f32 = 1e-2;

type Grad = OwnedTape<f32, Cpu>;
type Columns<T> = Tensor<(Const<N>, Const<K>), f32, Cpu, T>;

/// Means, raw scales and logits [n, k] of both targets, and the entry below the diagonal.
struct Leaves {
    means: [Columns<NoneTape>; 2],
    scales: [Columns<NoneTape>; 2],
    lower: Columns<NoneTape>,
    logits: Columns<NoneTape>,
}

fn scale(raw: Columns<Grad>) -> Columns<Grad> {
    let negative = raw.with_empty_tape().negate().relu().negate().exp();
    raw.relu() + negative + FLOOR
}

/// Mean NLL and its gradient by leaf, component by component as the head has them.
fn reference(leaves: &Leaves, y: &[f32]) -> (f32, Vec<f64>) {
    let device = Cpu::default();
    let target = |j: usize| -> Columns<NoneTape> {
        let of_row = |i: usize| std::iter::repeat_n(y[2 * i + j], K);
        device.tensor_from_vec((0..N).flat_map(of_row).collect(), (Const, Const))
    };
    let (s0, s1) = (
        scale(leaves.scales[0].clone().leaky_traced()),
        scale(leaves.scales[1].retaped::<Grad>()),
    );
    let residual = target(0).retaped::<Grad>() - leaves.means[0].retaped::<Grad>();
    let z0 = residual / s0.with_empty_tape();
    let below = leaves.lower.retaped::<Grad>() * z0.with_empty_tape();
    let residual = target(1).retaped::<Grad>() - leaves.means[1].retaped::<Grad>() - below;
    let z1 = residual / s1.with_empty_tape();
    let constant = libm::log(2.0 * std::f64::consts::PI) as f32;
    let log_normal = (z0.square() + z1.square()) * -0.5 - s0.ln() - s1.ln() - constant;
    let joint = log_normal + leaves.logits.retaped::<Grad>().log_softmax::<Axis<1>>();
    let loss = joint.logsumexp::<_, Axis<1>>().mean().negate();
    let value = loss.as_vec()[0];
    let gradients = loss.backward();
    let of = |leaf: &Columns<NoneTape>| gradients.get(leaf).as_vec();
    let [m0, m1] = [of(&leaves.means[0]), of(&leaves.means[1])];
    let [s0, s1] = [of(&leaves.scales[0]), of(&leaves.scales[1])];
    let (lower, logits) = (of(&leaves.lower), of(&leaves.logits));
    let mut rows = Vec::new();
    for i in 0..N {
        let row = i * K..(i + 1) * K;
        rows.extend(row.clone().flat_map(|at| [m0[at], m1[at]]));
        rows.extend(row.clone().flat_map(|at| [s0[at], s1[at]]));
        rows.extend(&lower[row.clone()]);
        rows.extend(&logits[row]);
    }
    (value, rows.into_iter().map(f64::from).collect())
}

#[test]
fn full_nll_equals_autodiff() {
    let device = Cpu::default();
    let leaf = |name: &str| -> Columns<NoneTape> {
        let path = format!("full/{name}");
        device.tensor_from_vec(draws(&path, N * K, -1.5, 1.5), (Const, Const))
    };
    let leaves = Leaves {
        means: [leaf("m0"), leaf("m1")],
        scales: [leaf("s0"), leaf("s1")],
        lower: leaf("lower"),
        logits: leaf("logits"),
    };
    let y = draws("full/y", 2 * N, -2.0, 2.0);
    let head = FullHeadShape {
        n_components: K,
        n_targets: 2,
    };
    let of = |leaf: &Columns<NoneTape>| leaf.as_vec();
    let [m0, m1] = [of(&leaves.means[0]), of(&leaves.means[1])];
    let [s0, s1] = [of(&leaves.scales[0]), of(&leaves.scales[1])];
    let (lower, logits) = (of(&leaves.lower), of(&leaves.logits));
    let mut raw = Vec::new();
    for i in 0..N {
        let row = i * K..(i + 1) * K;
        raw.extend(row.clone().flat_map(|at| [m0[at], m1[at]]));
        raw.extend(row.clone().flat_map(|at| [s0[at], s1[at]]));
        raw.extend(&lower[row.clone()]);
        raw.extend(&logits[row]);
    }
    let link = ScaleLink::EluPlusOne { floor: FLOOR };
    let (mut nll, mut gradient) = (vec![0.0; N], vec![0.0; raw.len()]);
    let scratch = &mut NllScratch::default();
    let share = 1.0 / N as f32;
    full_nll(
        head,
        link,
        &raw,
        &y,
        share,
        &mut nll,
        Some(&mut gradient),
        scratch,
    )
    .expect("fitting shapes");
    let loss = nll.iter().sum::<f32>() / N as f32;
    let (value, expected) = reference(&leaves, &y);
    assert!(
        (loss - value).abs() <= 2e-6 * value.abs(),
        "{loss} is not {value}"
    );
    let off = distance(&gradient, &expected);
    assert!(off < 2e-5, "the gradient is off by {off}");
    // The twin: half a percent is seen.
    gradient.iter_mut().for_each(|g| *g *= 1.005);
    assert!(distance(&gradient, &expected) > 2e-5);
}
