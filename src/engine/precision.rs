//! Number formats of weights, caches and arithmetic.

use crate::engine::choice::choices;

choices! {
    /// A number format, for weights, the KV cache or the arithmetic of a training step; the widest first.
    pub enum Precision {
        /// IEEE single precision, 4 bytes.
        Fp32 = "fp32",
        /// NVIDIA's 19-bit tensor format; stored as 4 bytes.
        Tf32 = "tf32",
        /// IEEE half precision, 2 bytes.
        Fp16 = "fp16",
        /// Brain float, 2 bytes.
        Bf16 = "bf16",
        /// Eight-bit float, 1 byte.
        Fp8 = "fp8",
        /// Eight-bit integer, 1 byte.
        Int8 = "int8",
        /// Four-bit integer with a scale per group of weights.
        Int4 = "int4",
        /// Four-bit float with a scale per block (MXFP4, NVFP4).
        Fp4 = "fp4",
    }
}

impl Precision {
    /// Bytes that one stored value takes, block scales included.
    ///
    /// Four-bit formats carry one 8-bit scale per 32 values (the MXFP4 layout), hence 4.25 bits.
    pub const fn bytes(self) -> f64 {
        match self {
            Self::Fp32 | Self::Tf32 => 4.0,
            Self::Fp16 | Self::Bf16 => 2.0,
            Self::Fp8 | Self::Int8 => 1.0,
            Self::Int4 | Self::Fp4 => 4.25 / 8.0,
        }
    }
}
