//! Draws from many one-dimensional Gaussian mixtures at once.
//!
//! Draw j of row i is a pure function of the key, i and j: the words it uses are found by
//! counting, not by running a generator. So it does not matter how rows are split among
//! calls or threads.
//!
//! Rows are taken 128 at a time, lanes over rows. Stream j of the key gives the words of
//! draw j; the 16 blocks that belong to the rows 128·s … 128·s + 127 are 16·s … 16·s + 15.
//! Of their words, the first 8 of each block choose the components, the last 8 make normal
//! deviates, two rows from two words.

use thiserror::Error;

use super::chacha::{BLOCKS, Blocks, Key, WORDS, blocks};
use super::dispatch::{Kernel, Unit, dispatch};
use super::normals;
use super::shape::{ShapeError, length};
use super::transpose::transpose;
use super::vector::exp_nonpositive;

/// Rows that share their blocks.
const ROWS: usize = BLOCKS * WORDS / 2;
/// Half of them: a pair of normal deviates belongs to rows `i` and `i + PAIRS`.
const PAIRS: usize = ROWS / 2;
type Column = [f32; ROWS];

/// How far a sample is from what the mixture says.
///
/// The weights become proportional to π^(1/T); every variance is multiplied by the second
/// temperature. Limits, all of them allowed: weights at T = 1 are π itself, at 0 all on the
/// heaviest component (equal among ties), at ∞ equal among components of positive weight;
/// the variance factor 0 gives the component's mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Temperature {
    weights: f32,
    variance: f32,
}

/// What is wrong with a temperature.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum TemperatureError {
    /// It must be at least 0; ∞ is allowed.
    #[error("the temperature of the weights is {found}: it must be 0 or more")]
    Weights {
        /// What was given.
        found: f32,
    },
    /// It must be at least 0 and finite.
    #[error("the variance factor is {found}: it must be finite, and 0 or more")]
    Variance {
        /// What was given.
        found: f32,
    },
}

impl Temperature {
    /// The mixture itself.
    pub const ONE: Self = Self {
        weights: 1.0,
        variance: 1.0,
    };

    /// Temperature of the weights, and factor of every variance.
    ///
    /// # Errors
    /// A negative number, NaN, an infinite factor.
    pub fn new(weights: f32, variance: f32) -> Result<Self, TemperatureError> {
        if weights.is_nan() || weights < 0.0 {
            return Err(TemperatureError::Weights { found: weights });
        }
        if !variance.is_finite() || variance < 0.0 {
            return Err(TemperatureError::Variance { found: variance });
        }
        Ok(Self { weights, variance })
    }
}

/// Predicted mixtures, a row each: three slices [n, K].
#[derive(Debug, Clone, Copy)]
pub struct Mixtures<'a> {
    /// K.
    pub n_components: usize,
    /// Weights up to a constant, in the log domain.
    pub logits: &'a [f32],
    /// μ.
    pub means: &'a [f32],
    /// σ.
    pub scales: &'a [f32],
}

/// Buffers of [`sample`], reused from call to call.
#[derive(Debug, Clone, Default)]
pub struct SampleScratch {
    columns: Vec<Column>,
}

/// Draws `n_draws` times from each row's mixture: `draws` [n, `n_draws`].
///
/// `key` is the key of a named stream, `first_row` the number of the first row given.
///
/// # Errors
/// [`ShapeError::Length`] where a slice is not of its shape, [`ShapeError::Zero`] where K is 0 and there are rows.
///
/// # Numerics
/// The component is found by inverse cdf from a uniform number on the 2⁻²⁴ grid of \[0, 1),
/// never one of weight 0; the normal deviate by the transform of Box and Muller (1958), whose
/// radius has 2³¹ values up to 6.66. A row with NaN among its logits, or with −∞ only, gives
/// NaN. The bits are the same on every path.
pub fn sample(
    mixtures: Mixtures<'_>,
    temperature: Temperature,
    key: &[u8; 32],
    first_row: u64,
    n_draws: usize,
    draws: &mut [f32],
    scratch: &mut SampleScratch,
) -> Result<(), ShapeError> {
    let k = mixtures.n_components;
    let Some(n) = draws.len().checked_div(n_draws) else {
        return length("the draws", draws.len(), 0);
    };
    length("the draws", draws.len(), n * n_draws)?;
    if n > 0 && k == 0 {
        return Err(ShapeError::Zero { what: "components" });
    }
    let expected = n.saturating_mul(k);
    length("the logits", mixtures.logits.len(), expected)?;
    length("the means", mixtures.means.len(), expected)?;
    length("the scales", mixtures.scales.len(), expected)?;
    if n == 0 {
        return Ok(());
    }
    scratch.columns.resize(k, [0.0; ROWS]);
    dispatch(Sampling {
        mixtures,
        inverse_temperature: 1.0 / temperature.weights,
        spread: temperature.variance.sqrt(),
        key: Key::new(key),
        first_row,
        n_draws,
        draws,
        columns: &mut scratch.columns,
    });
    Ok(())
}

struct Sampling<'a> {
    mixtures: Mixtures<'a>,
    inverse_temperature: f32,
    spread: f32,
    key: Key,
    first_row: u64,
    n_draws: usize,
    draws: &'a mut [f32],
    columns: &'a mut [Column],
}

