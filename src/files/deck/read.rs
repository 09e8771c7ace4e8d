//! Decks are read with errors that point at the mistake, as scenarios are.

use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::analysis::answer::Answer;
use crate::analysis::deck::{Deck, MOST_ASKED, MOST_SHOWN, MOST_STEPS, Start, Step, ViewName};
use crate::analysis::published::citable;
use crate::catalog::Catalog;
use crate::files::deck::{DeckDocument, is_path, start};
use crate::files::document::{Document, FORMAT, Source};
use crate::files::models;
use crate::files::read::{Reader, assign};
use crate::files::retired::retired;
use crate::files::store::{DEFAULT_SCENARIO, OpenError, Opened, Origin, Store};
use crate::rank;
use crate::scenario::value::Value;
use crate::scenario::{ParamId, Scenario};
use crate::text::diagnostic::Diagnostic;
use crate::text::source::table;
use crate::text::suggest::closest;

/// Keys of a deck.
const DECK_KEYS: [&str; 6] = ["format", "title", "summary", "sources", "scenario", "step"];
/// Keys of a step.
const STEP_KEYS: [&str; 10] =
    ["title", "scenario", "set", "show", "paid_with", "view", "ask", "claims", "sources", "say"];
/// The most characters of a headline, and of any other text.
const MOST_OF_TITLE: usize = 120;
const MOST_OF_TEXT: usize = 4000;
/// The most entries of a list of words that has no bound of its own.
const MOST_OF_LIST: usize = 20;

impl DeckDocument {
    /// Reads a deck. A scenario that it names is opened from the store, or from a file relative to `folder`; `settings` are
    /// set in every scenario that it starts from. Where those describe accelerators that the catalog does not have, a
    /// catalog comes back that does.
    pub fn parse(
        source_name: &str,
        text: &str,
        folder: Option<&Path>,
        store: &Store,
        settings: &[String],
        catalog: &Catalog,
    ) -> Result<(Self, Option<Catalog>), OpenError> {
        let table = table(source_name, text)?;
        let mut reader = DeckReader {
            reader: Reader::new(source_name, text),
            folder,
            store,
            settings,
            catalog: Cow::Borrowed(catalog),
            notes: Vec::new(),
            written_out: None,
        };
        let (deck, spans) = reader.deck(table.get_ref())?;
        let DeckReader { reader: place, catalog, notes, written_out, .. } = reader;
        let document = Self {
            places: (0..deck.steps.len()).map(Some).collect(),
            lines: spans.into_iter().map(|span| place.error(span, "", None).line).collect(),
            deck,
            notes,
            written_out,
            folder: folder.map(Path::to_owned),
            source: Some(Source { name: source_name.to_owned(), text: text.to_owned() }),
        };
        Ok((document, if let Cow::Owned(grown) = catalog { Some(grown) } else { None }))
    }
}

/// Reads the tables of a deck, and opens what they name.
struct DeckReader<'a> {
    reader: Reader<'a>,
    folder: Option<&'a Path>,
    store: &'a Store,
    settings: &'a [String],
    catalog: Cow<'a, Catalog>,
    notes: Vec<String>,
    written_out: Option<Document>,
}

/// A value and where it is.
type Item<'a, 'i> = &'a Spanned<DeValue<'i>>;

