//! `mdn bench`: the last criterion run as one table.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use mixture_density::files::{self, Kind};
use mixture_density::numerics::peak;
use mixture_density::record::BenchmarkTiming;
use serde::Deserialize;

use super::exit::GOOD;
use super::machine;
use super::terminal::say;

/// Groups whose elements are floating-point operations of products.
const FLOP_GROUPS: [&str; 2] = ["matmul", "training_step"];
/// Where criterion leaves its estimates, from the checkout's root.
pub(super) const CRITERION: &str = "target/criterion";
/// Measurements of the peak; their median is taken.
const PEAK_RUNS: usize = 15;

#[derive(Debug, clap::Args)]
pub(super) struct BenchArgs {
    /// Where criterion left its estimates.
    #[arg(long, value_name = "DIR", default_value = CRITERION)]
    from: PathBuf,
}

/// Of criterion's `benchmark.json`, what is needed.
#[derive(Debug, Deserialize)]
struct Benchmark {
    group_id: String,
    full_id: String,
    #[serde(default)]
    throughput: Option<Throughput>,
}

/// Bytes and bits are not counted here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Throughput {
    #[serde(rename = "Elements")]
    elements: Option<u64>,
}

/// Of criterion's `estimates.json`, what is needed.
#[derive(Debug, Deserialize)]
struct Estimates {
    median: Estimate,
}

#[derive(Debug, Deserialize)]
struct Estimate {
    /// Nanoseconds.
    point_estimate: f64,
    /// Of the bootstrap; 95 % unless the benchmark says otherwise.
    confidence_interval: Interval,
}

#[derive(Debug, Deserialize)]
struct Interval {
    lower_bound: f64,
    upper_bound: f64,
}

/// Criterion's estimates, by name; those that cannot be read are left out, for they are no result.
pub(super) fn estimates(from: &Path) -> Vec<BenchmarkTiming> {
    let mut folders = Vec::new();
    find(from, &mut folders);
    let mut timings: Vec<BenchmarkTiming> = folders
        .iter()
        .filter_map(|folder| {
            let benchmark: Benchmark = read(&folder.join("benchmark.json")).ok()?;
            let Estimates { median } = read(&folder.join("estimates.json")).ok()?;
            Some(BenchmarkTiming {
                name: benchmark.full_id,
                median_ns: median.point_estimate,
                median_low_ns: median.confidence_interval.lower_bound,
                median_high_ns: median.confidence_interval.upper_bound,
                elements: benchmark.throughput.and_then(|t| t.elements),
            })
        })
        .collect();
    timings.sort_by(|a, b| a.name.cmp(&b.name));
    timings
}

pub(super) fn bench(args: &BenchArgs) -> anyhow::Result<u8> {
    let mut folders = Vec::new();
    find(&args.from, &mut folders);
    folders.sort();
    if folders.is_empty() {
        bail!(
            "{}: no benchmark has run; run `cargo bench` first",
            args.from.display()
        );
    }
    let peak = peak_gflops();
    say(&format!(
        "peak: {peak:.1} GFLOP/s on one core, {} kernels, {}",
        machine::kernels(),
        machine::processor()
    ));
    say(&format!(
        "{:<28} {:>12} {:>16} {:>8}",
        "benchmark", "median", "throughput", "of peak"
    ));
    for folder in &folders {
        say(&row(folder, peak)?);
    }
    Ok(GOOD)
}

fn row(folder: &Path, peak: f64) -> anyhow::Result<String> {
    let benchmark: Benchmark = read(&folder.join("benchmark.json"))?;
    let estimates: Estimates = read(&folder.join("estimates.json"))?;
    let median_ns = estimates.median.point_estimate;
    let elements = benchmark
        .throughput
        .and_then(|throughput| throughput.elements);
    let (throughput, share) = match elements {
        Some(flop) if FLOP_GROUPS.contains(&benchmark.group_id.as_str()) => {
            let gflops = flop as f64 / median_ns;
            let share = format!("{:.0} %", 100.0 * gflops / peak);
            (format!("{gflops:.1} GFLOP/s"), share)
        }
        Some(n) => (
            format!("{:.2} M/s", n as f64 / median_ns * 1e3),
            String::new(),
        ),
        None => (String::new(), String::new()),
    };
    Ok(format!(
        "{:<28} {:>12} {throughput:>16} {share:>8}",
        benchmark.full_id,
        time(median_ns)
    ))
}

fn time(nanoseconds: f64) -> String {
    if nanoseconds < 1e6 {
        format!("{:.1} µs", nanoseconds / 1e3)
    } else {
        format!("{:.2} ms", nanoseconds / 1e6)
    }
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> anyhow::Result<T> {
    let bytes = files::read(path, Kind::Benchmark).with_context(|| path.display().to_string())?;
    serde_json::from_slice(&bytes).with_context(|| path.display().to_string())
}

/// Every folder called `new` with estimates in it.
fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.ends_with("new") && path.join("estimates.json").is_file() {
            found.push(path);
        } else if path.is_dir() {
            find(&path, found);
        }
    }
}

/// This core's fused multiply-adds, in GFLOP/s: the median of some short runs.
fn peak_gflops() -> f64 {
    let mut rates: Vec<f64> = (0..PEAK_RUNS)
        .map(|_| {
            let started = machine::seconds();
            let (flop, sum) =
                peak::multiply_adds(std::hint::black_box(0.999), std::hint::black_box(0.001));
            std::hint::black_box(sum);
            flop / (machine::seconds() - started) / 1e9
        })
        .collect();
    rates.sort_by(f64::total_cmp);
    rates[PEAK_RUNS / 2]
}
