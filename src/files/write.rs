//! Scenario files are written so that they read back identical. What a user wrote stays, comments, order and form:
//! only keys whose value changed are touched.

use std::path::Path;

use toml_edit::{
    Array, ArrayOfTables, Decor, DocumentMut, InlineTable, Item, Table, TableLike, Value as Toml,
};

use crate::catalog::{Catalog, GpuId};
use crate::files::document::{Document, FORMAT};
use crate::files::lengths::LENGTH_FILE;
use crate::files::retired::RETIRED;
use crate::rank;
use crate::scenario::stated::Tier;
use crate::scenario::value::Value;
use crate::scenario::{ParamId, Scenario};
use crate::text::quantity::{self, Unit};

impl Document {
    /// The text of a file that holds the document: that from which it was read, edited; else a new one with what differs
    /// from the defaults.
    pub fn to_toml(&self, catalog: &Catalog) -> String {
        let edited = self.source.as_ref().and_then(|source| self.edited(&source.name, &source.text, catalog));
        edited.unwrap_or_else(|| self.written(catalog))
    }

    /// The same of a file that needs no other beside it.
    #[cfg(feature = "export")]
    pub fn to_toml_alone(&self, catalog: &Catalog) -> String {
        self.moved_to(Path::new("/")).to_toml(catalog)
    }

    /// The same for a file in another folder: what a path relative to the old one led to is written out.
    pub(super) fn moved_to(&self, path: &Path) -> Self {
        let mut moved = self.clone();
        if let Some(source) = &mut moved.source
            && Path::new(&source.name).parent() != path.parent()
            && let Ok(mut file) = source.text.parse::<DocumentMut>()
            && let Some((table, key)) = home(file.as_table_mut(), LENGTH_FILE, false)
            && table.remove(key).is_some()
        {
            source.text = file.to_string();
        }
        moved
    }

    /// A new text.
    fn written(&self, catalog: &Catalog) -> String {
        self.new_file(catalog).to_string()
    }

    /// A new file. It names the model and the accelerator even where they are the default, and tiers in full.
    pub(super) fn new_file(&self, catalog: &Catalog) -> DocumentMut {
        let mut file = DocumentMut::new();
        file["format"] = FORMAT.into();
        let tiers = self.scenario.tier.iter().rposition(|tier| *tier != Tier::default());
        let named = |param: ParamId| match param {
            ParamId::ModelPreset | ParamId::HardwareGpu => true,
            _ => tier_of(param).is_some_and(|tier| Some(tier) <= tiers),
        };
        self.edit(&mut file, "", named, catalog);
        file
    }

    /// A text with what differs from the document changed; `None` where that cannot be done.
    fn edited(&self, source_name: &str, text: &str, catalog: &Catalog) -> Option<String> {
        with_line_ends(text, |unix| {
            let mut file: DocumentMut = unix.parse().ok()?;
            let same = self.edit(&mut file, source_name, |_| false, catalog);
            same.then(|| file.to_string())
        })
    }

    /// Changes what a file says otherwise, and states what shall be `named`; `true` when it then reads as the document.
    fn edit(
        &self,
        file: &mut DocumentMut,
        source_name: &str,
        named: impl Fn(ParamId) -> bool,
        catalog: &Catalog,
    ) -> bool {
        for old in &RETIRED {
            if let Some((table, key)) = home(file.as_table_mut(), old.path, false) {
                table.remove(key);
            }
        }
        let names = gpu_names(&self.scenario, catalog);
        let (tiers, others): (Vec<_>, Vec<_>) =
            ParamId::ALL.into_iter().partition(|param| tier_of(*param).is_some());
        // What a key means by its absence may depend on others: a second round states it.
        for round in 0..2 {
            let Ok((said, _)) = Self::parse(source_name, &file.to_string(), catalog) else { return false };
            let edit = |file: &mut DocumentMut, param: ParamId| {
                let value = param.stated(&self.scenario);
                if value == param.stated(&said.scenario)
                    && (round > 0 || value == Value::Auto || !named(param))
                {
                    return;
                }
                let written = match value {
                    Value::Auto if round == 0 => None,
                    Value::Gpu(gpu) => names.iter().find(|(id, _)| *id == gpu).map(|(_, name)| name.into()),
                    _ => Some(toml(param, value, catalog)),
                };
                set(file, param, written);
            };
            if round == 0 {
                self.edit_titles(file, &said);
            }
            for param in &others {
                edit(file, *param);
            }
            // A tier begins with its name, and tiers follow what is said of all requests.
            self.edit_tier_names(file, &said);
            for param in &tiers {
                edit(file, *param);
            }
            if round == 0 {
                edit_gpus(file, &said, &names, catalog);
            }
        }
        let read = Self::parse(source_name, &file.to_string(), catalog);
        read.is_ok_and(|(said, _)| {
            ParamId::ALL.into_iter().all(|param| param.stated(&said.scenario) == param.stated(&self.scenario))
        })
    }

