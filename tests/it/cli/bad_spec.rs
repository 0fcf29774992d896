//! A spec that cannot be run: one sentence with the file, the key or line, what was found, what is allowed.

use insta::assert_snapshot;

use super::{assert_untouched, sentence};
use crate::support::{Study, TINY, edit};

fn refused(study: &Study) -> String {
    let said = sentence(&study.mdn(&["run", "tiny"]));
    assert_untouched(study);
    said
}

/// What is said of the tiny study with a part of its spec replaced.
fn edited(from: &str, to: &str) -> String {
    refused(&Study::edited(from, to))
}

#[test]
fn the_study_itself_is_accepted() {
    let ran = Study::tiny().mdn(&["run", "tiny"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[test]
fn unknown_key() {
    assert_snapshot!(edited("seed = 7", "seed = 7\nsede = 8"), @"mdn: tiny/spec.toml:7: unknown field `sede`, expected one of `schema`, `study`, `seed`, `replicates`, `n_test`, `n_test_crps`, `validation_split`, `draws`, `keep_model`, `problem`, `problems`, `exhibits`, `recipes`");
    assert_snapshot!(edited("hidden = 128", "hidden = 128\nwidth = 3"), @"mdn: tiny/spec.toml:26: unknown field `width`, expected one of `hidden`, `batch_size`, `max_epochs`, `adam`, `mse`, `mdn`, `ensemble`");
    assert_snapshot!(edited("jitter", "jiter"), @"mdn: tiny/spec.toml:12: unknown field `jiter`, expected one of `n`, `jitter`, `revolutions`, `span`");
}

#[test]
fn missing_key() {
    assert_snapshot!(edited("jitter = 0.2\n", ""), @"mdn: tiny/spec.toml:12: missing field `jitter`");
}

#[test]
fn wrong_type() {
    assert_snapshot!(edited("seed = 7", "seed = \"seven\""), @r#"mdn: tiny/spec.toml:6: invalid type: string "seven", expected a whole number, 0 or more"#);
    assert_snapshot!(edited("seed = 7", "seed = -7"), @"mdn: tiny/spec.toml:6: invalid value: integer `-7`, expected a whole number, 0 or more");
    assert_snapshot!(edited("jitter = 0.2", "jitter = \"x\""), @r#"mdn: tiny/spec.toml:12: invalid type: string "x", expected a number"#);
    assert_snapshot!(edited("[1, 3]", "[\"a\"]"), @r#"mdn: tiny/spec.toml:34: invalid type: string "a", expected a whole number, 0 or more"#);
    assert_snapshot!(edited("\"spiral\"", "\"helix\""), @"mdn: tiny/spec.toml:13: unknown variant `helix`, expected one of `spiral`, `inverse-sinusoid`, `hardmaru`, `table`");
}

#[test]
fn not_toml() {
    assert_snapshot!(edited("seed = 7", "seed = = 7"), @"mdn: tiny/spec.toml:6: extra `=`, expected nothing");
}

#[test]
fn components() {
    assert_snapshot!(edited("[1, 3]", "[0, 3]"), @"mdn: tiny/spec.toml: `recipes.article.mdn.components` is a list with 0, but must be numbers from 1 to 1000");
    assert_snapshot!(edited("[1, 3]", "[1, 1001]"), @"mdn: tiny/spec.toml: `recipes.article.mdn.components` is a list with 1001, but must be numbers from 1 to 1000");
    assert_snapshot!(edited("[1, 3]", "[]"), @"mdn: tiny/spec.toml: `recipes.article.mdn.components` is empty, but must be a list of numbers of components");
    assert_snapshot!(edited("[1, 3]", "[3, 3]"), @"mdn: tiny/spec.toml: `recipes.article.mdn.components` is a list with 3 twice, but must be each number once");
}

/// What is said of the tiny study with this tuning.
fn tuned(tuning: &str) -> String {
    let last = "min_lr = 0.0 }";
    edited(
        last,
        &format!("{last}\n\n[recipes.article.mdn.tuning]\n{tuning}"),
    )
}

#[test]
fn tuning() {
    assert_snapshot!(tuned("noise = { x = -0.1, y = 0.0 }"), @"mdn: tiny/spec.toml: `recipes.article.mdn.tuning.noise.x` is -0.1, but must be 0 or positive, and finite");
    assert_snapshot!(tuned("noise = { x = 0.1, y = nan }"), @"mdn: tiny/spec.toml: `recipes.article.mdn.tuning.noise.y` is NaN, but must be 0 or positive, and finite");
    assert_snapshot!(tuned("noise = { x = 0.1 }"), @"mdn: tiny/spec.toml:41: missing field `y`");
    assert_snapshot!(tuned("averaging = { decay = 1.0 }"), @"mdn: tiny/spec.toml: `recipes.article.mdn.tuning.averaging.decay` is 1, but must be between 0 and 1, both excluded");
    assert_snapshot!(tuned("gradient_norm_clip = 0.0"), @"mdn: tiny/spec.toml: `recipes.article.mdn.tuning.gradient_norm_clip` is 0, but must be positive and finite");
    assert_snapshot!(tuned("weight_decay = inf"), @"mdn: tiny/spec.toml: `recipes.article.mdn.tuning.weight_decay` is inf, but must be positive and finite");
    assert_snapshot!(tuned("head_weight_factor = -1.0"), @"mdn: tiny/spec.toml: `recipes.article.mdn.tuning.head_weight_factor` is -1, but must be positive and finite");
    assert_snapshot!(tuned("hidden_weight_factor = 0.0"), @"mdn: tiny/spec.toml: `recipes.article.mdn.tuning.hidden_weight_factor` is 0, but must be positive and finite");
    assert_snapshot!(tuned("schedule = { warmup_epochs = 9 }"), @"mdn: tiny/spec.toml: `recipes.article.mdn.tuning.schedule.warmup_epochs` is 9, but must be less than max_epochs = 9");
    assert_snapshot!(tuned("schedule = { warmup_epochs = 1 }"), @"mdn: tiny/spec.toml: `recipes.article.mdn.reduce_lr_on_plateau` is beside a tuning.schedule, but must be one of the two");
    assert_snapshot!(tuned("standardise = 1"), @"mdn: tiny/spec.toml:41: invalid type: integer `1`, expected a boolean");
    assert_snapshot!(tuned("gelu = true"), @"mdn: tiny/spec.toml:41: unknown field `gelu`, expected one of `standardise`, `spread_means`, `hidden_weight_factor`, `head_weight_factor`, `schedule`, `gradient_norm_clip`, `noise`, `averaging`, `weight_decay`");
}

/// The twin: a tuning without a fault is run.
#[test]
fn a_tuning_is_accepted() {
    let tuning = "[recipes.article.mdn.tuning]\nstandardise = true\nspread_means = true\n\
        gradient_norm_clip = 5.0\nnoise = { x = 0.01, y = 0.01 }\naveraging = { decay = 0.9 }\n\
        weight_decay = 0.01\nhidden_weight_factor = 0.5\nhead_weight_factor = 0.5\n";
    let last = "min_lr = 0.0 }";
    let study = Study::edited(last, &format!("{last}\n\n{tuning}"));
    let ran = study.mdn(&["run", "tiny"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[test]
fn too_few_or_too_many_points() {
    assert_snapshot!(edited("n = 170", "n = 1"), @"mdn: tiny/spec.toml: `problem.n` is 1, which leaves 0 training and 1 validation points, but must be enough for at least one of each");
    assert_snapshot!(edited("n = 170", "n = 0"), @"mdn: tiny/spec.toml: `problem`: n is 0; allowed is 1 to 10000000");
    assert_snapshot!(edited("n_test = 200", "n_test = 100000000000"), @"mdn: tiny/spec.toml: `n_test` is 100000000000, but must be a whole number from 2 to 10000000");
    assert_snapshot!(edited("n_test_crps = 50", "n_test_crps = 201"), @"mdn: tiny/spec.toml: `n_test_crps` is 201, but must be at most n_test = 200");
    assert_snapshot!(edited("validation_split = 0.15", "validation_split = 1.0"), @"mdn: tiny/spec.toml: `validation_split` is 1, but must be between 0 and 1, both excluded");
    assert_snapshot!(edited("replicates = 2", "replicates = 0"), @"mdn: tiny/spec.toml: `replicates` is 0, but must be a whole number from 1 to 1000");
}

#[test]
fn jitter() {
    let with = |value: &str| edited("jitter = 0.2", &format!("jitter = {value}"));
    assert_snapshot!(with("0.0"), @"mdn: tiny/spec.toml: `problem`: jitter is 0; allowed is a finite number above 0, at most 1000000");
    assert_snapshot!(with("-0.2"), @"mdn: tiny/spec.toml: `problem`: jitter is -0.2; allowed is a finite number above 0, at most 1000000");
    assert_snapshot!(with("nan"), @"mdn: tiny/spec.toml: `problem`: jitter is NaN; allowed is a finite number above 0, at most 1000000");
    assert_snapshot!(with("inf"), @"mdn: tiny/spec.toml: `problem`: jitter is inf; allowed is a finite number above 0, at most 1000000");
    assert_snapshot!(with("-inf"), @"mdn: tiny/spec.toml: `problem`: jitter is -inf; allowed is a finite number above 0, at most 1000000");
}

#[test]
fn training() {
    assert_snapshot!(edited("learning_rate = 1e-2", "learning_rate = nan"), @"mdn: tiny/spec.toml: `recipes.article.adam.learning_rate` is NaN, but must be positive and finite");
    assert_snapshot!(edited("hidden = 128", "hidden = 0"), @"mdn: tiny/spec.toml: `recipes.article.hidden` is 0, but must be a whole number from 1 to 16384");
    assert_snapshot!(edited("hidden = 128", "hidden = 16385"), @"mdn: tiny/spec.toml: `recipes.article.hidden` is 16385, but must be a whole number from 1 to 16384");
    assert_snapshot!(edited("max_epochs = 9", "max_epochs = 0"), @"mdn: tiny/spec.toml: `recipes.article.max_epochs` is 0, but must be a whole number from 1 to 100000");
}

#[test]
fn exhibits() {
    assert_snapshot!(edited("n_x = 9", "n_x = 1"), @"mdn: tiny/spec.toml: `exhibits.grid.n_x` is 1, but must be a whole number from 2 to 1000");
    assert_snapshot!(edited("n_y = 12", "n_y = 5000"), @"mdn: tiny/spec.toml: `exhibits.grid.n_y` is 5000, but must be a whole number from 2 to 1000");
    assert_snapshot!(edited("y_margin = 0.1", "y_margin = nan"), @"mdn: tiny/spec.toml: `exhibits.grid.y_margin` is NaN, but must be a number from 0 to 1");
    assert_snapshot!(edited("digits = 4", "digits = 9"), @"mdn: tiny/spec.toml: `exhibits.grid.digits` is 9, but must be a whole number from 1 to 6");
    assert_snapshot!(edited("digits = 5", "digits = 1"), @"mdn: tiny/spec.toml: `exhibits.mixtures.digits` is 1, but must be a whole number from 2 to 6");
    assert_snapshot!(edited("components = [1, 3]\ndigits = 5", "components = [1, 1]\ndigits = 5"), @"mdn: tiny/spec.toml: `exhibits.mixtures.components` is a list with 1 twice, but must be each number once");
    assert_snapshot!(edited("components = [1, 3]\nn_bins", "components = [1001]\nn_bins"), @"mdn: tiny/spec.toml: `exhibits.calibration.components` is a list with 1001, but must be numbers from 1 to 1000");
    assert_snapshot!(edited("n_bins = 5", "n_bins = 0"), @"mdn: tiny/spec.toml: `exhibits.calibration.n_bins` is 0, but must be a whole number from 1 to 1000");
    assert_snapshot!(edited("[10, 50, 90]", "[10, 90, 50]"), @"mdn: tiny/spec.toml: `exhibits.calibration.levels` is [10, 90, 50], but must be whole numbers from 1 to 99 in rising order");
    assert_snapshot!(edited("[10, 50, 90]", "[10, 100]"), @"mdn: tiny/spec.toml: `exhibits.calibration.levels` is [10, 100], but must be whole numbers from 1 to 99 in rising order");
    assert_snapshot!(edited("n_points = 30", "n_points = 41"), @"mdn: tiny/spec.toml: `exhibits.tempered.n_points` is 41, but must be a whole number from 1 to 40");
    assert_snapshot!(edited("\ntemperatures = [0.5, 1.0]", "\ntemperatures = [0.5, inf]"), @"mdn: tiny/spec.toml: `exhibits.tempered.temperatures` is a list with inf, but must be numbers from 0 to 1000");
    assert_snapshot!(edited("\ntemperatures = [0.5, 1.0]", "\ntemperatures = [0.5, 0.5]"), @"mdn: tiny/spec.toml: `exhibits.tempered.temperatures` is [0.5, 0.5], but must be each temperature once");
    assert_snapshot!(edited("covariance_temperatures = [0.25, 1.0]", "covariance_temperatures = [0.0]"), @"mdn: tiny/spec.toml: `exhibits.tempered.covariance_temperatures` is a list with 0, but must be positive numbers");
    let without_grid = edit(
        TINY,
        "[exhibits.grid]\nn_x = 9\nn_y = 12\ny_margin = 0.1\ndigits = 4\n",
        "",
    );
    assert_snapshot!(refused(&Study::with_spec(without_grid)), @"mdn: tiny/spec.toml: `exhibits.mixtures` is without a grid, but must be beside a table `exhibits.grid`");
}

#[test]
fn another_schema() {
    assert_snapshot!(edited("schema = 2", "schema = 1"), @"mdn: tiny/spec.toml: schema 1 is older; this program reads schema 2");
    assert_snapshot!(edited("schema = 2", "schema = 3"), @"mdn: tiny/spec.toml: schema 3 is newer; this program reads schema 2");
    assert_snapshot!(edited("schema = 2", "schema = \"two\""), @r#"mdn: tiny/spec.toml: schema "two" is unknown; this program reads schema 2"#);
    assert_snapshot!(edited("schema = 2\n", ""), @"mdn: tiny/spec.toml:1: missing field `schema`");
    // Newer or older it is called, whatever else stands in it.
    for (schema, age) in [("schema = 1", "older"), ("schema = 3", "newer")] {
        let other = edit(TINY, "schema = 2", schema);
        let said = refused(&Study::with_spec(edit(&other, "seed = 7", "seeds = [7]")));
        assert!(
            said.contains(&format!(" is {age}; this program reads schema 2")),
            "{said}"
        );
    }
}

/// The tiny study with the part of its problem replaced.
fn of_problem(problem: &str) -> String {
    let (head, rest) = TINY.split_once("[problem]\n").expect("a problem");
    let (_, rest) = rest.split_once("[exhibits]\n").expect("exhibits");
    format!("{head}{problem}\n[exhibits]\n{rest}")
}

#[test]
fn problems() {
    let said = |problem: &str| refused(&Study::with_spec(of_problem(problem)));
    let spiral = "name = \"spiral\"\nn = 170\njitter = 0.2\nrevolutions = 1.0\nspan = 5.0\n";
    assert_snapshot!(said(""), @"mdn: tiny/spec.toml: either a table `problem` or tables `problems.NAME` are needed");
    assert_snapshot!(said(&format!("[problem]\n{spiral}\n[problems.other]\n{spiral}")), @"mdn: tiny/spec.toml: either a table `problem` or tables `problems.NAME` are needed");
    assert_snapshot!(said(&format!("[problems.\"a b\"]\n{spiral}")), @r#"mdn: tiny/spec.toml: `problems` is "a b", but must be a name of letters, digits, `-` and `_`"#);
    assert_snapshot!(said("[problem]\nname = \"table\"\nfile = \"t.csv\"\ntargets = [\"y\"]\n"), @"mdn: tiny/spec.toml: `n_test` has no meaning for a table");
    assert_snapshot!(edited("replicates = 2", "replicates = 2\ndraws = 0"), @"mdn: tiny/spec.toml: `draws` is 0, but must be a whole number from 1 to 1000");
    assert_snapshot!(edited("replicates = 2", "replicates = 2\ndraws = 1001"), @"mdn: tiny/spec.toml: `draws` is 1001, but must be a whole number from 1 to 1000");
    assert_snapshot!(edited("n_test = 200\n", ""), @"mdn: tiny/spec.toml: missing field `n_test`");
    assert_snapshot!(edited("study = \"tiny\"", "study = \"my study\""), @r#"mdn: tiny/spec.toml: `study` is "my study", but must be a name of letters, digits, `-` and `_`"#);
    let recipe = TINY.replace("recipes.tuned", "recipes.\"t u\"");
    assert_snapshot!(refused(&Study::with_spec(recipe)), @r#"mdn: tiny/spec.toml: `recipes` is "t u", but must be a name of letters, digits, `-` and `_`"#);
}

/// What is said of a study of a table with these lines about it.
fn of_table(lines: &str) -> String {
    let table = include_str!("../../studies/table/spec.toml");
    let (head, rest) = table.split_once("[problem]\n").expect("a problem");
    let (_, recipes) = rest.split_once("[recipes.small]\n").expect("a recipe");
    let spec = format!("{head}[problem]\nname = \"table\"\n{lines}\n[recipes.small]\n{recipes}");
    refused(&Study::with_spec(spec))
}

#[test]
fn tables() {
    let (file, targets) = ("file = \"t.csv\"\n", "targets = [\"y\"]\n");
    assert_snapshot!(of_table(file), @"mdn: tiny/spec.toml:8: missing field `targets`");
    assert_snapshot!(of_table(targets), @"mdn: tiny/spec.toml:8: missing field `file`");
    assert_snapshot!(of_table(&format!("file = \"\"\n{targets}")), @"mdn: tiny/spec.toml: `problem.file` is empty, but must be the name of a file");
    assert_snapshot!(of_table(&format!("{file}targets = []\n")), @"mdn: tiny/spec.toml: `problem.targets` is empty, but must be a list of columns");
    assert_snapshot!(of_table(&format!("{file}{targets}delimiter = \";;\"\n")), @r#"mdn: tiny/spec.toml: `problem.delimiter` is ";;", but must be one character, or `tab`"#);
    assert_snapshot!(of_table(&format!("{file}{targets}missing = \"guess\"\n")), @"mdn: tiny/spec.toml:8: unknown variant `guess`, expected one of `error`, `drop`, `impute`");
    assert_snapshot!(of_table(&format!("{file}{targets}target = \"y\"\n")), @"mdn: tiny/spec.toml:8: unknown field `target`, expected one of `file`, `origin`, `blake3`, `targets`, `features`, `delimiter`, `read`, `encoding`, `missing`, `dequantise`, `split`");
    assert_snapshot!(of_table(&format!("{file}{targets}[problem.split]\nby = \"thirds\"\n")), @"mdn: tiny/spec.toml:8: unknown variant `thirds`, expected one of `shares`, `column`, `folds`, `order`, `test-rows`");
    assert_snapshot!(of_table(&format!("{file}{targets}[problem.split]\nby = \"folds\"\n")), @"mdn: tiny/spec.toml:8: missing field `folds`");
    assert_snapshot!(of_table(&format!("{file}{targets}[problem.split]\nby = \"shares\"\nfolds = 3\n")), @"mdn: tiny/spec.toml:8: unknown field `folds`, expected one of `validation`, `test`, `group`");
}

#[test]
fn not_text() {
    let study = Study::with_spec(b"schema = 2\nstudy = \"\xff\"\n");
    assert_snapshot!(refused(&study), @"mdn: tiny/spec.toml: not UTF-8 text (first bad byte at 20)");
}
