//! Numbers as people write and read them: `70B`, `128k`, `40%`, `$1.19M`.
//!
//! One home for parsing and printing, so that what is printed can be typed again.

use std::fmt;
use std::ops::RangeInclusive;

use crate::text::date;

/// What a number counts, which decides how it is printed and which suffixes it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A plain count: layers, GPUs, requests.
    Count,
    /// Parameters of a model, `70B`.
    Parameters,
    /// Tokens of one request. `k` is 1,024 here, as context lengths are named.
    Context,
    /// Tokens of a corpus or a batch, `2T`.
    Tokens,
    /// A share of one, `40%`.
    Share,
    /// A bare ratio, `2.2x`.
    Ratio,
    /// US dollars.
    Usd,
    /// US dollars per hour.
    UsdPerHour,
    /// Milliseconds.
    Milliseconds,
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Months.
    Months,
    /// Years.
    Years,
    /// A month of a year, counted in months, `2026-11`.
    Date,
    /// Days.
    Days,
    /// Hours of one GPU.
    GpuHours,
    /// Bytes, decimal.
    Bytes,
    /// Megawatt-hours.
    MegawattHours,
    /// Tokens per second.
    TokensPerSecond,
}

/// Why a number could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NumberError {
    /// Nothing was written.
    Empty,
    /// A comma in place of the decimal point.
    DecimalComma,
    /// A sum of money in place of something else.
    Dollars(String),
    /// The text is no number, or its suffix is unknown.
    Unreadable(String),
}

impl fmt::Display for NumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "a number is missing"),
            Self::DecimalComma => {
                write!(f, "decimal commas are not supported; use a point, as in 0.35")
            }
            Self::Dollars(text) => write!(f, "`{text}` is in dollars, which this is not"),
            Self::Unreadable(text) => {
                write!(f, "`{text}` is not a number; write it as 70e9, 70B, 128k, 35% or $2.10")
            }
        }
    }
}

impl std::error::Error for NumberError {}

/// Reads a number as people write it: a `$` where it is money, digits with `_` or `,` between thousands, an exponent, and
/// one of the suffixes `k M B T P E %` or the unit's own word.
///
/// `k` is 1,024 for [`Unit::Context`] and 1,000 elsewhere; `B` is a billion, but bytes for [`Unit::Bytes`].
///
/// # Errors
///
/// [`NumberError`] says what is wrong in words for the person who typed it.
pub fn parse(text: &str, unit: Unit) -> Result<f64, NumberError> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(NumberError::Empty);
    }
    if let (Unit::Date, Some(month)) = (unit, date::month(trimmed)) {
        return Ok(f64::from(month));
    }
    let unreadable = || NumberError::Unreadable(trimmed.to_owned());
    let (sign, rest) = match trimmed.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    let rest = match rest.strip_prefix('$') {
        Some(_) if !matches!(unit, Unit::Usd | Unit::UsdPerHour) => {
            return Err(NumberError::Dollars(trimmed.to_owned()));
        }
        Some(rest) => rest.trim_start(),
        None => rest.trim_start(),
    };
    let digits_end = number_end(rest);
    let (digits, suffix) = rest.split_at(digits_end);
    let digits = without_separators(digits)?;
    let number: f64 = digits.parse().map_err(|_| unreadable())?;
    let factor = suffix_factor(suffix.trim(), unit).ok_or_else(unreadable)?;
    let value = sign * times(number, factor);
    // Zero has no sign.
    if value.is_finite() { Ok(value + 0.0) } else { Err(unreadable()) }
}

/// A product that is what its digits say where the factor is a power of ten: 41% is 0.41.
fn times(number: f64, factor: f64) -> f64 {
    let power = factor.log10().round() as i32;
    let moved = || format!("{number}e{power}").parse().ok();
    let exact = if 10.0_f64.powi(power) == factor { moved() } else { None };
    exact.unwrap_or(number * factor)
}

/// A number in the form of another one as it was written, `41%` for `10%`; `None` where that would not be read back the same,
/// or takes many more digits than the bare number.
pub fn like(written: &str, value: f64, unit: Unit) -> Option<String> {
    let rest = written.trim().trim_start_matches(['+', '-']);
    let (money, rest) = rest.strip_prefix('$').map_or(("", rest), |rest| ("$", rest.trim_start()));
    let suffix = &rest[number_end(rest)..];
    let digits = format_exact(times(value.abs(), 1.0 / suffix_factor(suffix.trim(), unit)?));
    let sign = if value < 0.0 { "-" } else { "" };
    let text = format!("{sign}{money}{digits}{suffix}");
    let is_short = digits.len() <= format_exact(value).len().max(FEW_DIGITS);
    (is_short && parse(&text, unit) == Ok(value)).then_some(text)
}

