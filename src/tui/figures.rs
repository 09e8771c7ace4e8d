//! The figures below the answers: hardware, latency, unit costs, utilization, what bounds them.

use std::cmp::Ordering;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget as _;

use crate::analysis::advice::{CRITICAL_LATENCY_MS, against_enterprises, times_critical};
use crate::analysis::answer::Answer;
use crate::analysis::service::{first_token, in_flight, is_plain, layout, load};
use crate::app::state::State;
use crate::catalog::GpuPreset;
use crate::engine::money::DAYS_PER_MONTH;
use crate::text::quantity::{Unit, format};
use crate::text::wrap::{align_right, fit, pad};
use crate::tui::answers::change;
use crate::widgets::theme::Theme;

/// Columns of a label.
const LABEL: usize = 12;
/// Columns of a value.
const VALUE: usize = 9;

/// Draws as many figures as fit, the most requested first.
pub fn draw(state: &State, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let outcome = &state.case.outcome;
    let mut lines = Lines { state, theme, area, buffer };
    lines.heading("Serving");
    if let Ok(serving) = &outcome.serving {
        let replica = &serving.main.replica;
        let critical = format(CRITICAL_LATENCY_MS, Unit::Milliseconds);
        let times = times_critical(serving);
        let against = if times > 1.0 { format!("{times:.1}x") } else { "within".to_owned() };
        let within = |seconds: f64| format!("p95 {}", format(seconds * 1e3, Unit::Milliseconds));
        let latencies = &serving.main.latencies;
        let degree = format(serving.main.gpus_per_replica, Unit::Count);
        let [used, usable] =
            [replica.memory.in_use(), replica.memory.usable].map(|bytes| format(bytes, Unit::Bytes));
        lines.ranged("Peak GPUs", Answer::GpusPeak, &format!("{degree}/replica"));
        lines.ranged("First token", Answer::Ttft, &within(first_token(serving).p95));
        if serving.first_answer_s > serving.ttft_s {
            let answer = format(serving.first_answer_s * 1e3, Unit::Milliseconds);
            lines.plain("Answer", &answer, "after thinking");
        }
        lines.ranged("Per token", Answer::Tpot, &within(latencies.tpot_p95_s));
        lines.ranged("Request", Answer::RequestLatency, &within(latencies.request_p95_s));
        if let Some(keeping) = &state.keeping {
            let load = format!("{:.0}%", keeping.load * 100.0);
            let (kept, aside) = match (keeping.keeps, keeping.holds_load_down()) {
                (false, _) => ("missed", "see alerts".to_owned()),
                (true, true) => ("kept", format!("to {load} load")),
                (true, false) => ("kept", format!("at {load} load")),
            };
            lines.plain("Promise", kept, &aside);
        }
        lines.ranged("Per 1M paid", Answer::PaidPerMillionTokens, "");
        lines.ranged("at full rate", Answer::BusyPerMillionTokens, "");
        lines.ranged(
            "Per month",
            Answer::MonthlyCost,
            &serving.bill.map_or(String::new(), |bill| band_words(bill.monthly_usd())),
        );
        let engineers = format(state.case.inputs.people.serving_engineers, Unit::Count);
        let people = format(serving.people_usd_per_day, Unit::Usd);
        lines.plain("People/day", &people, &format!("{engineers} people"));
        lines.ranged("Utilization", Answer::Utilization, "of the fleet");
        lines.plain("In flight", &format(in_flight(&serving.main), Unit::Count), load(&serving.main));
        if serving.day.waste_usd > 0.0 {
            lines.plain("Paid, idle", &format(serving.day.waste_usd, Unit::Usd), "a day");
        }
        lines.price(state.case.serving_gpu());
        lines.plain("Memory/GPU", &used, &format!("of {usable}"));
        lines.plain("vs critical", &against, &critical);
        lines.words("Bound by", replica.bound.words());
        if !is_plain(&serving.main) {
            lines.words("Replica", &layout(&serving.main));
        }
    }
    let run = &outcome.training.run;
    lines.heading("Training");
    let gpu = state.case.training_gpu().short_name();
    lines.plain("GPUs", &format(run.gpus, Unit::Count), &format!("x {gpu}"));
    lines.ranged("GPU-hours", Answer::GpuHours, "");
    lines.ranged("Days", Answer::TrainingDays, "");
    lines.ranged("Final run", Answer::FinalRunCost, "");
    lines.ranged("All compute", Answer::ComputeCost, "");
    let people = &state.case.inputs.people;
    let team = format!(
        "{} x {}",
        format(people.training_engineers, Unit::Count),
        format(people.training_months, Unit::Months)
    );
    lines.plain("People", &format(outcome.training.people_usd, Unit::Usd), &team);
    lines.price(state.case.training_gpu());
    lines.ranged("MFU", Answer::Mfu, &format!("all-in {}", format(run.all_in_mfu, Unit::Share)));
    lines.plain("Memory/GPU", &format(run.memory_per_gpu_bytes, Unit::Bytes), "");
    if let Some(growth) = &state.growth {
        let day = |day: Option<f64>| {
            day.map_or("never".to_owned(), |day| format!("day {}", format(day.ceil(), Unit::Count)))
        };
        let horizon = state.case.scenario.workload.horizon_months * DAYS_PER_MONTH;
        let beyond = |day: Option<f64>, words: &'static str| {
            if day.is_some_and(|day| day > horizon) { "past the horizon" } else { words }
        };
        let (passes, reaches) =
            (growth.crossings.inference_passes_training, growth.crossings.inference_reaches_80_percent);
        lines.heading("Horizon");
        lines.plain("Inference", &day(passes), beyond(passes, "over training"));
        lines.plain("reaches 80%", &day(reaches), beyond(reaches, "of all spending"));
    }
}

