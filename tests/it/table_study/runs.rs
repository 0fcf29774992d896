//! A table in folds: what the record says of each.

use mixture_density::record::{Kind, ModelKind, Record};
use mixture_density::seed::Seed;
use mixture_density::spec::SPEC;
use mixture_density::table::{MissingPolicy, Part, Table, TableReader};

use super::{BRANCHES, finished, good, study};
use crate::support::{Study, files};

#[test]
fn every_fold_is_trained_on_and_verified() {
    let study = finished(&[]);
    let record = study.record();
    assert_eq!((record.kind, record.oracle.is_none()), (Kind::Study, true));
    assert!(record.choice.is_none() && record.scores_test.is_none() && record.exhibits.is_none());
    assert!(!study.at("tiny/model.safetensors").exists());
    let models = ["mse", "mdn/k=1", "mdn/k=2"];
    let expected = models.iter().flat_map(|model| {
        let splits = (0..3).flat_map(|s| (0..2).map(move |r| (s, r)));
        splits.map(move |(s, r)| format!("small/{model}/s={s}/r={r}"))
    });
    let ids: Vec<&str> = record.cells.iter().map(|cell| cell.id.as_str()).collect();
    assert_eq!(ids, expected.collect::<Vec<String>>());
    for cell in &record.cells {
        let test = [cell.mse.test, cell.nll_nats_mean.test, cell.crps_mean_test];
        let is_mixture = cell.model == ModelKind::Mdn;
        assert_eq!(
            test.map(|score| score.is_some()),
            [true, is_mixture, is_mixture],
            "{}",
            cell.id
        );
        assert_eq!(cell.excess_nats_test, None);
        let scores = cell.scores_test.as_ref();
        assert_eq!(scores.is_some(), is_mixture);
        assert!(scores.is_none_or(|scores| Some(scores.nll_nats.mean) == cell.nll_nats_mean.test));
        assert_eq!(cell.validation.is_some(), is_mixture);
    }
    let ran = good(&study, &["verify", "tiny"]);
    assert_eq!(ran.stdout, "18 cells trained again, 0 differences\n");
    let ran = good(&study, &["verify", "tiny", "--only", "small/mdn/*/s=1/*"]);
    assert_eq!(ran.stdout, "4 cells trained again, 0 differences\n");
}

/// What the splits of the spec are to the rows of the table, by the library.
fn test_rows(study: &Study, split: usize) -> Vec<u64> {
    let spec = mixture_density::spec::Spec::read(&study.at("tiny")).expect(SPEC);
    let asked = spec.table().expect("a table");
    let bytes = std::io::Cursor::new(BRANCHES.as_bytes());
    let reader = TableReader::from_read("t", bytes, None).expect("names");
    let table = Table::read(reader, &asked.roles(), MissingPolicy::Error).expect("a table");
    let split = table
        .split(&asked.split, split, Seed::new(spec.seed))
        .expect("a split");
    table.numbers(split.rows(Part::Test)).expect("its own rows")
}

#[test]
fn each_row_is_tested_on_once_and_each_split_has_its_own_data() {
    let study = finished(&[]);
    let record = study.record();
    let sizes: Vec<usize> = record
        .splits
        .iter()
        .map(|split| split.data.n_test)
        .collect();
    assert_eq!(sizes.iter().sum::<usize>(), 500);
    for split in &record.splits {
        let data = &split.data;
        assert_eq!(data.n_train + data.n_validation + data.n_test, 500);
        assert_eq!(data.table, record.data.table);
    }
    assert_eq!(record.data, record.splits[0].data);
    let mut rows: Vec<u64> = (0..3).flat_map(|split| test_rows(&study, split)).collect();
    rows.sort_unstable();
    assert_eq!(rows, (1..=500).collect::<Vec<u64>>());
    // Scores of the folds are of other rows, by other weights; so are those of the replicates, of the same rows.
    let weights = |record: &Record| -> Vec<Option<String>> {
        record
            .cells
            .iter()
            .map(|cell| cell.weights_blake3.clone())
            .collect()
    };
    let mut all = weights(&record);
    assert_eq!(all.len(), 18);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 18, "two networks are the same");
    // The twin: another seed deals other folds.
    let other = finished(&[("seed = 7", "seed = 8")]);
    assert_ne!(test_rows(&study, 0), test_rows(&other, 0));
    assert_ne!(weights(&record), weights(&other.record()));
}

