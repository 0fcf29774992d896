//! Many draws at once.

use std::ops::Range;

use super::batch::MixtureBatch;
use super::error::MixtureError;
use super::gaussian_mixture::{GaussianMixture, Spread};
use super::temperature::Temperature;
use crate::numerics::counted::{DrawScratch, Drawn, Draws, Place, draw};

/// Numbers that are given in one piece at most: 4 GB.
const MOST_NUMBERS: usize = 500_000_000;

/// Draws from many mixtures, by counting instead of by a generator that runs.
///
/// Draw j of row i is a function of the key, the numbers i and j, the temperature and the row's mixture, and of
/// nothing else: chunks of rows, ranges of draws and threads can be cut as one likes.
/// [`Univariate::sample`](super::Univariate::sample) and its kin draw one by one from a stream.
///
/// After the first call with mixtures of one shape nothing is allocated.
///
/// # Numerics
/// A component is chosen with its weight's probability to within 2⁻³⁰, one of weight 0 never. Deviates are those of
/// Box and Muller (1958, "A note on the generation of random normal deviates", eq. 1) from 2³¹ radii up to 6.66 and 2³²
/// angles, the factors rounded to 24 bits, their product exact. The bits are the same on every processor.
///
/// # Examples
/// ```
/// use mixture_density::mixture::{MixtureBatch, Sampler};
/// use mixture_density::seed::Seed;
/// let batch = MixtureBatch::from_logits(1, 1, vec![0.0; 2], vec![-5.0, 5.0], vec![0.1; 2])?;
/// let mut sampler = Sampler::new(Seed::new(7).key("draws"));
/// let draws = sampler.sample(&batch, 1000)?;
/// assert!(draws[..1000].iter().all(|y| (y + 5.0).abs() < 1.0));
/// assert!(draws[1000..].iter().all(|y| (y - 5.0).abs() < 1.0));
/// // Draws 10 to 19 of row 1, alone.
/// let mut part = [0.0; 10];
/// let row = MixtureBatch::from_logits(1, 1, vec![0.0], vec![5.0], vec![0.1])?;
/// sampler.sample_into(&row, &[1], 10..20, &mut part)?;
/// assert_eq!(part, draws[1010..1020]);
/// # Ok::<(), mixture_density::mixture::MixtureError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Sampler {
    key: [u8; 32],
    temperature: Temperature,
    /// Of the rows, where they are not those of a batch.
    weights: Vec<f64>,
    log_weights: Vec<f64>,
    scratch: DrawScratch,
}

impl Sampler {
    /// With the key of a named stream: [`Seed::key`](crate::seed::Seed::key).
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self {
            key,
            temperature: Temperature::ONE,
            weights: Vec::new(),
            log_weights: Vec::new(),
            scratch: DrawScratch::default(),
        }
    }

    /// Draws from tempered mixtures from now on.
    #[must_use]
    pub const fn tempered(mut self, temperature: Temperature) -> Self {
        self.temperature = temperature;
        self
    }

    /// `n` draws from each row of `batch`, whose rows are numbered from 0: [rows, n, d].
    ///
    /// # Errors
    /// [`MixtureError::TooMany`] for more than 500 million numbers.
    pub fn sample(&mut self, batch: &MixtureBatch, n: usize) -> Result<Vec<f64>, MixtureError> {
        let numbers: Vec<u64> = (0..batch.len() as u64).collect();
        let len = out_len(batch.len(), n as u64, batch.n_targets());
        if len > MOST_NUMBERS {
            return Err(MixtureError::TooMany {
                what: "draws",
                found: len,
                most: MOST_NUMBERS,
            });
        }
        let mut out = vec![0.0; len];
        self.sample_into(batch, &numbers, 0..n as u64, &mut out)?;
        Ok(out)
    }

    /// These draws from each row of `batch`, whose rows have these `numbers`, into `out` [rows, draws, d].
    ///
    /// # Errors
    /// [`MixtureError::WrongLength`] where there is not a number for each row, or `out` is not of that length.
    pub fn sample_into(
        &mut self,
        batch: &MixtureBatch,
        numbers: &[u64],
        draws: Range<u64>,
        out: &mut [f64],
    ) -> Result<(), MixtureError> {
        let (k, d) = (batch.n_components(), batch.n_targets());
        let n = check(batch.len(), numbers, &draws, d, out)?;
        let parts = batch.parts();
        let mut weights = parts.weights;
        if self.temperature.moves_weights() {
            self.weights.clear();
            self.weights.extend_from_slice(parts.weights);
            self.log_weights.clear();
            self.log_weights.extend_from_slice(parts.log_weights);
            self.temper(k);
            weights = &self.weights;
        }
        let spread = self.temperature.spread();
        let asked = Draws {
            key: &self.key,
            rows: numbers,
            first: draws.start,
            n,
            n_targets: d,
            n_components: k,
            weights,
        };
        let place = Diagonal {
            n,
            k,
            d,
            spread,
            means: parts.means,
            scales: parts.scales,
            out,
        };
        draw(asked, &mut self.scratch, place);
        Ok(())
    }

    /// As [`sample_into`](Self::sample_into), from mixtures of one K and D with any covariances.
    ///
    /// # Errors
    /// As [`sample_into`](Self::sample_into), and [`MixtureError::InRow`] with the first row of another K or D than row 0.
    pub fn sample_each_into(
        &mut self,
        mixtures: &[GaussianMixture],
        numbers: &[u64],
        draws: Range<u64>,
        out: &mut [f64],
    ) -> Result<(), MixtureError> {
        let Some(first) = mixtures.first() else {
            return check(0, numbers, &draws, 1, out).map(|_| ());
        };
        let (k, d) = (first.n_components(), first.n_targets());
        let n = check(mixtures.len(), numbers, &draws, d, out)?;
        self.weights.clear();
        self.log_weights.clear();
        for (row, mixture) in mixtures.iter().enumerate() {
            check_shape(mixture, k, d).map_err(|e| e.in_row(row))?;
            self.weights.extend_from_slice(&mixture.weights);
            self.log_weights.extend_from_slice(&mixture.log_weights);
        }
        self.temper(k);
        let spread = self.temperature.spread();
        let asked = Draws {
            key: &self.key,
            rows: numbers,
            first: draws.start,
            n,
            n_targets: d,
            n_components: k,
            weights: &self.weights,
        };
        let place = Each {
            n,
            d,
            spread,
            mixtures,
            out,
        };
        draw(asked, &mut self.scratch, place);
        Ok(())
    }

    /// Tempers the weights of all rows.
    fn temper(&mut self, k: usize) {
        let rows = self.log_weights.chunks_exact_mut(k);
        for (logs, weights) in rows.zip(self.weights.chunks_exact_mut(k)) {
            self.temperature.temper(logs, weights);
        }
    }
}

