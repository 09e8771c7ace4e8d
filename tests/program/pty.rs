//! The program in a real pseudo-terminal. Conditions are waited for; nothing is asserted absent before the screen was
//! still.

use std::io::{Read as _, Write};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(60);
/// A screen that did not change for so long is still.
const STILL: Duration = Duration::from_millis(300);
/// What the program writes at the end of every frame: it hides the cursor.
const END_OF_FRAME: &[u8] = b"\x1b[?25l";

/// What came of listening to the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    Something,
    Silence,
    /// The program has ended.
    End,
}

/// Rows or columns, of which there are some.
fn count(number: u16) -> NonZero<u16> {
    NonZero::new(number).expect("more than none")
}

/// A terminal with the program in it.
struct Session {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    /// Everything that the program wrote.
    written: Vec<u8>,
    /// How the terminal treated input before the program started.
    line_discipline: String,
    _directory: tempfile::TempDir,
}

/// Whether keys are echoed, collected into lines, turned into signals, and so on.
fn line_discipline(terminal: &dyn MasterPty) -> String {
    format!("{:?}", terminal.get_termios().expect("the settings of a terminal").local_flags)
}

impl Session {
    /// The program on a terminal of 80 columns and 24 rows.
    fn start(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::start_at(80, 24, arguments, variables)
    }

    fn start_at(columns: u16, rows: u16, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_whatif"));
        command.args(arguments);
        Self::run(columns, rows, command, variables)
    }

    /// The program behind a pipe that brings a text.
    fn behind_pipe(text: &str, arguments: &str) -> Self {
        let mut command = CommandBuilder::new("sh");
        command
            .args(["-c", &format!("printf '%s' \"$TEXT\" | '{}' {arguments}", env!("CARGO_BIN_EXE_whatif"))]);
        Self::run(80, 24, command, &[("TEXT", text)])
    }

