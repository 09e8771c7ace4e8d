//! Scenario files are read with errors that point at the mistake.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::catalog::gpus::GpuEntry;
use crate::catalog::{Catalog, GpuId, ModelId};
use crate::engine::inputs::MAX_TIERS;
use crate::engine::training::TrainingMethod;
use crate::files::document::{Document, FORMAT, Source};
use crate::files::lengths::{LENGTH_FILE, Lengths, Unread};
use crate::files::models;
use crate::files::retired::{Retired, TRIALS, retired};
use crate::import::ImportError;
use crate::scenario::domain::Domain;
use crate::scenario::entry::EntryError;
use crate::scenario::value::Value;
use crate::scenario::{ParamId, Scenario};
use crate::text::control::one_line;
use crate::text::diagnostic::Diagnostic;
use crate::text::source::table;
use crate::text::suggest::closest;

/// Keys of a file other than the parameters.
const META_KEYS: [&str; 4] = ["format", "name", "summary", "sources"];

impl Document {
    /// Reads a scenario file. Where the file itself describes an accelerator that the catalog does not have, a catalog
    /// comes back that does: the scenario's ids are of that one then.
    pub fn parse(
        source_name: &str,
        text: &str,
        catalog: &Catalog,
    ) -> Result<(Self, Option<Catalog>), Diagnostic> {
        let table = table(source_name, text)?;
        let mut reader = Reader::new(source_name, text);
        if let Some(key) = deck_key(table.get_ref()) {
            let help = "`whatif present DECK` shows it, `whatif export DECK --to FILE` writes it to a file"
                .to_owned();
            return Err(reader.error(key, "this is a deck, not a scenario", Some(help)));
        }
        let (mut document, grown) = reader.document(table.get_ref(), false, catalog)?;
        document.source = Some(Source { name: source_name.to_owned(), text: text.to_owned() });
        Ok((document, grown))
    }
}

/// Takes a multiple of the compute for trials, where those are counted.
fn count_trials(scenario: &mut Scenario, notes: &mut Vec<String>) {
    if scenario.training.method != TrainingMethod::Pretrain {
        let trials = (scenario.training.experiments - 1.0).round();
        ParamId::TrainingTrials.set(scenario, Value::Number(trials));
        notes.push(format!("`training.experiments` {TRIALS}: taken for {trials}"));
    }
}

/// The path of a scenario file that says where a serving engine's metrics are.
pub(super) const METRICS: &str = "actual.metrics";

/// Sets one parameter from `PATH=VALUE`, as `--set` does.
pub fn assign(document: &mut Document, assignment: &str, catalog: &Catalog) -> Result<(), Diagnostic> {
    let reader = Reader::new("--set", assignment);
    let Some((path, value)) = assignment.split_once('=') else {
        let help = "write it as PATH=VALUE, for example serving.batch_size=64".to_owned();
        return Err(reader.error(0..assignment.len(), "`=` is missing", Some(help)));
    };
    let key = 0..path.trim_end().len();
    let value_span = path.len() + 1..assignment.len();
    let value = value.trim().trim_matches('"');
    if let Some(old) = retired(path.trim()) {
        return reader.take(old, &DeValue::String(value.into()), value_span, document);
    }
    if path.trim() == LENGTH_FILE {
        return reader.lengths(&DeValue::String(value.into()), value_span, |_| false, document);
    }
    if path.trim() == METRICS {
        document.metrics = Some(value.to_owned());
        return Ok(());
    }
    let param = reader.param(path.trim(), key)?;
    let value = param.parse(value, &document.scenario, catalog).map_err(|error| {
        let (message, help) = explain(error);
        reader.error(value_span, message, help)
    })?;
    param.set(&mut document.scenario, value);
    if param == ParamId::TrainingExperiments {
        count_trials(&mut document.scenario, &mut document.notes);
    }
    Ok(())
}

/// Reads tables and knows where their text came from.
pub(super) struct Reader<'a> {
    source_name: &'a str,
    text: &'a str,
    /// The accelerators that the text itself describes, by the name that it gives them.
    own: Vec<(String, GpuId)>,
    /// The models whose configurations it names, by the paths that it gives.
    own_models: Vec<(String, ModelId)>,
}

