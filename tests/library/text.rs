//! Numbers and words: what is written can be read, what is shown fits, what is wrong is pointed at.

use proptest::prelude::*;
use whatif::text::diagnostic::Diagnostic;
use whatif::text::quantity::{NumberError, Unit, format, format_exact, parse, parse_beside};
use whatif::text::suggest::closest;
use whatif::text::wrap::{align_right, columns, fit, fit_end, fit_longest, fit_middle, pad, wrapped};

/// Every unit, and the least step in which it is printed.
const UNITS: [(Unit, f64); 16] = [
    (Unit::Count, 0.0),
    (Unit::Parameters, 0.0),
    (Unit::Context, 0.5),
    (Unit::Tokens, 0.0),
    (Unit::Share, 0.0005),
    (Unit::Ratio, 0.0),
    (Unit::Usd, 0.0),
    (Unit::UsdPerHour, 0.0),
    (Unit::Milliseconds, 0.0),
    (Unit::Months, 0.0),
    (Unit::Years, 0.0),
    (Unit::Days, 0.0),
    (Unit::GpuHours, 0.0),
    (Unit::Bytes, 0.0),
    (Unit::MegawattHours, 0.0),
    (Unit::TokensPerSecond, 0.0),
];

#[test]
fn numbers_are_read_as_people_write_them() {
    for (text, unit, value) in [
        ("70B", Unit::Parameters, 70e9),
        ("70e9", Unit::Parameters, 70e9),
        ("1.8T", Unit::Parameters, 1.8e12),
        ("1P", Unit::Tokens, 1e15),
        ("2k", Unit::Context, 2048.0),
        ("128k", Unit::Context, 131_072.0),
        ("2048", Unit::Context, 2048.0),
        ("1_500_000", Unit::Count, 1.5e6),
        ("1,500,000", Unit::Count, 1.5e6),
        ("35%", Unit::Share, 0.35),
        ("0.35", Unit::Share, 0.35),
        ("$2.10", Unit::UsdPerHour, 2.1),
        ("$50k", Unit::Usd, 50e3),
        ("1.5 s", Unit::Milliseconds, 1500.0),
        ("2 years", Unit::Months, 24.0),
        ("2026-11", Unit::Date, 24_322.0),
        ("24322", Unit::Date, 24_322.0),
        (" 12 ", Unit::Count, 12.0),
        ("80GB", Unit::Bytes, 80e9),
        ("34.5 GB", Unit::Bytes, 34.5e9),
        ("1.2TB", Unit::Bytes, 1.2e12),
        ("640 B", Unit::Bytes, 640.0),
        ("2 bytes", Unit::Bytes, 2.0),
        ("80G", Unit::Bytes, 80e9),
        ("5P", Unit::Tokens, 5e15),
        ("5E", Unit::Parameters, 5e18),
        ("5e3", Unit::Parameters, 5e3),
        ("-$5P", Unit::Usd, -5e15),
        ("1,667 min", Unit::Milliseconds, 1_667.0 * 60e3),
        ("1e-5", Unit::Usd, 1e-5),
    ] {
        let read = parse(text, unit).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert!((read - value).abs() <= value.abs() * 1e-12, "{text} read as {read}");
    }
}

#[test]
fn a_suffix_moves_the_point_and_nothing_else() {
    for percent in 0..=1000 {
        let written = format!("{}.{}%", percent / 10, percent % 10);
        let same = format!("{percent}e-3").parse::<f64>().expect("a number");
        assert_eq!(parse(&written, Unit::Share), Ok(same), "{written}");
    }
    assert_eq!(parse_beside("41", Unit::Share, 0.1), Ok(0.41));
    assert_eq!(parse("0.07B", Unit::Parameters), Ok(7e7));
}

#[test]
fn zero_has_no_sign() {
    let zero = parse("-0%", Unit::Share).expect("a number");
    assert!(zero.is_sign_positive(), "{zero}");
}

#[test]
fn what_is_no_number_is_refused_with_a_reason() {
    assert_eq!(parse("0,35", Unit::Share), Err(NumberError::DecimalComma));
    assert_eq!(parse("2,1", Unit::UsdPerHour), Err(NumberError::DecimalComma));
    assert_eq!(parse("", Unit::Count), Err(NumberError::Empty));
    assert!(matches!(parse("seventy", Unit::Count), Err(NumberError::Unreadable(_))));
    assert!(matches!(parse("12 parsecs", Unit::Count), Err(NumberError::Unreadable(_))));
    assert!(matches!(parse("1e999", Unit::Count), Err(NumberError::Unreadable(_))));
    for (text, unit) in [("5%", Unit::Usd), ("5e", Unit::Usd), ("80 BB", Unit::Bytes), ("80GB", Unit::Count)]
    {
        assert!(matches!(parse(text, unit), Err(NumberError::Unreadable(_))), "{text}");
    }
}

