//! Parameters at the ends of `f64`: a sentence in no time, never a panic or the whole memory.

use mixture_density::problem::spiral::{Scaling, SpiralTruth};
use mixture_density::problem::{Problem, Spiral, Truth as _};
use mixture_density::seed::Seed;

fn tiny(size: f64) -> Spiral {
    Spiral {
        n: 10,
        jitter: size,
        revolutions: size,
        span: 5.0,
    }
}

#[test]
fn a_noise_whose_inverse_is_infinite_is_refused() {
    let spiral = tiny(1e-310);
    assert!(Problem::Spiral(spiral).realise(Seed::new(0), 2).is_err());
    let scaling = Scaling::new(0.0, 1.0, 5.0).expect("a range");
    let said = SpiralTruth::new(&spiral, scaling).unwrap_err().to_string();
    assert!(
        said.ends_with("allowed is a finite number from 2.2250738585072014e-308 to 1000000"),
        "{said}"
    );
    // The twin: the smallest whose inverse is a number has its panels.
    let least = tiny(f64::MIN_POSITIVE);
    assert!(SpiralTruth::new(&least, scaling).is_ok());
    let ordinary = SpiralTruth::new(&tiny(0.5), scaling).expect("in range");
    assert!(ordinary.log_density(0.1, 0.1).is_finite());
}
