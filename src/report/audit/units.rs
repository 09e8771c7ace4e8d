//! What an hour of an accelerator, a request or a million tokens cost by a bill.

use crate::catalog::Catalog;
use crate::catalog::prices::Basis;
use crate::import::bills::{Class, CostBasis, Sum};
use crate::report::audit::{Bill, right_at};
use crate::report::page::{Block, Section};
use crate::report::table::{WORDS, table};
use crate::text::quantity::{Unit, format};

/// What a unit of something cost.
pub(super) struct UnitCost {
    pub(super) class: Class,
    /// For people.
    what: String,
    /// For programs.
    pub(super) id: String,
    pub(super) unit: &'static str,
    /// How many make one unit.
    per: f64,
    pub(super) sum: Sum,
    /// What an hour of it costs on the market, USD.
    pub(super) market: Option<f64>,
}

impl UnitCost {
    pub(super) fn each(&self, basis: CostBasis) -> f64 {
        self.sum.measured(basis).value() / self.sum.quantity * self.per
    }
}

/// The market price of an accelerator of the catalog, USD an hour.
fn market(gpu: &str, catalog: &Catalog) -> Option<f64> {
    let gpu = catalog.gpu(catalog.gpu_id(gpu)?);
    gpu.offer(Basis::Market).on_demand.as_ref().map(|quote| quote.usd_per_hour)
}

impl Bill<'_> {
    /// What an hour, a request or a million tokens cost.
    pub(super) fn unit_costs(&self) -> Vec<UnitCost> {
        let catalog = self.case.catalog();
        let mut costs = Vec::new();
        for class in Class::ALL {
            for (gpu, sum) in self.spending.accelerators(class) {
                let market = market(&gpu, catalog).filter(|_| self.is_usd());
                costs.push(UnitCost {
                    class,
                    what: format!("{gpu}, an hour"),
                    id: gpu,
                    unit: "hour",
                    per: 1.0,
                    sum,
                    market,
                });
            }
        }
        for (measure, sum) in self.spending.measures() {
            let (unit, per, words) = if measure.is_tokens() {
                ("million_tokens", 1e6, "a million")
            } else {
                ("request", 1.0, "each")
            };
            let what = format!("{}, {words}", measure.label());
            let id = measure.label().replace(' ', "_");
            costs.push(UnitCost { class: Class::Inference, what, id, unit, per, sum, market: None });
        }
        costs.retain(|cost| cost.sum.quantity > 0.0);
        costs
    }

    pub(super) fn units(&self) -> Section {
        let costs = self.unit_costs();
        if costs.is_empty() {
            let none = "The bill counts no hours of accelerators, no tokens and no requests.".to_owned();
            return Section::new("Unit costs", Block::Items(vec![none]));
        }
        let table = table!(costs.iter(), |cost: &UnitCost| {
            "what", "What", WORDS => cost.what.clone();
            "class", "Class", WORDS => cost.class.label();
            "quantity", "Quantity", Unit::Count => cost.sum.quantity;
            "cost", "Cost", WORDS => self.money(cost.sum.measured(self.basis));
            "unit_cost", "Each", WORDS => self.price(cost.each(self.basis));
            "market", "Market", WORDS => cost.market.map(|usd| format(usd, Unit::UsdPerHour));
            "committed", "Committed", Unit::Share => cost.sum.committed / cost.sum.quantity;
            "spot", "Spot", Unit::Share => cost.sum.spot / cost.sum.quantity;
        });
        Section::new("Unit costs", Block::Table(right_at(table, &["cost", "unit_cost", "market"])))
    }
}
