//! Prices of accelerators: what an hour of one costs on a basis, from dated rows of named providers.
//!
//! A price is never one number. It has a basis (whose prices count), the rows that it was taken from, their spread, and
//! a standing: how far it can be trusted.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::catalog::gpus::GpuPreset;
use crate::catalog::{PRESETS, Status};
use crate::engine::choice::choices;
use crate::rank;
use crate::text::date::month;

choices! {
    /// Whose prices count. Every comparison of accelerators is made on one basis.
    pub enum Basis {
        /// Clouds that sell to anybody: the median of their on-demand prices.
        Market = "market",
        /// AWS, Azure, GCP and Oracle.
        Hyperscaler = "hyperscaler",
        /// Clouds that rent little but GPUs.
        Neocloud = "neocloud",
        /// Hardware of one's own; what goes beyond it is rented on the market.
        Owned = "owned",
        /// The user's own rate card.
        Own = "own",
    }

    /// What a provider is.
    pub enum Class {
        /// A cloud for everything.
        Hyperscaler = "hyperscaler",
        /// A cloud that rents little but GPUs.
        Neocloud = "neocloud",
        /// A marketplace, a serverless premium, a reservation of days, an assumption: counts where nobody else does.
        Other = "other",
    }

    /// What a dated price is for.
    pub enum Kind {
        /// An hour, whenever it is wanted.
        OnDemand = "on_demand",
        /// An hour of capacity that may be taken away.
        Spot = "spot",
        /// An hour under a contract of one year.
        OneYear = "1y",
        /// An hour under a contract of three years.
        ThreeYears = "3y",
        /// One accelerator with its share of the server.
        Purchase = "purchase",
        /// An average or an analyst's estimate, shown and never counted.
        Index = "index",
    }
}

/// How far a price can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Several providers, read in their sources within the last twelve months; or stated by the user.
    Firm,
    /// One provider alone.
    Single,
    /// The newest row is older than twelve months.
    Stale,
    /// General knowledge, not read in a source; or of a provider that does not sell to anybody.
    Unverified,
    /// Nobody lists it: estimated from other prices.
    Estimated,
}

impl Standing {
    /// The price may win a comparison without a word.
    pub const fn is_firm(self) -> bool {
        matches!(self, Self::Firm)
    }

    /// The words beside a price that is not firm.
    pub const fn mark(self) -> Option<&'static str> {
        match self {
            Self::Firm => None,
            Self::Single => Some("single listing"),
            Self::Stale => Some("over a year old"),
            Self::Unverified => Some("unverified"),
            Self::Estimated => Some("estimated"),
        }
    }
}

/// A price and what it was taken from.
#[derive(Debug, Clone, PartialEq)]
pub struct Quote {
    /// USD per accelerator and hour.
    pub usd_per_hour: f64,
    /// The lower end of what providers ask.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// How far it can be trusted.
    pub standing: Standing,
    /// Providers whose prices it is the median of; 0 for one that was estimated or stated.
    pub providers: usize,
    /// The rows of the rate card that it rests on.
    pub rows: Vec<usize>,
}

/// What renting an accelerator costs on one basis.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Offer {
    /// By the hour, whenever it is wanted.
    pub on_demand: Option<Quote>,
    /// Capacity that may be taken away.
    pub spot: Option<Quote>,
    /// Committed for a year.
    pub one_year: Option<Quote>,
    /// Committed for three years.
    pub three_years: Option<Quote>,
}

/// Prices on every basis.
pub(super) type Offers = [Offer; Basis::ALL.len()];

/// A price of an accelerator, as of a month, at a provider.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatedPrice {
    /// Accelerator id.
    pub gpu: String,
    /// Who asks it.
    pub provider: String,
    /// What for.
    pub kind: Kind,
    /// Rent.
    pub usd_per_gpu_hour: Option<f64>,
    /// Purchase.
    pub usd_purchase: Option<f64>,
    /// Where.
    pub region: Option<String>,
    /// When: a year, a month or a day.
    pub as_of: String,
    /// Where it was read.
    pub source: String,
    /// How far it can be trusted.
    pub status: Status,
    /// What a reader should know of it.
    pub note: Option<String>,
    /// Why it is shown but not counted.
    pub left_out: Option<String>,
    /// It is on the user's own card.
    #[serde(skip)]
    pub own: bool,
    /// What its provider is, and its month as a number: known once it is on a card.
    #[serde(skip)]
    pub(super) known: Known,
}

