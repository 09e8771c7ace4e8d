//! The user's own rate card: prices as they were agreed, and discounts off those of the catalog.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use crate::catalog::Status;
use crate::catalog::prices::{DatedPrice, Discount, Kind, Known, RateCard};
use crate::text::control::one_line;
use crate::text::date::month;
use crate::text::quantity::{self, Unit};
use crate::text::{diagnostic::Diagnostic, source::table, suggest::closest};

/// A rate card as its user writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a rate card")]
struct OwnCard {
    /// The month from which ages count, where it is not that of the newest price.
    as_of: Option<Spanned<String>>,
    #[serde(default)]
    price: Vec<OwnPrice>,
    #[serde(default)]
    discount: Vec<OwnDiscount>,
}

/// A `[[price]]` of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a `[[price]]` table")]
struct OwnPrice {
    gpu: Spanned<String>,
    provider: String,
    #[serde(default = "on_demand")]
    kind: Kind,
    #[serde(deserialize_with = "usd_per_hour")]
    usd_per_gpu_hour: f64,
    region: Option<String>,
    as_of: Spanned<String>,
    #[serde(default)]
    source: String,
    note: Option<String>,
}

/// A `[[discount]]` of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a `[[discount]]` table")]
struct OwnDiscount {
    name: String,
    provider: Option<Spanned<String>>,
    #[serde(deserialize_with = "share")]
    share: f64,
    from: Option<Spanned<String>>,
    until: Option<Spanned<String>>,
}

const fn on_demand() -> Kind {
    Kind::OnDemand
}

/// A number, or the text of one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Number(f64),
    Text(String),
}

/// A number as people write it, between two others.
fn number<'de, D: Deserializer<'de>>(
    deserializer: D,
    unit: Unit,
    [least, most]: [f64; 2],
) -> Result<f64, D::Error> {
    let number = match Written::deserialize(deserializer) {
        Ok(Written::Number(number)) => number,
        Ok(Written::Text(text)) => quantity::parse(&text, unit).map_err(D::Error::custom)?,
        Err(_) => return Err(D::Error::custom("write a number, as 2.10, \"$2.10\" or \"18%\"")),
    };
    if (least..=most).contains(&number) {
        return Ok(number);
    }
    let [least, most] = [least, most].map(|end| quantity::format(end, unit));
    Err(D::Error::custom(format!("{} is not allowed: {least} to {most}", quantity::format(number, unit))))
}

fn usd_per_hour<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    number(deserializer, Unit::UsdPerHour, [0.001, 10_000.0])
}

fn share<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    number(deserializer, Unit::Share, [0.0, 0.99])
}

impl RateCard {
    /// Adds the prices and discounts of a user's own card. `gpus` are the ids that it may name.
    ///
    /// # Errors
    ///
    /// A [`Diagnostic`] at the first mistake; nothing is added then.
    pub(super) fn add_own(&mut self, source_name: &str, text: &str, gpus: &[&str]) -> Result<(), Diagnostic> {
        table(source_name, text)?;
        let card: OwnCard =
            toml::from_str(text).map_err(|error| Diagnostic::from_toml(source_name, text, &error))?;
        let mistake = |place: &Spanned<String>, message: String, help: Option<String>| {
            Diagnostic::at(source_name, text, place.span(), message, help)
        };
        let dated = |date: &Spanned<String>| {
            let words = date.get_ref();
            month(words).map(|_| words.clone()).ok_or_else(|| {
                let help = "write a month, as 2026-11".to_owned();
                mistake(date, format!("`{words}` is not a date"), Some(help))
            })
        };
        let mut newest = card.as_of.as_ref().map(&dated).transpose()?;
        let mut rows = Vec::with_capacity(card.price.len());
        for price in card.price {
            let gpu = price.gpu.get_ref();
            if !gpus.contains(&gpu.as_str()) {
                let help = closest(gpu, gpus.iter().copied()).map_or_else(
                    || "see `whatif list gpus`".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                return Err(mistake(&price.gpu, format!("no accelerator is called `{gpu}`"), Some(help)));
            }
            if matches!(price.kind, Kind::Purchase | Kind::Index) {
                let help = "allowed: on_demand, spot, 1y, 3y".to_owned();
                return Err(mistake(&price.gpu, format!("`{}` is no rent", price.kind.id()), Some(help)));
            }
            let as_of = dated(&price.as_of)?;
            if newest.as_deref().and_then(month) < month(&as_of) {
                newest = Some(as_of.clone());
            }
            rows.push(DatedPrice {
                gpu: price.gpu.into_inner(),
                provider: one_line(&price.provider),
                kind: price.kind,
                usd_per_gpu_hour: Some(price.usd_per_gpu_hour),
                usd_purchase: None,
                region: price.region.as_deref().map(one_line),
                as_of,
                source: one_line(if price.source.is_empty() { source_name } else { &price.source }),
                status: Status::Read,
                note: price.note.as_deref().map(one_line),
                left_out: None,
                own: true,
                known: Known::default(),
            });
        }
        let mut discounts = Vec::with_capacity(card.discount.len());
        for discount in card.discount {
            if let Some(provider) = &discount.provider
                && !self.names(provider.get_ref())
                && !rows.iter().any(|row| row.provider == *provider.get_ref())
            {
                let known = self.prices.iter().map(|row| row.provider.as_str());
                let near = closest(provider.get_ref(), known).map(|near| format!("did you mean `{near}`?"));
                let message = format!("no price is of `{}`", provider.get_ref());
                return Err(mistake(provider, message, near));
            }
            discounts.push(Discount {
                name: one_line(&discount.name),
                provider: discount.provider.map(Spanned::into_inner),
                share: discount.share,
                from: discount.from.as_ref().map(&dated).transpose()?,
                until: discount.until.as_ref().map(&dated).transpose()?,
            });
        }
        if let Some(newest) = newest.filter(|newest| month(newest) > month(&self.as_of)) {
            self.month = month(&newest);
            self.as_of = newest;
        }
        for row in rows {
            self.add(row);
        }
        self.discounts.extend(discounts);
        Ok(())
    }
}
