//! The part of a source file that can decide a number: without comments, tests and blanks.

/// `source` without comments, without its `#[cfg(test)]` modules, and with each run of blanks as one.
pub(crate) fn deciding(source: &str) -> String {
    let mut kept = String::with_capacity(source.len());
    let mut rest = without_tests(source);
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '/' if rest.starts_with("//") => {
                rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
                continue;
            }
            '/' if rest.starts_with("/*") => {
                rest = &rest[comment(rest)..];
                continue;
            }
            _ if first.is_whitespace() => {
                if !kept.ends_with(' ') {
                    kept.push(' ');
                }
                rest = rest.trim_start();
                continue;
            }
            '"' => string(rest),
            'r' if is_raw(rest) && !kept.ends_with(|c: char| c.is_alphanumeric() || c == '_') => {
                raw_string(rest)
            }
            '\'' => character(rest),
            other => other.len_utf8(),
        };
        kept.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    kept
}

/// Up to a module of tests at the end, as this project's files have theirs.
fn without_tests(source: &str) -> &str {
    match source.find("\n#[cfg(test)]\nmod ") {
        Some(end) => &source[..end],
        None => source,
    }
}

/// Length of the block comment at the start, which may hold others.
fn comment(text: &str) -> usize {
    let (mut depth, mut at) = (0usize, 0);
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// Length of the string literal at the start.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    text.len()
}

/// Whether a raw string literal begins here.
fn is_raw(text: &str) -> bool {
    text[1..].trim_start_matches('#').starts_with('"')
}

/// Length of the raw string literal at the start.
fn raw_string(text: &str) -> usize {
    let hashes = text[1..].bytes().take_while(|b| *b == b'#').count();
    let start = 2 + hashes;
    let end = format!("\"{}", "#".repeat(hashes));
    text[start..]
        .find(&end)
        .map_or(text.len(), |at| start + at + end.len())
}

/// Length of the character literal at the start; 1 where it is a lifetime.
fn character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some((escape, _))) => {
            let after = escape + 1;
            text[after..].find('\'').map_or(1, |at| after + at + 1)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

/// The lines `name version` of these crates in the text of a `Cargo.lock`, in its order.
pub(crate) fn locked(lock: &str, crates: &[&str]) -> String {
    let value = |line: &str, key: &str| {
        let value = line.strip_prefix(key)?.strip_prefix(" = \"")?;
        value.strip_suffix('"').map(str::to_owned)
    };
    let mut found = String::new();
    let mut name = String::new();
    for line in lock.lines() {
        if let Some(next) = value(line, "name") {
            name = next;
        } else if let Some(version) = value(line, "version")
            && crates.contains(&name.as_str())
        {
            found.push_str(&format!("{name} {version}\n"));
        }
    }
    found
}