/// The `[gpu]` table of a scenario file; the rest is read elsewhere.
#[derive(serde::Deserialize)]
struct GpuTable {
    gpu: Spanned<GpuEntry>,
}

/// Several of them, `[[gpu]]`.
#[derive(serde::Deserialize)]
struct GpuTables {
    gpu: Vec<Spanned<GpuEntry>>,
}

/// A scenario that a deck writes out.
#[derive(serde::Deserialize)]
struct Within<T> {
    scenario: T,
}

/// Where a text says that it is a deck.
pub(super) fn deck_key(table: &DeTable<'_>) -> Option<Range<usize>> {
    let key = |name: &str| table.get_key_value(name).map(|(key, _)| key.span());
    key("step").or_else(|| key("scenario"))
}

impl<'a> Reader<'a> {
    pub(super) fn new(source_name: &'a str, text: &'a str) -> Self {
        Self { source_name, text, own: Vec::new(), own_models: Vec::new() }
    }

    /// The scenario of a table: that of the whole text, or of the one that a deck writes out.
    pub(super) fn document(
        &mut self,
        table: &DeTable<'_>,
        in_deck: bool,
        catalog: &Catalog,
    ) -> Result<(Document, Option<Catalog>), Diagnostic> {
        let grown = self.describe_gpus(table.get("gpu").map(Spanned::get_ref), in_deck, catalog)?;
        let grown = self.describe_models(table, grown.as_ref().unwrap_or(catalog))?.or(grown);
        let catalog = grown.as_ref().unwrap_or(catalog);
        let stem = Path::new(self.source_name).file_stem().and_then(|stem| stem.to_str());
        let mut document = Document::new(&one_line(stem.unwrap_or(self.source_name)), catalog);
        if let Some((_, gpu)) = self.own.first() {
            document.scenario.hardware.gpu = *gpu;
        }
        document.described = self.own.iter().map(|(_, gpu)| *gpu).collect();
        for (name, _) in self.own.iter().filter(|(name, _)| is_of_catalog(name, catalog)) {
            let note =
                "is what this scenario describes, not the accelerator of the catalog that has the same id";
            document.notes.push(format!("`{name}` {note}"));
        }
        for (_, model) in &self.own_models {
            document.notes.extend(catalog.model(*model).note.clone());
        }
        self.meta(table, &mut document)?;
        if let Some(file) = value_at(table, LENGTH_FILE) {
            let is_stated = |param: ParamId| value_at(table, param.path).is_some();
            self.lengths(file.get_ref(), file.span(), is_stated, &mut document)?;
        }
        if let Some(place) = value_at(table, METRICS) {
            document.metrics = Some(self.address(place.get_ref(), place.span())?);
        }
        self.tables(table, "", &mut document, catalog)?;
        if has_key(table, "training", "experiments") && !has_key(table, "training", "trials") {
            count_trials(&mut document.scenario, &mut document.notes);
        }
        if document.scenario.model.is_whole() && !has_key(table, "model", "preset") {
            document.scenario.model.preset = None;
        }
        Ok((document, grown))
    }
}

