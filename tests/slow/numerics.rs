//! `exp` and `ln` for every one of the 2³² floats: error against libm in `f64`, and the same
//! bits on every path. About two minutes on two idle cores.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use mixture_density::numerics::dispatch::KernelPath;
use mixture_density::numerics::vector;

/// Inputs worked on at a time: their upper 16 bits are the number of the chunk.
const CHUNK: u32 = 1 << 16;
/// The scalar path, which may call a software multiply-add, takes one input in eight, other
/// ones in each chunk.
const SCALAR_STEP: usize = 8;

/// Distance in units of the last place of an `f32` at `want`; infinite where a special
/// value is missed.
fn ulps(got: f32, want: f64) -> f64 {
    if want.is_nan() || want.abs() > f64::from(f32::MAX) {
        let same = (want.is_nan() && got.is_nan()) || got.to_bits() == (want as f32).to_bits();
        return if same { 0.0 } else { f64::INFINITY };
    }
    // 2^(23 − exponent) without a call.
    let exponent = ((want.to_bits() >> 52) & 0x7ff).max(1023 - 126);
    let inverse = f64::from_bits((2 * 1023 + 23 - exponent) << 52);
    (f64::from(got) - want).abs() * inverse
}

/// `function` of every `step`th input from `first` on, on one path, if the processor has it.
fn on(
    path: KernelPath,
    function: fn(&mut [f32]),
    inputs: &[f32],
    (first, step): (usize, usize),
) -> Option<Vec<f32>> {
    let mut values: Vec<f32> = inputs.iter().copied().skip(first).step_by(step).collect();
    path.force(|| function(&mut values))?;
    Some(values)
}

/// The largest error over the inputs of `chunks`, after comparing the paths bit by bit.
fn worst(function: fn(&mut [f32]), reference: fn(f64) -> f64, chunks: std::ops::Range<u32>) -> f64 {
    let next = AtomicU32::new(chunks.start);
    let worst = Mutex::new(0.0f64);
    let work = || {
        let mut largest = 0.0f64;
        loop {
            let chunk = next.fetch_add(1, Ordering::Relaxed);
            if chunk >= chunks.end {
                break;
            }
            let inputs: Vec<f32> = (0..CHUNK)
                .map(|low| f32::from_bits((chunk << 16) | low))
                .collect();
            let vector = KernelPath::widest();
            let Some(results) = on(vector, function, &inputs, (0, 1)) else {
                continue;
            };
            let some = (chunk as usize % SCALAR_STEP, SCALAR_STEP);
            for (path, (first, step)) in [(KernelPath::Avx2, (0, 1)), (KernelPath::Scalar, some)] {
                let Some(others) = on(path, function, &inputs, (first, step)) else {
                    continue;
                };
                for (a, b) in results.iter().skip(first).step_by(step).zip(&others) {
                    let same = a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
                    assert!(same, "{path:?} {chunk:x}: {a:e} {b:e}");
                }
            }
            for (x, got) in inputs.iter().zip(&results) {
                largest = largest.max(ulps(*got, reference(f64::from(*x))));
            }
        }
        let mut worst = worst.lock().expect("no worker panicked");
        *worst = worst.max(largest);
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(work);
        }
    });
    worst.into_inner().expect("no worker panicked")
}

#[test]
fn exp_of_every_float() {
    let error = worst(vector::exp_in_place, libm::exp, 0..CHUNK);
    assert!(error <= 1.0, "{error} ulp");
}

#[test]
fn ln_of_every_float() {
    let error = worst(vector::ln_in_place, libm::log, 0..CHUNK);
    assert!(error <= 1.0, "{error} ulp");
}

/// The twin: one input with a wrong sign is found.
#[test]
fn a_single_wrong_float_is_found() {
    let spoiled = |values: &mut [f32]| {
        for value in values.iter_mut() {
            *value = if value.to_bits() == 0x1234_5678 {
                -*value
            } else {
                *value
            };
        }
    };
    assert!(worst(spoiled, |x| x, 0x1200..0x1300) > 1.0);
}