impl Kernel for Sampling<'_> {
    #[inline(always)]
    fn run<U: Unit>(self, unit: U) {
        let Mixtures {
            n_components: k,
            logits,
            means,
            scales,
        } = self.mixtures;
        let n = self.draws.len() / self.n_draws;
        let mut row = 0;
        while row < n {
            let number = self.first_row.wrapping_add(row as u64);
            let lane = (number % ROWS as u64) as usize;
            let group = number / ROWS as u64;
            let rows = (ROWS - lane).min(n - row);
            let given = row * k..(row + rows) * k;
            let turned = &mut self.columns.as_flattened_mut()[lane..];
            transpose(unit, (rows, k), &logits[given.clone()], k, turned, ROWS);
            let total = accumulate(unit, self.inverse_temperature, self.columns);
            let chosen = Chosen {
                k,
                means: &means[given.clone()],
                scales: &scales[given],
                spread: self.spread,
            };
            let target = &mut self.draws[row * self.n_draws..(row + rows) * self.n_draws];
            for draw in 0..self.n_draws {
                let mut words = [[0; BLOCKS]; WORDS];
                let first = group.wrapping_mul(BLOCKS as u64);
                blocks(unit, self.key, draw as u64, first, &mut words);
                let index = choose(unit, &words, self.columns, &total);
                let deviates = deviates(&words, &total);
                let (index, deviates) = (&index[lane..lane + rows], &deviates[lane..lane + rows]);
                chosen.write(index, deviates, &mut target[draw..], self.n_draws);
            }
            row += rows;
        }
    }
}

/// Logits to cumulative weights, in rising order; the total is NaN where there is no mixture.
#[inline(always)]
fn accumulate<U: Unit>(unit: U, inverse_temperature: f32, columns: &mut [Column]) -> Column {
    let mut top = [f32::MIN; ROWS];
    for column in columns.iter() {
        let (column, top) = (U::as_simd_f32s(column).0, U::as_mut_simd_f32s(&mut top).0);
        for (top, value) in top.iter_mut().zip(column) {
            *top = unit.select_f32s(unit.greater_than_f32s(*value, *top), *value, *top);
        }
    }
    let mut total = [0.0; ROWS];
    for column in columns.iter_mut() {
        for l in 0..ROWS {
            let below = column[l] - top[l];
            let scaled = below * inverse_temperature;
            // At T = 0 and T = ∞ the products 0·∞ would be NaN.
            let scaled = if below >= 0.0 { 0.0 } else { scaled };
            let scaled = if below < f32::MIN { below } else { scaled };
            total[l] += exp_nonpositive(scaled);
        }
        *column = total;
    }
    for value in &mut total {
        *value = if *value > 0.0 { *value } else { f32::NAN };
    }
    total
}

/// The number of cumulative weights not above u·total, for each row.
#[inline(always)]
fn choose<U: Unit>(unit: U, words: &Blocks, columns: &[Column], total: &Column) -> [u32; ROWS] {
    let words = &words.as_flattened()[..ROWS];
    let mut target = [0.0; ROWS];
    for (l, target) in target.iter_mut().enumerate() {
        // 24 bits: exact in f32. Rounding must not reach the total, or a last component of
        // weight 0 could be chosen.
        let unit = (words[l] >> 8).cast_signed() as f32 * (1.0 / 16_777_216.0);
        let below = f32::from_bits(total[l].to_bits().wrapping_sub(1));
        let scaled = unit * total[l];
        *target = if scaled < below { scaled } else { below };
    }
    let mut index = [0; ROWS];
    let target = U::as_simd_f32s(&target).0;
    for (chunk, (index, target)) in U::as_mut_simd_u32s(&mut index)
        .0
        .iter_mut()
        .zip(target)
        .enumerate()
    {
        let one = unit.splat_u32s(1);
        let mut count = unit.splat_u32s(0);
        for column in columns {
            let above = unit.less_than_or_equal_f32s(U::as_simd_f32s(column).0[chunk], *target);
            count = unit.select_u32s(above, unit.add_u32s(count, one), count);
        }
        *index = count;
    }
    index
}

/// A standard normal deviate for each row; NaN where there is no mixture.
#[inline(always)]
fn deviates(words: &Blocks, total: &Column) -> Column {
    let words = &words.as_flattened()[ROWS..];
    let (radii, angles) = words.split_at(PAIRS);
    let mut deviates = [0.0; ROWS];
    let (first, second) = deviates.split_at_mut(PAIRS);
    for l in 0..PAIRS {
        (first[l], second[l]) = normals::pair(radii[l], angles[l]);
    }
    for l in 0..ROWS {
        deviates[l] = if total[l] > 0.0 {
            deviates[l]
        } else {
            f32::NAN
        };
    }
    deviates
}

struct Chosen<'a> {
    k: usize,
    means: &'a [f32],
    scales: &'a [f32],
    spread: f32,
}

impl Chosen<'_> {
    /// μ + σ·z of the chosen components; the draws of two rows are `stride` apart.
    #[inline(always)]
    fn write(&self, index: &[u32], deviates: &[f32], draws: &mut [f32], stride: usize) {
        let rows = self
            .means
            .chunks_exact(self.k)
            .zip(self.scales.chunks_exact(self.k));
        let draws = draws.chunks_mut(stride).zip(rows);
        for ((draws, (means, scales)), (index, deviate)) in draws.zip(index.iter().zip(deviates)) {
            let index = (*index as usize).min(means.len() - 1);
            draws[0] = deviate.mul_add(scales[index] * self.spread, means[index]);
        }
    }
}
