//! The response: the answer that views are about at all that the focused parameter can be, as heights along its track or
//! as a bar for each of its choices.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;

use crate::analysis::profile::{Point, Profile};
use crate::scenario::ParamId;
use crate::scenario::domain::{NumberDomain, Scale};
use crate::scenario::value::Value;
use crate::text::quantity::format;
use crate::text::wrap::{align_right, columns, pad};
use crate::views::scene::Scene;
use crate::widgets::axes::{Axis, Spacing};
use crate::widgets::list::window;
use crate::widgets::plot::{Mark, Plot};
use crate::widgets::theme::{Role, Theme};
use crate::widgets::{glyphs, legend, put};

/// Below this width the legend is in fewer words.
const NARROW: u16 = 56;
/// Columns of a figure beside its bar.
const FIGURE: usize = 9;
/// Heights are told apart up to so many times the answer, and down to as small a part of it: what lies beyond is cut off.
const LENS: f64 = 8.0;
/// A change below this share is none that a chart could show.
const FLAT: f64 = 5e-4;

/// Draws the response of the focused parameter, where one has the focus.
pub(super) fn draw(scene: &Scene, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let Some((param, profile)) = scene.response else { return };
    let title = format!("{}: {}", param.label, scene.answer.label());
    let has = |wanted: fn(&Point) -> bool| profile.points.iter().any(|(_, point)| wanted(point));
    let is_narrow = area.width < NARROW;
    let mut signs = Vec::new();
    if has(|point| matches!(point, Point::Misses(_))) {
        signs.push(((glyphs::HATCH, theme.worse), "too slow"));
    }
    if has(|point| *point == Point::Nothing) {
        signs.push(((glyphs::HATCH, theme.dim), "no fit"));
    }
    // What the chart is about comes first.
    while is_narrow
        && !signs.is_empty()
        && columns(&title) + 2 + legend::width(&signs) > usize::from(area.width)
    {
        signs.pop();
    }
    let area = legend::draw(&title, &signs, theme, area, buffer);
    match param.number() {
        Some(domain) => curve(scene, param, domain, profile, theme, area, buffer),
        None => bars(scene, param, profile, theme, area, buffer),
    }
}

fn curve(
    scene: &Scene,
    param: ParamId,
    domain: &NumberDomain,
    profile: &Profile,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let catalog = scene.case.catalog();
    let place = |value: Value| Some(domain.at_fraction(param.fraction(value, catalog)?));
    let baseline = scene.baseline.filter(|baseline| baseline.case.scenario != scene.case.scenario);
    let before = baseline.and_then(|baseline| {
        let value = param.effective(&baseline.case.scenario, catalog);
        Some((place(value)?, baseline.figures.value(scene.answer)?))
    });
    let now = profile.now.and_then(|now| Some((place(param.effective(&scene.case.scenario, catalog))?, now)));
    let figures = profile.points.iter().filter_map(|(_, point)| point.figure());
    let figures = figures.chain(profile.now).chain(before.map(|(_, figure)| figure));
    let unit = scene.answer.unit();
    let spacing = match domain.scale {
        Scale::Linear(_) => Spacing::Even,
        Scale::Log => Spacing::Decades,
        Scale::Binary => Spacing::Doublings,
    };
    let x = Axis { low: domain.min, high: domain.max, spacing, unit: domain.unit };
    let middle = profile.now.filter(|now| *now > 0.0);
    let near = |figure: f64| middle.map_or(figure, |now| figure.clamp(now / LENS, now * LENS));
    let y = Axis::around(figures.clone().map(near), unit);
    let Some(plot) = Plot::new(x, y, theme, area, buffer) else { return };
    heights(&plot, profile, theme, buffer);
    let mut marks = Vec::new();
    if let Some(at) = now {
        let words = format(at.1, unit);
        marks.push(Mark::new(at, glyphs::KNOB, &[&format!("now {words}"), &words], Role::Strong));
    }
    if let Some(at) = before.filter(|before| now.and_then(|now| plot.cell(now)) != plot.cell(*before)) {
        let words = format(at.1, unit);
        marks.push(Mark::new(at, glyphs::GHOST, &[&format!("before {words}"), &words], Role::Base));
    }
    if let Some((value, [left, right])) = profile.out_of_order(param, scene.answer) {
        let words = if right < left { "less" } else { "more" };
        let all = [format!("{words} from here: whole replicas"), format!("{words}: whole replicas")];
        marks.extend(place(value).map(|x| Mark::new((x, right), "", &[&all[0], &all[1]], Role::Dim)));
    }
    let (low, high) = figures.fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)));
    if low <= high && high - low <= high.abs() * FLAT {
        let middle = (x.at(0.5), y.at(0.9));
        let words = format!("{} has no effect on it", param.label);
        marks.push(Mark::new(middle, "", &[&words, "no effect"], Role::Dim));
    }
    plot.marks(&marks, theme, buffer);
}

