//! Clock, environment, processor and version control: the one file that looks at the world.
#![allow(clippy::disallowed_methods, reason = "the one file that may")]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use mixture_density::numerics::dispatch;
use mixture_density::record::{SCHEMA, Timing};

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Seconds since the first call.
pub(super) fn seconds() -> f64 {
    START.elapsed().as_secs_f64()
}

/// Logical processors this process may use.
pub(super) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Makes a write past the limit of `ulimit -f` an error like any other: unhandled, its signal ends the
/// process without a word.
pub(super) fn survive_file_size_limit() {
    #[cfg(unix)]
    {
        use std::sync::{Arc, atomic::AtomicBool};
        let unread = Arc::new(AtomicBool::new(false));
        // Where it cannot be had, the limit still leaves nothing half-written.
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, unread);
    }
}

/// Sizes the pool of threads, on which a study scores too, beside its cells: the number asked for, or one for each
/// processor; says which. The bits do not depend on it.
pub(super) fn start_threads(jobs: Option<usize>) -> usize {
    let jobs = jobs.unwrap_or_else(processors);
    // An error says that the pool stands already: then its size is kept.
    let _ = rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .build_global();
    jobs
}

/// Whether the kernels asked for by `MDN_KERNELS` are there.
pub(super) fn check_kernels() -> anyhow::Result<()> {
    dispatch::selected()?;
    Ok(())
}

/// What `timing.json` says of this moment and machine; the run itself is the caller's to fill in.
pub(super) fn timing(out: &Path) -> Timing {
    Timing {
        schema: SCHEMA,
        jobs: rayon::current_num_threads(),
        finished_at: now_utc(),
        processor: processor(),
        n_processors: processors(),
        kernels: kernels(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        rustc: env!("MDN_RUSTC").to_owned(),
        revision: revision(out),
        ..Timing::default()
    }
}

/// Name of the kernels in use.
pub(super) fn kernels() -> String {
    dispatch::active().name().to_owned()
}

/// The processor's name as the kernel tells it.
pub(super) fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    name.map_or_else(
        || std::env::consts::ARCH.to_owned(),
        |(_, name)| name.trim().to_owned(),
    )
}

/// Now, UTC, as `2026-11-22T09:00:00Z`.
fn now_utc() -> String {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |d| d.as_secs());
    utc(seconds)
}

/// Seconds since 1970 as a date and time (Hinnant, 2013, "chrono-compatible low-level date algorithms").
fn utc(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// The checkout's revision, `+dirty` where the tree was changed; none outside a checkout or without git.
fn revision(folder: &Path) -> Option<String> {
    let git = |args: &[&str]| {
        let output = Command::new("git")
            .arg("-C")
            .arg(folder)
            .args(args)
            .output()
            .ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let head = git(&["rev-parse", "HEAD"])?;
    let dirty = git(&["status", "--porcelain", "--untracked-files=no"])
        .is_none_or(|changes| !changes.is_empty());
    Some(if dirty { format!("{head}+dirty") } else { head })
}

#[cfg(test)]
mod tests {
    use super::utc;

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(utc(0), "1970-01-01T00:00:00Z");
        assert_eq!(utc(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(utc(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(utc(1_795_338_061), "2026-11-22T09:01:01Z");
    }
}
