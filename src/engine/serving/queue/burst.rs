//! Requests that all come at once: waves of as many as have a slot.

use crate::engine::serving::queue::{Percentiles, Work, combined, p95_deviations};

/// A burst of requests: how long they wait, and until the last has ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Burst {
    /// Time to first token.
    pub ttft: Percentiles,
    /// Mean time per output token, seconds.
    pub tpot_s: f64,
    /// Mean time from the burst to a request's last token, seconds.
    pub request_s: f64,
    /// 95th percentile of that, seconds: no later than the end.
    pub request_p95_s: f64,
    /// From the burst to the last token of all, seconds.
    pub drain_s: f64,
    /// Output tokens per second until then.
    pub output_tokens_per_s: f64,
}

/// Running requests of a wave: they rise, stay and fall.
struct Ramp {
    /// The most of them.
    running: f64,
    /// Steps in which they rise, and fall again.
    steps: f64,
    /// Steps in which they stay.
    level: f64,
    /// Steps full of prefills before the last.
    more: f64,
}

impl<F: Fn(f64) -> f64> Work<F> {
    /// A burst of so many requests.
    pub fn burst(&self, requests: f64) -> Burst {
        let requests = requests.max(1.0);
        let mean = self.burst_mean_ttft_s(requests);
        let ttft = Percentiles {
            mean,
            p50: self.burst_ttft_s(0.5 * requests, requests),
            p95: self.burst_ttft_s(0.95 * requests, requests).max(mean),
            p99: self.burst_ttft_s(0.99 * requests, requests).max(mean),
        };
        let drain_s = self.drain_s(requests);
        let tpot_s = self.burst_tpot_s(requests);
        let further = (self.output_tokens - 1.0).max(0.0);
        let request_s = (mean + further * tpot_s).min(drain_s);
        let tpot_s = if further > 0.0 { (request_s - mean) / further } else { tpot_s };
        // All of a wave end together but for their own lengths; later waves end later. When the longest of the last wave run,
        // about a fifth of it is left.
        let wave = self.most_running();
        let behind_s = if 0.95 * requests > wave { ttft.p95 - mean } else { 0.0 };
        let first = requests.min(self.slots);
        let last = first / requests;
        let further_s = last * (self.step)((first / 5.0).max(1.0)).min(tpot_s) + (1.0 - last) * tpot_s;
        let own_s = p95_deviations(self.output_spread) * self.output_spread * self.output_tokens * further_s;
        Burst {
            ttft,
            tpot_s,
            request_s,
            request_p95_s: (request_s + combined(behind_s, own_s)).min(drain_s),
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
        let Ramp { running, steps, level, .. } = self.ramp(last);
        // The steps between the prefills of the last wave, those of full batches, and as many again as requests end one by one.
        let equal_s = waves * self.wave_s()
            + last * self.prefill_s
            + level * (self.step)(running)
            + 2.0 * steps * (self.step)(running / 2.0);
        let running = requests.min(self.slots);
        let shared_s = requests * (self.prefill_s + self.output_tokens * (self.step)(running) / running);
        // Exponential lengths end one by one, at a rate that falls as they do: the harmonic sum.
        let longest_s =
            0.9 * self.output_spread * self.output_tokens * (self.step)(1.0) * running.max(1.0).ln();
        let spread = self.output_spread.min(1.0);
        (1.0 - spread) * equal_s + spread * shared_s + longest_s
    }

    /// Mean time per output token of a burst, seconds.
    ///
    /// Each step weighs as many requests as run in it: two thirds of the most where those grow evenly from none. Lengths that
    /// vary thin the last wave out: two requests of the same start run together for the shorter of them, which is half of the mean
    /// where lengths are exponential.
    fn burst_tpot_s(&self, requests: f64) -> f64 {
        let first = requests.min(self.slots);
        let Ramp { running, steps, level, more } = self.ramp(first);
        let thinned = (running * (1.0 - self.output_spread.min(1.0) / 2.0)).max(1.0);
        let last = first / requests;
        let level_s = last * (self.step)(thinned) + (1.0 - last) * (self.step)(running);
        let rising_s = (self.step)((running * 2.0 / 3.0).max(1.0));
        let steps_s = running * (level * level_s + steps * rising_s);
        // Steps full of others' prefills that come after a request's own.
        let after_s = if more > 0.0 { self.chunk_s * steps * (1.0 - steps / (2.0 * more)) } else { 0.0 };
        let wave_s = (steps_s / first + after_s) / self.output_tokens;
        let fed = first.min(self.most_running());
        let later_s = (self.step)(fed) + fed * self.prefill_s / self.output_tokens;
        self.blended(wave_s, last * wave_s + (1.0 - last) * later_s)
    }

    /// How the running requests of a wave rise while it is prefilled, and fall again as they end.
    fn ramp(&self, requests: f64) -> Ramp {
        let more = (requests * self.prefill_s / self.chunk_s - 1.0).max(0.0);
        let steps = more.min(self.output_tokens);
        let running = (requests * (self.output_tokens / more).min(1.0)).max(1.0);
        Ramp { running, steps, level: (self.output_tokens - more).abs(), more }
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
