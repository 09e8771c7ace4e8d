//! Which layout a pool has, and how far its replicas are loaded.

use crate::engine::arrivals::Arrivals;
use crate::engine::fleet::Moment;
use crate::engine::fleet::curve::DailyCurve;
use crate::engine::fleet::paid::{Terms, is_paid_alike};
use crate::engine::fleet::sizing::{Sizing, counted_load, peak_rate};
use crate::engine::inputs::{Inputs, PoolPlan};
use crate::engine::money::{self, ByKind};
use crate::engine::serving::queue::Latencies;
use crate::engine::serving::{
    Batch, Batching, Deployment, DoesNotFit, Layout, Load, Server, ServingConstants,
};

/// Steps by which the highest load is found that keeps a promise; a few are enough.
const STEPS: u32 = 24;
/// A load that uses this much of what is promised uses all of it.
const NEARLY_ALL: f64 = 1.0 - 1e-6;
/// The least load, as a share of what a replica sustains, that is planned for a promise: what is not kept there cannot be kept.
/// Assumption: nobody lets four fifths of a fleet stand idle that is larger than it has to be.
const LEAST_LOAD: f64 = 0.2;
/// A load that is as good as none.
const NO_LOAD: f64 = 1e-3;

/// Two plans between which [`choose`] sees no difference: they may differ in what is paid where all of it is by the hour and
/// around the clock.
pub fn is_alike(one: (&PoolPlan, &Inputs), other: (&PoolPlan, &Inputs)) -> bool {
    // How long a pool with an automatic batch may take is up to the main one.
    let is_set = !one.0.automatic_batch && !other.0.automatic_batch;
    let targets = |plan: &PoolPlan| (plan.latency_target_s, plan.promise, plan.target_utilization);
    let load = |plan: &PoolPlan| (plan.arrivals, plan.concurrency);
    let count = |(plan, inputs): (&PoolPlan, &Inputs)| {
        // Without spot capacity, interruptions are of none.
        let lost = (plan.rate.spot_share, plan.cold_start_s, inputs.interruptions.hours_between);
        let lost = (plan.rate.spot_share > 0.0).then_some(lost);
        (peak_rate(plan, inputs), plan.min_replicas, lost)
    };
    is_set
        && targets(one.0) == targets(other.0)
        && load(one.0) == load(other.0)
        && count(one) == count(other)
        && one.0.deployment == other.0.deployment
        && (![one.0, other.0].into_iter().any(|plan| plan.autoscaling || plan.rate.committed_share() > 0.0)
            || is_paid_alike(one, other))
}

/// A replica, and how much of what it sustains is planned.
pub(super) struct Chosen<'a> {
    pub(super) server: Server<'a>,
    pub(super) load: f64,
    pub(super) keeps_promise: bool,
}

/// A replica that may be chosen.
struct Choice<'a> {
    chosen: Chosen<'a>,
    /// The part of what is promised that is used at its load.
    used: f64,
    cost: FleetCost,
}

/// What a fleet costs, and, where that is as much, the GPU time of a request in seconds.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
struct FleetCost {
    /// USD an hour, or, where the same is paid for each of its GPUs at the peak, how many they are.
    paid: f64,
    gpu_time_s: f64,
}

