//! What the lines of a bill add up to: by month, by what it was paid for, in each currency.

use std::collections::BTreeMap;

use crate::import::bills::amount::Amount;
use crate::import::bills::charge::{Charge, Kind, Pricing, Word};
use crate::import::bills::rules::{Class, Measure, Narrowed};

/// Characters of a name.
const MOST_LETTERS: usize = 120;
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
    pub(super) fn named(
        charge: &Charge,
        narrowed: &Narrowed,
        is_known: bool,
        measure: Option<Measure>,
    ) -> Self {
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
    pub(super) fn others(class: Option<Class>) -> Self {
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
    pub(super) fn add(&mut self, other: &Self) {
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
    pub(super) priced: u64,
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

impl Ledger {
    /// A bill without a line.
    pub(super) fn new(currency: String) -> Self {
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
    pub(super) fn note(&mut self, charge: &Charge, billed: Amount, effective: Amount) {
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
