//! A spec made or changed by hand: refused where the reader of `spec.toml` would refuse it.

use std::path::Path;

use mixture_density::record::Record;
use mixture_density::spec::{Drawn, Source, Spec};
use mixture_density::study::{Event, Host, Options, Tables, points, run, verify};

/// Spoils one field.
type Change = fn(&mut Spec);

struct Silent;

impl Host for Silent {
    fn seconds(&self) -> f64 {
        0.0
    }

    fn event(&self, _: Event<'_>) {}
}

fn spiral() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/spiral")
}

fn sound() -> Spec {
    Spec::read(&spiral()).expect("a spec")
}

fn drawn(spec: &mut Spec) -> &mut Drawn {
    match &mut spec.problems[0].source {
        Source::Drawn(drawn) => drawn,
        Source::Table(_) => panic!("the spiral is drawn"),
    }
}

/// What is said of a run; nothing is trained.
fn refused(spec: &Spec) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut options = Options::default();
    options.only = Some("none of them".parse().expect("a pattern"));
    let (store, tables) = (folder.path().join("cells"), Tables::beside(folder.path()));
    let refused = run(spec, &store, &tables, &options, &Silent).err()?;
    let is_untouched = folder.path().read_dir().expect("a folder").next().is_none();
    assert!(is_untouched);
    Some(refused.to_string())
}

#[test]
fn a_spec_by_hand_is_checked() {
    let changes: [(&str, Change); 10] = [
        ("`replicates` is 0", |spec| spec.replicates = 0),
        ("`problem` is missing", |spec| spec.problems.clear()),
        ("`recipes` is empty", |spec| spec.recipes.clear()),
        ("`keep_model` is true", |spec| spec.keep_model = true),
        ("`n_test` is 18446744073709551615", |spec| {
            drawn(spec).n_test = usize::MAX;
        }),
        ("`validation_split` is NaN", |spec| {
            drawn(spec).validation_split = f64::NAN;
        }),
        ("`validation_split` is -3", |spec| {
            drawn(spec).validation_split = -3.0;
        }),
        ("batch_size` is 0", |spec| {
            let recipes = spec.recipes.values_mut();
            recipes.for_each(|recipe| recipe.batch_size = 0);
        }),
        ("n_bins` is 0", |spec| {
            let calibration = &mut drawn(spec).exhibits.calibration;
            calibration.iter_mut().for_each(|c| c.n_bins = 0);
        }),
        ("n_grid` is 18446744073709551615", |spec| {
            drawn(spec).exhibits.n_grid = usize::MAX;
        }),
    ];
    let record = Record::read(&spiral().join("record.json")).expect("a record");
    for (says, change) in changes {
        let mut spec = sound();
        change(&mut spec);
        let said = refused(&spec).unwrap_or_default();
        assert!(
            said.contains(says) && said.contains("/spec.toml: "),
            "{says}: {said}"
        );
        // It is the spec that is at fault, whoever finds it.
        let made = Path::new("made");
        let verified = verify(&spec, made, &record, &Tables::beside(made), None, &Silent);
        let verified = verified.unwrap_err().to_string();
        let points = points(&spec).unwrap_err().to_string();
        assert!(points.starts_with("spec.toml: "), "{points}");
        assert_eq!(format!("made/{points}"), verified);
        assert!(spec.check(Path::new("spec.toml")).is_err());
    }
    // The twin: a sound spec passes the check, and falls over the pattern only.
    let said = refused(&sound()).unwrap_or_default();
    assert!(said.contains("no cell of the study matches"), "{said}");
}
