//! Asking: from many threads, without allocating, as a typed network.

use dfdx::prelude::Const;
use mixture_density::mixture::{ConditionalDensity, Mixtures};
use mixture_density::net::{
    Covariance, Epoch, Fit, HeadConfig, Mdn, MeanModel, Metadata, Model, ModelError, Observer,
    Parameters as _, Rows, Scratch, Stopped, Trainer, Training, WideComponent,
};
use mixture_density::seed::Seed;
use std::ops::ControlFlow;

use super::{data, fitted, metadata, parts, recipe, training};

/// A model of three networks, with a wide component.
fn average(covariance: Covariance) -> Model {
    let wide = WideComponent::new(0.01, vec![0.0, 100.0], vec![3.0, 20.0]).expect("in range");
    let model = fitted(covariance)
        .with_wide(Some(wide))
        .expect("two targets");
    Model::ensemble(vec![model.clone(), fitted(covariance), model]).expect("the same names")
}

#[test]
fn a_scratch_gives_the_same_bits_and_allocates_nothing() {
    let x = data(600).x;
    for covariance in Covariance::ALL {
        for model in [fitted(covariance), average(covariance)] {
            let want: Vec<Mixtures> = [&x[..], &x[..2], &x[..1100], &x[..2]]
                .map(|x| model.mixtures(x).expect("finite rows"))
                .to_vec();
            let mut scratch = Scratch::default();
            let mut ask = |rows: &[f64], want: &Mixtures| {
                assert_eq!(
                    model.mixtures_in(rows, &mut scratch).expect("finite rows"),
                    want
                );
            };
            ask(&x, &want[0]);
            ask(&x[..2], &want[1]);
            ask(&x[..1100], &want[2]);
            let again = allocation_counter::measure(|| {
                ask(&x, &want[0]);
                ask(&x[..2], &want[3]);
            });
            // A wide component, repeated for the rows, is the exception.
            let wides = model.members().filter(|m| m.wide().is_some()).count() as u64;
            assert!(again.count_total <= 6 * wides, "{again:?}");
            // The twin: without a scratch the answer is made anew.
            let anew = allocation_counter::measure(|| drop(model.mixtures(&x)));
            assert!(anew.count_total > 0);
        }
    }
}

#[test]
fn one_model_answers_many_threads() {
    fn is_shared<T: Send + Sync + Clone + 'static>(_: &T) {}
    let model = average(Covariance::Full);
    is_shared(&model);
    let x = data(300).x;
    let want = model.mixtures(&x).expect("finite rows");
    std::thread::scope(|scope| {
        let ask = |rows: usize| model.mixtures(&x[..2 * rows]).expect("finite rows");
        let threads: Vec<_> = (0..6)
            .map(|i| scope.spawn(move || ask(50 * (i + 1))))
            .collect();
        for thread in threads {
            let found = thread.join().expect("an answer");
            let last = found.len() - 1;
            assert_eq!(found.get(last), want.get(last));
        }
    });
}

/// y = ±√x with a little noise, in single precision.
fn branches(n: usize) -> [Vec<f64>; 2] {
    let mut stream = Seed::new(6).stream("test/branches");
    let mut of = || {
        let x = stream.uniform(0.0, 4.0);
        let sign = if stream.uniform(0.0, 1.0) < 0.5 {
            1.0
        } else {
            -1.0
        };
        [x, sign * x.sqrt() + stream.normal(0.0, 0.1)].map(|v| f64::from(v as f32))
    };
    let points: Vec<[f64; 2]> = (0..n).map(|_| of()).collect();
    [0, 1].map(|i| points.iter().map(|p| p[i]).collect())
}

