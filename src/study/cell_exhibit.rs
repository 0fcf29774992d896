//! What one trained network shows in the figures.

use serde::{Deserialize, Serialize};

use super::grid;
use crate::mixture::{Mixtures, Temperature};
use crate::record::{Calibration, Points, ShownMixtures, Tempered};
use crate::score::{ScoreError, central_coverage};
use crate::seed::Stream;
use crate::spec::{CalibrationSpec, ExhibitSpec, MixturesSpec};

/// Features to the mixtures predicted there.
pub(super) type Predict<'a> = dyn Fn(&[f64]) -> Result<Mixtures, ScoreError> + 'a;

/// What one network adds to the exhibits; empty where it is in no figure.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CellExhibit {
    /// The baseline's curve, or one draw for each of the first points.
    pub(super) points: Option<Points>,
    /// The mixtures predicted at each x of the grid.
    pub(super) mixtures: Option<ShownMixtures>,
    /// Where the test targets lie in the predicted distributions.
    pub(super) calibration: Option<Calibration>,
    /// Draws at other temperatures.
    pub(super) tempered: Vec<Tempered>,
}

/// A network that may be shown.
pub(super) struct Showing<'a> {
    /// Its cell.
    pub(super) id: &'a str,
    pub(super) n_components: usize,
    pub(super) spec: &'a ExhibitSpec,
    /// Abscissae of the training points.
    pub(super) x: &'a [f64],
    pub(super) predict: &'a Predict<'a>,
    /// Randomness of this kind.
    pub(super) stream: &'a dyn Fn(&str) -> Stream,
}

impl Showing<'_> {
    /// What the network shows; `pit` are its values of the cdf at the test targets.
    pub(super) fn exhibit(&self, pit: &[f64]) -> Result<CellExhibit, ScoreError> {
        let mut shown = CellExhibit::default();
        let (spec, k) = (self.spec, self.n_components);
        if let (Some(grid), Some(wanted)) = (spec.grid, &spec.mixtures)
            && wanted.components.contains(&k)
        {
            let x = grid::over(self.x, grid.n_x);
            shown.mixtures = Some(self.mixtures(&x, wanted)?);
        }
        if let Some(wanted) = &spec.calibration
            && wanted.components.contains(&k)
        {
            shown.calibration = Some(calibration(self.id, pit, wanted)?);
        }
        if k == spec.n_components {
            shown.points = Some(self.draw()?);
            shown.tempered = self.draw_tempered()?;
        }
        Ok(shown)
    }

    /// One draw for each of the first points.
    fn draw(&self) -> Result<Points, ScoreError> {
        let x = self.first_x(self.spec.n_points);
        let mut stream = (self.stream)("sample");
        let y = (self.predict)(x)?
            .marginals()
            .univariate_rows()?
            .map(|row| row.sample(&mut stream) as f32)
            .collect();
        let x = x.iter().map(|x| *x as f32).collect();
        Ok(Points { x, y })
    }

    /// The same at every pair of temperatures, each from a stream of its own.
    fn draw_tempered(&self) -> Result<Vec<Tempered>, ScoreError> {
        let Some(wanted) = &self.spec.tempered else {
            return Ok(Vec::new());
        };
        let predicted = (self.predict)(self.first_x(wanted.n_points))?;
        let mut drawn = Vec::new();
        for &covariance_temperature in &wanted.covariance_temperatures {
            for &temperature in &wanted.temperatures {
                let both = Temperature::new(temperature, covariance_temperature)?;
                let kind = format!("sample/T={temperature}/C={covariance_temperature}");
                let mut stream = (self.stream)(&kind);
                let rows = predicted.marginals().clone().tempered(both)?;
                let y = rows.univariate_rows()?;
                drawn.push(Tempered {
                    temperature,
                    covariance_temperature,
                    y: y.map(|row| row.sample(&mut stream) as f32).collect(),
                });
            }
        }
        Ok(drawn)
    }

    fn first_x(&self, n: usize) -> &[f64] {
        &self.x[..n.min(self.x.len())]
    }

    /// The predictions at `x`, rounded.
    fn mixtures(&self, x: &[f32], wanted: &MixturesSpec) -> Result<ShownMixtures, ScoreError> {
        let x: Vec<f64> = x.iter().map(|x| f64::from(*x)).collect();
        let predicted = (self.predict)(&x)?;
        let mut shown = ShownMixtures {
            cell: self.id.to_owned(),
            n_components: self.n_components,
            ..ShownMixtures::default()
        };
        for row in predicted.marginals().univariate_rows()? {
            let to_digits = |value: &f64| significant(*value, wanted.digits);
            shown.means.extend(row.means().iter().map(to_digits));
            shown.scales.extend(row.scales().iter().map(to_digits));
            let weights = row.weights().iter();
            shown
                .weights
                .extend(weights.map(|w| decimals(*w, wanted.digits)));
        }
        Ok(shown)
    }
}

