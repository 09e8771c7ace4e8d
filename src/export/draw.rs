//! Charts are drawn, by `plotters`, at the width of a page and at that of a phone.

use std::convert::Infallible;
use std::ops::Range;

use plotters::coord::Shift;
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::{
    Cartesian2d, ChartBuilder, ChartContext, Circle, Color as _, DrawingArea, DrawingAreaErrorKind,
    IntoDrawingArea as _, IntoFont as _, PathElement, Polygon, Rectangle, Text, TextStyle,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, RGBColor};

use crate::export::chart::{Bar, Bars, Chart, Curve, Curves, Plot, Stroke};
use crate::export::drawing::{Drawing, UNITS, whole, width_of};
use crate::export::tone::Tone;
use crate::text::wrap::fit;
use crate::widgets::axes::Axis;

/// The size of letters, in pixels.
const SIZE: i32 = 13;
/// How much wider strong letters are.
const BOLD: f64 = 1.15;
/// The height of a line of letters.
const LINE: i32 = 20;
/// The height of a plot of curves.
const PLOT: i32 = 250;
/// Room at the right of a plot for half a label of its axis.
const MARGIN: i32 = 22;
/// Between the name of the upright axis and its highest tick.
const ABOVE: i32 = 10;
/// The widest column of labels beside bars.
const LABELS: i32 = 310;
/// How much of a color a band has.
const BAND: f64 = 0.16;

/// For how wide a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// A sheet of paper or a screen.
    Wide,
    /// A phone.
    Narrow,
}

impl Width {
    /// Its name in style sheets.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Wide => "wide",
            Self::Narrow => "narrow",
        }
    }

    const fn pixels(self) -> i32 {
        match self {
            Self::Wide => 720,
            Self::Narrow => 340,
        }
    }
}

type Area<'a> = DrawingArea<&'a mut Drawing, Shift>;
type Failed = DrawingAreaErrorKind<Infallible>;

/// Draws a chart; `None` where it has no figures to draw.
pub fn draw(chart: &Chart, width: Width) -> Option<Drawing> {
    let height = match &chart.plot {
        Plot::Bars(bars) if bars.rows.is_empty() => return None,
        Plot::Bars(bars) => bars_height(bars, width),
        Plot::Curves(curves) if curves.all.iter().all(|curve| curve.points.is_empty()) => return None,
        Plot::Curves(curves) => PLOT + LINE * (whole(legend(curves, width).len()) + 3) + 4 + ABOVE,
    };
    let mut drawing = Drawing::new(width.pixels() as u32, height as u32);
    let area = (&mut drawing).into_drawing_area();
    let drawn = match &chart.plot {
        Plot::Bars(bars) => draw_bars(bars, width, &area),
        Plot::Curves(curves) => draw_curves(curves, width, &area),
    };
    drop(area);
    drawn.ok().map(|()| drawing)
}

/// An axis of the screen as one of `plotters`, with its ticks.
struct Scale {
    axis: Axis,
    ticks: Vec<f64>,
}

impl Scale {
    fn new(axis: Axis, most_ticks: usize) -> Self {
        Self { ticks: axis.ticks(|ticks| ticks.len() <= most_ticks), axis }
    }

    /// The words at each tick.
    fn labels(&self) -> impl Fn(&f64) -> String + use<> {
        let labels: Vec<(f64, String)> =
            self.ticks.iter().copied().zip(self.axis.labels(&self.ticks)).collect();
        move |at| labels.iter().find(|(tick, _)| tick == at).map_or(String::new(), |(_, words)| words.clone())
    }
}

impl Ranged for Scale {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        from + (self.axis.share(*value) * f64::from(to - from)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.clone()
    }

    fn range(&self) -> Range<f64> {
        self.axis.low..self.axis.high
    }
}

impl ValueFormatter<f64> for Scale {
    fn format(value: &f64) -> String {
        value.to_string()
    }
}

fn units(pixels: i32) -> i32 {
    pixels * UNITS
}

fn letters(tone: Tone, strong: bool, side: HPos) -> TextStyle<'static> {
    let font = ("sans-serif", units(SIZE)).into_font();
    let font = if strong { font.style(FontStyle::Bold) } else { font };
    TextStyle { font, color: tone.ink().to_backend_color(), pos: Pos::new(side, VPos::Center) }
}

fn put(words: &str, at: (i32, i32), style: TextStyle<'static>, area: &Area) -> Result<(), Failed> {
    area.draw(&Text::new(words.to_owned(), at, style))
}

fn bar_row(width: Width) -> i32 {
    if width == Width::Wide { 26 } else { 40 }
}

fn bars_height(bars: &Bars, width: Width) -> i32 {
    whole(bars.rows.len()) * bar_row(width) + LINE + 8
}

