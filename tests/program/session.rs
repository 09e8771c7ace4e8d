//! A session with the program in a real pseudo-terminal. Conditions are waited for; nothing is asserted absent before the
//! screen was still.

use std::io::{Read as _, Write};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Longest wait for anything.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
/// A screen that did not change for so long is still.
const STILL: Duration = Duration::from_millis(300);
/// What the program writes at the end of every frame: the terminal shows it.
pub(super) const END_OF_FRAME: &[u8] = b"\x1b[?2026l";

/// What came of listening to the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    Something,
    Silence,
    /// The program has ended.
    End,
}

/// Rows or columns, of which there are some.
pub(super) fn count(number: u16) -> NonZero<u16> {
    NonZero::new(number).expect("more than none")
}

/// A terminal with the program in it.
pub(super) struct Session {
    pub(super) child: Box<dyn Child + Send + Sync>,
    pub(super) master: Box<dyn MasterPty + Send>,
    pub(super) keyboard: Box<dyn Write + Send>,
    pub(super) output: Receiver<Vec<u8>>,
    pub(super) screen: vt100::Parser,
    /// Everything that the program wrote.
    pub(super) written: Vec<u8>,
    /// How the terminal treated input before the program started.
    pub(super) line_discipline: String,
    pub(super) _directory: tempfile::TempDir,
}

/// Whether keys are echoed, collected into lines, turned into signals, and so on.
pub(super) fn line_discipline(terminal: &dyn MasterPty) -> String {
    format!("{:?}", terminal.get_termios().expect("the settings of a terminal").local_flags)
}

impl Session {
    /// The program on a terminal of 80 columns and 24 rows.
    pub(super) fn start(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::start_at(80, 24, arguments, variables)
    }

    pub(super) fn start_at(columns: u16, rows: u16, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_whatif"));
        command.args(arguments);
        Self::run(columns, rows, command, variables)
    }

    /// The program behind a pipe that brings a text.
    pub(super) fn behind_pipe(text: &str, arguments: &str) -> Self {
        let mut command = CommandBuilder::new("sh");
        command
            .args(["-c", &format!("printf '%s' \"$TEXT\" | '{}' {arguments}", env!("CARGO_BIN_EXE_whatif"))]);
        Self::run(80, 24, command, &[("TEXT", text)])
    }

    pub(super) fn run(
        columns: u16,
        rows: u16,
        mut command: CommandBuilder,
        variables: &[(&str, &str)],
    ) -> Self {
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
    pub(super) fn listen(&mut self, time: Duration) -> Heard {
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
    pub(super) fn wait_until(&mut self, what: &str, condition: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !condition(self) {
            let ended = self.listen(Duration::from_millis(50)) == Heard::End;
            let over = Instant::now() > deadline || (ended && !condition(self));
            assert!(!over, "no {what}; ended: {ended}; screen:\n{}", self.screen.screen().contents());
        }
    }

    /// Waits until the screen shows some words and its frame is whole.
    pub(super) fn wait_for(&mut self, words: &str) {
        self.wait_until(&format!("`{words}`"), |session| {
            session.written.ends_with(END_OF_FRAME) && session.screen.screen().contents().contains(words)
        });
    }

    pub(super) fn wait_until_still(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        while self.listen(STILL) == Heard::Something {
            assert!(Instant::now() < deadline, "the screen never comes to rest");
        }
    }

    pub(super) fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("typed");
        self.keyboard.flush().expect("typed");
    }

    pub(super) fn resize(&mut self, columns: u16, rows: u16) {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).expect("resized");
        self.screen.screen_mut().set_size(count(rows), count(columns));
    }

    /// Sends a signal to the program, by its name without `SIG`.
    pub(super) fn signal(&self, name: &str) {
        let id = self.child.process_id().expect("an id").to_string();
        let sent = std::process::Command::new("sh").args(["-c", "kill -$0 $1", name, &id]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// Waits until a signal has stopped the program, as a shell does before it shows its prompt.
    #[cfg(target_os = "linux")]
    pub(super) fn wait_for_stop(&mut self) {
        let status = format!("/proc/{}/stat", self.child.process_id().expect("an id"));
        self.wait_until("stop", |_| std::fs::read_to_string(&status).is_ok_and(|text| text.contains(") T ")));
    }

    /// Waits for the end and says whether the program ended well.
    pub(super) fn wait_for_end(&mut self) -> bool {
        let deadline = Instant::now() + PATIENCE;
        while self.listen(Duration::from_millis(50)) != Heard::End {
            assert!(Instant::now() < deadline, "the program does not end");
        }
        self.child.wait().expect("a status").success()
    }

    /// The terminal was taken, and is as it was before.
    pub(super) fn assert_given_back(&self) {
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
