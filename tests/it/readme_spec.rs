//! What README.md shows of a spec is one that can be run.

use std::path::Path;

use mixture_density::spec::Spec;

const README: &str = include_str!("../../README.md");

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
