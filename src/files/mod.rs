//! Files: read with a bound, written whole, changed as a set.
//!
//! | file | holds |
//! | --- | --- |
//! | [`Kind`] | the kinds of file this program has, their names and greatest lengths |
//! | [`read`], [`open`] | the one way to open a file of ours: regular files only, no longer than its kind may be |
//! | [`AtomicFile`], [`write_atomically`] | a file that gets its name when it is complete |
//! | [`write_set`], [`StagedSet`], [`read_of_set`] | several files of a folder that become current together |
//! | [`FolderLock`] | one writer to a folder |
//! | [`MadeFolder`] | a folder that goes again while it is empty |
//! | [`remove_leftovers`], [`abandon`] | what a stopped program leaves |
//!
//! # What a stopped program leaves
//!
//! Where the file system can hold a file without a name (`O_TMPFILE`), a file has none until it is complete, and
//! nothing is left of one that is not. Elsewhere, and for the moment in which a file replaces another, it has a
//! name that begins with `.mdn-`. Its writer holds a lock on it as long as it lives. A file of such a name without
//! a lock is a leftover, and the next program that writes into the folder removes it.

mod atomic;
mod bounded;
mod folder;
mod kind;
mod leftovers;
mod place;
mod read;
mod set;

pub use atomic::{AtomicFile, WriteError, write_atomically, write_if_changed};
pub use folder::{FolderLock, LockError, MadeFolder};
pub use kind::{Kind, MODEL, PAGE, RECORD, SPEC, TIMING};
pub use leftovers::{abandon, remove_leftovers};
pub use place::same_file;
pub use read::{open, read};
pub use set::{StagedSet, read_of_set, settle, write_set};
