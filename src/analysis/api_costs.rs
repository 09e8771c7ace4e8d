//! Self-hosting against an API: the same traffic at the prices of hosted models, where the two cost the same, and
//! when a version has paid for itself.

use crate::analysis::case::Case;
use crate::catalog::records::{API_PRICES, ApiPrice, ApiService};
use crate::engine::fleet::{Day, Moment};
use crate::engine::inputs::{Inputs, People};
use crate::engine::money::DAYS_PER_MONTH;
use crate::engine::outcome::ServingOutcome;
use crate::rank;

/// Requests a day between which a break-even is looked for.
const REQUESTS: [f64; 2] = [1.0, 1e11];
/// Places of that span at which costs are compared first, 3.7% apart: fewer would step over a replica.
const SCAN: usize = 704;
/// Halvings of a crossing, which tell requests apart well below one.
const HALVINGS: usize = 40;

/// How an API's model compares with the one that is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ApiClass {
    /// It is the same model.
    SameModel,
    /// Its size is within a factor of two.
    SameSize,
    /// It is larger.
    Larger,
    /// Nobody published its size.
    Unknown,
    /// It is smaller.
    Smaller,
}

impl ApiClass {
    /// The words over a list of them.
    pub const fn words(self) -> &'static str {
        match self {
            Self::SameModel => "same model",
            Self::SameSize => "half to twice as large",
            Self::Larger => "larger",
            Self::Unknown => "size not published",
            Self::Smaller => "smaller",
        }
    }
}

/// Models within this factor of each other are of one size. Assumption.
const ONE_SIZE: f64 = 2.0;
/// Hours of a week.
const HOURS_PER_WEEK: f64 = 168.0;
/// Requests a day below which a provider's cache of five minutes runs out between them.
const RARE: f64 = 288.0;

/// The same traffic at one API.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ApiCost {
    /// The hosted model and its prices.
    pub price: &'static ApiPrice,
    /// How it compares with the model that the scenario serves.
    pub class: ApiClass,
    /// It has the service that was asked for; otherwise the standard one is priced.
    pub has_service: bool,
    /// A request that reaches the API, USD.
    pub usd_per_request: f64,
    /// A day, USD: what the response cache answers costs nothing.
    pub daily_usd: f64,
    /// Requests a day from which self-hosting, people included, stays cheaper; `None` where it never does, has no price
    /// or cannot be served.
    pub break_even_requests: Option<f64>,
    /// Utilization of the fleet at that load.
    pub break_even_utilization: Option<f64>,
    /// What self-hosting, people included, saves of a day now, USD; negative where the API is cheaper.
    pub self_hosting_saves_daily_usd: Option<f64>,
}

/// The scenario's traffic at every priced API: the same model first, then models of the same size, larger ones, those of
/// unknown size, and smaller ones; in each class the cheapest first.
pub fn api_costs(case: &Case) -> Vec<ApiCost> {
    let (inputs, outcome) = (&case.inputs, &case.outcome);
    let service = case.scenario.prices.api_service;
    let serving = outcome.serving.as_ref().ok().filter(|serving| serving.bill.is_some());
    let curve = serving.map(|serving| Curve::new(serving, &inputs.people));
    let self_hosted = serving.and_then(|serving| Some(serving.daily_usd()? + serving.people_usd_per_day));
    let mut costs: Vec<ApiCost> = API_PRICES
        .iter()
        .filter(|price| price.retired.as_ref().is_none_or(|day| *day > price.as_of))
        .map(|price| {
            let usd_per_request = usd_per_request(price, service, inputs);
            let daily_usd = inputs.traffic().missed * usd_per_request;
            let asked = usd_per_request * inputs.demand.miss_share();
            let break_even = curve.as_ref().and_then(|curve| curve.break_even(asked));
            ApiCost {
                price,
                class: class(price, case),
                has_service: relative(price, service).is_some(),
                usd_per_request,
                daily_usd,
                break_even_requests: break_even,
                break_even_utilization: break_even
                    .zip(curve.as_ref())
                    .and_then(|(requests, curve)| curve.utilization(requests)),
                self_hosting_saves_daily_usd: self_hosted.map(|usd| daily_usd - usd),
            }
        })
        .collect();
    rank::by(&mut costs, |a, b| a.class.cmp(&b.class).then(a.daily_usd.total_cmp(&b.daily_usd)));
    costs
}

fn class(price: &ApiPrice, case: &Case) -> ApiClass {
    let catalog = case.catalog();
    let Some(hosted) = price.model.as_ref().and_then(|id| catalog.model_id(id)) else {
        return ApiClass::Unknown;
    };
    if case.served_model() == Some(hosted) && case.scenario.model.size.is_none() {
        return ApiClass::SameModel;
    }
    let size = catalog.model(hosted).shape.total_parameters() / case.served_shape().total_parameters();
    if size > ONE_SIZE {
        ApiClass::Larger
    } else if size < ONE_SIZE.recip() {
        ApiClass::Smaller
    } else {
        ApiClass::SameSize
    }
}

/// Prices of a service relative to the standard one, of prompt and output; `None` where the API does not have it.
fn relative(price: &ApiPrice, service: ApiService) -> Option<[f64; 2]> {
    let (input, output) = match service {
        ApiService::Standard => (price.input, price.output),
        ApiService::Batch => (price.batch_input?, price.batch_output?),
        ApiService::Priority => (price.priority_input?, price.priority_output?),
    };
    Some([input / price.input, output / price.output])
}

