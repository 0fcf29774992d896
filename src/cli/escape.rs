//! The option that makes names harmless for spreadsheets.

use mixture_density::predict::Format;

#[derive(Debug, clap::Args)]
pub(super) struct EscapeArgs {
    /// Put ' before names that a spreadsheet would take for a formula, such as =A1.
    #[arg(long, conflicts_with = "json")]
    escape_formulas: bool,
}

impl EscapeArgs {
    pub(super) const fn format(&self, json: bool) -> Format {
        match (json, self.escape_formulas) {
            (true, _) => Format::JsonLines,
            (false, true) => Format::SpreadsheetCsv,
            (false, false) => Format::Csv,
        }
    }
}
