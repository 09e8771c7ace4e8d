//! What a bill knows, in the terms of a scenario: what was spent, and on which hours and requests.

use std::collections::BTreeMap;

use crate::analysis::spent::{Measured, ServingSpent, TrainingSpent};
use crate::import::bills::amount::Amount;
use crate::import::bills::charge::Kind;
use crate::import::bills::ledger::{CostBasis, Ledger, Sum};
use crate::import::bills::rules::{Class, Measure};
use crate::scenario::Scenario;

/// A bill in the column that counts, beside a scenario.
#[derive(Debug, Clone, Copy)]
pub struct Spending<'a> {
    pub ledger: &'a Ledger,
    pub basis: CostBasis,
    /// Requests asked in its days, where somebody counted them.
    pub requests: Option<f64>,
}

impl Spending<'_> {
    /// What one class cost, taxes aside.
    pub fn of(&self, class: Class) -> Amount {
        self.ledger.sum(|group, entry| group.class == Some(class) && entry.kind != Kind::Tax).cost(self.basis)
    }

    /// Hours by accelerator of a class, with what they cost.
    pub fn accelerators(&self, class: Class) -> BTreeMap<String, Sum> {
        self.ledger.by(|group, entry| {
            let counts = group.class == Some(class) && group.is_accelerator && entry.sum.quantity != 0.0;
            counts.then(|| group.thing.clone())
        })
    }

    /// Tokens and requests of inference, with what they cost.
    pub fn measures(&self) -> BTreeMap<Measure, Sum> {
        self.ledger.by(|group, entry| {
            group.measure.filter(|_| group.class == Some(Class::Inference) && entry.sum.quantity != 0.0)
        })
    }

    /// Requests that were billed: those that are counted, and those that the tokens make.
    fn billed_requests(&self, tokens_per_request: f64) -> Measured {
        let mut billed = Measured::default();
        for (measure, sum) in self.measures() {
            let per_request = if measure.is_tokens() { tokens_per_request } else { 1.0 };
            billed.usd += sum.measured(self.basis).value();
            billed.quantity += sum.quantity / per_request;
        }
        billed
    }

    fn hours(&self, class: Class) -> Measured {
        let sums = self.accelerators(class);
        Measured {
            usd: sums.values().map(|sum| sum.measured(self.basis)).sum::<Amount>().value(),
            quantity: sums.values().map(|sum| sum.quantity).sum(),
        }
    }

    /// What serving cost; `None` where the bill covers no time.
    pub fn serving(&self, scenario: &Scenario) -> Option<ServingSpent> {
        Some(ServingSpent {
            days: self.ledger.days()?,
            cents: i64::try_from(self.of(Class::Inference).cents()).ok()?,
            accelerators: self.hours(Class::Inference),
            apis: self.billed_requests(scenario.workload.sequence_length),
            requests: self.requests,
            utilization: scenario.actual.utilization,
        })
    }

    /// What training cost.
    pub fn training(&self) -> Option<TrainingSpent> {
        Some(TrainingSpent {
            cents: i64::try_from(self.of(Class::Training).cents()).ok()?,
            accelerators: self.hours(Class::Training),
        })
    }
}
