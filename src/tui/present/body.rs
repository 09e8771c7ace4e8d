//! What a step shows, and how it is laid out: the headline, figures, a picture of what caused them, and what they are paid for
//! with. What has no room is said, not left out.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Rect, Size};

use crate::analysis::deck::stage::Stage;
use crate::analysis::deck::{Step, ViewName};
use crate::text::wrap::{fit, pad, wrapped};
use crate::tui::present::figure::{Figure, Hand, Scale, Words};
use crate::views::waterfall::{THICKEST, TOTALS, Waterfall};
use crate::widgets::theme::{Role, Theme};
use crate::widgets::{glyphs, letters};

/// The most lines of a headline.
const HEADLINE: usize = 2;
/// The least rows of a figure that is large.
const LARGE: u16 = 7;
/// Rows of a step for each column of its figures' points: from step to step they are as large as the screen, not as what else
/// is told.
const TO_A_POINT: u16 = 20;
/// The least rows of a view.
const LEAST_VIEW: u16 = 9;
/// The least rows of causes: the figure before, the first cause, how many more there are, and the figure now.
const LEAST_CAUSES: u16 = 4;
/// The most empty rows between two parts.
const MOST_BETWEEN: u16 = 3;
/// Columns of the words before what is paid or published.
const LABEL: usize = 15;

/// What a step shows.
#[derive(Debug)]
pub(super) struct Body {
    headline: String,
    /// Which model, and what it runs on.
    about: String,
    figures: Vec<Figure>,
    picture: Picture,
    /// What it is paid for with, and what else is promised: the words before it, and it.
    paid: Vec<(Role, &'static str, String)>,
    published: Vec<Claim>,
    is_spotlight: bool,
}

/// What was published.
#[derive(Debug)]
struct Claim {
    /// In a sentence, with where that is from.
    sentence: String,
    /// The figure, and who published it in a word.
    brief: String,
}

/// What is between the figures and what they are paid for with.
#[derive(Debug)]
enum Picture {
    None,
    Causes(Waterfall),
    /// A view, and the rows that it takes at least.
    View(u16),
}

/// How figures stand to each other, and what is said of them to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Side by side, with what is said of each below it.
    Below,
    /// Side by side, with what is said of each beside it.
    Beside,
    /// Below each other, with what is said of each beside it.
    Stacked,
}

/// How the headline is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Head {
    /// In capitals of several rows.
    Large,
    /// Like any other line.
    Plain,
}

/// Where everything is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Plan {
    head: Head,
    /// The lines of the headline.
    headline: Vec<String>,
    /// Rows of what the step is about.
    about: u16,
    hand: Hand,
    /// Columns of each figure.
    columns: Vec<u16>,
    way: Way,
    /// Rows of the figures, and of the picture.
    figures: u16,
    picture: u16,
    told: Vec<(Role, String)>,
    /// Empty rows between two parts.
    between: u16,
}

impl Head {
    fn rows(self) -> u16 {
        match self {
            Self::Large => letters::HEIGHT,
            Self::Plain => 1,
        }
    }
}

impl Plan {
    /// Rows of the headline, and of what the step is about.
    fn heading(&self) -> u16 {
        self.headline.len() as u16 * self.head.rows() + self.about
    }
}

impl Body {
    /// A step worked out, compared with another.
    pub(super) fn new(step: &Step, stage: &Stage, before: Option<&Stage>) -> Self {
        let figures = stage.shown.iter().map(|shown| Figure::new(shown, stage)).collect();
        let caused = || {
            let before = before?;
            let moved = stage.shown.iter().filter(|shown| shown.before.is_some());
            let mut waterfalls = moved.map(|shown| Waterfall::new(shown.answer, &before.case, &stage.case));
            waterfalls.find(Waterfall::has_moved)
        };
        let picture = match step.view {
            None => caused().map_or(Picture::None, Picture::Causes),
            Some(ViewName::Compare) => caused().map_or(Picture::View(LEAST_VIEW), Picture::Causes),
            Some(_) => Picture::View(LEAST_VIEW),
        };
        let paid = stage.paid.iter().map(|paid| {
            let role = match paid.target {
                Some(target) if !target.is_kept => Role::Warning,
                _ if paid.is_worse() => Role::Worse,
                _ => Role::Base,
            };
            (role, paid.role(), paid.words())
        });
        let published = stage.published.iter().map(|claim| Claim {
            sentence: format!("{} ({})", claim.statement, claim.source),
            brief: claim.name(),
        });
        Self {
            headline: step.title.clone(),
            about: stage.about(),
            figures,
            picture,
            paid: paid.collect(),
            published: published.collect(),
            is_spotlight: false,
        }
    }

