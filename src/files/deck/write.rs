//! Decks are written so that they read back identical. What a person wrote stays, comments, order and form: only keys whose
//! value changed are touched, and a step that moves takes its comments along.

use std::path::{Path, absolute};

use toml_edit::{
    Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value as Toml, value,
};

use crate::analysis::answer::Answer;
#[cfg(feature = "export")]
use crate::analysis::changes::changes;
use crate::analysis::deck::{Deck, Start, Step};
use crate::catalog::Catalog;
use crate::files::deck::{DeckDocument, is_path};
#[cfg(feature = "export")]
use crate::files::document::Document;
use crate::files::document::FORMAT;
use crate::files::store::{OpenError, Store};
use crate::files::write::{home, new_table, put, put_alike, toml, with_line_ends};
use crate::import::text::{MOST_WRITTEN, text_at};
use crate::scenario::ParamId;

impl DeckDocument {
    /// The text of a file in a folder that holds the deck: that from which it was read, edited; else a new one.
    ///
    /// An error says why no file can: what it would say could not be read again.
    pub fn to_toml(
        &self,
        folder: Option<&Path>,
        store: &Store,
        catalog: &Catalog,
    ) -> Result<String, OpenError> {
        let read_in = |folder, text: &str| {
            let name = self.source.as_ref().map_or("deck", |source| &source.name);
            Self::parse(name, text, folder, store, &[], catalog).map(|(said, _)| said)
        };
        let read = |text: &str| read_in(folder, text);
        let edited = self.source.as_ref().and_then(|source| {
            let said = read_in(self.folder.as_deref(), &source.text).ok()?;
            with_line_ends(&source.text, |unix| self.edited(unix, &said.deck, catalog))
        });
        if let Some(text) = edited
            && read(&text).is_ok_and(|said| says_the_same(&said.deck, &self.deck))
        {
            return Ok(text);
        }
        let text = self.new_file(catalog).to_string();
        read(&text).map(|_| text)
    }

    /// The same of a file that needs no other beside it: scenarios that are not built in are written out, and where something
    /// `is_set` in them those that are as well; a step that starts from such a one sets what differs from the step before.
    #[cfg(feature = "export")]
    pub fn to_toml_alone(&self, is_set: bool, store: &Store, catalog: &Catalog) -> Result<String, OpenError> {
        let stays = |start: &Start| !is_set && start.id.is_some();
        let mut alone = self.clone();
        let mut is_changed = !stays(&self.deck.start);
        if is_changed {
            let start = &mut alone.deck.start;
            let document = Document::new(&start.name, catalog);
            alone.written_out =
                Some(Document { sources: start.sources.clone(), scenario: start.scenario, ..document });
            start.named = None;
        }
        let mut before = self.deck.start.scenario;
        for step in &mut alone.deck.steps {
            let scenario = step.scenario(&before);
            if step.start.as_ref().is_some_and(|start| !stays(start)) {
                is_changed = true;
                step.start = None;
                step.set =
                    changes(&before, &scenario).iter().map(|change| (change.param, change.to)).collect();
            }
            before = scenario;
        }
        if is_changed {
            alone.forget_source();
        }
        alone.to_toml(None, store, catalog)
    }

    /// Takes over the comments and the form that a person has given its file in the meantime; `false` where that file says
    /// something else by now, or cannot be read.
    pub fn catch_up(&mut self, path: &Path, store: &Store, catalog: &Catalog) -> bool {
        let (Some(source), Ok(text)) = (&mut self.source, text_at(path, MOST_WRITTEN)) else { return false };
        let read = |text: &str| {
            let folder = self.folder.as_deref();
            Self::parse(&source.name, text, folder, store, &[], catalog).ok().map(|(said, _)| said.deck)
        };
        let is_same = read(&source.text).zip(read(&text)).is_some_and(|(old, new)| says_the_same(&old, &new));
        if is_same {
            source.text = text;
        }
        is_same
    }

