//! Live: what a serving engine does now beside the scenario, how it went over the last minutes, and what it costs.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Rect, Size};

use crate::analysis::live::{Beside, Live, Measured, live};
use crate::import::metrics::{Course, Watch, watchable};
use crate::keymap::Action;
use crate::report::live::{heading, table};
use crate::report::table::{WORDS, table};
use crate::scenario::value::Value;
use crate::scenario::{ParamId, Scenario};
use crate::text::quantity::{Unit, format};
use crate::text::wrap::{fit, wrapped};
use crate::views::details;
use crate::views::scene::{Choice, Content, Drawn, Hint, Scene, View};
use crate::views::sheet::{Row, Sheet};
use crate::widgets::spark;
use crate::widgets::text::Text;
use crate::widgets::theme::{Role, Theme};

/// Seconds that figures are of.
const WINDOW: f64 = 60.0;
/// Columns of the names and of the figures beside courses.
const NAME: u16 = 16;
const FIGURE: u16 = 12;
/// Lines of an area that courses leave to the table.
const LEAST_TABLE: u16 = 8;

/// What goes up and down, with its name and its unit.
const COURSES: [(Course, &str, Unit); 4] = [
    (Course::OutputTokens, "output tokens/s", Unit::TokensPerSecond),
    (Course::Requests, "requests/s", Unit::Count),
    (Course::Running, "in flight", Unit::Count),
    (Course::FirstToken, "first token", Unit::Milliseconds),
];

pub(super) const VIEW: View = View {
    title: "Live",
    short: "Live",
    keys: &["v"],
    help: "Live: what an engine does now, beside the scenario",
    open: |scene| match scene.live {
        Some(watch) => match watch.history.measured(WINDOW) {
            Some(measured) => Box::new(Shown::new(watch, live(scene.case, &measured))),
            None => Box::new(waiting(watch)),
        },
        None => Box::new(Unwatched::new(scene)),
    },
};

/// How to look at an engine, and what it will be held against.
#[derive(Debug)]
struct Unwatched {
    words: Text,
    /// What can be looked at, where, and what that takes.
    engines: Sheet,
    told: Vec<String>,
    /// What the scenario says.
    figures: Sheet,
}

impl Unwatched {
    fn new(scene: &Scene) -> Self {
        let mut words = Text::default();
        words.add(Role::Strong, "No engine is watched.");
        words.add(
            Role::Base,
            "Start whatif --metrics ADDRESS, with one like those below, or write it into the scenario as actual.metrics. A page \
             in a file is read once.",
        );
        words.add(
            Role::Dim,
            "It is asked every few seconds, by GET and nothing else; nothing leaves this machine.",
        );
        words.add(Role::Base, "");
        let rows = watchable().map(|_| Row::default()).collect();
        let told = watchable().map(|[name, needs, address]| match needs {
            "" => format!("{name}: whatif --metrics {address}"),
            needs => format!("{name}, started with {needs}: whatif --metrics {address}"),
        });
        let engines = table!(watchable(), |engine: [&'static str; 3]| {
            "engine", "Engine", WORDS, screen "Engine" 0 => engine[0];
            "address", "Address", WORDS, screen "address" 0 => engine[2];
        });
        let engines = Sheet::new(&engines, usize::from(NAME), rows);
        let nothing = Measured { replicas: 1.0, ..Measured::default() };
        let mut figures = live(scene.case, &nothing).figures;
        figures.retain(|figure| figure.modeled.is_some());
        let rows = figures.iter().map(|_| Row::default()).collect();
        Self {
            words,
            engines,
            told: told.collect(),
            figures: Sheet::new(&table(&figures), usize::from(NAME), rows),
        }
    }
}

impl Content for Unwatched {
    fn last_row(&self, _room: Size) -> usize {
        self.engines.last_row()
    }

