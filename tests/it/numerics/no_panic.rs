//! Operands that do not fit together, to every kernel: a sentence, never a panic.

use insta::assert_snapshot;
use mixture_density::numerics::ShapeError;
use mixture_density::numerics::adam::{AdamStep, adam};
use mixture_density::numerics::dense::{affine, input_gradient, weight_gradient};
use mixture_density::numerics::dispatch::{KernelPath, active};
use mixture_density::numerics::full_nll::{FullHeadShape, MAX_TARGETS, full_nll};
use mixture_density::numerics::mixture_nll::{HeadShape, NllScratch, ScaleLink, mixture_nll};
use mixture_density::numerics::panels::Panels;

const LINK: ScaleLink = ScaleLink::Softplus { floor: 1e-3 };

fn zeros(rows: usize, columns: usize) -> Panels {
    Panels::zeros(rows, columns).expect("a shape")
}

#[test]
fn a_matrix_takes_and_gives_what_it_holds() {
    let mut matrix = zeros(2, 3);
    assert_snapshot!(matrix.load(&[0.0; 5]).unwrap_err(), @"a matrix's values: 5 numbers where 6 are needed");
    assert_snapshot!(matrix.store(&mut [0.0; 7]).unwrap_err(), @"a matrix's values: 7 numbers where 6 are needed");
    assert_snapshot!(matrix.load_columns((2, 4), &[0.0; 4]).unwrap_err(), @"there are no columns 2 to 4 in a matrix of 3");
    assert_snapshot!(matrix.store_columns((2, 1), &mut []).unwrap_err(), @"there are no columns 2 to 1 in a matrix of 3");
    assert_snapshot!(Panels::of(2, 2, &[0.0; 3]).unwrap_err(), @"a matrix's values: 3 numbers where 4 are needed");
    assert!(matrix.load(&[1.0; 6]).is_ok() && matrix.store(&mut [0.0; 6]).is_ok());
    assert!(matrix.load_columns((1, 3), &[0.0; 4]).is_ok());
    assert!(matrix.store_columns((3, 3), &mut []).is_ok());
}

#[test]
fn a_matrix_of_any_size_is_had_or_refused() {
    const MOST: usize = usize::MAX;
    for (rows, columns) in [
        (MOST, MOST),
        (MOST, 0),
        (0, MOST),
        (1, MOST),
        (1 << 20, 1 << 20),
        (1 << 16, 1 << 16),
    ] {
        assert!(matches!(
            Panels::zeros(rows, columns),
            Err(ShapeError::Most { .. })
        ));
        let mut matrix = zeros(2, 3);
        assert!(matrix.reshape(rows, columns).is_err());
        assert_eq!(matrix.shape(), (2, 3));
    }
    assert_snapshot!(Panels::zeros(1 << 20, 1 << 20).unwrap_err(), @"numbers of a matrix: 1099511627776, but at most 500000000 are allowed");
    assert!(Panels::zeros(0, 0).is_ok() && zeros(2, 3).reshape(3, 2).is_ok());
}

#[test]
fn matrices_of_other_shapes_are_refused() {
    let (x, w, b) = (zeros(4, 3), zeros(3, 2), zeros(1, 2));
    let other = zeros(5, 5);
    let mut y = zeros(4, 2);
    assert!(affine(&x, &w, &b, true, &mut y).is_ok());
    assert_snapshot!(affine(&x, &other, &b, true, &mut y).unwrap_err(), @"the weight is 5 by 5 where 3 by 5 is needed");
    assert_snapshot!(affine(&x, &w, &other, true, &mut y).unwrap_err(), @"the bias is 5 by 5 where 1 by 2 is needed");
    assert_snapshot!(affine(&x, &w, &b, true, &mut other.clone()).unwrap_err(), @"the output is 5 by 5 where 4 by 2 is needed");
    let (mut grad_w, mut grad_b) = (zeros(3, 2), zeros(1, 2));
    assert!(weight_gradient(&x, &y, &mut grad_w, &mut grad_b).is_ok());
    assert!(weight_gradient(&x, &other, &mut grad_w, &mut grad_b).is_err());
    assert!(weight_gradient(&x, &y, &mut other.clone(), &mut grad_b).is_err());
    assert!(weight_gradient(&x, &y, &mut grad_w, &mut other.clone()).is_err());
    let (turned, mut grad_x) = (zeros(2, 3), zeros(4, 3));
    assert!(input_gradient(&y, &turned, Some(&x), &mut grad_x).is_ok());
    assert!(input_gradient(&y, &other, None, &mut grad_x).is_err());
    assert!(input_gradient(&y, &turned, None, &mut other.clone()).is_err());
    assert!(input_gradient(&y, &turned, Some(&other), &mut grad_x).is_err());
}

#[test]
fn matrices_of_two_paths_are_refused() {
    let scalar = || {
        KernelPath::Scalar
            .force(|| zeros(3, 2))
            .expect("every processor has it")
    };
    let (x, b, mut y) = (zeros(4, 3), zeros(1, 2), zeros(4, 2));
    let one_path = active() == KernelPath::Scalar;
    assert_eq!(affine(&x, &scalar(), &b, false, &mut y).is_ok(), one_path);
    assert_eq!(zeros(2, 2).transpose_of(&scalar()).is_ok(), one_path);
    if !one_path {
        assert_snapshot!(zeros(2, 2).transpose_of(&scalar()).unwrap_err(), @"two matrices are laid out for different vector units");
    }
}

