//! The figures beside the answers: hardware, latency, unit costs, utilisation, what bounds them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget as _;

use crate::analysis::advice::CRITICAL_LATENCY_MS;
use crate::analysis::answer::Answer;
use crate::app::App;
use crate::scenario::ParamId;
use crate::text::quantity::{Unit, format};
use crate::text::wrap::{align_right, fit, pad};
use crate::tui::answers::change;
use crate::widgets::theme::Theme;

/// One line: a label, a value, and what stands behind it.
struct Figure {
    label: &'static str,
    value: String,
    aside: String,
    change: Option<(String, Style)>,
    heading: bool,
}

/// Draws as many figures as fit, the most asked for first.
pub fn draw(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let width = usize::from(area.width);
    for (offset, figure) in figures(app, theme).into_iter().take(usize::from(area.height)).enumerate() {
        let row = Rect { y: area.y + offset as u16, height: 1, ..area };
        line(&figure, theme, width).render(row, buffer);
    }
}

fn line(figure: &Figure, theme: &Theme, width: usize) -> Line<'static> {
    if figure.heading {
        return Line::styled(figure.label, theme.heading);
    }
    let mut spans = vec![
        Span::styled(pad(figure.label, 12), theme.dim),
        Span::styled(align_right(&figure.value, 9), theme.base),
    ];
    let room = width.saturating_sub(21);
    match &figure.change {
        Some((words, style)) => spans.push(Span::styled(align_right(words, room), *style)),
        None => {
            spans.push(Span::styled(format!("  {}", fit(&figure.aside, room.saturating_sub(2))), theme.dim));
        }
    }
    Line::from(spans)
}

fn figures(app: &App, theme: &Theme) -> Vec<Figure> {
    let outcome = &app.case.outcome;
    let plain =
        |label, value: String, aside: String| Figure { label, value, aside, change: None, heading: false };
    let heading =
        |label| Figure { label, value: String::new(), aside: String::new(), change: None, heading: true };
    let ranged = |label, answer: Answer, aside: String| {
        let range = app.figures.range(answer);
        let unit = answer.unit();
        let value = range.map_or("–".to_owned(), |range| format(range.value, unit));
        let aside = match range {
            Some(range) if aside.is_empty() => range_words(range.low, range.high, unit, theme.glyphs.dash),
            _ => aside,
        };
        Figure { label, value, aside, change: change(app, answer, theme), heading: false }
    };
    let mut figures = vec![heading("Serving")];
    if let Ok(serving) = &outcome.serving {
        let replica = &serving.main.replica;
        let critical = format(CRITICAL_LATENCY_MS, Unit::Milliseconds);
        let times = serving.ttft_s * 1e3 / CRITICAL_LATENCY_MS;
        let against =
            if times > 1.0 { format!("{times:.1}x {critical}") } else { format!("within {critical}") };
        let degree = format(serving.main.gpus_per_replica, Unit::Count);
        figures.extend([
            ranged("Peak GPUs", Answer::GpusPeak, format!("{degree} a replica")),
            ranged("First token", Answer::Ttft, against),
            ranged("Per token", Answer::Tpot, String::new()),
            ranged("Request", Answer::RequestLatency, String::new()),
            ranged("Per 1M tok.", Answer::CostPerMillionTokens, String::new()),
            ranged("Per month", Answer::MonthlyCost, against_band(serving.monthly_usd())),
            ranged("Utilisation", Answer::Utilization, "of the fleet".to_owned()),
            plain(
                "Memory/GPU",
                format(replica.memory.in_use(), Unit::Bytes),
                format!("of {}", format(replica.memory.usable, Unit::Bytes)),
            ),
            plain("Bound by", String::new(), replica.bound.words().to_owned()),
        ]);
    }
    let run = &outcome.training.run;
    figures.push(heading("Training"));
    figures.extend([
        plain("GPUs", format(run.gpus, Unit::Count), format!("x {}", app.case.training_gpu().short_name())),
        ranged("GPU-hours", Answer::GpuHours, String::new()),
        ranged("Days", Answer::TrainingDays, String::new()),
        ranged("Final run", Answer::FinalRunCost, String::new()),
        ranged("MFU", Answer::Mfu, format!("all-in {}", format(run.all_in_mfu, Unit::Share))),
        plain("Memory/GPU", format(run.memory_per_gpu_bytes, Unit::Bytes), String::new()),
    ]);
    if let Some(split) = &outcome.split {
        let day = |day: Option<f64>| {
            day.map_or("never".to_owned(), |day| format!("day {}", format(day.ceil(), Unit::Count)))
        };
        figures.push(heading("Horizon"));
        figures.push(plain(
            "Inference",
            day(split.day_inference_passes_training),
            "over training".to_owned(),
        ));
        figures.push(plain(
            "reaches 80%",
            day(split.day_inference_reaches_80_percent),
            "of all spending".to_owned(),
        ));
    }
    figures
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
fn against_band(usd: f64) -> String {
    let budget = ParamId::BudgetMonthlyInferenceUsd.number();
    let Some((_, low, high)) = budget.and_then(|domain| domain.band) else { return String::new() };
    let words = if usd < low {
        "below"
    } else if usd > high {
        "above"
    } else {
        "in"
    };
    let [low, high] = [low, high].map(|usd| format(usd / 1e3, Unit::Count));
    format!("{words} {low}-{high}k")
}
