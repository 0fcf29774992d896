//! `mdn verify` of fits of every kind: however their tables were read, wherever they lie, whatever came out.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};

use super::{Desk, branches};

/// Everything that decides how a table is read: delimiter, columns, parts, missing numbers, noise on repeated targets.
#[test]
fn whatever_the_table_was_read_by() {
    let desk = Desk::new();
    let mut text = String::from("part|a, b|seven|y\n");
    for (row, line) in branches(90).lines().skip(1).enumerate() {
        let cells: Vec<&str> = line.split(',').collect();
        let part = ["train", "train", "validation", "test"][row % 4];
        let x = if row == 5 { "" } else { cells[0] };
        text += &format!("{part}|{x}|7|{}\n", row % 9);
    }
    desk.0.write("odd.txt", text);
    let fit = desk.mdn(&[
        "fit",
        "odd.txt",
        "--target",
        "y",
        "--components",
        "2",
        "--delimiter",
        "|",
        "--split-column",
        "part",
        "--missing",
        "drop",
        "--dequantise",
        "--seed",
        "9",
        "--recipe",
        "article",
        "--out",
        "odd",
    ]);
    assert_eq!(fit.code, Some(0), "{fit:?}");
    let ran = desk.mdn(&["verify", "odd", "odd.txt"]);
    assert_eq!(
        ran.stdout, "1 cell trained again, 0 differences\n",
        "{ran:?}"
    );
    assert_eq!(ran.code, Some(0));
}

/// Other parts of the same rows, which only a training can tell.
#[test]
fn rows_that_changed_their_parts_are_told() {
    let desk = Desk::new();
    let table = |parts: [&str; 4]| {
        let mut text = String::from("part,x,noise,y\n");
        for (row, line) in branches(40).lines().skip(1).enumerate() {
            text += &format!("{},{line}\n", parts[row % 4]);
        }
        text
    };
    desk.0
        .write("t.csv", table(["train", "train", "validation", "test"]));
    desk.good(&[
        "fit",
        "t.csv",
        "--target",
        "y",
        "--split-column",
        "part",
        "--components",
        "1",
        "--epochs",
        "3",
    ]);
    desk.good(&["verify", "t-fit"]);
    desk.0
        .write("t.csv", table(["train", "train", "test", "validation"]));
    let ran = desk.mdn(&["verify", "t-fit"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stdout.contains("1 cell trained again, "), "{ran:?}");
}

/// Through a pipe, compressed, without a model, into the folder of the table itself.
#[test]
fn any_way_to_fit() {
    let desk = Desk::new();
    let text = branches(40);
    desk.0.write("t.csv", text.clone());
    let fit = "--target y --components 1 --epochs 2 --jobs 1";
    let equal = "1 cell trained again, 0 differences\n";
    let piped = format!("\"$MDN\" fit - {fit} --out piped < t.csv");
    assert_eq!(desk.0.shell(&piped).code, Some(0));
    assert_eq!(desk.good(&["verify", "piped", "t.csv"]).stdout, equal);
    let ran = desk.0.shell("\"$MDN\" verify piped - < t.csv");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), equal));
    // Compressed; and the same rows between other delimiters, once these are told.
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(text.as_bytes()).expect("memory");
    desk.0.write("z.csv.gz", gzip.finish().expect("memory"));
    let ran = desk.0.shell(&format!("\"$MDN\" fit z.csv.gz {fit}"));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(desk.good(&["verify", "z-fit"]).stdout, equal);
    desk.0.write("bars.txt", text.replace(',', "~"));
    let bars = ["verify", "z-fit", "bars.txt", "--delimiter", "~"];
    assert_eq!(desk.good(&bars).stdout, equal);
    assert_eq!(desk.mdn(&bars[..3]).code, Some(2));
    // In the folder of the fit, whatever lies beside it.
    let here = [
        "mkdir here && mv t.csv here && head -n 30 here/t.csv > t.csv && cd here",
        &format!("\"$MDN\" fit t.csv {fit} --out ."),
        "\"$MDN\" verify .",
    ];
    let ran = desk.0.shell(&here.join(" && "));
    assert!(ran.stdout.ends_with(equal), "{ran:?}");
    // Beside a link to the folder.
    let link = "mkdir a b && mv z-fit b && mv z.csv.gz a && ln -s ../b/z-fit a/z-fit && \"$MDN\" verify a/z-fit";
    assert_eq!(desk.0.shell(link).stdout, equal);
    // Numbers at which the training ends: no model is no difference.
    let mut wild = String::from("x,y\n");
    for row in 0..60 {
        let x = [-1.6e7, 1.6e7][row % 3 % 2];
        wild += &format!("{x},{}\n", x * (row * 7 % 60) as f64 / 60.0);
    }
    desk.0.write("wild.csv", wild);
    let ran = desk.mdn(&[
        "fit",
        "wild.csv",
        "--target",
        "y",
        "--components",
        "1",
        "--recipe",
        "article",
    ]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(desk.record("wild-fit").model_blake3.is_none());
    assert_eq!(desk.good(&["verify", "wild-fit"]).stdout, equal);
}