/// What a card works out of a row when it is added.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Known {
    class: Option<Class>,
    month: Option<i32>,
}

/// A discount that the user has.
#[derive(Debug, Clone, PartialEq)]
pub struct Discount {
    /// Its name.
    pub name: String,
    /// Who grants it; `None` for all of the card.
    pub provider: Option<String>,
    /// Share of the price.
    pub share: f64,
    /// First month in which it holds, as `2026-01`.
    pub from: Option<String>,
    /// Last month.
    pub until: Option<String>,
}

/// All dated prices, and what the user gets off them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RateCard {
    /// The month from which ages count.
    pub as_of: String,
    /// Every price.
    pub prices: Vec<DatedPrice>,
    /// The user's discounts.
    pub discounts: Vec<Discount>,
    classes: BTreeMap<String, Class>,
    /// `as_of` as a number.
    pub(super) month: Option<i32>,
    /// The rows of each accelerator.
    rows: BTreeMap<String, Vec<usize>>,
}

/// `providers.toml` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Providers {
    as_of: String,
    provider: Vec<Provider>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Provider {
    name: String,
    class: Class,
}

/// Discount of spot capacity where no row tells one (factor table: 65%, 50-90%).
pub const USUAL_SPOT_DISCOUNT: f64 = 0.65;
/// Discounts of contracts of one and of three years where no row tells one: 20% at GPU clouds, 15-34% (factor table), and
/// an assumption: hyperscalers give 49-64%, GPU clouds less.
pub const USUAL_CONTRACT_DISCOUNTS: [f64; 2] = [0.20, 0.45];
/// Months after which a price counts as old.
const FRESH_MONTHS: i32 = 12;
/// A price that rests on one provider or on none is known within this factor either way: between the 10% and 90%
/// quantiles of the dated prices of one accelerator lies a factor of 1.9.
const WIDE: f64 = 1.4;
/// Providers from which on the ends of a price are quantiles rather than extremes.
const MANY: usize = 5;

/// The median of some values; `None` of none.
fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    Some(f64::midpoint(values[last / 2], values[last.div_ceil(2)]))
}

/// What one provider asks.
#[derive(Debug, Clone)]
struct Asked {
    usd: f64,
    standing: Standing,
    rows: Vec<usize>,
}

impl RateCard {
    /// The card that is built in.
    ///
    /// # Panics
    ///
    /// When its file is malformed; a test reads it.
    pub(super) fn embedded() -> Self {
        let file: Providers = super::embedded_toml("providers.toml");
        let classes = file.provider.into_iter().map(|provider| (provider.name, provider.class)).collect();
        let mut card = Self { month: month(&file.as_of), as_of: file.as_of, classes, ..Self::default() };
        let text = PRESETS.get_file("prices.csv").and_then(|file| file.contents_utf8()).unwrap_or_default();
        for row in csv::Reader::from_reader(text.as_bytes()).into_deserialize() {
            card.add(row.unwrap_or_else(|error| panic!("presets/prices.csv: {error}")));
        }
        card
    }

    /// The month from which ages count; infinitely late where there is none.
    pub fn months(&self) -> f64 {
        self.month.map_or(f64::INFINITY, f64::from)
    }

    /// Adds a row.
    pub(super) fn add(&mut self, mut row: DatedPrice) {
        row.known = Known { class: Some(self.class(&row.provider)), month: month(&row.as_of) };
        self.rows.entry(row.gpu.clone()).or_default().push(self.prices.len());
        self.prices.push(row);
    }

    /// The rows of an accelerator for one kind of price, with their places.
    pub fn of(&self, gpu: &str, kind: Kind) -> impl Iterator<Item = (usize, &DatedPrice)> {
        let rows = self.rows.get(gpu).into_iter().flatten();
        rows.map(|index| (*index, &self.prices[*index])).filter(move |(_, row)| row.kind == kind)
    }

    /// What a provider is.
    pub fn class(&self, provider: &str) -> Class {
        self.classes.get(provider).copied().unwrap_or(Class::Other)
    }

    /// A provider has a price.
    pub(super) fn names(&self, provider: &str) -> bool {
        self.prices.iter().any(|row| row.provider == provider)
    }

