//! Measured requests: a file with the prompt and the output of each, in tokens, perhaps with when it came and what a cache held
//! of it, and what a workload takes from that.
//!
//! CSV with a header that names the columns, or two columns of numbers; or JSON, one object a line or a list of them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use serde_json::{Map, Value as Json};

use crate::import::bills::Moment;
use crate::import::text::text_at;
use crate::scenario::ParamId;
use crate::scenario::value::Value;
use crate::text::diagnostic::Diagnostic;
use crate::text::quantity::{Unit, format};

/// The path of a scenario file that names such a file, relative to its own.
pub(super) const LENGTH_FILE: &str = "workload.length_file";

/// What prompts are called: by the interfaces of hosted models, and in the public Azure traces.
const PROMPTS: [&str; 5] = ["prompt_tokens", "input_tokens", "prompt", "input", "ContextTokens"];
/// What outputs are called there.
const OUTPUTS: [&str; 5] = ["output_tokens", "completion_tokens", "output", "completion", "GeneratedTokens"];

/// What times of arrival are called there, and prompt tokens that a cache held.
const TIMES: [&str; 7] =
    ["time", "timestamp", "arrival", "arrived_at", "created_at", "created", "start_time"];
const CACHED: [&str; 5] =
    ["cached_tokens", "cached_input_tokens", "cache_read_input_tokens", "cached_prompt_tokens", "cached"];
/// Numbers beyond this are times in milliseconds: the year 5138 in seconds.
const MILLISECONDS: f64 = 1e11;
const HOURS: usize = 24;

/// Measured requests: their lengths in tokens, and when they came.
#[derive(Debug, Default)]
pub(super) struct Lengths {
    prompts: Vec<f64>,
    outputs: Vec<f64>,
    /// Prompt tokens of all that a cache held, and prompt tokens of the requests that say so.
    cached: Option<[f64; 2]>,
    /// Requests of each hour since the beginning of 1970.
    hours: BTreeMap<i64, f64>,
}

/// Files with more bytes are not read: a hundred million requests or so.
const MOST_BYTES: u64 = 1 << 30;

/// A request of a file.
struct Request {
    prompt: f64,
    output: f64,
    cached: Option<f64>,
    hour: Option<i64>,
}

impl Lengths {
    /// Reads the file that a scenario of this name refers to; `Err` says in words why it cannot be read, or shows where it
    /// is wrong.
    pub(super) fn open(scenario: &str, file: &str) -> Result<Self, Unread> {
        let path = Path::new(scenario).parent().unwrap_or(Path::new("")).join(file);
        let text = text_at(&path, MOST_BYTES).map_err(|error| Unread::Unreadable(error.to_string()))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        Self::parse(&path.display().to_string(), text).map_err(Unread::Malformed)
    }

    /// Reads the text of such a file.
    fn parse(name: &str, text: &str) -> Result<Self, Diagnostic> {
        let mut lengths = Self::default();
        let mut add = |request: Request| lengths.add(&request);
        if text.trim_start().starts_with('{') {
            let mut start = 0;
            for line in text.split_inclusive('\n') {
                let place = Place { name, text, line: line.trim_end(), start };
                start += line.len();
                if !place.line.is_empty() {
                    add(place.object()?);
                }
            }
        } else if text.trim_start().starts_with('[') {
            of_list(name, text, &mut add)?;
        } else {
            of_table(name, text, &mut add)?;
        }
        let some = |lengths: &[f64]| lengths.iter().sum::<f64>() > 0.0;
        if some(&lengths.prompts) && some(&lengths.outputs) {
            return Ok(lengths);
        }
        Err(Diagnostic::at(name, text, 0..0, "there is no request with a prompt and an output", None))
    }

    fn add(&mut self, request: &Request) {
        self.prompts.push(request.prompt);
        self.outputs.push(request.output);
        if let Some(cached) = request.cached {
            let [held, of] = self.cached.get_or_insert_default();
            *held += cached.min(request.prompt);
            *of += request.prompt;
        }
        if let Some(hour) = request.hour {
            *self.hours.entry(hour).or_default() += 1.0;
        }
    }

    /// The parameters that follow: the mean request, the root mean square of the spreads of prompts and outputs, and what
    /// the file says of caches and of the day.
    pub(super) fn sets(&self) -> Vec<(ParamId, Value)> {
        let [(prompt, uneven), (output, ragged)] =
            [&self.prompts, &self.outputs].map(|lengths| moments(lengths));
        let spread = (f64::midpoint(uneven * uneven, ragged * ragged)).sqrt();
        let mut sets = vec![
            (ParamId::WorkloadSequenceLength, prompt + output),
            (ParamId::WorkloadOutputShare, output / (prompt + output)),
            (ParamId::WorkloadLengthSpread, spread),
        ];
        sets.extend(self.hits().map(|hits| (ParamId::WorkloadPrefixCacheHitRate, hits)));
        sets.extend(self.peak().map(|(_, peak)| (ParamId::WorkloadPeakToMean, peak)));
        sets.into_iter().map(|(param, value)| (param, Value::Number(value))).collect()
    }

