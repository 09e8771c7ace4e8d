//! Measured lengths: a file with the prompt and the output of each request, in tokens, and what a workload takes from it.
//!
//! CSV with a header that names the columns, or two columns of numbers; or JSON, one object a line.

use std::fs;
use std::ops::Range;
use std::path::Path;

use serde_json::{Map, Value as Json};

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

/// The lengths of measured requests, tokens.
#[derive(Debug, Default)]
pub(super) struct Lengths {
    prompts: Vec<f64>,
    outputs: Vec<f64>,
}

impl Lengths {
    /// Reads the file that a scenario of this name refers to; `Err` says in words why it cannot be read, or shows where it
    /// is wrong.
    pub(super) fn open(scenario: &str, file: &str) -> Result<Self, Unread> {
        let path = Path::new(scenario).parent().unwrap_or(Path::new("")).join(file);
        let text = fs::read_to_string(&path).map_err(|error| Unread::Unreadable(error.to_string()))?;
        Self::parse(&path.display().to_string(), &text).map_err(Unread::Malformed)
    }

    /// Reads the text of such a file.
    fn parse(name: &str, text: &str) -> Result<Self, Diagnostic> {
        let mut lengths = Self::default();
        let mut columns = None;
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let place = Place { name, text, line: line.trim_end(), start };
            start += line.len();
            if place.line.is_empty() {
                continue;
            }
            let [prompt, output] = if place.line.starts_with('{') {
                place.object()?
            } else if let Some(columns) = columns {
                place.row(columns)?
            } else {
                let header = place.header()?;
                columns = Some(header.unwrap_or([0, 1]));
                if header.is_some() {
                    continue;
                }
                place.row([0, 1])?
            };
            lengths.prompts.push(prompt);
            lengths.outputs.push(output);
        }
        let some = |lengths: &[f64]| lengths.iter().sum::<f64>() > 0.0;
        if some(&lengths.prompts) && some(&lengths.outputs) {
            return Ok(lengths);
        }
        Err(Diagnostic::at(name, text, 0..0, "there is no request with a prompt and an output", None))
    }

    /// The parameters that follow: the mean request, and the root mean square of the spreads of prompts and outputs.
    pub(super) fn sets(&self) -> [(ParamId, Value); 3] {
        let [(prompt, uneven), (output, ragged)] =
            [&self.prompts, &self.outputs].map(|lengths| moments(lengths));
        let spread = (f64::midpoint(uneven * uneven, ragged * ragged)).sqrt();
        [
            (ParamId::WorkloadSequenceLength, Value::Number(prompt + output)),
            (ParamId::WorkloadOutputShare, Value::Number(output / (prompt + output))),
            (ParamId::WorkloadLengthSpread, Value::Number(spread)),
        ]
    }

    /// What was read, in words.
    pub(super) fn summary(&self) -> String {
        let [(prompt, uneven), (output, ragged)] =
            [&self.prompts, &self.outputs].map(|lengths| moments(lengths));
        let tokens = |mean: f64| format(mean, Unit::Count);
        format!(
            "{} measured requests: prompts of {} tokens, spread {uneven:.2}; outputs of {} tokens, spread {ragged:.2}",
            format(self.prompts.len() as f64, Unit::Count),
            tokens(prompt),
            tokens(output),
        )
    }
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

impl<'a> Place<'a> {
    fn error(&self, span: Range<usize>, message: String, help: Option<String>) -> Diagnostic {
        let span = self.start + span.start..self.start + span.end;
        Diagnostic::at(self.name, self.text, span, message, help)
    }

    /// The fields of a row of CSV and where they are in the line.
    fn fields(&self) -> impl Iterator<Item = (&'a str, Range<usize>)> {
        let mut start = 0;
        self.line.split(',').map(move |field| {
            let word = field.trim().trim_matches('"');
            let at = start + field.find(word).unwrap_or(0);
            start += field.len() + 1;
            (word, at..at + word.len())
        })
    }

    /// The columns of prompts and outputs that a header names; `None` where the line is one of two numbers already.
    fn header(&self) -> Result<Option<[usize; 2]>, Diagnostic> {
        let words: Vec<&str> = self.fields().map(|(word, _)| word).collect();
        if words.len() == 2 && words.iter().all(|word| word.parse::<f64>().is_ok()) {
            return Ok(None);
        }
        let column = |names: &[&str], what: &str| {
            let named = |word: &&str| names.iter().any(|name| name.eq_ignore_ascii_case(word));
            words.iter().position(named).ok_or_else(|| {
                let help = format!("call one of: {}", names.join(", "));
                self.error(0..self.line.len(), format!("no column is named as that of {what}"), Some(help))
            })
        };
        Ok(Some([column(&PROMPTS, "prompts")?, column(&OUTPUTS, "outputs")?]))
    }

    /// Prompt and output of a row of CSV.
    fn row(&self, columns: [usize; 2]) -> Result<[f64; 2], Diagnostic> {
        let end = self.line.len();
        let length = |column: usize| {
            let missing = || self.error(end..end, format!("there is no column {}", column + 1), None);
            let (word, span) = self.fields().nth(column).ok_or_else(missing)?;
            word.parse().ok().and_then(tokens).ok_or_else(|| self.no_length(word, span))
        };
        Ok([length(columns[0])?, length(columns[1])?])
    }

    /// Prompt and output of a line of JSON, of which they may be the `usage`.
    fn object(&self) -> Result<[f64; 2], Diagnostic> {
        let object: Map<String, Json> = serde_json::from_str(self.line).map_err(|error| {
            let at = error.column().saturating_sub(1);
            self.error(at..at + 1, "this is not an object of JSON".to_owned(), None)
        })?;
        let object = object.get("usage").and_then(Json::as_object).unwrap_or(&object);
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
        Ok([length(&PROMPTS, "prompt")?, length(&OUTPUTS, "output")?])
    }

    fn no_length(&self, word: &str, span: Range<usize>) -> Diagnostic {
        let help = "a number of tokens, 0 or more".to_owned();
        self.error(span, format!("`{word}` is not a length"), Some(help))
    }
}

/// A length that can be.
fn tokens(length: f64) -> Option<f64> {
    (length.is_finite() && length >= 0.0).then_some(length)
}