/// Where the table lies, and how the folder is called, does not reach the record.
#[test]
fn a_table_elsewhere_gives_the_same_record() {
    let study = finished(&[]);
    let record = study.record();
    let asked = record.spec.table().expect("a table");
    assert_eq!(asked.file, "branches.csv");
    // The record says which table it was, whatever the spec says.
    assert!(asked.blake3.is_some());
    for (file, place) in [
        ("branches.csv", "tiny/branches.csv"),
        ("../data/branches.csv", "data/branches.csv"),
    ] {
        let other = super::study(&[("\"branches.csv\"", &format!("\"{file}\""))]);
        let there = other.at(place);
        std::fs::create_dir_all(there.parent().expect("a folder")).expect("writable");
        std::fs::rename(other.at("branches.csv"), there).expect("movable");
        good(&other, &["run", "tiny"]);
        assert!(
            other.bytes("tiny/record.json") == study.bytes("tiny/record.json"),
            "{file}"
        );
        let before = files(&other.at("tiny"));
        let ran = other.mdn(&["verify", "tiny", &place.replace("tiny/", "./tiny/")]);
        assert_eq!(
            ran.stdout, "18 cells trained again, 0 differences\n",
            "{ran:?}"
        );
        assert_eq!(before, files(&other.at("tiny")));
    }
    // The twin: it is looked for, and nowhere else.
    let other = super::study(&[]);
    std::fs::create_dir(other.at("data")).expect("writable");
    std::fs::rename(other.at("branches.csv"), other.at("data/branches.csv")).expect("movable");
    assert_eq!(other.mdn(&["run", "tiny"]).code, Some(2));
    good(&other, &["run", "tiny", "--table", "data"]);
    assert!(other.bytes("tiny/record.json") == study.bytes("tiny/record.json"));
}

/// Two tables and a problem with a truth in one study: each cell is what it is in a study of its own, but for its name.
#[test]
fn several_problems_are_one_study() {
    let (head, rest) = super::SPEC.split_once("[problem]\n").expect("a problem");
    let (_, recipes) = rest.split_once("[recipes.small]\n").expect("a recipe");
    let problems = "[problems.wide]\nname = \"table\"\nfile = \"branches.csv\"\ntargets = [\"y\"]\n\n\
        [problems.narrow]\nname = \"table\"\nfile = \"branches.csv\"\ntargets = [\"y\"]\nfeatures = [\"x\"]\n\n\
        [problems.narrow.split]\nby = \"folds\"\nfolds = 3\n\n[recipes.small]\n";
    let several = Study::with_spec(format!("{head}{problems}{recipes}"));
    several.write("branches.csv", BRANCHES);
    good(&several, &["run", "tiny"]);
    let (record, alone) = (several.record(), finished(&[]).record());
    assert_eq!(record.cells.len(), 18 + 6);
    let narrow = record
        .cells
        .iter()
        .filter(|cell| cell.problem.as_deref() == Some("narrow"));
    let narrow: Vec<_> = narrow.collect();
    assert_eq!(narrow.len(), 18);
    for (cell, alone) in narrow.iter().zip(&alone.cells) {
        assert_eq!(cell.id, format!("narrow/{}", alone.id));
        assert_eq!(cell.weights_blake3, alone.weights_blake3, "{}", cell.id);
        assert_eq!(cell.scores_test, alone.scores_test, "{}", cell.id);
    }
    let wide: Vec<&str> = record
        .cells
        .iter()
        .map(|cell| cell.id.as_str())
        .skip(18)
        .collect();
    assert_eq!(wide[..2], ["wide/small/mse/r=0", "wide/small/mse/r=1"]);
    let splits = record
        .splits
        .iter()
        .map(|s| (s.problem.clone().unwrap_or_default(), s.split));
    let expected = [("narrow", 0), ("narrow", 1), ("narrow", 2), ("wide", 0)];
    assert!(splits.eq(expected.map(|(name, split)| (name.to_owned(), split))));
    let ran = good(&several, &["verify", "tiny", "--only", "wide/*"]);
    assert_eq!(ran.stdout, "6 cells trained again, 0 differences\n");
}

/// Any number of threads gives the same record.
#[test]
fn any_number_of_threads_gives_the_same_record() {
    let one = study(&[]);
    good(&one, &["run", "tiny", "--jobs", "1"]);
    for jobs in ["2", "7"] {
        let more = study(&[]);
        good(&more, &["run", "tiny", "--jobs", jobs]);
        assert!(
            one.bytes("tiny/record.json") == more.bytes("tiny/record.json"),
            "{jobs}"
        );
    }
}
