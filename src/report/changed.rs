//! What changed since another record: a section of its own, there only where it was asked for.

use serde::Serialize;

use super::RenderError;
use super::cells::{Mark, mark};
use super::number::{self, datum, escape, exact, grouped, short_word};
use super::view::StudyView;
use crate::record::Record;
use crate::record::compare::{Band, Comparison, Difference};

/// Scores that are listed; the rest is counted.
const LISTED: usize = 60;

/// Ready for the template.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Changed {
    at: Mark,
    is_equal_ground: bool,
    old_digest: String,
    n_differences: String,
    is_equal: bool,
    rows: Vec<Row>,
    n_unlisted: Option<String>,
    n_others: Option<String>,
    ground: Vec<Ground>,
    bands: Vec<Row>,
    n_outside: String,
    has_widths: bool,
}

/// A score before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Row {
    class: &'static str,
    place: String,
    old: String,
    new: String,
    difference: String,
    spreads: String,
    verdict: &'static str,
}

/// A field of spec or data that makes the ground another.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Ground {
    place: String,
    old: String,
    new: String,
}

impl Changed {
    /// # Errors
    /// [`RenderError::Template`] where a record is no JSON.
    pub(super) fn of(record: &StudyView<'_>, against: &Record) -> Result<Self, RenderError> {
        let found = Comparison::of(against, record).map_err(|error| RenderError::Template {
            message: error.to_string(),
        })?;
        let (mut scores, others): (Vec<&Difference>, Vec<&Difference>) =
            found.differences.iter().partition(|d| d.is_score());
        // The greatest first; a difference without a measure has no place among them.
        let size = |d: &Difference| d.measure.map_or(-1.0, |measure| measure.spreads());
        scores.sort_by(|a, b| size(b).total_cmp(&size(a)));
        let n_unlisted = scores.len().saturating_sub(LISTED);
        let some = |n: usize| (n > 0).then(|| grouped(n));
        let outside = found
            .bands
            .iter()
            .filter(|band| band.holds() == Some(false));
        Ok(Self {
            at: mark("table-changed"),
            is_equal_ground: found.ground.is_empty(),
            is_equal: found.is_equal(),
            old_digest: short_word("against/digest", &found.old_digest),
            n_differences: grouped(found.differences.len()),
            rows: scores
                .iter()
                .take(LISTED)
                .map(|difference| score(difference, record))
                .collect(),
            n_unlisted: some(n_unlisted),
            n_others: some(others.len()),
            ground: found.ground.iter().map(ground).collect(),
            n_outside: grouped(outside.count()),
            has_widths: found.bands.iter().any(|band| band.half_width.is_some()),
            bands: found.bands.iter().map(band).collect(),
        })
    }
}

fn score(difference: &Difference, record: &StudyView<'_>) -> Row {
    let Difference {
        place,
        recorded,
        now,
        measure,
    } = difference;
    let value = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
    let key = key(place, record);
    let (verdict, class) = match measure.map(|measure| measure.spreads()) {
        None => ("differs", ""),
        Some(spreads) if spreads <= 1.0 => ("differs, within its spread", ""),
        Some(spreads) if spreads <= 3.0 => ("differs, within three spreads", ""),
        Some(_) => ("differs, beyond three spreads", "is-failed"),
    };
    Row {
        class,
        place: escape(place),
        old: exact(&format!("against/{key}"), value(recorded)),
        new: exact(&key, value(now)),
        difference: signed(value(now) - value(recorded)),
        spreads: measure.map_or_else(
            || number::MISSING.to_owned(),
            |measure| number::small(measure.spreads(), 2),
        ),
        verdict,
    }
}

/// The page's key of a place: fields within a cell's field stand behind a point.
fn key(place: &str, record: &StudyView<'_>) -> String {
    let split = |id: &str| {
        let field = place.strip_prefix("cells/")?.strip_prefix(id)?;
        Some(field.strip_prefix('/')?.replace('/', "."))
    };
    let in_cell = record.cells.iter().find_map(|cell| {
        let field = split(&cell.id)?;
        Some(format!("cells/{}/{field}", cell.id))
    });
    in_cell.unwrap_or_else(|| place.to_owned())
}

fn ground(difference: &Difference) -> Ground {
    Ground {
        place: escape(&difference.place),
        old: escape(&difference.recorded),
        new: escape(&difference.now),
    }
}

fn band(band: &Band) -> Row {
    let (verdict, class) = match band.holds() {
        None => ("no band", ""),
        Some(true) => ("inside", ""),
        Some(false) => ("outside", "is-failed"),
    };
    let key = |of: &str| format!("derived/changed/{of}/{}/{}", band.group, band.field);
    Row {
        class,
        place: format!("{} {}", escape(&band.group), escape(band.field)),
        old: datum(&key("old"), band.old, 4),
        new: datum(&key("new"), band.new, 4),
        difference: signed(band.new - band.old),
        spreads: band.half_width.map_or_else(
            || number::MISSING.to_owned(),
            |width| datum(&key("half_width"), width, 4),
        ),
        verdict,
    }
}

/// `+1.2e−3`.
fn signed(value: f64) -> String {
    if value.is_finite() {
        format!("{value:+.1e}").replace('-', "\u{2212}")
    } else {
        number::MISSING.to_owned()
    }
}
