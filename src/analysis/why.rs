//! Why a cost changed: the figures between the inputs and the bill, before and now.
//!
//! A cost is a product: requests x tokens / rate of a GPU = GPUs, x hours x price. The logarithm of its change is then the
//! sum of those of its factors, which tells how much of the change each of them explains, whatever the order.

mod words;

use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::engine::fleet::Pool;
use crate::engine::outcome::ServingOutcome;
use crate::rank;

/// A figure that changed a cost by less than this, as a logarithm, is as it was.
const SAME: f64 = 0.002;
/// A figure is told if it moved the cost at least this much as the one that moved it most did. Assumption.
const WORTH_TELLING: f64 = 0.15;
/// Most figures that one sentence can carry.
const MOST_TOLD: usize = 3;

/// A figure that a cost is the product of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Factor {
    /// Requests that users ask in a day.
    Asked,
    /// Share of them that reaches GPUs: neither the response cache nor a device answers it.
    Reaching,
    /// The peak of the day over its mean.
    Peak,
    /// Output tokens of a request, thinking included.
    OutputTokens,
    /// Output tokens per second of one GPU with every slot busy.
    Rate,
    /// Share of that rate which the peak uses.
    Use,
    /// Hours of a day for which a GPU of the peak is paid.
    Hours,
    /// USD of one such hour.
    Price,
    /// The whole day over what its GPUs cost: what devices at the edge add.
    Devices,
    /// Tokens that a model is trained on.
    TrainingTokens,
    /// FLOPs of training on one of them.
    FlopsPerToken,
    /// Useful FLOPs in a billed GPU-hour.
    TrainingSpeed,
    /// Experiments and failed runs: all compute over the final run.
    Experiments,
    /// USD of one GPU-hour of training.
    TrainingPrice,
    /// The whole effort over its compute: what people, data and storage add.
    Rest,
}

/// A factor before and now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moved {
    /// Which one.
    pub factor: Factor,
    /// As it was.
    pub before: f64,
    /// As it is.
    pub now: f64,
}

/// The factors of a cost before and now: their ratios multiply to that of the cost.
#[derive(Debug)]
pub struct Why<'a> {
    answer: Answer,
    before: &'a Case,
    now: &'a Case,
    /// Every factor, causes before what follows from them.
    pub factors: Vec<Moved>,
}

/// The factors behind the change of a cost; `None` where the answer is no such cost, or one side does not exist.
pub fn why<'a>(answer: Answer, before: &'a Case, now: &'a Case) -> Option<Why<'a>> {
    if is_for_each(answer) && asked(before)? != asked(now)? {
        return None;
    }
    let factors = of(answer, before)?.into_iter().zip(of(answer, now)?);
    let factors: Vec<Moved> =
        factors.map(|((factor, before), (_, now))| Moved { factor, before, now }).collect();
    let is_known = |moved: &Moved| moved.before > 0.0 && moved.ratio().is_finite() && moved.ratio() > 0.0;
    factors.iter().all(is_known).then_some(Why { answer, before, now, factors })
}

impl Moved {
    /// By what it multiplied the cost.
    pub fn ratio(&self) -> f64 {
        match self.factor {
            // The more of it, the fewer GPUs.
            Factor::Rate | Factor::Use | Factor::TrainingSpeed => self.before / self.now,
            _ => self.now / self.before,
        }
    }

    /// How much of the change it explains: the logarithms add up.
    fn weight(&self) -> f64 {
        self.ratio().ln()
    }
}

impl Why<'_> {
    /// Those that explain most of the change, in the order of cause and effect; none where nothing has changed.
    fn told(&self) -> Vec<Moved> {
        let most = self.factors.iter().map(|moved| moved.weight().abs()).fold(SAME, f64::max);
        let mut told: Vec<Moved> = self
            .factors
            .iter()
            .copied()
            .filter(|moved| moved.weight().abs() >= SAME.max(most * WORTH_TELLING))
            .collect();
        rank::falling(&mut told, |moved| moved.weight().abs());
        told.truncate(MOST_TOLD);
        rank::by_key(&mut told, |moved| self.factors.iter().position(|other| other.factor == moved.factor));
        told
    }
}

