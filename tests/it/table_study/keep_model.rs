//! A study of one table whose chosen network is kept: what `mdn fit` writes, and what it is.

use insta::assert_snapshot;
use mixture_density::spec::Spec;

use super::{BRANCHES, good, refused, study};
use crate::support::{Study, files};

/// A small fit.
const FIT: [&str; 7] = [
    "fit",
    "branches.csv",
    "--target=y",
    "--components=5",
    "--recipe=tuned",
    "--epochs=3",
    "--seed=4",
];
/// The hash of its numbers in the release before a fit was a study: the streams of its initial weights and shuffles are
/// `fit/k=5`.
const GOLDEN: &str = "54e0f61d3b34c919fce20bb20fdcffa4926000ddfbb61a933328a4d1f982f1d7";

fn fitted() -> Study {
    let study = study(&[]);
    good(&study, &FIT);
    study
}

/// Hash of weights and units of a model's file, in the order of their names. The floor of the scales is passed over: it
/// was no tensor then.
fn numbers_blake3(file: &[u8]) -> String {
    let (length, rest) = file.split_first_chunk::<8>().expect("a length");
    let length = usize::try_from(u64::from_le_bytes(*length)).expect("a header");
    let header: serde_json::Value = serde_json::from_slice(&rest[..length]).expect("JSON");
    let mut hasher = blake3::Hasher::new();
    for (name, tensor) in header.as_object().expect("a table") {
        if name != "__metadata__" && name != "scale_floor" {
            let end = |at: usize| tensor["data_offsets"][at].as_u64().expect("a place") as usize;
            hasher.update(&rest[length..][end(0)..end(1)]);
        }
    }
    hasher.finalize().to_hex().to_string()
}

#[test]
fn the_model_of_a_fit_is_what_it_was() {
    let study = fitted();
    assert_eq!(
        numbers_blake3(&study.bytes("branches-fit/model.safetensors")),
        GOLDEN
    );
    // The twin: another K has other streams.
    let other = [&FIT[..3], &["--components=4", "--out=other"], &FIT[4..]].concat();
    good(&study, &other);
    assert_ne!(
        numbers_blake3(&study.bytes("other/model.safetensors")),
        GOLDEN
    );
}

/// The spec that a fit leaves is all that it needs: run by hand in another folder, it gives the same files.
#[test]
fn the_spec_of_a_fit_gives_the_fit() {
    let fit = fitted();
    let spec = Spec::read(&fit.at("branches-fit")).expect("a spec");
    assert!(
        spec.keep_model
            && spec
                .table()
                .is_some_and(|table| table.file == "../branches.csv")
    );
    let study = study(&[]);
    study.write("tiny/spec.toml", fit.text("branches-fit/spec.toml"));
    good(&study, &["report", "tiny"]);
    for name in ["record.json", "model.safetensors"] {
        let [by_hand, fitted] = [(&study, "tiny"), (&fit, "branches-fit")]
            .map(|(study, folder)| study.bytes(&format!("{folder}/{name}")));
        assert!(by_hand == fitted, "{name}");
    }
    // Which cell of it may be asked for, and what the verbs of a model make of its folder.
    let part = super::study(&[]);
    part.write("tiny/spec.toml", fit.text("branches-fit/spec.toml"));
    let ran = good(&part, &["run", "tiny", "--only", "*/k=5/*"]);
    assert!(
        ran.stdout.contains("tiny/model.safetensors: 1 network"),
        "{ran:?}"
    );
    for verb in ["predict", "sample", "score"] {
        let [by_hand, fitted] = [(&study, "tiny"), (&fit, "branches-fit")]
            .map(|(study, folder)| good(study, &[verb, folder, "branches.csv"]).stdout);
        assert_eq!(by_hand, fitted, "{verb}");
    }
}

/// Part of the cells leave neither record nor model.
#[test]
fn some_cells_of_a_fit_leave_no_model() {
    let fit = study(&[]);
    good(
        &fit,
        &[
            "fit",
            "branches.csv",
            "--target=y",
            "--components=1,2",
            "--epochs=2",
        ],
    );
    let study = study(&[]);
    study.write("tiny/spec.toml", fit.text("branches-fit/spec.toml"));
    let ran = good(&study, &["run", "tiny", "--only", "*/k=2/*"]);
    assert!(
        ran.stdout.starts_with("1 of 2 cells are finished"),
        "{ran:?}"
    );
    let names = files(&study.at("tiny")).into_keys();
    let names: Vec<String> = names.filter(|name| !name.starts_with("cells/")).collect();
    assert_eq!(names, ["spec.toml"]);
    good(&study, &["run", "tiny"]);
    assert!(study.bytes("tiny/record.json") == fit.bytes("branches-fit/record.json"));
    // The page is made afterwards.
    assert!(!study.at("tiny/index.html").exists());
    good(&study, &["render", "tiny"]);
    assert!(study.text("tiny/index.html").ends_with("</html>\n"));
}

#[test]
fn a_model_is_kept_of_one_table_one_split_and_one_recipe() {
    let fit = fitted();
    let spec = fit.text("branches-fit/spec.toml");
    let said = |from: &str, to: &str| {
        let study = Study::with_spec(crate::support::edit(&spec, from, to));
        study.write("branches.csv", BRANCHES);
        refused(&study, &["run", "tiny"])
    };
    let expected = "mdn: tiny/spec.toml: `keep_model` is true, but must be beside one table with one split, one replicate and one recipe without `mse`";
    assert_eq!(said("replicates = 1", "replicates = 2"), expected);
    let folds = "by = \"folds\"\nfolds = 3\nvalidation = 0.15\n";
    assert_eq!(
        said("by = \"shares\"\nvalidation = 0.15\ntest = 0.15\n", folds),
        expected
    );
    let drawn = Study::edited("seed = 7", "seed = 7\nkeep_model = true");
    assert_eq!(refused(&drawn, &["run", "tiny"]), expected);
    assert_snapshot!(said("keep_model = true", "keep_model = 1"), @"mdn: tiny/spec.toml:5: invalid type: integer `1`, expected a boolean");
    // The twin: without a model to keep, all of it can be.
    let free = spec.replace("keep_model = true", "keep_model = false");
    let study = Study::with_spec(free.replace("replicates = 1", "replicates = 2"));
    study.write("branches.csv", BRANCHES);
    good(&study, &["run", "tiny"]);
    let record = study.record();
    assert!(record.model_blake3.is_none() && record.cells.len() == 2);
    assert!(record.cells.iter().all(|cell| cell.scores_test.is_some()));
}
