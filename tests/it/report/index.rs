//! The index: a row for each study, every number its record's.

use mixture_density::record::Record;
use mixture_density::report::{RenderError, index};

use super::truth::Truth;
use super::{checks, fixture, html};

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
