//! Finding anything: sliders, figures, views, actions, scenarios, decks, models and accelerators, the best match first.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Constraint, Layout, Rect};
use ratatui_core::style::Style;
use ratatui_core::text::{Line, Span};

use crate::analysis::answer::Answer;
use crate::analysis::published::{Published, published};
use crate::app::dialog::filtered::Filtered;
use crate::app::dialog::{Dialog, Face, LISTED, Outcome, middle, preview};
use crate::app::state::State;
use crate::catalog::{GpuId, ModelId};
use crate::files::store::{Entry, Opening, Store};
use crate::keymap::{Action, Binding, Place, readable};
use crate::rank;
use crate::scenario::ParamId;
use crate::scenario::value::Value;
use crate::text::quantity::{Unit, format};
use crate::text::wrap::{columns, fit, pad};
use crate::views::KEYMAP;
use crate::views::scene::Hint;
use crate::widgets::text::paragraph;
use crate::widgets::theme::Theme;

/// The least columns of a name, and the most.
const NAME: [usize; 2] = [20, 30];
/// Columns of a kind.
const KIND: usize = 8;
/// Columns of the keys.
const KEYS: usize = 12;
/// Columns of the widest dialog.
const WIDEST: u16 = 120;
/// Lines under the list.
const FOOT: u16 = 2;

/// Words that people look for, and what they lead to: words of a name, a path or a help text.
const SYNONYMS: [(&str, &str); 23] = [
    ("ttft", "latency response wait slow speed"),
    ("tpot", "latency speed slow"),
    ("latency", "response wait slow speed sla slo"),
    ("target", "sla slo promise"),
    ("requests_per_day", "demand traffic load users volume queries"),
    ("price", "cost dollars rate rent hourly"),
    ("prices.basis", "own rate card"),
    ("save", "export keep write file"),
    ("copy", "export share clipboard command"),
    ("hardware:", "cheapest cheap accelerators compare gpus"),
    ("routing", "route cascade small model"),
    ("cache", "reuse kv"),
    ("batch", "concurrency throughput"),
    ("sequence", "context length tokens prompt"),
    ("every key", "keys shortcuts manual legend glossary"),
    ("theme", "colors dark light contrast projector"),
    ("levers:", "save money cheaper reduce optimize"),
    ("growth", "forecast future months"),
    ("frontier", "pareto trade-off tradeoff"),
    ("advice", "api buy build self-host"),
    ("baseline", "before compare change"),
    ("goal", "solve target reach budget"),
    ("quit", "exit close leave"),
];

/// Something that can be found.
#[derive(Debug, Clone)]
enum Item {
    Do(&'static Binding),
    Slider(ParamId),
    Figure(Answer),
    Claim(Box<Published>),
    Scenario(Entry),
    Deck(Entry),
    Model(ModelId),
    Gpu(GpuId),
}

/// Everything that can be found.
#[derive(Debug)]
pub struct PaletteDialog {
    items: Filtered<Named>,
}

/// An item as it is listed.
#[derive(Debug, Clone)]
struct Named {
    item: Item,
    name: String,
    /// What kind of thing it is.
    kind: &'static str,
    /// What it is or does, in a sentence.
    help: String,
    /// Keys that do it, or its value.
    aside: String,
}

impl PaletteDialog {
    /// Everything that can be found: what does something now first.
    pub fn new(typed: &str, state: &State) -> Self {
        let on_screen = |place| matches!(place, Place::Screen | Place::Sliders | Place::Reading);
        let mut actions: Vec<&'static Binding> =
            KEYMAP.bindings().iter().filter(|binding| on_screen(binding.place)).collect();
        rank::by_key(&mut actions, |binding| !state.applies(binding.action));
        let (views, actions): (Vec<_>, Vec<_>) =
            actions.into_iter().partition(|binding| matches!(binding.action, Action::View(_)));
        let catalog = &state.world.catalog;
        let published = published(&state.case, state.scene().id, &state.figures).into_iter();
        let claims = published.map(|claim| Item::Claim(Box::new(claim)));
        let scenarios = state.store.user_entries().into_iter().chain(Store::built_in_entries());
        let decks = state.store.user_decks().into_iter().chain(Store::built_in_decks());
        let items = (views.into_iter().map(Item::Do))
            .chain(actions.into_iter().map(Item::Do))
            .chain(ParamId::ALL.into_iter().map(Item::Slider))
            .chain(Answer::ALL.into_iter().map(Item::Figure))
            .chain(claims)
            .chain(scenarios.map(Item::Scenario))
            .chain(decks.map(Item::Deck))
            .chain(catalog.model_ids().map(Item::Model))
            .chain(catalog.gpu_ids().map(Item::Gpu));
        Self::of(items, typed, state)
    }

