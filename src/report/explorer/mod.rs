//! One x at a time: the density a network predicts there, beside the exact one.
//!
//! The page's script draws what the reader chooses from packed mixtures ([`packed`]); without
//! it stands what is made here, for the network the page looks at and the middle of the grid.

mod packed;
mod readout;

use serde::Serialize;

use self::packed::Packed;
use self::readout::Readout;
use super::RenderError;
use super::cells::{Mark, mark};
use super::field::{Field, Predicted};
use super::figures::Portrait;
use crate::study::record::{Cell, Mixtures, Record};

/// Ready for the template.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Explorer {
    at: Mark,
    /// For the script.
    data: String,
    /// Largest values of the two sliders, and where they stand.
    last_network: usize,
    last_x: usize,
    network: usize,
    x: usize,
    n_networks: usize,
    portrait: Portrait,
    readout: Readout,
}

impl Explorer {
    /// None where the record has no grid, no mixtures or no data to draw.
    ///
    /// # Errors
    /// [`RenderError::Mixture`] where the mixture shown is beyond arithmetic; those of a drawing.
    pub(super) fn of(
        record: &Record,
        field: Option<&Field<'_>>,
        showcase: Option<&Cell>,
    ) -> Result<Option<Self>, RenderError> {
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
        let fault = |source| RenderError::Mixture {
            cell: cell.id.clone(),
            source,
        };
        let mut rows = predicted.mixtures.univariate_rows().map_err(fault)?;
        let Some(mixture) = rows.nth(x) else {
            return Ok(None);
        };
        let readout = Readout::of(mixture, cell, grid.x[x]).map_err(fault)?;
        let exact = &grid.density[x * grid.y.len()..][..grid.y.len()];
        let recorded: Vec<(&Mixtures, &Cell)> = networks
            .iter()
            .map(|(predicted, cell)| (predicted.recorded, *cell))
            .collect();
        Ok(Some(Self {
            at: mark("explorer"),
            data: Packed::of(grid, &recorded).json()?,
            last_network: networks.len() - 1,
            last_x: grid.x.len() - 1,
            network,
            x,
            n_networks: networks.len(),
            portrait: Portrait::of(record, grid.x[x], &grid.y, exact, mixture, &readout.region)?,
            readout,
        }))
    }
}
