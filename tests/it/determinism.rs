//! The same bytes from a second run, from any number of threads, on any kernel path; and from a second rendering.

use mixture_density::net::Recipe;
use mixture_density::numerics::dispatch::KernelPath;
use mixture_density::record::{ModelKind, StoppedBy};

use crate::support::Study;

/// The tiny study's record, run with these variables and arguments.
fn record(variables: &[(&str, &str)], arguments: &[&str]) -> Vec<u8> {
    let study = Study::tiny();
    let ran = study.mdn_in(variables, &[&["run", "tiny"], arguments].concat());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    study.bytes("tiny/record.json")
}

/// Level 0. The twin: with another seed, nothing that was drawn is the same.
#[test]
fn a_second_run_gives_the_same_record_and_another_seed_another() {
    let (first, second) = (Study::finished(), Study::finished());
    assert_eq!(
        first.bytes("tiny/record.json"),
        second.bytes("tiny/record.json")
    );

    let other = Study::edited("seed = 7", "seed = 8");
    assert_eq!(other.mdn(&["run", "tiny"]).code, Some(0));
    let (first, other) = (first.record(), other.record());
    assert_ne!(first.digest, other.digest);
    assert_ne!(first.data.blake3, other.data.blake3);
    for (cell, moved) in first.cells.iter().zip(&other.cells) {
        assert_ne!(cell.weights_blake3, moved.weights_blake3, "{}", cell.id);
    }
}

/// Level 1.
#[test]
fn any_number_of_threads_gives_the_same_record() {
    let one = record(&[("RAYON_NUM_THREADS", "1")], &["--jobs", "1"]);
    for (pool, jobs) in [("1", "2"), ("2", "7"), ("5", "3")] {
        let more = record(&[("RAYON_NUM_THREADS", pool)], &["--jobs", jobs]);
        assert_eq!(one, more, "{jobs} jobs, {pool} threads");
    }
}

