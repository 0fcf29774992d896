//! A body of dfdx's own layers with a mixture head: trained together, then asked for mixtures.
#![allow(clippy::print_stdout, reason = "an example says what it has found")]

use dfdx::{nn::builders::Linear, nn::builders::Tanh, optim, prelude::*};
use mixture_density::net::{Adam as HeadAdam, AdamConfig as HeadConfig, MixtureHead};
use mixture_density::{numerics::mixture_nll::ScaleLink, seed::Seed};

type Body = ((Linear<1, 32>, Tanh), (Linear<32, 16>, Tanh));

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let device = Cpu::seed_from_u64(1);
    let mut body = device.build_module::<Body, f32>();
    let link = ScaleLink::Softplus { floor: 1e-3 };
    let mut stream = Seed::new(1).stream("init/head");
    let mut head = MixtureHead::new((Const::<16>, Const::<2>, Const::<1>), link, &mut stream)?;
    // y² = x: two answers for every x.
    let root = |i: u8| (f32::from(i / 2) / 32.0).sqrt();
    let y = (0..64).map(|i| if i % 2 == 0 { root(i) } else { -root(i) });
    let y: Vec<f32> = y.collect();
    let x = y.iter().map(|y| y * y).collect();
    let x: Tensor<(usize, Const<1>), f32, _> = device.tensor_from_vec(x, (64, Const));
    let mut of_body = optim::Adam::new(&body, optim::AdamConfig::default());
    let mut of_head = HeadAdam::new(HeadConfig::default());
    for _ in 0..600 {
        let hidden = body.forward(x.leaky_trace());
        let mut gradients = head.nll(hidden, &y)?.backward();
        of_head.step(&mut head, &mut gradients, 0.01)?;
        of_body.update(&mut body, &gradients)?;
    }
    let mixtures = head.mixtures(body.forward(x))?;
    let density = mixtures.get(32).ok_or("no such row")?;
    let at = |y: f64| density.log_density(&[y]);
    let [high, low, between] = [at(0.7)?, at(-0.7)?, at(0.0)?];
    println!("ln p(y | 0.5) at 0.7, -0.7, 0: {high:.1}, {low:.1}, {between:.1}");
    assert!(high > between && low > between);
    Ok(())
}