#[test]
fn figures_are_printed_at_their_edges() {
    for (value, unit, text) in [
        (0.0, Unit::Usd, "$0.00"),
        (0.0036, Unit::Usd, "$0.0036"),
        (2.1, Unit::UsdPerHour, "$2.10/h"),
        (99.999, Unit::Usd, "$100.00"),
        (999.4, Unit::Usd, "$999"),
        (12_345.0, Unit::Usd, "$12,345"),
        (99_949.0, Unit::Usd, "$99,949"),
        (694_444.0, Unit::Usd, "$694k"),
        (999_999.0, Unit::Usd, "$1M"),
        (1_190_000.0, Unit::Usd, "$1.19M"),
        (-1_190_000.0, Unit::Usd, "-$1.19M"),
        (70e9, Unit::Parameters, "70B"),
        (999.6e9, Unit::Parameters, "1T"),
        (131_072.0, Unit::Context, "128k"),
        (3000.0, Unit::Context, "3,000"),
        (0.4, Unit::Share, "40%"),
        (0.375, Unit::Share, "37.5%"),
        (999.4, Unit::Milliseconds, "999 ms"),
        (999.6, Unit::Milliseconds, "1 s"),
        (1.0, Unit::Months, "1 month"),
        (24.0, Unit::Months, "24 months"),
        (34.5e9, Unit::Bytes, "34.5 GB"),
        (-1.0e9, Unit::Bytes, "-1 GB"),
        (999.4, Unit::Bytes, "999 B"),
        (5e15, Unit::Parameters, "5P"),
        (5e21, Unit::Tokens, "5000E"),
        (-0.0, Unit::Usd, "$0.00"),
        (-1e-9, Unit::Share, "0%"),
        (-1e-13, Unit::Ratio, "0x"),
        (f64::NAN, Unit::Usd, "–"),
    ] {
        assert_eq!(format(value, unit), text);
    }
}

proptest! {
    #[test]
    fn what_is_printed_can_be_typed_again(digits in 1.0_f64..10.0, power in -7..=18_i32, negative: bool) {
        let size = digits * 10_f64.powi(power);
        let value = if negative { -size } else { size };
        for (unit, step) in UNITS {
            let shown = format(value, unit);
            let read = parse(&shown, unit).map_err(|error| TestCaseError::fail(error.to_string()))?;
            // Two digits at least, or the last that the unit shows.
            prop_assert!((read - value).abs() <= (size * 0.05).max(step), "{value} {unit:?} {shown} {read}");
            let again = parse(&format(read, unit), unit).unwrap_or(f64::NAN);
            prop_assert!((again - read).abs() <= read.abs() * 1e-12, "{read} {unit:?} {shown} {again}");
        }
    }

    #[test]
    fn exact_numbers_come_back_to_the_last_bit(value in proptest::num::f64::NORMAL) {
        prop_assert_eq!(format_exact(value).parse::<f64>().ok(), Some(value));
    }
}

#[test]
fn what_is_too_long_ends_in_an_ellipsis() {
    assert_eq!(fit("tensor", 6), "tensor");
    assert_eq!(fit("tensors", 6), "tenso…");
    assert_eq!(fit("x", 0), "");
    assert_eq!(["tensors", "tensor"].map(|text| fit_end(text, 6)), ["…nsors", "tensor"]);
    let cut = ["cannot write /a/long/path: full", "short", "客服聊天"];
    assert_eq!(cut.map(|text| fit_middle(text, 6)), ["ca…ull", "short", "客…天"]);
    assert_eq!([0, 1, 2, 3].map(|width| fit_middle("tensor", width)), ["", "…", "…r", "t…r"]);
}

#[test]
fn what_is_said_of_a_path_stays_whole() {
    let told = "cannot write /home/somebody/scenarios/mine.toml: No space left on device";
    assert_eq!(fit_longest(told, 80), told);
    assert_eq!(fit_longest(told, 60), "cannot write /home/someb…/mine.toml: No space left on device");
    assert_eq!(columns(&fit_longest(told, 60)), 60);
    assert_eq!(fit_longest(told, 20), fit_middle("cannot write /home…toml: No space left on device", 20));
}

#[test]
fn wide_characters_take_two_columns() {
    assert_eq!(columns("客服"), 4);
    assert_eq!(fit("客服聊天", 8), "客服聊天");
    assert_eq!(fit("客服聊天", 7), "客服聊…");
    assert_eq!(fit("客服聊天", 6), "客服…");
    assert_eq!(pad("客服聊天", 6), "客服… ");
    assert_eq!(align_right("客服", 6), "  客服");
    assert_eq!(wrapped("客服 聊天 x", 6), ["客服", "聊天 x"]);
}

