//! `whatif export`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Result, anyhow};
use clap::Args;

use crate::analysis::case::Case;
use crate::cli::explore::start;
use crate::cli::input::{Opened, Scenario};
use crate::cli::look::LookArgs;
use crate::export::handout::Handout;
use crate::export::scenario::{Subject, handout};
use crate::export::{html, markdown, pdf};
use crate::files::atomic;
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
/// Columns and rows of a picture.
const SCREEN: (u16, u16) = (120, 36);
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
    /// What to compare with [default: the same scenario without what is set]
    #[arg(long, value_name = "PRESET | FILE")]
    baseline: Option<String>,
    #[command(flatten)]
    look: LookArgs,
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
        let content = match kind(&self.to)? {
            Kind::Html => html::html(&self.handout()?).into_bytes(),
            Kind::Markdown => markdown::markdown(&self.handout()?).into_bytes(),
            Kind::Pdf => pdf::pdf(&self.handout()?)?,
            Kind::Svg => {
                let screen = self.screen()?;
                svg::svg(&screen.draw(), Paper::of(&screen.theme())).into_bytes()
            }
            Kind::Png => {
                let screen = self.screen()?;
                png::png(&screen.draw(), Paper::of(&screen.theme()), SCALE)?
            }
            Kind::Table(id) => self.table(id)?,
        };
        atomic::write(&self.to, &content, true)?;
        Ok(ExitCode::SUCCESS)
    }

    /// The document about the scenario, and about what it is compared with.
    fn handout(&self) -> Result<Handout> {
        let (Opened { document, origin, world }, baseline) =
            self.scenario.open_beside(self.baseline.as_deref())?;
        let world = Arc::new(world);
        let case = Case::new(&world, document.scenario);
        let before = baseline.map(|before| (before.name, Case::new(&world, before.scenario)));
        Ok(handout(&Subject {
            document: &document,
            case: &case,
            id: origin.id(),
            baseline: before.as_ref().map(|(name, case)| (name.as_str(), case)),
            command: &self.scenario.command("report"),
            time: now(),
        }))
    }

    /// The explorer's screen.
    fn screen(&self) -> Result<Screen> {
        let look = Look { ascii: self.look.ascii, ..Look::default() };
        let theme = self.look.theme().unwrap_or_default();
        Ok(Screen::new(start(&self.scenario)?, theme, look, SCREEN.0, SCREEN.1))
    }

    /// The report in one of its formats.
    fn table(&self, id: &str) -> Result<Vec<u8>> {
        let opened = self.scenario.open()?;
        let document = opened.document.clone();
        let id_of = opened.origin.id().map(str::to_owned);
        let page = Page::from(&Record::of(&opened.case(), &document, id_of.as_deref()));
        let mut content = Vec::new();
        for format in FORMATS.iter().filter(|format| format.id == id) {
            (format.write)(&page, &mut content)?;
        }
        Ok(content)
    }
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
