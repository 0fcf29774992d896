//! The explorer of a study: all recorded networks beside the exact density.

use super::Explorer;
use super::subject::{Columns, Exact, First, Names, Network, Score, Subject};
use crate::record::Cell;
use crate::report::RenderError;
use crate::report::cells::mark;
use crate::report::digits::Digits;
use crate::report::field::{Field, Predicted};
use crate::report::figures;
use crate::report::number::recorded;
use crate::report::view::StudyView;

/// None where the record has no grid, no mixtures or no data to draw.
///
/// # Errors
/// [`RenderError::Mixture`] where the mixture shown is beyond arithmetic; those of a drawing.
pub(in crate::report) fn explorer(
    record: &StudyView<'_>,
    field: Option<&Field<'_>>,
    showcase: Option<&Cell>,
) -> Result<Option<Explorer>, RenderError> {
    let (Some(grid), Some(field)) = (&record.exhibits.grid, field) else {
        return Ok(None);
    };
    let cell_of = |predicted: &Predicted<'_>| {
        let mut cells = record.cells.iter();
        cells.find(|cell| cell.id == predicted.recorded.cell)
    };
    let networks = field.networks().iter();
    let mut networks: Vec<(&Predicted<'_>, &Cell)> = networks
        .filter_map(|predicted| Some((predicted, cell_of(predicted)?)))
        .collect();
    // In rising K; of equals the record's first stays first.
    networks.sort_by_key(|(predicted, _)| predicted.recorded.n_components);
    if networks.is_empty() || record.exhibits.data.x.is_empty() {
        return Ok(None);
    }
    let is_showcase =
        |(_, cell): &(_, &Cell)| Some(&cell.id) == showcase.map(|showcase| &showcase.id);
    let network = networks.iter().position(is_showcase);
    let network = network.unwrap_or(networks.len() - 1);
    let x = grid.x.len() / 2;
    let (predicted, cell) = networks[network];
    let rows = predicted.mixtures.univariate_rows();
    let mut rows = rows.map_err(|source| RenderError::Mixture {
        cell: cell.id.clone(),
        source,
    })?;
    let Some(mixture) = rows.nth(x) else {
        return Ok(None);
    };
    let wide = |values: &[f32]| values.iter().copied().map(recorded).collect::<Vec<_>>();
    let ends = (grid.y.first(), grid.y.last());
    let ends = (ends.0.copied(), ends.1.copied());
    let range = (
        recorded(ends.0.unwrap_or(0.0)),
        recorded(ends.1.unwrap_or(1.0)),
    );
    let subject = Subject {
        at: Some(mark("explorer")),
        names: Names {
            x: "x",
            y: "y",
            test: "points",
        },
        digits: Columns::new(Digits::fixed(3), Digits::fixed(3), range),
        x: wide(&grid.x),
        exact: Some(Exact {
            y: wide(&grid.y),
            density: wide(&grid.density),
        }),
        networks: networks
            .iter()
            .map(|(predicted, cell)| Network {
                cell: &cell.id,
                recipe: &cell.recipe,
                n_components: predicted.recorded.n_components,
                weights: wide(&predicted.recorded.weights),
                means: wide(&predicted.recorded.means),
                scales: wide(&predicted.recorded.scales),
                nll: Score::new(
                    format!("cells/{}/nll_nats_mean.test", cell.id),
                    cell.nll_nats_mean.test,
                ),
                crps: Score::new(
                    format!("cells/{}/crps_mean_test", cell.id),
                    cell.crps_mean_test,
                ),
            })
            .collect(),
    };
    let first = First {
        network,
        x,
        mixture,
    };
    let plane = figures::study_plane(record)?;
    Explorer::new(&subject, first, &plane).map(Some)
}
