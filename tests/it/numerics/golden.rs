//! Bits that must never change unnoticed: the same on every processor, whatever its vector
//! unit, and without hardware multiply-add. A new value here is value-breaking.

use mixture_density::numerics::adam::{AdamStep, adam};
use mixture_density::numerics::dense::{affine, input_gradient, weight_gradient};
use mixture_density::numerics::panels::Panels;
use mixture_density::numerics::vector;

use super::head_case::{Case, ELU, SOFTPLUS, head};
use super::words::{Dice, bits};

/// FNV-1a of the bits.
fn hash(values: &[f32]) -> u64 {
    let bytes = bits(values).into_iter().flat_map(u32::to_le_bytes);
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}

#[test]
fn losses_and_gradients() {
    for (link, want) in [
        (ELU, 0xb3cb_9184_954a_da34),
        (SOFTPLUS, 0xd858_0db3_cb69_2f7a),
    ] {
        let (nll, grad) = Case::random(head(20, 1), link, 100, 7).run(0.01);
        assert_eq!(hash(&[nll, grad].concat()), want, "{link:?}");
    }
}

#[test]
fn layers() {
    let (n, i, o) = (37, 21, 45);
    let mut dice = Dice(11);
    let [x, w, b, grad_y] = [n * i, i * o, o, n * o].map(|len| dice.many(len, -1.0, 1.0));
    let operands = [(n, i, &x), (i, o, &w), (1, o, &b), (n, o, &grad_y)];
    let [px, pw, pb, pg] =
        operands.map(|(rows, columns, values)| Panels::of(rows, columns, values).expect("a shape"));
    let results = [(n, o), (i, o), (1, o), (n, i), (o, i)];
    let [mut y, mut grad_w, mut grad_b, mut grad_x, mut turned] =
        results.map(|(rows, columns)| Panels::zeros(rows, columns).expect("a shape"));
    affine(&px, &pw, &pb, true, &mut y).expect("fitting shapes");
    weight_gradient(&px, &pg, &mut grad_w, &mut grad_b).expect("fitting shapes");
    turned.transpose_of(&pw).expect("fitting shapes");
    input_gradient(&pg, &turned, None, &mut grad_x).expect("fitting shapes");
    let [y, grad_w, grad_b, grad_x] = [y, grad_w, grad_b, grad_x].map(|matrix| {
        let mut values = vec![0.0; matrix.shape().0 * matrix.shape().1];
        matrix.store(&mut values).expect("fitting shapes");
        values
    });
    let step = AdamStep {
        corrected_rate: 1e-3,
        one_minus_beta_1: 0.1,
        one_minus_beta_2: 1e-3,
        epsilon: 1e-7,
    };
    let (mut m, mut v, mut p) = (vec![0.0; 945], vec![0.0; 945], w.clone());
    adam(step, &grad_w, &mut m, &mut v, &mut p).expect("fitting shapes");
    assert_eq!(
        hash(&[y, grad_w, grad_b, grad_x, m, v, p].concat()),
        0xf75c_4d37_92fc_29fb
    );
}

#[test]
fn exp_and_ln() {
    let mut values: Vec<f32> = (0..=u32::MAX).step_by(65_521).map(f32::from_bits).collect();
    let mut logs = values.clone();
    vector::exp_in_place(&mut values);
    vector::ln_in_place(&mut logs);
    assert_eq!(hash(&[values, logs].concat()), 0xcc62_68c6_2c9f_0a7f);
}
