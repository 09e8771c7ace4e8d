//! Texts to read: paragraphs that are broken to the width and scroll.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Rect, Size};
use ratatui_core::style::Style;

use crate::text::wrap::{fit, wrapped};
use crate::widgets::list::seen;
use crate::widgets::theme::{Role, Theme};

/// Paragraphs. One that begins with spaces or a dash keeps its later lines under its first word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text(Vec<(Role, String)>);

impl Text {
    pub fn add(&mut self, role: Role, paragraph: impl Into<String>) {
        self.0.push((role, paragraph.into()));
    }

    /// Adds a heading, after an empty line unless it is the first.
    pub fn head(&mut self, words: impl Into<String>) {
        if !self.0.is_empty() {
            self.add(Role::Base, "");
        }
        self.add(Role::Heading, words);
    }

    /// The lines at a width.
    pub fn lines(&self, width: u16) -> Vec<(Role, String)> {
        let mut lines = Vec::new();
        for (role, paragraph) in &self.0 {
            let words = paragraph.trim_start();
            let words = words.strip_prefix("- ").unwrap_or(words);
            let mut mark = paragraph[..paragraph.len() - words.len()].to_owned();
            for line in wrapped(words, usize::from(width).saturating_sub(mark.len())) {
                lines.push((*role, format!("{mark}{line}")));
                mark = " ".repeat(mark.len());
            }
        }
        lines
    }

    /// The first line of the last page: how far the text scrolls in a room.
    pub fn last_line(&self, room: Size) -> usize {
        self.lines(room.width).len().saturating_sub(usize::from(room.height))
    }

    /// Draws the text from a line on, no sentence of a list cut short, and says which lines are seen where not all are.
    pub fn draw(&self, first: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<String> {
        let lines = self.lines(area.width);
        let height = usize::from(area.height);
        let first = first.min(lines.len().saturating_sub(height));
        let shown = first..(first + height).min(lines.len());
        let whole = to_sentence(&lines[shown.clone()], lines.get(shown.end));
        for (y, (role, line)) in (area.y..).zip(&whole) {
            buffer.set_stringn(area.x, y, line, usize::from(area.width), theme.style(*role));
        }
        seen(&shown, lines.len())
    }
}

/// The part of lines that ends with a sentence: whatever of the next one is there is left out. All of them where no sentence
/// ends, or where what follows begins another paragraph.
fn to_sentence(lines: &[(Role, String)], next: Option<&(Role, String)>) -> Vec<(Role, String)> {
    let mut whole = lines.to_vec();
    let is_end = |line: &str| line.ends_with(['.', ')', ':']);
    // A heading goes with what it is of.
    while next.is_some()
        && whole.len() > 1
        && whole.last().is_some_and(|(role, line)| *role == Role::Heading || line.is_empty())
    {
        whole.pop();
    }
    if next.is_none_or(|(_, next)| !next.starts_with(' ')) {
        return whole;
    }
    while let Some((role, line)) = whole.pop() {
        let end = if is_end(&line) { Some(line.len()) } else { line.rfind(". ").map(|dot| dot + 1) };
        if let Some(end) = end {
            whole.push((role, line[..end].to_owned()));
            return whole;
        }
    }
    lines.to_vec()
}

/// Draws one paragraph, as much of it as there is room for; what is cut ends in a sign.
pub fn paragraph(words: &str, style: Style, area: Rect, buffer: &mut Buffer) {
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    let lines = words.lines().flat_map(|line| wrapped(line, width));
    let lines: Vec<String> = lines.collect();
    for (y, line) in (area.y..area.bottom()).zip(&lines) {
        let is_cut = lines.len() > height && y + 1 == area.bottom();
        let line = if is_cut { fit(&format!("{line} …"), width) } else { fit(line, width) };
        buffer.set_string(area.x, y, line, style);
    }
}
