//! Standard normal deviates by counting: the noise of a training step.
//!
//! Deviate e of stream s is a pure function of the key, s and e, as in
//! `counted`: no generator runs, and the bits are the same on every path.

use super::chacha::{BLOCKS, Blocks, Key, WORDS, blocks};
use super::dispatch::{Kernel, Unit, dispatch};
use super::vector::{ln_normal, sin_cos_turns};

/// Deviates of one round of blocks: two from two words.
const DEVIATES: usize = BLOCKS * WORDS;
/// Half of them: radius and angle stand this far apart, and so do the two deviates.
const PAIRS: usize = DEVIATES / 2;

/// Fills `out` with deviates 0, 1, … of N(0, 1) of `stream` under `key`, a named stream's.
///
/// # Formula
/// The transform of Box and Muller (1958, "A note on the generation of random normal
/// deviates", eq. 1): √(−2 ln u)·(cos 2πv, sin 2πv), u on a grid of 2³¹ points inside (0, 1).
///
/// # Numerics
/// No deviate is beyond 6.66.
pub fn normals(key: &[u8; 32], stream: u64, out: &mut [f32]) {
    dispatch(Fill {
        key: Key::new(key),
        stream,
        out,
    });
}

struct Fill<'a> {
    key: Key,
    stream: u64,
    out: &'a mut [f32],
}

impl Kernel for Fill<'_> {
    #[inline(always)]
    fn run<U: Unit>(self, unit: U) {
        let mut words = [[0; BLOCKS]; WORDS];
        let mut made = [0.0; DEVIATES];
        for (round, out) in self.out.chunks_mut(DEVIATES).enumerate() {
            let first = (round as u64).wrapping_mul(BLOCKS as u64);
            blocks(unit, self.key, self.stream, first, &mut words);
            transform(&words, &mut made);
            out.copy_from_slice(&made[..out.len()]);
        }
    }
}

#[inline(always)]
fn transform(words: &Blocks, made: &mut [f32; DEVIATES]) {
    let (radii, angles) = words.as_flattened().split_at(PAIRS);
    let (first, second) = made.split_at_mut(PAIRS);
    for l in 0..PAIRS {
        (first[l], second[l]) = pair(radii[l], angles[l]);
    }
}

/// Two deviates from two words, by the formula of [`normals`].
#[inline(always)]
fn pair(radius: u32, angle: u32) -> (f32, f32) {
    let (radius, sin, cos) = polar(radius, angle);
    (radius * cos, radius * sin)
}

/// Radius √(−2 ln u), sine and cosine of two deviates' angle, from two words.
#[inline(always)]
pub(super) fn polar(radius: u32, angle: u32) -> (f32, f32, f32) {
    let unit = ((radius >> 1).cast_signed() as f32 + 0.5) * (1.0 / 2_147_483_648.0);
    let radius = (-2.0 * ln_normal(unit)).sqrt();
    let (sin, cos) = sin_cos_turns(angle);
    (radius, sin, cos)
}
