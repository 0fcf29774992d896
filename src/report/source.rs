//! Code cells: this repository's own source, cut out when the crate is compiled.
//!
//! The text comes from `include_str!`, so that what the page shows is what was
//! compiled. A region is one or more items, each named as it is declared (`fn adam`),
//! and reaches from the item's documentation to the brace that closes it. An item that
//! is gone stops the build here, not a report after its training.

use super::RenderError;
use super::highlight;

/// A piece of source to show.
#[derive(Debug, Clone, Copy)]
pub(super) struct Excerpt {
    /// Path in the repository.
    pub(super) file: &'static str,
    /// The file's text.
    text: &'static str,
    /// The items, `fn name` or `struct Name`, shown in this order.
    items: &'static [&'static str],
}

macro_rules! excerpts {
    ($($(#[doc = $doc:literal])* $name:ident = $file:literal: $items:expr;)*) => {
        $(
            $(#[doc = $doc])*
            pub(super) const $name: Excerpt = Excerpt {
                file: $file,
                text: include_str!(concat!("../../", $file)),
                items: &$items,
            };
            const _: () = assert!(
                $name.is_complete(),
                concat!("an item that the report shows is gone from ", $file)
            );
        )*
        /// All of them.
        #[cfg(test)]
        const ALL: &[Excerpt] = &[$($name),*];
    };
}

excerpts! {
    /// One noisy point of the spiral.
    SPIRAL = "src/problem/spiral/mod.rs": ["fn draw"];
    /// The baseline network.
    BASELINE = "src/net/network.rs": ["struct Network", "fn hidden"];
    /// Weights and biases of the mixture head.
    HEAD = "src/net/head.rs": ["struct MixtureHead"];
    /// From a raw output to a scale.
    SCALE_LINK = "src/numerics/columns.rs": ["fn scale_and_slope"];
    /// Loss and gradient of a block of rows.
    NLL = "src/numerics/mixture_nll.rs": ["fn block", "fn normal_term", "fn gradient"];
    /// The inner loop of the matrix product.
    TILE = "src/numerics/product.rs": ["fn row_terms"];
    /// One pass of Adam.
    ADAM = "src/numerics/adam.rs": ["struct AdamStep", "fn update"];
    /// The training loop.
    TRAINING = "src/net/train.rs": ["fn epochs", "fn steps"];
    /// One draw from a mixture.
    SAMPLING = "src/mixture/row.rs": ["fn draw_into"];
    /// Named streams of randomness.
    SEED = "src/seed.rs": ["fn key"];
}

impl Excerpt {
    /// The lines, without common indentation.
    pub(super) fn cut(self) -> Result<String, RenderError> {
        let cut = |name: &&'static str| {
            item(self.text, name).ok_or_else(|| RenderError::Region {
                file: self.file,
                region: (*name).to_owned(),
            })
        };
        let items: Vec<String> = self.items.iter().map(cut).collect::<Result<_, _>>()?;
        Ok(items.join("\n\n"))
    }

    /// Whether every item is somewhere in the file; cutting finds where.
    const fn is_complete(self) -> bool {
        let mut index = 0;
        while index < self.items.len() {
            if !mentions(self.text.as_bytes(), self.items[index].as_bytes()) {
                return false;
            }
            index += 1;
        }
        true
    }

    /// The lines as HTML, coloured by kind of word.
    pub(super) fn html(self) -> Result<String, RenderError> {
        Ok(highlight::rust(&self.cut()?))
    }
}

/// Whether `name` stands in `text` as a whole word. In const context, hence the loops.
const fn mentions(text: &[u8], name: &[u8]) -> bool {
    let mut start = 0;
    while start + name.len() < text.len() {
        let mut length = 0;
        while length < name.len() && text[start + length] == name[length] {
            length += 1;
        }
        let next = text[start + length];
        if length == name.len() && !next.is_ascii_alphanumeric() && next != b'_' {
            return true;
        }
        start += 1;
    }
    false
}

fn item(text: &str, name: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let opens = |line: &&str| {
        let line = line.trim_start();
        let visible = ["pub(crate) ", "pub(super) ", "pub "];
        let line = visible
            .iter()
            .find_map(|v| line.strip_prefix(v))
            .unwrap_or(line);
        let after = line.strip_prefix(name).and_then(|tail| tail.chars().next());
        after.is_some_and(|c| !c.is_alphanumeric() && c != '_')
    };
    let at = lines.iter().position(opens)?;
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

    const TEXT: &str = "use a;\n\n/// Adds.\n#[must_use]\npub fn add<T>(\n    a: u8,\n) -> u8 {\n    a + 1\n}\n\nimpl X {\n    /// One.\n    fn one() {\n        { 1 }\n    }\n}\n";

    #[test]
    fn items_are_cut_whole() {
        let add = "/// Adds.\n#[must_use]\npub fn add<T>(\n    a: u8,\n) -> u8 {\n    a + 1\n}";
        assert_eq!(item(TEXT, "fn add").as_deref(), Some(add));
        let one = "/// One.\nfn one() {\n    { 1 }\n}";
        assert_eq!(item(TEXT, "fn one").as_deref(), Some(one));
    }

    #[test]
    fn an_item_that_is_gone_is_an_error() {
        assert_eq!(item(TEXT, "fn on"), None);
        assert_eq!(item("fn open() {\n    1\n", "fn open"), None);
        let gone = Excerpt {
            items: &["fn no_such_function"],
            ..ADAM
        };
        assert!(matches!(gone.cut(), Err(RenderError::Region { .. })));
        assert!(ADAM.is_complete() && !gone.is_complete());
        assert!(!mentions(b"fn ones() {}", b"fn one"));
    }

    #[test]
    fn every_excerpt_of_the_page_is_there() {
        for excerpt in ALL {
            let text = excerpt.cut().expect(excerpt.file);
            assert!(text.lines().count() > 3, "{}", excerpt.file);
            let depth = text.matches('{').count() - text.matches('}').count();
            assert_eq!(depth, 0, "{}: braces do not close", excerpt.file);
        }
    }
}