    fn edit_titles(&self, file: &mut DocumentMut, said: &Self) {
        if said.name != self.name {
            put(file.as_table_mut(), "name", (&self.name).into());
        }
        if said.summary != self.summary {
            put(file.as_table_mut(), "summary", (&self.summary).into());
        }
        if said.sources != self.sources {
            put(file.as_table_mut(), "sources", self.sources.iter().collect::<Array>().into());
        }
    }

    fn edit_tier_names(&self, file: &mut DocumentMut, said: &Self) {
        for (index, (name, said)) in self.tier_names.iter().zip(&said.tier_names).enumerate() {
            if let Some(name) = name
                && Some(name) != said.as_ref()
                && let Some((tier, key)) =
                    home(file.as_table_mut(), &format!("tier.{}.name", index + 1), true)
            {
                put(tier, key, name.into());
            }
        }
    }
}

/// Edits a text, of which one from Windows keeps its line ends.
pub(super) fn with_line_ends(text: &str, edit: impl FnOnce(&str) -> Option<String>) -> Option<String> {
    let unix = text.replace("\r\n", "\n");
    let windows = text.matches("\r\n").count() == unix.matches('\n').count() && text != unix;
    let edited = edit(&unix)?;
    Some(if windows { edited.replace('\n', "\r\n") } else { edited })
}

/// The tier that a parameter is of, counted from 0.
fn tier_of(param: ParamId) -> Option<usize> {
    let number: usize = param.path.strip_prefix("tier.")?.split('.').next()?.parse().ok()?;
    number.checked_sub(1)
}

/// The accelerators that a scenario names, and what they are called in its file: one of one's own whose id means
/// another too gets a number.
fn gpu_names(scenario: &Scenario, catalog: &Catalog) -> Vec<(GpuId, String)> {
    let mut named: Vec<GpuId> = ParamId::ALL
        .into_iter()
        .filter_map(|param| match param.stated(scenario) {
            Value::Gpu(gpu) => Some(gpu),
            _ => None,
        })
        .collect();
    rank::by_key(&mut named, |gpu| (catalog.gpu(*gpu).described.is_some(), *gpu));
    named.dedup();
    let mut names: Vec<(GpuId, String)> = Vec::new();
    for gpu in named {
        let id = &catalog.gpu(gpu).id;
        let taken = |name: &String| names.iter().any(|(_, other)| other == name);
        let numbered = (2..).map(|number| format!("{id}-{number}"));
        let name = std::iter::once(id.clone()).chain(numbered).find(|name| !taken(name));
        names.extend(name.map(|name| (gpu, name)));
    }
    names
}

/// Describes the accelerators of one's own that are named and that the file does not describe yet.
fn edit_gpus(file: &mut DocumentMut, said: &Document, names: &[(GpuId, String)], catalog: &Catalog) {
    let own: Vec<_> = names.iter().filter(|(gpu, _)| catalog.gpu(*gpu).described.is_some()).collect();
    if own.iter().all(|(gpu, name)| said.described.contains(gpu) && catalog.gpu(*gpu).id == *name) {
        return;
    }
    let tables: ArrayOfTables = own
        .iter()
        .filter_map(|(gpu, name)| {
            let text = toml::to_string(&catalog.gpu(*gpu).described).ok()?;
            let mut table = text.parse::<DocumentMut>().ok()?.as_table().clone();
            table["id"] = name.into();
            table.decor_mut().set_prefix("\n");
            Some(table)
        })
        .collect();
    file["gpu"] = match tables.get(0) {
        Some(only) if tables.len() == 1 => Item::Table(only.clone()),
        _ => Item::ArrayOfTables(tables),
    };
}

pub(super) fn toml(param: ParamId, value: Value, catalog: &Catalog) -> Toml {
    match value {
        Value::Number(number) if param.unit() != Some(Unit::Date) => {
            quantity::format_exact(number).parse().unwrap_or_else(|_| Toml::from(number))
        }
        Value::Flag(flag) => flag.into(),
        _ => param.written(value, catalog).into(),
    }
}

