//! Self-hosting against an API: the same traffic at the prices of hosted models, where the two cost the same, and
//! when a version has paid for itself.

use crate::analysis::case::Case;
use crate::catalog::records::{API_PRICES, ApiPrice};
use crate::engine::fleet::{Day, Moment};
use crate::engine::inputs::Inputs;
use crate::engine::outcome::ServingOutcome;

/// Requests a day between which a break-even is looked for.
const REQUESTS: [f64; 2] = [1.0, 1e11];
/// Places of that span at which costs are compared first: eight for each factor of ten.
const SCAN: usize = 88;
/// Halvings of a crossing, which tell requests apart well below one.
const HALVINGS: usize = 40;

/// The same traffic at one API.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ApiCost {
    /// The hosted model and its prices.
    pub price: &'static ApiPrice,
    /// It is the model that the scenario serves.
    pub is_served_model: bool,
    /// A request that reaches the API, USD.
    pub usd_per_request: f64,
    /// A day, USD: what the response cache answers costs nothing.
    pub daily_usd: f64,
    /// Requests a day from which self-hosting stays cheaper; `None` where it never does, or cannot be served.
    pub break_even_requests: Option<f64>,
    /// Utilization of the fleet at that load.
    pub break_even_utilization: Option<f64>,
    /// What self-hosting saves of a day now, USD; negative where the API is cheaper.
    pub self_hosting_saves_daily_usd: Option<f64>,
}

/// The scenario's traffic at every priced API: those of the served model first, then the cheapest first.
pub fn api_costs(case: &Case) -> Vec<ApiCost> {
    let (inputs, outcome) = (&case.inputs, &case.outcome);
    let served = case.served_model().map(|model| case.catalog().model(model).id.as_str());
    let curve = outcome.serving.as_ref().ok().filter(|serving| serving.bill.is_some()).map(Curve::new);
    let mut costs: Vec<ApiCost> = API_PRICES
        .iter()
        .map(|price| {
            let usd_per_request = usd_per_request(price, inputs);
            let daily_usd = inputs.traffic().missed * usd_per_request;
            let break_even =
                curve.as_ref().and_then(|curve| curve.break_even(usd_per_request_asked(price, inputs)));
            ApiCost {
                price,
                is_served_model: price.model.is_some() && price.model.as_deref() == served,
                usd_per_request,
                daily_usd,
                break_even_requests: break_even,
                break_even_utilization: break_even
                    .zip(curve.as_ref())
                    .and_then(|(requests, curve)| curve.utilization(requests)),
                self_hosting_saves_daily_usd: outcome
                    .serving
                    .as_ref()
                    .ok()
                    .and_then(|serving| Some(daily_usd - serving.daily_usd()?)),
            }
        })
        .collect();
    costs.sort_by(|a, b| b.is_served_model.cmp(&a.is_served_model).then(a.daily_usd.total_cmp(&b.daily_usd)));
    costs
}

/// One request at an API, USD: prompt tokens of the prefix cache at the price of cached input, where it has one.
pub fn usd_per_request(price: &ApiPrice, inputs: &Inputs) -> f64 {
    let request = &inputs.main_pool.deployment;
    let hits = request.prefix_hit_rate;
    let cached = price.cached_input.unwrap_or(price.input);
    let input = hits * cached + (1.0 - hits) * price.input;
    (request.prompt_tokens * input + request.output_tokens * price.output) / 1e6
}

/// One request asked, USD: those that the response cache answers cost nothing.
fn usd_per_request_asked(price: &ApiPrice, inputs: &Inputs) -> f64 {
    usd_per_request(price, inputs) * inputs.demand.miss_share()
}

/// The cost of a self-hosted request over the load, read once and compared with every API.
struct Curve<'a> {
    serving: &'a ServingOutcome,
    /// Requests a day and the cost of one, USD.
    points: Vec<(f64, f64)>,
}

impl<'a> Curve<'a> {
    fn new(serving: &'a ServingOutcome) -> Self {
        let mut curve = Self { serving, points: Vec::with_capacity(SCAN + 1) };
        if serving.traffic.asked > 0.0 {
            let [least, most] = REQUESTS;
            for index in 0..=SCAN {
                let requests = least * (most / least).powf(index as f64 / SCAN as f64);
                curve.points.push((requests, curve.usd_per_request(requests)));
            }
        }
        curve
    }

    fn usd_per_request(&self, requests: f64) -> f64 {
        self.day(requests).usd().map_or(f64::NAN, |usd| usd / requests)
    }

    /// A day with so many requests.
    fn day(&self, requests: f64) -> Day {
        self.serving.day_at(&Moment::sized_for(requests / self.serving.traffic.asked))
    }

    /// The load from which self-hosting stays cheaper. A request gets cheaper as replicas fill, with a step up at
    /// each new one, so the last load at which the API is cheaper is what counts.
    fn break_even(&self, api_usd_per_request: f64) -> Option<f64> {
        let dearer = |(_, usd): &(f64, f64)| *usd > api_usd_per_request;
        let last = self.points.iter().rposition(dearer);
        let Some(last) = last else { return self.points.first().map(|(requests, _)| *requests) };
        let (mut above, mut below) = (self.points[last].0, self.points.get(last + 1)?.0);
        for _ in 0..HALVINGS {
            let middle = (above * below).sqrt();
            if self.usd_per_request(middle) > api_usd_per_request {
                above = middle;
            } else {
                below = middle;
            }
        }
        Some(below)
    }

    /// Mean utilization of the GPUs at so many requests a day.
    fn utilization(&self, requests: f64) -> Option<f64> {
        let day = self.day(requests);
        (day.hours.sum() > 0.0).then_some(day.utilization)
    }
}

/// What a version costs and when it has paid for itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VersionCost {
    /// The first version: the whole training effort, USD.
    pub first_usd: f64,
    /// A later version, USD.
    pub update_usd: f64,
    /// Versions by the horizon, the first among them.
    pub versions: f64,
    /// Training over the horizon divided among them, USD.
    pub usd_per_version: f64,
    /// Months in which the stated value of a version pays for the first.
    pub months_to_pay_back_first: Option<f64>,
    /// Months in which it pays for a later one; longer than the time between versions means never in time.
    pub months_to_pay_back_update: Option<f64>,
    /// Months from one version to the next; `None` without updates.
    pub months_between_versions: Option<f64>,
}

/// What a version costs; `None` where the run does not fit.
pub fn version_cost(case: &Case) -> Option<VersionCost> {
    let scenario = &case.scenario;
    let training = &case.outcome.training;
    if !training.run.fits {
        return None;
    }
    let terms = &scenario.training;
    let first_usd = training.bill?.programme_usd;
    let update_usd = first_usd * terms.update_cost_share;
    let updates = terms.versions_per_year * scenario.workload.horizon_months / 12.0;
    let value = terms.version_value_usd_per_month.filter(|value| *value > 0.0);
    Some(VersionCost {
        first_usd,
        update_usd,
        versions: 1.0 + updates,
        usd_per_version: (first_usd + update_usd * updates) / (1.0 + updates),
        months_to_pay_back_first: value.map(|value| first_usd / value),
        months_to_pay_back_update: value.filter(|_| updates > 0.0).map(|value| update_usd / value),
        months_between_versions: (terms.versions_per_year > 0.0).then(|| 12.0 / terms.versions_per_year),
    })
}
