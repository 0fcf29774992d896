//! Scores against the number of components: every replicate, their median, the exact density.

use super::axis::{Axis, extent};
use super::chart::{Chart, Series};
use super::ink::Ink;
use super::{Figure, Key, key, single};
use crate::record::{Cell, ModelKind};
use crate::report::RenderError;
use crate::report::again::Again;
use crate::report::behind::Behind;
use crate::report::groups::Group;
use crate::report::number::{datum, fixed};
use crate::report::view::StudyView;

pub(super) const SIZE: (u32, u32) = (760, 460);

/// Radius of a replicate's point, drawn units.
const RADIUS: i32 = 26;

/// A score of every replicate at every K.
pub(super) struct Sweep {
    /// (K, value) of each replicate.
    points: Vec<(f64, f64)>,
    /// (K, median) in rising K.
    pub(super) medians: Vec<(f64, f64)>,
    /// (K, smallest, largest) in rising K.
    range: Vec<(f64, f64, f64)>,
}

impl Sweep {
    /// None where the score is known for fewer than two K.
    pub(super) fn of(groups: &[Group<'_>], score: impl Fn(&Cell) -> Option<f64>) -> Option<Self> {
        // One recipe a picture: the first of the record.
        let recipe = groups.iter().find(|g| g.model == ModelKind::Mdn)?.recipe;
        let mut rows = Vec::new();
        for group in groups.iter().filter(|g| g.recipe == recipe) {
            let (Some(k), Some(spread)) = (group.n_components, group.spread(&score)) else {
                continue;
            };
            let k = f64::from(u32::try_from(k).unwrap_or(u32::MAX));
            let values = group.cells.iter().filter_map(|cell| score(cell));
            rows.push((k, spread, values.collect::<Vec<f64>>()));
        }
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        // One K alone is no course.
        rows.get(1)?;
        Some(Self {
            points: rows
                .iter()
                .flat_map(|(k, _, values)| values.iter().map(|v| (*k, *v)))
                .filter(|p| p.1.is_finite())
                .collect(),
            medians: rows.iter().map(|(k, s, _)| (*k, s.median.1)).collect(),
            range: rows
                .iter()
                .map(|(k, s, _)| (*k, s.low.1, s.high.1))
                .collect(),
        })
    }

    /// The picture in words: the medians at both ends and at their best, and the limits.
    pub(super) fn described(&self, what: &str, levels: &[(Ink, f64, &'static str)]) -> String {
        let at = |point: Option<&(f64, f64)>| {
            point.map_or_else(String::new, |(k, value)| {
                format!("{} at K = {}", fixed(*value, 3), fixed(*k, 0))
            })
        };
        let least = self.medians.iter().min_by(|a, b| a.1.total_cmp(&b.1));
        let mut words = format!(
            "Points for each replicate and a line through their medians, {what}, against K. Median {}, {}; smallest {}.",
            at(self.medians.first()),
            at(self.medians.last()),
            at(least),
        );
        for (_, level, label) in levels {
            words.push_str(&format!(" Horizontal line, {label}: {}.", fixed(*level, 3)));
        }
        words
    }

    pub(super) fn k_axis(&self) -> Axis {
        let last = self.medians.last().map_or(1.0, |p| p.0);
        let first = self.medians.first().map_or(1.0, |p| p.0);
        Axis::linear("components K", first - 1.0, last + 1.0, 9.0)
    }

    /// Of every replicate.
    pub(super) fn values(&self) -> impl Iterator<Item = f64> {
        self.points.iter().map(|p| p.1)
    }

    pub(super) fn series(&self) -> Vec<Series> {
        self.series_in(Ink::Mdn)
    }

    pub(super) fn series_in(&self, ink: Ink) -> Vec<Series> {
        vec![
            Series::Band {
                ink,
                points: self.range.clone(),
            },
            Series::Line {
                ink,
                points: self.medians.clone(),
            },
            Series::Dots {
                ink,
                radius: RADIUS,
                points: self.points.clone(),
                id: None,
            },
        ]
    }

    fn figure(
        &self,
        (id, title, y_title): (&'static str, &str, &str),
        levels: &[(Ink, f64, &'static str)],
        again: &Again,
        behind: &Behind,
    ) -> Result<Option<Figure>, RenderError> {
        let values = self.points.iter().map(|p| p.1);
        let Some((low, high)) = extent(values.chain(levels.iter().map(|l| l.1))) else {
            return Ok(None);
        };
        let margin = 0.04 * (high - low);
        let mut series: Vec<Series> = levels
            .iter()
            .map(|(ink, y, _)| Series::Level { ink: *ink, y: *y })
            .collect();
        series.extend(self.series());
        let chart = Chart {
            id,
            title: title.to_owned(),
            description: self.described(y_title, levels),
            size: SIZE,
            x: self.k_axis(),
            y: Axis::linear(y_title, low - margin, high + margin, 7.0),
            series,
        };
        let mut legend = keys();
        legend.extend(
            levels
                .iter()
                .map(|(ink, _, label)| key(*ink, "line", *label)),
        );
        let figure = single("wide", &chart, legend)?;
        Ok(Some(figure.again(again.verify()).behind(again, behind)))
    }
}

/// A field of a cell and, where something belongs beside it, another with its heading.
pub(super) struct Score {
    pub(super) field: &'static str,
    pub(super) heading: &'static str,
    pub(super) value: fn(&Cell) -> Option<f64>,
    pub(super) also: Option<Also>,
}

/// Field, heading and value of what belongs beside a score.
pub(super) type Also = (&'static str, &'static str, fn(&Cell) -> Option<f64>);

impl Score {
    /// A row for every cell with components of the record's first recipe.
    pub(super) fn behind(&self, groups: &[Group<'_>], says: &str) -> Behind {
        let recipe = groups.iter().find(|g| g.model == ModelKind::Mdn);
        let recipe = recipe.map_or("", |group| group.recipe);
        let cells: Vec<&Cell> = groups
            .iter()
            .filter(|g| g.recipe == recipe && g.model == ModelKind::Mdn)
            .flat_map(|group| group.cells.iter().copied())
            .collect();
        let number = |n: usize| u32::try_from(n).ok().map(f64::from);
        let k = cells.iter().map(|c| c.n_components.and_then(number));
        let replicate = cells.iter().map(|c| number(c.replicate));
        let key = |field: &str| format!("cells/*/{field}");
        let name = self.field.replace('.', "_");
        let rows = cells.iter().map(|cell| cell.id.clone()).collect();
        let mut behind = Behind::new("cell", rows)
            .column(("n_components", "K"), &key("n_components"), 0, k)
            .column(("replicate", "replicate"), &key("replicate"), 0, replicate)
            .column(
                (&name, self.heading),
                &key(self.field),
                4,
                cells.iter().map(|cell| (self.value)(cell)),
            );
        if let Some((field, heading, value)) = self.also {
            behind = behind.column(
                (field, heading),
                &key(field),
                4,
                cells.iter().map(|cell| value(cell)),
            );
        }
        let failed = if cells.iter().any(|cell| cell.failure.is_some()) {
            " A network that failed has a dash."
        } else {
            ""
        };
        behind.says(&format!("A row is one trained network.{says}{failed}"))
    }
}

pub(super) fn keys() -> Vec<Key> {
    vec![
        key(Ink::Mdn, "dots", "one replicate"),
        key(Ink::Mdn, "line", "median"),
        key(Ink::Mdn, "area", "smallest to largest"),
    ]
}

/// Test NLL against K.
pub(super) fn nll(
    record: &StudyView<'_>,
    groups: &[Group<'_>],
    again: &Again,
) -> Result<Option<Figure>, RenderError> {
    let Some(sweep) = Sweep::of(groups, |cell| cell.nll_nats_mean.test) else {
        return Ok(None);
    };
    let oracle = &record.oracle;
    let levels = [
        (Ink::Oracle, oracle.nll_nats_mean, "exact density"),
        (
            Ink::Gaussian,
            oracle.single_gaussian_nll_nats_mean,
            "best single Gaussian",
        ),
    ];
    let names = (
        "figure-nll",
        "Test negative log-likelihood against K",
        "mean negative log-likelihood, test set (nats)",
    );
    let score = Score {
        field: "nll_nats_mean.test",
        heading: "NLL, test (nats)",
        value: |cell| cell.nll_nats_mean.test,
        also: None,
    };
    let says = format!(
        " Exact density: {} ± {} (one standard error over the test points); best single Gaussian: {}.",
        datum("oracle/nll_nats_mean", oracle.nll_nats_mean, 4),
        datum(
            "oracle/nll_nats_standard_error",
            oracle.nll_nats_standard_error,
            4
        ),
        datum(
            "oracle/single_gaussian_nll_nats_mean",
            oracle.single_gaussian_nll_nats_mean,
            4
        ),
    );
    sweep.figure(names, &levels, again, &score.behind(groups, &says))
}

/// Test CRPS against K.
pub(super) fn crps(
    record: &StudyView<'_>,
    groups: &[Group<'_>],
    again: &Again,
) -> Result<Option<Figure>, RenderError> {
    let Some(sweep) = Sweep::of(groups, |cell| cell.crps_mean_test) else {
        return Ok(None);
    };
    let levels = [(Ink::Oracle, record.oracle.crps_mean, "exact density")];
    let names = (
        "figure-crps",
        "Test CRPS against K",
        "mean CRPS, test set (units of y)",
    );
    let score = Score {
        field: "crps_mean_test",
        heading: "CRPS, test (units of y)",
        value: |cell| cell.crps_mean_test,
        also: None,
    };
    let says = format!(
        " Exact density: {} ± {} (one standard error over the test points).",
        datum("oracle/crps_mean", record.oracle.crps_mean, 4),
        datum(
            "oracle/crps_standard_error",
            record.oracle.crps_standard_error,
            4
        ),
    );
    sweep.figure(names, &levels, again, &score.behind(groups, &says))
}

/// Excess over the exact density against K, on a logarithmic scale where all are positive.
pub(super) fn excess(groups: &[Group<'_>], again: &Again) -> Result<Option<Figure>, RenderError> {
    let Some(sweep) = Sweep::of(groups, |cell| cell.excess_nats_test) else {
        return Ok(None);
    };
    let title = "Excess over the exact density against K";
    let y_title = "excess over the exact density, test set (nats)";
    let Some((low, high)) = extent(sweep.points.iter().map(|p| p.1)) else {
        return Ok(None);
    };
    let score = Score {
        field: "excess_nats_test",
        heading: "excess, test (nats)",
        value: |cell| cell.excess_nats_test,
        also: Some((
            "excess_nats_standard_error_test",
            "standard error",
            |cell| cell.excess_nats_standard_error_test,
        )),
    };
    let says = " The standard error is over the test points: how well they measure this network, not how far the next one will be from it.";
    let behind = score.behind(groups, says);
    if low <= 0.0 {
        return sweep.figure(("figure-excess", title, y_title), &[], again, &behind);
    }
    let y = Axis::log10(&format!("{y_title}, log scale"), 0.8 * low, 1.2 * high);
    let log = |v: f64| libm::log10(v);
    let logarithms = Sweep {
        points: sweep.points.iter().map(|p| (p.0, log(p.1))).collect(),
        medians: sweep.medians.iter().map(|p| (p.0, log(p.1))).collect(),
        range: sweep
            .range
            .iter()
            .map(|p| (p.0, log(p.1), log(p.2)))
            .collect(),
    };
    let chart = Chart {
        id: "figure-excess",
        title: title.to_owned(),
        description: sweep.described(y_title, &[]),
        size: SIZE,
        x: logarithms.k_axis(),
        y,
        series: logarithms.series(),
    };
    let figure = single("wide", &chart, keys())?;
    Ok(Some(figure.again(again.verify()).behind(again, &behind)))
}
