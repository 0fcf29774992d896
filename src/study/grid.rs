//! Equidistant abscissae.

/// `n` equidistant points from the smallest to the largest of `values`, in single precision.
pub(super) fn over(values: &[f64], n: usize) -> Vec<f32> {
    let (low, high) = range(values);
    equidistant(low, high, n)
}

/// The smallest and the largest.
pub(super) fn range(values: &[f64]) -> (f64, f64) {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (low, high)
}

/// `n` points from `low` to `high`.
pub(super) fn equidistant(low: f64, high: f64, n: usize) -> Vec<f32> {
    let step = (high - low) / (n.max(2) - 1) as f64;
    (0..n).map(|i| (low + step * i as f64) as f32).collect()
}
