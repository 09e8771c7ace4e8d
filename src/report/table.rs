//! A table: columns with a key for programs and a heading for people, and typed cells. Every analysis is one, and every
//! format and the screen print it.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::analysis::range::Range;
use crate::catalog::Catalog;
use crate::scenario::ParamId;
use crate::scenario::value::{StatedRange, Value};
use crate::text::control::one_line;
use crate::text::quantity::{Unit, format};

#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A figure in its column's unit.
    Number(f64),
    /// A figure in a unit of its own, where a column holds several.
    Figure(f64, Unit),
    /// What a figure may well be: low, likely and high.
    Range([f64; 3], Unit),
    Words(Cow<'static, str>),
    Flag(bool),
    Missing,
}

impl Cell {
    pub fn of(param: ParamId, value: Value, catalog: &Catalog) -> Self {
        let unit = param.unit().unwrap_or(Unit::Count);
        match value {
            Value::Auto => Self::Missing,
            // Nobody counts months since the year 0.
            Value::Number(_) | Value::Range(_) if unit == Unit::Date => param.display(value, catalog).into(),
            Value::Number(number) => Self::Figure(number, unit),
            Value::Range(StatedRange { low, likely, high }) => Self::Range([low, likely, high], unit),
            Value::Flag(flag) => flag.into(),
            Value::Word(word) => word.into(),
            Value::Model(id) => catalog.model(id).id.clone().into(),
            Value::Gpu(id) => catalog.gpu(id).id.clone().into(),
            Value::Profile(id) => catalog.profile(id).id.clone().into(),
        }
    }

    /// The cell for reading, its figure in the column's unit.
    pub fn show(&self, unit: Unit) -> Cow<'_, str> {
        match self {
            Self::Number(figure) => format(*figure, unit).into(),
            Self::Figure(figure, unit) => format(*figure, *unit).into(),
            Self::Range(figures, unit) => figures.map(|figure| format(figure, *unit)).join("..").into(),
            // A line of a table is one line.
            Self::Words(words) if words.contains(char::is_control) => one_line(words).into(),
            Self::Words(words) => Cow::Borrowed(words),
            Self::Flag(flag) => if *flag { "yes" } else { "no" }.into(),
            Self::Missing => "–".into(),
        }
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(figure) | Self::Figure(figure, _) => serializer.serialize_f64(*figure),
            Self::Range([low, value, high], _) => {
                Range { value: *value, low: *low, high: *high }.serialize(serializer)
            }
            Self::Words(words) => serializer.serialize_str(words),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Missing => serializer.serialize_none(),
        }
    }
}

/// What can stand in a cell as it is.
macro_rules! cells {
    ($($type:ty => $cell:expr,)*) => {
        $(impl From<$type> for Cell {
            fn from(content: $type) -> Self {
                $cell(content.into())
            }
        })*
    };
}

cells! {
    f64 => Cell::Number,
    bool => Cell::Flag,
    &'static str => Cell::Words,
    String => Cell::Words,
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(content: Option<T>) -> Self {
        content.map_or(Self::Missing, Into::into)
    }
}

/// The side on which a column is flush.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// What a column of words has for a unit.
pub const WORDS: Option<Unit> = None;

#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Name in JSON and CSV, with the unit in it.
    pub key: Cow<'static, str>,
    /// Name for people.
    pub heading: Cow<'static, str>,
    /// Name for people where there is little room.
    pub short: &'static str,
    pub unit: Unit,
    pub align: Align,
    /// The higher, the sooner a narrow screen leaves it out.
    pub priority: u8,
}

impl Column {
    /// A column of figures in a unit; without one, of words, or of yes and no.
    pub fn new(
        key: impl Into<Cow<'static, str>>,
        heading: impl Into<Cow<'static, str>>,
        unit: impl Into<Option<Unit>>,
    ) -> Self {
        let (key, heading, unit) = (key.into(), heading.into(), unit.into());
        let align = if unit.is_some() { Align::Right } else { Align::Left };
        Self { key, heading, short: "", unit: unit.unwrap_or(Unit::Count), align, priority: 0 }
    }

    /// The same with its cells flush right, though they are words.
    pub fn right(self) -> Self {
        Self { align: Align::Right, ..self }
    }

    /// The same on the screen: its short heading, and how soon a narrow one leaves it out.
    pub fn on_screen(self, short: &'static str, priority: u8) -> Self {
        Self { short, priority, ..self }
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    pub columns: Vec<Column>,
    /// Rows, as many cells each as there are columns.
    pub rows: Vec<Vec<Cell>>,
}

/// A table whose rows are made from items. A line is a column: its key, its heading, [`WORDS`] or the unit of its
/// figures, for the screen a short heading and how soon a narrow one leaves it out, and its cell of an item.
macro_rules! table {
    ($items:expr, |$item:ident $(: $type:ty)?| {
        $($key:expr, $heading:expr, $kind:expr $(, screen $short:literal $priority:literal)? => $cell:expr;)*
    }) => {
        $crate::report::table::Table::new(
            [$($crate::report::table::Column::new($key, $heading, $kind)$(.on_screen($short, $priority))?,)*],
            $items.map(|$item $(: $type)?| vec![$($cell.into(),)*]),
        )
    };
}
pub(crate) use table;

impl Table {
    pub fn new(columns: impl IntoIterator<Item = Column>, rows: impl IntoIterator<Item = Vec<Cell>>) -> Self {
        Self { columns: columns.into_iter().collect(), rows: rows.into_iter().collect() }
    }
}
