//! How many components a network uses: at one x, and anywhere.

use super::axis::{Axis, extent};
use super::chart::{Chart, Series};
use super::ink::Ink;
use super::sweep::{SIZE, Score, Sweep};
use super::{Figure, key, single};
use crate::record::Cell;
use crate::report::RenderError;
use crate::report::again::Again;
use crate::report::groups::Group;

/// Effective components against K: at one x, anywhere, and as many as there are.
pub(super) fn figure(groups: &[Group<'_>], again: &Again) -> Result<Option<Figure>, RenderError> {
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
    let score = Score {
        field: "effective_components_test",
        heading: "at one x",
        value: |cell| cell.effective_components_test,
        also: used.map(|_| {
            let value: fn(&Cell) -> Option<f64> = |cell| cell.used_components_test;
            ("used_components_test", "anywhere", value)
        }),
    };
    let behind = score.behind(groups, "");
    let figure = single("wide", &chart, legend)?;
    Ok(Some(figure.again(again.verify()).behind(again, &behind)))
}