    /// What can be turned: sliders, models and accelerators.
    pub fn sliders(typed: &str, state: &State) -> Self {
        let catalog = &state.world.catalog;
        let items = ParamId::ALL
            .into_iter()
            .map(Item::Slider)
            .chain(catalog.model_ids().map(Item::Model))
            .chain(catalog.gpu_ids().map(Item::Gpu));
        Self::of(items, typed, state)
    }

    fn of(items: impl Iterator<Item = Item>, typed: &str, state: &State) -> Self {
        let mut items = Filtered::new(items.map(|item| Named::new(item, state)), Named::searched, 0);
        if !typed.is_empty() {
            items.insert(typed);
        }
        Self { items }
    }

    /// Shows what choosing a model or an accelerator would give.
    fn preview(&self, state: &State) -> Outcome {
        match self.items.chosen().map(|named| &named.item).filter(|_| !self.items.is_whole()) {
            Some(Item::Model(id)) => preview(state, ParamId::ModelPreset, Some(Value::Model(*id))),
            Some(Item::Gpu(id)) => preview(state, ParamId::HardwareGpu, Some(Value::Gpu(*id))),
            _ => Outcome::Preview(None),
        }
    }

    fn run(&mut self, state: &State) -> Outcome {
        match self.items.chosen().map(|named| &named.item) {
            Some(Item::Do(binding)) => Outcome::Run(binding.action),
            Some(Item::Slider(param)) => Outcome::Focus(*param),
            Some(Item::Figure(answer)) => Outcome::Explain(*answer),
            Some(Item::Claim(claim)) => match claim.answer() {
                Some(answer) => Outcome::Read(answer, claim.statement.to_string()),
                None => Outcome::Close,
            },
            Some(Item::Model(id)) => set(state, ParamId::ModelPreset, Value::Model(*id)),
            Some(Item::Gpu(id)) => set(state, ParamId::HardwareGpu, Value::Gpu(*id)),
            Some(Item::Scenario(entry)) => match state.store.open(&entry.opens(), &state.world.catalog) {
                Ok(opened) => Outcome::Load(Box::new(opened)),
                Err(error) => Outcome::Complain(error.to_string()),
            },
            Some(Item::Deck(entry)) => {
                match state.store.open_any(&entry.opens(), &[], &state.world.catalog) {
                    Ok(Opening::Deck(opened)) => Outcome::PresentDeck(opened),
                    Ok(Opening::Scenario(opened)) => Outcome::Load(opened),
                    Err(error) => Outcome::Complain(error.to_string()),
                }
            }
            None => {
                self.items.refuse();
                Outcome::Open
            }
        }
    }
}

/// Sets a parameter, goes to its slider and says so.
fn set(state: &State, param: ParamId, value: Value) -> Outcome {
    let label = format!("{} {}", param.label, param.display(value, &state.world.catalog));
    let mut scenario = state.document.scenario;
    param.put(&mut scenario, value);
    Outcome::Reach { message: format!("done: {label}"), label, scenario: Box::new(scenario), param }
}

impl Named {
    fn new(item: Item, state: &State) -> Self {
        let (catalog, scenario) = (&state.world.catalog, state.scenario());
        let (name, kind, help, aside) = match &item {
            Item::Do(binding) => {
                let kind = if matches!(binding.action, Action::View(_)) { "view" } else { "action" };
                let keys: Vec<String> = binding.keys.iter().map(|key| readable(key)).collect();
                (binding.label.to_owned(), kind, binding.help.to_owned(), keys.join(" "))
            }
            Item::Slider(param) => {
                let value = param.effective(scenario, catalog);
                let value = match value {
                    Value::Auto => param.unset_words(&state.case.outcome, catalog),
                    _ => param.display(value, catalog),
                };
                (param.label.to_owned(), "slider", format!("{} ({})", param.help, param.path), value)
            }
            Item::Figure(answer) => (
                answer.label().to_owned(),
                "figure",
                answer.meaning().to_owned(),
                state.figures.words(*answer),
            ),
            Item::Claim(claim) => {
                let derived = claim.derived().zip(claim.answer());
                let derived = derived.map(|(derived, answer)| format(derived, answer.unit()));
                let here = derived.map_or(String::new(), |words| format!("here {words}"));
                (format!("Published {}", claim.name()), "figure", claim.statement.to_string(), here)
            }
            Item::Scenario(entry) => (entry.name.clone(), "scenario", entry.summary.clone(), String::new()),
            Item::Deck(entry) => (
                format!("{} ({})", entry.name, entry.id),
                "deck",
                entry.summary.clone(),
                "present".to_owned(),
            ),
            Item::Model(id) => {
                let model = catalog.model(*id);
                let help = format!("{}, {} ({})", model.organization, model.released, model.id);
                (model.name.clone(), "model", help, String::new())
            }
            Item::Gpu(id) => {
                let gpu = catalog.gpu(*id);
                let price = gpu.offer(scenario.prices.basis).on_demand.as_ref();
                let price =
                    price.map_or("no price".to_owned(), |quote| format(quote.usd_per_hour, Unit::UsdPerHour));
                (gpu.slider_name(), "GPU", format!("{} ({})", gpu.name, gpu.id), price)
            }
        };
        Self { item, name, kind, help, aside }
    }

