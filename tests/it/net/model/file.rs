//! `model.safetensors`: there and back, and every broken file an error.

use insta::assert_snapshot;
use mixture_density::net::safetensors::{Array, Container, ContainerError, Elements};
use mixture_density::net::{Covariance, Member, Model, ModelError};
use proptest::prelude::*;

use super::{data, fitted};

const BOTH: [Covariance; 2] = [Covariance::Diagonal, Covariance::Full];

#[test]
fn a_model_comes_back_from_its_bytes() {
    for covariance in BOTH {
        let mut model = fitted(covariance);
        model.note("why", "one standard error");
        let bytes = model.to_bytes().unwrap();
        let back = Model::from_bytes(&bytes).unwrap();
        assert_eq!(back.to_bytes().unwrap(), bytes);
        assert_eq!(back.metadata(), model.metadata());
        let shapes = |model: &Model| -> Vec<_> { model.members().map(Member::shape).collect() };
        assert_eq!(shapes(&back), shapes(&model));
        let x = data(50).x;
        assert_eq!(back.mixtures(&x).unwrap(), model.mixtures(&x).unwrap());
    }
}

#[test]
fn a_file_is_written_whole_and_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    let model = fitted(Covariance::Full);
    model.save(&path).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), model.to_bytes().unwrap());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(Model::load(&path).unwrap().metadata(), model.metadata());
    let nowhere = folder.path().join("none").join("model.safetensors");
    assert!(model.save(&nowhere).is_err());
    let told = Model::load(&nowhere).unwrap_err().to_string();
    assert!(told.starts_with(&nowhere.display().to_string()), "{told}");
}

/// The header's layout, by hand: length, sorted JSON, padding, data.
#[test]
fn a_container_is_laid_out_as_the_format_says() {
    let mut container = Container::default();
    container.metadata.insert("k".into(), "v".into());
    let elements = Elements::F32(vec![1.0, -2.0]);
    container.arrays.insert(
        "b".into(),
        Array {
            shape: vec![2, 1],
            elements,
        },
    );
    container.arrays.insert("c".into(), Array::row(vec![0.5]));
    let mut unfilled = container.clone();
    unfilled.arrays.get_mut("b").unwrap().shape = vec![2, 2];
    assert_snapshot!(unfilled.to_bytes().unwrap_err(), @"array `b`: its elements are not as many as its shape asks for");
    let bytes = container.to_bytes().unwrap();
    let header = concat!(
        r#"{"__metadata__":{"k":"v"},"#,
        r#""b":{"data_offsets":[8,16],"dtype":"F32","shape":[2,1]},"#,
        r#""c":{"data_offsets":[0,8],"dtype":"F64","shape":[1]}}"#,
    );
    let padded = header.len().next_multiple_of(8);
    let mut want = (padded as u64).to_le_bytes().to_vec();
    want.extend(header.bytes());
    want.resize(8 + padded, b' ');
    want.extend(0.5f64.to_le_bytes());
    want.extend(1.0f32.to_le_bytes());
    want.extend((-2.0f32).to_le_bytes());
    assert_eq!(bytes, want);
    assert_eq!(Container::from_bytes(&bytes), Ok(container));
}

/// A container with this header and this many bytes of data.
fn raw(header: &str, data: usize) -> Vec<u8> {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.bytes());
    bytes.resize(bytes.len() + data, 0);
    bytes
}

