//! Sensitivity: a tornado of what moves an answer most, with the values written at the ends.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Rect, Size};
use ratatui_core::style::{Modifier, Style};
use ratatui_core::text::{Line, Span};
use ratatui_core::widgets::Widget as _;

use crate::analysis::answer::{Answer, Better};
use crate::analysis::profile;
use crate::analysis::sensitivity::{Ends, Sensitivity, extent, sensitivities};
use crate::catalog::Catalog;
use crate::keymap::Action;
use crate::scenario::ParamId;
use crate::scenario::domain::Domain;
use crate::scenario::value::Value;
use crate::text::quantity::format;
use crate::text::wrap::columns;
use crate::views::response;
use crate::views::scene::{Choice, Content, Drawn, Hint, Hit, Scene, View};
use crate::widgets::list::{seen, window};
use crate::widgets::theme::Theme;
use crate::widgets::{change, glyphs, legend, put, span};

pub(super) const VIEW: View = View {
    title: "Sensitivity",
    short: "Sens",
    keys: &["4"],
    help: "Sensitivity: what moves an answer most",
    open: |scene| {
        // Another model or accelerator changes everything: they have views of their own.
        let mut rows = sensitivities(scene.case, scene.answer);
        rows.retain(|row| !matches!(row.param.domain, Domain::Model | Domain::Gpu));
        let present = scene.figures.value(scene.answer);
        let around = present.unwrap_or(0.0);
        let extent = extent(&rows, around);
        let bars = rows.iter().map(|row| Bar::new(row, around, scene.case.catalog())).collect();
        Box::new(Tornado { answer: scene.answer, present, extent, bars })
    },
};

#[derive(Debug)]
struct Tornado {
    answer: Answer,
    /// The answer now; `None` where it does not exist.
    present: Option<f64>,
    /// The least and the greatest answer of all bars.
    extent: [f64; 2],
    bars: Vec<Bar>,
}

/// From this ratio of the greatest answer to the least on, the scale is logarithmic.
const WIDE: f64 = 8.0;
/// Rows of the response of the chosen bar: below the least there is none.
const LEAST_CURVE: u16 = 6;
const MOST_CURVE: u16 = 16;
/// From this many rows on, one is spared for the answers of the chosen bar.
const WITH_DETAILS: u16 = 8;

/// What a parameter does to the answer.
#[derive(Debug)]
struct Bar {
    param: ParamId,
    /// The end with the lesser answer, and the other.
    ends: [End; 2],
    /// The answers at ±10%, the lesser first.
    small: Option<[f64; 2]>,
}

#[derive(Debug)]
struct End {
    answer: f64,
    /// The value of the parameter, with a sign before it where it does not fit.
    words: String,
}

impl Bar {
    fn new(row: &Sensitivity, present: f64, catalog: &Catalog) -> Self {
        let end = |(answer, value)| {
            let sign = if is_missing(&row.range, value) { glyphs::HATCH } else { "" };
            End { answer, words: format!("{sign}{}", row.param.display(value, catalog)) }
        };
        let small = row.small.map(|small| small.ascending(present).map(|(answer, _)| answer));
        Self { param: row.param, ends: row.range.ascending(present).map(end), small }
    }
}

/// At this end there is no answer.
fn is_missing(ends: &Ends, value: Value) -> bool {
    (value == ends.low && ends.at_low.is_none()) || (value == ends.high && ends.at_high.is_none())
}

/// How figures lie along a line: evenly or by their ratios, but for the column in the middle, that of the present one.
#[derive(Debug, Clone, Copy)]
struct Places {
    present: f64,
    is_logarithmic: bool,
    middle: f64,
    /// Columns of a unit, or of a factor of e.
    columns: f64,
}

impl Places {
    /// Columns from the present figure, to the left where negative.
    fn off(&self, figure: f64) -> f64 {
        let away = if self.is_logarithmic { (figure / self.present).ln() } else { figure - self.present };
        away * self.columns
    }

    /// Columns from the left end of the line.
    fn of(&self, figure: f64) -> f64 {
        self.middle + self.off(figure) + if figure > self.present { 1.0 } else { 0.0 }
    }
}

impl Content for Tornado {
    fn last_row(&self, _room: Size) -> usize {
        self.bars.len().saturating_sub(1)
    }

    fn choose(&self, row: usize, _scene: &Scene) -> Choice {
        Choice::focus(self.bars.get(row).map(|bar| bar.param))
    }

    fn answer(&self, _row: usize) -> Option<Answer> {
        Some(self.answer)
    }

