//! Accelerators of the catalog: data sheet and typical prices with their sources.

use serde::{Deserialize, Serialize};

use crate::catalog::field::{FieldError, plain_id, within};
use crate::catalog::prices::{Basis, Offer, Offers, Quote, USUAL_CONTRACT_DISCOUNTS, USUAL_SPOT_DISCOUNT};
use crate::engine::gpu::{Gpu, GpuFamily, Rates, ScaleUpLink};
use crate::text::control::one_line;
use crate::text::date::years;
use crate::text::quantity::{Unit, format};

/// An accelerator of the catalog.
#[derive(Debug, Clone, PartialEq)]
pub struct GpuPreset {
    /// Id in files and on the command line.
    pub id: String,
    /// Name shown to people.
    pub name: String,
    /// Who makes it.
    pub vendor: String,
    /// When it was launched.
    pub launched: String,
    /// Its memory as its maker tells it, GB.
    pub memory_gb: f64,
    /// Its figures, in the engine's units.
    pub gpu: Gpu,
    /// What renting one costs, by basis.
    pub(super) offers: Offers,
    /// What the user's own table says of that.
    pub(super) stated: Stated,
    /// Purchase of one with its share of the server, USD: low, typical, high; `None` where it cannot be bought.
    pub purchase_usd: Option<[f64; 3]>,
    /// Date of the purchase price.
    pub purchase_as_of: Option<String>,
    /// Fields that were not read in the source.
    pub unverified: Vec<String>,
    /// Where the data sheet was read.
    pub source: String,
    /// What a reader should know of it.
    pub note: Option<String>,
    /// The table that describes it, where a scenario's own file does.
    pub described: Option<Box<GpuEntry>>,
}

impl GpuPreset {
    /// Its memory as its maker tells it, `141 GB`: what its driver reports may be a few percent more.
    pub fn memory_words(&self) -> String {
        format(self.memory_gb * 1e9, Unit::Bytes)
    }

    /// What renting one costs on a basis.
    pub fn offer(&self, basis: Basis) -> &Offer {
        &self.offers[basis as usize]
    }

    /// The name without its maker: what fits on a slider.
    pub fn short_name(&self) -> &str {
        let name = self.name.as_str();
        ["NVIDIA ", "AMD Instinct ", "Intel ", "Google ", "AWS "]
            .into_iter()
            .find_map(|maker| name.strip_prefix(maker))
            .unwrap_or(name)
    }

    /// The shortest name, `H100 SXM` for `H100 80GB SXM`: the memory tells few apart, and is kept for them.
    pub fn slider_name(&self) -> String {
        let name = self.short_name();
        let parts: Vec<&str> = name
            .split_whitespace()
            .filter(|word| !word.starts_with('(') && !word.ends_with(')'))
            .filter(|word| !word.ends_with("GB") || name.starts_with("A100") || name.starts_with("V100"))
            .filter(|word| !matches!(*word, "GeForce" | "NVIDIA" | "Blackwell"))
            .collect();
        parts.join(" ")
    }
}

/// Bytes of a mebibyte.
const MIB: f64 = 1_048_576.0;

/// Prices that a user states of an accelerator of their own, USD an hour.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Stated {
    on_demand: Option<f64>,
    hyperscaler: Option<f64>,
    spot: Option<f64>,
    discounts: [Option<f64>; 2],
}

impl Stated {
    /// What is stated, on a basis; `None` where nothing is.
    pub(super) fn offer(&self, basis: Basis, usual_spot: Option<f64>) -> Option<Offer> {
        let on_demand = match basis {
            Basis::Hyperscaler => self.hyperscaler.or(self.on_demand),
            _ => self.on_demand.or(self.hyperscaler),
        }?;
        let contract =
            |term: usize| on_demand * (1.0 - self.discounts[term].unwrap_or(USUAL_CONTRACT_DISCOUNTS[term]));
        Some(Offer {
            on_demand: Some(Quote::stated(on_demand)),
            spot: Some(Quote::stated(
                self.spot.unwrap_or(on_demand * usual_spot.unwrap_or(1.0 - USUAL_SPOT_DISCOUNT)),
            )),
            one_year: Some(Quote::stated(contract(0))),
            three_years: Some(Quote::stated(contract(1))),
        })
    }
}

