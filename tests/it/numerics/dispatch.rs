//! Forcing a path: by word, and for one closure.

use mixture_density::numerics::dispatch::{DispatchError, KernelPath, active};

#[test]
fn words_name_paths_and_unknown_words_are_told() {
    for path in KernelPath::ALL {
        match KernelPath::parse(path.name()) {
            Ok(found) => assert_eq!(found, path),
            Err(error) => {
                assert!(!path.is_supported());
                assert_eq!(error, DispatchError::Unsupported { path });
            }
        }
    }
    for word in ["", "AVX2", "sse", "avx512 "] {
        let error = KernelPath::parse(word).unwrap_err();
        let found = word.to_owned();
        assert_eq!(error, DispatchError::UnknownPath { found });
        assert!(error.to_string().contains(&format!("{word:?}")));
        assert!(error.to_string().contains("avx512, avx2 and scalar"));
    }
    assert!(KernelPath::parse("scalar").is_ok() && KernelPath::widest().is_supported());
}

#[test]
fn a_forced_path_ends_with_its_closure() {
    let before = active();
    let inner = KernelPath::Scalar.force(|| {
        let nested = KernelPath::widest().force(active);
        (active(), nested)
    });
    assert_eq!(
        inner,
        Some((KernelPath::Scalar, Some(KernelPath::widest())))
    );
    assert_eq!(active(), before);
    // Also where the closure panics, and never on another thread.
    let caught = std::panic::catch_unwind(|| KernelPath::Scalar.force(|| panic!("on purpose")));
    assert!(caught.is_err());
    assert_eq!(active(), before);
    let elsewhere = KernelPath::Scalar.force(|| std::thread::spawn(active).join());
    assert_eq!(elsewhere.map(Result::ok), Some(Some(before)));
}
