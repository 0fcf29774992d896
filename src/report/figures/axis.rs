//! Ticks at round numbers.

use crate::report::digits;
use crate::report::number::fixed;

/// Characters of a label of which only every second is drawn.
const LONG: usize = 6;

/// Ticks below which an axis says nothing of its scale.
const FEW: usize = 3;

/// Characters of a title, at most: what is beyond would run into the next picture.
const TITLE: usize = 60;

/// Characters of a name beside an axis, at most.
const NAME: usize = 22;

/// Nominal pixels left of the plane, for numbers and for names.
const ROOM: i32 = 62;
const ROOM_FOR_NAMES: i32 = 190;

/// One direction of a chart, linear in what it is given.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    /// What is measured, with its unit.
    pub(super) title: String,
    /// Lower end.
    pub(super) low: f64,
    /// Upper end.
    pub(super) high: f64,
    /// Positions and their labels.
    pub(super) ticks: Vec<(f64, String)>,
    /// Nominal pixels for the labels, where they stand beside it.
    pub(super) room: i32,
}

impl Axis {
    /// From `low` to `high` with about `wanted` round ticks.
    pub(super) fn linear(title: &str, low: f64, high: f64, wanted: f64) -> Self {
        let (low, high) = widened(low, high);
        let exponent = digits::exponent(low, high);
        let mut ticks = round_ticks((low, high), wanted, exponent);
        let mut finer = wanted;
        while shown(&ticks) < FEW && finer < 10.0 * wanted {
            finer *= 1.5;
            ticks = round_ticks((low, high), finer, exponent);
        }
        let every = every(&ticks);
        Self {
            title: match exponent {
                0 => cut(title, TITLE),
                // The factor is never what is cut.
                _ => format!(
                    "{}, in 1{}",
                    cut(title, TITLE - 9),
                    digits::suffix(exponent)
                ),
            },
            low,
            high,
            ticks: ticks.into_iter().step_by(every).collect(),
            room: ROOM,
        }
    }

    /// With these labels at these positions, which may be none.
    pub(super) fn labelled(
        title: &str,
        (low, high): (f64, f64),
        ticks: Vec<(f64, String)>,
    ) -> Self {
        Self {
            title: title.to_owned(),
            low,
            high,
            ticks,
            room: ROOM,
        }
    }

    /// An ordinate of names from the top, the first at n − 1 and the last at 0.
    pub(super) fn names(names: &[&str]) -> Self {
        let n = names.len();
        let places = names.iter().enumerate();
        let ticks = places.map(|(at, name)| ((n - 1 - at) as f64, cut(name, NAME)));
        Self {
            title: String::new(),
            low: -0.6,
            high: n as f64 - 0.4,
            ticks: ticks.collect(),
            room: ROOM_FOR_NAMES,
        }
    }

    /// For log₁₀ of positive values from `low` to `high`: ticks at 1, 2 and 5 of each decade,
    /// positions in log₁₀.
    pub(super) fn log10(title: &str, low: f64, high: f64) -> Self {
        let (low, high) = widened(libm::log10(low), libm::log10(high));
        let mut ticks = Vec::new();
        for decade in -12..12_i32 {
            for digit in [1.0, 2.0, 5.0] {
                let position = f64::from(decade) + libm::log10(digit);
                if position >= low && position <= high {
                    let value = digit * libm::exp10(f64::from(decade));
                    let decimals = usize::try_from(-decade).unwrap_or(0);
                    ticks.push((position, fixed(value, decimals)));
                }
            }
        }
        Self {
            title: title.to_owned(),
            low,
            high,
            ticks,
            room: ROOM,
        }
    }

    /// Whether `value` lies on the axis.
    pub(super) fn holds(&self, value: f64) -> bool {
        value >= self.low && value <= self.high
    }
}

/// Round ticks and their labels, in units of 10^`exponent`.
fn round_ticks((low, high): (f64, f64), wanted: f64, exponent: i32) -> Vec<(f64, String)> {
    let (step, decade) = round_step((high - low) / wanted);
    let decimals = (f64::from(exponent) - decade).clamp(0.0, 12.0) as usize;
    let first = libm::ceil(low / step - 1e-9);
    (0..64)
        .map(|i| (first + f64::from(i)) * step)
        .take_while(|tick| *tick <= high + 1e-9 * step)
        .map(|tick| (tick, fixed(tick / digits::power(exponent), decimals)))
        .collect()
}

/// Which of the ticks are drawn: long labels would run into each other.
fn every(ticks: &[(f64, String)]) -> usize {
    let is_long = |(_, label): &(f64, String)| label.chars().count() > LONG;
    if ticks.iter().any(is_long) { 2 } else { 1 }
}

/// How many of them that are.
fn shown(ticks: &[(f64, String)]) -> usize {
    ticks.len().div_ceil(every(ticks))
}

/// The beginning of a text that is longer.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

