//! Figures below each other: one scale and as many decimals for all, so that they line up and compare at a glance.

use crate::text::quantity::{Unit, format, thousands};

/// The most decimals.
const MOST_DECIMALS: i32 = 6;

/// A scale: the middle figure from which on it is used, what it divides by, and what stands behind the number.
type Scale = (f64, f64, &'static str);

/// Figures of a column, to be set flush right. The middle one by size has three significant digits, of what
/// is measured the greatest, where the middle one keeps two; one that is too small
/// for the decimals says so, as in `<$1`. What is missing is a dash.
pub fn column(figures: &[Option<f64>], unit: Unit) -> Vec<String> {
    let is_known = |figure: &f64| figure.is_finite();
    let mut sizes: Vec<f64> = figures.iter().flatten().copied().filter(is_known).map(f64::abs).collect();
    sizes.retain(|size| *size > 0.0);
    sizes.sort_by(f64::total_cmp);
    let middle = sizes.get(sizes.len() / 2).copied().unwrap_or(0.0);
    let shown = |show: &dyn Fn(f64) -> String| {
        let one = |figure: &Option<f64>| figure.filter(is_known).map_or("–".to_owned(), show);
        figures.iter().map(one).collect()
    };
    let Some((before, scales)) = scales(unit) else { return shown(&|figure| format(figure, unit)) };
    let scale = scales.iter().rev().find(|(least, ..)| middle >= *least);
    let (_, factor, after) = *scale.unwrap_or(&scales[0]);
    let is_whole = sizes.iter().all(|size| size / factor == (size / factor).trunc());
    let most = sizes.last().copied().unwrap_or(0.0) / factor;
    let decimals = match unit {
        _ if is_whole => 0,
        // What is measured has no more than three digits where it is greatest.
        Unit::Milliseconds | Unit::Bytes => decimals(most.min(middle / factor * 10.0), false),
        _ => decimals(middle / factor, before == "$"),
    };
    shown(&|figure| {
        let size = (figure / factor).abs();
        let least = 0.1_f64.powi(decimals);
        let sign = if figure < 0.0 { "-" } else { "" };
        if size == 0.0 {
            return format!("{before}0{after}");
        }
        if size < least / 2.0 {
            return format!("<{before}{least:.*}{after}", decimals as usize);
        }
        let rounded = format!("{size:.*}", decimals as usize);
        let (whole, fraction) = rounded
            .split_once('.')
            .map_or((rounded.as_str(), None), |(whole, fraction)| (whole, Some(fraction)));
        let whole = whole.parse().map_or(whole.to_owned(), thousands);
        let fraction = fraction.map_or(String::new(), |digits| format!(".{digits}"));
        format!("{sign}{before}{whole}{fraction}{after}")
    })
}

/// What stands before every number of a unit, and its scales, the least first; `None` where figures keep their own form.
fn scales(unit: Unit) -> Option<(&'static str, &'static [Scale])> {
    const MONEY: &[Scale] =
        &[(0.0, 1.0, ""), (99_950.0, 1e3, "k"), (999_500.0, 1e6, "M"), (999.5e6, 1e9, "B")];
    const COUNTS: &[Scale] =
        &[(0.0, 1.0, ""), (1e5, 1e3, "k"), (999_500.0, 1e6, "M"), (999.5e6, 1e9, "B"), (999.5e9, 1e12, "T")];
    Some(match unit {
        Unit::Usd => ("$", MONEY),
        Unit::UsdPerHour => ("$", &[(0.0, 1.0, "/h")]),
        Unit::Count | Unit::GpuHours => ("", COUNTS),
        Unit::Share => ("", &[(0.0, 0.01, "%")]),
        Unit::Milliseconds => ("", &[(0.0, 1.0, " ms"), (9_995.0, 1e3, " s"), (599_500.0, 60e3, " min")]),
        Unit::Bytes => ("", &[(0.0, 1e6, " MB"), (1e9, 1e9, " GB"), (9_995e9, 1e12, " TB")]),
        Unit::Days => ("", &[(0.0, 1.0, " d")]),
        _ => return None,
    })
}

/// Decimals with which a figure has three significant digits; cents where money has any.
fn decimals(middle: f64, is_money: bool) -> i32 {
    let magnitude = if middle > 0.0 { middle.log10().floor() as i32 } else { 0 };
    let decimals = (2 - magnitude).clamp(0, MOST_DECIMALS);
    if is_money && decimals == 1 { 2 } else { decimals }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_a_column_share_their_scale_and_their_decimals() {
        for (figures, unit, shown) in [
            (&[3874.4, 812.0, 12_340.2][..], Unit::Usd, &["$3,874", "$812", "$12,340"][..]),
            (&[0.31, 12.5, 1.234], Unit::Usd, &["$0.31", "$12.50", "$1.23"]),
            (&[6.13e6, 1.02e6, 40e3, 200.0], Unit::Usd, &["$6.13M", "$1.02M", "$0.04M", "<$0.01M"]),
            (&[-1240.0, 0.2, 800.0], Unit::Usd, &["-$1,240", "<$1", "$800"]),
            (&[351.4, 1520.0, 98.2], Unit::Milliseconds, &["351 ms", "1,520 ms", "98 ms"]),
            (&[80e9, 141e9, 24e9], Unit::Bytes, &["80 GB", "141 GB", "24 GB"]),
            (&[4.0, 8.0, 1200.0], Unit::Count, &["4", "8", "1,200"]),
            (&[0.375, 0.4], Unit::Share, &["37.5%", "40.0%"]),
            (&[2.1, 3.456], Unit::UsdPerHour, &["$2.10/h", "$3.46/h"]),
            (&[0.89, 3.22, 95.82], Unit::Milliseconds, &["0.9 ms", "3.2 ms", "95.8 ms"]),
            (&[1.5, 0.0, 2.25], Unit::Usd, &["$1.50", "$0", "$2.25"]),
            (&[0.0, 0.0], Unit::Usd, &["$0", "$0"]),
        ] {
            let figures: Vec<Option<f64>> = figures.iter().copied().map(Some).collect();
            assert_eq!(column(&figures, unit), shown, "{figures:?}");
        }
    }

    #[test]
    fn what_is_missing_is_a_dash_and_moves_nothing() {
        let figures = [None, Some(1.5), Some(f64::INFINITY), Some(22.25)];
        assert_eq!(column(&figures, Unit::Usd), ["–", "$1.50", "–", "$22.25"]);
        assert_eq!(column(&[None], Unit::Days), ["–"]);
    }
}
