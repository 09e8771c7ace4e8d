//! A bill as it was read: the split as spent, by month and by service, unit costs, what a scenario says that it should have
//! cost, and what is not known of.

mod against;
mod record;
mod tables;
mod units;

use serde_json::json;

use crate::analysis::case::Case;
use crate::import::bills::{Amount, Audit, Class, CostBasis, Entry, Group, Kind, Ledger, Spending, Sum};
use crate::rank;
use crate::report::page::{Block, Figure, Page, Section};
use crate::report::table::{Column, Table, WORDS, table};
use crate::text::date::day;
use crate::text::quantity::{Unit, count_of, format};

/// Inference's share of all spending on AI, as the article has it.
const ARTICLE: f64 = 0.8;

/// What an audit was asked for.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The file.
    pub file: &'a str,
    /// The column that counts; that which suits the file where none is named.
    pub basis: Option<CostBasis>,
    /// Requests of the days of the bill, where somebody counted them.
    pub requests: Option<f64>,
    /// The scenario that it is held against, and its name.
    pub case: &'a Case,
    pub scenario: &'a str,
}

/// The page of a bill.
pub fn page(audit: &Audit, asked: &Asked) -> Page {
    let bills: Vec<Bill> = audit.ledgers.iter().map(|ledger| Bill::new(ledger, asked)).collect();
    let several = bills.len() > 1;
    let sections = bills.iter().flat_map(|bill| bill.sections(several)).collect();
    let record = json!({
        "file": asked.file,
        "format": audit.format.name(),
        "lines": audit.lines,
        "scenario": asked.scenario,
        "currencies": bills.iter().map(Bill::record).collect::<Vec<_>>(),
    });
    let lines = count_of(audit.lines as f64, "line");
    let mut introduction = vec![format!("{} of {}.", audit.format.name(), lines)];
    if several {
        let codes: Vec<&str> = audit.ledgers.iter().map(|ledger| named(&ledger.currency)).collect();
        introduction.push(format!("Its amounts are in {}: they are never added.", codes.join(", ")));
    }
    Page { title: asked.file.to_owned(), introduction, ..Page::new(sections, record, tables::all(&bills)) }
}

/// The code of a currency, or that there is none.
fn named(currency: &str) -> &str {
    if currency.is_empty() { "a currency that is not stated" } else { currency }
}

/// A bill in one currency, in the column that counts.
struct Bill<'a> {
    ledger: &'a Ledger,
    spending: Spending<'a>,
    basis: CostBasis,
    case: &'a Case,
    scenario: &'a str,
}

/// A provider, its service, what that was paid for, and what of it where the bill says.
type Service = (String, String, Purpose, String);

/// What was paid for, of which each line has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Purpose {
    For(Class),
    /// No rule knows it.
    Unclassified,
    Tax,
}

impl Purpose {
    /// In the order of the columns.
    fn all() -> impl Iterator<Item = Self> {
        Class::ALL.into_iter().map(Self::For).chain([Self::Unclassified, Self::Tax])
    }

    fn of(group: &Group, entry: &Entry) -> Self {
        match group.class {
            _ if entry.kind == Kind::Tax => Self::Tax,
            Some(class) => Self::For(class),
            None => Self::Unclassified,
        }
    }

    fn id(self) -> &'static str {
        match self {
            Self::For(class) => class.id(),
            Self::Unclassified => "unclassified",
            Self::Tax => "tax",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::For(class) => class.label(),
            Self::Unclassified => "Not classified",
            Self::Tax => "Taxes",
        }
    }
}

/// A row of the split: what it is for, and what it comes to.
struct Part {
    purpose: Purpose,
    sum: Sum,
    /// Of it, what a rule says is only likely.
    assumed: Amount,
}

impl<'a> Bill<'a> {
    fn new(ledger: &'a Ledger, asked: &Asked<'a>) -> Self {
        let basis = asked.basis.unwrap_or_else(|| ledger.basis());
        let spending = Spending { ledger, basis, requests: asked.requests };
        Self { ledger, spending, basis, case: asked.case, scenario: asked.scenario }
    }

