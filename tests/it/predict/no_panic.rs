//! Models that are not what they announce, and rows that are not whole: a sentence, never a panic.

use insta::assert_snapshot;
use mixture_density::mixture::{
    ConditionalError, GaussianMixture, MixtureBatch, Mixtures, Temperature,
};
use mixture_density::predict::{
    Draws, Format, PredictError, Predictor, Questions, predict, sample, score, score_rows,
};
use mixture_density::seed::Seed;
use mixture_density::table::MissingPolicy;

use super::{ByHand, reader};

/// What a model announces, and what it gives.
#[derive(Clone)]
struct Lying {
    features: Vec<String>,
    targets: Vec<String>,
    n_components: usize,
    is_full: bool,
    /// Rows too many, components, targets, and whether with full covariances.
    gives: (usize, usize, usize, bool),
}

impl Lying {
    fn honest() -> Self {
        Self {
            features: vec!["a".to_owned()],
            targets: vec!["y".to_owned(), "z".to_owned()],
            n_components: 2,
            is_full: false,
            gives: (0, 2, 2, false),
        }
    }
}

impl Predictor for Lying {
    fn feature_names(&self) -> &[String] {
        &self.features
    }

    fn target_names(&self) -> &[String] {
        &self.targets
    }

    fn n_components(&self) -> usize {
        self.n_components
    }

    fn has_full_covariances(&self) -> bool {
        self.is_full
    }

    fn predictions(&self, xs: &[f64]) -> Result<Mixtures, ConditionalError> {
        let (more, k, d, is_full) = self.gives;
        let n = xs.len() + more;
        if is_full {
            let eye: Vec<f64> = (0..d * d).map(|i| f64::from(i % (d + 1) == 0)).collect();
            let factors = eye.repeat(k);
            let weights = vec![1.0 / k as f64; k];
            let row = GaussianMixture::from_cholesky(d, weights, vec![0.0; k * d], factors)?;
            return Ok(Mixtures::from_rows(&vec![row; n])?);
        }
        let (logits, means) = (vec![0.0; n * k], vec![0.0; n * k * d]);
        let scales = vec![1.0; n * k * d];
        let batch = MixtureBatch::from_logits(k, d, logits, means, scales)?;
        Ok(batch.into())
    }
}

/// What is said of the model by every function that takes one; all must say the same.
fn told(model: &Lying) -> String {
    const TABLE: &str = "a,y,z\n1,2,3\n4,5,6\n";
    let everything = Questions {
        quantiles: vec![0.5],
        modes: true,
        parameters: true,
        ..Questions::default()
    };
    let draws = Draws {
        n: 3,
        temperature: Temperature::ONE,
        seed: Seed::new(0),
    };
    let mut told: Vec<Result<(), PredictError>> = Vec::new();
    for format in [Format::Csv, Format::JsonLines] {
        let (drop, mut out) = (MissingPolicy::Drop, Vec::new());
        let predicted = predict(
            model,
            &mut reader(TABLE),
            drop,
            &everything,
            format,
            &mut out,
        );
        let drawn = sample(model, &mut reader(TABLE), drop, &draws, format, &mut out);
        told.extend([predicted.map(drop_it), drawn.map(drop_it)]);
    }
    told.push(score(model, &mut reader(TABLE), MissingPolicy::Drop, Seed::new(0)).map(drop_it));
    let (x, y) = ([1.0, 4.0], [2.0, 3.0, 5.0, 6.0]);
    let y = &y[..2 * model.targets.len().min(2)];
    told.push(
        score_rows(
            model,
            &x[..2 * model.features.len().min(1)],
            y,
            Seed::new(0),
        )
        .map(drop_it),
    );
    let mut words: Vec<String> = told
        .into_iter()
        .map(|told| told.map_or_else(|error| error.to_string(), |()| "fine".to_owned()))
        .collect();
    words.dedup();
    words.join(" | ")
}

fn drop_it<T>(_: T) {}

