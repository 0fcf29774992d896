//! Tables through a model by hand: the answers, in either format, from any number of threads.

mod answers;
mod draws;
mod memory;
mod no_panic;
mod scores;

use mixture_density::mixture::{
    ConditionalError, GaussianMixture, MixtureBatch, Mixtures, check_features,
};
use mixture_density::predict::{Format, PredictError, Predictor, Questions, predict};
use mixture_density::table::{MissingPolicy, TableReader};

/// Two components around ±a, the scales and weights moved by b; `y` or `y, z`.
struct ByHand {
    features: Vec<String>,
    targets: Vec<String>,
    full: bool,
}

impl ByHand {
    fn one() -> Self {
        Self::new(&["y"], false)
    }

    fn new(targets: &[&str], full: bool) -> Self {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            features: owned(&["a", "b"]),
            targets: owned(targets),
            full,
        }
    }

    /// The density at (a, b) for one target.
    fn at(a: f64, b: f64) -> GaussianMixture {
        let w = 0.25 + 0.5 / (1.0 + b * b);
        let scales = vec![0.5, 0.5 + 0.1 * b.abs()];
        GaussianMixture::new(vec![w, 1.0 - w], vec![-a, a], scales).expect("a mixture")
    }

    /// The density at (a, b) for two targets with a correlation of 0.8 within each component.
    fn joint_at(a: f64, b: f64) -> GaussianMixture {
        let w = 0.25 + 0.5 / (1.0 + b * b);
        let factor = [0.5, 0.0, 0.8, 0.6];
        let means = vec![-a, -a, a, b];
        GaussianMixture::from_cholesky(2, vec![w, 1.0 - w], means, [factor, factor].concat())
            .expect("a mixture")
    }
}

impl Predictor for ByHand {
    fn feature_names(&self) -> &[String] {
        &self.features
    }

    fn target_names(&self) -> &[String] {
        &self.targets
    }

    fn n_components(&self) -> usize {
        2
    }

    fn has_full_covariances(&self) -> bool {
        self.full
    }

    fn predictions(&self, xs: &[f64]) -> Result<Mixtures, ConditionalError> {
        check_features(xs, 2)?;
        let d = self.targets.len();
        let rows = xs.chunks_exact(2);
        if self.full {
            let joints: Vec<_> = rows.map(|x| Self::joint_at(x[0], x[1])).collect();
            return Ok(Mixtures::from_rows(&joints)?);
        }
        let (mut logs, mut means, mut scales) = (Vec::new(), Vec::new(), Vec::new());
        for x in rows {
            let mixture = Self::at(x[0], x[1]);
            logs.extend(mixture.weights().iter().map(|w| libm::log(*w)));
            let repeated =
                |values: &[f64]| -> Vec<f64> { values.iter().flat_map(|v| vec![*v; d]).collect() };
            means.extend(repeated(mixture.means()));
            // A model that leaves f64 far away, so that there is one to be refused.
            let stretch = if x[0] > 1e300 { f64::INFINITY } else { 1.0 };
            let own = repeated(mixture.scales().expect("diagonal"));
            scales.extend(own.iter().map(|scale| scale * stretch));
        }
        let batch = MixtureBatch::from_logits(2, d, logs, means, scales)?;
        Ok(batch.into())
    }
}

fn reader(text: &str) -> TableReader {
    let bytes = std::io::Cursor::new(text.as_bytes().to_vec());
    TableReader::from_read("t.csv", bytes, None).expect("names")
}

/// A table of many rows, some of them without a number.
fn long_table(n: usize) -> String {
    let mut text = String::from("id,b,y,z,a\n");
    for row in 0..n {
        let a = (row * 37 % 101) as f64 / 25.0;
        let b = (row * 53 % 89) as f64 / 44.0 - 1.0;
        let y = (row * 71 % 97) as f64 / 16.0 - 3.0;
        let a = if row % 1000 == 500 {
            "NA".to_owned()
        } else {
            a.to_string()
        };
        text += &format!("name {row},{b},{y},{},{a}\n", -y);
    }
    text
}

/// What is written about this table, or why nothing is.
fn predicted(
    model: &ByHand,
    text: &str,
    questions: &Questions,
    format: Format,
) -> Result<String, PredictError> {
    let mut out = Vec::new();
    predict(
        model,
        &mut reader(text),
        MissingPolicy::Drop,
        questions,
        format,
        &mut out,
    )?;
    Ok(String::from_utf8(out).expect("text"))
}

/// The same call on this many threads.
fn on_threads<T: Send>(n: usize, call: impl Fn() -> T + Sync + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build();
    pool.expect("threads").install(call)
}