    /// An amount with its currency.
    fn money(&self, amount: Amount) -> String {
        match self.ledger.currency.as_str() {
            "USD" | "" if amount.cents() < 0 => format!("-${}", -amount),
            "USD" | "" => format!("${amount}"),
            code => format!("{amount} {code}"),
        }
    }

    /// A small amount with its currency.
    fn price(&self, value: f64) -> String {
        match self.ledger.currency.as_str() {
            "USD" | "" => format(value, Unit::Usd),
            code => format!("{} {code}", format(value, Unit::Usd).replacen('$', "", 1)),
        }
    }

    fn total(&self) -> Amount {
        self.ledger.sum(|_, _| true).cost(self.basis)
    }

    /// Every class, what no rule knows and taxes; the parts add up to the total.
    fn split(&self) -> Vec<Part> {
        let part = |purpose| {
            let sum = self.ledger.sum(|group, entry| Purpose::of(group, entry) == purpose);
            let assumed =
                self.ledger.sum(|group, entry| group.assumed && Purpose::of(group, entry) == purpose);
            Part { purpose, sum, assumed: assumed.cost(self.basis) }
        };
        Purpose::all().map(part).collect()
    }

    fn sections(&self, several: bool) -> Vec<Section> {
        let split = self.split();
        let mut sections =
            vec![self.counted(several), self.split_section(&split), self.months(), self.services()];
        sections.push(self.units());
        sections.push(self.kinds());
        sections.extend(self.against());
        sections.extend(self.unclassified());
        sections
    }

    /// Which column counts and why, and over which time.
    fn counted(&self, several: bool) -> Section {
        let ledger = self.ledger;
        let heading =
            if several { named(&ledger.currency).to_owned() } else { "What was counted".to_owned() };
        let other = match self.basis {
            CostBasis::Billed => CostBasis::Effective,
            CostBasis::Effective => CostBasis::Billed,
        };
        let figures = [
            Figure::new("Total", format!("{}, by {}", self.money(self.total()), self.basis.column())),
            Figure::new(format!("  by {}", other.column()), self.money(ledger.sum(|_, _| true).cost(other))),
            Figure::new("Time", self.time()),
        ];
        Section { heading, blocks: vec![Block::Figures(figures.to_vec()), Block::Items(self.notes())] }
    }

    fn time(&self) -> String {
        let Some((start, end)) = self.ledger.hours else { return "nothing was used".to_owned() };
        let date = |hours: i64| day(hours.max(0).unsigned_abs() * 3600);
        let days = self.ledger.days().unwrap_or(0.0);
        // The end of a bill is the beginning of what comes after it.
        format!("{} to {}, {}", date(start), date((end - 1).max(start)), format(days, Unit::Days))
    }

    fn notes(&self) -> Vec<String> {
        let ledger = self.ledger;
        let lines = |count: u64| count_of(count as f64, "line");
        let mut notes = Vec::new();
        if ledger.currency.is_empty() {
            notes.push("BillingCurrency is not stated: taken as US dollars".to_owned());
        }
        match self.basis {
            CostBasis::Billed if ledger.is_rounded() => notes.push(format!(
                "EffectiveCost is rounded to whole units on {} of usage whose BilledCost is not: it is not taken, and what was \
                 paid ahead counts where it was billed; `--cost effective` takes it nevertheless",
                lines(ledger.rounded)
            )),
            CostBasis::Billed if ledger.without_effective == ledger.lines => {
                notes.push("there is no EffectiveCost: what was paid ahead counts where it was billed".to_owned());
            }
            CostBasis::Billed => notes.push("as invoiced: what was paid ahead counts where it was billed".to_owned()),
            CostBasis::Effective => {
                notes.push("with what was paid ahead spread over its use; `--cost billed` counts as invoiced".to_owned());
                if ledger.is_rounded() {
                    notes.push(format!(
                        "EffectiveCost is rounded to whole units on {} of usage whose BilledCost is not",
                        lines(ledger.rounded)
                    ));
                }
            }
        }
        if ledger.without_effective > 0 && ledger.without_effective < ledger.lines {
            notes.push(format!(
                "{} state no EffectiveCost: BilledCost stands for it",
                lines(ledger.without_effective)
            ));
        }
        if ledger.without_billed > 0 {
            notes.push(format!(
                "{} state no BilledCost: EffectiveCost stands for it",
                lines(ledger.without_billed)
            ));
        }
        let (count, amount) = ledger.corrections;
        if count > 0 {
            notes.push(format!(
                "corrections of earlier bills: {}, {} as invoiced",
                lines(count),
                self.money(amount)
            ));
        }
        notes
    }

