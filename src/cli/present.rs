//! `whatif present`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

use crate::analysis::deck::Deck;
use crate::app::App;
use crate::cli::explore::terminal_look;
use crate::cli::input::{Either, Scenario};
use crate::cli::look::LookArgs;
use crate::cli::output::{FormatArgs, Replace, is_terminal};
use crate::files::deck::start;
use crate::files::settings::SettingsFile;
use crate::report::listing;
use crate::tui::terminal;

/// Show a deck step by step, its figures live; without a name, list the decks
///
/// Right and Left go from step to step, as presenters' remotes do; the slider at the foot is turned with plus and minus or a typed
/// value; ? lists the keys. Nothing moves by itself, also over a slow line.
#[derive(Debug, Args)]
pub(super) struct Present {
    #[command(flatten)]
    deck: Scenario,
    #[command(flatten)]
    look: LookArgs,
    /// Write what to say, and what comes next, to a file or another terminal's path
    #[arg(long, value_name = "FILE | TTY")]
    notes: Option<PathBuf>,
    #[command(flatten)]
    replace: Replace,
}

impl Present {
    pub(super) fn run(self) -> Result<ExitCode> {
        if self.deck.is_unnamed() {
            return FormatArgs::default().print(&listing::page(listing::decks(&self.deck.store())));
        }
        if !is_terminal() {
            bail!(
                "a deck is presented on a terminal; without one, `whatif export DECK --to FILE` writes it to a file, and \
                 `whatif check DECK` tells of its steps"
            );
        }
        if let Some(notes) = &self.notes {
            self.replace.check(notes)?;
        }
        let mut app = app(&self.deck, self.notes)?;
        let remembered = SettingsFile::open().0.theme();
        app.state.theme = self.look.theme().or(remembered).unwrap_or_default();
        terminal::run(&mut app, terminal_look(self.look))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The deck that is named, or a scenario as a deck of one step.
pub(super) fn app(deck: &Scenario, notes: Option<PathBuf>) -> Result<App> {
    let (world, told) = match deck.open_any()? {
        Either::Deck(opened) => (opened.world, opened.document.deck().clone()),
        Either::Scenario(opened) => (opened.world, Deck::of(start(&opened.document, &opened.origin))),
    };
    Ok(App::presenting(world, deck.store(), told, notes))
}
