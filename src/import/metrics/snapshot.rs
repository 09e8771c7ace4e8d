//! What an engine says of itself at a moment, and what happened between two moments.

use std::collections::{BTreeMap, HashMap};

use crate::import::metrics::names::{ENGINES, Engine, PARTS, Quantity, RANKS, seconds};
use crate::import::metrics::page;
use crate::rank;

/// Series of one page beyond which they are no longer told apart.
const MOST_SERIES: usize = 20_000;

/// A part of a distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    Whole,
    Sum,
    Count,
    /// Up to a bound, by the bits of the number.
    Bucket(u64),
}

/// A series: what it counts, and what tells it from others like it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Series {
    quantity: Quantity,
    /// Its place among the names of that quantity, of which the first that is there counts.
    rank: usize,
    part: Part,
    labels: Box<str>,
}

/// Everything that is of use in one look at an engine.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    engine: usize,
    values: HashMap<Series, f64>,
}

/// Why a page says nothing of an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Nothing {
    /// No engine is known by any of its names.
    UnknownEngine,
    TooManySeries,
}

/// Collects samples from wherever they come.
#[derive(Debug, Default)]
pub(super) struct Collector {
    engines: [HashMap<Series, f64>; ENGINES.len()],
    count: usize,
}

/// Some engine has this name.
pub(super) fn is_wanted(name: &str) -> bool {
    ENGINES.iter().any(|engine| find(engine, name).next().is_some())
}

/// What a name stands for with an engine: quantity, its place among the names of that, and part.
fn find<'a>(
    engine: &'static Engine,
    name: &'a str,
) -> impl Iterator<Item = (usize, Quantity, Part)> + use<'a> {
    engine.names.iter().enumerate().filter_map(move |(rank, (quantity, known, _))| {
        let part = match name.strip_prefix(known)? {
            "" if !quantity.is_histogram() => Part::Whole,
            // What a bucket is up to is a label.
            "_bucket" if quantity.is_histogram() => Part::Bucket(0),
            "_sum" if quantity.is_histogram() => Part::Sum,
            "_count" if quantity.is_histogram() => Part::Count,
            _ => return None,
        };
        Some((rank, *quantity, part))
    })
}

impl Collector {
    /// Adds a sample, with its labels as names and values, and as one text that tells series apart.
    pub(super) fn add<'l>(
        &mut self,
        name: &str,
        labels: impl Iterator<Item = (&'l str, std::borrow::Cow<'l, str>)>,
        value: f64,
    ) {
        let mut known =
            ENGINES.iter().zip(&mut self.engines).filter(|(engine, _)| find(engine, name).next().is_some());
        let Some((engine, values)) = known.next() else { return };
        if value.is_nan() || value < 0.0 || value.is_infinite() {
            return;
        }
        let mut own: Vec<(&str, std::borrow::Cow<str>)> = labels.collect();
        if own.iter().any(|(name, value)| RANKS.contains(name) && value != "0") {
            return;
        }
        own.sort();
        for (rank, quantity, mut part) in find(engine, name) {
            if let Some((label, wanted)) = engine.names[rank].2
                && !own.iter().any(|(name, value)| *name == label && value == wanted)
            {
                continue;
            }
            let unit = seconds(engine.names[rank].1);
            if let Part::Bucket(bits) = &mut part {
                let bound =
                    own.iter().find(|(name, _)| *name == "le").and_then(|(_, bound)| page::number(bound));
                let Some(bound) = bound else { continue };
                *bits = (bound * unit).to_bits();
            }
            let value = if matches!(part, Part::Whole | Part::Sum) { value * unit } else { value };
            let mut labels = String::new();
            for (name, value) in &own {
                labels.extend([name, "=", value, ";"]);
            }
            self.count += 1;
            if self.count <= MOST_SERIES {
                values.insert(Series { quantity, rank, part, labels: labels.into() }, value);
            }
        }
    }

    /// The engine that says most, and the names of others that say something.
    pub(super) fn finish(self) -> Result<(Snapshot, Vec<&'static str>), Nothing> {
        if self.count > MOST_SERIES {
            return Err(Nothing::TooManySeries);
        }
        let mut found: Vec<(usize, HashMap<Series, f64>)> =
            self.engines.into_iter().enumerate().filter(|(_, values)| !values.is_empty()).collect();
        rank::by_key(&mut found, |(_, values)| std::cmp::Reverse(values.len()));
        let mut found = found.into_iter();
        let (engine, mut values) = found.next().ok_or(Nothing::UnknownEngine)?;
        // Of several names for the same thing the first that is there counts.
        let mut first: BTreeMap<Quantity, usize> = BTreeMap::new();
        for series in values.keys() {
            let rank = first.entry(series.quantity).or_insert(series.rank);
            *rank = series.rank.min(*rank);
        }
        values.retain(|series, _| first.get(&series.quantity) == Some(&series.rank));
        Ok((Snapshot { engine, values }, found.map(|(engine, _)| ENGINES[engine].name).collect()))
    }
}

