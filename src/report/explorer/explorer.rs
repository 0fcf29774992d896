//! The explorer as its template takes it.

use serde::Serialize;

use super::packed::Packed;
use super::readout::Readout;
use super::subject::{First, Subject};
use crate::report::RenderError;
use crate::report::cells::Mark;
use crate::report::figures::{Chart, Portrait, Profile};

/// Ready for the template.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::report) struct Explorer {
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
    pub(super) fn new(
        subject: &Subject<'_>,
        first: First<'_>,
        plane: &Chart,
    ) -> Result<Self, RenderError> {
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