/// Level 2, as far as this processor goes. That the word is obeyed shows in `timing.json`.
#[test]
fn every_kernel_path_gives_the_same_record() {
    let native = record(&[], &[]);
    for path in KernelPath::ALL
        .into_iter()
        .filter(|path| path.is_supported())
    {
        let study = Study::tiny();
        let ran = study.mdn_in(&[("MDN_KERNELS", path.name())], &["run", "tiny"]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let kernels = format!("\"kernels\": \"{}\"", path.name());
        assert!(study.text("tiny/timing.json").contains(&kernels));
        assert_eq!(native, study.bytes("tiny/record.json"), "{}", path.name());
    }
}

/// Level 3. The twins: another time of training, or another record, is another page.
#[test]
fn rendering_again_elsewhere_gives_the_same_page() {
    let first = Study::finished();
    let page = |study: &Study, variables: &[(&str, &str)], out: &str| {
        let ran = study.mdn_in(variables, &["render", "tiny", "--out", out]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        study.bytes(out)
    };
    let here = page(&first, &[("TZ", "UTC"), ("LANG", "C")], "here.html");
    let second = Study::tiny();
    for name in ["tiny/record.json", "tiny/timing.json"] {
        second.write(name, first.bytes(name));
    }
    let elsewhere = [
        ("TZ", "Pacific/Kiritimati"),
        ("LANG", "de_DE.UTF-8"),
        ("LC_ALL", "tr_TR.UTF-8"),
        ("HOME", "/nowhere"),
        ("COLUMNS", "40"),
        ("SOURCE_DATE_EPOCH", "1"),
        ("MDN_KERNELS", "scalar"),
    ];
    assert!(
        here == page(&second, &elsewhere, "tiny/there.html"),
        "the pages differ"
    );

    let timing = first.text("tiny/timing.json");
    let later = timing.replace("\"finished_at\": \"2", "\"finished_at\": \"3");
    assert_ne!(timing, later);
    second.write("tiny/timing.json", later);
    assert!(
        here != page(&second, &[], "later.html"),
        "the time is not shown"
    );
    second.write("tiny/timing.json", &timing);
    let mut record = first.record();
    record.cells[0].n_epochs += 1;
    second.write_record(&mut record);
    assert!(
        here != page(&second, &[], "other.html"),
        "the record is not shown"
    );
}

/// What the small study must contain for these checks to say something.
#[test]
fn the_small_study_exercises_everything() {
    let record = Study::finished().record();
    let stopped = |model| {
        record
            .cells
            .iter()
            .any(|cell| cell.model == model && cell.stopped_by == StoppedBy::EarlyStopping)
    };
    assert!(
        stopped(ModelKind::Mse) && stopped(ModelKind::Mdn),
        "early stopping is not reached"
    );
    let restored = |model| {
        record
            .cells
            .iter()
            .any(|cell| cell.model == model && cell.best_epoch < cell.n_epochs)
    };
    assert!(restored(ModelKind::Mdn), "no earlier weights are restored");
    let lowered = record.cells.iter().any(|cell| {
        let rates = &cell.history.learning_rate;
        rates.windows(2).any(|pair| pair[1] < pair[0])
    });
    assert!(lowered, "the learning rate is never lowered");
    assert_ne!(record.data.n_train % 128, 0, "no batch is short");
    let components: Vec<_> = record.cells.iter().map(|cell| cell.n_components).collect();
    assert_eq!(
        components,
        [
            None,
            None,
            Some(1),
            Some(1),
            Some(3),
            Some(3),
            Some(3),
            Some(3)
        ]
    );
    // Of the recipes that the program ships, each ingredient stands in one of the study's.
    let tuned = record.spec.recipes["tuned"].mdn.as_ref().expect("mixtures");
    let shipped = Recipe::named("tuned").expect("a recipe").tuning;
    let [tuned, shipped] =
        [tuned.tuning, shipped].map(|tuning| serde_json::to_value(tuning).expect("JSON"));
    for (ingredient, value) in shipped.as_object().expect("a table") {
        let is_used = |value: &serde_json::Value| !value.is_null() && *value != false;
        assert_eq!(is_used(value), is_used(&tuned[ingredient]), "{ingredient}");
    }
    let exhibits = record.exhibits.as_ref().expect("exhibits");
    assert!(exhibits.samples_from.is_some() && exhibits.grid.is_some());
    let lengths = [
        exhibits.mixtures.len(),
        exhibits.calibration.len(),
        exhibits.tempered.len(),
    ];
    assert_eq!(lengths, [3, 3, 4], "an exhibit is missing");
}

/// The small study's tuned cells feel every ingredient: none is there in name only.
#[test]
fn each_ingredient_of_the_small_tuned_recipe_moves_its_weights() {
    let weights = |study: &Study| -> Vec<Option<String>> {
        assert_eq!(study.mdn(&["run", "tiny"]).code, Some(0));
        let cells = study.record().cells.into_iter();
        let tuned = cells.filter(|cell| cell.recipe == "tuned");
        tuned.map(|cell| cell.weights_blake3).collect()
    };
    let whole = weights(&Study::tiny());
    assert_eq!(whole.len(), 2);
    for (from, to) in [
        ("standardise = true\n", ""),
        ("spread_means = true\n", ""),
        ("warmup_epochs = 1", "warmup_epochs = 2"),
        ("gradient_norm_clip = 0.5\n", ""),
        ("noise = { x = 0.01, y = 0.01 }\n", ""),
        ("averaging = { decay = 0.5 }", "averaging = { decay = 0.6 }"),
    ] {
        let without = weights(&Study::edited(from, to));
        assert!(whole.iter().zip(&without).all(|(a, b)| a != b), "{from}");
    }
    // The twin: a change that says nothing changes nothing.
    let same = Study::edited("gradient_norm_clip = 0.5", "gradient_norm_clip = 0.50");
    assert_eq!(weights(&same), whole);
}
