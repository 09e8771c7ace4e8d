//! From what a user typed, or a file holds, to a checked value.

use std::fmt;

use crate::catalog::Catalog;
use crate::scenario::domain::Domain;
use crate::scenario::param::Param;
use crate::scenario::ranges::MOST_RANGES;
use crate::scenario::stated::Scenario;
use crate::scenario::together::Excess;
use crate::scenario::value::{StatedRange, Value};
use crate::text::quantity::{self, NumberError, Unit};
use crate::text::suggest::closest;

/// Why a value was refused, in words: what is wrong, what is allowed, what was probably meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryError {
    /// What is wrong.
    pub problem: String,
    /// What is allowed.
    pub allowed: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

impl fmt::Display for EntryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; allowed: {}", self.problem, self.allowed)?;
        if let Some(suggestion) = &self.suggestion {
            write!(f, "; did you mean `{suggestion}`?")?;
        }
        Ok(())
    }
}

impl std::error::Error for EntryError {}

impl Param {
    /// Reads a value as it is typed or written after `=`.
    ///
    /// # Errors
    ///
    /// [`EntryError`] for what is not a value of this parameter, lies outside its bounds, or has no room beside the rest.
    pub fn parse(&self, text: &str, scenario: &Scenario, catalog: &Catalog) -> Result<Value, EntryError> {
        self.beside(self.read(text, scenario, catalog, quantity::parse)?, scenario)
    }

    /// Passes a value for which there is room beside the rest of the scenario.
    ///
    /// # Errors
    ///
    /// [`EntryError`] for a share that makes shares of one whole more than all of it.
    pub fn beside(&self, value: Value, scenario: &Scenario) -> Result<Value, EntryError> {
        match self.excess(value, scenario) {
            Some(Excess { problem, allowed }) => Err(EntryError { problem, allowed, suggestion: None }),
            None => Ok(value),
        }
    }

