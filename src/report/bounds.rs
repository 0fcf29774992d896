//! Sizes that a record may claim: a number in a file must not ask for the whole memory or the whole day.
//!
//! What is as long as the file is (points, curves, bins of a histogram) needs no bound; what is
//! only a number does, and so does what costs more than its length.

use super::RenderError;
use super::view::FitView;
use super::view::StudyView;

/// Test points: a hundred times as many as a study may draw. The bands of calibration cost about
/// 10·√n steps each, for so many 0.3 million.
pub(super) const MAX_TEST_POINTS: u64 = 1_000_000_000;

/// Components of a shown mixture: as many as a fit may have. Finding the modes costs K² and more.
pub(super) const MAX_COMPONENTS: u64 = 1_000;

/// Levels of calibration, whole percentages: each has a band of its own.
pub(super) const MAX_LEVELS: u64 = 99;

/// # Errors
/// [`RenderError::TooMany`].
pub(super) fn of_study(record: &StudyView<'_>) -> Result<(), RenderError> {
    let n_test = || "data.n_test".to_owned();
    at_most(n_test, length(record.data.n_test), MAX_TEST_POINTS)?;
    for calibration in &record.exhibits.calibration {
        let levels = length(calibration.levels.len());
        let what = || format!("exhibits.calibration of {}: levels", calibration.cell);
        at_most(what, levels, MAX_LEVELS)?;
    }
    for mixtures in &record.exhibits.mixtures {
        let what = || format!("exhibits.mixtures of {}: n_components", mixtures.cell);
        at_most(what, length(mixtures.n_components), MAX_COMPONENTS)?;
    }
    Ok(())
}

/// # Errors
/// [`RenderError::TooMany`].
pub(super) fn of_fit(record: &FitView<'_>) -> Result<(), RenderError> {
    let exhibits = &record.exhibits;
    for histogram in &exhibits.pit_test {
        let counts = histogram.counts.iter();
        let n = counts.fold(0, |n: u64, count| n.saturating_add(*count));
        let what = || format!("exhibits.pit_test of {}: counts", histogram.name);
        at_most(what, n, MAX_TEST_POINTS)?;
    }
    for (name, rows) in [("rows_test", &exhibits.rows_test), ("grid", &exhibits.grid)] {
        for (index, row) in rows.iter().enumerate() {
            let what = || format!("exhibits.{name}, row {index}: weights");
            at_most(what, length(row.weights.len()), MAX_COMPONENTS)?;
        }
    }
    Ok(())
}

fn at_most(what: impl FnOnce() -> String, found: u64, most: u64) -> Result<(), RenderError> {
    if found <= most {
        return Ok(());
    }
    Err(RenderError::TooMany {
        what: what(),
        found,
        most,
    })
}

fn length(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
