//! Rust source as HTML, each kind of word in its own class. Colours are the style sheet's.

use super::number::escape;

const KEYWORDS: [&str; 34] = [
    "as", "break", "const", "continue", "crate", "else", "enum", "fn", "for", "if", "impl", "in",
    "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self", "Self", "static",
    "struct", "super", "trait", "type", "unsafe", "use", "where", "while", "true", "false",
];

/// `code` with comments, strings, numbers, keywords and types in spans.
///
/// A scanner, not a parser: enough for this crate's formatted sources. Whatever it does
/// not know stays plain, and no character is lost.
pub(super) fn rust(code: &str) -> String {
    let mut out = String::with_capacity(2 * code.len());
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let (class, length) = token(rest, first);
        let (word, tail) = rest.split_at(length);
        if class.is_empty() {
            out.push_str(&escape(word));
        } else {
            out.push_str("<span class=\"");
            out.push_str(class);
            out.push_str("\">");
            out.push_str(&escape(word));
            out.push_str("</span>");
        }
        rest = tail;
    }
    out
}

fn token(rest: &str, first: char) -> (&'static str, usize) {
    if rest.starts_with("//") {
        return ("c", rest.find('\n').unwrap_or(rest.len()));
    }
    if first == '"' {
        return ("s", string_length(rest));
    }
    if first.is_ascii_digit() {
        let whole = run(rest, |c| c.is_ascii_alphanumeric() || c == '_');
        // `0..n` is a range and `x.0.abs()` a field: a point belongs to a number before a digit.
        let fraction = rest[whole..]
            .strip_prefix('.')
            .filter(|tail| tail.starts_with(|c: char| c.is_ascii_digit()));
        let length = fraction.map_or(whole, |tail| {
            whole + 1 + run(tail, |c| c.is_ascii_alphanumeric() || c == '_')
        });
        return ("n", length);
    }
    if first.is_alphabetic() || first == '_' {
        let length = run(rest, |c| c.is_alphanumeric() || c == '_');
        let word = &rest[..length];
        let class = if KEYWORDS.contains(&word) {
            "k"
        } else if first.is_uppercase()
            || ["f32", "f64", "u8", "u64", "usize", "bool"].contains(&word)
        {
            "t"
        } else {
            ""
        };
        return (class, length);
    }
    ("", first.len_utf8())
}

fn run(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (index, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_get_their_class() {
        assert_eq!(
            rust("let a = 0..n; // <why>"),
            "<span class=\"k\">let</span> a = <span class=\"n\">0</span>..n; <span class=\"c\">// &lt;why&gt;</span>"
        );
        assert_eq!(
            rust("\"a\\\"b\" é"),
            "<span class=\"s\">&quot;a\\&quot;b&quot;</span> é"
        );
        let field = "a.<span class=\"n\">0</span>.b <span class=\"n\">1.5e3</span>";
        assert_eq!(rust("a.0.b 1.5e3"), field);
        assert_eq!(rust("\"open"), "<span class=\"s\">&quot;open</span>");
    }
}
