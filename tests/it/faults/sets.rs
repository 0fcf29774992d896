//! Files that belong together, and one writer at a time.

use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use super::{Desk, FIT, one_line};

#[test]
fn a_model_is_the_one_that_its_record_names() {
    let desk = Desk::new();
    let good = desk.0.bytes("fit/model.safetensors");
    let other = [&FIT[..10], &["--seed", "1", "--out", "other"]].concat();
    assert_eq!(desk.mdn(&other).code, Some(0));
    for verb in ["predict", "sample", "score"] {
        for model in ["fit", "fit/model.safetensors"] {
            assert_eq!(desk.mdn(&[verb, model, "t.csv"]).code, Some(0));
            desk.0.write(
                "fit/model.safetensors",
                desk.0.bytes("other/model.safetensors"),
            );
            let said = desk.refused(&[verb, model, "t.csv"]);
            let end = "not the model that record.json beside it names; fit again";
            assert_eq!(said, format!("mdn: fit/model.safetensors: {end}"));
            desk.0.write("fit/model.safetensors", &good);
        }
    }
    // A model alone is one as well.
    fs::remove_file(desk.0.at("fit/record.json")).expect("there");
    assert_eq!(desk.mdn(&["predict", "fit", "t.csv"]).code, Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_second_writer_is_refused_in_a_sentence() {
    let desk = Desk::new();
    // A fit of some seconds.
    let long = [
        "fit",
        "t.csv",
        "--target",
        "y",
        "--epochs",
        "100000",
        "--components",
        "20,21,22,23,24,25",
        "--out",
        "fit",
    ];
    let mut first = Command::new(env!("CARGO_BIN_EXE_mdn"))
        .args(long)
        .current_dir(desk.0.at(""))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the command starts");
    // It holds the folder a moment later; asked before that, it would be the one that is refused.
    sleep(Duration::from_millis(700));
    let said = loop {
        let ran = desk.mdn(&FIT);
        if ran.code == Some(2) {
            break one_line(&ran);
        }
        assert!(
            first.try_wait().expect("waited for").is_none(),
            "it ended too early"
        );
        sleep(Duration::from_millis(20));
    };
    assert_eq!(
        said,
        "mdn: fit: another run is writing into this folder; wait until it has ended"
    );
    // Readers see the old set meanwhile.
    assert_eq!(desk.mdn(&["predict", "fit", "t.csv"]).code, Some(0));
    first.kill().expect("killed");
    first.wait().expect("waited for");
    assert_eq!(
        desk.mdn(&FIT).code,
        Some(0),
        "the lock goes with its holder"
    );
}

/// With nothing to do nothing is written: a study can be reported where nothing may be.
#[test]
fn a_study_that_is_finished_is_reported_on_a_disk_that_is_only_read() {
    let desk = Desk::new();
    let calls = "create,write,sync,rename,link,unlink,mkdir,rmdir";
    let read_only = [("SHIM_CALLS", calls), ("SHIM_AT", "1+"), ("SHIM_DO", "30")];
    for verb in [
        &["report", "tiny"][..],
        &["run", "tiny"],
        &["render", "tiny"],
        &["report", "fit"],
    ] {
        let Some(ran) = desk.shimmed(&read_only, verb) else {
            return;
        };
        assert_eq!(ran.code, Some(0), "{verb:?}: {ran:?}");
    }
    assert_eq!(
        desk.shimmed(&read_only, &FIT).expect("a shim").code,
        Some(2)
    );
    // The twin: with something to do it is refused.
    fs::remove_file(desk.0.at("tiny/index.html")).expect("there");
    let ran = desk
        .shimmed(&read_only, &["report", "tiny"])
        .expect("a shim");
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let said = ran.stderr.lines().last().expect("a line");
    assert!(
        said.ends_with("cannot be written: Read-only file system (os error 30)"),
        "{said}"
    );
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_that_is_not_there_is_followed() {
    use std::os::unix::fs::symlink;
    let desk = Desk::new();
    symlink("later", desk.0.at("link")).expect("writable");
    assert_eq!(desk.mdn(&["run", "tiny", "--out", "link"]).code, Some(0));
    assert!(desk.0.at("later/record.json").is_file());
    symlink("loop", desk.0.at("loop")).expect("writable");
    let end = "it is a link that leads to itself";
    for verb in [&["run", "tiny"][..], &["report", "tiny"], &FIT[..10]] {
        let ran = desk.mdn(&[verb, &["--out", "loop"]].concat());
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert_eq!(
            one_line(&ran),
            format!("mdn: loop: cannot be written: {end}")
        );
    }
    let ran = desk.mdn(&["render", "tiny", "--out", "loop"]);
    let said = format!("mdn: loop: cannot be written: {end}\n");
    assert_eq!((ran.code, ran.stderr), (Some(2), said));
}

#[test]
fn results_go_into_no_folder_of_another_study() {
    let desk = Desk::new();
    let said = desk.refused(&["run", "tiny", "--out", "fit"]);
    assert_eq!(
        said,
        "mdn: --out names fit, the folder of another study; name another folder"
    );
    fs::create_dir(desk.0.at("notes")).expect("writable");
    desk.0.write("notes/record.json", "{\"precious\": 1}");
    for verb in ["run", "report"] {
        let said = desk.refused(&[verb, "tiny", "--out", "notes"]);
        let what = "not a record, and would be written over; --out names another folder";
        assert_eq!(said, format!("mdn: notes/record.json: {what}"));
    }
}
