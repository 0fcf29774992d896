//! The one way to open a file of ours.

use std::fs::File;
use std::io::Result;
use std::path::Path;

use super::bounded::{open_at, read_opened};
use super::kind::Kind;
use super::place::folder_of;
use super::set::open_of_set;

/// Opens a file that has to be a regular one, and no longer than its kind may be; a link is followed. Of the files
/// of a [set](super::StagedSet) it is that of the current one.
///
/// A pipe would wait for ever for somebody to write into it, a device never end.
///
/// # Errors
/// If it cannot be opened, is no regular file, or is too long; [`ErrorKind::NotFound`](std::io::ErrorKind::NotFound) where there is none.
pub fn open(path: &Path, kind: Kind) -> Result<File> {
    match (path.file_name(), Kind::of_name(path)) {
        (Some(name), Some(_)) => open_of_set(folder_of(path), &name.to_string_lossy(), kind),
        _ => open_at(path, kind),
    }
}

/// All of such a file.
///
/// # Errors
/// As [`open`], or if it cannot be read.
pub fn read(path: &Path, kind: Kind) -> Result<Vec<u8>> {
    read_opened(&open(path, kind)?, kind)
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;

    fn said(path: &Path, kind: Kind) -> String {
        read(path, kind)
            .err()
            .map_or_else(String::new, |e| e.to_string())
    }

    #[test]
    fn a_file_is_read_up_to_the_bound_of_its_kind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("spec.toml");
        let most = Kind::Spec.max_bytes();
        let file = File::create(&path).unwrap();
        file.set_len(most).unwrap();
        assert_eq!(read(&path, Kind::Spec).unwrap().len() as u64, most);
        file.set_len(most + 1).unwrap();
        assert_eq!(said(&path, Kind::Spec), "it is longer than 4 MiB");
        // The twin: another kind may be longer.
        assert_eq!(said(&path, Kind::Record), "");
        // A length that would not fit into memory is refused before anything is read.
        file.set_len(1 << 42).unwrap();
        assert_eq!(said(&path, Kind::Model), "it is longer than 1024 MiB");
    }

    #[test]
    fn what_is_absent_is_told_from_what_is_unreadable() {
        let folder = tempfile::tempdir().unwrap();
        let absent = read(&folder.path().join("none"), Kind::Record).unwrap_err();
        assert_eq!(absent.kind(), ErrorKind::NotFound);
        assert_eq!(
            said(folder.path(), Kind::Record),
            "it is a folder, not a file"
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn pipes_and_devices_are_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        assert_eq!(said(&pipe, Kind::Spec), "it is a pipe, not a file");
        for device in ["/dev/zero", "/dev/null", "/dev/full"] {
            let link = folder.path().join(device.trim_start_matches("/dev/"));
            std::os::unix::fs::symlink(device, &link).unwrap();
            assert_eq!(said(&link, Kind::Model), "it is a device, not a file");
        }
        let socket = folder.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        assert_eq!(said(&socket, Kind::Cell), "it is a socket, not a file");
    }
}
