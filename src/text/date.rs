//! Dates as they are written, `2026-11`, and as the engine counts them, in years.

/// The month of a date as a number, of a year alone the middle of it; `None` where it is no date.
pub fn month(date: &str) -> Option<i32> {
    let mut parts = date.split('-');
    let year: i32 = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let month: i32 = parts.next().map_or(Some(6), |month| month.parse().ok())?;
    (1..=12).contains(&month).then_some(year * 12 + month - 1)
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
