//! What is wrong with a step: figures that do not exist, settings that change nothing, claims about something else.

use crate::analysis::deck::Deck;
use crate::analysis::deck::stage::Stage;
use crate::analysis::findings::{Finding, Severity, Topic, alerts};
use crate::analysis::published::speaks_of;
use crate::rank;

impl Deck {
    /// What `whatif check` says of each step, the most severe first. A figure that is shown and does not exist is a breach;
    /// a budget or a promise that a step shows to be broken is its point, and a warning.
    pub fn findings(&self, stages: &[Stage]) -> Vec<Vec<Finding>> {
        let mut told: Vec<Finding> = Vec::new();
        let steps = stages.iter().enumerate().map(|(index, stage)| {
            let mut list = self.step_findings(index, stage, stages);
            // A warning that every step has is told at the first.
            list.retain(|finding| finding.severity == Severity::Breach || !told.contains(finding));
            told.extend(list.iter().cloned());
            list
        });
        steps.collect()
    }

    /// The step before the last one whose scenario a step goes back to.
    fn undone(&self, index: usize, stages: &[Stage]) -> Option<usize> {
        let step = &self.steps[index];
        let now = &stages[index].case.scenario;
        let is_changed = step.start.is_none() && !step.set.is_empty();
        let earlier = stages.iter().take(index.saturating_sub(1)).rposition(|old| old.case.scenario == *now);
        earlier.filter(|_| is_changed)
    }

    fn step_findings(&self, index: usize, stage: &Stage, stages: &[Stage]) -> Vec<Finding> {
        let step = &self.steps[index];
        let mut list = Vec::new();
        let mut add = |severity, topic, text: String| {
            list.push(Finding { severity, topic, month: None, text, remedy: None });
        };
        let shown = step.shown().iter().chain(&step.paid_with);
        let missing: Vec<&str> = shown
            .filter(|answer| answer.of(&stage.case.outcome).is_none())
            .map(|answer| answer.label())
            .collect();
        if !missing.is_empty() {
            add(Severity::Breach, Topic::Step, format!("no figure exists for {}", missing.join(", ")));
        }
        let before = match index.checked_sub(1) {
            _ if step.start.is_some() => step.start.as_ref().map(|start| start.scenario),
            Some(before) => Some(stages[before].case.scenario),
            None => Some(self.start.scenario),
        };
        for (param, value) in &step.set {
            if before.is_some_and(|before| param.stated(&before) == *value) {
                let value = param.display(*value, stage.case.catalog());
                let text = format!("`{}` is {value} already: setting it changes nothing", param.path);
                add(Severity::Warning, Topic::Step, text);
            }
        }
        if let Some(before) = index.checked_sub(1).filter(|before| !step.is_new_after(&self.steps[*before])) {
            add(
                Severity::Warning,
                Topic::Step,
                format!("shows nothing that step {} does not show", before + 1),
            );
        }
        if let Some(old) = self.undone(index, stages) {
            let text = format!("goes back to step {}: its change undoes what was changed since", old + 1);
            add(Severity::Warning, Topic::Step, text);
        }
        for published in &stage.published {
            let meant = published.meant().filter(|meant| !step.shown().contains(meant));
            if let Some(meant) = meant {
                let text =
                    format!("\"{}\" speaks of {}, which it does not show", published.name(), meant.label());
                add(Severity::Warning, Topic::Claim, text);
            }
        }
        let model = stage.case.model().map(|model| model.id.as_str());
        let about = [self.start_of(index).id.as_deref(), model];
        for id in &step.claims {
            if !speaks_of(id, &stage.case, about) {
                let text = format!("the claim `{id}` is about something else than this step");
                add(Severity::Breach, Topic::Claim, text);
            }
        }
        list.extend(alerts(&stage.case, false).into_iter().map(|alert| {
            let severity =
                if alert.is_refusal() { alert.severity } else { alert.severity.max(Severity::Warning) };
            Finding { severity, ..alert }
        }));
        rank::by_key(&mut list, |finding| finding.severity);
        list
    }
}
