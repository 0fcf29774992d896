//! Matrix kernels: the same bits on every path, equal to the scalar chain of their documentation.

use mixture_density::numerics::adam::{AdamStep, adam};
use mixture_density::numerics::dense::{affine, input_gradient, weight_gradient};
use mixture_density::numerics::dispatch::KernelPath;
use mixture_density::numerics::panels::Panels;
use proptest::prelude::*;

use super::words::{Dice, bits};

/// Rows, inputs and outputs.
#[derive(Debug, Clone, Copy)]
struct Shape {
    n: usize,
    i: usize,
    o: usize,
}

/// Operands of one layer and its gradients.
#[derive(Debug, Clone)]
struct Layer {
    shape: Shape,
    x: Vec<f32>,
    w: Vec<f32>,
    b: Vec<f32>,
    grad_y: Vec<f32>,
    relu: bool,
}

/// All that the kernels wrote, one after the other.
type Results = [Vec<f32>; 5];

impl Layer {
    /// Mostly ordinary values; every eighth is special if `nasty`.
    fn random(shape: Shape, relu: bool, nasty: bool, seed: u64) -> Self {
        let special = [
            -0.0,
            0.0,
            1e-45,
            -1e-40,
            f32::INFINITY,
            f32::NEG_INFINITY,
            3e38,
            f32::NAN,
        ];
        let mut dice = Dice(seed);
        let mut values = |len: usize| -> Vec<f32> {
            (0..len)
                .map(|_| {
                    let pick = dice.uniform(0.0, 64.0) as usize;
                    let ordinary = dice.uniform(-2.0, 2.0);
                    if nasty && pick < 8 {
                        special[pick]
                    } else {
                        ordinary
                    }
                })
                .collect()
        };
        let Shape { n, i, o } = shape;
        Self {
            shape,
            x: values(n * i),
            w: values(i * o),
            b: values(o),
            grad_y: values(n * o),
            relu,
        }
    }

    fn by_kernels(&self) -> Results {
        let Shape { n, i, o } = self.shape;
        let (x, w) = (matrix(n, i, &self.x), matrix(i, o, &self.w));
        let (b, grad_y) = (matrix(1, o, &self.b), matrix(n, o, &self.grad_y));
        // What is there before is written over.
        let old = |rows, columns| matrix(rows, columns, &vec![0.5; rows * columns]);
        let (mut y, mut grad_w, mut grad_b) = (old(n, o), old(i, o), old(1, o));
        let (mut grad_x, mut masked, mut turned) = (old(n, i), old(n, i), old(1, 1));
        affine(&x, &w, &b, self.relu, &mut y).expect("fitting shapes");
        weight_gradient(&x, &grad_y, &mut grad_w, &mut grad_b).expect("fitting shapes");
        turned.transpose_of(&w).expect("fitting shapes");
        input_gradient(&grad_y, &turned, None, &mut grad_x).expect("fitting shapes");
        input_gradient(&grad_y, &turned, Some(&x), &mut masked).expect("fitting shapes");
        [y, grad_w, grad_b, grad_x, masked].map(|matrix| {
            let (rows, columns) = matrix.shape();
            let mut values = vec![0.0; rows * columns];
            matrix.store(&mut values).expect("fitting shapes");
            values
        })
    }

    /// The contract, element by element. `order` visits the summed index.
    fn by_chains(&self, order: fn(usize) -> Vec<usize>) -> Results {
        let Shape { n, i, o } = self.shape;
        let mut results = [n * o, i * o, o, n * i, n * i].map(|len| vec![0.0; len]);
        let [y, grad_w, grad_b, grad_x, masked] = &mut results;
        for r in 0..n {
            for c in 0..o {
                let start = self.b[c];
                let sum = order(i).into_iter().fold(start, |acc, k| {
                    self.x[r * i + k].mul_add(self.w[k * o + c], acc)
                });
                y[r * o + c] = if self.relu && sum <= 0.0 { 0.0 } else { sum };
            }
        }
        for c in 0..o {
            for k in 0..i {
                let sum = order(n).into_iter().fold(0.0f32, |acc, r| {
                    self.x[r * i + k].mul_add(self.grad_y[r * o + c], acc)
                });
                grad_w[k * o + c] += sum;
            }
            grad_b[c] += order(n)
                .into_iter()
                .fold(0.0f32, |acc, r| acc + self.grad_y[r * o + c]);
        }
        for r in 0..n {
            for k in 0..i {
                let sum = order(o).into_iter().fold(0.0f32, |acc, c| {
                    self.grad_y[r * o + c].mul_add(self.w[k * o + c], acc)
                });
                grad_x[r * i + k] += sum;
            }
        }
        for ((masked, x), g) in masked.iter_mut().zip(&self.x).zip(grad_x) {
            *masked = if *x <= 0.0 { 0.0 } else { *g };
        }
        results
    }
}