    fn present(&self, scene: &Scene, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        self.draw(scene, usize::MAX, theme, area, buffer);
    }

    fn hints(&self) -> &'static [Hint] {
        &[
            (&[Action::Up, Action::Down], "choose"),
            (&[Action::Enter], "to its slider"),
            (&[Action::NextAnswer], "next answer"),
        ]
    }

    fn uses(&self, action: Action) -> bool {
        action == Action::NextAnswer
    }

    /// Draws the bars around the current answer, the scale below them, and the response of the chosen one where there is room.
    fn draw(&self, scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Drawn {
        let label = self.answer.label();
        let Some(present) = self.present else {
            let words = format!("The {label} does not exist in this scenario.");
            buffer.set_stringn(area.x, area.y, words, usize::from(area.width), theme.warning);
            return Drawn::default();
        };
        let title = format!("What moves the {label}: {} now", format(present, self.answer.unit()));
        let rest = legend::draw(&title, &self.signs(theme), theme, area, buffer);
        let has_details = rest.height >= WITH_DETAILS;
        let height = rest.height.saturating_sub(span::SCALE + u16::from(has_details));
        // Where none is chosen, those that move it most.
        let chosen = if row < self.bars.len() { row } else { 0 };
        let shown = window(chosen, self.bars.len(), height);
        let mut drawn = Drawn { seen: seen(&shown, self.bars.len()), hits: Vec::new() };
        let names = self.bars.iter().map(|bar| columns(bar.param.label)).max().unwrap_or(0) as u16 + 3;
        let plot = Rect { x: area.x + names, width: area.width.saturating_sub(names), height: 1, ..rest };
        let places = self.places(present, plot.width);
        for (y, index) in (rest.y..).zip(shown.clone()) {
            drawn.hits.push((Rect { y, height: 1, ..area }, Hit::Row(index)));
            let bar = &self.bars[index];
            if index == row {
                put(area.x, y, glyphs::FOCUS, theme.knob, buffer);
            }
            let style = if index == row { theme.chosen } else { theme.base };
            buffer.set_string(area.x + 2, y, bar.param.label, style);
            self.bar(bar, &places, theme, Rect { y, ..plot }, buffer);
        }
        if rest.height > span::SCALE {
            let line = Rect { y: rest.y + shown.len() as u16, ..plot };
            let place = |figure: f64| places.of(figure);
            span::scale(self.extent, places.is_logarithmic, self.answer.unit(), place, theme, line, buffer);
        }
        let spare = height.saturating_sub(shown.len() as u16);
        let has_curve = spare > LEAST_CURVE;
        if let Some(bar) = self.bars.get(row).filter(|_| has_curve) {
            // What is left of the room shows the answer at all that the chosen parameter can be.
            let profile = profile::response(scene.case, bar.param, self.answer);
            let scene = Scene { response: Some((bar.param, &profile)), ..*scene };
            let y = rest.bottom() - spare;
            let height = (spare - 1).min(MOST_CURVE);
            response::draw(&scene, theme, Rect { y, height, ..area }, buffer);
        }
        if let Some(bar) = self.bars.get(row).filter(|_| has_details) {
            // At the foot, or under the scale where nothing follows.
            let y = rest.bottom() - 1 - if has_curve { 0 } else { spare };
            let line = Rect { y, height: 1, ..area };
            let mut details = self.details(bar, present, theme);
            let width = |details: &[Span]| details.iter().map(Span::width).sum::<usize>();
            if width(&details) > usize::from(line.width) {
                // Its name is lit above.
                details.remove(0);
            }
            while width(&details) > usize::from(line.width) {
                details.pop();
            }
            Line::from(details).render(line, buffer);
        }
        drawn
    }
}