    /// Reads a value, its numbers as `parse` reads them.
    fn read(
        &self,
        text: &str,
        scenario: &Scenario,
        catalog: &Catalog,
        parse: impl Fn(&str, Unit) -> Result<f64, NumberError>,
    ) -> Result<Value, EntryError> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("auto") && self.optional {
            return if self.may_be_auto(scenario) {
                Ok(Value::Auto)
            } else {
                let problem =
                    format!("{} cannot follow from the rest: it states no whole shape", self.named());
                Err(self.refuse(problem, None))
            };
        }
        if text.contains("..") {
            return self.parse_range(text, scenario, parse);
        }
        match &self.domain {
            Domain::Number(domain) => {
                if domain.word.is_some_and(|word| word.eq_ignore_ascii_case(text)) {
                    return Ok(Value::Word(domain.word.unwrap_or_default()));
                }
                let number =
                    parse(text, domain.unit).map_err(|error| self.refuse(error.to_string(), None))?;
                self.check(Value::Number(number))
            }
            Domain::Words(words) => words
                .iter()
                .find(|word| word.eq_ignore_ascii_case(text))
                .map(|word| Value::Word(word))
                .ok_or_else(|| self.unknown(text, words.iter().copied())),
            Domain::Flag => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" => Ok(Value::Flag(true)),
                "false" | "no" | "off" => Ok(Value::Flag(false)),
                _ => Err(self.unknown(text, ["true", "false"].into_iter())),
            },
            Domain::Model => catalog
                .model_id(text)
                .map(Value::Model)
                .ok_or_else(|| self.unknown(text, catalog.models().iter().map(|model| model.id.as_str()))),
            Domain::Gpu => catalog
                .gpu_id(text)
                .map(Value::Gpu)
                .ok_or_else(|| self.unknown(text, catalog.gpus().iter().map(|gpu| gpu.id.as_str()))),
            Domain::Profile if text.eq_ignore_ascii_case(self.unset) => Ok(Value::Auto),
            Domain::Profile => {
                let known = || catalog.profiles().iter().map(|profile| profile.id.as_str());
                catalog.profile_id(text).map(Value::Profile).ok_or_else(|| self.unknown(text, known()))
            }
        }
    }

    /// Reads `LOW..HIGH` or `LOW..LIKELY..HIGH`. A range without width is the exact number.
    fn parse_range(
        &self,
        text: &str,
        scenario: &Scenario,
        parse: impl Fn(&str, Unit) -> Result<f64, NumberError>,
    ) -> Result<Value, EntryError> {
        let Some(domain) = self.number() else {
            return Err(
                self.refuse(format!("{} is not a number and cannot take a range", self.named()), None)
            );
        };
        let number = |text: &str| match parse(text, domain.unit) {
            Ok(number) => self.check(Value::Number(number)).map(|_| number),
            Err(error) => Err(self.refuse(error.to_string(), None)),
        };
        let numbers = text.split("..").map(number).collect::<Result<Vec<_>, _>>()?;
        let range = match numbers[..] {
            _ if !numbers.is_sorted() => {
                return Err(self.refuse(format!("`{text}` must go from low to high"), None));
            }
            [low, high] => StatedRange { low, likely: domain.likely(low, high), high },
            [low, likely, high] => StatedRange { low, likely, high },
            _ => {
                let problem = format!("`{text}` has too many numbers: write LOW..HIGH or LOW..LIKELY..HIGH");
                return Err(self.refuse(problem, None));
            }
        };
        if range.low == range.high {
            return Ok(Value::Number(range.likely));
        }
        if !scenario.ranges.has_room_for(self.id) {
            let problem = format!("at most {MOST_RANGES} parameters can have a range");
            return Err(self.refuse(problem, None));
        }
        Ok(Value::Range(range))
    }

    /// Reads an exact value or one relative to the present: `+10%`, `-5%`, `*2`, `/4`, `+=3`. A bare number has the unit in
    /// which its slider shows the present one.
    ///
    /// # Errors
    ///
    /// [`EntryError`], as [`Param::parse`].
    pub fn parse_entry(
        &self,
        text: &str,
        scenario: &Scenario,
        catalog: &Catalog,
    ) -> Result<Value, EntryError> {
        let text = text.trim();
        let present = self.effective(scenario, catalog).number();
        let beside = self.number().map_or(0.0, |domain| domain.example(present));
        let parse = |text: &str, unit| quantity::parse_beside(text, unit, beside);
        if let (Some(present), Some(domain)) = (present, self.number())
            && let Some(number) = relative(text, present, |text| parse(text, domain.unit))
        {
            let number = number.map_err(|error| self.refuse(error.to_string(), None))?;
            return self.beside(self.check(Value::Number(domain.rounded(number)))?, scenario);
        }
        self.beside(self.read(text, scenario, catalog, parse)?, scenario)
    }

    /// What a bare number means beside the present value, `1 means 1 s`; `None` where it is no more than a number.
    pub fn bare_means(&self, scenario: &Scenario, catalog: &Catalog) -> Option<String> {
        let domain = self.number()?;
        let beside = domain.example(self.effective(scenario, catalog).number());
        let bare = quantity::bare(beside, domain.unit);
        let meant = quantity::parse_beside(&bare, domain.unit, beside).ok()?;
        let whole = quantity::format(meant, domain.unit);
        (whole != bare).then(|| format!("{bare} means {whole}"))
    }

    /// Its name on the screen, and its path.
    fn named(&self) -> String {
        format!("{} (`{}`)", self.label, self.path)
    }

    /// Passes a value of the right kind within bounds.
    ///
    /// # Errors
    ///
    /// [`EntryError`] for a number outside the bounds or not whole where it must be.
    pub fn check(&self, value: Value) -> Result<Value, EntryError> {
        let (Some(number), Some(domain)) = (value.number(), self.number()) else {
            return Ok(value);
        };
        if !(domain.min..=domain.max).contains(&number) {
            let shown = quantity::format(number, domain.unit);
            return Err(self.refuse(format!("{shown} is out of range for {}", self.named()), None));
        }
        if domain.whole && number != number.trunc() {
            return Err(self.refuse(format!("{} must be a whole number", self.named()), None));
        }
        Ok(value)
    }

    fn refuse(&self, problem: String, suggestion: Option<String>) -> EntryError {
        EntryError { problem, allowed: self.allowed(), suggestion }
    }

    fn unknown<'a>(&self, text: &str, candidates: impl Iterator<Item = &'a str>) -> EntryError {
        let suggestion = closest(text, candidates).map(ToOwned::to_owned);
        self.refuse(format!("`{text}` is not a valid value for {}", self.named()), suggestion)
    }
}

/// A number relative to the current one; `None` when the text is not one.
fn relative(
    text: &str,
    present: f64,
    parse: impl Fn(&str) -> Result<f64, NumberError>,
) -> Option<Result<f64, NumberError>> {
    let (sign, rest) = match text.as_bytes().first()? {
        b'+' => (1.0, &text[1..]),
        b'-' => (-1.0, &text[1..]),
        b'*' | b'x' => {
            return Some(quantity::parse(&text[1..], Unit::Ratio).map(|by| present * by));
        }
        b'/' => return Some(quantity::parse(&text[1..], Unit::Ratio).map(|by| present / by)),
        _ => return None,
    };
    let rest = rest.strip_prefix('=').unwrap_or(rest).trim();
    // A share that is raised by 10% goes from 40% to 44%, as any other number would.
    if let Some(percent) = rest.strip_suffix('%') {
        return Some(quantity::parse(percent, Unit::Ratio).map(|by| present * (1.0 + sign * by / 100.0)));
    }
    Some(parse(rest).map(|by| present + sign * by))
}
