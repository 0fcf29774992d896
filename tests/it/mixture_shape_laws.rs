//! Laws of quantiles, modes and highest-density regions over random mixtures.
//!
//! Each twin runs the very same law on a broken answer.

use mixture_density::mixture::{HighestDensityRegion, Mode, Univariate};

use super::mixture_properties::{check, check_where, greatest};

#[test]
fn quantiles_rise_and_the_two_sides_meet() {
    let violation = |m: Univariate<'_>, upper: &dyn Fn(f64) -> f64| {
        let q: Vec<f64> = (1..40)
            .map(|i| m.quantile(f64::from(i) / 40.0).expect("inside"))
            .collect();
        let falls = greatest(q.windows(2).map(|w| w[0] - w[1]));
        let meet = (1..40).map(|i| {
            let other = upper(1.0 - f64::from(i) / 40.0);
            (other - q[i as usize - 1]).abs() * m.density(other)
        });
        falls.max(greatest(meet))
    };
    check(
        1e-9,
        |m| violation(m, &|q| m.upper_quantile(q).expect("inside")),
        // The side forgotten.
        |m| violation(m, &|q| m.quantile(q).expect("inside")),
    );
}

#[test]
fn highest_density_region_holds_its_level() {
    let levels = [0.05, 0.5, 0.8, 0.95, 0.999];
    let violation = |m: Univariate<'_>, region: &HighestDensityRegion, p: f64| {
        let probability: f64 = region
            .intervals
            .iter()
            .map(|(a, b)| m.cdf(*b) - m.cdf(*a))
            .sum();
        let ends = region.intervals.iter().flat_map(|(a, b)| [*a, *b]);
        // Every end is at the level (where rounding of y can place it), and no mode above it is left out.
        let off = greatest(ends.map(|y| {
            let slope = (m.log_density(y * (1.0 + 4e-16)) - m.log_density(y)).abs();
            ((m.log_density(y) - region.log_density).abs() - 8.0 * slope).max(0.0)
        }));
        let missed = m
            .modes()
            .iter()
            .any(|mode| mode.log_density > region.log_density + 1e-9 && !region.contains(mode.at));
        (probability - p).abs() + off * 1e-3 + f64::from(u8::from(missed))
    };
    let region = |m: Univariate<'_>, p| m.highest_density_region(p).expect("inside");
    let law = |m: Univariate<'_>| greatest(levels.map(|p| violation(m, &region(m, p), p)));
    // One end a thousandth of its interval farther out.
    check(1e-9, law, |m| {
        let mut moved = region(m, 0.8);
        let (low, high) = moved.intervals[0];
        moved.intervals[0].1 = high + 1e-3 * (high - low);
        violation(m, &moved, 0.8)
    });
    // The central interval: it holds the level, but its ends are not equally high.
    check_where(1e-9, law, |m| {
        let mut central = region(m, 0.8);
        let end = |p| m.quantile(p).expect("inside");
        central.intervals = vec![(end(0.1), end(0.9))];
        (m.n_components() > 1).then(|| violation(m, &central, 0.8))
    });
}

#[test]
fn modes_are_all_the_maxima_a_fine_grid_sees() {
    let grid_maxima = |m: Univariate<'_>| {
        // Landmarks every 1/64 of a scale around every component.
        let mut ys: Vec<f64> = Vec::new();
        for (mean, scale) in m.means().iter().zip(m.scales()) {
            ys.extend((-256..=256).map(|i| mean + f64::from(i) / 64.0 * scale));
        }
        ys.sort_by(f64::total_cmp);
        ys.dedup();
        let f: Vec<f64> = ys.iter().map(|y| m.log_density(*y)).collect();
        let tops = (1..f.len() - 1).filter(|i| f[*i] > f[i - 1] + 1e-9 && f[*i] > f[i + 1] + 1e-9);
        tops.map(|i| (ys[i - 1], ys[i + 1])).collect::<Vec<_>>()
    };
    let violation = |m: Univariate<'_>, modes: &[Mode]| {
        let missed = grid_maxima(m)
            .iter()
            .filter(|(a, b)| !modes.iter().any(|m| *a <= m.at && m.at <= *b))
            .count();
        let low = |y: f64, top: f64| m.log_density(y) > top + 1e-12;
        let h = 1e-3 * m.scales().iter().copied().fold(f64::INFINITY, f64::min);
        let not_top = modes
            .iter()
            .filter(|t| low(t.at - h, t.log_density) || low(t.at + h, t.log_density))
            .count();
        let is_miscounted = modes.is_empty() || modes.len() > m.n_components();
        (missed + not_top + usize::from(is_miscounted)) as f64
    };
    let law = |m: Univariate<'_>| violation(m, &m.modes());
    // One of several modes dropped.
    check_where(0.5, law, |m| {
        let modes = m.modes();
        (modes.len() > 1).then(|| violation(m, &modes[1..]))
    });
    // The overall mean beside them, which is no top.
    check_where(0.5, law, |m| {
        let mean = Mode {
            at: m.mean(),
            log_density: m.log_density(m.mean()),
        };
        let modes = m.modes();
        (modes.len() > 1).then(|| violation(m, &[modes, vec![mean]].concat()))
    });
}
