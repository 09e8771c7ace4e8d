//! What the program makes of the terminal that it is in: its size, colors, clipboard and pastes.

use std::time::Duration;

use portable_pty::PtySize;

use crate::session::{END_OF_FRAME, Heard, Session};

#[test]
fn it_starts_reacts_and_leaves_the_terminal_as_it_was() {
    let mut session = Session::start(&[], &[]);
    session.wait_for("Inference, per day");
    session.wait_for("q quit");
    session.press("b\x1b[1;2C");
    session.wait_for("▲ ");
    session.press("q");
    session.wait_for("Unsaved changes");
    session.press("q");
    assert!(session.wait_for_end());
    session.assert_given_back();
}

#[test]
fn a_scenario_comes_through_a_pipe_and_keys_from_the_terminal() {
    let mut session = Session::behind_pipe("name = \"Through a pipe\"\n", "-");
    session.wait_for("Through a pipe");
    session.press("q");
    assert!(session.wait_for_end());
    session.assert_given_back();
    // What it says is told, not that nothing is left of it.
    let mut mistaken = Session::behind_pipe("bad = ", "-");
    assert!(!mistaken.wait_for_end());
    assert!(mistaken.screen.screen().contents().contains("a value is missing"));
}

#[test]
fn a_terminal_that_cannot_draw_gets_the_report_and_another_locale_plain_signs() {
    let mut dumb = Session::start(&[], &[("TERM", "dumb")]);
    assert!(dumb.wait_for_end());
    let report = String::from_utf8_lossy(&dumb.written).into_owned();
    assert!(report.contains("Inference, per day") && !report.contains('\u{1b}'), "{report}");
    let mut other = Session::start(&[], &[("LC_ALL", "en_US.ISO-8859-1")]);
    other.wait_for("Inference, per day");
    assert!(other.screen.screen().contents().is_ascii());
    other.press("q");
    assert!(other.wait_for_end());
}

#[test]
#[cfg(target_os = "linux")]
fn the_reason_of_a_failed_save_is_told_whole() {
    // A directory in which nobody can make a file, by a long name.
    let nowhere = format!("/proc/self{}", "/../self".repeat(12));
    let mut session = Session::start_at(120, 36, &[], &[("WHATIF_SCENARIOS", &nowhere)]);
    session.wait_for("q quit");
    session.press("S");
    session.wait_for("Save the scenario");
    session.press("\x15mine\r");
    session.wait_for("mine.toml: No such file or directory (os error 2)");
    session.press("\x1b");
    session.wait_for("q quit");
    session.press("q");
    assert!(session.wait_for_end());
}

#[test]
fn settings_that_cannot_be_written_are_told_and_fail_nothing() {
    let mut session = Session::start(&[], &[("WHATIF_SETTINGS", "/proc/nowhere/settings.toml")]);
    session.wait_for("q quit");
    session.press("q");
    assert!(session.wait_for_end());
    assert!(String::from_utf8_lossy(&session.written).contains("will not be remembered"));
}

#[test]
fn a_pasted_text_goes_into_the_open_field_and_nowhere_else() {
    let mut session = Session::start(&[], &[]);
    session.wait_for("q quit");
    session.wait_until_still();
    // Outside a field each of these letters would be a key: quit, views, a pinned baseline.
    session.press("\x1b[200~b9q\x1b[201~");
    session.press("\r");
    session.wait_for("allowed:");
    session.press("\x1b[200~8\r\nB\x1b[201~");
    session.wait_for("= 8B");
    session.press("\r");
    session.wait_for("8B");
    session.press("q");
    session.wait_for("Unsaved changes");
    session.press("\x1b[200~yq\x1b[201~");
    session.wait_until_still();
    session.wait_for("Unsaved changes");
    session.press("q");
    assert!(session.wait_for_end());
    session.assert_given_back();
}

#[test]
fn a_summary_is_copied_by_the_terminal() {
    let mut session = Session::start(&[], &[]);
    session.wait_for("q quit");
    session.press("y");
    // The beginning of "Support chat", as the clipboard sequence encodes it.
    session.wait_until("copy to the clipboard", |session| {
        String::from_utf8_lossy(&session.written).contains("\x1b]52;c;U3VwcG9ydCBjaGF0")
    });
    session.press("q");
    assert!(session.wait_for_end());
}

