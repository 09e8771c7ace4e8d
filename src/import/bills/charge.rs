//! A line of a bill as every format states it.

use csv::ByteRecord;

use crate::import::bills::amount::Amount;
use crate::import::bills::columns::{Columns, Field, Format};
use crate::import::bills::moment::Moment;
use crate::import::bills::read::{Bill, BillError};
use crate::import::bills::unit::{self, Counted};

/// Declares the words of a line that rules ask for.
macro_rules! words {
    ($($name:ident)+) => {
        /// A word of a line.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Word {
            $($name,)+
        }

        impl Word {
            /// How many there are.
            pub(super) const COUNT: usize = [$(stringify!($name)),+].len();
            const FIELDS: [Field; Self::COUNT] = [$(Field::$name),+];
        }
    };
}

words! {
    Provider Service Category Subcategory Sku Meter Details UsageType Operation Description ResourceType Resource
    Account Charge Tags
}

/// What kind of charge a line is, as FOCUS defines `ChargeCategory`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Usage,
    /// What was committed to and not used.
    Unused,
    Purchase,
    Credit,
    Adjustment,
    Tax,
}

impl Kind {
    pub const ALL: [Self; 6] =
        [Self::Usage, Self::Unused, Self::Purchase, Self::Credit, Self::Adjustment, Self::Tax];

    /// Its word for programs.
    pub fn id(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Unused => "unused_commitments",
            Self::Purchase => "purchases",
            Self::Credit => "credits",
            Self::Adjustment => "adjustments",
            Self::Tax => "taxes",
        }
    }

    /// Its words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Usage => "Usage",
            Self::Unused => "Commitments that were not used",
            Self::Purchase => "Purchases",
            Self::Credit => "Credits",
            Self::Adjustment => "Adjustments",
            Self::Tax => "Taxes",
        }
    }
}

/// How the price of a line came about, as FOCUS defines `PricingCategory`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pricing {
    /// At a price that is agreed beforehand: on demand.
    Standard,
    /// At one that varies: spot.
    Dynamic,
    /// Under a commitment.
    Committed,
}

/// A line.
#[derive(Debug)]
pub(super) struct Charge<'a> {
    pub(super) words: [&'a [u8]; Word::COUNT],
    /// As invoiced; `None` where the file does not say.
    pub(super) billed: Option<Amount>,
    /// With what was paid before spread over its use.
    pub(super) effective: Option<Amount>,
    pub(super) currency: &'a [u8],
    pub(super) kind: Kind,
    pub(super) pricing: Pricing,
    /// It corrects a line of an earlier bill.
    pub(super) correction: bool,
    pub(super) start: Moment,
    pub(super) end: Moment,
    /// What was used, where that is hours, tokens or requests.
    pub(super) quantity: Option<(Counted, f64)>,
}

impl<'a> Charge<'a> {
    /// Reads a line; from some formats several charges come of one.
    pub(super) fn read(
        record: &'a ByteRecord,
        bill: &Bill,
        mut each: impl FnMut(&Charge<'a>),
    ) -> Result<(), BillError> {
        let columns = &bill.columns;
        let get = |field| columns.get(record, field);
        let amount = |field: Field| amount(record, bill, field);
        let (billed, effective) = (amount(Field::BilledCost)?, amount(Field::EffectiveCost)?);
        if billed.or(effective).is_none() {
            let field = [Field::BilledCost, Field::EffectiveCost]
                .into_iter()
                .find(|field| columns.at(*field).is_some());
            let field = field.unwrap_or(Field::BilledCost);
            let message = format!("`{}` is missing", Columns::name(field));
            let help = Some("every line says what it costs, if only 0".to_owned());
            return Err(bill.error(record, columns.at(field).unwrap_or(0), message, help).into());
        }
        let start = moment(record, bill, &[Field::ChargeStart, Field::BillingStart])?;
        let Some(start) = start else {
            let column = columns.at(Field::ChargeStart).or(columns.at(Field::BillingStart)).unwrap_or(0);
            return Err(bill
                .error(record, column, "the day of the charge is missing".to_owned(), None)
                .into());
        };
        let end = moment(record, bill, &[Field::ChargeEnd])?.unwrap_or(start);
        let mut charge = Charge {
            words: Word::FIELDS.map(get),
            billed,
            effective,
            currency: get(Field::Currency),
            kind: kind(get(Field::Charge), get(Field::Commitment)),
            pricing: pricing(get(Field::Pricing)),
            correction: get(Field::Class).eq_ignore_ascii_case(b"correction"),
            start,
            end: end.max(start),
            quantity: None,
        };
        // Rules tell it from what was used.
        if charge.kind == Kind::Unused {
            charge.words[Word::Charge as usize] = b"Unused";
        }
        match columns.format {
            Format::Focus => {
                charge.quantity = quantity(record, bill)?;
                each(&charge);
            }
            Format::OpenCost => each_part(&mut charge, record, bill, each)?,
        }
        Ok(())
    }

    /// The words of a line.
    pub(super) fn word(&self, word: Word) -> &'a [u8] {
        self.words[word as usize]
    }
}

