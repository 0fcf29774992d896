//! Early stopping and the lowered rate against tables worked by hand from Keras' rules.

use mixture_density::net::{
    EarlyStopping, EarlyStoppingConfig, Monitor, ReduceLr, ReduceLrConfig,
    Verdict::{self, Continue, Improved, Stop},
};

fn early_stopping(patience: usize, min_delta: f64, losses: &[f32]) -> Vec<Verdict> {
    let config = EarlyStoppingConfig {
        monitor: Monitor::Loss,
        patience,
        min_delta,
        restore_best_weights: true,
    };
    let mut callback = EarlyStopping::new(config);
    losses
        .iter()
        .map(|loss| callback.observe(*loss, f32::NAN))
        .collect()
}

#[test]
fn early_stopping_follows_the_table() {
    // loss          1.0       0.9       0.95      0.9 (equal)  0.8       0.85      0.8       0.81
    // wait after    0         0         1         2            0         1         2         3 = patience
    let losses = [1.0, 0.9, 0.95, 0.9, 0.8, 0.85, 0.8, 0.81];
    let expected = [
        Improved, Improved, Continue, Continue, Improved, Continue, Continue, Stop,
    ];
    assert_eq!(early_stopping(3, 0.0, &losses), expected);
    // The twin: one epoch more of patience, and it does not stop.
    assert_eq!(early_stopping(4, 0.0, &losses)[7], Continue);
}

#[test]
fn an_improvement_must_exceed_min_delta() {
    // best           1.0       1.0       1.0       0.75
    let losses = [1.0, 0.9375, 0.875, 0.75, 0.6875];
    assert_eq!(
        early_stopping(3, 0.125, &losses),
        [Improved, Continue, Continue, Improved, Continue]
    );
    assert_eq!(early_stopping(2, 0.125, &losses)[2], Stop);
}

#[test]
fn the_first_epoch_never_stops_and_nan_is_no_improvement() {
    assert_eq!(
        early_stopping(1, 0.0, &[f32::NAN, f32::NAN]),
        [Continue, Stop]
    );
}

#[test]
fn the_monitor_chooses_the_loss() {
    let config = EarlyStoppingConfig {
        monitor: Monitor::ValLoss,
        patience: 1,
        min_delta: 0.0,
        restore_best_weights: false,
    };
    let mut callback = EarlyStopping::new(config);
    assert_eq!(callback.observe(1.0, 5.0), Improved);
    assert_eq!(callback.observe(2.0, 4.0), Improved);
    assert_eq!(callback.observe(0.5, 4.0), Stop);
}

fn rates(config: ReduceLrConfig, losses: &[f32]) -> Vec<f32> {
    let mut callback = ReduceLr::new(config);
    let mut rate = 1.0;
    losses
        .iter()
        .map(|loss| {
            rate = callback.observe(*loss, f32::NAN, rate);
            rate
        })
        .collect()
}

const PLATEAU: ReduceLrConfig = ReduceLrConfig {
    monitor: Monitor::Loss,
    factor: 0.5,
    patience: 2,
    min_delta: 0.125,
    cooldown: 0,
    min_lr: 0.0,
};

#[test]
fn the_rate_follows_the_table() {
    // loss    4.0   3.9   3.9     3.9   3.5   3.4   3.4     3.4   3.4
    // best    4.0   4.0   4.0     4.0   3.5   3.5   3.5     3.5   3.5
    // wait    0     1     2 → 0   1     0     1     2 → 0   1     2 → 0
    let losses = [4.0, 3.9, 3.9, 3.9, 3.5, 3.4, 3.4, 3.4, 3.4];
    assert_eq!(
        rates(PLATEAU, &losses),
        [1.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125]
    );
    // The twin: without min_delta the small steps count as progress.
    let eager = ReduceLrConfig {
        min_delta: 0.0,
        ..PLATEAU
    };
    assert_eq!(rates(eager, &losses)[..3], [1.0; 3]);
}

#[test]
fn nothing_is_counted_while_cooling_down() {
    // cooldown 2 after a reduction: the epoch it ends in counts again.
    let config = ReduceLrConfig {
        cooldown: 2,
        ..PLATEAU
    };
    // loss    4  4  4        4            4               4       4        4
    // wait    0  1  2 → 0    0 (cooling)  1 (cooled)      2 → 0
    assert_eq!(
        rates(config, &[4.0; 8]),
        [1.0, 1.0, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25]
    );
}

#[test]
fn the_rate_stops_at_its_least() {
    let config = ReduceLrConfig {
        patience: 1,
        min_lr: 0.3,
        ..PLATEAU
    };
    assert_eq!(rates(config, &[4.0; 5]), [1.0, 0.5, 0.3, 0.3, 0.3]);
}
