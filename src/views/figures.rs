//! The figures beside every view: hardware, latency, unit costs, utilization, what bounds them.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Rect, Size};
use ratatui_core::text::{Line, Span};
use ratatui_core::widgets::Widget as _;

use crate::analysis::advice::{against_enterprises, times_critical};
use crate::analysis::answer::Answer;
use crate::analysis::explain::Subject;
use crate::analysis::growth::{NOT_REACHED, beyond};
use crate::analysis::hardware::BY_HAND;
use crate::analysis::service::{Keeping, first_token, in_flight, is_plain, layout, load};
use crate::catalog::GpuPreset;
use crate::engine::fleet::Pool;
use crate::engine::outcome::ServingOutcome;
use crate::keymap::{Action, key_of};
use crate::scenario::ParamId;
use crate::text::quantity::{Unit, count_of, format};
use crate::text::wrap::{align_right, columns, fit, pad};
use crate::views::scene::{Choice, Content, Drawn, Hint, Hit, Scene};
use crate::widgets::change;
use crate::widgets::glyphs;
use crate::widgets::list::{seen, window};
use crate::widgets::theme::Theme;

/// Columns of a label.
const LABEL: usize = 14;
/// The least columns in which what is said of a figure is cut.
const LEAST_ASIDE: usize = 14;
/// The least columns of a value.
const LEAST_VALUE: usize = 7;

/// Whose monthly bills a band of them is.
const OF_ENTERPRISES: &str = " of enterprises";

/// The panel of the figures.
pub fn panel(scene: &Scene) -> Box<dyn Content> {
    let mut rows = Rows::default();
    if let Ok(serving) = &scene.case.outcome.serving {
        rows.serving(scene, serving);
    }
    rows.training(scene);
    rows.horizon(scene);
    Box::new(Figures { rows: rows.0 })
}

#[derive(Debug)]
struct Figures {
    rows: Vec<Row>,
}