    fn run(columns: u16, rows: u16, mut command: CommandBuilder, variables: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        command.env("TERM", "xterm-256color");
        command.env("LC_ALL", "C.UTF-8");
        // A panic's trace would be longer than the screen.
        command.env("RUST_BACKTRACE", "0");
        command.env_remove("NO_COLOR");
        command.env("WHATIF_SCENARIOS", directory.path());
        command.env("WHATIF_SETTINGS", directory.path().join("s/settings.toml"));
        for (name, value) in variables {
            command.env(name, value);
        }
        let line_discipline = line_discipline(&*pair.master);
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let keyboard = pair.master.take_writer().expect("a writer");
        // Nothing is read ahead: a program that nobody listens to gets no further than the buffer of its terminal.
        let (sender, output) = sync_channel(0);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            child,
            master: pair.master,
            keyboard,
            output,
            screen: vt100::Parser::new(count(rows), count(columns), 0),
            written: Vec::new(),
            line_discipline,
            _directory: directory,
        }
    }

    /// Takes in what the program writes, once it does within a time.
    fn listen(&mut self, time: Duration) -> Heard {
        match self.output.recv_timeout(time) {
            Ok(bytes) => {
                self.screen.process(&bytes);
                self.written.extend(bytes);
                Heard::Something
            }
            Err(RecvTimeoutError::Timeout) => Heard::Silence,
            Err(RecvTimeoutError::Disconnected) => Heard::End,
        }
    }

    /// Listens until a condition holds.
    fn wait_until(&mut self, what: &str, condition: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !condition(self) {
            let ended = self.listen(Duration::from_millis(50)) == Heard::End;
            let over = Instant::now() > deadline || (ended && !condition(self));
            assert!(!over, "no {what}; ended: {ended}; screen:\n{}", self.screen.screen().contents());
        }
    }

    /// Waits until the screen shows some words and its frame is whole.
    fn wait_for(&mut self, words: &str) {
        self.wait_until(&format!("`{words}`"), |session| {
            session.written.ends_with(END_OF_FRAME) && session.screen.screen().contents().contains(words)
        });
    }

    fn wait_until_still(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        while self.listen(STILL) == Heard::Something {
            assert!(Instant::now() < deadline, "the screen never comes to rest");
        }
    }

    fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("typed");
        self.keyboard.flush().expect("typed");
    }

    fn resize(&mut self, columns: u16, rows: u16) {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).expect("resized");
        self.screen.screen_mut().set_size(count(rows), count(columns));
    }

    /// Sends a signal to the program, by its name without `SIG`.
    fn signal(&self, name: &str) {
        let id = self.child.process_id().expect("an id").to_string();
        let sent = std::process::Command::new("sh").args(["-c", "kill -$0 $1", name, &id]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// Waits until a signal has stopped the program, as a shell does before it shows its prompt.
    #[cfg(target_os = "linux")]
    fn wait_for_stop(&mut self) {
        let status = format!("/proc/{}/stat", self.child.process_id().expect("an id"));
        self.wait_until("stop", |_| std::fs::read_to_string(&status).is_ok_and(|text| text.contains(") T ")));
    }

    /// Waits for the end and says whether the program ended well.
    fn wait_for_end(&mut self) -> bool {
        let deadline = Instant::now() + PATIENCE;
        while self.listen(Duration::from_millis(50)) != Heard::End {
            assert!(Instant::now() < deadline, "the program does not end");
        }
        self.child.wait().expect("a status").success()
    }

    /// The terminal was taken, and is as it was before.
    fn assert_given_back(&self) {
        let screen = self.screen.screen();
        let written = String::from_utf8_lossy(&self.written);
        for taken in ["\u{1b}[?1049h", "\u{1b}[?1000h", "\u{1b}[?25l", "\u{1b}[?2004h"] {
            assert!(written.contains(taken), "{taken:?} was never taken");
        }
        assert_eq!(line_discipline(&*self.master), self.line_discipline);
        assert!(!screen.alternate_screen(), "still on the alternate screen");
        assert!(!screen.hide_cursor(), "the cursor is still hidden");
        assert!(!screen.bracketed_paste(), "paste is still bracketed");
        assert_eq!(
            screen.mouse_protocol_mode(),
            vt100::MouseProtocolMode::None,
            "the mouse is still reported"
        );
    }
}

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

#[test]
fn a_request_to_end_restores_the_terminal_first() {
    for signal in ["TERM", "HUP", "INT", "QUIT", "ALRM", "USR1", "USR2", "VTALRM", "PROF", "XCPU", "XFSZ"] {
        let mut session = Session::start(&[], &[]);
        session.wait_for("q quit");
        session.signal(signal);
        assert!(!session.wait_for_end(), "{signal}");
        session.assert_given_back();
    }
}

#[test]
fn a_terminal_that_nobody_reads_holds_up_no_end() {
    let mut session = Session::start(&[], &[]);
    session.wait_for("q quit");
    // Each key draws another view; nothing is read, so that the terminal fills up and the program waits for it.
    session.press(&"234567891".repeat(40));
    std::thread::sleep(Duration::from_secs(1));
    session.signal("TERM");
    let deadline = Instant::now() + Duration::from_secs(10);
    while session.child.try_wait().expect("a status").is_none() {
        assert!(Instant::now() < deadline, "the program does not end");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(line_discipline(&*session.master), session.line_discipline);
}

#[test]
#[cfg(debug_assertions)]
fn a_panic_restores_the_terminal_first_wherever_it_is() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/metrics/before.prom");
    for (place, keys) in [("draw", ""), ("update", "2"), ("thread", "")] {
        let mut session = Session::start(&["--metrics", page], &[("WHATIF_TEST_PANIC", place)]);
        if !keys.is_empty() {
            session.wait_for("q quit");
            session.press(keys);
        }
        assert!(!session.wait_for_end(), "{place}");
        session.assert_given_back();
        let screen = session.screen.screen().contents();
        assert!(screen.contains("a test wanted this panic"), "{place}:\n{screen}");
        assert!(!screen.contains("q quit"), "{place}: a frame is left behind:\n{screen}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_pause_gives_the_terminal_back_and_going_on_takes_it_again() {
    let mut session = Session::start(&[], &[]);
    session.wait_for("q quit");
    session.signal("TSTP");
    session.wait_until("way back to the shell", |session| !session.screen.screen().alternate_screen());
    session.wait_for_stop();
    session.assert_given_back();
    session.signal("CONT");
    session.wait_until("alternate screen", |session| session.screen.screen().alternate_screen());
    session.wait_for("Inference, per day");
    session.press("q");
    assert!(session.wait_for_end());
    session.assert_given_back();
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

#[test]
fn a_scenario_saved_in_one_session_opens_in_the_next() {
    let directory = tempfile::tempdir().expect("a directory");
    let place = directory.path().to_str().expect("a path").to_owned();
    let mut session = Session::start(&["--scenarios", &place], &[]);
    session.wait_for("q quit");
    session.press("\x1b[1;2Cs");
    session.wait_for("Save the scenario");
    session.press("\x15my own\r");
    session.wait_for("saved as");
    session.press("q");
    assert!(session.wait_for_end());
    let mut again = Session::start(&["my own", "--scenarios", &place], &[]);
    again.wait_for("my own");
    again.press("q");
    assert!(again.wait_for_end());
}

#[test]
fn a_bare_start_opens_what_was_open_last_or_says_why_it_cannot() {
    let directory = tempfile::tempdir().expect("a directory");
    let settings = directory.path().join("settings.toml");
    let file = directory.path().join("mine.toml");
    std::fs::write(&file, "name = \"A load of my own\"\n").expect("written");
    let path = file.to_str().expect("a path");
    let variables = [("WHATIF_SETTINGS", settings.to_str().expect("a path"))];
    for (arguments, shown) in [
        (&["gpt-4"][..], "GPT-4"),
        (&[], "opened what was open last; p opens another, `whatif default` starts afresh"),
        (&[path], "A load of my own"),
        (&[], "A load of my own"),
        (&["--set", "serving.batch_size=64"], "A load of my own"),
    ] {
        let mut session = Session::start(arguments, &variables);
        session.wait_for("q quit");
        session.wait_for(shown);
        session.press("qq");
        assert!(session.wait_for_end());
    }
    std::fs::remove_file(&file).expect("removed");
    let mut session = Session::start(&[], &variables);
    session.wait_for("last scenario: cannot read");
    session.wait_for("Support chat on Llama 2 70B");
    session.press("q");
    assert!(session.wait_for_end());
    let mut session = Session::start(&["--set", "serving.bach_size=64"], &variables);
    assert!(!session.wait_for_end());
    assert!(session.screen.screen().contents().contains("did you mean `serving.batch_size`?"));
}

#[test]
fn a_deck_is_presented_from_start_to_end_with_a_question_in_the_middle() {
    const RIGHT: &str = "\x1b[C";
    const LEFT: &str = "\x1b[D";
    let notes = tempfile::tempdir().expect("a temporary directory");
    let notes = notes.path().join("notes.txt");
    let path = notes.to_str().expect("a path");
    let mut session = Session::start_at(100, 28, &["present", "tour", "--notes", path], &[]);
    for step in 1..=10 {
        session.wait_for(&format!("{step} / 10"));
        if step == 7 {
            session.press("\r");
            session.wait_for("allowed:");
            session.press("80%\r");
            session.wait_for("turned");
        }
        let next = if step == 10 { "next: the end" } else { "next: " };
        session.wait_until("the notes", |_| {
            let written = std::fs::read_to_string(&notes).unwrap_or_default();
            written.starts_with(&format!("{step} / 10  ")) && written.contains(next)
        });
        session.press(RIGHT);
    }
    session.wait_for("this was the last step");
    for step in (1..10).rev() {
        session.press(LEFT);
        session.wait_for(&format!("{step} / 10"));
        if step == 7 {
            session.wait_for("turned");
        }
    }
    session.press("q");
    session.wait_for("end the presentation? q again");
    session.press("q");
    assert!(session.wait_for_end());
    session.assert_given_back();
}

#[test]
fn what_to_say_is_shown_on_a_second_terminal() {
    let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
    let second = native_pty_system().openpty(size).expect("a second terminal");
    let Some(path) = second.master.tty_name() else { return };
    let mut reader = second.master.try_clone_reader().expect("a reader");
    let (sender, said) = sync_channel(64);
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = reader.read(&mut buffer) {
            if sender.send(buffer[..count].to_vec()).is_err() {
                break;
            }
        }
    });
    let mut screen = vt100::Parser::new(count(24), count(80), 0);
    let mut shows = |words: &str| {
        while !screen.screen().contents().contains(words) {
            let bytes = said.recv_timeout(PATIENCE);
            screen
                .process(&bytes.unwrap_or_else(|_| panic!("no `{words}`:\n{}", screen.screen().contents())));
        }
        screen.screen().contents()
    };
    let path = path.to_str().expect("a path");
    let mut session = Session::start_at(100, 28, &["present", "tour", "--notes", path], &[]);
    session.wait_for("1 / 10");
    shows("next: Llama 2 70B: the hours");
    session.press("\x1b[C");
    session.wait_for("2 / 10");
    let shown = shows("next: ChatGPT: serving costs");
    // One step at a time, whole words at the ends of lines, and nothing of the notes in front of people.
    assert!(
        shown.starts_with("2 / 10 Llama 2 70B: the hours of the run are public\n\nMeta published"),
        "{shown}"
    );
    assert!(!shown.contains("a frontier model"), "{shown}");
    assert!(!session.screen.screen().contents().contains("Meta published"));
    session.press("qq");
    assert!(session.wait_for_end());
}

#[test]
fn a_page_that_was_exported_is_presented_or_gone_on_with() {
    const END: &str = "\x1b[F";
    let directory = tempfile::tempdir().expect("a directory");
    let page = |name: &str, deck: &str| {
        let path = directory.path().join(name).to_str().expect("a path").to_owned();
        assert_eq!(crate::harness::output(&["export", deck, "--to", &path]), "");
        path
    };
    let (deck, scenario) = (page("deck.html", "cache"), page("scenario.html", "gpt-4"));
    for (path, shown) in [(&deck, "1 / 8"), (&scenario, "1 / 1")] {
        let mut session = Session::start_at(100, 28, &["present", path], &[]);
        session.wait_for(shown);
        session.press(&format!("{END}q"));
        assert!(session.wait_for_end());
    }
    let mut session = Session::start_at(100, 28, &[&deck], &[]);
    session.wait_for("Steps of the deck");
    session.wait_for("as it was opened");
    // A page is not written over: what is saved is a deck of one's own.
    session.press("x");
    session.wait_for("delete this step?");
    session.press("y");
    session.wait_for("not saved yet");
    session.press("s");
    session.wait_for("title of the deck");
    session.press("\r");
    session.wait_for("saved as");
    session.press("\x1b");
    session.wait_for("q quit");
    session.press("q");
    assert!(session.wait_for_end());
    session.assert_given_back();
}
