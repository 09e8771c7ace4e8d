//! What a bill adds up to: by month, by service, by kind of charge, and what no rule knows.

use crate::import::bills::{Amount, Class, Entry, Group, Kind, Sum};
use crate::rank;
use crate::report::audit::{Bill, Purpose, Service, cents, right, right_at};
use crate::report::page::{Block, Section};
use crate::report::table::{Cell, Column, Table, WORDS, table};
use crate::text::date::written;
use crate::text::quantity::{Unit, count_of};

/// Services and unclassified things that are shown; a table for spreadsheets has all of them.
const SHOWN: usize = 12;

impl Bill<'_> {
    /// Classes, month by month.
    pub(super) fn months(&self) -> Section {
        let sums = self.ledger.by(|group, entry| Some((entry.month, Purpose::of(group, entry))));
        // Few bills have taxes.
        let has = |purpose: &Purpose| *purpose != Purpose::Tax || sums.keys().any(|(_, own)| own == purpose);
        let purposes: Vec<Purpose> = Purpose::all().filter(has).collect();
        let column = |purpose: &Purpose| {
            // Narrower than the label of the class.
            let label = if *purpose == Purpose::For(Class::Storage) { "Storage" } else { purpose.label() };
            Column::new(purpose.id(), label, WORDS)
        };
        let columns = [Column::new("month", "Month", WORDS)].into_iter().chain(purposes.iter().map(column));
        let columns = columns.chain([Column::new("total", "Total", WORDS)]);
        let money = |sum: &Sum| self.money(sum.cost(self.basis));
        let rows = self.ledger.by(|_, entry| Some(entry.month)).into_iter().map(|(month, total)| {
            let parts = purposes.iter().map(|purpose| sums.get(&(month, *purpose)).map(money).into());
            let month: Cell = written(f64::from(month)).into();
            [month].into_iter().chain(parts).chain([money(&total).into()]).collect()
        });
        Section::new("By month", Block::Table(right(Table::new(columns, rows))))
    }

    /// Sums by provider, service, class and thing, the largest first.
    pub(super) fn by_service(&self) -> Vec<(Service, Sum)> {
        let sums = self.ledger.by(|group, entry| {
            let purpose = Purpose::of(group, entry);
            let is_known = matches!(purpose, Purpose::For(_));
            let thing = if is_known { group.thing.clone() } else { String::new() };
            Some((group.provider.clone(), group.service.clone(), purpose, thing))
        });
        let mut sums: Vec<_> = sums.into_iter().collect();
        rank::by_key(&mut sums, |(_, sum)| std::cmp::Reverse(sum.cost(self.basis).size()));
        sums
    }

    /// The largest services.
    pub(super) fn services(&self) -> Section {
        let sums = self.by_service();
        let more = sums.len().saturating_sub(SHOWN);
        let table = table!(sums.into_iter().take(SHOWN), |row| {
            "service", "Service", WORDS => row.0.1;
            "thing", "What", WORDS => Some(row.0.3).filter(|thing| !thing.is_empty());
            "class", "Class", WORDS => row.0.2.label();
            "cost", "Cost", WORDS => self.money(row.1.cost(self.basis));
            "lines", "Lines", Unit::Count => row.1.lines as f64;
        });
        let mut blocks = vec![Block::Table(right_at(table, &["cost"]))];
        if more > 0 {
            blocks.push(Block::Items(vec![format!(
                "{}; `--format csv` has all",
                count_of(more as f64, "smaller one")
            )]));
        }
        Section { heading: "By service".to_owned(), blocks }
    }

    /// Usage, purchases, credits and the like.
    pub(super) fn kinds(&self) -> Section {
        let sums = self.ledger.by(|_, entry| Some(entry.kind));
        let amounts: Vec<Amount> = sums.values().map(|sum| sum.cost(self.basis)).collect();
        let shown = cents(&amounts);
        let table = table!(sums.iter().zip(shown), |row| {
            "kind", "Kind of charge", WORDS => row.0.0.label();
            "cost", "Cost", WORDS => self.money(row.1);
            "lines", "Lines", Unit::Count => row.0.1.lines as f64;
        });
        Section::new("By kind of charge", Block::Table(right(table)))
    }

    /// Money that no rule knows, by what its lines say of themselves, the largest first.
    pub(super) fn open(&self) -> Vec<(usize, Sum)> {
        let sums = self
            .ledger
            .by(|group, entry| (group.class.is_none() && entry.kind != Kind::Tax).then_some(entry.group));
        let mut sums: Vec<_> = sums.into_iter().collect();
        rank::by_key(&mut sums, |(_, sum)| std::cmp::Reverse(sum.cost(self.basis).size()));
        sums
    }

    /// What no rule knows; `None` where there is nothing of it.
    pub(super) fn unclassified(&self) -> Option<Section> {
        let open = self.open();
        if open.is_empty() {
            return None;
        }
        let more = open.len().saturating_sub(SHOWN);
        let group = |index: usize| &self.ledger.groups[index];
        let table = table!(open.into_iter().take(SHOWN), |row| {
            "cost", "Cost", WORDS => self.money(row.1.cost(self.basis));
            "service", "Service", WORDS => group(row.0).service.clone();
            "thing", "What", WORDS => Some(group(row.0).thing.clone()).filter(|thing| !thing.is_empty());
            "lines", "Lines", Unit::Count => row.1.lines as f64;
            "first_line", "First line", Unit::Count => self.ledger.first_lines[row.0] as f64;
        });
        let mut blocks = vec![Block::Table(right_at(table, &["cost"]))];
        if more > 0 {
            blocks.push(Block::Items(vec![count_of(more as f64, "smaller one")]));
        }
        Some(Section { heading: "Not classified, the largest first".to_owned(), blocks })
    }
}

/// Everything that was summed up, for a spreadsheet.
pub(super) fn all(bills: &[Bill]) -> Table {
    let rows = bills.iter().flat_map(|bill| {
        bill.ledger.entries.iter().map(move |entry| (bill, entry, &bill.ledger.groups[entry.group]))
    });
    table!(rows, |row: (&Bill, &Entry, &Group)| {
        "currency", "Currency", WORDS => row.0.ledger.currency.clone();
        "month", "Month", WORDS => written(f64::from(row.1.month));
        "kind", "Kind of charge", WORDS => row.1.kind.id();
        "class", "Class", WORDS => row.2.class.map_or("unclassified", Class::id);
        "assumed", "Assumed", WORDS => row.2.assumed;
        "provider", "Provider", WORDS => row.2.provider.clone();
        "service", "Service", WORDS => row.2.service.clone();
        "what", "What", WORDS => row.2.thing.clone();
        "lines", "Lines", Unit::Count => row.1.sum.lines as f64;
        "billed_cost", "Billed", Unit::Count => row.1.sum.billed.value();
        "effective_cost", "Effective", Unit::Count => row.1.sum.effective.value();
        "quantity", "Quantity", Unit::Count => (row.1.sum.quantity != 0.0).then_some(row.1.sum.quantity);
    })
}
