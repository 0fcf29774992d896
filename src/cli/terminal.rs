//! What is printed: a line at a time, foreign text made harmless, errors of stdout kept until the end.

use std::fmt::Write as _;
use std::io::{Error, ErrorKind, Result, Write as _};
use std::sync::{Mutex, PoisonError};

/// The longest line, characters: whole sentences are shorter, a hostile name may be a megabyte.
const MOST: usize = 2000;
/// Of a longer one: what is shown of its beginning and of its end.
const SHOWN: [usize; 2] = [1400, 500];

/// Whether stdout was closed when the program was started. Rust's own start opens the null device in its place,
/// behind which all output would be lost without a word; so this is asked before it.
#[cfg(unix)]
#[ctor::ctor(unsafe)]
static IS_CLOSED: bool = rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err();

/// The first error of stdout.
static FAULT: Mutex<Option<Error>> = Mutex::new(None);

/// An answer, on stdout. An error is kept for the [end](settle).
pub(super) fn say(line: &str) {
    note(check().and_then(|()| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{}", harmless(line))?;
        out.flush()
    }));
}

/// An error, on stderr.
pub(super) fn complain(line: &str) {
    tell(&format!("mdn: {line}"));
}

/// Anything else on stderr.
pub(super) fn tell(line: &str) {
    // Where stderr is closed, nobody can be told of that either.
    let _ = writeln!(std::io::stderr(), "{}", harmless(line));
}

/// Whether there is a stdout.
pub(super) fn check() -> Result<()> {
    #[cfg(unix)]
    if *IS_CLOSED {
        return Err(Error::new(ErrorKind::NotConnected, "it is closed"));
    }
    Ok(())
}

/// Keeps the first error of stdout.
pub(super) fn note(written: Result<()>) {
    if let Err(error) = written {
        let mut fault = FAULT.lock().unwrap_or_else(PoisonError::into_inner);
        fault.get_or_insert(error);
    }
}

/// Whether all that was said on stdout was written. A reader that went away (`| head`) is no error.
pub(super) fn settle() -> Result<()> {
    let mut fault = FAULT.lock().unwrap_or_else(PoisonError::into_inner);
    match fault.take() {
        Some(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

/// A line as a terminal may be given it: without characters that it obeys or that turn text around, and not longer
/// than anybody reads.
pub(super) fn harmless(line: &str) -> String {
    let replaced = |c: char| if is_harmful(c) { '\u{fffd}' } else { c };
    let n = line.chars().count();
    if n <= MOST {
        return line.chars().map(replaced).collect();
    }
    let [head, tail] = SHOWN;
    let mut shown: String = line.chars().take(head).map(replaced).collect();
    let _ = write!(shown, " … ({} characters left out) … ", n - head - tail);
    shown.extend(line.chars().skip(n - tail).map(replaced));
    shown
}

fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_replaced() {
        for (line, expected) in [
            (
                "mean ± 0.1 µs, “a”, \u{5d0}, \u{1f600}",
                "mean ± 0.1 µs, “a”, \u{5d0}, \u{1f600}",
            ),
            ("a\u{1b}[2Jb", "a\u{fffd}[2Jb"),
            ("a\nmdn: all is well\r", "a\u{fffd}mdn: all is well\u{fffd}"),
            ("\u{9b}31m\u{7f}\t", "\u{fffd}31m\u{fffd}\u{fffd}"),
            ("x\u{202e}y\u{2066}z\u{2028}", "x\u{fffd}y\u{fffd}z\u{fffd}"),
        ] {
            assert_eq!(harmless(line), expected);
        }
    }

    #[test]
    fn a_long_line_is_cut_in_its_middle() {
        let line = "é".repeat(MOST);
        assert_eq!(harmless(&line), line);
        let line = format!("begin{}end\u{7}", "x".repeat(1_000_000));
        let shown = harmless(&line);
        assert!(shown.chars().count() < MOST, "{}", shown.chars().count());
        assert!(shown.starts_with("beginxxx") && shown.ends_with("xxxend\u{fffd}"));
        assert!(
            shown.contains("xxx … (998109 characters left out) … xxx"),
            "{shown}"
        );
    }
}
