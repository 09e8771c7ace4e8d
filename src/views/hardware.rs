//! Hardware: every accelerator for the current scenario, the cheapest day first.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Rect, Size};

use crate::analysis::answer::Answer;
use crate::analysis::findings::{NO_SUCH_LAYOUT, NO_SUCH_MODEL, no_such_layout, no_such_model};
use crate::analysis::hardware::{BY_HAND, HardwareRow, ServingOn, hardware, serve_on};
use crate::analysis::service::whose;
use crate::engine::outcome::{Misfit, ServingRefusal};
use crate::keymap::Action;
use crate::rank;
use crate::report::table::Cell;
use crate::report::tables;
use crate::text::capital;
use crate::text::quantity::{Unit, count_of, format};
use crate::views::details;
use crate::views::scale::Scale;
use crate::views::scene::{Choice, Content, Drawn, Hint, Scene, View};
use crate::views::sheet::{Above, Bar, Row, Sheet};
use crate::widgets::glyphs;
use crate::widgets::text::Text;
use crate::widgets::theme::{Role, Theme};

/// Columns to which the names of accelerators are cut for figures of less weight.
const NAME: usize = 14;
/// The mark of a price that is not firm.
const WEAK: &str = "~";

pub(super) const VIEW: View = View {
    title: "Hardware",
    short: "GPUs",
    keys: &["3"],
    help: "Hardware: every accelerator for this scenario",
    open: |scene| {
        let order = scene.order % ORDERS.len();
        let mut rows = hardware(scene.case);
        let best = rows.first().filter(|row| Class::of(row) == Class::Firm).copied();
        let (_, figure) = ORDERS[order];
        // What does not exist comes last.
        rank::rising(&mut rows, |row| figure(row).unwrap_or(f64::INFINITY));
        let sheet = sheet(scene, &rows, best.as_ref(), order);
        Box::new(Accelerators { sheet, rows })
    },
};

/// An order of the table: the column, and what rises along it.
type Order = (&'static str, fn(&HardwareRow) -> Option<f64>);

/// The first is the analysis's own.
const ORDERS: [Order; 8] = [
    ("daily_usd", |_| None),
    ("usd_per_million_tokens", |row| row.serving.ok()?.usd_per_million_tokens),
    ("ttft_ms", |row| Some(row.serving.ok()?.ttft_ms)),
    ("tpot_ms", |row| Some(row.serving.ok()?.tpot_ms)),
    ("training_days", |row| row.training.fits.then_some(row.training.days)),
    ("training_usd", |row| row.training.programme_usd),
    ("usd_per_gpu_hour", |row| Some(row.price?.usd_per_hour)),
    ("gpus_peak", |row| Some(row.serving.ok()?.gpus_peak)),
];

/// The classes that the analysis orders by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Firm,
    Weak,
    TooSlow,
    Unpriced,
    DoesNotFit,
    CannotBe,
}

impl Class {
    fn of(row: &HardwareRow) -> Self {
        match row.serving {
            Err(ServingRefusal::DoesNotFit(_) | ServingRefusal::NoSuchLayout(_)) => Self::DoesNotFit,
            Err(ServingRefusal::NoSuchModel(_)) => Self::CannotBe,
            Ok(ServingOn { daily_usd: None, .. }) => Self::Unpriced,
            Ok(ServingOn { meets_target: false, .. }) => Self::TooSlow,
            Ok(_) if row.is_firm() => Self::Firm,
            Ok(_) => Self::Weak,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Firm => "firm prices",
            Self::Weak => "~ weak prices: one listing, old, estimated, or unverified",
            Self::TooSlow => "misses the target",
            Self::Unpriced => "nobody rents it out",
            Self::DoesNotFit => "does not fit",
            Self::CannotBe => NO_SUCH_MODEL,
        }
    }
}

#[derive(Debug)]
struct Accelerators {
    sheet: Sheet,
    rows: Vec<HardwareRow>,
}

impl Content for Accelerators {
    fn last_row(&self, _room: Size) -> usize {
        self.sheet.last_row()
    }