/// The layout whose fleet costs least among those that fit and keep the promise, each at the highest load at which it
/// does; when none keeps it, the one that comes nearest. Beyond a server only where none within holds the model.
pub(super) fn choose<'a>(
    plan: &PoolPlan,
    slowest_s: f64,
    curve: Option<&DailyCurve>,
    inputs: &Inputs,
    constants: &'a ServingConstants,
) -> Result<Chosen<'a>, DoesNotFit> {
    let experts = plan.deployment.shape.experts.is_some();
    let batch = if plan.automatic_batch { Batch::Max } else { plan.deployment.batch };
    let slowest_s = if plan.automatic_batch { slowest_s } else { f64::INFINITY };
    let hour = curve.and_then(|_| money::hours(&plan.rate, &plan.deployment.gpu, &inputs.facility));
    let hour = hour.map(|hour| hour.map(|cost| cost.total()));
    let limit = Limit { plan, slowest_s, inputs, peak: peak_rate(plan, inputs), hour, curve };
    let server =
        |layout: Layout| Server::new(&Deployment { batch, ..plan.deployment.laid_out(layout) }, constants);
    let mut best: Option<Choice> = None;
    let mut refusal = None;
    for layout in plan.deployment.layout.within_server(experts) {
        match server(layout) {
            Ok(server) => {
                // One that costs more at any load than another does at its own is not worth a look.
                let worth = best
                    .as_ref()
                    .is_none_or(|best| !best.chosen.keeps_promise || limit.least_cost(&server) < best.cost);
                if worth {
                    let choice = limit.choice(server);
                    if best.as_ref().is_none_or(|best| choice.misses() < best.misses()) {
                        best = Some(choice);
                    }
                }
            }
            Err(reason) => refusal = Some(reason),
        }
    }
    if let Some(choice) = best {
        return Ok(choice.chosen);
    }
    for layout in plan.deployment.layout.beyond_server(experts) {
        if let Ok(server) = server(layout) {
            return Ok(limit.choice(server).chosen);
        }
    }
    Err(refusal.unwrap_or(DoesNotFit { needed_bytes_per_gpu: f64::INFINITY, usable_bytes_per_gpu: 0.0 }))
}

impl FleetCost {
    /// That of replicas at a load, of which one GPU each is paid for with so much.
    fn new(paid: f64, server: &Server, load: f64) -> Self {
        let gpus = f64::from(server.deployment.layout.gpus());
        Self { paid: paid * gpus, gpu_time_s: server.gpu_time_s() / load }
    }
}

impl Choice<'_> {
    /// What makes it a worse choice, most important first: how far it misses what is promised, then what its fleet costs.
    fn misses(&self) -> (f64, FleetCost) {
        (self.used.max(1.0), self.cost)
    }
}

/// What the users of a pool are promised, and how many they are.
struct Limit<'a> {
    plan: &'a PoolPlan,
    /// Longest mean time from request to last token, seconds.
    slowest_s: f64,
    inputs: &'a Inputs,
    /// Requests per second at the peak of the start.
    peak: f64,
    /// An hour of a GPU by how it is paid for, USD; `None` where that is the same for all, or a price is missing.
    hour: Option<ByKind<f64>>,
    /// What replicas follow, where it is not.
    curve: Option<&'a DailyCurve>,
}

