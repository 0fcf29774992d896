//! Where a count of independent successes lies by chance.

/// The smallest interval of whole numbers that a binomial count leaves, on either side, with a
/// probability of at most (1 − `level`)/2.
///
/// # Formula
/// From the least k with P(X ≤ k) > (1 − level)/2 to the greatest k with P(X ≥ k) > (1 − level)/2,
/// X ~ Bin(n, p). It holds X with a probability of at least `level`, often more: X is a whole number.
///
/// # Numerics
/// The probabilities are built outwards from the mode by their ratios, p(k+1)/p(k) =
/// (n−k)/(k+1)·p/(1−p), until they no longer count, and divided by their sum: relative errors grow
/// by an ulp or so a step, about 10·√n steps (`quantiles_are_those_of_exact_arithmetic`). So many are
/// also stored: what a record says of n is bounded first ([`bounds`](super::bounds)).
pub(super) fn central_interval(n: usize, p: f64, level: f64) -> (usize, usize) {
    if !(p > 0.0 && level < 1.0) || n == 0 {
        return (0, if p > 0.0 { n } else { 0 });
    }
    if p >= 1.0 {
        return (n, n);
    }
    let (first, terms) = terms(n, p);
    let total: f64 = terms.iter().sum();
    let tail = 0.5 * (1.0 - level) * total;
    let beyond = |terms: &mut dyn Iterator<Item = &f64>| {
        let mut sum = 0.0;
        terms
            .take_while(|term| {
                sum += **term;
                sum <= tail
            })
            .count()
    };
    let low = first + beyond(&mut terms.iter());
    let high = first + terms.len() - 1 - beyond(&mut terms.iter().rev());
    (low, high)
}

/// Probabilities relative to the mode's, and the count of the first one.
fn terms(n: usize, p: f64) -> (usize, Vec<f64>) {
    /// A term that a sum in f64 does not notice.
    const NEGLIGIBLE: f64 = 1e-20;
    let mode = ((((n + 1) as f64) * p) as usize).min(n);
    let odds = p / (1.0 - p);
    let up = |k: usize| (n - k) as f64 / (k + 1) as f64 * odds;
    let mut below = Vec::new();
    let (mut k, mut term) = (mode, 1.0);
    while k > 0 && term > NEGLIGIBLE {
        k -= 1;
        term /= up(k);
        below.push(term);
    }
    let first = k;
    below.reverse();
    below.push(1.0);
    let (mut k, mut term) = (mode, 1.0);
    while k < n && term > NEGLIGIBLE {
        term *= up(k);
        below.push(term);
        k += 1;
    }
    (first, below)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Low and high by exact rational arithmetic (Python's `fractions`, sums of `math.comb`).
    const REFERENCE: [(usize, f64, f64, usize, usize); 10] = [
        (1, 0.5, 0.95, 0, 1),
        (10, 0.3, 0.95, 0, 6),
        (10, 0.3, 0.99, 0, 7),
        (20, 0.05, 0.95, 0, 3),
        (100, 0.5, 0.95, 40, 60),
        (200, 0.05, 0.95, 4, 16),
        (200, 0.2, 0.99, 26, 55),
        (1_000, 0.01, 0.95, 4, 17),
        (2_000, 0.05, 0.95, 81, 120),
        (2_000, 0.95, 0.99, 1_874, 1_924),
    ];

    #[test]
    fn quantiles_are_those_of_exact_arithmetic() {
        for (n, p, level, low, high) in REFERENCE {
            assert_eq!(
                central_interval(n, p, level),
                (low, high),
                "{n} {p} {level}"
            );
        }
    }

    /// The twin: the normal approximation, which is what one would write instead, is told apart.
    #[test]
    fn the_normal_approximation_is_something_else() {
        let differing = REFERENCE.iter().filter(|(n, p, level, low, high)| {
            let z = if *level > 0.97 { 2.575_829 } else { 1.959_964 };
            let (n, middle) = (*n as f64, *n as f64 * p);
            let half = z * (n * p * (1.0 - p)).sqrt();
            let normal = (
                (middle - half).ceil().max(0.0),
                (middle + half).floor().min(n),
            );
            normal != (*low as f64, *high as f64)
        });
        assert!(differing.count() >= 3);
    }

    #[test]
    fn the_ends_are_answered() {
        assert_eq!(central_interval(0, 0.5, 0.95), (0, 0));
        assert_eq!(central_interval(7, 0.0, 0.95), (0, 0));
        assert_eq!(central_interval(7, 1.0, 0.95), (7, 7));
        assert_eq!(central_interval(7, 0.5, 1.0), (0, 7));
        assert_eq!(central_interval(7, f64::NAN, 0.95), (0, 0));
    }
}
