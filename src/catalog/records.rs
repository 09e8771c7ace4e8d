//! The long tables of the catalog, read when somebody looks at them: hosted models, cost factors, claims.

use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::catalog::{PRESETS, Status};
use crate::engine::choice::choices;

/// The prices of a hosted model, USD per million tokens.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ApiPrice {
    /// Id at the provider.
    pub id: String,
    /// Name shown to people.
    pub name: String,
    /// Who hosts it.
    pub provider: String,
    /// The catalog model that it is, if it is one.
    pub model: Option<String>,
    /// Prompt tokens.
    pub input: f64,
    /// Prompt tokens that the provider's cache holds.
    pub cached_input: Option<f64>,
    /// Output tokens.
    pub output: f64,
    /// Prompt tokens that are written to the provider's cache, for five minutes.
    pub cache_write: Option<f64>,
    /// Prompt tokens that are written to it for an hour.
    pub cache_write_1h: Option<f64>,
    /// Prompt tokens in batch mode.
    pub batch_input: Option<f64>,
    /// Output tokens in batch mode.
    pub batch_output: Option<f64>,
    /// Prompt tokens with priority.
    pub priority_input: Option<f64>,
    /// Output tokens with priority.
    pub priority_output: Option<f64>,
    /// The last day on which it answers, where that is announced.
    pub retired: Option<String>,
    /// Other prices for long prompts.
    pub above: Option<LongPrompts>,
    /// Other prices at other hours.
    pub off_peak: Option<OffPeak>,
    /// When.
    pub as_of: String,
    /// Where it was read.
    pub source: String,
    /// How far it can be trusted.
    pub status: Status,
}

/// Prices of requests with a long prompt, USD per million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LongPrompts {
    /// Prompts longer than this are long.
    pub tokens: f64,
    /// Prompt tokens.
    pub input: f64,
    /// Prompt tokens that the provider's cache holds.
    pub cached_input: Option<f64>,
    /// Output tokens.
    pub output: f64,
}

/// Prices at some hours of the week, USD per million tokens.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OffPeak {
    /// How many of the week's 168 hours.
    pub hours_per_week: f64,
    /// Which, in words.
    pub hours: String,
    /// Prompt tokens.
    pub input: f64,
    /// Prompt tokens that the provider's cache holds.
    pub cached_input: Option<f64>,
    /// Output tokens.
    pub output: f64,
}

choices! {
    /// How soon an API answers, which has its price.
    pub enum ApiService {
        /// As usual.
        Standard = "standard",
        /// Within a day, or when there is room.
        Batch = "batch",
        /// Before others.
        Priority = "priority",
    }
}

/// A cost factor or a piece of evidence, with its range.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Factor {
    /// Its name.
    pub name: String,
    /// Who stated it, in a word, where a deck may cite it.
    pub short: Option<String>,
    /// The likely value.
    pub value: f64,
    /// The low end.
    pub low: Option<f64>,
    /// The high end.
    pub high: Option<f64>,
    /// Unit, in words.
    pub unit: String,
    /// When.
    pub as_of: String,
    /// Where it was read.
    pub source: String,
    /// How far it can be trusted.
    pub status: Status,
    /// What a reader should know of it.
    pub note: Option<String>,
}

choices! {
    /// Which total of training a claim means.
    pub enum ClaimBasis {
        /// The final run, at a rent.
        FinalRun = "final run",
        /// The final run, experiments and failed runs.
        Compute = "compute",
        /// Everything: compute, people, storage and data.
        Programme = "programme",
        /// What the final run costs an owner of the hardware: its share of the purchase, and electricity.
        DepreciatedHardware = "depreciated hardware",
        /// It was not said.
        NotStated = "not stated",
    }
}

/// The figure of the claims that have a [`ClaimBasis`].
pub const TRAINING_USD: &str = "training_usd";

/// A published headline, shown next to the engine's own figure; never an input.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Claim {
    /// What a deck cites it by.
    pub id: String,
    /// The scenario or model that it speaks of.
    pub about: String,
    /// The figure that it speaks of: `training_usd`, or the last word of an answer, as `daily_usd`.
    pub figure: String,
    /// The value, or the low end.
    pub value: f64,
    /// The high end, where a span was claimed.
    pub high: Option<f64>,
    /// No more than a lower bound was claimed.
    #[serde(default)]
    pub least: bool,
    /// Unit, in words.
    pub unit: String,
    /// Which total it means, where it speaks of training.
    pub basis: Option<ClaimBasis>,
    /// What was claimed, in words.
    pub statement: String,
    /// Why it differs from what the engine derives; how much, and which way, is worked out.
    pub reason: Option<String>,
    /// Who claimed it, in a word.
    pub short: String,
    /// Who claimed it.
    pub source: String,
    /// When.
    pub as_of: String,
    /// How far it can be trusted.
    pub status: Status,
}

/// Prices of hosted models.
pub static API_PRICES: LazyLock<Vec<ApiPrice>> = LazyLock::new(|| read("api_prices.toml", "api"));
/// Cost factors.
pub static FACTORS: LazyLock<Vec<Factor>> = LazyLock::new(|| read("factors.toml", "factor"));
/// Published headlines.
pub static CLAIMS: LazyLock<Vec<Claim>> = LazyLock::new(|| read("claims.toml", "claim"));

/// The array of tables `key` in an embedded file.
///
/// # Panics
///
/// When the file is malformed; a test reads them all.
fn read<T: DeserializeOwned>(file: &str, key: &str) -> Vec<T> {
    let text = PRESETS.get_file(file).and_then(|file| file.contents_utf8()).unwrap_or_default();
    let mut tables: std::collections::HashMap<String, Vec<T>> =
        toml::from_str(text).unwrap_or_else(|error| panic!("presets/{file}: {error}"));
    tables.remove(key).unwrap_or_default()
}
