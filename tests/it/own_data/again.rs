//! The command on the page of a fit, run by a shell beside the same table: the same record and model.

use std::fmt::Write as _;

use mixture_density::record::Record;
use mixture_density::report::render;
use mixture_density::seed::Seed;
use mixture_density::spec::{Source, TableSpec};

use super::{Desk, branches, table_of};
use crate::report::html;

/// The command that a page shows.
fn shown(page: &str) -> String {
    let elements = html::read(page).expect("markup");
    let command = elements
        .iter()
        .find(|e| e.name == "pre" && e.attribute("aria-label") == Some("Command"));
    command.expect("a command").text.clone()
}

/// Runs a shown command in a folder of its own that holds the table.
fn run(desk: &Desk, table: &str, command: &str) {
    let script = format!(
        "mdn() {{ \"$MDN\" \"$@\"; }}; mkdir -p again && cp -- './{table}' again && cd again && {command}"
    );
    let ran = desk.0.shell(&script);
    assert_eq!(ran.code, Some(0), "{command}\n{ran:?}");
}

/// Asserts that the command on the page of the fit in `folder` gives that fit.
fn repeats(desk: &Desk, table: &str, folder: &str) -> String {
    let command = shown(&desk.0.text(&format!("{folder}/index.html")));
    run(desk, table, &command);
    for name in ["record.json", "model.safetensors"] {
        let there = format!("{folder}/{name}");
        let again = format!("again/{folder}/{name}");
        assert!(
            desk.0.bytes(&there) == desk.0.bytes(&again),
            "{name}: {command}"
        );
    }
    command
}

/// A table whose columns have these names as its line of names spells them: three features, of which the last is
/// constant, a part and two targets. The second target's values repeat, and a number is missing.
fn table(names: &str, separator: char) -> String {
    let mut stream = Seed::new(5).stream("again");
    let mut text = format!("{names}\n");
    for row in 0..60 {
        let part = ["train", "train", "validation", "test"][row % 4];
        let [a, b, c] = [0.0; 3].map(|mean| stream.normal(mean, 1.0));
        let first = if row == 7 {
            String::new()
        } else {
            a.to_string()
        };
        let cells = [
            first,
            b.to_string(),
            "7".to_owned(),
            part.to_owned(),
            (a + c).to_string(),
            (row % 9).to_string(),
        ];
        let _ = writeln!(text, "{}", cells.join(&separator.to_string()));
    }
    text
}

#[test]
fn names_of_any_kind_are_given_again() {
    let desk = Desk::new();
    let names = [
        "-länge, in mm",
        "it's a \"quoted\" $name",
        "\"5\"",
        "--part of",
        "y, `z` & \\co",
        "-",
    ];
    let spelled = names.map(|name| format!("\"{}\"", name.replace('"', "\"\"")));
    let file = "-my table, 2.csv";
    desk.0.write(file, table(&spelled.join("|"), '|'));
    let features = "--features=\"-länge, in mm\",\"\"\"5\"\"\",it's a \"quoted\" $name";
    desk.good(&[
        "fit",
        "./-my table, 2.csv",
        "--target",
        "\"y, `z` & \\co\"",
        "--target=-",
        features,
        "--split-column=--part of",
        "--components=2,1",
        "--epochs=8",
        "--covariance=full",
        "--validation=0.2",
        "--seed=3",
        "--dequantise",
        "--missing=drop",
        "--delimiter=|",
    ]);
    let folder = "-my table, 2-fit";
    let record = desk.record(folder);
    assert_eq!(table_of(&record).features, [names[0], names[1]]);
    let asked = record.spec.table().expect("a table");
    let features = asked.features.as_deref().expect("features");
    assert_eq!(features, [names[0], names[2], names[1]]);
    // It was given, and would have been found.
    assert_eq!(asked.delimiter, None);
    assert!(record.warnings.iter().any(|w| w.contains("is left out")));
    let command = repeats(&desk, file, folder);
    // The twins: each of what is recorded for this alone is needed.
    for (says, instead) in [
        ("--covariance=full", ""),
        ("--epochs=8", ""),
        ("--validation=0.2", ""),
        ("\"\"\"5\"\"\",", ""),
        ("--dequantise", ""),
    ] {
        assert!(command.contains(says), "{says}: {command}");
        run(&desk, file, &command.replace(says, instead));
        let again = desk.0.bytes(&format!("again/{folder}/record.json"));
        assert!(
            again != desk.0.bytes(&format!("{folder}/record.json")),
            "{says}"
        );
    }
    assert!(!command.contains("--delimiter"), "{command}");
}

/// What the first line tells is not recorded, whether it was given or not.
#[test]
fn a_delimiter_that_is_found_is_not_given_again() {
    let desk = Desk::new();
    let text = table("a;b;c;part;y;z", ';');
    desk.0.write("t.csv", text);
    let base = [
        "fit",
        "t.csv",
        "--target=y",
        "--missing=drop",
        "--components=1",
    ];
    let features = ["--features=a,b", "--out=told/t-fit", "--delimiter=;"];
    desk.good(&[&base[..], &features].concat());
    desk.good(&[&base[..], &features[..1], &["--out=t-fit"]].concat());
    assert!(desk.0.bytes("told/t-fit/record.json") == desk.0.bytes("t-fit/record.json"));
    let command = repeats(&desk, "t.csv", "t-fit");
    assert!(!command.contains("delimiter"), "{command}");
}

