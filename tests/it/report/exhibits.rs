//! The figures of densities, calibration, temperature and speed: what is drawn is what the record says.

use mixture_density::record::Record;
use mixture_density::report::{RenderError, render};

use super::exhibited::normal_mixture;
use super::fixture::Known as _;
use super::{derived, fixture, page, raster};

/// Nominal pixels are drawn ten times as large; the plane lies within these margins.
const LEFT: f64 = 620.0;
const TOP: f64 = 340.0;
const RIGHT: f64 = 140.0;
const BOTTOM: f64 = 580.0;

fn record() -> Record {
    fixture::record(&[1, 5, 20, 40], 2)
}

/// The picture of this anchor.
fn picture<'a>(page: &'a str, id: &str) -> &'a str {
    let tail = page.split(&format!("aria-labelledby=\"{id}-title")).nth(1);
    let tail = tail.unwrap_or_else(|| panic!("no picture {id}"));
    tail.split("</svg>").next().expect("its end")
}

/// All points of the paths of a picture that are of this class.
fn points(picture: &str, class: &str) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    for path in picture.split("<path class=\"").skip(1) {
        if path.split('"').next() != Some(class) {
            continue;
        }
        let d = path.split(" d=\"").nth(1).and_then(|d| d.split('"').next());
        let d = d
            .expect("a path")
            .replace(['M', 'z'], " ")
            .replace('l', " ")
            .replace('-', " -");
        let numbers: Vec<f64> = d
            .split_whitespace()
            .map(|n| n.parse().expect("a number"))
            .collect();
        let mut at = (0.0, 0.0);
        for pair in numbers.chunks_exact(2) {
            at = (at.0 + pair[0], at.1 + pair[1]);
            points.push(at);
        }
    }
    points
}

/// The first fault in the three maps of the page: a pixel that is not its density's shade.
fn map_fault(page: &str, record: &Record) -> Option<String> {
    let grid = record.shown().grid.as_ref().expect("a grid");
    let mixtures = record
        .shown()
        .mixtures
        .iter()
        .find(|m| m.cell == "article/mdn/k=20/r=0")?;
    let k = mixtures.n_components;
    let cap = grid
        .density
        .iter()
        .fold(0.0, |cap: f64, p| cap.max(f64::from(*p)));
    let rasters: Vec<raster::Raster> = ["predicted", "exact", "more", "less"]
        .iter()
        .map(|id| raster::of_page(page, &format!("heat-{id}-raster")).expect(id))
        .collect();
    let n_y = grid.y.len();
    for (i, _) in grid.x.iter().enumerate() {
        let weight: f64 = mixtures.weights[i * k..(i + 1) * k]
            .iter()
            .map(|w| f64::from(*w))
            .sum();
        let components: Vec<(f64, f64, f64)> = (i * k..(i + 1) * k)
            .map(|c| {
                let of = |values: &[f32]| f64::from(values[c]);
                (
                    of(&mixtures.weights) / weight,
                    of(&mixtures.means),
                    of(&mixtures.scales),
                )
            })
            .collect();
        for (j, y) in grid.y.iter().enumerate() {
            let exact = f64::from(grid.density[i * n_y + j]);
            let predicted = normal_mixture(&components, f64::from(*y));
            let values = [predicted, exact, predicted - exact, exact - predicted];
            for (raster, value) in rasters.iter().zip(values) {
                if raster.width != grid.x.len() {
                    return Some(format!("{} columns", raster.width));
                }
                let shown = f64::from(raster.pixels[(n_y - 1 - j) * raster.width + i]);
                let expected = 255.0 * (value / cap).clamp(0.0, 1.0).sqrt();
                if (shown - expected).abs() > 0.5 + 1e-6 {
                    return Some(format!("column {i}, ordinate {j}: {shown}, not {expected}"));
                }
            }
        }
    }
    None
}

