//! What of a pool's replicas is paid for on a day: how many, and in which of the ways.

use crate::engine::fleet::Moment;
use crate::engine::fleet::curve::DailyCurve;
use crate::engine::fleet::sizing::{Sizing, mean_rate};
use crate::engine::inputs::{Inputs, PoolPlan, Rate, Traffic};
use crate::engine::money::{self, ByKind};

/// Seconds for which a replica stays up after it was last needed. Assumption.
const QUIET_S: f64 = 1_500.0;
/// Prices that differ by no more are in the same relation.
const ROUNDING: f64 = 1e-9;

/// Replicas of one pool that are paid for on a day.
pub(super) struct Paid {
    /// At its peak, those that are committed and not needed included.
    pub(super) peak: f64,
    /// On average.
    pub(super) mean: ByKind<f64>,
}

/// How the replicas of a pool are paid for, whatever they are.
#[derive(Clone, Copy)]
pub(super) struct Terms<'a> {
    rate: &'a Rate,
    autoscaling: bool,
    cold_start_s: f64,
    /// Mean rate at the start, requests per second.
    at_start: f64,
    peak_to_mean: f64,
    /// What the replicas follow, where they follow demand or idle under a commitment.
    curve: Option<&'a DailyCurve>,
}

/// What the replicas of a plan follow over a day, which another one may follow already; `None` where all that the peak takes
/// run around the clock and are paid for by the hour.
pub(super) fn followed<L>(
    plan: &PoolPlan<L>,
    peak_to_mean: f64,
    known: Option<&DailyCurve>,
) -> Option<DailyCurve> {
    let lag_hours = if plan.autoscaling { (plan.cold_start_s + QUIET_S) / 3600.0 } else { 0.0 };
    let follows = plan.autoscaling || plan.rate.committed_share() > 0.0;
    follows.then(|| DailyCurve::near(known, peak_to_mean, lag_hours))
}

/// Two plans for whose replicas as much is paid in relation to each other, whatever they are: all prices may be higher.
pub(super) fn is_paid_alike(one: (&PoolPlan, &Inputs), other: (&PoolPlan, &Inputs)) -> bool {
    let terms = |(plan, inputs): (&PoolPlan, &Inputs)| {
        let rate = &plan.rate;
        let shares = (rate.owned_share, rate.reserved_share, rate.spot_share);
        let hours = money::hours(rate, &plan.deployment.gpu, &inputs.facility).map(|hour| {
            let usd = hour.map(|cost| cost.total());
            usd.map(|own| (own / usd.sum() / ROUNDING).round())
        });
        let starts = (plan.autoscaling, plan.cold_start_s);
        (shares, hours, starts, mean_rate(plan, &inputs.traffic()), inputs.demand.peak_to_mean)
    };
    terms(one) == terms(other)
}

impl<'a> Terms<'a> {
    /// Those of a plan under the traffic of the start.
    pub(super) fn new<L>(
        plan: &'a PoolPlan<L>,
        traffic: &Traffic,
        peak_to_mean: f64,
        curve: Option<&'a DailyCurve>,
    ) -> Self {
        let PoolPlan { rate, autoscaling, cold_start_s, .. } = plan;
        let at_start = mean_rate(plan, traffic);
        Self { rate, autoscaling: *autoscaling, cold_start_s: *cold_start_s, at_start, peak_to_mean, curve }
    }

    /// Replicas at the peak of a day with so many times the requests of the start.
    #[inline]
    fn needed_at_peak(&self, sizing: &Sizing, requests: f64) -> f64 {
        sizing.needed(self.at_start * requests * self.peak_to_mean)
    }

    /// Mean replicas up at a rate, and the share of its requests that wait for one to start, where the pool scales to zero.
    ///
    /// Where the fewest replicas are enough, requests come at random: one finds the pool asleep when none came for as long as it stays up.
    #[inline]
    fn running_to_zero(&self, sizing: &Sizing, requests_per_s: f64) -> (f64, f64) {
        let needed = sizing.needed(requests_per_s);
        let fewest = sizing.fewest();
        if needed > fewest {
            return (needed, 0.0);
        }
        let cold = (-requests_per_s * QUIET_S).exp();
        let up = 1.0 - cold + requests_per_s * cold * self.cold_start_s;
        (up.min(1.0) * fewest, cold)
    }

