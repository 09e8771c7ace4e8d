//! The explorer without a terminal: keys go in, a frame comes out.

use std::io;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use tempfile::TempDir;

use crate::analysis::case::{Case, World};
use crate::app::App;
use crate::files::settings::ThemeName;
use crate::files::store::Store;
use crate::keymap;
use crate::tui::draw;
use crate::widgets::theme::{Look, Theme};

/// The explorer on a screen of a size, for pictures and for the benchmark. What is saved there goes into a directory that is
/// thrown away with it.
#[derive(Debug)]
pub struct Screen {
    app: App,
    look: Look,
    area: Rect,
    _directory: TempDir,
}

/// What is seen for a while.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    pub screen: Buffer,
    pub seconds: f64,
}

/// How long is seen what comes of a key, in seconds.
const KEY: f64 = 0.6;
/// The same of a letter of a text that is typed.
const LETTER: f64 = 0.12;
/// How long the last frame is seen, in seconds.
const LAST: f64 = 2.0;
/// The longest wait between two keys, in seconds.
const LONGEST_WAIT: f64 = 60.0;

/// What a person does at the screen, and for how long the result is seen, in seconds.
struct Step {
    /// None where a person only looks.
    key: Option<KeyEvent>,
    seconds: f64,
}

/// What stands between spaces is a key by its name, `text:32k` letters to be typed, with `_` for a space, or `wait:2`, a wait
/// of so many seconds; an error is the first word that is none of these.
fn steps(keys: &str) -> Result<Vec<Step>, &str> {
    let letter = |letter: char| {
        let code = KeyCode::Char(if letter == '_' { ' ' } else { letter });
        Step { key: Some(KeyEvent::new(code, KeyModifiers::NONE)), seconds: LETTER }
    };
    let mut found = Vec::new();
    for word in keys.split_whitespace() {
        if let Some(text) = word.strip_prefix("text:") {
            found.extend(text.chars().map(letter));
        } else if let Some(seconds) = word.strip_prefix("wait:") {
            let seconds = seconds.parse().ok().filter(|wait| (0.0..=LONGEST_WAIT).contains(wait));
            found.push(Step { key: None, seconds: seconds.ok_or(word)? });
        } else {
            found.push(Step { key: Some(keymap::press(word).ok_or(word)?), seconds: KEY });
        }
    }
    Ok(found)
}

impl Screen {
    /// A screen with what keys are pressed on.
    ///
    /// # Errors
    ///
    /// No directory can be made for what is saved.
    pub(crate) fn new(
        mut app: App,
        theme: ThemeName,
        look: Look,
        columns: u16,
        rows: u16,
    ) -> io::Result<Self> {
        let directory = tempfile::tempdir()?;
        app.state.store = app.state.store.rehearsal(directory.path())?;
        app.state.theme = theme;
        let area = Rect::new(0, 0, columns, rows);
        let mut screen = Self { app, look, area, _directory: directory };
        screen.settle();
        Ok(screen)
    }

    /// A scenario or a model of the catalog, by its id; `None` where nothing has that name.
    pub fn open(name: &str, columns: u16, rows: u16) -> Option<Self> {
        let (world, store) = (World::embedded(), Store::new(None));
        let opened = store.open(name, &world.catalog).ok()?;
        let app = App::new(world, store, opened.document, opened.origin);
        Self::new(app, ThemeName::Dark, Look::default(), columns, rows).ok()
    }

    /// Presses keys by their names, with spaces between; `text:32k` types letters.
    ///
    /// # Errors
    ///
    /// The first word that names no key.
    pub fn press<'a>(&mut self, keys: &'a str) -> Result<(), &'a str> {
        for step in steps(keys)? {
            self.take(&step);
        }
        Ok(())
    }

    /// What is seen while keys are pressed, from the screen before the first one on; `wait:2` waits two seconds.
    ///
    /// # Errors
    ///
    /// The first word that names no key.
    pub(crate) fn frames<'a>(&mut self, keys: &'a str) -> Result<Vec<Frame>, &'a str> {
        let mut frames = vec![Frame { screen: self.draw(), seconds: KEY }];
        for step in steps(keys)? {
            self.take(&step);
            let screen = self.draw();
            match frames.last_mut().filter(|last| last.screen == screen) {
                Some(last) => last.seconds += step.seconds,
                None => frames.push(Frame { screen, seconds: step.seconds }),
            }
        }
        if let Some(last) = frames.last_mut() {
            last.seconds += LAST;
        }
        Ok(frames)
    }

    fn take(&mut self, step: &Step) {
        if let Some(key) = &step.key {
            self.app.key(key);
            self.settle();
        }
    }

    /// The theme that it is drawn with.
    pub(crate) fn theme(&self) -> Theme {
        Theme::new(self.app.state.theme, self.look)
    }

    /// Works out what is seen beside the figures.
    fn settle(&mut self) {
        let room = draw::room(self.area.width, self.area.height, &self.app);
        self.app.state.make_room(room);
        self.app.state.profile();
    }

    /// The frame.
    pub fn draw(&self) -> Buffer {
        let mut buffer = Buffer::empty(self.area);
        draw::draw(&self.app, &self.theme(), self.area, &mut buffer);
        buffer
    }

    /// The scenario that is shown, evaluated.
    pub fn case(&self) -> &Case {
        &self.app.state.case
    }
}