/// Draws [rows, n, d] of mixtures with means and scales [rows, d, k].
struct Diagonal<'a> {
    n: usize,
    k: usize,
    d: usize,
    /// Factor of every scale.
    spread: f64,
    means: &'a [f64],
    scales: &'a [f64],
    out: &'a mut [f64],
}

impl Place for Diagonal<'_> {
    #[inline(always)]
    fn place(&mut self, drawn: Drawn<'_>) {
        let (k, d) = (self.k, self.d);
        let out = &mut self.out[(drawn.row * self.n + drawn.at) * d..];
        for target in 0..d {
            let first = (drawn.row * d + target) * k;
            let (means, scales) = (&self.means[first..][..k], &self.scales[first..][..k]);
            let components = drawn.components().iter().zip(drawn.deviates(target));
            let out = out[target..].iter_mut().step_by(d);
            for ((component, deviate), y) in components.zip(out) {
                let component = *component as usize;
                *y = means[component] + scales[component] * self.spread * deviate;
            }
        }
    }
}

/// Draws [rows, n, d] of mixtures with any covariances.
struct Each<'a> {
    n: usize,
    d: usize,
    /// Factor of every scale.
    spread: f64,
    mixtures: &'a [GaussianMixture],
    out: &'a mut [f64],
}

impl Place for Each<'_> {
    /// μₖ + `spread`·L·z.
    #[inline(always)]
    fn place(&mut self, drawn: Drawn<'_>) {
        let (d, mixture) = (self.d, &self.mixtures[drawn.row]);
        let out = &mut self.out[(drawn.row * self.n + drawn.at) * d..];
        for (i, component) in drawn.components().iter().enumerate() {
            let component = *component as usize;
            let means = &mixture.means[component * d..][..d];
            let y = out[i * d..][..d].iter_mut().zip(means).enumerate();
            match &mixture.spread {
                Spread::Diagonal(scales) => {
                    let scales = &scales[component * d..][..d];
                    for (target, (y, mean)) in y {
                        *y = mean + scales[target] * self.spread * drawn.deviate(target, i);
                    }
                }
                Spread::Full(factors) => {
                    let factor = &factors[component * d * d..][..d * d];
                    for (target, (y, mean)) in y {
                        let mut sum = 0.0;
                        for (j, l) in factor[target * d..][..=target].iter().enumerate() {
                            sum += l * self.spread * drawn.deviate(j, i);
                        }
                        *y = mean + sum;
                    }
                }
            }
        }
    }
}

/// As many components and targets as the first row.
fn check_shape(mixture: &GaussianMixture, k: usize, d: usize) -> Result<(), MixtureError> {
    for (what, expected, found) in [
        ("components", k, mixture.n_components()),
        ("targets", d, mixture.n_targets()),
    ] {
        if expected != found {
            return Err(MixtureError::WrongLength {
                what,
                expected,
                found,
            });
        }
    }
    Ok(())
}

/// A number for each row, and an `out` of the right length; gives the draws of a row.
fn check(
    n_rows: usize,
    numbers: &[u64],
    draws: &Range<u64>,
    d: usize,
    out: &[f64],
) -> Result<usize, MixtureError> {
    let n = draws.end.saturating_sub(draws.start);
    for (what, expected, found) in [
        ("row numbers", n_rows, numbers.len()),
        ("draws", out_len(n_rows, n, d), out.len()),
    ] {
        if expected != found {
            return Err(MixtureError::WrongLength {
                what,
                expected,
                found,
            });
        }
    }
    Ok(n as usize)
}

/// Numbers of so many draws.
fn out_len(n_rows: usize, n: u64, d: usize) -> usize {
    let n = usize::try_from(n).unwrap_or(usize::MAX);
    n.saturating_mul(n_rows).saturating_mul(d)
}
