//! README.md stays true: its figures are the committed record's, its commands are understood, its links lead somewhere.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use mixture_density::record::{Cell, ModelKind, Record};
use mixture_density::spec::Spec;

const README: &str = include_str!("../../README.md");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// `median [smallest, largest]` of an odd number of replicates, typographically.
fn spread(mut values: Vec<f64>, decimals: usize) -> String {
    values.sort_by(f64::total_cmp);
    let text = |v: f64| format!("{v:.decimals$}").replace('-', "−");
    let (first, last) = (values[0], values[values.len() - 1]);
    format!(
        "{} [{}, {}]",
        text(values[values.len() / 2]),
        text(first),
        text(last)
    )
}

/// The table of README.md as the record has it.
fn figures(record: &Record) -> String {
    let mut table = String::from(
        "| | validation NLL, nats | excess on the test set, nats | CRPS | mean squared error |\n\
         | --- | --- | --- | --- | --- |\n",
    );
    let column = |cells: &[&Cell], value: &dyn Fn(&Cell) -> Option<f64>, decimals| {
        let values: Vec<f64> = cells.iter().filter_map(|cell| value(cell)).collect();
        if values.is_empty() {
            String::from("—")
        } else {
            spread(values, decimals)
        }
    };
    let oracle = record.oracle.as_ref().expect("an exact density");
    let _ = writeln!(
        table,
        "| exact density | {} | 0 | {:.3} | {:.3} |",
        format!("{:.3}", oracle.nll_nats_mean_validation).replace('-', "−"),
        oracle.crps_mean,
        oracle.mse
    );
    let article = [
        None,
        Some(1),
        Some(2),
        Some(5),
        Some(10),
        Some(20),
        Some(40),
    ];
    let tuned = [Some(5), Some(10), Some(20), Some(40)];
    let article = article.map(|k| ("article", k)).into_iter();
    for (recipe, k) in article.chain(tuned.map(|k| ("tuned", k))) {
        let model = if k.is_some() {
            ModelKind::Mdn
        } else {
            ModelKind::Mse
        };
        let cells = record.cells.iter();
        let cells = cells.filter(|c| c.recipe == recipe && c.model == model && c.n_components == k);
        let cells: Vec<&Cell> = cells.collect();
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} | {} |",
            k.map_or_else(
                || "baseline".to_owned(),
                |k| match recipe {
                    "tuned" => format!("tuned, K = {k}"),
                    _ => format!("K = {k}"),
                }
            ),
            column(&cells, &|c| c.nll_nats_mean.validation, 3),
            column(&cells, &|c| c.excess_nats_test, 3),
            column(&cells, &|c| c.crps_mean_test, 3),
            column(&cells, &|c| c.mse.test, 3),
        );
    }
    table
}

/// The table of README.md on the recipes with the points of a study and with ten times as many.
fn sizes(records: &[[Record; 2]]) -> String {
    let mut table = String::from(
        "| excess, nats | `tuned`, 10,000 points | `tuned`, 100,000 points | `tuned-large`, 100,000 points |\n\
         | --- | --- | --- | --- |\n",
    );
    for [small, large] in records {
        for k in [20, 40] {
            let excess = [(small, "tuned"), (large, "tuned"), (large, "tuned-large")];
            let excess = excess.map(|(record, recipe)| {
                let cells = record.cells.iter();
                let cells = cells.filter(|c| c.recipe == recipe && c.n_components == Some(k));
                spread(cells.filter_map(|c| c.excess_nats_test).collect(), 4)
            });
            let name = match small.study.as_str() {
                "spiral" => "The noisy spiral",
                "hardmaru" => "Ha's inverse problem",
                _ => "Bishop's inverse sinusoid",
            };
            let _ = writeln!(table, "| {name}, K = {k} | {} |", excess.join(" | "));
        }
    }
    table
}

/// What stands in README.md between the marks of a table.
fn table_in_readme(name: &str) -> &'static str {
    let [begin, end] = ["begin", "end"].map(|at| format!("<!-- {name}:{at} -->\n"));
    let from = README.find(&begin).expect("a begin mark") + begin.len();
    let to = README.find(&end).expect("an end mark");
    &README[from..to]
}