/// Of a pipe nobody knows the name: the page says what is to be put in its place.
#[test]
fn a_table_from_a_pipe_is_for_the_reader_to_name() {
    let desk = Desk::new();
    desk.0.write("t.csv", branches(60));
    let ran = desk
        .0
        .shell("\"$MDN\" fit - --target y --components 1 --out piped < t.csv");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let says = "put its file for <code>TABLE</code>, and a folder for <code>DIR</code>";
    let page = desk.0.text("piped/index.html");
    assert!(page.contains(says));
    let command = shown(&page);
    assert!(command.ends_with(" --out=DIR < TABLE"), "{command}");
    let command = command.replace("DIR", "piped").replace("TABLE", "t.csv");
    run(&desk, "t.csv", &command);
    for name in ["record.json", "model.safetensors"] {
        let [there, again] = ["piped", "again/piped"].map(|f| desk.0.bytes(&format!("{f}/{name}")));
        assert!(there == again, "{name}");
    }
    // The twin: of a file it is known.
    desk.good(&["fit", "t.csv", "--target", "y", "--components", "1"]);
    let page = desk.0.text("t-fit/index.html");
    assert!(!page.contains("TABLE"));
    repeats(&desk, "t.csv", "t-fit");
}

/// A file may be called as a pipe is.
#[test]
fn a_file_called_stdin_is_no_pipe() {
    let desk = Desk::new();
    desk.0.write("stdin", branches(60));
    desk.good(&["fit", "stdin", "--target", "y", "--components", "1"]);
    let record = desk.record("stdin-fit");
    let table = table_of(&record);
    assert_eq!((table.name.as_str(), table.is_piped()), ("./stdin", false));
    assert!(!desk.0.text("stdin-fit/index.html").contains("TABLE"));
    let command = repeats(&desk, "stdin", "stdin-fit");
    assert!(command.starts_with("mdn fit ./stdin "), "{command}");
    // The twin: what is recorded of a pipe.
    let mut piped = record;
    piped.data.table.as_mut().expect("a table").name = "stdin".to_owned();
    assert!(table_of(&piped).is_piped());
    let command = shown(&render(&piped, None).expect("a page"));
    assert!(command.starts_with("mdn fit - "), "{command}");
}

/// What the spec of a fit's record says of its table.
fn asked(record: &mut Record) -> &mut TableSpec {
    match &mut record.spec.problems[0].source {
        Source::Table(table) => table,
        Source::Drawn(_) => panic!("a fit is of a table"),
    }
}

/// A reader of HTML takes a raw carriage return for a line feed, and the command would name another column.
#[test]
fn a_carriage_return_in_a_name_reaches_the_reader() {
    let desk = Desk::fitted();
    let mut record = desk.record("branches-fit");
    asked(&mut record).targets = vec!["y\rz".to_owned()];
    let page = render(&record, None).expect("a page");
    assert!(shown(&page).contains("--target='y\rz' "));
    let (_, behind) = page
        .split_once("aria-label=\"Command\"")
        .expect("a command");
    let (command, _) = behind.split_once("</pre>").expect("its end");
    assert!(
        command.contains("y&#13;z") && !command.contains('\r'),
        "{command}"
    );
    // The twin: a line feed is one to both.
    asked(&mut record).targets = vec!["y\nz".to_owned()];
    assert!(shown(&render(&record, None).expect("a page")).contains("--target='y\nz' "));
}

/// A record of the shape before this one is refused by its age, not by a field.
#[test]
fn an_older_record_is_called_older() {
    let desk = Desk::fitted();
    let text = desk.0.text("branches-fit/record.json");
    let path = desk.0.at("branches-fit/record.json");
    let said = |text: &str| {
        Record::parse(text.as_bytes(), &path)
            .err()
            .map(|e| e.to_string())
    };
    assert_eq!(said(&text), None);
    let older = said("{\"schema\": 1, \"kind\": \"fit\"}").expect("refused");
    let expected = "schema 1 is older than schema 2, which this program reads; run the study again";
    assert!(older.ends_with(expected), "{older}");
    // The twin: a field that nobody knows is no matter of age.
    let other = text.replace("\"features\":", "\"features_told\": [], \"features\":");
    let unknown = said(&other).expect("refused");
    assert!(
        unknown.contains("unknown field `features_told`"),
        "{unknown}"
    );
}

#[test]
fn a_list_of_names_that_is_none_is_refused() {
    let desk = Desk::new();
    desk.0.write("t.csv", branches(60));
    for (list, says) in [
        ("x,\"noise", "a quotation mark is not closed"),
        (
            "\"x\"noise",
            "a comma is needed behind the closing quotation mark",
        ),
    ] {
        let ran = desk.mdn(&["fit", "t.csv", "--target=y", "--features", list]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
        assert!(
            ran.stderr.lines().next().is_some_and(|l| l.ends_with(says)),
            "{ran:?}"
        );
    }
}
