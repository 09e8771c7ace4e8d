//! Sensitivity: which parameters move an answer most, over what they may well be and over ±10%.

use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::analysis::hardware::may_be_proposed;
use crate::analysis::parallel;
use crate::rank;
use crate::scenario::ParamId;
use crate::scenario::domain::{Domain, Group, NumberDomain};
use crate::scenario::value::Value;
use crate::text::quantity::Unit;

/// The small change whose effect is shown beside that of the plausible range.
const SMALL_CHANGE: f64 = 0.1;

/// Two values of a parameter and the answers there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ends {
    /// The lower value; of choices the one with the least answer.
    pub low: Value,
    /// The higher value; of choices the one with the greatest answer.
    pub high: Value,
    /// The answer at the lower value; `None` where it does not exist, as when the model no longer fits.
    pub at_low: Option<f64>,
    /// The answer at the higher value.
    pub at_high: Option<f64>,
}

impl Ends {
    /// Answer and value at both ends, the lesser answer first; where an answer does not exist, the current one.
    pub fn ascending(&self, present: f64) -> [(f64, Value); 2] {
        let low = (self.at_low.unwrap_or(present), self.low);
        let high = (self.at_high.unwrap_or(present), self.high);
        if low.0 <= high.0 { [low, high] } else { [high, low] }
    }

    /// How far apart the answers lie, the current one among them.
    pub fn swing(&self, present: f64) -> f64 {
        let answers = [Some(present), self.at_low, self.at_high];
        let known = || answers.iter().flatten().copied();
        known().fold(f64::MIN, f64::max) - known().fold(f64::MAX, f64::min)
    }
}

/// What one parameter does to the answer.
#[derive(Debug, Clone, Copy)]
pub struct Sensitivity {
    /// The parameter.
    pub param: ParamId,
    /// Over its stated range, else its plausible one, else ±10%; over every choice of a choice.
    pub range: Ends,
    /// Over ±10%; `None` for choices, and for numbers that are not set or too small to change by that.
    pub small: Option<Ends>,
    /// How far the answer swings over the range.
    pub swing: f64,
}

/// The parameters that move an answer, the greatest swing first; none where the answer does not exist.
pub fn sensitivities(case: &Case, answer: Answer) -> Vec<Sensitivity> {
    let Some(present) = answer.of(&case.outcome) else { return Vec::new() };
    let probe = Probe { case, answer };
    let counts = |param: &ParamId| !matches!(param.group, Group::Governance | Group::Shape);
    let params: Vec<ParamId> = ParamId::ALL.into_iter().filter(counts).collect();
    let rows = parallel::each(params.len(), |index| probe.sensitivity(params[index], present));
    let mut rows: Vec<Sensitivity> =
        rows.into_iter().flatten().filter(|row| row.swing > present.abs() * 1e-9).collect();
    rank::falling(&mut rows, |row| row.swing);
    // The serving GPU follows the main one unless it is stated: one row is enough for both.
    rows.dedup_by(|later, earlier| matches!(later.param.domain, Domain::Gpu) && later.range == earlier.range);
    rows
}

/// The least and the greatest answer that some rows reach, the current one among them.
pub fn extent(rows: &[Sensitivity], present: f64) -> [f64; 2] {
    rows.iter()
        .map(|row| row.range.ascending(present))
        .fold([present; 2], |[least, most], [low, high]| [least.min(low.0), most.max(high.0)])
}

/// The question, asked of one parameter after another.
struct Probe<'a> {
    case: &'a Case,
    answer: Answer,
}

impl Probe<'_> {
    fn at(&self, param: ParamId, value: Value) -> Option<f64> {
        if !param.has_room(value, &self.case.scenario) {
            return None;
        }
        let changed = self.case.changed(|scenario| param.set(scenario, value));
        self.answer.of(&self.case.evaluate(&changed))
    }

    fn sensitivity(&self, param: ParamId, present: f64) -> Option<Sensitivity> {
        let value = param.effective(&self.case.scenario, self.case.catalog());
        let (range, small) = match &param.domain {
            // The date of the software is not in doubt.
            Domain::Number(domain) if domain.unit == Unit::Date => return None,
            Domain::Number(domain) => {
                let small = value.number().and_then(|number| small_range(domain, number));
                let wide = match value {
                    Value::Range(range) => [range.low, range.high],
                    _ => self
                        .price_range(param)
                        .or_else(|| plausible_range(domain, value.number()))
                        .or(small)?,
                };
                (self.ends(param, wide), small.map(|small| self.ends(param, small)))
            }
            // What may guess ahead is up to the model and its prompts: a lever, not a doubt.
            Domain::Words(_) if param == ParamId::ServingSpeculation => return None,
            Domain::Words(_) | Domain::Flag | Domain::Gpu => (self.choices(param)?, None),
            // Another model is another question, not a doubt about this one; and what is measured is the better fact.
            Domain::Model | Domain::Profile => return None,
        };
        Some(Sensitivity { param, range, small, swing: range.swing(present) })
    }

    /// What providers ask of an accelerator whose price is not set by hand.
    fn price_range(&self, param: ParamId) -> Option<[f64; 2]> {
        let gpu = match param {
            ParamId::ServingPricePerGpuHour => self.case.serving_gpu(),
            ParamId::TrainingPricePerGpuHour => self.case.training_gpu(),
            _ => return None,
        };
        let quote = gpu.offer(self.case.scenario.prices.basis).on_demand.as_ref()?;
        (param.stated(&self.case.scenario) == Value::Auto).then_some([quote.low, quote.high])
    }

    fn ends(&self, param: ParamId, [low, high]: [f64; 2]) -> Ends {
        let (low, high) = (Value::Number(low), Value::Number(high));
        Ends { low, high, at_low: self.at(param, low), at_high: self.at(param, high) }
    }

    /// The choices with the least and the greatest answer.
    fn choices(&self, param: ParamId) -> Option<Ends> {
        let choices = param.choices(self.case.catalog()).into_iter();
        let choices = choices.filter(|value| may_be_proposed(self.case, *value));
        let answers: Vec<(Value, f64)> =
            choices.filter_map(|value| Some((value, self.at(param, value)?))).collect();
        let low = answers.iter().min_by(|a, b| a.1.total_cmp(&b.1))?;
        // Of equals the first, as at the low end.
        let high = answers.iter().rev().max_by(|a, b| a.1.total_cmp(&b.1))?;
        Some(Ends { low: low.0, high: high.0, at_low: Some(low.1), at_high: Some(high.1) })
    }
}

/// What the number may well be, where its present value is not far from it.
fn plausible_range(domain: &NumberDomain, present: Option<f64>) -> Option<[f64; 2]> {
    let [low, high] = domain.plausible?;
    present.is_none_or(|number| (low..=high).contains(&number)).then_some([low, high])
}

/// ±10%, within bounds; `None` where that changes nothing.
fn small_range(domain: &NumberDomain, present: f64) -> Option<[f64; 2]> {
    let by = |factor: f64| domain.rounded((present * factor).clamp(domain.min, domain.max));
    let (one, other) = (by(1.0 - SMALL_CHANGE), by(1.0 + SMALL_CHANGE));
    (one != other).then(|| [one.min(other), one.max(other)])
}
