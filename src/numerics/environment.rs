//! The floating-point environment: rounding to nearest, no number flushed to zero.
//!
//! It belongs to a thread and is inherited from the one that starts it. A library of the same process may have
//! changed it: one that was compiled with `-ffast-math` switches flush-to-zero on as it is loaded. Other results
//! would follow, with nothing to show it. So whatever computes here holds a [`guard`], and every worker
//! [sets](set) its own.

use std::arch::asm;
use std::marker::PhantomData;

/// All exceptions masked, rounding to nearest, nothing flushed: what the compiler takes for granted.
const DEFAULT: u32 = 0x1f80;
/// Bits that only say what has happened.
const FLAGS: u32 = 0x3f;

/// The default environment, until it is dropped; then what was before.
#[derive(Debug)]
#[must_use = "dropped, it gives the environment back"]
pub struct Guard {
    before: Option<u32>,
    /// It is of one thread.
    _here: PhantomData<*const ()>,
}

/// Sets this thread's environment to the default, and gives back what was when the guard is dropped.
///
/// # Examples
///
/// ```
/// use mixture_density::numerics::environment;
/// let tiny = std::hint::black_box(f64::MIN_POSITIVE);
/// let guard = environment::guard();
/// assert!(environment::is_default());
/// assert!(tiny / 2.0 > 0.0);
/// drop(guard);
/// ```
pub fn guard() -> Guard {
    let now = read();
    let before = (now & !FLAGS != DEFAULT).then_some(now);
    if before.is_some() {
        write(DEFAULT);
    }
    Guard {
        before,
        _here: PhantomData,
    }
}

/// Sets this thread's environment to the default, for good.
pub fn set() {
    std::mem::forget(guard());
}

/// Whether this thread's environment is the default.
#[must_use]
pub fn is_default() -> bool {
    read() & !FLAGS == DEFAULT
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(before) = self.before {
            write(before);
        }
    }
}

/// The control and status register of the vector unit, in which all arithmetic is done.
fn read() -> u32 {
    let mut bits = 0_u32;
    // SAFETY: `stmxcsr` writes four bytes, to an address of four bytes that this function owns.
    #[allow(unsafe_code, reason = "the register has no other way to be read")]
    unsafe {
        asm!("stmxcsr [{}]", in(reg) &raw mut bits, options(nostack, preserves_flags));
    }
    bits
}

fn write(bits: u32) {
    // SAFETY: `ldmxcsr` reads four bytes from an address of four bytes that this function owns. They are the
    // default, or what `stmxcsr` gave: no reserved bit is set.
    #[allow(unsafe_code, reason = "the register has no other way to be written")]
    unsafe {
        asm!("ldmxcsr [{}]", in(reg) &raw const bits, options(nostack));
    }
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    use super::*;

    /// Flush-to-zero and denormals-are-zero.
    const FLUSHES: u32 = DEFAULT | 0x8040;
    const ROUNDS_UP: u32 = DEFAULT | 0x4000;

    #[inline(never)]
    fn half_of_the_least() -> f64 {
        black_box(f64::MIN_POSITIVE) / black_box(2.0)
    }

    #[inline(never)]
    fn third() -> f64 {
        black_box(1.0) / black_box(3.0)
    }

    #[test]
    fn a_guard_gives_the_default_and_what_was_before() {
        // Another thread: what goes wrong here changes no other test.
        std::thread::spawn(|| {
            let (least, nearest) = (half_of_the_least(), third());
            for odd in [FLUSHES, ROUNDS_UP] {
                write(odd);
                let found = (half_of_the_least().to_bits(), third().to_bits());
                let is_odd = found != (least.to_bits(), nearest.to_bits());
                assert!(is_odd, "the twin: the environment makes a difference");
                let outer = guard();
                assert!(is_default());
                assert_eq!(
                    (half_of_the_least().to_bits(), third().to_bits()),
                    (least.to_bits(), nearest.to_bits())
                );
                drop(guard());
                assert!(is_default());
                drop(outer);
                assert_eq!(read() & !FLAGS, odd);
            }
            set();
            assert!(is_default());
        })
        .join()
        .unwrap();
    }

    #[test]
    fn a_thread_inherits_the_environment() {
        let inherits = std::thread::spawn(|| {
            write(FLUSHES);
            std::thread::spawn(is_default).join().unwrap()
        });
        assert!(!inherits.join().unwrap());
    }
}
