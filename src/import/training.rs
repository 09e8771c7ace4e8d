//! Logs of training: how fast a run was, and how much of its time advanced it.
//!
//! Read are tables of comma-separated values and JSON, one object a line or a list of them, as trainers write them and as
//! `TensorBoard` and Weights & Biases export them. Columns are known by the names that common trainers give them.

mod column;
mod pace;

use std::path::Path;

use serde_json::Value;

use crate::import::ImportError;
use crate::import::json;
use crate::import::text::{bytes_at, decode};
use crate::text::diagnostic::Diagnostic;
use column::Column;
pub use pace::{Layout, Pace, pace};

/// Logs with more bytes are not read: a million steps of ten columns have 100 MB.
const MOST_BYTES: u64 = 128 << 20;
/// Numbers beyond this are none that a log has.
const MOST: f64 = 1e18;
/// Times beyond this are milliseconds: the year 5138 in seconds.
const MILLISECONDS: f64 = 1e11;

/// A line of a log; `None` where it does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Line {
    pub step: Option<f64>,
    /// Seconds since some beginning.
    pub time: Option<f64>,
    /// Seconds of a step.
    pub step_s: Option<f64>,
    /// Tokens per second of all GPUs.
    pub rate: Option<f64>,
    /// Tokens per second of one GPU.
    pub rate_per_gpu: Option<f64>,
    /// Tokens so far.
    pub tokens: Option<f64>,
    pub gpus: Option<f64>,
    /// Model FLOPs utilization as the trainer counts it.
    pub mfu: Option<f64>,
}

impl Line {
    fn put(&mut self, column: Column, number: f64) {
        let (place, number) = match column {
            Column::Step => (&mut self.step, number),
            Column::Time if number > MILLISECONDS => (&mut self.time, number / 1e3),
            Column::Time => (&mut self.time, number),
            Column::StepSeconds => (&mut self.step_s, number),
            Column::StepMilliseconds => (&mut self.step_s, number / 1e3),
            Column::Rate => (&mut self.rate, number),
            Column::RatePerGpu => (&mut self.rate_per_gpu, number),
            Column::Tokens => (&mut self.tokens, number),
            Column::Gpus => (&mut self.gpus, number),
            // A share, or percent.
            Column::Mfu if number > 1.5 => (&mut self.mfu, number / 100.0),
            Column::Mfu => (&mut self.mfu, number),
        };
        place.get_or_insert(number);
    }
}

/// A log as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Log {
    /// The file.
    pub name: String,
    pub lines: Vec<Line>,
}

/// Reads a file; `None` where it is no log of training.
pub fn open(path: &Path) -> Result<Option<Log>, ImportError> {
    let unreadable = |reason| ImportError::Unreadable { path: path.to_owned(), reason };
    let bytes = bytes_at(path, MOST_BYTES).map_err(unreadable)?;
    let name = path.display().to_string();
    Ok(read(&name, &decode(&name, &bytes)?)?)
}

/// Reads a text; `None` where it is no log of training: nothing in it tells how fast a run was.
pub fn read(name: &str, text: &str) -> Result<Option<Log>, Diagnostic> {
    let lines = match text.trim_start().as_bytes().first() {
        Some(b'{') => of_json_lines(name, text)?,
        Some(b'[') => of_list(name, text)?,
        _ => of_table(name, text)?,
    };
    let tells = |line: &Line| line.step_s.is_some() || line.rate.is_some() || line.rate_per_gpu.is_some();
    let moves = |line: &Line| line.time.is_some() && (line.step.is_some() || line.tokens.is_some());
    let is_log = lines.iter().any(tells) || lines.iter().filter(|line| moves(line)).count() > 1;
    Ok(is_log.then(|| Log { name: name.to_owned(), lines }))
}

/// One object a line. Text that is none of those is no log.
fn of_json_lines(name: &str, text: &str) -> Result<Vec<Line>, Diagnostic> {
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        if !(line.starts_with('{') && line.trim_end().ends_with('}')) {
            return Ok(Vec::new());
        }
        let place = format!("{name}:{}", index + 1);
        lines.push(of_object(&place, line, &json::parse(&place, line)?)?);
    }
    Ok(lines)
}

/// A list of objects, or of times, steps and values as `TensorBoard` exports them.
fn of_list(name: &str, text: &str) -> Result<Vec<Line>, Diagnostic> {
    let Value::Array(each) = json::parse(name, text)? else { return Ok(Vec::new()) };
    let value = Column::of_file(name);
    each.iter()
        .map(|one| match one.as_array().map(Vec::as_slice) {
            Some([time, step, number]) => {
                let mut line = Line::default();
                for (column, cell) in
                    [(Some(Column::Time), time), (Some(Column::Step), step), (value, number)]
                {
                    if let (Some(column), Some(number)) = (column, cell.as_f64()) {
                        line.put(column, number);
                    }
                }
                Ok(line)
            }
            _ => of_object(name, text, one),
        })
        .collect()
}

fn of_object(place: &str, text: &str, value: &Value) -> Result<Line, Diagnostic> {
    let mut line = Line::default();
    for (key, value) in value.as_object().into_iter().flatten() {
        let Some(column) = Column::named(key) else { continue };
        let number = match value {
            Value::Number(number) => number.as_f64(),
            Value::String(word) if !word.is_empty() => word.trim().parse().ok(),
            _ => continue,
        };
        match number.filter(|number| (0.0..=MOST).contains(number)) {
            Some(number) => line.put(column, number),
            None => return Err(wrong(place, text, json::place(text, &[key]), key, &value.to_string())),
        }
    }
    Ok(line)
}

fn of_table(name: &str, text: &str) -> Result<Vec<Line>, Diagnostic> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let broken = |error: csv::Error| Diagnostic::at(name, text, 0..0, error.to_string(), None);
    let headings = reader.headers().map_err(broken)?.clone();
    let columns: Vec<Option<Column>> = headings
        .iter()
        .map(|heading| match heading.trim() {
            "Value" => Column::of_file(name),
            heading => Column::named(heading),
        })
        .collect();
    if columns.iter().flatten().count() == 0 {
        return Ok(Vec::new());
    }
    let mut lines = Vec::new();
    for row in reader.records() {
        let row = row.map_err(broken)?;
        let mut line = Line::default();
        for ((cell, column), heading) in row.iter().zip(&columns).zip(&headings) {
            let (cell, Some(column)) = (cell.trim(), column) else { continue };
            if cell.is_empty() || cell.eq_ignore_ascii_case("nan") || cell == "null" {
                continue;
            }
            let Some(number) = cell.parse().ok().filter(|number| (0.0..=MOST).contains(number)) else {
                let start = row.position().map_or(0, |place| place.byte() as usize);
                let at = start + text.get(start..).and_then(|rest| rest.find(cell)).unwrap_or(0);
                return Err(wrong(name, text, at..at + cell.len(), heading, cell));
            };
            line.put(*column, number);
        }
        lines.push(line);
    }
    Ok(lines)
}

fn wrong(place: &str, text: &str, at: std::ops::Range<usize>, name: &str, cell: &str) -> Diagnostic {
    let help = "allowed: a number from 0 on".to_owned();
    Diagnostic::at(place, text, at, format!("`{name}` cannot be {cell:.40}"), Some(help))
}
