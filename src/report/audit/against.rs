//! A bill beside a scenario: what it should have cost, and what the difference is made of.

use crate::analysis::spent::{Difference, serving, training};
use crate::import::bills::{Amount, Class};
use crate::report::audit::Bill;
use crate::report::page::{Block, Figure, Section};
use crate::text::quantity::{Unit, format};

impl Bill<'_> {
    /// Serving and training beside the scenario; `None` where they cannot be compared.
    pub(super) fn differences(&self) -> [Option<Difference>; 2] {
        if !self.is_usd() {
            return [None, None];
        }
        let spent = self.spending.serving(&self.case.scenario);
        let serving = spent.filter(|spent| spent.cents != 0).and_then(|spent| serving(self.case, &spent));
        let training = self
            .spending
            .training()
            .filter(|spent| spent.cents != 0)
            .and_then(|spent| training(self.case, &spent));
        [serving, training]
    }

    /// What the scenario says that it should have cost.
    pub(super) fn against(&self) -> Vec<Section> {
        let heading = format!("Against the scenario \"{}\"", self.scenario);
        let [serving, training] = self.differences();
        if serving.is_none() && training.is_none() {
            let why = if self.is_usd() {
                "Nothing of training or inference can be compared with it."
            } else {
                "A scenario is in US dollars: amounts in another currency are not compared with it."
            };
            return vec![Section::new(heading, Block::Items(vec![why.to_owned()]))];
        }
        let money = |cents: i64| self.money(Amount::of_cents(i128::from(cents)));
        let signed = |cents: i64| format!("{}{}", if cents > 0 { "+" } else { "" }, money(cents));
        let mut figures = Vec::new();
        let mut said = Vec::new();
        let days = format(self.ledger.days().unwrap_or(0.0), Unit::Days);
        let of = [
            ("Inference", serving, format!("{days} of this workload")),
            ("Training", training, "one version".to_owned()),
        ];
        for (label, difference, what) in of {
            let Some(difference) = difference else { continue };
            figures.push(Figure::new(label, money(difference.spent_cents)));
            figures
                .push(Figure::new("  should cost", format!("{}, {what}", money(difference.expected_cents))));
            figures.push(Figure::new("  difference", signed(difference.cents())));
            let Some(parts) = difference.parts else {
                figures
                    .push(Figure::new("    not split", "the bill counts no hours, tokens or requests of it"));
                continue;
            };
            let lines = [
                ("price", Some(parts.price)),
                ("volume", Some(parts.volume)),
                ("efficiency", parts.efficiency),
                ("idle", parts.idle),
                ("the rest", Some(parts.rest).filter(|rest| *rest != 0)),
            ];
            for (part, cents) in lines {
                let is_assumed = match part {
                    "volume" => difference.assumed.contains(&"requests"),
                    "idle" => difference.assumed.contains(&"utilization"),
                    _ => false,
                };
                let words = |cents| format!("{}{}", signed(cents), if is_assumed { ", assumed" } else { "" });
                figures.extend(cents.map(|cents| Figure::new(format!("    {part}"), words(cents))));
            }
            said.extend(difference.assumed.iter().map(|what| match *what {
                "requests" => "The bill does not count the requests that its accelerators answered: taken as in the scenario, \
                               so that volume is 0. `--requests N` says how many there were.",
                _ => "The bill does not say how busy its accelerators were: taken as in the scenario, so that idle is 0. \
                      `--set actual.utilization=40%` says it.",
            }.to_owned()));
        }
        said.extend(self.other_accelerators());
        vec![Section { heading, blocks: vec![Block::Figures(figures), Block::Items(said)] }]
    }

    /// Hours of another accelerator are not the scenario's hours.
    fn other_accelerators(&self) -> Option<String> {
        let own = &self.case.serving_gpu().id;
        let others: Vec<String> =
            self.spending.accelerators(Class::Inference).into_keys().filter(|gpu| gpu != own).collect();
        (!others.is_empty()).then(|| {
            format!(
                "The scenario serves on {own}, the bill on {}: an hour of it is another hour, so price and efficiency hold \
                 part of that. `--set hardware.gpu=` compares like with like.",
                others.join(", ")
            )
        })
    }
}
