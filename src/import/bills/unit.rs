//! Units of what was used, as providers write them: `Hours`, `1K tokens`, `100 Hours`, `GPU PER HOUR`.

/// What a quantity counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    Hours,
    Tokens,
    Requests,
}

/// What a unit counts, and how many of them one unit is; `None` where it counts something else.
pub fn counted(unit: &[u8]) -> Option<(Counted, f64)> {
    let unit = std::str::from_utf8(unit).ok()?.trim().to_ascii_lowercase();
    let digits = unit
        .find(|letter: char| !letter.is_ascii_digit() && !matches!(letter, '.' | ','))
        .unwrap_or(unit.len());
    let (number, rest) = unit.split_at(digits);
    let number: f64 = if number.is_empty() { 1.0 } else { number.replace(',', "").parse().ok()? };
    let (thousands, word) = match rest.as_bytes() {
        [b'k', b' ', ..] if digits > 0 => (1e3, &rest[1..]),
        [b'm', b' ', ..] if digits > 0 => (1e6, &rest[1..]),
        _ => match rest.trim_start().split_once(' ') {
            Some(("million", word)) => (1e6, word),
            Some(("thousand", word)) => (1e3, word),
            _ => (1.0, rest),
        },
    };
    let (counted, factor) = match word.trim() {
        "hours" | "hour" | "hrs" | "hr" | "h" | "hour(s)" | "gpu hours" | "gpu hour" | "gpu-hours"
        | "gpu per hour" | "instance hours" | "instance-hours" | "instance hour" | "node hours"
        | "chip-hours" | "chip hours" => (Counted::Hours, 1.0),
        "minutes" | "minute" | "mins" => (Counted::Hours, 1.0 / 60.0),
        "seconds" | "second" | "secs" | "s" => (Counted::Hours, 1.0 / 3600.0),
        "tokens" | "token" | "input tokens" | "output tokens" => (Counted::Tokens, 1.0),
        "requests" | "request" | "api requests" | "calls" | "invocations" => (Counted::Requests, 1.0),
        _ => return None,
    };
    let factor = number * thousands * factor;
    (factor.is_finite() && factor > 0.0).then_some((counted, factor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read_as_providers_write_them() {
        for (unit, expected) in [
            ("Hours", Some((Counted::Hours, 1.0))),
            ("1 Hour", Some((Counted::Hours, 1.0))),
            ("100 Hours", Some((Counted::Hours, 100.0))),
            ("Hrs", Some((Counted::Hours, 1.0))),
            ("GPU Per Hour", Some((Counted::Hours, 1.0))),
            ("Seconds", Some((Counted::Hours, 1.0 / 3600.0))),
            ("1K tokens", Some((Counted::Tokens, 1e3))),
            ("1000 Tokens", Some((Counted::Tokens, 1e3))),
            ("1M Tokens", Some((Counted::Tokens, 1e6))),
            ("1 million tokens", Some((Counted::Tokens, 1e6))),
            ("Requests", Some((Counted::Requests, 1.0))),
            ("GB-Months", None),
            ("vCPU-Hours", None),
            ("GB Hours", None),
            ("LCU-Hours", None),
            ("0 Hours", None),
            ("", None),
        ] {
            assert_eq!(counted(unit.as_bytes()), expected, "{unit}");
        }
    }
}