/// Sets a parameter where the file states it, else in its own table; without a value the key goes, unless there is a
/// comment at it.
fn set(file: &mut DocumentMut, param: ParamId, value: Option<Toml>) {
    let root = file.as_table_mut();
    let mut paths = param.aliases.iter().chain([&param.path]).copied();
    let stated =
        paths.find(|path| home(root, path, false).is_some_and(|(table, key)| table.contains_key(key)));
    if let Some((table, key)) = home(root, stated.unwrap_or(param.path), value.is_some()) {
        match value {
            Some(value) => put_alike(table, key, param, value),
            None if is_commented(table, key) => put(table, key, "auto".into()),
            None => drop(table.remove(key)),
        }
    }
    if let Some((outer, _)) = param.path.rsplit_once('.')
        && let Some((table, key)) = home(root, outer, false)
        && let Some(inner) = table.get(key).and_then(Item::as_table)
        && inner.is_empty()
        && !has_comment(inner.decor())
    {
        table.remove(key);
    }
}

/// The table that holds the last part of a path, and that part. `make` adds what is missing on the way.
pub(super) fn home<'a, 'p>(
    root: &'a mut dyn TableLike,
    path: &'p str,
    make: bool,
) -> Option<(&'a mut dyn TableLike, &'p str)> {
    let mut here = root;
    let mut parts = path.split('.').peekable();
    while let Some(part) = parts.next() {
        let Some(next) = parts.peek() else { return Some((here, part)) };
        let index = next.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        if make && !here.contains_key(part) {
            let new = if index.is_some() {
                Item::ArrayOfTables(ArrayOfTables::new())
            } else {
                Item::Table(new_table())
            };
            here.insert(part, new);
        }
        let table = here;
        here = match (table.get_mut(part)?, index) {
            (Item::ArrayOfTables(tables), Some(index)) => {
                parts.next();
                while make && tables.len() <= index {
                    tables.push(new_table());
                }
                tables.get_mut(index)?
            }
            (Item::Value(Toml::Array(tables)), Some(index)) => {
                parts.next();
                while make && tables.len() <= index {
                    tables.push(InlineTable::new());
                }
                tables.get_mut(index)?.as_inline_table_mut()?
            }
            (item, _) => item.as_table_like_mut()?,
        };
    }
    None
}

/// A table with an empty line before it.
pub(super) fn new_table() -> Table {
    let mut table = Table::new();
    table.decor_mut().set_prefix("\n");
    table
}

/// Sets a key; one that is there keeps its place and the comments around it.
pub(super) fn put(table: &mut dyn TableLike, key: &str, mut value: Toml) {
    if let Some(old) = table.get_mut(key).and_then(Item::as_value_mut) {
        *value.decor_mut() = old.decor().clone();
        *old = value;
    } else {
        // Space before the end of an inline table stays there.
        let last = table.iter_mut().last().map(|(_, item)| item).and_then(Item::as_value_mut);
        let space = last.and_then(|last| {
            let space = last.decor().suffix()?.as_str()?.to_owned();
            space.trim().is_empty().then(|| last.decor_mut().set_suffix(""))?;
            Some(space)
        });
        if let Some(space) = space {
            *value.decor_mut() = Decor::new(" ", space);
        }
        table.insert(key, Item::Value(value));
    }
}

/// Sets a parameter's key; a number takes the form of the one that stood there, as of a percentage.
pub(super) fn put_alike(table: &mut dyn TableLike, key: &str, param: ParamId, value: Toml) {
    let number = value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64));
    let alike = number.zip(table.get(key).and_then(Item::as_str)).zip(param.unit());
    let alike = alike.and_then(|((number, old), unit)| quantity::like(old, number, unit));
    put(table, key, alike.map_or(value, Toml::from));
}

/// There is a comment above a key or behind its value.
fn is_commented(table: &dyn TableLike, key: &str) -> bool {
    let above =
        table.key(key).is_some_and(|key| has_comment(key.leaf_decor()) || has_comment(key.dotted_decor()));
    above || table.get(key).and_then(Item::as_value).is_some_and(|value| has_comment(value.decor()))
}

fn has_comment(decor: &Decor) -> bool {
    [decor.prefix(), decor.suffix()]
        .into_iter()
        .flatten()
        .any(|text| text.as_str().is_some_and(|text| text.contains('#')))
}