    fn choose(&self, row: usize, scene: &Scene) -> Choice {
        match self.rows.get(row) {
            Some(row) if !row.serves_now => Choice::Apply {
                label: format!("serve on {}", scene.case.catalog().gpu(row.gpu).short_name()),
                scenario: Box::new(scene.case.changed(|scenario| serve_on(scenario, row.gpu))),
            },
            _ => Choice::Nothing("already serving on this GPU"),
        }
    }

    fn present(&self, scene: &Scene, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        self.draw(scene, usize::MAX, theme, area, buffer);
    }

    fn hints(&self) -> &'static [Hint] {
        &[
            (&[Action::Up, Action::Down], "choose"),
            (&[Action::Enter], "serve on it"),
            (&[Action::Order], "order"),
        ]
    }

    fn uses(&self, action: Action) -> bool {
        action == Action::Order
    }

    fn draw(&self, scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Drawn {
        let Some(chosen) = self.rows.get(row) else { return self.sheet.draw(row, theme, area, buffer) };
        let legend = [
            format!("{} in use", glyphs::FOCUS),
            star(self.rows.iter().any(is_by_hand)),
            format!("{WEAK} weak price"),
            "dim: misses the target".to_owned(),
        ];
        let list = details::draw(&legend, &told(scene, chosen), theme, area, buffer);
        self.sheet.draw(row, theme, list, buffer)
    }
}

fn sheet(scene: &Scene, rows: &[HardwareRow], best: Option<&HardwareRow>, order: usize) -> Sheet {
    let catalog = scene.case.catalog();
    let mut table = tables::hardware(catalog, rows);
    let at = |key: &str| table.columns.iter().position(|column| column.key == key);
    if let (Some(name), Some(memory), Some(price_is)) = (at("gpu"), at("memory_bytes"), at("price_mark")) {
        for (cells, row) in table.rows.iter_mut().zip(rows) {
            cells[memory] = catalog.gpu(row.gpu).memory_words().into();
            cells[name] = catalog.gpu(row.gpu).slider_name().into();
            cells[price_is] = Cell::from(price_is_words(row));
        }
    }
    let usd = |row: &HardwareRow| row.serving.ok()?.daily_usd;
    let scale = Scale::of(rows.iter().filter_map(usd));
    let row = |(index, row): (usize, &HardwareRow)| {
        let class = Class::of(row);
        let is_first = index > 0 && Class::of(&rows[index - 1]) != class;
        let is_best = best.is_some_and(|best| best.gpu == row.gpu);
        let fits_target = row.serving.is_ok_and(|serving| serving.meets_target);
        Row {
            role: if fits_target { Role::Base } else { Role::Dim },
            is_present: row.serves_now,
            mark: match row.price {
                _ if is_best => Some(glyphs::STAR),
                Some(price) if !price.standing.is_firm() => Some(WEAK),
                _ => None,
            },
            instead: row.serving.err().map(|refusal| match refusal {
                ServingRefusal::DoesNotFit(misfit) => format!("needs {}", needed(&misfit)),
                ServingRefusal::NoSuchModel(_) => NO_SUCH_MODEL.to_owned(),
                ServingRefusal::NoSuchLayout(_) => NO_SUCH_LAYOUT.to_owned(),
            }),
            bar: usd(row).map(|usd| Bar {
                share: scale.share(usd),
                style: if fits_target { |theme| theme.inference } else { |theme| theme.dim },
            }),
            // In another order the classes are mixed.
            above: (order == 0 && is_first).then(|| Above::Rule(class.words().to_owned())),
        }
    };
    Sheet::new(&table, NAME, rows.iter().enumerate().map(row).collect())
        .barred("daily_usd", 4, scale.words())
        .ordered(ORDERS.iter().map(|(key, _)| *key), order)
}

/// The price of this one is the user's own.
fn is_by_hand(row: &HardwareRow) -> bool {
    row.price.is_some_and(|price| price.is_by_hand)
}

/// What the star says: which prices it compares, where one of them is no market's.
fn star(has_own_price: bool) -> String {
    let which = if has_own_price { ", your price against listed ones" } else { " firm price in the target" };
    format!("{} cheapest{which}", glyphs::STAR)
}