    /// A row counts on a basis.
    pub fn counts(&self, row: &DatedPrice, basis: Basis) -> bool {
        let sells = |class: Class| !row.own && row.known.class == Some(class);
        row.left_out.is_none()
            && row.kind != Kind::Index
            && match basis {
                Basis::Market | Basis::Owned => sells(Class::Hyperscaler) || sells(Class::Neocloud),
                Basis::Hyperscaler => sells(Class::Hyperscaler),
                Basis::Neocloud => sells(Class::Neocloud),
                Basis::Own => row.own || self.discount(&row.provider, false) > 0.0,
            }
    }

    /// What the user gets off the prices of a provider; discounts come one after another.
    fn discount(&self, provider: &str, own: bool) -> f64 {
        if self.discounts.is_empty() {
            return 0.0;
        }
        let now = self.month;
        let holds = |discount: &&Discount| {
            let whose = match &discount.provider {
                Some(named) => named == provider,
                None => own,
            };
            let since = discount.from.as_deref().and_then(month).is_none_or(|from| now >= Some(from));
            let until = discount.until.as_deref().and_then(month).is_none_or(|until| now <= Some(until));
            whose && since && until
        };
        1.0 - self.discounts.iter().filter(holds).map(|discount| 1.0 - discount.share).product::<f64>()
    }

    /// What a row costs the user, USD an hour.
    fn usd(&self, row: &DatedPrice, basis: Basis) -> Option<f64> {
        let discount = if basis == Basis::Own { self.discount(&row.provider, row.own) } else { 0.0 };
        Some(row.usd_per_gpu_hour? * (1.0 - discount))
    }

    /// More than twelve months lie between a month and that from which ages count; of no month, nobody knows.
    fn is_old(&self, month: Option<i32>) -> bool {
        self.month.zip(month).is_none_or(|(now, then)| now - then > FRESH_MONTHS)
    }

    /// How far the purchase price of an accelerator can be trusted, by the newest date that it was taken from.
    pub fn purchase_standing(&self, gpu: &GpuPreset) -> Standing {
        let unread =
            |field: &String| field == "purchase" || field.contains("purchase") && field.contains("typ");
        let dates = gpu
            .purchase_as_of
            .iter()
            .flat_map(|dates| dates.split(|c: char| c != '-' && !c.is_ascii_digit()));
        let newest = dates.filter_map(|date| month(date).or_else(|| month(date.get(..4)?))).max();
        if gpu.described.is_some() {
            Standing::Firm
        } else if gpu.unverified.iter().any(unread) {
            Standing::Unverified
        } else if self.is_old(newest) {
            Standing::Stale
        } else {
            Standing::Firm
        }
    }

    fn standing(&self, row: &DatedPrice) -> Standing {
        if row.status == Status::Unverified || !row.own && row.known.class == Some(Class::Other) {
            Standing::Unverified
        } else if self.is_old(row.known.month) {
            Standing::Stale
        } else {
            Standing::Firm
        }
    }

    /// What each provider asks of an accelerator: the median of its newest rows of the best standing.
    fn asked(&self, gpu: &str, kind: Kind, basis: Basis) -> Vec<Asked> {
        let mut of: BTreeMap<&str, Vec<(usize, &DatedPrice)>> = BTreeMap::new();
        for (index, row) in self.of(gpu, kind).filter(|(_, row)| self.counts(row, basis)) {
            of.entry(&row.provider).or_default().push((index, row));
        }
        of.into_values()
            .filter_map(|rows| {
                let best = rows.iter().map(|(_, row)| self.standing(row)).min()?;
                let able = || rows.iter().filter(|(_, row)| self.standing(row) == best);
                let newest = able().filter_map(|(_, row)| row.known.month).max();
                let chosen = || able().filter(move |(_, row)| row.known.month == newest);
                Some(Asked {
                    usd: median(chosen().filter_map(|(_, row)| self.usd(row, basis)))?,
                    standing: best,
                    rows: chosen().map(|(index, _)| *index).collect(),
                })
            })
            .collect()
    }