    /// It scales to zero: nothing of it always runs.
    fn scales_to_zero(&self, sizing: &Sizing, always: f64) -> bool {
        self.autoscaling && sizing.least == 0.0 && always == 0.0
    }

    /// Replicas that are paid for, a month's `moment` away from the start.
    #[inline]
    pub(super) fn paid(&self, sizing: &Sizing, moment: &Moment) -> Paid {
        let peak = self.needed_at_peak(sizing, moment.requests);
        if let Some(curve) = self.curve {
            return self.paid_along(curve, sizing, peak, moment);
        }
        let spot = peak * self.rate.spot_of_rest();
        Paid { peak, mean: ByKind { spot, on_demand: peak - spot, ..ByKind::default() } }
    }

    /// The same where some are committed or all follow demand, of which so many are needed at its peak.
    fn paid_along(&self, curve: &DailyCurve, sizing: &Sizing, needed_at_peak: f64, moment: &Moment) -> Paid {
        let rate = self.rate;
        let mean_rate = self.at_start * moment.requests;
        // Contracts are for whole replicas; those under contract stand on top of those that are owned.
        let committed = |requests: f64, share: f64| {
            if share > 0.0 { (self.needed_at_peak(sizing, requests) * share).round() } else { 0.0 }
        };
        let owned = committed(moment.owned_for, rate.owned_share);
        let both = committed(moment.reserved_for, rate.committed_share());
        let reserved = (both - committed(moment.reserved_for, rate.owned_share)).max(0.0);
        let always = owned + reserved;
        let spot_most = (needed_at_peak - always).max(0.0) * rate.spot_of_rest();
        let by_the_hour = |running: f64| (running - always).max(0.0);
        // What of it is on spot capacity, and all of it.
        let [spot, all] = if self.scales_to_zero(sizing, always) {
            let more =
                |level| by_the_hour(self.running_to_zero(sizing, mean_rate * level).0.min(needed_at_peak));
            [curve.mean(|level| more(level).min(spot_most)), curve.mean(more)]
        } else if self.autoscaling {
            let busy = sizing.busy(mean_rate);
            let more = |level| by_the_hour(sizing.counted(busy * level));
            let spot = if spot_most > 0.0 { curve.mean(|level| more(level).min(spot_most)) } else { 0.0 };
            [spot, curve.mean(more)]
        } else {
            let more = by_the_hour(needed_at_peak);
            [more.min(spot_most), more]
        };
        let on_demand = all - spot;
        Paid { peak: needed_at_peak.max(always), mean: ByKind { owned, reserved, spot, on_demand } }
    }

    /// Mean replicas that are up as demand asks for them, where they follow it: no fewer are paid for.
    #[inline]
    pub(super) fn following(&self, sizing: &Sizing) -> f64 {
        let most = self.needed_at_peak(sizing, 1.0);
        let up = |level| match sizing.least {
            0.0 => self.running_to_zero(sizing, self.at_start * level).0.min(most),
            _ => sizing.needed(self.at_start * level),
        };
        self.curve.map_or(0.0, |curve| curve.mean(up))
    }

    /// Mean replicas that are committed and that demand does not need, where so many are and no more than so many run.
    #[inline]
    pub(super) fn idle(&self, sizing: &Sizing, always: f64, most: f64, moment: &Moment) -> f64 {
        let mean_rate = self.at_start * moment.requests;
        self.curve.filter(|_| always > 0.0).map_or(0.0, |curve| {
            curve.mean(|level| (always - sizing.needed(mean_rate * level).min(most)).max(0.0))
        })
    }

    /// Share of a day's requests that wait for a replica to start.
    pub(super) fn cold_share(&self, sizing: &Sizing) -> f64 {
        let Some(curve) = self.curve else { return 0.0 };
        // A small share of few replicas commits to none.
        let Paid { mean, .. } = self.paid(sizing, &Moment::START);
        if !self.scales_to_zero(sizing, mean.owned + mean.reserved) {
            return 0.0;
        }
        curve.mean(|level| self.running_to_zero(sizing, self.at_start * level).1 * level)
    }
}
