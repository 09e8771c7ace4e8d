//! `whatif record`.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::cli::picture::{Stage, Target, no_key};
use crate::tui::picture::cast::cast;
use crate::tui::picture::color::Paper;
use crate::tui::picture::film::film;

/// Record a session in the explorer, a frame after each key
#[derive(Debug, Args)]
pub(super) struct Record {
    #[command(flatten)]
    stage: Stage,
    #[command(flatten)]
    target: Target<Kind>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// A picture that moves
    Svg,
    /// What a terminal is sent, for asciinema
    Cast,
}

impl Record {
    /// Presses the keys one after the other.
    pub(super) fn run(&self) -> Result<ExitCode> {
        let mut screen = self.stage.screen()?;
        let kind = self.target.kind()?;
        let paper = Paper::of(&screen.theme());
        let frames = screen.frames(&self.stage.keys).map_err(no_key)?;
        match kind {
            Kind::Svg => self.target.write(&film(&frames, paper)),
            Kind::Cast => self.target.write(&cast(&frames)?),
        }
    }
}
