//! A handout on sheets of paper: what stands where, nothing cut by the end of a sheet.

use crate::export::chart::Chart;
use crate::export::draw::{Width, draw};
use crate::export::drawing::{Anchor, Drawing, Shape};
use crate::export::font::Face;
use crate::export::handout::{Handout, Headline, Part, Section};
use crate::export::tone::Tone;
use crate::report::page::{Block, Figure};
use crate::report::table::{Align, Table};

/// A4, in points of a 72nd of an inch.
const PAPER: [f64; 2] = [595.0, 842.0];
/// Room at each side.
const MARGIN: f64 = 54.0;
const WIDTH: f64 = PAPER[0] - 2.0 * MARGIN;
/// Where the last line may end.
const END: f64 = PAPER[1] - 60.0;
/// The size of text, and of what is in tables.
const TEXT: f64 = 9.5;
const SMALL: f64 = 8.0;
/// From line to line, to the size.
const LEADING: f64 = 1.4;
/// What stands between lines, as shares of the usual, the usual first.
const AIRS: [f64; 4] = [1.0, 0.9, 0.8, 0.7];
/// The share of the last sheet that is to be written on.
const FILLED: f64 = 0.3;
/// Between two columns of a table.
const GAP: f64 = 10.0;

/// Sheets, and what their headings are.
#[derive(Debug, Clone)]
pub struct Sheets<'a> {
    faces: &'a [Face; 2],
    pub papers: Vec<Drawing>,
    /// Headings with their sheet and their height on it.
    pub headings: Vec<(String, usize, f64)>,
    /// How far down the last sheet is written.
    y: f64,
    /// What stands between lines, as a share of the usual.
    air: f64,
    /// Lists and tables alone begin where there is room, and go on on the next sheet.
    flows: bool,
}

/// Sets a handout; where a few lines would have a sheet of their own, its lists begin earlier, and all is a little closer if need be.
pub fn set<'a>(handout: &Handout, faces: &'a [Face; 2]) -> Sheets<'a> {
    let usual = set_with(handout, faces, AIRS[0], false);
    if usual.is_filled() {
        return usual;
    }
    let closer = AIRS.iter().map(|air| set_with(handout, faces, *air, true));
    let mut shorter = closer.filter(|sheets| sheets.papers.len() < usual.papers.len());
    // A last sheet that is written on rather than one less.
    shorter.clone().find(Sheets::is_filled).or_else(|| shorter.next()).unwrap_or(usual)
}

fn set_with<'a>(handout: &Handout, faces: &'a [Face; 2], air: f64, flows: bool) -> Sheets<'a> {
    let mut sheets = Sheets { faces, papers: Vec::new(), headings: Vec::new(), y: END, air, flows };
    sheets.words(&handout.title, 20.0, true, Tone::Base);
    sheets.y += 4.0;
    for sentence in &handout.introduction {
        sheets.words(sentence, TEXT, false, Tone::Base);
    }
    for section in &handout.sections {
        sheets.whole(section);
    }
    sheets.heading("How this was made", None);
    sheets.figures(&handout.colophon);
    sheets.number(&handout.title);
    sheets
}

