//! Gradients equal central differences of the same network written in f64.

use mixture_density::net::{Mdn, Parameters};
use mixture_density::numerics::mixture_nll::ScaleLink;
use mixture_density::seed::Seed;

use super::{distance, draws, ours};

const F: usize = 2;
const H: usize = 12;
const K: usize = 4;
const D: usize = 2;
const N: usize = 9;
const FLOOR: f64 = 1e-7;

/// Takes the next `n` numbers.
fn take<'a>(weights: &mut &'a [f64], n: usize) -> &'a [f64] {
    let (head, rest) = weights.split_at(n);
    *weights = rest;
    head
}

fn dense(x: &[f64], weight: &[f64], bias: &[f64]) -> Vec<f64> {
    let o = bias.len();
    (0..o)
        .map(|c| {
            bias[c]
                + x.iter()
                    .enumerate()
                    .map(|(i, x)| x * weight[i * o + c])
                    .sum::<f64>()
        })
        .collect()
}

/// Mean NLL in f64, the weights in the order of the walk over the parameters; `drop_constant` leaves out ½·ln 2π.
fn nll(weights: &[f64], x: &[f64], y: &[f64], drop_constant: bool) -> f64 {
    let mut rest = weights;
    let (w1, b1) = (take(&mut rest, F * H), take(&mut rest, H));
    let (w2, b2) = (take(&mut rest, H * H), take(&mut rest, H));
    let (wm, bm) = (take(&mut rest, H * K * D), take(&mut rest, K * D));
    let (ws, bs) = (take(&mut rest, H * K * D), take(&mut rest, K * D));
    let (wl, bl) = (take(&mut rest, H * K), take(&mut rest, K));
    let relu = |v: Vec<f64>| v.into_iter().map(|v| v.max(0.0)).collect::<Vec<_>>();
    let mut sum = 0.0;
    for (x, y) in x.chunks(F).zip(y.chunks(D)) {
        let hidden = relu(dense(&relu(dense(x, w1, b1)), w2, b2));
        let (means, raw, logits) = (
            dense(&hidden, wm, bm),
            dense(&hidden, ws, bs),
            dense(&hidden, wl, bl),
        );
        let total: f64 = logits.iter().map(|l| libm::exp(*l)).sum();
        let density: f64 = (0..K)
            .map(|k| {
                let normals = (0..D).map(|j| {
                    let a = raw[k * D + j];
                    let scale = if a > 0.0 { a + 1.0 } else { libm::exp(a) } + FLOOR;
                    let z = (y[j] - means[k * D + j]) / scale;
                    let constant = if drop_constant {
                        1.0
                    } else {
                        (2.0 * std::f64::consts::PI).sqrt()
                    };
                    libm::exp(-0.5 * z * z) / (scale * constant)
                });
                libm::exp(logits[k]) / total * normals.product::<f64>()
            })
            .sum();
        sum -= libm::log(density);
    }
    sum / (y.len() / D) as f64
}

fn setting() -> (Mdn<usize, usize, usize, usize>, Vec<f32>, Vec<f32>) {
    let link = ScaleLink::EluPlusOne {
        floor: FLOOR as f32,
    };
    // Dimensions known at run time only: the same code serves them.
    let mut network =
        Mdn::new((F, H, K, D), link, &mut Seed::new(5).stream("init")).expect("fitting shapes");
    let weights = draws("differences/weights", network.n_parameters(), -0.7, 0.7);
    network.restore_weights(&weights).expect("fitting shapes");
    (
        network,
        draws("differences/x", N * F, -2.0, 2.0),
        draws("differences/y", N * D, -2.0, 2.0),
    )
}

#[test]
fn value_and_gradient_equal_f64_and_its_central_differences() {
    let (network, x, y) = setting();
    let (loss, gradient) = ours(&network, &x, &y);
    let mut weights = Vec::new();
    network.copy_weights_into(&mut weights);
    let widen = |v: &[f32]| v.iter().map(|v| f64::from(*v)).collect::<Vec<_>>();
    let (mut weights, x, y) = (widen(&weights), widen(&x), widen(&y));

    let value = nll(&weights, &x, &y, false);
    assert!(
        (f64::from(loss) - value).abs() < 1e-6 * value.abs(),
        "{loss} is not {value}"
    );
    // Its twin: a lost constant shows.
    assert!((f64::from(loss) - nll(&weights, &x, &y, true)).abs() > 0.5);

    let step = 1e-6;
    let expected: Vec<f64> = (0..weights.len())
        .map(|i| {
            let middle = weights[i];
            weights[i] = middle + step;
            let above = nll(&weights, &x, &y, false);
            weights[i] = middle - step;
            let below = nll(&weights, &x, &y, false);
            weights[i] = middle;
            (above - below) / (2.0 * step)
        })
        .collect();
    let off = distance(&gradient, &expected);
    assert!(off < 2e-5, "the gradient is off by {off}");
}
