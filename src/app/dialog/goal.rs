//! Goal seek: a sentence that says which figure is to become what, and the ways to get there.

use std::sync::Arc;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Constraint, Layout, Rect};
use ratatui_core::style::Style;
use ratatui_core::text::{Line, Span};
use ratatui_core::widgets::Widget as _;

use crate::analysis::answer::{Answer, Better};
use crate::analysis::goal::GoalResult;
use crate::analysis::ways::{Found, Way, is_met, is_near, savings, ways};
use crate::app::dialog::field::Field;
use crate::app::dialog::{Dialog, Face, Outcome};
use crate::app::state::{Preview, State};
use crate::engine::outcome as engine;
use crate::keymap::{Action, Place};
use crate::scenario::value::Value;
use crate::scenario::{ParamId, Scenario};
use crate::text::quantity::{self, Unit, count_of, format};
use crate::text::wrap::{align_right, columns, fit, pad};
use crate::views::scene::Hint;
use crate::widgets::glyphs;
use crate::widgets::list::window;
use crate::widgets::text::paragraph;
use crate::widgets::theme::Theme;

/// The least and the most columns of the names of what a way moves.
const LABEL: [usize; 2] = [18, 44];
/// The least columns of what it changes.
const CHANGE: usize = 24;
/// Columns of what the figure becomes.
const FIGURE: usize = 9;
/// Of a figure, what an example of a goal is.
const EXAMPLE: f64 = 0.7;

/// A goal: bring an answer to a target by changing a parameter, or the accelerator with its batch.
#[derive(Debug)]
pub struct GoalDialog {
    /// The parameter that had the focus: of its way is told also that it leads nowhere.
    first: Option<ParamId>,
    /// The answer that is aimed at.
    answer: Answer,
    /// The target value, as typed.
    field: Field,
    /// The target, where what is typed is one; else what is wrong with it.
    target: Option<Result<f64, String>>,
    /// The answer is better than the target already.
    is_met: bool,
    /// The ways that were found, then those that lead nowhere and are told.
    ways: Vec<Way>,
    row: usize,
}

impl GoalDialog {
    /// Stating a goal for an answer. The way of the focused parameter comes first where it is as good as others.
    pub fn new(first: Option<ParamId>, answer: Answer) -> Self {
        Self { first, answer, field: Field::default(), target: None, is_met: false, ways: Vec::new(), row: 0 }
    }

    /// Looks for the ways that reach what is typed, and shows the scenario with the chosen one.
    fn seek(&mut self, state: &State) -> Outcome {
        self.row = 0;
        self.ways.clear();
        self.is_met = false;
        let text = self.field.text().trim();
        let now = self.answer.of(&state.world.evaluate(&state.document.scenario));
        let parse = || quantity::parse_beside(text, self.answer.unit(), now.unwrap_or(0.0));
        self.target =
            (!text.trim_start_matches('$').is_empty()).then(|| parse().map_err(|error| error.to_string()));
        if let Some(Ok(target)) = self.target {
            let case = state.case.of(state.document.scenario);
            self.is_met = is_met(&case, self.answer, target);
            if self.is_met && self.answer.unit() != Unit::Usd {
                self.ways = savings(&case, self.answer, target, &state.locked);
                return self.preview(state);
            }
            let all = ways(&case, self.answer, target, self.first, &state.locked);
            let none = !all.iter().any(Way::is_found);
            let is_told = |way: &Way| match way.found {
                Ok(_) => true,
                Err(GoalResult::OutOfReach { .. }) => none || self.first == Some(way.params[0]),
                Err(_) => self.first == Some(way.params[0]),
            };
            self.ways = all.into_iter().filter(is_told).collect();
        }
        self.preview(state)
    }

    /// How many of the ways lead to the goal.
    fn found(&self) -> usize {
        self.ways.iter().filter(|way| way.is_found()).count()
    }

    fn chosen(&self) -> Option<(&Way, &Found)> {
        let way = self.ways.get(self.row)?;
        Some((way, way.found.as_ref().ok()?))
    }

    fn preview(&self, state: &State) -> Outcome {
        Outcome::Preview(self.chosen().map(|(_, found)| {
            let mut document = state.document.clone();
            document.scenario = found.scenario;
            Box::new(Preview { document, world: Arc::clone(&state.world) })
        }))
    }

    /// Carries out the chosen way; where there is none, what is typed next replaces the target.
    fn reach(&mut self, state: &State) -> Outcome {
        let Some((way, found)) = self.chosen() else {
            self.field.select();
            return Outcome::Open;
        };
        let label = format!("{} {}", names(way), moves(way, found, state));
        let reached = format(found.reached, self.answer.unit());
        Outcome::Reach {
            message: format!("done: {label}; {} {reached}", self.answer.label()),
            label,
            scenario: Box::new(found.scenario),
            param: way.params[0],
        }
    }