#[test]
fn a_model_that_gives_what_it_announces_is_asked() {
    assert_eq!(told(&Lying::honest()), "fine");
    let full = Lying {
        is_full: true,
        gives: (0, 2, 2, true),
        ..Lying::honest()
    };
    assert_eq!(told(&full), "fine");
}

#[test]
fn a_model_that_gives_something_else_is_refused() {
    let giving = |gives| {
        told(&Lying {
            gives,
            ..Lying::honest()
        })
    };
    assert_snapshot!(giving((1, 2, 2, false)), @"the model announces 2 rows, but its densities have 3");
    assert_snapshot!(giving((0, 2, 3, false)), @"the model announces 2 targets, but its densities have 3");
    assert_snapshot!(giving((0, 3, 2, false)), @"the model announces 2 components, but its densities have 3");
    assert_snapshot!(giving((0, 2, 2, true)), @"the model announces diagonal densities and gives full ones");
}

#[test]
fn a_model_of_sizes_beyond_any_is_refused() {
    let bare = Lying {
        features: Vec::new(),
        ..Lying::honest()
    };
    assert_snapshot!(told(&bare), @"features of the model: 0 is out of range; allowed are 1 to 1048576");
    let blind = Lying {
        targets: Vec::new(),
        ..Lying::honest()
    };
    assert_snapshot!(told(&blind), @"targets of the model: 0 is out of range; allowed are 1 to 1048576");
    let boundless = Lying {
        n_components: usize::MAX,
        ..Lying::honest()
    };
    assert_snapshot!(told(&boundless), @"components of the model: 18446744073709551615 is out of range; allowed are 1 to 1048576");
    let wide = Lying {
        n_components: 1 << 19,
        ..Lying::honest()
    };
    assert_snapshot!(told(&wide), @"numbers of one density: 2621440 is out of range; allowed are 1 to 1048576");
}

#[test]
fn more_columns_than_can_be_named_are_refused() {
    let asked = |n_targets: usize| {
        let model = Lying {
            targets: (0..n_targets).map(|t| format!("y{t}")).collect(),
            n_components: 1,
            gives: (0, 1, n_targets, false),
            ..Lying::honest()
        };
        let questions = Questions {
            density_grid: Some(10_000),
            ..Questions::default()
        };
        let mut out = Vec::new();
        let (mut reader, drop) = (reader("a\n1\n"), MissingPolicy::Drop);
        predict(&model, &mut reader, drop, &questions, Format::Csv, &mut out).map(drop_it)
    };
    assert_snapshot!(asked(2000).unwrap_err(), @"columns of the result: 20008001 is out of range; allowed are 1 to 16777216");
    assert!(asked(2).is_ok());
}

#[test]
fn rows_in_memory_must_be_whole() {
    let scored = |n_x: usize, n_y: usize| {
        let (x, y) = (vec![1.0; n_x], vec![0.5; n_y]);
        score_rows(&ByHand::one(), &x, &y, Seed::new(0)).map(drop_it)
    };
    assert_snapshot!(scored(5, 2).unwrap_err(), @"5 features and 2 targets are no whole rows of 2 and 1");
    assert_snapshot!(scored(4, 3).unwrap_err(), @"4 features and 3 targets are no whole rows of 2 and 1");
    assert!(scored(0, 0).is_err());
    assert!(scored(4, 2).is_ok());
}

#[test]
fn densities_of_two_shapes_are_no_predictions() {
    let one = GaussianMixture::new(vec![1.0], vec![0.0], vec![1.0]).expect("a mixture");
    let two = GaussianMixture::new(vec![0.5; 2], vec![0.0; 2], vec![1.0; 2]).expect("a mixture");
    let three = GaussianMixture::new(vec![0.25, 0.25, 0.5], vec![0.0; 3], vec![1.0; 3]);
    // One and three components are as many numbers as two and two.
    let rows = vec![two.clone(), one, three.expect("a mixture")];
    assert_snapshot!(Mixtures::from_rows(&rows).unwrap_err(), @"row 1: components: 1 numbers where 2 are needed");
    assert!(Mixtures::from_rows(&[two.clone(), two]).is_ok());
}