#[test]
fn slices_of_other_lengths_are_refused() {
    let step = AdamStep {
        corrected_rate: 1e-3,
        one_minus_beta_1: 0.1,
        one_minus_beta_2: 1e-3,
        epsilon: 1e-7,
    };
    let moved = |g: usize, m: usize, v: usize, p: usize| {
        let zeros = |n| vec![0.0; n];
        adam(step, &zeros(g), &mut zeros(m), &mut zeros(v), &mut zeros(p))
    };
    assert!(moved(3, 3, 3, 3).is_ok() && moved(0, 0, 0, 0).is_ok());
    assert_snapshot!(moved(3, 2, 3, 3).unwrap_err(), @"the first moment: 2 numbers where 3 are needed");
    assert!(moved(3, 3, 4, 3).is_err() && moved(3, 3, 3, 0).is_err() && moved(2, 3, 3, 3).is_err());
}

#[test]
fn a_head_that_is_none_or_another_is_refused() {
    let head = |n_components, n_targets| HeadShape {
        n_components,
        n_targets,
    };
    let full = |n_components, n_targets| FullHeadShape {
        n_components,
        n_targets,
    };
    let scratch = &mut NllScratch::default();
    let mut diagonal = |head, raw: usize, y: usize, nll: usize, grad: usize| {
        let (raw, y) = (vec![0.0; raw], vec![0.0; y]);
        let (mut nll, mut grad) = (vec![0.0; nll], vec![0.0; grad]);
        mixture_nll(
            head,
            LINK,
            &raw,
            &y,
            1.0,
            &mut nll,
            Some(&mut grad),
            scratch,
        )
    };
    assert!(diagonal(head(2, 1), 18, 3, 3, 18).is_ok());
    assert!(diagonal(head(2, 1), 0, 0, 0, 0).is_ok());
    assert_snapshot!(diagonal(head(2, 1), 17, 3, 3, 18).unwrap_err(), @"the head's raw output: 17 numbers where 18 are needed");
    assert_snapshot!(diagonal(head(2, 1), 18, 4, 3, 18).unwrap_err(), @"the targets: 4 numbers where 3 are needed");
    assert_snapshot!(diagonal(head(2, 1), 18, 3, 3, 0).unwrap_err(), @"the raw output's gradient: 0 numbers where 18 are needed");
    assert_snapshot!(diagonal(head(0, 1), 0, 3, 3, 0).unwrap_err(), @"components: 0 is out of range; allowed are 1 to 1048576");
    assert!(diagonal(head(1, 0), 3, 0, 3, 3).is_err());
    for huge in [
        head(usize::MAX, 1),
        head(1, usize::MAX),
        head(usize::MAX, usize::MAX),
    ] {
        assert!(diagonal(huge, 0, 0, 0, 0).is_err() && diagonal(huge, 3, 1, 1, 3).is_err());
        assert_eq!(
            (huge.columns(), huge.parts()[2].1),
            (usize::MAX, usize::MAX)
        );
    }
    let scratch = &mut NllScratch::default();
    let mut wide = |head: FullHeadShape, n: usize| {
        let (raw, y) = (vec![0.0; 15 * n], vec![0.0; 2 * n]);
        full_nll(head, LINK, &raw, &y, 1.0, &mut vec![0.0; n], None, scratch)
    };
    assert!(wide(full(2, 2), 0).is_ok());
    assert_snapshot!(wide(full(2, 2), 1).unwrap_err(), @"the head's raw output: 15 numbers where 12 are needed");
    assert_snapshot!(wide(full(1, MAX_TARGETS + 1), 0).unwrap_err(), @"targets: 65 is out of range; allowed are 1 to 64");
    assert!(wide(full(usize::MAX, 2), 0).is_err() && wide(full(1, 0), 0).is_err());
}

#[test]
fn a_floor_for_each_target_or_none() {
    let shape = HeadShape {
        n_components: 2,
        n_targets: 3,
    };
    let full = FullHeadShape {
        n_components: 2,
        n_targets: 3,
    };
    let scratch = &mut NllScratch::default();
    let (raw, y, nll) = (vec![0.0; 20], [0.0; 3], &mut [0.0]);
    let floors = vec![0.1; 4];
    for n in [0, 1, 2, 4] {
        let link = LINK.with_floors(&floors[..n]);
        assert!(mixture_nll(shape, link, &raw[..14], &y, 1.0, nll, None, scratch).is_err());
        assert!(full_nll(full, link, &raw, &y, 1.0, nll, None, scratch).is_err());
    }
    let link = LINK.with_floors(&floors);
    assert_snapshot!(mixture_nll(shape, link, &raw[..14], &y, 1.0, nll, None, scratch).unwrap_err(), @"the floors of the scales: 4 numbers where 3 are needed");
    let link = LINK.with_floors(&floors[..3]);
    assert!(mixture_nll(shape, link, &raw[..14], &y, 1.0, nll, None, scratch).is_ok());
    assert!(full_nll(full, link, &raw, &y, 1.0, nll, None, scratch).is_ok());
}