    /// The name, and words that lead to it: its kind, its help, and what people call it.
    fn searched(&self) -> (String, String) {
        let text = format!("{} {}", self.name, self.help).to_lowercase();
        let others = SYNONYMS.iter().filter(|(word, _)| text.contains(word)).map(|(_, others)| *others);
        let others: Vec<&str> = others.collect();
        let also = format!("{} {} {}", self.kind, self.help, others.join(" "));
        match self.item {
            // What an hour of a GPU costs is the price that most mean.
            Item::Slider(ParamId::ServingPricePerGpuHour) => {
                (format!("price per GPU-hour, own {}", self.name.to_lowercase()), also)
            }
            // How figures leave the program.
            Item::Do(Binding { action: Action::Copy, .. }) => (format!("share {} export", self.name), also),
            Item::Do(Binding { action: Action::Save | Action::SaveAs, .. }) => {
                (format!("{} export share", self.name), also)
            }
            _ => (self.name.clone(), also),
        }
    }

    fn heading(&self) -> &'static str {
        match &self.item {
            Item::Do(binding) if self.kind == "view" => binding.group,
            Item::Do(_) => "Actions",
            Item::Slider(_) => "Sliders",
            Item::Figure(_) => "Figures",
            Item::Claim(_) => "Published figures",
            Item::Scenario(_) => "Scenarios",
            Item::Deck(_) => "Decks",
            Item::Model(_) => "Models",
            Item::Gpu(_) => "GPUs",
        }
    }
}

impl Dialog for PaletteDialog {
    fn face(&self) -> Face {
        const HINTS: &[Hint] = &[
            (&[Action::Enter], "go there or do it"),
            (&[Action::Escape], "close"),
            (&[Action::Up, Action::Down], "choose"),
        ];
        Face::new("Find anything", u16::MAX, LISTED, HINTS)
    }

    fn act(&mut self, action: Action, state: &State) -> Outcome {
        if self.items.act(action) {
            return self.preview(state);
        }
        if action == Action::Enter { self.run(state) } else { Outcome::of(action) }
    }

    fn insert(&mut self, text: &str, state: &State) -> Outcome {
        self.items.insert(text);
        self.preview(state)
    }

    fn point(&mut self, row: usize, state: &State) -> Outcome {
        self.items.choose(row);
        self.preview(state)
    }

    fn area(&self, screen: Rect, _slider: Option<u16>) -> Rect {
        middle(screen, WIDEST)
    }

    fn count(&self) -> usize {
        self.items.shown().len()
    }

    fn draw(&self, _state: &State, theme: &Theme, room: Rect, buffer: &mut Buffer) -> Vec<(Rect, usize)> {
        let [list, foot] = Layout::vertical([Constraint::Fill(1), Constraint::Length(FOOT)]).areas(room);
        let width = usize::from(list.width);
        let name_width = (width / 3).clamp(NAME[0], NAME[1]);
        let places = self.items.draw(
            Named::heading,
            |named, style| {
                // Whatever its length, what follows a name begins in one column.
                let name = start(&named.name, name_width);
                let mut spans = self.items.lit(name, style, theme);
                let aside = fit(&named.aside, KEYS);
                let room = width.saturating_sub(name_width + columns(&aside) + 3);
                let rest = if name.len() < named.name.len() { "…" } else { "" };
                spans.push(Span::styled(pad(rest, name_width - columns(name)), style));
                // While all is listed, headings say what kind of thing it is.
                let kind =
                    if self.items.is_whole() { String::new() } else { format!("{} ", pad(named.kind, KIND)) };
                let help = fit(&format!("{kind}{}", named.help), room);
                spans.push(Span::styled(format!(" {}", pad(&help, room)), theme.dim.patch(ground(style))));
                spans.push(Span::styled(format!("  {aside}"), theme.key.patch(ground(style))));
                Line::from(spans)
            },
            theme,
            list,
            buffer,
        );
        if let Some(named) = self.items.chosen() {
            paragraph(&named.help, theme.base, foot, buffer);
        }
        places
    }
}

/// A name, or as much of it as leaves room for a sign that it goes on.
fn start(name: &str, width: usize) -> &str {
    if columns(name) <= width {
        return name;
    }
    let fits = |end: &usize| columns(&name[..*end]) < width;
    let end = name.char_indices().map(|(index, _)| index).take_while(fits).last();
    &name[..end.unwrap_or(0)]
}

/// The ground of a style, without its letters.
fn ground(style: Style) -> Style {
    Style { fg: None, ..style }
}
