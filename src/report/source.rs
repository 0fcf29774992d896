//! Code cells: this repository's own source, cut out when the crate is compiled.
//!
//! The text comes from `include_str!`, so that what the page shows is what was
//! compiled. A region is either marked in the source (`// region: NAME` …
//! `// endregion`), or an item named by its opening words, from its documentation
//! to the brace that closes it.

use super::RenderError;
use super::highlight;

/// A piece of source to show.
#[derive(Debug, Clone, Copy)]
pub(super) struct Excerpt {
    /// Path in the repository.
    pub(super) file: &'static str,
    /// The file's text.
    text: &'static str,
    /// What to cut out.
    region: Region,
}

/// How a region is named.
#[derive(Debug, Clone, Copy)]
enum Region {
    /// `// region: NAME` … `// endregion`.
    #[allow(
        dead_code,
        reason = "for pieces of long functions; used by tests today"
    )]
    Marked(&'static str),
    /// An item, by the words that open it at the left margin or indented.
    Item(&'static str),
}

macro_rules! excerpt {
    ($file:literal, $region:expr) => {
        Excerpt {
            file: $file,
            text: include_str!(concat!("../../", $file)),
            region: $region,
        }
    };
}

/// One pass of Adam.
pub(super) const ADAM: Excerpt = excerpt!("src/numerics/adam.rs", Region::Item("pub fn adam("));

/// The mixture head's parameters.
pub(super) const SCALE_LINK: Excerpt = excerpt!(
    "src/numerics/mixture_nll.rs",
    Region::Item("pub enum ScaleLink {")
);

/// A dense layer, forwards.
pub(super) const DENSE: Excerpt = excerpt!("src/numerics/dense.rs", Region::Item("pub fn affine("));

/// Named streams of randomness.
pub(super) const SEED: Excerpt = excerpt!("src/seed.rs", Region::Item("pub fn key("));

impl Excerpt {
    /// The lines, without common indentation.
    pub(super) fn cut(self) -> Result<String, RenderError> {
        let missing = |name: &str| RenderError::Region {
            file: self.file,
            region: name.to_owned(),
        };
        match self.region {
            Region::Marked(name) => marked(self.text, name).ok_or_else(|| missing(name)),
            Region::Item(opening) => item(self.text, opening).ok_or_else(|| missing(opening)),
        }
    }

    /// The lines as HTML, coloured by kind of word.
    pub(super) fn html(self) -> Result<String, RenderError> {
        Ok(highlight::rust(&self.cut()?))
    }
}

fn marked(text: &str, name: &str) -> Option<String> {
    let opening = format!("// region: {name}");
    let mut lines = text.lines().skip_while(|line| line.trim() != opening);
    lines.next()?;
    let mut region = Vec::new();
    for line in lines {
        if line.trim() == "// endregion" {
            return Some(dedent(&region));
        }
        region.push(line);
    }
    None
}

fn item(text: &str, opening: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let at = lines
        .iter()
        .position(|line| line.trim_start().starts_with(opening))?;
    let indent = indentation(lines[at]);
    let is_preamble = |line: &str| {
        let line = line.trim_start();
        line.starts_with("///") || line.starts_with("#[")
    };
    // A multi-line attribute (`#[allow(\n … \n)]`) is left out with what stands before it.
    let first = (0..at)
        .rev()
        .take_while(|i| is_preamble(lines[*i]))
        .last()
        .unwrap_or(at);
    let last = if lines[at].trim_end().ends_with('}') || lines[at].trim_end().ends_with(';') {
        at
    } else {
        at + 1
            + lines[at + 1..].iter().position(|line| {
                indentation(line) == indent
                    && line.trim_start().starts_with('}')
                    && !line.trim_end().ends_with('{')
            })?
    };
    Some(dedent(&lines[first..=last]))
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn dedent(lines: &[&str]) -> String {
    let margin = lines
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(|line| indentation(line))
        .min()
        .unwrap_or(0);
    let cut: Vec<&str> = lines
        .iter()
        .map(|line| line.get(margin..).unwrap_or("").trim_end())
        .collect();
    cut.join("\n").trim_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "use a;\n\n/// Adds.\n#[must_use]\npub fn add(\n    a: u8,\n) -> u8 {\n    // region: sum\n    a + 1\n    // endregion\n}\n\nimpl X {\n    /// One.\n    fn one() { }\n}\n";

    #[test]
    fn regions_are_cut_whole() {
        assert_eq!(marked(TEXT, "sum").as_deref(), Some("a + 1"));
        assert_eq!(
            item(TEXT, "pub fn add(").as_deref(),
            Some(
                "/// Adds.\n#[must_use]\npub fn add(\n    a: u8,\n) -> u8 {\n    // region: sum\n    a + 1\n    // endregion\n}"
            )
        );
        assert_eq!(
            item(TEXT, "fn one(").as_deref(),
            Some("/// One.\nfn one() { }")
        );
    }

    #[test]
    fn a_region_that_is_gone_is_an_error() {
        assert_eq!(marked(TEXT, "product"), None);
        assert_eq!(item(TEXT, "fn two("), None);
        assert_eq!(marked("// region: open\nx", "open"), None);
        let gone = Excerpt {
            region: Region::Item("fn no_such_function("),
            ..ADAM
        };
        assert!(matches!(gone.cut(), Err(RenderError::Region { .. })));
    }

    #[test]
    fn every_excerpt_of_the_page_is_there() {
        for excerpt in [ADAM, SCALE_LINK, DENSE, SEED] {
            let text = excerpt.cut().expect(excerpt.file);
            assert!(text.lines().count() > 3, "{}", excerpt.file);
        }
    }
}
