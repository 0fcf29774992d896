//! The grid that a column's values lie on, if they do: values rounded to decimals, counts, grades.

/// A grid that holds every value of a column: `origin + k·step` with whole k.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    /// The least value.
    pub origin: f64,
    /// The widest step, units of the column.
    pub step: f64,
}

/// A number, and a bound of its error.
#[derive(Debug, Clone, Copy)]
struct Inexact {
    value: f64,
    error: f64,
}

impl Grid {
    /// A coincidence less probable than this is none.
    const CHANCE: f64 = 1e-9;
    /// Least ratio of a step to the rounding error of a value.
    const LEAST_RATIO: f64 = 64.0;
    /// Roundings in a value: of itself, of its step, of their product and of a sum.
    const ROUNDINGS: f64 = 4.0;

    /// The widest grid that holds all `values`, in any order; `None` where there is no such grid that chance could not
    /// have made, fewer than two different values, or a value that is not finite.
    ///
    /// A value on a grid of step g is known to half a step. Uniform within it, its standard deviation is g/√12
    /// ([`scale`](Self::scale)): a density of such values need not be narrower.
    ///
    /// # Numerics
    /// Euclid's algorithm on the gaps between neighbouring values, with a bound of the error of every number: a
    /// remainder within its error is zero. Values are taken as correctly rounded to `f64`; where this gives no grid and
    /// all of them are numbers of an `f32`, as rounded to that; a step finer than such numbers themselves is none. Of m different values with errors of at most δ, m − 2
    /// lie by chance as near to a grid of step g with a probability of about (4δ/g)^(m − 2), which must be below 1e-9.
    ///
    /// # Examples
    ///
    /// ```
    /// use mixture_density::table::Grid;
    /// let grades = Grid::of(&[5.0, 3.0, 8.0, 6.0, 5.0]).ok_or("no grid")?;
    /// assert_eq!((grades.origin, grades.step), (3.0, 1.0));
    /// let rounded = Grid::of(&[0.25, -1.5, 3.07]).ok_or("no grid")?;
    /// assert_eq!(rounded.step, 0.01);
    /// assert_eq!(Grid::of(&[1.0, 2.0_f64.sqrt(), 3.0_f64.sqrt()]), None);
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        Self::of_column(values.to_vec())
    }

    /// The same of a column that is not needed any more.
    pub(crate) fn of_column(mut distinct: Vec<f64>) -> Option<Self> {
        if !distinct.iter().all(|v| v.is_finite()) {
            return None;
        }
        distinct.sort_unstable_by(f64::total_cmp);
        distinct.dedup_by(|a, b| *a <= *b);
        let is_single = |v: &f64| f64::from(*v as f32).total_cmp(&(v + 0.0)).is_eq();
        let all_single = distinct.iter().all(is_single);
        let found = Self::within(&distinct, f64::EPSILON / 2.0);
        // Singles themselves lie on a grid, which no rounding made.
        let single = f64::from(f32::EPSILON);
        let is_rounding = |grid: &Self| !all_single || grid.step >= single * greatest(&distinct);
        found
            .filter(is_rounding)
            .or_else(|| all_single.then(|| Self::within(&distinct, single / 2.0))?)
    }

    /// Standard deviation of a value that is uniform within half a step: g/√12.
    #[must_use]
    pub fn scale(&self) -> f64 {
        self.step / 12.0_f64.sqrt()
    }

    /// Of rising values with this relative error.
    fn within(values: &[f64], relative_error: f64) -> Option<Self> {
        let origin = *values.first()?;
        let error = Self::ROUNDINGS * relative_error * greatest(values);
        let of_gaps = common_divisor(values, 2.0 * error)?;
        let Inexact { value, error } = refined(values, of_gaps, 2.0 * error)?;
        let grid = Self {
            origin,
            step: shortest(value, error),
        };
        grid.holds(values, relative_error).then_some(grid)
    }

    /// Whether all of these rising values lie on the grid, and no chance may have put them there.
    fn holds(&self, values: &[f64], relative_error: f64) -> bool {
        let error = Self::ROUNDINGS * relative_error * greatest(values);
        let is_near = |v: &f64| {
            let steps = (v - self.origin) / self.step;
            (v - self.origin - steps.round() * self.step).abs() <= 2.0 * error
        };
        // As a sum of logarithms would be, without one.
        let chance = (2..values.len()).try_fold(1.0, |chance, _| {
            let chance = chance * 4.0 * error / self.step;
            (chance > Self::CHANCE).then_some(chance)
        });
        let is_coincidence = values.len() > 2 && chance.is_some();
        self.step >= Self::LEAST_RATIO * error && !is_coincidence && values.iter().all(is_near)
    }
}

/// The greatest absolute value.
fn greatest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |most, v| most.max(v.abs()))
}

/// The greatest common divisor of the gaps, each known to within `error`, as far as the errors let it be seen.
fn common_divisor(values: &[f64], error: f64) -> Option<Inexact> {
    let mut gaps: Vec<f64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
    gaps.sort_unstable_by(f64::total_cmp);
    let mut divisor = Inexact {
        value: *gaps.first()?,
        error,
    };
    for gap in gaps {
        let (mut a, mut b) = (Inexact { value: gap, error }, divisor);
        loop {
            // Nearer to 0 than its error could make it: the numbers have no divisor that can be seen.
            if b.value < 2.0 * Grid::LEAST_RATIO.sqrt() * b.error {
                return None;
            }
            let times = (a.value / b.value).round();
            let rest = Inexact {
                value: (a.value - times * b.value).abs(),
                error: a.error + times * b.error,
            };
            if rest.value <= rest.error {
                divisor = b;
                // The longer of the two knows the step better.
                if times >= 1.0 && a.error / times < b.error {
                    divisor = Inexact {
                        value: a.value / times,
                        error: a.error / times,
                    };
                }
                break;
            }
            (a, b) = (b, rest);
        }
    }
    Some(divisor)
}

