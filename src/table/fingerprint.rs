//! The hash of a table's names and cells.

use super::cells::Cells;
use super::column::Column;

/// A column with its name.
pub(super) type Named<'a> = (&'a str, &'a Column);

/// BLAKE3 of the names and of all cells, row by row, in hexadecimal: numbers as little-endian `f64`, texts with their
/// lengths.
///
/// Of columns of numbers alone nothing else is hashed; where there are others, the kind of each comes after the names.
pub(super) fn blake3(features: &[Named<'_>], targets: &[Named<'_>], n_rows: usize) -> String {
    let mut hasher = blake3::Hasher::new();
    let all = || features.iter().chain(targets);
    for columns in [features, targets] {
        hasher.update(&(columns.len() as u64).to_le_bytes());
        for (name, _) in columns {
            hasher.update(&(name.len() as u64).to_le_bytes());
            hasher.update(name.as_bytes());
        }
    }
    let is_plain = |cells: &Cells| match cells {
        Cells::Numbers(values) => !values.iter().any(|value| value.is_nan()),
        _ => false,
    };
    if !all().all(|(_, column)| is_plain(&column.0)) {
        hasher.update(b"kinds");
        for (_, column) in all() {
            let kind = match &column.0 {
                Cells::Numbers(_) => b'n',
                Cells::Moments { is_time: false, .. } => b'd',
                Cells::Moments { is_time: true, .. } => b't',
                Cells::Texts(_) => b'c',
                Cells::Empty(_) => b'e',
            };
            hasher.update(&[kind]);
        }
    }
    let mut bytes = Vec::new();
    for row in 0..n_rows {
        bytes.clear();
        for (_, column) in all() {
            match &column.0 {
                Cells::Numbers(values) | Cells::Moments { days: values, .. } => {
                    // −0 and 0 are one number, and so is whatever is none.
                    let value = values[row] + 0.0;
                    let value = if value.is_nan() { f64::NAN } else { value };
                    bytes.extend(value.to_le_bytes());
                }
                Cells::Texts(texts) => {
                    let text = texts.get(row);
                    let length = text.map_or(u64::MAX, |text| text.len() as u64);
                    bytes.extend(length.to_le_bytes());
                    bytes.extend(text.unwrap_or_default().as_bytes());
                }
                Cells::Empty(_) => {}
            }
        }
        hasher.update(&bytes);
    }
    hasher.finalize().to_hex().to_string()
}
