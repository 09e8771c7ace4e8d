//! Advice: where to focus and what decides it, criterion by criterion; what the same traffic costs through an API; what
//! versions cost, what was billed, and what was published of the split.

mod apis;
mod bought;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Rect, Size};

use crate::analysis::actuals::actuals;
use crate::analysis::advice::{
    Advice, Basis, Criterion, Profile, Verdict, advice, against_band, evidence_on_split,
};
use crate::analysis::answer::Answer;
use crate::analysis::api_costs::{api_costs, version_cost};
use crate::engine::horizon::CLAIMED_INFERENCE_SHARE;
use crate::keymap::Action;
use crate::scenario::ParamId;
use crate::scenario::domain::Domain;
use crate::scenario::value::Value;
use crate::text::quantity::{Unit, format};
use crate::views::advice::bought::Bought;
use crate::views::outline::{Body, FOLD, Outline, Parts, Row, Sign, UNFOLD, fold_sign};
use crate::views::scene::{Choice, Content, Drawn, Fold, Hint, Scene, View};
use crate::widgets::glyphs;
use crate::widgets::theme::{Role, Theme};

pub(super) const VIEW: View = View {
    title: "Advice",
    short: "Advice",
    keys: &["9"],
    help: "Advice: where to focus, and the same traffic through an API",
    open: |scene| {
        let costs = api_costs(scene.case);
        let mut rows = Rows { bought: Bought::new(scene, &costs), ..Rows::default() };
        rows.focus(scene, &advice(scene.case), apis::in_brief(scene, &costs));
        rows.evidence(scene);
        rows.apis(scene, &costs);
        rows.versions(scene);
        rows.bills(scene);
        Box::new(rows)
    },
};

#[derive(Debug, Default)]
struct Rows {
    outline: Outline,
    acts: Vec<Act>,
    bought: Bought,
}

/// Columns of a verdict.
const VERDICT: usize = 5;
/// No sign.
const NONE: Sign = (Role::Base, "", 0);

/// What choosing a row does.
#[derive(Debug, Clone)]
enum Act {
    /// A criterion is answered, or its answer taken back.
    Answer(ParamId, Value, &'static str),
    Focus(ParamId),
    Fold(Fold),
    /// It is only read.
    Read,
}

impl Rows {
    fn add(&mut self, depth: usize, body: Body, act: Act) {
        self.push(depth, NONE, body, act);
    }

    fn push(&mut self, depth: usize, sign: Sign, body: Body, act: Act) {
        self.outline.push(Row { depth, sign, body, has_gap: false });
        self.acts.push(act);
    }

    /// A heading, and what is to be said beside it.
    fn head(&mut self, words: &str, aside: &str) {
        let parts = vec![(Role::Heading, words.to_owned()), (Role::Dim, format!("  {aside}"))];
        let has_gap = !self.acts.is_empty();
        self.outline.push(Row { depth: 0, sign: NONE, body: Body::Words(parts), has_gap });
        self.acts.push(Act::Read);
    }

    /// A heading below which rows fold away; whether they are seen.
    fn fold(
        &mut self,
        depth: usize,
        words: &'static str,
        aside: &str,
        is_usual: bool,
        scene: &Scene,
    ) -> bool {
        let fold = (words, 0);
        let is_open = is_usual != scene.folds.contains(&fold);
        let role = if depth == 0 { Role::Heading } else { Role::Strong };
        let parts = vec![(role, words.to_owned()), (Role::Dim, format!("  {aside}"))];
        let has_gap = depth == 0;
        self.outline.push(Row { depth, sign: fold_sign(is_open), body: Body::Words(parts), has_gap });
        self.acts.push(Act::Fold(fold));
        is_open
    }

