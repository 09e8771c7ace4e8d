//! Lines of a bill are added one after another, and summed up by what they have in common.

use std::collections::HashMap;

use crate::import::bills::charge::{Charge, Kind, Pricing};
use crate::import::bills::ledger::{Entry, Group, Ledger, Sum};
use crate::import::bills::rules::{Class, Measure, Narrowed, OWN, Rules};
use crate::import::bills::unit::Counted;
use crate::rank;

/// What is kept of lines that are alike, so that the rules are asked once for them.
const MOST_KEPT: usize = 1 << 16;
/// Bytes of the words that they are kept by.
const MOST_KEPT_BYTES: usize = 48 << 20;
/// Things that are told apart; what comes after them is summed up by class.
const MOST_GROUPS: usize = 10_000;
/// Sums that are told apart by month.
const MOST_SUMS: usize = 100_000;
/// Currencies of one bill, of which none has so many.
const MOST_CURRENCIES: usize = 200;

/// The sums of one currency while they grow.
#[derive(Debug)]
struct Growing {
    ledger: Ledger,
    sums: HashMap<(usize, i32, Kind), Sum>,
}

/// Lines are added one after another.
#[derive(Debug)]
pub(super) struct Ledgers<'a> {
    rules: &'a Rules,
    /// Lines that are alike but for what may be their own, by the words that they share.
    kept: HashMap<Box<[u8]>, usize>,
    kept_bytes: usize,
    alike: Vec<Alike>,
    key: Vec<u8>,
    groups: Vec<Group>,
    first_lines: Vec<u64>,
    by_group: HashMap<Group, usize>,
    currencies: Vec<Growing>,
}

/// Lines that are alike, what the rules say of them, and their group by the rule that decided.
#[derive(Debug)]
struct Alike {
    narrowed: Narrowed,
    groups: Vec<(usize, usize)>,
}

/// A bill has more currencies than there are.
#[derive(Debug)]
pub(super) struct TooManyCurrencies;

impl<'a> Ledgers<'a> {
    pub(super) fn new(rules: &'a Rules) -> Self {
        Self {
            rules,
            kept: HashMap::new(),
            kept_bytes: 0,
            alike: Vec::new(),
            key: Vec::new(),
            groups: Vec::new(),
            first_lines: Vec::new(),
            by_group: HashMap::new(),
            currencies: Vec::new(),
        }
    }

    /// Adds a line, which has a number.
    pub(super) fn add(&mut self, charge: &Charge, line: u64) -> Result<(), TooManyCurrencies> {
        let currency = self.currency(charge.currency)?;
        let (mut group, count) = self.group(charge, line);
        let growing = &self.currencies[currency];
        if growing.sums.len() >= MOST_SUMS
            && !growing.sums.contains_key(&(group, charge.start.month, charge.kind))
        {
            group = self.others(self.groups[group].class, line);
        }
        let billed = charge.billed.or(charge.effective).unwrap_or_default();
        let effective = charge.effective.or(charge.billed).unwrap_or_default();
        let mut sum = Sum { lines: 1, billed, effective, ..Sum::default() };
        let of = &self.groups[group];
        let quantity = match (charge.quantity, of.measure) {
            (Some((Counted::Hours, hours)), None) if of.is_accelerator => Some(hours * count),
            (Some((Counted::Tokens, tokens)), Some(measure)) if measure.is_tokens() => Some(tokens),
            (Some((Counted::Requests, requests)), Some(Measure::Requests)) => Some(requests),
            _ => None,
        };
        if let Some(quantity) = quantity.filter(|_| charge.kind == Kind::Usage) {
            sum.quantity = quantity;
            (sum.measured_billed, sum.measured_effective) = (billed, effective);
            match charge.pricing {
                Pricing::Standard => {}
                Pricing::Dynamic => sum.spot = quantity,
                Pricing::Committed => sum.committed = quantity,
            }
        }
        let growing = &mut self.currencies[currency];
        growing.sums.entry((group, charge.start.month, charge.kind)).or_default().add(&sum);
        growing.ledger.note(charge, billed, effective);
        Ok(())
    }

