//! What is done to a deck: steps added and replaced from what is on the screen, moved, renamed and deleted.
//!
//! A step is what it sets. One that is moved or deleted takes its settings along: the steps after it no longer have them.

use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::analysis::changes::changes;
use crate::analysis::deck::words::{headline, view_headline};
use crate::analysis::deck::{Deck, MOST_ASKED, Start, Step, ViewName};
use crate::files::deck::{DeckDocument, start};
use crate::files::document::Document;
use crate::files::store::Origin;

impl DeckDocument {
    /// A deck without steps that starts from a scenario as it was opened. One that is not built in is written out, so that
    /// the deck stands alone.
    pub fn new(title: &str, document: &Document, origin: &Origin) -> Self {
        let start = start(document, origin);
        let is_written_out = start.named.is_none();
        Self {
            deck: Deck {
                title: title.to_owned(),
                summary: String::new(),
                sources: Vec::new(),
                start,
                steps: Vec::new(),
            },
            places: Vec::new(),
            lines: Vec::new(),
            notes: Vec::new(),
            written_out: is_written_out.then(|| document.clone()),
            folder: None,
            source: None,
        }
    }

    /// Another headline for the deck.
    pub fn rename(&mut self, title: &str) {
        title.clone_into(&mut self.deck.title);
    }

    /// A step, to be changed.
    pub fn step_mut(&mut self, at: usize) -> Option<&mut Step> {
        self.deck.steps.get_mut(at)
    }

    /// Adds what is on the screen as the last step, with a headline from what has changed since the one before. Where
    /// another built-in scenario was opened in the meantime, the step starts from that.
    pub fn add(&mut self, opened: &Document, origin: &Origin, now: &Case, step: Step) {
        let last = self.deck.steps.len();
        let step = self.made(last, opened, origin, now, step);
        self.insert(last, step);
    }

    /// Puts what is on the screen in the place of a step, which keeps what a person wrote: its headline, where it had one of
    /// its own, its note and its figures.
    pub fn replace(&mut self, at: usize, opened: &Document, origin: &Origin, now: &Case, step: Step) {
        let made = self.made(at, opened, origin, now, step);
        let suggested = self
            .deck
            .steps
            .get(at)
            .zip(self.deck.scenarios().get(at))
            .map(|(old, scenario)| self.made(at, opened, origin, &now.of(*scenario), old.clone()).title);
        if let Some(old) = self.deck.steps.get_mut(at) {
            let kept = |new: &mut Vec<Answer>, old: &[Answer]| {
                if !old.is_empty() {
                    old.clone_into(new);
                }
            };
            let Step { mut title, start, set, mut show, mut paid_with, view, ask, .. } = made;
            if suggested.as_ref() != Some(&old.title) {
                title.clone_from(&old.title);
            }
            kept(&mut show, &old.show);
            kept(&mut paid_with, &old.paid_with);
            *old = Step { title, start, set, show, paid_with, view, ask, ..old.clone() };
        }
    }

    /// What the step before a place starts from.
    fn started(&self, at: usize) -> &Start {
        at.checked_sub(1).map_or(&self.deck.start, |before| self.deck.start_of(before))
    }

    /// What is on the screen as the step of a place.
    fn made(&self, at: usize, opened: &Document, origin: &Origin, now: &Case, step: Step) -> Step {
        let start = Some(start(opened, origin))
            .filter(|start| start.named.is_some() && start.named != self.started(at).named);
        let end = match at.checked_sub(1) {
            Some(before) => self.deck.scenarios().get(before).copied(),
            None => None,
        };
        let before = start.as_ref().map_or(end.unwrap_or(self.deck.start.scenario), |start| start.scenario);
        let changes = changes(&before, &now.scenario);
        // Nothing is compared where nothing has changed.
        let view = step.view.filter(|view| *view != ViewName::Compare || !changes.is_empty());
        let title = match (&start, view) {
            (Some(start), _) if changes.is_empty() => start.name.clone(),
            (None, Some(view)) if changes.is_empty() => view_headline(view, step.shown()[0]),
            _ => headline(&now.of(before), now),
        };
        let ask = changes.iter().map(|change| change.param).take(MOST_ASKED).collect();
        let set = changes.into_iter().map(|change| (change.param, change.to)).collect();
        Step { title, start, set, view, ask, ..step }
    }

    /// Adds a step before that of a place, or after the last.
    pub fn insert(&mut self, at: usize, step: Step) {
        let at = at.min(self.deck.steps.len());
        self.deck.steps.insert(at, step);
        self.places.insert(at, None);
    }

    /// Moves a step to the place of another.
    pub fn move_to(&mut self, from: usize, to: usize) {
        if from.max(to) < self.deck.steps.len() {
            let (step, place) = (self.deck.steps.remove(from), self.places.remove(from));
            self.deck.steps.insert(to, step);
            self.places.insert(to, place);
        }
    }

    /// Deletes a step.
    pub fn remove(&mut self, at: usize) {
        if at < self.deck.steps.len() {
            self.deck.steps.remove(at);
            self.places.remove(at);
        }
    }
}
