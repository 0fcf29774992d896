//! The fused mixture NLL has the same bits on every path, and row by row.

use mixture_density::numerics::dispatch::KernelPath;
use proptest::prelude::*;

use super::head_case::{Case, ELU, SOFTPLUS, head};
use super::words::{Dice, bits};

/// The values of a case on every path this processor has.
fn on_every_path(case: &Case) -> Vec<(KernelPath, Vec<u32>)> {
    let runs = KernelPath::ALL.into_iter().filter_map(|path| {
        let (mut nll, grad) = path.force(|| case.run(0.125))?;
        nll.extend(grad);
        Some((path, bits(&nll)))
    });
    runs.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_path_has_the_same_bits(
        k in 1usize..45, d in 1usize..4, n in 0usize..140,
        elu: bool, floored: bool, nasty: bool, seed: u64,
    ) {
        let mut case = Case::random(head(k, d), if elu { ELU } else { SOFTPLUS }, n, seed);
        case.floors = floored.then(|| Dice(seed).many(d, 0.0, 0.5));
        if nasty {
            let mut dice = Dice(seed);
            for value in case.raw.iter_mut().chain(&mut case.y) {
                let pick = dice.uniform(0.0, 400.0) as usize;
                let special = [-0.0, 1e-40, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, 1e30, -1e4];
                *value = special.get(pick).copied().unwrap_or(*value);
            }
        }
        let runs = on_every_path(&case);
        for (path, found) in &runs[1..] {
            prop_assert!(*found == runs[0].1, "{path:?} differs from {:?}", runs[0].0);
        }
        // Nor does a row depend on the rows beside it.
        if n > 1 && !nasty {
            let (nll, grad) = case.run(0.125);
            let (c, last) = (case.head.columns(), n - 1);
            let alone = Case {
                n: 1,
                raw: case.raw[last * c..].to_vec(),
                y: case.y[last * d..].to_vec(),
                ..case
            };
            let (one, one_grad) = alone.run(0.125);
            prop_assert_eq!(bits(&one), bits(&nll[last..]));
            prop_assert_eq!(bits(&one_grad), bits(&grad[last * c..]));
        }
    }
}

/// The twin: one bit in the last place of one number is seen.
#[test]
fn a_single_bit_is_detected() {
    let case = Case::random(head(3, 1), ELU, 9, 1);
    let mut runs = on_every_path(&case);
    let before = runs.clone();
    runs[0].1[4] ^= 1;
    assert_ne!(before[0].1, runs[0].1);
}
