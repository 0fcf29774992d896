//! `record.json` becomes one HTML page.
//!
//! The page is one file and asks the network for nothing: pictures are inline SVG,
//! formulas MathML, code the source this crate was compiled from. [`render`] is a
//! function of the record, the timing and what was compiled in; it never trains,
//! samples, or reads a clock, a file, git or the environment, so the same input gives
//! the same bytes anywhere.
//!
//! # From number to page
//!
//! | file | does |
//! | --- | --- |
//! | `number`, `quantity` | one number becomes text, under the key of the field it is |
//! | `digits` | how many digits of a user's column are shown |
//! | `groups` | cells that differ only by replicate, and their spread |
//! | `prose`, `exhibit_prose`, `recipe_prose`, `tables`, `settings`, `machine` | ready strings for text, tables, spec, timing |
//! | `draws` | how far scores move with the data, and how far with the weights |
//! | `field`, `binomial` | densities over the plane; where a count lies by chance |
//! | `figures` | the pictures, through plotters |
//! | `bounds`, `error` | what a record may claim to have many of; why there is no page |
//! | `explorer` | one predicted density at a time, chosen by the reader |
//! | `changed` | differences from another record |
//! | `own`, `fit`, `own_again` | the page of a fit, its sections, its command |
//! | `table_study` | the page of a study of tables |
//! | `index`, `index_tables` | the page over several studies |
//! | `behind` | the table and the CSV behind a picture |
//! | `cells`, `again` | numbers and anchors of the cells; the command that gives a result again |
//! | `source`, `highlight` | the code cells, cut from this repository |
//! | `script` | the hash by which the policy of the page names its scripts |
//! | `formula` | LaTeX to MathML |
//! | `article` | the article's own logs |
//! | `head`, `frame` | the head and its scripts; the contents |
//! | `page` | puts them together for the templates in `templates/` |
//!
//! # Keys
//!
//! Every number that stands for a field carries its address: `oracle/mse`,
//! `data/n_train`, `cells/<id>/nll_nats_mean.test`, `spec/<path>`, `timing/<field>`,
//! `article/<model>/val_loss/<epoch>`; what is counted or summed for the page is
//! `derived/<what>`. The attribute `value` has all digits, the text is rounded.

mod again;
mod article;
mod behind;
mod binomial;
mod bounds;
mod cells;
mod changed;
mod digits;
mod draws;
mod error;
mod exhibit_prose;
mod explorer;
mod field;
mod figures;
mod fit;
mod formula;
mod frame;
mod groups;
mod head;
mod highlight;
mod index;
mod index_tables;
mod machine;
mod number;
mod own;
mod own_again;
mod page;
mod prose;
mod quantity;
mod recipe_prose;
mod script;
mod settings;
mod source;
mod table_study;
mod tables;
mod view;

pub use self::error::RenderError;
pub use self::index::index;

use self::table_study::TableStudyView;
use self::view::{FitView, StudyView};
use crate::record::{Record, SCHEMA, Timing};

/// The whole page of a record, as one string of HTML.
///
/// `timing` may be absent; one that belongs to another record (its `record_digest`
/// differs) is not shown, and the page says so.
///
/// # Errors
/// A record of another schema, exhibits whose coordinates do not pair up, more than 10⁹ test points,
/// 1000 components of a shown mixture or 99 levels of calibration; the other variants are faults of
/// this crate, which its tests exclude.
pub fn render(record: &Record, timing: Option<&Timing>) -> Result<String, RenderError> {
    check_schema(record)?;
    if let Some(study) = StudyView::of(record) {
        return page::html(&study, timing, None);
    }
    if let Some(fit) = FitView::of(record) {
        return own::html(&fit, timing);
    }
    match TableStudyView::of(record) {
        Some(study) => table_study::html(&study, timing),
        None => Err(RenderError::NoPage),
    }
}

/// [`render`], with a section on what changed since the record `against`.
///
/// # Errors
/// Those of [`render`]; a fit has no such section. That of a study of tables is left out.
pub fn render_against(
    record: &Record,
    timing: Option<&Timing>,
    against: &Record,
) -> Result<String, RenderError> {
    check_schema(record)?;
    check_schema(against)?;
    match (StudyView::of(record), TableStudyView::of(record)) {
        (Some(study), _) => page::html(&study, timing, Some(against)),
        // Its recipes are compared with each other, split by split.
        (None, Some(study)) => table_study::html(&study, timing),
        (None, None) => Err(RenderError::NoPage),
    }
}

const fn check_schema(record: &Record) -> Result<(), RenderError> {
    match record.schema {
        SCHEMA => Ok(()),
        found => Err(RenderError::Schema { found }),
    }
}
