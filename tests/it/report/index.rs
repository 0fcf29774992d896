//! The index: a row for each study, every number its record's.

use mixture_density::record::Record;
use mixture_density::report::{RenderError, index};

use super::truth::Truth;
use super::{checks, fit_fixture, fixture, html, table_study_fixture};

fn studies() -> Vec<(String, Record)> {
    let mut other = fixture::record(&[2, 5], 2);
    other.study = "other".to_owned();
    fixture::fail(&mut other.cells[3]);
    vec![
        ("one".to_owned(), fixture::record(&[1, 3, 20], 3)),
        ("two words".to_owned(), other),
    ]
}

/// How many numbers of the page were compared with their records.
fn checked(page: &str, studies: &[(String, Record)]) -> Result<usize, String> {
    let elements = html::read(page)?;
    checks::anchors(&elements)?;
    checks::requests(&elements)?;
    checks::emptiness(&elements)?;
    let mut compared = 0;
    for (folder, record) in studies {
        let truth = Truth::new(record, None)?;
        let mut own = Vec::new();
        for element in &elements {
            let key = element.attribute("data-key");
            if let Some(key) = key.and_then(|key| key.strip_prefix(&format!("{folder}/"))) {
                let mut element = element.clone();
                element
                    .attributes
                    .insert("data-key".to_owned(), key.to_owned());
                own.push(element);
            }
        }
        compared += checks::numbers(&own, &truth)?;
    }
    let all = elements
        .iter()
        .filter(|e| e.attribute("data-key").is_some());
    if all.count() != compared {
        return Err("a number of no study".to_owned());
    }
    Ok(compared)
}

#[test]
fn every_study_has_its_row() {
    let studies = studies();
    let page = index(&studies).expect("a page");
    assert_eq!(checked(&page, &studies), Ok(21));
    assert!(
        page.contains("href=\"one/index.html\"")
            && page.contains("href=\"two%20words/index.html\"")
    );
    assert!(page.contains("failed"));
    assert_eq!(page, index(&studies).expect("a page"), "the same bytes");
}

#[test]
fn a_changed_number_is_caught() {
    let studies = studies();
    let page = index(&studies).expect("a page");
    for (from, to) in [
        (">\u{2212}0.388<", ">\u{2212}0.389<"),
        (
            "data-key=\"one/oracle/mse\"",
            "data-key=\"three/oracle/mse\"",
        ),
        ("one/oracle/mse\"", "one/oracle/crps_mean\""),
    ] {
        let planted = page.replacen(from, to, 1);
        assert!(planted != page, "{from}");
        assert!(checked(&planted, &studies).is_err(), "{from}");
    }
}

#[test]
fn another_schema_is_an_error() {
    let mut studies = studies();
    studies[1].1.schema = 7;
    assert!(matches!(
        index(&studies),
        Err(RenderError::Schema { found: 7 })
    ));
}

/// Fits have a list of their own, with what they gain.
#[test]
fn fits_are_listed_with_what_they_gain() {
    let mut studies = studies();
    studies.push(("a fit".to_owned(), fit_fixture::record(1)));
    let page = index(&studies).expect("a page");
    // Name, networks, test rows, a loss and two gains with their errors, coverage, digest.
    assert_eq!(checked(&page, &studies), Ok(21 + 11));
    assert!(page.contains("href=\"a%20fit/index.html\"") && page.contains("<h2 id=\"fits\">"));
    assert!(!page.contains("<h2 id=\"tables\">"));
    let from = "data-key=\"a fit/baselines/linear/gain_nats_test/mean\"";
    let planted = page.replacen(
        from,
        "data-key=\"a fit/baselines/linear/nll_nats_test/mean\"",
        1,
    );
    assert!(planted != page && checked(&planted, &studies).is_err());
    // A fit that kept no model has none of it, and its row.
    let mut failed = fit_fixture::record(1);
    (failed.choice, failed.scores_test, failed.baselines) = (None, None, None);
    let page = index(&[("none".to_owned(), failed)]).expect("a page");
    assert!(page.contains("href=\"none/index.html\"") && !page.contains("<h2 id=\"known\">"));
}

/// Studies of tables say on how many tables a recipe has the least mean loss.
#[test]
fn studies_of_tables_say_which_recipe_is_best() {
    let mut record = table_study_fixture::record();
    for cell in &mut record.cells {
        let is_best = cell.recipe == "table" || cell.problem.as_deref() == Some("second");
        cell.nll_nats_mean.test = Some(if is_best { 0.5 } else { 1.5 });
        if cell.problem.as_deref() == Some("second") && cell.recipe == "table" {
            cell.nll_nats_mean.test = Some(0.75);
        }
    }
    let page = index(&[("t".to_owned(), record)]).expect("a page");
    for recipe in ["small", "table"] {
        let says = format!(
            "{recipe} <span class=\"times\">on <data value=\"1\" data-key=\"t/derived/tables/best/{recipe}\">1</data></span>"
        );
        assert!(page.contains(&says), "{says}");
    }
    assert!(page.contains("<td>first, second</td>"));
    let elements = html::read(&page).expect("markup");
    assert_eq!(checks::emptiness(&elements), Ok(()));
}