/// A `[[gpu]]` table, or the `[gpu]` table of a scenario, as it is written.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, expecting = "a table that describes an accelerator")]
pub struct GpuEntry {
    #[serde(default = "own_id")]
    id: String,
    name: Option<String>,
    #[serde(default)]
    vendor: String,
    #[serde(default)]
    launched: String,
    #[serde(default = "recent_family")]
    family: GpuFamily,
    memory_gb: f64,
    /// Memory that the chip's driver reports, MiB: gigabytes of data sheets are binary ones of most chips, less what error
    /// correction takes.
    reported_mib: Option<f64>,
    bandwidth_tb_s: f64,
    fp32_tflops: Option<f64>,
    tf32_tflops: Option<f64>,
    bf16_tflops: Option<f64>,
    fp16_tflops: Option<f64>,
    fp8_tflops: Option<f64>,
    int8_tops: Option<f64>,
    fp4_tflops: Option<f64>,
    #[serde(default = "pcie_gb_s")]
    scale_up_gb_s: f64,
    #[serde(default = "fabric")]
    scale_up_link: ScaleUpLink,
    #[serde(default = "one_server")]
    scale_up_domain: u32,
    #[serde(default = "infiniband_gbps")]
    scale_out_gbps: f64,
    #[serde(default = "usual_tdp")]
    tdp_w: f64,
    on_demand_usd_h: Option<f64>,
    hyperscaler_usd_h: Option<f64>,
    spot_usd_h: Option<f64>,
    reserved_1y_discount: Option<f64>,
    reserved_3y_discount: Option<f64>,
    purchase_usd: Option<[f64; 3]>,
    purchase_as_of: Option<String>,
    #[serde(default)]
    unverified: Vec<String>,
    #[serde(default)]
    source: String,
    note: Option<String>,
}

fn own_id() -> String {
    "custom".to_owned()
}

fn recent_family() -> GpuFamily {
    GpuFamily::Blackwell
}

fn pcie_gb_s() -> f64 {
    450.0
}

fn fabric() -> ScaleUpLink {
    ScaleUpLink::Fabric
}

fn one_server() -> u32 {
    8
}

fn infiniband_gbps() -> f64 {
    400.0
}

/// Launch of a chip whose table does not tell it, as of the usual family. Assumption.
const RECENTLY: f64 = 2025.0;

fn usual_tdp() -> f64 {
    1000.0
}

/// The least that an hour of an accelerator costs, USD: what costs nothing is no price.
pub const LEAST_USD_PER_HOUR: f64 = 0.01;
/// The least that an accelerator is bought for, USD.
const LEAST_PURCHASE_USD: f64 = 1.0;