    /// The share of prompt tokens that a cache held.
    fn hits(&self) -> Option<f64> {
        let [held, of] = self.cached?;
        (of > 0.0).then(|| (held / of).min(0.99))
    }

    /// The busiest hour of an average day, and its requests relative to those of an average hour; `None` where the file does
    /// not cover a day. Hours in which nobody asked count, and those before the first request and after the last do not.
    fn peak(&self) -> Option<(usize, f64)> {
        let ((first, _), (last, _)) = (self.hours.first_key_value()?, self.hours.last_key_value()?);
        let span = usize::try_from(last - first).ok()? + 1;
        if span < HOURS {
            return None;
        }
        let of_day = |hour: i64| hour.rem_euclid(24) as usize;
        let mut requests = [0.0; HOURS];
        for (hour, count) in &self.hours {
            requests[of_day(*hour)] += count;
        }
        let days = |hour: usize| {
            let after_first = (hour + HOURS - of_day(*first)) % HOURS;
            ((span - after_first - 1) / HOURS + 1) as f64
        };
        let curve: Vec<f64> = requests.iter().enumerate().map(|(hour, count)| count / days(hour)).collect();
        let mean = curve.iter().sum::<f64>() / HOURS as f64;
        let (hour, most) = curve.into_iter().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b))?;
        Some((hour, most / mean))
    }

    /// What was read, in words.
    pub(super) fn summary(&self) -> String {
        let [(prompt, uneven), (output, ragged)] =
            [&self.prompts, &self.outputs].map(|lengths| moments(lengths));
        let tokens = |mean: f64| format(mean, Unit::Count);
        let requests = format!(
            "{} measured requests: prompts of {} tokens, spread {uneven:.2}; outputs of {} tokens, spread {ragged:.2}",
            format(self.prompts.len() as f64, Unit::Count),
            tokens(prompt),
            tokens(output),
        );
        let hits = self.hits().map(|hits| format!("{} of prompt tokens cached", format(hits, Unit::Share)));
        let peak = self
            .peak()
            .map(|(hour, peak)| format!("busiest at {hour}:00, {} of the mean", format(peak, Unit::Ratio)));
        [Some(requests), hits, peak].into_iter().flatten().collect::<Vec<_>>().join("; ")
    }
}

/// Reads a list of objects of JSON, request by request.
fn of_list(name: &str, text: &str, add: &mut impl FnMut(Request)) -> Result<(), Diagnostic> {
    let mut rest = text.trim_start().strip_prefix('[').unwrap_or_default().trim_start();
    while !rest.starts_with(']') {
        let start = text.len() - rest.len();
        let mut objects = serde_json::Deserializer::from_str(rest).into_iter::<Map<String, Json>>();
        let is_object = matches!(objects.next(), Some(Ok(_)));
        let end = objects.byte_offset();
        let wrong = |at: usize, what: &str| {
            let help = "a list of objects, or one object a line".to_owned();
            Err(Diagnostic::at(name, text, at..at + 1, what, Some(help)))
        };
        if !is_object {
            return wrong(start, "this is not an object of JSON");
        }
        add(Place { name, text, line: &rest[..end], start }.object()?);
        rest = rest[end..].trim_start();
        match rest.strip_prefix(',') {
            Some(after) => rest = after.trim_start(),
            None if rest.starts_with(']') => {}
            None => return wrong(text.len() - rest.len(), "this list has no end"),
        }
    }
    Ok(())
}

/// Reads a table of comma-separated values, request by request.
fn of_table(name: &str, text: &str, add: &mut impl FnMut(Request)) -> Result<(), Diagnostic> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut columns = None;
    for row in reader.records() {
        let row = row.map_err(|error| Diagnostic::at(name, text, 0..0, error.to_string(), None))?;
        let from = row.position().map_or(0, |place| place.byte() as usize);
        let rest = text.get(from..).unwrap_or_default();
        let start = from + rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let row = Row {
            place: Place { name, text, line, start },
            cells: row.iter().map(|cell| cell.trim().trim_matches('"')).collect(),
        };
        if columns.is_none() {
            let header = row.header()?;
            columns = Some(header.unwrap_or(Columns { prompt: 0, output: 1, cached: None, time: None }));
            if header.is_some() {
                continue;
            }
        }
        if let Some(columns) = columns {
            add(row.request(columns)?);
        }
    }
    Ok(())
}

/// Why lengths could not be read.
pub(super) enum Unread {
    /// There is no such file, or it is no text.
    Unreadable(String),
    /// The mistake is in the file.
    Malformed(Diagnostic),
}

/// Mean, and standard deviation over mean.
fn moments(lengths: &[f64]) -> (f64, f64) {
    let count = lengths.len() as f64;
    let mean = lengths.iter().sum::<f64>() / count;
    let variance = lengths.iter().map(|length| (length - mean).powi(2)).sum::<f64>() / count;
    (mean, variance.sqrt() / mean)
}

/// A line of the file and where it is.
struct Place<'a> {
    name: &'a str,
    text: &'a str,
    line: &'a str,
    start: usize,
}

