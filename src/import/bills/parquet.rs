//! Bills in Parquet, row by row as lines of comma-separated values: everything after that is as with other bills.

use std::cell::Cell;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use bytes::Bytes;
use parquet::data_type::Decimal;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, FileReader, Length, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row};

use crate::text::date::day;

/// How such a file begins.
const BEGINS: &[u8; 4] = b"PAR1";
const SECONDS_PER_DAY: i64 = 86_400;

/// The lines of a file, of which one is held at a time.
pub(super) struct Lines {
    rows: RowIter<'static>,
    line: Vec<u8>,
    /// What was read of the line.
    at: usize,
}

impl Lines {
    /// Those of a file; `None` where it is no Parquet.
    pub(super) fn of(file: &File) -> io::Result<Option<Self>> {
        let mut begins = Vec::new();
        file.take(4).read_to_end(&mut begins)?;
        let mut whole = file.try_clone()?;
        whole.seek(SeekFrom::Start(0))?;
        if begins != BEGINS {
            return Ok(None);
        }
        let reader = sound(|| {
            let reader = SerializedFileReader::new(Whole(whole))?;
            check_dictionaries(&reader)?;
            Ok(reader)
        })?;
        let schema = reader.metadata().file_metadata().schema();
        let names: Vec<String> = schema.get_fields().iter().map(|field| field.name().to_owned()).collect();
        let line = line(names.into_iter());
        Ok(Some(Self { rows: RowIter::from_file_into(Box::new(reader)), line, at: 0 }))
    }
}

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.line.len() {
            let Some(row) = sound(|| self.rows.next().transpose())? else { return Ok(0) };
            self.line = line(cells(&row));
            self.at = 0;
        }
        let read = (&self.line[self.at..]).read(buffer)?;
        self.at += read;
        Ok(read)
    }
}

/// A file of which nothing is read behind its end. Where lengths are damaged, the reader of the format would make room for what is
/// not there, or try to skip it for minutes.
struct Whole(File);

impl Length for Whole {
    fn len(&self) -> u64 {
        self.0.len()
    }
}

impl ChunkReader for Whole {
    type T = Ending<<File as ChunkReader>::T>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        self.0.get_read(start).map(Ending)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        if start.saturating_add(length as u64) > self.len() {
            return Err(ParquetError::EOF("a part of the file would end behind it".to_owned()));
        }
        self.0.get_bytes(start, length)
    }
}

/// What is an error to read on from its end.
struct Ending<R>(R);

impl<R: Read> Read for Ending<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 if !buffer.is_empty() => Err(io::ErrorKind::UnexpectedEof.into()),
            length => Ok(length),
        }
    }
}

/// Refuses dictionaries that hold fewer bytes than they say that they have values: the reader makes room for all of those, and
/// where there is no such room, the program ends.
fn check_dictionaries(file: &impl FileReader) -> Result<(), ParquetError> {
    for group in 0..file.num_row_groups() {
        let group = file.get_row_group(group)?;
        for column in 0..group.num_columns() {
            let mut pages = group.get_column_page_reader(column)?;
            while let Some(next) = pages.peek_next_page()? {
                if !next.is_dict {
                    pages.skip_next_page()?;
                } else if let Some(page) = pages.get_next_page()?
                    && page.num_values() as usize > page.buffer().len()
                {
                    return Err(ParquetError::General("a dictionary is shorter than it says".to_owned()));
                }
            }
        }
    }
    Ok(())
}

/// What the reader of the format says; of some damaged files it panics, which is an error like others.
fn sound<T>(read: impl FnOnce() -> Result<T, ParquetError>) -> io::Result<T> {
    thread_local! {
        static READS: Cell<bool> = const { Cell::new(false) };
    }
    static SILENCE: Once = Once::new();
    SILENCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !READS.get() {
                usual(info);
            }
        }));
    });
    READS.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(read));
    READS.set(false);
    result
        .unwrap_or_else(|_| Err(ParquetError::General("the file contradicts itself".to_owned())))
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Cells as a line, each in quotes.
fn line(cells: impl Iterator<Item = String>) -> Vec<u8> {
    let cells: Vec<String> = cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
    (cells.join(",") + "\n").into_bytes()
}

fn cells(row: &Row) -> impl Iterator<Item = String> {
    row.get_column_iter().map(|(_, field)| written(field))
}

/// A value as exports write it; nothing for none.
fn written(field: &Field) -> String {
    match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Bytes(bytes) => String::from_utf8_lossy(bytes.data()).into_owned(),
        Field::Decimal(decimal) => of_decimal(decimal),
        Field::Date(days) => moment(i64::from(*days) * SECONDS_PER_DAY),
        Field::TimestampMillis(time) => moment(time.div_euclid(1_000)),
        Field::TimestampMicros(time) => moment(time.div_euclid(1_000_000)),
        Field::MapInternal(map) => {
            let each = map
                .entries()
                .iter()
                .map(|(key, value)| format!("{}: {}", quoted(&written(key)), quoted(&written(value))));
            format!("{{{}}}", each.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// A word of JSON.
fn quoted(word: &str) -> String {
    serde_json::Value::from(word).to_string()
}

/// A time from its seconds since the beginning of 1970.
fn moment(seconds: i64) -> String {
    let since = seconds.max(0).unsigned_abs();
    let hour = since / 3600 % 24;
    format!("{}T{hour:02}:{:02}:{:02}Z", day(since), since / 60 % 60, since % 60)
}

/// A decimal from its digits, of which the last `scale` are behind the point.
fn of_decimal(decimal: &Decimal) -> String {
    let bytes = decimal.data();
    let negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
    let fill = if negative { u8::MAX } else { 0 };
    let mut wide = [fill; 16];
    let kept = bytes.len().min(wide.len());
    wide[16 - kept..].copy_from_slice(&bytes[bytes.len() - kept..]);
    let number = i128::from_be_bytes(wide);
    let scale = decimal.scale().max(0).unsigned_abs() as usize;
    let digits = format!("{:0>1$}", number.unsigned_abs(), scale + 1);
    let (whole, part) = digits.split_at(digits.len() - scale);
    let mut text = String::new();
    // A String takes whatever is written.
    let _ = write!(text, "{}{whole}", if number < 0 { "-" } else { "" });
    if scale > 0 {
        let _ = write!(text, ".{part}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A damaged file had the reader skip two billion bytes behind its end, one by one.
    #[test]
    fn nothing_is_read_behind_the_end_of_a_file() {
        let mut file = tempfile::tempfile().expect("a file");
        io::Write::write_all(&mut file, b"PAR1").expect("written");
        let whole = Whole(file);
        assert_eq!(whole.get_bytes(1, 3).expect("it is there"), b"AR1"[..]);
        assert!(whole.get_bytes(1, 4).is_err() && whole.get_bytes(u64::MAX, usize::MAX).is_err());
        let mut read = whole.get_read(3).expect("it is there");
        assert_eq!(read.read(&mut [0; 8]).expect("the last byte"), 1);
        assert_eq!(read.read(&mut [0; 8]).expect_err("the end").kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn a_panic_of_the_reader_is_an_error_like_others() {
        let error = sound::<()>(|| panic!("a column of a negative length")).expect_err("nothing was read");
        assert!(error.to_string().contains("contradicts itself"), "{error}");
        assert_eq!(sound(|| Ok(1)).expect("it is read"), 1);
    }
}
