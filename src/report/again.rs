//! How to get a result again: the commands, for the folder the study lives in.

use super::number::{escape, short_word};
use super::view::StudyView;

const MDN: &str = "cargo run --release --";

/// The commands of a study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Again {
    /// ` reports/hardmaru`, or nothing for the study that needs no name.
    folder: String,
    /// Begins the names of files.
    prefix: String,
    /// Seed and digest as ready strings, behind every command.
    source: String,
}

impl Again {
    pub(super) fn of(record: &StudyView<'_>) -> Self {
        let name = &record.study;
        let is_plain =
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let folder = match name.as_str() {
            "spiral" => String::new(),
            name if is_plain => format!(" reports/{name}"),
            // A name that a shell may read otherwise is left to the reader.
            _ => " STUDY".to_owned(),
        };
        let digest = short_word("digest", &record.digest);
        let seed = short_word("spec/seed", &record.spec.seed.to_string());
        let source = format!("seed {seed}, record {digest}");
        let prefix = if is_plain { name.as_str() } else { "study" };
        Self {
            folder,
            prefix: prefix.to_owned(),
            source,
        }
    }

    /// Name of the file with the numbers behind the cell of this anchor.
    pub(super) fn file(&self, anchor: &str) -> String {
        format!("{}-{anchor}.csv", self.prefix)
    }

    /// Everything: train what is missing, write record and page.
    pub(super) fn report(&self) -> String {
        self.line(&self.command("report"))
    }

    /// All cells again, from nothing.
    pub(super) fn verify(&self) -> String {
        self.line(&self.command("verify"))
    }

    /// One cell again, from nothing.
    pub(super) fn verify_cell(&self, id: &str) -> String {
        self.line(&self.verify_only(id))
    }

    /// The same as plain text.
    pub(super) fn verify_only(&self, id: &str) -> String {
        format!("{} --only {}", self.command("verify"), quoted(id))
    }

    /// A verb for this study, as one types it.
    pub(super) fn command(&self, verb: &str) -> String {
        format!("{MDN} {verb}{}", self.folder)
    }

    fn line(&self, command: &str) -> String {
        let command = escape(command);
        format!(
            "<code>{command}</code> <span class=\"source\">{}</span>",
            self.source
        )
    }
}

/// `text` as one word of a POSIX shell, whatever is in it: a quote closes, stands escaped, and opens again.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_in_a_name_ends_no_word() {
        assert_eq!(quoted("article/mdn/k=1/r=0"), "'article/mdn/k=1/r=0'");
        assert_eq!(quoted("a'; rm b; '"), r"'a'\''; rm b; '\'''");
    }
}
