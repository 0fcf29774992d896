//! What is said of arguments that cannot be understood: one sentence.

use std::io::Write as _;

use clap::error::ErrorKind;

use super::exit::{BAD_INPUT, GOOD};
use super::terminal::{complain, note};

/// Prints what was asked for (help, the version), or what is wrong with the arguments; gives the exit code.
pub(super) fn answer(error: &clap::Error) -> u8 {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            note(super::terminal::check().and_then(|()| {
                error.print()?;
                std::io::stdout().flush()
            }));
            GOOD
        }
        // Nothing was asked for: all that can be.
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // Where stderr is closed, nobody can be told of that either.
            let _ = error.print();
            BAD_INPUT
        }
        _ => {
            complain(&sentence(&error.render().to_string()));
            BAD_INPUT
        }
    }
}

/// The parser's paragraphs as one sentence: what is wrong, and what may have been meant.
fn sentence(text: &str) -> String {
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let paragraphs = text.split("\n\n").map(|paragraph| {
        let lines: Vec<&str> = paragraph.lines().map(str::trim).collect();
        lines.join(" ").trim().to_owned()
    });
    let mut sentence = String::new();
    for (at, paragraph) in paragraphs.enumerate() {
        if at == 0 {
            sentence = paragraph;
        } else if let Some(tip) = paragraph.strip_prefix("tip: ") {
            sentence = format!("{sentence}; {tip}");
        }
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn paragraphs_become_a_sentence() {
        let unknown = "error: unexpected argument '--tagret' found\n\n  tip: a similar argument exists: '--target'\n\n\
            Usage: mdn fit --target <NAME> <DATA.csv>\n\nFor more information, try '--help'.\n";
        let expected =
            "unexpected argument '--tagret' found; a similar argument exists: '--target'";
        assert_eq!(sentence(unknown), expected);
        let missing = "error: the following required arguments were not provided:\n  --target <NAME>\n  <DATA.csv>\n\n\
            Usage: mdn fit --target <NAME> <DATA.csv>\n\nFor more information, try '--help'.\n";
        let expected =
            "the following required arguments were not provided: --target <NAME> <DATA.csv>";
        assert_eq!(sentence(missing), expected);
    }
}