/// The model of a compiled size is, bit for bit, the network trained by hand with its sizes known at run time, on the
/// points as they are.
#[test]
fn compiled_sizes_and_others_train_to_the_same_bits() {
    let mut recipe = mixture_density::net::Recipe::named("article").expect("a recipe");
    recipe.max_epochs = 3;
    let [x, y] = branches(300);
    let (x_of, y_of) = (x.split_at(200), y.split_at(200));
    let mut metadata = Metadata::new(["x"], ["y"]);
    metadata.seed = 7;
    let training = Training::new(&recipe, metadata).components(3).stream("id");
    let (train, rest) = (
        Rows {
            x: x_of.0,
            y: y_of.0,
        },
        Rows {
            x: x_of.1,
            y: y_of.1,
        },
    );
    let (model, fit) = Model::fit(&training, train, rest).expect("a training");

    let narrow = |values: &[f64]| values.iter().map(|v| *v as f32).collect::<Vec<f32>>();
    let parts = [x_of.0, y_of.0, x_of.1, y_of.1].map(narrow);
    let rows = |i: usize| Rows {
        x: parts[i].as_slice(),
        y: parts[i + 1].as_slice(),
    };
    let by_hand = |k: usize, stream: &str| {
        let mut init = Seed::new(7).stream(&format!("init/{stream}"));
        let mut network = Mdn::new((1, 128, k, 1), recipe.link(), &mut init).expect("sizes");
        let mut shuffle = Seed::new(7).stream(&format!("shuffle/{stream}"));
        let trainer = Trainer::new(&recipe, &mut shuffle);
        let fit = trainer
            .fit(&mut network, rows(0), rows(2))
            .expect("a training");
        (network, fit)
    };
    let (network, of_hand) = by_hand(3, "id");
    assert_eq!(model.weights_blake3(), network.weights_blake3());
    assert_eq!(fit, of_hand);
    let at = [0.5, 3.0];
    assert_eq!(model.mixtures(&at), network.mixtures_at(&at));
    // The twins: another stream; another K.
    assert_ne!(
        by_hand(3, "other").0.weights_blake3(),
        model.weights_blake3()
    );
    assert_ne!(by_hand(4, "id").0.weights_blake3(), model.weights_blake3());

    // The typed network is the same, and no other type is.
    let typed = model
        .network::<Const<1>, Const<128>, Const<3>, Const<1>>()
        .expect("its sizes");
    assert_eq!(typed.weights_blake3(), model.weights_blake3());
    assert_eq!(typed.mixtures_at(&at), model.mixtures(&at));
    assert!(
        model
            .network::<usize, Const<128>, usize, Const<1>>()
            .is_ok()
    );
    let wrong = model
        .network::<Const<1>, Const<128>, Const<4>, Const<1>>()
        .unwrap_err();
    assert_eq!(
        wrong.to_string(),
        "the network has 1 features, 128 hidden units, 3 components and 1 targets; the type asked for has others"
    );
    let pair = Model::ensemble(vec![model.clone(), model]).expect("the same names");
    assert!(matches!(
        pair.network::<usize, usize, usize, usize>(),
        Err(ModelError::Members { found: 2 })
    ));
}

/// Asking after a change of the weights gives the new answer: no stale copy is kept.
#[test]
fn a_changed_network_answers_anew() {
    let model = fitted(Covariance::Full);
    let mut network = model
        .network::<usize, usize, usize, usize>()
        .expect("any sizes");
    let x = [0.5, -0.25];
    let before = network.mixtures(&x).expect("finite");
    let mut weights = Vec::new();
    network.copy_weights_into(&mut weights);
    weights.iter_mut().for_each(|w| *w *= 1.25);
    network.restore_weights(&weights).expect("as many");
    let after = network.mixtures(&x).expect("finite");
    assert_ne!(before, after);
    let config = HeadConfig {
        link: network.head().link(),
        covariance: Covariance::Full,
    };
    let mut fresh =
        Mdn::new((2, 24, 3, 2), config, &mut Seed::new(1).stream("init")).expect("sizes");
    fresh.restore_weights(&weights).expect("as many");
    assert_eq!(fresh.mixtures(&x).expect("finite"), after);
    // The model it came from has not changed.
    let unchanged = model
        .network::<usize, usize, usize, usize>()
        .expect("any sizes");
    assert_eq!(unchanged.mixtures(&x).expect("finite"), before);
}

