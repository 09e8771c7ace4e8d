//! A chart as it is meant: bars or curves with their figures, before anything is drawn.

use crate::export::tone::Tone;
use crate::report::table::Table;
use crate::text::quantity::Unit;
use crate::widgets::axes::Axis;

/// A chart, and the same figures as a table.
#[derive(Debug, Clone)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// What is to be seen in it, in a sentence or two: its text alternative too.
    pub caption: String,
    pub plot: Plot,
    pub table: Table,
}

#[derive(Debug, Clone)]
pub enum Plot {
    Bars(Bars),
    Curves(Curves),
}

/// Bars that lie below each other.
#[derive(Debug, Clone)]
pub struct Bars {
    /// From where to where they may reach.
    pub axis: Axis,
    pub rows: Vec<Bar>,
    /// A figure that all of them are to be compared with.
    pub line: Option<f64>,
}

#[derive(Debug, Clone)]
pub struct Bar {
    pub label: String,
    /// Its figure.
    pub words: String,
    /// From where to where, in which color.
    pub parts: Vec<([f64; 2], Tone)>,
    /// It stands out.
    pub strong: bool,
}

/// Curves and points over two axes.
#[derive(Debug, Clone)]
pub struct Curves {
    pub x: Axis,
    pub y: Axis,
    /// What the axes are, in words.
    pub names: [String; 2],
    pub all: Vec<Curve>,
}

#[derive(Debug, Clone)]
pub struct Curve {
    pub name: String,
    pub tone: Tone,
    pub stroke: Stroke,
    pub points: Vec<[f64; 2]>,
}

/// How a curve is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stroke {
    Line,
    Dashes,
    Dots,
    /// One large point.
    Knob,
    /// What its points enclose.
    Band,
}

impl Bar {
    /// A bar with its figure.
    pub fn new(label: impl Into<String>, words: impl Into<String>, reach: [f64; 2], tone: Tone) -> Self {
        Self { label: label.into(), words: words.into(), parts: vec![(reach, tone)], strong: false }
    }

    /// The same, so that it stands out.
    pub fn strong(self) -> Self {
        Self { strong: true, ..self }
    }
}

impl Bars {
    /// Bars from zero, with room for all of them.
    pub fn new(unit: Unit, rows: Vec<Bar>) -> Self {
        let figures = rows.iter().flat_map(|row| row.parts.iter().flat_map(|(ends, _)| *ends));
        let [low, high] = extent(figures, [0.0, 0.0]);
        Self { axis: Axis { low: low * 1.02, ..Axis::from_zero(high, unit) }, rows, line: None }
    }
}

/// The least and the greatest of some figures, and of those to start with.
pub fn extent(figures: impl Iterator<Item = f64>, start: [f64; 2]) -> [f64; 2] {
    figures
        .filter(|figure| figure.is_finite())
        .fold(start, |[low, high], figure| [low.min(figure), high.max(figure)])
}
