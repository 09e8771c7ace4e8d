//! Levers: what each would save now, serving by the day and training once, and what it is paid for with.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Rect, Size};

use crate::analysis::answer::Answer;
use crate::analysis::levers::{Lever, OnPromise, Side, State, apply, levers};
use crate::catalog::Catalog;
use crate::keymap::Action;
use crate::rank;
use crate::report::table::{Table, WORDS, table};
use crate::scenario::ParamId;
use crate::scenario::value::Value;
use crate::text::column::column;
use crate::text::quantity::{Unit, count_of, format};
use crate::views::details;
use crate::views::scene::{Choice, Content, Drawn, Hint, Scene, View};
use crate::views::sheet::{Above, Bar, Fill, Row, Sheet};
use crate::widgets::glyphs;
use crate::widgets::text::Text;
use crate::widgets::theme::{Role, Theme};

/// Columns to which the names of levers are cut for figures of less weight.
const NAME: usize = 23;
/// Savings below this are none, USD.
const LEAST_USD: f64 = 0.005;
/// Changes of the first token and of memory below these are none, ms and bytes.
const LEAST_CHANGE: [f64; 2] = [0.5, 1e8];
/// The mark of what rests on a price that is not firm.
const WEAK: &str = "~";
/// The mark of what rests on something else that nobody has measured here.
const ASSUMED: &str = "?";

pub(super) const VIEW: View = View {
    title: "Levers",
    short: "Levers",
    keys: &["2"],
    help: "Levers: what each would save now, and at the cost of what",
    open: |scene| Box::new(Switches::new(scene, |_| true)),
};

/// The parts of the table, in its order: daily and one-off savings are never in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    MendsServing,
    MendsTraining,
    SavesDaily,
    SavesOnce,
    LosesDaily,
    LosesOnce,
    InUse,
    NotApplicable,
}

impl Section {
    fn of(lever: &Lever) -> Self {
        let mends = lever.effect.mends();
        match (lever.state, lever.side) {
            (State::On, _) => Self::InUse,
            (State::NotApplicable(_), _) => Self::NotApplicable,
            (State::Off, Side::Serving) if mends => Self::MendsServing,
            (State::Off, Side::Training) if mends => Self::MendsTraining,
            (State::Off, Side::Serving) if saves(lever) >= LEAST_USD => Self::SavesDaily,
            (State::Off, Side::Training) if saves(lever) >= LEAST_USD => Self::SavesOnce,
            (State::Off, Side::Serving) => Self::LosesDaily,
            (State::Off, Side::Training) => Self::LosesOnce,
        }
    }

    fn heading(self) -> Above {
        let words = |words: &str| words.to_owned();
        match self {
            Self::MendsServing => Above::Heading(words("Serving: makes it fit, or keeps the promise")),
            Self::MendsTraining => Above::Heading(words("Training: makes it fit")),
            Self::SavesDaily => Above::Heading(words("Serving, saved per day")),
            Self::SavesOnce => Above::Heading(words("Training, saved once")),
            Self::LosesDaily => Above::Rule(words("costs more or changes nothing: serving, a day")),
            Self::LosesOnce => Above::Rule(words("costs more or changes nothing: training, once")),
            Self::InUse => Above::Rule(words("in use")),
            Self::NotApplicable => Above::Rule(words("does not apply here")),
        }
    }
}

/// What it saves on its own side, USD a day or once; nothing where a side of the comparison does not exist.
fn saves(lever: &Lever) -> f64 {
    saving(lever).unwrap_or(0.0)
}

fn saving(lever: &Lever) -> Option<f64> {
    match lever.side {
        Side::Serving => lever.effect.saves_daily_usd,
        Side::Training => lever.effect.saves_training_usd,
    }
    .filter(|_| lever.state == State::Off)
}

/// The mark of what it rests on, where that is not firm.
fn mark(lever: &Lever) -> Option<&'static str> {
    let assumed = || lever.assumes.as_ref().map(|_| ASSUMED);
    lever.mark.map(|_| WEAK).or_else(assumed)
}

/// The same as a share of what is paid now.
fn share(lever: &Lever, scene: &Scene) -> Option<f64> {
    let answer = match lever.side {
        Side::Serving => Answer::DailyCost,
        Side::Training => Answer::TrainingCost,
    };
    Some(saving(lever)? / answer.of(&scene.case.outcome).filter(|usd| *usd > 0.0)?)
}

/// Levers, each of which can be applied.
#[derive(Debug)]
pub(super) struct Switches {
    levers: Vec<Lever>,
    pub(super) sheet: Sheet,
}

