//! Sizes and rows that do not fit a network: a sentence, never a panic.

use dfdx::prelude::*;
use insta::assert_snapshot;
use mixture_density::mixture::ConditionalError;
use mixture_density::net::{
    Adam, AdamConfig, Covariance, Fit, Mdn, Metadata, Mlp, Model, Parameters, Recipe, Rows,
    Shape as ModelShape, ShapeError, StepError, Stepper, TrainError, Trainable, Trainer, Training,
    Tuning, mean_squared_error,
};
use mixture_density::numerics::mixture_nll::ScaleLink;
use mixture_density::seed::Seed;

use super::draws;

pub(super) const LINK: ScaleLink = ScaleLink::Softplus { floor: 1e-3 };
pub(super) const ADAM: AdamConfig = AdamConfig {
    learning_rate: 1e-2,
    beta_1: 0.9,
    beta_2: 0.999,
    epsilon: 1e-7,
};

type Network = Mdn<usize, usize, usize, usize>;

fn mdn(f: usize, h: usize, k: usize, d: usize) -> Result<Network, ShapeError> {
    Mdn::new((f, h, k, d), LINK, &mut Seed::new(1).stream("init"))
}

/// F = 2, H = 4, K = 3, D = 2.
fn network() -> Network {
    mdn(2, 4, 3, 2).expect("a network")
}

#[test]
fn a_network_of_no_size_or_any_is_refused() {
    assert_snapshot!(mdn(0, 4, 3, 2).unwrap_err(), @"features: 0 is out of range; allowed are 1 to 1048576");
    assert_snapshot!(mdn(2, 1 << 15, 3, 2).unwrap_err(), @"trainable numbers: 1074364431 is out of range; allowed are 1 to 250000000");
    for bad in [(2, 0, 3, 2), (2, 4, 0, 2), (2, 4, 3, 0)] {
        assert!(mdn(bad.0, bad.1, bad.2, bad.3).is_err());
    }
    const MOST: usize = usize::MAX;
    for bad in [
        (MOST, 4, 3, 2),
        (2, MOST, 3, 2),
        (2, 4, MOST, 2),
        (2, 4, 3, MOST),
        (MOST, MOST, MOST, MOST),
    ] {
        assert!(mdn(bad.0, bad.1, bad.2, bad.3).is_err());
        let mlp = Mlp::new((bad.0, bad.1, bad.3), &mut Seed::new(1).stream("init"));
        assert_eq!(mlp.is_err(), (bad.0, bad.1, bad.3) != (2, 4, 2));
        let shape = ModelShape {
            n_features: bad.0,
            hidden: bad.1,
            n_components: bad.2,
            n_targets: bad.3,
            covariance: Covariance::Full,
        };
        assert!(shape.check().is_err() && shape.n_parameters() > 1 << 40);
    }
    let wide = ModelShape {
        n_features: 1 << 20,
        hidden: 1 << 14,
        n_components: 1,
        n_targets: 1,
        covariance: Covariance::Diagonal,
    };
    assert_snapshot!(wide.check().unwrap_err(), @"trainable numbers: 17448386563 is out of range; allowed are 1 to 250000000");
    assert!(mdn(2, 4, 3, 2).is_ok());
}

#[test]
fn rows_that_are_not_whole_are_refused() {
    let network = network();
    assert_snapshot!(network.outputs(&[0.0; 5]).unwrap_err(), @"the features: 5 numbers are no whole rows of 2");
    assert_snapshot!(network.mixtures(&[0.0; 5]).unwrap_err(), @"5 numbers where rows of 2 features are needed");
    assert!(matches!(
        network.mixtures(&[0.0, f32::NAN]),
        Err(ConditionalError::FeatureNotFinite {
            row: 0,
            feature: 1,
            ..
        })
    ));
    assert!(network.outputs(&[0.0; 6]).is_ok() && network.mixtures(&[]).is_ok());
    let mlp = Mlp::new((2usize, 4usize, 1usize), &mut Seed::new(1).stream("init"));
    let mlp = mlp.expect("a network");
    assert!(mlp.outputs(&[0.0; 5]).is_err() && mlp.outputs(&[0.0; 4]).is_ok());
}

