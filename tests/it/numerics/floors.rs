//! One floor for each target's scales, in both losses.

use mixture_density::numerics::mixture_nll::ScaleLink;

use super::full_case::{Full, head as full_head};
use super::head_case::{Case, ELU, SOFTPLUS, close, head, with_floor};
use super::words::bits;

const FLOORS: [f32; 3] = [0.5, 0.0, 0.03];

fn floor_of(link: ScaleLink) -> f32 {
    match link {
        ScaleLink::EluPlusOne { floor } | ScaleLink::Softplus { floor } => floor,
    }
}

#[test]
fn equal_floors_are_the_one_floor_bit_by_bit() {
    for link in [ELU, SOFTPLUS] {
        for d in [1, 2, 5] {
            let mut case = Case::random(head(4, d), link, 131, 8);
            let mut full = Full::random(full_head(4, d), link, 131, 8);
            let (one, one_full) = (case.run(0.1), full.run(0.1));
            case.floors = Some(vec![floor_of(link); d]);
            full.floors = case.floors.clone();
            for ((nll, grad), (want, want_grad)) in
                [(case.run(0.1), one), (full.run(0.1), one_full)]
            {
                assert_eq!(bits(&nll), bits(&want));
                assert_eq!(bits(&grad), bits(&want_grad));
            }
        }
    }
}

#[test]
fn each_target_has_its_own_floor() {
    for (seed, link) in [(1, ELU), (2, SOFTPLUS)] {
        let mut case = Case::random(head(4, 3), link, 70, seed);
        case.floors = Some(FLOORS.to_vec());
        let (nll, grad) = case.run(0.25);
        for (row, nll) in nll.iter().enumerate() {
            assert!(close(*nll, case.reference(row), 2e-6));
        }
        for (i, want) in case.slopes(69).into_iter().enumerate() {
            let got = grad[69 * case.head.columns() + i];
            assert!(close(got, 0.25 * want, 1e-5), "{i}: {got} {want}");
        }
        let mut full = Full::random(full_head(4, 3), link, 70, seed);
        full.floors = Some(FLOORS.to_vec());
        let (nll, grad) = full.run(0.25);
        for (row, value) in nll.iter().enumerate() {
            let (raw, y) = full.row(row);
            assert!(close(*value, full.reference(&raw, &y), 1e-5));
        }
        for (i, want) in full.slopes(69).into_iter().enumerate() {
            let got = grad[69 * full.head.columns() + i];
            assert!(close(got, 0.25 * want, 5e-5), "{i}: {got} {want}");
        }
    }
}

/// The twin: floors in another order do not pass.
#[test]
fn exchanged_floors_are_detected() {
    let mut case = Case::random(head(4, 3), ELU, 1, 1);
    case.floors = Some(FLOORS.to_vec());
    let nll = case.run(1.0).0[0];
    case.floors = Some(vec![FLOORS[1], FLOORS[0], FLOORS[2]]);
    assert!(!close(nll, case.reference(0), 2e-6));
}

/// However low a raw scale, the scale is at least its target's floor: the density is at most that of the floors.
#[test]
fn a_floor_bounds_the_likelihood() {
    let constant = libm::log(2.0 * std::f64::consts::PI) * 1.5;
    let floors = [0.5, 0.25, 0.125];
    let least = floors.map(|f| libm::log(f64::from(f))).iter().sum::<f64>() + constant;
    for link in [ELU, SOFTPLUS] {
        let mut case = Case::random(head(1, 3), with_floor(link, 0.0), 1, 3);
        case.raw[..3].fill(0.0);
        case.raw[3..6].fill(-1e4);
        case.y.fill(0.0);
        case.floors = Some(floors.to_vec());
        let (nll, grad) = case.run(1.0);
        assert!(close(nll[0], least, 1e-6), "{link:?} {} {least}", nll[0]);
        assert!(grad.iter().all(|g| g.is_finite()));
    }
}
