//! The terminal: taken over, fed events, and restored as it was, whatever happens.

use std::fs::File;
use std::io::{self, IsTerminal as _, Write};
use std::panic;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{
    self, DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture, Event,
    KeyEventKind, MouseEventKind,
};
use crossterm::execute;
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
    size,
};
use ratatui_core::layout::Rect;
use thiserror::Error;

use crate::app::App;
use crate::app::state::Effect;
use crate::files::notes;
use crate::tui::draw;
use crate::tui::mouse::{self, Map};
use crate::tui::output::Output;
use crate::widgets::theme::{Look, Theme};

/// From a key to the drawing of a frame, at most; profiles of the sliders that would take longer follow in a frame of their own.
const PATIENCE: Duration = Duration::from_millis(3);
/// How often news of an engine that is watched are looked for.
const LOOK: Duration = Duration::from_millis(250);

/// Columns and rows of the largest screen: a wall of letters, in which nobody sees more.
const MOST_COLUMNS: u16 = 1000;
const MOST_ROWS: u16 = 400;
/// The status of a program that panicked.
const PANICKED: i32 = 101;

/// We own the terminal at the moment.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// The mouse is captured whenever we own the terminal.
static MOUSE: AtomicBool = AtomicBool::new(true);

/// Why the explorer cannot run.
#[derive(Debug, Error)]
pub enum TerminalError {
    /// There are no keys to be read.
    #[error("the explorer needs a terminal for its keys; `whatif report` works without one")]
    None,
    /// Signals cannot be listened for.
    #[error("cannot listen for signals")]
    Signals(#[source] io::Error),
    /// The terminal cannot be taken over.
    #[error("cannot take over the terminal")]
    Taken(#[source] io::Error),
    /// The terminal cannot be read or written.
    #[error(transparent)]
    Broken(#[from] io::Error),
}

type Result<T> = std::result::Result<T, TerminalError>;

/// Runs the explorer until it is done. On an error the terminal is restored first.
pub fn run(app: &mut App, look: Look) -> Result<()> {
    if !has_keys() {
        return Err(TerminalError::None);
    }
    restore_on_panic();
    restore_on_signals().map_err(TerminalError::Signals)?;
    take().map_err(TerminalError::Taken)?;
    let result = event_loop(app, look);
    give_back();
    result
}

/// Keys can be read: from standard input, or where that is a pipe, from the terminal itself.
fn has_keys() -> bool {
    io::stdin().is_terminal() || cfg!(unix) && File::open("/dev/tty").is_ok()
}

fn event_loop(app: &mut App, look: Look) -> Result<()> {
    let mut output = Output::new(io::BufWriter::with_capacity(1 << 16, io::stdout()), drawn_of(size()?));
    let mut map = Map::default();
    let mut drag = mouse::Drag::default();
    // The first look for events starts to listen for resizes; one that came before it would be lost.
    event::poll(Duration::ZERO)?;
    carry_out(app)?;
    let (mut woken, mut profiling) = (Instant::now(), Duration::ZERO);
    loop {
        let theme = Theme::new(app.state.theme, look);
        let seen = size()?;
        if output.area() != drawn_of(seen) {
            output.resize(drawn_of(seen))?;
        }
        let area = output.area();
        let room = draw::room(area.width, area.height, app);
        app.state.make_room(room);
        let mut show = |app: &App| {
            output.show(|buffer| {
                map = draw::draw(app, &theme, area, buffer);
                debug_assert!(
                    std::env::var("WHATIF_TEST_PANIC").as_deref() != Ok("draw"),
                    "a test wanted this panic"
                );
            })
        };
        // A key that is waiting comes before the profiles of the sliders.
        let mut wake = event::poll(Duration::ZERO)?;
        if !wake && app.state.lacks_profiles() {
            if woken.elapsed() + profiling > PATIENCE {
                show(app)?;
            }
            let begun = Instant::now();
            app.state.profile();
            profiling = begun.elapsed();
        }
        show(app)?;
        // Everything that has queued up is taken in before the next frame; then the program sleeps.
        while !wake || event::poll(Duration::ZERO)? {
            // A clock that is seen goes on without a key, and so does what is watched.
            let clock = app.presentation.as_ref().and_then(|presentation| presentation.next_minute());
            let look = app.state.live.as_ref().map(|_| LOOK);
            if let Some(tick) = clock.into_iter().chain(look).min()
                && !event::poll(tick)?
            {
                wake = app.state.look() || clock == Some(tick);
                continue;
            }
            let event = event::read()?;
            if !wake {
                woken = Instant::now();
            }
            wake |= take_event(event, app, &map, &mut drag, &mut output)?;
            // Of an event and a resize that arrive together, crossterm delivers the event alone.
            wake |= size()? != seen;
            carry_out(app)?;
            if app.state.done {
                return Ok(());
            }
        }
    }
}

/// What is drawn of a terminal of so many columns and rows: one that says that it is larger than any screen is left blank
/// beyond.
fn drawn_of((columns, rows): (u16, u16)) -> Rect {
    Rect::new(0, 0, columns.min(MOST_COLUMNS), rows.min(MOST_ROWS))
}

/// Takes one event in; `true` when something may have changed on the screen.
fn take_event(
    event: Event,
    app: &mut App,
    map: &Map,
    drag: &mut mouse::Drag,
    output: &mut Output<impl Write>,
) -> Result<bool> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => {
            app.key(&key);
            debug_assert!(
                std::env::var("WHATIF_TEST_PANIC").as_deref() != Ok("update"),
                "a test wanted this panic"
            );
            Ok(true)
        }
        Event::Mouse(mouse) if mouse.kind != MouseEventKind::Moved => Ok(drag.event(mouse, app, map)),
        Event::Paste(text) => {
            app.paste(&text);
            Ok(true)
        }
        Event::Resize(columns, rows) => {
            // Also where the size is the same, as after a pause: everything is redrawn.
            output.resize(drawn_of((columns, rows)))?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// Does what the application asked of the terminal.
fn carry_out(app: &mut App) -> Result<()> {
    for effect in std::mem::take(&mut app.state.effects) {
        let mut out = io::stdout();
        match effect {
            // OSC 52: the terminal puts the text on the clipboard, also through SSH.
            Effect::Copy(text) => execute!(out, CopyToClipboard::to_clipboard_from(text))?,
            Effect::Mouse(wanted) => {
                MOUSE.store(wanted, Ordering::SeqCst);
                if wanted {
                    execute!(out, EnableMouseCapture)?;
                } else {
                    execute!(out, DisableMouseCapture)?;
                }
            }
            Effect::Notes(path, text) => {
                if let Err(error) = notes::write(&path, &text) {
                    app.state.complain(error.to_string());
                }
            }
        }
    }
    Ok(())
}

fn take() -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, Hide)?;
    if MOUSE.load(Ordering::SeqCst) {
        execute!(io::stdout(), EnableMouseCapture)?;
    }
    // An old console without bracketed paste works without it.
    let _ = execute!(io::stdout(), EnableBracketedPaste);
    Ok(())
}

/// Restores the terminal as it was found. Safe to call at any moment, any number of times.
fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        // First what needs nobody to read. A terminal that was closed under the program cannot be restored, and need
        // not be.
        let _ = disable_raw_mode();
        let mut out = io::stdout();
        let _ = execute!(
            out,
            EndSynchronizedUpdate,
            DisableMouseCapture,
            LeaveAlternateScreen,
            Show,
            DisableBracketedPaste
        );
    }
}

