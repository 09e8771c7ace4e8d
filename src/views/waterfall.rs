//! A waterfall: an answer before, what each changed input adds or takes away, and the answer now.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::Style;
use ratatui_core::text::{Line, Span};
use ratatui_core::widgets::Widget as _;

use crate::analysis::answer::{Answer, Better};
use crate::analysis::attribution::{Attribution, attribute};
use crate::analysis::case::Case;
use crate::analysis::changes::{Change, changes};
use crate::analysis::why::why;
use crate::scenario::ParamId;
use crate::scenario::value::Value;
use crate::text::quantity::{Unit, format};
use crate::text::wrap::{align_right, columns, pad, wrapped};
use crate::widgets::theme::Theme;
use crate::widgets::{change, glyphs, put, span};

/// Columns of the marker of the chosen row.
const MARKER: usize = 2;
/// The least columns of bars.
const LEAST_BARS: usize = 14;
/// The most rows of a bar in front of people.
pub const THICKEST: u16 = 3;
/// Rows of a waterfall in front of people beside those of its causes: the answer before and now.
pub const TOTALS: u16 = 2;
/// How joint effects are shared where every order of the changes is worked out, and where orders are sampled.
const EVERY_ORDER: &str = "Each bar is the mean over every order of the changes.";
const SOME_ORDERS: &str = "Each bar is the mean over sampled orders of the changes.";
/// Less than this share of the answer is no effect.
const NO_EFFECT: f64 = 1e-6;

/// An answer before and now, and what caused the difference.
#[derive(Debug)]
pub struct Waterfall {
    pub answer: Answer,
    /// The answer before and now, where both exist.
    pub ends: Option<[f64; 2]>,
    /// Why it changed, in a sentence or two; empty where that is not known.
    sentence: String,
    /// The inputs that differ, the one that moves the answer most first.
    pub causes: Vec<Cause>,
    /// Every order in which inputs could have changed was worked out.
    is_exact: bool,
}

/// An input that differs.
#[derive(Debug)]
pub struct Cause {
    pub param: ParamId,
    from: String,
    to: String,
    /// From where to where it moves the answer; `None` where that is told of the input above, with which it only makes
    /// sense together, or is not known.
    step: Option<[f64; 2]>,
}

/// Where things are along a line.
pub struct Layout {
    label: usize,
    from: usize,
    to: usize,
    amount: usize,
    /// Columns before the bars.
    pub bars: u16,
    /// The figures at both ends of the bars, which start at zero.
    extent: [f64; 2],
}

impl Waterfall {
    /// The causes of the difference between two cases.
    pub fn new(answer: Answer, before: &Case, now: &Case) -> Self {
        let attribution = attribute(before, now, answer);
        let ends = attribution.as_ref().map(|attribution| [attribution.before, attribution.after]);
        let is_exact = attribution.as_ref().is_none_or(|attribution| attribution.exact);
        let causes = if let Some(attribution) = attribution {
            steps(attribution, before, now)
        } else {
            let changes = changes(&before.scenario, &now.scenario);
            changes.into_iter().map(|change| Cause::new(change, None, before, now)).collect()
        };
        let sentence = why(answer, before, now).and_then(|why| why.sentence()).unwrap_or_default();
        Self { answer, ends, sentence, causes, is_exact }
    }

    /// Why it changed, in rows of so many columns; none where that is not known.
    pub fn why(&self, width: u16) -> Vec<String> {
        if self.sentence.is_empty() { Vec::new() } else { wrapped(&self.sentence, usize::from(width)) }
    }

    /// Columns as wide as their words, bars as long as there is room for.
    pub fn layout(&self, width: u16) -> Layout {
        let widest = |of: &dyn Fn(&Cause) -> usize| self.causes.iter().map(of).max().unwrap_or(0);
        let label = widest(&|cause| columns(cause.param.label)).max(6);
        let totals = self.ends.iter().flatten().map(|total| columns(&format(*total, self.answer.unit())));
        let amount = widest(&|cause| columns(&self.amount(cause))).max(totals.max().unwrap_or(0));
        let others = MARKER + label + amount + 6 + LEAST_BARS;
        let value = (usize::from(width).saturating_sub(others) / 2).clamp(4, 16);
        let from = widest(&|cause| columns(&cause.from)).min(value);
        let to = widest(&|cause| columns(&cause.to)).min(value);
        let used = MARKER + label + 1 + from + 3 + to + 1 + amount + 1;
        Layout { label, from, to, amount, bars: used as u16, extent: self.extent() }
    }

