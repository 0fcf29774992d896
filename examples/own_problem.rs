//! A problem of one's own with a known truth, y = ±x with noise 0.1, and the nats that a fit lacks.
#![allow(clippy::print_stdout, reason = "an example says what it has found")]

use std::error::Error;

use mixture_density::ensemble::{EnsembleRequest, fit};
use mixture_density::mixture::GaussianMixture;
use mixture_density::{net::Metadata, score::Summary, seed::Seed};

/// The density of y at x.
fn truth(x: f64) -> Result<GaussianMixture, Box<dyn Error>> {
    let (weights, means) = (vec![0.3, 0.7], vec![-x, x]);
    Ok(GaussianMixture::new(weights, means, vec![0.1; 2])?)
}

fn rows(name: &str, n: usize) -> Result<[Vec<f64>; 2], Box<dyn Error>> {
    let mut stream = Seed::new(7).stream(name);
    let x: Vec<f64> = (0..n).map(|_| stream.uniform(0.5, 2.0)).collect();
    let y = x.iter().map(|x| Ok(truth(*x)?.sample(&mut stream)[0]));
    Ok([x.clone(), y.collect::<Result<_, Box<dyn Error>>>()?])
}

fn main() -> Result<(), Box<dyn Error>> {
    let [x, y] = rows("train", 400)?;
    let mut request = EnsembleRequest::new(Metadata::new(["x"], ["y"]), &x, &y);
    request.recipe = request.recipe.with_epochs(12);
    request.n_members = Some(2);
    let model = fit(&request)?.model;
    let [x, y] = rows("test", 2000)?;
    let predicted = model.mixtures(&x)?.log_densities(&y)?;
    let exact = x.iter().zip(&y);
    let exact = exact.map(|(x, y)| Ok(truth(*x)?.log_density(&[*y])?));
    let exact = exact.collect::<Result<Vec<f64>, Box<dyn Error>>>()?;
    let lacks = Summary::of_difference(&exact, &predicted)?;
    let error = lacks.standard_error.unwrap_or(0.0);
    println!("{:.3} ± {error:.3} nats", lacks.mean);
    assert!(lacks.mean > -0.01 && lacks.mean < 0.3);
    Ok(())
}
