//! Lists of what can be chosen: what to type for each, what it is, and, for programs, more.

use serde_json::{Map, Value as Json, json};

use crate::catalog::gpus::GpuPreset;
use crate::catalog::models::ModelPreset;
use crate::catalog::prices::{Basis, DatedPrice, Quote};
use crate::catalog::{Catalog, Profile};
use crate::files::store::{Entry, Store};
use crate::report::page::{Block, Page, Section};
use crate::report::table::{Align, Cell, Table, WORDS, table};
use crate::scenario::ParamId;
use crate::scenario::domain::Group;
use crate::text::quantity::Unit;

pub fn scenarios(store: &Store) -> Table {
    entries(Store::built_in_entries().into_iter().chain(store.user_entries()))
}

pub fn decks(store: &Store) -> Table {
    entries(Store::built_in_decks().into_iter().chain(store.user_decks()))
}

fn entries(entries: impl Iterator<Item = Entry>) -> Table {
    table!(entries, |entry| {
        "id", "Id", WORDS => entry.id;
        "name", "Name", WORDS => entry.name;
        "summary", "Summary", WORDS, screen "" 9 => entry.summary;
    })
}

pub fn models(catalog: &Catalog) -> Table {
    table!(catalog.models().iter(), |model: &ModelPreset| {
        "id", "Id", WORDS => model.id.clone();
        "total_parameters", "Parameters", Unit::Parameters, screen "" 1 => model.shape.total_parameters();
        "active_parameters", "Active", Unit::Parameters, screen "" 1 => model.shape.active_parameters();
        "name", "Name", WORDS => model.name.clone();
        "status", "Status", WORDS, screen "" 9 => model.status.mark();
    })
}

pub fn profiles(catalog: &Catalog) -> Table {
    table!(catalog.profiles().iter(), |profile: &Profile| {
        "id", "Id", WORDS => profile.id.clone();
        "figures", "Figures", Unit::Count => profile.measured.len() as f64;
        "summary", "Made of", WORDS => profile.summary.clone();
    })
}

pub fn gpus(catalog: &Catalog) -> Table {
    table!(catalog.gpus().iter(), |gpu: &GpuPreset| {
        "id", "Id", WORDS => gpu.id.clone();
        "memory_bytes", "Driver memory", Unit::Bytes, screen "" 1 => gpu.gpu.memory_bytes;
        "usd_per_gpu_hour", "Market price", Unit::UsdPerHour, screen "" 1
            => market(gpu).map(|quote| quote.usd_per_hour);
        "providers", "Providers", Unit::Count, screen "" 9 => market(gpu).map(|quote| quote.providers as f64);
        "price_mark", "Price is", WORDS, screen "" 2
            => market(gpu).map_or(Some("nobody rents it"), |quote| quote.standing.mark());
        "name", "Name", WORDS => gpu.name.clone();
    })
}

/// Every dated price, what its provider is, and whether it counts.
pub fn prices(catalog: &Catalog) -> Table {
    let rates = catalog.rates();
    let of = |row: &DatedPrice| if row.own { "own" } else { rates.class(&row.provider).id() };
    let counts = |row: &DatedPrice| rates.counts(row, Basis::Market) || rates.counts(row, Basis::Own);
    table!(rates.prices.iter(), |row: &DatedPrice| {
        "gpu", "GPU", WORDS => row.gpu.clone();
        "provider", "Provider", WORDS => row.provider.clone();
        "class", "Class", WORDS => of(row);
        "kind", "Kind", WORDS => row.kind.id();
        "usd_per_gpu_hour", "Per hour", Unit::UsdPerHour => row.usd_per_gpu_hour;
        "usd_purchase", "Purchase", Unit::Usd => row.usd_purchase;
        "as_of", "As of", WORDS => row.as_of.clone();
        "counts", "Counts", WORDS => counts(row);
        "status", "Status", WORDS, screen "" 9 => row.status.mark();
        "source", "Source", WORDS, screen "" 9 => row.source.clone();
    })
}

/// The market price of an accelerator.
fn market(gpu: &GpuPreset) -> Option<&Quote> {
    gpu.offer(Basis::Market).on_demand.as_ref()
}

/// What a scenario states besides parameters: where something is to be read.
const READ: [(&str, &str, &str); 2] = [
    (
        "workload.length_file",
        "Measured requests, CSV or JSON: their lengths, what a cache held and the peak of their day",
        "the path of a file",
    ),
    ("actual.metrics", "What a serving engine measures of itself", "an address, or the path of a file"),
];

/// Everything that can be set, by heading.
pub fn parameters() -> Table {
    let of = |group| ParamId::ALL.into_iter().filter(move |param| param.group == group);
    let params = Group::ALL.into_iter().flat_map(of).map(|param| (param.path, param.help, param.allowed()));
    let read = READ.map(|(path, help, allowed)| (path, help, allowed.to_owned()));
    table!(params.chain(read), |row: (&'static str, &'static str, String)| {
        "path", "Path", WORDS => row.0;
        "meaning", "Meaning", WORDS => format!("{} ({})", row.1, row.2);
        "allowed", "Allowed", WORDS, screen "" 9 => row.2;
    })
}

/// Figures need headings, words do not.
fn block(list: &Table) -> Block {
    let figures = list.columns.iter().any(|column| column.align == Align::Right);
    if figures { Block::Table(list.clone()) } else { Block::Listing(list.clone()) }
}

pub fn page(list: Table) -> Page {
    Page::new(vec![Section::new("", block(&list))], json!(list), list)
}

/// The page of several lists, each under its name.
pub fn pages(lists: &[(&'static str, Table)]) -> Page {
    let record: Map<_, Json> = lists.iter().map(|(name, list)| (name.to_lowercase(), json!(list))).collect();
    let rows = lists.iter().flat_map(|(kind, list)| {
        let name = list.columns.iter().position(|column| column.key == "name").unwrap_or(0);
        list.rows.iter().map(move |row| (*kind, row, &row[name]))
    });
    let table = table!(rows, |row: (&'static str, &Vec<Cell>, &Cell)| {
        "kind", "Kind", WORDS => row.0;
        "id", "Id", WORDS => row.1[0].clone();
        "name", "Name", WORDS => row.2.clone();
    });
    let section = |(name, list): &(&str, Table)| Section::new(*name, block(list));
    Page::new(lists.iter().map(section).collect(), record.into(), table)
}
