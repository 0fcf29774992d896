//! What draws from many mixtures need, by counting: a component and normal deviates for each draw.
//!
//! Draw j of row i is a pure function of the key, i and j: its random words are found by counting, no
//! generator runs. So neither chunks nor threads nor other rows can move a draw.
//!
//! # Layout
//! Row i has the stream i of the key. Draws come in groups of eight: group c of D targets has the blocks
//! c·P … c·P + P − 1 of the stream, P = ⌊D/2⌋ + 1, and each block has two halves of eight words. The
//! first half of all chooses the components; half 1 + t makes the deviates of target t, two from a radius
//! and an angle: words 0 to 3 are radii, words 4 to 7 the angles, and draws l and l + 4 share number l.

use super::chacha::{BLOCKS, Blocks, Key, WORDS, blocks_at};
use super::dispatch::{Kernel, Unit, dispatch};
use super::normals::polar;
use super::square::{EDGE, Square};

/// Draws of a group.
pub(crate) const GROUP: usize = WORDS / 2;
/// Half of them: two draws share a radius and an angle.
const PAIRS: usize = GROUP / 2;
/// Up to so many draws of a group are chosen one by one.
const FEW: usize = 3;
/// Weights count in units of 2⁻³⁰: sums of them stay within `i32`.
const UNITS: f64 = 1_073_741_824.0;
/// 2⁵²: added to a smaller number it rounds it to a whole one, in the low bits.
const ROUNDER: f64 = 4_503_599_627_370_496.0;

/// Deviates of one target: of each draw of a group, for each of the groups that are made together.
type Deviates = [[f64; BLOCKS]; GROUP];

/// Which draws.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draws<'a> {
    /// Key of a named stream.
    pub(crate) key: &'a [u8; 32],
    /// Number of each row.
    pub(crate) rows: &'a [u64],
    /// Number of the first draw of each row.
    pub(crate) first: u64,
    /// Draws of each row.
    pub(crate) n: usize,
    /// D.
    pub(crate) n_targets: usize,
    /// K ≥ 1.
    pub(crate) n_components: usize,
    /// Of each row, \[n, k\]; each row sums to 1.
    pub(crate) weights: &'a [f64],
}

/// Buffers of [`draw`], reused from call to call.
#[derive(Debug, Clone, Default)]
pub(crate) struct DrawScratch {
    deviates: Vec<Deviates>,
    cumulative: Vec<i32>,
}

/// Up to eight draws that follow each other in one row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Drawn<'a> {
    /// Row, from 0.
    pub(crate) row: usize,
    /// Place of the first of them among the draws asked for.
    pub(crate) at: usize,
    components: &'a [u32],
    deviates: &'a [Deviates],
    lane: usize,
    /// Draws of the group that were not asked for.
    skipped: usize,
}

impl Drawn<'_> {
    /// The component of each draw.
    pub(crate) const fn components(&self) -> &[u32] {
        self.components
    }

    /// N(0, 1) deviates of these draws in `target`.
    #[inline(always)]
    pub(crate) fn deviates(&self, target: usize) -> impl Iterator<Item = f64> {
        let lane = self.lane % BLOCKS;
        let draws = self.deviates[target].iter().skip(self.skipped);
        draws.map(move |groups| groups[lane])
    }

    /// The deviate of the `i`th of these draws in `target`.
    #[inline(always)]
    pub(crate) fn deviate(&self, target: usize, i: usize) -> f64 {
        self.deviates[target][self.skipped + i][self.lane]
    }
}

