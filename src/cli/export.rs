//! `whatif export`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Result, anyhow, bail};
use clap::Args;

use crate::analysis::case::Case;
use crate::app::App;
use crate::cli::explore::start;
use crate::cli::input::{Either, Opened, OpenedDeck, Scenario};
use crate::cli::look::LookArgs;
use crate::cli::output::{Replace, say};
use crate::cli::picture::no_key;
use crate::export::handout::Handout;
use crate::export::made::lacks;
use crate::export::scenario::Subject;
use crate::export::{deck, html, markdown, pdf, scenario};
use crate::report::format::FORMATS;
use crate::report::page::Page;
use crate::report::record::Record;
use crate::text::suggest::closest;
use crate::tui::picture::color::Paper;
use crate::tui::picture::{png, svg};
use crate::tui::screen::Screen;
use crate::widgets::theme::Look;

/// Variable that sets when something is made, so that the same is made twice (reproducible-builds.org).
const TIME_VARIABLE: &str = "SOURCE_DATE_EPOCH";
/// Columns and rows of a picture, and of a step of a deck, which has the shape of a projector's.
const SCREEN: (u16, u16) = (120, 36);
const SLIDE: (u16, u16) = (100, 28);
/// The key for the next step.
const NEXT_STEP: &str = "Right";
/// Pixels to a unit of a picture.
const SCALE: u8 = 2;

/// Write a document that can be sent: a page, a PDF, Markdown, a picture
#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(flatten)]
    scenario: Scenario,
    /// File to write; its extension names the format: html, md, pdf, svg, png, csv or json
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// Step of a deck to draw, from 1, to .svg or .png [default: each, to numbered files]
    #[arg(long, value_name = "NUMBER")]
    step: Option<usize>,
    /// What to compare with [default: the same scenario without what is set]
    #[arg(long, value_name = "PRESET | FILE")]
    baseline: Option<String>,
    #[command(flatten)]
    replace: Replace,
    #[command(flatten)]
    look: LookArgs,
}

/// Says what a document does without.
fn tell(notes: &[String]) {
    for note in notes {
        say(&format!("note: {note}"));
    }
}

/// What is written, by the extension of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Html,
    Markdown,
    Pdf,
    Svg,
    Png,
    Table(&'static str),
}

const KINDS: [(&str, Kind); 7] = [
    ("html", Kind::Html),
    ("md", Kind::Markdown),
    ("pdf", Kind::Pdf),
    ("svg", Kind::Svg),
    ("png", Kind::Png),
    ("csv", Kind::Table("csv")),
    ("json", Kind::Table("json")),
];

impl Export {
    /// Writes the file whole.
    pub(super) fn run(&self) -> Result<ExitCode> {
        let kind = kind(&self.to)?;
        match (self.scenario.open_any()?, kind) {
            (Either::Scenario(_), _) if self.step.is_some() => bail!("only decks have steps"),
            (Either::Scenario(opened), _) => self.replace.put(&self.to, &self.scenario(kind, *opened)?)?,
            (Either::Deck(_), _) if self.baseline.is_some() => {
                bail!("a deck has no baseline: each of its steps is compared with the one before")
            }
            (Either::Deck(opened), Kind::Svg | Kind::Png) => self.slides(kind, *opened)?,
            (Either::Deck(_), _) if self.step.is_some() => {
                bail!("a step alone is a picture: export it to .svg or .png, or all steps without --step")
            }
            (Either::Deck(opened), _) => self.replace.put(&self.to, &self.deck(kind, *opened)?)?,
        }
        Ok(ExitCode::SUCCESS)
    }

    fn scenario(&self, kind: Kind, mut opened: Opened) -> Result<Vec<u8>> {
        if let Kind::Svg | Kind::Png = kind {
            return self.picture(kind);
        }
        let baseline = self.scenario.beside(self.baseline.as_deref(), &mut opened)?;
        let Opened { document, origin, world } = opened;
        let world = Arc::new(world);
        let case = Case::new(&world, document.scenario);
        if let Kind::Table(id) = kind {
            return table(id, &Page::from(&Record::of(&case, &document, origin.id())));
        }
        tell(&lacks(&[&case]));
        let before = baseline.map(|before| (before.name, Case::new(&world, before.scenario)));
        written(
            kind,
            &scenario::handout(&Subject {
                document: &document,
                case: &case,
                id: origin.id(),
                baseline: before.as_ref().map(|(name, case)| (name.as_str(), case)),
                command: &self.scenario.command("report"),
                time: now(),
            }),
        )
    }

