//! Dialogs over the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Widget as _};

use crate::app::App;
use crate::app::dialog::{
    ChoiceDialog, Dialog, EntryDialog, GoalDialog, PaletteDialog, PickerDialog, SaveDialog,
};
use crate::app::field::Field;
use crate::files::store::Origin;
use crate::keymap::{Action, readable};
use crate::text::wrap::{fit, wrapped};
use crate::tui::draw::Map;
use crate::widgets::theme::Theme;

/// Draws the open dialog.
pub fn draw(app: &App, dialog: &Dialog, theme: &Theme, area: Rect, map: &Map, buffer: &mut Buffer) {
    match dialog {
        Dialog::Entry(dialog) => entry(app, dialog, theme, area, map, buffer),
        Dialog::Choice(dialog) => choice(dialog, theme, area, buffer),
        Dialog::Picker(dialog) => picker(dialog, theme, area, buffer),
        Dialog::Save(dialog) => save(app, dialog, theme, area, buffer),
        Dialog::Palette(dialog) => palette(dialog, theme, area, buffer),
        Dialog::Goal(dialog) => goal(app, dialog, theme, area, buffer),
        Dialog::Quit => quit(app, theme, area, buffer),
    }
}

/// A framed box with a title, cleared, and the room inside it.
fn frame(title: &str, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Rect {
    Clear.render(area, buffer);
    let mut block =
        Block::bordered().title(format!(" {title} ")).style(theme.base).title_style(theme.heading);
    block = if theme.glyphs.horizontal == "-" {
        block.border_set(ratatui::symbols::border::Set {
            top_left: "+",
            top_right: "+",
            bottom_left: "+",
            bottom_right: "+",
            vertical_left: "|",
            vertical_right: "|",
            horizontal_top: "-",
            horizontal_bottom: "-",
        })
    } else {
        block.border_type(BorderType::Rounded)
    };
    let inner = block.inner(area);
    block.render(area, buffer);
    Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
}

/// A box of this size in the left part of the screen, where the answers beside it stay in sight.
fn left_box(area: Rect, height: u16) -> Rect {
    let width = (area.width - 38).min(72);
    let height = height.min(area.height.saturating_sub(6));
    Rect { x: area.x + 1, y: area.y + 2, width, height }
}

/// A field with its cursor as a reversed cell.
fn field_line(label: &str, field: &Field, theme: &Theme, room: Rect, buffer: &mut Buffer) {
    let width = usize::from(room.width);
    let label_width = label.chars().count();
    let space = width.saturating_sub(label_width + 1);
    let skip = field.cursor().saturating_sub(space.saturating_sub(1));
    let visible: String = field.text().chars().skip(skip).take(space).collect();
    Line::from(vec![Span::styled(label.to_owned(), theme.dim), Span::styled(visible, theme.answer)])
        .render(Rect { height: 1, ..room }, buffer);
    let x = room.x + (label_width + field.cursor() - skip) as u16;
    if x < room.right() {
        let cell = &mut buffer[(x, room.y)];
        cell.set_style(theme.chosen);
    }
}

fn put(text: impl Into<String>, style: Style, room: Rect, line: u16, buffer: &mut Buffer) {
    if line < room.height {
        buffer.set_stringn(room.x, room.y + line, text.into(), usize::from(room.width), style);
    }
}

/// Under the slider that it is for.
fn entry(app: &App, dialog: &EntryDialog, theme: &Theme, area: Rect, map: &Map, buffer: &mut Buffer) {
    let param = dialog.param;
    let slider = map
        .sliders
        .iter()
        .find(|row| row.line == crate::app::list::Line::Param(dialog.param))
        .map_or(area.y + 3, |row| row.y);
    let height = 6;
    let y = if slider + 1 + height < area.bottom() { slider + 1 } else { slider.saturating_sub(height) };
    let place = Rect { x: area.x + 1, y, width: (area.width - 38).min(64), height };
    let room = frame(param.label, theme, place, buffer);
    field_line("value ", &dialog.field, theme, room, buffer);
    let (words, style) = match &dialog.parsed {
        None => (format!("allowed: {}", param.allowed()), theme.dim),
        Some(Ok(value)) => (format!("= {}", param.display(*value, &app.world.catalog)), theme.less),
        Some(Err(error)) => (error.clone(), theme.alert),
    };
    let lines = wrapped(&words, usize::from(room.width));
    for (offset, line) in lines.iter().take(2).enumerate() {
        put(line.clone(), style, room, 1 + offset as u16, buffer);
    }
    let hint =
        if lines.len() > 2 { lines[2].clone() } else { "Enter sets, Esc leaves; +10%, *2 too".to_owned() };
    put(hint, theme.dim, room, 3, buffer);
}

/// The rows of a list around the chosen one.
fn rows(chosen: usize, count: usize, height: usize) -> std::ops::Range<usize> {
    let first = if count <= height { 0 } else { chosen.saturating_sub(height / 2).min(count - height) };
    first..(first + height).min(count)
}

fn choice(dialog: &ChoiceDialog, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let param = dialog.param;
    let shown = dialog.shown();
    let room = frame(param.label, theme, left_box(area, shown.len() as u16 + 5), buffer);
    field_line("find ", &dialog.filter, theme, room, buffer);
    let height = usize::from(room.height.saturating_sub(2));
    for (line, index) in rows(dialog.row, shown.len(), height).enumerate() {
        let style = if index == dialog.row { theme.chosen } else { theme.base };
        put(format!(" {} ", shown[index].1), style, room, 1 + line as u16, buffer);
    }
    put("Enter sets, Esc leaves, type to find", theme.dim, room, room.height - 1, buffer);
}

fn picker(dialog: &PickerDialog, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let room = frame("Open a scenario or a model", theme, left_box(area, area.height), buffer);
    field_line("find ", &dialog.filter, theme, room, buffer);
    let shown = dialog.shown();
    let height = usize::from(room.height.saturating_sub(5));
    // A heading stands above the first entry of each kind.
    let mut lines: Vec<(Option<usize>, String)> = Vec::new();
    let mut kind = "";
    for (index, entry) in shown.iter().enumerate() {
        let this = match entry.origin {
            Origin::File(_) => "Yours",
            Origin::BuiltIn(_) | Origin::StandardInput => "Scenarios",
            Origin::Model(_) => "Models",
        };
        if this != kind {
            lines.push((None, this.to_owned()));
            kind = this;
        }
        lines.push((Some(index), entry.name.clone()));
    }
    let at = lines.iter().position(|(index, _)| *index == Some(dialog.row)).unwrap_or(0);
    for (line, number) in rows(at, lines.len(), height).enumerate() {
        let (index, words) = &lines[number];
        let y = 1 + line as u16;
        match index {
            None => put(words.clone(), theme.heading, room, y, buffer),
            Some(index) => {
                let style = if *index == dialog.row { theme.chosen } else { theme.base };
                put(format!("  {} ", fit(words, usize::from(room.width) - 3)), style, room, y, buffer);
            }
        }
    }
    let foot = room.height - 4;
    let chosen = shown.get(dialog.row);
    if let Some(field) = &dialog.renaming {
        field_line("new name ", field, theme, Rect { y: room.y + foot + 1, ..room }, buffer);
        return;
    }
    let (words, style) = match (&dialog.error, chosen) {
        (Some(error), _) => (error.lines().next().unwrap_or_default().to_owned(), theme.alert),
        (None, Some(entry)) => (entry.summary.clone(), theme.dim),
        (None, None) => ("nothing is called that".to_owned(), theme.alert),
    };
    for (offset, line) in wrapped(&words, usize::from(room.width)).iter().take(3).enumerate() {
        put(line.clone(), style, room, foot + offset as u16, buffer);
    }
    let own = chosen.is_some_and(|entry| matches!(entry.origin, Origin::File(_)));
    let hint = if dialog.deleting {
        "delete this file? y deletes, any other key keeps it"
    } else if own {
        "Enter opens, Esc leaves, Ctrl-D deletes, Ctrl-R renames"
    } else {
        "Enter opens, Esc leaves, type to find"
    };
    put(hint, if dialog.deleting { theme.alert } else { theme.dim }, room, room.height - 1, buffer);
}

fn save(app: &App, dialog: &SaveDialog, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let room = frame("Save the scenario", theme, left_box(area, 8), buffer);
    field_line("name ", &dialog.field, theme, room, buffer);
    let path = app.store.user_file(dialog.field.text()).map(|path| path.display().to_string());
    let (words, style) = match path {
        Some(path) => (format!("file: {path}"), theme.dim),
        None => ("use letters and digits in the name".to_owned(), theme.alert),
    };
    for (offset, line) in chopped(&words, usize::from(room.width)).iter().take(3).enumerate() {
        put(line.clone(), style, room, 1 + offset as u16, buffer);
    }
    let (hint, style) = if dialog.exists {
        ("it exists already: y replaces it, any other key does not", theme.alert)
    } else {
        ("Enter saves, Esc leaves", theme.dim)
    };
    put(hint, style, room, room.height - 1, buffer);
}

/// A text cut into pieces of a width: for paths, which have no spaces to break at.
fn chopped(text: &str, width: usize) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(width.max(1)).map(|piece| piece.iter().collect()).collect()
}

