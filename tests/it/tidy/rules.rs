//! The rules.

use super::headings::promised_panics;
use super::tokens::Token;

/// One absence.
pub(super) struct Rule {
    /// What is said of a line that breaks it.
    pub(super) says: &'static str,
    /// Lines of a file that break it, given its path, its text, and the text's tokens.
    pub(super) finds: fn(&str, &str, &[Token<'_>]) -> Vec<usize>,
    /// Files (path, text) with one broken line each.
    pub(super) flags: &'static [(&'static str, &'static str)],
    /// Files that keep it.
    pub(super) spares: &'static [(&'static str, &'static str)],
}

/// Those of words and their neighbours.
pub(super) const RULES: &[Rule] = &[
    Rule {
        says: "only src/net names dfdx",
        finds: |path, _, tokens| outside(path, "src/net/", || words(tokens, &["dfdx"])),
        flags: &[
            ("src/study/run.rs", "use dfdx::prelude::*;"),
            ("src/mixture/row.rs", "fn f(t: ::dfdx::shapes::Rank0) {}"),
        ],
        spares: &[
            ("src/net/adam.rs", "use dfdx::prelude::*;"),
            (
                "src/lib.rs",
                "//! Only `net` names dfdx.\nconst S: &str = \"dfdx\";",
            ),
            ("tests/it/net.rs", "use dfdx::prelude::*;"),
        ],
    },
    Rule {
        says: "only src/seed.rs makes generators",
        finds: |path, _, tokens| {
            let crates = [
                "rand",
                "rand_chacha",
                "rand_core",
                "rand_distr",
                "getrandom",
                "fastrand",
            ];
            outside(path, "src/seed.rs", || words(tokens, &crates))
        },
        flags: &[
            ("src/problem/path.rs", "use rand_distr::StandardNormal;"),
            ("src/net/dense.rs", "let x: f32 = rand::random();"),
        ],
        spares: &[
            ("src/seed.rs", "use rand::SeedableRng;"),
            (
                "src/net/dense.rs",
                "use crate::seed::Stream; let operand = 1;",
            ),
        ],
    },
    Rule {
        says: "the clock is read in src/cli/machine.rs only",
        finds: |path, _, tokens| {
            outside(path, "src/cli/machine.rs", || {
                words(tokens, &["Instant", "SystemTime", "UNIX_EPOCH"])
            })
        },
        flags: &[
            ("src/study/run.rs", "let t = std::time::Instant::now();"),
            ("src/report/page.rs", "use std::time::SystemTime;"),
        ],
        spares: &[
            ("src/cli/machine.rs", "use std::time::Instant;"),
            (
                "src/study/run.rs",
                "// An Instant would do.\nlet t = host.seconds();",
            ),
        ],
    },
    Rule {
        says: "the environment is read in src/cli/machine.rs, src/numerics/dispatch.rs and build.rs only",
        finds: |path, _, tokens| {
            let readers = ["src/cli/machine.rs", "src/numerics/dispatch.rs"];
            if !path.starts_with("src/") || readers.contains(&path) {
                return Vec::new();
            }
            // `env!` is read by the compiler.
            sequences(tokens, |at| {
                at.first() == Some(&"env") && at.get(1) != Some(&"!")
                    || at.first() == Some(&"option_env")
            })
        },
        flags: &[
            ("src/study/run.rs", "let v = std::env::var(\"X\");"),
            ("src/cli/run.rs", "use std::{env, fs};"),
            ("src/report/page.rs", "option_env!(\"X\");"),
        ],
        spares: &[
            ("src/numerics/dispatch.rs", "std::env::var_os(VARIABLE)"),
            (
                "src/study/plan.rs",
                "const SOURCES: &str = env!(\"MDN_SOURCES\");",
            ),
        ],
    },
    Rule {
        says: "unsafe stands in src/numerics only, but for what runs before `main`",
        finds: |path, _, tokens| {
            outside(path, "src/numerics/", || {
                let in_terminal = path == "src/cli/terminal.rs";
                sequences(tokens, |at| match at {
                    ["(", "unsafe", ")", ..] => !in_terminal,
                    ["(", ..] => false,
                    [_, "unsafe", ..] => true,
                    _ => false,
                })
            })
        },
        flags: &[
            ("src/net/dense.rs", "fn f() { unsafe { go() } }"),
            ("src/net/dense.rs", "#[ctor::ctor(unsafe)] fn f() {}"),
            ("src/cli/terminal.rs", "fn f() { unsafe { go() } }"),
            ("src/cli/terminal.rs", "pub unsafe fn f() {}"),
        ],
        spares: &[
            ("src/numerics/product.rs", "fn f() { unsafe { go() } }"),
            ("src/cli/terminal.rs", "#[ctor::ctor(unsafe)] fn f() {}"),
            (
                "src/report/highlight.rs",
                "const KEYWORDS: [&str; 1] = [\"unsafe\"];",
            ),
        ],
    },
    Rule {
        says: "no test is ignored, nothing is left to do, nothing is printed for debugging",
        finds: |_, _, tokens| {
            sequences(tokens, |at| {
                matches!(
                    at,
                    ["#", "[", "ignore", ..]
                        | ["ignore", ")", "]", ..]
                        | ["todo" | "unimplemented" | "dbg", "!", ..]
                )
            })
        },
        flags: &[
            ("tests/it/seed.rs", "#[ignore] fn f() {}"),
            ("tests/it/seed.rs", "#[ignore = \"slow\"] fn f() {}"),
            (
                "tests/it/seed.rs",
                "#[cfg_attr(debug_assertions, ignore)] fn f() {}",
            ),
            ("src/seed.rs", "fn f() { todo!() }"),
            ("benches/scores.rs", "dbg!(x);"),
        ],
        spares: &[(
            "src/seed.rs",
            "// todo!\nlet ignore = 1; let s = \"#[ignore]\";",
        )],
    },
    Rule {
        says: "a transcendental function of std decides no bit: use numerics or libm",
        finds: |path, _, tokens| outside(path, "nowhere", || transcendental(tokens)),
        flags: &[
            ("src/mixture/row.rs", "let y = x.exp();"),
            ("src/score/pit.rs", "let y = (a + b).ln_1p();"),
            ("src/problem/path.rs", "let y = values.map(f64::sin);"),
            ("src/report/figures/axis.rs", "let y = x.powi(3);"),
        ],
        spares: &[
            (
                "src/mixture/row.rs",
                "let y = libm::exp(x) + x.sqrt() + x.abs();",
            ),
            ("tests/it/numerics/vector.rs", "let y = x.exp();"),
        ],
    },
    Rule {
        says: "terminal, arguments and error chains are src/cli's",
        finds: |path, _, tokens| {
            outside(path, "src/cli/", || {
                sequences(tokens, |at| {
                    matches!(
                        at,
                        ["clap" | "anyhow" | "indicatif" | "stdout" | "stderr", ..]
                            | ["print" | "println" | "eprint" | "eprintln", "!", ..]
                    )
                })
            })
        },
        flags: &[
            ("src/study/run.rs", "println!(\"x\");"),
            ("src/report/page.rs", "use anyhow::Result;"),
        ],
        spares: &[
            ("src/cli/run.rs", "use anyhow::Context as _;"),
            ("build.rs", "println!(\"x\");"),
        ],
    },
    Rule {
        says: "an order or a generator that varies must not reach a record",
        finds: |path, _, tokens| {
            outside(path, "nowhere", || {
                words(
                    tokens,
                    &["HashMap", "HashSet", "RandomState", "StdRng", "ThreadRng"],
                )
            })
        },
        flags: &[("src/study/run.rs", "use std::collections::HashMap;")],
        spares: &[("src/study/run.rs", "use std::collections::BTreeMap;")],
    },
    Rule {
        says: "numerics knows std, libm and the SIMD dispatch crate only",
        finds: |path, _, tokens| {
            if !path.starts_with("src/numerics/") {
                return Vec::new();
            }
            let known = [
                "std",
                "core",
                "libm",
                "pulp",
                "thiserror",
                "crate",
                "super",
                "self",
            ];
            sequences(
                tokens,
                |at| matches!(at, ["use", first, ":", ..] if !known.contains(first)),
            )
        },
        flags: &[("src/numerics/dense.rs", "use rayon::prelude::*;")],
        spares: &[
            (
                "src/numerics/dense.rs",
                "use pulp::Simd; use super::dispatch::Unit;",
            ),
            ("src/study/data.rs", "use rayon::prelude::*;"),
        ],
    },
    Rule {
        says: "no public item's page promises a panic: an error says what was found and what is allowed",
        finds: |path, text, _| outside(path, "nowhere", || promised_panics(text)),
        flags: &[
            (
                "src/table/whole.rs",
                "    /// # Panics\n    /// If so.\n    #[must_use]\n    pub fn f() {}",
            ),
            (
                "src/net/network.rs",
                "pub trait T {\n    /// # Panics\n    /// If so.\n    fn f();\n}",
            ),
        ],
        spares: &[
            (
                "src/net/head.rs",
                "/// # Panics\n/// If so.\npub(super) fn f() {}\n/// Nothing.\npub fn g() {}",
            ),
            ("tests/it/ks.rs", "/// # Panics\npub fn f() {}"),
        ],
    },
];

/// What `finds` gives for a file of `src` whose path does not begin with `home`.
fn outside(path: &str, home: &str, finds: impl Fn() -> Vec<usize>) -> Vec<usize> {
    if path.starts_with("src/") && !path.starts_with(home) {
        finds()
    } else {
        Vec::new()
    }
}

fn words(tokens: &[Token<'_>], forbidden: &[&str]) -> Vec<usize> {
    sequences(tokens, |at| forbidden.contains(&at[0]))
}

/// Lines at which a sequence of up to five tokens is forbidden.
pub(super) fn sequences(
    tokens: &[Token<'_>],
    is_forbidden: impl Fn(&[&str]) -> bool,
) -> Vec<usize> {
    let at = |start: usize| -> Vec<&str> {
        tokens[start..]
            .iter()
            .take(5)
            .map(|token| token.text)
            .collect()
    };
    (0..tokens.len())
        .filter(|start| is_forbidden(&at(*start)))
        .map(|start| tokens[start].line)
        .collect()
}

/// Calls such as `x.exp()` and paths such as `f64::sin`.
fn transcendental(tokens: &[Token<'_>]) -> Vec<usize> {
    const NAMES: [&str; 27] = [
        "exp", "exp2", "exp_m1", "ln", "ln_1p", "log", "log2", "log10", "powf", "powi", "sin",
        "cos", "tan", "sin_cos", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh",
        "acosh", "atanh", "cbrt", "hypot", "gamma",
    ];
    sequences(tokens, |at| match at {
        [".", name, "(", ..] => NAMES.contains(name),
        ["f32" | "f64", ":", ":", name, ..] => NAMES.contains(name),
        _ => false,
    })
}
