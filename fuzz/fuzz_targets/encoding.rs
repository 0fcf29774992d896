#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = mixture_density_fuzz::encoding(bytes);
});
