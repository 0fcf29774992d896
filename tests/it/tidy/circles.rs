//! No two files of `src` import each other, neither by themselves nor by way of others.
//!
//! A file imports another where it names one of its items, in a `use` or in a path. A name that a file only passes on
//! (`pub use`) is imported from where it is defined. Tests do not count.

use std::collections::BTreeMap;

use super::imports::{Imports, Path, Use, module, rooted};

/// Two files that may: the SIMD dispatch and what it has to be told of.
const PAIR: [&str; 2] = ["src/numerics/dispatch.rs", "src/numerics/transpose.rs"];

/// A file, by its place among the sources, and the first line that imports it.
type Edges = BTreeMap<usize, (usize, String)>;

/// Every circle: its files, and each import among them.
pub(crate) fn circles(sources: &[(String, String)]) -> Vec<String> {
    let house = House::of(sources);
    let edges: Vec<Edges> = (0..house.files.len()).map(|at| house.edges(at)).collect();
    let reached: Vec<Vec<bool>> = (0..edges.len()).map(|at| reached(&edges, at)).collect();
    let mut found = Vec::new();
    for (at, from_here) in reached.iter().enumerate() {
        let is_mutual = |other: &usize| from_here[*other] && reached[*other][at];
        let circle: Vec<usize> = (0..edges.len()).filter(is_mutual).collect();
        if circle.first() != Some(&at) {
            continue;
        }
        let mut lines = Vec::new();
        for from in &circle {
            for (to, (line, path)) in edges[*from].iter().filter(|(to, _)| circle.contains(to)) {
                let [from, to] = [from, to].map(|file| house.files[*file].name);
                lines.push(format!("  {from}:{line}: {path} is of {to}"));
            }
        }
        let names: Vec<&str> = circle.iter().map(|file| house.files[*file].name).collect();
        found.push(format!(
            "{} import each other\n{}",
            names.join(", "),
            lines.join("\n")
        ));
    }
    found
}

/// The files that can be reached by imports, not `from` itself unless by way of others.
fn reached(edges: &[Edges], from: usize) -> Vec<bool> {
    let mut reached = vec![false; edges.len()];
    let mut next = vec![from];
    while let Some(at) = next.pop() {
        for to in edges[at].keys() {
            if !reached[*to] {
                reached[*to] = true;
                next.push(*to);
            }
        }
    }
    reached
}

struct File<'a> {
    name: &'a str,
    /// Its module from the root on; the first segment is the crate.
    module: Vec<String>,
    imports: Imports,
}

struct House<'a> {
    files: Vec<File<'a>>,
    /// Places of the files by their modules.
    modules: BTreeMap<Vec<String>, usize>,
}

impl<'a> House<'a> {
    fn of(sources: &'a [(String, String)]) -> Self {
        let mut files: Vec<File<'a>> = Vec::new();
        for (name, text) in sources {
            if let Some(module) = module(name) {
                let imports = Imports::of(text);
                files.push(File {
                    name,
                    module,
                    imports,
                });
            }
        }
        let mut of_tests = Vec::new();
        for file in &files {
            for module in &file.imports.test_modules {
                of_tests.push([file.module.clone(), vec![module.clone()]].concat());
            }
        }
        files.retain(|file| !of_tests.contains(&file.module));
        let modules = files.iter().enumerate();
        let modules = modules
            .map(|(at, file)| (file.module.clone(), at))
            .collect();
        Self { files, modules }
    }

    /// The files that this one imports.
    fn edges(&self, at: usize) -> Edges {
        let file = &self.files[at];
        let mut edges = Edges::new();
        let mut add = |line: usize, within: &[String], path: &[String]| {
            let target = self.absolute(at, within, path, 0);
            let Some(to) = target.and_then(|path| self.home(&path, 0)) else {
                return;
            };
            let is_pair = PAIR.contains(&file.name) && PAIR.contains(&self.files[to].name);
            if to != at && !is_pair {
                edges.entry(to).or_insert_with(|| (line, path.join("::")));
            }
        };
        for Use {
            line,
            path,
            name,
            is_public,
            within,
        } in &file.imports.uses
        {
            if !is_public || file.imports.words.contains(name) {
                add(*line, within, path);
            }
        }
        for Path { line, path, within } in &file.imports.paths {
            add(*line, within, path);
        }
        edges
    }

    /// A path of a file from the root of its crate on; `None` of another crate's.
    fn absolute(
        &self,
        at: usize,
        within: &[String],
        path: &[String],
        depth: usize,
    ) -> Option<Vec<String>> {
        let file = &self.files[at];
        if let Some(rooted) = rooted(&file.module, within, path) {
            return Some(rooted);
        }
        // A module below, or a name that a `use` of this file has brought.
        let (first, rest) = path.split_first()?;
        let from = [&file.module[..], within].concat();
        let below = [&from[..], &path[..1]].concat();
        if self.modules.contains_key(&below) {
            return Some([&from[..], path].concat());
        }
        let brought = |u: &&Use| u.name == *first && u.path != path;
        let brought = file.imports.uses.iter().find(brought)?;
        if depth > 8 {
            return None;
        }
        let target = self.absolute(at, &brought.within, &brought.path, depth + 1)?;
        Some([&target[..], rest].concat())
    }