/// The step from ever longer distances, each of which is known to within `error`.
fn refined(values: &[f64], mut step: Inexact, error: f64) -> Option<Inexact> {
    let origin = *values.first()?;
    for v in &values[1..] {
        let distance = v - origin;
        let times = (distance / step.value).round();
        if times * step.error > 0.25 * step.value {
            return None;
        }
        if times >= 1.0 && error / times <= step.error {
            step = Inexact {
                value: distance / times,
                error: error / times,
            };
        }
    }
    Some(step)
}

/// The shortest decimal number within `error` of `step`.
fn shortest(step: f64, error: f64) -> f64 {
    let near = |digits: &usize| format!("{step:.digits$e}").parse::<f64>().ok();
    let mut shorter = (0..17).filter_map(|digits| near(&digits));
    let found = shorter.find(|short| (short - step).abs() <= error && *short > 0.0);
    found.unwrap_or(step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Seed, Stream};

    fn stream(name: &str) -> Stream {
        Seed::new(0).stream(name)
    }

    fn step(values: &[f64]) -> Option<f64> {
        Grid::of(values).map(|grid| grid.step)
    }

    /// As a table's text says them: rounded to so many decimals.
    fn rounded(decimals: usize, n: usize, scale: f64) -> Vec<f64> {
        let mut stream = stream("rounded");
        let mut text = || format!("{:.decimals$}", stream.normal(3.0, scale));
        (0..n).map(|_| text().parse().unwrap()).collect()
    }

    #[test]
    fn decimals_have_their_step() {
        for (decimals, want) in [(0, 1.0), (1, 0.1), (2, 0.01), (3, 0.001), (6, 1e-6)] {
            assert_eq!(step(&rounded(decimals, 500, 20.0)), Some(want));
            // The twin: one value off the grid.
            let mut off = rounded(decimals, 500, 20.0);
            off[7] += 0.3 * want;
            assert!(step(&off).is_none_or(|found| found < 0.2 * want));
        }
    }

    #[test]
    fn counts_grades_and_few_values_have_theirs() {
        let cases: [(&[f64], f64); 7] = [
            (&[3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 5.0], 1.0),
            (&[0.0, 6.0, 10.0, 15.0], 1.0),
            (&[-0.0, 0.0, 1.0], 1.0),
            (&[0.5, 1.5, 4.5], 1.0),
            (&[150_000.0, 90_500.0, 410_000.0], 500.0),
            (&[2.5e-7, 1e-6, 5e-7], 2.5e-7),
            (&[-17.25, 3.5, 1e5], 0.25),
        ];
        for (values, want) in cases {
            assert_eq!(step(values), Some(want), "{values:?}");
        }
        assert!((Grid::of(&[7.0, 4.0]).unwrap().origin - 4.0).abs() <= 0.0);
    }

    #[test]
    fn a_grid_need_not_be_decimal() {
        let mut stream = stream("steps");
        for width in [1.0 / 3.0, 0.1, std::f64::consts::PI / 50.0, 2.7e-9] {
            let mut value = || -1.3 + width * stream.uniform(-40.0, 40.0).round();
            let values: Vec<f64> = (0..300).map(|_| value()).collect();
            let found = step(&values).unwrap();
            assert!((found / width - 1.0).abs() < 1e-6, "{found} {width}");
        }
        // Also where the numbers were singles; and the twin, singles that were not rounded.
        let single = |v: f64| f64::from(v as f32);
        let values: Vec<f64> = rounded(2, 300, 3.0).into_iter().map(single).collect();
        let found = step(&values).unwrap();
        assert!((found / 0.01 - 1.0).abs() < 1e-4, "{found}");
        let values: Vec<f64> = (0..300).map(|_| single(stream.normal(0.0, 1.0))).collect();
        assert_eq!(step(&values), None);
    }

    #[test]
    fn continuous_values_have_none() {
        let mut stream = stream("continuous");
        for n in [3, 4, 5, 10, 100, 2000] {
            for round in 0..200 {
                let values: Vec<f64> = (0..n).map(|_| stream.normal(5.0, 2.0)).collect();
                assert_eq!(step(&values), None, "{n} {round}");
            }
        }
        // Exact zeros among them do not make one.
        let mut values: Vec<f64> = (0..400).map(|_| stream.normal(5.0, 2.0)).collect();
        values[..200].fill(0.0);
        assert_eq!(step(&values), None);
    }

    #[test]
    fn odd_columns_have_none_and_do_no_harm() {
        for values in [
            &[][..],
            &[2.0],
            &[2.0, 2.0],
            &[f64::NAN, 1.0, 2.0],
            &[f64::INFINITY, 1.0],
            &[0.0, -0.0],
        ] {
            assert_eq!(Grid::of(values), None, "{values:?}");
        }
        // Two values are a grid, whatever they are; extremes overflow nothing.
        assert!(step(&[1.0, 2.0_f64.sqrt()]).is_some());
        for values in [[f64::MAX, f64::MIN, 1.0], [5e-324, 1e-323, 2e-323]] {
            assert!(step(&values).is_none_or(|step| step > 0.0));
        }
    }
}
