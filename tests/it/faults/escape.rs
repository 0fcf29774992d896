//! Names that a spreadsheet would take for formulas.

use super::{Desk, table};

#[test]
fn names_are_escaped_where_that_is_asked_for() {
    let desk = Desk::new();
    let name = "=HYPERLINK(\"evil\")";
    let text = table(120).replacen("x,y", "x,\"=HYPERLINK(\"\"evil\"\")\"", 1);
    desk.0.write("odd.csv", text);
    let fit = [
        "fit",
        "odd.csv",
        "--target",
        name,
        "--epochs",
        "2",
        "--components",
        "1",
    ];
    assert_eq!(desk.mdn(&fit).code, Some(0));
    for verb in ["predict", "sample", "score"] {
        let asked = [verb, "odd-fit", "odd.csv"];
        let cells = |arguments: &[&str]| {
            let ran = desk.mdn(arguments);
            assert_eq!(ran.code, Some(0), "{ran:?}");
            let begins = |with: &str| ran.stdout.matches(with).count();
            (begins("\"=HYPERLINK"), begins("\"'=HYPERLINK"), ran.stdout)
        };
        let (plain, escaped, before) = cells(&asked);
        assert!(plain > 0 && escaped == 0, "{before}");
        let option = [&asked[..], &["--escape-formulas"]].concat();
        let (left, now_escaped, after) = cells(&option);
        assert_eq!((left, now_escaped), (0, plain), "{after}");
        // Nothing else changes: numbers below zero are no formulas.
        assert_eq!(after.replace("\"'=", "\"="), before);
        let said = desk.refused(&[&option[..], &["--json"]].concat());
        assert!(said.contains("cannot be used with"), "{said}");
    }
}
