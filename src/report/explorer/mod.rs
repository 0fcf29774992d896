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
use super::figures::Portrait;
use crate::mixture::GaussianMixture;
use crate::study::record::{Cell, Grid, Mixtures, Record};

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
    /// [`RenderError::Exhibit`] where lengths do not pair up or parameters are no mixture.
    pub(super) fn of(
        record: &Record,
        showcase: Option<&Cell>,
    ) -> Result<Option<Self>, RenderError> {
        let exhibits = &record.exhibits;
        let Some(grid) = &exhibits.grid else {
            return Ok(None);
        };
        let mut networks: Vec<(&Mixtures, &Cell)> = Vec::new();
        for mixtures in &exhibits.mixtures {
            check(grid, mixtures)?;
            let cell = record.cells.iter().find(|cell| cell.id == mixtures.cell);
            networks.extend(cell.map(|cell| (mixtures, cell)));
        }
        if grid.density.len() != grid.x.len() * grid.y.len() || grid.y.len() < 2 {
            return Err(fault("grid", "its density does not fit its axes"));
        }
        // In rising K; of equals the record's first stays first.
        networks.sort_by_key(|(mixtures, _)| mixtures.n_components);
        if networks.is_empty() || grid.x.is_empty() || exhibits.data.x.is_empty() {
            return Ok(None);
        }
        let is_showcase =
            |(_, cell): &(&Mixtures, &Cell)| Some(&cell.id) == showcase.map(|cell| &cell.id);
        let network = networks.iter().position(is_showcase);
        let network = network.unwrap_or(networks.len() - 1);
        let x = grid.x.len() / 2;
        let (mixtures, cell) = networks[network];
        let mixture = mixture(mixtures, x)?;
        let mixture = mixture
            .as_univariate()
            .map_err(|error| fault(&mixtures.cell, &error.to_string()))?;
        let readout = Readout::of(mixture, cell, grid.x[x])
            .map_err(|error| fault(&mixtures.cell, &error.to_string()))?;
        let exact = &grid.density[x * grid.y.len()..][..grid.y.len()];
        Ok(Some(Self {
            at: mark("explorer"),
            data: Packed::of(grid, &networks).json()?,
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

/// Lengths that pair up, and at least one component.
fn check(grid: &Grid, mixtures: &Mixtures) -> Result<(), RenderError> {
    let expected = grid.x.len() * mixtures.n_components;
    let lists = [&mixtures.weights, &mixtures.means, &mixtures.scales];
    if mixtures.n_components == 0 || lists.iter().any(|list| list.len() != expected) {
        let message = "its lists do not fit the grid and the number of components";
        return Err(fault(&mixtures.cell, message));
    }
    Ok(())
}

/// The mixture that was recorded at abscissa `x`. Rounded weights sum to 1 within rounding only.
fn mixture(mixtures: &Mixtures, x: usize) -> Result<GaussianMixture, RenderError> {
    let k = mixtures.n_components;
    let row = |values: &[f32]| -> Vec<f64> {
        values[x * k..][..k]
            .iter()
            .copied()
            .map(f64::from)
            .collect()
    };
    let mut weights = row(&mixtures.weights);
    let sum: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= sum);
    GaussianMixture::new(weights, row(&mixtures.means), row(&mixtures.scales))
        .map_err(|error| fault(&mixtures.cell, &error.to_string()))
}

fn fault(exhibit: &str, message: &str) -> RenderError {
    RenderError::Exhibit {
        name: exhibit.to_owned(),
        message: message.to_owned(),
    }
}