    /// The median over providers, those of the best standing only.
    fn quote(&self, gpu: &str, kind: Kind, basis: Basis) -> Option<Quote> {
        let mut asked = self.asked(gpu, kind, basis);
        let best = asked.iter().map(|asked| asked.standing).min()?;
        asked.retain(|asked| asked.standing == best);
        rank::rising(&mut asked, |asked| asked.usd);
        let usd_per_hour = median(asked.iter().map(|asked| asked.usd))?;
        let at = |quantile: f64| asked[(quantile * (asked.len() - 1) as f64).round() as usize].usd;
        let [low, high] = match asked.len() {
            1 if basis != Basis::Own => [usd_per_hour / WIDE, usd_per_hour * WIDE],
            count if count < MANY => [at(0.0), at(1.0)],
            _ => [at(0.1), at(0.9)],
        };
        let alone = asked.len() == 1 && basis != Basis::Own;
        Some(Quote {
            usd_per_hour,
            low,
            high,
            standing: if alone { best.max(Standing::Single) } else { best },
            providers: asked.len(),
            rows: asked.into_iter().flat_map(|asked| asked.rows).collect(),
        })
    }

    /// What rows of a provider that sells to nobody in particular say, where nobody else lists a chip.
    fn elsewhere(&self, gpu: &str) -> Option<Quote> {
        let rows = self.of(gpu, Kind::OnDemand).filter(|(_, row)| row.left_out.is_none() && !row.own);
        let (rows, usd): (Vec<usize>, Vec<f64>) =
            rows.filter_map(|(index, row)| Some((index, row.usd_per_gpu_hour?))).unzip();
        let quote = Quote { rows, ..Quote::about(median(usd)?, Standing::Unverified) };
        Some(Quote { providers: quote.rows.len(), ..quote })
    }

    /// Prices under a contract relative to on demand, of the same provider at the same time; of a provider that lists
    /// the contract alone, relative to what its like ask.
    fn contract_ratios(&self, gpu: &str, kind: Kind, basis: Basis) -> Vec<f64> {
        let rows =
            |kind: Kind| self.of(gpu, kind).map(|(_, row)| row).filter(move |row| self.counts(row, basis));
        rows(kind)
            .filter(|row| {
                // Of a provider's several dates only the newest.
                !rows(kind).any(|other| other.provider == row.provider && other.known.month > row.known.month)
            })
            .filter_map(|row| {
                let same = rows(Kind::OnDemand)
                    .find(|other| other.provider == row.provider && other.as_of == row.as_of)
                    .and_then(|other| other.usd_per_gpu_hour);
                let like = || {
                    let hyperscaler = row.known.class == Some(Class::Hyperscaler);
                    let basis = if hyperscaler { Basis::Hyperscaler } else { Basis::Neocloud };
                    self.quote(gpu, Kind::OnDemand, basis).map(|quote| quote.usd_per_hour)
                };
                Some(row.usd_per_gpu_hour? / same.or_else(like)?)
            })
            .collect()
    }
}

impl Quote {
    /// A price that nobody lists.
    fn about(usd_per_hour: f64, standing: Standing) -> Self {
        let [low, high] = [usd_per_hour / WIDE, usd_per_hour * WIDE];
        Self { usd_per_hour, low, high, standing, providers: 0, rows: Vec::new() }
    }

    /// A price that the user states.
    pub(super) fn stated(usd_per_hour: f64) -> Self {
        Self {
            usd_per_hour,
            low: usd_per_hour,
            high: usd_per_hour,
            standing: Standing::Firm,
            providers: 0,
            rows: Vec::new(),
        }
    }

    /// The same at another level.
    fn times(&self, ratio: f64, standing: Standing) -> Self {
        Self {
            usd_per_hour: self.usd_per_hour * ratio,
            low: self.low * ratio,
            high: self.high * ratio,
            standing: self.standing.max(standing),
            ..self.clone()
        }
    }
}

/// What is usual on a basis: by it the prices are estimated that nobody lists.
struct Usual {
    /// Rent of an hour relative to the purchase price.
    rent: Option<f64>,
    /// Spot relative to on demand.
    spot: Option<f64>,
    /// A contract of one and of three years relative to on demand.
    contracts: [Option<f64>; 2],
}

/// Contracts of one and of three years.
const CONTRACTS: [Kind; 2] = [Kind::OneYear, Kind::ThreeYears];

