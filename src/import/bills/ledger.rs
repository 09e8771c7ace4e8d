//! What the lines of a bill add up to: by month, by what it was paid for, in each currency.

use std::collections::{BTreeMap, HashMap};

use crate::import::bills::amount::Amount;
use crate::import::bills::charge::{Charge, Kind, Pricing, Word};
use crate::import::bills::rules::{Class, Measure, Narrowed, OWN, Rules};
use crate::import::bills::unit::Counted;

/// What is kept of lines that are alike, so that the rules are asked once for them.
const MOST_KEPT: usize = 1 << 16;
/// Bytes of the words that they are kept by.
const MOST_KEPT_BYTES: usize = 48 << 20;
/// Things that are told apart; what comes after them is summed up by class.
const MOST_GROUPS: usize = 10_000;
/// Sums that are told apart by month.
const MOST_SUMS: usize = 100_000;
/// Characters of a name.
const MOST_LETTERS: usize = 120;
/// Currencies of one bill, of which none has so many.
const MOST_CURRENCIES: usize = 200;
/// Where at least this share of lines has whole units in `EffectiveCost` and others in `BilledCost`, that was rounded.
const ROUNDED: f64 = 0.1;

/// Lines that are alike but for their time and amount.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Group {
    /// What they were paid for; `None` where no rule says.
    pub class: Option<Class>,
    /// The rule says that it is likely so.
    pub assumed: bool,
    pub provider: String,
    pub service: String,
    /// The accelerator, the model, or what the line says of itself where nothing is known of it.
    pub thing: String,
    /// The thing is an accelerator.
    pub is_accelerator: bool,
    pub measure: Option<Measure>,
}

impl Group {
    /// What a line is called by, and what is known of it.
    fn named(charge: &Charge, narrowed: &Narrowed, is_known: bool, measure: Option<Measure>) -> Self {
        let text = |word: Word| shortened(charge.word(word));
        let first = |words: &[Word]| {
            words.iter().map(|word| text(*word)).find(|text| !text.is_empty()).unwrap_or_default()
        };
        let accelerator = narrowed.accelerator.as_ref();
        let thing = match accelerator {
            _ if charge.kind == Kind::Tax => String::new(),
            _ if !is_known => {
                first(&[Word::Description, Word::Meter, Word::UsageType, Word::Resource, Word::Sku])
            }
            _ if measure.is_some() => {
                first(&[Word::Resource, Word::Meter, Word::UsageType, Word::Description])
            }
            Some(accelerator) => accelerator.name.clone(),
            None => String::new(),
        };
        Self {
            class: None,
            assumed: false,
            provider: text(Word::Provider),
            service: first(&[Word::Service, Word::Description, Word::Category]),
            thing,
            is_accelerator: accelerator.is_some(),
            measure,
        }
    }

    /// Of those that there was no more room for.
    fn others(class: Option<Class>) -> Self {
        Self {
            class,
            assumed: false,
            provider: String::new(),
            service: "(others)".to_owned(),
            thing: String::new(),
            is_accelerator: false,
            measure: None,
        }
    }
}

/// What some lines add up to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sum {
    pub lines: u64,
    pub billed: Amount,
    pub effective: Amount,
    /// GPU-hours, tokens or requests; of usage alone.
    pub quantity: f64,
    /// What is counted, of the lines that have such a quantity.
    pub measured_billed: Amount,
    pub measured_effective: Amount,
    /// Of the quantity, what was bought at a price that varies.
    pub spot: f64,
    /// Of the quantity, what a commitment covers.
    pub committed: f64,
}

impl Sum {
    fn add(&mut self, other: &Self) {
        self.lines += other.lines;
        self.billed += other.billed;
        self.effective += other.effective;
        self.quantity += other.quantity;
        self.measured_billed += other.measured_billed;
        self.measured_effective += other.measured_effective;
        self.spot += other.spot;
        self.committed += other.committed;
    }

    /// In the column that counts.
    pub fn cost(&self, basis: CostBasis) -> Amount {
        match basis {
            CostBasis::Billed => self.billed,
            CostBasis::Effective => self.effective,
        }
    }

    /// The same, of the lines with a quantity.
    pub fn measured(&self, basis: CostBasis) -> Amount {
        match basis {
            CostBasis::Billed => self.measured_billed,
            CostBasis::Effective => self.measured_effective,
        }
    }
}

/// The column that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CostBasis {
    /// As invoiced.
    Billed,
    /// With what was paid before spread over its use.
    Effective,
}