    /// The file that defines what this path names.
    fn home(&self, path: &[String], depth: usize) -> Option<usize> {
        let prefixes = (1..=path.len()).rev();
        let (length, at) = prefixes
            .filter_map(|length| Some((length, *self.modules.get(&path[..length])?)))
            .next()?;
        let imports = &self.files[at].imports;
        let Some(name) = path.get(length).filter(|_| depth < 8) else {
            return Some(at);
        };
        if imports.defined.contains(name) {
            return Some(at);
        }
        for passed in imports.uses.iter().filter(|u| u.name == *name) {
            if let Some(target) = self.absolute(at, &passed.within, &passed.path, 0) {
                return self.home(&[&target[..], &path[length + 1..]].concat(), depth + 1);
            }
        }
        for glob in imports.uses.iter().filter(|u| u.name == "*") {
            let module = &glob.path[..glob.path.len() - 1];
            let target = self.absolute(at, &glob.within, module, 0);
            let home = target.and_then(|mut target| {
                target.push(name.clone());
                self.home(&target, depth + 1)
            });
            if let Some(home) = home.filter(|home| self.files[*home].imports.defined.contains(name))
            {
                return Some(home);
            }
        }
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::circles;

    /// The files of each circle among these.
    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let owned = |(name, text): &(&str, &str)| (format!("src/{name}"), (*text).to_owned());
        let mut sources: Vec<_> = files.iter().map(owned).collect();
        sources.sort();
        let first = |circle: String| {
            let line = circle.lines().next().unwrap_or_default().to_owned();
            line.replace("src/", "").replace(" import each other", "")
        };
        circles(&sources).into_iter().map(first).collect()
    }

    const MOD: (&str, &str) = (
        "a/mod.rs",
        "mod b; mod c; mod d; pub use b::B; pub use c::*;",
    );

    #[test]
    fn two_files_and_three_and_a_file_with_its_mod_are_found() {
        let two = [
            MOD,
            ("a/b.rs", "use super::C;"),
            ("a/c.rs", "struct C(crate::a::B);"),
        ];
        assert_eq!(found(&two), ["a/b.rs, a/c.rs"]);
        let three = [
            MOD,
            ("a/b.rs", "use super::c::{C as D};"),
            ("a/c.rs", "struct C; fn f() { use super::d; d::g() }"),
            ("a/d.rs", "use crate::a::B;"),
        ];
        assert_eq!(found(&three), ["a/b.rs, a/c.rs, a/d.rs"]);
        let own = [
            ("a/mod.rs", "mod b; pub struct A; fn f() { b::g() }"),
            ("a/b.rs", "use super::A;"),
        ];
        assert_eq!(found(&own), ["a/b.rs, a/mod.rs"]);
        let shown = [
            ("a/mod.rs", "mod b; pub use b::B; pub struct A(B);"),
            ("a/b.rs", "use super::A;"),
        ];
        assert_eq!(found(&shown), ["a/b.rs, a/mod.rs"]);
        let program = [
            (
                "cli/mod.rs",
                "mod x; const GOOD: u8 = 0; fn main() { x::x(); }",
            ),
            ("cli/x.rs", "use super::GOOD; use mixture_density::a::B;"),
        ];
        assert_eq!(found(&program), ["cli/mod.rs, cli/x.rs"]);
    }

    #[test]
    fn what_goes_one_way_is_spared() {
        let down = [
            ("lib.rs", "pub mod a; use a::B; struct L(B);"),
            MOD,
            (
                "a/b.rs",
                "use super::C; mod inner { use super::super::c::C; }",
            ),
            (
                "a/c.rs",
                "use std::fmt; struct C; #[cfg(test)] mod tests { use crate::a::B; }",
            ),
            ("a/d.rs", "use super::B; fn f() { let b = c::d(); }"),
        ];
        assert_eq!(found(&down), Vec::<String>::new());
        // A name that is passed on leads to where it is defined, not to who passes it on.
        let passed = [
            (
                "a/mod.rs",
                "mod b; mod c; pub use b::B; use crate::e::E; pub struct A;",
            ),
            ("a/b.rs", "use super::E; struct B;"),
            ("a/c.rs", "use super::{A, B};"),
            ("e.rs", "pub struct E;"),
        ];
        assert_eq!(found(&passed), Vec::<String>::new());
        let pair = [
            ("numerics/dispatch.rs", "use super::transpose::T; struct D;"),
            ("numerics/transpose.rs", "use super::dispatch::D; struct T;"),
        ];
        assert_eq!(found(&pair), Vec::<String>::new());
    }
}
