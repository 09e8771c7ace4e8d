//! Number formats of weights, caches and arithmetic.

use serde::{Deserialize, Serialize};

/// A number format, for weights, the KV cache or the arithmetic of a training step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// IEEE single precision, 4 bytes.
    Fp32,
    /// NVIDIA's 19-bit tensor format; stored as 4 bytes.
    Tf32,
    /// IEEE half precision, 2 bytes.
    Fp16,
    /// Brain float, 2 bytes.
    Bf16,
    /// Eight-bit float, 1 byte.
    Fp8,
    /// Eight-bit integer, 1 byte.
    Int8,
    /// Four-bit integer with a scale per group of weights.
    Int4,
    /// Four-bit float with a scale per block (MXFP4, NVFP4).
    Fp4,
}

impl Precision {
    /// Every format, widest first.
    pub const ALL: [Self; 8] =
        [Self::Fp32, Self::Tf32, Self::Fp16, Self::Bf16, Self::Fp8, Self::Int8, Self::Int4, Self::Fp4];

    /// Bytes that one stored value takes, block scales included.
    ///
    /// Four-bit formats carry one 8-bit scale per 32 values (the MXFP4 layout), hence 4.25 bits.
    #[must_use]
    pub const fn bytes(self) -> f64 {
        match self {
            Self::Fp32 | Self::Tf32 => 4.0,
            Self::Fp16 | Self::Bf16 => 2.0,
            Self::Fp8 | Self::Int8 => 1.0,
            Self::Int4 | Self::Fp4 => 4.25 / 8.0,
        }
    }

    /// The word used in files, on the command line and on the screen.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Fp32 => "fp32",
            Self::Tf32 => "tf32",
            Self::Fp16 => "fp16",
            Self::Bf16 => "bf16",
            Self::Fp8 => "fp8",
            Self::Int8 => "int8",
            Self::Int4 => "int4",
            Self::Fp4 => "fp4",
        }
    }

    /// The format with this id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|precision| precision.id() == id)
    }
}
