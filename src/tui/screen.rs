//! The explorer without a terminal: keys go in, a frame comes out.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::analysis::case::{Case, World};
use crate::app::App;
use crate::files::settings::ThemeName;
use crate::files::store::Store;
use crate::keymap;
use crate::tui::draw;
use crate::widgets::theme::Theme;

/// The explorer on a screen of a size, for pictures and for the benchmark.
#[derive(Debug)]
pub struct Screen {
    app: App,
    theme: Theme,
    area: Rect,
}

impl Screen {
    pub(crate) fn new(mut app: App, theme: Theme, columns: u16, rows: u16) -> Self {
        app.state.make_room(draw::room(columns, rows));
        Self { app, theme, area: Rect::new(0, 0, columns, rows) }
    }

    /// A scenario or a model of the catalog, by its id; `None` where nothing has that name.
    pub fn open(name: &str, columns: u16, rows: u16) -> Option<Self> {
        let (world, store) = (World::embedded(), Store::new(None));
        let opened = store.open(name, &world.catalog).ok()?;
        let app = App::new(world, store, opened.document, opened.origin);
        Some(Self::new(app, Theme::new(ThemeName::Dark, false, false), columns, rows))
    }

    /// Presses keys by their names, with spaces between.
    ///
    /// # Errors
    ///
    /// The first word that names no key.
    pub fn press<'a>(&mut self, keys: &'a str) -> Result<(), &'a str> {
        for name in keys.split_whitespace() {
            self.app.key(&keymap::press(name).ok_or(name)?);
        }
        Ok(())
    }

    /// The frame.
    pub fn draw(&self) -> Buffer {
        let mut buffer = Buffer::empty(self.area);
        draw::draw(&self.app, &self.theme, self.area, &mut buffer);
        buffer
    }

    /// The scenario that is shown, evaluated.
    pub fn case(&self) -> &Case {
        &self.app.state.case
    }
}
