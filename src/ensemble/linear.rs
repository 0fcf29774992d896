//! A straight line with normal noise, to compare with.

use super::feature_free::moments;
use crate::net::Rows;

/// For each target a linear function of the features, and normal noise about it, the same everywhere: the least squares
/// of standardised features with a little ridge.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearGaussian {
    /// Mean and scale of each feature.
    units: Vec<(f64, f64)>,
    /// Intercept and then a coefficient for each standardised feature, target after target.
    coefficients: Vec<f64>,
    /// Standard deviation of the residuals of each target.
    scales: Vec<f64>,
}

/// Ridge on standardised features, a share of the number of rows.
const RIDGE: f64 = 1e-6;
/// Most features; more make a system too large to be worth solving.
const MOST_FEATURES: usize = 1000;

impl LinearGaussian {
    /// Fitted to the rows of all `parts`, features \[n, f\] and targets \[n, d\]; no scale falls below `least_scales`
    /// \[d\]. `None` without rows, with too many features, or where the equations cannot be solved.
    #[must_use]
    pub fn fit(parts: &[Rows<'_>], f: usize, least_scales: &[f64]) -> Option<Self> {
        let d = least_scales.len();
        let mut n = 0;
        for part in parts {
            let of_part = part.y.len().checked_div(d)?;
            if part.y.len() != of_part * d || part.x.len() != of_part * f {
                return None;
            }
            n += of_part;
        }
        if n == 0 || f == 0 || f > MOST_FEATURES {
            return None;
        }
        let rows = || rows_of(parts, f, d);
        let units: Vec<(f64, f64)> = (0..f)
            .map(|at| {
                let mut column = Vec::with_capacity(n);
                column.extend(rows().map(|(x, _)| x[at]));
                // A constant column says nothing.
                moments(&column, 1).map_or((column[0], f64::INFINITY), |m| m[0])
            })
            .collect();
        let width = f + 1;
        let mut products = vec![0.0; width * width];
        let mut right = vec![0.0; width * d];
        let mut row = vec![1.0; width];
        for (x, y) in rows() {
            standardise(x, &units, &mut row);
            for i in 0..width {
                for j in 0..=i {
                    products[i * width + j] += row[i] * row[j];
                }
                for (target, y) in y.iter().enumerate() {
                    right[target * width + i] += row[i] * y;
                }
            }
        }
        for i in 1..width {
            products[i * width + i] += RIDGE * n as f64;
        }
        factor(&mut products, width)?;
        for right in right.chunks_exact_mut(width) {
            solve(&products, width, right);
        }
        let mut fitted = Self {
            units,
            coefficients: right,
            scales: vec![1.0; d],
        };
        let mut squares = vec![0.0; d];
        for (x, y) in rows() {
            for ((square, mean), y) in squares.iter_mut().zip(fitted.means(x)).zip(y) {
                *square += (y - mean) * (y - mean);
            }
        }
        // The coefficients have taken their degrees of freedom.
        let freedom = n.saturating_sub(width).max(1) as f64;
        let scales = squares.iter().zip(least_scales);
        fitted.scales = scales
            .map(|(square, least)| (square / freedom).sqrt().max(*least))
            .collect();
        let is_good = |v: &f64| v.is_finite();
        let are_scales = fitted.scales.iter().all(|s| *s > 0.0 && s.is_finite());
        (fitted.coefficients.iter().all(is_good) && are_scales).then_some(fitted)
    }

    /// The conditional mean of each target at `x`.
    fn means(&self, x: &[f64]) -> Vec<f64> {
        let mut row = vec![1.0; self.units.len() + 1];
        standardise(x, &self.units, &mut row);
        let of_targets = self.coefficients.chunks_exact(row.len());
        let mean = |c: &[f64]| c.iter().zip(&row).map(|(c, v)| c * v).sum();
        of_targets.map(mean).collect()
    }

    /// ln f(y | x) of each row, nats.
    #[must_use]
    pub fn log_densities(&self, x: &[f64], y: &[f64]) -> Vec<f64> {
        let rows = x.chunks_exact(self.units.len());
        rows.zip(y.chunks_exact(self.scales.len()))
            .map(|(x, y)| {
                let terms = self.means(x).into_iter().zip(y).zip(&self.scales);
                terms
                    .map(|((mean, y), scale)| {
                        let z = (y - mean) / scale;
                        -0.5 * z * z - libm::log(*scale) - 0.918_938_533_204_672_8
                    })
                    .sum()
            })
            .collect()
    }
}

/// Features and targets of each row of all parts.
fn rows_of<'a>(
    parts: &'a [Rows<'a>],
    f: usize,
    d: usize,
) -> impl Iterator<Item = (&'a [f64], &'a [f64])> {
    let of_part = move |part: &'a Rows<'a>| part.x.chunks_exact(f).zip(part.y.chunks_exact(d));
    parts.iter().flat_map(of_part)
}