/// The matrix of these values.
fn matrix(rows: usize, columns: usize, values: &[f32]) -> Panels {
    Panels::of(rows, columns, values).expect("a shape")
}

fn same(a: &Results, b: &Results) -> bool {
    a.iter().zip(b).all(|(a, b)| bits(a) == bits(b))
}

fn rising(n: usize) -> Vec<usize> {
    (0..n).collect()
}

fn falling(n: usize) -> Vec<usize> {
    (0..n).rev().collect()
}

fn shapes() -> impl Strategy<Value = Shape> {
    let size = || prop_oneof![3 => 0usize..20, 2 => 20usize..75];
    (size(), size(), size()).prop_map(|(n, i, o)| Shape { n, i, o })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_path_equals_the_scalar_chain(
        shape in shapes(), relu: bool, nasty: bool, seed: u64,
    ) {
        let layer = Layer::random(shape, relu, nasty, seed);
        let want = layer.by_chains(rising);
        for path in KernelPath::ALL {
            if let Some(got) = path.force(|| layer.by_kernels()) {
                prop_assert!(same(&got, &want), "{path:?}");
            }
        }
    }
}

#[test]
fn the_shapes_of_the_study_equal_the_scalar_chain() {
    for (n, i, o) in [
        (128, 1, 128),
        (128, 128, 128),
        (128, 128, 60),
        (52, 128, 120),
        (3, 128, 3),
    ] {
        let layer = Layer::random(Shape { n, i, o }, true, false, 1);
        let want = layer.by_chains(rising);
        for path in KernelPath::ALL {
            let got = path.force(|| layer.by_kernels());
            assert!(
                got.is_none_or(|got| same(&got, &want)),
                "{path:?} {n} {i} {o}"
            );
        }
    }
}

/// The twin: the same products summed in another order have other bits, and it shows.
#[test]
fn another_order_of_summation_is_detected() {
    let layer = Layer::random(
        Shape {
            n: 17,
            i: 19,
            o: 23,
        },
        false,
        false,
        1,
    );
    let kernels = layer.by_kernels();
    let other = layer.by_chains(falling);
    for (index, (a, b)) in kernels.iter().zip(&other).take(4).enumerate() {
        assert_ne!(bits(a), bits(b), "result {index}");
    }
}

#[test]
fn adam_has_the_same_bits_on_every_path() {
    let step = AdamStep {
        corrected_rate: 1e-3,
        one_minus_beta_1: 0.1,
        one_minus_beta_2: 1e-3,
        epsilon: 1e-7,
    };
    for len in [0, 1, 15, 16, 17, 1000] {
        let mut dice = Dice(len as u64);
        let g = dice.many(len, -1.0, 1.0);
        let start = [
            dice.many(len, -1.0, 1.0),
            dice.many(len, 0.0, 1.0),
            dice.many(len, -1.0, 1.0),
        ];
        let mut want = start.clone();
        let [m, v, p] = &mut want;
        for k in 0..len {
            m[k] = (g[k] - m[k]).mul_add(0.1, m[k]);
            v[k] = g[k].mul_add(g[k], -v[k]).mul_add(1e-3, v[k]);
            p[k] -= 1e-3 * m[k] / (v[k].sqrt() + 1e-7);
        }
        for path in KernelPath::ALL {
            let mut got = start.clone();
            let [m, v, p] = &mut got;
            if let Some(done) = path.force(|| adam(step, &g, m, v, p)) {
                assert!(done.is_ok());
                for (got, want) in got.iter().zip(&want) {
                    assert_eq!(bits(got), bits(want), "{path:?} {len}");
                }
            }
        }
    }
}
