//! A person at the keyboard: keys go through the real keymap, the screen is what the program draws.

use std::fmt::Write as _;

use crate::analysis::answer::Answer;
use crate::analysis::case::World;
use crate::app::App;
use crate::calibration::Calibration;
use crate::catalog::Catalog;
use crate::files::settings::ThemeName;
use crate::files::store::{Opened, Opening, Store};
use crate::keymap;
use crate::tui::draw;
use crate::tui::mouse::{Drag, Map};
use crate::widgets::theme::{Look, Theme};
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;

/// The explorer with a screen.
pub struct Person {
    pub app: App,
    pub size: (u16, u16),
    pub theme: ThemeName,
    drag: Drag,
    /// Saved scenarios live here and vanish with it.
    pub directory: tempfile::TempDir,
}

impl Person {
    /// At the default scenario, 80 by 24.
    pub fn new() -> Self {
        Self::at("default")
    }

    /// At a scenario.
    pub fn at(name: &str) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let catalog = Catalog::embedded();
        let store = Store::new(Some(directory.path().to_owned()));
        let Opened { document, origin, .. } = store.open(name, &catalog).expect("a scenario");
        let world = World { catalog, calibration: Calibration::embedded() };
        let app = App::new(world, store, document, origin);
        let mut person =
            Self { app, size: (80, 24), theme: ThemeName::Auto, drag: Drag::default(), directory };
        person.settle();
        person
    }

    /// In front of people, at the first step of a deck.
    pub fn presenting(name: &str) -> Self {
        let mut person = Self::new();
        let (world, store) = (World::embedded(), person.app.state.store.clone());
        let Ok(Opening::Deck(opened)) = store.open_any(name, &[], &world.catalog) else {
            panic!("{name} is no deck")
        };
        person.app = App::presenting(world, store, opened.deck.deck().clone(), None);
        person.settle();
        person
    }

    /// On a terminal of this size.
    pub fn size(mut self, columns: u16, rows: u16) -> Self {
        self.size = (columns, rows);
        self.settle();
        self
    }

    /// Works out what is seen, as the program does before it sleeps.
    fn settle(&mut self) {
        let room = draw::room(self.size.0, self.size.1, &self.app);
        self.app.state.make_room(room);
        self.app.state.profile();
    }

    /// With this theme.
    pub fn theme(mut self, theme: ThemeName) -> Self {
        self.theme = theme;
        self
    }

    /// Presses keys by name; `text:70B` types letters, with `_` for a space.
    pub fn keys(mut self, keys: &str) -> Self {
        for word in keys.split_whitespace() {
            self.settle();
            if let Some(text) = word.strip_prefix("text:") {
                for letter in text.replace('_', " ").chars() {
                    let name = if letter == ' ' { "Space".to_owned() } else { letter.to_string() };
                    self.app.key(&keymap::press(&name).expect("a letter"));
                }
            } else {
                self.app.key(&keymap::press(word).unwrap_or_else(|| panic!("{word} is no key")));
            }
        }
        self.settle();
        self
    }

    /// What is drawn, and where things stand.
    pub fn draw(&self) -> (Buffer, Map) {
        let area = Rect::new(0, 0, self.size.0, self.size.1);
        let mut buffer = Buffer::empty(area);
        let map = draw::draw(&self.app, &Theme::new(self.theme, Look::default()), area, &mut buffer);
        (buffer, map)
    }

    /// The screen as lines of text.
    pub fn screen(&self) -> String {
        text(&self.draw().0)
    }

    /// The screen shows these words.
    pub fn shows(self, words: &str) -> Self {
        let screen = self.screen();
        assert!(screen.contains(words), "`{words}` is not on the screen:\n{screen}");
        self
    }

    /// The screen does not show these words.
    pub fn lacks(self, words: &str) -> Self {
        let screen = self.screen();
        assert!(!screen.contains(words), "`{words}` is on the screen:\n{screen}");
        self
    }

    fn mouse(&mut self, kind: MouseEventKind, column: u16, row: u16) {
        let (_, map) = self.draw();
        let event = MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE };
        self.drag.event(event, &mut self.app, &map);
        self.settle();
    }

    /// Presses and releases the left button.
    pub fn click(mut self, column: u16, row: u16) -> Self {
        self.mouse(MouseEventKind::Down(MouseButton::Left), column, row);
        self.mouse(MouseEventKind::Up(MouseButton::Left), column, row);
        self
    }

    /// Drags from one place to another.
    pub fn drag(mut self, from: (u16, u16), to: (u16, u16)) -> Self {
        self.mouse(MouseEventKind::Down(MouseButton::Left), from.0, from.1);
        self.mouse(MouseEventKind::Drag(MouseButton::Left), to.0, to.1);
        self.mouse(MouseEventKind::Up(MouseButton::Left), to.0, to.1);
        self
    }

    /// Turns the wheel.
    pub fn wheel(mut self, up: bool, column: u16, row: u16) -> Self {
        let kind = if up { MouseEventKind::ScrollUp } else { MouseEventKind::ScrollDown };
        self.mouse(kind, column, row);
        self
    }

    /// The row of the screen on which these words stand.
    pub fn row_of(&self, words: &str) -> u16 {
        let screen = self.screen();
        let row = screen.lines().position(|line| line.contains(words));
        row.unwrap_or_else(|| panic!("`{words}` is not on the screen:\n{screen}")) as u16
    }

    /// A figure of what is shown.
    pub fn figure(&self, answer: Answer) -> f64 {
        self.app.state.figures.value(answer).expect("the figure exists")
    }
}

/// The letters of a buffer, line by line, without trailing spaces.
pub fn text(buffer: &Buffer) -> String {
    let area = buffer.area;
    let mut lines = Vec::new();
    for y in area.top()..area.bottom() {
        let line: String = (area.left()..area.right()).map(|x| buffer[(x, y)].symbol()).collect();
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}

/// The looks of a buffer: each line as runs of letters with their style, where it is not the plain one.
pub fn styles(buffer: &Buffer) -> String {
    let area = buffer.area;
    let mut out = String::new();
    for y in area.top()..area.bottom() {
        let mut x = area.left();
        while x < area.right() {
            let first = &buffer[(x, y)];
            let mut end = x;
            let mut words = String::new();
            while end < area.right() && buffer[(end, y)].style() == first.style() {
                words.push_str(buffer[(end, y)].symbol());
                end += 1;
            }
            let plain = first.fg == ratatui_core::style::Color::Reset && first.modifier.is_empty();
            if !plain && !words.trim().is_empty() {
                let _ = writeln!(out, "{y}:{x} {:?} {:?} `{}`", first.fg, first.modifier, words.trim());
            }
            x = end;
        }
    }
    out
}
