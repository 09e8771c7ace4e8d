//! A bill for programs.

use serde_json::{Map, Value as Json, json};

use crate::analysis::spent::Difference;
use crate::import::bills::Kind;
use crate::report::audit::{Bill, Purpose, share};
use crate::text::date::{day, written};

impl Bill<'_> {
    pub(super) fn record(&self) -> Json {
        let ledger = self.ledger;
        let total = self.total();
        let split: Map<String, Json> = self
            .split()
            .into_iter()
            .map(|part| {
                let cost = part.sum.cost(self.basis);
                let part_of = json!({"cost": cost.value(), "share": share(cost, total.value()), "lines": part.sum.lines,
                    "assumed": part.assumed.value(), "billed": part.sum.billed.value(), "effective": part.sum.effective.value()});
                (part.purpose.id().to_owned(), part_of)
            })
            .collect();
        let months: Vec<Json> = ledger
            .by(|_, entry| Some(entry.month))
            .into_iter()
            .map(|(month, sum)| {
                let classes = ledger
                    .by(|group, entry| (entry.month == month).then(|| Purpose::of(group, entry).id()));
                let classes: Map<String, Json> =
                    classes.into_iter().map(|(class, sum)| (class.to_owned(), sum.cost(self.basis).value().into())).collect();
                json!({"month": written(f64::from(month)), "cost": sum.cost(self.basis).value(), "by_class": classes})
            })
            .collect();
        let services: Vec<Json> = self
            .by_service()
            .into_iter()
            .map(|((provider, service, purpose, thing), sum)| {
                json!({"provider": provider, "service": service, "class": purpose.id(), "what": thing,
                    "cost": sum.cost(self.basis).value(), "lines": sum.lines})
            })
            .collect();
        let units: Vec<Json> = self
            .unit_costs()
            .iter()
            .map(|cost| {
                json!({"what": cost.id, "class": cost.class.id(), "unit": cost.unit, "quantity": cost.sum.quantity,
                    "cost": cost.sum.measured(self.basis).value(), "unit_cost": cost.each(self.basis),
                    "market_usd_per_gpu_hour": cost.market, "committed_share": cost.sum.committed / cost.sum.quantity,
                    "spot_share": cost.sum.spot / cost.sum.quantity})
            })
            .collect();
        let kinds = ledger.by(|_, entry| Some(entry.kind));
        let kinds: Map<String, Json> = Kind::ALL
            .iter()
            .map(|kind| {
                let cost = kinds.get(kind).map_or(0.0, |sum| sum.cost(self.basis).value());
                (kind.id().to_owned(), cost.into())
            })
            .collect();
        let open: Vec<Json> = self
            .open()
            .into_iter()
            .map(|(index, sum)| {
                let group = &ledger.groups[index];
                json!({"provider": group.provider, "service": group.service, "what": group.thing,
                    "cost": sum.cost(self.basis).value(), "lines": sum.lines, "first_line": ledger.first_lines[index]})
            })
            .collect();
        let [serving, training] = self.differences();
        let date = |hours: i64| day(hours.max(0).unsigned_abs() * 3600);
        json!({
            "currency": Some(&ledger.currency).filter(|code| !code.is_empty()),
            "lines": ledger.lines,
            "from": ledger.hours.map(|(start, _)| date(start)),
            "to": ledger.hours.map(|(start, end)| date((end - 1).max(start))),
            "days": ledger.days(),
            "counted": self.basis.column(),
            "total": total.value(),
            "billed": ledger.billed.value(),
            "effective": ledger.effective.value(),
            "split": split,
            "by_kind": kinds,
            "months": months,
            "services": services,
            "unit_costs": units,
            "unclassified": open,
            "against_scenario": {"inference": serving.as_ref().map(difference), "training": training.as_ref().map(difference)},
            "notes": self.notes(),
        })
    }
}

/// A difference for programs, in dollars.
fn difference(difference: &Difference) -> Json {
    let usd = |cents: i64| cents as f64 / 100.0;
    let parts = difference.parts.map(|parts| {
        json!({"price_usd": usd(parts.price), "volume_usd": usd(parts.volume), "efficiency_usd": parts.efficiency.map(usd),
            "idle_usd": parts.idle.map(usd), "rest_usd": usd(parts.rest)})
    });
    json!({"spent_usd": usd(difference.spent_cents), "expected_usd": usd(difference.expected_cents),
        "difference_usd": usd(difference.cents()), "parts": parts, "assumed": difference.assumed})
}
