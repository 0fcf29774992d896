//! What a file names of other files: its `use` trees, and its paths elsewhere.

use std::collections::BTreeSet;

use super::tokens::{Token, tokens};

/// A name that a `use` brings into a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Use {
    /// From 1.
    pub(super) line: usize,
    /// As it is written, split at `::`; a glob ends in `*`.
    pub(super) path: Vec<String>,
    /// What it is called here.
    pub(super) name: String,
    /// Whether it is passed on to others.
    pub(super) is_public: bool,
    /// Inline modules around it.
    pub(super) within: Vec<String>,
}

/// A path outside a `use`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    /// From 1.
    pub(super) line: usize,
    /// As it is written, split at `::`.
    pub(super) path: Vec<String>,
    /// Inline modules around it.
    pub(super) within: Vec<String>,
}

/// All that is named in a file, but for what is compiled for tests only.
#[derive(Debug, Default)]
pub(super) struct Imports {
    pub(super) uses: Vec<Use>,
    pub(super) paths: Vec<Path>,
    /// Words outside `use`.
    pub(super) words: BTreeSet<String>,
    /// Items that the file defines.
    pub(super) defined: BTreeSet<String>,
    /// Modules in files of their own that are compiled for tests only.
    pub(super) test_modules: BTreeSet<String>,
}

/// The library as its program calls it.
pub(super) const LIBRARY: &str = "mixture_density";

/// The module of a file that is more than tests, the first segment being its crate: `src/a/b.rs` is `crate::a::b`, and the program of
/// `src/main.rs` and `src/cli/` is a crate of its own.
pub(super) fn module(name: &str) -> Option<Vec<String>> {
    let path = name.strip_prefix("src/")?.strip_suffix(".rs")?;
    // Files of tests alone may use anything.
    if path.ends_with("_tests") || path.ends_with("/tests") {
        return None;
    }
    let is_program = path == "main" || path.starts_with("cli/");
    let mut module = vec![if is_program { "main" } else { LIBRARY }.to_owned()];
    let segments = path
        .split('/')
        .filter(|s| !["lib", "main", "mod"].contains(s));
    module.extend(segments.map(str::to_owned));
    Some(module)
}

/// A path of a file from the root of its crate on, where its first word says the way there.
pub(super) fn rooted(module: &[String], within: &[String], path: &[String]) -> Option<Vec<String>> {
    let mut from = [module, within].concat();
    match path.first()?.as_str() {
        "crate" => Some([&module[..1], &path[1..]].concat()),
        LIBRARY => Some(path.to_vec()),
        "self" => Some([&from[..], &path[1..]].concat()),
        "super" => {
            let ups = path
                .iter()
                .take_while(|segment| *segment == "super")
                .count();
            from.truncate(from.len().checked_sub(ups)?);
            Some([&from[..], &path[ups..]].concat())
        }
        _ => None,
    }
}

/// Words before the name of an item.
const ITEMS: [&str; 9] = [
    "fn", "struct", "enum", "union", "trait", "type", "const", "static", "mod",
];

impl Imports {
    pub(super) fn of(text: &str) -> Self {
        let tokens = tokens(text);
        let mut reader = Reader {
            tokens: &tokens,
            at: 0,
            depth: 0,
            within: Vec::new(),
            found: Self::default(),
        };
        while reader.at < tokens.len() {
            reader.step();
        }
        reader.found
    }
}

struct Reader<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
    /// Open braces.
    depth: usize,
    /// Inline modules that are open, each with the depth outside it.
    within: Vec<(String, usize)>,
    found: Imports,
}