/// One request at an API, USD.
///
/// Prompt tokens of the prefix cache are billed as cached input. Where that cache is in use, those that miss it are
/// written to it, at the price of a write where the API has one: for five minutes, or for an hour where requests come
/// more rarely. A long prompt is billed by its own prices as a whole. Cheaper hours take their share of the week.
pub fn usd_per_request(price: &ApiPrice, service: ApiService, inputs: &Inputs) -> f64 {
    let request = &inputs.main_pool.deployment;
    let hits = request.prefix_hit_rate;
    let relative = relative(price, service);
    let [prompt, answer] = relative.unwrap_or([1.0, 1.0]);
    let rare = inputs.demand.requests_per_day < RARE;
    let write = if rare { price.cache_write_1h.or(price.cache_write) } else { price.cache_write };
    // What a write costs over plain input, at any level of prices.
    let write = write.filter(|_| hits > 0.0).map_or(1.0, |write| write / price.input);
    let bill = |input: f64, cached: Option<f64>, output: f64| {
        let cached = cached.unwrap_or(input);
        // Where writes cost more than hits save, nobody turns the cache on.
        let each = (hits * cached + (1.0 - hits) * input * write).min(input);
        (request.prompt_tokens * each * prompt + request.output_tokens * output * answer) / 1e6
    };
    if let Some(long) = price.above.as_ref().filter(|long| request.prompt_tokens > long.tokens) {
        return bill(long.input, long.cached_input, long.output);
    }
    let peak = bill(price.input, price.cached_input, price.output);
    match &price.off_peak {
        Some(cheap) if service == ApiService::Standard || relative.is_none() => {
            let share = cheap.hours_per_week / HOURS_PER_WEEK;
            share * bill(cheap.input, cheap.cached_input, cheap.output) + (1.0 - share) * peak
        }
        _ => peak,
    }
}

/// The cost of a self-hosted request over the load, read once and compared with every API.
struct Curve<'a> {
    serving: &'a ServingOutcome,
    people: &'a People,
    /// Requests a day and the cost of one, USD.
    points: Vec<(f64, f64)>,
}

impl<'a> Curve<'a> {
    fn new(serving: &'a ServingOutcome, people: &'a People) -> Self {
        let mut curve = Self { serving, people, points: Vec::with_capacity(SCAN + 1) };
        if serving.traffic.asked > 0.0 {
            let [least, most] = REQUESTS;
            for index in 0..=SCAN {
                let requests = least * (most / least).powf(index as f64 / SCAN as f64);
                curve.points.push((requests, curve.usd_per_request(requests)));
            }
        }
        curve
    }

    /// One request, with the people's part in it.
    fn usd_per_request(&self, requests: f64) -> f64 {
        let people = self.people.serving_usd_per_day(requests / self.serving.traffic.asked);
        self.day(requests).usd().map_or(f64::NAN, |usd| (usd + people) / requests)
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
    /// What serving costs a month, people included, USD; `None` where it cannot be served or has no price.
    pub serving_usd_per_month: Option<f64>,
    /// Months in which the stated value of a version, less what serving it costs, pays for the first; `None` where
    /// nothing is left to pay with.
    pub months_to_pay_back_first: Option<f64>,
    /// Months in which that pays for a later one; longer than the time between versions means never in time.
    pub months_to_pay_back_update: Option<f64>,
    /// Months from one version to the next; `None` without updates.
    pub months_between_versions: Option<f64>,
    /// What is earned over the horizon beyond all that is spent on training and serving, relative to that.
    pub return_on_spending: Option<f64>,
}

/// What a version costs; `None` where the run does not fit or has no price.
pub fn version_cost(case: &Case) -> Option<VersionCost> {
    let scenario = &case.scenario;
    let training = &case.outcome.training;
    let terms = &scenario.training;
    let first_usd = training.bill?.programme_usd;
    let update_usd = first_usd * terms.update_cost_share;
    let months = scenario.workload.horizon_months;
    let updates = terms.versions_per_year * months / 12.0;
    let serving = case.outcome.serving.as_ref().ok();
    let serving_usd_per_month = serving
        .and_then(|serving| Some((serving.daily_usd()? + serving.people_usd_per_day) * DAYS_PER_MONTH));
    let value = terms.version_value_usd_per_month;
    let earned = value.zip(serving_usd_per_month).map(|(value, cost)| value - cost).filter(|usd| *usd > 0.0);
    let spent = case.outcome.split().map(|split| split.training_usd + split.inference_usd);
    Some(VersionCost {
        first_usd,
        update_usd,
        versions: 1.0 + updates,
        usd_per_version: (first_usd + update_usd * updates) / (1.0 + updates),
        serving_usd_per_month,
        months_to_pay_back_first: earned.map(|earned| first_usd / earned),
        months_to_pay_back_update: earned.filter(|_| updates > 0.0).map(|earned| update_usd / earned),
        months_between_versions: (terms.versions_per_year > 0.0).then(|| 12.0 / terms.versions_per_year),
        return_on_spending: value.zip(spent).map(|(value, spent)| value * months / spent - 1.0),
    })
}