impl CostBasis {
    /// The column of FOCUS.
    pub fn column(self) -> &'static str {
        match self {
            Self::Billed => "BilledCost",
            Self::Effective => "EffectiveCost",
        }
    }
}

/// Lines that are alike, in a month, of a kind.
#[derive(Debug, Clone)]
pub struct Entry {
    pub group: usize,
    /// Months since the year 0.
    pub month: i32,
    pub kind: Kind,
    pub sum: Sum,
}

/// A bill in one currency; amounts in several are never added.
#[derive(Debug, Clone)]
pub struct Ledger {
    /// Its code; empty where the file does not say.
    pub currency: String,
    pub lines: u64,
    pub billed: Amount,
    pub effective: Amount,
    /// Corrections of earlier bills, as invoiced.
    pub corrections: (u64, Amount),
    /// Lines that state the one column and not the other, which then stands for it.
    pub without_billed: u64,
    pub without_effective: u64,
    /// Lines of usage at a cost, and those of them whose effective cost was rounded to whole units.
    priced: u64,
    pub rounded: u64,
    /// Hours since the beginning of 1970 between which something was used.
    pub hours: Option<(i64, i64)>,
    pub groups: Vec<Group>,
    pub entries: Vec<Entry>,
    /// The first line of each group.
    pub first_lines: Vec<u64>,
}

impl Ledger {
    /// The column that counts: costs with what was paid before spread over its use, unless the file's are not to be used.
    pub fn basis(&self) -> CostBasis {
        let stated = self.without_effective < self.lines;
        if stated && !self.is_rounded() { CostBasis::Effective } else { CostBasis::Billed }
    }

    /// The effective costs of the file were rounded to whole units.
    pub fn is_rounded(&self) -> bool {
        self.rounded as f64 > ROUNDED * self.priced as f64
    }

    /// Days between the first and the last use.
    pub fn days(&self) -> Option<f64> {
        let (start, end) = self.hours?;
        (end > start).then(|| (end - start) as f64 / 24.0)
    }

    /// The sum of the entries that are asked for.
    pub fn sum(&self, of: impl Fn(&Group, &Entry) -> bool) -> Sum {
        let mut sum = Sum::default();
        for entry in self.entries.iter().filter(|entry| of(&self.groups[entry.group], entry)) {
            sum.add(&entry.sum);
        }
        sum
    }

    /// Sums by what is made of each entry.
    pub fn by<K: Ord>(&self, key: impl Fn(&Group, &Entry) -> Option<K>) -> BTreeMap<K, Sum> {
        let mut sums: BTreeMap<K, Sum> = BTreeMap::new();
        for entry in &self.entries {
            if let Some(key) = key(&self.groups[entry.group], entry) {
                sums.entry(key).or_default().add(&entry.sum);
            }
        }
        sums
    }
}

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
        ledgers.sort_by_key(|ledger| std::cmp::Reverse(ledger.lines));
        ledgers
    }
}

impl Ledger {
    fn new(currency: String) -> Self {
        Self {
            currency,
            lines: 0,
            billed: Amount::default(),
            effective: Amount::default(),
            corrections: (0, Amount::default()),
            without_billed: 0,
            without_effective: 0,
            priced: 0,
            rounded: 0,
            hours: None,
            groups: Vec::new(),
            entries: Vec::new(),
            first_lines: Vec::new(),
        }
    }

    /// What is said of all lines together.
    fn note(&mut self, charge: &Charge, billed: Amount, effective: Amount) {
        self.lines += 1;
        self.billed += billed;
        self.effective += effective;
        self.without_billed += u64::from(charge.billed.is_none());
        self.without_effective += u64::from(charge.effective.is_none());
        if charge.correction {
            self.corrections.0 += 1;
            self.corrections.1 += billed;
        }
        if charge.kind != Kind::Usage {
            return;
        }
        if !billed.is_whole() && charge.pricing != Pricing::Committed {
            self.priced += 1;
            self.rounded += u64::from(effective.is_whole());
        }
        let (start, end) = self.hours.unwrap_or((charge.start.hours, charge.end.hours));
        self.hours = Some((start.min(charge.start.hours), end.max(charge.end.hours)));
    }
}

/// A name without control characters, as long as a line has room for.
fn shortened(word: &[u8]) -> String {
    let text = String::from_utf8_lossy(word);
    text.trim()
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .take(MOST_LETTERS)
        .collect()
}