    fn draw(&self, _scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Drawn {
        let plain = Theme { chosen: theme.base, ..*theme };
        let mut text = Text::default();
        if let Some(told) = self.told.get(row) {
            text.add(Role::Base, told);
        }
        let area = details::draw(&[], &text, theme, area, buffer);
        let words = (self.words.lines(area.width).len() as u16).min(area.height);
        self.words.draw(0, theme, Rect { height: words, ..area }, buffer);
        let rest = Rect { y: area.y + words, height: area.height - words, ..area };
        // The engines with their heading, a line, a heading, and a table of some rows.
        let engines = self.engines.last_row() as u16 + 2;
        if rest.height < engines + LEAST_TABLE {
            return self.engines.draw(row, theme, rest, buffer);
        }
        let drawn = self.engines.draw(row, theme, Rect { height: engines, ..rest }, buffer);
        let heading = rest.y + engines + 1;
        buffer.set_string(rest.x, heading, "What it will be held against", theme.style(Role::Heading));
        let list = Rect { y: heading + 1, height: rest.bottom() - heading - 1, ..rest };
        self.figures.draw(0, &plain, list, buffer);
        drawn
    }
}

/// What is known before the first answer.
fn waiting(watch: &Watch) -> Text {
    let mut text = Text::default();
    match &watch.history.trouble {
        Some(trouble) => text.add(Role::Warning, trouble),
        None => text.add(Role::Base, format!("Waiting for the first answer of {}.", watch.source)),
    }
    text
}

#[derive(Debug)]
struct Shown {
    /// What was looked at, what went wrong, what is missed.
    lines: Vec<(Role, String)>,
    courses: Vec<(&'static str, Vec<Option<f64>>, Unit)>,
    figures: Vec<Beside>,
    sheet: Sheet,
    states: Vec<(ParamId, Value)>,
}

impl Shown {
    fn new(watch: &Watch, mut live: Live) -> Self {
        let mut lines: Vec<(Role, String)> =
            watch.history.trouble.iter().map(|trouble| (Role::Warning, trouble.clone())).collect();
        lines.extend(live.alerts.iter().map(|alert| (Role::Worse, alert.clone())));
        lines.push((Role::Dim, heading(&live)));
        if !watch.history.others.is_empty() {
            lines.push((Role::Dim, format!("also there, not shown: {}", watch.history.others.join(", "))));
        }
        let untold = live.figures.extract_if(.., |figure| figure.measured.is_none());
        let untold: Vec<String> = untold.map(|figure| figure.label.to_owned()).collect();
        if !untold.is_empty() {
            lines.push((Role::Dim, format!("it does not tell: {}", untold.join("; "))));
        }
        let courses = COURSES.map(|(course, name, unit)| (name, watch.history.course(course), unit));
        let courses = courses.into_iter().filter(|(_, values, _)| values.iter().any(Option::is_some));
        let rows = live.figures.iter().map(|_| Row::default()).collect();
        let sheet = Sheet::new(&table(&live.figures), usize::from(NAME), rows);
        Self { lines, courses: courses.collect(), sheet, figures: live.figures, states: live.states }
    }

    /// The scenario with what was measured.
    fn taken(&self, present: &Scenario) -> Scenario {
        let mut scenario = *present;
        for (param, value) in &self.states {
            param.set(&mut scenario, *value);
        }
        scenario
    }
}

impl Content for Shown {
    fn last_row(&self, _room: Size) -> usize {
        self.sheet.last_row()
    }

    fn choose(&self, _row: usize, scene: &Scene) -> Choice {
        if self.states.is_empty() {
            return Choice::Nothing("nothing was measured that a scenario states");
        }
        let scenario = Box::new(self.taken(&scene.case.scenario));
        Choice::Apply { label: "take what was measured".to_owned(), scenario }
    }

    fn hints(&self) -> &'static [Hint] {
        &[
            (&[Action::Up, Action::Down], "choose"),
            (&[Action::Enter], "take the workload into the scenario"),
            (&[Action::Calibrate], "make a profile of it"),
        ]
    }

    fn uses(&self, action: Action) -> bool {
        action == Action::Calibrate
    }

    fn draw(&self, _scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Drawn {
        let mut text = Text::default();
        if let Some(figure) = self.figures.get(row) {
            text.add(Role::Base, told(figure));
        }
        let area = details::draw(&[], &text, theme, area, buffer);
        let mut y = area.y;
        let end = area.bottom().saturating_sub(LEAST_TABLE);
        for (role, words) in &self.lines {
            for line in wrapped(words, usize::from(area.width)) {
                if y < end {
                    buffer.set_string(area.x, y, line, theme.style(*role));
                    y += 1;
                }
            }
        }
        for (name, values, unit) in &self.courses {
            if y + 1 < end && area.width > NAME + FIGURE {
                let last = values.iter().rev().flatten().next();
                let figure = last.map_or(String::new(), |value| format(*value, *unit));
                buffer.set_string(area.x, y, fit(name, usize::from(NAME)), theme.dim);
                buffer.set_string(area.x + NAME, y, fit(&figure, usize::from(FIGURE)), theme.base);
                let room =
                    Rect { x: area.x + NAME + FIGURE, y, width: area.width - NAME - FIGURE, height: 1 };
                spark::draw(values, theme.inference, room, buffer);
                y += 1;
            }
        }
        let gap = u16::from(y > area.y);
        let list = Rect { y: y + gap, height: area.bottom().saturating_sub(y + gap), ..area };
        self.sheet.draw(row, theme, list, buffer)
    }
}

/// A figure in a sentence.
fn told(figure: &Beside) -> String {
    let value = |value: Option<f64>| value.map_or("not known".to_owned(), |value| format(value, figure.unit));
    let cause =
        if figure.cause.is_empty() { String::new() } else { format!(" Likely cause: {}.", figure.cause) };
    format!(
        "{}: measured {}, by the scenario {}.{cause}",
        figure.label,
        value(figure.measured),
        value(figure.modeled)
    )
}