impl Place<'_> {
    fn error(&self, span: Range<usize>, message: String, help: Option<String>) -> Diagnostic {
        let span = self.start + span.start..self.start + span.end;
        Diagnostic::at(self.name, self.text, span, message, help)
    }

    /// A line of JSON, of which lengths may be the `usage`.
    fn object(&self) -> Result<Request, Diagnostic> {
        let object: Map<String, Json> = serde_json::from_str(self.line).map_err(|error| {
            let at = error.column().saturating_sub(1);
            self.error(at..at + 1, "this is not an object of JSON".to_owned(), None)
        })?;
        let whole = object;
        let object = whole.get("usage").and_then(Json::as_object).unwrap_or(&whole);
        let length = |names: &[&str], what: &str| {
            let found = names.iter().find_map(|name| Some((name, object.get(*name)?)));
            let Some((name, value)) = found else {
                let help = format!("call it one of: {}", names.join(", "));
                return Err(self.error(0..self.line.len(), format!("the {what} is missing"), Some(help)));
            };
            let at = self.line.find(&format!("\"{name}\"")).unwrap_or(0);
            let word = value.to_string();
            value.as_f64().and_then(tokens).ok_or_else(|| self.no_length(&word, at..at + name.len() + 2))
        };
        let details =
            ["prompt_tokens_details", "input_tokens_details"].iter().find_map(|key| object.get(*key));
        let held = |key: &&str| object.get(*key).or_else(|| details?.get(*key))?.as_f64();
        let when = TIMES.iter().find_map(|name| whole.get(*name));
        Ok(Request {
            prompt: length(&PROMPTS, "prompt")?,
            output: length(&OUTPUTS, "output")?,
            cached: CACHED.iter().find_map(held).and_then(tokens),
            hour: when.and_then(|when| when.as_str().map_or_else(|| hour(&when.to_string()), hour)),
        })
    }

    fn no_length(&self, word: &str, span: Range<usize>) -> Diagnostic {
        let help = "a number of tokens, 0 or more".to_owned();
        self.error(span, format!("`{word}` is not a length"), Some(help))
    }
}

/// The columns of a table.
#[derive(Debug, Clone, Copy)]
struct Columns {
    prompt: usize,
    output: usize,
    cached: Option<usize>,
    time: Option<usize>,
}

/// A row of a table, and where it is.
struct Row<'a> {
    place: Place<'a>,
    cells: Vec<&'a str>,
}

impl Row<'_> {
    /// The columns that a header names; `None` where the line is one of two numbers already.
    fn header(&self) -> Result<Option<Columns>, Diagnostic> {
        if self.cells.len() == 2 && self.cells.iter().all(|word| word.parse::<f64>().is_ok()) {
            return Ok(None);
        }
        let find = |names: &[&str]| {
            let named = |word: &&str| names.iter().any(|name| name.eq_ignore_ascii_case(word));
            self.cells.iter().position(named)
        };
        let needed = |names: &[&str], what: &str| {
            find(names).ok_or_else(|| {
                let help = format!("call one of: {}", names.join(", "));
                let end = self.place.line.len();
                self.place.error(0..end, format!("no column is named as that of {what}"), Some(help))
            })
        };
        Ok(Some(Columns {
            prompt: needed(&PROMPTS, "prompts")?,
            output: needed(&OUTPUTS, "outputs")?,
            cached: find(&CACHED),
            time: find(&TIMES),
        }))
    }

    fn request(&self, columns: Columns) -> Result<Request, Diagnostic> {
        let end = self.place.line.len();
        let length = |column: usize| {
            let missing = || self.place.error(end..end, format!("there is no column {}", column + 1), None);
            let word = *self.cells.get(column).ok_or_else(missing)?;
            word.parse().ok().and_then(tokens).ok_or_else(|| {
                let before: usize = self.cells[..column].iter().map(|cell| cell.len() + 1).sum();
                let from = before.min(self.place.line.len());
                let at =
                    self.place.line.get(from..).and_then(|rest| rest.find(word)).map_or(0, |at| from + at);
                self.place.no_length(word, at..at + word.len())
            })
        };
        let word = |column: Option<usize>| column.and_then(|column| self.cells.get(column));
        Ok(Request {
            prompt: length(columns.prompt)?,
            output: length(columns.output)?,
            cached: word(columns.cached).and_then(|word| word.parse().ok()).and_then(tokens),
            hour: word(columns.time).and_then(|word| hour(word)),
        })
    }
}

/// The hour of a time since the beginning of 1970: seconds or milliseconds of it, or a date with a time.
fn hour(word: &str) -> Option<i64> {
    let Ok(number) = word.parse::<f64>() else {
        return Moment::parse(word.as_bytes()).map(|moment| moment.hours);
    };
    let seconds = if number > MILLISECONDS { number / 1e3 } else { number };
    (0.0..MILLISECONDS).contains(&seconds).then(|| (seconds / 3600.0).floor() as i64)
}

/// A length that can be.
fn tokens(length: f64) -> Option<f64> {
    (length.is_finite() && length >= 0.0).then_some(length)
}