#[test]
fn it_follows_the_size_of_the_terminal() {
    let mut session = Session::start(&[], &[]);
    session.wait_for("1 Overview");
    session.resize(160, 45);
    session.wait_for("Cost over time");
    session.resize(39, 10);
    session.wait_for("whatif needs");
    session.resize(80, 24);
    session.wait_for("1 Overview");
    session.press("q");
    assert!(session.wait_for_end());
}

#[test]
fn a_terminal_larger_than_any_screen_is_drawn_in_part() {
    let mut session = Session::start(&[], &[]);
    session.wait_for("q quit");
    let huge = PtySize { rows: u16::MAX, cols: u16::MAX, pixel_width: 0, pixel_height: 0 };
    session.master.resize(huge).expect("resized");
    session.press("2");
    session.wait_until("frame of a large screen", |session| {
        session.written.len() > 50_000 && session.written.ends_with(END_OF_FRAME)
    });
    session.resize(80, 24);
    session.press("1");
    session.wait_for("q quit");
    session.press("q");
    assert!(session.wait_for_end());
}

#[test]
fn a_resize_while_the_first_frame_is_drawn_is_followed() {
    // This frame is larger than the buffer of any pseudo-terminal, so that the program has to wait in the middle of it.
    let mut session = Session::start_at(1000, 400, &[], &[]);
    session.wait_until("first words", |session| session.screen.screen().contents().contains("whatif"));
    session.resize(39, 10);
    session.wait_for("whatif needs");
    assert!(session.written.len() > 1 << 17, "the first frame fits into a buffer: nothing was tested");
    session.press("q");
    assert!(session.wait_for_end());
}

#[test]
#[cfg(target_os = "linux")]
fn a_resize_together_with_a_movement_of_the_mouse_is_followed() {
    let mut session = Session::start(&[], &[]);
    session.wait_for("q quit");
    session.signal("STOP");
    session.wait_for_stop();
    session.press("\x1b[<35;10;10M");
    session.resize(160, 45);
    session.signal("CONT");
    session.wait_for("Cost over time");
    session.press("q");
    assert!(session.wait_for_end());
}

/// The sequences among all that was written that set a color.
fn colors(written: &[u8]) -> Vec<String> {
    let written = String::from_utf8_lossy(written);
    let sequences = written.split("\u{1b}[").skip(1);
    let styles = sequences.filter_map(|rest| {
        let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
        rest[end..].starts_with('m').then(|| rest[..end].to_owned())
    });
    let is_color = |code: &str| {
        code.parse::<u8>().is_ok_and(|code| matches!(code, 30..=38 | 40..=48 | 90..=97 | 100..=107))
    };
    styles.filter(|style| style.split(';').any(is_color)).collect()
}

#[test]
fn no_color_is_written_when_none_is_wanted() {
    for (variables, wanted) in [(&[("NO_COLOR", "1")][..], false), (&[], true)] {
        let mut session = Session::start(&[], variables);
        session.wait_for("q quit");
        session.press("2");
        session.wait_for("saved per day");
        let colors = colors(&session.written);
        assert_eq!(!colors.is_empty(), wanted, "{colors:?}");
        session.press("q");
        assert!(session.wait_for_end());
    }
}

#[test]
fn an_idle_program_writes_nothing() {
    let mut session = Session::start(&[], &[]);
    session.wait_for("q quit");
    session.wait_until_still();
    let heard = session.listen(Duration::from_secs(1));
    assert_eq!(heard, Heard::Silence, "something was drawn while nobody did anything");
    session.press("q");
    assert!(session.wait_for_end());
}

#[test]
fn a_key_costs_few_bytes() {
    let mut session = Session::start(&[], &[]);
    session.wait_for("q quit");
    session.wait_until_still();
    let before = session.written.len();
    session.press("j");
    session.wait_until("frame", |session| {
        session.written.len() > before && session.written.ends_with(END_OF_FRAME)
    });
    session.wait_until_still();
    let bytes = session.written.len() - before;
    assert!(bytes < 2000, "{bytes} bytes for one key");
    session.press("q");
    assert!(session.wait_for_end());
}