    /// The figures at both ends of the bars, which start at zero.
    fn extent(&self) -> [f64; 2] {
        let steps = self.causes.iter().filter_map(|cause| cause.step).flatten();
        let all = steps.chain(self.ends.into_iter().flatten());
        let (low, high) = all.fold((f64::MAX, f64::MIN), |(low, high), at| (low.min(at), high.max(at)));
        let start = low.min(0.0);
        [start, if high > start { high } else { start + 1.0 }]
    }

    /// The answer from what to what, and by how much.
    pub fn title(&self, theme: &Theme, line: Rect, buffer: &mut Buffer) {
        let unit = self.answer.unit();
        let mut words = self.answer.label().to_owned();
        words[..1].make_ascii_uppercase();
        let spans = match self.ends {
            Some([before, now]) => {
                let [from, to] = [before, now].map(|figure| format(figure, unit));
                let (change, style) = change::words(before, now, unit, self.answer.better(), theme);
                vec![
                    Span::styled(format!("{words}: {from} {} {to}  ", glyphs::ARROW), theme.heading),
                    Span::styled(change, style),
                ]
            }
            None => vec![Span::styled(
                format!("{words}: not known for both scenarios, so its change has no causes"),
                theme.warning,
            )],
        };
        Line::from(spans).render(line, buffer);
    }

    /// The answer before (0) or now (1).
    pub fn total(&self, which: usize, layout: &Layout, theme: &Theme, line: Rect, buffer: &mut Buffer) {
        let Some(ends) = self.ends else { return };
        let words = pad(["before", "now"][which], layout.label + layout.from + layout.to + 5);
        let figure = align_right(&format(ends[which], self.answer.unit()), layout.amount);
        let style = [theme.dim, theme.answer][which];
        buffer.set_string(line.x + MARKER as u16, line.y, words + &figure, style);
        let bars = layout.line(line);
        span::draw([0.0, layout.place(ends[which], bars)], theme.dim, theme, bars, buffer);
    }

    /// An input from what to what, what that adds, and the bar of it.
    pub fn cause(
        &self,
        index: usize,
        chosen: bool,
        layout: &Layout,
        theme: &Theme,
        line: Rect,
        buffer: &mut Buffer,
    ) {
        let cause = &self.causes[index];
        if chosen {
            put(line.x, line.y, glyphs::FOCUS, theme.knob, buffer);
        }
        let words = format!(
            "{} {} {} {}",
            pad(cause.param.label, layout.label),
            align_right(&cause.from, layout.from),
            glyphs::ARROW,
            pad(&cause.to, layout.to),
        );
        let x = line.x + MARKER as u16;
        let (x, _) = buffer.set_stringn(
            x,
            line.y,
            words,
            usize::from(line.width),
            if chosen { theme.chosen } else { theme.base },
        );
        let style = self.by_effect(cause, [theme.better, theme.base, theme.worse]);
        let amount = align_right(&self.amount(cause), layout.amount);
        buffer.set_stringn(x + 1, line.y, amount, usize::from(line.right().saturating_sub(x + 1)), style);
        let bars = layout.line(line);
        if let Some([from, to]) = cause.step.filter(|_| !self.is_nothing(cause)) {
            let fill = self.by_effect(cause, [theme.ramp[0], theme.dim, theme.ramp[4]]);
            span::draw([layout.place(from, bars), layout.place(to, bars)], fill, theme, bars, buffer);
        }
    }

    /// The scale under the bars.
    pub fn scale(&self, layout: &Layout, theme: &Theme, line: Rect, buffer: &mut Buffer) {
        let bars = layout.line(line);
        span::scale(
            layout.extent,
            false,
            self.answer.unit(),
            |figure| layout.place(figure, bars),
            theme,
            bars,
            buffer,
        );
    }