impl GpuEntry {
    /// Figures outside these bounds are slips of a unit: bytes for gigabytes, GFLOP/s for TFLOP/s.
    fn check(&self) -> Result<(), FieldError> {
        within("memory_gb", Some(self.memory_gb), 0.1, 1e5)?;
        within("reported_mib", self.reported_mib, 100.0, 1e8)?;
        within("bandwidth_tb_s", Some(self.bandwidth_tb_s), 0.001, 1e4)?;
        for (field, rate) in [
            ("fp32_tflops", self.fp32_tflops),
            ("tf32_tflops", self.tf32_tflops),
            ("bf16_tflops", self.bf16_tflops),
            ("fp16_tflops", self.fp16_tflops),
            ("fp8_tflops", self.fp8_tflops),
            ("int8_tops", self.int8_tops),
            ("fp4_tflops", self.fp4_tflops),
        ] {
            within(field, rate, 0.01, 1e6)?;
        }
        within("scale_up_gb_s", Some(self.scale_up_gb_s), 0.1, 1e6)?;
        within("scale_up_domain", Some(f64::from(self.scale_up_domain)), 1.0, 1e6)?;
        within("scale_out_gbps", Some(self.scale_out_gbps), 0.1, 1e6)?;
        within("tdp_w", Some(self.tdp_w), 1.0, 1e5)?;
        within("on_demand_usd_h", self.on_demand_usd_h, LEAST_USD_PER_HOUR, 1e4)?;
        within("hyperscaler_usd_h", self.hyperscaler_usd_h, LEAST_USD_PER_HOUR, 1e4)?;
        within("spot_usd_h", self.spot_usd_h, LEAST_USD_PER_HOUR, 1e4)?;
        within("reserved_1y_discount", self.reserved_1y_discount, 0.0, 1.0)?;
        within("reserved_3y_discount", self.reserved_3y_discount, 0.0, 1.0)?;
        let [low, _, high] = self.purchase_usd.unwrap_or_default();
        if self.purchase_usd.is_some() {
            within("purchase_usd", Some(low), LEAST_PURCHASE_USD, 1e7)?;
            within("purchase_usd", Some(high), LEAST_PURCHASE_USD, 1e7)?;
        }
        match self.purchase_usd {
            Some(prices) if !prices.is_sorted() => {
                let help = "write it as [low, typical, high], in ascending order".to_owned();
                Err(FieldError::new("purchase_usd", "`purchase_usd` is not in order", Some(help)))
            }
            _ => Ok(()),
        }
    }

    /// The preset.
    ///
    /// # Errors
    ///
    /// A [`FieldError`] when a figure cannot be that of an accelerator.
    pub(super) fn into_preset(self) -> Result<GpuPreset, FieldError> {
        self.check()?;
        let half_tflops = self.bf16_tflops.or(self.fp16_tflops).ok_or_else(|| {
            let help = "set it, or `fp16_tflops` for a chip without BF16".to_owned();
            FieldError::new("bf16_tflops", "`bf16_tflops` is missing", Some(help))
        })?;
        let stated = Stated {
            on_demand: self.on_demand_usd_h,
            hyperscaler: self.hyperscaler_usd_h,
            spot: self.spot_usd_h,
            discounts: [self.reserved_1y_discount, self.reserved_3y_discount],
        };
        let tera = |rate: Option<f64>| rate.map(|rate| rate * 1e12);
        let gpu = Gpu {
            family: self.family,
            memory_bytes: self.reported_mib.map_or(self.memory_gb * 1e9, |mib| mib * MIB),
            bandwidth_bytes_per_s: self.bandwidth_tb_s * 1e12,
            rates: Rates {
                fp32: tera(self.fp32_tflops),
                tf32: tera(self.tf32_tflops),
                fp16: half_tflops * 1e12,
                bf16: self.bf16_tflops.is_some(),
                fp8: tera(self.fp8_tflops),
                int8: tera(self.int8_tops),
                fp4: tera(self.fp4_tflops),
            },
            scale_up_bytes_per_s: self.scale_up_gb_s * 1e9,
            scale_up_link: self.scale_up_link,
            scale_up_domain: self.scale_up_domain,
            scale_out_bytes_per_s: self.scale_out_gbps * 1e9 / 8.0,
            tdp_w: self.tdp_w,
            software_since: self
                .family
                .software_since()
                .or_else(|| years(&self.launched))
                .unwrap_or(RECENTLY),
        };
        Ok(GpuPreset {
            offers: Offers::default(),
            stated,
            purchase_usd: self.purchase_usd,
            name: one_line(&self.name.unwrap_or_else(|| self.id.clone())),
            id: self.id,
            vendor: self.vendor,
            launched: self.launched,
            memory_gb: self.memory_gb,
            gpu,
            purchase_as_of: self.purchase_as_of,
            unverified: self.unverified,
            source: self.source,
            note: self.note,
            described: None,
        })
    }

    /// The preset of a scenario's own file, which remembers how it was described.
    ///
    /// # Errors
    ///
    /// An error when a figure cannot be that of an accelerator.
    pub fn into_described(self) -> Result<GpuPreset, FieldError> {
        plain_id(&self.id)?;
        let described = Some(Box::new(self.clone()));
        Ok(GpuPreset { described, ..self.into_preset()? })
    }
}
