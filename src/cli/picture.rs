//! `whatif picture`, and what it shares with `whatif record`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, anyhow, bail};
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use crate::app::App;
use crate::cli::input::{Either, Scenario};
use crate::cli::look::LookArgs;
use crate::cli::output::{is_terminal, print};
use crate::files::atomic;
use crate::import::metrics::{History, Source, Watch};
use crate::tui::picture::color::Paper;
use crate::tui::picture::svg::svg;
use crate::tui::screen::Screen;
use crate::widgets::theme::Look;

/// Draw the explorer's screen as a picture
#[derive(Debug, Args)]
pub(super) struct Picture {
    #[command(flatten)]
    stage: Stage,
    #[command(flatten)]
    target: Target<Kind>,
    #[cfg(feature = "png")]
    /// Pixels to a unit in a PNG; a character has 9 x 18 units
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=4))]
    scale: u8,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// Sharp at every size
    Svg,
    /// Pixels
    Png,
}

impl Picture {
    /// Draws one frame after the keys.
    pub(super) fn run(&self) -> Result<ExitCode> {
        let mut screen = self.stage.screen()?;
        let kind = self.target.kind()?;
        screen.press(&self.stage.keys).map_err(no_key)?;
        let (frame, paper) = (screen.draw(), Paper::of(&screen.theme()));
        match kind {
            Kind::Svg => self.target.write(&svg(&frame, paper)),
            Kind::Png if self.target.out.is_none() && is_terminal() => {
                bail!("a terminal cannot show a PNG: name a file with --out FILE.png, or pipe it on")
            }
            #[cfg(feature = "png")]
            Kind::Png => self.target.write(&crate::tui::picture::png::png(&frame, paper, self.scale)?),
            #[cfg(not(feature = "png"))]
            Kind::Png => {
                bail!("this program was built without PNG: build it with `--features png`, or take SVG")
            }
        }
    }
}

/// A screen and what is pressed on it.
#[derive(Debug, Args)]
pub(super) struct Stage {
    #[command(flatten)]
    scenario: Scenario,
    #[command(flatten)]
    look: LookArgs,
    /// Screen size in columns and rows
    #[arg(long, value_name = "COLSxROWS", default_value = "120x36", value_parser = screen_size)]
    size: (u16, u16),
    /// Keys to press, named as in the help, `text:32k` to type, `wait:2` to wait: "b Right Enter text:32k Enter"; what
    /// they save is gone afterwards
    #[arg(long, default_value = "")]
    pub(super) keys: String,
    /// Pages of an engine as they were recorded, with the seconds at which: `a.prom@0 b.prom@30`, for the view Live
    #[arg(long, value_name = "FILE@SECONDS", num_args = 1.., value_parser = recorded)]
    metrics: Vec<(f64, String)>,
    /// Step of a deck, from 1; decks are drawn as they are presented
    #[arg(long, value_name = "NUMBER")]
    step: Option<usize>,
}

impl Stage {
    /// The screen before the first key.
    pub(super) fn screen(&self) -> Result<Screen> {
        let theme = self.look.theme().unwrap_or_default();
        let look = Look { ascii: self.look.ascii, ..Look::default() };
        let store = self.scenario.store();
        let mut app = match self.scenario.open_any()? {
            Either::Deck(opened) => {
                App::presenting(opened.world, store, opened.document.deck().clone(), None)
            }
            Either::Scenario(_) if self.step.is_some() => bail!("only decks have steps"),
            Either::Scenario(opened) => App::new(opened.world, store, opened.document, opened.origin),
        };
        if !self.metrics.is_empty() {
            let mut history = History::default();
            for (at, page) in &self.metrics {
                let (snapshot, others) = Source::File(page.into()).look()?;
                history.add(*at, snapshot, others);
            }
            let pages: Vec<&str> = self.metrics.iter().map(|(_, page)| page.as_str()).collect();
            app.state.live = Some(Watch::recorded(pages.join(", "), history));
        }
        if let Some(step) = self.step {
            let count = app.presentation.as_ref().map_or(0, |presentation| presentation.deck().steps.len());
            if !(1..=count).contains(&step) {
                bail!("the deck has steps 1 to {count}");
            }
            app.show_step(step - 1);
        }
        Ok(Screen::new(app, theme, look, self.size.0, self.size.1)?)
    }
}

/// A recorded page and when it was.
fn recorded(word: &str) -> Result<(f64, String), String> {
    let (page, at) =
        word.rsplit_once('@').ok_or("write it as page.prom@30: the file, and at which second it was")?;
    let at = at.parse().ok().filter(|at| (0.0..=1e9).contains(at));
    Ok((at.ok_or("after the @ are seconds since some beginning")?, page.to_owned()))
}

/// The error for a word that names no key.
pub(super) fn no_key(word: &str) -> anyhow::Error {
    anyhow!("`{word}` is not a key")
}

/// Where it goes, and what it is written as.
#[derive(Debug, Args)]
pub(super) struct Target<Kind: ValueEnum + Send + Sync + 'static> {
    /// File to write, whose extension names the format [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Format on standard output [default: svg]
    #[arg(long, value_enum, conflicts_with = "out")]
    format: Option<Kind>,
}

impl<Kind: ValueEnum + Send + Sync + 'static> Target<Kind> {
    /// The format that is asked for, or that the file's extension names.
    pub(super) fn kind(&self) -> Result<Kind> {
        let Some(path) = &self.out else {
            return Ok(self.format.clone().unwrap_or_else(|| Kind::value_variants()[0].clone()));
        };
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        Kind::from_str(&extension, true).map_err(|_| {
            let kinds = Kind::value_variants().iter().filter_map(Kind::to_possible_value);
            let allowed: Vec<String> =
                kinds.map(|kind: PossibleValue| format!(".{}", kind.get_name())).collect();
            anyhow!("cannot write {}: its name must end in {}", path.display(), allowed.join(" or "))
        })
    }

    /// Writes the file whole, or to standard output.
    pub(super) fn write(&self, content: &(impl AsRef<[u8]> + ?Sized)) -> Result<ExitCode> {
        match &self.out {
            Some(path) => {
                atomic::put(path, content, true)?;
                Ok(ExitCode::SUCCESS)
            }
            None => print(content),
        }
    }
}

/// Reads `120x36`.
fn screen_size(text: &str) -> Result<(u16, u16), &'static str> {
    text.split_once('x')
        .and_then(|(columns, rows)| Some((columns.trim().parse().ok()?, rows.trim().parse().ok()?)))
        .filter(|(columns, rows)| (1..=500).contains(columns) && (1..=200).contains(rows))
        .ok_or("write it as 120x36, at most 500x200")
}