#[test]
fn a_step_takes_rows_that_are_there() {
    let mut stepper = Stepper::new(&network(), ADAM).expect("its weights");
    let (x, y) = (draws("x", 10, -1.0, 1.0), draws("y", 10, -1.0, 1.0));
    let rows = Rows { x: &x, y: &y };
    let mut step = |rows, of: &[usize]| stepper.step(rows, of, 1e-3);
    assert_snapshot!(step(rows, &[0, 5]).unwrap_err(), @"row 5, counted from 0, is asked of 5 rows");
    assert!(step(rows, &[usize::MAX]).is_err());
    assert_snapshot!(step(Rows { x: &x[..9], y: &y }, &[0]).unwrap_err(), @"the features: 9 numbers where 10 are needed");
    assert_snapshot!(step(Rows { x: &x, y: &y[..9] }, &[0]).unwrap_err(), @"the targets: 9 numbers are no whole rows of 2");
    assert_snapshot!(step(rows, &[]).unwrap_err(), @"rows of a batch: 0, but at least 1 is needed");
    assert!(matches!(step(rows, &[]), Err(StepError::Shape(_))));
    assert!(step(rows, &[0, 4, 4]).is_ok());
    let mut judged = |rows, batch| stepper.evaluate(rows, batch);
    assert_snapshot!(judged(rows, 0).unwrap_err(), @"rows of a batch: 0, but at least 1 is needed");
    assert_snapshot!(judged(Rows { x: &[], y: &[] }, 3).unwrap_err(), @"rows: 0, but at least 1 is needed");
    assert!(judged(Rows { x: &x, y: &y[..8] }, 3).is_err());
    assert_eq!(judged(rows, usize::MAX), judged(rows, 5));
    // The weights of another network, in either direction.
    let mut other = mdn(2, 5, 3, 2).expect("a network");
    assert_snapshot!(stepper.write_to(&mut other).unwrap_err(), @"the weights: 107 numbers where 135 are needed");
    assert!(stepper.write_to(&mut network()).is_ok());
    assert!(other.restore_weights(&[0.0; 7]).is_err());
}

fn trained(n_x: usize, n_validation: usize, batch_size: usize) -> Result<Fit, TrainError> {
    let mut recipe = Recipe::named("article").expect("a recipe");
    (recipe.max_epochs, recipe.batch_size) = (2, batch_size);
    let values = draws("fit", 100, -1.0, 1.0);
    let rows = |x: usize, y: usize| Rows {
        x: &values[..x],
        y: &values[..y],
    };
    let (train, validation) = (rows(n_x, 20), rows(n_validation, n_validation));
    let mut stream = Seed::new(1).stream("shuffle");
    Trainer::new(&recipe, &mut stream).fit(&mut network(), train, validation)
}

#[test]
fn training_takes_whole_rows_and_batches_of_some() {
    assert!(trained(20, 10, 4).is_ok() && trained(20, 10, usize::MAX).is_ok());
    assert_snapshot!(trained(20, 10, 0).unwrap_err(), @"rows of a batch: 0, but at least 1 is needed");
    assert_snapshot!(trained(19, 10, 4).unwrap_err(), @"the features: 19 numbers where 20 are needed");
    assert_snapshot!(trained(20, 9, 4).unwrap_err(), @"the targets: 9 numbers are no whole rows of 2");
    assert_snapshot!(trained(20, 0, 4).unwrap_err(), @"validation rows: 0, but at least 1 is needed");
    let mut spread = Tuning::default();
    spread.spread_means = true;
    assert!(spread.prepare(&mut network(), &[0.0; 5]).is_err());
    assert!(spread.prepare(&mut network(), &[0.0; 6]).is_ok());
}

#[test]
fn a_model_is_fitted_with_batches_of_some() {
    let fitted = |batch_size: usize| {
        let mut recipe = Recipe::named("article").expect("a recipe");
        (recipe.max_epochs, recipe.batch_size) = (1, batch_size);
        let rows = Rows {
            x: &[0.0, 1.0, 2.0],
            y: &[1.0, 0.0, 2.0],
        };
        let training = Training::new(&recipe, Metadata::new(["x"], ["y"]));
        Model::fit(&training.components(2), rows, rows)
    };
    assert_snapshot!(fitted(0).unwrap_err(), @"rows of a batch: 0, but at least 1 is needed");
    assert!(fitted(2).is_ok());
}

#[test]
fn operations_on_the_tape_refuse_other_shapes() {
    let (device, network) = (Cpu::default(), network());
    let loss = |x: usize, y: usize, n: usize| {
        let (x, y) = (vec![0.5; x], vec![0.5; y]);
        network
            .loss(&x, &y, n, OwnedTape::default())
            .map(|loss| loss.as_vec())
    };
    assert_snapshot!(loss(5, 6, 3).unwrap_err(), @"the features: 5 numbers where 6 are needed");
    assert_snapshot!(loss(6, 5, 3).unwrap_err(), @"the targets: 5 numbers where 6 are needed");
    assert_snapshot!(loss(0, 0, 0).unwrap_err(), @"rows: 0, but at least 1 is needed");
    assert!(loss(6, 6, usize::MAX).is_err() && loss(6, 6, 3).is_ok());
    let wide: Tensor<(usize, usize), f32, _> = device.zeros_like(&(3, 5));
    assert_snapshot!(network.hidden(wide.clone()).unwrap_err(), @"the weight is 2 by 4 where 5 by 4 is needed");
    assert!(network.head().nll(wide.clone(), &[0.0; 6]).is_err());
    assert!(mean_squared_error(wide.clone(), &[0.0; 14]).is_err());
    assert!(mean_squared_error(wide, &[0.0; 15]).is_ok());
}

