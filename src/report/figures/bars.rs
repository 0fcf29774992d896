//! The bars of a histogram and their outline.

use super::chart::Series;
use super::ink::Ink;

/// Equal bars between two ends, none beyond them.
pub(super) fn bars(heights: &[f64], (low, high): (f64, f64), ink: Ink) -> Vec<Series> {
    let edge = |at: usize| {
        let share = at as f64 / heights.len() as f64;
        (low * (1.0 - share) + high * share).max(low).min(high)
    };
    let mut series = Vec::new();
    let mut outline = vec![(low, 0.0)];
    for (at, height) in heights.iter().enumerate() {
        let (left, right) = (edge(at), edge(at + 1));
        outline.extend([(left, *height), (right, *height)]);
        series.push(Series::Band {
            ink,
            points: vec![(left, 0.0, *height), (right, 0.0, *height)],
        });
    }
    outline.push((high, 0.0));
    series.push(Series::Line {
        ink,
        points: outline,
    });
    series
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bar whose edge lay beyond the axis by a rounding would lose its outline.
    #[test]
    fn the_outline_goes_around_every_bar() {
        let heights = [2.0, 0.0, 5.0, 1.0, 3.0, 4.0, 7.0];
        for (low, high) in [(0.1, 0.8), (-3.07, 3.1), (1e9, 1e9 + 0.7), (0.1, 0.1)] {
            let series = bars(&heights, (low, high), Ink::Data);
            let Some((Series::Line { points, .. }, areas)) = series.split_last() else {
                panic!("no outline");
            };
            assert_eq!(points.len(), 2 * heights.len() + 2);
            assert_eq!((points[0], points[15]), ((low, 0.0), (high, 0.0)));
            assert_eq!((points[1], points[14]), ((low, 2.0), (high, 7.0)));
            assert!(points.iter().all(|p| (low..=high).contains(&p.0)));
            let corners = areas.iter().flat_map(|area| match area {
                Series::Band { points, .. } => points.clone(),
                _ => Vec::new(),
            });
            let corners: Vec<(f64, f64)> = corners.map(|(x, _, height)| (x, height)).collect();
            assert_eq!(corners, points[1..15]);
        }
        // The twin: edges as sums of widths lie beyond an end.
        let mut highs = (1..100).map(|i| 0.1 * f64::from(i));
        assert!(highs.any(|high| -0.3 + (high + 0.3) / 40.0 * 40.0 > high));
    }
}