#[test]
fn figures_are_those_of_the_record() {
    let mut record =
        Record::read(&root().join("reports/spiral/record.json")).expect("the committed record");
    let expected = figures(&record);
    assert_eq!(
        table_in_readme("figures"),
        expected,
        "put this between the marks:\n{expected}"
    );
    // The twin: another number is another table.
    let cell = record
        .cells
        .iter_mut()
        .find(|c| c.n_components == Some(20) && c.replicate == 1);
    cell.expect("K = 20").excess_nats_test = Some(0.5);
    assert_ne!(table_in_readme("figures"), figures(&record));
}

#[test]
fn the_excess_with_a_million_points_is_that_of_the_record() {
    let path = root().join("reports/inverse-sinusoid-1m/record.json");
    let mut record = Record::read(&path).expect("the committed record");
    let sentence = |record: &Record| {
        let cells = record.cells.iter();
        format!(
            "with a million points, a finer floor and less noise: {}",
            spread(cells.filter_map(|c| c.excess_nats_test).collect(), 4)
        )
    };
    assert_eq!(record.cells.len(), 3);
    let told = sentence(&record);
    assert!(README.contains(&told), "{told}");
    // The twin: another number is another sentence.
    for cell in &mut record.cells {
        cell.excess_nats_test = cell.excess_nats_test.map(|excess| excess + 0.001);
    }
    assert!(!README.contains(&sentence(&record)));
}

#[test]
fn the_excess_in_another_program_is_that_of_the_reference() {
    let reference = include_str!("../data/tuned/jax.json");
    let reference: serde_json::Value = serde_json::from_str(reference).expect("JSON");
    let told = |k: &str, more: f64| {
        let excesses = reference["excess_nats"][k].as_array().expect("replicates");
        let excesses = excesses.iter().filter_map(serde_json::Value::as_f64);
        spread(excesses.map(|excess| excess + more).collect(), 4)
    };
    let sentence = |more| {
        let (few, many) = (told("20", more), told("40", more));
        format!("an excess of {few} at K = 20 and {many} at K = 40")
    };
    assert!(README.contains(&sentence(0.0)), "{}", sentence(0.0));
    // The twin: another number is another sentence.
    assert!(!README.contains(&sentence(0.001)));
}

#[test]
fn excesses_of_both_sizes_are_those_of_the_records() {
    let mut records = ["spiral", "hardmaru", "inverse-sinusoid"].map(|problem| {
        [problem.to_owned(), format!("{problem}-100k")].map(|study| {
            let path = root().join(format!("reports/{study}/record.json"));
            Record::read(&path).expect("a committed record")
        })
    });
    for [small, large] in &records {
        // But for the size, `tuned` is trained alike.
        let recipe = |record: &Record, name: &str| {
            let recipe = record.spec.recipes.get(name)?;
            recipe.mixtures()
        };
        assert!(recipe(small, "tuned").is_some());
        assert_eq!(recipe(small, "tuned"), recipe(large, "tuned"));
        assert_ne!(recipe(small, "tuned"), recipe(large, "tuned-large"));
    }
    let expected = sizes(&records);
    assert_eq!(
        table_in_readme("sizes"),
        expected,
        "put this between the marks:\n{expected}"
    );
    // The twin: another number is another table.
    let [_, large] = &mut records[2];
    for cell in &mut large.cells {
        cell.excess_nats_test = cell.excess_nats_test.map(|excess| excess + 0.001);
    }
    assert_ne!(table_in_readme("sizes"), sizes(&records));
}

/// The table of a study in README is one that a study can have.
#[test]
fn the_table_of_a_spec_is_understood() {
    let block = README.split("```toml\n").nth(1).expect("a block");
    let block = block.split("```").next().expect("its end");
    let whole = include_str!("../studies/table/spec.toml");
    let (head, rest) = whole.split_once("[problem]\n").expect("a problem");
    let (_, recipes) = rest.split_once("[recipes.").expect("a recipe");
    let parse = |block: &str| {
        let text = format!("{head}{block}\n[recipes.{recipes}");
        Spec::parse(&text, Path::new("spec.toml"))
    };
    let spec = parse(block).expect("a spec");
    assert_eq!(spec.problems[0].source.n_splits(), 10);
    // Each other way to split that is named has that name.
    let named: Vec<&str> = block
        .split("# or ")
        .nth(1)
        .expect("others")
        .lines()
        .take(1)
        .collect();
    let named: Vec<&str> = named[0].split('"').skip(1).step_by(2).collect();
    assert_eq!(named.len(), 4);
    for name in named {
        let other = block.replace("by = \"folds\"\nfolds = 10", &format!("by = \"{name}\""));
        let said = parse(&other)
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert!(!said.contains("unknown variant"), "{said}");
    }
    // The twin: a way that is none.
    let other = parse(&block.replace("\"folds\"", "\"thirds\""));
    assert!(other.is_err_and(|error| error.to_string().contains("unknown variant `thirds`")));
}

