//! `whatif fit`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Args;
use toml::{Table, Value};

use crate::calibration::constants::Fitted;
use crate::calibration::error::ErrorModel;
use crate::cli::output::print;
use crate::engine::serving::ServingConstants;
use crate::engine::training::{TrainingConstants, TrainingPlan};
use crate::evidence::serving::Trial;
use crate::files::atomic;
use crate::fitting::constants::fit;
use crate::fitting::error_model::error_model;

/// Refit the constants and the error model to the published results, and write their files
#[derive(Debug, Args)]
pub(super) struct Fit {
    /// Output directory, from which the build embeds the files
    #[arg(long, value_name = "DIR", default_value = "presets/calibration")]
    to: PathBuf,
}

impl Fit {
    pub(super) fn run(&self) -> Result<ExitCode> {
        ensure!(
            self.to.is_dir(),
            "{} is not a directory; run this in the source directory, or pass `--to DIR`",
            self.to.display()
        );
        let (serving, training) = (fit::<Trial>(), fit::<TrainingPlan>());
        let errors = error_model(&serving, &training);
        let files = [
            (ServingConstants::FILE, serving.to_toml()),
            (TrainingConstants::FILE, training.to_toml()),
            (ErrorModel::FILE, errors.to_toml()),
        ];
        for (name, text) in files {
            print(update(&self.to.join(name), &text)?)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Writes a file if its text has changed, and says what changed in one line.
fn update(path: &Path, text: &str) -> Result<String> {
    let before = fs::read_to_string(path).ok();
    if before.as_deref() != Some(text) {
        atomic::write(path, text, true)?;
    }
    Ok(format!("{}: {}\n", path.display(), change(before.as_deref(), text)))
}

/// How a file changed, in words.
fn change(before: Option<&str>, after: &str) -> String {
    let Some(before) = before else { return "new".to_owned() };
    if before == after {
        return "unchanged".to_owned();
    }
    let before = figures(before);
    let moved = figures(after).into_iter().filter_map(|(name, after)| {
        let before = *before.get(&name)?;
        (after != before).then_some((name, before, after))
    });
    let reach = |(_, before, after): &(String, f64, f64)| (after / before).ln().abs();
    match moved.max_by(|one, other| reach(one).total_cmp(&reach(other))) {
        Some((name, before, after)) => format!("changed, most of all {name} from {before} to {after}"),
        None => "only its wording changed".to_owned(),
    }
}

/// Every figure of a file by the names that lead to it.
fn figures(text: &str) -> BTreeMap<String, f64> {
    let mut found = BTreeMap::new();
    let mut add = |at: &str, table: &Table| {
        let numbers = table.iter().filter_map(|(key, value)| Some((key, number(value)?)));
        found.extend(numbers.map(|(key, number)| (format!("{at} {key}"), number)));
    };
    for (key, value) in toml::from_str::<Table>(text).unwrap_or_default() {
        match value {
            Value::Table(table) => add(&key, &table),
            Value::Array(entries) => {
                for entry in entries.iter().filter_map(Value::as_table) {
                    let word = |key| entry.get(key).and_then(Value::as_str).unwrap_or_default();
                    let experts = entry.get("experts") == Some(&Value::Boolean(true));
                    add(
                        &format!("{}{}{}", word("id"), word("kind"), if experts { " (experts)" } else { "" }),
                        entry,
                    );
                }
            }
            _ => {}
        }
    }
    found
}

fn number(value: &Value) -> Option<f64> {
    value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{change, update};

    #[test]
    fn a_change_names_what_moved_most() {
        let file = |a: f64, b: f64| {
            format!("[widening]\nmaker = {a}\n[[error]]\nkind = \"tpot\"\nexperts = true\nlow_factor = {b}\n")
        };
        let changed = change(Some(&file(1.5, 0.5)), &file(1.6, 0.4));
        assert_eq!(changed, "changed, most of all tpot (experts) low_factor from 0.5 to 0.4");
        assert_eq!(change(Some("# one\n"), "# other\n"), "only its wording changed");
    }

    #[test]
    fn a_file_is_written_once() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("serving.toml");
        for words in ["new", "unchanged"] {
            assert_eq!(update(&path, "# constants\n").unwrap(), format!("{}: {words}\n", path.display()));
            assert_eq!(fs::read_to_string(&path).unwrap(), "# constants\n");
        }
    }
}
