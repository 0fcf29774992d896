//! An ensemble from arrays: its ingredients, one at a time.

use insta::assert_snapshot;
use mixture_density::ensemble::{Ensemble, EnsembleRequest, fit};
use mixture_density::mixture::ConditionalDensity as _;
use mixture_density::net::{Metadata, ModelError, Recipe};
use mixture_density::recipe::EnsembleIngredient;
use mixture_density::seed::Seed;

/// y = x² with normal noise, on 120 rows.
fn rows() -> (Vec<f64>, Vec<f64>) {
    let mut stream = Seed::new(5).stream("rows");
    let x: Vec<f64> = (0..120).map(|_| stream.uniform(-2.0, 2.0)).collect();
    let y = x.iter().map(|x| stream.normal(x * x, 0.2)).collect();
    (x, y)
}

fn fitted(change: impl FnOnce(&mut EnsembleRequest<'_>)) -> Result<Ensemble, ModelError> {
    let (x, y) = rows();
    let mut request = EnsembleRequest::new(Metadata::new(["x"], ["y"]), &x, &y);
    request.recipe = Recipe::for_tables().with_epochs(4);
    request.n_members = Some(2);
    change(&mut request);
    fit(&request)
}

fn without(ingredient: EnsembleIngredient) -> Ensemble {
    fitted(|request| request.without = vec![ingredient]).expect("an ensemble")
}

#[test]
fn an_ingredient_that_is_left_out_is_not_there() {
    let whole = fitted(|_| {}).expect("an ensemble").record;
    let settings = |of: &Ensemble| {
        of.record
            .candidates
            .iter()
            .map(|c| c.settings)
            .collect::<Vec<_>>()
    };
    assert!(
        whole
            .candidates
            .iter()
            .any(|c| c.settings.n_pieces.is_some())
    );
    assert!(whole.candidates.iter().any(|c| c.settings.noise > 0.0));
    assert!(
        whole
            .candidates
            .iter()
            .any(|c| c.settings.weight_decay > 0.0)
    );
    assert!(
        whole
            .candidates
            .iter()
            .any(|c| c.settings.n_components != 5)
    );
    assert!(whole.wide_weight > 0.0 && whole.batch_size == 16);

    let found = without(EnsembleIngredient::Pieces);
    assert!(settings(&found).iter().all(|s| s.n_pieces.is_none()));
    let found = without(EnsembleIngredient::Noise);
    assert!(settings(&found).iter().all(|s| s.noise <= 0.0));
    let found = without(EnsembleIngredient::WeightDecay);
    assert!(settings(&found).iter().all(|s| s.weight_decay <= 0.0));
    let found = without(EnsembleIngredient::ChosenComponents);
    assert!(settings(&found).iter().all(|s| s.n_components == 5));
    let found = without(EnsembleIngredient::WideNormal);
    assert!(found.record.wide_weight <= 0.0);
    let found = without(EnsembleIngredient::ScaleFactor);
    assert!((found.record.scale_factor - 1.0).abs() <= 0.0);
    let small = |request: &mut EnsembleRequest<'_>| {
        request.recipe.batch_size = 24;
        request.without = vec![EnsembleIngredient::BatchSize];
    };
    assert_eq!(fitted(small).expect("an ensemble").record.batch_size, 24);
}

#[test]
fn the_model_is_the_average_of_its_members_and_the_wide_normal() {
    let ensemble = fitted(|_| {}).expect("an ensemble");
    let record = &ensemble.record;
    assert!(!record.is_feature_free, "{record:?}");
    assert_eq!(record.members.len(), 2);
    let mixture = ensemble.model.mixture_at(&[1.0]).expect("a density");
    // Each member brings its share of the wide normal.
    let k = record.settings.n_components + 1;
    assert_eq!(mixture.n_components(), 2 * k);
    let shares = mixture
        .weights()
        .chunks(k)
        .map(|of_member| of_member[k - 1]);
    let wide: f64 = shares.sum();
    assert!((wide - record.wide_weight).abs() < 1e-12, "{wide}");
    // Each row was held out from one of two members; the NLL is of those that have a density.
    assert!(ensemble.nll_out_of_fold.iter().all(|nll| nll.is_finite()));
    // The twin: without the wide normal there are two components less.
    let tame = without(EnsembleIngredient::WideNormal);
    let mixture = tame.model.mixture_at(&[1.0]).expect("a density");
    assert_eq!(
        mixture.n_components(),
        2 * tame.record.settings.n_components
    );
}

#[test]
fn the_seed_alone_moves_it() {
    let bytes = |seed| {
        let seeded = |request: &mut EnsembleRequest<'_>| request.metadata.seed = seed;
        let ensemble = fitted(seeded).expect("an ensemble");
        ensemble.model.to_bytes().expect("bytes")
    };
    assert!(bytes(0) == bytes(0));
    assert!(bytes(0) != bytes(1));
}

#[test]
fn what_cannot_be_fitted_is_refused() {
    let (x, mut y) = rows();
    let names = || Metadata::new(["x"], ["y"]);
    let refused = |x: &[f64], y: &[f64], change: fn(&mut EnsembleRequest<'_>)| {
        let mut request = EnsembleRequest::new(names(), x, y);
        request.recipe = Recipe::for_tables().with_epochs(2);
        change(&mut request);
        fit(&request).expect_err("refused").to_string()
    };
    assert_snapshot!(refused(&x, &[1.5; 120], |_| {}), @"a column of the targets is constant in the training rows; it cannot be standardised");
    assert_snapshot!(refused(&x[..119], &y, |_| {}), @"the training rows hold 119 features and 120 targets in all; whole rows, and at least one, are needed");
    assert_snapshot!(refused(&[], &[], |_| {}), @"the training rows hold 0 features and 0 targets in all; whole rows, and at least one, are needed");
    let no_feature = |request: &mut EnsembleRequest<'_>| request.metadata.features.clear();
    assert_snapshot!(refused(&x, &y, no_feature), @"the training rows hold 120 features and 120 targets in all; whole rows, and at least one, are needed");
    let no_target = |request: &mut EnsembleRequest<'_>| request.metadata.targets.clear();
    assert_snapshot!(refused(&x, &y, no_target), @"the training rows hold 120 features and 120 targets in all; whole rows, and at least one, are needed");
    assert_snapshot!(refused(&x, &y, |request| request.least_scales = vec![]), @"0 least scales for 1 targets: one for each is needed, finite and not below 0");
    assert_snapshot!(refused(&x, &y, |request| request.least_scales = vec![-1.0]), @"1 least scales for 1 targets: one for each is needed, finite and not below 0");
    y[7] = f64::NAN;
    assert_snapshot!(refused(&x, &y, |_| {}), @"the training targets hold a number that is not finite");
}
