//! Requests that all come at once: waves of as many as have a slot.

use crate::engine::serving::queue::{Percentiles, Work};

/// A burst of requests: how long they wait, and until the last has ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Burst {
    /// Time to first token.
    pub ttft: Percentiles,
    /// From the burst to the last token of all, seconds.
    pub drain_s: f64,
    /// Output tokens per second until then.
    pub output_tokens_per_s: f64,
}

impl<F: Fn(f64) -> f64> Work<F> {
    /// A burst of so many requests.
    pub fn burst(&self, requests: f64) -> Burst {
        let requests = requests.max(1.0);
        let mean = self.burst_mean_ttft_s(requests);
        let drain_s = self.drain_s(requests);
        Burst {
            ttft: Percentiles {
                mean,
                p50: self.burst_ttft_s(0.5 * requests, requests),
                p95: self.burst_ttft_s(0.95 * requests, requests).max(mean),
                p99: self.burst_ttft_s(0.99 * requests, requests).max(mean),
            },
            drain_s,
            output_tokens_per_s: requests * self.output_tokens / drain_s,
        }
    }

    /// Time to first token of the request of a rank in a burst of so many, seconds.
    pub(super) fn burst_ttft_s(&self, rank: f64, requests: f64) -> f64 {
        if rank <= self.slots {
            return self.first_wave_ttft_s(rank, requests.min(self.slots));
        }
        let waves = (rank / self.slots).ceil() - 1.0;
        let in_waves_s =
            waves * self.wave_s() + self.first_wave_ttft_s(rank - waves * self.slots, self.slots);
        let evenly_s = self.first_wave_ttft_s(self.slots, self.slots)
            + (rank / self.slots - 1.0) * self.wave_s()
            + self.between_waves_s();
        self.blended(in_waves_s, evenly_s)
    }

    /// Mean time to first token of a burst, seconds.
    pub(super) fn burst_mean_ttft_s(&self, requests: f64) -> f64 {
        let first = requests.min(self.slots);
        let first_s = self.first_wave_mean_ttft_s(first);
        let later = requests - first;
        if later <= 0.0 {
            return first_s;
        }
        let waves = (requests / self.slots).ceil() - 1.0;
        let last = requests - waves * self.slots;
        let full = waves * self.slots;
        let in_waves_s = full * (first_s + (waves - 1.0) / 2.0 * self.wave_s())
            + last * (self.first_wave_mean_ttft_s(last) + waves * self.wave_s());
        let later_s = self.first_wave_ttft_s(first, first)
            + later / self.slots / 2.0 * self.wave_s()
            + self.between_waves_s();
        self.blended(in_waves_s, first * first_s + later * later_s) / requests
    }

    /// From the burst to the last token of all, seconds: equal requests end in waves, the last of them with its own batch;
    /// others take over each other's slots, and the longest of the last ends alone.
    fn drain_s(&self, requests: f64) -> f64 {
        let waves = (requests / self.slots).ceil() - 1.0;
        let last = requests - waves * self.slots;
        let equal_s =
            waves * self.wave_s() + last * self.prefill_s + self.output_tokens * (self.step)(last.max(1.0));
        let running = requests.min(self.slots);
        let shared_s = requests * (self.prefill_s + self.output_tokens * (self.step)(running) / running);
        // Exponential lengths end one by one, at a rate that falls as they do: the harmonic sum.
        let longest_s =
            0.9 * self.output_spread * self.output_tokens * (self.step)(1.0) * running.max(1.0).ln();
        let spread = self.output_spread.min(1.0);
        (1.0 - spread) * equal_s + spread * shared_s + longest_s
    }

    /// Time to first token of a rank among so many that find a slot, seconds: half a step's prefills come after its own.
    fn first_wave_ttft_s(&self, rank: f64, requests: f64) -> f64 {
        let rank = rank.clamp(1.0, requests);
        let own_s = rank * self.prefill_s;
        let prefill_s = (own_s + self.bunch_s(requests) / 2.0).min(requests * self.prefill_s);
        prefill_s + (own_s / self.chunk_s).max(1.0) * (self.step)((rank / 2.0).max(1.0))
    }

    /// Mean time to first token of so many that find a slot, seconds.
    fn first_wave_mean_ttft_s(&self, requests: f64) -> f64 {
        let work_s = requests * self.prefill_s;
        let steps = (0.5 + work_s / (2.0 * self.chunk_s)).max(1.0);
        let step_s = (self.step)((requests / 3.0).max(1.0));
        f64::midpoint(work_s, self.bunch_s(requests)) + steps * step_s
    }

    /// From times when all lengths are equal, and end in waves, to times when slots free evenly: a few waves of lengths that
    /// differ by some tens of percent lie between the two.
    fn blended(&self, in_waves_s: f64, evenly_s: f64) -> f64 {
        let equal = (1.0 - self.output_spread).max(0.0).powi(4);
        evenly_s + equal * (in_waves_s - evenly_s)
    }

    /// Prefills of so many that fall in the same step, seconds; one request's at least.
    pub(super) fn bunch_s(&self, requests: f64) -> f64 {
        self.chunk_s.min(requests * self.prefill_s).max(self.prefill_s)
    }

    /// From one wave to the next, seconds: no less than its prefills take.
    fn wave_s(&self) -> f64 {
        (self.slots * self.prefill_s + self.output_tokens * (self.step)(self.slots))
            .max(self.first_wave_ttft_s(self.slots, self.slots))
    }

    /// What the second wave waits for slots beyond its share of a wave's time: half the time between waves when all
    /// lengths are equal, nothing when they vary so much that slots free evenly from the start (the mean residual life of renewal
    /// theory).
    fn between_waves_s(&self) -> f64 {
        let gap_s = self.wave_s() - self.first_wave_ttft_s(self.slots, self.slots);
        gap_s * (1.0 - self.output_spread.powi(2)).max(0.0) / 2.0
    }
}
