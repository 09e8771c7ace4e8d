//! Pools: who answers a day's requests, on what, at what cost and how fast; and how to split them further.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Rect, Size};

use crate::analysis::case::Case;
use crate::analysis::findings::{NO_SUCH_LAYOUT, NO_SUCH_MODEL};
use crate::analysis::pools::{Answerer, Part, parts};
use crate::analysis::profile;
use crate::analysis::service::{layout, under};
use crate::engine::inputs::{MAX_TIERS, PoolName};
use crate::engine::outcome::{ServingOutcome, ServingRefusal};
use crate::keymap::Action;
use crate::report::table::{Cell, Table, WORDS, table};
use crate::scenario::ParamId;
use crate::text::quantity::{Unit, count_of, format};
use crate::text::wrap::{columns, fit};
use crate::views::details;
use crate::views::response;
use crate::views::scene::{Choice, Content, Drawn, Hint, Scene, View};
use crate::views::sheet::{Above, Bar, Fill, Row, Sheet};
use crate::widgets::text::Text;
use crate::widgets::theme::{Role, Theme};
use crate::widgets::{glyphs, put};

/// Columns to which names are cut for figures of less weight.
const NAME: usize = 18;
/// Rows of a stacked bar with its words.
const STACK: u16 = 4;
/// Rows of the response of the chosen row's slider: below the least there is none.
const LEAST_CURVE: u16 = 8;
const MOST_CURVE: u16 = 18;
/// The tiers: their names and their shares.
const TIERS: [(&str, ParamId); MAX_TIERS] = [
    ("Tier 1", ParamId::Tier1Share),
    ("Tier 2", ParamId::Tier2Share),
    ("Tier 3", ParamId::Tier3Share),
    ("Tier 4", ParamId::Tier4Share),
];

pub(super) const VIEW: View = View {
    title: "Pools",
    short: "Pools",
    keys: &["0"],
    help: "Pools: who answers which requests, at what cost and how fast",
    open: |scene| match &scene.case.outcome.serving {
        Ok(serving) => Box::new(Pools::new(scene, serving)),
        Err(refusal) => Box::new(refused(refusal)),
    },
};

fn refused(refusal: &ServingRefusal) -> Text {
    let mut text = Text::default();
    let why = match refusal {
        ServingRefusal::DoesNotFit(_) => "the model does not fit",
        ServingRefusal::NoSuchModel(_) => NO_SUCH_MODEL,
        ServingRefusal::NoSuchLayout(_) => NO_SUCH_LAYOUT,
    };
    text.add(Role::Warning, format!("No pool answers: {why}."));
    text
}

#[derive(Debug)]
struct Pools {
    /// A slider and what is said of each row.
    rows: Vec<(ParamId, String)>,
    sheet: Sheet,
    /// Requests and money by part: what is split, and the name, the share and the style of each part.
    stacks: Vec<(String, Vec<Segment>)>,
}