#[test]
fn every_pixel_is_the_shade_of_its_density() {
    let record = record();
    let sound = page(&record, None);
    assert_eq!(map_fault(&sound, &record), None);
    // Twins: a density, a weight and a mean that are not those drawn.
    let changes: [fn(&mut Record); 3] = [
        |r| r.shown_mut().grid.as_mut().expect("a grid").density[312] += 0.02,
        |r| r.shown_mut().mixtures[2].weights[45] *= 1.5,
        |r| r.shown_mut().mixtures[2].means[45] += 0.05,
    ];
    for change in changes {
        let mut changed = record.clone();
        change(&mut changed);
        assert!(map_fault(&sound, &changed).is_some());
    }
}

/// From the pixels alone: each column of a density holds all of the probability, up to the shades' steps.
#[test]
fn drawn_densities_integrate_to_one() {
    let record = record();
    let page = page(&record, None);
    let grid = record.shown().grid.as_ref().expect("a grid");
    let cap = grid
        .density
        .iter()
        .fold(0.0, |cap: f64, p| cap.max(f64::from(*p)));
    let step = f64::from(grid.y[1] - grid.y[0]);
    let masses = |id: &str| -> Vec<f64> {
        let raster = raster::of_page(&page, id).expect(id);
        let column = |i: usize| raster.pixels.iter().skip(i).step_by(raster.width);
        let density = |shade: &u8| cap * (f64::from(*shade) / 255.0) * (f64::from(*shade) / 255.0);
        (0..raster.width)
            .map(|i| step * column(i).map(density).sum::<f64>())
            .collect()
    };
    for id in ["heat-predicted-raster", "heat-exact-raster"] {
        for mass in masses(id) {
            assert!((mass - 1.0).abs() < 5e-3, "{id}: {mass}");
        }
    }
    // The twin: a difference of two densities does not.
    assert!(
        masses("heat-more-raster")
            .iter()
            .all(|mass| (mass - 1.0).abs() > 0.05)
    );
}

/// The first recorded mean of some weight through which no line of the figure goes.
fn component_fault(page: &str, record: &Record) -> Option<String> {
    let grid = record.shown().grid.as_ref().expect("a grid");
    let mixtures = record
        .shown()
        .mixtures
        .iter()
        .find(|m| m.cell == "article/mdn/k=20/r=0")?;
    let picture = picture(page, "figure-components");
    let drawn: Vec<Vec<(f64, f64)>> = (0..4)
        .map(|kind| points(picture, &format!("line ink-kind-{kind}")))
        .collect();
    let across = |x: f32, values: &[f32]| {
        let (first, last) = (f64::from(values[0]), f64::from(values[values.len() - 1]));
        (f64::from(x) - first) / (last - first)
    };
    let k = mixtures.n_components;
    for (i, x) in grid.x.iter().enumerate() {
        for c in 0..k {
            let mean = mixtures.means[i * k + c];
            let at = (
                LEFT + across(*x, &grid.x) * (5560.0 - LEFT - RIGHT),
                5720.0 - BOTTOM - across(mean, &grid.y) * (5720.0 - TOP - BOTTOM),
            );
            let near = |p: &&(f64, f64)| (p.0 - at.0).abs() <= 1.5 && (p.1 - at.1).abs() <= 1.5;
            if mixtures.weights[i * k + c] >= 0.01 && !drawn[c % 4].iter().any(|p| near(&p)) {
                return Some(format!("component {c} at {x}"));
            }
        }
    }
    None
}

#[test]
fn every_component_of_some_weight_is_drawn_where_it_is() {
    let record = record();
    let sound = page(&record, None);
    assert_eq!(component_fault(&sound, &record), None);
    let mut moved = record.clone();
    moved.shown_mut().mixtures[2].means[45] += 0.02;
    assert!(component_fault(&sound, &moved).is_some());
}

