//! Shared words of these tests: bits, ulp, a small generator of test data.

/// Distance of `got` from `want` in units of the last place of an `f32` at `want`.
pub(crate) fn ulps(got: f32, want: f64) -> f64 {
    if want.is_nan() || want.is_infinite() || want.abs() > f64::from(f32::MAX) {
        let same = (want as f32).to_bits() == got.to_bits() || (want.is_nan() && got.is_nan());
        return if same { 0.0 } else { f64::INFINITY };
    }
    let exponent = libm::ilogb(want).max(-126);
    let ulp = libm::ldexp(1.0, exponent - 23);
    (f64::from(got) - want).abs() / ulp
}

/// Bits with all NaN made one.
pub(crate) fn bits(values: &[f32]) -> Vec<u32> {
    let canonical = |v: &f32| {
        if v.is_nan() {
            f32::NAN.to_bits()
        } else {
            v.to_bits()
        }
    };
    values.iter().map(canonical).collect()
}

/// A linear congruential generator: test data without the crate's own streams.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn uniform(&mut self, low: f32, high: f32) -> f32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let unit = (self.0 >> 40) as f32 / (1u64 << 24) as f32;
        low + (high - low) * unit
    }

    pub(crate) fn many(&mut self, n: usize, low: f32, high: f32) -> Vec<f32> {
        (0..n).map(|_| self.uniform(low, high)).collect()
    }
}