/// Bars with their words beside them, or above them where there is little room.
fn draw_bars(bars: &Bars, width: Width, area: &Area) -> Result<(), Failed> {
    let wide = width == Width::Wide;
    let widest = |of: fn(&Bar) -> &str| {
        let wide = |row: &Bar| width_of(of(row), f64::from(SIZE)) * if row.strong { BOLD } else { 1.0 };
        bars.rows.iter().map(|row| wide(row).ceil() as i32 + 12).max().unwrap_or(0)
    };
    let (labels, words) = (widest(|row| &row.label), widest(|row| &row.words));
    let [left, right] = if wide { [labels.min(LABELS), words.max(MARGIN)] } else { [12, MARGIN] };
    let plot_width = width.pixels() - left - right;
    let scale = Scale::new(bars.axis, (plot_width / 80).max(2) as usize);
    let label = scale.labels();
    let count = bars.rows.len() as f64;
    let mut chart = ChartBuilder::on(area)
        .margin_left(units(left))
        .margin_right(units(right))
        .margin_top(units(2))
        .x_label_area_size(units(LINE + 4))
        .build_cartesian_2d(scale, RangedCoordf64::from(count..0.0))?;
    grid(&mut chart, width, &label)?;
    let (from, to) = if wide { (0.2, 0.8) } else { (0.5, 0.85) };
    for (index, row) in bars.rows.iter().enumerate() {
        let top = index as f64;
        let ends = |[low, high]: [f64; 2], from: f64, to: f64| [(low, top + from), (high, top + to)];
        chart.draw_series(
            row.parts.iter().map(|(reach, tone)| Rectangle::new(ends(*reach, from, to), tone.ink().filled())),
        )?;
        let at = chart.backend_coord(&(bars.axis.low, top + if wide { 0.5 } else { 0.25 })).1;
        let tone = if row.strong { Tone::Base } else { Tone::Dim };
        let [start, end] = if wide {
            [(units(left - 10), HPos::Right), (units(width.pixels()), HPos::Right)]
        } else {
            [(units(left), HPos::Left), (units(width.pixels()), HPos::Right)]
        };
        let room = if wide { left - 10 } else { width.pixels() - words - left };
        let label = fit(&row.label, letters_in(room));
        put(&label, (start.0, at), letters(tone, row.strong, start.1), area)?;
        put(&row.words, (end.0, at), letters(Tone::Base, row.strong, end.1), area)?;
    }
    if let Some(at) = bars.line {
        let style = Tone::Accent.ink().stroke_width(15);
        let beside = |index: usize| {
            let top = index as f64;
            PathElement::new(vec![(at, top + from - 0.1), (at, top + to + 0.1)], style)
        };
        chart.draw_series((0..bars.rows.len()).map(beside))?;
    }
    Ok(())
}

/// How many letters have room.
fn letters_in(pixels: i32) -> usize {
    (f64::from(pixels) / width_of("n", f64::from(SIZE))) as usize
}

/// Lines at the ticks, and their labels.
fn grid<Y>(
    chart: &mut ChartContext<&mut Drawing, Cartesian2d<Scale, Y>>,
    width: Width,
    label: &dyn Fn(&f64) -> String,
) -> Result<(), Failed>
where
    Y: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    let mut mesh = chart.configure_mesh();
    // Words stand above narrow bars, where lines would run through them.
    if width == Width::Narrow {
        mesh.disable_x_mesh();
    }
    mesh.disable_y_mesh()
        .disable_y_axis()
        .light_line_style(RGBColor(0, 0, 0).mix(0.0))
        .bold_line_style(Tone::Border.ink().stroke_width(8))
        .set_all_tick_mark_size(units(5))
        .axis_style(Tone::Border.ink().stroke_width(10))
        .x_label_style(letters(Tone::Dim, false, HPos::Center))
        .x_label_formatter(label)
        .draw()
}

/// The names of curves in lines, each with where it begins.
fn legend(curves: &Curves, width: Width) -> Vec<Vec<(i32, &Curve)>> {
    let mut lines: Vec<Vec<(i32, &Curve)>> = vec![Vec::new()];
    let mut left = 0;
    for curve in curves.all.iter().filter(|curve| !curve.points.is_empty()) {
        let wide = width_of(&curve.name, f64::from(SIZE)).ceil() as i32 + 44;
        if left > 0 && left + wide > width.pixels() {
            lines.push(Vec::new());
            left = 0;
        }
        lines.last_mut().into_iter().for_each(|line| line.push((left, curve)));
        left += wide;
    }
    lines
}

