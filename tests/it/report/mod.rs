//! The page: every number is the record's, nothing is dead, nothing is fetched.

mod behind;
mod bounds;
mod changed;
pub(crate) mod checks;
mod derived;
mod draws;
mod exhibited;
mod exhibits;
pub(crate) mod explorer;
mod fit_fixture;
mod fit_no_panic;
mod fit_page;
mod fixture;
pub(crate) mod html;
mod index;
mod no_panic;
mod palette;
mod raster;
mod table_study;
mod table_study_fixture;
mod truth;
mod words;

use mixture_density::record::{Exhibits, Record, Timing};
use mixture_density::report::{RenderError, render};

use self::fixture::{Known as _, respec};

fn page(record: &Record, timing: Option<&Timing>) -> String {
    render(record, timing).expect("a page")
}

fn checked(record: &Record, timing: Option<&Timing>) -> (String, usize) {
    let page = page(record, timing);
    match checks::all(&page, record, timing) {
        Ok(compared) => (page, compared),
        Err(fault) => panic!("{fault}"),
    }
}

#[test]
fn the_full_page_says_what_the_record_says() {
    let record = fixture::full();
    let timing = fixture::timing(&record);
    let (page, compared) = checked(&record, Some(&timing));
    assert!(compared > 12_000, "only {compared} numbers were compared");
    assert_eq!(page.matches("<figure class=").count(), 16);
    assert!(page.contains("data-nondigest"));
    assert!(page.len() < 1_500_000, "{} bytes", page.len());
}

#[test]
fn a_median_is_a_median() {
    let mut record = fixture::record(&[3], 3);
    for (cell, nll) in record.cells.iter_mut().skip(3).zip([0.7, 0.2, 0.5]) {
        cell.nll_nats_mean.test = Some(nll);
    }
    let (page, _) = checked(&record, None);
    let row = page
        .split("<i>K</i> = 3</th>")
        .nth(1)
        .expect("the row of K = 3");
    let row = row.split("</tr>").next().expect("its end");
    let shown: Vec<&str> = row
        .split("nll_nats_mean.test\">")
        .skip(1)
        .filter_map(|tail| tail.split('<').next())
        .collect();
    assert_eq!(shown, ["0.500", "0.200", "0.700"]);
}

#[test]
fn the_same_record_gives_the_same_bytes() {
    let record = fixture::full();
    let timing = fixture::timing(&record);
    let first = page(&record, Some(&timing));
    assert!(first == page(&record, Some(&timing)));
    // Through JSON and back, as `mdn render` sees it.
    let json = serde_json::to_string(&record).expect("a record");
    let read: Record = serde_json::from_str(&json).expect("a record");
    assert!(first == page(&read, Some(&timing)));
}

#[test]
fn timing_moves_the_marked_block_only() {
    let record = fixture::full();
    let timing = fixture::timing(&record);
    let mut slower = Timing {
        total_wall_s: 2.0 * timing.total_wall_s,
        ..timing.clone()
    };
    slower
        .cells
        .iter_mut()
        .for_each(|cell| cell.train_wall_s *= 2.0);
    // Each block ends at its section's end, or where the sources begin.
    let without = |page: &str| {
        let mut blocks = page.split("data-nondigest>");
        let mut rest = vec![blocks.next().expect("a start").to_owned()];
        rest.extend(blocks.map(|block| {
            let ends = ["id=\"sources\"", "</section>"];
            let end = ends.iter().filter_map(|end| block.find(end)).min();
            block[end.expect("what follows it")..].to_owned()
        }));
        assert_eq!(rest.len(), 3, "two blocks");
        rest
    };
    let (fast, slow) = (page(&record, Some(&timing)), page(&record, Some(&slower)));
    assert!(fast != slow);
    assert!(without(&fast) == without(&slow));
}

#[test]
fn without_timing_or_with_another_records_the_page_says_so() {
    let record = fixture::record(&[1, 20], 2);
    let (bare, _) = checked(&record, None);
    assert!(bare.contains("No timing was kept") && !bare.contains("data-nondigest"));
    let foreign = Timing {
        record_digest: "0".repeat(64),
        ..fixture::timing(&record)
    };
    let (page, _) = checked(&record, Some(&foreign));
    assert!(page.contains("belongs to another one") && !page.contains("data-nondigest"));
}

#[test]
fn failed_cells_are_shown_with_their_reason() {
    let mut record = fixture::record(&[1, 3, 20], 3);
    // One of K = 1, all of K = 3, the one that was sampled.
    for index in [4, 6, 7, 8, 9] {
        fixture::fail(&mut record.cells[index]);
    }
    let (page, _) = checked(&record, None);
    assert!(
        page.contains(
            "of <data value=\"12\" data-key=\"derived/n_cells\">12</data> networks failed"
        )
    );
    assert_eq!(page.matches("was <code data-key=").count(), 5);
    assert_eq!(page.matches("class=\"is-failed\"").count(), 1 + 5);
    assert!(page.contains("2 of 3") && page.contains("0 of 3"));
    assert!(!page.contains("excess_nats_test\">NaN"));
}