/// It is the cost of a day over what was asked in it: while that stays, it moves as the day does.
fn is_for_each(answer: Answer) -> bool {
    matches!(answer, Answer::CostPerRequest | Answer::CostPerMillionTokens)
}

/// Requests that are asked in a day, and the prompt and output tokens of one.
fn asked(case: &Case) -> Option<[f64; 3]> {
    let serving = case.outcome.serving.as_ref().ok()?;
    let deployment = &serving.main.plan.deployment;
    Some([serving.traffic.asked, deployment.prompt_tokens, deployment.output_tokens])
}

/// The factors of an answer, in the order of cause and effect.
fn of(answer: Answer, case: &Case) -> Option<Vec<(Factor, f64)>> {
    let until = |last: Factor, factors: Vec<(Factor, f64)>| {
        let end = factors.iter().position(|(factor, _)| *factor == last).map_or(factors.len(), |at| at + 1);
        factors[..end].to_vec()
    };
    match answer {
        Answer::DailyCost | Answer::MonthlyCost | Answer::YearlyCost => serving(case),
        _ if is_for_each(answer) => serving(case),
        Answer::GpusPeak => Some(until(Factor::Use, serving(case)?)),
        Answer::TrainingCost => training(case),
        Answer::ComputeCost => Some(until(Factor::TrainingPrice, training(case)?)),
        Answer::GpuHours => Some(until(Factor::TrainingSpeed, training(case)?)),
        _ => None,
    }
}

/// What a day of serving is the product of.
fn serving(case: &Case) -> Option<Vec<(Factor, f64)>> {
    let serving = case.outcome.serving.as_ref().ok()?;
    let (day, traffic) = (&serving.day, &serving.traffic);
    let usd = day.usd()?;
    let fleet_usd = usd - day.edge_usd;
    let hours = day.hours.sum();
    let peak = case.inputs.demand.peak_to_mean;
    let (tokens, rate) = work(serving, case.inputs.model_error.throughput);
    let output_at_peak = traffic.served * peak * tokens / 86_400.0;
    Some(vec![
        (Factor::Asked, traffic.asked),
        (Factor::Reaching, traffic.served / traffic.asked),
        (Factor::Peak, peak),
        (Factor::OutputTokens, tokens),
        (Factor::Rate, rate),
        (Factor::Use, output_at_peak / (rate * day.gpus_peak)),
        (Factor::Hours, hours / day.gpus_peak),
        (Factor::Price, fleet_usd / hours),
        (Factor::Devices, usd / fleet_usd),
    ])
}

/// Output tokens of a request that reaches the fleet, and those that a GPU gives in a second with every slot busy: means
/// over all pools, each by its share of the work.
fn work(serving: &ServingOutcome, error: f64) -> (f64, f64) {
    let mean = |of: &dyn Fn(&Pool) -> f64| -> f64 {
        serving.pools().map(|pool| pool.plan.share * of(pool)).sum::<f64>()
    };
    let tokens = |pool: &Pool| pool.plan.deployment.output_tokens;
    let seconds = |pool: &Pool| tokens(pool) * pool.replica.gpus / (pool.replica.output_tokens_per_s * error);
    let all = mean(&tokens);
    (all / mean(&|_| 1.0), all / mean(&seconds))
}

/// What the training effort is the product of.
fn training(case: &Case) -> Option<Vec<(Factor, f64)>> {
    let training = &case.outcome.training;
    let paid = training.bill?;
    let tokens = case.inputs.training.tokens;
    Some(vec![
        (Factor::TrainingTokens, tokens),
        (Factor::FlopsPerToken, training.run.flops / tokens),
        (Factor::TrainingSpeed, training.run.flops / training.gpu_hours),
        (Factor::Experiments, paid.compute_usd / paid.final_run_usd),
        (Factor::TrainingPrice, paid.usd_per_gpu_hour),
        (Factor::Rest, paid.programme_usd / paid.compute_usd),
    ])
}