    /// One figure alone.
    pub(super) fn spotlight(step: &Step, stage: &Stage) -> Self {
        Self {
            headline: step.title.clone(),
            about: stage.about(),
            figures: stage.shown.iter().take(1).map(|shown| Figure::new(shown, stage)).collect(),
            picture: Picture::None,
            paid: Vec::new(),
            published: Vec::new(),
            is_spotlight: true,
        }
    }

    /// What has no room on a screen; `None` where everything has.
    pub(super) fn overflow(&self, room: Size, is_ascii: bool) -> Option<String> {
        let lines = wrapped(&self.headline, usize::from(room.width)).len();
        if lines > HEADLINE {
            return Some(format!("its headline takes {lines} lines, and has room for {HEADLINE}"));
        }
        match self.plan(room, is_ascii) {
            Some(plan) if plan.hand.scale == Scale::Letters => {
                Some("its figures have no room to be large".to_owned())
            }
            Some(_) => None,
            None => {
                let needed = self.least(room.width, is_ascii);
                let needed = needed.map_or("too many".to_owned(), |rows| rows.to_string());
                Some(format!("it takes {needed} rows, and has room for {}", room.height))
            }
        }
    }

    /// Columns of each figure, the room that is left shared among them; `None` where they have no room.
    fn columns(&self, hand: Hand, width: u16) -> Option<Vec<u16>> {
        let count = (self.figures.len() as u16).max(1);
        let room = width.saturating_sub((count - 1) * hand.scale.between());
        let of = |of: fn(&Figure, Hand) -> Option<u16>| -> Option<Vec<u16>> {
            self.figures.iter().map(|figure| of(figure, hand)).collect()
        };
        let (least, wanted) = (of(Figure::columns)?, of(Figure::wanted)?);
        let even = room / count;
        if wanted.iter().all(|columns| *columns <= even) {
            return Some(vec![even; wanted.len()]);
        }
        let [needed, all] = [&least, &wanted].map(|columns| columns.iter().sum::<u16>());
        if let Some(spare) = room.checked_sub(all) {
            return Some(wanted.into_iter().map(|columns| columns + spare / count).collect());
        }
        // Who wants more gets more of what is left.
        let spare = u32::from(room.checked_sub(needed)?);
        let more = |(least, wanted): (&u16, &u16)| {
            least + (spare * u32::from(wanted - least) / u32::from(all - needed)) as u16
        };
        Some(least.iter().zip(&wanted).map(more).collect())
    }

    /// What is told under the picture.
    fn told(&self, words: Words, width: u16) -> Vec<(Role, String)> {
        let room = usize::from(width).saturating_sub(LABEL);
        let between = format!(" {} ", glyphs::DOT);
        let published: Vec<String> = match words {
            Words::Why | Words::All => self.published.iter().map(|claim| claim.sentence.clone()).collect(),
            _ if self.published.is_empty() => Vec::new(),
            Words::Few | Words::Fewest => {
                let brief: Vec<&str> = self.published.iter().map(|claim| claim.brief.as_str()).collect();
                vec![brief.join(&between)]
            }
        };
        let published = published.into_iter().map(|words| (Role::Base, "published", words));
        let why = match &self.picture {
            Picture::Causes(waterfall) if words == Words::Why => waterfall.why(room as u16),
            _ => Vec::new(),
        };
        let why = why.into_iter().map(|line| (Role::Base, "why", line));
        let mut all = Vec::new();
        let mut last = "";
        for (role, label, words) in why.chain(self.paid.iter().cloned()).chain(published) {
            for line in wrapped(&words, room) {
                // What several lines have in common stands before the first of them.
                let said = if std::mem::replace(&mut last, label) == label { "" } else { label };
                all.push((role, format!("{}{line}", pad(said, LABEL))));
            }
        }
        all
    }

    /// The lines of the headline; `None` where it cannot be written so.
    fn lines(&self, head: Head, width: u16, is_ascii: bool) -> Option<Vec<String>> {
        match head {
            Head::Large if is_ascii => None,
            Head::Large => letters::lines(&self.headline, width).filter(|lines| lines.len() <= HEADLINE),
            Head::Plain => {
                Some(wrapped(&self.headline, usize::from(width)).into_iter().take(HEADLINE).collect())
            }
        }
    }

