//! The explorer on a terminal.

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::app::App;
use crate::cli::input::{Either, Scenario};
use crate::cli::look::LookArgs;
use crate::cli::output::{say, shows_unicode};
use crate::files::settings::{Settings, SettingsFile};
use crate::import::metrics::Source;
use crate::text::diagnostic::in_one_line;
use crate::tui::terminal;
use crate::widgets::theme::{Colors, Look};

/// Opens the explorer, on what was open last where nothing is named; remembers its theme and its scenario.
pub(super) fn explore(scenario: &Scenario, look: LookArgs, metrics: Option<&str>) -> Result<ExitCode> {
    terminal::restore_on_panic();
    let watched = metrics.map(Source::parse).transpose()?;
    let (file, mut mistake) = SettingsFile::open();
    let mut app = match start(&scenario.or(file.settings.last_scenario.clone())) {
        Ok(app) => app,
        Err(error) if !scenario.is_unnamed() => return Err(error),
        Err(error) => {
            let app = start(scenario)?;
            mistake = Some(format!("last scenario: {}", in_one_line(&error.to_string())));
            app
        }
    };
    app.state.theme = look.theme().or(file.theme()).unwrap_or_default();
    app.state.last_scenario.clone_from(&file.settings.last_scenario);
    let is_resumed = scenario.is_unnamed() && app.state.opened_by() == file.settings.last_scenario;
    if let Some(mistake) = mistake {
        app.state.complain(mistake);
    } else if is_resumed {
        app.state.resumed();
    } else if file.settings == Settings::default() {
        app.state.welcome();
    }
    let stated = app.state.document.metrics.clone();
    app.watch(match watched {
        Some(source) => Some(source),
        None => stated.as_deref().map(Source::parse).transpose()?,
    });
    terminal::run(&mut app, terminal_look(look))?;
    // A theme given on the command line holds for this run only, unless it was changed in the meantime.
    let chosen = look.theme() != Some(app.state.theme);
    let theme = if chosen { Some(app.state.theme.id().to_owned()) } else { file.settings.theme.clone() };
    if let Err(error) = file.save(&Settings { theme, last_scenario: app.state.opened_by() }) {
        // Nothing that was asked for has failed.
        say(&format!("note: what is open will not be remembered: {error}"));
    }
    Ok(ExitCode::SUCCESS)
}

/// The explorer on the scenario that the command line names, or with the steps of the deck.
pub(super) fn start(scenario: &Scenario) -> Result<App> {
    Ok(match scenario.open_any()? {
        Either::Scenario(opened) => App::new(opened.world, scenario.store(), opened.document, opened.origin),
        Either::Deck(_) if scenario.sets() => {
            bail!("a deck that is edited takes no --set: `whatif present` does")
        }
        Either::Deck(opened) => App::editing(opened.world, scenario.store(), opened.document, &opened.origin),
    })
}

/// What the terminal can show, and what is asked of it.
pub(super) fn terminal_look(look: LookArgs) -> Look {
    let light_background = std::env::var("COLORFGBG").is_ok_and(|colors| is_light(&colors));
    Look { ascii: look.ascii || !shows_unicode(), light_background, colors: colors() }
}

/// How many colors the terminal says that it has.
fn colors() -> Colors {
    let says = |name: &str, words: &[&str]| {
        std::env::var(name).is_ok_and(|value| words.iter().any(|word| value.contains(word)))
    };
    if cfg!(windows) || says("COLORTERM", &["truecolor", "24bit"]) {
        Colors::True
    } else if says("TERM", &["256color"]) {
        Colors::Indexed
    } else {
        Colors::Basic
    }
}

/// Whether `COLORFGBG`, which many terminals set to `foreground;background`, tells of a light background.
fn is_light(colors: &str) -> bool {
    matches!(colors.rsplit(';').next().and_then(|background| background.parse::<u8>().ok()), Some(7 | 15))
}
