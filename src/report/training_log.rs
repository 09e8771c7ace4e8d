//! A log of training beside a scenario: how fast the run was, how much of its time advanced it, and what that makes of the
//! scenario.

use serde_json::{Map, Value as Json, json};

use crate::analysis::case::Case;
use crate::engine::training::TrainingRun;
use crate::import::training::Pace;
use crate::report::page::{Block, Figure, Page, Section};
use crate::report::table::{Cell, Table, WORDS, table};
use crate::scenario::ParamId;
use crate::scenario::value::Value;
use crate::text::quantity::{Unit, count_of, format};

/// A shorter log does not show what restarts and evaluations take, seconds.
const LEAST: f64 = 86_400.0;

/// A log beside a scenario.
pub struct Measured<'a> {
    pub pace: &'a Pace,
    /// The scenario, with the GPUs and the batch of the log.
    pub case: &'a Case,
    pub scenario: &'a str,
}

/// A figure of both.
struct Beside {
    id: &'static str,
    label: &'static str,
    unit: Unit,
    measured: Option<f64>,
    modeled: f64,
}

impl Measured<'_> {
    fn modeled(&self) -> &TrainingRun {
        &self.case.outcome.training.run
    }

    /// Model FLOPs utilization: of the scenario's model on its accelerator, in its precision.
    fn mfu(&self) -> f64 {
        self.modeled().mfu * self.pace.tokens_per_s_per_gpu / self.modeled().tokens_per_s_per_gpu
    }

    /// It is faster than the accelerator can be.
    pub fn is_impossible(&self) -> bool {
        self.mfu() > 1.0
    }

    /// The share of time that advanced the run, where the log is long enough to show it.
    fn goodput(&self) -> Option<f64> {
        self.pace.goodput.filter(|_| self.pace.seconds.is_some_and(|seconds| seconds >= LEAST))
    }

    /// What it states of a scenario.
    pub fn states(&self) -> Vec<(ParamId, Value)> {
        let rounded = |share: f64| (share * 1e4).round() / 1e4;
        [
            (ParamId::TrainingMfu, Some(rounded(self.mfu()))),
            (ParamId::TrainingGoodput, self.goodput().map(rounded)),
            (ParamId::TrainingGpus, self.pace.gpus),
            (ParamId::TrainingGlobalBatchTokens, self.pace.batch_tokens.map(f64::round)),
        ]
        .into_iter()
        .filter_map(|(param, value)| param.check(Value::Number(value?)).ok().map(|value| (param, value)))
        .collect()
    }

    fn figures(&self) -> Vec<Beside> {
        let modeled = self.modeled();
        let goodput = self.goodput();
        let share = modeled.goodput;
        // Of a short log, as much is lost as the scenario says.
        let all_in = self.mfu() * goodput.unwrap_or(share);
        let hours = modeled.gpu_hours * modeled.all_in_mfu / all_in;
        let figure = |id, label, unit, measured, modeled| Beside { id, label, unit, measured, modeled };
        vec![
            figure(
                "tokens_per_s_per_gpu",
                "Tokens/s per GPU",
                Unit::TokensPerSecond,
                Some(self.pace.tokens_per_s_per_gpu),
                modeled.tokens_per_s_per_gpu,
            ),
            figure("mfu", "Model FLOPs utilization", Unit::Share, Some(self.mfu()), modeled.mfu),
            figure("goodput", "Time that advances the run", Unit::Share, goodput, share),
            figure("all_in_mfu", "Both together", Unit::Share, Some(all_in), modeled.all_in_mfu),
            figure("gpu_hours", "GPU-hours of the whole run", Unit::Count, Some(hours), modeled.gpu_hours),
            figure(
                "days",
                "Days of the whole run",
                Unit::Days,
                Some(modeled.days * hours / modeled.gpu_hours),
                modeled.days,
            ),
        ]
    }

    /// What was read, and what is not to be taken from it, in sentences.
    fn sentences(&self) -> Vec<String> {
        let pace = self.pace;
        let share = |share: f64| format(share, Unit::Share);
        let over = pace.seconds.map(|seconds| format!(" over {}", format(seconds / 86_400.0, Unit::Days)));
        let mut said = vec![format!(
            "How fast the run was is told by {}{}.",
            count_of(pace.lines as f64, "line"),
            over.unwrap_or_default()
        )];
        if self.is_impossible() {
            said.push(
                "That is faster than the accelerator can be: the run was of another model or precision, or on other or more \
                 accelerators, than the scenario says."
                    .to_owned(),
            );
        }
        match (self.goodput(), pace.repeated) {
            (Some(goodput), Some(repeated)) if goodput < 1.0 => said.push(format!(
                "{} of that time did not advance it: {} did steps anew, {} stood still.",
                share(1.0 - goodput),
                share(repeated),
                share((1.0 - goodput - repeated).max(0.0)),
            )),
            (None, _) if pace.goodput.is_some() => said.push(
                "It covers less than a day: what restarts and evaluations take stays as the scenario has it."
                    .to_owned(),
            ),
            (None, _) => said.push(
                "It has no times and steps: what restarts and evaluations take stays as the scenario has it."
                    .to_owned(),
            ),
            _ => {}
        }
        if let Some(logged) = pace.mfu.filter(|logged| (logged / self.mfu() - 1.0).abs() > 0.05) {
            said.push(format!(
                "The trainer counts a utilization of {}: by another count of FLOPs, another peak, or another model than the \
                 scenario's.",
                share(logged)
            ));
        }
        said
    }

    /// The page, and what became of it.
    pub fn page(&self, outcome: String) -> Page {
        let table = table(&self.figures());
        let catalog = self.case.catalog();
        let states = self.states();
        let stated =
            states.iter().map(|(param, value)| Figure::new(param.path, param.display(*value, catalog)));
        let written = states
            .iter()
            .map(|(param, value)| (param.path.to_owned(), Json::from(param.written(*value, catalog))));
        let figures: Map<String, Json> = self
            .figures()
            .iter()
            .map(|row| (row.id.to_owned(), json!({"measured": row.measured, "modeled": row.modeled})))
            .collect();
        let record = json!({
            "scenario": self.scenario,
            "lines": self.pace.lines,
            "seconds": self.pace.seconds,
            "repeated": self.pace.repeated,
            "logged_mfu": self.pace.mfu,
            "figures": figures,
            "states": written.collect::<Map<String, Json>>(),
        });
        let sections = vec![
            Section::new("", Block::Items(self.sentences())),
            Section::new(format!("Beside the scenario \"{}\"", self.scenario), Block::Table(table.clone())),
            Section::new("What it states of a scenario", Block::Figures(stated.collect())),
            Section::new("", Block::Items(vec![outcome])),
        ];
        Page::new(sections, record, table)
    }
}

fn table(figures: &[Beside]) -> Table {
    let figure = |value: Option<f64>, unit: Unit| value.map(|value| Cell::Figure(value, unit));
    table!(figures.iter(), |row: &Beside| {
        "figure", "Figure", WORDS => row.label;
        "measured", "Measured", WORDS => figure(row.measured, row.unit);
        "modeled", "Modeled", WORDS => figure(Some(row.modeled), row.unit);
        "difference", "Difference", WORDS => row
            .measured
            .map(|measured| format!("{:+.0}%", (measured / row.modeled - 1.0) * 100.0));
    })
}