impl DeckReader<'_> {
    fn error(&self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Diagnostic {
        self.reader.error(span, message, Some(help.into()))
    }

    /// The deck, and where each of its steps is.
    fn deck(&mut self, table: &DeTable<'_>) -> Result<(Deck, Vec<Range<usize>>), OpenError> {
        self.keys(table, &DECK_KEYS)?;
        if let Some(format) = table.get("format") {
            match format.get_ref() {
                DeValue::Integer(number) if number.as_str() == FORMAT.to_string() => {}
                _ => {
                    let help = format!("this version reads format {FORMAT}");
                    return Err(self.error(format.span(), "unknown deck format", help).into());
                }
            }
        }
        let Some(title) = table.get("title") else {
            let help = "title = \"what the deck is about\"";
            return Err(self.error(0..0, "a deck must have a title", help).into());
        };
        let title = self.title(title)?;
        let summary = self.optional_text(table, "summary")?;
        let sources = self.texts(table, "sources")?;
        let start = self.start(table.get("scenario"))?;
        let Some(steps) = table.get("step") else {
            return Err(self.error(0..0, "a deck must have a step", "[[step]]").into());
        };
        let (span, DeValue::Array(steps)) = (steps.span(), steps.get_ref()) else {
            return Err(self.error(steps.span(), "steps must be in double brackets", "[[step]]").into());
        };
        if steps.is_empty() {
            return Err(self.error(span, "a deck must have a step", "[[step]]").into());
        }
        let mut scenario = start.scenario;
        let mut deck = Deck { title, summary, sources, start, steps: Vec::new() };
        let mut spans = Vec::new();
        for step in steps {
            let DeValue::Table(table) = step.get_ref() else {
                return Err(self.error(step.span(), "a step must be a table", "[[step]]").into());
            };
            if deck.steps.len() == MOST_STEPS {
                let message = format!("at most {MOST_STEPS} steps are supported");
                return Err(self.reader.error(step.span(), message, None).into());
            }
            let read = self.step(table, step.span(), &scenario)?;
            scenario = read.scenario(&scenario);
            deck.steps.push(read);
            spans.push(step.span());
        }
        Ok((deck, spans))
    }

    fn step(
        &mut self,
        table: &DeTable<'_>,
        span: Range<usize>,
        before: &Scenario,
    ) -> Result<Step, OpenError> {
        self.keys(table, &STEP_KEYS)?;
        let Some(title) = table.get("title") else {
            return Err(self.error(span, "a step must have a title", "title = \"one idea\"").into());
        };
        let mut step = Step::new(&self.title(title)?);
        if let Some(named) = table.get("scenario") {
            let DeValue::String(name) = named.get_ref() else {
                let help = "allowed: the name of a scenario, or the path of a file";
                return Err(self.error(named.span(), "`scenario` of a step has the wrong type", help).into());
            };
            step.start = Some(self.named(name, named.span())?);
        }
        if let Some(set) = table.get("set") {
            let from = step.start.as_ref().map_or(*before, |start| start.scenario);
            step.set = self.settings(set, from)?;
        }
        let answers = || Answer::ALL.into_iter().map(Answer::short_id);
        let answer = |word: &str| Answer::from_id(word);
        step.show = self.known(table, "show", "figure", MOST_SHOWN, answer, answers)?;
        step.paid_with = self.known(table, "paid_with", "figure", MOST_SHOWN, answer, answers)?;
        if let Some(view) = table.get("view") {
            let views = || ViewName::IDS.iter().copied();
            step.view = Some(self.word(view, "view", ViewName::from_id, views)?);
        }
        step.ask = self.known(table, "ask", "parameter", MOST_ASKED, ParamId::from_path, ParamId::paths)?;
        let claim = |word: &str| citable().find(|id| *id == word).map(str::to_owned);
        step.claims = self.known(table, "claims", "claim", MOST_OF_LIST, claim, citable)?;
        step.sources = self.texts(table, "sources")?;
        step.say = self.optional_text(table, "say")?;
        Ok(step)
    }

    /// Refuses keys that are not among those allowed.
    fn keys(&self, table: &DeTable<'_>, allowed: &[&str]) -> Result<(), Diagnostic> {
        let unknown = table.keys().find(|key| !allowed.contains(&key.get_ref().as_ref()));
        let Some(key) = unknown else { return Ok(()) };
        let name = key.get_ref();
        let near = closest(name, allowed.iter().copied());
        let meant = near.map_or(String::new(), |near| format!("did you mean `{near}`? "));
        let help = format!("{meant}allowed: {}", allowed.join(", "));
        Err(self.error(key.span(), format!("unknown key `{name}`"), help))
    }

    /// What the deck starts from.
    fn start(&mut self, value: Option<Item<'_, '_>>) -> Result<Start, OpenError> {
        let Some(value) = value else { return self.named(DEFAULT_SCENARIO, 0..0) };
        match value.get_ref() {
            DeValue::String(name) => self.named(name, value.span()),
            DeValue::Table(table) => {
                let (mut document, grown) = self.reader.document(table, true, &self.catalog)?;
                if let Some(grown) = grown {
                    self.catalog = Cow::Owned(grown);
                }
                self.notes.append(&mut document.notes);
                self.written_out = Some(document.clone());
                self.set(&mut document)?;
                Ok(start(&document, &Origin::StandardInput))
            }
            _ => {
                let help = "allowed: the name of a scenario, the path of a file, or a table [scenario]";
                Err(self.error(value.span(), "`scenario` has the wrong type", help).into())
            }
        }
    }

    /// Opens a scenario by its name, or by its path relative to the deck.
    fn named(&mut self, name: &str, span: Range<usize>) -> Result<Start, OpenError> {
        if name == "-" {
            let help = "name a scenario, or write it out as [scenario]";
            return Err(self.error(span, "a deck cannot start from standard input", help).into());
        }
        let path =
            self.folder.filter(|_| is_path(name)).map(|folder| folder.join(name).display().to_string());
        let opened = self.store.open(path.as_deref().unwrap_or(name), &self.catalog);
        let Opened { mut document, origin, grown } = opened.map_err(|error| match error {
            OpenError::Unknown { near, .. } => {
                let message = format!("no scenario, model or file is named `{name}`");
                let help = near.map_or_else(
                    || "see `whatif list scenarios`".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                self.error(span, message, help).into()
            }
            OpenError::Unreadable { reason, .. } => {
                let help = "a path is relative to the deck";
                self.error(span, format!("cannot read `{name}`: {reason}"), help).into()
            }
            OpenError::Malformed(_) | OpenError::Empty(_) | OpenError::Nothing => error,
        })?;
        if let Some(grown) = grown {
            self.catalog = Cow::Owned(grown);
        }
        self.notes.append(&mut document.notes);
        self.set(&mut document)?;
        Ok(Start { named: Some(name.to_owned()), ..start(&document, &origin) })
    }

    /// Sets what is set otherwise in a scenario.
    fn set(&mut self, document: &mut Document) -> Result<(), OpenError> {
        for assignment in self.settings {
            let mut assignment = Cow::Borrowed(assignment);
            if let Some((resolved, grown)) = models::resolved(&assignment, &self.catalog)? {
                (assignment, self.catalog) = (Cow::Owned(resolved), Cow::Owned(grown));
            }
            assign(document, &assignment, &self.catalog)?;
        }
        self.notes.append(&mut document.notes);
        Ok(())
    }

    /// What a step sets, in the order of the table of parameters, for which there must be room in the scenario.
    fn settings(
        &self,
        set: Item<'_, '_>,
        mut scenario: Scenario,
    ) -> Result<Vec<(ParamId, Value)>, Diagnostic> {
        let DeValue::Table(table) = set.get_ref() else {
            let help = "set = { \"workload.cache_hit_rate\" = \"40%\" }";
            return Err(self.error(set.span(), "`set` must be a table", help));
        };
        let mut stated = Vec::new();
        self.leaves(table, "", &mut stated)?;
        rank::by_key(&mut stated, |(param, _, _)| *param);
        if let Some([_, (param, key, _)]) = stated.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(self.reader.error(key.clone(), format!("`{}` is set twice", param.path), None));
        }
        let mut settings = Vec::new();
        for (param, _, value) in stated {
            let parsed = self.reader.value(param, value.get_ref(), value.span(), &scenario, &self.catalog)?;
            param.set(&mut scenario, parsed);
            settings.push((param, parsed));
        }
        Ok(settings)
    }

    /// The parameters below `prefix`, whether their paths are keys in quotes or tables.
    fn leaves<'t, 'i>(
        &self,
        table: &'t DeTable<'i>,
        prefix: &str,
        stated: &mut Vec<(ParamId, Range<usize>, Item<'t, 'i>)>,
    ) -> Result<(), Diagnostic> {
        for (key, value) in table {
            let path = format!("{prefix}{}", key.get_ref());
            match value.get_ref() {
                DeValue::Table(inner) if ParamId::from_path(&path).is_none() => {
                    self.leaves(inner, &format!("{path}."), stated)?;
                }
                _ => {
                    if let Some(old) = retired(&path) {
                        let message = format!("`{path}` is no longer a parameter");
                        return Err(self.error(key.span(), message, format!("it {}", old.note)));
                    }
                    stated.push((self.reader.param(&path, key.span())?, key.span(), value));
                }
            }
        }
        Ok(())
    }

    /// A list of words that are known, each once.
    fn known<T: PartialEq, W: Iterator<Item = &'static str>>(
        &self,
        table: &DeTable<'_>,
        key: &str,
        what: &str,
        most: usize,
        read: impl Fn(&str) -> Option<T>,
        words: impl Fn() -> W,
    ) -> Result<Vec<T>, Diagnostic> {
        let mut list = Vec::new();
        for item in self.list(table, key, most)? {
            let read = self.word(item, what, &read, &words)?;
            if list.contains(&read) {
                return Err(self.reader.error(item.span(), format!("this {what} is named twice"), None));
            }
            list.push(read);
        }
        Ok(list)
    }

    /// A word that is known.
    fn word<T, W: Iterator<Item = &'static str>>(
        &self,
        item: Item<'_, '_>,
        what: &str,
        read: impl Fn(&str) -> Option<T>,
        words: impl Fn() -> W,
    ) -> Result<T, Diagnostic> {
        let DeValue::String(word) = item.get_ref() else {
            return Err(self.error(
                item.span(),
                format!("a {what} must be a quoted string"),
                "allowed: a quoted string",
            ));
        };
        read(word).ok_or_else(|| {
            let near = closest(word, words()).map(|near| format!("did you mean `{near}`?"));
            let help = near.unwrap_or_else(|| match what {
                "parameter" => "see `whatif list parameters`".to_owned(),
                _ => format!("allowed: {}", words().collect::<Vec<_>>().join(", ")),
            });
            self.error(item.span(), format!("unknown {what} `{word}`"), help)
        })
    }

    /// The items of a list; one that is not there has none.
    fn list<'t, 'i>(
        &self,
        table: &'t DeTable<'i>,
        key: &str,
        most: usize,
    ) -> Result<Vec<Item<'t, 'i>>, Diagnostic> {
        let Some(value) = table.get(key) else { return Ok(Vec::new()) };
        let DeValue::Array(items) = value.get_ref() else {
            let help = "allowed: a list, [\"...\", \"...\"]";
            return Err(self.error(value.span(), format!("`{key}` has the wrong type"), help));
        };
        if let Some(beyond) = items.get(most) {
            let message = format!("`{key}` has more than {most} entries");
            return Err(self.error(beyond.span(), message, format!("allowed: up to {most}")));
        }
        Ok(items.iter().collect())
    }

    fn texts(&self, table: &DeTable<'_>, key: &str) -> Result<Vec<String>, Diagnostic> {
        let items = self.list(table, key, MOST_OF_LIST)?;
        items.into_iter().map(|item| self.text(item, MOST_OF_TEXT)).collect()
    }

    fn optional_text(&self, table: &DeTable<'_>, key: &str) -> Result<String, Diagnostic> {
        table.get(key).map_or(Ok(String::new()), |value| self.text(value, MOST_OF_TEXT))
    }

    /// A headline: one line, not empty.
    fn title(&self, value: Item<'_, '_>) -> Result<String, Diagnostic> {
        let title = self.text(value, MOST_OF_TITLE)?;
        if title.trim().is_empty() || title.contains('\n') {
            return Err(self.error(value.span(), "a title must be a line of words", "allowed: one line"));
        }
        Ok(title)
    }

    /// A text of so many characters at most, without any that a terminal would obey.
    fn text(&self, value: Item<'_, '_>, most: usize) -> Result<String, Diagnostic> {
        let DeValue::String(text) = value.get_ref() else {
            return Err(self.error(value.span(), "this has the wrong type", "allowed: a quoted string"));
        };
        let length = text.chars().count();
        if length > most {
            let message = format!("this text has {length} characters");
            return Err(self.error(value.span(), message, format!("allowed: up to {most}")));
        }
        Ok(text.to_string())
    }
}