impl Reader<'_> {
    fn text(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", |t| t.text)
    }

    fn before(&self) -> &str {
        let before = self.at.checked_sub(1);
        before.map_or("", |before| self.tokens[before].text)
    }

    fn line(&self) -> usize {
        self.tokens.get(self.at).map_or(0, |t| t.line)
    }

    fn is_colons(&self, ahead: usize) -> bool {
        self.text(ahead) == ":" && self.text(ahead + 1) == ":"
    }

    fn names(&self) -> Vec<String> {
        self.within.iter().map(|(name, _)| name.clone()).collect()
    }

    fn step(&mut self) {
        match self.text(0) {
            "#" if self.is_test_attribute() => self.skip_test_item(),
            "use" => self.read_use(),
            // Who may see an item is no import.
            "pub" if self.text(1) == "(" && self.text(2) == "in" => {
                while self.at < self.tokens.len() && self.text(0) != ")" {
                    self.at += 1;
                }
            }
            "{" => {
                self.depth += 1;
                self.at += 1;
            }
            "}" => {
                self.depth = self.depth.saturating_sub(1);
                self.within.retain(|(_, outside)| *outside < self.depth);
                self.at += 1;
            }
            "mod" if self.text(2) == "{" => {
                let name = self.text(1).to_owned();
                self.found.defined.insert(name.clone());
                self.within.push((name, self.depth));
                self.at += 2;
            }
            word if is_word(word) => self.read_word(),
            _ => self.at += 1,
        }
    }

    /// `#[cfg(test)]`, also among other conditions.
    fn is_test_attribute(&self) -> bool {
        let inside = self.tokens[self.at..].iter().map(|t| t.text);
        let inside: Vec<&str> = inside.take_while(|text| *text != "]").collect();
        inside.get(2) == Some(&"cfg") && inside.contains(&"test") && !inside.contains(&"not")
    }

    /// Passes over the item of a test attribute.
    fn skip_test_item(&mut self) {
        let mut open = 0_i64;
        let mut module = String::new();
        while self.at < self.tokens.len() {
            match self.text(0) {
                "mod" if open == 0 => module = self.text(1).to_owned(),
                "(" | "[" | "{" => open += 1,
                ")" | "]" => open -= 1,
                "}" => {
                    open -= 1;
                    if open == 0 {
                        self.at += 1;
                        return;
                    }
                }
                ";" if open == 0 => {
                    self.at += 1;
                    self.found.test_modules.insert(module);
                    return;
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    fn read_word(&mut self) {
        let word = self.text(0).to_owned();
        if ITEMS.contains(&self.before()) {
            self.found.defined.insert(word.clone());
        }
        let starts = self.is_colons(1) && !matches!(self.before(), ":" | ".");
        if !starts {
            self.found.words.insert(word);
            self.at += 1;
            return;
        }
        let line = self.line();
        let mut path = vec![word.clone()];
        self.at += 1;
        while self.is_colons(0) && is_word(self.text(2)) {
            path.push(self.text(2).to_owned());
            self.at += 3;
        }
        self.found.words.insert(word);
        let within = self.names();
        self.found.paths.push(Path { line, path, within });
    }

    fn read_use(&mut self) {
        let is_public = matches!(self.before(), "pub" | ")");
        self.at += 1;
        if self.is_colons(0) {
            // Another crate for certain.
            self.at += 2;
        }
        self.read_tree(&[], is_public);
    }

    fn read_tree(&mut self, prefix: &[String], is_public: bool) {
        let line = self.line();
        let mut path = prefix.to_vec();
        loop {
            match self.text(0) {
                "{" => {
                    self.at += 1;
                    while self.at < self.tokens.len() && self.text(0) != "}" {
                        self.read_tree(&path, is_public);
                        if self.text(0) == "," {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    return;
                }
                // In braces it is what stands before them.
                "self" if !prefix.is_empty() => self.at += 1,
                segment => {
                    path.push(segment.to_owned());
                    self.at += 1;
                }
            }
            if !self.is_colons(0) {
                break;
            }
            self.at += 2;
        }
        let mut name = path.last().cloned().unwrap_or_default();
        if self.text(0) == "as" {
            name = self.text(1).to_owned();
            self.at += 2;
        }
        let within = self.names();
        self.found.uses.push(Use {
            line,
            path,
            name,
            is_public,
            within,
        });
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::Imports;

    fn uses(text: &str) -> Vec<String> {
        let uses = Imports::of(text).uses.into_iter();
        let text = |u: super::Use| {
            let public = if u.is_public { "pub " } else { "" };
            let within = u.within.concat();
            format!("{within}{public}{}={}", u.name, u.path.join("/"))
        };
        uses.map(text).collect()
    }

    #[test]
    fn trees_are_taken_apart() {
        let text = "use a::{self, b::C, d::*}; pub(crate) use super::e as f; use g;";
        let expected = ["a=a", "C=a/b/C", "*=a/d/*", "pub f=super/e", "g=g"];
        assert_eq!(uses(text), expected);
    }

    #[test]
    fn inline_modules_are_known_and_tests_passed_over() {
        let text = "mod m { use super::x; fn f() { } } use y; \
            #[cfg(test)] mod tests { use super::z; } #[cfg(all(test, unix))] mod t; \
            #[cfg(not(test))] use w; #[cfg(test)] fn f(a: [u8; 2]) { b::c(); }";
        assert_eq!(uses(text), ["mx=super/x", "y=y", "w=w"]);
        let found = Imports::of(text);
        assert!(found.paths.is_empty() && found.test_modules.contains("t"));
        assert!(found.defined.contains("m") && found.defined.contains("f"));
    }

    #[test]
    fn paths_elsewhere_are_read_from_their_beginning() {
        let found = Imports::of("fn f() { super::a::b(c.d::<E>(), G::H) }");
        let paths = found.paths.iter().map(|p| p.path.join("/"));
        let paths: Vec<String> = paths.collect();
        assert_eq!(paths, ["super/a/b", "G/H"]);
        assert!(found.words.contains("c") && !found.words.contains("H"));
        let found = Imports::of("pub(in crate::a) use b::C; pub(in super::d) fn f() { e::g() }");
        assert_eq!(found.paths.len(), 1, "{:?}", found.paths);
        assert!(found.uses[0].is_public && found.defined.contains("f"));
    }
}