    /// The rows of the picture at least, and as it is best.
    fn picture(&self, height: u16) -> [u16; 2] {
        match &self.picture {
            Picture::None => [0, 0],
            Picture::Causes(waterfall) => {
                let rows = waterfall.causes.len() as u16 + TOTALS;
                [rows.min(LEAST_CAUSES), rows]
            }
            Picture::View(least) => [*least, (height / 2).max(*least)],
        }
    }

    /// Rows of everything.
    fn rows(plan: &Plan) -> u16 {
        let parts = [plan.heading(), plan.figures, plan.picture, plan.told.len() as u16];
        let gaps = parts.iter().filter(|rows| **rows > 0).count().saturating_sub(1) as u16;
        parts.iter().sum::<u16>() + gaps * plan.between
    }

    /// The rows that it takes at least; `None` where its figures have no room side by side.
    fn least(&self, width: u16, is_ascii: bool) -> Option<u16> {
        let hand = Hand { scale: Scale::Letters, digits: 1, words: Words::Fewest, is_ascii };
        let plan = self.planned((Head::Plain, hand), self.picture(0)[0], 0, width, Way::Below)?;
        Some(Self::rows(&plan))
    }

    fn planned(
        &self,
        (head, hand): (Head, Hand),
        picture: u16,
        between: u16,
        width: u16,
        way: Way,
    ) -> Option<Plan> {
        let headline = self.lines(head, width, hand.is_ascii)?;
        let about = u16::from(hand.words != Words::Fewest);
        let columns =
            if way == Way::Stacked { vec![width; self.figures.len()] } else { self.columns(hand, width)? };
        let is_beside = way != Way::Below;
        let mut rows = Vec::new();
        for (figure, columns) in self.figures.iter().zip(&columns) {
            if is_beside && !figure.is_beside(hand, *columns) {
                return None;
            }
            rows.push(figure.rows(hand, *columns, is_beside));
        }
        let figures = match way {
            Way::Stacked => rows.iter().sum::<u16>() + rows.len().saturating_sub(1) as u16,
            Way::Below | Way::Beside => rows.into_iter().max().unwrap_or(0),
        };
        let told = self.told(hand.words, width);
        Some(Plan { head, headline, about, hand, columns, way, figures, picture, told, between })
    }

    /// The largest figures for which everything else has room; `None` where nothing has.
    fn plan(&self, room: Size, is_ascii: bool) -> Option<Plan> {
        let [least, best] = self.picture(room.height);
        let tries = [
            (Head::Large, Words::Why, best, 1),
            (Head::Large, Words::All, best, 1),
            (Head::Large, Words::Few, best, 1),
            (Head::Large, Words::All, least, 1),
            (Head::Plain, Words::Why, best, 1),
            (Head::Plain, Words::All, best, 1),
            (Head::Large, Words::Few, least, 1),
            (Head::Plain, Words::Few, best, 1),
            (Head::Plain, Words::All, least, 1),
            (Head::Plain, Words::Few, least, 1),
            (Head::Plain, Words::Fewest, least, 1),
            (Head::Plain, Words::Fewest, least, 0),
        ];
        let ways = self.ways(room.height);
        let last = tries.len() - 1;
        tries.into_iter().enumerate().find_map(|(place, (head, words, picture, between))| {
            ways.iter().find_map(|(scale, digits, way)| {
                let hand = Hand { scale: *scale, digits: *digits, words, is_ascii };
                // A large headline is worth smaller figures, and not small ones.
                let is_readable = match head {
                    Head::Large => matches!(scale, Scale::Blocks(_)) && *digits == 0,
                    Head::Plain => *scale != Scale::Letters || place == last,
                };
                let plan =
                    is_readable.then(|| self.planned((head, hand), picture, between, room.width, *way))??;
                (Self::rows(&plan) <= room.height).then_some(plan)
            })
        })
    }

    /// How figures can be written, the best first: large with what is said beside them, in all of their digits; below each
    /// other only where there is no picture.
    fn ways(&self, height: u16) -> Vec<(Scale, usize, Way)> {
        let most = Scale::Blocks((height / TO_A_POINT).max(1)).rows();
        let scales = Scale::ALL.into_iter().filter(|scale| self.is_spotlight || scale.rows() <= most);
        let (large, small): (Vec<Scale>, Vec<Scale>) = scales.partition(|scale| scale.rows() >= LARGE);
        let is_alone = matches!(self.picture, Picture::None);
        let all = |digits: usize| {
            let beside = large.iter().map(move |scale| (*scale, digits, Way::Beside));
            let below = large.iter().map(move |scale| (*scale, digits, Way::Below));
            let stacked =
                large.iter().filter(move |_| is_alone).map(move |scale| (*scale, digits, Way::Stacked));
            let small = small
                .iter()
                .flat_map(move |scale| [(*scale, digits, Way::Beside), (*scale, digits, Way::Below)]);
            beside.chain(below).chain(stacked).chain(small).collect::<Vec<_>>()
        };
        // Fewer digits only where all of them have no room in signs of several rows.
        let (read, letters): (Vec<_>, Vec<_>) =
            all(0).into_iter().partition(|(scale, ..)| *scale != Scale::Letters);
        read.into_iter().chain(all(1)).chain(letters).collect()
    }

