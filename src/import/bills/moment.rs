//! Times as bills write them.

/// A time, to the hour, without a zone: bills are in universal time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Hours since the beginning of 1970.
    pub hours: i64,
    /// Months since the year 0.
    pub month: i32,
}

impl Moment {
    /// Reads `2024-09-18`, with or without a time after it, or month/day/year as spreadsheets leave it. `None` where it
    /// is neither.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let text = text.trim_ascii();
        let slash = text.iter().take(3).position(|byte| *byte == b'/');
        if slash.is_some() {
            let mut parts = text.split(|byte| matches!(byte, b'/' | b' '));
            let [month, day, year] = [parts.next()?, parts.next()?, parts.next()?].map(number);
            let year = year.map(|year| if year < 100 { 2000 + year } else { year });
            return Self::of(year?, month?, day?, 0);
        }
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, rest @ ..] = text else { return None };
        let hour = match rest {
            [] => 0,
            [b'T' | b't' | b' ', h1, h2, b':', ..] => number(&[*h1, *h2])?,
            _ => return None,
        };
        Self::of(number(&[*y1, *y2, *y3, *y4])?, number(&[*m1, *m2])?, number(&[*d1, *d2])?, hour)
    }

    fn of(year: i32, month: i32, day: i32, hour: i32) -> Option<Self> {
        let possible = (1970..2200).contains(&year)
            && (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && (0..=24).contains(&hour);
        possible.then(|| Self {
            hours: days_since_1970(year, month, day) * 24 + i64::from(hour),
            month: year * 12 + month - 1,
        })
    }
}

/// Days of the Gregorian calendar from the beginning of 1970, of which March is the first month of a year.
fn days_since_1970(year: i32, month: i32, day: i32) -> i64 {
    let year = i64::from(if month > 2 { year } else { year - 1 });
    let from_march = i64::from((month + 9) % 12);
    let in_year = (153 * from_march + 2) / 5 + i64::from(day) - 1;
    365 * year + year / 4 - year / 100 + year / 400 + in_year - 719_468
}

fn number(digits: &[u8]) -> Option<i32> {
    let all = !digits.is_empty() && digits.len() <= 4 && digits.iter().all(u8::is_ascii_digit);
    all.then(|| digits.iter().fold(0, |sum, digit| sum * 10 + i32::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::date::day;

    #[test]
    fn times_are_read_as_bills_write_them() {
        let read = |text: &str| Moment::parse(text.as_bytes()).map(|moment| (moment.hours, moment.month));
        let september = 2024 * 12 + 8;
        assert_eq!(read("2024-09-18T23:00:00Z"), Some((19_984 * 24 + 23, september)));
        assert_eq!(read("2024-09-18 23:00:00"), read("2024-09-18T23:00Z"));
        assert_eq!(read("9/18/24"), Some((19_984 * 24, september)));
        assert_eq!(read("09/18/2024"), read("2024-09-18"));
        for text in
            ["", "NULL", "2024-13-01", "18/9/2024", "2024/09/18", "yesterday", "1969-12-31", "2024-09-18X"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        for date in ["1970-01-01", "2000-02-29", "2024-02-29", "2024-03-01", "2026-12-31", "2100-03-01"] {
            let hours = Moment::parse(date.as_bytes()).expect("a date").hours;
            assert_eq!(day(hours.unsigned_abs() * 3600), date);
        }
    }
}
