//! Scores of a stream are those of the whole table at once.

use mixture_density::mixture::{ConditionalError, MixtureBatch, Mixtures};
use mixture_density::predict::{Predictor, score};
use mixture_density::score::{KsDistance, Scores, Summary, central_coverage, crps, nll_nats, pit};
use mixture_density::seed::Seed;
use mixture_density::table::{Chunk, MissingPolicy};

use super::{ByHand, long_table, on_threads, reader};

fn scored(model: &impl Predictor, text: &str) -> Scores {
    let scored = score(model, &mut reader(text), MissingPolicy::Drop, Seed::new(0));
    scored.expect("scores").0
}

/// Features and targets `y` of the table's sound rows, and the batch of their densities.
fn whole(text: &str) -> (MixtureBatch, Vec<f64>) {
    let mut reader = reader(text);
    let columns = [4, 1, 2];
    let (mut chunk, mut x, mut y) = (Chunk::default(), Vec::new(), Vec::new());
    assert!(
        reader
            .read_chunk(&columns, &[], 1 << 20, &mut chunk)
            .expect("rows")
    );
    for row in chunk.values().chunks_exact(3) {
        x.extend_from_slice(&row[..2]);
        y.push(row[2]);
    }
    let predictions = ByHand::one().predictions(&x).expect("densities");
    (predictions.marginals().clone(), y)
}

fn same(found: &Summary, expected: &Summary) {
    let scale = expected.mean.abs().max(1e-3);
    assert!(
        (found.mean - expected.mean).abs() < 1e-12 * scale,
        "{found:?} {expected:?}"
    );
    let error = |of: &Summary| of.standard_error.expect("several rows");
    assert!((error(found) / error(expected) - 1.0).abs() < 1e-9);
    assert_eq!(found.n, expected.n);
}

#[test]
fn a_stream_scores_as_the_whole_table_does() {
    let text = long_table(10_000);
    let scores = scored(&ByHand::one(), &text);
    let (batch, y) = whole(&text);
    assert_eq!((scores.n_rows, scores.n_rows_missing), (9990, 10));
    let target = &scores.targets[0];
    let nll = Summary::of(&nll_nats(&batch, &y).expect("scores")).expect("rows");
    same(&scores.nll_nats, &nll);
    same(&target.nll_nats, &nll);
    same(
        &target.crps,
        &Summary::of(&crps(&batch, &y).expect("scores")).expect("rows"),
    );
    let pit = pit(&batch, &y).expect("scores");
    let exact = KsDistance::of(&pit).expect("values").distance;
    assert!((target.pit_ks - exact).abs() < 4e-5);
    let levels: Vec<f64> = target.coverage.iter().map(|c| c.level).collect();
    assert_eq!(
        target.coverage,
        central_coverage(&pit, &levels).expect("levels")
    );
    assert!(scores.energy.is_none() && !target.degenerate_likelihood);
    assert!(on_threads(1, || scored(&ByHand::one(), &text)) == scores);
    assert!(on_threads(7, || scored(&ByHand::one(), &text)) == scores);
}

/// For independent targets the joint score is the sum only where there is one component; what must
/// hold is that the joint NLL of a full mixture is its own.
#[test]
fn dependent_targets_are_scored_together() {
    let text = long_table(500);
    let full = scored(&ByHand::new(&["y", "z"], true), &text);
    let diagonal = scored(&ByHand::new(&["y", "z"], false), &text);
    assert!(full.energy.is_some() && diagonal.energy.is_some());
    let line = text.lines().nth(1).expect("a row");
    let first = scored(
        &ByHand::new(&["y", "z"], true),
        &format!("{}\n{line}\n", text.lines().next().expect("names")),
    );
    let cell = |at: usize| -> f64 {
        line.split(',')
            .nth(at)
            .expect("a cell")
            .parse()
            .expect("a number")
    };
    let joint = ByHand::joint_at(cell(4), cell(1));
    let expected = -joint.log_density(&[cell(2), cell(3)]).expect("a point");
    assert!((first.nll_nats.mean - expected).abs() < 1e-12);
    // The twin: the sum of the marginals' is another number.
    let sum: f64 = first.targets.iter().map(|t| t.nll_nats.mean).sum();
    assert!((sum - expected).abs() > 1e-3);
}

/// Grades, and a model that sits on them.
struct Collapsed(Vec<String>, Vec<String>);

impl Predictor for Collapsed {
    fn feature_names(&self) -> &[String] {
        &self.0
    }

    fn target_names(&self) -> &[String] {
        &self.1
    }

    fn n_components(&self) -> usize {
        3
    }

    fn has_full_covariances(&self) -> bool {
        false
    }

    fn predictions(&self, xs: &[f64]) -> Result<Mixtures, ConditionalError> {
        let n = xs.len();
        let means = [1.0, 2.0, 3.0].repeat(n);
        let batch = MixtureBatch::from_logits(3, 1, vec![0.0; 3 * n], means, vec![1e-5; 3 * n])?;
        Ok(batch.into())
    }
}

#[test]
fn a_collapsed_likelihood_is_called_so() {
    let mut text = String::from("x,grade\n");
    (0..300).for_each(|row| text += &format!("{row},{}\n", 1 + row % 3));
    let names = |name: &str| vec![name.to_owned()];
    let scores = scored(&Collapsed(names("x"), names("grade")), &text);
    assert!(scores.nll_nats.mean < -5.0, "the likelihood looks splendid");
    assert!(scores.targets[0].degenerate_likelihood);
    assert!((scores.targets[0].repeated_share - 1.0).abs() < 1e-12);
    assert!((scores.smallest_scale - 1e-5).abs() < 1e-18);
}

#[test]
fn one_row_has_no_standard_error() {
    let two = ByHand::new(&["y", "z"], true);
    let scores = scored(&two, "a,b,y,z\n2,0.5,1,1\n");
    let target = &scores.targets[0];
    for summary in [
        Some(scores.nll_nats),
        scores.energy,
        Some(target.crps),
        Some(target.sd),
    ] {
        let summary = summary.expect("a score");
        assert_eq!((summary.n, summary.standard_error), (1, None));
    }
    let json = serde_json::to_value(&scores).expect("JSON");
    assert!(json["nll_nats"]["standard_error"].is_null());
    // It reads back, and the twin: two rows have one.
    let back: Scores = serde_json::from_value(json).expect("scores");
    assert_eq!(back.nll_nats, scores.nll_nats);
    let scores = scored(&two, "a,b,y,z\n2,0.5,1,1\n2,0.5,0,0\n");
    assert!(scores.nll_nats.standard_error > Some(0.0));
}