/// Behind the leading 1.
fn standardise(x: &[f64], units: &[(f64, f64)], row: &mut [f64]) {
    for ((seen, v), (mean, scale)) in row[1..].iter_mut().zip(x).zip(units) {
        *seen = (v - mean) / scale;
    }
}

/// The Cholesky factor of a positive definite matrix, in its lower triangle.
fn factor(matrix: &mut [f64], n: usize) -> Option<()> {
    for i in 0..n {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|m| matrix[i * n + m] * matrix[j * n + m]).sum();
            let rest = matrix[i * n + j] - dot;
            matrix[i * n + j] = match i == j {
                true if rest > 0.0 => rest.sqrt(),
                true => return None,
                false => rest / matrix[j * n + j],
            };
        }
    }
    Some(())
}

/// Solves with a Cholesky factor, in place.
fn solve(factor: &[f64], n: usize, right: &mut [f64]) {
    for i in 0..n {
        let dot: f64 = (0..i).map(|m| factor[i * n + m] * right[m]).sum();
        right[i] = (right[i] - dot) / factor[i * n + i];
    }
    for i in (0..n).rev() {
        let dot: f64 = (i + 1..n).map(|m| factor[m * n + i] * right[m]).sum();
        right[i] = (right[i] - dot) / factor[i * n + i];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    fn fit(x: &[f64], y: &[f64], f: usize, least_scales: &[f64]) -> Option<LinearGaussian> {
        LinearGaussian::fit(&[Rows { x, y }], f, least_scales)
    }

    /// y = 3 − 2a + ½b with noise of 0.3, and z = a.
    fn rows(n: usize) -> (Vec<f64>, Vec<f64>) {
        let mut stream = Seed::new(9).stream("line");
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for _ in 0..n {
            let (a, b) = (stream.normal(1e3, 10.0), stream.normal(0.0, 0.1));
            x.extend([a, b]);
            y.extend([3.0 - 2.0 * a + 0.5 * b + stream.normal(0.0, 0.3), a]);
        }
        (x, y)
    }

    #[test]
    fn a_line_is_found_with_its_noise() {
        let (x, y) = rows(4000);
        let line = fit(&x, &y, 2, &[0.0, 0.01]).unwrap();
        // The same rows in two parts.
        let (first, second) = (x.split_at(600), y.split_at(600));
        let parts = [(first.0, second.0), (first.1, second.1)].map(|(x, y)| Rows { x, y });
        let of_parts = LinearGaussian::fit(&parts, 2, &[0.0, 0.01]);
        assert_eq!(of_parts.as_ref(), Some(&line));
        assert!((line.scales[0] - 0.3).abs() < 0.01);
        // The second target has no noise: its floor holds.
        assert!((line.scales[1] - 0.01).abs() < 1e-3);
        let means = line.means(&[1010.0, 0.2]);
        assert!((means[0] - (3.0 - 2020.0 + 0.1)).abs() < 0.1, "{means:?}");
        let nll = -line.log_densities(&x, &y).iter().sum::<f64>() / 4000.0;
        let want = 0.918_938_533_204_672_8 + 0.5 + libm::log(0.3);
        let second = 0.918_938_533_204_672_8 + libm::log(0.01);
        assert!((nll - want - second).abs() < 0.1, "{nll}");
        // The twin: a feature the fewer is worse by much.
        let a_only: Vec<f64> = x.iter().skip(1).step_by(2).copied().collect();
        let worse = fit(&a_only, &y, 1, &[0.0, 0.01]).unwrap();
        assert!(worse.scales[0] > 10.0);
    }

    #[test]
    fn what_cannot_be_solved_has_none() {
        assert_eq!(fit(&[], &[], 1, &[0.0]), None);
        assert_eq!(fit(&[1.0, 2.0], &[1.0], 1, &[0.0]), None);
        // A constant feature takes no part.
        let line = fit(&[7.0; 4], &[1.0, 2.0, 3.0, 4.0], 1, &[0.0]).unwrap();
        assert!((line.means(&[7.0])[0] - 2.5).abs() < 1e-12);
    }
}
