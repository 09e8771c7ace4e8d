//! The text of a file: no more of it than a limit, and only in the encoding that its format has.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use crate::text::diagnostic::Diagnostic;

/// What a person writes has no more bytes.
pub(crate) const MOST_WRITTEN: u64 = 1 << 20;

/// Refuses what never ends or never begins: devices, and pipes but for those that a shell puts in the place of a file.
pub(crate) fn may_be_read(path: &Path) -> io::Result<()> {
    let kind = fs::metadata(path)?.file_type();
    let unfit = |words: &str| Err(io::Error::new(io::ErrorKind::InvalidInput, words));
    if kind.is_file() || path.starts_with("/dev/fd") || path.starts_with("/proc") {
        Ok(())
    } else if kind.is_dir() {
        unfit("it is a directory")
    } else {
        unfit("it is no file; `-` reads from standard input")
    }
}

/// The text of a file of no more than `most` bytes, in UTF-8.
pub(crate) fn text_at(path: &Path, most: u64) -> io::Result<String> {
    may_be_read(path)?;
    text_of(fs::File::open(path)?, most)
}

/// The text of a source of no more than `most` bytes, in UTF-8.
pub(crate) fn text_of(from: impl io::Read, most: u64) -> io::Result<String> {
    String::from_utf8(bytes_of(from, most)?)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not text in UTF-8"))
}

/// All bytes of a file that has no more than `most` of them.
pub(super) fn bytes_at(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    may_be_read(path)?;
    bytes_of(fs::File::open(path)?, most)
}

/// All bytes of a source that has no more than `most` of them.
pub(super) fn bytes_of(from: impl io::Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if from.take(most + 1).read_to_end(&mut bytes)? as u64 > most {
        let reason = format!("it is larger than {} MiB", most >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, reason));
    }
    Ok(bytes)
}

/// The text of bytes in UTF-8, without the mark that some editors put before it.
pub(super) fn decode(source_name: &str, bytes: &[u8]) -> Result<String, Diagnostic> {
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    std::str::from_utf8(bytes).map(ToOwned::to_owned).map_err(|error| {
        let message = if utf16 { "this is UTF-16, not UTF-8" } else { "these bytes are not UTF-8" };
        let at = error.valid_up_to();
        let help = "save the file as UTF-8".to_owned();
        Diagnostic::at(source_name, &String::from_utf8_lossy(bytes), at..at + 1, message, Some(help))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_up_to_its_limit_and_in_its_encoding() {
        assert_eq!(bytes_of(&b"abc"[..], 3).unwrap(), b"abc");
        assert_eq!(bytes_of(&b"abc"[..], 2).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(decode("f", b"\xef\xbb\xbf{}").unwrap(), "{}");
        let latin = decode("f", b"{\n\"name\": \"caf\xe9\"}").unwrap_err();
        assert_eq!((latin.line, latin.column), (2, 13));
        assert!(decode("f", b"\xff\xfe{\0}\0").unwrap_err().message.contains("UTF-16"));
    }
}
