//! The value of a parameter, whatever its type: what lets one table drive every parameter.

use crate::catalog::{GpuId, ModelId, ProfileId};
use crate::engine::choice::Choice;
use crate::engine::serving::Batch;

/// The word for a batch as large as memory holds.
pub const MAX: &str = "max";

/// The value of a parameter, whatever its type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// Follows from the rest.
    Auto,
    /// A number, in the parameter's unit.
    Number(f64),
    /// A number that is not known exactly, in the parameter's unit.
    Range(StatedRange),
    /// One of the parameter's words.
    Word(&'static str),
    /// Yes or no.
    Flag(bool),
    /// A model of the catalog.
    Model(ModelId),
    /// An accelerator of the catalog.
    Gpu(GpuId),
    /// A profile of the user's own.
    Profile(ProfileId),
}

/// What a number may well be, as a user states it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StatedRange {
    /// One in ten lies below.
    pub low: f64,
    /// The value of the slider, and of every likely figure.
    pub likely: f64,
    /// One in ten lies above.
    pub high: f64,
}

impl Value {
    /// The number, if it is one; of a range the likely one.
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Range(range) => Some(range.likely),
            _ => None,
        }
    }
}

/// A type of field that a parameter can have.
pub trait Field: Sized {
    /// The field may be left to follow from the rest.
    const OPTIONAL: bool = false;

    /// The value that the field has.
    fn value(&self) -> Value;

    /// The field of this value; `None` for a value of another kind.
    fn from_value(value: Value) -> Option<Self>;
}

/// A field that holds what one kind of value holds.
macro_rules! field {
    ($type:ty, $kind:ident) => {
        impl Field for $type {
            fn value(&self) -> Value {
                Value::$kind(*self)
            }

            fn from_value(value: Value) -> Option<Self> {
                match value {
                    Value::$kind(inner) => Some(inner),
                    _ => None,
                }
            }
        }
    };
}

field!(bool, Flag);
field!(ModelId, Model);
field!(GpuId, Gpu);
field!(ProfileId, Profile);

impl<T: Choice> Field for T {
    fn value(&self) -> Value {
        Value::Word(self.id())
    }

    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Word(word) => Self::from_id(word),
            _ => None,
        }
    }
}

impl Field for f64 {
    fn value(&self) -> Value {
        Value::Number(*self)
    }

    fn from_value(value: Value) -> Option<Self> {
        value.number()
    }
}

impl Field for Batch {
    fn value(&self) -> Value {
        match self {
            Self::Requests(requests) => Value::Number(*requests),
            Self::Max => Value::Word(MAX),
        }
    }

    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Word(MAX) => Some(Self::Max),
            other => other.number().map(Self::Requests),
        }
    }
}

/// An optional field: `Auto` when it is not set.
impl<T: Field> Field for Option<T> {
    const OPTIONAL: bool = true;

    fn value(&self) -> Value {
        self.as_ref().map_or(Value::Auto, Field::value)
    }

    fn from_value(value: Value) -> Option<Self> {
        if value == Value::Auto { Some(None) } else { T::from_value(value).map(Some) }
    }
}