/// What happened between two moments, or up to one.
#[derive(Debug, Clone, Default)]
pub(super) struct Change {
    pub(super) counts: BTreeMap<Quantity, f64>,
    pub(super) times: BTreeMap<Quantity, Times>,
    /// All counters together are lower than they were: the engine began anew, or the looks are in the wrong order.
    pub(super) began_anew: bool,
}

/// A distribution of times.
#[derive(Debug, Clone, Default)]
pub(super) struct Times {
    pub(super) sum: f64,
    pub(super) count: f64,
    /// How many were up to each bound, by the bits of the bound, whose order is that of positive numbers.
    pub(super) up_to: BTreeMap<u64, f64>,
}

impl Snapshot {
    /// The engine's name.
    pub fn engine(&self) -> &'static str {
        ENGINES[self.engine].name
    }

    /// How many engines work side by side: those that say how much they have in flight.
    pub(super) fn replicas(&self) -> usize {
        self.values.keys().filter(|series| series.quantity == Quantity::Running).count()
    }

    /// What holds at this moment: the sum over engines, of shares their mean.
    pub(super) fn gauge(&self, quantity: Quantity) -> Option<f64> {
        let of = self.values.iter().filter(|(series, _)| series.quantity == quantity);
        let (sum, count) = of.fold((0.0, 0.0), |(sum, count), (_, value)| (sum + value, count + 1.0));
        let share = if quantity == Quantity::Memory { count } else { 1.0 };
        (count > 0.0).then(|| sum / share)
    }

    /// What all counters add up to: it only grows.
    fn counted(&self) -> f64 {
        let is_count =
            |series: &Series| !series.quantity.is_gauge() && matches!(series.part, Part::Whole | Part::Count);
        self.values.iter().filter(|(series, _)| is_count(series)).map(|(_, value)| value).sum()
    }

    /// What happened since another moment, or ever. A counter that is lower than it was has begun anew, and so has one that
    /// was not there.
    pub(super) fn since(&self, before: Option<&Self>) -> Change {
        let mut change = Change::default();
        let before = before.filter(|before| before.engine == self.engine);
        change.began_anew = before.is_some_and(|before| self.counted() < before.counted());
        for (series, now) in self.values.iter().filter(|(series, _)| !series.quantity.is_gauge()) {
            let then = before.and_then(|before| before.values.get(series)).copied().unwrap_or(0.0);
            let grown = if *now < then { *now } else { now - then };
            match series.part {
                Part::Whole => *change.counts.entry(series.quantity).or_default() += grown,
                Part::Sum => change.times.entry(series.quantity).or_default().sum += grown,
                Part::Count => change.times.entry(series.quantity).or_default().count += grown,
                Part::Bucket(bound) => {
                    *change.times.entry(series.quantity).or_default().up_to.entry(bound).or_default() +=
                        grown;
                }
            }
        }
        change
    }
}

impl Change {
    /// Both together.
    pub(super) fn add(&mut self, other: &Self) {
        self.began_anew |= other.began_anew;
        for (quantity, count) in &other.counts {
            *self.counts.entry(*quantity).or_default() += count;
        }
        for (quantity, times) in &other.times {
            let own = self.times.entry(*quantity).or_default();
            own.sum += times.sum;
            own.count += times.count;
            for (bound, count) in &times.up_to {
                *own.up_to.entry(*bound).or_default() += count;
            }
        }
    }
}

impl Times {
    pub(super) fn mean(&self) -> Option<f64> {
        (self.count > 0.0).then(|| self.sum / self.count)
    }

    /// The time within which a share was done: on a line within a bucket, as Prometheus has it; the last bound where it is
    /// beyond all.
    pub(super) fn quantile(&self, share: f64) -> Option<f64> {
        let total = self.up_to.values().last().copied().filter(|total| *total > 0.0)?;
        let wanted = share * total;
        let (mut bound_before, mut count_before) = (0.0, 0.0);
        for (bits, count) in &self.up_to {
            let bound = f64::from_bits(*bits);
            if *count >= wanted && *count > count_before {
                if bound.is_infinite() {
                    return Some(bound_before);
                }
                let within = (wanted - count_before) / (count - count_before);
                return Some(bound_before + within.clamp(0.0, 1.0) * (bound - bound_before));
            }
            (bound_before, count_before) = (bound, count_before.max(*count));
        }
        Some(bound_before).filter(|bound| bound.is_finite())
    }
}

/// The names of all engines as Prometheus is asked for them.
pub(super) fn query() -> String {
    let mut names: Vec<String> = Vec::new();
    for (quantity, name, _) in ENGINES.iter().flat_map(|engine| engine.names) {
        if quantity.is_histogram() {
            names.extend(PARTS.map(|part| format!("{name}{part}")));
        } else {
            names.push((*name).to_owned());
        }
    }
    names.sort();
    names.dedup();
    format!("{{__name__=~\"{}\"}}", names.join("|"))
}
