//! What a step shows, and how it is laid out: the headline, figures, a picture of what caused them, and what they are paid for
//! with. What has no room is said, not left out.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use crate::analysis::deck::Step;
use crate::analysis::deck::stage::Stage;
use crate::text::wrap::{pad, wrapped};
use crate::tui::present::figure::{Figure, Hand, Scale, Words};
use crate::views::waterfall::{THICKEST, TOTALS, Waterfall};
use crate::widgets::glyphs;
use crate::widgets::theme::{Role, Theme};

/// The most lines of a headline.
const HEADLINE: usize = 2;
/// The least rows of a figure that is large.
const LARGE: u16 = 7;
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
    figures: Vec<Figure>,
    picture: Picture,
    /// What it is paid for with.
    paid: Vec<(Role, String)>,
    published: Vec<Claim>,
}

/// What was published.
#[derive(Debug)]
struct Claim {
    /// In a sentence, with where that is from.
    sentence: String,
    /// The figure, and who published it in a word.
    brief: String,
    source: String,
}

/// What is between the figures and what they are paid for with.
#[derive(Debug)]
enum Picture {
    None,
    Causes(Waterfall),
    View,
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

/// Where everything is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Plan {
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
            Some(_) => Picture::View,
            None => caused().map_or(Picture::None, Picture::Causes),
        };
        let paid = stage.paid.iter().map(|paid| {
            let role = match paid.target {
                Some(target) if !target.is_kept => Role::Warning,
                _ if paid.is_worse() => Role::Worse,
                _ => Role::Base,
            };
            (role, paid.words())
        });
        let published = stage.published.iter().map(|claim| {
            let (brief, source) = (claim.name(), claim.source.to_string());
            Claim { sentence: format!("{} ({source})", claim.statement), brief, source }
        });
        Self {
            headline: step.title.clone(),
            figures,
            picture,
            paid: paid.collect(),
            published: published.collect(),
        }
    }

    /// One figure alone.
    pub(super) fn spotlight(step: &Step, stage: &Stage) -> Self {
        Self {
            headline: step.title.clone(),
            figures: stage.shown.iter().take(1).map(|shown| Figure::new(shown, stage)).collect(),
            picture: Picture::None,
            paid: Vec::new(),
            published: Vec::new(),
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
            Words::All => self.published.iter().map(|claim| claim.sentence.clone()).collect(),
            Words::Few | Words::Fewest if self.published.is_empty() => Vec::new(),
            Words::Few => {
                let brief = self.published.iter().map(|claim| format!("{} ({})", claim.brief, claim.source));
                vec![brief.collect::<Vec<_>>().join(&between)]
            }
            Words::Fewest => {
                let brief: Vec<&str> = self.published.iter().map(|claim| claim.brief.as_str()).collect();
                vec![brief.join(&between)]
            }
        };
        let published = published.into_iter().map(|words| (Role::Base, words));
        let parts = [("paid for with", self.paid.clone()), ("published", published.collect())];
        let mut all = Vec::new();
        for (mut label, told) in parts {
            for (role, words) in told {
                for line in wrapped(&words, room) {
                    all.push((role, format!("{}{line}", pad(label, LABEL))));
                    label = "";
                }
            }
        }
        all
    }

    fn headline(&self, width: u16) -> Vec<String> {
        wrapped(&self.headline, usize::from(width)).into_iter().take(HEADLINE).collect()
    }

    /// The rows of the picture at least, and as it is best.
    fn picture(&self, height: u16) -> [u16; 2] {
        match &self.picture {
            Picture::None => [0, 0],
            Picture::Causes(waterfall) => {
                let rows = waterfall.causes.len() as u16 + TOTALS;
                [rows.min(LEAST_CAUSES), rows]
            }
            Picture::View => [LEAST_VIEW, (height * 3 / 5).max(LEAST_VIEW)],
        }
    }

    /// Rows of everything.
    fn rows(&self, plan: &Plan, width: u16) -> u16 {
        let parts = [self.headline(width).len() as u16, plan.figures, plan.picture, plan.told.len() as u16];
        let gaps = parts.iter().filter(|rows| **rows > 0).count().saturating_sub(1) as u16;
        parts.iter().sum::<u16>() + gaps * plan.between
    }

    /// The rows that it takes at least; `None` where its figures have no room side by side.
    fn least(&self, width: u16, is_ascii: bool) -> Option<u16> {
        let hand = Hand { scale: Scale::Letters, digits: 1, words: Words::Fewest, is_ascii };
        let plan = self.planned(hand, self.picture(0)[0], 0, width, Way::Below)?;
        Some(self.rows(&plan, width))
    }

    fn planned(&self, hand: Hand, picture: u16, between: u16, width: u16, way: Way) -> Option<Plan> {
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
        Some(Plan { hand, columns, way, figures, picture, told, between })
    }

    /// The largest figures for which everything else has room; `None` where nothing has.
    fn plan(&self, room: Size, is_ascii: bool) -> Option<Plan> {
        let [least, best] = self.picture(room.height);
        let tries = [
            (Words::All, best, 1),
            (Words::Few, best, 1),
            (Words::All, least, 1),
            (Words::Few, least, 1),
            (Words::Fewest, least, 1),
            (Words::Fewest, least, 0),
        ];
        // Large with what is said beside it is better than larger with that below. Without a picture there is room for figures
        // below each other.
        let (large, small): (Vec<Scale>, Vec<Scale>) =
            Scale::ALL.into_iter().partition(|scale| scale.rows() >= LARGE);
        let side_by_side = |scale| {
            [(scale, 0, Way::Beside), (scale, 0, Way::Below), (scale, 1, Way::Beside), (scale, 1, Way::Below)]
        };
        let is_alone = matches!(self.picture, Picture::None);
        let stacked = large.iter().filter(|_| is_alone).map(|scale| (*scale, 0, Way::Stacked));
        let ways: Vec<_> = (large.iter().map(|scale| (*scale, 0, Way::Beside)))
            .chain(large.iter().copied().flat_map(side_by_side))
            .chain(stacked)
            .chain(small.into_iter().flat_map(side_by_side))
            .collect();
        let last = tries.len() - 1;
        tries.into_iter().enumerate().find_map(|(place, (words, picture, between))| {
            ways.iter().find_map(|(scale, digits, way)| {
                let hand = Hand { scale: *scale, digits: *digits, words, is_ascii };
                let is_readable = *scale != Scale::Letters || place == last;
                let plan = self.planned(hand, picture, between, room.width, *way)?;
                (is_readable && self.rows(&plan, room.width) <= room.height).then_some(plan)
            })
        })
    }

    /// The plan for a room that is too small: what is most important first, and the rest cut off.
    fn cut(&self, width: u16, is_ascii: bool) -> Plan {
        let hand = Hand { scale: Scale::Letters, digits: 1, words: Words::Fewest, is_ascii };
        let even = width / (self.figures.len() as u16).max(1);
        let columns = vec![even; self.figures.len()];
        let rows = self.figures.iter().map(|figure| figure.rows(hand, even, false));
        let (figures, picture) = (rows.max().unwrap_or(0), self.picture(0)[0]);
        let told = self.told(Words::Fewest, width);
        Plan { hand, columns, way: Way::Below, figures, picture, told, between: 0 }
    }

    /// Draws everything, and gives the place of the view.
    pub(super) fn draw(&self, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<Rect> {
        let width = area.width;
        let plan = self.plan(area.as_size(), theme.ascii);
        let mut plan = plan.unwrap_or_else(|| self.cut(width, theme.ascii));
        let spare = |plan: &Plan| area.height.saturating_sub(self.rows(plan, width));
        match &self.picture {
            Picture::View => plan.picture += spare(&plan),
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
        let headline = self.headline(width);
        let lines = below(y, headline.len() as u16);
        for (y, line) in (lines.y..lines.bottom()).zip(&headline) {
            buffer.set_stringn(area.x, y, line, usize::from(width), theme.heading);
        }
        // A headline stands where that of the step before stood.
        y += headline.len() as u16 + plan.between + spare(&plan) / 3;
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
        matches!(self.picture, Picture::View).then_some(place)
    }
}