    /// Draws it in front of people: its bars are as thick as there is room for. Of causes that have no
    /// room, it says how many there are.
    pub fn present(&self, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        let layout = self.layout(area.width);
        let count = self.causes.len() as u16;
        let thickness = (area.height / (count + TOTALS)).clamp(1, THICKEST);
        let room = (area.height / thickness).saturating_sub(TOTALS);
        let shown = if count <= room { count } else { room.saturating_sub(1) };
        let last = if shown < count { shown + 2 } else { shown + 1 };
        if count == 0 || area.height < (last + 1) * thickness {
            return;
        }
        // Words stand beside the middle of a bar.
        let line = |row: u16| Rect { y: area.y + row * thickness + (thickness - 1) / 2, height: 1, ..area };
        self.total(0, &layout, theme, line(0), buffer);
        for cause in 0..shown {
            self.cause(usize::from(cause), false, &layout, theme, line(1 + cause), buffer);
        }
        if shown < count {
            let words = format!("  and {} more that move it less", count - shown);
            buffer.set_stringn(area.x, line(1 + shown).y, words, usize::from(area.width), theme.dim);
        }
        self.total(1, &layout, theme, line(last), buffer);
        for row in (0..=last).filter(|row| shown == count || *row != 1 + shown) {
            let drawn = line(row).y;
            for y in (area.y + row * thickness..).take(usize::from(thickness)).filter(|y| *y != drawn) {
                for x in area.x + layout.bars..area.right() {
                    let beside = buffer[(x, drawn)].clone();
                    buffer[(x, y)] = beside;
                }
            }
        }
    }

    /// How what inputs do together is shared among them; nothing where one alone has changed.
    pub fn sharing(&self) -> Option<&'static str> {
        let causes = self.causes.iter().filter(|cause| cause.step.is_some()).count();
        (causes > 1).then_some(if self.is_exact { EVERY_ORDER } else { SOME_ORDERS })
    }

    /// What an input adds to the answer, with its sign.
    fn amount(&self, cause: &Cause) -> String {
        let Some([from, to]) = cause.step else { return String::new() };
        if self.is_nothing(cause) {
            return "no effect".to_owned();
        }
        let sign = if to > from { "+" } else { "-" };
        let size = match self.answer.unit() {
            Unit::Share => format!("{:.1} pt", (to - from).abs() * 100.0),
            unit => format((to - from).abs(), unit),
        };
        format!("{sign}{size}")
    }

    /// The answer is known, and another than before.
    pub fn has_moved(&self) -> bool {
        self.ends.is_some_and(|[before, now]| (now - before).abs() > NO_EFFECT * before.abs())
    }

    fn is_nothing(&self, cause: &Cause) -> bool {
        let most = self.ends.map_or(0.0, |[before, now]| before.abs().max(now.abs()));
        cause.step.is_none_or(|[from, to]| (to - from).abs() <= most * NO_EFFECT)
    }

    /// What is for the better, for neither, or for the worse.
    fn by_effect(&self, cause: &Cause, [better, neither, worse]: [Style; 3]) -> Style {
        match (self.answer.better(), cause.step) {
            (Better::Neither, _) => neither,
            _ if self.is_nothing(cause) => neither,
            (way, Some([from, to])) if (to < from) == (way == Better::Lower) => better,
            _ => worse,
        }
    }
}

/// The causes in the order of their weight, each from where the one before it led to.
fn steps(attribution: Attribution, before: &Case, now: &Case) -> Vec<Cause> {
    let mut at = attribution.before;
    let mut causes = Vec::new();
    for share in attribution.shares {
        let mut step = Some([at, at + share.amount]);
        at += share.amount;
        causes.extend(share.changes.into_iter().map(|change| Cause::new(change, step.take(), before, now)));
    }
    causes
}

impl Cause {
    fn new(change: Change, step: Option<[f64; 2]>, before: &Case, now: &Case) -> Self {
        let value = |case: &Case| match change.param.effective(&case.scenario, case.catalog()) {
            Value::Gpu(id) => case.catalog().gpu(id).slider_name(),
            Value::Model(id) => case.catalog().model(id).slider_name().to_owned(),
            value => change.param.display(value, case.catalog()),
        };
        Self { param: change.param, from: value(before), to: value(now), step }
    }
}

impl Layout {
    /// The part of a line where the bars are.
    fn line(&self, line: Rect) -> Rect {
        Rect { x: line.x + self.bars, width: line.width.saturating_sub(self.bars), ..line }
    }

    /// Columns from the start of the bars.
    fn place(&self, figure: f64, bars: Rect) -> f64 {
        let [low, high] = self.extent;
        (figure - low) / (high - low) * f64::from(bars.width)
    }
}
