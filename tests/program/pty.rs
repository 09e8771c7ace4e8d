//! The program in a real pseudo-terminal. Conditions are waited for; nothing is asserted absent before the screen was
//! still.

use std::io::{Read as _, Write};
use std::num::NonZeroU16;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(20);
/// A screen that did not change for so long is still.
const STILL: Duration = Duration::from_millis(300);

/// Rows or columns, of which there are some.
fn count(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).expect("more than none")
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
    _directory: tempfile::TempDir,
}

impl Session {
    fn start(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_whatif"));
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        command.env_remove("NO_COLOR");
        command.env("WHATIF_SCENARIOS", directory.path());
        command.env("WHATIF_SETTINGS", directory.path().join("s/settings.toml"));
        for (name, value) in variables {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let keyboard = pair.master.take_writer().expect("a writer");
        let (sender, output) = channel();
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
            screen: vt100::Parser::new(count(24), count(80), 0),
            written: Vec::new(),
            _directory: directory,
        }
    }

    /// Takes in what the program writes within a time; `false` when it wrote nothing.
    fn listen(&mut self, time: Duration) -> bool {
        match self.output.recv_timeout(time) {
            Ok(bytes) => {
                self.screen.process(&bytes);
                self.written.extend(bytes);
                true
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => false,
        }
    }

    /// Waits until the screen shows some words.
    fn wait_for(&mut self, words: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.screen.screen().contents().contains(words) {
            assert!(Instant::now() < deadline, "no `{words}` in:\n{}", self.screen.screen().contents());
            self.listen(Duration::from_millis(50));
        }
    }

    fn wait_until_still(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        while self.listen(STILL) {
            assert!(Instant::now() < deadline, "the screen never comes to rest");
        }
    }

    fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("typed");
        self.keyboard.flush().expect("typed");
    }

    /// Waits for the end and says whether the program ended well.
    fn wait_for_end(&mut self) -> bool {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.listen(Duration::from_millis(20));
            if let Some(status) = self.child.try_wait().expect("a status") {
                while self.listen(Duration::from_millis(100)) {}
                return status.success();
            }
            assert!(Instant::now() < deadline, "the program does not end");
        }
    }

    /// What was written last holds the sequences that give the terminal back.
    fn assert_given_back(&self) {
        let written = String::from_utf8_lossy(&self.written);
        for (name, taken, given) in [
            ("alternate screen", "\u{1b}[?1049h", "\u{1b}[?1049l"),
            ("mouse", "\u{1b}[?1000h", "\u{1b}[?1000l"),
            ("cursor", "\u{1b}[?25l", "\u{1b}[?25h"),
        ] {
            let (taken, given) = (written.rfind(taken), written.rfind(given));
            assert!(taken.is_some(), "{name} was never taken");
            assert!(given > taken, "{name} is not given back");
        }
    }
}

#[test]
fn it_starts_reacts_and_leaves_the_terminal_as_it_was() {
    let mut session = Session::start(&[], &[]);
    session.wait_for("Inference, per day");
    session.wait_for("q quit");
    session.press("b\x1b[1;2C");
    session.wait_for("▲ +");
    session.press("q");
    session.wait_for("Unsaved changes");
    session.press("q");
    assert!(session.wait_for_end());
    session.assert_given_back();
}

#[test]
fn it_follows_the_size_of_the_terminal() {
    let mut session = Session::start(&[], &[]);
    session.wait_for("1 Main");
    let resize = |session: &mut Session, columns: u16, rows: u16| {
        session
            .master
            .resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 })
            .expect("resized");
        session.screen.screen_mut().set_size(count(rows), count(columns));
    };
    resize(&mut session, 160, 45);
    session.wait_for("Cumulative cost");
    resize(&mut session, 40, 10);
    session.wait_for("whatif needs");
    resize(&mut session, 80, 24);
    session.wait_for("1 Main");
    session.press("q");
    assert!(session.wait_for_end());
}

#[test]
fn a_request_to_end_restores_the_terminal_first() {
    for signal in ["-TERM", "-HUP"] {
        let mut session = Session::start(&[], &[]);
        session.wait_for("q quit");
        let id = session.child.process_id().expect("an id").to_string();
        let sent = std::process::Command::new("kill").args([signal, &id]).status().expect("kill runs");
        assert!(sent.success());
        assert!(!session.wait_for_end(), "{signal}");
        session.assert_given_back();
    }
}

#[test]
fn a_pause_gives_the_terminal_back_and_going_on_takes_it_again() {
    let mut session = Session::start(&[], &[]);
    session.wait_for("q quit");
    let id = session.child.process_id().expect("an id").to_string();
    let send = |signal: &str| {
        let sent = std::process::Command::new("kill").args([signal, &id]).status().expect("kill runs");
        assert!(sent.success());
    };
    session.wait_until_still();
    send("-TSTP");
    let deadline = Instant::now() + PATIENCE;
    while !String::from_utf8_lossy(&session.written).contains("\u{1b}[?1049l") {
        assert!(Instant::now() < deadline, "the terminal is not given back");
        session.listen(Duration::from_millis(50));
    }
    let paused = session.written.len();
    send("-CONT");
    while !String::from_utf8_lossy(&session.written[paused..]).contains("Inference, per day") {
        assert!(Instant::now() < deadline, "nothing is drawn after the pause");
        session.listen(Duration::from_millis(50));
    }
    session.press("q");
    assert!(session.wait_for_end());
    session.assert_given_back();
}

#[test]
fn no_colour_is_written_when_none_is_wanted() {
    let mut session = Session::start(&[], &[("NO_COLOR", "1")]);
    session.wait_for("q quit");
    session.press("2");
    session.wait_for("Lever saves");
    session.wait_until_still();
    let written = String::from_utf8_lossy(&session.written).into_owned();
    for sequence in written.split("\u{1b}[").skip(1) {
        let Some(end) = sequence.find(|c: char| c.is_ascii_alphabetic()) else { continue };
        if sequence.as_bytes()[end] != b'm' {
            continue;
        }
        for code in sequence[..end].split(';') {
            let code: u16 = code.parse().unwrap_or(0);
            let colour = matches!(code, 30..=38 | 40..=48 | 90..=97 | 100..=107);
            assert!(!colour, "a colour was written: {}", &sequence[..end]);
        }
    }
    session.press("q");
    session.wait_for_end();
}

#[test]
fn an_idle_program_writes_nothing() {
    let mut session = Session::start(&[], &[]);
    session.wait_for("q quit");
    session.wait_until_still();
    let before = session.written.len();
    assert!(!session.listen(Duration::from_secs(1)), "something was drawn while nobody did anything");
    assert_eq!(session.written.len(), before);
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
    session.wait_until_still();
    let bytes = session.written.len() - before;
    assert!((1..2000).contains(&bytes), "{bytes} bytes for one key");
    session.press("q");
    session.wait_for_end();
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
