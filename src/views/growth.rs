//! Growth: what each month costs against its budget, the GPUs that it takes, the months that matter, and what more demand
//! would take.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Constraint, Layout, Rect, Size};

use crate::analysis::findings::NO_SUCH_MODEL;
use crate::analysis::growth::{Demand, Growth, Month, NOT_REACHED, beyond, demand};
use crate::engine::money::DAYS_PER_MONTH;
use crate::keymap::Action;
use crate::report::tables;
use crate::scenario::ParamId;
use crate::scenario::value::Value;
use crate::text::quantity::{Unit, format};
use crate::text::wrap::align_right;
use crate::views::scene::{Choice, Content, Drawn, Hint, Hit, Scene, View};
use crate::views::sheet::{Bar, Row, Sheet};
use crate::widgets::axes::{self, Axis, Spacing};
use crate::widgets::list::seen;
use crate::widgets::plot::{Mark, Plot, Stroke};
use crate::widgets::stack::Part;
use crate::widgets::text::Text;
use crate::widgets::theme::{Role, Theme};
use crate::widgets::{glyphs, legend, put, stack};

pub(super) const VIEW: View = View {
    title: "Growth",
    short: "Grow",
    keys: &["7"],
    help: "Growth: cost and GPUs by month, budgets, and what more demand takes",
    open: |scene| {
        let course = scene.case.outcome.course;
        if let Some((growth, course)) = scene.growth.zip(course) {
            return Box::new(Forecast::new(
                scene,
                growth,
                course.updates_usd_per_year / 12.0,
                course.first_usd,
            ));
        }
        let mut text = Text::default();
        let why = scene
            .case
            .outcome
            .fault
            .map_or("the model does not fit, or a price is missing", |_| NO_SUCH_MODEL);
        text.add(Role::Warning, format!("No forecast: {why}."));
        Box::new(text)
    },
};

/// The least rows of the chart.
const LEAST: u16 = 6;
/// From this height on, both tables and all that is said have room.
const TALL: u16 = 20;
/// From this height on, all that is said has room beside a chart that is worth looking at.
const TALLER: u16 = 30;
/// From this width on, they are side by side.
const WIDE: u16 = 120;
/// Columns of the first column of a table.
const NAME: usize = 6;
/// A budget that is more than so many times the dearest month is told instead of drawn.
const FAR: f64 = 4.0;
/// How much higher than the dearest month a chart with words in it is.
const HEAD: f64 = 1.3;

#[derive(Debug)]
struct Forecast {
    months: Vec<Month>,
    /// New versions of the model, USD a month.
    updates_usd: f64,
    /// The most that a month of inference may cost, USD.
    budget_usd: Option<f64>,
    marks: Vec<Mark>,
    words: Text,
    demand: Vec<Demand>,
    demand_sheet: Sheet,
    sheet: Sheet,
}

impl Forecast {
    fn new(scene: &Scene, growth: &Growth, updates_usd: f64, first_usd: f64) -> Self {
        let months = growth.months.clone();
        let demand = demand(scene.case);
        let role = |row: &Demand| if row.meets_target { Role::Base } else { Role::Worse };
        let dearest = demand.iter().filter_map(|row| row.daily_usd).fold(0.0, f64::max);
        let demand_rows = demand.iter().map(|row| Row {
            role: role(row),
            bar: row.daily_usd.map(|usd| bar(usd, dearest)),
            ..Row::default()
        });
        let demand_sheet = Sheet::new(&tables::demand(&demand), NAME, demand_rows.collect());
        let dearest = months.iter().map(|month| month.daily_usd).fold(0.0, f64::max);
        // Bars that are all alike say nothing.
        let differ = months.iter().any(|month| month.daily_usd != dearest);
        let month_rows = months
            .iter()
            .map(|month| Row { bar: differ.then(|| bar(month.daily_usd, dearest)), ..Row::default() });
        let sheet = Sheet::new(&tables::growth(&months), NAME, month_rows.collect());
        Self {
            updates_usd,
            budget_usd: scene.case.scenario.budget.monthly_inference_usd,
            marks: marks(growth, updates_usd),
            words: words(scene, growth, updates_usd, first_usd),
            demand_sheet: demand_sheet.barred("daily_usd", 1, ""),
            sheet: sheet.barred("daily_usd", 1, ""),
            months,
            demand,
        }
    }

    /// Inference and new versions of a month, USD.
    fn at(&self, month: f64) -> [f64; 2] {
        let month = self.months.get(month as usize).or(self.months.last());
        [month.map_or(0.0, Month::monthly_usd), self.updates_usd]
    }