/// Stops after so many epochs, or at so many steps.
struct Impatient {
    epochs: usize,
    steps: usize,
    seen: Vec<Epoch>,
}

impl Observer for Impatient {
    fn epoch(&mut self, epoch: &Epoch) -> ControlFlow<()> {
        self.seen.push(*epoch);
        if self.seen.len() == self.epochs {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn step(&mut self) -> ControlFlow<()> {
        self.steps -= 1;
        if self.steps == 0 {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

fn stopped(epochs: usize, steps: usize) -> (Model, Fit, Vec<Epoch>) {
    let data = data(400);
    let [train, validation] = parts(&data);
    let training = training(Covariance::Diagonal, &recipe(), metadata());
    let mut observer = Impatient {
        epochs,
        steps,
        seen: Vec::new(),
    };
    let fit = Model::fit_observed(&training, train, validation, &mut observer);
    let (model, fit) = fit.expect("a training");
    (model, fit, observer.seen)
}

#[test]
fn an_observer_can_stop_a_training() {
    // 300 rows in batches of 32 are ten steps an epoch.
    let (whole, all, seen) = stopped(0, usize::MAX);
    assert_eq!((all.stopped, all.history.len()), (Stopped::LastEpoch, 12));
    assert_eq!(all.history, seen);
    let (model, fit, seen) = stopped(4, usize::MAX);
    assert_eq!((fit.stopped, fit.n_steps), (Stopped::Observer, 40));
    assert_eq!(fit.history, seen);
    assert_eq!(fit.history, all.history[..4]);
    assert_ne!(model.weights_blake3(), whole.weights_blake3());
    // Within the fifth epoch: what was kept after the fourth stays.
    let (within, fit, seen) = stopped(0, 46);
    assert_eq!(
        (fit.stopped, fit.n_steps, seen.len()),
        (Stopped::Observer, 45, 4)
    );
    assert_eq!(fit.kept_epoch, 4);
    assert_eq!(within.weights_blake3(), model.weights_blake3());
    // Within the first: the network as it is, which can be asked.
    let (first, fit, _) = stopped(0, 3);
    assert_eq!((fit.history.len(), fit.kept_epoch, fit.n_steps), (0, 0, 2));
    assert!(first.mixtures(&[0.0, 20.0]).is_ok());
}

#[test]
fn a_mean_model_learns_the_mean_in_the_units_of_the_data() {
    let data = data(800);
    let [train, validation] = parts(&data);
    let mut recipe = recipe();
    recipe.max_epochs = 60;
    recipe.tuning.schedule = None;
    let training = training(Covariance::Diagonal, &recipe, metadata());
    let (model, fit) = MeanModel::fit(&training, train, validation).expect("a training");
    assert!(fit.n_steps > 0 && model.metadata() == &metadata());
    assert_eq!(
        model.n_parameters(),
        training.shape().n_parameters_of_mean()
    );
    // E(u | a, b) = 0, for the branches cancel; E(v | a, b) = 100 + b/2.
    let at = model.means_at(&[0.5, 16.0, -0.5, 24.0]).expect("finite");
    let want = [0.0, 108.0, 0.0, 112.0];
    let is_close = |want: &[f64]| at.iter().zip(want).all(|(a, w)| (a - w).abs() < 0.6);
    assert!(is_close(&want), "{at:?}");
    // The twin: a branch is no mean.
    assert!(!is_close(&[1.5, 108.0, -1.5, 112.0]));
    assert!(model.means_at(&[1.0]).is_err() && model.means_at(&[f64::NAN, 1.0]).is_err());
}