/// What becomes of draws.
pub(crate) trait Place {
    /// Takes these, which follow those before them. To be `#[inline(always)]`, as all that a [`Kernel`] calls.
    fn place(&mut self, drawn: Drawn<'_>);
}

/// Hands the draws to `place`, row by row in rising order.
///
/// # Numerics
/// A component's probability is its weight rounded to 2⁻³⁰, within 2⁻³²; one of weight 0 is never chosen.
/// A deviate is the product, exact in f64, of a radius and a cosine that are f32 numbers: by the transform of
/// Box and Muller (1958, eq. 1), with 2³¹ radii up to 6.66 and 2³² angles. The bits are the same on every path.
pub(crate) fn draw(draws: Draws<'_>, scratch: &mut DrawScratch, place: impl Place) {
    if draws.n == 0 || draws.rows.is_empty() || draws.n_components == 0 {
        return;
    }
    let zeros = [[0.0; BLOCKS]; GROUP];
    scratch.deviates.resize(draws.n_targets, zeros);
    scratch.cumulative.resize(draws.n_components, 0);
    dispatch(Drawing {
        draws,
        scratch,
        place,
    });
}

struct Drawing<'a, 'b, P> {
    draws: Draws<'a>,
    scratch: &'b mut DrawScratch,
    place: P,
}

/// The groups that are made together, a lane each.
struct Groups {
    rows: [usize; BLOCKS],
    nonces: [u64; BLOCKS],
    numbers: [u64; BLOCKS],
}

impl<P: Place> Kernel for Drawing<'_, '_, P> {
    #[inline(always)]
    fn run<U: Unit>(mut self, unit: U) {
        let draws = self.draws;
        let k = draws.n_components;
        let skipped = (draws.first % GROUP as u64) as usize;
        let first_group = draws.first / GROUP as u64;
        let per_row = skipped.saturating_add(draws.n).div_ceil(GROUP);
        let (mut row, mut group) = (0, 0);
        let mut cumulative_of = usize::MAX;
        while row < draws.rows.len() {
            let mut groups = Groups {
                rows: [0; BLOCKS],
                nonces: [0; BLOCKS],
                numbers: [0; BLOCKS],
            };
            let mut lanes = 0;
            while lanes < BLOCKS && row < draws.rows.len() {
                groups.rows[lanes] = row;
                groups.nonces[lanes] = draws.rows[row];
                groups.numbers[lanes] = group as u64;
                lanes += 1;
                group += 1;
                if group == per_row {
                    (row, group) = (row + 1, 0);
                }
            }
            // Of a row with few draws, the pairs beyond the last are not made.
            let pairs = PAIRS.min(skipped + draws.n);
            let words = self.words(unit, &groups, first_group, pairs);
            for (lane, &row) in groups.rows[..lanes].iter().enumerate() {
                if row != cumulative_of {
                    cumulate(&draws.weights[row * k..][..k], &mut self.scratch.cumulative);
                    cumulative_of = row;
                }
                let begin = groups.numbers[lane] as usize * GROUP;
                let from = skipped.saturating_sub(begin);
                let to = GROUP.min(skipped + draws.n - begin);
                let mut components = [0; GROUP];
                let cumulative = &self.scratch.cumulative;
                if to <= FEW {
                    choose_few(&words[lane][..to], cumulative, &mut components);
                } else {
                    components = choose(&words[lane], cumulative);
                }
                self.place.place(Drawn {
                    row,
                    at: begin + from - skipped,
                    components: &components[from..to],
                    deviates: &self.scratch.deviates,
                    lane,
                    skipped: from,
                });
            }
        }
    }
}

impl<P> Drawing<'_, '_, P> {
    /// Makes the deviates of these groups; gives the words that choose their components.
    #[inline(always)]
    fn words<U: Unit>(
        &mut self,
        unit: U,
        groups: &Groups,
        first_group: u64,
        pairs: usize,
    ) -> [[u32; GROUP]; BLOCKS] {
        let key = Key::new(self.draws.key);
        let planes = self.draws.n_targets as u64 / 2 + 1;
        let mut chosen = [[0; GROUP]; BLOCKS];
        let mut words = [[0; BLOCKS]; WORDS];
        for plane in 0..planes {
            let mut counters = [0; BLOCKS];
            for (counter, number) in counters.iter_mut().zip(&groups.numbers) {
                let group = first_group.wrapping_add(*number);
                *counter = group.wrapping_mul(planes).wrapping_add(plane);
            }
            blocks_at(unit, key, &groups.nonces, &counters, &mut words);
            // Halves 2·plane and 2·plane + 1; half 0 chooses.
            let (low, high) = (2 * plane as usize, 2 * plane as usize + 1);
            if low == 0 {
                chosen = turned(unit, &words);
            } else if let Some(deviates) = self.scratch.deviates.get_mut(low - 1) {
                transform(&words, 0, pairs, deviates);
            }
            if let Some(deviates) = self.scratch.deviates.get_mut(high - 1) {
                transform(&words, GROUP, pairs, deviates);
            }
        }
        chosen
    }
}

/// The first half's words, group by group.
#[inline(always)]
fn turned<U: Unit>(unit: U, words: &Blocks) -> [[u32; GROUP]; BLOCKS] {
    let mut result = [[0; GROUP]; BLOCKS];
    for part in 0..BLOCKS / EDGE {
        let mut square = [[0; EDGE]; EDGE];
        for (row, words) in square.iter_mut().zip(words) {
            row.copy_from_slice(&words[part * EDGE..][..EDGE]);
        }
        let square: Square = unit.turned(pulp::cast(square));
        let square: [[u32; EDGE]; EDGE] = pulp::cast(square);
        result[part * EDGE..][..EDGE].copy_from_slice(&square);
    }
    result
}

/// Deviates from the eight words that begin with word `half`.
#[inline(always)]
fn transform(words: &Blocks, half: usize, pairs: usize, deviates: &mut Deviates) {
    let (first, second) = deviates.split_at_mut(PAIRS);
    for pair in 0..pairs {
        let (radii, angles) = (&words[half + pair], &words[half + PAIRS + pair]);
        let (first, second) = (&mut first[pair], &mut second[pair]);
        let (mut radius, mut sin, mut cos) = ([0.0; BLOCKS], [0.0; BLOCKS], [0.0; BLOCKS]);
        for l in 0..BLOCKS {
            (radius[l], sin[l], cos[l]) = polar(radii[l], angles[l]);
        }
        for l in 0..BLOCKS {
            first[l] = f64::from(radius[l]) * f64::from(cos[l]);
            second[l] = f64::from(radius[l]) * f64::from(sin[l]);
        }
    }
}

/// Weights to their running sums, in whole units.
#[inline(always)]
fn cumulate(weights: &[f64], cumulative: &mut [i32]) {
    for (count, weight) in cumulative.iter_mut().zip(weights) {
        *count = (weight * UNITS + ROUNDER).to_bits() as i32;
    }
    let mut sum = 0i32;
    for count in cumulative {
        sum = sum.wrapping_add(*count);
        *count = sum;
    }
}

/// As [`choose`], of a few words: lanes over the sums instead of over the words.
#[inline(always)]
fn choose_few(words: &[u32], cumulative: &[i32], components: &mut [u32; GROUP]) {
    let Some((total, sums)) = cumulative.split_last() else {
        return;
    };
    for (component, word) in components.iter_mut().zip(words) {
        let target = target(*word, *total);
        *component = sums.iter().map(|sum| u32::from(*sum <= target)).sum();
    }
}

/// word·total/2³², rounded down.
#[inline(always)]
fn target(word: u32, total: i32) -> i32 {
    ((u64::from(word) * u64::from(total.cast_unsigned())) >> 32) as i32
}

/// The component each word chooses: how many running sums are not above word·total/2³².
#[inline(always)]
fn choose(words: &[u32; GROUP], cumulative: &[i32]) -> [u32; GROUP] {
    let Some((total, sums)) = cumulative.split_last() else {
        return [0; GROUP];
    };
    let (mut targets, mut components) = ([0; GROUP], [0; GROUP]);
    for (into, word) in targets.iter_mut().zip(words) {
        *into = target(*word, *total);
    }
    // The last sum is the total, which no target reaches. By fours: the loop itself costs as much as a comparison.
    let (fours, rest) = sums.as_chunks::<4>();
    for sums in fours {
        for (component, target) in components.iter_mut().zip(&targets) {
            let counted = sums.map(|sum| u32::from(sum <= *target));
            *component += (counted[0] + counted[1]) + (counted[2] + counted[3]);
        }
    }
    for sum in rest {
        for (component, target) in components.iter_mut().zip(&targets) {
            *component += u32::from(*sum <= *target);
        }
    }
    components
}