/// The answer at each place as a height, in the hue of the slider; hatched where it misses a target, and from top to bottom
/// where it cannot be. What is cut off has a sign at the top.
fn heights(plot: &Plot, profile: &Profile, theme: &Theme, buffer: &mut Buffer) {
    let room = plot.room;
    let all = 8 * usize::from(room.height);
    for column in 0..room.width {
        let x = room.x + column;
        let point = profile.at(f64::from(column) / f64::from(room.width - 1));
        let eighths = point.figure().map_or(f64::INFINITY, |figure| plot.rows_up(figure) * 8.0);
        let is_cut = eighths > all as f64 + 1.0;
        let eighths = (eighths.round() as usize).clamp(1, all);
        let (style, is_hatched) = match point {
            Point::Is(figure) => (theme.of_ramp(profile.badness(figure)), false),
            Point::Misses(_) => (theme.worse, true),
            Point::Nothing => (theme.track, true),
        };
        for (y, below) in (room.y..room.bottom()).rev().zip((0..eighths).step_by(8)) {
            let glyph =
                if is_hatched { glyphs::HATCH } else { glyphs::EIGHTHS[(eighths - below).min(8) - 1] };
            put(x, y, glyph, style, buffer);
        }
        if is_cut && point != Point::Nothing {
            put(x, room.y, glyphs::MORE, theme.dim, buffer);
        }
    }
}

fn bars(scene: &Scene, param: ParamId, profile: &Profile, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let catalog = scene.case.catalog();
    let present = param.shown(&scene.case.scenario, catalog);
    let before = scene.baseline.map(|baseline| param.shown(&baseline.case.scenario, catalog));
    let here = profile.points.iter().position(|(value, _)| *value == present).unwrap_or(0);
    let shown = window(here, profile.points.len(), area.height);
    let label = |value: Value| param.display(value, catalog);
    let widest = profile.points.iter().map(|(value, _)| columns(&label(*value))).max().unwrap_or(0);
    let name = widest.min(usize::from(area.width) / 2);
    let most =
        profile.points[shown.clone()].iter().filter_map(|(_, point)| point.figure()).fold(0.0, f64::max);
    let start = area.x + name as u16 + FIGURE as u16 + 4;
    let room = f64::from(area.right().saturating_sub(start)) * 8.0;
    for (y, (value, point)) in (area.y..).zip(&profile.points[shown]) {
        let (sign, style) = if *value == present {
            (glyphs::KNOB, theme.knob)
        } else if Some(*value) == before {
            (glyphs::GHOST, theme.ghost)
        } else {
            (" ", theme.base)
        };
        put(area.x, y, sign, style, buffer);
        let words = pad(&label(*value), name);
        let is_present = if *value == present { theme.answer } else { theme.base };
        buffer.set_stringn(area.x + 2, y, words, usize::from(area.width).saturating_sub(2), is_present);
        let Some(figure) = point.figure() else {
            let rest = usize::from(area.right().saturating_sub(start));
            buffer.set_stringn(start, y, format!("{} no fit, or no price", glyphs::HATCH), rest, theme.dim);
            continue;
        };
        let words = align_right(&format(figure, scene.answer.unit()), FIGURE);
        buffer.set_stringn(area.x + 2 + name as u16, y, words, FIGURE, is_present);
        let eighths = if most > 0.0 { (figure / most * room).round() as usize } else { 0 };
        let (full, rest) = match point {
            Point::Misses(_) => (glyphs::HATCH, theme.worse),
            _ if *value == present => (glyphs::LEFT_EIGHTHS[7], theme.knob),
            _ => (glyphs::LEFT_EIGHTHS[7], theme.track),
        };
        let mut x = start;
        for _ in 0..eighths / 8 {
            put(x, y, full, rest, buffer);
            x += 1;
        }
        if let Some(part) = (eighths % 8).checked_sub(1).filter(|_| full != glyphs::HATCH) {
            put(x, y, glyphs::LEFT_EIGHTHS[part], rest, buffer);
        }
    }
}
