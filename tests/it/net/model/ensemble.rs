//! Averages of models, and what is mixed in.

use mixture_density::mixture::ConditionalDensity as _;
use mixture_density::net::{Covariance, Model, ModelError, Training, WideComponent};

use super::{data, fit_on, fitted, metadata, parts, recipe};

/// Of another K, other hidden units, another link, another seed, and without units of its own.
fn other(covariance: Covariance) -> Model {
    let mut recipe = recipe();
    recipe.hidden = 17;
    recipe.tuning.standardise = false;
    let mut metadata = metadata();
    metadata.seed = 9;
    let training = Training::new(&recipe, metadata);
    let data = data(200);
    let [train, validation] = parts(&data);
    let training = training.components(5).covariance(covariance);
    Model::fit(&training, train, validation)
        .expect("a training")
        .0
}

fn log_densities(model: &Model) -> Vec<f64> {
    let data = data(90);
    let mixtures = model.mixtures(&data.x).expect("finite rows");
    assert_eq!(mixtures.n_components(), model.n_components());
    assert_eq!(
        mixtures.has_full_covariances(),
        model.has_full_covariances()
    );
    mixtures.log_densities(&data.y).expect("two targets")
}

/// Whether `found` are the logarithms of Σ share·density.
fn are_averages(found: &[f64], parts: &[(f64, Vec<f64>)]) -> bool {
    found.iter().enumerate().all(|(row, found)| {
        let top = parts.iter().fold(f64::MIN, |top, (_, of)| top.max(of[row]));
        let terms = parts
            .iter()
            .map(|(share, of)| share * libm::exp(of[row] - top));
        let want = top + libm::log(terms.sum::<f64>());
        (found - want).abs() < 1e-12 * want.abs().max(1.0)
    })
}

#[test]
fn an_average_has_the_mean_density() {
    use Covariance::{Diagonal, Full};
    for (first, second) in [
        (Diagonal, Diagonal),
        (Full, Full),
        (Diagonal, Full),
        (Full, Diagonal),
    ] {
        let models = [fitted(first), other(second)];
        let [a, b] = [log_densities(&models[0]), log_densities(&models[1])];
        let average = Model::ensemble(models.to_vec()).expect("the same names");
        assert_eq!(average.n_components(), 8);
        assert_eq!(average.members().len(), 2);
        let found = log_densities(&average);
        let mix = |share: f64| [(share, a.clone()), (1.0 - share, b.clone())];
        assert!(are_averages(&found, &mix(0.5)));
        // The twin: other shares are seen.
        assert!(!are_averages(&found, &mix(0.5001)));
    }
}

#[test]
fn a_wide_component_is_mixed_in_exactly() {
    let (means, scales) = (vec![0.5, 120.0], vec![4.0, 30.0]);
    let normal = |y: &[f64]| {
        let terms = y.iter().zip(means.iter().zip(&scales)).map(|(y, (m, s))| {
            let z = (y - m) / s;
            -0.5 * z * z - libm::log(s * (2.0 * std::f64::consts::PI).sqrt())
        });
        terms.sum::<f64>()
    };
    let wide = data(90).y.chunks(2).map(normal).collect::<Vec<f64>>();
    for covariance in Covariance::ALL {
        let plain = fitted(covariance);
        let component = WideComponent::new(0.01, means.clone(), scales.clone()).expect("in range");
        let mixed = plain.clone().with_wide(Some(component.clone()));
        let mixed = mixed.expect("two targets");
        let found = log_densities(&mixed);
        let mix = |share: f64| [(1.0 - share, log_densities(&plain)), (share, wide.clone())];
        assert!(are_averages(&found, &mix(0.01)));
        assert!(!are_averages(&found, &mix(0.0101)));
        // In an average every member has its own.
        let models = vec![mixed.clone(), other(covariance)];
        let found = log_densities(&Model::ensemble(models).expect("the same names"));
        let half = [
            (0.5, log_densities(&mixed)),
            (0.5, log_densities(&other(covariance))),
        ];
        assert!(are_averages(&found, &half));
        // Taken away, the bits are those of before.
        let bare = mixed.with_wide(None).expect("none");
        assert_eq!(log_densities(&bare), log_densities(&plain));
    }
    let one = WideComponent::new(0.01, vec![0.0], vec![1.0]).expect("in range");
    assert!(matches!(
        fitted(Covariance::Diagonal).with_wide(Some(one)),
        Err(ModelError::Wide { n_means: 1, .. })
    ));
    for (weight, mean, scale) in [
        (0.0, 0.0, 1.0),
        (1.0, 0.0, 1.0),
        (f64::NAN, 0.0, 1.0),
        (0.1, f64::INFINITY, 1.0),
        (0.1, 0.0, 0.0),
        (0.1, 0.0, f64::NAN),
    ] {
        assert!(WideComponent::new(weight, vec![mean], vec![scale]).is_err());
    }
    assert!(WideComponent::new(0.1, vec![0.0], vec![1.0, 1.0]).is_err());
}

