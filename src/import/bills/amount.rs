//! Amounts of money, exact: what a bill adds up to is what its lines add up to, to the last digit.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

/// Digits after the point that are kept; bills write up to 15.
const DECIMALS: i32 = 18;
/// One unit of the currency.
const ONE: i128 = 1_000_000_000_000_000_000;
/// One hundredth of it.
const CENT: i128 = ONE / 100;
/// No line costs as much; below it the sum of any file stays exact.
const MOST: i128 = 10_000_000_000_000 * ONE;
/// Digits beyond which none is counted any more: they are far behind the last that is kept.
const FULL: i128 = 1_000_000_000_000_000_000_000_000_000_000_000_000;

/// An amount of money in the currency of its line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(i128);

impl Amount {
    /// Reads an amount: digits with an optional sign, `$`, commas between thousands, and an exponent. `None` where it is
    /// none, as `NaN`, or a line could not cost as much.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let text = text.trim_ascii();
        let (negative, text) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, text),
        };
        let text = text.strip_prefix(b"$").unwrap_or(text);
        let exponent_at = text.iter().position(|byte| matches!(byte, b'e' | b'E'));
        let (number, exponent) = match exponent_at {
            Some(at) => (&text[..at], std::str::from_utf8(&text[at + 1..]).ok()?.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let mut digits = Digits::default();
        let mut point = false;
        for byte in number {
            match byte {
                b'0'..=b'9' => digits.push(i128::from(byte - b'0'), point),
                b'.' if !point => point = true,
                b',' if !point => {}
                _ => return None,
            }
        }
        let whole = number.split(|byte| *byte == b'.').next().unwrap_or_default();
        if digits.count == 0 || !are_thousands(whole) {
            return None;
        }
        let exact = digits.times_ten_to(exponent.saturating_add(DECIMALS))?;
        (exact < MOST).then_some(Self(if negative { -exact } else { exact }))
    }

    /// So many hundredths.
    pub fn of_cents(cents: i128) -> Self {
        Self(cents * CENT)
    }

    /// Hundredths, halves away from zero.
    pub fn cents(self) -> i128 {
        (self.0 + self.0.signum() * CENT / 2) / CENT
    }

    /// The nearest number, in the currency.
    pub fn value(self) -> f64 {
        (self.0 / ONE) as f64 + (self.0 % ONE) as f64 / ONE as f64
    }

    /// There is nothing after the point.
    pub fn is_whole(self) -> bool {
        self.0 % ONE == 0
    }

    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Without its sign.
    #[must_use]
    pub fn size(self) -> Self {
        Self(self.0.abs())
    }
}

/// The digits of a number as they are read.
#[derive(Debug, Default)]
struct Digits {
    number: i128,
    count: usize,
    /// How many of them stand behind the point, less those that were left out before it.
    behind: i32,
}

impl Digits {
    fn push(&mut self, digit: i128, behind_the_point: bool) {
        self.count += 1;
        if self.number < FULL {
            self.number = self.number * 10 + digit;
            self.behind += i32::from(behind_the_point);
        } else {
            self.behind -= i32::from(!behind_the_point);
        }
    }

    /// The number times a power of ten, halves rounded away from zero; `None` where it is larger than any.
    fn times_ten_to(&self, power: i32) -> Option<i128> {
        let power = power.saturating_sub(self.behind);
        let factor = 10_i128.checked_pow(power.unsigned_abs());
        match factor {
            _ if self.number == 0 => Some(0),
            Some(factor) if power >= 0 => self.number.checked_mul(factor),
            Some(factor) => {
                Some(self.number / factor + i128::from(self.number % factor >= factor - factor / 2))
            }
            None => (power < 0).then_some(0),
        }
    }
}

/// Commas stand only between groups of three digits.
fn are_thousands(whole: &[u8]) -> bool {
    if !whole.contains(&b',') {
        return true;
    }
    let mut groups = whole.split(|byte| *byte == b',');
    let first = groups.next().is_some_and(|group| (1..=3).contains(&group.len()));
    first && groups.all(|group| group.len() == 3)
}

impl Add for Amount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Amount {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Neg for Amount {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Sub for Amount {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), Add::add)
    }
}

/// To the cent, with commas between thousands: `-1,234.56`.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = self.cents();
        let digits = (cents.abs() / 100).to_string();
        let mut text = String::with_capacity(digits.len() * 4 / 3 + 4);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        let sign = if cents < 0 { "-" } else { "" };
        f.pad(&format!("{sign}{text}.{:02}", cents.abs() % 100))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<Amount> {
        Amount::parse(text.as_bytes())
    }

    #[test]
    fn amounts_are_read_as_bills_write_them() {
        for (text, exact) in [
            ("0.00000080000", 800_000_000_000),
            ("-0.01288992000", -12_889_920_000_000_000),
            ("1e-11", 10_000_000),
            ("8.0E-7", 800_000_000_000),
            ("\t$10,100.00 ", 10_100 * ONE),
            (".5", ONE / 2),
            ("5.", 5 * ONE),
            ("+7", 7 * ONE),
            ("9999999999999", 9_999_999_999_999 * ONE),
            ("0.0000000000000000005", 1),
            ("0.00000000000000000049", 0),
            ("0000000000000000000012", 12 * ONE),
        ] {
            assert_eq!(read(text), Some(Amount(exact)), "{text}");
        }
        for text in
            ["", "-", ".", "$", "NaN", "inf", "1,5", "12,34.5", ",100", "1.2.3", "1e", "1e99", "0x10", "12 3"]
        {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read("10000000000000"), None, "no line costs as much");
        assert_eq!(read("1e-2147483648"), Some(Amount(0)));
    }

    #[test]
    fn amounts_are_printed_to_the_cent() {
        for (text, shown) in
            [("1234567.895", "1,234,567.90"), ("-0.005", "-0.01"), ("-0.0049", "0.00"), ("999.994", "999.99")]
        {
            assert_eq!(read(text).map(|amount| amount.to_string()).as_deref(), Some(shown));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[-+$0-9.,eE ]{0,24}|\\PC{0,12}") {
            read(&text);
        }

        #[test]
        fn sums_are_exact(cents in prop::collection::vec(-1_000_000_000_i64..1_000_000_000, 0..50)) {
            let written = cents.iter().map(|cents| {
                let sign = if *cents < 0 { "-" } else { "" };
                format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
            });
            let sum: Amount = written.filter_map(|text| read(&text)).sum();
            prop_assert_eq!(sum, Amount::of_cents(cents.iter().map(|cents| i128::from(*cents)).sum()));
        }
    }
}
