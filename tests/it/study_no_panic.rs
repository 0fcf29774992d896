//! A spec made or changed by hand: refused where the reader of `spec.toml` would refuse it.

use std::path::Path;

use mixture_density::record::Record;
use mixture_density::spec::Spec;
use mixture_density::study::points;
use mixture_density::study::verify;
use mixture_density::study::{Event, Host};
use mixture_density::study::{Options, run};

/// Spoils one field.
type Change = fn(&mut Spec);

struct Silent;

impl Host for Silent {
    fn seconds(&self) -> f64 {
        0.0
    }

    fn event(&self, _: Event<'_>) {}
}

fn sound() -> Spec {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/spiral");
    Spec::read(&folder).expect("a spec")
}

/// What is said of a run; nothing is trained.
fn refused(spec: &Spec) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options {
        jobs: usize::MAX,
        only: Some(glob::Pattern::new("none of them").expect("a pattern")),
        fresh: false,
    };
    let refused = run(spec, folder.path(), &options, &Silent).err()?;
    let is_untouched = folder.path().read_dir().expect("a folder").next().is_none();
    assert!(is_untouched);
    Some(refused.to_string())
}

#[test]
fn a_spec_by_hand_is_checked() {
    let changes: [(&str, Change); 7] = [
        ("`replicates` is 0", |spec| spec.replicates = 0),
        ("`n_test` is 18446744073709551615", |spec| {
            spec.n_test = usize::MAX
        }),
        ("`validation_split` is NaN", |spec| {
            spec.validation_split = f64::NAN
        }),
        ("`validation_split` is -3", |spec| {
            spec.validation_split = -3.0
        }),
        ("batch_size` is 0", |spec| {
            spec.recipes
                .values_mut()
                .for_each(|recipe| recipe.batch_size = 0);
        }),
        ("n_bins` is 0", |spec| {
            spec.exhibits
                .calibration
                .iter_mut()
                .for_each(|c| c.n_bins = 0);
        }),
        ("n_grid` is 18446744073709551615", |spec| {
            spec.exhibits.n_grid = usize::MAX
        }),
    ];
    let record = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/spiral/record.json");
    let record = Record::read(&record).expect("a record");
    for (says, change) in changes {
        let mut spec = sound();
        change(&mut spec);
        let said = refused(&spec).unwrap_or_default();
        assert!(said.contains(says), "{says}: {said}");
        // It is the file that is at fault, whoever finds it.
        let file = "made/spec.toml: ";
        let points = points(&spec, Path::new("made")).unwrap_err().to_string();
        let verified = verify(&spec, Path::new("made"), &record, None, 1, &Silent);
        let verified = verified.unwrap_err().to_string();
        assert_eq!(points, verified);
        assert!(
            points.starts_with(file) && said.contains("/spec.toml: "),
            "{points} {said}"
        );
        assert!(spec.check(Path::new("spec.toml")).is_err());
    }
    // The twin: a sound spec passes the check, and falls over the pattern only.
    let said = refused(&sound()).unwrap_or_default();
    assert!(said.contains("no cell of the study matches"), "{said}");
}
