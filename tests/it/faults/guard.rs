//! No output destroys what is read, or another file of ours.

use std::fs;

use super::Desk;

#[test]
fn rows_replace_no_file_of_ours() {
    let desk = Desk::new();
    // Under names of their own, and under others.
    for (from, to) in [
        ("fit/record.json", "a.json"),
        ("tiny/timing.json", "b.json"),
        ("fit/model.safetensors", "c.bin"),
        ("tiny/spec.toml", "d.txt"),
        ("tiny/index.html", "e"),
    ] {
        desk.0.write(to, desk.0.bytes(from));
    }
    let cells = fs::read_dir(desk.0.at("tiny/cells")).expect("cells");
    let cell = cells.map(|cell| cell.expect("an entry").path()).next();
    desk.0
        .write("f.json", fs::read(cell.expect("a cell")).expect("readable"));
    let model = desk.0.bytes("fit/model.safetensors");
    desk.0.write("elsewhere.safetensors", model);
    let predict =
        |out: &str| desk.refused(&["predict", "elsewhere.safetensors", "t.csv", "--out", out]);
    for (out, what) in [
        ("fit/record.json", "which is the name of a record"),
        ("tiny/record.json", "which is the name of a record"),
        ("tiny/spec.toml", "which is the name of a study's spec"),
        ("tiny/timing.json", "which is the name of a record's timing"),
        ("fit/model.safetensors", "which is the name of a model"),
        ("new/../record.json", "which is the name of a record"),
        ("a.json", "which is a record"),
        ("b.json", "which is a record's timing"),
        ("c.bin", "which is a model"),
        ("d.txt", "which is a study's spec"),
        ("e", "which is a page"),
        ("f.json", "which is a finished cell of a study"),
    ] {
        let expected = format!("mdn: --out names {out}, {what}; name another file");
        assert_eq!(predict(out), expected);
    }
    for verb in [
        &["sample", "fit", "t.csv"][..],
        &["score", "fit", "t.csv"],
        &["points", "tiny"],
    ] {
        desk.refused(&[verb, &["--out", "tiny/record.json"]].concat());
        desk.refused(&[verb, &["--out", "f.json"]].concat());
    }
    // The twins: what it wrote before, and what is nobody's.
    desk.0
        .write("notes.json", "{\"schema\": 1, \"mine\": true}");
    for out in ["notes.json", "rows.jsonl", "rows.jsonl"] {
        let ran = desk.mdn(&["predict", "fit", "t.csv", "--json", "--out", out]);
        assert_eq!(ran.code, Some(0), "{out}: {ran:?}");
    }
    for _ in 0..2 {
        let ran = desk.mdn(&["score", "fit", "t.csv", "--json", "--out", "scores.json"]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }
}

#[cfg(unix)]
#[test]
fn an_input_is_known_by_all_its_names() {
    use std::os::unix::fs::symlink;
    let desk = Desk::new();
    symlink("t.csv", desk.0.at("link.csv")).expect("writable");
    fs::hard_link(desk.0.at("t.csv"), desk.0.at("hard.csv")).expect("writable");
    symlink("tiny/record.json", desk.0.at("rows.csv")).expect("writable");
    for out in ["t.csv", "./t.csv", "link.csv", "hard.csv"] {
        let said = desk.refused(&["predict", "fit", "t.csv", "--out", out]);
        assert_eq!(said, "mdn: --out names t.csv, which is read");
    }
    let said = desk.refused(&["predict", "fit", "t.csv", "--out", "rows.csv"]);
    assert!(said.contains("which is the name of a record"), "{said}");
    let ran = desk
        .0
        .shell("exec \"$MDN\" predict fit - --out t.csv <t.csv");
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert_eq!(ran.stderr, "mdn: --out names t.csv, which is read\n");
    symlink("loop", desk.0.at("loop")).expect("writable");
    let ran = desk.mdn(&["predict", "fit", "t.csv", "--out", "loop"]);
    let said = "mdn: loop: cannot be written: it is a link that leads to itself\n";
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(2), said));
    assert!(desk.0.at("loop").is_symlink());
}

#[test]
fn a_page_replaces_nothing_but_a_page() {
    let desk = Desk::new();
    desk.0.write("other.json", desk.0.bytes("tiny/record.json"));
    for (verb, out) in [
        ("render tiny", "tiny/record.json"),
        ("render tiny", "tiny/timing.json"),
        ("render tiny", "tiny/spec.toml"),
        ("render tiny", "fit/model.safetensors"),
        ("render tiny --against other.json", "other.json"),
        ("render tiny", "other.json"),
        ("index .", "tiny/record.json"),
        ("index .", "fit/record.json"),
        ("index .", "tiny/spec.toml"),
    ] {
        let arguments: Vec<&str> = verb.split(' ').chain(["--out", out]).collect();
        let said = desk.refused(&arguments);
        assert!(said.starts_with("mdn: --out names "), "{said}");
    }
    // The twins.
    for verb in ["render tiny", "render fit", "index ."] {
        for out in ["page.html", "tiny/index.html"] {
            let arguments: Vec<&str> = verb.split(' ').chain(["--out", out]).collect();
            assert_eq!(desk.mdn(&arguments).code, Some(0), "{verb} {out}");
        }
    }
}