impl Switches {
    /// Those of a kind, section by section.
    fn new(scene: &Scene, is_of_kind: impl Fn(Section) -> bool) -> Self {
        let mut levers = levers(scene.case);
        levers.retain(|lever| is_of_kind(Section::of(lever)));
        rank::by(&mut levers, |a, b| Section::of(a).cmp(&Section::of(b)).then(saves(b).total_cmp(&saves(a))));
        Self { sheet: sheet(scene, &levers), levers }
    }

    /// Those that would mend or save something.
    pub(super) fn that_help(scene: &Scene) -> Self {
        Self::new(scene, |section| section <= Section::SavesOnce)
    }
}

impl Content for Switches {
    fn last_row(&self, _room: Size) -> usize {
        self.sheet.last_row()
    }

    fn choose(&self, row: usize, scene: &Scene) -> Choice {
        match self.levers.get(row) {
            Some(lever) if !lever.changes.is_empty() => Choice::Apply {
                label: lever.label.to_owned(),
                scenario: Box::new(scene.case.changed(|scenario| apply(lever, scenario))),
            },
            _ => Choice::Nothing("this lever is already in use or does not apply here"),
        }
    }

    fn present(&self, scene: &Scene, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        self.draw(scene, usize::MAX, theme, area, buffer);
    }

    fn hints(&self) -> &'static [Hint] {
        &[(&[Action::Up, Action::Down], "choose"), (&[Action::Enter], "apply")]
    }

    fn draw(&self, scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Drawn {
        let Some(lever) = self.levers.get(row) else { return self.sheet.draw(row, theme, area, buffer) };
        let has = |sign: &str| self.levers.iter().any(|lever| mark(lever) == Some(sign));
        let signs = [(WEAK, "weak price"), (ASSUMED, "rests on an assumption")];
        let legend: Vec<String> = signs
            .iter()
            .filter(|(sign, _)| has(sign))
            .map(|(sign, words)| format!("{sign} {words}"))
            .collect();
        let list = details::draw(&legend, &told(scene, lever), theme, area, buffer);
        self.sheet.draw(row, theme, list, buffer)
    }
}

fn sheet(scene: &Scene, levers: &[Lever]) -> Sheet {
    let shares: Vec<Option<f64>> = levers.iter().map(|lever| share(lever, scene)).collect();
    let table = rows(scene, levers, &shares);
    // A loss may be beyond every saving: its bar says that it goes on.
    let most = shares.iter().flatten().fold(f64::MIN_POSITIVE, |most, share| most.max(*share));
    let row = |(index, lever): (usize, &Lever)| {
        let section = Section::of(lever);
        let is_first = index == 0 || Section::of(&levers[index - 1]) != section;
        let style: Fill = if saves(lever) > 0.0 { |theme| theme.ramp[0] } else { |theme| theme.ramp[4] };
        let (role, instead) = match lever.state {
            State::Off => (Role::Base, None),
            State::On => (Role::Dim, Some(value(scene, lever.param, lever.from))),
            State::NotApplicable(why) => (Role::Dim, Some(why.to_owned())),
        };
        Row {
            role,
            instead,
            mark: mark(lever),
            bar: shares[index].map(|share| Bar { share: share.abs() / most, style }),
            above: is_first.then(|| section.heading()),
            is_present: false,
        }
    };
    Sheet::new(&table, NAME, levers.iter().enumerate().map(row).collect()).barred("saves", 3, "")
}

/// A lever by its name; one that chooses an accelerator, by that.
fn name(lever: &Lever, catalog: &Catalog) -> String {
    let chosen = lever.changes.iter().find_map(|change| match change.to {
        Value::Gpu(gpu) => Some(catalog.gpu(gpu).slider_name()),
        _ => None,
    });
    match (chosen, lever.side) {
        (None, _) => lever.label.to_owned(),
        (Some(gpu), Side::Serving) => format!("Serve on {gpu}"),
        (Some(gpu), Side::Training) => format!("Train on {gpu}"),
    }
}

