//! What users are promised: targets, and for which share of the requests they hold.

use crate::engine::choice::choices;

choices! {
    /// For whom a target holds.
    pub enum Percentile {
        /// The mean over all requests.
        Mean = "mean",
        /// Half of the requests.
        P50 = "p50",
        /// 95% of the requests.
        P95 = "p95",
        /// 99% of the requests.
        P99 = "p99",
    }
}

/// Targets of a service, each `None` where nothing is promised, and for whom they hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Promise {
    /// Longest time to first token, seconds.
    pub ttft_s: Option<f64>,
    /// Longest time per output token, seconds.
    pub tpot_s: Option<f64>,
    /// Least output tokens per second that one user sees.
    pub tokens_per_s_per_user: Option<f64>,
    /// Longest time from request to last token, seconds.
    pub request_s: Option<f64>,
    /// For whom all of them hold.
    pub percentile: Percentile,
}

impl Promise {
    /// Nothing is promised.
    pub const NONE: Self = Self {
        ttft_s: None,
        tpot_s: None,
        tokens_per_s_per_user: None,
        request_s: None,
        percentile: Percentile::Mean,
    };
}
