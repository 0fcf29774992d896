//! Training and asking a model.

use mixture_density::mixture::{ConditionalDensity, ConditionalError, GaussianMixture};
use mixture_density::net::{Covariance, Model, ModelError, Recipe, Rows, ShapeError, Training};
use mixture_density::numerics::dispatch::KernelPath;

use super::{Data, data, fit_on, fitted, metadata, parts, recipe, training};

/// Mean negative log-density over the last quarter of the rows, nats.
fn nll(model: &Model, data: &Data) -> f64 {
    let rows = data.y.len() / 2 * 3 / 4;
    let (x, y) = (&data.x[2 * rows..], &data.y[2 * rows..]);
    let mixtures = model.mixtures(x).expect("finite rows");
    let terms = y.chunks_exact(2).enumerate().map(|(i, y)| {
        let mixture: GaussianMixture = mixtures.get(i).expect("as many mixtures as rows");
        mixture.log_density(y).expect("two targets")
    });
    -terms.sum::<f64>() / mixtures.len() as f64
}

/// The losses of the history are those of the densities the model gives, in the data's units.
#[test]
fn losses_are_told_in_the_units_of_the_data() {
    for covariance in [Covariance::Diagonal, Covariance::Full] {
        let data = data(400);
        let (model, fit) = fit_on(&data, covariance, &recipe()).unwrap();
        let told = f64::from(fit.history[fit.kept_epoch - 1].val_loss);
        assert!(
            (told - nll(&model, &data)).abs() < 2e-5,
            "{told} {}",
            nll(&model, &data)
        );
        // The twin: without Σ ln s it would be off by more than a nat.
        let member = model.members().next().unwrap();
        assert!(member.y_units().log_scale().abs() > 1.0);
    }
}

/// y → 8y moves every loss by ln 8 for each target and nothing else: standardised, the
/// numbers the network sees are the same bits.
#[test]
fn a_change_of_units_moves_the_loss_by_its_logarithm() {
    let plain = data(200);
    let scaled = Data {
        x: plain.x.iter().map(|v| 0.25 * v).collect(),
        y: plain.y.iter().map(|v| 8.0 * v).collect(),
    };
    let law = |recipe: &Recipe| {
        let (_, a) = fit_on(&plain, Covariance::Full, recipe).unwrap();
        let (_, b) = fit_on(&scaled, Covariance::Full, recipe).unwrap();
        let moved = 2.0 * libm::log(8.0);
        a.history.iter().zip(&b.history).all(|(a, b)| {
            (f64::from(b.val_loss) - f64::from(a.val_loss) - moved).abs() < 1e-5
                && (f64::from(b.loss) - f64::from(a.loss) - moved).abs() < 1e-5
        })
    };
    assert!(law(&recipe()));
    // The twin: a recipe that does not standardise breaks the law.
    let mut raw = recipe();
    raw.tuning.standardise = false;
    assert!(!law(&raw));
}

/// Correlated targets: a full covariance sees what a diagonal one cannot.
#[test]
fn a_full_covariance_finds_the_correlation() {
    let data = data(1200);
    let (full, _) = fit_on(&data, Covariance::Full, &recipe()).unwrap();
    let (diagonal, _) = fit_on(&data, Covariance::Diagonal, &recipe()).unwrap();
    assert!(nll(&full, &data) < nll(&diagonal, &data) - 0.2);
    let mixture = full.mixture_at(&[1.0, 20.0]).unwrap();
    let heaviest = mixture.heaviest();
    let covariance = &mixture.component_covariances()[4 * heaviest..4 * heaviest + 4];
    let correlation = covariance[1] / (covariance[0] * covariance[3]).sqrt();
    assert!((0.6..1.0).contains(&correlation), "{correlation}");
}