fn draw_curves(curves: &Curves, width: Width, area: &Area) -> Result<(), Failed> {
    let legend = legend(curves, width);
    for (index, line) in legend.iter().enumerate() {
        let y = units(LINE * whole(index) + LINE / 2);
        for (left, curve) in line {
            sample(curve, [units(*left), y], area)?;
            put(&curve.name, (units(left + 28), y), letters(Tone::Base, false, HPos::Left), area)?;
        }
    }
    let top = LINE * (whole(legend.len()) + 1) + ABOVE;
    let [x_name, y_name] = &curves.names;
    put(y_name, (0, units(top - ABOVE - LINE / 2)), letters(Tone::Dim, false, HPos::Left), area)?;
    let (left, plot_width) = (58, width.pixels() - 58 - MARGIN);
    let x = Scale::new(curves.x, (plot_width / 62).max(2) as usize);
    let y = Scale::new(curves.y, 6);
    let (x_label, y_label) = (x.labels(), y.labels());
    let mut chart = ChartBuilder::on(area)
        .margin_top(units(top))
        .margin_right(units(MARGIN))
        .margin_bottom(units(LINE))
        .x_label_area_size(units(LINE + 4))
        .y_label_area_size(units(left))
        .build_cartesian_2d(x, y)?;
    // Under the grid, which is to be seen through it.
    for band in curves.all.iter().filter(|curve| curve.stroke == Stroke::Band) {
        draw_curve(band, &mut chart, area)?;
    }
    chart
        .configure_mesh()
        .light_line_style(RGBColor(0, 0, 0).mix(0.0))
        .bold_line_style(Tone::Border.ink().stroke_width(8))
        .set_all_tick_mark_size(units(5))
        .axis_style(Tone::Border.ink().stroke_width(10))
        .x_label_style(letters(Tone::Dim, false, HPos::Center))
        .y_label_style(letters(Tone::Dim, false, HPos::Right))
        .x_label_formatter(&x_label)
        .y_label_formatter(&y_label)
        .draw()?;
    let bottom = top + PLOT + LINE + 9;
    let end = letters(Tone::Dim, false, HPos::Right);
    put(x_name, (units(width.pixels() - MARGIN), units(bottom)), end, area)?;
    for curve in curves.all.iter().filter(|curve| curve.stroke != Stroke::Band) {
        draw_curve(curve, &mut chart, area)?;
    }
    Ok(())
}

fn draw_curve(
    curve: &Curve,
    chart: &mut ChartContext<&mut Drawing, Cartesian2d<Scale, Scale>>,
    area: &Area,
) -> Result<(), Failed> {
    let points: Vec<(f64, f64)> = curve.points.iter().map(|[x, y]| (*x, *y)).collect();
    let tone = curve.tone.ink();
    let discs = |radius: i32, share: f64| {
        points.iter().map(move |at| Circle::new(*at, units(radius), tone.mix(share).filled()))
    };
    match curve.stroke {
        Stroke::Band => drop(chart.draw_series([Polygon::new(points, tone.mix(BAND).filled())])?),
        Stroke::Line => drop(chart.draw_series([PathElement::new(points, tone.stroke_width(24))])?),
        Stroke::Dots => drop(chart.draw_series(discs(3, 0.6))?),
        Stroke::Knob => drop(chart.draw_series(discs(6, 1.0))?),
        Stroke::Dashes => {
            let pixels: Vec<(i32, i32)> = points.iter().map(|point| chart.backend_coord(point)).collect();
            for dash in dashes(&pixels) {
                area.draw(&PathElement::new(dash, tone.stroke_width(20)))?;
            }
        }
    }
    Ok(())
}

/// What a curve looks like, beside its name.
fn sample(curve: &Curve, [left, y]: [i32; 2], area: &Area) -> Result<(), Failed> {
    let tone = curve.tone.ink();
    let end = left + units(22);
    let line =
        |from: i32, to: i32, wide: u32| PathElement::new(vec![(from, y), (to, y)], tone.stroke_width(wide));
    match curve.stroke {
        Stroke::Line => area.draw(&line(left, end, 24)),
        Stroke::Dashes => [0, 8, 16]
            .into_iter()
            .try_for_each(|at| area.draw(&line(left + units(at), left + units(at + 5), 20))),
        Stroke::Band => {
            let corners = [(left, y - units(6)), (end, y + units(6))];
            area.draw(&Rectangle::new(corners, tone.mix(BAND).filled()))
        }
        Stroke::Dots => area.draw(&Circle::new((left + units(11), y), units(3), tone.mix(0.6).filled())),
        Stroke::Knob => area.draw(&Circle::new((left + units(11), y), units(6), tone.filled())),
    }
}

/// A path cut into dashes.
fn dashes(points: &[(i32, i32)]) -> Vec<Vec<(i32, i32)>> {
    const DASH: f64 = 60.0;
    const GAP: f64 = 40.0;
    let mut dashes = Vec::new();
    // How far along the pattern the path is.
    let mut along = 0.0;
    for pair in points.windows(2) {
        let [(x0, y0), (x1, y1)] = [pair[0], pair[1]].map(|(x, y)| (f64::from(x), f64::from(y)));
        let length = (x1 - x0).hypot(y1 - y0);
        let at =
            |share: f64| ((x0 + (x1 - x0) * share).round() as i32, (y0 + (y1 - y0) * share).round() as i32);
        let mut done = 0.0;
        while done < length {
            let within: f64 = along % (DASH + GAP);
            let rest = if within < DASH { DASH - within } else { DASH + GAP - within };
            let next = (done + rest).min(length);
            if within < DASH {
                dashes.push(vec![at(done / length), at(next / length)]);
            }
            along += next - done;
            done = next;
        }
    }
    dashes
}
