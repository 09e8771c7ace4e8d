//! How each type of field reads and takes a [`Value`]: what lets one table drive every parameter.

use crate::catalog::{GpuId, ModelId};
use crate::engine::inputs::Commitment;
use crate::engine::precision::Precision;
use crate::engine::serving::{Batch, Batching, ServingEngine};
use crate::engine::training::{Recompute, TrainingMethod};

/// The value of a parameter, whatever its type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// Follows from the rest.
    Auto,
    /// A number, in the parameter's unit.
    Number(f64),
    /// One of the parameter's words.
    Word(&'static str),
    /// Yes or no.
    Flag(bool),
    /// A model of the catalog.
    Model(ModelId),
    /// An accelerator of the catalog.
    Gpu(GpuId),
}

impl Value {
    /// The number, if it is one.
    #[must_use]
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }
}

/// A field that a parameter can read and set. `assign` ignores a value of another kind: the table checks values
/// against the parameter's domain before it sets them.
pub trait Field {
    /// The value that the field has.
    fn value(&self) -> Value;
    /// Sets the field.
    fn assign(&mut self, value: Value);
}

impl Field for f64 {
    fn value(&self) -> Value {
        Value::Number(*self)
    }

    fn assign(&mut self, value: Value) {
        if let Value::Number(number) = value {
            *self = number;
        }
    }
}

impl Field for bool {
    fn value(&self) -> Value {
        Value::Flag(*self)
    }

    fn assign(&mut self, value: Value) {
        if let Value::Flag(flag) = value {
            *self = flag;
        }
    }
}

impl Field for ModelId {
    fn value(&self) -> Value {
        Value::Model(*self)
    }

    fn assign(&mut self, value: Value) {
        if let Value::Model(model) = value {
            *self = model;
        }
    }
}

impl Field for GpuId {
    fn value(&self) -> Value {
        Value::Gpu(*self)
    }

    fn assign(&mut self, value: Value) {
        if let Value::Gpu(gpu) = value {
            *self = gpu;
        }
    }
}

impl Field for Batch {
    fn value(&self) -> Value {
        match self {
            Self::Requests(requests) => Value::Number(*requests),
            Self::Max => Value::Word("max"),
        }
    }

    fn assign(&mut self, value: Value) {
        match value {
            Value::Number(requests) => *self = Self::Requests(requests),
            Value::Word("max") => *self = Self::Max,
            _ => {}
        }
    }
}

/// An optional field: `Auto` when it is not set.
impl<T: Field + Blank> Field for Option<T> {
    fn value(&self) -> Value {
        self.as_ref().map_or(Value::Auto, Field::value)
    }

    fn assign(&mut self, value: Value) {
        if value == Value::Auto {
            *self = None;
        } else {
            let mut inner = self.take().unwrap_or(T::BLANK);
            inner.assign(value);
            *self = Some(inner);
        }
    }
}

/// Something to assign into when an optional field was not set; its value is overwritten at once.
pub trait Blank {
    /// Any value of the type.
    const BLANK: Self;
}

impl Blank for f64 {
    const BLANK: Self = 0.0;
}

impl Blank for bool {
    const BLANK: Self = false;
}

impl Blank for ModelId {
    const BLANK: Self = Self(0);
}

impl Blank for GpuId {
    const BLANK: Self = Self(0);
}

/// Declares a choice: its type and the words of its values, first the one to start from.
macro_rules! words {
    ($type:ty { $first:ident => $first_word:literal $(, $rest:ident => $rest_word:literal)* $(,)? }) => {
        impl Field for $type {
            fn value(&self) -> Value {
                Value::Word(match self {
                    Self::$first => $first_word,
                    $(Self::$rest => $rest_word,)*
                })
            }

            fn assign(&mut self, value: Value) {
                match value {
                    Value::Word($first_word) => *self = Self::$first,
                    $(Value::Word($rest_word) => *self = Self::$rest,)*
                    _ => {}
                }
            }
        }

        impl Blank for $type {
            const BLANK: Self = Self::$first;
        }
    };
}

words!(Precision {
    Bf16 => "bf16", Fp32 => "fp32", Tf32 => "tf32", Fp16 => "fp16", Fp8 => "fp8", Int8 => "int8", Int4 => "int4",
    Fp4 => "fp4",
});
words!(Recompute { None => "none", Selective => "selective", Full => "full" });
words!(TrainingMethod { Pretrain => "pretrain", Finetune => "finetune", Adapter => "adapter" });
words!(Batching { Continuous => "continuous", Static => "static" });
words!(ServingEngine {
    Vllm => "vllm",
    TensorRtLlm => "tensorrt-llm",
    Sglang => "sglang",
    TensorRtLlm2023 => "tensorrt-llm-2023",
    Vllm2023 => "vllm-2023",
});
words!(Commitment {
    OnDemand => "on-demand", Reserved1Year => "reserved-1y", Reserved3Years => "reserved-3y", Owned => "owned",
});
