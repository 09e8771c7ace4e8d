//! Explain: where figures come from, as a tree that folds: figure, formula with this scenario's numbers, inputs. Sources
//! have numbers, and are named at the end.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Rect, Size};

use crate::analysis::answer::Answer;
use crate::analysis::explain::origin::{Origin, origin};
use crate::analysis::explain::{Explanation, Line, Subject, explain, explain_change};
use crate::analysis::published::published;
use crate::keymap::Action;
use crate::scenario::ParamId;
use crate::scenario::value::Value;
use crate::text::wrap::{columns, pad};
use crate::views::outline::{Body, FOLD, Outline, Parts, Row, Sign, UNFOLD, fold_sign};
use crate::views::scene::{Choice, Content, Drawn, Fold, Hint, Scene, View};
use crate::widgets::glyphs;
use crate::widgets::theme::{Role, Theme};

/// Columns of an input's name.
const LABEL: usize = 16;
/// Columns of its value.
const VALUE: usize = 8;
/// Before a line below which nothing is.
const LEAF: Sign = (Role::Base, "", 2);
/// Before an input, which has a slider.
const INPUT: Sign = (Role::Heading, glyphs::KNOB, 2);
/// The last figure: who published what.
const SOURCES: &str = "Sources";

pub(super) const VIEW: View = View {
    title: "Explain",
    short: "Why",
    keys: &["8"],
    help: "Explain: where every figure comes from, down to sources",
    open: |scene| Box::new(Tree::new(scene)),
};

#[derive(Debug)]
struct Tree {
    outline: Outline,
    /// What choosing a row does.
    choices: Vec<Choice>,
    answer: Answer,
    /// Where a figure is explained: its row, and the fold that hides it there.
    places: Vec<(Subject, usize, Option<Fold>)>,
    /// The sources, in the order of their numbers.
    sources: Vec<String>,
}

impl Tree {
    fn new(scene: &Scene) -> Self {
        let published = published(scene.case, scene.id, scene.figures);
        let mut figures = explain(scene.case, &published);
        if let Some(before) = scene.baseline {
            explain_change(&before.case, scene.case, &mut figures);
        }
        let is_subject = |figure: &Explanation| figure.answers.contains(&scene.answer);
        if let Some(subject) = figures.iter().position(is_subject) {
            figures[..=subject].rotate_right(1);
        }
        let mut tree = Self {
            outline: Outline::default(),
            choices: Vec::new(),
            answer: scene.answer,
            places: Vec::new(),
            sources: Vec::new(),
        };
        for (place, figure) in figures.iter().enumerate() {
            tree.figure(figure, place == 0, scene);
        }
        let is_open = tree.heading(SOURCES, "", true, scene);
        for (index, source) in std::mem::take(&mut tree.sources).into_iter().enumerate().filter(|_| is_open) {
            let words = vec![(Role::Heading, format!("[{}] ", index + 1)), (Role::Base, source)];
            tree.add(1, LEAF, Body::Words(words), Choice::Nothing("a source has nothing below it"));
        }
        tree
    }

    fn add(&mut self, depth: usize, sign: Sign, body: Body, choice: Choice) {
        self.outline.push(Row { depth, sign, body, has_gap: false });
        self.choices.push(choice);
    }

    /// The row of a figure; whether what is below it is seen.
    fn heading(&mut self, figure: &'static str, value: &str, is_usual: bool, scene: &Scene) -> bool {
        let fold = (figure, 0);
        let is_open = is_usual != scene.folds.contains(&fold);
        let words = vec![(Role::Heading, format!("{figure}  ")), (Role::Strong, value.to_owned())];
        self.add(0, fold_sign(is_open), Body::Line(words), Choice::Toggle(fold));
        is_open
    }

