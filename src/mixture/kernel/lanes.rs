//! Eight lanes over the components of a mixture: loading them, and their sum in one order.

/// Lanes of every sum over components: one AVX-512 register of `f64`.
pub(crate) const LANES: usize = 8;

/// One value for each lane.
pub(crate) type Lanes = [f64; LANES];

/// Parameters of a one-dimensional mixture; all slices have the same length K ≥ 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub(crate) log_weights: &'a [f64],
    pub(crate) weights: &'a [f64],
    pub(crate) means: &'a [f64],
    pub(crate) scales: &'a [f64],
}

/// Lanes `start..start + 8` of `values`; beyond the end, `fill`.
#[inline(always)]
pub(super) fn load(values: &[f64], start: usize, fill: f64) -> Lanes {
    let rest = &values[start.min(values.len())..];
    if let Some(chunk) = rest.first_chunk::<LANES>() {
        return *chunk;
    }
    let mut lanes = [fill; LANES];
    for (lane, value) in lanes.iter_mut().zip(rest) {
        *lane = *value;
    }
    lanes
}

/// The lanes' sum, pairwise in one order.
#[inline(always)]
pub(super) fn sum(l: Lanes) -> f64 {
    ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]))
}

/// The greatest lane; a NaN is passed over.
#[inline(always)]
pub(super) fn maximum(l: Lanes) -> f64 {
    let mut m = f64::NEG_INFINITY;
    for x in l {
        m = if x > m { x } else { m };
    }
    m
}