/// A part of a stacked bar: its name, its share of the whole, its style.
type Segment = (&'static str, f64, Fill);

impl Pools {
    fn new(scene: &Scene, serving: &ServingOutcome) -> Self {
        let parts = parts(scene.case, serving);
        let mut rows: Vec<(ParamId, String)> =
            parts.iter().map(|part| (slider(part.by), told(scene.case, serving, part))).collect();
        let more = further(scene.case);
        let words = "All requests of a day, however they are answered; the slider says how many.".to_owned();
        rows.push((ParamId::WorkloadRequestsPerDay, words));
        rows.extend(more.iter().map(|(_, words, param)| (*param, format!("{words}."))));
        let count = parts.iter().filter(|part| matches!(part.by, Answerer::Pool(_))).count();
        let looks = parts.iter().enumerate().map(|(index, part)| Row {
            bar: Some(Bar { share: part.share, style: fill(part.by) }),
            above: (index == 0 && count == 1)
                .then(|| Above::Heading("One pool answers all requests that reach a GPU.".to_owned())),
            ..Row::default()
        });
        let total = Row { role: Role::Strong, above: Some(Above::Rule(String::new())), ..Row::default() };
        let further = more.iter().enumerate().map(|(index, (_, words, _))| Row {
            role: Role::Dim,
            instead: Some((*words).to_owned()),
            above: (index == 0).then(|| Above::Rule("split them further".to_owned())),
            ..Row::default()
        });
        let looks = looks.chain([total]).chain(further).collect();
        let sheet =
            Sheet::new(&table(scene.case, serving, &parts, &more), NAME, looks).barred("share", 2, "");
        Self { stacks: stacks(serving, &parts), rows, sheet }
    }
}

impl Content for Pools {
    fn last_row(&self, _room: Size) -> usize {
        self.sheet.last_row()
    }

    fn choose(&self, row: usize, _scene: &Scene) -> Choice {
        Choice::focus(self.rows.get(row).map(|(param, _)| *param))
    }

    fn present(&self, scene: &Scene, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        self.draw(scene, usize::MAX, theme, area, buffer);
    }

    fn hints(&self) -> &'static [Hint] {
        &[(&[Action::Up, Action::Down], "choose"), (&[Action::Enter], "go to its slider")]
    }

    fn draw(&self, scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Drawn {
        let mut text = Text::default();
        let mut legend = Vec::new();
        if let Some((param, words)) = self.rows.get(row) {
            text.add(Role::Base, words);
            legend.push(format!("slider: {}", param.label));
        }
        let list = details::draw(&legend, &text, theme, area, buffer);
        let mut y = list.y + self.sheet.height() + 1;
        for (words, segments) in &self.stacks {
            let place = Rect { y, height: STACK, ..list };
            if place.bottom() <= list.bottom() {
                stack(words, segments, theme, place, buffer);
                y += STACK + 1;
            }
        }
        let curve = Rect { y, height: list.bottom().saturating_sub(y).min(MOST_CURVE), ..list };
        if let Some((param, _)) = self.rows.get(row).filter(|_| curve.height >= LEAST_CURVE) {
            // What is left of the room shows the answer at all that the slider of the chosen row can be.
            let profile = profile::response(scene.case, *param, scene.answer);
            let scene = Scene { response: Some((*param, &profile)), ..*scene };
            response::draw(&scene, theme, curve, buffer);
        }
        self.sheet.draw(row, theme, list, buffer)
    }
}

/// What is split, and how: a bar of parts, each with another fill than the one before it, and their names.
fn stack(words: &str, segments: &[Segment], theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let width = usize::from(area.width);
    buffer.set_string(area.x, area.y, fit(words, width), theme.heading);
    let column = |share: f64| area.x + (share.min(1.0) * f64::from(area.width)).round() as u16;
    let mut before = 0.0;
    for (index, (name, share, style)) in segments.iter().enumerate() {
        let (left, right) = (column(before), column(before + share));
        before += share;
        let glyph = if index % 2 == 0 { glyphs::INFERENCE } else { glyphs::TRAINING };
        for y in area.y + 1..area.bottom() - 1 {
            for x in left..right {
                put(x, y, glyph, style(theme), buffer);
            }
        }
        let share = format(*share, Unit::Share);
        let room = usize::from(right - left).saturating_sub(1);
        let named = [format!("{name} {share}"), share].into_iter().find(|words| columns(words) <= room);
        buffer.set_string(left, area.bottom() - 1, named.unwrap_or_default(), theme.dim);
    }
}

/// The requests of a day and its cost by who answers.
fn stacks(serving: &ServingOutcome, parts: &[Part]) -> Vec<(String, Vec<Segment>)> {
    let segments = |share: &dyn Fn(&Part) -> f64| {
        parts.iter().map(|part| (name(part.by), share(part), fill(part.by))).collect::<Vec<_>>()
    };
    let asked = format(serving.traffic.asked, Unit::Count);
    let usd = serving.daily_usd().filter(|usd| *usd > 0.0);
    let requests = (format!("Requests a day: {asked}"), segments(&|part| part.share));
    let money = usd.map(|usd| {
        let share = |part: &Part| part.daily_usd.unwrap_or(0.0) / usd;
        (format!("Cost a day: {}", format(usd, Unit::Usd)), segments(&share))
    });
    // What is all of one part needs no bar.
    let is_split = |(_, segments): &(String, Vec<Segment>)| {
        segments.iter().filter(|(_, share, _)| *share > 0.0).count() > 1
    };
    std::iter::once(requests).chain(money).filter(is_split).collect()
}

fn fill(by: Answerer) -> Fill {
    match by {
        Answerer::Pool(_) => |theme| theme.inference,
        Answerer::Cache | Answerer::Edge => |theme| theme.better,
    }
}

/// Ways to split the requests that are not in use: a name, what it does, and the slider that begins it.
fn further(case: &Case) -> Vec<(&'static str, &'static str, ParamId)> {
    let scenario = &case.scenario;
    let free = TIERS.into_iter().zip(&scenario.tier).find(|(_, tier)| tier.share == 0.0);
    let route = match scenario.routing.small_model {
        None => Some(ParamId::RoutingSmallModel),
        Some(_) if scenario.routing.share == 0.0 => Some(ParamId::RoutingShare),
        Some(_) => None,
    };
    let unused = |param: ParamId, share: f64| (share == 0.0).then_some(param);
    [
        route.map(|param| ("Small model", "route simple questions to a smaller model", param)),
        free.map(|((_, param), _)| ("Service tier", "give some their own target and price", param)),
        unused(ParamId::EdgeShare, scenario.edge.share)
            .map(|param| ("Devices", "answer some requests on the users' own devices", param)),
        unused(ParamId::WorkloadCacheHitRate, scenario.workload.cache_hit_rate)
            .map(|param| ("Response cache", "answer repeated questions without a model", param)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The slider that a part of the requests depends on most.
fn slider(by: Answerer) -> ParamId {
    match by {
        Answerer::Cache => ParamId::WorkloadCacheHitRate,
        Answerer::Edge => ParamId::EdgeShare,
        Answerer::Pool(PoolName::Main) => ParamId::ServingBatchSize,
        Answerer::Pool(PoolName::Small) => ParamId::RoutingShare,
        Answerer::Pool(PoolName::Tier(index)) => TIERS[index].1,
    }
}

fn name(by: Answerer) -> &'static str {
    match by {
        Answerer::Cache => "Response cache",
        Answerer::Edge => "Devices",
        Answerer::Pool(PoolName::Main) => "Main pool",
        Answerer::Pool(PoolName::Small) => "Small model",
        Answerer::Pool(PoolName::Tier(index)) => TIERS[index].0,
    }
}

/// The parts, all of them together, and a line for each way to split them further.
fn table(
    case: &Case,
    serving: &ServingOutcome,
    parts: &[Part],
    more: &[(&'static str, &'static str, ParamId)],
) -> Table {
    let target = |part: &Part| match (part.target_ms, part.keeps) {
        (Some(target), Some(true)) => Cell::from(format!("within {}", format(target, Unit::Milliseconds))),
        (Some(target), Some(false)) => Cell::from(format!("misses {}", format(target, Unit::Milliseconds))),
        (None, Some(false)) => "misses the promise".into(),
        (None, Some(true)) => "none".into(),
        (_, None) => "".into(),
    };
    let known = |figure: Option<f64>| figure.map_or(Cell::from(""), Cell::Number);
    let mut table = table!(parts.iter(), |part: &Part| {
        "by", "Answered by", WORDS, screen "Answered by" 0 => name(part.by);
        "requests_per_day", "Requests per day", Unit::Count, screen "requests" 3 => part.requests;
        "share", "Share", Unit::Share, screen "of all" 0 => part.share;
        "gpus_peak", "GPUs at peak", Unit::Count, screen "GPUs" 0 => known(part.gpus_peak);
        "daily_usd", "Cost per day", Unit::Usd, screen "a day" 0 => part.daily_usd;
        "ttft_ms", "First token", Unit::Milliseconds, screen "first token" 1 => known(part.ttft_ms);
        "request_ms", "Whole request", Unit::Milliseconds, screen "request" 4 => known(part.request_ms);
        "target", "Target", WORDS, screen "target" 2 => target(part);
    });
    table.rows.push(vec![
        "All requests".into(),
        serving.traffic.asked.into(),
        parts.iter().map(|part| part.share).sum::<f64>().into(),
        serving.day.gpus_peak.into(),
        case.outcome.serving.as_ref().ok().and_then(ServingOutcome::daily_usd).into(),
        "".into(),
        (serving.request_s * 1e3).into(),
        "".into(),
    ]);
    let blank = || Cell::from("");
    table.rows.extend(more.iter().map(|(name, ..)| {
        std::iter::once(Cell::from(*name)).chain(std::iter::repeat_with(blank).take(7)).collect()
    }));
    table
}

/// What a part runs on, and how its replicas are loaded.
fn told(case: &Case, serving: &ServingOutcome, part: &Part) -> String {
    let pool = match part.by {
        Answerer::Cache => {
            return "A stored answer: no GPU works for it, and it costs next to nothing.".to_owned();
        }
        Answerer::Edge => {
            let usd = format(case.inputs.edge.usd_per_request, Unit::Usd);
            return format!("Each request costs {usd} on the users' own devices.");
        }
        Answerer::Pool(name) => name,
    };
    let Some(replicas) = serving.pool(pool) else { return String::new() };
    let model = match pool {
        PoolName::Small => case.scenario.routing.small_model,
        PoolName::Main | PoolName::Tier(_) => case.served_model(),
    };
    let model = model.map_or("The model", |model| case.catalog().model(model).name.as_str());
    let gpu = case.pool_gpu(pool).short_name();
    let count = count_of(part.gpus_peak.unwrap_or(0.0) / replicas.gpus_per_replica, "replica");
    let price =
        replicas.usd_per_hour().map_or(String::new(), |usd| format!(" at {}", format(usd, Unit::UsdPerHour)));
    format!(
        "{model} on {gpu}{price}: {count} of {} at peak {} {}.",
        layout(replicas),
        glyphs::DOT,
        under(replicas)
    )
}
