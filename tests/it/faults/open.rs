//! Files of ours that are none: pipes that nobody writes into, devices without an end.

use std::fs;

use super::Desk;

/// The verb that reads each file, and the file.
const READERS: [(&str, &str); 13] = [
    ("points tiny", "tiny/spec.toml"),
    ("run tiny", "tiny/spec.toml"),
    ("render tiny", "tiny/record.json"),
    ("render tiny", "tiny/timing.json"),
    ("render fit", "fit/record.json"),
    ("render tiny --against other.json", "other.json"),
    ("report tiny --against other.json", "other.json"),
    ("verify tiny --only article/mse/r=0", "tiny/record.json"),
    ("verify fit", "fit/model.safetensors"),
    ("index .", "tiny/record.json"),
    ("predict fit t.csv", "fit/model.safetensors"),
    ("sample fit t.csv", "fit/model.safetensors"),
    ("score fit t.csv", "fit/model.safetensors"),
];

#[cfg(target_os = "linux")]
#[test]
fn what_is_no_file_is_refused_at_once() {
    use std::os::unix::fs::symlink;
    let desk = Desk::new();
    desk.0.write("other.json", desk.0.bytes("tiny/record.json"));
    for (verb, file) in READERS {
        let path = desk.0.at(file);
        let kept = fs::read(&path).expect("readable");
        for (what, why) in [
            ("pipe", "it is a pipe, not a file"),
            ("/dev/zero", "it is a device, not a file"),
            ("/dev/full", "it is a device, not a file"),
            ("folder", "it is a folder, not a file"),
            ("huge", "it is longer than "),
        ] {
            fs::remove_file(&path).expect("there");
            match what {
                "pipe" => assert_eq!(desk.0.shell(&format!("mkfifo {file}")).code, Some(0)),
                "folder" => fs::create_dir(&path).expect("writable"),
                "huge" => fs::File::create(&path)
                    .and_then(|file| file.set_len(1 << 41))
                    .expect("writable"),
                device => symlink(device, &path).expect("writable"),
            }
            // A hang, and memory without end, end here too.
            let ran = desk.0.shell(&format!(
                "ulimit -v 2000000; exec timeout 20 \"$MDN\" {verb}"
            ));
            assert_eq!(ran.code, Some(2), "{verb}, {what}: {ran:?}");
            let said = ran.stderr.lines().last().expect("a line");
            assert!(
                said.contains(file) && said.contains(why),
                "{verb}, {what}: {said}"
            );
            match what {
                "folder" => fs::remove_dir(&path).expect("there"),
                _ => fs::remove_file(&path).expect("there"),
            }
            fs::write(&path, &kept).expect("writable");
        }
        // The twin.
        let arguments: Vec<&str> = verb.split(' ').collect();
        assert_eq!(desk.mdn(&arguments).code, Some(0));
    }
}

/// A stored cell that is none is computed again, or said to be in the way.
#[cfg(target_os = "linux")]
#[test]
fn a_cell_that_is_a_pipe_does_not_hang() {
    let desk = Desk::new();
    let cell = desk.0.cell_file("article/mse/r=0");
    fs::remove_file(&cell).expect("there");
    let name = cell
        .strip_prefix(desk.0.at(""))
        .expect("below")
        .display()
        .to_string();
    assert_eq!(desk.0.shell(&format!("mkfifo '{name}'")).code, Some(0));
    let ran = desk.0.shell("exec timeout 20 \"$MDN\" run tiny");
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(
        ran.stderr
            .contains("not trusted (it is a pipe, not a file)"),
        "{ran:?}"
    );
    let said = ran.stderr.lines().last().expect("a line");
    assert!(
        said.ends_with("something that is not a file stands there"),
        "{said}"
    );
}
