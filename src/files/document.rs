//! Scenario files: read with errors that point at the mistake, written with only what differs from the defaults.

use std::fmt::Write as _;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::catalog::Catalog;
use crate::catalog::gpus::GpuEntry;
use crate::engine::inputs::MAX_TIERS;
use crate::scenario::domain::Domain;
use crate::scenario::entry::EntryError;
use crate::scenario::value::Value;
use crate::scenario::{ParamId, Scenario};
use crate::text::quantity;
use crate::text::{diagnostic::Diagnostic, suggest::closest};

/// The format that this program writes and reads.
pub const FORMAT: i64 = 1;

/// Keys of a file beside the parameters.
const META_KEYS: [&str; 4] = ["format", "name", "summary", "sources"];

/// A scenario with what a file says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Name shown to people.
    pub name: String,
    /// One sentence: what it shows.
    pub summary: String,
    /// Where its inputs come from.
    pub sources: Vec<String>,
    /// The scenario.
    pub scenario: Scenario,
    /// Names of the service tiers.
    pub tier_names: [Option<String>; MAX_TIERS],
    /// An accelerator described in the file itself.
    pub gpu: Option<GpuEntry>,
}

impl Document {
    /// The defaults under a name.
    #[must_use]
    pub fn new(name: &str, catalog: &Catalog) -> Self {
        Self {
            name: name.to_owned(),
            summary: String::new(),
            sources: Vec::new(),
            scenario: Scenario::defaults(catalog),
            tier_names: Default::default(),
            gpu: None,
        }
    }

    /// Reads a scenario file. An accelerator that the file describes is added to the catalog.
    ///
    /// # Errors
    ///
    /// A [`Diagnostic`] at the first mistake.
    pub fn parse(source_name: &str, text: &str, catalog: &mut Catalog) -> Result<Self, Diagnostic> {
        let table = DeTable::parse(text).map_err(|error| Diagnostic::from_toml(source_name, text, &error))?;
        let mut document = Self::new(source_name, catalog);
        let reader = Reader { source_name, text };
        if table.get_ref().contains_key("gpu") {
            let entry = reader.gpu()?;
            let preset = entry
                .get_ref()
                .clone()
                .into_preset()
                .map_err(|error| error.at(source_name, text, entry.span()))?;
            document.scenario.hardware.gpu = catalog.add_gpu(preset);
            document.gpu = Some(entry.into_inner());
        }
        let catalog = &*catalog;
        reader.meta(table.get_ref(), &mut document)?;
        reader.tables(table.get_ref(), "", &mut document, catalog)?;
        if states_whole_shape(&document.scenario) && !has_key(table.get_ref(), "model", "preset") {
            document.scenario.model.preset = None;
        }
        Ok(document)
    }

    /// Writes the scenario as a file that reads back identical.
    #[must_use]
    pub fn to_toml(&self, catalog: &Catalog) -> String {
        let mut text = format!("format = {FORMAT}\nname = {}\n", quoted(&self.name));
        if !self.summary.is_empty() {
            let _ = writeln!(text, "summary = {}", quoted(&self.summary));
        }
        if !self.sources.is_empty() {
            let sources: Vec<String> = self.sources.iter().map(|source| quoted(source)).collect();
            let _ = writeln!(text, "sources = [{}]", sources.join(", "));
        }
        let unset = Scenario::defaults(catalog);
        let mut tables: Vec<(&str, String)> = Vec::new();
        for param in ParamId::ALL.into_iter().filter(|param| !param.path.starts_with("tier.")) {
            let value = param.stated(&self.scenario);
            let names_model = param.path == "model.preset" && value != Value::Auto;
            if value == param.stated(&unset) && !names_model && param.path != "hardware.gpu" {
                continue;
            }
            if value == Value::Auto && param.path == "model.preset" {
                continue;
            }
            let (table, key) = param.path.split_once('.').unwrap_or(("", param.path));
            let line = format!("{key} = {}\n", written(param, value, catalog));
            match tables.iter_mut().find(|(name, _)| *name == table) {
                Some((_, lines)) => lines.push_str(&line),
                None => tables.push((table, line)),
            }
        }
        // Keys of no table must stand before the first one.
        tables.sort_by_key(|(name, _)| !name.is_empty());
        for (name, lines) in tables {
            if name.is_empty() {
                text.push_str(&lines);
            } else {
                let _ = write!(text, "\n[{name}]\n{lines}");
            }
        }
        self.write_tiers(&mut text, catalog);
        if let Some(gpu) = &self.gpu {
            let lines = toml::to_string(gpu).unwrap_or_default();
            let _ = write!(text, "\n[gpu]\n{lines}");
        }
        text
    }

    fn write_tiers(&self, text: &mut String, catalog: &Catalog) {
        let used = self.scenario.tier.iter().rposition(|tier| tier.share > 0.0).map_or(0, |last| last + 1);
        for index in 0..used {
            text.push_str("\n[[tier]]\n");
            if let Some(name) = &self.tier_names[index] {
                let _ = writeln!(text, "name = {}", quoted(name));
            }
            let prefix = format!("tier.{}.", index + 1);
            for param in ParamId::ALL {
                if let Some(key) = param.path.strip_prefix(&prefix) {
                    let value = param.stated(&self.scenario);
                    if value != Value::Auto {
                        let _ = writeln!(text, "{key} = {}", written(param, value, catalog));
                    }
                }
            }
        }
    }
}