impl Tornado {
    /// What the signs mean.
    fn signs<'a>(&self, theme: &Theme) -> Vec<((&'a str, Style), &'a str)> {
        let mut signs =
            vec![((glyphs::INFERENCE, theme.dim), "its range"), ((glyphs::INLAY, inlay(theme)), "±10%")];
        if self.bars.iter().flat_map(|bar| &bar.ends).any(|end| end.words.starts_with(glyphs::HATCH)) {
            signs.push(((glyphs::HATCH, theme.worse), "does not fit"));
        }
        signs
    }

    /// The longest bars that leave room for the words at their ends.
    fn places(&self, present: f64, width: u16) -> Places {
        let [least, most] = self.extent;
        let is_logarithmic = least > 0.0 && most > least * WIDE;
        let with = |columns: f64| Places { present, is_logarithmic, middle: 0.0, columns };
        let needed = |places: Places| {
            [0, 1].map(|side| {
                let of = |bar: &Bar| {
                    let end = &bar.ends[side];
                    let off = places.off(end.answer) * if side == 0 { -1.0 } else { 1.0 };
                    off.max(0.0) + columns(&end.words) as f64 + 1.0
                };
                self.bars.iter().map(of).fold(0.0, f64::max).ceil()
            })
        };
        let range = with(1.0).off(most) - with(1.0).off(least);
        let (mut fits, mut too_long) = (0.0, f64::from(width) / range.max(f64::MIN_POSITIVE));
        for _ in 0..32 {
            let middle = f64::midpoint(fits, too_long);
            if needed(with(middle)).iter().sum::<f64>() + 1.0 <= f64::from(width) {
                fits = middle;
            } else {
                too_long = middle;
            }
        }
        let places = with(fits);
        Places { middle: needed(places)[0], ..places }
    }

    /// The answers at both ends of a bar, and at ±10%.
    fn details(&self, bar: &Bar, present: f64, theme: &Theme) -> Vec<Span<'static>> {
        let unit = self.answer.unit();
        let mut spans = vec![Span::styled(format!("{}  ", bar.param.label), theme.answer)];
        for end in &bar.ends {
            if end.words.starts_with(glyphs::HATCH) {
                spans.push(Span::styled(
                    format!("does not fit at {}  ", &end.words[glyphs::HATCH.len()..]),
                    theme.dim,
                ));
                continue;
            }
            let (words, style) = change::words(present, end.answer, unit, self.answer.better(), theme);
            spans.push(Span::styled(format!("{} at {} ", format(end.answer, unit), end.words), theme.base));
            spans.push(Span::styled(format!("{words}  "), style));
        }
        if let Some([low, high]) = bar.small.map(|small| small.map(|answer| format(answer, unit))) {
            spans.push(Span::styled(format!("{low} to {high} at ±10%"), theme.dim));
        }
        spans
    }

    /// Between the values at its ends a bar over the range, and along it a line over ±10%.
    fn bar(&self, bar: &Bar, places: &Places, theme: &Theme, line: Rect, buffer: &mut Buffer) {
        let [good, .., bad] = theme.ramp;
        let [less, more] = match self.answer.better() {
            Better::Lower => [good, bad],
            Better::Higher => [bad, good],
            Better::Neither => [theme.dim; 2],
        };
        let [left, right] = &bar.ends;
        let present = places.present;
        let sides = |from: f64, to: f64| {
            [([from.min(present), to.min(present)], less), ([from.max(present), to.max(present)], more)]
        };
        for ([from, to], style) in sides(left.answer, right.answer) {
            if from < to {
                let start =
                    if from < present { places.of(from) } else { places.middle + 1.0 + places.off(from) };
                span::draw([start, places.of(to)], style, theme, line, buffer);
            }
        }
        let middle = places.middle as u16;
        if let Some([low, high]) = bar.small {
            let [before, after] = [low, high].map(|answer| places.off(answer).round());
            for off in before as i32..=after as i32 {
                let Some(x) = (line.x + middle).checked_add_signed(off as i16).filter(|_| off != 0) else {
                    continue;
                };
                if x < line.right() {
                    let filled = buffer[(x, line.y)].symbol() == glyphs::INFERENCE;
                    let style = if off < 0 { less } else { more };
                    put(
                        x,
                        line.y,
                        glyphs::INLAY,
                        if filled { inlay_on(style, theme) } else { style },
                        buffer,
                    );
                }
            }
        }
        put(line.x + middle, line.y, glyphs::VERTICAL, theme.answer, buffer);
        let words = |end: &End, x: f64, buffer: &mut Buffer| {
            let x = line.x + x.max(0.0) as u16;
            buffer.set_stringn(x, line.y, &end.words, usize::from(line.right().saturating_sub(x)), theme.dim);
        };
        let start = places.of(left.answer.min(present)).floor() - 1.0 - columns(&left.words) as f64;
        words(left, start, buffer);
        let end = if right.answer > present { places.of(right.answer).ceil() } else { places.middle + 1.0 };
        words(right, end + 1.0, buffer);
    }
}

/// The line along a bar, as its legend shows it.
fn inlay(theme: &Theme) -> Style {
    inlay_on(theme.dim, theme)
}

/// A line along a bar: the ground shows through.
fn inlay_on(style: Style, theme: &Theme) -> Style {
    if theme.ascii { style } else { style.add_modifier(Modifier::REVERSED) }
}
