//! A deck in front of people: which step is shown, what was turned of it, and what keys do there.
//!
//! A step that was turned stays so while others are shown; those after it are as they are written. Going back to it as written
//! is one key.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::analysis::case::World;
use crate::analysis::deck::stage::Stage;
use crate::analysis::deck::{Deck, Step};
use crate::app::App;
use crate::app::dialog::help::HelpDialog;
use crate::app::dialog::outline::OutlineDialog;
use crate::app::list::Line;
use crate::app::state::{Effect, State};
use crate::files::deck::start;
use crate::files::document::Document;
use crate::files::store::{Origin, Store};
use crate::keymap::{Action, Place};
use crate::scenario::{ParamId, Scenario};
use crate::views::scene::Baseline;
use crate::views::{KEYMAP, OVERVIEW};

/// The most digits of a step's number.
const DIGITS: usize = 3;

/// A deck that is shown step by step.
#[derive(Debug)]
pub struct Presentation {
    deck: Deck,
    /// Every step as it is written.
    written: Vec<Stage>,
    /// What is kept of every step while others are shown.
    kept: Vec<Kept>,
    /// The step that is shown, from 0.
    step: usize,
    /// The step as it is shown: as written or turned.
    stage: Stage,
    /// The number of a step that is being typed.
    pub typed: String,
    /// How the step is shown otherwise than usual.
    aids: Vec<Aid>,
    started: Instant,
    /// Where notes are written.
    notes: Option<PathBuf>,
    /// What to go back to; `None` where the program ends with the deck.
    explorer: Option<Box<State>>,
}

/// Something that a presenter turns on and off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aid {
    /// One figure and one slider are shown alone.
    Spotlight,
    /// Nothing is shown.
    Blank,
    /// What the presenter says is shown.
    Notes,
    /// The minutes are shown.
    Clock,
}

/// What is kept of a step.
#[derive(Debug, Clone, Default)]
struct Kept {
    /// What it was turned to; `None` while it is as written.
    turned: Option<Scenario>,
    /// A parameter that was looked for, beside those that the step offers.
    found: Option<ParamId>,
    /// The parameter whose slider is shown.
    chosen: Option<ParamId>,
}

impl Presentation {
    fn new(deck: Deck, world: &Arc<World>, notes: Option<PathBuf>, explorer: Option<Box<State>>) -> Self {
        let written = deck.stages(world);
        Self {
            kept: vec![Kept::default(); written.len()],
            step: 0,
            stage: written[0].clone(),
            written,
            deck,
            typed: String::new(),
            aids: Vec::new(),
            started: Instant::now(),
            notes,
            explorer,
        }
    }

    /// Something is turned on.
    pub fn has(&self, aid: Aid) -> bool {
        self.aids.contains(&aid)
    }

    fn toggle(&mut self, aid: Aid) {
        if !self.turn_off(aid) {
            self.aids.push(aid);
        }
    }

    /// `false` where it was not on.
    fn turn_off(&mut self, aid: Aid) -> bool {
        let on = self.has(aid);
        self.aids.retain(|other| *other != aid);
        on
    }

    /// The deck that is shown.
    pub fn deck(&self) -> &Deck {
        &self.deck
    }

    /// The step that is shown, from 0.
    pub fn place(&self) -> usize {
        self.step
    }

    /// The step that is shown, as it is written.
    pub fn step(&self) -> &Step {
        &self.deck.steps[self.step]
    }

    /// The step that is shown, worked out as it is now.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// What its figures are compared with: the step before, and where there is none, that step as written while it is turned.
    pub fn before(&self) -> Option<&Stage> {
        let written = &self.written[self.step];
        let is_turned = self.stage.case.scenario != written.case.scenario;
        self.step_before().or_else(|| is_turned.then_some(written))
    }

    /// The step on which it builds.
    fn step_before(&self) -> Option<&Stage> {
        let before = self.step.checked_sub(1).filter(|_| self.step().start.is_none())?;
        self.written.get(before)
    }

    /// A step is not as it is written.
    pub fn is_turned(&self, step: usize) -> bool {
        self.kept[step].turned.is_some()
    }

    /// The parameters that can be turned with one key: those that the step asks about, else those that it sets.
    pub fn asked(&self) -> Vec<ParamId> {
        let step = self.step();
        let mut asked: Vec<ParamId> = if step.ask.is_empty() {
            step.set.iter().map(|(param, _)| *param).collect()
        } else {
            step.ask.clone()
        };
        let found = self.kept[self.step].found.filter(|found| !asked.contains(found));
        asked.extend(found);
        asked
    }

    /// The parameter whose slider is shown.
    pub fn chosen(&self) -> Option<ParamId> {
        self.kept[self.step].chosen.or_else(|| self.asked().first().copied())
    }

    /// Whole minutes since the start.
    pub fn minutes(&self) -> u64 {
        self.started.elapsed().as_secs() / 60
    }

    /// How long it takes until a clock that is shown says something else.
    pub fn next_minute(&self) -> Option<Duration> {
        let elapsed = self.started.elapsed();
        self.has(Aid::Clock)
            .then(|| Duration::from_secs((elapsed.as_secs() / 60 + 1) * 60).saturating_sub(elapsed))
    }