    /// Columns of the names of what ways move and of what they change, in so many: what a way asks is not cut for them.
    fn columns(&self, state: &State, width: usize) -> [usize; 2] {
        let found = || self.ways.iter().filter_map(|way| Some((way, way.found.as_ref().ok()?)));
        let asks = found().map(|(way, found)| columns(&asks(way, found))).max().unwrap_or(0);
        let room = width.saturating_sub(FIGURE + 2 + asks);
        let change = found().map(|(way, found)| columns(&moves(way, found, state))).max().unwrap_or(0);
        let label = found().map(|(way, _)| columns(&names(way)) + 2).max().unwrap_or(0);
        let label =
            label.clamp(LABEL[0], LABEL[1]).min(room.saturating_sub(change.min(CHANGE)).max(LABEL[0]));
        [label, change.min(room.saturating_sub(label))]
    }

    fn line(&self, way: &Way, is_chosen: bool, state: &State, theme: &Theme, width: usize) -> Line<'static> {
        let style = if is_chosen { theme.chosen } else { theme.base };
        let [label_room, change_room] = self.columns(state, width);
        let label = pad(&fit(&names(way), label_room.saturating_sub(1)), label_room);
        let room = width.saturating_sub(label_room);
        let found = match &way.found {
            Ok(found) => found,
            Err(nowhere) => {
                let words = fit(&nowhere_words(nowhere, way.params[0], self.answer, state), room);
                return Line::from(vec![Span::styled(label, theme.dim), Span::styled(words, theme.dim)]);
            }
        };
        let reached = align_right(&format(found.reached, self.answer.unit()), FIGURE);
        let change = pad(&fit(&moves(way, found, state), change_room), change_room);
        let words = fit(&format!("{change}{reached}  {}", asks(way, found)), room);
        Line::from(vec![Span::styled(label, style), Span::styled(words, style)])
    }

    /// What is wrong with what is typed, what may be typed, or why the chosen way stops where it does.
    fn told(&self, state: &State, theme: &Theme) -> (String, Style) {
        let now = state.start_of_goal(self.answer);
        let target = match &self.target {
            Some(Ok(target)) => *target,
            Some(Err(error)) => return (error.clone(), theme.warning),
            None => {
                let example = self.example(state).map_or(String::new(), |goal| format!(", as {goal}"));
                return (format!("now {now}; type what it should be{example}"), theme.dim);
            }
        };
        let wanted = format(target, self.answer.unit());
        if self.is_met {
            let room = match (self.answer.unit(), self.ways.is_empty()) {
                (Unit::Usd, _) => "these would use up what is left",
                (_, false) => "these save money and stay within it",
                (_, true) => "nothing known saves money within it",
            };
            return (format!("now {now}, which is already better than {wanted}: {room}"), theme.better);
        }
        let Some((way, found)) = self.chosen() else {
            return (format!("now {now}; no single change brings it to {wanted}"), theme.warning);
        };
        if is_near(found.reached, target) {
            return (
                format!(
                    "now {now}; each line is a way to {wanted} by itself, what users would notice least first"
                ),
                theme.dim,
            );
        }
        let reached = format(found.reached, self.answer.unit());
        let why = why_not_exactly(way, found, self.answer, &state.case.outcome);
        let why_first = if self.row == 0 { self.why_first(target) } else { "" };
        (format!("now {now}; this comes to {reached}, not to {wanted}: {why}{why_first}"), theme.dim)
    }

    /// A goal that somebody might have: a good part better than now, in one digit.
    fn example(&self, state: &State) -> Option<String> {
        let now = self.answer.of(&state.case.outcome).filter(|now| *now > 0.0)?;
        let better = if self.answer.better() == Better::Higher { now / EXAMPLE } else { now * EXAMPLE };
        let unit = 10.0_f64.powf(better.log10().floor());
        Some(format((better / unit).round() * unit, self.answer.unit()))
    }

    /// Why a way that stops short of the target stands before others that do not.
    fn why_first(&self, target: f64) -> &'static str {
        let mut reaching = self.ways.iter().skip(1).filter_map(|way| way.found.as_ref().ok());
        match reaching.find(|found| is_near(found.reached, target)) {
            None => "",
            Some(found) if found.misses => "; those that reach it miss the target",
            Some(found) if found.is_weak => "; those that reach it rest on a weak price",
            Some(_) if self.first == Some(self.ways[0].params[0]) => "; it is first as the slider in focus",
            Some(_) => "; ways that reach it stand below",
        }
    }
}

/// What a way saves, where that is what it is for, else what it asks of people or of the world.
fn asks(way: &Way, found: &Found) -> String {
    match found {
        Found { saves: Some(usd), .. } => format!("saves {} a day", format(*usd, Unit::Usd)),
        Found { misses: true, .. } => "misses the target".to_owned(),
        Found { is_weak: true, .. } => "a weak price".to_owned(),
        _ => way.asks.to_owned(),
    }
}

/// What a way does, or moves, by the names of the sliders.
fn names(way: &Way) -> String {
    if let Some(label) = &way.label {
        return label.clone();
    }
    let labels: Vec<&str> = way.params.iter().map(|param| param.label).collect();
    labels.join(", ")
}

