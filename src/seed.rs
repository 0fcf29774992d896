//! The only maker of randomness: named, independent ChaCha streams from one root seed.
//!
//! A stream is named by a path such as `data/train` or `init/article/mdn/k=20/r=0`.
//! Its 256-bit key is the BLAKE3 hash of the root seed and the path, so that adding
//! a stream moves no other, and no two names share a stream.
//!
//! ```
//! use mixture_density::seed::Seed;
//! let mut a = Seed::new(7).stream("data/train");
//! let mut b = Seed::new(7).stream("data/test");
//! assert_ne!(a.uniform(0.0, 1.0), b.uniform(0.0, 1.0));
//! ```

use std::convert::Infallible;

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng, TryRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::UnitDisc;

pub use rand::Rng;
pub use rand_distr::Distribution;

/// Domain separation: a change of this string is value-breaking for every stream.
const CONTEXT: &str = "mixture-density 2026-11 seed stream v1";

/// The root seed of a study. Every random number follows from it and a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed(u64);

impl Seed {
    /// The root with this value.
    #[must_use]
    pub const fn new(root: u64) -> Self {
        Self(root)
    }

    /// The root of a part of a study, whose streams are its own whatever they are called.
    #[must_use]
    pub fn child(self, path: &str) -> Self {
        let key = self.key(&format!("child/{path}"));
        let mut root = [0; 8];
        root.copy_from_slice(&key[..8]);
        Self(u64::from_le_bytes(root))
    }

    /// The 256-bit key of the stream called `path`, for counter-based generators.
    #[must_use]
    pub fn key(self, path: &str) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
        hasher.update(&self.0.to_le_bytes());
        hasher.update(path.as_bytes());
        *hasher.finalize().as_bytes()
    }

    /// The stream called `path`, from its beginning.
    #[must_use]
    pub fn stream(self, path: &str) -> Stream {
        Stream(ChaCha8Rng::from_seed(self.key(path)))
    }
}

/// One stream of random numbers: a named one (ChaCha with 8 rounds), or any generator of `rand`'s.
///
/// It is itself such a generator.
#[derive(Debug, Clone)]
pub struct Stream<R = ChaCha8Rng>(R);

impl<R: Rng> Stream<R> {
    /// The numbers of another generator.
    ///
    /// ```
    /// use mixture_density::seed::{Rng, Seed, Stream};
    /// fn noise(rng: &mut impl Rng) -> f64 {
    ///     Stream::over(rng).normal(0.0, 1.0)
    /// }
    /// assert!(noise(&mut Seed::new(7).stream("noise")).abs() < 40.0);
    /// ```
    pub const fn over(rng: R) -> Self {
        Self(rng)
    }

    /// A draw from U(`low`, `high`): `low + (high − low)·u`, u on the 2⁻⁵³ grid of \[0, 1).
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.random::<f64>()
    }

    /// A draw from N(`mean`, `scale`²), by Marsaglia's polar method.
    ///
    /// # Formula
    ///
    /// (a, b) uniform in the unit disc, s = a² + b²: a·√(−2 ln s / s) (Marsaglia and Bray, 1964).
    ///
    /// # Numerics
    ///
    /// `rand_distr`'s own normal, the ziggurat, is faster, but takes `exp` and `ln` from std as
    /// soon as any crate in the graph asks for `num-traits/std`. Its disc needs neither, and the
    /// logarithm here is libm's: the bits depend neither on the processor nor on the features.
    /// The second deviate of a pair is dropped: a stream has no state beside its position.
    pub fn normal(&mut self, mean: f64, scale: f64) -> f64 {
        loop {
            let [a, b]: [f64; 2] = UnitDisc.sample(&mut self.0);
            let square = a * a + b * b;
            if square > 0.0 {
                return mean + scale * (a * (-2.0 * libm::log(square) / square).sqrt());
            }
        }
    }

    /// A fresh 256-bit key for counter-based generators.
    pub fn key(&mut self) -> [u8; 32] {
        let mut key = [0; 32];
        for bytes in key.as_chunks_mut::<8>().0 {
            *bytes = self.0.random::<u64>().to_le_bytes();
        }
        key
    }

    /// Permutes `items` uniformly (Fisher–Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        items.shuffle(&mut self.0);
    }

    /// An index with probability proportional to `weights`, by inverse cdf.
    ///
    /// Where rounding leaves the cumulative sum below the draw, the last index with
    /// positive weight is taken. An empty slice, or one without a positive weight, gives 0.
    pub fn categorical(&mut self, weights: &[f64]) -> usize {
        let total: f64 = weights.iter().sum();
        let target = self.uniform(0.0, 1.0) * total;
        let mut cumulative = 0.0;
        for (index, weight) in weights.iter().enumerate() {
            cumulative += weight;
            if target < cumulative {
                return index;
            }
        }
        weights.iter().rposition(|w| *w > 0.0).unwrap_or(0)
    }
}

impl<R: Rng> TryRng for Stream<R> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.0.next_u32())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0.next_u64())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}
