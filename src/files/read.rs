//! The one way to open a file of ours.

use std::fs::{self, File, FileType, OpenOptions};
use std::io::{Error, ErrorKind, Read as _, Result};
use std::path::Path;

use super::kind::Kind;
use super::place::folder_of;
use super::set::open_of_set;

/// Opens a file that has to be a regular one, and no longer than its kind may be; a link is followed. Of the files
/// of a [set](super::StagedSet) it is that of the current one.
///
/// A pipe would wait for ever for somebody to write into it, a device never end.
///
/// # Errors
/// If it cannot be opened, is no regular file, or is too long; [`ErrorKind::NotFound`] where there is none.
pub fn open(path: &Path, kind: Kind) -> Result<File> {
    match (path.file_name(), Kind::of_name(path)) {
        (Some(name), Some(_)) => open_of_set(folder_of(path), &name.to_string_lossy(), kind),
        _ => open_at(path, kind),
    }
}

/// Opens what is at `path` and nowhere else.
pub(super) fn open_at(path: &Path, kind: Kind) -> Result<File> {
    // Asked first: to open a device can do something.
    check(&fs::metadata(path)?, kind)?;
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // What has become a pipe meanwhile does not hold us either.
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    let file = options.open(path)?;
    check(&file.metadata()?, kind)?;
    Ok(file)
}

/// All of such a file.
///
/// # Errors
/// As [`open`], or if it cannot be read.
pub fn read(path: &Path, kind: Kind) -> Result<Vec<u8>> {
    read_opened(&open(path, kind)?, kind)
}

/// All of a file that [`open`] gave.
pub(super) fn read_opened(file: &File, kind: Kind) -> Result<Vec<u8>> {
    let most = kind.max_bytes();
    let mut bytes = Vec::new();
    // A length is only a hint: a file may grow while it is read.
    let expected = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    bytes.try_reserve_exact(expected.saturating_add(1))?;
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(too_long(kind));
    }
    Ok(bytes)
}

fn check(metadata: &fs::Metadata, kind: Kind) -> Result<()> {
    if !metadata.is_file() {
        let what = describe(metadata.file_type());
        return Err(Error::new(
            ErrorKind::InvalidInput,
            format!("it is {what}, not a file"),
        ));
    }
    if metadata.len() > kind.max_bytes() {
        return Err(too_long(kind));
    }
    Ok(())
}

fn too_long(kind: Kind) -> Error {
    let most = kind.max_bytes() / (1 << 20);
    Error::new(
        ErrorKind::InvalidData,
        format!("it is longer than {most} MiB"),
    )
}

fn describe(kind: FileType) -> &'static str {
    if kind.is_dir() {
        return "a folder";
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if kind.is_fifo() {
            return "a pipe";
        }
        if kind.is_socket() {
            return "a socket";
        }
    }
    "a device"
}

#[cfg(test)]
mod tests {
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