impl Sheets<'_> {
    /// The last sheet is not nearly empty.
    fn is_filled(&self) -> bool {
        self.papers.len() < 2 || self.y > MARGIN + FILLED * (END - MARGIN)
    }

    /// From line to line of a size.
    fn leading(&self, size: f64) -> f64 {
        size * (1.0 + (LEADING - 1.0) * self.air)
    }

    /// A section on one sheet, where it has room on one.
    fn whole(&mut self, section: &Section) {
        if self.flows && section.parts.iter().all(|part| matches!(part, Part::Block(_) | Part::Words(_))) {
            return self.section(section);
        }
        let (count, mut next) = (self.papers.len(), self.clone());
        self.section(section);
        if self.papers.len() > count {
            next.y = END;
            next.section(section);
            if next.papers.len() == count + 1 {
                *self = next;
            }
        }
    }

    fn section(&mut self, section: &Section) {
        self.heading(&section.heading, section.parts.first());
        for part in &section.parts {
            match part {
                Part::Answers(answers) => self.answers(answers),
                Part::Chart(chart) => self.chart(chart),
                Part::Block(block) => self.block(block),
                Part::Words(words) => self.words(words, TEXT, false, Tone::Base),
            }
        }
    }

    fn face(&self, bold: bool) -> &Face {
        &self.faces[usize::from(bold)]
    }

    /// Begins another sheet where so much has no room on this one.
    fn need(&mut self, height: f64) {
        if self.papers.is_empty() || self.y + height > END {
            self.papers.push(Drawing::new(PAPER[0] as u32, PAPER[1] as u32));
            self.y = MARGIN;
        }
    }

    fn add(&mut self, shape: Shape) {
        if let Some(sheet) = self.papers.last_mut() {
            sheet.shapes.push(shape);
        }
    }

    /// Words in one line, whose foot stands at a height.
    fn put(&mut self, at: [f64; 2], anchor: Anchor, (size, bold, tone): (f64, bool, Tone), words: &str) {
        self.add(Shape::Words { at, anchor, tone, size, bold, words: words.to_owned() });
    }

    fn rule(&mut self, y: f64) {
        let points = vec![[MARGIN, y], [MARGIN + WIDTH, y]];
        self.add(Shape::Line { points, tone: Tone::Border, width: 0.6 });
    }

    /// Words as lines of a width; a word that is wider is cut.
    fn lines(&self, words: &str, width: f64, size: f64, bold: bool) -> Vec<String> {
        let face = self.face(bold);
        let mut lines = Vec::new();
        for sentence in words.lines() {
            let mut line = String::new();
            for word in sentence.split_whitespace() {
                let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
                if face.width(&longer, size) <= width {
                    line = longer;
                    continue;
                }
                if !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                for letter in word.chars() {
                    line.push(letter);
                    if face.width(&line, size) > width && line.chars().count() > 1 {
                        line.pop();
                        lines.push(std::mem::replace(&mut line, letter.to_string()));
                    }
                }
            }
            lines.push(line);
        }
        lines
    }

    /// A paragraph.
    fn words(&mut self, words: &str, size: f64, bold: bool, tone: Tone) {
        for line in self.lines(words, WIDTH, size, bold) {
            self.need(self.leading(size));
            self.put([MARGIN, self.y + size], Anchor::Start, (size, bold, tone), &line);
            self.y += self.leading(size);
        }
    }

    /// A heading, which stands with the beginning of what follows.
    fn heading(&mut self, words: &str, first: Option<&Part>) {
        if words.is_empty() {
            return;
        }
        let follows = match first {
            Some(Part::Chart(chart)) => self.chart_height(chart),
            _ => 0.0,
        };
        self.need(45.0 + follows.max(55.0));
        if self.y > MARGIN {
            self.y += 14.0;
            self.rule(self.y);
            self.y += 8.0;
        }
        self.headings.push((words.to_owned(), self.papers.len() - 1, self.y));
        self.words(words, 13.0, true, Tone::Accent);
        self.y += 3.0;
    }

    fn answers(&mut self, answers: &[Headline]) {
        let width = WIDTH / answers.len().max(1) as f64;
        self.need(90.0);
        let top = self.y + 10.0;
        let mut bottom = top;
        for (index, answer) in answers.iter().enumerate() {
            let left = MARGIN + width * index as f64;
            let inner = width - 22.0;
            let mut parts = vec![(answer.label.clone(), TEXT, false, Tone::Dim)];
            parts.push((answer.value.clone(), 20.0, true, Tone::Base));
            parts.extend(
                answer.range.iter().map(|range| (format!("80% range: {range}"), TEXT, false, Tone::Dim)),
            );
            parts.extend(answer.change.iter().map(|(words, tone)| (words.clone(), TEXT, false, *tone)));
            let mut y = top;
            for (words, size, bold, tone) in parts {
                for line in self.lines(&words, inner, size, bold) {
                    self.put([left + 10.0, y + size], Anchor::Start, (size, bold, tone), &line);
                    y += size * 1.3;
                }
            }
            bottom = bottom.max(y);
        }
        for index in 0..answers.len() {
            let left = MARGIN + width * index as f64;
            let corners = vec![[left, top], [left + 3.0, top], [left + 3.0, bottom], [left, bottom]];
            self.add(Shape::Area { corners, tone: Tone::Accent, opacity: 1.0 });
        }
        self.y = bottom + 8.0;
    }

    /// How high a chart is, with its title and its caption.
    fn chart_height(&self, chart: &Chart) -> f64 {
        let drawing = draw(chart, Width::Wide);
        let height =
            drawing.map_or(0.0, |drawing| f64::from(drawing.height) * WIDTH / f64::from(drawing.width));
        let caption = self.lines(&chart.caption, WIDTH, TEXT, false).len() as f64;
        height + caption * self.leading(TEXT) + 30.0
    }

    fn chart(&mut self, chart: &Chart) {
        let Some(drawing) = draw(chart, Width::Wide) else { return };
        let scale = WIDTH / f64::from(drawing.width);
        self.need(self.chart_height(chart));
        self.y += 4.0;
        self.words(&chart.title, 10.5, true, Tone::Base);
        self.y += 4.0;
        let place = |[x, y]: [f64; 2], top: f64| [MARGIN + x * scale, top + y * scale];
        let top = self.y;
        for shape in drawing.shapes {
            self.add(match shape {
                Shape::Line { points, tone, width } => Shape::Line {
                    points: points.into_iter().map(|at| place(at, top)).collect(),
                    tone,
                    width: width * scale,
                },
                Shape::Area { corners, tone, opacity } => Shape::Area {
                    corners: corners.into_iter().map(|at| place(at, top)).collect(),
                    tone,
                    opacity,
                },
                Shape::Disc { center, radius, tone, opacity } => {
                    Shape::Disc { center: place(center, top), radius: radius * scale, tone, opacity }
                }
                Shape::Words { at, anchor, tone, size, bold, words } => {
                    Shape::Words { at: place(at, top), anchor, tone, size: size * scale, bold, words }
                }
            });
        }
        self.y += f64::from(drawing.height) * scale + 2.0;
        self.words(&chart.caption, TEXT, false, Tone::Dim);
        self.y += 6.0;
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Table(table) | Block::Listing(table) => self.table(table),
            Block::Figures(figures) => self.figures(figures),
            Block::Items(items) | Block::Lines(items) => items.iter().for_each(|item| self.item(item)),
        }
    }

    fn item(&mut self, words: &str) {
        let lines = self.lines(words, WIDTH - 12.0, TEXT, false);
        self.need(lines.len() as f64 * self.leading(TEXT));
        self.put([MARGIN, self.y + TEXT], Anchor::Start, (TEXT, false, Tone::Dim), "•");
        for line in lines {
            self.need(self.leading(TEXT));
            self.put([MARGIN + 12.0, self.y + TEXT], Anchor::Start, (TEXT, false, Tone::Base), &line);
            self.y += self.leading(TEXT);
        }
        self.y += 2.0;
    }

    fn figures(&mut self, figures: &[Figure]) {
        const LABELS: f64 = 150.0;
        let row = |figure: &Figure| {
            let range = figure.range.as_ref().map_or(String::new(), |range| format!("   80%: {range}"));
            let indent = if figure.label.starts_with(' ') { 10.0 } else { 0.0 };
            let label = Entry {
                words: figure.label.trim_start().to_owned(),
                tone: Tone::Dim,
                align: Align::Left,
                indent,
            };
            vec![label, Entry::new(format!("{}{range}", figure.words), Align::Left)]
        };
        for figure in figures {
            self.row(&row(figure), &[LABELS, WIDTH - LABELS - GAP], TEXT);
        }
        self.y += 4.0;
    }

    fn table(&mut self, table: &Table) {
        let head: Vec<Entry> = table
            .columns
            .iter()
            .map(|column| Entry { tone: Tone::Dim, ..Entry::new(column.heading.to_string(), column.align) })
            .collect();
        let cells = |row: &Vec<_>| -> Vec<Entry> {
            let show = |(cell, column): (&crate::report::table::Cell, &crate::report::table::Column)| {
                Entry::new(cell.show(column.unit).into_owned(), column.align)
            };
            row.iter().zip(&table.columns).map(show).collect()
        };
        let rows: Vec<Vec<Entry>> = table.rows.iter().map(cells).collect();
        let widths = self.widths(&head, &rows);
        self.need(60.0);
        self.row(&head, &widths, SMALL);
        for row in &rows {
            if self.y + self.height(row, &widths, SMALL) > END {
                self.need(PAPER[1]);
                self.row(&head, &widths, SMALL);
            }
            self.row(row, &widths, SMALL);
        }
        self.y += 6.0;
    }

    /// Columns as wide as their words; where those have no room, the widest ones less.
    fn widths(&self, head: &[Entry], rows: &[Vec<Entry>]) -> Vec<f64> {
        let widest = |index: usize| {
            let all = std::iter::once(&head[index]).chain(rows.iter().map(|row| &row[index]));
            all.map(|entry| self.face(false).width(&entry.words, SMALL)).fold(0.0, f64::max)
        };
        let natural: Vec<f64> = (0..head.len()).map(widest).collect();
        let room = WIDTH - GAP * head.len().saturating_sub(1) as f64;
        let mut most = room;
        // The widest width at which all have room.
        while natural.iter().map(|width| width.min(most)).sum::<f64>() > room {
            most *= 0.98;
        }
        natural.into_iter().map(|width| width.min(most)).collect()
    }

    fn height(&self, row: &[Entry], widths: &[f64], size: f64) -> f64 {
        let lines = |(entry, width): (&Entry, &f64)| {
            self.lines(&entry.words, width - entry.indent + 0.01, size, false).len()
        };
        row.iter().zip(widths).map(lines).max().unwrap_or(0) as f64 * size * 1.3 + 5.0 * self.air
    }

    /// A row and the line under it.
    fn row(&mut self, row: &[Entry], widths: &[f64], size: f64) {
        let height = self.height(row, widths, size);
        self.need(height);
        let mut left = MARGIN;
        for (entry, width) in row.iter().zip(widths) {
            let lines = self.lines(&entry.words, width - entry.indent + 0.01, size, false);
            for (index, line) in lines.iter().enumerate() {
                let y = self.y + size * (1.1 + 1.3 * index as f64);
                let (x, anchor) = match entry.align {
                    Align::Left => (left + entry.indent, Anchor::Start),
                    Align::Right => (left + width, Anchor::End),
                };
                self.put([x, y], anchor, (size, false, entry.tone), line);
            }
            left += width + GAP;
        }
        self.y += height;
        self.rule(self.y - 1.5 * self.air);
    }

    /// Writes the title and the number of each sheet at its foot.
    fn number(&mut self, title: &str) {
        let count = self.papers.len();
        let y = PAPER[1] - 34.0;
        let title = self.lines(title, WIDTH * 0.8, SMALL, false).into_iter().next().unwrap_or_default();
        for (index, sheet) in self.papers.iter_mut().enumerate() {
            let foot = |at, anchor, words| Shape::Words {
                at,
                anchor,
                tone: Tone::Dim,
                size: SMALL,
                bold: false,
                words,
            };
            sheet.shapes.push(foot([MARGIN, y], Anchor::Start, title.clone()));
            sheet.shapes.push(foot([MARGIN + WIDTH, y], Anchor::End, format!("{} / {count}", index + 1)));
        }
    }
}

/// What stands in a cell.
struct Entry {
    words: String,
    tone: Tone,
    align: Align,
    indent: f64,
}

impl Entry {
    fn new(words: String, align: Align) -> Self {
        Self { words, tone: Tone::Base, align, indent: 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::analysis::case::World;
    use crate::export::deck::handout;
    use crate::files::store::{Opening, Store};

    #[test]
    fn no_deck_ends_in_a_sheet_of_a_few_lines() {
        let (world, store) = (Arc::new(World::embedded()), Store::new(None));
        let faces = Face::pair().expect("the fonts of the program");
        for entry in Store::built_in_decks() {
            let Ok(Opening::Deck(opened)) = store.open_any(&entry.id, &[], &world.catalog) else {
                panic!("{} is no deck", entry.id)
            };
            let deck = opened.deck.deck();
            let handout = handout(deck, &deck.stages(&world), String::new(), "whatif present", 0);
            assert!(set(&handout, &faces).is_filled(), "{}", entry.id);
        }
    }
}