    /// What is written for the presenter: the step, what to say, and what comes next.
    fn notes(&self) -> String {
        let plain = |text: &str| -> String {
            let escaped = |letter: char| match letter {
                '\n' => "\n".to_owned(),
                letter if letter.is_control() => letter.escape_default().to_string(),
                letter => letter.to_string(),
            };
            text.chars().map(escaped).collect()
        };
        let count = self.deck.steps.len();
        let next = self.deck.steps.get(self.step + 1).map_or("the end", |next| next.title.as_str());
        let step = self.step();
        let said = if step.say.is_empty() { String::new() } else { format!("{}\n\n", plain(&step.say)) };
        format!("{} / {count}  {}\n\n{said}next: {}\n", self.step + 1, plain(&step.title), plain(next))
    }

    /// Shows a step, as it was left.
    fn show(&mut self, step: usize, state: &mut State) {
        self.step = step.min(self.written.len() - 1);
        let start = self.deck.start_of(self.step);
        let written = &self.written[self.step];
        state.origin = start.id.clone().map_or(Origin::StandardInput, Origin::BuiltIn);
        state.start = baseline(written);
        state.preset = written.case.scenario;
        state.document.scenario = self.kept[self.step].turned.unwrap_or(written.case.scenario);
        state.answer = self.step().shown()[0];
        state.view = self.step().view.map_or(OVERVIEW, |view| view as usize);
        state.row = 0;
        state.folds.clear();
        if let Some(param) = self.chosen() {
            state.list.focus(Line::Param(param));
        }
        if let Some(path) = &self.notes {
            state.effects.push(Effect::Notes(path.clone(), self.notes()));
        }
        state.baseline = self.step_before().map(baseline);
        match self.kept[self.step].turned {
            None => state.take(written.case.clone(), written.figures.clone()),
            Some(_) => state.refresh(),
        }
        self.stage = self.worked_out(state);
    }

    /// Follows what was done to the state: the figures, and what is kept of the step.
    fn follow(&mut self, state: &State) {
        if !state.is_preview() {
            let is_turned = state.document.scenario != state.preset;
            self.kept[self.step].turned = is_turned.then_some(state.document.scenario);
        }
        if self.stage.case.scenario != state.case.scenario {
            self.stage = self.worked_out(state);
        }
    }

    fn worked_out(&self, state: &State) -> Stage {
        let written = &self.written[self.step];
        if state.case.scenario == written.case.scenario {
            return written.clone();
        }
        let step = Step { start: None, ..self.step().clone() };
        step.stage(state.case.clone(), state.figures.clone(), self.step_before().or(Some(written)))
    }

    /// Shows the slider of a parameter, one that the step does not offer too.
    fn choose(&mut self, param: ParamId, state: &mut State) {
        if !self.asked().contains(&param) {
            self.kept[self.step].found = Some(param);
        }
        self.kept[self.step].chosen = Some(param);
        state.list.focus(Line::Param(param));
    }

    fn choose_next(&mut self, by: isize, state: &mut State) {
        let asked = self.asked();
        let here = asked.iter().position(|param| Some(*param) == self.chosen()).unwrap_or(0);
        if let Ok(count) = isize::try_from(asked.len())
            && count > 0
        {
            let next = (here.cast_signed() + by).rem_euclid(count).cast_unsigned();
            self.choose(asked[next], state);
        }
    }

    /// Leaves one thing that is not the step as written: a number, the spotlight, what was turned; `false` where there was
    /// nothing of that.
    fn escape(&mut self, state: &mut State) -> bool {
        if !std::mem::take(&mut self.typed).is_empty() || self.turn_off(Aid::Spotlight) {
            return true;
        }
        let is_turned = self.kept[self.step].turned.take().is_some();
        if is_turned {
            self.show(self.step, state);
        }
        is_turned
    }

    /// How one leaves.
    fn way_out(&self) -> String {
        let does =
            if self.explorer.is_some() { "goes back to the explorer" } else { "ends the presentation" };
        format!("{} {does}", key_of(Action::Quit))
    }

    /// Asks whether to leave before the last step.
    fn question(&self) -> String {
        let leave = if self.explorer.is_some() { "back to the explorer?" } else { "end the presentation?" };
        format!("{leave} {} again", key_of(Action::Quit))
    }
}

/// The key to show for an action in front of people.
fn key_of(action: Action) -> String {
    KEYMAP.key(&[Place::Presenting], action)
}

/// A step as what figures are compared with.
fn baseline(stage: &Stage) -> Baseline {
    Baseline { name: "before".to_owned(), case: stage.case.clone(), figures: stage.figures.clone() }
}

impl App {
    /// A deck from the command line, with which the program ends; notes are written where a path says.
    pub fn presenting(world: World, store: Store, deck: Deck, notes: Option<PathBuf>) -> Self {
        let document = document(&deck, &world);
        let mut app = Self::new(world, store, document, Origin::StandardInput);
        let presentation = Presentation::new(deck, &app.state.world, notes, None);
        app.presentation = Some(Box::new(presentation));
        app.show_step(0);
        app
    }

