//! Lists of what can be chosen: what to type for each, what it is, and, for programs, more.

use serde_json::{Map, Value as Json, json};

use crate::catalog::Catalog;
use crate::catalog::gpus::GpuPreset;
use crate::catalog::models::ModelPreset;
use crate::files::store::Store;
use crate::report::page::{Block, Page, Section};
use crate::report::table::{Cell, Table, WORDS, table};
use crate::scenario::ParamId;
use crate::scenario::domain::Group;

pub fn scenarios(store: &Store) -> Table {
    table!(Store::built_in_entries().into_iter().chain(store.user_entries()), |entry| {
        "id", "Id", WORDS => entry.id;
        "name", "Name", WORDS => entry.name;
        "summary", "Summary", WORDS, screen "" 9 => entry.summary;
    })
}

pub fn models(catalog: &Catalog) -> Table {
    let marked = |model: &ModelPreset| match model.status.mark() {
        Some(mark) => format!("{} ({mark})", model.name),
        None => model.name.clone(),
    };
    table!(catalog.models().iter(), |model: &ModelPreset| {
        "id", "Id", WORDS => model.id.clone();
        "name", "Name", WORDS => marked(model);
        "status", "Status", WORDS, screen "" 9 => model.status.mark();
    })
}

pub fn gpus(catalog: &Catalog) -> Table {
    table!(catalog.gpus().iter(), |gpu: &GpuPreset| {
        "id", "Id", WORDS => gpu.id.clone();
        "name", "Name", WORDS => gpu.name.clone();
    })
}

/// Everything that can be set, by heading.
pub fn parameters() -> Table {
    let of = |group| ParamId::ALL.into_iter().filter(move |param| param.group == group);
    table!(Group::ALL.into_iter().flat_map(of), |param: ParamId| {
        "path", "Path", WORDS => param.path;
        "meaning", "Meaning", WORDS => format!("{} ({})", param.help, param.allowed());
        "allowed", "Allowed", WORDS, screen "" 9 => param.allowed();
    })
}

pub fn page(list: Table) -> Page {
    Page::new(vec![Section::new("", Block::Listing(list.clone()))], json!(list), list)
}

/// The page of several lists, each under its name.
pub fn pages(lists: &[(&'static str, Table)]) -> Page {
    let record: Map<_, Json> = lists.iter().map(|(name, list)| (name.to_lowercase(), json!(list))).collect();
    let rows = lists.iter().flat_map(|(name, list)| list.rows.iter().map(move |row| (*name, row)));
    let table = table!(rows, |row: (&'static str, &Vec<Cell>)| {
        "kind", "Kind", WORDS => row.0;
        "id", "Id", WORDS => row.1[0].clone();
        "name", "Name", WORDS => row.1[1].clone();
    });
    let section = |(name, list): &(&str, Table)| Section::new(*name, Block::Listing(list.clone()));
    Page::new(lists.iter().map(section).collect(), record.into(), table)
}