/// From what to what it moves them.
fn moves(way: &Way, found: &Found, state: &State) -> String {
    let catalog = &state.world.catalog;
    let shown = |param: ParamId, scenario: &Scenario| match param.shown(scenario, catalog) {
        Value::Gpu(id) => catalog.gpu(id).slider_name(),
        value => param.display(value, catalog),
    };
    let differ =
        |param: &&ParamId| shown(**param, &state.document.scenario) != shown(**param, &found.scenario);
    let each = |param: &ParamId| {
        let (from, to) = (shown(*param, &state.document.scenario), shown(*param, &found.scenario));
        format!("{from} {} {to}", glyphs::ARROW)
    };
    way.params.iter().filter(differ).map(each).collect::<Vec<_>>().join(", ")
}

/// Why a parameter leads nowhere.
fn nowhere_words(nowhere: &GoalResult, param: ParamId, answer: Answer, state: &State) -> String {
    let words = |number: f64| format(number, answer.unit());
    let shown = |value: Value| param.display(value, &state.world.catalog);
    match *nowhere {
        GoalResult::OutOfReach { low, low_at, high, high_at } => {
            let [low, high] = [(low, low_at), (high, high_at)]
                .map(|(figure, at)| format!("{} (at {})", words(figure), shown(at)));
            format!("out of reach: {low} to {high}")
        }
        GoalResult::NoEffect { answer } => format!("no effect: it stays {}", words(answer)),
        GoalResult::NoAnswer | GoalResult::Found { .. } => "no value reaches it".to_owned(),
    }
}

/// Why a figure does not come to the very target.
fn why_not_exactly(way: &Way, found: &Found, answer: Answer, outcome: &engine::Outcome) -> String {
    let is_choice = way.params.iter().any(|param| param.number().is_none());
    let (past, up_to) = match answer.better() {
        Better::Lower => (" without going above it", "down to it"),
        Better::Higher => (" without falling below it", "up to it"),
        Better::Neither => ("", "near it"),
    };
    match &outcome.serving {
        _ if is_choice && found.is_weak => {
            format!("no GPU at a price that several sellers list comes {up_to}")
        }
        _ if is_choice => format!("no other choice of {} comes nearer{past}", names(way)),
        Ok(serving) if answer.is_of_serving() => {
            format!("a fleet is whole replicas, here of {}", count_of(serving.main.gpus_per_replica, "GPU"))
        }
        _ => "it moves in whole GPUs and steps".to_owned(),
    }
}

impl Dialog for GoalDialog {
    fn face(&self) -> Face {
        const HINTS: &[Hint] = &[
            (&[Action::Enter], "set"),
            (&[Action::Escape], "cancel"),
            (&[Action::NextAnswer], "another figure"),
            (&[Action::Up, Action::Down], "another way"),
        ];
        let hints = if self.found() > 1 { HINTS } else { &HINTS[..3] };
        Face::new("Goal", self.ways.len() as u16 + 6, &[Place::Goal, Place::Field, Place::Dialog], hints)
    }

    fn act(&mut self, action: Action, state: &State) -> Outcome {
        let last = self.found().saturating_sub(1);
        match action {
            Action::Enter => return self.reach(state),
            Action::Up | Action::Down => {
                let down = action == Action::Down;
                self.row = if down { (self.row + 1).min(last) } else { self.row.saturating_sub(1) };
                return self.preview(state);
            }
            Action::NextAnswer => self.answer = self.answer.after(1),
            Action::PreviousAnswer => self.answer = self.answer.after(-1),
            Action::Edit(edit) => self.field.edit(edit),
            _ => return Outcome::of(action),
        }
        self.seek(state)
    }

    fn insert(&mut self, text: &str, state: &State) -> Outcome {
        self.field.insert(text);
        self.seek(state)
    }

    fn point(&mut self, row: usize, state: &State) -> Outcome {
        self.row = row.min(self.found().saturating_sub(1));
        self.preview(state)
    }

    fn area(&self, screen: Rect, _slider: Option<u16>) -> Rect {
        let height = self.face().height.min(screen.height);
        Rect { width: screen.width.min(98), height, ..screen }
    }

    fn draw(&self, state: &State, theme: &Theme, room: Rect, buffer: &mut Buffer) -> Vec<(Rect, usize)> {
        let [sentence, note, list] =
            Layout::vertical([Constraint::Length(1), Constraint::Length(2), Constraint::Fill(1)]).areas(room);
        let before = format!("Make the {} ", self.answer.label());
        self.field.draw(&before, theme, sentence, buffer);
        let (words, style) = self.told(state, theme);
        paragraph(&words, style, note, buffer);
        let width = usize::from(list.width);
        let shown = window(self.row, self.ways.len(), list.height);
        let mut places = Vec::new();
        for (row, index) in list.rows().zip(shown) {
            self.line(&self.ways[index], index == self.row, state, theme, width).render(row, buffer);
            places.push((row, index));
        }
        places
    }
}