    /// Shows a deck; the explorer waits.
    pub(super) fn present(&mut self, deck: Deck, world: &Arc<World>) {
        let document = document(&deck, world);
        let mut state =
            State::new(Arc::clone(world), self.state.store.clone(), document, Origin::StandardInput);
        state.theme = self.state.theme;
        state.mouse = self.state.mouse;
        let explorer = std::mem::replace(&mut self.state, state);
        let presentation = Presentation::new(deck, world, None, Some(Box::new(explorer)));
        self.presentation = Some(Box::new(presentation));
        self.show_step(0);
    }

    /// Presents the deck that is being made; where there is none, what is shown as a deck of one step.
    pub(super) fn present_draft(&mut self) {
        let state = &self.state;
        let deck = match &state.draft {
            Some(draft) => draft.document.deck().clone(),
            None => Deck::of(start(&state.document, &state.origin)),
        };
        let world = Arc::clone(&state.world);
        self.present(deck, &world);
    }

    /// Shows a step of the deck, from 0.
    pub fn show_step(&mut self, step: usize) {
        if let Some(presentation) = &mut self.presentation {
            presentation.show(step, &mut self.state);
        }
    }

    /// Back to the explorer, or the end of the program.
    fn leave(&mut self) {
        if let Some(explorer) = self.presentation.as_mut().and_then(|left| left.explorer.take()) {
            let theme = self.state.theme;
            self.state = *explorer;
            self.state.theme = theme;
            self.presentation = None;
        } else {
            self.state.done = true;
        }
    }

    /// A digit of the number of a step.
    pub(super) fn type_step(&mut self, text: &str) {
        let Some(presentation) = &mut self.presentation else { return };
        presentation.turn_off(Aid::Blank);
        self.state.message = None;
        let is_number = text.chars().all(|letter| letter.is_ascii_digit());
        if is_number && presentation.typed.len() + text.len() <= DIGITS {
            presentation.typed.push_str(text);
        }
    }

    /// What was done in a dialog or by a key shows in the step.
    pub(super) fn follow(&mut self) {
        if let Some(presentation) = &mut self.presentation {
            presentation.follow(&self.state);
        }
    }

    /// Shows the slider of a parameter.
    pub(super) fn turn_to(&mut self, param: ParamId) {
        match &mut self.presentation {
            Some(presentation) => presentation.choose(param, &mut self.state),
            None => self.state.go_to(param),
        }
    }

    pub(super) fn act_presenting(&mut self, action: Action) {
        let Some(presentation) = &mut self.presentation else { return };
        let state = &mut self.state;
        // What is asked is answered while it is shown.
        let is_asked = state.message.as_ref().is_some_and(|message| message.text == presentation.question());
        state.begin(action);
        // Whatever is pressed in front of an empty screen shows the step again, and does no more.
        if presentation.turn_off(Aid::Blank) && action != Action::Quit {
            return;
        }
        let typed =
            if action == Action::Escape { String::new() } else { std::mem::take(&mut presentation.typed) };
        let (step, last) = (presentation.step, presentation.written.len() - 1);
        match action {
            Action::NextStep if step == last => state.say("this was the last step"),
            Action::NextStep => self.show_step(step + 1),
            Action::PreviousStep => self.show_step(step.saturating_sub(1)),
            Action::FirstStep => self.show_step(0),
            Action::LastStep => self.show_step(last),
            Action::Enter if !typed.is_empty() => match typed.parse::<usize>() {
                Ok(number) if (1..=last + 1).contains(&number) => self.show_step(number - 1),
                _ => {
                    let enter = key_of(Action::Enter);
                    state.complain(format!("there are steps 1 to {}; {enter} first types a value", last + 1));
                }
            },
            Action::Up => presentation.choose_next(-1, state),
            Action::Down => presentation.choose_next(1, state),
            Action::Step(..) | Action::Enter if presentation.chosen().is_none() => {
                self.find("");
            }
            Action::Step(direction, size) => {
                state.act(Action::Step(direction, size));
                self.follow();
            }
            Action::Enter => self.open_entry(""),
            Action::Find => self.find(""),
            Action::Outline => {
                let titles = presentation.deck.steps.iter().map(|step| step.title.clone()).collect();
                self.open(OutlineDialog::new(titles, step));
            }
            Action::Help => self.open(HelpDialog::presenting()),
            Action::Spotlight => presentation.toggle(Aid::Spotlight),
            Action::Notes => presentation.toggle(Aid::Notes),
            Action::Clock => presentation.toggle(Aid::Clock),
            Action::Blank => presentation.toggle(Aid::Blank),
            Action::Theme => state.act(action),
            Action::Escape if presentation.escape(state) => {}
            Action::Escape => state.say(presentation.way_out()),
            Action::Quit if step == last || is_asked => self.leave(),
            Action::Quit => state.say(presentation.question()),
            _ => {}
        }
    }
}

/// What the first step starts from, as the explorer has it.
fn document(deck: &Deck, world: &World) -> Document {
    let mut document = Document::new(&deck.title, &world.catalog);
    document.scenario = deck.start.scenario;
    document
}