fn palette(dialog: &PaletteDialog, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let width = area.width.saturating_sub(8).min(110);
    let place = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + 1,
        width,
        height: area.height.saturating_sub(3),
    };
    let room = frame("Help: every action, by name", theme, place, buffer);
    field_line("find ", &dialog.filter, theme, room, buffer);
    let shown = dialog.shown();
    let height = usize::from(room.height.saturating_sub(5));
    for (line, index) in rows(dialog.row, shown.len(), height).enumerate() {
        let (binding, applies) = shown[index];
        let keys: Vec<String> = binding.keys.iter().map(|key| readable(key)).collect();
        let style = match (index == dialog.row, applies) {
            (true, _) => theme.chosen,
            (false, true) => theme.base,
            (false, false) => theme.dim,
        };
        let y = 2 + line as u16;
        put(format!("{:<22}", fit(&keys.join(" "), 21)), theme.key, room, y, buffer);
        let rest = Rect { x: room.x + 22, width: room.width.saturating_sub(22), ..room };
        put(fit(binding.help, usize::from(rest.width)), style, rest, y, buffer);
    }
    if shown.is_empty() {
        put("no action is called that", theme.alert, room, 2, buffer);
    }
    // What the list had to cut is told in full of the chosen one.
    let chosen = shown.get(dialog.row).map_or("", |(binding, _)| binding.help);
    for (offset, line) in wrapped(chosen, usize::from(room.width)).iter().take(2).enumerate() {
        if chosen.chars().count() + 22 > usize::from(room.width) {
            put(line.clone(), theme.base, room, room.height.saturating_sub(3) + offset as u16, buffer);
        }
    }
    put("Enter runs it, Esc leaves, type to find", theme.dim, room, room.height - 1, buffer);
}

