//! The columns of a bill: what they are called in each format, and which of them a file has.

use crate::import::bills::read::Place;
use crate::text::diagnostic::Diagnostic;
use crate::text::suggest::closest;

/// Columns of a file beyond which it is no bill.
const MOST_COLUMNS: usize = 2_000;

/// A format of bills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The FinOps Open Cost and Usage Specification, 1.0 to 1.2; what later versions renamed is known too.
    Focus,
    /// What OpenCost allocates to the containers of a cluster, as it exports it, a line a day.
    OpenCost,
}

impl Format {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Focus => "FOCUS",
            Self::OpenCost => "OpenCost",
        }
    }
}

/// Declares the fields: what each is called in a FOCUS file, older and newer names after the one of 1.2.
macro_rules! fields {
    ($($name:ident: $($word:literal)+;)+) => {
        /// What is read of a line.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Field {
            $($name,)+
        }

        const FIELDS: &[(Field, &[&str])] = &[$((Field::$name, &[$($word),+]),)+];
    };
}

fields! {
    BilledCost: "BilledCost" "TotalCost";
    EffectiveCost: "EffectiveCost" "AmortizedCost";
    Currency: "BillingCurrency";
    ChargeStart: "ChargePeriodStart" "Date";
    ChargeEnd: "ChargePeriodEnd";
    BillingStart: "BillingPeriodStart";
    Charge: "ChargeCategory" "ChargeType";
    Class: "ChargeClass";
    Pricing: "PricingCategory";
    Commitment: "CommitmentDiscountStatus";
    PricingQuantity: "PricingQuantity";
    PricingUnit: "PricingUnit";
    ConsumedQuantity: "ConsumedQuantity" "GPUs";
    ConsumedUnit: "ConsumedUnit";
    Provider: "ProviderName" "ServiceProviderName" "Provider";
    Service: "ServiceName";
    Category: "ServiceCategory";
    Subcategory: "ServiceSubcategory";
    Sku: "SkuId";
    Meter: "SkuMeter" "x_SkuMeterName";
    Details: "SkuPriceDetails" "x_SkuDetails";
    UsageType: "x_UsageType";
    Operation: "x_Operation";
    Description: "ChargeDescription";
    ResourceType: "ResourceType" "ControllerKind";
    Resource: "ResourceName" "ControllerName";
    Account: "SubAccountName" "Namespace";
    Tags: "Tags" "Labels";
    Network: "NetworkCost";
    Volumes: "PVCost";
}

/// Where the fields stand in the lines of a file.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) format: Format,
    places: [Option<usize>; FIELDS.len()],
}

impl Columns {
    /// Reads the header of a file.
    pub(super) fn parse(header: &csv::ByteRecord, place: &Place) -> Result<Self, Diagnostic> {
        let words: Vec<String> =
            header.iter().map(|word| String::from_utf8_lossy(word).trim().to_owned()).collect();
        if words.len() > MOST_COLUMNS {
            return Err(place.error(0, format!("{} columns are no bill", words.len()), None));
        }
        let mut places = [None; FIELDS.len()];
        for ((field, names), here) in FIELDS.iter().zip(&mut places) {
            for name in *names {
                let mut found = (0..words.len()).filter(|at| words[*at].eq_ignore_ascii_case(name));
                let first = found.next();
                if let Some(second) = found.next() {
                    let message = format!("the column `{name}` is there twice");
                    let help = format!("also column {}; keep one of them", first.unwrap_or(0) + 1);
                    return Err(place.error(second, message, Some(help)));
                }
                // An older name counts only where there is no newer one.
                *here = here.or(first);
            }
            debug_assert_eq!(FIELDS[*field as usize].0, *field);
        }
        let has = |name: &str| words.iter().any(|word| word.eq_ignore_ascii_case(name));
        let format = if has("Namespace") && has("TotalCost") && has("Date") {
            Format::OpenCost
        } else {
            Format::Focus
        };
        let columns = Self { format, places };
        columns.check(&words, place)?;
        Ok(columns)
    }

    /// Nothing can be said of a bill without money and time.
    fn check(&self, words: &[String], place: &Place) -> Result<(), Diagnostic> {
        let missing = |wanted: &'static str| {
            let near = closest(wanted, words.iter().map(String::as_str));
            let help = match (near, other_format(words)) {
                (Some(near), _) => format!("is `{near}` meant? FOCUS calls it `{wanted}`"),
                (None, Some(other)) => other.to_owned(),
                (None, None) => {
                    "expected: a FOCUS export (1.0 to 1.2) or an OpenCost allocation, as CSV".to_owned()
                }
            };
            place.error(0, format!("there is no column `{wanted}`"), Some(help))
        };
        if self.at(Field::BilledCost).or(self.at(Field::EffectiveCost)).is_none() {
            return Err(missing("BilledCost"));
        }
        if self.at(Field::ChargeStart).or(self.at(Field::BillingStart)).is_none() {
            return Err(missing("ChargePeriodStart"));
        }
        Ok(())
    }

    /// The column of a field.
    pub(super) fn at(&self, field: Field) -> Option<usize> {
        self.places[field as usize]
    }

    /// The field of a line; empty where the file has no such column, or it is null.
    pub(super) fn get<'a>(&self, record: &'a csv::ByteRecord, field: Field) -> &'a [u8] {
        match self.at(field).and_then(|at| record.get(at)) {
            None | Some(b"NULL" | b"null" | b"Null") => b"",
            Some(word) => word,
        }
    }

    /// What the column of a field is called first.
    pub(super) fn name(field: Field) -> &'static str {
        FIELDS[field as usize].1[0]
    }
}

/// What to do with an export of another format that many have.
fn other_format(words: &[String]) -> Option<&'static str> {
    let has = |name: &str| words.iter().any(|word| word == name);
    if has("MeterCategory") && has("ConsumedService") {
        Some(
            "this is an export of actual or amortized cost from Azure: add one of the type FOCUS in Cost Management",
        )
    } else if words.iter().any(|word| word.contains("lineItem/") || word.starts_with("line_item_")) {
        Some("this is a Cost and Usage Report from AWS: add a FOCUS export under Data Exports")
    } else if has("lineItem.usageAccountId") || has("usage_start_time") || has("billing_account_id") {
        Some("this is an export of BigQuery: Google has a FOCUS view of it")
    } else {
        None
    }
}
