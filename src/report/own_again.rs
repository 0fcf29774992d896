//! How to get a fit again: its command, as a shell reads it beside the table.

use serde::Serialize;

use super::again::quoted;
use super::number::escape;
use crate::fit::FitRecord;

/// The command, and whether the table is for the reader to name.
#[derive(Debug, Serialize)]
pub(super) struct OwnAgain {
    /// As HTML.
    command: String,
    /// The command has `TABLE` and `DIR` where nobody knows what stood there.
    is_piped: bool,
}

impl OwnAgain {
    pub(super) fn of(record: &FitRecord) -> Self {
        let (data, spec) = (&record.data, &record.spec);
        let is_piped = data.is_piped();
        let table = match data.table.as_str() {
            _ if is_piped => "-".to_owned(),
            name if name.starts_with('-') => word(&format!("./{name}")),
            name => word(name),
        };
        let mut words = vec!["mdn".to_owned(), "fit".to_owned(), table];
        // In one word: a name may begin with a hyphen.
        let mut say = |name: &str, value: &str| words.push(format!("--{name}={}", word(value)));
        for target in &data.targets {
            say("target", target);
        }
        say("features", &list(data.features_asked()));
        let components: Vec<String> = spec.components.iter().map(usize::to_string).collect();
        say("components", &components.join(","));
        say("recipe", &spec.recipe);
        if let Some(max_epochs) = spec.max_epochs {
            say("epochs", &max_epochs.to_string());
        }
        say("covariance", &spec.covariance);
        say("seed", &spec.seed.to_string());
        if let Some(column) = &spec.split_column {
            say("split-column", column);
        }
        say("validation", &spec.validation_share.to_string());
        say("test", &spec.test_share.to_string());
        if let Some(delimiter) = &data.delimiter {
            say("delimiter", delimiter);
        }
        if spec.dequantise {
            words.push("--dequantise".to_owned());
        }
        if data.n_rows_missing > 0 {
            words.push("--missing=drop".to_owned());
        }
        if is_piped {
            words.push("--out=DIR < TABLE".to_owned());
        }
        Self {
            command: escape(&words.join(" ")),
            is_piped,
        }
    }
}

/// One word of a POSIX shell, in quotation marks where it needs them.
fn word(text: &str) -> String {
    let is_plain = text
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"_-.,=/".contains(&b));
    if is_plain && !text.is_empty() {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// Names with commas between them, as a line of CSV has them.
fn list(names: &[String]) -> String {
    let cell = |name: &String| match name.contains([',', '"']) {
        true => format!("\"{}\"", name.replace('"', "\"\"")),
        false => name.clone(),
    };
    names.iter().map(cell).collect::<Vec<_>>().join(",")
}
