//! A difference between two records.

use super::measure::Measure;

/// One field that came out otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Where: `cells/article/mdn/k=20/r=0/history/loss/3`.
    pub place: String,
    /// What the record says.
    pub recorded: String,
    /// What it is now.
    pub now: String,
    /// How large it is, where both are numbers and there is something to measure it by.
    pub measure: Option<Measure>,
}

/// Numbers of a cell that say what it is and how its training went, not how good it is.
const COUNTS: [&str; 5] = [
    "n_components",
    "replicate",
    "n_parameters",
    "n_epochs",
    "best_epoch",
];

impl Difference {
    /// Whether it is a score, rather than a count, a point of a curve or picture, a hash or a name.
    #[must_use]
    pub fn is_score(&self) -> bool {
        let part = |name| self.place.contains(name);
        let is_number = |text: &str| text.parse::<f64>().is_ok();
        let field = self.place.rsplit('/').next().unwrap_or("");
        (self.place.starts_with("cells/") || self.place.starts_with("oracle/"))
            && !part("/history/")
            && !part("/failure/")
            && !COUNTS.contains(&field)
            && is_number(&self.recorded)
            && is_number(&self.now)
    }
}