#[derive(Debug)]
enum Row {
    Heading(&'static str),
    /// A label and words that take all of the line, and where they are explained.
    Words(&'static str, String, Subject),
    Figure {
        label: &'static str,
        value: String,
        /// What it is; an answer can be aimed at, too.
        subject: Subject,
        /// What is to be said of it while it is as it was, in fewer and fewer words.
        asides: Vec<String>,
    },
}

impl Content for Figures {
    fn last_row(&self, _room: Size) -> usize {
        self.rows.len().saturating_sub(1)
    }

    fn answer(&self, row: usize) -> Option<Answer> {
        match self.rows.get(row)? {
            Row::Figure { subject: Subject::Of(answer), .. } => Some(*answer),
            _ => None,
        }
    }

    fn subject(&self, row: usize) -> Option<Subject> {
        match self.rows.get(row)? {
            Row::Figure { subject, .. } | Row::Words(.., subject) => Some(*subject),
            Row::Heading(_) => None,
        }
    }

    fn choose(&self, row: usize, scene: &Scene) -> Choice {
        let missed = scene.keeping.filter(|keeping| !keeping.keeps).map(Keeping::name);
        if matches!(self.rows.get(row), Some(Row::Figure { label, .. }) if Some(*label) == missed) {
            return Choice::Alerts;
        }
        self.subject(row).map_or(Choice::Nothing("the figures are below this heading"), Choice::Explain)
    }

    fn hints(&self) -> &'static [Hint] {
        &[
            (&[Action::Up, Action::Down], "choose"),
            (&[Action::Enter], "where it comes from"),
            (&[Action::GoalSeek], "set a goal for it"),
        ]
    }

    fn draw(&self, scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Drawn {
        let shown = window(row, self.rows.len(), area.height);
        let value = self.rows.iter().map(Row::value_width).fold(LEAST_VALUE, usize::max);
        let mut drawn = Drawn { seen: seen(&shown, self.rows.len()), hits: Vec::new() };
        for (y, index) in (area.y..).zip(shown) {
            let line = Rect { y, height: 1, ..area };
            self.rows[index].draw(scene, value, theme, line, buffer);
            if index == row {
                buffer.set_style(line, theme.chosen);
            }
            drawn.hits.push((line, Hit::Row(index)));
        }
        drawn
    }
}

impl Row {
    /// The columns that its value takes.
    fn value_width(&self) -> usize {
        match self {
            Self::Figure { value, .. } => columns(value),
            _ => 0,
        }
    }

    /// Draws it with its value flush right in so many columns.
    fn draw(&self, scene: &Scene, value_width: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        let width = usize::from(area.width);
        let room = width.saturating_sub(LABEL + value_width + 2);
        let line = match self {
            Self::Heading(words) => Line::styled(*words, theme.heading),
            Self::Words(label, words, _) => {
                let room = width.saturating_sub(LABEL);
                // What comes behind a comma is said where there is room for all of it.
                let first = words.split(", ").next().unwrap_or_default();
                let words = if columns(words) <= room { words } else { first };
                Line::from(vec![
                    Span::styled(pad(label, LABEL), theme.dim),
                    Span::styled(fit(words, room), theme.base),
                ])
            }
            Self::Figure { label, value, subject, asides } => {
                let cut = || asides.last().filter(|_| room >= LEAST_ASIDE).map(|words| fit(words, room));
                let aside = || asides.iter().find(|words| columns(words) <= room).cloned().or_else(cut);
                let change = match subject {
                    Subject::Of(answer) => changed(scene, *answer, theme),
                    _ => None,
                };
                let (words, style) = change.unwrap_or_else(|| (aside().unwrap_or_default(), theme.dim));
                Line::from(vec![
                    Span::styled(pad(label, LABEL), theme.dim),
                    Span::styled(align_right(value, value_width), theme.base),
                    Span::raw("  "),
                    Span::styled(words, style),
                ])
            }
        };
        line.render(area, buffer);
    }
}

/// The change of a figure against what it is compared with, where there is one.
fn changed(scene: &Scene, answer: Answer, theme: &Theme) -> Option<(String, ratatui_core::style::Style)> {
    let before = scene.baseline?.figures.value(answer)?;
    let now = scene.figures.value(answer)?;
    (before != now).then(|| change::words(before, now, answer.unit(), answer.better(), theme))
}

#[derive(Default)]
struct Rows(Vec<Row>);

impl Rows {
    fn serving(&mut self, scene: &Scene, serving: &ServingOutcome) {
        let replica = &serving.main.replica;
        let latencies = &serving.main.latencies;
        let within = |seconds: f64| format!("p95 {}", format(seconds * 1e3, Unit::Milliseconds));
        self.heading("Serving");
        let degree = format(serving.main.gpus_per_replica, Unit::Count);
        self.ranged(scene, "GPUs at peak", Answer::GpusPeak, Some(format!("{degree} per replica")));
        self.ranged(scene, "First token", Answer::Ttft, Some(within(first_token(serving).p95)));
        if serving.first_answer_s > serving.ttft_s {
            let answer = format(serving.first_answer_s * 1e3, Unit::Milliseconds);
            self.plain("First answer", &answer, "after thinking", Subject::FirstAnswer);
        }
        self.ranged(scene, "Output token", Answer::Tpot, Some(within(latencies.tpot_p95_s)));
        self.ranged(scene, "Request", Answer::RequestLatency, Some(within(latencies.request_p95_s)));
        self.promise(scene);
        self.ranged(
            scene,
            "Per 1M served",
            Answer::CostPerMillionTokens,
            Some("tokens, cache hits too".to_owned()),
        );
        self.or_shorter("cache hits too");
        self.ranged(
            scene,
            "Per 1M on GPUs",
            Answer::PaidPerMillionTokens,
            Some("without cache hits".to_owned()),
        );
        self.ranged(
            scene,
            "Per 1M if busy",
            Answer::BusyPerMillionTokens,
            Some("if no GPU were ever idle".to_owned()),
        );
        self.or_shorter("no GPU ever idle");
        let band = serving.bill.and_then(|bill| enterprises(bill.monthly_usd()));
        self.ranged(scene, "Per month", Answer::MonthlyCost, band.clone());
        self.or_shorter(
            band.as_deref().and_then(|band| band.strip_suffix(OF_ENTERPRISES)).unwrap_or_default(),
        );
        self.ranged(scene, "Utilization", Answer::Utilization, Some("mean of the fleet".to_owned()));
        self.plain(
            "In flight",
            &format(in_flight(&serving.main), Unit::Count),
            load(&serving.main),
            Subject::InFlight,
        );
        if serving.day.waste_usd > 0.0 {
            self.plain("Paid, idle", &format(serving.day.waste_usd, Unit::Usd), "a day", Subject::Idle);
        }
        self.price(scene, scene.case.serving_gpu(), ParamId::ServingPricePerGpuHour);
        let people = format(serving.people_usd_per_day, Unit::Usd);
        let engineers = count_of(scene.case.inputs.people.serving_engineers, "engineer");
        self.plain("People a day", &people, &engineers, Subject::People);
        self.memory(&serving.main);
        let times = times_critical(serving);
        let (within, over) =
            if times > 1.0 { ("no", format!("{times:.1} times as long")) } else { ("yes", String::new()) };
        self.plain("Within 100 ms", within, &over, Subject::Of(Answer::Ttft));
        self.words("Bound by", replica.bound.words(), Subject::Bound);
        if !is_plain(&serving.main) {
            self.words("Replica", &layout(&serving.main), Subject::Replica);
        }
    }

    fn promise(&mut self, scene: &Scene) {
        let Some(keeping) = scene.keeping else { return };
        let load = format(keeping.load, Unit::Share);
        let counted = |in_flight: f64| format!("{} in flight", format(in_flight, Unit::Count));
        let (kept, aside) = match (keeping.keeps, keeping.holds_load_down()) {
            (false, _) => ("missed", format!("at any load: {} says why", key_of(Action::Alerts))),
            (true, true) => ("kept", format!("up to {load} planned load")),
            (true, false) => ("kept", keeping.counted.map_or(format!("at {load} planned load"), counted)),
        };
        self.plain(keeping.name(), kept, &aside, Subject::Promise);
        if !keeping.keeps {
            self.or_shorter(&format!("{} says why", key_of(Action::Alerts)));
        }
    }

    fn memory(&mut self, pool: &Pool) {
        let memory = pool.replica.memory;
        let [used, usable] = [memory.in_use(), memory.usable].map(|bytes| format(bytes, Unit::Bytes));
        self.plain("Memory a GPU", &used, &format!("of {usable}"), Subject::Memory);
    }

    fn training(&mut self, scene: &Scene) {
        let training = &scene.case.outcome.training;
        let run = &training.run;
        if scene.case.outcome.fault.is_some() {
            self.heading("None: there can be no such model");
            return;
        }
        self.heading("Training");
        let gpu = scene.case.training_gpu().short_name();
        self.plain("GPUs", &format(run.gpus, Unit::Count), gpu, Subject::TrainingGpus);
        self.ranged(scene, "GPU-hours", Answer::GpuHours, None);
        self.ranged(scene, "Days", Answer::TrainingDays, None);
        self.ranged(scene, "Final run", Answer::FinalRunCost, None);
        self.ranged(scene, "All compute", Answer::ComputeCost, None);
        let people = &scene.case.inputs.people;
        let team = format!(
            "{}, {}",
            count_of(people.training_engineers, "engineer"),
            format(people.training_months, Unit::Months)
        );
        self.plain("People", &format(training.people_usd, Unit::Usd), &team, Subject::TrainingPeople);
        self.or_shorter(&count_of(people.training_engineers, "engineer"));
        self.price(scene, scene.case.training_gpu(), ParamId::TrainingPricePerGpuHour);
        let all_in = format!("{} with restarts", format(run.all_in_mfu, Unit::Share));
        self.ranged(scene, "MFU", Answer::Mfu, Some(all_in));
        let all = format(scene.case.training_gpu().gpu.memory_bytes, Unit::Bytes);
        let used = format(run.memory_per_gpu_bytes, Unit::Bytes);
        self.plain("Memory a GPU", &used, &format!("of {all}"), Subject::TrainingMemory);
    }

    fn horizon(&mut self, scene: &Scene) {
        let Some(growth) = scene.growth else { return };
        let months = scene.case.scenario.workload.horizon_months;
        let when = |day: Option<f64>| match day {
            Some(day) => format!("day {}{}", format(day.ceil(), Unit::Count), beyond(day, months)),
            None => NOT_REACHED.to_owned(),
        };
        self.heading("Inference against training");
        let share = Subject::Of(Answer::InferenceShare);
        self.words("Passes it", &when(growth.crossings.inference_passes_training), share);
        self.words("Reaches 80%", &when(growth.crossings.inference_reaches_80_percent), share);
    }

    fn heading(&mut self, words: &'static str) {
        self.0.push(Row::Heading(words));
    }

    fn words(&mut self, label: &'static str, words: &str, subject: Subject) {
        self.0.push(Row::Words(label, words.to_owned(), subject));
    }

    fn plain(&mut self, label: &'static str, value: &str, aside: &str, subject: Subject) {
        let (value, asides) = (value.to_owned(), vec![aside.to_owned()]);
        self.0.push(Row::Figure { label, value, subject, asides });
    }

    /// What is said of the last figure where there is no room for more.
    fn or_shorter(&mut self, words: &str) {
        if let Some(Row::Figure { asides, .. }) = self.0.last_mut() {
            asides.push(words.to_owned());
        }
    }

    /// An answer, and something to say of it, else its range.
    fn ranged(&mut self, scene: &Scene, label: &'static str, answer: Answer, aside: Option<String>) {
        let (range, unit) = (scene.figures.range(answer), answer.unit());
        let value = range.map_or(glyphs::DASH.to_owned(), |range| format(range.value, unit));
        let span = || range.map_or(String::new(), |range| range_words(range.low, range.high, unit));
        self.0.push(Row::Figure {
            label,
            value,
            subject: Subject::Of(answer),
            asides: vec![aside.unwrap_or_else(span)],
        });
    }

    /// The price of an accelerator: as stated, else on the scenario's basis, and how far it can be trusted.
    fn price(&mut self, scene: &Scene, gpu: &GpuPreset, param: ParamId) {
        let subject = match param {
            ParamId::ServingPricePerGpuHour => Subject::ServingPrice,
            _ => Subject::TrainingPrice,
        };
        if let Some(usd) = param.stated(&scene.case.scenario).number() {
            return self.plain("Price", &format(usd, Unit::UsdPerHour), BY_HAND, subject);
        }
        let basis = scene.case.scenario.prices.basis;
        let Some(quote) = &gpu.offer(basis).on_demand else {
            return self.plain("Price", glyphs::DASH, "nobody rents it", subject);
        };
        let from = match (quote.standing.mark(), quote.providers) {
            (Some(mark), _) => mark.to_owned(),
            (None, 0) => "your rate card".to_owned(),
            (None, count) => format!("median of {count}, {}", basis.id()),
        };
        self.plain("Price", &format(quote.usd_per_hour, Unit::UsdPerHour), &from, subject);
    }
}

/// Both ends of a range, the unit behind the second only.
pub fn range_words(low: f64, high: f64, unit: Unit) -> String {
    let (low, high) = (format(low, unit), format(high, unit));
    let unit_of = |text: &str| text.split_once(' ').map(|(_, unit)| unit.to_owned());
    let low = match (unit_of(&low), unit_of(&high)) {
        (Some(a), Some(b)) if a == b => low.split(' ').next().unwrap_or_default().to_owned(),
        _ => low,
    };
    format!("{low} to {high}")
}

/// Where a month of inference lies against the band that was published for enterprises.
fn enterprises(usd_per_month: f64) -> Option<String> {
    let (place, [low, high]) = against_enterprises(usd_per_month)?;
    Some(format!("{place} {low}-{high}{OF_ENTERPRISES}"))
}