/// So many are few.
const FEW_DIGITS: usize = 4;

/// Digits of a factor.
const CLOSELY: i32 = 5;
/// A price that is so near to whole cents, relative to it, is printed in them.
const CLOSE: f64 = 1e-5;

/// From this number on none is printed with a unit of its own: it is read as it is.
const UNPRINTED: f64 = 1e3;

/// Reads a number as it is typed beside one that is shown: without a unit of its own it has that of the other, 2 for `2 s`
/// beside `1 s`, 70 for `70B` beside `69B`. A number that is too large to be shown in that unit is read as it is, and so is a
/// context, of which 512 and `8k` are both names.
///
/// # Errors
///
/// [`NumberError`], as [`parse`].
pub fn parse_beside(text: &str, unit: Unit, shown: f64) -> Result<f64, NumberError> {
    let number = parse(text, unit)?;
    let bare = text.trim().trim_start_matches(['+', '-', '$']).trim_start();
    let is_bare = number_end(bare) == bare.len() && unit != Unit::Date && unit != Unit::Context;
    Ok(if is_bare && number.abs() < UNPRINTED { times(number, printed_scale(shown, unit)) } else { number })
}

/// What the unit and the suffix multiply by with which a figure is printed.
fn printed_scale(value: f64, unit: Unit) -> f64 {
    let text = format(value, unit);
    let suffix = text.trim_start_matches(['-', '$']).trim_start_matches(bare(value, unit).as_str()).trim();
    suffix_factor(suffix, unit).unwrap_or(1.0)
}

/// A figure as it is printed, without its sign and its unit: the `1` of `1 s`.
pub fn bare(value: f64, unit: Unit) -> String {
    let text = format(value, unit);
    let text = text.trim_start_matches(['-', '$']);
    text[..number_end(text)].to_owned()
}

/// Where the digits, separators and exponent of a number end.
fn number_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut end = 0;
    while end < bytes.len() {
        let here = bytes[end];
        let exponent = matches!(here, b'e' | b'E')
            && end > 0
            && bytes.get(end + 1).is_some_and(|next| {
                next.is_ascii_digit()
                    || (matches!(next, b'+' | b'-') && bytes.get(end + 2).is_some_and(u8::is_ascii_digit))
            });
        if exponent {
            end += 2;
        } else if here.is_ascii_digit() || matches!(here, b'.' | b',' | b'_') {
            end += 1;
        } else {
            break;
        }
    }
    end
}

/// Drops `_` anywhere and `,` between groups of three digits; any other comma was meant as a decimal point.
fn without_separators(digits: &str) -> Result<String, NumberError> {
    if let Some((head, groups)) = digits.split_once(',') {
        let whole = groups.split('.').next().unwrap_or_default();
        let grouped = !head.is_empty()
            && head.len() <= 3
            && head != "0"
            && whole.split(',').all(|group| group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit()));
        if !grouped {
            return Err(NumberError::DecimalComma);
        }
    }
    Ok(digits.replace(['_', ','], ""))
}

/// What a suffix multiplies by: a magnitude, the unit's own word, or both; `None` when it is unknown or stands for
/// another unit.
fn suffix_factor(suffix: &str, unit: Unit) -> Option<f64> {
    let (magnitude, unit_factor) = unit_words(unit)
        .iter()
        .find_map(|(word, factor)| suffix.strip_suffix(word).map(|rest| (rest.trim_end(), *factor)))
        .unwrap_or((suffix, 1.0));
    let thousand = if unit == Unit::Context { 1024.0 } else { 1e3 };
    let factor = match magnitude {
        "" => 1.0,
        "k" | "K" => thousand,
        "M" | "m" | "million" => thousand * thousand,
        "B" | "b" if unit == Unit::Bytes => return None,
        "B" | "G" | "b" | "bn" | "billion" => 1e9,
        "T" | "t" | "trillion" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        _ => return None,
    };
    Some(factor * unit_factor)
}