/// Restores the terminal before a panic prints its message, mouse capture and bracketed paste included. A panic of another
/// thread ends the program too, which would go on without it. To be called before there is one.
pub fn restore_on_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        let main = std::thread::current().id();
        panic::set_hook(Box::new(move |info| {
            if std::thread::current().id() == main {
                give_back();
                usual(info);
            } else {
                give_back_in_time();
                usual(info);
                std::process::exit(PANICKED);
            }
        }));
    });
}

/// Restores the terminal as long as it takes what is written to it: one that nobody reads holds up no end.
fn give_back_in_time() {
    const PATIENCE: Duration = Duration::from_millis(300);
    let (given, wait) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        // Kept to the end, so that no frame is drawn after it.
        let _out = io::stdout().lock();
        give_back();
        let _ = given.send(());
        loop {
            std::thread::park();
        }
    });
    let _ = wait.recv_timeout(PATIENCE);
}

/// Restores the terminal when the program is told to end or to stop, and takes it over again when it continues.
#[cfg(unix)]
fn restore_on_signals() -> io::Result<()> {
    use signal_hook::consts::{
        SIGABRT, SIGALRM, SIGCONT, SIGHUP, SIGINT, SIGPROF, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2,
        SIGVTALRM, SIGWINCH, SIGXCPU, SIGXFSZ,
    };
    use signal_hook::low_level::{emulate_default_handler, raise};

    /// Signals that end a program which does not listen for them, but for those that tell of a fault in it; an abort from
    /// without is none.
    const ENDS: [i32; 12] = [
        SIGABRT, SIGALRM, SIGHUP, SIGINT, SIGPROF, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGVTALRM, SIGXCPU,
        SIGXFSZ,
    ];

    let mut signals = signal_hook::iterator::Signals::new(ENDS.iter().chain(&[SIGTSTP, SIGCONT]))?;
    std::thread::spawn(move || {
        for signal in &mut signals {
            match signal {
                SIGTSTP => {
                    give_back();
                    let _ = emulate_default_handler(SIGTSTP);
                }
                SIGCONT => {
                    if !TAKEN.load(Ordering::SeqCst) && take().is_ok() {
                        // As after a resize: everything is redrawn.
                        let _ = raise(SIGWINCH);
                    }
                }
                end => {
                    give_back_in_time();
                    // By the same signal, so that who sent it sees what it did.
                    let _ = emulate_default_handler(end);
                }
            }
        }
    });
    Ok(())
}

/// Platforms without these signals have nothing to restore on.
#[cfg(not(unix))]
fn restore_on_signals() -> io::Result<()> {
    Ok(())
}
