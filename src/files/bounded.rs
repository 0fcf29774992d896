//! Regular files, up to a bound: what is under [`open`](super::open).

use std::fs::{self, File, FileType, OpenOptions};
use std::io::{Error, ErrorKind, Read as _, Result};
use std::path::Path;

use super::kind::Kind;

/// Opens what is at `path`, which has to be a regular file, and no longer than its kind may be.
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

/// All of a file that [`open_at`] gave.
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
