//! The queue for a slot, where as many run as can run together.

use std::f64::consts::{PI, TAU};

use crate::engine::serving::queue::{Flow, Work, combined};

/// Waiting for a free slot: some of the requests, and those for a time that is exponential.
///
/// Halfin and Whitt ("Heavy-traffic limits for queues with many exponential servers", 1981) have the chance of a wait from
/// the normal that the number of requests follows when there are many. Here the product form of that number takes
/// the normal's place, as its tail is longer: a fuller batch serves each of its requests more slowly. The mean wait is that of
/// Allen and Cunneen: half as long where all requests are alike.
#[derive(Debug, Clone, Copy)]
pub(super) struct SlotQueue {
    /// Chance that a request waits.
    chance: f64,
    /// Mean wait of those that do, seconds.
    wait_s: f64,
}

/// How far Gauss's two points lie from the middle, as a share of the way.
const GAUSS: f64 = 0.288_675_134_594_813;

/// Largest exponent of the tail: chances below its like are nil.
const FARTHEST: f64 = 600.0;

impl SlotQueue {
    /// The queue of a flow that is below what the slots sustain.
    pub(super) fn new<F: Fn(f64) -> f64>(work: &Work<F>, flow: &Flow) -> Self {
        let slots = work.slots;
        let full_s = (work.step)(slots);
        let decode_s = work.output_tokens * full_s / slots;
        let capacity = 1.0 / (work.prefill_s + decode_s);
        // The fall of the product form from its peak to the slots: by Gauss's two points, over the fall of one request more.
        let way = slots - flow.likeliest;
        let fall = |share: f64| {
            let running = flow.likeliest + share * way;
            (running / (flow.demand * (work.step)(running))).ln().max(0.0)
        };
        let falls = f64::midpoint(fall(0.5 - GAUSS), fall(0.5 + GAUSS));
        // Arrivals in groups make the number vary more, the less so the more the lengths scatter the groups.
        let bunching = 1.0 + (flow.group - 1.0) / (1.0 + work.output_spread.powi(2));
        let exponent = (way * falls / bunching).clamp(0.0, FARTHEST);
        let deviations = (2.0 * exponent).sqrt();
        // The normal distribution over its density: Börjesson and Sundberg's approximation of the upper tail (1979).
        let tail = 1.0 / ((1.0 - 1.0 / PI) * deviations + combined(deviations, TAU.sqrt()) / PI);
        let below = TAU.sqrt() * exponent.exp() - tail;
        let chance =
            1.0 / (1.0 + (1.0 - flow.rate / capacity) * (bunching * flow.response * slots).sqrt() * below);
        // Within a short wait, ends come at random; over a long one, as regular as the lengths are.
        let variation =
            combined(work.prefill_s * work.prefill_spread, decode_s * work.output_spread) * capacity;
        let regularity = 1.0 + (variation.powi(2) - 1.0) / 2.0 * chance.powf(0.15);
        Self { chance, wait_s: regularity / (capacity - flow.rate) }
    }

    /// Mean wait of all requests, seconds.
    pub(super) fn mean_s(&self) -> f64 {
        self.chance * self.wait_s
    }

    /// The wait that a share `beyond` of all requests exceeds, seconds; smoothly nil when fewer wait.
    #[inline]
    pub(super) fn exceeded_s(&self, beyond: f64) -> f64 {
        self.wait_s / 5.0 * (self.chance / beyond).powi(5).ln_1p()
    }
}
