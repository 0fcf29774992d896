//! The palette is readable by day and by night (WCAG 2.1: contrast 4.5 for text, 3 for marks).

use std::collections::BTreeMap;

const STYLE: &str = include_str!("../../../templates/style.css");

const TEXT: [&str; 9] = [
    "ink", "soft", "link", "failed", "code-k", "code-t", "code-s", "code-n", "code-c",
];
const MARKS: [&str; 6] = ["data", "oracle", "baseline", "mdn", "article", "gaussian"];

#[test]
fn contrast_is_sufficient_in_both_themes() {
    let (day, night) = themes(STYLE);
    assert_eq!(day.len(), night.len(), "a colour is missing in one theme");
    for theme in [&day, &night] {
        assert_eq!(faults(theme), Vec::<String>::new());
    }
}

#[test]
fn a_pale_colour_is_caught() {
    let (mut day, _) = themes(STYLE);
    day.insert("soft".to_owned(), "#9a9a9a".to_owned());
    day.insert("mdn".to_owned(), "#9ad0f0".to_owned());
    assert_eq!(faults(&day).len(), 3, "{:?}", faults(&day));
}

/// Grey rows on the deepest shade, as they once were, cannot be seen.
#[test]
fn grey_rows_on_a_ridge_are_caught() {
    let (_, mut night) = themes(STYLE);
    let grey = night["data"].clone();
    night.insert("row".to_owned(), grey);
    let found = faults(&night);
    assert!(
        found.len() == 1 && found[0].starts_with("row on oracle"),
        "{found:?}"
    );
    assert!(STYLE.contains(".dots.ink-row path { stroke-opacity: 1; }"));
    let own = include_str!("../../../src/report/figures/own.rs");
    let map = own.split("Series::Raster").nth(1).expect("the map");
    assert!(map.contains("ink: Ink::Row"), "rows are drawn in that ink");
}

/// Colours of the first two `:root` blocks: light, then dark.
fn themes(style: &str) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let mut blocks = style.split(":root {").skip(1).map(|block| {
        let block = block.split('}').next().unwrap_or("");
        let pairs = block
            .split(';')
            .filter_map(|line| line.trim().strip_prefix("--"));
        let pairs = pairs.filter_map(|pair| pair.split_once(": #"));
        pairs
            .map(|(name, hex)| (name.to_owned(), format!("#{hex}")))
            .collect()
    });
    (
        blocks.next().unwrap_or_default(),
        blocks.next().unwrap_or_default(),
    )
}

fn faults(theme: &BTreeMap<String, String>) -> Vec<String> {
    let mut faults = Vec::new();
    let text = TEXT
        .iter()
        .flat_map(|name| [(*name, "paper", 4.5), (*name, "raised", 4.5)]);
    let marks = MARKS.iter().map(|name| (*name, "paper", 3.0));
    // Rows over a picture of their density lie on its deepest shade, too.
    let others = [
        ("ink", "notice", 4.5),
        ("row", "paper", 3.0),
        ("row", "oracle", 3.0),
    ];
    for (front, back, least) in text.chain(marks).chain(others) {
        let contrast = contrast(&theme[front], &theme[back]);
        if contrast < least {
            faults.push(format!("{front} on {back}: {contrast:.2}"));
        }
    }
    faults
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Relative luminance of `#rrggbb`.
fn luminance(hex: &str) -> f64 {
    let channel = |at: usize| {
        let value = u8::from_str_radix(&hex[at..at + 2], 16).expect("two hexadecimal digits");
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            libm::pow((value + 0.055) / 1.055, 2.4)
        }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}