#[test]
fn an_average_of_one_is_that_one() {
    let model = fitted(Covariance::Full);
    let alone = Model::ensemble(vec![model.clone()]).expect("one model");
    assert_eq!(alone.to_bytes().unwrap(), model.to_bytes().unwrap());
    assert_eq!(log_densities(&alone), log_densities(&model));
    // Averages in an average count one by one.
    let three = vec![model.clone(), other(Covariance::Full), model.clone()];
    let flat = Model::ensemble(three.clone()).expect("the same names");
    let pair = Model::ensemble(three[..2].to_vec()).expect("the same names");
    let nested = Model::ensemble(vec![pair, model]).expect("the same names");
    assert_eq!(nested.to_bytes().unwrap(), flat.to_bytes().unwrap());
    assert_ne!(flat.weights_blake3(), alone.weights_blake3());
}

#[test]
fn an_average_comes_back_from_its_bytes() {
    let component = WideComponent::new(0.001, vec![0.0, 100.0], vec![3.0, 20.0]).expect("in range");
    for covariance in Covariance::ALL {
        let with_wide = fitted(covariance).with_wide(Some(component.clone()));
        let models = vec![other(Covariance::Diagonal), with_wide.expect("two targets")];
        let average = Model::ensemble(models).expect("the same names");
        let bytes = average.to_bytes().unwrap();
        let back = Model::from_bytes(&bytes).unwrap();
        assert_eq!(back.to_bytes().unwrap(), bytes);
        assert_eq!(log_densities(&back), log_densities(&average));
        assert_eq!(back.weights_blake3(), average.weights_blake3());
        let wides: Vec<bool> = back.members().map(|m| m.wide().is_some()).collect();
        assert_eq!(wides, [false, true]);
        // A file of one network has no name with a number in it.
        let header = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains("member_");
        let alone = other(covariance).to_bytes().unwrap();
        assert!(header(&bytes) && !header(&alone));
    }
}

#[test]
fn models_of_other_columns_are_no_average() {
    assert!(matches!(
        Model::ensemble(Vec::new()),
        Err(ModelError::NoMember)
    ));
    let model = fitted(Covariance::Diagonal);
    let named = |features: [&str; 2], targets: [&str; 2]| {
        let mut metadata = metadata();
        metadata.features = features.map(String::from).to_vec();
        metadata.targets = targets.map(String::from).to_vec();
        let data = data(40);
        let [train, validation] = parts(&data);
        let fit = Model::fit(&Training::new(&recipe(), metadata), train, validation);
        Model::ensemble(vec![model.clone(), fit.expect("a training").0])
    };
    let told = |result: Result<Model, ModelError>| result.unwrap_err().to_string();
    assert_eq!(
        told(named(["b", "a"], ["u", "v"])),
        "model 2 has not the features of model 1; only models of the same columns can be averaged"
    );
    assert!(told(named(["a", "b"], ["u", "w"])).contains("the targets"));
    assert!(named(["a", "b"], ["u", "v"]).is_ok());
}

/// No scale falls below what was asked for, and the recipe's own floor stays where it is higher.
#[test]
fn least_scales_are_kept() {
    let data = data(400);
    let smallest = |model: &Model| {
        let mixtures = model.mixtures(&data.x).expect("finite rows");
        let scales = mixtures.marginals().scales().into_owned();
        [0, 1].map(|d| {
            let of_target = scales.iter().skip(d).step_by(2);
            of_target.fold(f64::INFINITY, |least, s| least.min(*s))
        })
    };
    let fit = |least: Vec<f64>| {
        let training = Training::new(&recipe(), metadata()).components(3);
        let [train, validation] = parts(&data);
        Model::fit(&training.least_scales(least), train, validation)
    };
    let (model, _) = fit(vec![2.0, 0.1]).expect("a training");
    let floors = model.members().next().expect("one").scale_floors();
    assert!((floors[0] - 2.0).abs() < 1e-6 && floors[1] >= 0.1);
    let [u, v] = smallest(&model);
    assert!(u >= floors[0] && v >= floors[1]);
    // The twin: without it scales are smaller.
    let plain = fitted(Covariance::Diagonal);
    assert!(smallest(&plain)[0] < 2.0);
    let (same, _) = fit(vec![0.0, 0.0]).expect("a training");
    assert_eq!(
        same.members().next().unwrap().scale_floors(),
        plain.members().next().unwrap().scale_floors()
    );
    for bad in [
        vec![1.0],
        vec![1.0, -1.0],
        vec![f64::NAN, 0.0],
        vec![0.0; 3],
    ] {
        assert!(matches!(fit(bad), Err(ModelError::LeastScales { .. })));
    }
    assert_eq!(
        fit_on(&data, Covariance::Diagonal, &recipe())
            .unwrap()
            .0
            .n_targets(),
        2
    );
}
