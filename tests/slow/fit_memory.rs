//! A fit to a large table stays in little memory: 200,000 rows of 20 features and 2 targets, K = 10.

use std::fs::{File, read_to_string};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use mixture_density::record::Timing;
use mixture_density::seed::Seed;

const ROWS: usize = 200_000;
const FEATURES: usize = 20;

/// Two branches over the product of two features, and a target that follows the branch.
fn write_table(path: &Path) {
    let mut stream = Seed::new(12).stream("large");
    let mut file = BufWriter::new(File::create(path).expect("writable"));
    let names: Vec<String> = (0..FEATURES).map(|i| format!("x{i}")).collect();
    writeln!(file, "{},y,z", names.join(",")).expect("written");
    for _ in 0..ROWS {
        let x: Vec<f64> = (0..FEATURES).map(|_| stream.normal(0.0, 1.0)).collect();
        let sign = if stream.uniform(0.0, 1.0) < 0.5 {
            -1.0
        } else {
            1.0
        };
        let y = sign * (1.0 + x[0] * x[1]) + stream.normal(0.0, 0.2);
        let z = x[2] + 0.5 * x[3] * x[3] + 0.5 * sign + stream.normal(0.0, 0.2);
        for value in &x {
            write!(file, "{value},").expect("written");
        }
        writeln!(file, "{y},{z}").expect("written");
    }
    file.flush().expect("written");
}

/// The most resident memory a process has had, KiB; `None` when it is gone.
fn peak_kib(id: u32) -> Option<u64> {
    let status = read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

#[test]
fn two_hundred_thousand_rows_fit_into_a_gigabyte() {
    let mut say = std::io::stderr();
    if peak_kib(std::process::id()).is_none() {
        say.write_all(b"not run: no /proc tells the memory of a process\n")
            .expect("written");
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    write_table(&folder.path().join("large.csv"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_mdn"))
        .args("fit large.csv --target y --target z --components 10 --out fit".split(' '))
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the command starts");
    let mut peak = 0;
    let status = loop {
        peak = peak_kib(child.id()).unwrap_or(0).max(peak);
        if let Some(status) = child.try_wait().expect("waited for") {
            break status;
        }
        sleep(Duration::from_millis(50));
    };
    assert!(status.success(), "{status}");
    let timing = Timing::read(&folder.path().join("fit/timing.json")).expect("readable");
    let cell = timing.expect("a timing").cells.remove(0);
    // The recipe's batches are of 128 rows, the last of each epoch shorter.
    let rows_per_s = cell.n_steps as f64 * 128.0 / cell.train_wall_s;
    writeln!(say, "peak {peak} KiB, {rows_per_s:.0} rows/s in training").expect("written");
    assert!(peak < 1 << 20, "{peak} KiB");
    // The twin: what is seen is the process that holds the table, whose numbers alone need so much.
    let numbers_kib = (ROWS * (FEATURES + 2) * size_of::<f64>() / 1024) as u64;
    assert!(peak > numbers_kib, "{peak} KiB");
}