/// The lines of README's shell blocks, without comments.
fn commands() -> Vec<Vec<&'static str>> {
    let blocks = README
        .split("```sh\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next());
    let lines = blocks
        .flat_map(str::lines)
        .map(|line| line.split(" # ").next().unwrap_or(line));
    lines
        .map(|line| {
            line.split_whitespace()
                .map(|word| word.trim_matches('\''))
                .collect()
        })
        .collect()
}

#[test]
fn commands_are_understood() {
    let understood = |words: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_mdn"))
            .args(words)
            .arg("--help")
            .output();
        output.expect("mdn runs").status.success()
    };
    let mut checked = 0;
    for command in commands() {
        match command.as_slice() {
            ["cargo", "run", "--release", "--", words @ ..] => {
                assert!(understood(words), "{command:?}")
            }
            ["cargo", "test", "--release"] => {}
            other => panic!("{other:?} is not looked at by this test"),
        }
        checked += 1;
    }
    assert!(checked >= 7, "{checked}");
    assert!(!understood(&["reports"]) && !understood(&["run", "--onyl", "x"]));
}

/// The commands on a table of one's own, in their order, in a folder with the example's table.
#[test]
fn the_own_table_example_runs() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir_all(folder.path().join("tests/data/own")).expect("writable");
    let table = root().join("tests/data/own/branches.csv");
    std::fs::copy(table, folder.path().join("tests/data/own/branches.csv")).expect("copied");
    let mut ran = Vec::new();
    for command in commands() {
        let ["cargo", "run", "--release", "--", words @ ..] = command.as_slice() else {
            continue;
        };
        let is_own = ["fit", "predict", "sample", "score"].contains(&words[0]);
        if !is_own && !words.starts_with(&["verify", "branches"]) {
            continue;
        }
        let output = Command::new(env!("CARGO_BIN_EXE_mdn"))
            .args(words)
            .current_dir(folder.path())
            .output()
            .expect("mdn runs");
        assert!(output.status.success(), "{command:?}: {output:?}");
        ran.push(words[0]);
    }
    assert_eq!(ran, ["fit", "predict", "sample", "score", "verify"]);
    for name in ["predictions.csv", "draws.csv", "branches/index.html"] {
        assert!(folder.path().join(name).is_file(), "{name}");
    }
    let predictions = std::fs::read_to_string(folder.path().join("predictions.csv"));
    let predictions = predictions.expect("text");
    let names = "row,y_mean,y_sd,y_q0.05,y_q0.5,y_q0.95,y_mode,y_modes,y_hdr0.9\n";
    assert!(predictions.starts_with(names), "{predictions:.80}");
    super::readme_python::is_true(README, root(), folder.path());
}

#[test]
fn links_lead_to_files() {
    let targets: Vec<&str> = README
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|target| !target.contains("://"))
        .collect();
    assert!(targets.len() >= 5, "{targets:?}");
    for target in targets {
        assert!(
            root().join(target).is_file(),
            "README.md links to {target}, which is not there"
        );
    }
    assert!(!root().join("reports/spiral/absent.png").exists());
}

/// Whoever cites is told the version that is here.
#[test]
fn the_citation_is_of_this_version() {
    let citation = include_str!("../../CITATION.cff");
    let version = |text: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix("version: "));
        line.map(str::to_owned)
    };
    assert_eq!(
        version(citation).as_deref(),
        Some(env!("CARGO_PKG_VERSION"))
    );
    assert_eq!(
        version("cff-version: 1.2.0"),
        None,
        "the twin: another line"
    );
}