    fn chart(&self, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        let fills = [(glyphs::INFERENCE, theme.inference), (glyphs::TRAINING, theme.training)];
        let signs =
            [(stack::sign(fills[0], theme), "inference"), (stack::sign(fills[1], theme), "new versions")];
        let signs = if self.updates_usd > 0.0 { &signs[..] } else { &signs[..1] };
        let area = legend::draw("Cost per month, with people", signs, theme, area, buffer);
        let has_gpus = area.height > LEAST;
        let chart = Rect { height: area.height - u16::from(has_gpus), ..area };
        let end = self.months.last().map_or(1.0, |month| month.month + month.length);
        let months = Axis { low: 0.0, high: end, spacing: Spacing::Even, unit: Unit::Months };
        let dearest = self.months.iter().map(Month::monthly_usd).fold(0.0, f64::max) + self.updates_usd;
        let budget = self.budget_usd.filter(|usd| *usd <= dearest * FAR);
        // Words about the months stand above what they cost.
        let head = if self.marks.is_empty() { 1.0 } else { HEAD };
        let usd = Axis::from_zero(budget.unwrap_or(0.0).max(dearest * head), Unit::Usd);
        let Some(plot) = Plot::new(months, usd, theme, chart, buffer) else { return };
        let parts = |month: f64| {
            let [inference, updates] = self.at(month);
            [(inference, fills[0]), (inference + updates, fills[1])].map(|(top, fill)| Part { top, fill })
        };
        stack::draw(&plot, theme, &[fills.len() - 1], parts, buffer);
        let named = budget.map(|usd| {
            plot.level(usd, Stroke::Whole, theme.warning, buffer);
            let words = format!("monthly budget {}", format(usd, Unit::Usd));
            Mark::new((0.0, usd), "", &[&words, "budget"], Role::Warning)
        });
        let marks: Vec<Mark> = named.into_iter().chain(self.marks.iter().cloned()).collect();
        plot.marks(&marks, theme, buffer);
        if has_gpus {
            self.gpus(&plot, theme, area.bottom() - 1, buffer);
        }
    }

    /// A row of the GPUs at each month's peak, below the chart.
    fn gpus(&self, plot: &Plot, theme: &Theme, y: u16, buffer: &mut Buffer) {
        let label = align_right("GPUs", usize::from(axes::LEFT - 2));
        buffer.set_string(plot.room.x - axes::LEFT, y, label, theme.dim);
        let most = self.months.iter().map(|month| month.gpus_peak).fold(0.0, f64::max);
        for column in 0..plot.room.width {
            let month = self.months.get(plot.at_column(column) as usize).or(self.months.last());
            let share = month.map_or(0.0, |month| month.gpus_peak) / most.max(1.0);
            let eighth = ((share * 8.0).round() as usize).clamp(1, 8) - 1;
            put(plot.room.x + column, y, glyphs::EIGHTHS[eighth], theme.track, buffer);
        }
    }
}

impl Content for Forecast {
    fn last_row(&self, _room: Size) -> usize {
        (self.demand.len() + self.months.len()).saturating_sub(1)
    }

    fn choose(&self, row: usize, scene: &Scene) -> Choice {
        let Some(demand) = self.demand.get(row) else {
            return Choice::Focus(ParamId::WorkloadGrowthPerMonth);
        };
        let requests = Value::Number(demand.requests_per_day);
        Choice::Apply {
            label: format!("{} requests a day", format(demand.requests_per_day, Unit::Count)),
            scenario: Box::new(
                scene.case.changed(|scenario| ParamId::WorkloadRequestsPerDay.set(scenario, requests)),
            ),
        }
    }

    fn hints(&self) -> &'static [Hint] {
        &[
            (&[Action::Up, Action::Down], "choose"),
            (&[Action::Enter], "set this demand; on a month: go to its growth"),
        ]
    }

    /// The chart alone, and under it the month that matters most.
    fn present(&self, _scene: &Scene, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        let [chart, said] = Layout::vertical([Constraint::Fill(1), Constraint::Length(1)]).areas(area);
        self.chart(theme, chart, buffer);
        self.words.draw(0, theme, said, buffer);
    }

    fn draw(&self, _scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Drawn {
        let (is_tall, is_wide) = (area.height >= TALL, area.width >= WIDE);
        let demands = self.demand.len();
        let least = demands as u16 + 1;
        let tables = match (is_tall, is_wide) {
            (false, _) => least,
            (true, true) => least.max(area.height / 3),
            (true, false) => least + 1 + (area.height / 4).saturating_sub(2).max(4),
        };
        let most = match area.height {
            TALLER.. => area.height / 5,
            TALL.. => 2,
            _ => 1,
        };
        let words = (self.words.lines(area.width).len() as u16).min(most);
        let gap = u16::from(is_tall);
        let chart = area.height.saturating_sub(words + tables + gap).max(LEAST).min(area.height);
        self.chart(theme, Rect { height: chart, ..area }, buffer);
        let rest = |y: u16| Rect { y, height: area.bottom().saturating_sub(y), ..area };
        let said = rest(area.y + chart);
        let said = Rect { height: words.min(said.height), ..said };
        self.words.draw(0, theme, said, buffer);
        let list = rest(said.bottom() + gap);
        // In little room there is one table: that of the chosen row.
        let [upper, lower] = match (is_tall, is_wide) {
            (false, _) => [list, list],
            (true, true) => {
                let width = list.width * 3 / 5;
                let x = list.x + width + 2;
                [Rect { width, ..list }, Rect { x, width: list.right().saturating_sub(x), ..list }]
            }
            (true, false) => [Rect { height: least.min(list.height), ..list }, rest(list.y + least + 1)],
        };
        let without = Theme { chosen: theme.base, ..*theme };
        let mut drawn = Drawn::default();
        if is_tall || row < demands {
            let theme = if row < demands { theme } else { &without };
            drawn.hits.extend(self.demand_sheet.draw(row.min(demands - 1), theme, upper, buffer).hits);
        }
        if is_tall || row >= demands {
            let theme = if row >= demands { theme } else { &without };
            let months = self.sheet.draw(row.saturating_sub(demands), theme, lower, buffer);
            let below = months.hits.into_iter().map(|(area, hit)| match hit {
                Hit::Row(month) => (area, Hit::Row(demands + month)),
                Hit::Order(_) => (area, hit),
            });
            drawn.hits.extend(below);
            drawn.seen = months.seen;
        } else {
            drawn.seen = seen(&(0..demands), demands + self.months.len());
        }
        drawn
    }
}

