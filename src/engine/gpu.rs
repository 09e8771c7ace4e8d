//! An accelerator, as its data sheet and the market describe it.

use crate::engine::choice::choices;
use crate::engine::precision::Precision;

choices! {
    /// The hardware family to which fitted constants belong.
    pub enum GpuFamily {
        /// NVIDIA Volta (V100).
        Volta = "volta",
        /// NVIDIA Turing (T4).
        Turing = "turing",
        /// NVIDIA Ampere (A100, A10).
        Ampere = "ampere",
        /// NVIDIA Ada Lovelace (L4, L40S, RTX 4090).
        Ada = "ada",
        /// NVIDIA Hopper (H100, H200, H800, H20, GH200).
        Hopper = "hopper",
        /// NVIDIA Blackwell (B200, B300, GB200, RTX 5090).
        Blackwell = "blackwell",
        /// AMD CDNA 2 (MI250X).
        Cdna2 = "cdna2",
        /// AMD CDNA 3 and 4 (MI300X, MI325X, MI355X).
        Cdna3 = "cdna3",
        /// Intel Gaudi.
        Gaudi = "gaudi",
        /// Intel Arc (Arc Pro B60).
        Arc = "arc",
        /// Google TPU.
        Tpu = "tpu",
        /// AWS Trainium and Inferentia.
        Neuron = "neuron",
    }
}

impl GpuFamily {
    /// NVIDIA makes it.
    pub const fn is_nvidia(self) -> bool {
        match self {
            Self::Volta | Self::Turing | Self::Ampere | Self::Ada | Self::Hopper | Self::Blackwell => true,
            Self::Cdna2 | Self::Cdna3 | Self::Gaudi | Self::Arc | Self::Tpu | Self::Neuron => false,
        }
    }
}

choices! {
    /// How the GPUs of one node talk to each other.
    pub enum ScaleUpLink {
        /// A switched or meshed link made for it: NVLink, Infinity Fabric, ICI.
        Fabric = "fabric",
        /// NVLink bridges between pairs of `PCIe` cards.
        Bridge = "bridge",
        /// PCI Express through the host.
        Pcie = "pcie",
    }
}

/// Dense arithmetic rates, FLOP/s; `None` where the chip has no such unit. Every chip computes in 16 bits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// IEEE single precision on the vector units.
    pub fp32: Option<f64>,
    /// TF32 tensor rate.
    pub tf32: Option<f64>,
    /// 16-bit tensor rate.
    pub fp16: f64,
    /// The chip computes in BF16 at the 16-bit rate.
    pub bf16: bool,
    /// FP8 tensor rate.
    pub fp8: Option<f64>,
    /// INT8 tensor rate.
    pub int8: Option<f64>,
    /// FP4 tensor rate.
    pub fp4: Option<f64>,
}

/// One accelerator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gpu {
    /// Family for fitted constants.
    pub family: GpuFamily,
    /// Memory, bytes (decimal gigabytes of the data sheet times 1e9).
    pub memory_bytes: f64,
    /// Memory bandwidth, bytes per second.
    pub bandwidth_bytes_per_s: f64,
    /// Dense arithmetic rates.
    pub rates: Rates,
    /// Link between the GPUs of a node, one direction, bytes per second.
    pub scale_up_bytes_per_s: f64,
    /// Kind of that link.
    pub scale_up_link: ScaleUpLink,
    /// GPUs that reach each other over that link.
    pub scale_up_domain: u32,
    /// Link between nodes for each GPU, one direction, bytes per second.
    pub scale_out_bytes_per_s: f64,
    /// Thermal design power, watts.
    pub tdp_w: f64,
    /// When software for it began to be written, years (2022.75 is the fourth quarter of 2022): the launch of the first chip
    /// that runs the same.
    pub software_since: f64,
}

impl GpuFamily {
    /// Launch of the first chip of a family whose chips all run the same software, years; `None` where each generation has
    /// its own.
    pub const fn software_since(self) -> Option<f64> {
        match self {
            Self::Volta => Some(2017.42),
            Self::Turing => Some(2018.67),
            Self::Ampere => Some(2020.33),
            Self::Ada | Self::Hopper => Some(2022.67),
            Self::Blackwell => Some(2024.83),
            Self::Cdna2 => Some(2021.83),
            Self::Cdna3 => Some(2023.92),
            Self::Gaudi | Self::Arc | Self::Tpu | Self::Neuron => None,
        }
    }
}

/// GPUs of the largest single server.
const LARGEST_SERVER: u32 = 16;

impl Gpu {
    /// The dense rate at which products of this format run, FLOP/s.
    ///
    /// Formats without a unit of their own run at the next wider one: FP8 weights on an A100 are widened to 16 bits.
    pub fn flops_per_s(&self, precision: Precision) -> f64 {
        let rates = &self.rates;
        let own = match precision {
            Precision::Fp32 => rates.fp32,
            Precision::Tf32 => rates.tf32.or(rates.fp32),
            Precision::Fp16 | Precision::Bf16 | Precision::Int4 => None,
            Precision::Fp8 => rates.fp8,
            Precision::Int8 => rates.int8.or(rates.fp8),
            Precision::Fp4 => rates.fp4,
        };
        own.unwrap_or(rates.fp16)
    }

    /// The chip has a unit for products of this format. Four-bit integer weights are widened on every chip.
    pub fn computes_in(&self, precision: Precision) -> bool {
        let rates = &self.rates;
        match precision {
            Precision::Bf16 => rates.bf16,
            Precision::Tf32 => rates.tf32.is_some(),
            Precision::Fp8 => rates.fp8.is_some(),
            Precision::Int8 => rates.int8.is_some(),
            Precision::Fp4 => rates.fp4.is_some(),
            Precision::Fp32 | Precision::Fp16 | Precision::Int4 => true,
        }
    }

    /// GPUs of one server, within which an automatic degree stays: the scale-up domain, unless that is a whole rack.
    #[inline]
    pub fn server(&self) -> u32 {
        self.scale_up_domain.clamp(1, LARGEST_SERVER)
    }
}