fn rows(scene: &Scene, levers: &[Lever], shares: &[Option<f64>]) -> Table {
    // Money of a day and money that is paid once are not on one scale.
    let usd = |side: Side| {
        let of_side = |lever: &Lever| saving(lever).filter(|_| lever.side == side);
        column(&levers.iter().map(of_side).collect::<Vec<_>>(), Unit::Usd)
    };
    let [daily, once] = [usd(Side::Serving), usd(Side::Training)];
    let change = |figure: fn(&Lever) -> Option<f64>, least: f64, unit: Unit| {
        let told = |lever: &Lever| figure(lever).filter(|change| change.abs() >= least);
        let changes: Vec<Option<f64>> = levers.iter().map(told).collect();
        let signed = |(change, words): (&Option<f64>, String)| match change {
            Some(change) if *change > 0.0 => format!("+{words}"),
            Some(_) => words,
            None => String::new(),
        };
        changes.iter().zip(column(&changes, unit)).map(signed).collect::<Vec<_>>()
    };
    let first = change(|lever| lever.effect.latency_change_ms, LEAST_CHANGE[0], Unit::Milliseconds);
    let memory = change(|lever| lever.effect.memory_change_bytes, LEAST_CHANGE[1], Unit::Bytes);
    let saved = |index: usize| match levers[index].side {
        Side::Serving => daily[index].clone(),
        Side::Training => once[index].clone(),
    };
    table!(0..levers.len(), |index: usize| {
        "lever", "Lever", WORDS, screen "Lever" 0 => name(&levers[index], scene.case.catalog());
        "share", "Share", Unit::Share, screen "of cost" 4 => shares[index];
        "saves", "Saves", Unit::Usd, screen "saves" 0 => saved(index);
        "paid_with", "Trade-off", WORDS, screen "trade-off" 1 => levers[index].paid_in_a_word;
        "first", "First token", Unit::Milliseconds, screen "first token" 2 => first[index].clone();
        "memory", "Memory", Unit::Bytes, screen "memory" 5 => memory[index].clone();
    })
}

/// What it sets, what that does, what it is paid for with, and what it rests on.
fn told(scene: &Scene, lever: &Lever) -> Text {
    let mut text = Text::default();
    match lever.state {
        State::NotApplicable(why) => {
            text.add(Role::Dim, format!("{} does not apply here: {why}.", lever.label));
        }
        State::On => {
            let (label, value) = (lever.param.label, value(scene, lever.param, lever.from));
            text.add(Role::Dim, format!("{} is in use: {label} is {value}.", lever.label));
        }
        State::Off => {
            text.add(Role::Base, format!("Sets {}.", settings(scene, lever)));
            let so = sentences(scene, lever);
            text.add(if lever.effect.too_slow { Role::Warning } else { Role::Dim }, so.join(" "));
        }
    }
    text
}

/// What it sets, by the names of sliders: from what to what.
fn settings(scene: &Scene, lever: &Lever) -> String {
    let set = |param: ParamId, to: Value| {
        let from = param.effective(&scene.case.scenario, scene.case.catalog());
        let [from, to] = [from, to].map(|stated| value(scene, param, stated));
        format!("{} {from} {} {to}", param.label, glyphs::ARROW)
    };
    let sets: Vec<String> = lever.changes.iter().map(|change| set(change.param, change.to)).collect();
    sets.join(", ")
}

/// A value in words; where it is left to the engine, what that chose now.
fn value(scene: &Scene, param: ParamId, value: Value) -> String {
    match value {
        Value::Auto => param.unset_words(&scene.case.outcome, scene.case.catalog()),
        value => param.display(value, scene.case.catalog()),
    }
}

fn sentences(scene: &Scene, lever: &Lever) -> Vec<String> {
    let effect = &lever.effect;
    let signed = |change: f64, unit: Unit| {
        format!("{}{}", if change > 0.0 { "+" } else { "-" }, format(change.abs(), unit))
    };
    let mut words = Vec::new();
    if effect.makes_it_fit {
        words.push("Makes it fit.".to_owned());
    }
    if effect.on_promise == OnPromise::Mends {
        words.push("Keeps the promise.".to_owned());
    }
    let first = effect.latency_change_ms.filter(|change| change.abs() >= LEAST_CHANGE[0]).map(|change| {
        let now = Answer::Ttft.of(&scene.case.outcome).unwrap_or(0.0) + change;
        format!("first token {} to {}", signed(change, Unit::Milliseconds), format(now, Unit::Milliseconds))
    });
    let memory = effect.memory_change_bytes.filter(|change| change.abs() >= LEAST_CHANGE[1]);
    let memory = memory.map(|change| {
        let replica = effect.gpus_per_replica.filter(|[before, after]| before != after);
        let replica = replica.map_or(String::new(), |[before, after]| {
            let before = format(before, Unit::Count);
            format!(", as the model is held by {} in place of {before}", count_of(after, "GPU"))
        });
        format!("memory per GPU {}{replica}", signed(change, Unit::Bytes))
    });
    let paid: Vec<String> = [Some(lever.paid_with.to_owned()), first, memory].into_iter().flatten().collect();
    words.push(format!("At the cost of {}.", paid.join("; ")));
    if effect.too_slow {
        words.push("Too slow for the target.".to_owned());
    }
    words.extend(lever.assumes.as_ref().map(|assumed| format!("{ASSUMED} Assumes that {assumed}.")));
    words.extend(lever.mark.map(|mark| format!("{WEAK} Its price is weak: {mark}.")));
    words
}
