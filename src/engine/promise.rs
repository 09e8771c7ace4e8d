//! What users are promised: targets, and for which share of the requests they hold.

use crate::engine::choice::choices;
use crate::engine::serving::queue::{Latencies, Percentiles};

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

    /// Nothing is promised.
    #[inline]
    pub fn is_empty(&self) -> bool {
        let Self { ttft_s, tpot_s, tokens_per_s_per_user, request_s, percentile: _ } = self;
        [ttft_s, tpot_s, tokens_per_s_per_user, request_s].into_iter().all(Option::is_none)
    }

    /// It holds under these latencies.
    pub fn holds(&self, latencies: &Latencies) -> bool {
        self.used(latencies) <= 1.0
    }

    /// The part of what is promised that these latencies take, above 1 where it does not hold: the greatest of all targets.
    /// Of times per token and whole requests the means and 95th percentiles are known; for the 99th the latter is stretched as
    /// a normal's tail.
    #[inline]
    pub(super) fn used(&self, latencies: &Latencies) -> f64 {
        let tpot_s = self.percentile.of(&latencies.tpot());
        [
            (self.ttft_s, self.percentile.of(&latencies.ttft)),
            (self.tpot_s, tpot_s),
            (self.request_s, self.percentile.of(&latencies.request())),
            (self.tokens_per_s_per_user.map(f64::recip), tpot_s),
        ]
        .into_iter()
        .filter_map(|(most, seconds)| Some(seconds / most?))
        .fold(0.0, f64::max)
    }
}

impl Percentile {
    /// That of a time.
    pub const fn of(self, times: &Percentiles) -> f64 {
        match self {
            Self::Mean => times.mean,
            Self::P50 => times.p50,
            Self::P95 => times.p95,
            Self::P99 => times.p99,
        }
    }
}