/// A line of OpenCost is a container's day: its processors, memory and accelerators, its network, its volumes.
fn each_part<'a>(
    charge: &mut Charge<'a>,
    record: &'a ByteRecord,
    bill: &Bill,
    mut each: impl FnMut(&Charge<'a>),
) -> Result<(), BillError> {
    charge.words[Word::Provider as usize] = b"OpenCost";
    charge.words[Word::Service as usize] = b"Kubernetes";
    charge.end = Moment { hours: charge.start.hours + 24, ..charge.start };
    let whole = charge.billed.unwrap_or_default();
    let parts = [(Field::Network, &b"Networking"[..]), (Field::Volumes, b"Storage")];
    let mut rest = whole;
    for (field, category) in parts {
        let part = amount(record, bill, field)?.unwrap_or_default();
        if !part.is_zero() {
            rest = rest - part;
            charge.words[Word::Category as usize] = category;
            charge.billed = Some(part);
            each(charge);
        }
    }
    charge.words[Word::Category as usize] = b"Compute";
    charge.billed = Some(rest);
    let gpus = number(record, bill, Field::ConsumedQuantity)?.unwrap_or(0.0);
    if gpus > 0.0 {
        charge.words[Word::Details as usize] = b"gpu";
        charge.quantity = Some((Counted::Hours, gpus * 24.0));
    }
    each(charge);
    Ok(())
}

fn amount(record: &ByteRecord, bill: &Bill, field: Field) -> Result<Option<Amount>, BillError> {
    let text = bill.columns.get(record, field);
    if text.is_empty() {
        return Ok(None);
    }
    match (Amount::parse(text), bill.columns.at(field)) {
        (Some(amount), _) => Ok(Some(amount)),
        (None, column) => {
            let message = format!("`{}` is not an amount of money", String::from_utf8_lossy(text));
            let help = format!(
                "allowed for `{}`: numbers such as 12.34, -0.5 or 1e-7, below 10 trillion",
                Columns::name(field)
            );
            Err(bill.error(record, column.unwrap_or(0), message, Some(help)).into())
        }
    }
}

fn number(record: &ByteRecord, bill: &Bill, field: Field) -> Result<Option<f64>, BillError> {
    let text = bill.columns.get(record, field).trim_ascii();
    if text.is_empty() {
        return Ok(None);
    }
    let number = std::str::from_utf8(text).ok().and_then(|text| {
        text.parse::<f64>()
            .ok()
            .or_else(|| text.contains(',').then(|| Amount::parse(text.as_bytes()))?.map(Amount::value))
    });
    let number = number.filter(|number| number.is_finite());
    if number.is_some() {
        return Ok(number);
    }
    let message = format!("`{}` is not a quantity", String::from_utf8_lossy(text));
    let help = format!("allowed for `{}`: a number, or nothing", Columns::name(field));
    Err(bill.error(record, bill.columns.at(field).unwrap_or(0), message, Some(help)).into())
}

/// What was used: the consumed quantity, else that which the price is for, where its unit is one that says something.
fn quantity(record: &ByteRecord, bill: &Bill) -> Result<Option<(Counted, f64)>, BillError> {
    for (quantity, unit) in
        [(Field::ConsumedQuantity, Field::ConsumedUnit), (Field::PricingQuantity, Field::PricingUnit)]
    {
        let Some((counted, factor)) = unit::counted(bill.columns.get(record, unit)) else { continue };
        if let Some(number) = number(record, bill, quantity)? {
            return Ok(Some((counted, number * factor)));
        }
    }
    Ok(None)
}

/// The first of some fields that is there.
fn moment(record: &ByteRecord, bill: &Bill, fields: &[Field]) -> Result<Option<Moment>, BillError> {
    let Some(field) = fields.iter().find(|field| !bill.columns.get(record, **field).is_empty()) else {
        return Ok(None);
    };
    let text = bill.columns.get(record, *field);
    let moment = Moment::parse(text);
    if moment.is_some() {
        return Ok(moment);
    }
    let message = format!("`{}` is not a date", String::from_utf8_lossy(text));
    let help = "allowed: 2026-11-30, also with a time after it, or month/day/year".to_owned();
    Err(bill.error(record, bill.columns.at(*field).unwrap_or(0), message, Some(help)).into())
}

fn kind(charge: &[u8], commitment: &[u8]) -> Kind {
    let is = |word: &str| charge.eq_ignore_ascii_case(word.as_bytes());
    match charge {
        _ if is("purchase") => Kind::Purchase,
        _ if is("credit") => Kind::Credit,
        _ if is("adjustment") => Kind::Adjustment,
        _ if is("tax") => Kind::Tax,
        _ if commitment.eq_ignore_ascii_case(b"unused") => Kind::Unused,
        _ => Kind::Usage,
    }
}

fn pricing(category: &[u8]) -> Pricing {
    if category.eq_ignore_ascii_case(b"dynamic") {
        Pricing::Dynamic
    } else if category.eq_ignore_ascii_case(b"committed") {
        Pricing::Committed
    } else {
        Pricing::Standard
    }
}