    /// The currency of a line.
    fn currency(&mut self, code: &[u8]) -> Result<usize, TooManyCurrencies> {
        let found = self.currencies.iter().position(|growing| growing.ledger.currency.as_bytes() == code);
        if let Some(found) = found {
            return Ok(found);
        }
        let code = String::from_utf8_lossy(code).trim().to_uppercase();
        if let Some(found) = self.currencies.iter().position(|growing| growing.ledger.currency == code) {
            return Ok(found);
        }
        if self.currencies.len() >= MOST_CURRENCIES {
            return Err(TooManyCurrencies);
        }
        self.currencies.push(Growing { ledger: Ledger::new(code), sums: HashMap::new() });
        Ok(self.currencies.len() - 1)
    }

    /// The group of a line, and how many accelerators an hour of it is.
    fn group(&mut self, charge: &Charge, line: u64) -> (usize, f64) {
        let index = self.alike(charge);
        let alike = &self.alike[index];
        let count = alike.narrowed.accelerator.as_ref().map_or(1.0, |accelerator| accelerator.count);
        let decided = self.rules.decide(&alike.narrowed, charge);
        let known = decided.and_then(|rule| alike.groups.iter().find(|(of, _)| *of == rule));
        if let Some((_, group)) = known {
            return (*group, count);
        }
        let rule = decided.map(|rule| self.rules.rule(rule));
        let group = Group {
            class: rule.map(|rule| rule.class),
            assumed: rule.is_some_and(|rule| rule.assumed),
            ..Group::named(charge, &alike.narrowed, rule.is_some(), rule.and_then(|rule| rule.measure))
        };
        let class = group.class;
        let is_shared = class.is_some() && group.measure.is_none();
        let found = match self.by_group.get(&group) {
            Some(index) => *index,
            None if self.groups.len() < MOST_GROUPS => self.push(group, line),
            None => self.others(class, line),
        };
        // What is called by a word of its own has a group of its own.
        if let Some(rule) = decided.filter(|_| is_shared) {
            self.alike[index].groups.push((rule, found));
        }
        (found, count)
    }

    /// The lines that a line is like.
    fn alike(&mut self, charge: &Charge) -> usize {
        self.key.clear();
        for (index, word) in charge.words.iter().enumerate() {
            if !OWN.iter().any(|own| *own as usize == index) {
                self.key.extend_from_slice(word);
                self.key.push(0);
            }
        }
        if let Some(found) = self.kept.get(self.key.as_slice()) {
            return *found;
        }
        if self.kept.len() >= MOST_KEPT || self.kept_bytes > MOST_KEPT_BYTES {
            self.kept.clear();
            self.alike.clear();
            self.kept_bytes = 0;
        }
        self.alike.push(Alike { narrowed: self.rules.narrow(charge), groups: Vec::new() });
        self.kept_bytes += self.key.len();
        self.kept.insert(self.key.as_slice().into(), self.alike.len() - 1);
        self.alike.len() - 1
    }

    fn push(&mut self, group: Group, line: u64) -> usize {
        self.by_group.insert(group.clone(), self.groups.len());
        self.groups.push(group);
        self.first_lines.push(line);
        self.groups.len() - 1
    }

    fn others(&mut self, class: Option<Class>, line: u64) -> usize {
        let others = Group::others(class);
        match self.by_group.get(&others) {
            Some(index) => *index,
            None => self.push(others, line),
        }
    }

    /// What was added, the largest currency first.
    pub(super) fn finish(self) -> Vec<Ledger> {
        let mut ledgers: Vec<Ledger> = self
            .currencies
            .into_iter()
            .map(|growing| {
                let mut entries: Vec<Entry> = growing
                    .sums
                    .into_iter()
                    .map(|((group, month, kind), sum)| Entry { group, month, kind, sum })
                    .collect();
                entries.sort_by_key(|entry| (entry.month, entry.group, entry.kind));
                let (groups, first_lines) = (self.groups.clone(), self.first_lines.clone());
                Ledger { groups, entries, first_lines, ..growing.ledger }
            })
            .collect();
        rank::by_key(&mut ledgers, |ledger| std::cmp::Reverse(ledger.lines));
        ledgers
    }
}
