//! Where f32 becomes f64: raw outputs of a head become mixtures.

use super::loss::Loss;
use super::units::Units;
use crate::mixture::kernel;
use crate::mixture::{MixtureError, Mixtures};
use crate::numerics::mixture_nll::ScaleLink;

/// The mixtures of raw rows `means | raw scales | lower | logits`, as the network sees the targets; link and softmax
/// in f64.
///
/// # Errors
/// If a number is not finite.
pub(super) fn mixtures(loss: Loss, raw: &[f32]) -> Result<Mixtures, MixtureError> {
    let (k, d) = (loss.n_components(), loss.n_targets());
    let n = raw.len() / loss.columns();
    let is_full = matches!(loss, Loss::FullMixtureNll { .. });
    let mut union = Union::new((n, k, d), is_full, None);
    let mut block = Block::default();
    let floors = vec![floor_of(loss); d];
    block.fill(loss, &floors, &Units::identity(d), raw);
    union.put(&block, (0, 0), k);
    union.finish()
}

/// The floor of a head's link.
fn floor_of(loss: Loss) -> f64 {
    match loss {
        Loss::SquaredError { .. } => 0.0,
        Loss::MixtureNll { link, .. } | Loss::FullMixtureNll { link, .. } => match link {
            ScaleLink::EluPlusOne { floor } | ScaleLink::Softplus { floor } => f64::from(floor),
        },
    }
}

/// What one network says of a block of rows, in the data's units.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// \[n, k\]
    logits: Vec<f64>,
    /// \[n, d, k\]
    means: Vec<f64>,
    /// Scales \[n, d, k\]; with full covariances the diagonals of the factors.
    scales: Vec<f64>,
    /// What is below the diagonals \[n, k, d(d − 1)/2\].
    lower: Vec<f64>,
}

impl Block {
    /// Takes raw rows of a head with this loss, a floor for each target, and units for the targets.
    pub(super) fn fill(&mut self, loss: Loss, floors: &[f64], units: &Units, raw: &[f32]) {
        let (k, d) = (loss.n_components(), loss.n_targets());
        let (head, link) = match loss {
            Loss::MixtureNll { head, link } => {
                let [means, scales, logits] = head.parts();
                ([means, scales, (scales.1, scales.1), logits], link)
            }
            Loss::FullMixtureNll { head, link } => (head.parts(), link),
            // No network with this loss is asked for mixtures.
            Loss::SquaredError { .. } => return,
        };
        self.clear();
        for raw in raw.chunks_exact(loss.columns()) {
            let [means, scales, lower, logits] = head.map(|(from, to)| &raw[from..to]);
            self.logits.extend(logits.iter().copied().map(f64::from));
            for (target, (shift, factor)) in units.mean().iter().zip(units.scale()).enumerate() {
                let of_target = means.iter().skip(target).step_by(d);
                self.means
                    .extend(of_target.map(|m| shift + factor * f64::from(*m)));
                let of_target = scales.iter().skip(target).step_by(d);
                self.scales.extend(of_target.map(|s| f64::from(*s)));
            }
            self.lower.extend(lower.iter().copied().map(f64::from));
        }
        scales_of_raw(link, &mut self.scales);
        let of_targets = floors.iter().zip(units.scale()).cycle();
        for (scales, (floor, factor)) in self.scales.chunks_exact_mut(k).zip(of_targets) {
            // As single precision has it: so it was trained.
            let floor = f64::from(*floor as f32);
            scales.iter_mut().for_each(|s| *s = (*s + floor) * factor);
        }
        let factors = (1..d).flat_map(|row| std::iter::repeat_n(units.scale()[row], row));
        let n_lower = d * (d - 1) / 2;
        if n_lower > 0 {
            for lower in self.lower.chunks_exact_mut(n_lower) {
                let factors = factors.clone();
                lower.iter_mut().zip(factors).for_each(|(l, f)| *l *= f);
            }
        }
    }

    /// Multiplies all scales by a factor; those of `k` components do not fall below the floors, in the units of the
    /// network, all the same.
    pub(super) fn stretch(&mut self, factor: f64, k: usize, floors: &[f64], units: &Units) {
        let of_targets = floors.iter().zip(units.scale()).cycle();
        for (scales, (floor, unit)) in self.scales.chunks_exact_mut(k).zip(of_targets) {
            let least = f64::from(*floor as f32) * unit;
            for scale in scales {
                let stretched = *scale * factor;
                *scale = if stretched > least { stretched } else { least };
            }
        }
        self.lower.iter_mut().for_each(|lower| *lower *= factor);
    }

    /// Turns the logits of each row into log weights that sum to `share`.
    pub(super) fn normalise(&mut self, n_components: usize, log_share: f64) {
        for logits in self.logits.chunks_exact_mut(n_components) {
            let top = logits.iter().fold(f64::NEG_INFINITY, |t, l| t.max(*l));
            let sum: f64 = logits.iter().map(|l| kernel::exp(l - top)).sum();
            let log_sum = kernel::ln(sum) - log_share;
            logits.iter_mut().for_each(|l| *l = (*l - top) - log_sum);
        }
    }

    fn clear(&mut self) {
        self.logits.clear();
        self.means.clear();
        self.scales.clear();
        self.lower.clear();
    }
}