#[test]
fn broken_containers_are_told() {
    let told = |bytes: &[u8]| Container::from_bytes(bytes).unwrap_err().to_string();
    assert_eq!(
        told(b"1234567"),
        "7 bytes are too few for a safetensors file"
    );
    let huge = [0xff; 16];
    assert_eq!(
        told(&huge),
        "the header is said to be 18446744073709551615 bytes long; 8 are allowed"
    );
    let entry = |shape: &str, from: u64, to: u64| {
        format!(r#"{{"a":{{"dtype":"F32","shape":{shape},"data_offsets":[{from},{to}]}}}}"#)
    };
    for (bytes, words) in [
        (raw("[]", 0), "the header is not that of a safetensors file"),
        (
            raw("{\"a\":1}", 0),
            "the header is not that of a safetensors file",
        ),
        (
            raw(&entry("[2]", 0, 8), 4),
            "array `a`: its place is not in the file",
        ),
        (
            raw(&entry("[2]", 8, 0), 8),
            "array `a`: its place is not in the file",
        ),
        (
            raw(&entry("[3]", 0, 8), 8),
            "array `a`: its elements are not as many",
        ),
        (
            raw(&entry("[4294967296,4294967296,4294967296]", 0, 8), 8),
            "array `a`: its elements are not as many",
        ),
        (raw(&entry("[18446744073709551615,0]", 0, 0), 0), ""),
        (
            raw(&entry("[2]", 0, 8), 12),
            "the arrays do not fill the 12 bytes",
        ),
        (
            raw(&entry("[2]", 0, 8).replace("F32", "I64"), 8),
            "array `a`: its type is not F32 or F64",
        ),
        (
            raw(&entry("[1]", 0, 7), 7),
            "array `a`: its elements are not as many",
        ),
    ] {
        match Container::from_bytes(&bytes) {
            Err(error) => {
                let error = error.to_string();
                assert!(!words.is_empty() && error.starts_with(words), "{error}");
            }
            // An empty array may have any axes.
            Ok(_) => assert!(words.is_empty(), "{words}"),
        }
    }
    let overlap = r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#;
    let gap = Container::from_bytes(&raw(overlap, 12));
    assert_eq!(gap, Err(ContainerError::Gap { found: 12 }));
}

/// A header of many arrays, each of which is `place` of `n`, over a megabyte of data.
fn many(n: usize, place: impl Fn(usize) -> (usize, usize)) -> Vec<u8> {
    let entry = |i: usize| {
        let (from, to) = place(i);
        let length = (to - from) / 4;
        format!(r#""{i}":{{"dtype":"F32","shape":[{length}],"data_offsets":[{from},{to}]}}"#)
    };
    let entries: Vec<String> = (0..n).map(entry).collect();
    raw(&format!("{{{}}}", entries.join(",")), 1 << 20)
}

/// Arrays that all claim the same bytes are refused before one of them is read: of 500 that each ask for the
/// whole megabyte, not even a single one is allocated.
#[test]
fn arrays_that_share_their_bytes_are_refused_unread() {
    let measured = |bytes: &[u8]| {
        let mut read = None;
        let used = allocation_counter::measure(|| read = Some(Container::from_bytes(bytes)));
        (read.expect("it was read"), used.bytes_total)
    };
    let (read, used) = measured(&many(500, |_| (0, 1 << 20)));
    assert_eq!(read, Err(ContainerError::Gap { found: 1 << 20 }));
    assert!(used < 1 << 20, "{used} bytes allocated");
    // The twin: side by side they are read, which takes the megabyte.
    let (read, used) = measured(&many(512, |i| (i << 11, (i + 1) << 11)));
    assert!(read.is_ok_and(|container| container.arrays.len() == 512));
    assert!(used > 1 << 20, "{used} bytes allocated");
}

#[test]
fn containers_that_are_no_models_are_told() {
    let container =
        || Container::from_bytes(&fitted(Covariance::Full).to_bytes().unwrap()).unwrap();
    let told = |change: &dyn Fn(&mut Container)| {
        let mut container = container();
        change(&mut container);
        match Model::from_bytes(&container.to_bytes().unwrap()) {
            Ok(_) => "a model".to_owned(),
            Err(error) => error.to_string(),
        }
    };
    let text = |key: &'static str, value: &'static str| {
        move |c: &mut Container| {
            c.metadata.insert(key.into(), value.into());
        }
    };
    let row = |key: &'static str, values: &'static [f64]| {
        move |c: &mut Container| {
            c.arrays.insert(key.into(), Array::row(values.to_vec()));
        }
    };
    let weights = |name: &str, value: f32| {
        let name = name.to_owned();
        move |c: &mut Container| {
            if let Some(Array {
                elements: Elements::F32(values),
                ..
            }) = c.arrays.get_mut(&name)
            {
                values[0] = value;
            }
        }
    };
    // The twin of all that follow: unchanged, it is a model.
    assert_eq!(told(&|_| {}), "a model");
    for (change, words) in [
        (
            &text("format", "x") as &dyn Fn(&mut Container),
            "not a model of this program: its format is another",
        ),
        (
            &text("schema", "1"),
            "the model has schema 1, older than schema 2 of this program",
        ),
        (
            &text("schema", "3"),
            "the model has schema 3, newer than schema 2 of this program",
        ),
        (
            &text("members", "0"),
            "not a model of this program: its `members` are 0",
        ),
        (
            &text("members", "2"),
            "not a model of this program: its header has no `member_2.covariance`",
        ),
        (
            &text("covariance", "round"),
            "not a model of this program: its `covariance` is \"round\"",
        ),
        (
            &text("covariance", "diagonal"),
            "not a model of this program: it has an array `head.bias_lower` too many",
        ),
        (
            &text("scale_link", "exp"),
            "not a model of this program: its `scale_link` is \"exp\"",
        ),
        (
            &row("scale_floor", &[-1.0, 0.0]),
            "not a model of this program: its `scale_floor` holds a number below 0 or not finite",
        ),
        (
            &row("scale_floor", &[0.0, f64::NAN]),
            "not a model of this program: its `scale_floor` holds a number below 0 or not finite",
        ),
        (
            &row("scale_floor", &[0.0]),
            "not a model of this program: its array `scale_floor` is not 2 numbers in F64",
        ),
        (
            &row("wide_weight", &[0.1]),
            "not a model of this program: it has no array `wide_mean`",
        ),
        (
            &text("seed", "-1"),
            "not a model of this program: its `seed` is \"-1\"",
        ),
        (
            &text("features", "[]"),
            "features: 0 is out of range; allowed are 1 to 1048576",
        ),
        (
            &text("features", "[\"a\"]"),
            "not a model of this program: its array `x_mean` is not 1 numbers in F64",
        ),
        (
            &text("features", "a"),
            "not a model of this program: its `features` are no list of names",
        ),
        (
            &text("more", "x"),
            "not a model of this program: its header has a `more` too many",
        ),
        (
            &|c| drop(c.metadata.remove("recipe")),
            "not a model of this program: its header has no `recipe`",
        ),
        (
            &|c| drop(c.arrays.remove("hidden_2.bias")),
            "not a model of this program: it has no array `hidden_2.bias`",
        ),
        (
            &|c| drop(c.arrays.insert("z".into(), Array::row(vec![]))),
            "not a model of this program: it has an array `z` too many",
        ),
        (
            &|c| {
                drop(
                    c.arrays
                        .insert("y_scale".into(), Array::row(vec![1.0, 0.0])),
                )
            },
            "not a model of this program: its `y_mean` and `y_scale` are no units",
        ),
        (
            &weights("hidden_1.weight", f32::NAN),
            "not a model of this program: its array `hidden_1.weight` holds a number that is not finite",
        ),
        (
            &weights("head.bias_lower", f32::INFINITY),
            "not a model of this program: its array `head.bias_lower` holds a number that is not finite",
        ),
    ] {
        assert_eq!(told(change), words);
    }
    let wider = told(&|c| {
        let elements = Elements::F32(vec![0.0; 7]);
        c.arrays.insert(
            "head.bias_logits".into(),
            Array {
                shape: vec![7],
                elements,
            },
        );
    });
    assert!(wider.contains("where [24, 7, 2] is needed"), "{wider}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any change of a file is refused or is a model whose bytes are a model again: never a panic.
    #[test]
    fn changed_files_never_panic(
        full: bool,
        cut in 0.0f64..1.2,
        changes in proptest::collection::vec((0.0f64..1.0, any::<u8>()), 0..8),
        in_header: bool,
    ) {
        use std::sync::OnceLock;
        static FILES: OnceLock<[Vec<u8>; 2]> = OnceLock::new();
        let files = FILES.get_or_init(|| BOTH.map(|c| fitted(c).to_bytes().unwrap()));
        let mut bytes = files[usize::from(full)].clone();
        let end = if in_header { 1500.min(bytes.len()) } else { bytes.len() };
        for (at, value) in changes {
            let at = (at * end as f64) as usize;
            bytes[at] = value;
        }
        if cut < 1.0 {
            bytes.truncate((cut * bytes.len() as f64) as usize);
        }
        match Model::from_bytes(&bytes) {
            Err(error) => prop_assert!(!error.to_string().is_empty()),
            Ok(model) => prop_assert!(Model::from_bytes(&model.to_bytes().unwrap()).is_ok()),
        }
    }
}

/// Twin: the whole file is read, so a cut one is refused for being cut.
#[test]
fn every_prefix_is_refused() {
    let bytes = fitted(Covariance::Diagonal).to_bytes().unwrap();
    assert!(
        (0..bytes.len())
            .step_by(97)
            .all(|cut| Model::from_bytes(&bytes[..cut]).is_err())
    );
    assert!(matches!(
        Model::from_bytes(&[]),
        Err(ModelError::Container(_))
    ));
}