/// Counts of the PIT values, and of the targets in each central interval.
fn calibration(
    cell: &str,
    pit: &[f64],
    wanted: &CalibrationSpec,
) -> Result<Calibration, ScoreError> {
    let mut pit_counts = vec![0; wanted.n_bins];
    for u in pit {
        // A value of 1 belongs to the last bin.
        let bin = (u * wanted.n_bins as f64) as usize;
        if let Some(count) = pit_counts.get_mut(bin.min(wanted.n_bins - 1)) {
            *count += 1;
        }
    }
    let shares: Vec<f64> = wanted
        .levels
        .iter()
        .map(|level| f64::from(*level) / 100.0)
        .collect();
    let covered = central_coverage(pit, &shares)?;
    Ok(Calibration {
        cell: cell.to_owned(),
        pit_counts,
        levels: wanted.levels.clone(),
        // A share of n whole points: the product is within rounding of their number.
        covered: covered
            .iter()
            .map(|c| (c.covered * c.n as f64).round() as usize)
            .collect(),
    })
}

/// The nearest number with so many significant decimal digits.
pub(super) fn significant(value: f64, digits: usize) -> f32 {
    nearest(&format!("{value:.*e}", digits.saturating_sub(1)), value)
}

/// The nearest number with so many decimals.
fn decimals(value: f64, decimals: usize) -> f32 {
    nearest(&format!("{value:.decimals$}"), value)
}

/// Through text, whose rounding is exact and the same everywhere.
fn nearest(text: &str, value: f64) -> f32 {
    text.parse().unwrap_or(value as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_decimal() {
        for (value, digits, text) in [
            (1.234_56, 4, "1.235"),
            (-0.000_123_456, 4, "-0.0001235"),
            (9_999.9, 4, "10000"),
            (1e-60, 4, "0"),
            (0.0, 4, "0"),
        ] {
            assert_eq!(significant(value, digits).to_string(), text);
        }
        assert_eq!(decimals(0.123_456, 4).to_string(), "0.1235");
        assert_eq!(decimals(0.000_01, 4).to_string(), "0");
        assert_ne!(significant(1.234_56, 5).to_string(), "1.235");
    }

    #[test]
    fn every_pit_value_is_counted_once() {
        let wanted = CalibrationSpec {
            components: vec![1],
            n_bins: 4,
            levels: vec![50, 90],
        };
        let pit = [0.0, 0.249, 0.25, 0.5, 0.74, 0.96, 1.0];
        let counted = calibration("c", &pit, &wanted).unwrap();
        assert_eq!(counted.pit_counts, [2, 1, 2, 2]);
        assert_eq!(
            counted.covered,
            [3, 4],
            "from 0.25 to 0.75, from 0.05 to 0.95"
        );
        assert!(calibration("c", &[1.5], &wanted).is_err());
    }
}
