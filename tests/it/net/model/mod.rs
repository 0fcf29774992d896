//! Models of a user's own data: fit, ask, keep.

mod asking;
mod ensemble;
mod file;
mod fit;
mod python;

use mixture_density::net::{
    Averaging, Covariance, Fit, Metadata, Model, ModelError, Recipe, Rows, Training, WarmupCosine,
};
use mixture_density::seed::Seed;

/// Two features; two targets on two branches, correlated within each.
struct Data {
    x: Vec<f64>,
    y: Vec<f64>,
}

fn data(n: usize) -> Data {
    let mut stream = Seed::new(4).stream("test/model");
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for _ in 0..n {
        let (a, b) = (stream.uniform(-2.0, 2.0), stream.uniform(10.0, 30.0));
        let branch = if stream.uniform(0.0, 1.0) < 0.5 {
            1.0
        } else {
            -1.0
        };
        let (u, v) = (stream.normal(0.0, 1.0), stream.normal(0.0, 1.0));
        x.extend([a, b]);
        y.extend([
            branch * a + 0.2 * u,
            100.0 + 0.5 * b + 3.0 * (0.9 * u + 0.436 * v),
        ]);
    }
    Data { x, y }
}

/// The tuned recipe, small and short.
fn recipe() -> Recipe {
    let mut recipe = Recipe::named("tuned").expect("a recipe of this name");
    recipe.hidden = 24;
    recipe.batch_size = 32;
    recipe.max_epochs = 12;
    recipe.tuning.schedule = Some(WarmupCosine { warmup_epochs: 1 });
    recipe.tuning.averaging = Some(Averaging { decay: 0.9 });
    recipe
}

fn metadata() -> Metadata {
    let mut metadata = Metadata::new(["a", "b"], ["u", "v"]);
    metadata.recipe = "tuned".into();
    metadata.seed = 3;
    metadata.data_blake3 = "00".into();
    metadata
}

fn training(covariance: Covariance, recipe: &Recipe, metadata: Metadata) -> Training {
    let training = Training::new(recipe, metadata);
    training.components(3).covariance(covariance).stream("k=3")
}

fn fit_on(
    data: &Data,
    covariance: Covariance,
    recipe: &Recipe,
) -> Result<(Model, Fit), ModelError> {
    let [train, validation] = parts(data);
    Model::fit(&training(covariance, recipe, metadata()), train, validation)
}

/// The first three quarters, and the last.
fn parts(data: &Data) -> [Rows<'_>; 2] {
    let rows = data.y.len() / 2 * 3 / 4;
    let (x, y) = (data.x.split_at(2 * rows), data.y.split_at(2 * rows));
    [Rows { x: x.0, y: y.0 }, Rows { x: x.1, y: y.1 }]
}

fn fitted(covariance: Covariance) -> Model {
    fit_on(&data(400), covariance, &recipe())
        .expect("a training")
        .0
}