    fn split_section(&self, split: &[Part]) -> Section {
        let total = self.total().value();
        let shown = cents(&split.iter().map(|part| part.sum.cost(self.basis)).collect::<Vec<_>>());
        let rows = split.iter().zip(shown).filter(|(part, _)| part.sum.lines > 0);
        let table = table!(rows, |row| {
            "class", "Class", WORDS => row.0.purpose.label();
            "cost", "Cost", WORDS => self.money(row.1);
            "share", "Share", Unit::Share => share(row.0.sum.cost(self.basis), total);
            "lines", "Lines", Unit::Count => row.0.sum.lines as f64;
            "assumed", "Of it assumed", WORDS => (!row.0.assumed.is_zero()).then(|| self.money(row.0.assumed));
        });
        Section {
            heading: "Split as spent".to_owned(),
            blocks: vec![Block::Table(right(table)), Block::Items(self.sentences(split))],
        }
    }

    /// Training against inference, beside the article's.
    fn sentences(&self, split: &[Part]) -> Vec<String> {
        let cost = |purpose| {
            let part = split.iter().find(|part| part.purpose == purpose);
            part.map_or(0.0, |part| part.sum.cost(self.basis).value())
        };
        let [training, inference] =
            [Class::Training, Class::Inference].map(|class| cost(Purpose::For(class)));
        let mut sentences = Vec::new();
        if training + inference > 0.0 {
            let share = inference / (training + inference);
            sentences.push(format!(
                "Training {} to inference {}; the article's rule of thumb is {} to {}.",
                format(1.0 - share, Unit::Share),
                format(share, Unit::Share),
                format(1.0 - ARTICLE, Unit::Share),
                format(ARTICLE, Unit::Share),
            ));
        } else {
            sentences.push("No line is known to be of training or of inference.".to_owned());
        }
        let open = cost(Purpose::Unclassified);
        if open > 0.0 {
            sentences.push(format!(
                "{} of the total is not classified: its largest lines are named below, and `--rules FILE` says what they are.",
                format(open / self.total().value(), Unit::Share),
            ));
        }
        sentences
    }

    fn is_usd(&self) -> bool {
        matches!(self.ledger.currency.as_str(), "USD" | "")
    }
}

/// Amounts as shown, in cents that add up to the cents of their sum.
fn cents(amounts: &[Amount]) -> Vec<Amount> {
    let mut cents: Vec<i128> = amounts.iter().map(|amount| amount.cents()).collect();
    let whole: Amount = amounts.iter().copied().sum();
    let left = whole.cents() - cents.iter().sum::<i128>();
    // Those that rounding changed most take what it leaves.
    let mut order: Vec<usize> = (0..amounts.len()).collect();
    rank::by_key(&mut order, |index| {
        let changed = Amount::of_cents(cents[*index]) - amounts[*index];
        if left > 0 { changed } else { -changed }
    });
    for index in order.into_iter().take(left.unsigned_abs() as usize) {
        cents[index] += left.signum();
    }
    cents.into_iter().map(Amount::of_cents).collect()
}

/// The share of a total; `None` where there is none, or it is not a part.
fn share(part: Amount, total: f64) -> Option<f64> {
    (total > 0.0).then(|| part.value() / total)
}

/// The same with every column but the first flush right.
fn right(mut table: Table) -> Table {
    let columns = table.columns.drain(..).enumerate();
    table.columns = columns.map(|(index, column)| if index > 0 { column.right() } else { column }).collect();
    table
}

/// The same with some columns flush right.
fn right_at(mut table: Table, keys: &[&str]) -> Table {
    let columns = std::mem::take(&mut table.columns).into_iter();
    let flush = |column: Column| if keys.contains(&&*column.key) { column.right() } else { column };
    table.columns = columns.map(flush).collect();
    table
}
