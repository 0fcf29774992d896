//! Two writers at once into one folder, beside readers.

use std::thread::sleep;
use std::time::Duration;

use mixture_density::seed::Seed;

use super::desk::{Desk, ran};
use super::{amount, report};

/// The two writers: fits of two seeds into one folder.
const PAIR: [&str; 2] = [
    "fit t.csv --target y --recipe article --epochs 3 --components 1,2 --seed 2 --out fit",
    "fit t.csv --target y --recipe article --epochs 3 --components 1,2 --seed 3 --out fit",
];

#[test]
fn of_two_writers_one_waits_or_is_refused() {
    let mut moments = Seed::new(4).stream("campaign/writers");
    let (mut n_refused, n_pairs) = (0, amount(200, 15));
    for pair in 0..n_pairs {
        let desk = Desk::new();
        let spawn = |line: &str| {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_mdn"));
            command.args(line.split(' ')).current_dir(desk.at(""));
            let streams = command
                .stdout(std::process::Stdio::null())
                .stderr(std::process::Stdio::piped());
            streams.spawn().expect("the command starts")
        };
        let first = spawn(PAIR[0]);
        sleep(Duration::from_secs_f64(moments.uniform(0.0, 0.1)));
        let second = spawn(PAIR[1]);
        // A reader meanwhile.
        let read = desk.mdn("predict fit t.csv --out rows.csv");
        assert_eq!(read.code, Some(0), "{read:?}");
        assert_eq!(desk.check_set("fit"), Ok(()), "pair {pair}, meanwhile");
        let ended = [first, second].map(|child| ran(child.wait_with_output().expect("waited for")));
        for ran in &ended {
            let is_refused = ran.code == Some(2)
                && ran.stderr
                    == "mdn: fit: another run is writing into this folder; wait until it has ended\n";
            assert!(ran.code == Some(0) || is_refused, "{ran:?}");
            n_refused += usize::from(is_refused);
        }
        assert!(ended.iter().any(|ran| ran.code == Some(0)), "{ended:?}");
        assert_eq!(desk.check_set("fit"), Ok(()), "pair {pair}");
        assert_eq!(desk.unfinished(), Vec::<String>::new());
    }
    report(&format!("{n_pairs} pairs of writers, {n_refused} refused"));
    assert!(n_refused > 0, "no pair met");
}
