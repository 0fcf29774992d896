//! A file that is no model of this program: exit 2, one sentence, no panic, no large allocation.

use insta::assert_snapshot;

use super::Desk;

/// What `mdn predict` says of these bytes as a model.
fn refused(bytes: &[u8]) -> String {
    let desk = Desk::new();
    desk.0.write("t.csv", "x,noise\n1,2\n");
    desk.0.write("m.safetensors", bytes);
    desk.refused(&["predict", "m.safetensors", "t.csv"])
}

fn with_header(header: &str, data: &[u8]) -> Vec<u8> {
    let length = (header.len() as u64).to_le_bytes();
    [&length[..], header.as_bytes(), data].concat()
}

#[test]
fn no_model() {
    assert_snapshot!(refused(b""), @"mdn: m.safetensors: 0 bytes are too few for a safetensors file");
    assert_snapshot!(refused(b"x,y\n1,2\n"), @"mdn: m.safetensors: the header is said to be 734698278355545208 bytes long; 0 are allowed");
    assert_snapshot!(refused(&with_header("{}", b"")), @"mdn: m.safetensors: not a model of this program: its header has no `format`");
    assert_snapshot!(refused(&with_header("not json", b"")), @"mdn: m.safetensors: the header is not that of a safetensors file: expected ident at line 1 column 2");
    let huge = r#"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}"#;
    assert_snapshot!(refused(&with_header(huge, b"1234")), @"mdn: m.safetensors: array `a`: its elements are not as many as its shape asks for");
    let outside = r#"{"a":{"dtype":"F32","shape":[1000000000],"data_offsets":[0,4000000000]}}"#;
    assert_snapshot!(refused(&with_header(outside, b"1234")), @"mdn: m.safetensors: array `a`: its place is not in the file");
    let desk = Desk::new();
    desk.0.write("t.csv", "x,noise\n1,2\n");
    assert_snapshot!(desk.refused(&["predict", "absent.safetensors", "t.csv"]), @"mdn: absent.safetensors: cannot be read: No such file or directory (os error 2)");
    assert_snapshot!(desk.refused(&["predict", "tiny", "t.csv"]), @"mdn: tiny/model.safetensors: cannot be read: No such file or directory (os error 2)");
}

#[test]
fn another_schema() {
    let desk = Desk::fitted();
    let bytes = desk.0.bytes("branches-fit/model.safetensors");
    let text = String::from_utf8_lossy(&bytes[..4096.min(bytes.len())]).into_owned();
    assert!(text.contains(r#""schema":"2""#), "{text}");
    let at = bytes
        .windows(12)
        .position(|w| w == br#""schema":"2""#)
        .expect("found");
    let mut other = bytes;
    other[at + 10] = b'3';
    assert_snapshot!(refused(&other), @"mdn: m.safetensors: the model has schema 3, newer than schema 2 of this program");
    other[at + 10] = b'1';
    assert_snapshot!(refused(&other), @"mdn: m.safetensors: the model has schema 1, older than schema 2 of this program");
}

/// Cut anywhere, or with any byte of the header changed: a sentence or, where the change says nothing, an
/// answer; never a panic.
#[test]
fn cut_and_changed() {
    let desk = Desk::fitted();
    let bytes = desk.0.bytes("branches-fit/model.safetensors");
    let model = |bytes: &[u8]| mixture_density::net::Model::from_bytes(bytes);
    assert!(model(&bytes).is_ok());
    for cut in (0..bytes.len()).step_by(997) {
        assert!(model(&bytes[..cut]).is_err(), "{cut}");
    }
    let header = 8 + u64::from_le_bytes(bytes[..8].try_into().expect("eight")) as usize;
    let mut n_refused = 0;
    for at in 0..header {
        let mut changed = bytes.clone();
        changed[at] ^= 0x15;
        n_refused += usize::from(model(&changed).is_err());
    }
    assert!(n_refused > header / 3, "{n_refused} of {header}");
    assert_snapshot!(refused(&bytes[..bytes.len() / 2]), @"mdn: m.safetensors: array `hidden_2.weight`: its place is not in the file");
    // A weight that is no number.
    let mut changed = bytes.clone();
    let last = changed.len() - 4;
    changed[last..].copy_from_slice(&f32::NAN.to_le_bytes());
    assert_snapshot!(refused(&changed), @"mdn: m.safetensors: not a model of this program: its array `hidden_2.weight` holds a number that is not finite");
}
