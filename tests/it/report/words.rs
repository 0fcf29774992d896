//! Sentences and commands that depend on the record: what a recipe is said to do, what a shell is told.

use super::fixture::{Known as _, respec};
use super::{checked, fixture, html, page};

/// Link and stopping are those of the recipe that is shown, as the spec has them.
#[test]
fn a_recipe_is_told_as_the_spec_has_it() {
    let record = fixture::record(&[1, 3], 1);
    let (page, _) = checked(&record, None);
    let says = |page: &str, what: &str| page.contains(what);
    assert!(says(
        &page,
        "the exponential linear unit plus one, with a small floor"
    ));
    assert!(says(&page, "when the training loss has not fallen for"));
    assert!(says(&page, "Early stopping looks at the training loss"));
    assert!(!says(&page, "softplus function") && !says(&page, "running average of the weights"));
    // The twin: another recipe is told otherwise.
    let mut tuned = record.clone();
    let tuned_recipe = {
        let mut recipe = fixture::recipe(&[3]);
        let mdn = &mut recipe["mdn"];
        mdn["scale_link"] = "softplus".into();
        mdn["scale_floor"] = 1e-3.into();
        mdn["early_stopping"]["monitor"] = "val_loss".into();
        mdn["early_stopping"]["patience"] = 300.into();
        mdn["reduce_lr_on_plateau"] = serde_json::Value::Null;
        mdn["tuning"] = serde_json::json!({
            "standardise": true, "schedule": {"warmup_epochs": 5}, "averaging": {"decay": 0.999},
        });
        recipe
    };
    respec(&mut tuned, |spec| {
        spec["recipes"]["article"] = tuned_recipe.clone()
    });
    let (page, _) = checked(&tuned, None);
    assert!(says(&page, "the softplus function, with a small floor"));
    assert!(says(&page, "in standardised units") && says(&page, "\\mu_k = m_y + s_y"));
    assert!(says(&page, "and then falls to zero along half a cosine"));
    assert!(says(
        &page,
        "running average of the weights with a decay of"
    ));
    assert!(!says(&page, "the exponential linear unit plus one"));
    assert!(!says(&page, "Early stopping looks at the training loss"));
    // Both in one study: each under its name.
    let mut both = record.clone();
    respec(&mut both, |spec| spec["recipes"]["other"] = tuned_recipe);
    let mut other = both.cells[2].clone();
    other.recipe = "other".to_owned();
    other.id = "other/mdn/k=3/r=0".to_owned();
    both.cells.push(other);
    let (page, _) = checked(&both, None);
    assert!(says(
        &page,
        "<li><code>other</code>: scales by the softplus function"
    ));
    assert!(says(
        &page,
        "the exponential linear unit plus one, with a small floor"
    ));
    // Those of which the same is to be said are said together.
    respec(&mut both, |spec| {
        let recipes = &mut spec["recipes"];
        recipes["third"] = recipes["other"].clone();
        recipes["fourth"] = recipes["article"].clone();
    });
    for name in ["third", "fourth"] {
        let mut cell = both.cells[2].clone();
        cell.recipe = name.to_owned();
        cell.id = format!("{name}/mdn/k=3/r=0");
        both.cells.push(cell);
    }
    let (page, _) = checked(&both, None);
    assert!(says(
        &page,
        "<li><code>other</code>, <code>third</code>: scales by the softplus"
    ));
    assert!(says(
        &page,
        "stopping these are like it: <code>fourth</code>."
    ));
    respec(&mut both, |spec| {
        spec["recipes"]["third"]["mdn"]["scale_floor"] = 2e-3.into()
    });
    let (page, _) = checked(&both, None);
    assert!(says(
        &page,
        "<li><code>third</code>: scales by the softplus"
    ));
    // A spec that does not tell is not spoken for.
    let mut mute = record;
    mute.spec.recipes.clear();
    let (page, _) = checked(&mute, None);
    assert!(says(&page, "a positive function for the scales") && !says(&page, "softplus function"));
}

/// What a shell makes of a command is one word for a cell, whatever the cell is called.
#[test]
fn names_cannot_smuggle_commands() {
    let mut record = fixture::record(&[1], 1);
    let id = "x'; touch smuggled; echo '*";
    record.shown_mut().samples_from = Some(id.to_owned());
    for cell in &mut record.cells {
        cell.id = id.to_owned();
    }
    let page = page(&record, None);
    let text = html::read(&page).expect("markup");
    let is_command = |e: &&html::Element| {
        ["code", "pre"].contains(&e.name.as_str()) && e.text.contains("--only")
    };
    let commands: Vec<&str> = text
        .iter()
        .filter(is_command)
        .map(|e| e.text.as_str())
        .collect();
    assert!(commands.len() >= 3, "{commands:?}");
    for command in commands {
        let line = command
            .lines()
            .find(|line| line.contains("--only"))
            .expect("a line");
        let word = line.split("--only ").nth(1).expect("a word");
        // The shell's own reading, without running anything but `printf`.
        let shell = std::process::Command::new("sh")
            .args(["-c", &format!("printf '<%s>' {word}")])
            .output();
        let said = shell.expect("a shell").stdout;
        assert_eq!(String::from_utf8_lossy(&said), format!("<{id}>"), "{line}");
    }
}
