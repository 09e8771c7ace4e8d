//! Dates as they are written, `2026-11`, and as the engine counts them, in years.

/// The month of a date as a number, of a year alone the middle of it; `None` where it is no date.
pub fn month(date: &str) -> Option<i32> {
    let mut parts = date.split('-');
    let year: i32 = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let month: i32 = parts.next().map_or(Some(6), |month| month.parse().ok())?;
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let day: i32 = parts.next().map_or(Some(1), |day| day.parse().ok())?;
    let is_date = (1..=12).contains(&month) && (1..=last).contains(&day) && parts.next().is_none();
    is_date.then_some(year * 12 + month - 1)
}

/// A month as it is written.
pub fn written(month: f64) -> String {
    let month = month.round();
    format!("{:.0}-{:02.0}", (month / 12.0).floor(), month.rem_euclid(12.0) + 1.0)
}

/// A date as years: 2022.75 is the beginning of October 2022; `None` where it is no date.
pub fn years(date: &str) -> Option<f64> {
    month(date).map(|month| f64::from(month) / 12.0)
}

/// The day of a time in seconds since the beginning of 1970, as `2026-11-30`, by the Gregorian calendar (E. Richards
/// 2013, "Calendars", algorithm 3 for Julian day numbers).
pub fn day(seconds: u64) -> String {
    let julian = (seconds / 86_400).cast_signed() + 2_440_588;
    let f = julian + 1401 + (4 * julian + 274_277) / 146_097 * 3 / 4 - 38;
    let e = 4 * f + 3;
    let h = 5 * (e % 1461 / 4) + 2;
    let (day, month) = (h % 153 / 5 + 1, (h / 153 + 2) % 12 + 1);
    let year = e / 1461 - 4716 + (14 - month) / 12;
    format!("{year}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_no_month_has_is_no_date() {
        for date in ["2024-02", "2024-02-29", "2026-11-30"] {
            assert!(month(date).is_some(), "{date}");
        }
        for date in
            ["2024-13", "2023-02-29", "1900-02-29", "2024-02-99", "3026-02-31", "2024-02-0", "2024-02-03-04"]
        {
            assert!(month(date).is_none(), "{date}");
        }
    }
}
