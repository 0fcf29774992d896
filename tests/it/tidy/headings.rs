//! Headings of the documentation that promise what the project does not do.

/// Headings `# Panics` that are not of an item for the crate alone.
pub(super) fn promised_panics(text: &str) -> Vec<usize> {
    let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
    let is_item = |line: &&&str| {
        let first = line.split([' ', '(']).next().unwrap_or_default();
        [
            "pub", "fn", "const", "unsafe", "async", "impl", "struct", "enum", "trait", "mod",
        ]
        .contains(&first)
    };
    let is_ours = |at: usize| {
        let item = lines[at..].iter().find(is_item);
        item.is_some_and(|item| item.starts_with("pub("))
    };
    (0..lines.len())
        .filter(|at| lines[*at].starts_with("//") && lines[*at].contains("# Panics"))
        .filter(|at| !is_ours(*at))
        .map(|at| at + 1)
        .collect()
}
