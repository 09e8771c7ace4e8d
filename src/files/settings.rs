//! What the explorer remembers from one day to the next: the theme and the scenario that was open last.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::engine::choice::choices;
use crate::files::atomic::{self, WriteError};
use crate::files::place;
use crate::import::text::{MOST_WRITTEN, text_at};
use crate::text::{diagnostic::Diagnostic, suggest::closest};

/// Environment variable that names the settings file.
pub const FILE_VARIABLE: &str = "WHATIF_SETTINGS";

choices! {
    /// The themes by name, in the order in which the key walks through them.
    #[derive(Default)]
    pub enum ThemeName {
        /// As the terminal is: dark or light; its own palette where it has sixteen colors.
        #[default]
        Auto = "auto",
        Dark = "dark",
        Light = "light",
        /// Black and white with strong colors, for projectors.
        Contrast = "contrast",
        /// No color at all.
        Mono = "mono",
    }
}

impl ThemeName {
    /// The theme after this one.
    pub fn next(self) -> Self {
        Self::ALL[(self as usize + 1) % Self::ALL.len()]
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
    /// What opened the scenario that was open last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_scenario: Option<String>,
}

/// Settings and the file that keeps them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SettingsFile {
    /// The file; `None` where the platform has no place for it, or it must be left alone.
    path: Option<PathBuf>,
    /// What it says.
    pub settings: Settings,
}

impl SettingsFile {
    /// Reads the file that the environment variable or the platform's custom names. A file with a mistake is left as
    /// it is: the mistake comes back in words, with the defaults.
    pub fn open() -> (Self, Option<String>) {
        match place(FILE_VARIABLE, "settings.toml") {
            Some(path) => Self::read(&path),
            None => (Self::default(), None),
        }
    }

    fn read(path: &Path) -> (Self, Option<String>) {
        let name = path.display().to_string();
        match text_at(path, MOST_WRITTEN) {
            Ok(text) => match parse(&name, &text) {
                Ok(settings) => (Self { path: Some(path.to_owned()), settings }, None),
                Err(diagnostic) => (Self::default(), Some(one_line(&diagnostic))),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                (Self { path: Some(path.to_owned()), settings: Settings::default() }, None)
            }
            Err(error) => (Self::default(), Some(format!("cannot read {name}: {error}"))),
        }
    }

    /// The theme that was used last.
    pub fn theme(&self) -> Option<ThemeName> {
        self.settings.theme.as_deref().and_then(ThemeName::from_id)
    }

    /// Writes the settings, when they differ from what the file says. On an error the old file stays.
    pub fn save(&self, settings: &Settings) -> Result<(), WriteError> {
        match &self.path {
            Some(path) if *settings != self.settings => {
                atomic::write(path, &toml::to_string(settings).unwrap_or_default(), true)
            }
            _ => Ok(()),
        }
    }
}

/// Reads settings and checks the theme's name.
fn parse(source_name: &str, text: &str) -> Result<Settings, Diagnostic> {
    let settings: Settings =
        toml::from_str(text).map_err(|error| Diagnostic::from_toml(source_name, text, &error))?;
    if let Some(theme) = &settings.theme
        && ThemeName::from_id(theme).is_none()
    {
        let start = text.find(theme.as_str()).unwrap_or(0);
        let mut help = format!("allowed: {}", ThemeName::IDS.join(", "));
        if let Some(near) = closest(theme, ThemeName::IDS.iter().copied()) {
            let _ = write!(help, "; did you mean `{near}`?");
        }
        let message = format!("`{theme}` is not a theme");
        return Err(Diagnostic::at(source_name, text, start..start + theme.len(), message, Some(help)));
    }
    Ok(settings)
}

/// A diagnostic for the message line.
fn one_line(diagnostic: &Diagnostic) -> String {
    let help = diagnostic.help.as_deref().map(|help| format!("; {help}")).unwrap_or_default();
    format!("{}:{}: {}{help}", diagnostic.source_name, diagnostic.line, diagnostic.message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_back_as_they_were_saved() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("settings.toml");
        let (file, error) = SettingsFile::read(&path);
        assert_eq!(error, None);
        let settings = Settings { theme: Some("light".to_owned()), last_scenario: Some("gpt-4".to_owned()) };
        file.save(&settings).expect("saved");
        let (again, error) = SettingsFile::read(&path);
        assert_eq!((again.settings, error), (settings, None));
    }

    #[test]
    fn a_mistake_is_told_and_the_file_left_alone() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("settings.toml");
        for (text, told) in
            [("theme = \"drak\"", "did you mean `dark`?"), ("color = 1", "color"), ("theme = ", ":1:")]
        {
            std::fs::write(&path, text).expect("written");
            let (file, error) = SettingsFile::read(&path);
            assert!(error.as_ref().is_some_and(|error| error.contains(told)), "{text}: {error:?}");
            file.save(&Settings { theme: Some("light".to_owned()), ..Settings::default() })
                .expect("nothing to save");
            assert_eq!(std::fs::read_to_string(&path).expect("still there"), text);
        }
    }
}
