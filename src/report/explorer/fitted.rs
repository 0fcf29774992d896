//! The explorer of a fit: the taken network over its one feature, in the table's names and units.

use super::Explorer;
use super::subject::{Columns, First, Names, Network, Score, Subject};
use crate::mixture::GaussianMixture;
use crate::record::ShownRow;
use crate::report::RenderError;
use crate::report::digits::Digits;
use crate::report::figures;
use crate::report::view::FitView;

/// None but for a network with one feature and one target whose predictions over the feature are recorded.
///
/// # Errors
/// [`RenderError::Grid`], [`RenderError::Length`] and [`RenderError::Mixture`] where the recorded
/// predictions do not fit together; those of a drawing.
pub(in crate::report) fn explorer(record: &FitView<'_>) -> Result<Option<Explorer>, RenderError> {
    let (table, grid) = (record.table, &record.exhibits.grid);
    let ([feature], [target], Some(cell)) =
        (&table.features[..], &table.targets[..], record.chosen())
    else {
        return Ok(None);
    };
    // Of an average of networks all components together.
    let Some(k) = grid.first().map(|row| row.weights.len()) else {
        return Ok(None);
    };
    let Some(plane) = figures::own::plane(record, feature, target) else {
        return Ok(None);
    };
    let x = abscissae(grid)?;
    let mixtures = grid.iter().map(|row| mixture(row, k));
    let mixtures: Vec<GaussianMixture> = mixtures.collect::<Result<_, _>>()?;
    let middle = grid.len() / 2;
    let Some(Ok(shown)) = mixtures.get(middle).map(GaussianMixture::as_univariate) else {
        return Ok(None);
    };
    let flat = |of: fn(&GaussianMixture) -> &[f64]| -> Vec<f64> {
        mixtures
            .iter()
            .flat_map(|m| of(m).iter().copied())
            .collect()
    };
    let ends = plane.ordinates();
    let (first, last) = (x[0], x[x.len() - 1]);
    let scores = record.scores_test.as_ref();
    let crps = scores.and_then(|scores| scores.targets.first());
    let subject = Subject {
        at: None,
        names: Names {
            x: feature,
            y: target,
            test: "rows",
        },
        digits: Columns::new(
            Digits::between(first, last),
            Digits::between(ends.0, ends.1),
            ends,
        ),
        x,
        exact: None,
        networks: vec![Network {
            cell: &cell.id,
            recipe: record.recipe_name,
            n_components: k,
            weights: flat(GaussianMixture::weights),
            means: flat(GaussianMixture::means),
            scales: flat(|m| m.scales().unwrap_or_default()),
            nll: Score::new(
                "scores_test/nll_nats.mean".to_owned(),
                scores.map(|scores| scores.nll_nats.mean),
            ),
            crps: Score::new(
                "scores_test/targets/0/crps.mean".to_owned(),
                crps.map(|target| target.crps.mean),
            ),
        }],
    };
    let first = First {
        network: 0,
        x: middle,
        mixture: shown,
    };
    Explorer::new(&subject, first, &plane).map(Some)
}

/// The one feature over the grid.
fn abscissae(grid: &[ShownRow]) -> Result<Vec<f64>, RenderError> {
    let fault = |what| RenderError::Grid {
        what,
        n_x: grid.len(),
        n_y: 0,
    };
    let one = |row: &ShownRow| match row.x[..] {
        [x] if x.is_finite() => Ok(x),
        _ => Err(fault("has a row without one value of x")),
    };
    let x: Vec<f64> = grid.iter().map(one).collect::<Result<_, _>>()?;
    if x.len() < 2 {
        return Err(fault("is too small"));
    }
    if !x.is_sorted_by(|a, b| a < b) {
        return Err(fault("does not rise"));
    }
    Ok(x)
}

/// A row's mixture; all have the K that was taken.
fn mixture(row: &ShownRow, n_components: usize) -> Result<GaussianMixture, RenderError> {
    if row.weights.len() != n_components {
        return Err(RenderError::Length {
            what: "exhibits.grid: weights".to_owned(),
            found: row.weights.len(),
            expected: n_components,
        });
    }
    figures::own::first_target(row)
}
