//! Where a file is to stand: links followed, what is no file refused.

use std::fs;
use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};

/// Links in a row that are followed; more are taken for a loop, as the system does.
const MOST_LINKS: usize = 40;

/// The place that `path` names: itself, or what it links to, whether something is there or not yet.
///
/// # Errors
/// If it is a loop of links, or something that is not a file is there.
pub(super) fn resolve(path: &Path) -> Result<PathBuf> {
    let path = follow(path)?;
    match fs::metadata(&path) {
        // A device or a pipe would be replaced by a file.
        Ok(there) if !there.is_file() => {
            Err(Error::other("something that is not a file stands there"))
        }
        Ok(_) => Ok(path),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(path),
        Err(error) => Err(error),
    }
}

/// Follows links, even to what is not there.
///
/// # Errors
/// If it is a loop, or a link cannot be read.
pub(super) fn follow(path: &Path) -> Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path) {
            Ok(to) => path = path.with_file_name("").join(to),
            // It is there and no link, or is not there.
            Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::NotFound) => {
                return Ok(path);
            }
            Err(error) => return Err(error),
        }
    }
    Err(Error::other("it is a link that leads to itself"))
}

/// The folder that `path` stands in.
pub(super) fn folder_of(path: &Path) -> &Path {
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

/// Whether two paths name one file, by whatever name; a file that is not there is none.
#[must_use]
pub fn same_file(a: &Path, b: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        match (fs::metadata(a), fs::metadata(b)) {
            (Ok(a), Ok(b)) => a.dev() == b.dev() && a.ino() == b.ino(),
            _ => false,
        }
    }
    #[cfg(not(unix))]
    {
        let (a, b) = (a.canonicalize(), b.canonicalize());
        a.is_ok_and(|a| b.is_ok_and(|b| a == b))
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed_to_their_end_and_loops_refused() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        symlink("b", at("a")).unwrap();
        symlink("c", at("b")).unwrap();
        assert_eq!(resolve(&at("a")).unwrap(), at("c"));
        fs::write(at("c"), "").unwrap();
        assert_eq!(resolve(&at("a")).unwrap(), at("c"));
        symlink("loop", at("loop")).unwrap();
        symlink("y", at("x")).unwrap();
        symlink("x", at("y")).unwrap();
        for name in ["loop", "x"] {
            let said = resolve(&at(name)).unwrap_err().to_string();
            assert_eq!(said, "it is a link that leads to itself");
        }
        assert!(resolve(folder.path()).is_err());
    }

    #[test]
    fn one_file_is_known_by_all_its_names() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a"), "x").unwrap();
        fs::write(at("other"), "x").unwrap();
        symlink("a", at("link")).unwrap();
        fs::hard_link(at("a"), at("hard")).unwrap();
        for name in ["a", "link", "hard", "./a"] {
            assert!(same_file(&at("a"), &at(name)), "{name}");
        }
        assert!(!same_file(&at("a"), &at("other")) && !same_file(&at("none"), &at("none")));
    }
}