/// Lines from the top of an area down, as many as there is room for.
struct Lines<'a> {
    state: &'a State,
    theme: &'a Theme,
    area: Rect,
    buffer: &'a mut Buffer,
}

impl Lines<'_> {
    fn line(&mut self, line: Line) {
        let Some(height) = self.area.height.checked_sub(1) else { return };
        line.render(Rect { height: 1, ..self.area }, self.buffer);
        self.area = Rect { y: self.area.y + 1, height, ..self.area };
    }

    fn heading(&mut self, words: &str) {
        // Not without a line below it.
        if self.area.height > 1 {
            self.line(Line::styled(words, self.theme.heading));
        } else {
            self.area.height = 0;
        }
    }

    /// A label, a value, and what follows it.
    fn figure(&mut self, label: &str, value: &str, behind: Span) {
        self.line(Line::from(vec![
            Span::styled(pad(label, LABEL), self.theme.dim),
            Span::styled(align_right(value, VALUE), self.theme.base),
            behind,
        ]));
    }

    fn plain(&mut self, label: &str, value: &str, aside: &str) {
        let room = usize::from(self.area.width).saturating_sub(LABEL + VALUE + 2);
        self.figure(label, value, Span::styled(format!("  {}", fit(aside, room)), self.theme.dim));
    }

    /// A label and words that take all of the line.
    fn words(&mut self, label: &str, words: &str) {
        let room = usize::from(self.area.width).saturating_sub(LABEL);
        self.line(Line::from(vec![
            Span::styled(pad(label, LABEL), self.theme.dim),
            Span::styled(fit(words, room), self.theme.base),
        ]));
    }

    /// The price of an accelerator on the scenario's basis, and how far it can be trusted.
    fn price(&mut self, gpu: &GpuPreset) {
        let basis = self.state.case.scenario.prices.basis;
        let Some(quote) = &gpu.offer(basis).on_demand else {
            return self.plain("Price", "–", "nobody rents it");
        };
        let from = match (quote.standing.mark(), quote.providers) {
            (Some(mark), _) => mark.to_owned(),
            (None, 0) => "stated".to_owned(),
            (None, count) => format!("of {count}, {}", basis.id()),
        };
        self.plain("Price", &format(quote.usd_per_hour, Unit::UsdPerHour), &from);
    }

    /// An answer, and behind it its change against the baseline, else something to say of it, else its range.
    fn ranged(&mut self, label: &str, answer: Answer, aside: &str) {
        let (range, unit) = (self.state.figures.range(answer), answer.unit());
        let value = range.map_or("–".to_owned(), |range| format(range.value, unit));
        if let Some((words, style)) = change(self.state, answer, self.theme) {
            let room = usize::from(self.area.width).saturating_sub(LABEL + VALUE);
            self.figure(label, &value, Span::styled(align_right(&words, room), style));
            return;
        }
        match range {
            Some(range) if aside.is_empty() => {
                let words = range_words(range.low, range.high, unit, self.theme.glyphs.dash);
                self.plain(label, &value, &words);
            }
            _ => self.plain(label, &value, aside),
        }
    }
}

/// Both ends of a range, the unit behind the second only.
fn range_words(low: f64, high: f64, unit: Unit, dash: &str) -> String {
    let (low, high) = (format(low, unit), format(high, unit));
    let unit_of = |text: &str| text.split_once(' ').map(|(_, unit)| unit.to_owned());
    let low = match (unit_of(&low), unit_of(&high)) {
        (Some(a), Some(b)) if a == b => low.split(' ').next().unwrap_or_default().to_owned(),
        _ => low,
    };
    format!("{low}{dash}{}", high.replace('$', ""))
}

/// Where a month of inference lies against the band that was published for enterprises.
fn band_words(usd_per_month: f64) -> String {
    let Some((place, band)) = against_enterprises(usd_per_month) else { return String::new() };
    let words = match place {
        Ordering::Less => "below",
        Ordering::Equal => "in",
        Ordering::Greater => "above",
    };
    let [low, high] = band.map(|usd| format(usd / 1e3, Unit::Count));
    format!("{words} {low}-{high}k")
}
