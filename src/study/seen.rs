//! A study's points as a network sees them.

use std::borrow::Cow;

use super::data::StudyData;
use crate::net::units::Units;
use crate::problem;

/// The points, standardised by the training part or as they are.
pub(super) struct Seen<'a> {
    pub(super) train: Cow<'a, problem::Points>,
    pub(super) validation: Cow<'a, problem::Points>,
    /// Those of x and y, if the points are standardised.
    pub(super) units: Option<[Units; 2]>,
}

impl<'a> Seen<'a> {
    /// Standardised by the training part, if asked for and no column is constant.
    pub(super) fn of(data: &'a StudyData, standardise: bool) -> Self {
        let wide = |values: &[f32]| values.iter().map(|v| f64::from(*v)).collect::<Vec<_>>();
        let columns = standardise.then_some([&data.train.x, &data.train.y]);
        let units = columns.map(|columns| columns.map(|column| Units::of(&wide(column), 1)));
        let units = match units {
            Some([Some(x), Some(y)]) => Some([x, y]),
            _ => None,
        };
        let seen = |points: &'a problem::Points| match &units {
            None => Cow::Borrowed(points),
            Some([of_x, of_y]) => Cow::Owned(problem::Points {
                x: of_x.standardised(&wide(&points.x)),
                y: of_y.standardised(&wide(&points.y)),
            }),
        };
        Self {
            train: seen(&data.train),
            validation: seen(&data.validation),
            units,
        }
    }

    /// What a loss of the network lacks to be one in the units of y.
    pub(super) fn log_scale(&self) -> f64 {
        self.units.as_ref().map_or(0.0, |[_, y]| y.log_scale())
    }
}
