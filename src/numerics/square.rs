//! A square of 64 numbers and its transpose, element by element or by shuffles.

use std::arch::x86_64::__m256;

use pulp::x86::V3;

/// Edge of a square.
pub(super) const EDGE: usize = 8;
/// Eight rows of eight.
pub(crate) type Square = [[f32; EDGE]; EDGE];

/// The transpose, one element at a time.
#[inline(always)]
pub(super) fn turned_by_elements(square: &Square) -> Square {
    let mut result = *square;
    for (i, column) in result.iter_mut().enumerate() {
        for (value, row) in column.iter_mut().zip(square) {
            *value = row[i];
        }
    }
    result
}

/// The transpose in 24 shuffles: pairs of rows, then pairs of pairs, then halves.
///
/// Named instructions, because no plain loop was compiled to shuffles in every kernel.
#[inline(always)]
pub(super) fn turned_by_shuffles(unit: V3, square: Square) -> Square {
    let avx = unit.avx;
    let rows: [__m256; EDGE] = pulp::cast(square);
    let mut pairs = rows;
    for i in [0, 2, 4, 6] {
        pairs[i] = avx._mm256_unpacklo_ps(rows[i], rows[i + 1]);
        pairs[i + 1] = avx._mm256_unpackhi_ps(rows[i], rows[i + 1]);
    }
    let mut fours = pairs;
    for i in [0, 4] {
        fours[i] = avx._mm256_shuffle_ps::<0x44>(pairs[i], pairs[i + 2]);
        fours[i + 1] = avx._mm256_shuffle_ps::<0xee>(pairs[i], pairs[i + 2]);
        fours[i + 2] = avx._mm256_shuffle_ps::<0x44>(pairs[i + 1], pairs[i + 3]);
        fours[i + 3] = avx._mm256_shuffle_ps::<0xee>(pairs[i + 1], pairs[i + 3]);
    }
    let mut columns = fours;
    for i in 0..4 {
        columns[i] = avx._mm256_permute2f128_ps::<0x20>(fours[i], fours[i + 4]);
        columns[i + 4] = avx._mm256_permute2f128_ps::<0x31>(fours[i], fours[i + 4]);
    }
    pulp::cast(columns)
}