impl Reader<'_> {
    pub(super) fn error(
        &self,
        span: Range<usize>,
        message: impl Into<String>,
        help: Option<String>,
    ) -> Diagnostic {
        Diagnostic::at(self.source_name, self.text, span, message, help)
    }

    /// Adds the accelerators that the file describes to the catalog, the main one first.
    fn describe_gpus(
        &mut self,
        gpu: Option<&DeValue<'_>>,
        in_deck: bool,
        catalog: &Catalog,
    ) -> Result<Option<Catalog>, Diagnostic> {
        let several = matches!(gpu, Some(DeValue::Array(_)));
        let entries = match (in_deck, several) {
            _ if gpu.is_none() => return Ok(None),
            (false, true) => toml::from_str(self.text).map(|GpuTables { gpu }| gpu),
            (false, false) => toml::from_str(self.text).map(|GpuTable { gpu }| vec![gpu]),
            (true, true) => toml::from_str(self.text).map(|Within { scenario: GpuTables { gpu } }| gpu),
            (true, false) => toml::from_str(self.text).map(|Within { scenario: GpuTable { gpu } }| vec![gpu]),
        };
        let entries = entries.map_err(|error| Diagnostic::from_toml(self.source_name, self.text, &error))?;
        let mut grown = catalog.clone();
        for entry in entries {
            let span = entry.span();
            let preset = entry.into_inner().into_described();
            let preset = preset.map_err(|error| error.at(self.source_name, self.text, span))?;
            let name = preset.id.clone();
            self.own.push((name, grown.add_gpu(preset)));
        }
        Ok((grown.gpus().len() > catalog.gpus().len()).then_some(grown))
    }

    /// Adds the models to the catalog whose configurations the file names by path.
    fn describe_models(
        &mut self,
        table: &DeTable<'_>,
        catalog: &Catalog,
    ) -> Result<Option<Catalog>, Diagnostic> {
        let folder = Path::new(self.source_name).parent().unwrap_or(Path::new(""));
        let mut grown = None;
        for param in ParamId::ALL.into_iter().filter(|param| matches!(param.domain, Domain::Model)) {
            let Some(value) = value_at(table, param.path) else { continue };
            let DeValue::String(name) = value.get_ref() else { continue };
            let found = models::at(name, folder, grown.as_ref().unwrap_or(catalog)).map_err(|error| {
                let help = "a path is relative to the file that states it".to_owned();
                match error {
                    ImportError::Refused(diagnostic) => diagnostic,
                    unreadable @ ImportError::Unreadable { .. } => {
                        self.error(value.span(), unreadable.to_string(), Some(help))
                    }
                }
            })?;
            if let Some((id, larger)) = found {
                self.own_models.push((name.to_string(), id));
                grown = Some(larger);
            }
        }
        Ok(grown)
    }

    fn meta(&self, table: &DeTable<'_>, document: &mut Document) -> Result<(), Diagnostic> {
        for (key, value) in table {
            let span = value.span();
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("format", DeValue::Integer(format)) if format.as_str() == FORMAT.to_string() => {}
                ("format", DeValue::Integer(_)) => {
                    let help = format!("this version reads format {FORMAT}");
                    return Err(self.error(span, "unknown scenario file format", Some(help)));
                }
                ("name", DeValue::String(name)) => document.name = one_line(name),
                ("summary", DeValue::String(summary)) => document.summary = one_line(summary),
                ("sources", DeValue::Array(sources)) => {
                    for source in sources {
                        let DeValue::String(words) = source.get_ref() else {
                            return Err(self.error(source.span(), "a source must be a quoted string", None));
                        };
                        document.sources.push(one_line(words));
                    }
                }
                (key, _) if META_KEYS.contains(&key) => {
                    let help = match key {
                        "format" => "format = 1",
                        "sources" => "sources = [\"where the inputs come from\"]",
                        _ => "a quoted string",
                    };
                    let message = format!("`{key}` has the wrong type");
                    return Err(self.error(span, message, Some(format!("allowed: {help}"))));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Every parameter below `prefix`. Choices of the catalog come first, since other values depend on them.
    fn tables(
        &self,
        table: &DeTable<'_>,
        prefix: &str,
        document: &mut Document,
        catalog: &Catalog,
    ) -> Result<(), Diagnostic> {
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            if prefix.is_empty() && (META_KEYS.contains(&name) || name == "gpu") {
                continue;
            }
            let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
            match value.get_ref() {
                DeValue::Table(inner) => {
                    let known = ParamId::paths().any(|param| param.starts_with(&format!("{path}.")));
                    if !known {
                        return Err(self.unknown_table(&path, key.span()));
                    }
                    self.tables(inner, &path, document, catalog)?;
                }
                DeValue::Array(tiers) if path == "tier" => self.tiers(tiers, document, catalog)?,
                _ if path == LENGTH_FILE || path == METRICS => {}
                scalar => {
                    if let Some(old) = retired(&path) {
                        self.take(old, scalar, value.span(), document)?;
                        continue;
                    }
                    let param = self.param(&path, key.span())?;
                    let parsed = self.value(param, scalar, value.span(), &document.scenario, catalog)?;
                    param.set(&mut document.scenario, parsed);
                }
            }
        }
        Ok(())
    }

    /// Takes the value of a retired path for what took its place.
    fn take(
        &self,
        old: &Retired,
        value: &DeValue<'_>,
        span: Range<usize>,
        document: &mut Document,
    ) -> Result<(), Diagnostic> {
        let word = if let DeValue::String(word) = value { word.as_ref() } else { "" };
        let Some(sets) = (old.sets)(word) else {
            let message = format!("`{word}` never was a value of `{}`, which {}", old.path, old.note);
            return Err(self.error(span, message, None));
        };
        for (param, value) in sets {
            param.set(&mut document.scenario, value);
        }
        let place = self.error(span, "", None);
        document.notes.push(format!("{}:{}: `{}` {}", self.source_name, place.line, old.path, old.note));
        Ok(())
    }

    /// Reads where metrics are.
    fn address(&self, value: &DeValue<'_>, span: Range<usize>) -> Result<String, Diagnostic> {
        let DeValue::String(address) = value else {
            let help = "allowed: an address or the path of a file, in quotes".to_owned();
            return Err(self.error(span, format!("`{METRICS}` has the wrong type"), Some(help)));
        };
        Ok(one_line(address))
    }

    /// Takes the lengths of measured requests; what a file states beside them stands.
    fn lengths(
        &self,
        value: &DeValue<'_>,
        span: Range<usize>,
        is_stated: impl Fn(ParamId) -> bool,
        document: &mut Document,
    ) -> Result<(), Diagnostic> {
        let DeValue::String(file) = value else {
            let message = format!("`{LENGTH_FILE}` has the wrong type");
            return Err(self.error(span, message, Some("allowed: the path of a file, in quotes".to_owned())));
        };
        let lengths = Lengths::open(self.source_name, file).map_err(|unread| match unread {
            Unread::Malformed(diagnostic) => diagnostic,
            Unread::Unreadable(reason) => {
                let help = "a path is relative to the file that states it".to_owned();
                self.error(span.clone(), format!("cannot read `{file}`: {reason}"), Some(help))
            }
        })?;
        for (param, value) in lengths.sets().into_iter().filter(|(param, _)| !is_stated(*param)) {
            let value = param.check(value).map_err(|error| {
                let (message, help) = explain(error);
                let allowed = help.map(|help| format!("{help}; ")).unwrap_or_default();
                let help = format!("{allowed}`{}` stated in the scenario's file takes its place", param.path);
                let message = format!("`{}` as measured in `{file}`: {message}", param.path);
                self.error(span.clone(), message, Some(help))
            })?;
            param.set(&mut document.scenario, value);
        }
        document.notes.push(format!("{file}: {}", lengths.summary()));
        Ok(())
    }

    fn tiers(
        &self,
        tiers: &DeArray<'_>,
        document: &mut Document,
        catalog: &Catalog,
    ) -> Result<(), Diagnostic> {
        for (index, tier) in tiers.iter().enumerate() {
            let DeValue::Table(table) = tier.get_ref() else {
                return Err(self.error(tier.span(), "a tier must be a table", Some("[[tier]]".to_owned())));
            };
            if index >= MAX_TIERS {
                let message = format!("at most {MAX_TIERS} tiers are supported");
                return Err(self.error(tier.span(), message, None));
            }
            for (key, value) in table {
                let name = key.get_ref().as_ref();
                if let ("name", DeValue::String(words)) = (name, value.get_ref()) {
                    document.tier_names[index] = Some(one_line(words));
                    continue;
                }
                let param = self.param(&format!("tier.{}.{name}", index + 1), key.span())?;
                let parsed = self.value(param, value.get_ref(), value.span(), &document.scenario, catalog)?;
                param.set(&mut document.scenario, parsed);
            }
        }
        Ok(())
    }

    pub(super) fn param(&self, path: &str, span: Range<usize>) -> Result<ParamId, Diagnostic> {
        ParamId::from_path(path).ok_or_else(|| {
            let leaf = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
            // A whole path may be misspelled, or its last word may belong to another table.
            let near = closest(path, ParamId::paths())
                .map(ToOwned::to_owned)
                .or_else(|| ParamId::paths().find(|known| leaf(known) == leaf(path)).map(ToOwned::to_owned));
            let near = near.or_else(|| {
                let (table, word) = path.rsplit_once('.')?;
                let siblings: Vec<&str> = ParamId::paths()
                    .filter_map(|known| known.strip_prefix(table)?.strip_prefix('.'))
                    .collect();
                closest(word, siblings.into_iter()).map(|word| format!("{table}.{word}"))
            });
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "see `whatif list parameters`".to_owned(),
            };
            self.error(span, format!("unknown parameter `{path}`"), Some(help))
        })
    }

    fn unknown_table(&self, path: &str, span: Range<usize>) -> Diagnostic {
        let mut tables: Vec<&str> = ParamId::paths().filter_map(|path| path.split('.').next()).collect();
        tables.dedup();
        let near = closest(path, tables.iter().copied());
        let help = match near {
            Some(near) => format!("did you mean `[{near}]`?"),
            None => format!("tables: {}", tables.join(", ")),
        };
        self.error(span, format!("unknown table `[{path}]`"), Some(help))
    }

    pub(super) fn value(
        &self,
        param: ParamId,
        value: &DeValue<'_>,
        span: Range<usize>,
        scenario: &Scenario,
        catalog: &Catalog,
    ) -> Result<Value, Diagnostic> {
        let wrong_type = |found: &str| {
            let message = format!("`{}` cannot be {found}", param.path);
            self.error(span.clone(), message, Some(format!("allowed: {}", param.allowed())))
        };
        let text = match (value, &param.domain) {
            (DeValue::String(text), _) => text.to_string(),
            (DeValue::Integer(number), Domain::Number(_)) => {
                i128::from_str_radix(number.as_str(), number.radix())
                    .map_err(|_| wrong_type("a number this large"))?
                    .to_string()
            }
            (DeValue::Float(number), Domain::Number(_)) => number.as_str().to_owned(),
            (DeValue::Boolean(flag), Domain::Flag) => flag.to_string(),
            (DeValue::Boolean(_), _) => return Err(wrong_type("a boolean")),
            (DeValue::Integer(_) | DeValue::Float(_), _) => return Err(wrong_type("a number")),
            (DeValue::Datetime(_), _) => return Err(wrong_type("a date")),
            (DeValue::Array(_), _) => return Err(wrong_type("a list")),
            (DeValue::Table(_), _) => return Err(wrong_type("a table")),
        };
        if let (Domain::Gpu, Some((_, own))) =
            (&param.domain, self.own.iter().find(|(name, _)| *name == text))
        {
            return Ok(Value::Gpu(*own));
        }
        if let (Domain::Model, Some((_, own))) =
            (&param.domain, self.own_models.iter().find(|(name, _)| *name == text))
        {
            return Ok(Value::Model(*own));
        }
        // A shape that is not whole yet can be saved, and is told when it is opened again: it has no figures.
        if param == ParamId::ModelPreset && text.eq_ignore_ascii_case("auto") {
            return Ok(Value::Auto);
        }
        param.parse(&text, scenario, catalog).map_err(|error| {
            let (message, help) = explain(error);
            self.error(span, message, help)
        })
    }
}

/// The catalog has an accelerator with this id that no scenario describes.
fn is_of_catalog(id: &str, catalog: &Catalog) -> bool {
    catalog.gpus().iter().any(|gpu| gpu.id == id && gpu.described.is_none())
}

/// An entry error as a message and its help.
fn explain(error: EntryError) -> (String, Option<String>) {
    let mut help = format!("allowed: {}", error.allowed);
    if let Some(suggestion) = error.suggestion {
        let _ = write!(help, "; did you mean `{suggestion}`?");
    }
    (error.problem, Some(help))
}

/// The value at a path of one or two words.
fn value_at<'a, 'i>(table: &'a DeTable<'i>, path: &str) -> Option<&'a Spanned<DeValue<'i>>> {
    let Some((outer, inner)) = path.split_once('.') else { return table.get(path) };
    match table.get(outer)?.get_ref() {
        DeValue::Table(table) => table.get(inner),
        _ => None,
    }
}

fn has_key(table: &DeTable<'_>, outer: &str, inner: &str) -> bool {
    match table.get(outer).map(Spanned::get_ref) {
        Some(DeValue::Table(table)) => table.contains_key(inner),
        _ => false,
    }
}