/// Works out the offers of every accelerator from a card. What a user states of an accelerator goes before it.
pub(super) fn price(gpus: &mut [GpuPreset], card: &RateCard) {
    let market: Vec<Option<Quote>> = quotes(gpus, card, Basis::Market);
    let usual_market = usual(gpus, card, Basis::Market, &market);
    let has_own = !card.discounts.is_empty() || card.prices.iter().any(|row| row.own);
    for basis in Basis::ALL.iter().copied() {
        // Where nothing is on a card of one's own, there is nothing to work out; and beyond what is owned, the market counts.
        if basis == Basis::Owned || basis == Basis::Own && !has_own {
            for gpu in &mut *gpus {
                let rented = if basis == Basis::Owned { gpu.offers[0].clone() } else { Offer::default() };
                gpu.offers[basis as usize] = gpu.stated.offer(basis, usual_market.spot).unwrap_or(rented);
            }
            continue;
        }
        let listed = if basis == Basis::Market { market.clone() } else { quotes(gpus, card, basis) };
        let here = usual(gpus, card, basis, &listed);
        for ((gpu, listed), market) in gpus.iter_mut().zip(listed).zip(&market) {
            let id = gpu.id.clone();
            let owning = || {
                let [_, typical, _] = gpu.purchase_usd?;
                Some(Quote::about(usual_market.rent? * typical, Standing::Estimated))
            };
            let elsewhere = || card.elsewhere(&id).or_else(owning);
            let estimated = || market.clone().map(|quote| Quote { standing: Standing::Estimated, ..quote });
            let on_demand = match basis {
                Basis::Own => listed,
                Basis::Hyperscaler | Basis::Neocloud => listed.or_else(estimated).or_else(elsewhere),
                Basis::Market | Basis::Owned => listed.or_else(elsewhere),
            };
            let follows =
                |ratio: Option<f64>, standing: Standing| Some(on_demand.as_ref()?.times(ratio?, standing));
            let spot = card.quote(&id, Kind::Spot, basis).map(|quote| card.spread(quote, basis));
            let spot = spot.filter(|_| on_demand.is_some());
            let [one_year, three_years] = [0, 1].map(|term| {
                let own = card.quote(&id, CONTRACTS[term], basis).filter(|_| basis == Basis::Own);
                let ratio = median(card.contract_ratios(&id, CONTRACTS[term], basis));
                let usual = here.contracts[term].or(usual_market.contracts[term]);
                own.or_else(|| follows(ratio, Standing::Firm)).or_else(|| follows(usual, Standing::Estimated))
            });
            let usual_spot = here.spot.or(usual_market.spot);
            let offer = Offer {
                spot: spot.or_else(|| follows(usual_spot, Standing::Estimated)),
                one_year,
                three_years,
                on_demand,
            };
            gpu.offers[basis as usize] = gpu.stated.offer(basis, usual_spot).unwrap_or(offer);
        }
    }
}

impl RateCard {
    /// A spot price with the ends of all of its rows: it differs by zone and day.
    fn spread(&self, quote: Quote, basis: Basis) -> Quote {
        let all = quote.rows.iter().filter_map(|row| self.usd(&self.prices[*row], basis));
        let (low, high) = all.fold((quote.low, quote.high), |(low, high), usd| (low.min(usd), high.max(usd)));
        Quote { low, high, ..quote }
    }
}

/// The listed on-demand price of each accelerator.
fn quotes(gpus: &[GpuPreset], card: &RateCard, basis: Basis) -> Vec<Option<Quote>> {
    gpus.iter().map(|gpu| card.quote(&gpu.id, Kind::OnDemand, basis)).collect()
}

fn usual(gpus: &[GpuPreset], card: &RateCard, basis: Basis, listed: &[Option<Quote>]) -> Usual {
    let firm = || {
        let pairs = gpus.iter().zip(listed).filter_map(|(gpu, quote)| Some((gpu, quote.as_ref()?)));
        pairs.filter(|(_, quote)| quote.standing.is_firm())
    };
    let rent = firm().filter_map(|(gpu, quote)| Some(quote.usd_per_hour / gpu.purchase_usd?[1]));
    let spot = firm().filter_map(|(gpu, quote)| {
        Some(card.quote(&gpu.id, Kind::Spot, basis)?.usd_per_hour / quote.usd_per_hour)
    });
    Usual {
        rent: median(rent),
        spot: median(spot),
        contracts: CONTRACTS.map(|kind| {
            median(gpus.iter().filter_map(|gpu| median(card.contract_ratios(&gpu.id, kind, basis))))
        }),
    }
}