    /// The same for another folder: paths relative to the old one are written out.
    pub(in crate::files) fn moved_to(&self, folder: Option<&Path>) -> Self {
        let mut moved = self.clone();
        if folder == self.folder.as_deref() {
            return moved;
        }
        let here = self.folder.as_deref().unwrap_or(Path::new(""));
        let steps = moved.deck.steps.iter_mut().filter_map(|step| step.start.as_mut());
        for start in std::iter::once(&mut moved.deck.start).chain(steps) {
            if let Some(name) = start.named.as_mut().filter(|name| is_path(name))
                && let Ok(path) = absolute(here.join(&name))
            {
                *name = path.display().to_string();
            }
        }
        moved
    }

    /// A text with what differs from the deck changed, which is not read again yet.
    fn edited(&self, text: &str, said: &Deck, catalog: &Catalog) -> Option<String> {
        let mut file: DocumentMut = text.parse().ok()?;
        edit_head(file.as_table_mut(), said, &self.deck);
        let mut tables = tables_of(file.get_mut("step")?)?;
        let mut kept: Vec<Table> = Vec::new();
        for (place, step) in self.places.iter().zip(&self.deck.steps) {
            let mut table = place.map_or_else(new_table, |place| tables[place].clone());
            let blank = Step::new("");
            edit_step(&mut table, place.map_or(&blank, |place| &said.steps[place]), step, catalog);
            kept.push(table);
        }
        if self.places.iter().copied().eq((0..tables.len()).map(Some)) {
            tables = kept;
        } else {
            // Tables stand where they stood unless they have no place.
            tables = kept.into_iter().map(unplaced).collect();
        }
        if self.deck.steps != said.steps || tables.len() != said.steps.len() {
            file["step"] = Item::ArrayOfTables(tables.into_iter().collect());
        }
        Some(file.to_string())
    }

    /// A new file.
    fn new_file(&self, catalog: &Catalog) -> DocumentMut {
        let mut file = DocumentMut::new();
        file["format"] = value(FORMAT);
        let blank = Deck {
            title: String::new(),
            summary: String::new(),
            sources: Vec::new(),
            start: Start { named: None, ..self.deck.start.clone() },
            steps: Vec::new(),
        };
        edit_head(file.as_table_mut(), &blank, &self.deck);
        if let Some(document) = self.written_out.as_ref().filter(|_| self.deck.start.named.is_none()) {
            let mut scenario = document.new_file(catalog).as_table().clone();
            scenario.remove("format");
            scenario.decor_mut().set_prefix("\n");
            file["scenario"] = Item::Table(unplaced(scenario));
        }
        let mut steps = ArrayOfTables::new();
        for step in &self.deck.steps {
            let mut table = new_table();
            edit_step(&mut table, &Step::new(""), step, catalog);
            steps.push(table);
        }
        file["step"] = Item::ArrayOfTables(steps);
        file
    }
}

/// Two decks say the same; what their scenarios are is not theirs to say.
fn says_the_same(one: &Deck, other: &Deck) -> bool {
    let named = |start: &Start| start.named.clone();
    let steps = |deck: &Deck| -> Vec<_> {
        let bare = |step: &Step| Step { start: None, ..step.clone() };
        deck.steps.iter().map(|step| (step.start.as_ref().map(named), bare(step))).collect()
    };
    (&one.title, &one.summary, &one.sources) == (&other.title, &other.summary, &other.sources)
        && named(&one.start) == named(&other.start)
        && steps(one) == steps(other)
}

fn edit_head(file: &mut Table, said: &Deck, deck: &Deck) {
    edit_text(file, "title", &said.title, &deck.title);
    edit_text(file, "summary", &said.summary, &deck.summary);
    edit_list(file, "sources", &said.sources, &deck.sources);
    if let Some(name) = deck.start.named.as_ref().filter(|_| said.start.named != deck.start.named) {
        put(file, "scenario", name.into());
    }
}