    /// A figure, and below it its formulas with their inputs, as far as they are open.
    fn figure(&mut self, figure: &Explanation, is_usual: bool, scene: &Scene) {
        let head = self.choices.len();
        let is_open = self.heading(figure.figure, &figure.value, is_usual, scene);
        let folds = |open: bool| (!open).then_some((figure.figure, 0));
        if let Some(answer) = figure.answers.first() {
            self.places.push((Subject::Of(*answer), head, folds(is_open)));
        }
        if !is_open {
            let hidden = figure.lines.iter().flat_map(|line| line.gives);
            self.places.extend(hidden.map(|subject| (*subject, head, folds(false))));
        }
        // Below this depth lines are folded away.
        let mut folded = if is_open { usize::MAX } else { 0 };
        for (index, line) in figure.lines.iter().enumerate() {
            let number = line.source.as_ref().map(|source| self.number(source));
            let depth = line.depth;
            if depth >= folded {
                continue;
            }
            folded = if is_open { usize::MAX } else { 0 };
            let has_more = figure.lines.get(index + 1).is_some_and(|next| next.depth > depth);
            let fold: Fold = (figure.figure, index + 1);
            let is_folded = scene.folds.contains(&fold);
            if is_folded {
                folded = depth + 1;
            }
            self.places.extend(line.gives.iter().map(|subject| (*subject, self.choices.len(), None)));
            let body = Body::Words(words(line, number));
            if line.inputs.is_empty() && !has_more {
                self.add(depth + 1, LEAF, body, Choice::Nothing("nothing is folded below this line"));
                continue;
            }
            self.add(depth + 1, fold_sign(!is_folded), body, Choice::Toggle(fold));
            for param in line.inputs.iter().filter(|_| !is_folded) {
                let input = self.input(*param, scene);
                self.add(depth + 2, INPUT, Body::Line(input), Choice::Focus(*param));
            }
        }
    }

    /// A parameter and its value, where that comes from, and what it means.
    fn input(&mut self, param: ParamId, scene: &Scene) -> Parts {
        let catalog = scene.case.catalog();
        let value = match param.effective(&scene.case.scenario, catalog) {
            Value::Auto => param.unset_words(&scene.case.outcome, catalog),
            Value::Gpu(id) => catalog.gpu(id).slider_name(),
            value => param.display(value, catalog),
        };
        let Origin { words, source } = origin(scene.case, scene.baseline.map(|before| &before.case), param);
        let source = source.map(|source| format!(" [{}] {source}", self.number(&source)));
        vec![
            (Role::Base, pad(param.label, LABEL)),
            (Role::Strong, format!("{}  ", if columns(&value) > VALUE { value } else { pad(&value, VALUE) })),
            (Role::Dim, words),
            (Role::Dim, source.unwrap_or_default()),
            (Role::Dim, format!(" {} {}", glyphs::DOT, param.help)),
        ]
    }

    /// The number of a source.
    fn number(&mut self, source: &str) -> usize {
        let known = self.sources.iter().position(|known| known == source);
        known.map_or_else(
            || {
                self.sources.push(source.to_owned());
                self.sources.len()
            },
            |index| index + 1,
        )
    }
}

/// A line with its result in bold and the number of its source.
fn words(line: &Line, number: Option<usize>) -> Parts {
    let words = line.words.replace(" x ", " × ");
    let mut parts = match words.rfind(" = ") {
        Some(at) => {
            let (formula, result) = words.split_at(at + 3);
            vec![(Role::Base, formula.to_owned()), (Role::Strong, result.to_owned())]
        }
        None => vec![(Role::Base, words)],
    };
    parts.extend(number.map(|number| (Role::Heading, format!(" [{number}]"))));
    parts
}

impl Content for Tree {
    fn last_row(&self, _room: Size) -> usize {
        self.outline.last_row()
    }

    fn choose(&self, row: usize, _scene: &Scene) -> Choice {
        self.choices.get(row).cloned().unwrap_or(Choice::Nothing("nothing is chosen"))
    }

    fn answer(&self, _row: usize) -> Option<Answer> {
        Some(self.answer)
    }

    fn row_of(&self, subject: Subject) -> Option<(usize, Option<Fold>)> {
        let place = self.places.iter().find(|(other, ..)| *other == subject)?;
        Some((place.1, place.2))
    }

    fn find(&self, words: &str) -> Option<usize> {
        self.outline.find(words)
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
            (&[Action::Enter], "go to the slider"),
            (&[Action::NextAnswer], "next answer"),
        ]
    }

    fn uses(&self, action: Action) -> bool {
        action == Action::NextAnswer
    }

    fn draw(&self, _scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Drawn {
        self.outline.draw(row, theme, area, buffer)
    }
}
