//! The horizon: training once and inference every day, added up month by month.

use crate::engine::fleet::{Moment, Spending};
use crate::engine::inputs::{Inputs, People, Trend};
use crate::engine::money::DAYS_PER_MONTH;

/// The share of inference that the 80/20 claim names.
pub const CLAIMED_INFERENCE_SHARE: f64 = 0.8;
/// Beyond this many months a crossing counts as never.
const LAST_MONTH: f64 = 240.0;

/// Training against inference over the horizon, people included on both sides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// Months looked at.
    pub horizon_months: f64,
    /// First version and updates, USD.
    pub training_usd: f64,
    /// Serving, USD.
    pub inference_usd: f64,
}

impl Split {
    /// Training's share of the whole, 0 to 1; `None` when nothing is spent.
    pub fn training_share(&self) -> Option<f64> {
        let total = self.training_usd + self.inference_usd;
        (total > 0.0).then(|| self.training_usd / total)
    }

    /// Inference's share of the whole, 0 to 1; `None` when nothing is spent.
    pub fn inference_share(&self) -> Option<f64> {
        self.training_share().map(|share| 1.0 - share)
    }
}

/// The days on which inference catches up; `None` where that takes more than twenty years.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Crossings {
    /// Day on which inference has cost as much as training.
    pub inference_passes_training: Option<f64>,
    /// Day on which inference has cost 80% of all.
    pub inference_reaches_80_percent: Option<f64>,
}

/// What spending over the months follows from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Course {
    /// The first version, at the start, USD.
    pub first_usd: f64,
    /// New versions, spread evenly, USD a year.
    pub updates_usd_per_year: f64,
    /// The people who serve.
    pub people: People,
    /// Growth of the requests a month, 0.05 for 5%.
    pub growth_per_month: f64,
    /// Months looked at.
    pub months: f64,
    /// Prices on the way.
    pub trend: Trend,
}

/// One month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Month {
    /// Months since the start, 0 for the first.
    pub month: f64,
    /// Its part within the horizon, 1 for a whole month.
    pub length: f64,
    /// Requests of one of its days, before any cache.
    pub requests_per_day: f64,
    /// Cost of one of its days, USD, without the people.
    pub daily_usd: f64,
    /// GPUs at the peak of its days.
    pub gpus_peak: f64,
    /// Inference by its end, people included, USD.
    pub inference_usd: f64,
    /// Training by its end, USD.
    pub training_usd: f64,
}

impl Month {
    /// Inference of a whole month at this month's rate, USD, without the people.
    pub fn monthly_usd(&self) -> f64 {
        self.daily_usd * DAYS_PER_MONTH
    }

    /// Inference's share of all spending by the month's end; `None` when nothing is spent.
    pub fn inference_share(&self) -> Option<f64> {
        let total = self.training_usd + self.inference_usd;
        (total > 0.0).then(|| 1.0 - self.training_usd / total)
    }
}

impl Trend {
    /// Price of what is rented at the start of a month, relative to that of today: it moves with the market, and falls
    /// with each generation of hardware.
    fn rented(&self, month: f64) -> f64 {
        compounded(self.change_per_year, month / 12.0) * self.generation(month)
    }

    /// Price of the same work after the generations until a month.
    fn generation(&self, month: f64) -> f64 {
        if month < self.refresh_months {
            return 1.0;
        }
        (1.0 - self.refresh_saving).powf((month / self.refresh_months).floor())
    }

    /// What a dollar of a month is worth at the start.
    fn present_value(&self, month: f64) -> f64 {
        compounded(self.discount_rate, -month / 12.0)
    }
}

/// What one becomes at a rate over a time; at no rate at all, which is usual, at no cost.
fn compounded(rate: f64, time: f64) -> f64 {
    if rate == 0.0 { 1.0 } else { (1.0 + rate).powf(time) }
}

/// The contract in force.
struct Contract {
    /// The month in which it was made.
    begun: f64,
    /// Requests of that month relative to those at the start.
    requests: f64,
    /// Its price relative to that of the start.
    price: f64,
}

impl Course {
    /// What serving alone costs over the months, as if the model were there already.
    pub fn of_serving(inputs: &Inputs) -> Self {
        Self {
            first_usd: 0.0,
            updates_usd_per_year: 0.0,
            people: inputs.people,
            growth_per_month: inputs.demand.growth_per_month,
            months: inputs.demand.horizon_months,
            trend: inputs.trend,
        }
    }

    /// Requests of a month relative to those at the start.
    fn requests(&self, month: f64) -> f64 {
        (1.0 + self.growth_per_month).powi(month as i32)
    }

