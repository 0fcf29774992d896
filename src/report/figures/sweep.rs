//! Scores against the number of components: every replicate, their median, the exact density.

use super::axis::{Axis, extent};
use super::chart::{Chart, Series};
use super::ink::Ink;
use super::{Figure, Key, key, single};
use crate::report::RenderError;
use crate::report::groups::Group;
use crate::report::number::fixed;
use crate::study::record::{Cell, Model, Record};

const SIZE: (u32, u32) = (760, 460);

/// Radius of a replicate's point, drawn units.
const RADIUS: i32 = 26;

/// A score of every replicate at every K.
pub(super) struct Sweep {
    /// (K, value) of each replicate.
    points: Vec<(f64, f64)>,
    /// (K, median) in rising K.
    medians: Vec<(f64, f64)>,
    /// (K, smallest, largest) in rising K.
    range: Vec<(f64, f64, f64)>,
}

impl Sweep {
    /// None where no cell has the score.
    pub(super) fn of(groups: &[Group<'_>], score: impl Fn(&Cell) -> Option<f64>) -> Option<Self> {
        // One recipe a picture: the first of the record.
        let recipe = groups.iter().find(|g| g.model == Model::Mdn)?.recipe;
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
        rows.first()?;
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

    fn series_in(&self, ink: Ink) -> Vec<Series> {
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
        single("wide", &chart, legend).map(Some)
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
pub(super) fn nll(record: &Record, groups: &[Group<'_>]) -> Result<Option<Figure>, RenderError> {
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
    sweep.figure(names, &levels)
}

/// Test CRPS against K.
pub(super) fn crps(record: &Record, groups: &[Group<'_>]) -> Result<Option<Figure>, RenderError> {
    let Some(sweep) = Sweep::of(groups, |cell| cell.crps_mean_test) else {
        return Ok(None);
    };
    let levels = [(Ink::Oracle, record.oracle.crps_mean, "exact density")];
    let names = (
        "figure-crps",
        "Test CRPS against K",
        "mean CRPS, test set (units of y)",
    );
    sweep.figure(names, &levels)
}

/// Effective components against K: at one x, anywhere, and as many as there are.
pub(super) fn effective(groups: &[Group<'_>]) -> Result<Option<Figure>, RenderError> {
    let Some(local) = Sweep::of(groups, |cell| cell.effective_components_test) else {
        return Ok(None);
    };
    let used = Sweep::of(groups, |cell| cell.used_components_test);
    let values = local.values().chain(used.iter().flat_map(Sweep::values));
    let Some((_, highest)) = extent(values) else {
        return Ok(None);
    };
    let last = local.medians.last().map_or(1.0, |p| p.0);
    let high = 1.05 * highest.max(1.0);
    let top = last.min(high);
    let what = "effective components";
    let mut series = vec![Series::Line {
        ink: Ink::Oracle,
        points: vec![(1.0, 1.0), (top, top)],
    }];
    let mut description = local.described("at one x, effective components", &[]);
    let mut legend = Vec::new();
    if let Some(used) = &used {
        series.extend(used.series_in(Ink::Gaussian));
        description.push_str(" Anywhere: ");
        description.push_str(&used.described(what, &[]));
        legend.push(key(Ink::Gaussian, "dots", "used anywhere"));
    }
    series.extend(local.series());
    legend.push(key(Ink::Mdn, "dots", "used at one x"));
    legend.push(key(Ink::Oracle, "line", "all K of them"));
    let chart = Chart {
        id: "figure-effective",
        title: "Effective components against K".to_owned(),
        description,
        size: SIZE,
        x: local.k_axis(),
        y: Axis::linear("effective components", 0.0, high, 7.0),
        series,
    };
    single("wide", &chart, legend).map(Some)
}

/// Excess over the exact density against K, on a logarithmic scale where all are positive.
pub(super) fn excess(groups: &[Group<'_>]) -> Result<Option<Figure>, RenderError> {
    let Some(sweep) = Sweep::of(groups, |cell| cell.excess_nats_test) else {
        return Ok(None);
    };
    let title = "Excess over the exact density against K";
    let y_title = "excess over the exact density, test set (nats)";
    let Some((low, high)) = extent(sweep.points.iter().map(|p| p.1)) else {
        return Ok(None);
    };
    if low <= 0.0 {
        return sweep.figure(("figure-excess", title, y_title), &[]);
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
    single("wide", &chart, keys()).map(Some)
}
