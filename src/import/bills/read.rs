//! Bills are streamed: whatever their size, only a line at a time is held. Plain or gzip.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::rc::Rc;

use csv::{ByteRecord, ErrorKind, Position, ReaderBuilder};
use flate2::read::MultiGzDecoder;
use thiserror::Error;

use crate::import::bills::columns::Columns;
#[cfg(feature = "parquet")]
use crate::import::bills::parquet::Lines;
use crate::import::text::may_be_read;
use crate::text::diagnostic::Diagnostic;

/// A longer line is none: a quote is not closed, or it is no text.
const MOST_BYTES: usize = 1 << 20;
/// Bytes that are read at once.
const CHUNK: usize = 1 << 17;

/// Why a bill could not be read.
#[derive(Debug, Error)]
pub enum BillError {
    #[error("cannot read {name}: {reason}")]
    Unreadable { name: String, reason: io::Error },
    /// It is another kind of file.
    #[error("{name} is {what}")]
    Foreign { name: String, what: &'static str },
    /// It holds no line.
    #[error("{0} is empty: expected a FOCUS export or an OpenCost allocation, as CSV")]
    Empty(String),
    #[error(transparent)]
    Malformed(#[from] Diagnostic),
}

/// A bill whose lines are read one after another.
pub(super) struct Bill {
    name: String,
    csv: csv::Reader<Watched>,
    recent: Rc<RefCell<Recent>>,
    pub(super) columns: Columns,
}

impl Bill {
    /// Opens a file, or standard input where it is called `-`.
    pub(super) fn open(name: &str) -> Result<Self, BillError> {
        if name == "-" {
            return Self::of("standard input", Box::new(io::stdin()));
        }
        let unreadable = |reason| BillError::Unreadable { name: name.to_owned(), reason };
        may_be_read(Path::new(name)).map_err(unreadable)?;
        let file = File::open(Path::new(name)).map_err(unreadable)?;
        #[cfg(feature = "parquet")]
        if let Some(lines) = Lines::of(&file).map_err(unreadable)? {
            return Self::of(name, Box::new(lines));
        }
        Self::of(name, Box::new(file))
    }

    /// Begins to read a stream.
    pub(super) fn of(name: &str, source: Box<dyn Read>) -> Result<Self, BillError> {
        let unreadable = |reason| BillError::Unreadable { name: name.to_owned(), reason };
        let (start, source) = peek(source).map_err(unreadable)?;
        let plain: Box<dyn Read> = if start.starts_with(&[0x1f, 0x8b]) {
            Box::new(MultiGzDecoder::new(io::BufReader::with_capacity(CHUNK, source)))
        } else {
            source
        };
        let (start, plain) = peek(plain).map_err(unreadable)?;
        if let Some(what) = foreign(&start) {
            return Err(BillError::Foreign { name: name.to_owned(), what });
        }
        let recent = Rc::new(RefCell::new(Recent::default()));
        let watched = Watched { source: plain, recent: Rc::clone(&recent) };
        let mut csv = ReaderBuilder::new().buffer_capacity(CHUNK).has_headers(false).from_reader(watched);
        let mut header = ByteRecord::new();
        let read = csv.read_byte_record(&mut header);
        let place = Place { name, recent: &recent.borrow(), position: header.position() };
        if !read.map_err(|error| failed(name, &place, error))? {
            return Err(BillError::Empty(name.to_owned()));
        }
        if header.len() == 1 && header[0].iter().filter(|byte| matches!(byte, b';' | b'\t')).count() > 3 {
            let help = "FOCUS files have commas between columns: export it so".to_owned();
            return Err(place.error(0, "there is one column only".to_owned(), Some(help)).into());
        }
        let columns = Columns::parse(&header, &place)?;
        Ok(Self { name: name.to_owned(), csv, recent: Rc::clone(&recent), columns })
    }

    /// Reads the next line into `record`; `false` at the end.
    pub(super) fn next(&mut self, record: &mut ByteRecord) -> Result<bool, BillError> {
        self.recent.borrow_mut().records += 1;
        let read = self.csv.read_byte_record(record);
        let mut recent = self.recent.borrow_mut();
        recent.since_line = 0;
        read.map_err(|error| {
            failed(
                &self.name,
                &Place { name: &self.name, recent: &recent, position: record.position() },
                error,
            )
        })
    }

    /// The number of the line that was just read, the header being the first.
    pub(super) fn line(&self, record: &ByteRecord) -> u64 {
        self.recent.borrow().line(record.position())
    }

    /// A mistake in a column of a line that was just read.
    pub(super) fn error(
        &self,
        record: &ByteRecord,
        column: usize,
        message: String,
        help: Option<String>,
    ) -> Diagnostic {
        let place = Place { name: &self.name, recent: &self.recent.borrow(), position: record.position() };
        place.error(column, message, help)
    }
}

/// The first bytes of a stream, and the whole of it.
fn peek(mut source: Box<dyn Read>) -> io::Result<(Vec<u8>, Box<dyn Read>)> {
    let mut start = Vec::with_capacity(4);
    source.by_ref().take(4).read_to_end(&mut start)?;
    Ok((start.clone(), Box::new(Cursor::new(start).chain(source))))
}

/// What a file is that begins so and is no CSV.
fn foreign(start: &[u8]) -> Option<&'static str> {
    Some(match start {
        [b'P', b'A', b'R', b'1', ..] => "a Parquet file: export it as CSV, plain or gzip",
        [b'P', b'K', 3, 4, ..] => "a ZIP archive or a spreadsheet: unpack it, or save it as CSV",
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "in UTF-16: save it as UTF-8",
        [0x28, 0xb5, 0x2f, 0xfd] => "packed with Zstandard: unpack it, or pack it with gzip",
        _ if start.contains(&0) => "no text",
        _ => return None,
    })
}

/// What is wrong, from the words of the reader.
fn failed(name: &str, place: &Place, error: csv::Error) -> BillError {
    let at = |position: Option<&Position>, message, help: &str| {
        let place = Place { position: position.or(place.position), ..*place };
        BillError::Malformed(place.error(usize::MAX, message, Some(help.to_owned())))
    };
    match error.kind() {
        ErrorKind::UnequalLengths { pos, expected_len, len } => at(
            pos.as_ref(),
            format!("this line has {len} columns where the header has {expected_len}"),
            "every line has as many; a comma within a column stands in quotes",
        ),
        _ => match error.into_kind() {
            ErrorKind::Io(reason) if is_too_long(&reason) => at(
                None,
                format!("a line after this one is longer than {} KiB", MOST_BYTES >> 10),
                "is a quote not closed?",
            ),
            ErrorKind::Io(reason) => BillError::Unreadable { name: name.to_owned(), reason },
            other => BillError::Unreadable {
                name: name.to_owned(),
                reason: io::Error::new(io::ErrorKind::InvalidData, format!("{other:?}")),
            },
        },
    }
}

/// A line is longer than any.
#[derive(Debug, Error)]
#[error("a line is too long")]
struct TooLong;

fn is_too_long(error: &io::Error) -> bool {
    error.get_ref().and_then(|error| error.downcast_ref::<TooLong>()).is_some()
}

/// The bytes that were read last, to show where a mistake is.
#[derive(Debug, Default)]
struct Recent {
    bytes: Vec<u8>,
    /// Where they begin in the file.
    start: u64,
    /// How many were read since the last line was.
    since_line: usize,
    /// Lines that were asked for after the header.
    records: u64,
}

impl Recent {
    /// The number of the last line, from 1. Where lines end as on old Macs, which the reader does not count, it is the
    /// record's.
    fn line(&self, position: Option<&Position>) -> u64 {
        position.map_or(1, Position::line).max(self.records + 1)
    }
}

/// A stream that remembers what was read last, and ends where a line has no end.
struct Watched {
    source: Box<dyn Read>,
    recent: Rc<RefCell<Recent>>,
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut recent = self.recent.borrow_mut();
        if recent.since_line > MOST_BYTES {
            return Err(io::Error::other(TooLong));
        }
        let read = self.source.read(buffer)?;
        // The lines that are handed out next may begin in the chunk before this one.
        if recent.bytes.len() > MOST_BYTES + 2 * CHUNK {
            let gone = recent.bytes.len() - CHUNK - recent.since_line.min(MOST_BYTES);
            recent.bytes.drain(..gone);
            recent.start += gone as u64;
        }
        recent.bytes.extend_from_slice(&buffer[..read]);
        recent.since_line += read;
        Ok(read)
    }
}

