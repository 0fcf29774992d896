//! Why a record has no page.

use thiserror::Error;

use crate::mixture::MixtureError;
use crate::record::SCHEMA;

/// Why there is no page.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RenderError {
    /// The record is of a version this crate does not know.
    #[error("the record has schema {found}; this version reads schema {SCHEMA}")]
    Schema {
        /// What the record says.
        found: u32,
    },
    /// The record has neither a known truth nor a table.
    #[error("there is no page for such a record")]
    NoPage,
    /// An exhibit's abscissae and ordinates do not pair up.
    #[error("exhibits.{name}: {n_x} values of x, but {n_y} of y")]
    Points {
        /// Which exhibit.
        name: &'static str,
        /// Values of x.
        n_x: usize,
        /// Values of y.
        n_y: usize,
    },
    /// The grid of the exact density is not one.
    #[error("exhibits.grid {what}: {n_x} values of x, {n_y} of y")]
    Grid {
        /// What is wrong with it.
        what: &'static str,
        /// Values of x.
        n_x: usize,
        /// Values of y.
        n_y: usize,
    },
    /// A list of the exhibits is shorter or longer than it must be.
    #[error("{what}: {found} values, but must be {expected}")]
    Length {
        /// Which list.
        what: String,
        /// Its values.
        found: usize,
        /// How many there must be.
        expected: usize,
    },
    /// A record claims more of something than a page can show.
    #[error("{what}: {found} are more than the {most} that a page can show")]
    TooMany {
        /// Of what.
        what: String,
        /// As many as it claims.
        found: u64,
        /// As many as there may be.
        most: u64,
    },
    /// Recorded parameters of a network are those of no mixture.
    #[error("exhibits.mixtures of {cell}: {source}")]
    Mixture {
        /// The network's cell.
        cell: String,
        /// What is wrong with them.
        source: MixtureError,
    },
    /// A compiled-in log of the article does not parse.
    #[error("{file}, line {line}: not an epoch of the article's log")]
    ArticleLog {
        /// The log.
        file: &'static str,
        /// Line, from 1.
        line: usize,
    },
    /// A code cell's region is not in its file.
    #[error("{file}: no region `{region}`")]
    Region {
        /// The source file.
        file: &'static str,
        /// How the region is named.
        region: String,
    },
    /// A formula is not LaTeX.
    #[error("formula `{latex}`: {message}")]
    Formula {
        /// The source.
        latex: &'static str,
        /// What is wrong with it.
        message: String,
    },
    /// A figure could not be drawn.
    #[error("{figure}: {message}")]
    Drawing {
        /// Its anchor.
        figure: &'static str,
        /// What plotters says.
        message: String,
    },
    /// A template is broken or asks for what is not there.
    #[error("template: {message}")]
    Template {
        /// What tera says.
        message: String,
    },
}
