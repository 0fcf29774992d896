//! Training: history, best weights, determinism, divergence.

use dfdx::prelude::Const;
use mixture_density::net::{
    Fit, Mdn, Mlp, Monitor, Parameters, Recipe, ReduceLrConfig, Rows, Stepper, Stopped, TrainError,
    Trainer,
};
use mixture_density::numerics::mixture_nll::ScaleLink;
use mixture_density::seed::Seed;

use super::draws;

const LINK: ScaleLink = ScaleLink::EluPlusOne { floor: 1e-7 };

fn config() -> Recipe {
    let mut recipe = Recipe::named("article").expect("a recipe");
    (recipe.batch_size, recipe.max_epochs) = (16, 30);
    recipe.adam.learning_rate = 3e-2;
    recipe.early_stopping.monitor = Monitor::ValLoss;
    recipe.early_stopping.patience = 4;
    recipe.early_stopping.min_delta = 0.0;
    recipe.early_stopping.restore_best_weights = true;
    recipe.reduce_lr_on_plateau = None;
    recipe
}

/// Two branches, y = ±x with a little noise: 70 rows, so that the last batch of 16 is short.
fn branches() -> (Vec<f32>, Vec<f32>) {
    let x = draws("fit/x", 70, 0.0, 1.0);
    let noise = draws("fit/noise", 70, -0.1, 0.1);
    let y = x
        .iter()
        .zip(noise)
        .enumerate()
        .map(|(i, (x, e))| if i % 2 == 0 { x + e } else { e - x })
        .collect();
    (x, y)
}

type Network = Mdn<Const<1>, Const<16>, Const<2>, Const<1>>;

fn untrained() -> Network {
    let sizes = (Const, Const, Const, Const);
    Mdn::new(sizes, LINK, &mut Seed::new(1).stream("init")).expect("fitting shapes")
}

fn train(config: &Recipe) -> (Network, Result<Fit, TrainError>) {
    let (x, y) = branches();
    let mut network = untrained();
    let result = Trainer::new(config, &mut Seed::new(1).stream("shuffle")).fit(
        &mut network,
        Rows {
            x: &x[..50],
            y: &y[..50],
        },
        Rows {
            x: &x[50..],
            y: &y[50..],
        },
    );
    (network, result)
}

fn val_loss(network: &Network) -> f64 {
    let (x, y) = branches();
    let rows = Rows {
        x: &x[50..],
        y: &y[50..],
    };
    let mut stepper = Stepper::new(network, config().adam).expect("fitting shapes");
    stepper.evaluate(rows, 16).expect("fitting shapes")
}

#[test]
fn the_best_weights_come_back() {
    let (network, result) = train(&config());
    let fit = result.unwrap();
    let best = fit
        .history
        .iter()
        .map(|e| e.val_loss)
        .fold(f32::INFINITY, f32::min);
    let last = fit.history.last().unwrap();
    assert!(
        last.val_loss > best,
        "the last epoch is the best: the test shows nothing"
    );
    assert_eq!((val_loss(&network) as f32).to_bits(), best.to_bits());
    let kept = &fit.history[fit.kept_epoch - 1];
    assert_eq!(kept.val_loss.to_bits(), best.to_bits());
    assert_eq!(fit.stopped, Stopped::Early);
    assert_eq!(fit.history.len(), fit.kept_epoch + 4);
    assert_eq!(
        fit.n_steps,
        fit.history.len() * 4,
        "50 rows are three batches of 16 and one of 2"
    );
}

#[test]
fn a_trained_network_is_a_conditional_density() {
    use mixture_density::mixture::{ConditionalDensity as _, ConditionalError};
    let (network, _) = train(&config());
    let batch = network.mixtures(&[0.25, 0.75]);
    let (batch, alone) = (batch.unwrap(), network.mixture_at(&[0.75]).unwrap());
    let density = batch.log_densities(&[0.1, 0.5]).unwrap()[1];
    assert_eq!(
        alone.log_density(&[0.5]).unwrap().to_bits(),
        density.to_bits()
    );
    // On a branch the density is higher than between the two.
    assert!(density > alone.log_density(&[0.0]).unwrap());
    let wrong = network.mixture_at(&[0.5, 0.5]).unwrap_err();
    assert!(
        matches!(wrong, ConditionalError::WrongLength { .. }),
        "{wrong}"
    );
    let wrong = network.mixtures_at(&[0.5, f64::NAN]).unwrap_err();
    assert!(
        matches!(wrong, ConditionalError::FeatureNotFinite { row: 1, .. }),
        "{wrong}"
    );
}

#[test]
fn the_last_weights_stay_where_the_recipe_says_so() {
    let mut config = config();
    config.early_stopping.restore_best_weights = false;
    let (network, result) = train(&config);
    let fit = result.unwrap();
    let last = fit.history.last().unwrap();
    assert_eq!(
        (val_loss(&network) as f32).to_bits(),
        last.val_loss.to_bits()
    );
    assert_eq!(fit.kept_epoch, fit.history.len());
}

#[test]
fn training_learns_and_lowers_its_rate() {
    let mut config = config();
    config.early_stopping.patience = 30;
    config.reduce_lr_on_plateau = Some(ReduceLrConfig {
        monitor: Monitor::Loss,
        factor: 0.1,
        patience: 3,
        min_delta: 0.0,
        cooldown: 0,
        min_lr: 0.0,
    });
    let fit = train(&config).1.unwrap();
    assert_eq!(fit.stopped, Stopped::LastEpoch);
    assert_eq!(fit.history.len(), 30);
    let (first, last) = (fit.history[0].loss, fit.history[29].loss);
    assert!(last < first - 0.3, "{first} to {last}");
    assert!(fit.history[29].learning_rate < fit.history[0].learning_rate);
}

#[test]
fn the_same_streams_give_the_same_bits_and_others_do_not() {
    let hash = |config: &Recipe| train(config).0.weights_blake3();
    assert_eq!(hash(&config()), hash(&config()));
    let mut other = config();
    other.adam.epsilon = 2e-7;
    assert_ne!(hash(&config()), hash(&other));
}

#[test]
fn a_loss_that_is_not_finite_ends_training_with_its_place() {
    let mut config = config();
    config.adam.learning_rate = 1e30;
    let (_, result) = train(&config);
    let Err(TrainError::Diverged(diverged)) = result else {
        panic!("{result:?}");
    };
    assert_eq!((diverged.epoch, diverged.quantity), (1, "loss"));
    assert!(diverged.batch > 1 && !diverged.value.is_finite());
    assert!(
        diverged.to_string().contains("in epoch 1, batch "),
        "{diverged}"
    );
}

#[test]
fn the_baseline_learns_the_conditional_mean() {
    let (x, y) = branches();
    let sizes = (Const::<1>, Const::<16>, Const::<1>);
    let mut network = Mlp::new(sizes, &mut Seed::new(2).stream("init")).expect("fitting shapes");
    let rows = Rows { x: &x, y: &y };
    let mut config = config();
    config.early_stopping.patience = 30;
    let mut stream = Seed::new(2).stream("shuffle");
    let fit = Trainer::new(&config, &mut stream).fit(&mut network, rows, rows);
    // The branches' mean is 0: the best a single output can do is the mean square of y.
    let mean_square = y.iter().map(|y| y * y).sum::<f32>() / y.len() as f32;
    let mse = fit
        .unwrap()
        .history
        .iter()
        .map(|e| e.val_loss)
        .fold(f32::INFINITY, f32::min);
    assert!(
        mse > 0.7 * mean_square && mse < 1.05 * mean_square,
        "{mse} against {mean_square}"
    );
}
