//! Clock, environment, processor and version control: the one file that looks at the world.
#![allow(clippy::disallowed_methods, reason = "the one file that may")]

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use mixture_density::files;
use mixture_density::numerics::dispatch;
use mixture_density::record::{SCHEMA, Timing};
use mixture_density::threads::{self, Threads};

use super::terminal::complain;

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Seconds since the first call.
pub(super) fn seconds() -> f64 {
    START.elapsed().as_secs_f64()
}

/// Logical processors this process may use.
pub(super) fn processors() -> usize {
    threads::processors()
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

/// Removes what is not complete before one of the usual signals ends the process.
pub(super) fn clean_up_when_stopped() {
    #[cfg(unix)]
    {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
        let wait = || {
            // What the caller wants ignored (`nohup`) stays so.
            let ignored = ignored_signals();
            let is_heard = |signal: &i32| ignored >> (signal - 1) & 1 == 0;
            let heard = [SIGHUP, SIGINT, SIGTERM].into_iter().filter(is_heard);
            let Ok(mut signals) = signal_hook::iterator::Signals::new(heard) else {
                return;
            };
            for signal in &mut signals {
                files::abandon();
                let _ = signal_hook::low_level::emulate_default_handler(signal);
            }
        };
        // Without this thread the signals end the process as ever; the next one removes what is left.
        let _ = std::thread::Builder::new().spawn(wait);
    }
}

/// The signals that this process was started to ignore, a bit for each.
#[cfg(unix)]
fn ignored_signals() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or_default()
}

/// Sizes the pool of threads, on which a study scores too, beside its cells: the number asked for, or one for each
/// processor, or fewer where the system refuses them; says how many there are. The bits do not depend on it.
pub(super) fn start_threads(jobs: Option<usize>) -> usize {
    let Threads { asked, had } = threads::start(jobs.unwrap_or_else(processors));
    if had < asked {
        complain(&format!(
            "the system refuses {asked} threads; {had} will do the work"
        ));
    }
    had
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
        jobs: threads::n_threads(),
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

/// The longest answer of git that is read, bytes.
const MOST_STATUS: u64 = 1 << 20;

/// The checkout's revision, `+dirty` where the tree was changed; none outside a checkout or without git.
fn revision(folder: &Path) -> Option<String> {
    let mut git = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["status", "--porcelain=v2", "--branch", "--no-ahead-behind"])
        .arg("--untracked-files=no")
        // It would write what it has found out into a folder that is only read here.
        .env("GIT_OPTIONAL_LOCKS", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut status = Vec::new();
    let answer = git.stdout.take()?;
    let read = answer.take(MOST_STATUS).read_to_end(&mut status);
    // Waited for whatever it says: it is our child.
    let ended = git.wait();
    let is_cut = status.len() as u64 == MOST_STATUS;
    let is_sound = read.is_ok() && (is_cut || ended.is_ok_and(|ended| ended.success()));
    if is_sound {
        head(&String::from_utf8_lossy(&status))
    } else {
        None
    }
}

/// The revision in git's status.
fn head(status: &str) -> Option<String> {
    let mut head = status
        .lines()
        .filter_map(|line| line.strip_prefix("# branch.oid "));
    // Before the first commit there is a word in brackets.
    let head = head.next().filter(|head| !head.starts_with('('))?;
    let is_dirty = status.lines().any(|line| !line.starts_with('#'));
    Some(format!("{head}{}", if is_dirty { "+dirty" } else { "" }))
}

#[cfg(test)]
mod tests {
    use super::{head, utc};

    #[test]
    fn git_tells_the_revision_and_whether_something_is_changed() {
        let clean = "# branch.oid 4072a17\n# branch.head main\n";
        assert_eq!(head(clean).as_deref(), Some("4072a17"));
        let dirty = format!("{clean}1 .M N... 100644 100644 100644 a b src/lib.rs\n");
        assert_eq!(head(&dirty).as_deref(), Some("4072a17+dirty"));
        assert_eq!(head("# branch.oid (initial)\n# branch.head main\n"), None);
        assert_eq!(head(""), None);
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(utc(0), "1970-01-01T00:00:00Z");
        assert_eq!(utc(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(utc(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(utc(1_795_338_061), "2026-11-22T09:01:01Z");
    }
}