/// Raw scales through a link without its floor.
fn scales_of_raw(link: ScaleLink, scales: &mut [f64]) {
    match link {
        // All at once, in vector code: one by one they took more than the network.
        ScaleLink::Softplus { .. } => kernel::run(kernel::SoftplusInPlace(scales)),
        ScaleLink::EluPlusOne { .. } => {
            let elu_plus_one = |a: f64| if a > 0.0 { a + 1.0 } else { libm::exp(a) };
            scales.iter_mut().for_each(|a| *a = elu_plus_one(*a));
        }
    }
}

/// The components of one or more networks side by side, for many rows.
#[derive(Debug)]
pub(super) struct Union {
    n: usize,
    k: usize,
    d: usize,
    /// Log weights of any offset \[n, k\], room for the weights, means \[n, d, k\], scales \[n, d, k\].
    numbers: Vec<f64>,
    /// \[n, k, d, d\], where covariances are full.
    factors: Option<Vec<f64>>,
}

impl Union {
    /// Room for `n` rows of `k` components over `d` targets, in the memory of an old answer.
    pub(super) fn new(
        (n, k, d): (usize, usize, usize),
        is_full: bool,
        old: Option<Mixtures>,
    ) -> Self {
        let (mut numbers, factors) = old.map(Mixtures::into_numbers).unwrap_or_default();
        numbers.clear();
        numbers.resize(n * 2 * k * (1 + d), 0.0);
        let mut factors = is_full.then(|| factors.unwrap_or_default());
        if let Some(factors) = &mut factors {
            factors.clear();
            factors.resize(n * k * d * d, 0.0);
        }
        Self {
            n,
            k,
            d,
            numbers,
            factors,
        }
    }

    /// Puts a block of `k` components at row `first` and component `at`; there must be room.
    pub(super) fn put(&mut self, block: &Block, (first, at): (usize, usize), k: usize) {
        let (all, d) = (self.k, self.d);
        let (log_weights, rest) = self.numbers.split_at_mut(self.n * all);
        let (means, scales) = rest[self.n * all..].split_at_mut(self.n * all * d);
        for (into, from, rows) in [
            (log_weights, &block.logits, first),
            (means, &block.means, first * d),
            (scales, &block.scales, first * d),
        ] {
            let rows = into[rows * all..].chunks_exact_mut(all);
            for (into, from) in rows.zip(from.chunks_exact(k)) {
                into[at..at + k].copy_from_slice(from);
            }
        }
        let Some(factors) = &mut self.factors else {
            return;
        };
        let n_lower = if block.lower.is_empty() {
            0
        } else {
            d * (d - 1) / 2
        };
        for (row, diagonals) in block.scales.chunks_exact(k * d).enumerate() {
            let factors = &mut factors[((first + row) * all + at) * d * d..];
            let lower = &block.lower[row * k * n_lower..(row + 1) * k * n_lower];
            for (component, l) in factors.chunks_exact_mut(d * d).take(k).enumerate() {
                let mut below = lower[component * n_lower..].iter();
                for i in 0..d {
                    // Without full covariances there is nothing below the diagonal.
                    for (l, value) in l[i * d..i * d + i].iter_mut().zip(&mut below) {
                        *l = *value;
                    }
                    l[i * d + i] = diagonals[i * k + component];
                }
            }
        }
    }

    /// Puts one component that is the same in every row at `at`.
    pub(super) fn put_everywhere(
        &mut self,
        at: usize,
        log_weight: f64,
        means: &[f64],
        scales: &[f64],
    ) {
        let repeated = |values: &[f64]| values.repeat(self.n);
        let block = Block {
            logits: vec![log_weight; self.n],
            means: repeated(means),
            scales: repeated(scales),
            lower: Vec::new(),
        };
        self.put(&block, (0, at), 1);
    }

    /// # Errors
    /// If a number is not finite.
    pub(super) fn finish(self) -> Result<Mixtures, MixtureError> {
        Mixtures::from_numbers(self.k, self.d, self.numbers, self.factors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn softplus_is_that_of_libm_down_to_its_tail() {
        for step in 0..=8000 {
            let a = -f64::from(step) * 0.01;
            let (found, want) = (kernel::softplus(a), libm::log1p(libm::exp(a)));
            // Three ulp of ours, and one each of libm's two functions.
            assert!(
                (found - want).abs() <= 5.0 * f64::EPSILON * want,
                "{a}: {found} {want}"
            );
        }
        // The twin: without the mending the tail is lost.
        let t = kernel::exp(-30.0);
        assert!((kernel::ln(1.0 + t) - t).abs() > 1e-4 * t);
        assert!(kernel::softplus(-800.0) >= 0.0 && kernel::softplus(f64::NAN).is_nan());
        assert!((kernel::softplus(800.0) - 800.0).abs() < 1e-12);
        // All at once they are the same bits.
        let values: Vec<f64> = (0..1000).map(|i| f64::from(i) * 0.1 - 60.0).collect();
        let mut together = values.clone();
        kernel::run(kernel::SoftplusInPlace(&mut together));
        let one_by_one = values.iter().map(|v| kernel::softplus(*v).to_bits());
        assert!(one_by_one.eq(together.iter().map(|v| v.to_bits())));
    }
}