/// An interval that is finite and not empty.
fn widened(low: f64, high: f64) -> (f64, f64) {
    if !(low.is_finite() && high.is_finite()) {
        (0.0, 1.0)
    } else if high - low > 1e-9 * low.abs().max(high.abs()) {
        // Whatever the unit: a micrometre in metres is a range, too.
        (low, high)
    } else {
        let half = 0.5_f64.max(1e-3 * low.abs());
        (low - half, low + half)
    }
}

/// The next of 1, 2, 5 × 10ⁿ, and n.
fn round_step(rough: f64) -> (f64, f64) {
    let decade = libm::floor(libm::log10(rough));
    let power = libm::exp10(decade);
    let digit = [1.0, 2.0, 5.0]
        .into_iter()
        .find(|digit| digit * power >= rough * (1.0 - 1e-9));
    digit.map_or((10.0 * power, decade + 1.0), |d| (d * power, decade))
}

/// Smallest and largest finite value; none where there is none.
pub(super) fn extent(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    values
        .into_iter()
        .filter(|v| v.is_finite())
        .fold(None, |seen, v| match seen {
            None => Some((v, v)),
            Some((low, high)) => Some((
                if v < low { v } else { low },
                if v > high { v } else { high },
            )),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|(_, label)| label.as_str()).collect()
    }

    #[test]
    fn ticks_are_round() {
        let axis = Axis::linear("x", 0.0, 5.0, 5.0);
        assert_eq!(labels(&axis), ["0", "1", "2", "3", "4", "5"]);
        let axis = Axis::linear("x", -0.41, 1.1, 6.0);
        assert_eq!(labels(&axis), ["0.0", "0.5", "1.0"]);
        let axis = Axis::linear("x", -0.41, 1.1, 9.0);
        assert_eq!(labels(&axis)[0], "\u{2212}0.4");
        let axis = Axis::log10("x", 0.03, 2.5);
        assert_eq!(labels(&axis), ["0.05", "0.1", "0.2", "0.5", "1", "2"]);
    }

    #[test]
    fn a_unit_that_is_large_or_small_is_told_by_its_power_of_ten() {
        let axis = Axis::linear("charge", -4.1e-9, 4.1e-9, 9.0);
        assert_eq!(
            (labels(&axis)[0], axis.title.as_str()),
            ("\u{2212}4", "charge, in 1e\u{2212}9")
        );
        let axis = Axis::linear("time", 1.7e9, 1.700_4e9, 4.0);
        assert_eq!(
            (labels(&axis)[..2].to_vec(), axis.title.as_str()),
            (vec!["1.7000", "1.7001"], "time, in 1e9")
        );
        // Long labels stand further apart.
        let axis = Axis::linear("time", 1.7e9, 1.700_004e9, 4.0);
        assert_eq!(labels(&axis)[..2], ["1.700000", "1.700002"]);
    }

    #[test]
    fn one_tick_is_not_enough() {
        for (low, high) in [
            (11.0, 99.0),
            (51.0, 99.0),
            (1.0, 1.9),
            (0.3, 1.2),
            (1.7e9, 1.700_04e9),
        ] {
            let axis = Axis::linear("x", low, high, 4.0);
            assert!(axis.ticks.len() > 1, "{axis:?}");
        }
        // The twin: as many as were asked for would be one, of a range in which only 50 is as round.
        assert_eq!(round_ticks((11.0, 99.0), 2.0, 0).len(), 1);
        assert!(Axis::linear("x", 11.0, 99.0, 2.0).ticks.len() >= FEW);
    }

    #[test]
    fn a_long_name_is_cut_and_its_factor_is_not() {
        let name = "a name that is longer than any picture is wide, even a wide one";
        let axis = Axis::linear(name, 0.0, 1e9, 4.0);
        assert!(axis.title.ends_with("…, in 1e9"), "{}", axis.title);
        let axis = Axis::names(&["short", name]);
        assert_eq!(labels(&axis), ["short", "a name that is longer…"]);
        assert!((axis.ticks[0].0 - 1.0).abs() < 1e-12);
    }

    #[test]
    fn an_empty_or_endless_range_still_gives_an_axis() {
        for (low, high) in [(1.0, 1.0), (f64::NAN, 1.0), (f64::NEG_INFINITY, 0.0)] {
            let axis = Axis::linear("x", low, high, 5.0);
            assert!(axis.low < axis.high && !axis.ticks.is_empty());
        }
        for (low, high) in [(1e17, 1e17), (0.0, 0.0), (3.0, 3.0 + 1e-12)] {
            let axis = Axis::linear("x", low, high, 5.0);
            assert!(axis.low < axis.high && !axis.ticks.is_empty());
        }
        assert_eq!(extent([f64::NAN]), None);
        assert_eq!(extent([2.0, f64::INFINITY, -1.0]), Some((-1.0, 2.0)));
    }
}