/// A step of `adam` on `network` along the gradients of `of`.
fn step(network: &mut impl Trainable, of: &Network, adam: &mut Adam) -> Result<(), ShapeError> {
    let loss = of.loss(&[0.5; 6], &[0.5; 6], 3, OwnedTape::default());
    adam.step(network, &mut loss.expect("fitting shapes").backward(), 1e-3)
}

#[test]
fn gradients_of_another_network_are_refused() {
    let (mut own, mut other) = (network(), mdn(2, 5, 3, 2).expect("a network"));
    let mut adam = Adam::new(ADAM);
    let again = own.clone();
    assert!(step(&mut own, &again, &mut adam).is_ok());
    let again = other.clone();
    assert_snapshot!(step(&mut other, &again, &mut adam).unwrap_err(), @"the moments: 8 numbers where 10 are needed");
    // A network of fewer tensors, and one of more; the first four are as long as its own.
    let mut fewer = Mlp::new((2usize, 4usize, 2usize), &mut Seed::new(1).stream("init"));
    let fewer = fewer.as_mut().expect("a network");
    assert_snapshot!(step(fewer, &own.clone(), &mut adam).unwrap_err(), @"the moments: 24 numbers where 8 are needed");
    let mut adam = Adam::new(ADAM);
    assert!(step(fewer, &own.clone(), &mut adam).is_ok());
    let again = own.clone();
    assert!(step(&mut own, &again, &mut adam).is_err());
}

/// Steps before and after refused ones are those of an optimiser that was never asked.
#[test]
fn a_refused_step_leaves_no_trace() {
    let other = mdn(2, 5, 3, 2).expect("a network");
    let refused = |adam: &mut Adam| {
        let mut spoilt = other.clone();
        assert!(step(&mut spoilt, &other, adam).is_err());
        assert_eq!(spoilt.weights_blake3(), other.weights_blake3());
    };
    let run = |spoil: &dyn Fn(&mut Adam)| {
        let (mut own, mut adam) = (network(), Adam::new(ADAM));
        for _ in 0..3 {
            let again = own.clone();
            step(&mut own, &again, &mut adam).expect("its own gradients");
            spoil(&mut adam);
        }
        own.weights_blake3()
    };
    let alone = run(&|_| {});
    assert_eq!(run(&refused), alone);
    // The twin: a step that is made leaves one.
    let made = |adam: &mut Adam| {
        let mut own = network();
        step(&mut own, &network(), adam).expect("its own gradients");
    };
    assert_ne!(run(&made), alone);
    // Nor does a gradient that is not its parameter's, before there are moments: the parameter has become a view
    // of one number, and its gradient is as long as that.
    let (mut own, mut adam) = (network(), Adam::new(ADAM));
    let mut viewed = own.clone();
    viewed.visit_mut(&mut super::emptied::View);
    let before = viewed.weights_blake3();
    assert_snapshot!(step(&mut viewed, &own, &mut adam).unwrap_err(), @"a gradient: 1 numbers where 8 are needed");
    assert_eq!(viewed.weights_blake3(), before);
    for _ in 0..3 {
        let again = own.clone();
        step(&mut own, &again, &mut adam).expect("its own gradients");
    }
    assert_eq!(own.weights_blake3(), alone);
}

/// A broadcast x has fewer numbers in memory than elements: it is read, and its gradient summed, as what it says.
#[test]
fn a_broadcast_tensor_is_what_it_says() {
    let (device, network) = (Cpu::default(), network());
    let row: Tensor<(usize,), f32, _> = device.tensor_from_vec(vec![0.25, -0.5, 0.75, 1.5], (4,));
    let target = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
    let gradient = |hidden: Tensor<(usize, usize), f32, Cpu, OwnedTape<f32, Cpu>>| {
        let loss = network.head().nll(hidden, &target).expect("fitting shapes");
        let value = loss.as_vec()[0];
        let own = loss.backward().get(&row).as_vec();
        (value.to_bits(), own)
    };
    let traced = || row.clone().leaky_traced();
    let view = gradient(traced().broadcast_like::<_, Axis<0>>(&(3, 4)));
    let copy = gradient(traced().broadcast_like::<_, Axis<0>>(&(3, 4)).contiguous());
    assert_eq!(view, copy);
    // The twin: a gradient there is, and not that of one row alone.
    let one = network
        .head()
        .nll(traced().broadcast_like::<_, Axis<0>>(&(1, 4)), &target[..2]);
    let one = one.expect("fitting shapes").backward().get(&row).as_vec();
    assert!(view.1.iter().any(|g| g.abs() > 1e-3) && view.1 != one);
}
