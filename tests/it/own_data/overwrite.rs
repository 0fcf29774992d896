//! No command writes over what it reads, nor over what is not its own.

use insta::assert_snapshot;

use super::Desk;
use crate::support::files;

#[test]
fn an_output_is_not_an_input() {
    let desk = Desk::fitted();
    let model = "branches-fit/model.safetensors";
    for verb in ["predict", "score"] {
        let on_table = [
            verb,
            "branches-fit",
            "branches.csv",
            "--out",
            "branches.csv",
        ];
        let told = desk.refused(&on_table);
        assert_eq!(told, "mdn: --out names branches.csv, which is read");
        let told = desk.refused(&[verb, "branches-fit", "branches.csv", "--out", model]);
        assert_eq!(told, format!("mdn: --out names {model}, which is read"));
    }
    let sample = ["sample", "branches-fit", "branches.csv", "--n", "1"];
    desk.refused(&[&sample[..], &["--out", "./branches.csv"]].concat());
    // The twin: a file that is not read is written over.
    desk.0.write("old.csv", "old");
    desk.good(&[
        "predict",
        "branches-fit",
        "branches.csv",
        "--out",
        "old.csv",
    ]);
    assert_ne!(desk.0.bytes("old.csv"), b"old");
}

#[test]
fn a_fit_does_not_write_over_a_study() {
    let desk = Desk::fitted();
    let fit = |out: &'static str| {
        let asked = ["fit", "branches.csv", "--target", "y", "--components", "1"];
        [&asked[..], &["--out", out]].concat()
    };
    assert_snapshot!(desk.refused(&fit("tiny")), @"mdn: tiny/spec.toml: not the spec of a fit, and would be written over; --out names another folder");
    std::fs::create_dir(desk.0.at("notes")).expect("writable");
    desk.0.write("notes/record.json", "{\"precious\": 1}");
    assert_snapshot!(desk.refused(&fit("notes")), @"mdn: notes/record.json: no spec of a fit is beside it, and it would be written over; --out names another folder");
    // A model or a page of somebody else, without a record.
    for name in ["model.safetensors", "index.html"] {
        let folder = name.replace('.', "-");
        std::fs::create_dir(desk.0.at(&folder)).expect("writable");
        desk.0.write(&format!("{folder}/{name}"), "mine");
        let asked = ["fit", "branches.csv", "--target", "y", "--components", "1"];
        let told = desk.refused(&[&asked[..], &["--out", &folder]].concat());
        assert_eq!(
            told,
            format!(
                "mdn: {folder}/{name}: no spec of a fit is beside it, and it would be written over; --out names another folder"
            )
        );
        assert_eq!(desk.0.text(&format!("{folder}/{name}")), "mine");
    }
    // The twin: another fit is written over.
    let before = desk.0.bytes("branches-fit/record.json");
    desk.good(&fit("branches-fit"));
    assert_ne!(before, desk.0.bytes("branches-fit/record.json"));
}

/// `-` is stdout where one stream is written, and refused where a folder or a page is; `./-` is a name like any.
#[test]
fn a_hyphen_is_stdout_and_no_name() {
    let desk = Desk::fitted();
    let before = files(&desk.0.at(""));
    for verb in ["predict", "sample", "score"] {
        let asked = [verb, "branches-fit", "branches.csv"];
        let plain = desk.good(&asked);
        let named = desk.good(&[&asked[..], &["--out", "-"]].concat());
        assert_eq!((plain.stdout, plain.stderr), (named.stdout, named.stderr));
    }
    let fit = ["fit", "branches.csv", "--target", "y", "--components", "1"];
    for asked in [
        &fit[..],
        &["render", "branches-fit"],
        &["index", "."],
        &["run", "tiny"],
        &["report", "tiny"],
    ] {
        let ran = desk.mdn(&[asked, &["--out", "-"]].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
        let said = ran.stderr.lines().next().unwrap_or_default();
        let end = "this is no stream for stdout; ./- is the file or folder of that name";
        assert!(
            said.starts_with("mdn: invalid value '-' for '--out") && said.ends_with(end),
            "{said}"
        );
    }
    assert_eq!(before, files(&desk.0.at("")), "something was written");
    // The twins.
    desk.good(&["predict", "branches-fit", "branches.csv", "--out", "./-"]);
    assert_eq!(desk.0.text("-").lines().count(), 401);
    std::fs::remove_file(desk.0.at("-")).expect("there");
    desk.good(&["render", "branches-fit", "--out", "./-"]);
    assert!(desk.0.text("-").ends_with("</html>\n"));
}

#[cfg(unix)]
#[test]
fn an_output_is_as_private_as_the_umask_says_and_a_link_is_followed() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::fitted();
    let mode = |name: &str| {
        let there = std::fs::metadata(desk.0.at(name)).expect("a file");
        there.permissions().mode() & 0o777
    };
    let predict = |umask: &str, out: &str| {
        let line =
            format!("umask {umask}; exec \"$MDN\" predict branches-fit branches.csv --out {out}");
        let ran = desk.0.shell(&line);
        assert_eq!(ran.code, Some(0), "{ran:?}");
    };
    predict("077", "private.csv");
    predict("022", "open.csv");
    assert_eq!([mode("private.csv"), mode("open.csv")], [0o600, 0o644]);
    // What is written over keeps what it was.
    predict("022", "private.csv");
    assert_eq!(mode("private.csv"), 0o600);
    // A link, even to a file that is not there yet.
    std::os::unix::fs::symlink("later.csv", desk.0.at("link.csv")).expect("writable");
    predict("022", "link.csv");
    assert!(desk.0.at("link.csv").is_symlink());
    assert_eq!(desk.0.bytes("later.csv"), desk.0.bytes("open.csv"));
}