/// What a price rests on.
fn price_is_words(row: &HardwareRow) -> String {
    match (row.mark(), row.price.map_or(0, |price| price.providers)) {
        (Some(mark), _) => mark.to_owned(),
        (None, 0) => "your rate card".to_owned(),
        (None, providers) => format!("median of {providers}"),
    }
}

/// What would let a model fit that does not.
fn needed(misfit: &Misfit) -> String {
    let gpus = misfit.min_gpus_to_fit.map(|gpus| format!("{} a replica", count_of(f64::from(gpus), "GPU")));
    let precision = misfit.precision_to_fit.map(|precision| format!("weights in {}", precision.id()));
    let ways: Vec<String> = [gpus, precision].into_iter().flatten().collect();
    if ways.is_empty() { "more memory than any number of them has".to_owned() } else { ways.join(", or ") }
}

/// The price of the chosen accelerator, what serving and training on it take, and what that changes.
fn told(scene: &Scene, row: &HardwareRow) -> Text {
    let gpu = scene.case.catalog().gpu(row.gpu);
    let mut text = Text::default();
    let price = row.price.map_or("nobody rents it out".to_owned(), |price| {
        let basis = scene.case.scenario.prices.basis.id();
        let basis = if price.is_by_hand { String::new() } else { format!(", {basis}") };
        format!("{} ({}{basis})", format(price.usd_per_hour, Unit::UsdPerHour), price_is_words(row))
    });
    let memory = gpu.memory_words();
    let serving = match &row.serving {
        Ok(on) => serving_words(scene, on),
        Err(ServingRefusal::DoesNotFit(misfit)) => {
            format!("Serving: {}does not fit; needs {}.", whose(misfit.pool), needed(misfit))
        }
        Err(ServingRefusal::NoSuchModel(fault)) => capital(&no_such_model(fault)) + ".",
        Err(ServingRefusal::NoSuchLayout(fault)) => format!("Serving: {}.", no_such_layout(fault)),
    };
    let training = if scene.case.outcome.fault.is_some() {
        String::new()
    } else if row.training.fits {
        let usd =
            row.training.programme_usd.map_or(String::new(), |usd| format!(", {}", format(usd, Unit::Usd)));
        let gpus = count_of(row.training.gpus, "GPU");
        let is_own = row.trains_now && scene.case.scenario.training.price_per_gpu_hour.is_some();
        let by_hand = if is_own { format!(" ({BY_HAND})") } else { String::new() };
        let price = row.training.usd_per_gpu_hour;
        let price =
            price.map_or(String::new(), |usd| format!(" at {}{by_hand}", format(usd, Unit::UsdPerHour)));
        format!("Training on {gpus}{price}: {}{usd}.", format(row.training.days, Unit::Days))
    } else if let Some(fault) = scene.case.outcome.training.run.fault {
        format!("Training: {}.", no_such_layout(fault))
    } else {
        format!("Training does not fit: needs {}.", count_of(row.training.min_gpus_to_fit, "GPU"))
    };
    text.add(Role::Base, format!("{}: {memory}, {price}. {serving} {training}", gpu.short_name()));
    text
}

fn serving_words(scene: &Scene, on: &ServingOn) -> String {
    let change = on.daily_usd.zip(Answer::DailyCost.of(&scene.case.outcome)).filter(|(usd, now)| usd != now);
    let change = change.map_or(String::new(), |(usd, now)| {
        format!(
            ", {:.0}% {} than now",
            (usd / now - 1.0).abs() * 100.0,
            if usd > now { "more" } else { "less" }
        )
    });
    let usd = on.daily_usd.map_or("no price".to_owned(), |usd| format!("{} a day", format(usd, Unit::Usd)));
    let target = scene.case.scenario.workload.latency_target_ms;
    let target =
        target.map_or(String::new(), |target| format!(" (target {})", format(target, Unit::Milliseconds)));
    format!(
        "{} at peak, {usd}{change}, first token {}{target}, output token {}.",
        count_of(on.gpus_peak, "GPU"),
        format(on.ttft_ms, Unit::Milliseconds),
        format(on.tpot_ms, Unit::Milliseconds)
    )
}