/// A cost beside the dearest one.
fn bar(usd: f64, dearest: f64) -> Bar {
    Bar { share: if dearest > 0.0 { usd / dearest } else { 0.0 }, style: |theme| theme.inference }
}

/// The months that matter.
fn marks(growth: &Growth, updates_usd: f64) -> Vec<Mark> {
    let crossings = &growth.crossings;
    let day = |day: Option<f64>| day.map(|day| day / DAYS_PER_MONTH);
    let month = |month: Option<u32>| month.map(f64::from);
    let end = growth.months.last().map_or(0.0, |month| month.month + month.length);
    let at = |when: f64| {
        let month = growth.months.get(when as usize).or(growth.months.last());
        (when, month.map_or(0.0, Month::monthly_usd) + updates_usd)
    };
    [
        (month(growth.crosses_monthly_budget), ["over the monthly budget", "over budget"], Role::Warning),
        (month(growth.crosses_training_budget), ["training over its budget", "training over"], Role::Warning),
        (
            day(crossings.inference_passes_training),
            ["inference passes training", "passes training"],
            Role::Strong,
        ),
        (
            day(crossings.inference_reaches_80_percent),
            ["inference is 80% of all", "80% of all"],
            Role::Strong,
        ),
    ]
    .into_iter()
    .filter_map(|(when, words, role)| {
        let when = when.filter(|when| *when <= end)?;
        Some(Mark::new(at(when), glyphs::PUBLISHED, &words, role))
    })
    .collect()
}

/// What the chart cannot say: the most important first.
fn words(scene: &Scene, growth: &Growth, updates_usd: f64, first_usd: f64) -> Text {
    let horizon = scene.case.scenario.workload.horizon_months;
    let when = |day: Option<f64>| match day {
        Some(day) => {
            let month = (day / DAYS_PER_MONTH).ceil().max(1.0);
            format!("in month {}{}", format(month, Unit::Count), beyond(day, horizon))
        }
        None => NOT_REACHED.to_owned(),
    };
    let mut text = Text::default();
    let mut budget = |budget: Option<f64>, over: Option<u32>, what: &str| {
        let Some(usd) = budget else { return };
        let usd = format(usd, Unit::Usd);
        match over {
            Some(month) => {
                let beyond = if f64::from(month) < horizon { "" } else { ", past the horizon" };
                text.add(
                    Role::Warning,
                    format!("{what} of {usd} is exceeded in month {}{beyond}.", month + 1),
                );
            }
            None => text.add(Role::Better, format!("{what} of {usd} is kept.")),
        }
    };
    let budgets = &scene.case.scenario.budget;
    budget(budgets.monthly_inference_usd, growth.crosses_monthly_budget, "The monthly budget");
    budget(budgets.training_usd, growth.crosses_training_budget, "The training budget");
    text.add(
        Role::Base,
        format!(
            "Inference passes training {}, 80% {}.",
            when(growth.crossings.inference_passes_training),
            when(growth.crossings.inference_reaches_80_percent)
        ),
    );
    let versions = if updates_usd > 0.0 {
        format!(", then new versions at {} a month", format(updates_usd, Unit::Usd))
    } else {
        String::new()
    };
    let gpus = [growth.months.first(), growth.months.last()]
        .map(|month| format(month.map_or(0.0, |month| month.gpus_peak), Unit::Count));
    let gpus = if gpus[0] == gpus[1] { gpus[0].clone() } else { gpus.join(&format!(" {} ", glyphs::ARROW)) };
    text.add(
        Role::Dim,
        format!(
            "First version {} before month 1{versions}; {gpus} GPUs at peak. Months include people, days do not.",
            format(first_usd, Unit::Usd)
        ),
    );
    text
}