fn goal(app: &App, dialog: &GoalDialog, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let param = dialog.param;
    let room = frame("Goal", theme, left_box(area, 9), buffer);
    put(format!("make the {}", dialog.answer.label()), theme.answer, room, 0, buffer);
    field_line("be ", &dialog.field, theme, Rect { y: room.y + 1, ..room }, buffer);
    let now = param.effective(&app.document.scenario, &app.world.catalog);
    let by = format!("by changing {} (now {})", param.label, param.display(now, &app.world.catalog));
    put(by, theme.base, room, 2, buffer);
    let (words, style) = match &dialog.result {
        None => (String::new(), theme.dim),
        Some(Ok(value)) => {
            let value = param.display(*value, &app.world.catalog);
            let reached = crate::report::figure_words(&app.figures, dialog.answer);
            (format!("= {value}, which gives {reached}"), theme.answer)
        }
        Some(Err(error)) => (error.clone(), theme.alert),
    };
    for (offset, line) in wrapped(&words, usize::from(room.width)).iter().take(2).enumerate() {
        put(line.clone(), style, room, 4 + offset as u16, buffer);
    }
    put("Up Down figure, Enter sets, Esc leaves", theme.dim, room, room.height - 1, buffer);
}

fn quit(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let room = frame("Unsaved changes", theme, left_box(area, 6), buffer);
    put(format!("{} was changed.", fit(&app.document.name, 40)), theme.base, room, 0, buffer);
    put("s saves, q quits without saving, Esc stays", theme.base, room, 2, buffer);
    let save = Action::Save.binding().map_or("", |binding| binding.help);
    put(save, theme.dim, room, 3, buffer);
}