#[test]
fn a_model_is_a_conditional_density() {
    let (x, rows) = ([1.0, 20.0, -0.5, 12.0], 2);
    let diagonal = fitted(Covariance::Diagonal);
    let batch = diagonal.mixtures_at(&x).unwrap();
    assert_eq!(
        (batch.len(), batch.n_components(), batch.n_targets()),
        (rows, 3, 2)
    );
    let one = diagonal.mixture_at(&x[2..]).unwrap();
    assert_eq!(Some(one), diagonal.mixtures(&x).unwrap().get(1));
    let full = fitted(Covariance::Full);
    assert_eq!(full.mixtures_at(&x), full.mixtures(&x));
    let rows = full.mixtures(&x).unwrap();
    assert!(rows.len() == 2 && rows.has_full_covariances() && !batch.has_full_covariances());
    assert!(full.mixture_at(&x).is_err() && full.mixture_at(&x[..2]).is_ok());
    for model in [&diagonal, &full] {
        assert!(matches!(
            model.mixtures(&x[..3]),
            Err(ConditionalError::WrongLength {
                n_features: 2,
                found: 3
            })
        ));
        assert!(matches!(
            model.mixtures(&[1.0, f64::NAN]),
            Err(ConditionalError::FeatureNotFinite {
                row: 0,
                feature: 1,
                ..
            })
        ));
        assert!(model.mixtures(&[]).unwrap().is_empty());
    }
    // However a table is cut, the bits are the same.
    let table = data(700).x;
    let whole = full.mixtures(&table).unwrap();
    let cut = full.mixtures(&table[2 * 513..]).unwrap();
    assert_eq!(whole.get(513), cut.get(0));
    assert_eq!(whole.get(699), cut.get(186));
    assert!(cut.get(186).is_some() && cut.get(187).is_none());
}

/// The same seed gives the same bytes on every kernel path; another seed, other bytes.
#[test]
fn a_training_has_the_same_bytes_on_every_path() {
    for covariance in [Covariance::Diagonal, Covariance::Full] {
        let runs: Vec<Vec<u8>> = KernelPath::ALL
            .into_iter()
            .filter_map(|path| path.force(|| fitted(covariance).to_bytes().unwrap()))
            .collect();
        assert!(runs.windows(2).all(|pair| pair[0] == pair[1]));
        let data = data(400);
        let mut other = metadata();
        other.seed = 4;
        let [train, rest] = parts(&data);
        let fit = Model::fit(&training(covariance, &recipe(), other), train, rest);
        let bytes = fit.unwrap().0.to_bytes().unwrap();
        assert_ne!(bytes, runs[0]);
    }
}

/// Every ingredient changes what is trained: none of them is read and dropped.
#[test]
fn every_ingredient_changes_the_weights() {
    let data = data(120);
    let bytes = |recipe: &Recipe| {
        let (model, _) = fit_on(&data, Covariance::Diagonal, recipe).unwrap();
        model.to_bytes().unwrap()
    };
    let base = bytes(&recipe());
    let without: [fn(&mut Recipe); 9] = [
        |r| r.tuning.standardise = false,
        |r| r.tuning.spread_means = false,
        |r| r.tuning.schedule = None,
        |r| r.tuning.noise = None,
        |r| r.tuning.averaging = None,
        |r| r.tuning.gradient_norm_clip = Some(0.01),
        |r| r.tuning.hidden_weight_factor = Some(0.7),
        |r| r.tuning.head_weight_factor = Some(0.7),
        |r| r.tuning.weight_decay = Some(0.1),
    ];
    for (index, change) in without.into_iter().enumerate() {
        let mut changed = recipe();
        change(&mut changed);
        assert_ne!(bytes(&changed), base, "{index}");
    }
    // The twin: no change, no difference.
    assert_eq!(bytes(&recipe()), base);
}

#[test]
fn what_cannot_be_trained_is_told() {
    let good = data(40);
    let fit = |x: &[f64], y: &[f64], k: usize| {
        let (x_of, y_of) = (good.x.as_slice(), good.y.as_slice());
        let training = Training::new(&recipe(), metadata()).components(k);
        let result = Model::fit(&training, Rows { x, y }, Rows { x: x_of, y: y_of });
        result.map(|_| ()).unwrap_err().to_string()
    };
    assert_eq!(
        fit(&good.x[..79], &good.y, 3),
        "the training rows hold 79 features and 80 targets in all; whole rows, and at least one, are needed"
    );
    assert_eq!(
        fit(&[], &[], 3),
        "the training rows hold 0 features and 0 targets in all; whole rows, and at least one, are needed"
    );
    assert_eq!(
        fit(&good.x, &good.y, 0),
        "components: 0 is out of range; allowed are 1 to 16384"
    );
    let constant: Vec<f64> = (0..40).flat_map(|i| [f64::from(i), 1.0]).collect();
    assert_eq!(
        fit(&constant, &good.y, 3),
        "a column of the features is constant in the training rows; it cannot be standardised"
    );
    let mut far = good.x.clone();
    far[0] = f64::NAN;
    assert!(fit(&far, &good.y, 3).contains("features"));
    let nobody = Training::new(&recipe(), Default::default());
    let nothing = Rows { x: &[], y: &[] };
    assert!(matches!(
        Model::fit(&nobody, nothing, nothing),
        Err(ModelError::Shape(ShapeError::Size {
            what: "features",
            ..
        }))
    ));
}