    /// The advice, the spending that decides where no majority does, what buying would cost, and the criteria.
    fn focus(&mut self, scene: &Scene, advice: &Advice, bought: Option<String>) {
        let words = match advice.profile {
            _ if !advice.is_decided => "No clear focus",
            Profile::Training => "Focus on training",
            Profile::Inference => "Focus on inference",
            Profile::Both => "Focus on training and inference alike",
        };
        if let Some(words) = bought {
            let parts = vec![(Role::Heading, "API or your own: ".to_owned()), (Role::Strong, words)];
            self.add(0, Body::Words(parts), Act::Read);
        }
        self.head(words, &advice.rule);
        if let Some((split, training)) =
            scene.case.outcome.split().and_then(|split| Some((split, split.training_share()?)))
        {
            self.add(0, Body::Split(training), Act::Focus(ParamId::WorkloadHorizonMonths));
            let series = |fill: &str, words: &str, share: f64| {
                [
                    (Role::Base, format!("{fill} ")),
                    (Role::Dim, format!("{words} {}  ", format(share, Unit::Share))),
                ]
            };
            let total = format!(
                "of {} over {}, people included; a side that takes {} of it or more decides the advice",
                format(split.training_usd + split.inference_usd, Unit::Usd),
                format(split.horizon_months, Unit::Months),
                format(CLAIMED_INFERENCE_SHARE, Unit::Share),
            );
            let words = series(glyphs::TRAINING, "training", training)
                .into_iter()
                .chain(series(glyphs::INFERENCE, "inference", 1.0 - training))
                .chain([(Role::Dim, total)])
                .collect();
            self.add(0, Body::Words(words), Act::Focus(ParamId::WorkloadHorizonMonths));
        }
        let month = Answer::MonthlyCost.of(&scene.case.outcome);
        if let Some((usd, (words, source))) = month.and_then(|usd| Some((usd, against_band(usd)?))) {
            let parts = vec![
                (Role::Base, format!("A month of inference, {}, is {words} ", format(usd, Unit::Usd))),
                (Role::Dim, format!("({source})")),
            ];
            self.add(0, Body::Words(parts), Act::Focus(ParamId::BudgetMonthlyInferenceUsd));
        }
        for profile in Profile::ALL {
            let words = match profile {
                Profile::Training => "For a focus on training",
                Profile::Inference => "For a focus on inference",
                Profile::Both => "For both alike",
            };
            let count = advice.of(profile).count();
            self.head(words, &format!("{} of {count} met", advice.met(profile)));
            for criterion in advice.of(profile) {
                let sign = match criterion.verdict {
                    Verdict::Met => (Role::Better, "yes", VERDICT),
                    Verdict::NotMet => (Role::Dim, "no", VERDICT),
                    Verdict::Unknown => (Role::Heading, "?", VERDICT),
                };
                self.push(1, sign, Body::Words(words_of(criterion)), act(criterion, scene));
            }
        }
    }

    fn versions(&mut self, scene: &Scene) {
        let Some(cost) = version_cost(scene.case) else { return };
        let usd = |figure: f64| format(figure, Unit::Usd);
        if !self.fold(0, "Versions", "what each costs, and when it has paid for itself", false, scene) {
            return;
        }
        let mut lines = vec![format!(
            "The first costs {}, an update {}: {} each over {} versions.",
            usd(cost.first_usd),
            usd(cost.update_usd),
            usd(cost.usd_per_version),
            format(cost.versions, Unit::Count)
        )];
        let value = scene.case.scenario.training.version_value_usd_per_month;
        if let Some(months) = cost.months_to_pay_back_first {
            lines.push(format!(
                "The first pays for itself after {}, serving included.",
                format(months, Unit::Months)
            ));
        } else if cost.serving_usd_per_month.is_some() && value.is_some() {
            lines.push("It never pays for itself: serving costs more than it earns.".to_owned());
        }
        if let Some(share) = cost.return_on_spending {
            lines.push(format!("Return on all spending to the horizon: {}.", format(share, Unit::Share)));
        }
        for words in lines {
            self.add(1, Body::Words(vec![(Role::Base, words)]), Act::Focus(ParamId::TrainingVersionsPerYear));
        }
    }