/// The heights of a histogram, bin after bin, relative to an even one.
fn heights(page: &str, id: &str, top: f64) -> Vec<f64> {
    let outline = points(picture(page, id), "line ink-mdn");
    let floor = outline[0].1;
    let plane = 4400.0 - TOP - BOTTOM;
    let bars = outline[1..outline.len() - 1].chunks_exact(2);
    bars.map(|bar| (floor - bar[0].1) / plane * top).collect()
}

#[test]
fn every_bar_has_the_height_of_its_count() {
    let mut record = record();
    // Large steps, so that no two bins share a line.
    for (bin, count) in record.shown_mut().calibration[0]
        .pit_counts
        .iter_mut()
        .enumerate()
    {
        *count = if bin % 2 == 0 {
            4_000 + 50 * bin
        } else {
            6_000 - 50 * (bin - 1)
        };
    }
    let page = page(&record, None);
    let highest = record
        .shown()
        .calibration
        .iter()
        .flat_map(|c| &c.pit_counts)
        .max();
    let top = 1.05 * (*highest.expect("counts") as f64 / 5_000.0);
    let counts = &record.shown().calibration[0].pit_counts;
    let drawn = heights(&page, "pit-first", top);
    assert_eq!(drawn.len(), counts.len());
    let is_drawn = |counts: &[usize]| {
        let pairs = drawn.iter().zip(counts);
        pairs
            .into_iter()
            .all(|(height, count)| (height - *count as f64 / 5_000.0).abs() < 1e-3)
    };
    assert!(is_drawn(counts), "{drawn:?}");
    let mut moved = counts.clone();
    moved[3] += 20;
    assert!(!is_drawn(&moved));
}

/// The band's numbers on the page are the exact binomial's, and hold what they claim.
#[test]
fn the_band_holds_what_it_claims() {
    let record = record();
    let page = page(&record, None);
    let shown = |key: &str| -> usize {
        let head = page
            .split(&format!("\" data-key=\"derived/pit/2/{key}\">"))
            .next();
        let value = head.and_then(|head| head.rsplit("value=\"").next());
        value
            .and_then(|v| v.parse().ok())
            .unwrap_or_else(|| panic!("no {key}"))
    };
    let (low, high) = (shown("low"), shown("high"));
    assert_eq!((low, high), derived::band(100_000, 0.05));
    // A hundred thousand draws into twenty bins, a hundred times: 2,000 counts, 95 % of them inside
    // within five standard errors; the band at 90 % of its width fails.
    let mut stream = mixture_density::seed::Seed::new(3).stream("test/report/band");
    let mut counts = vec![0usize; 2_000];
    for trial in counts.chunks_exact_mut(20) {
        for _ in 0..100_000 {
            trial[(stream.uniform(0.0, 1.0) * 20.0) as usize] += 1;
        }
    }
    let share = |low: usize, high: usize| {
        let inside = counts.iter().filter(|c| (low..=high).contains(*c)).count();
        inside as f64 / counts.len() as f64
    };
    let error = (0.95f64 * 0.05 / 2_000.0).sqrt();
    assert!(
        (share(low, high) - 0.95).abs() < 5.0 * error,
        "{}",
        share(low, high)
    );
    let narrower = (high - low) / 6;
    assert!((share(low + narrower, high - narrower) - 0.95).abs() > 5.0 * error);
}

#[test]
fn every_tempered_draw_is_a_point() {
    let record = record();
    let page = page(&record, None);
    for index in 1..=6 {
        let dots = picture(&page, &format!("tempered-{index}"))
            .matches("h0")
            .count();
        assert!((55..=60).contains(&dots), "{index}: {dots}");
    }
}

#[test]
fn speed_is_shown_with_the_timing_only() {
    let record = record();
    let timing = fixture::timing(&record);
    let with = page(&record, Some(&timing));
    assert!(with.contains("id=\"figure-speed\"") && !with.contains("nothing to say of its speed"));
    let without = page(&record, None);
    assert!(
        !without.contains("id=\"figure-speed\"") && without.contains("nothing to say of its speed")
    );
}