impl Limit<'_> {
    /// A layout at the highest load at which it holds, or, where it never does, at the least: what cannot be kept is no
    /// cheaper than what just can be. That it is no slower than another pool was not promised: it is given up where it cannot be.
    fn choice<'a>(&self, server: Server<'a>) -> Choice<'a> {
        let (mut load, used) = self.highest_load(&server);
        if used > 1.0 && self.slowest_s.is_finite() {
            (load, _) = Limit { slowest_s: f64::INFINITY, ..*self }.highest_load(&server);
        }
        let cost = self.cost(&server, load);
        Choice { chosen: Chosen { server, load, keeps_promise: used <= 1.0 }, used, cost }
    }

    /// What the fleet takes, each replica planned for such a load.
    fn cost(&self, server: &Server, load: f64) -> FleetCost {
        let sizing = Sizing::new(self.plan, server, load, self.inputs);
        let paid = self.hour.map_or_else(
            || sizing.needed(self.peak),
            |hour| {
                let replicas = self.terms().paid(&sizing, &Moment::START).mean;
                hour.with(&replicas, |usd, replicas| usd * replicas).sum()
            },
        );
        FleetCost::new(paid, server, load)
    }

    /// What it takes at the least, whatever its load: that of the planned one, the highest. But of replicas that follow demand
    /// a share of the peak, in whole ones, may be committed or on spot capacity: then more of them may be cheaper.
    fn least_cost(&self, server: &Server) -> FleetCost {
        let PoolPlan { rate, autoscaling, target_utilization: load, .. } = *self.plan;
        match self.hour.filter(|_| autoscaling && rate.committed_share() + rate.spot_share > 0.0) {
            Some(hour) => {
                let sizing = Sizing::new(self.plan, server, load, self.inputs);
                let used = hour.named().map(|(_, usd)| usd).into_iter().filter(|usd| *usd > 0.0);
                let cheapest = used.fold(f64::INFINITY, f64::min);
                FleetCost::new(self.terms().following(&sizing) * cheapest, server, load)
            }
            None => self.cost(server, load),
        }
    }

    /// How replicas are paid for.
    fn terms(&self) -> Terms<'_> {
        let (plan, inputs) = (self.plan, self.inputs);
        Terms::new(plan, &inputs.traffic(), inputs.demand.peak_to_mean, self.curve)
    }

    /// The part of what is promised that latencies take, above 1 where it does not hold.
    fn used(&self, latencies: &Latencies) -> f64 {
        (latencies.ttft.mean / self.plan.latency_target_s)
            .max(latencies.request_s / self.slowest_s)
            .max(self.plan.promise.used(latencies))
    }

    /// The highest load at which it holds, as a share of what a replica sustains and at most the planned one, and the part of
    /// what is promised that is used there; where it holds at none, the least.
    fn highest_load(&self, server: &Server) -> (f64, f64) {
        let plan = self.plan;
        let planned = plan.target_utilization;
        if plan.latency_target_s.is_infinite() && plan.promise.is_empty() && self.slowest_s.is_infinite() {
            return (planned, 0.0);
        }
        let random = plan.arrivals == Arrivals::Poisson && plan.deployment.batching == Batching::Continuous;
        if !random && !plan.automatic_batch {
            let waits =
                counted_load(plan, server).map_or_else(|| Some(server.full()), |load| server.under(load));
            return (planned, waits.map_or(f64::INFINITY, |waits| self.used(&waits.latencies)));
        }
        // The fewest replicas may have even less to do.
        let rest = Sizing::new(plan, server, 1.0, self.inputs).busy(self.peak) / plan.min_replicas.max(1.0);
        let least = LEAST_LOAD.min(planned).min(rest.max(NO_LOAD));
        if random && plan.promise.is_empty() && self.slowest_s.is_infinite() {
            let ttft_s = server.mean_ttft_s();
            let used_at =
                |rate: f64| ttft_s(rate).map_or(f64::INFINITY, |ttft_s| ttft_s / plan.latency_target_s);
            return highest(|load| used_at(load * server.sustained_rate), least, planned);
        }
        let used_at = |load: f64| {
            let waits = server.under(Load::Random(load * server.sustained_rate));
            waits.map_or(f64::INFINITY, |waits| self.used(&waits.latencies))
        };
        highest(used_at, least, planned)
    }
}

/// The highest load between two at which no more than all is used, and what is used there: the least where that is more.
///
/// What is used rises with the load, steeply towards the end: its inverse is interpolated (false position, with the Illinois
/// rule: Dowell and Jarratt 1971).
fn highest(used_at: impl Fn(f64) -> f64, least: f64, most: f64) -> (f64, f64) {
    let at_most = used_at(most);
    if at_most <= 1.0 {
        return (most, at_most);
    }
    let (mut low, mut used, mut high) = (least, used_at(least), most);
    if used > 1.0 {
        return (least, used);
    }
    let (mut room, mut lack) = (1.0 / used - 1.0, 1.0 - 1.0 / at_most);
    let mut before = None;
    for _ in 0..STEPS {
        if used > NEARLY_ALL {
            break;
        }
        let middle = low + (high - low) * room / (room + lack);
        let at_middle = used_at(middle);
        let holds = at_middle <= 1.0;
        let again = before == Some(holds);
        if holds {
            (low, used, room) = (middle, at_middle, 1.0 / at_middle - 1.0);
            lack *= if again { 0.5 } else { 1.0 };
        } else {
            (high, lack) = (middle, 1.0 - 1.0 / at_middle);
            room *= if again { 0.5 } else { 1.0 };
        }
        before = Some(holds);
    }
    (low, used)
}
