//! The queue of prefills: what comes during one step is prefilled in the next, as far as the budget of a step goes.

use crate::engine::serving::queue::Work;

/// Waiting for the prefill and doing it, a slot being free.
///
/// Within the budget it is a queue with gated vacations: an arrival waits for the rest of a running step, then sits
/// through the next with all who came in the same one. Its step is longer than the mean one, as more arrivals meet the
/// longer ones (the inspection paradox). The budget adds the queue of Pollaczek and Khinchine, of work that takes whole steps.
#[derive(Debug, Clone, Copy)]
pub(super) struct PrefillQueue {
    /// A step with its prefills as an arrival meets it, seconds.
    pub interval_s: f64,
    /// A decode step without prefills, seconds.
    step_s: f64,
    /// Requests per second.
    rate: f64,
    /// Share of the time that prefills take.
    share: f64,
    /// One prefill, seconds.
    own_s: f64,
    /// Its standard deviation as a share of it.
    own_spread: f64,
    /// Mean square of a prefill, seconds squared.
    square: f64,
    /// Prefill that one step carries at most, seconds.
    chunk_s: f64,
    /// Prefill left over from earlier steps, seconds.
    backlog_s: f64,
}

/// The fullest that the queue is taken to be: where the budget of all steps is used up, latency has no end.
const FULLEST: f64 = 0.999;

impl PrefillQueue {
    pub(super) fn new<F: Fn(f64) -> f64>(work: &Work<F>, step_s: f64, rate: f64, share: f64) -> Self {
        let own_s = work.prefill_s.max(f64::MIN_POSITIVE);
        let square = work.square_prefill();
        let chunk_s = work.chunk_s;
        let interval_s = step_s / (1.0 - share);
        let carried_s = share * interval_s;
        // The variance of a step: of the arrivals in the one before, and no more than the budget allows.
        let free = rate * square * interval_s / (1.0 - share * share);
        let most = carried_s * (chunk_s - carried_s).max(0.0);
        let variance = if most > 0.0 { free * most / (free + most) } else { 0.0 };
        let fullness = (rate * own_s * (1.0 + step_s / chunk_s)).min(FULLEST);
        let bulk = chunk_s * own_s / square;
        let thinning = 1.0 / (1.0 / (2.0 * bulk) + (fullness / bulk).sqrt() / 1.165);
        let queue_s = fullness * square / own_s / (2.0 * (1.0 - fullness));
        Self {
            interval_s: interval_s + variance / interval_s,
            step_s,
            rate,
            share,
            own_s,
            own_spread: work.prefill_spread,
            square,
            chunk_s,
            backlog_s: queue_s * (-(1.0 - fullness) * thinning).exp(),
        }
    }

    /// The queue when no more than so many requests are there at all.
    pub(super) fn of_at_most(self, requests: f64) -> Self {
        let most_s = requests * self.own_s / 2.0;
        Self { backlog_s: self.backlog_s * most_s / (self.backlog_s + most_s), ..self }
    }

    /// Mean time to first token after so much of a running step, seconds.
    #[inline]
    pub(super) fn mean_s(&self, residual_s: f64) -> f64 {
        residual_s + self.after_s(self.backlog_s)
    }

    /// Mean time from the next step to the first token behind so much left over, seconds.
    #[inline]
    fn after_s(&self, backlog_s: f64) -> f64 {
        let beside_s = self.share * self.interval_s / 2.0;
        let ahead_s = backlog_s + self.own_s + beside_s;
        // Whole steps: one for work far below the budget, half a step more than the quotient for work far above.
        let steps = -1.0 / (-self.chunk_s / ahead_s).exp_m1();
        let behind_s = beside_s * self.chunk_s / (beside_s + self.chunk_s);
        self.step_s * steps + ahead_s + behind_s
    }

    /// Time to first token with nobody else there, seconds.
    #[inline]
    pub(super) fn alone_s(&self) -> f64 {
        self.own_s - self.step_s / (-self.chunk_s / self.own_s).exp_m1()
    }

    /// What a percentile lies above the mean, seconds, from how far it lies above the mean of a uniform time (in widths), of
    /// a number of arrivals, of the own prefill and of a queue (in standard deviations).
    pub(super) fn deviation_s(&self, uniform: f64, arrivals: f64, own: f64, queue: f64) -> f64 {
        let stretch = self.stretch();
        let residual = (uniform * self.interval_s).powi(2);
        let beside = 2.9 * self.rate * self.square * self.interval_s * (1.0 + 0.9 * self.share);
        let prefill = 1.3 * (own * self.own_s * self.own_spread).powi(2);
        let backlog = self.backlog_s * (1.3 * self.backlog_s + 1.1 * self.own_s);
        (residual
            + (arrivals.powi(2) * beside + prefill) * stretch.powi(2)
            + backlog * (queue * (1.0 + self.step_s / self.chunk_s)).powi(2))
        .sqrt()
    }

    /// What the median lies below the mean, seconds: of the own prefill as in a lognormal distribution (Crow and Shimizu 1988).
    #[inline]
    pub(super) fn median_below_mean_s(&self) -> f64 {
        let beside_s = self.share * self.interval_s / (1.0 + self.rate * self.interval_s).sqrt();
        let own_s = self.own_s * (1.0 - (1.0 + self.own_spread * self.own_spread).sqrt().recip());
        let queue_s = self.after_s(self.backlog_s) - self.after_s(0.0);
        (0.6 * beside_s + own_s) * self.stretch() + 0.3 * queue_s
    }

    /// Time that a prefill takes for each second of its own: with steps between its chunks if it has several.
    #[inline]
    fn stretch(&self) -> f64 {
        1.0 + self.step_s / self.chunk_s * self.own_s / (self.own_s + 0.7 * self.chunk_s)
    }
}