    fn bills(&mut self, scene: &Scene) {
        let rows = actuals(scene.case);
        if rows.is_empty() || !self.fold(0, "Billed or measured", "against what is derived here", true, scene)
        {
            return;
        }
        for row in rows {
            let unit = row.answer.unit();
            let derived = row.model.map_or_else(|| glyphs::DASH.to_owned(), |model| format(model, unit));
            let off = row.relative().map_or(String::new(), |share| format!(", {:+.0}%", share * 100.0));
            let words = vec![
                (Role::Base, format!("{}: ", row.answer.label())),
                (Role::Strong, format(row.actual, unit)),
                (Role::Base, format!(", derived {derived}{off}")),
            ];
            self.add(1, Body::Words(words), Act::Focus(row.param));
        }
    }

    /// What has been published for and against inference being 80% of all spending.
    fn evidence(&mut self, scene: &Scene) {
        if !self.fold(0, "Is inference 80% of spending?", "what has been published", false, scene) {
            return;
        }
        for factor in evidence_on_split() {
            let note = factor.note.as_deref().map(|note| format!("; {note}")).unwrap_or_default();
            let words = vec![
                (Role::Strong, format!("{} ", format(factor.value, Unit::Share))),
                (Role::Base, format!("{} ", factor.unit)),
                (Role::Dim, format!("({}, {}){note}", factor.source, factor.as_of)),
            ];
            self.add(1, Body::Words(words), Act::Read);
        }
    }
}

/// A criterion, and what its verdict rests on.
fn words_of(criterion: &Criterion) -> Parts {
    let basis = match criterion.basis {
        Basis::Figure { label, value, unit, limit } => {
            format!(" ({label} {}, threshold {})", format(value, unit), format(limit, unit))
        }
        Basis::Stated => " (your answer)".to_owned(),
        Basis::Nothing if is_question(criterion.param) => " (not answered)".to_owned(),
        Basis::Nothing => format!(" (not answered: {} is not set)", criterion.param.label.to_lowercase()),
    };
    let words = if criterion.verdict == Verdict::Met { Role::Strong } else { Role::Base };
    vec![(words, criterion.words.to_owned()), (Role::Dim, basis)]
}

/// A parameter that is answered by yes or no.
fn is_question(param: ParamId) -> bool {
    matches!(param.domain, Domain::Flag)
}

/// A question is answered by the other way round, then by no, then no longer; a number has a slider.
fn act(criterion: &Criterion, scene: &Scene) -> Act {
    let param = criterion.param;
    if !is_question(param) {
        return Act::Focus(param);
    }
    let next = match param.stated(&scene.case.scenario) {
        Value::Flag(true) => Value::Flag(false),
        Value::Flag(false) => Value::Auto,
        _ => Value::Flag(criterion.verdict != Verdict::Met),
    };
    Act::Answer(param, next, criterion.words)
}

impl Content for Rows {
    fn last_row(&self, _room: Size) -> usize {
        self.outline.last_row()
    }

    fn choose(&self, row: usize, scene: &Scene) -> Choice {
        match self.acts.get(row) {
            Some(Act::Answer(param, value, words)) => {
                let answer = match value {
                    Value::Auto => "not answered".to_owned(),
                    value => param.display(*value, scene.case.catalog()),
                };
                Choice::Apply {
                    label: format!("{words}: {answer}"),
                    scenario: Box::new(scene.case.changed(|scenario| param.set(scenario, *value))),
                }
            }
            Some(Act::Focus(param)) => Choice::Focus(*param),
            Some(Act::Fold(fold)) => Choice::Toggle(*fold),
            Some(Act::Read) | None => Choice::Nothing("nothing to choose on this line"),
        }
    }

    fn is_open(&self, row: usize) -> Option<bool> {
        self.outline.is_open(row)
    }

    fn folds(&self) -> bool {
        true
    }

    fn hints(&self) -> &'static [Hint] {
        &[
            (&[Action::Up, Action::Down], "choose"),
            (&[FOLD, UNFOLD], "fold"),
            (&[Action::Enter], "answer, or go to the slider"),
        ]
    }

    fn draw(&self, _scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Drawn {
        self.outline.draw(row, theme, area, buffer)
    }

    /// What the same traffic would cost elsewhere; where that is not known, everything.
    fn present(&self, scene: &Scene, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        if self.bought.is_empty() {
            self.draw(scene, usize::MAX, theme, area, buffer);
        } else {
            self.bought.draw(theme, area, buffer);
        }
    }
}
