//! How to get a fit again: its command, as a shell reads it beside the table.

use serde::Serialize;

use super::again::quoted;
use super::number::escape;
use super::view::FitView;
use crate::table::SplitSpec;

/// The command, and whether the table is for the reader to name.
#[derive(Debug, Serialize)]
pub(super) struct OwnAgain {
    /// As HTML.
    command: String,
    /// The command has `TABLE` and `DIR` where nobody knows what stood there.
    is_piped: bool,
}

impl OwnAgain {
    pub(super) fn of(record: &FitView<'_>) -> Self {
        let (table, spec) = (record.table, record.table_spec);
        let is_piped = table.is_piped();
        let file = match table.name.as_str() {
            _ if is_piped => "-".to_owned(),
            name if name.starts_with('-') => word(&format!("./{name}")),
            name => word(name),
        };
        let mut words = vec!["mdn".to_owned(), "fit".to_owned(), file];
        // In one word: a name may begin with a hyphen.
        let mut say = |name: &str, value: &str| words.push(format!("--{name}={}", word(value)));
        for target in &spec.targets {
            say("target", &list(std::slice::from_ref(target)));
        }
        say(
            "features",
            &list(spec.features.as_deref().unwrap_or(&table.features)),
        );
        if let Some(mdn) = &record.recipe.mdn {
            let components: Vec<String> = mdn.components.iter().map(usize::to_string).collect();
            say("components", &components.join(","));
            say("covariance", mdn.covariance.name());
        }
        say("recipe", record.recipe_name);
        say("epochs", &record.recipe.max_epochs.to_string());
        say("seed", &record.spec.seed.to_string());
        match &spec.split {
            SplitSpec::Column {
                column, validation, ..
            } => {
                say("split-column", column);
                say("validation", &validation.to_string());
            }
            SplitSpec::Shares {
                validation, test, ..
            } => {
                say("validation", &validation.to_string());
                say("test", &test.to_string());
            }
            _ => {}
        }
        if let Some(delimiter) = &spec.delimiter {
            say("delimiter", delimiter);
        }
        if spec.dequantise {
            words.push("--dequantise".to_owned());
        }
        if table.n_rows_missing > 0 {
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