    fn deck(&self, kind: Kind, opened: OpenedDeck) -> Result<Vec<u8>> {
        let OpenedDeck { document, world, .. } = opened;
        let source = document.to_toml_alone(self.scenario.sets(), &self.scenario.store(), &world.catalog)?;
        let stages = document.deck().stages(&Arc::new(world));
        if let Kind::Table(id) = kind {
            return table(id, &deck::page(document.deck(), &stages));
        }
        let cases: Vec<&Case> = stages.iter().map(|stage| &stage.case).collect();
        tell(&lacks(&cases));
        let command = self.scenario.command("present");
        written(kind, &deck::handout(document.deck(), &stages, source, &command, now()))
    }

    /// The explorer's screen.
    fn picture(&self, kind: Kind) -> Result<Vec<u8>> {
        drawn(kind, &self.screen(start(&self.scenario)?, SCREEN)?)
    }

    fn screen(&self, app: App, (columns, rows): (u16, u16)) -> Result<Screen> {
        let look = Look { ascii: self.look.ascii, ..Look::default() };
        Ok(Screen::new(app, self.look.theme().unwrap_or_default(), look, columns, rows)?)
    }

    /// A step as it is presented; where none is asked for, each in a file of its own, with its number in the name.
    fn slides(&self, kind: Kind, opened: OpenedDeck) -> Result<()> {
        let deck = opened.document.deck().clone();
        let count = deck.steps.len();
        let mut screen =
            self.screen(App::presenting(opened.world, self.scenario.store(), deck, None), SLIDE)?;
        if self.step.is_some_and(|step| !(1..=count).contains(&step)) {
            bail!("the deck has steps 1 to {count}");
        }
        // All of them or none.
        for step in 1..=count {
            self.replace.check(&if self.step.is_some() {
                self.to.clone()
            } else {
                numbered(&self.to, step, count)
            })?;
        }
        for step in 1..=count {
            match self.step {
                Some(asked) if asked == step => self.replace.put(&self.to, &drawn(kind, &screen)?)?,
                None => self.replace.put(&numbered(&self.to, step, count), &drawn(kind, &screen)?)?,
                Some(_) => {}
            }
            screen.press(NEXT_STEP).map_err(no_key)?;
        }
        if self.step.is_none() {
            let [first, last] = [1, count].map(|step| numbered(&self.to, step, count));
            say(&format!("note: a picture for each step: {} to {}", first.display(), last.display()));
        }
        Ok(())
    }
}

/// A screen in the format of a picture.
fn drawn(kind: Kind, screen: &Screen) -> Result<Vec<u8>> {
    let (frame, paper) = (screen.draw(), Paper::of(&screen.theme()));
    Ok(match kind {
        Kind::Png => png::png(&frame, paper, SCALE)?,
        _ => svg::svg(&frame, paper).into_bytes(),
    })
}

/// The name of a file with the number of a step behind it: `deck-03.png` of ten and more.
fn numbered(path: &Path, step: usize, count: usize) -> PathBuf {
    let digits = count.to_string().len();
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}-{step:0digits$}.{extension}"))
}

/// A document in its format.
fn written(kind: Kind, handout: &Handout) -> Result<Vec<u8>> {
    Ok(match kind {
        Kind::Markdown => markdown::markdown(handout).into_bytes(),
        Kind::Pdf => pdf::pdf(handout)?,
        _ => html::html(handout).into_bytes(),
    })
}

/// A page in one of the formats of every command.
fn table(id: &str, page: &Page) -> Result<Vec<u8>> {
    let mut content = Vec::new();
    for format in FORMATS.iter().filter(|format| format.id == id) {
        (format.write)(page, &mut content)?;
    }
    Ok(content)
}

/// The format that the name of a file asks for.
fn kind(path: &Path) -> Result<Kind> {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    let found = KINDS.iter().find(|(name, _)| extension.eq_ignore_ascii_case(name));
    found.map(|(_, kind)| *kind).ok_or_else(|| {
        let names = KINDS.map(|(name, _)| name);
        let known = names.map(|name| format!(".{name}")).join(", ");
        let near = closest(&extension, names.into_iter()).map(|near| format!("; did you mean `.{near}`?"));
        anyhow!("cannot write {}: its name must end in {known}{}", path.display(), near.unwrap_or_default())
    })
}

/// When it is made, seconds since the beginning of 1970.
fn now() -> u64 {
    let set = std::env::var(TIME_VARIABLE).ok().and_then(|seconds| seconds.trim().parse().ok());
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    set.unwrap_or(elapsed.as_secs())
}
