//! Training: history, best weights, determinism, divergence.

use mixture_density::net::Parameters;
use mixture_density::net::adam::AdamConfig;
use mixture_density::net::callbacks::{EarlyStoppingConfig, Monitor, ReduceLrConfig};
use mixture_density::net::network::{univariate_mdn, univariate_mlp};
use mixture_density::net::stepper::Stepper;
use mixture_density::net::train::{Fit, Rows, TrainConfig, TrainError, fit};
use mixture_density::net::tuning::Tuning;
use mixture_density::numerics::mixture_nll::ScaleLink;
use mixture_density::seed::Seed;

use super::draws;

const LINK: ScaleLink = ScaleLink::EluPlusOne { floor: 1e-7 };

fn config() -> TrainConfig {
    TrainConfig {
        batch_size: 16,
        max_epochs: 30,
        adam: AdamConfig {
            learning_rate: 3e-2,
            beta_1: 0.9,
            beta_2: 0.999,
            epsilon: 1e-7,
        },
        early_stopping: EarlyStoppingConfig {
            monitor: Monitor::ValLoss,
            patience: 4,
            min_delta: 0.0,
            restore_best_weights: true,
        },
        reduce_lr_on_plateau: None,
        tuning: Tuning::default(),
    }
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

type Network = mixture_density::net::Mdn<
    dfdx::prelude::Const<1>,
    dfdx::prelude::Const<16>,
    dfdx::prelude::Const<2>,
    dfdx::prelude::Const<1>,
>;

fn train(config: &TrainConfig) -> (Network, Result<Fit, TrainError>) {
    let (x, y) = branches();
    let mut network =
        univariate_mdn::<16, 2>(LINK, &mut Seed::new(1).stream("init")).expect("fitting shapes");
    let result = fit(
        &mut network,
        Rows {
            x: &x[..50],
            y: &y[..50],
        },
        Rows {
            x: &x[50..],
            y: &y[50..],
        },
        config,
        &mut Seed::new(1).stream("shuffle"),
        &mut |_| {},
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
    assert!(fit.stopped_early);
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
    let density = batch.row(1).unwrap().log_density(&[0.5]).unwrap();
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
    assert!(!fit.stopped_early);
    assert_eq!(fit.history.len(), 30);
    let (first, last) = (fit.history[0].loss, fit.history[29].loss);
    assert!(last < first - 0.3, "{first} to {last}");
    assert!(fit.history[29].learning_rate < fit.history[0].learning_rate);
}

#[test]
fn the_same_streams_give_the_same_bits_and_others_do_not() {
    let hash = |config: &TrainConfig| train(config).0.weights_blake3();
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
    let mut network =
        univariate_mlp::<16>(&mut Seed::new(2).stream("init")).expect("fitting shapes");
    let rows = Rows { x: &x, y: &y };
    let mut config = config();
    config.early_stopping.patience = 30;
    let fit = fit(
        &mut network,
        rows,
        rows,
        &config,
        &mut Seed::new(2).stream("shuffle"),
        &mut |_| {},
    );
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
