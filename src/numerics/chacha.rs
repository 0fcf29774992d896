//! ChaCha with 8 rounds, sixteen blocks side by side.
//!
//! The stream cipher of Bernstein (2008, "ChaCha, a variant of Salsa20") as a counter-based
//! generator: block `counter` of stream `nonce` under a 256-bit key is a pure function, so
//! any part of a stream can be had without the parts before it. The layout is that of the
//! original paper, with a 64-bit counter and a 64-bit nonce; the words equal those of
//! `rand_chacha::ChaCha8Rng` (`tests/it/numerics/sampling.rs`).

use pulp::Simd;

use super::dispatch::{Kernel, Unit, dispatch};

/// Blocks made at a time.
pub(crate) const BLOCKS: usize = 16;
/// Words of one block.
pub(crate) const WORDS: usize = 16;
/// `blocks[w][b]` is word `w` of block `first + b`.
pub(crate) type Blocks = [[u32; BLOCKS]; WORDS];

/// "expand 32-byte k".
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];
const DOUBLE_ROUNDS: usize = 4;

/// A key, as the words it is made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key([u32; 8]);

impl Key {
    pub(crate) fn new(bytes: &[u8; 32]) -> Self {
        let mut words = [0; 8];
        for (word, bytes) in words.iter_mut().zip(bytes.as_chunks::<4>().0) {
            *word = u32::from_le_bytes(*bytes);
        }
        Self(words)
    }
}

/// The words of block `counter` of the stream `nonce` under `key`.
///
/// ```
/// // The first word of the all-zero key, as in the authors' test vectors.
/// let block = mixture_density::numerics::chacha::block(&[0; 32], 0, 0);
/// assert_eq!(block[0].to_le_bytes(), [0x3e, 0x00, 0xef, 0x2f]);
/// ```
#[must_use]
pub fn block(key: &[u8; 32], nonce: u64, counter: u64) -> [u32; WORDS] {
    struct One<'a>(Key, u64, u64, &'a mut Blocks);
    impl Kernel for One<'_> {
        #[inline(always)]
        fn run<U: Unit>(self, unit: U) {
            blocks(unit, self.0, self.1, self.2, self.3);
        }
    }
    let mut blocks = [[0; BLOCKS]; WORDS];
    dispatch(One(Key::new(key), nonce, counter, &mut blocks));
    let mut first = [0; WORDS];
    for (word, words) in first.iter_mut().zip(&blocks) {
        *word = words[0];
    }
    first
}

/// Blocks `first`, `first + 1`, … of the stream `nonce`; the counter wraps at 2⁶⁴.
#[inline(always)]
pub(crate) fn blocks<S: Simd>(simd: S, key: Key, nonce: u64, first: u64, blocks: &mut Blocks) {
    let mut counters = [first; BLOCKS];
    for (b, counter) in counters.iter_mut().enumerate() {
        *counter = first.wrapping_add(b as u64);
    }
    blocks_at(simd, key, &[nonce; BLOCKS], &counters, blocks);
}

/// Block `counters[b]` of the stream `nonces[b]`, for each b.
#[inline(always)]
pub(crate) fn blocks_at<S: Simd>(
    simd: S,
    key: Key,
    nonces: &[u64; BLOCKS],
    counters: &[u64; BLOCKS],
    blocks: &mut Blocks,
) {
    // Words 12 to 15: counter, then nonce, the low half first.
    let mut inputs = [[0; BLOCKS]; 4];
    for b in 0..BLOCKS {
        inputs[0][b] = counters[b] as u32;
        inputs[1][b] = (counters[b] >> 32) as u32;
        inputs[2][b] = nonces[b] as u32;
        inputs[3][b] = (nonces[b] >> 32) as u32;
    }
    for chunk in 0..BLOCKS / S::U32_LANES {
        let mut start = [simd.splat_u32s(0); WORDS];
        for (word, constant) in start[..4].iter_mut().zip(CONSTANTS) {
            *word = simd.splat_u32s(constant);
        }
        for (word, key) in start[4..12].iter_mut().zip(key.0) {
            *word = simd.splat_u32s(key);
        }
        for (word, input) in start[12..].iter_mut().zip(&inputs) {
            *word = S::as_simd_u32s(input).0[chunk];
        }
        let mut state = start;
        for _ in 0..DOUBLE_ROUNDS {
            quarter::<S, 0, 4, 8, 12>(simd, &mut state);
            quarter::<S, 1, 5, 9, 13>(simd, &mut state);
            quarter::<S, 2, 6, 10, 14>(simd, &mut state);
            quarter::<S, 3, 7, 11, 15>(simd, &mut state);
            quarter::<S, 0, 5, 10, 15>(simd, &mut state);
            quarter::<S, 1, 6, 11, 12>(simd, &mut state);
            quarter::<S, 2, 7, 8, 13>(simd, &mut state);
            quarter::<S, 3, 4, 9, 14>(simd, &mut state);
        }
        for w in 0..WORDS {
            S::as_mut_simd_u32s(&mut blocks[w]).0[chunk] = simd.add_u32s(state[w], start[w]);
        }
    }
}

#[inline(always)]
fn quarter<S: Simd, const A: usize, const B: usize, const C: usize, const D: usize>(
    simd: S,
    state: &mut [S::u32s; WORDS],
) {
    state[A] = simd.add_u32s(state[A], state[B]);
    state[D] = turned_left::<S, 16>(simd, simd.xor_u32s(state[D], state[A]));
    state[C] = simd.add_u32s(state[C], state[D]);
    state[B] = turned_left::<S, 12>(simd, simd.xor_u32s(state[B], state[C]));
    state[A] = simd.add_u32s(state[A], state[B]);
    state[D] = turned_left::<S, 8>(simd, simd.xor_u32s(state[D], state[A]));
    state[C] = simd.add_u32s(state[C], state[D]);
    state[B] = turned_left::<S, 7>(simd, simd.xor_u32s(state[B], state[C]));
}

/// Bits turned left by `N`.
#[inline(always)]
fn turned_left<S: Simd, const N: u32>(simd: S, word: S::u32s) -> S::u32s {
    simd.or_u32s(
        simd.wrapping_dyn_shl_u32s(word, simd.splat_u32s(N)),
        simd.wrapping_dyn_shr_u32s(word, simd.splat_u32s(32 - N)),
    )
}
