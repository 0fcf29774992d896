//! Kills at random moments.

use std::thread::sleep;
use std::time::{Duration, Instant};

use mixture_density::seed::Seed;

use super::desk::{Desk, WRITERS};
use super::{amount, report};

#[test]
fn a_kill_at_any_moment_leaves_one_set() {
    let mut moments = Seed::new(3).stream("campaign/kills");
    let (mut n_kills, mut n_mid_run) = (0, 0);
    for writer in WRITERS {
        // The shortest of some: a slow one would have the kills come too late.
        let (mut whole_s, mut new) = (f64::INFINITY, None);
        for _ in 0..3 {
            let desk = Desk::new();
            let started = Instant::now();
            assert_eq!(desk.mdn(writer.line).code, Some(0));
            whole_s = whole_s.min(started.elapsed().as_secs_f64());
            let results = desk.results(writer);
            assert!(new.get_or_insert_with(|| desk.results(writer)) == &results);
        }
        let new = new.expect("a run");
        for _ in 0..amount(40, 5) {
            let desk = Desk::new();
            let old = desk.results(writer);
            let mut child = desk.start(writer.line);
            sleep(Duration::from_secs_f64(moments.uniform(0.0, whole_s)));
            child.kill().expect("killed, or ended before");
            let ended = child.wait().expect("waited for");
            n_kills += 1;
            n_mid_run += usize::from(ended.code().is_none());
            if writer.is_set {
                assert_eq!(desk.check_set(writer.out), Ok(()), "{writer:?}");
            } else {
                let now = desk.results(writer);
                assert!(now == old || now == new, "{writer:?}");
            }
            let again = desk.mdn(writer.line);
            assert_eq!(again.code, Some(0), "{writer:?}: {again:?}");
            assert!(desk.results(writer) == new, "{writer:?}");
            assert_eq!(desk.unfinished(), Vec::<String>::new());
        }
    }
    report(&format!(
        "{n_kills} kills at a random moment, {n_mid_run} of them before the end"
    ));
    assert!(
        2 * n_mid_run > n_kills,
        "only {n_mid_run} of {n_kills} kills came in time"
    );
}
