//! One pool of threads, built by us: as many as are asked for, or as can be had.
//!
//! Rayon's own pool is built on first use, takes its size from the environment, and panics where the system
//! refuses a thread. This one never fails: it takes the threads that it gets, and at worst does all work on the
//! calling one. Every worker of it computes in the default [floating-point environment](environment). Who calls
//! from a worker of another pool stays in that one. The bits of a result do not depend on the number of threads.

use std::io::ErrorKind;
use std::mem::{ManuallyDrop, forget};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, available_parallelism};

use rayon::{ThreadBuilder, ThreadPool, ThreadPoolBuilder};

use crate::numerics::environment;

/// The most threads that a pool has.
pub const MOST: usize = 1024;

/// Address space of a thread: its stack, and the heap that the C library reserves for it.
#[cfg(unix)]
const BYTES: u64 = (2 + 64) << 20;

/// The size of the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threads {
    /// Threads asked for.
    pub asked: usize,
    /// Threads that compute.
    pub had: usize,
}

/// The pool of this process; none while nobody has asked for one.
static POOL: Mutex<Option<Arc<Pool>>> = Mutex::new(None);

struct Pool {
    threads: Threads,
    /// A child of a fork inherits a pool without its threads.
    process: u32,
    /// None where not even one thread was to be had.
    workers: Option<ManuallyDrop<ThreadPool>>,
}

/// The number of threads that can run at once.
#[must_use]
pub fn processors() -> usize {
    available_parallelism().map_or(1, usize::from)
}

/// Builds the pool with `asked` threads, [`MOST`] at most. Where it is built already, it stays as it is.
pub fn start(asked: usize) -> Threads {
    pool(Some(asked)).threads
}

/// The number of threads that compute.
#[must_use]
pub fn n_threads() -> usize {
    match rayon::current_thread_index() {
        Some(_) => rayon::current_num_threads(),
        None => pool(None).threads.had,
    }
}

/// Does `work` in the pool: what it splits by rayon's means is done by all threads.
pub fn install<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    let _environment = environment::guard();
    if rayon::current_thread_index().is_some() {
        return work();
    }
    match &pool(None).workers {
        Some(workers) => workers.install(work),
        None => {
            become_pool();
            work()
        }
    }
}

/// Does two things at once, where there are threads for it.
pub fn join<A: Send, B: Send>(
    a: impl FnOnce() -> A + Send,
    b: impl FnOnce() -> B + Send,
) -> (A, B) {
    install(|| rayon::join(a, b))
}

fn pool(asked: Option<usize>) -> Arc<Pool> {
    let process = std::process::id();
    let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(pool) = &*pool
        && pool.process == process
    {
        return Arc::clone(pool);
    }
    let built = Arc::new(build(asked.unwrap_or_else(processors), process));
    forget(pool.replace(Arc::clone(&built)));
    built
}

fn build(asked: usize, process: u32) -> Pool {
    let asked = asked.clamp(1, MOST);
    let allowed = asked.min(fitting());
    // Started before rayon asks for them, so that none can be refused then.
    let mut waiting: Vec<Sender<ThreadBuilder>> = (0..allowed).map_while(start_one).collect();
    if waiting.len() < allowed {
        // What limits threads limits memory, or the threads of others: half is left to them.
        waiting.truncate(waiting.len() / 2);
    }
    let had = waiting.len();
    let builder = ThreadPoolBuilder::new()
        .num_threads(had)
        .start_handler(|_| environment::set())
        .spawn_handler(|thread| match waiting.pop() {
            Some(one) => one.send(thread).map_err(|_| ErrorKind::BrokenPipe.into()),
            None => Err(ErrorKind::WouldBlock.into()),
        });
    let workers = if had == 0 { None } else { builder.build().ok() };
    Pool {
        threads: Threads {
            asked,
            had: if workers.is_some() { had } else { 1 },
        },
        process,
        // Its threads end with the process.
        workers: workers.map(ManuallyDrop::new),
    }
}

/// Threads whose stacks and heaps take a quarter of the address space at most, where that has a limit: to ask for more
/// would take from the work what no refusal gives back.
fn fitting() -> usize {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit};
        if let Some(bytes) = getrlimit(Resource::As).current {
            return usize::try_from(bytes / 4 / BYTES).unwrap_or(MOST).max(1);
        }
    }
    MOST
}

/// A thread that waits for what rayon wants it to do; `None` where the system refuses it.
fn start_one(at: usize) -> Option<Sender<ThreadBuilder>> {
    let (send, receive) = channel::<ThreadBuilder>();
    let wait = move || {
        if let Ok(thread) = receive.recv() {
            thread.run();
        }
    };
    let started = Builder::new().name(format!("worker-{at}")).spawn(wait);
    started.is_ok().then_some(send)
}

/// Makes this thread the only one of a pool of its own.
fn become_pool() {
    let alone = ThreadPoolBuilder::new().num_threads(1).use_current_thread();
    // As long as the thread lives.
    forget(alone.build());
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rayon::prelude::*;

    use super::*;

    fn sum(pool: &ThreadPool) -> u64 {
        pool.install(|| (0..1000_u64).into_par_iter().map(|n| n * n).sum())
    }

    #[test]
    fn a_pool_has_the_threads_that_were_asked_for() {
        for asked in [1, 2, 7] {
            let pool = build(asked, 0);
            assert_eq!(pool.threads, Threads { asked, had: asked });
            let workers = pool.workers.as_ref().unwrap();
            let all = workers.broadcast(|_| environment::is_default());
            assert_eq!(all, vec![true; asked]);
            assert_eq!(workers.install(n_threads), asked);
            assert_eq!(sum(workers), 332_833_500);
        }
        assert_eq!(build(0, 0).threads, Threads { asked: 1, had: 1 });
    }

    #[test]
    fn work_is_done_in_the_pool_even_without_a_thread() {
        let alone = || {
            become_pool();
            let names = (0..100)
                .into_par_iter()
                .map(|_| std::thread::current().id());
            names.collect::<Vec<_>>().into_iter().collect::<Vec<_>>()
        };
        let done = std::thread::spawn(move || (std::thread::current().id(), alone()));
        let (this, threads) = done.join().unwrap();
        assert!(threads.iter().all(|thread| *thread == this));
        assert_eq!(join(|| 1, || 2), (1, 2));
        assert_eq!(install(|| install(|| 3)), 3);
        assert_eq!(install(rayon::current_num_threads), n_threads());
        // Threads that are no workers share the pool.
        let shared: BTreeSet<usize> = (0..8)
            .map(|_| std::thread::spawn(|| install(rayon::current_num_threads)))
            .map(|thread| thread.join().unwrap())
            .collect();
        assert_eq!(shared, BTreeSet::from([n_threads()]));
    }
}