/// Sets one parameter from `PATH=VALUE`, as `--set` does.
///
/// # Errors
///
/// A [`Diagnostic`] that points into the assignment.
pub fn assign(scenario: &mut Scenario, assignment: &str, catalog: &Catalog) -> Result<(), Diagnostic> {
    let reader = Reader { source_name: "--set", text: assignment };
    let Some((path, value)) = assignment.split_once('=') else {
        let help = "write it as PATH=VALUE, for example serving.batch_size=64".to_owned();
        return Err(reader.error(0..assignment.len(), "`=` is missing", Some(help)));
    };
    let key = 0..path.trim_end().len();
    let param = reader.param(path.trim(), key)?;
    let value_span = path.len() + 1..assignment.len();
    let value = value.trim().trim_matches('"');
    let value = param.parse(value, scenario, catalog).map_err(|error| {
        let (message, help) = explain(error);
        reader.error(value_span, message, help)
    })?;
    param.set(scenario, value);
    Ok(())
}

/// Reads tables and knows where their text came from.
struct Reader<'a> {
    source_name: &'a str,
    text: &'a str,
}

/// The `[gpu]` table of a scenario file; the rest is read elsewhere.
#[derive(serde::Deserialize)]
struct GpuTable {
    gpu: Spanned<GpuEntry>,
}

impl Reader<'_> {
    fn error(&self, span: Range<usize>, message: impl Into<String>, help: Option<String>) -> Diagnostic {
        Diagnostic::at(self.source_name, self.text, span, message, help)
    }

    fn gpu(&self) -> Result<Spanned<GpuEntry>, Diagnostic> {
        let table: GpuTable = toml::from_str(self.text)
            .map_err(|error| Diagnostic::from_toml(self.source_name, self.text, &error))?;
        Ok(table.gpu)
    }

    /// Format, name, summary and sources.
    fn meta(&self, table: &DeTable<'_>, document: &mut Document) -> Result<(), Diagnostic> {
        for (key, value) in table {
            let span = value.span();
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("format", DeValue::Integer(format)) if format.as_str() == FORMAT.to_string() => {}
                ("format", DeValue::Integer(_)) => {
                    let help = format!("this program reads format {FORMAT}");
                    return Err(self.error(span, "unknown format of scenario file", Some(help)));
                }
                ("name", DeValue::String(name)) => document.name = name.to_string(),
                ("summary", DeValue::String(summary)) => document.summary = summary.to_string(),
                ("sources", DeValue::Array(sources)) => {
                    for source in sources {
                        let DeValue::String(words) = source.get_ref() else {
                            return Err(self.error(source.span(), "a source is a text in quotes", None));
                        };
                        document.sources.push(words.to_string());
                    }
                }
                (key, _) if META_KEYS.contains(&key) => {
                    let help = match key {
                        "format" => "format = 1",
                        "sources" => "sources = [\"where the inputs come from\"]",
                        _ => "a text in quotes",
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
                scalar => {
                    let param = self.param(&path, key.span())?;
                    let parsed = self.value(param, scalar, value.span(), &document.scenario, catalog)?;
                    param.set(&mut document.scenario, parsed);
                }
            }
        }
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
                return Err(self.error(tier.span(), "a tier is a table", Some("[[tier]]".to_owned())));
            };
            if index >= MAX_TIERS {
                let message = format!("at most {MAX_TIERS} tiers are supported");
                return Err(self.error(tier.span(), message, None));
            }
            for (key, value) in table {
                let name = key.get_ref().as_ref();
                if let ("name", DeValue::String(words)) = (name, value.get_ref()) {
                    document.tier_names[index] = Some(words.to_string());
                    continue;
                }
                let param = self.param(&format!("tier.{}.{name}", index + 1), key.span())?;
                let parsed = self.value(param, value.get_ref(), value.span(), &document.scenario, catalog)?;
                param.set(&mut document.scenario, parsed);
            }
        }
        let total: f64 = document.scenario.tier.iter().map(|tier| tier.share).sum();
        if total > 1.0 + 1e-9
            && let Some(last) = tiers.last()
        {
            let message = format!("the tiers' shares add up to {total:.2}, more than all requests");
            return Err(self.error(last.span(), message, None));
        }
        Ok(())
    }

    fn param(&self, path: &str, span: Range<usize>) -> Result<ParamId, Diagnostic> {
        ParamId::from_path(path).ok_or_else(|| {
            let leaf = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
            // A whole path may be misspelt, or its last word may belong to another table.
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
                None => "`whatif list parameters` names them all".to_owned(),
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

    fn value(
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
                    .map_err(|_| wrong_type("a number of that size"))?
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
        param.parse(&text, scenario, catalog).map_err(|error| {
            let (message, help) = explain(error);
            self.error(span, message, help)
        })
    }
}

/// An entry error as a message and its help.
fn explain(error: EntryError) -> (String, Option<String>) {
    let mut help = format!("allowed: {}", error.allowed);
    if let Some(suggestion) = error.suggestion {
        let _ = write!(help, "; did you mean `{suggestion}`?");
    }
    (error.problem, Some(help))
}

/// The file sets every width of a shape, so that no preset need stand behind it.
fn states_whole_shape(scenario: &Scenario) -> bool {
    let shape = &scenario.model;
    [shape.layers, shape.hidden, shape.heads, shape.ffn.or(shape.expert_ffn), shape.vocab]
        .iter()
        .all(Option::is_some)
}

fn has_key(table: &DeTable<'_>, outer: &str, inner: &str) -> bool {
    match table.get(outer).map(Spanned::get_ref) {
        Some(DeValue::Table(table)) => table.contains_key(inner),
        _ => false,
    }
}

/// A value in TOML.
fn written(param: ParamId, value: Value, catalog: &Catalog) -> String {
    match value {
        Value::Number(number) => quantity::format_exact(number),
        Value::Flag(flag) => flag.to_string(),
        _ => quoted(&param.written(value, catalog)),
    }
}

/// A text as a TOML basic string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