/// Changes what a table says otherwise of a step.
fn edit_step(table: &mut Table, said: &Step, step: &Step, catalog: &Catalog) {
    edit_text(table, "title", &said.title, &step.title);
    let named = |step: &Step| step.start.as_ref().and_then(|start| start.named.clone()).unwrap_or_default();
    edit_text(table, "scenario", &named(said), &named(step));
    edit_set(table, said, step, catalog);
    let ids =
        |answers: &[Answer]| answers.iter().map(|answer| answer.short_id().to_owned()).collect::<Vec<_>>();
    edit_list(table, "show", &ids(&said.show), &ids(&step.show));
    edit_list(table, "paid_with", &ids(&said.paid_with), &ids(&step.paid_with));
    let view = |step: &Step| step.view.map_or("", |view| view.id());
    edit_text(table, "view", view(said), view(step));
    let paths = |step: &Step| step.ask.iter().map(|param| param.path.to_owned()).collect::<Vec<_>>();
    edit_list(table, "ask", &paths(said), &paths(step));
    edit_list(table, "claims", &said.claims, &step.claims);
    edit_list(table, "sources", &said.sources, &step.sources);
    edit_text(table, "say", &said.say, &step.say);
}

fn edit_text(table: &mut Table, key: &str, said: &str, text: &str) {
    if text.is_empty() {
        if !said.is_empty() {
            table.remove(key);
        }
    } else if said != text {
        put(table, key, text.into());
    }
}

fn edit_list(table: &mut Table, key: &str, said: &[String], list: &[String]) {
    if list.is_empty() {
        if !said.is_empty() {
            table.remove(key);
        }
    } else if said != list {
        put(table, key, list.iter().collect::<Array>().into());
    }
}

/// Changes what a step sets: in the form in which it is set already, else by a path in quotes.
fn edit_set(table: &mut Table, said: &Step, step: &Step, catalog: &Catalog) {
    if said.set == step.set {
        return;
    }
    if step.set.is_empty() {
        table.remove("set");
        return;
    }
    if !table.contains_key("set") {
        table.insert("set", Item::Value(Toml::InlineTable(InlineTable::new())));
    }
    let Some(set) = table.get_mut("set").and_then(Item::as_table_like_mut) else { return };
    for (param, _) in &said.set {
        if step.set.iter().all(|(other, _)| other != param)
            && let Some((table, key)) = place_of(set, *param)
        {
            table.remove(&key);
        }
    }
    for (param, value) in &step.set {
        if !said.set.contains(&(*param, *value)) {
            let written = toml(*param, *value, catalog);
            match place_of(set, *param) {
                Some((table, key)) => put_alike(table, &key, *param, written),
                None => put(set, param.path, written),
            }
        }
    }
}

/// Where a parameter is set: by a path in quotes, in part or as a whole, or in tables.
fn place_of(set: &mut dyn TableLike, param: ParamId) -> Option<(&mut dyn TableLike, String)> {
    let mut paths = param.aliases.iter().chain([&param.path]).copied();
    if let Some(path) = paths.clone().find(|path| set.contains_key(path)) {
        return Some((set, path.to_owned()));
    }
    let path =
        paths.find(|path| home(set, path, false).is_some_and(|(table, key)| table.contains_key(key)))?;
    home(set, path, false).map(|(table, key)| (table, key.to_owned()))
}

/// The tables of all steps, of which a list in line has some too.
fn tables_of(steps: &mut Item) -> Option<Vec<Table>> {
    match steps {
        Item::ArrayOfTables(tables) => Some(tables.iter().cloned().collect()),
        Item::Value(Toml::Array(items)) => {
            items.iter().map(|item| Some(item.as_inline_table()?.clone().into_table())).collect()
        }
        _ => None,
    }
}

/// A table that stands where it is put, with all that are in it.
fn unplaced(mut table: Table) -> Table {
    table.set_position(None);
    for (_, item) in table.iter_mut() {
        if let Item::Table(inner) = item {
            *inner = unplaced(std::mem::take(inner));
        } else if let Item::ArrayOfTables(inner) = item {
            *inner = std::mem::take(inner).into_iter().map(unplaced).collect();
        }
    }
    table
}
