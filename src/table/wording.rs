//! Foreign text and numbers as they fit into a sentence.

/// The text as it fits into a sentence: cut, on one line, without control characters.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 50;
    let mut shown = String::new();
    for (at, character) in text.chars().enumerate() {
        if at == LONGEST {
            shown.push('…');
            break;
        }
        if character.is_control() {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// A number as it fits into a sentence: with an exponent where it would be long.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if size >= 1e9 || size < 1e-4 && size > 0.0 {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}

/// `a`, `b` and `c`; at most `most` of them, and how many more there are.
pub(super) fn list<'a>(names: impl ExactSizeIterator<Item = &'a str>, most: usize) -> String {
    let n = names.len();
    let shown = names.take(most).map(|name| format!("`{}`", excerpt(name)));
    let shown: Vec<String> = shown.collect();
    match (n.saturating_sub(most), shown.as_slice()) {
        (0, []) => String::new(),
        (0, [only]) => only.clone(),
        (0, [before @ .., last]) => format!("{} and {last}", before.join(", ")),
        (more, _) => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Names as the command takes a list of them: one that holds a comma or a quotation mark is in quotation marks.
pub(super) fn argument<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let quoted = |name: &str| match name.contains([',', '"']) || name.trim() != name {
        true => format!("\"{}\"", name.replace('"', "\"\"")),
        false => name.to_owned(),
    };
    let names: Vec<String> = names.map(quoted).collect();
    let list = names.join(",");
    let is_plain = |c: char| c.is_alphanumeric() || "_-.,:=+/%@".contains(c);
    match list.chars().all(is_plain) {
        true => list,
        false => format!("'{}'", list.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_short() {
        for (value, text) in [
            (1e100, "1e100"),
            (-1e-200, "-1e-200"),
            (0.0, "0"),
            (12.5, "12.5"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn an_excerpt_is_short() {
        assert_eq!(excerpt("short"), "short");
        assert_eq!(excerpt(&"ä".repeat(1000)).chars().count(), 51);
        assert_eq!(excerpt("a\tb\n"), "a\\tb\\n");
    }

    #[test]
    fn names_become_a_list() {
        let of = |names: &[&str]| list(names.iter().copied(), 3);
        assert_eq!(of(&[]), "");
        assert_eq!(of(&["a"]), "`a`");
        assert_eq!(of(&["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!(of(&["a", "b", "c", "d", "e"]), "`a`, `b`, `c` and 2 more");
        assert_eq!(argument(["a", "b"].into_iter()), "a,b");
        assert_eq!(argument(["a b", "c,d"].into_iter()), "'a b,\"c,d\"'");
    }
}
