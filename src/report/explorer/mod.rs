//! One x at a time: the density a network predicts there, beside the exact one where it is known.
//!
//! The page's script draws what the reader chooses from packed mixtures ([`packed`]); without
//! it stands what is made here, for the network the page looks at and the middle of the grid.
//! Studies and fits differ only in what they hand over ([`studied`], [`fitted`]).

mod fitted;
mod packed;
mod readout;
mod studied;
mod subject;

use serde::Serialize;

pub(super) use self::fitted::explorer as of_fit;
use self::packed::Packed;
use self::readout::Readout;
pub(super) use self::studied::explorer as of_study;
use self::subject::{First, Subject};
use super::RenderError;
use super::cells::Mark;
use super::figures::{Chart, Portrait, Profile};

/// Ready for the template.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Explorer {
    /// On a page whose cells are numbered.
    at: Option<Mark>,
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
    /// # Errors
    /// [`RenderError::Mixture`] where the mixture shown is beyond arithmetic; those of a drawing.
    fn new(subject: &Subject<'_>, first: First<'_>, plane: &Chart) -> Result<Self, RenderError> {
        let network = &subject.networks[first.network];
        let fault = |source| RenderError::Mixture {
            cell: network.cell.to_owned(),
            source,
        };
        let readout = Readout::of(subject, first).map_err(fault)?;
        let exact = subject.exact.as_ref().map(|exact| {
            let column = exact.density.chunks(exact.y.len()).nth(first.x);
            let column = column.unwrap_or_default().iter().copied();
            column.zip(exact.y.iter().copied()).collect()
        });
        let profile = Profile {
            x: subject.x[first.x],
            names: (subject.names.x, subject.names.y),
            exact,
            mixture: first.mixture,
            region: &readout.region,
            scale: subject.digits.density,
        };
        Ok(Self {
            at: subject.at,
            data: Packed::of(subject).json()?,
            last_network: subject.networks.len() - 1,
            last_x: subject.x.len() - 1,
            network: first.network,
            x: first.x,
            n_networks: subject.networks.len(),
            portrait: Portrait::of(plane, &profile)?,
            readout,
        })
    }
}