#[test]
fn a_record_without_exhibits_says_what_it_lacks() {
    let mut record = record();
    record.shown_mut().grid = None;
    record.shown_mut().mixtures.clear();
    record.shown_mut().calibration.clear();
    record.shown_mut().tempered.clear();
    let page = page(&record, None);
    assert!(page.contains("holds no densities") && page.contains("holds no calibration"));
    for id in ["density", "components", "pit", "reliability", "temperature"] {
        assert!(!page.contains(&format!("id=\"figure-{id}\"")), "{id}");
    }
}

/// Lists that do not fit together, said in one sentence.
#[test]
fn exhibits_that_do_not_fit_are_errors() {
    type Change = fn(&mut Record);
    let changes: [(Change, &str); 15] = [
        (
            |r| r.shown_mut().grid.as_mut().expect("g").density.truncate(7),
            "exhibits.grid: density: 7 values, but must be 909",
        ),
        (
            |r| r.shown_mut().grid.as_mut().expect("g").x.clear(),
            "exhibits.grid is too small: 0 values of x, 101 of y",
        ),
        (
            |r| r.shown_mut().grid.as_mut().expect("g").y.truncate(1),
            "exhibits.grid is too small: 9 values of x, 1 of y",
        ),
        (
            |r| r.shown_mut().grid.as_mut().expect("g").x.swap(0, 1),
            "exhibits.grid does not rise: 9 values of x, 101 of y",
        ),
        (
            |r| r.shown_mut().grid.as_mut().expect("g").y[3] = f32::NAN,
            "exhibits.grid does not rise: 9 values of x, 101 of y",
        ),
        (
            |r| r.shown_mut().grid.as_mut().expect("g").density[3] = -1.0,
            "exhibits.grid has a density that is none: 9 values of x, 101 of y",
        ),
        (
            |r| r.shown_mut().grid = None,
            "exhibits.grid is missing: 9 values of x, 0 of y",
        ),
        (
            |r| r.shown_mut().mixtures[1].means.truncate(5),
            "exhibits.mixtures of article/mdn/k=5/r=0: means: 5 values, but must be 45",
        ),
        (
            |r| r.shown_mut().mixtures[1].n_components = 0,
            "exhibits.mixtures of article/mdn/k=5/r=0: weights: 45 values, but must be 0",
        ),
        (
            |r| r.shown_mut().mixtures[1].n_components = 1000,
            "exhibits.mixtures of article/mdn/k=5/r=0: weights: 45 values, but must be 9000",
        ),
        (
            |r| r.shown_mut().mixtures[0].scales[2] = 0.0,
            "exhibits.mixtures of article/mdn/k=1/r=0: row 2: scale of component 0, target 0 is 0; it must be positive",
        ),
        (
            |r| r.shown_mut().mixtures[0].weights[2] = -0.5,
            "exhibits.mixtures of article/mdn/k=1/r=0: row 2: ",
        ),
        (
            |r| r.shown_mut().calibration[0].pit_counts[0] += 1,
            "exhibits.calibration of article/mdn/k=1/r=0: sum of pit_counts: 100001 values, but must be 100000",
        ),
        (
            |r| r.shown_mut().calibration[0].covered.truncate(3),
            "exhibits.calibration of article/mdn/k=1/r=0: covered: 3 values, but must be 19",
        ),
        (
            |r| r.shown_mut().tempered[1].y.resize(9_999, 0.0),
            "exhibits.tempered 1: y: 9999 values, but must be 2000",
        ),
    ];
    for (change, said) in changes {
        let mut record = record();
        change(&mut record);
        let error = render(&record, None).expect_err(said);
        assert!(error.to_string().starts_with(said), "{error}");
        assert!(matches!(
            error,
            RenderError::Grid { .. } | RenderError::Length { .. } | RenderError::Mixture { .. }
        ));
    }
}
