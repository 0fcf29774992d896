//! What a network costs: wall time of its training, and training steps a second.

use super::axis::{Axis, extent};
use super::chart::Chart;
use super::sweep::Sweep;
use super::{Figure, Panel};
use crate::record::{Cell, CellTiming, Timing};
use crate::report::RenderError;
use crate::report::again::Again;
use crate::report::behind::Behind;
use crate::report::groups::Group;

/// Nominal size of a picture; two stand side by side.
const SIZE: (u32, u32) = (556, 440);

/// Both against K; none without times.
pub(super) fn figure(
    groups: &[Group<'_>],
    timing: Option<&Timing>,
    again: &Again,
) -> Result<Option<Figure>, RenderError> {
    let Some(timing) = timing else {
        return Ok(None);
    };
    let of = |cell: &Cell| timing.cells.iter().find(|timed| timed.id == cell.id);
    let wall = Sweep::of(groups, |cell| of(cell).and_then(wall_s));
    let rate = Sweep::of(groups, |cell| of(cell).and_then(steps_per_s));
    let (Some(wall), Some(rate)) = (wall, rate) else {
        return Ok(None);
    };
    let chart = |id, title: &str, y_title: &str, sweep: &Sweep| {
        let (_, high) = extent(sweep.values())?;
        Some(Chart {
            id,
            title: title.to_owned(),
            description: sweep.described(y_title, &[]),
            size: SIZE,
            x: sweep.k_axis(),
            y: Axis::linear(y_title, 0.0, 1.05 * high, 5.0),
            series: sweep.series(),
        })
    };
    let wall = chart(
        "speed-wall",
        "Wall time of a training against K",
        "wall time of a training (s)",
        &wall,
    );
    let rate = chart(
        "speed-rate",
        "Training steps a second against K",
        "training steps a second, one thread",
        &rate,
    );
    let (Some(wall), Some(rate)) = (wall, rate) else {
        return Ok(None);
    };
    let panels = vec![
        Panel {
            heading: "Wall time of a training".into(),
            svg: wall.svg()?,
        },
        Panel {
            heading: "Training steps a second".into(),
            svg: rate.svg()?,
        },
    ];
    let figure = Figure::new("figure-speed", "pair", panels, super::sweep::keys());
    let behind = behind(groups, timing);
    Ok(Some(figure.again(again.report()).behind(again, &behind)))
}

fn behind(groups: &[Group<'_>], timing: &Timing) -> Behind {
    let cells = || groups.iter().flat_map(|group| &group.cells);
    let number = |n: usize| u32::try_from(n).ok().map(f64::from);
    let timed = || timing.cells.iter();
    let k = timed().map(|t| {
        let cell = cells().find(|cell| cell.id == t.id)?;
        cell.n_components.and_then(number)
    });
    Behind::indexed(timing.cells.len())
        .column(("n_components", "K"), "derived/timing/n_components/*", 0, k)
        .column(
            ("train_wall_s", "training (s)"),
            "timing/cells/*/train_wall_s",
            3,
            timed().map(|t| Some(t.train_wall_s)),
        )
        .column(
            ("n_steps", "steps"),
            "timing/cells/*/n_steps",
            0,
            timed().map(|t| number(t.n_steps)),
        )
        .says("A row is one training, in the record’s order; the baseline has no K.")
}

/// Of a cell that was trained, seconds.
fn wall_s(timing: &CellTiming) -> Option<f64> {
    (timing.n_steps > 0 && timing.train_wall_s > 0.0).then_some(timing.train_wall_s)
}

/// Training steps a second.
pub(in crate::report) fn steps_per_s(timing: &CellTiming) -> Option<f64> {
    wall_s(timing).map(|seconds| timing.n_steps as f64 / seconds)
}