/// The words that may follow a number of this unit, with what they multiply by; longer ones first.
fn unit_words(unit: Unit) -> &'static [(&'static str, f64)] {
    match unit {
        Unit::Share => &[("%", 0.01)],
        Unit::Ratio => &[("x", 1.0)],
        Unit::UsdPerHour => &[("/h", 1.0)],
        Unit::Milliseconds => &[("ms", 1.0), ("min", 60e3), ("s", 1e3)],
        Unit::Seconds => &[("min", 60.0), ("ms", 1e-3), ("s", 1.0)],
        Unit::Minutes => &[("min", 1.0), ("h", 60.0), ("s", 1.0 / 60.0)],
        Unit::Hours => &[("min", 1.0 / 60.0), ("h", 1.0), ("d", 24.0)],
        Unit::Months => {
            &[("months", 1.0), ("month", 1.0), ("mo", 1.0), ("years", 12.0), ("year", 12.0), ("y", 12.0)]
        }
        Unit::Years => &[("years", 1.0), ("year", 1.0), ("y", 1.0)],
        Unit::Days => &[("days", 1.0), ("day", 1.0), ("d", 1.0)],
        Unit::Context | Unit::Tokens => &[("tokens", 1.0)],
        Unit::Parameters | Unit::Count | Unit::Usd | Unit::GpuHours | Unit::Date => &[],
        Unit::Bytes => &[("bytes", 1.0), ("byte", 1.0), ("B", 1.0)],
        Unit::MegawattHours => &[("MWh", 1.0)],
        Unit::TokensPerSecond => &[("tok/s", 1.0)],
    }
}

/// Prints a figure for reading: three significant digits and the unit's customary form.
pub fn format(value: f64, unit: Unit) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    match unit {
        Unit::Count => scaled(value, 1e5),
        Unit::Parameters => scaled(value, 1e3),
        Unit::Tokens | Unit::GpuHours => scaled(value, 1e4),
        Unit::Context => context(value),
        Unit::Share => share(value),
        Unit::Ratio => format!("{}x", significant(value, 3)),
        Unit::Usd => usd(value),
        Unit::UsdPerHour => format!("{}/h", usd(value)),
        Unit::Milliseconds => duration_ms(value),
        Unit::Seconds => duration_ms(value * 1e3),
        Unit::Minutes => format!("{} min", grouped_significant(value)),
        Unit::Hours => format!("{} h", grouped_significant(value)),
        Unit::Months => counted(value, "month"),
        Unit::Years => counted(value, "year"),
        Unit::Date => date::written(value),
        Unit::Days => format!("{} d", grouped_significant(value)),
        Unit::Bytes => bytes(value),
        Unit::MegawattHours => format!("{} MWh", grouped_significant(value)),
        Unit::TokensPerSecond => format!("{} tok/s", grouped_significant(value)),
    }
}

/// Prints an end of what is allowed: as any figure, and where that would be refused, with the digits that it takes.
pub fn format_end(end: f64, unit: Unit, allowed: RangeInclusive<f64>) -> String {
    let percent = (unit == Unit::Share).then(|| format!("{}%", significant(end * 100.0, 3)));
    let shown = [Some(format(end, unit)), percent, Some(thousands(end))];
    let is_allowed = |text: &String| parse(text, unit).is_ok_and(|number| allowed.contains(&number));
    shown.into_iter().flatten().find(is_allowed).unwrap_or_else(|| format_exact(end))
}

/// Prints a number so that it reads back the same to the last bit, in the form that files use.
pub fn format_exact(value: f64) -> String {
    let plain = format!("{value}");
    if value.abs() >= 1e7 && value == value.trunc() {
        let scientific = format!("{value:e}");
        if scientific.len() < plain.len() { scientific } else { plain }
    } else {
        plain
    }
}

/// `$1.19M`, `$694k`, `$2.10`, `$0.0036`.
fn usd(value: f64) -> String {
    let sign = if value < 0.0 { "-" } else { "" };
    let size = value.abs();
    let body = if size >= 999_500.0 {
        with_suffix(size)
    } else if size >= 99_950.0 {
        format!("{:.0}k", size / 1e3)
    } else if size >= 100.0 {
        thousands(size.round())
    } else if size >= 0.1 || size == 0.0 {
        format!("{size:.2}")
    } else {
        significant(size, 2)
    };
    format!("{sign}${body}")
}