#[test]
fn few_cells_give_a_page() {
    for (k, replicates) in [(vec![1, 3], 2), (vec![1], 1), (vec![], 3), (vec![40], 1)] {
        let record = fixture::record(&k, replicates);
        let (page, _) = checked(&record, None);
        assert_eq!(
            page.contains("no trained mixture density network"),
            k.is_empty()
        );
    }
}

#[test]
fn a_record_with_nothing_in_it_gives_a_page() {
    let mut record = fixture::record(&[2], 1);
    record.exhibits = Some(Exhibits::default());
    let (page, _) = checked(&record, None);
    assert!(page.contains("This record holds no samples"));
    record.cells.iter_mut().for_each(fixture::fail);
    checked(&record, None);
    record.cells.clear();
    record.spec.recipes.clear();
    let (page, _) = checked(&record, None);
    assert!(page.contains("no trained baseline"));
}

#[test]
fn another_problem_is_not_called_a_spiral() {
    let mut record = fixture::record(&[1, 2], 1);
    record.study = "other".to_owned();
    record.known_mut().nll_nats_mean = 1.288;
    respec(&mut record, |spec| {
        spec["study"] = "other".into();
        spec["problem"] = serde_json::json!({"name": "hardmaru", "n": 1000, "jitter": 1.0});
    });
    let (page, _) = checked(&record, None);
    let text = page.split("</style>").nth(1).expect("a body");
    let prose = text
        .split("<pre")
        .filter_map(|part| part.rsplit("</pre>").next());
    assert!(!prose.collect::<String>().contains("noisy spiral most"));
    assert!(page.contains("<h1>Data that are not a function</h1>"));
    assert!(!page.contains("It is negative too"));
}

#[test]
fn names_cannot_smuggle_markup() {
    let mut record = fixture::record(&[1], 1);
    record.study = "<script>alert(1)</script>\"'&".to_owned();
    record.cells[1].id = "x\"><img src=http://example.org>".to_owned();
    record.spec.study = "</code><script>".to_owned();
    let page = page(&record, None);
    assert!(!page.contains("<script>alert") && !page.contains("<img"));
    assert_eq!(
        checks::requests(&html::read(&page).expect("markup")),
        Ok(())
    );
}

#[test]
fn what_is_not_finite_is_a_dash() {
    let mut record = fixture::record(&[1, 2, 20], 2);
    record.known_mut().mse = f64::NAN;
    for cell in &mut record.cells {
        cell.excess_nats_test = Some(f64::INFINITY);
        cell.history.loss[3] = f32::NAN;
        cell.crps_mean_test = Some(f64::NAN);
    }
    record.shown_mut().data.y[7] = f32::NAN;
    record.shown_mut().baseline.y[7] = f32::INFINITY;
    let page = page(&record, None);
    let elements = html::read(&page).expect("markup");
    assert_eq!(checks::emptiness(&elements), Ok(()));
}

#[test]
fn negative_excess_is_drawn_without_a_logarithm() {
    let mut record = fixture::record(&[1, 2, 20], 2);
    record.cells[3].excess_nats_test = Some(-0.001);
    let (page, _) = checked(&record, None);
    assert!(page.contains("figure-excess") && !page.contains("log scale"));
}

#[test]
fn a_record_that_cannot_be_shown_is_an_error() {
    let mut record = fixture::record(&[1], 1);
    record.shown_mut().samples.x.push(1.0);
    let error = render(&record, None).expect_err("unequal coordinates");
    assert_eq!(
        error.to_string(),
        "exhibits.samples: 1 values of x, but 0 of y"
    );
    record.schema = 99;
    let error = render(&record, None).expect_err("an unknown schema");
    assert!(matches!(error, RenderError::Schema { found: 99 }));
}

#[test]
fn every_point_is_drawn_once() {
    let record = fixture::full();
    let page = page(&record, None);
    for (id, points) in [
        ("points-data", &record.shown().data),
        ("points-samples", &record.shown().samples),
    ] {
        let group = page.split(&format!("<g id=\"{id}\">")).nth(1).expect(id);
        let group = group.split("</g>").next().expect(id);
        let drawn = group.matches("h0").count();
        assert!(
            drawn <= points.x.len() && drawn > points.x.len() * 99 / 100,
            "{id}: {drawn}"
        );
    }
}

/// Twins: a planted fault is found by the check that should find it.
mod planted {
    use super::*;

    fn fault(plant: impl Fn(&str) -> String) -> String {
        let record = fixture::record(&[1, 20], 2);
        let timing = fixture::timing(&record);
        let sound = page(&record, Some(&timing));
        checks::all(&sound, &record, Some(&timing)).expect("a sound page");
        let planted = plant(&sound);
        assert!(sound != planted, "nothing was planted");
        checks::all(&planted, &record, Some(&timing)).expect_err("a fault")
    }