    /// Demand and prices month by month without end, and what a dollar of the month is worth at the start. What is bought
    /// stays, and contracts run on when demand falls; when it grows, both are added to.
    fn moments(self) -> impl Iterator<Item = (Moment, f64)> {
        let Self { trend, growth_per_month, .. } = self;
        // What compounds does so month by month: a power for each would take longer than the day itself.
        let change = compounded(trend.change_per_year, 1.0 / 12.0);
        let discount = compounded(trend.discount_rate, -1.0 / 12.0);
        let (mut month, mut requests, mut market, mut worth) = (0.0, 1.0_f64, 1.0, 1.0);
        let mut contract = Contract { begun: 0.0, requests: 1.0, price: 1.0 };
        std::iter::from_fn(move || {
            if month - contract.begun >= trend.contract_months {
                let begun = (month / trend.contract_months).floor() * trend.contract_months;
                contract = Contract { begun, requests: self.requests(begun), price: trend.rented(begun) };
            }
            let generation = trend.generation(month);
            let moment = Moment {
                requests,
                owned_for: requests.max(1.0),
                reserved_for: if growth_per_month < 0.0 { requests.max(contract.requests) } else { requests },
                rented: market * generation,
                reserved: contract.price,
                owned: generation,
            };
            let present = (moment, worth);
            month += 1.0;
            requests *= 1.0 + growth_per_month;
            market *= change;
            worth *= discount;
            Some(present)
        })
    }

    /// Training spent `months` from the start, USD at its present value: the first version at once, updates evenly
    /// after it.
    pub fn training_by(&self, months: f64) -> f64 {
        let each = self.updates_usd_per_year / 12.0;
        if self.trend.discount_rate == 0.0 {
            return self.first_usd + each * months;
        }
        let whole = months.floor();
        let full: f64 = (0..whole as u32).map(|month| self.trend.present_value(f64::from(month))).sum();
        self.first_usd + each * (full + (months - whole) * self.trend.present_value(whole))
    }

    /// The months in turn; they end where a day has no price.
    pub fn months(self, mut day: impl FnMut(&Moment) -> Spending) -> impl Iterator<Item = Month> {
        let (mut month, mut inference_usd) = (0.0, 0.0);
        let mut training_usd = self.first_usd;
        // Where neither demand nor prices move, every month is as the one before.
        let mut before: Option<(Moment, [f64; 4])> = None;
        self.moments().map_while(move |(moment, present_value)| {
            if month >= self.months {
                return None;
            }
            let start = month;
            let length = (self.months - start).min(1.0);
            let figures = match before {
                Some((last, figures)) if last == moment => figures,
                _ => {
                    let day = day(&moment);
                    let people_usd = self.people.serving_usd_per_day(moment.requests);
                    [day.usd?, people_usd, day.requests, day.gpus_peak]
                }
            };
            before = Some((moment, figures));
            let [daily_usd, people_usd, requests_per_day, gpus_peak] = figures;
            let worth = present_value * length;
            inference_usd += (daily_usd + people_usd) * DAYS_PER_MONTH * worth;
            training_usd += self.updates_usd_per_year / 12.0 * worth;
            month += 1.0;
            Some(Month {
                month: start,
                length,
                requests_per_day,
                daily_usd,
                gpus_peak,
                inference_usd,
                training_usd,
            })
        })
    }

    /// Training against inference over the months; `None` where a day has no price.
    pub(super) fn split(self, day: impl FnMut(&Moment) -> Spending) -> Option<Split> {
        let last = self.months(day).last()?;
        let complete = last.month + last.length >= self.months;
        complete.then_some(Split {
            horizon_months: self.months,
            training_usd: last.training_usd,
            inference_usd: last.inference_usd,
        })
    }