/// A line of a file as it stands there.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    name: &'a str,
    recent: &'a Recent,
    position: Option<&'a Position>,
}

impl Place<'_> {
    /// A mistake in a column of it; in a column that it has not, in the whole of it.
    pub(super) fn error(&self, column: usize, message: String, help: Option<String>) -> Diagnostic {
        let line = self.recent.line(self.position);
        let byte = self.position.map_or(0, Position::byte);
        let from = byte.saturating_sub(self.recent.start) as usize;
        let rest = self.recent.bytes.get(from..).unwrap_or_default();
        let record = &rest[..record_end(rest)];
        let text = String::from_utf8_lossy(record);
        let span = span_of(&text, column).unwrap_or(0..text.trim_end().len());
        let mut error = Diagnostic::at(self.name, &text, span, message, help);
        error.line += line as usize - 1;
        error
    }
}

/// Where the line ends that a text begins with, quoted line ends aside.
fn record_end(text: &[u8]) -> usize {
    let mut quoted = false;
    for (index, byte) in text.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => return index,
            _ => {}
        }
    }
    text.len()
}

/// Where a column stands in a line, without its quotes.
fn span_of(text: &str, column: usize) -> Option<std::ops::Range<usize>> {
    let mut quoted = false;
    let mut start = 0;
    let mut here = 0;
    for (index, byte) in text.bytes().chain([b',']).enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted || index == text.len() => {
                if here == column {
                    let field = &text[start..index];
                    let inside = field.trim().trim_matches('"');
                    let at = start + field.find(inside).unwrap_or(0);
                    return Some(at..at + inside.len());
                }
                here += 1;
                start = index + 1;
            }
            _ => {}
        }
    }
    None
}
