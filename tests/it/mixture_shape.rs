//! Modes and highest-density regions of mixtures whose shape is known.

use mixture_density::mixture::GaussianMixture;

fn new(weights: &[f64], means: &[f64], scales: &[f64]) -> GaussianMixture {
    GaussianMixture::new(weights.to_vec(), means.to_vec(), scales.to_vec()).expect("valid")
}

#[test]
fn two_equal_normals_have_two_modes_beyond_two_scales() {
    // f″ at the middle changes sign where the means are 2σ apart.
    for (distance, n) in [
        (1.9, 1),
        (1.999, 1),
        (2.0, 1),
        (2.000_1, 2),
        (2.1, 2),
        (8.0, 2),
        (1e6, 2),
    ] {
        let m = new(&[0.5, 0.5], &[-distance / 2.0, distance / 2.0], &[1.0, 1.0]);
        let modes = m.as_univariate().unwrap().modes();
        assert_eq!(modes.len(), n, "{distance}: {modes:?}");
        // Symmetric, like the mixture; at the double root itself f is flat to a part in 1e16 over 1e-4.
        let flat = if (distance - 2.0f64).abs() < 1e-2 {
            1e-4
        } else {
            1e-9
        };
        assert!(
            (modes[0].at + modes[modes.len() - 1].at).abs() < flat,
            "{distance}: {modes:?}"
        );
    }
}

#[test]
fn a_needle_in_a_haystack_is_found() {
    // A scale of 1e-6 with weight 1e-9 on a slope of a scale of 1e3: a mode of its own.
    let m = new(&[1.0 - 1e-9, 1e-9], &[0.0, 700.0], &[1e3, 1e-6]);
    let view = m.as_univariate().unwrap();
    let modes = view.modes();
    assert_eq!(modes.len(), 2, "{modes:?}");
    assert!((modes[1].at - 700.0).abs() < 1e-6);
    // The twin: climbing to the highest alone would miss it, a grid of a thousand points too.
    assert!(modes[1].log_density > view.log_density(700.01));
    let on_grid =
        (0..1000).filter(|i| view.log_density(f64::from(*i) * 1.1) > modes[1].log_density - 1e-3);
    // No point of it comes within a thousand scales of the needle, and nothing else is as high.
    assert_eq!(on_grid.count(), 0);
}

#[test]
fn a_mode_narrower_than_an_ulp_is_at_its_mean() {
    // An ulp of 1e15 is 125 of the second component's scales: beside its mean f is e⁻⁷⁸⁰⁰.
    for means in [[0.0, 1e15], [1e15, 0.0], [-1e15, 3.0]] {
        let m = new(&[0.5, 0.5], &means, &[1e-3, 1e-3]);
        let view = m.as_univariate().unwrap();
        let modes = view.modes();
        assert_eq!(modes.len(), 2, "{modes:?}");
        for mean in means {
            let mode = modes.iter().find(|mode| (mode.at - mean).abs() < 1.0);
            let mode = mode.expect("a mode beside every mean");
            assert!(mode.log_density > view.log_density(mean) - 1e-9, "{mode:?}");
            assert!((mode.log_density - 5.295_669_6).abs() < 1e-6, "{mode:?}");
        }
        // The twin: one number farther on there is nothing.
        assert!(view.log_density(means[0].abs().max(means[1].abs()).next_up()) < -7000.0);
    }
}

#[test]
fn a_mode_of_invisible_weight_is_a_mode() {
    let m = new(&[1.0, 1e-300], &[0.0, 60.0], &[1.0, 1.0]);
    let modes = m.as_univariate().unwrap().modes();
    assert_eq!(modes.len(), 2);
    assert!((modes[1].at - 60.0).abs() < 1e-9 && modes[1].log_density < -690.0);
}

#[test]
fn many_components_over_many_scales() {
    let k = 200;
    let means: Vec<f64> = (0..k).map(|i| f64::from(i) * 10.0).collect();
    let scales: Vec<f64> = (0..k)
        .map(|i| libm::pow(10.0, f64::from(i % 7) - 6.0))
        .collect();
    let m = new(&vec![1.0 / f64::from(k); k as usize], &means, &scales);
    assert_eq!(m.as_univariate().unwrap().modes().len(), k as usize);
}

#[test]
fn region_of_a_normal_is_its_central_interval() {
    let m = new(&[1.0], &[2.0], &[0.5]);
    let view = m.as_univariate().unwrap();
    for p in [1e-6, 0.5, 0.9, 0.999_999] {
        let region = view.highest_density_region(p).unwrap();
        assert_eq!(region.intervals.len(), 1);
        let (low, high) = region.intervals[0];
        // A narrow region is flat-topped: its ends are known to the root of rounding only.
        let room = 1e-9 + 1e-15 / p;
        assert!(
            (low - view.quantile(0.5 - 0.5 * p).unwrap()).abs() < room,
            "{p}: {low}"
        );
        assert!(
            (high - view.quantile(0.5 + 0.5 * p).unwrap()).abs() < room,
            "{p}: {high}"
        );
        assert!((region.probability - p).abs() < 1e-12 + 1e-15 / p);
        assert!((view.highest_density_probability(high) - p).abs() < 1e-9);
    }
}

#[test]
fn region_of_two_modes_is_two_intervals_until_the_valley_fills() {
    let m = new(&[0.4, 0.6], &[-2.0, 3.0], &[0.5, 1.0]);
    let view = m.as_univariate().unwrap();
    for (p, n) in [(0.2, 1), (0.5, 2), (0.9, 2), (0.999_999, 1)] {
        let region = view.highest_density_region(p).unwrap();
        assert_eq!(region.intervals.len(), n, "{p}: {region:?}");
        assert!((region.probability - p).abs() < 1e-12, "{p}: {region:?}");
        for y in region.intervals.iter().flat_map(|(a, b)| [*a, *b]) {
            assert!((view.log_density(y) - region.log_density).abs() < 1e-9);
        }
        // Shorter than the central interval of the same level.
        let central = view.quantile(0.5 + 0.5 * p).unwrap() - view.quantile(0.5 - 0.5 * p).unwrap();
        assert!(region.length() < central);
    }
    assert!((view.highest_density_probability(view.highest_mode().at)).abs() < 1e-6);
    assert!((view.highest_density_probability(f64::INFINITY) - 1.0).abs() < 1e-15);
}