#[test]
fn padding_fills_the_width_and_no_more() {
    assert_eq!(pad("gpu", 5), "gpu  ");
    assert_eq!(align_right("gpu", 5), "  gpu");
    assert_eq!(pad("tensors", 6), "tenso…");
    assert_eq!(pad("x", 0), "");
}

#[test]
fn lines_break_at_spaces_and_long_words_stand_alone() {
    assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
    assert_eq!(wrapped("a incomprehensible b", 5), ["a", "incomprehensible", "b"]);
    assert_eq!(wrapped("two-word words", 8), ["two-word", "words"]);
    assert_eq!(wrapped("", 5), [""]);
}

#[test]
fn near_words_are_suggested_and_far_ones_are_not() {
    let words = ["batch_size", "batching", "tensor_parallel"];
    assert_eq!(closest("bach_size", words.into_iter()), Some("batch_size"));
    assert_eq!(closest("btach_size", words.into_iter()), Some("batch_size"));
    assert_eq!(closest("tensor", words.into_iter()), Some("tensor_parallel"));
    assert_eq!(closest("colour", words.into_iter()), None);
}

#[test]
fn the_caret_stands_under_the_mistake() {
    let text = "format = 1\n[serving]\nbach_size = 32\n";
    let start = text.find("bach").unwrap_or_default();
    let diagnostic =
        Diagnostic::at("demo.toml", text, start..start + 9, "unknown key `bach_size`", Some("x".into()));
    assert_eq!(
        diagnostic.to_string(),
        "unknown key `bach_size`\n --> demo.toml:3:1\n  |\n3 | bach_size = 32\n  | ^^^^^^^^^\n  = help: x"
    );
}

#[test]
fn the_caret_stands_under_the_mistake_behind_wide_characters_and_tabs() {
    for (line, wrong, quoted, carets) in [
        ("\tbach = 1", "bach", "    bach = 1", "    ^^^^"),
        ("\"客服\" = bach", "bach", "\"客服\" = bach", "         ^^^^"),
        ("\"🚀\" = 客", "客", "\"🚀\" = 客", "       ^^"),
        ("a\tb = é", "\t", "a    b = é", " ^^^^"),
        ("a\u{1b}[31m = 1", "m", "a␛[31m = 1", "     ^"),
    ] {
        let start = line.find(wrong).unwrap_or_default();
        let shown = Diagnostic::at("x", line, start..start + wrong.len(), "x", None).to_string();
        let lines: Vec<&str> = shown.lines().skip(3).map(|line| &line[4..]).collect();
        assert_eq!(lines, [quoted, carets], "{line:?}");
    }
}

#[test]
fn nothing_in_a_file_reaches_the_terminal_as_a_command() {
    let line = "\u{1b}]0;x\u{7} \u{9b}2J \u{202e} \r \u{7f}";
    let shown = Diagnostic::at(line, line, 0..1, line, Some(line.to_owned())).to_string();
    assert!(shown.chars().all(|character| character == '\n' || !character.is_control()), "{shown:?}");
    assert!(!shown.contains('\u{202e}'));
}

#[test]
fn a_span_beyond_the_text_is_its_end() {
    let diagnostic = Diagnostic::at("é.toml", "é", 1..99, "x", None);
    assert_eq!((diagnostic.line, diagnostic.column), (1, 1));
}

#[test]
fn usual_slips_are_named() {
    let explained = |text: &str| {
        let error = toml::from_str::<toml::Table>(text).unwrap_err();
        let diagnostic = Diagnostic::from_toml("demo.toml", text, &error);
        (diagnostic.line, diagnostic.message, diagnostic.help)
    };
    let comma = |help: &str| ("decimal commas are not supported".to_owned(), Some(help.to_owned()));
    let (line, message, help) = explained("[workload]\r\ncache_hit_rate = 0,35\r\n");
    assert_eq!((line, (message, help)), (2, comma("write `0.35`")));
    let (_, message, help) = explained("price = 12,5 # USD");
    assert_eq!((message, help), comma("write `12.5`"));
    for text in ["gpus =", "gpus = \nbatch = 1", "gpus =\r\n"] {
        assert_eq!(explained(text), (1, "a value is missing".to_owned(), None), "{text:?}");
    }
    assert_ne!(explained("list = [1,,2]").1, "decimal commas are not supported");
}

#[test]
fn days_are_those_of_the_calendar() {
    for (seconds, day) in [
        (0, "1970-01-01"),
        (86_399, "1970-01-01"),
        (951_782_400, "2000-02-29"),
        (1_709_251_200, "2024-03-01"),
        (1_798_675_200, "2026-12-31"),
        (4_107_542_400, "2100-03-01"),
    ] {
        assert_eq!(whatif::text::date::day(seconds), day);
    }
}