/// A factor of a product with so many digits that the product of what is printed is right to three: `1,774,850`,
/// `$2.70/h`, `$2.1837/h`.
pub fn closely(value: f64, unit: Unit) -> String {
    let cents = (value * 100.0).round() / 100.0;
    match unit {
        Unit::UsdPerHour if (cents - value).abs() <= CLOSE * value => format!("${cents:.2}/h"),
        Unit::UsdPerHour => format!("${}/h", significant(value, CLOSELY)),
        _ if value >= 10.0_f64.powi(CLOSELY - 1) => thousands(value.round()),
        _ => significant(value, CLOSELY),
    }
}

/// US dollars without cents: `$1,235`.
pub fn whole_usd(value: f64) -> String {
    let sign = if value <= -0.5 { "-" } else { "" };
    format!("{sign}${}", thousands(value.abs().round()))
}

/// US dollars to the cent: `$1,234.56`.
pub fn usd_and_cents(value: f64) -> String {
    let cents = (value.abs() * 100.0).round();
    let sign = if value < 0.0 && cents > 0.0 { "-" } else { "" };
    format!("{sign}${}.{:02.0}", thousands((cents / 100.0).floor()), cents % 100.0)
}

/// Whole powers of 1,024 as `8k`, others in full.
fn context(value: f64) -> String {
    let rounded = value.round();
    for (unit, suffix) in [(1_048_576.0, "M"), (1024.0, "k")] {
        let count = rounded / unit;
        if count >= 1.0 && count == count.trunc() {
            return format!("{count}{suffix}");
        }
    }
    thousands(rounded)
}

/// `40%`, `37.5%`, `0.4%`.
fn share(value: f64) -> String {
    let percent = value * 100.0;
    // Adding nothing makes a negative zero positive.
    let rounded = (percent * 10.0).round() / 10.0 + 0.0;
    if rounded == rounded.trunc() { format!("{rounded:.0}%") } else { format!("{rounded:.1}%") }
}

/// `85 ms`, `3.2 s`, `4.1 min`.
fn duration_ms(value: f64) -> String {
    let size = value.abs();
    if size < 999.5 {
        format!("{} ms", significant(value, if size < 10.0 { 2 } else { 3 }))
    } else if size < 120_000.0 {
        format!("{} s", significant(value / 1e3, 3))
    } else {
        format!("{} min", grouped_significant(value / 60e3))
    }
}

/// Things with their number: `1 replica`, `2,144 GPUs`.
pub fn count_of(value: f64, thing: &str) -> String {
    let number = format(value, Unit::Count);
    let plural = if number == "1" { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

/// `1 month`, `24 months`.
fn counted(value: f64, word: &str) -> String {
    let number = significant(value, 3);
    let plural = if number == "1" { "" } else { "s" };
    format!("{number} {word}{plural}")
}

/// Three significant digits with a suffix from `threshold` on, plain with thousands below it.
fn scaled(value: f64, threshold: f64) -> String {
    if value.abs() >= threshold {
        with_suffix(value)
    } else if value == value.trunc() {
        thousands(value)
    } else {
        grouped_significant(value)
    }
}

/// Three significant digits and one of `k M B T P E`.
fn with_suffix(value: f64) -> String {
    let (number, power) = in_thousands(value);
    format!("{number}{}", ["", "k", "M", "B", "T", "P", "E"][power])
}

/// `34.5 GB`, `640 B`.
fn bytes(value: f64) -> String {
    let (number, power) = in_thousands(value);
    format!("{number} {}", ["B", "kB", "MB", "GB", "TB", "PB", "EB"][power])
}

/// Three significant digits of a number divided by a power of a thousand, and that power, at most 6.
fn in_thousands(value: f64) -> (String, usize) {
    let mut scaled = value;
    let mut power = 0;
    while scaled.abs() >= 999.5 && power < 6 {
        scaled /= 1e3;
        power += 1;
    }
    (significant(scaled, 3), power)
}

/// Three significant digits below a thousand, whole with separators above.
fn grouped_significant(value: f64) -> String {
    if value.abs() >= 999.5 { thousands(value.round()) } else { significant(value, 3) }
}

/// `digits` significant digits, without trailing zeros after the point.
fn significant(value: f64, digits: i32) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let magnitude = value.abs().log10().floor() as i32;
    let decimals = (digits - 1 - magnitude).clamp(0, 12) as usize;
    let text = format!("{value:.decimals$}");
    let short = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

/// A whole number with a comma between groups of three digits.
pub(super) fn thousands(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0.0 && digits != "0" {
        text.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