    #[test]
    fn a_changed_number_is_caught() {
        let shown = fault(|page| page.replacen(">\u{2212}0.388<", ">\u{2212}0.389<", 1));
        assert!(shown.contains("oracle/nll_nats_mean"), "{shown}");
        let full = fault(|page| page.replacen("value=\"-0.387519\"", "value=\"-0.38752\"", 1));
        assert!(full.contains("oracle/nll_nats_mean"), "{full}");
        let hash = fault(|page| page.replacen("\"digest\">6d1f", "\"digest\">6d1e", 1));
        assert!(hash.contains("digest"), "{hash}");
    }

    #[test]
    fn a_swapped_key_is_caught() {
        let swapped =
            fault(|page| page.replacen("/r=0/nll_nats_mean.test", "/r=1/nll_nats_mean.test", 1));
        assert!(swapped.contains("nll_nats_mean.test"), "{swapped}");
        let unknown = fault(|page| page.replacen("oracle/mse\"", "oracle/mess\"", 1));
        assert!(unknown.contains("no such field"), "{unknown}");
    }

    #[test]
    fn a_dead_or_double_anchor_is_caught() {
        let dead = fault(|page| page.replacen("href=\"#limits\"", "href=\"#limit\"", 1));
        assert!(dead.contains("#limit"), "{dead}");
        let dead = fault(|page| page.replacen("<g id=\"points-data\">", "<g id=\"points\">", 1));
        assert!(dead.contains("#points-data"), "{dead}");
        let double = fault(|page| page.replacen("id=\"formula-nll\"", "id=\"formula-mixture\"", 1));
        assert!(double.contains("twice"), "{double}");
    }

    #[test]
    fn cells_out_of_order_are_caught() {
        let order = fault(|page| page.replacen(">[9]<", ">[33]<", 1));
        assert!(order.contains("stands below"), "{order}");
    }

    #[test]
    fn numbers_behind_a_figure_are_held_to_the_record() {
        // The hash finds a changed file; the next but one, numbers that are another field.
        let file = fault(|page| page.replacen("%0A1,", "%0A1,9", 1));
        assert!(file.contains("hash"), "{file}");
        let table = fault(|page| {
            let (before, after) = page.split_once("<tr data-row=\"3\">").expect("a row");
            format!(
                "{before}<tr data-row=\"3\">{}",
                after.replacen("<td>", "<td>9", 1)
            )
        });
        assert!(table.contains("shown 9"), "{table}");
        let column = fault(|page| {
            page.replacen(
                "data-keys=\"exhibits/data/x/*",
                "data-keys=\"exhibits/data/y/*",
                1,
            )
        });
        assert!(column.contains("exhibits/data/y/0"), "{column}");
    }

    #[test]
    fn whatever_fetches_is_caught() {
        for plant in [
            "<img src=\"https://example.org/a.png\">",
            "<script>1</script>",
            "<script src=\"a.js\"></script>",
            "<link rel=\"stylesheet\" href=\"https://example.org/a.css\">",
            "<svg role=\"img\"><use href=\"other.svg#a\"/></svg>",
            "<p style=\"background: url(a.png)\">x</p>",
            "<style>@import \"a.css\";</style>",
            "<p onclick=\"go()\">x</p>",
            "<meta http-equiv=\"refresh\" content=\"0\">",
        ] {
            fault(|page| page.replacen("</main>", &format!("{plant}</main>"), 1));
        }
        let changed = fault(|page| page.replacen("'use strict';", "'use strict'; ", 1));
        assert!(changed.contains("hash"), "{changed}");
        fault(|page| page.replacen("default-src 'none'", "default-src *", 1));
    }

    #[test]
    fn an_empty_cell_and_a_nan_are_caught() {
        let empty = fault(|page| {
            page.replacen("<td>3 of", "<td></td><td>3 of", 1).replacen(
                "<td>2 of",
                "<td></td><td>2 of",
                1,
            )
        });
        assert!(empty.contains("an empty <td>"), "{empty}");
        let nan = fault(|page| page.replacen("<td>2 of 2", "<td>NaN", 1));
        assert!(nan.contains("NaN"), "{nan}");
        let path = fault(|page| page.replacen(" d=\"M", " d=\"MNaN", 1));
        assert!(path.contains("NaN"), "{path}");
    }

    #[test]
    fn broken_markup_and_a_mute_picture_are_caught() {
        let open = fault(|page| page.replacen("</table>", "", 1));
        assert!(open.contains("closed by"), "{open}");
        let mute = fault(|page| page.replacen("<svg role=\"img\"", "<svg", 1));
        assert!(mute.contains("without role"), "{mute}");
    }
}