    /// The plan for a room that is too small: what is most important first, and the rest cut off.
    fn cut(&self, width: u16, is_ascii: bool) -> Plan {
        let hand = Hand { scale: Scale::Letters, digits: 1, words: Words::Fewest, is_ascii };
        let even = width / (self.figures.len() as u16).max(1);
        let columns = vec![even; self.figures.len()];
        let rows = self.figures.iter().map(|figure| figure.rows(hand, even, false));
        let (figures, picture) = (rows.max().unwrap_or(0), self.picture(0)[0]);
        let told = self.told(Words::Fewest, width);
        let headline = self.lines(Head::Plain, width, is_ascii).unwrap_or_default();
        Plan {
            head: Head::Plain,
            headline,
            about: 0,
            hand,
            columns,
            way: Way::Below,
            figures,
            picture,
            told,
            between: 0,
        }
    }

    /// Draws everything, and gives the place of the view.
    pub(super) fn draw(&self, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<Rect> {
        let width = area.width;
        let plan = self.plan(area.as_size(), theme.ascii);
        let mut plan = plan.unwrap_or_else(|| self.cut(width, theme.ascii));
        let spare = |plan: &Plan| area.height.saturating_sub(Self::rows(plan));
        match &self.picture {
            Picture::View(_) => plan.picture += spare(&plan),
            Picture::Causes(waterfall) => {
                let bars = waterfall.causes.len() as u16 + TOTALS;
                if plan.picture == bars {
                    plan.picture *= (1 + spare(&plan) / bars).min(THICKEST);
                }
            }
            Picture::None => {}
        }
        plan.between = (plan.between + spare(&plan) / 4).min(MOST_BETWEEN).max(plan.between);
        let mut y = area.y;
        let below = |y: u16, height: u16| Rect {
            y: y.min(area.bottom()),
            height: height.min(area.bottom().saturating_sub(y)),
            ..area
        };
        for line in &plan.headline {
            let place = below(y, plan.head.rows());
            match plan.head {
                Head::Large => letters::draw(line, theme.heading, place, buffer),
                Head::Plain if !place.is_empty() => {
                    buffer.set_stringn(area.x, y, line, usize::from(width), theme.heading);
                }
                Head::Plain => {}
            }
            y += plan.head.rows();
        }
        if plan.about > 0 && !below(y, 1).is_empty() {
            buffer.set_string(area.x, y, fit(&self.about, usize::from(width)), theme.dim);
        }
        // A headline stands where that of the step before stood.
        y += plan.about + plan.between + spare(&plan) / 3;
        let place = below(y, plan.figures);
        let mut rest = place;
        for (figure, columns) in self.figures.iter().zip(&plan.columns) {
            let is_beside = plan.way != Way::Below;
            if !rest.is_empty() {
                figure.draw(plan.hand, is_beside, theme, Rect { width: *columns, ..rest }, buffer);
            }
            if plan.way == Way::Stacked {
                let used = figure.rows(plan.hand, *columns, is_beside) + 1;
                rest = Rect { y: rest.y + used, height: rest.height.saturating_sub(used), ..rest };
            } else {
                rest.x += columns + plan.hand.scale.between();
            }
        }
        y += plan.figures + plan.between;
        let place = below(y, plan.picture);
        if let Picture::Causes(waterfall) = &self.picture {
            waterfall.present(theme, place, buffer);
        }
        if plan.picture > 0 {
            y += plan.picture + plan.between;
        }
        let rows = below(y, plan.told.len() as u16);
        for (y, (role, line)) in (rows.y..rows.bottom()).zip(&plan.told) {
            let (label, words) = line.split_at(LABEL);
            buffer.set_stringn(area.x, y, label, usize::from(width), theme.dim);
            let x = area.x + LABEL as u16;
            buffer.set_stringn(x, y, words, usize::from(area.right().saturating_sub(x)), theme.style(*role));
        }
        matches!(self.picture, Picture::View(_)).then_some(place)
    }
}