    /// The days on which inference catches up with training, however far ahead: they do not depend on the horizon.
    /// Within a month they are read by linear interpolation.
    pub fn crossings(self, day: impl FnMut(&Moment) -> Spending) -> Crossings {
        let ratio_at_80 = CLAIMED_INFERENCE_SHARE / (1.0 - CLAIMED_INFERENCE_SHARE);
        let mut crossings = Crossings::default();
        let (mut training_usd, mut inference_usd) = (self.first_usd, 0.0);
        for month in (Self { months: LAST_MONTH, ..self }).months(day) {
            let crossed = |ratio: f64| {
                let before = ratio * training_usd - inference_usd;
                let after = ratio * month.training_usd - month.inference_usd;
                (after <= 0.0).then(|| {
                    let within = if before > 0.0 { before / (before - after) } else { 0.0 };
                    (month.month + within) * DAYS_PER_MONTH
                })
            };
            crossings.inference_passes_training =
                crossings.inference_passes_training.or_else(|| crossed(1.0));
            crossings.inference_reaches_80_percent =
                crossings.inference_reaches_80_percent.or_else(|| crossed(ratio_at_80));
            if crossings.inference_reaches_80_percent.is_some() {
                break;
            }
            (training_usd, inference_usd) = (month.training_usd, month.inference_usd);
        }
        crossings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEADY: Trend = Trend {
        change_per_year: 0.0,
        contract_months: 12.0,
        discount_rate: 0.0,
        refresh_months: f64::INFINITY,
        refresh_saving: 0.0,
    };

    const NOBODY: People = People {
        training_engineers: 0.0,
        training_months: 0.0,
        serving_engineers: 0.0,
        serving_work: None,
        usd_per_year: 365.0,
    };

    fn course(first_usd: f64, updates_usd_per_year: f64, growth_per_month: f64, months: f64) -> Course {
        Course { first_usd, updates_usd_per_year, people: NOBODY, growth_per_month, months, trend: STEADY }
    }

    /// A day that costs 10 dollars for each of the requests.
    fn ten(moment: &Moment) -> Spending {
        let requests = moment.requests;
        Spending { requests, gpus_peak: 0.0, usd: Some(10.0 * requests) }
    }

    fn moment(course: Course, month: usize) -> Moment {
        course.moments().nth(month).expect("they do not end").0
    }

    fn split(course: Course) -> Split {
        course.split(ten).expect("every day has a price")
    }

    #[test]
    fn a_constant_day_crosses_where_division_says() {
        // $3,040 of training against $10 a day: equal on day 304, 80% on day 1,216, whatever the horizon.
        for months in [12.0, 24.0, 60.0] {
            let course = course(3_040.0, 0.0, 0.0, months);
            let crossings = course.crossings(ten);
            assert!((crossings.inference_passes_training.expect("it does") - 304.0).abs() < 1e-9);
            assert!((crossings.inference_reaches_80_percent.expect("it does") - 1_216.0).abs() < 1e-9);
            assert!((split(course).inference_usd - months * 304.0).abs() < 1e-9);
        }
    }

    #[test]
    fn updates_that_outrun_inference_never_cross() {
        let course = course(1_000.0, 12_000.0, 0.0, 24.0);
        assert_eq!(course.crossings(ten), Crossings::default());
        assert!((split(course).training_usd - 25_000.0).abs() < 1e-9);
    }

    #[test]
    fn growth_is_added_month_by_month() {
        // A month, a month of twice the requests, and half a month of four times.
        let split = split(course(0.0, 0.0, 1.0, 2.5));
        assert!((split.inference_usd - (1.0 + 2.0 + 0.5 * 4.0) * 304.0).abs() < 1e-9);
        assert_eq!(split.inference_share(), Some(1.0));
    }

    #[test]
    fn people_are_paid_every_day_and_follow_the_load_unless_they_are_stated() {
        let stated = People { serving_engineers: 5.0, ..NOBODY };
        let course = |people: People| Course { people, ..course(0.0, 0.0, 3.0, 2.0) };
        // $304 and four times that for the requests; five people at a dollar a day, $152 a month.
        let requests = 5.0 * 304.0;
        assert!((split(course(stated)).inference_usd - (requests + 2.0 * 152.0)).abs() < 1e-9);
        // Four times the work takes twice the people.
        let usual = People { serving_work: Some(25.0), ..stated };
        assert!((split(course(usual)).inference_usd - (requests + 3.0 * 152.0)).abs() < 1e-9);
    }

    #[test]
    fn later_money_is_worth_less() {
        let trend = Trend { discount_rate: 0.21, ..STEADY };
        let course = Course { trend, ..course(100.0, 1_200.0, 0.0, 7.0) };
        // Month by month at 1.21 a year: 1, 1.21^-1/12, ..., 1.21^-6/12 = 1 / 1.1.
        let worth: f64 = (0..7).map(|month| 1.21_f64.powf(-f64::from(month) / 12.0)).sum();
        assert!((split(course).inference_usd - 304.0 * worth).abs() < 1e-9);
        assert!((split(course).training_usd - (100.0 + 100.0 * worth)).abs() < 1e-9);
        assert!((course.training_by(7.0) - split(course).training_usd).abs() < 1e-9);
    }

    #[test]
    fn a_contract_keeps_its_price_until_it_is_made_anew() {
        let trend = Trend { change_per_year: -0.19, contract_months: 12.0, ..STEADY };
        let course = Course { trend, ..course(0.0, 0.0, -0.5, 24.0) };
        // Half a year on, rent is 0.81^0.5 = 0.9 of today's; the contract is a year old only in month 12.
        let [half, eleven, twelve] = [6, 11, 12].map(|month| moment(course, month));
        assert!((half.rented - 0.9).abs() < 1e-12 && half.reserved == 1.0 && eleven.reserved == 1.0);
        assert!((twelve.reserved - 0.81).abs() < 1e-12);
        // Demand halves every month, what was bought and contracted does not.
        assert_eq!((half.owned_for, half.reserved_for, twelve.reserved_for), (1.0, 1.0, 0.5_f64.powi(12)));
    }

    #[test]
    fn each_generation_of_hardware_saves_its_share() {
        let trend = Trend { refresh_months: 24.0, refresh_saving: 0.3, ..STEADY };
        let course = Course { trend, ..course(0.0, 0.0, 0.0, 60.0) };
        let price = |month| (moment(course, month).rented, moment(course, month).owned);
        assert_eq!((price(23), price(24)), ((1.0, 1.0), (0.7, 0.7)));
        assert!((price(48).0 - 0.49).abs() < 1e-12);
    }
}
