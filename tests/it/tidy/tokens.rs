//! Rust's words and signs, without comments, strings and characters.

/// A word (letters, digits, underscores) or one sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// From 1.
    pub(super) line: usize,
    pub(super) text: &'a str,
}

/// The tokens of `text`. What stands in comments, strings and character literals is no token.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut line = 1;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = skipped(rest).unwrap_or_else(|| {
            let length = word(rest).max(first.len_utf8());
            if !first.is_whitespace() {
                let text = &rest[..length];
                found.push(Token { line, text });
            }
            length
        });
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    found
}

fn word(text: &str) -> usize {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    end.unwrap_or(text.len())
}

/// Length of the comment, string or character literal that `text` begins with.
fn skipped(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        return Some(block_comment(text));
    }
    match string_prefix(text) {
        Some(prefix) => Some(string(text, prefix)),
        None => character(text),
    }
}

/// What stands before the quote or hashes, if a string begins here.
fn string_prefix(text: &str) -> Option<&'static str> {
    let after = |prefix: &str| text.strip_prefix(prefix).unwrap_or_default();
    let plain = ["", "b", "c"].into_iter();
    let raw = ["r", "br", "cr"].into_iter();
    plain
        .filter(|prefix| after(prefix).starts_with('"'))
        .chain(raw.filter(|prefix| after(prefix).trim_start_matches('#').starts_with('"')))
        .next()
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

fn string(text: &str, prefix: &str) -> usize {
    let open = text.find('"').unwrap_or(0) + 1;
    if prefix.ends_with('r') {
        let close = format!("\"{}", &text[prefix.len()..open - 1]);
        let end = text[open..].find(&close);
        return end.map_or(text.len(), |end| open + end + close.len());
    }
    let mut escaped = false;
    for (at, c) in text[open..].char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return open + at + 1,
            _ => {}
        }
    }
    text.len()
}

/// A character literal; a lifetime is none.
fn character(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('\'')?;
    let first = inner.chars().next()?;
    let length = if first == '\\' {
        2 + inner[2..].find('\'')?
    } else {
        first.len_utf8()
    };
    inner[length..].starts_with('\'').then_some(length + 2)
}

#[cfg(test)]
mod tests {
    use super::tokens;

    fn texts(text: &str) -> Vec<&str> {
        tokens(text).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn words_and_signs() {
        assert_eq!(
            texts("std::env!(x_1)"),
            ["std", ":", ":", "env", "!", "(", "x_1", ")"]
        );
        assert_eq!(texts("fn f<'a>(x: &'a str)").len(), 14);
    }

    #[test]
    fn comments_strings_and_characters_are_none() {
        assert!(texts("// unsafe\n/* a /* b */ unsafe */ /// \"unsafe").is_empty());
        assert_eq!(texts("(\"unsafe \\\" unsafe\")"), ["(", ")"]);
        assert_eq!(
            texts("(r#\"unsafe \" unsafe\"#, b\"x\", br\"y\")"),
            ["(", ",", ",", ")"]
        );
        assert_eq!(
            texts("['\"', '\\'', '\\u{1F}', 'é']"),
            ["[", ",", ",", ",", "]"]
        );
        assert_eq!(texts("r#type bar"), ["r", "#", "type", "bar"]);
    }

    #[test]
    fn lines_are_counted_through_everything() {
        let found = tokens("/* \n */ \"\n\" x\n// c\ny");
        let lines: Vec<usize> = found.iter().map(|token| token.line).collect();
        assert_eq!(lines, [3, 5]);
    }
}
