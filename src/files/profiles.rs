//! Profiles are kept in a folder beside scenarios: constants of one's own stack, and what they were measured on.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::calibration::constants::ConstantsFile;
use crate::catalog::Catalog;
use crate::catalog::profiles::{Point, Profile, ProfileError};
use crate::engine::serving::ServingConstants;
use crate::files::atomic::{self, WriteError};
use crate::files::store::{OpenError, Store};
use crate::fitting::profile::Moved;
use crate::text::diagnostic::Diagnostic;
use crate::text::name::is_id;

/// The folder of profiles in that of scenarios.
const FOLDER: &str = "profiles";
/// How far a constant of a profile may lie from the published one.
const FARTHEST: f64 = 100.0;

/// Why a profile could not be kept. Nothing was changed then.
#[derive(Debug, Error)]
pub enum KeepError {
    #[error("`{0}` cannot be the name of a profile; allowed: letters, digits, `-`, `.` and `_`")]
    Unnameable(String),
    #[error("there is no directory for scenarios: name one with --scenarios")]
    Nowhere,
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// A profile as it is written.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    summary: String,
    error: ProfileError,
    #[serde(default)]
    constant: Vec<WrittenConstant>,
    #[serde(default)]
    measured: Vec<Point>,
}

/// A constant of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenConstant {
    id: String,
    value: f64,
    published: f64,
}

impl Store {
    /// Adds the profiles that were kept, by the names of their files.
    pub fn add_profiles(&self, catalog: &mut Catalog) -> Result<(), OpenError> {
        for (path, text) in self.texts(FOLDER)? {
            let id = path.file_stem().and_then(OsStr::to_str).unwrap_or_default();
            catalog.add_profile(read(&path.display().to_string(), id, &text)?);
        }
        Ok(())
    }

    /// The file of a profile; `None` without a directory.
    pub fn profile_file(&self, id: &str) -> Option<PathBuf> {
        Some(self.folder(FOLDER)?.join(format!("{id}.toml")))
    }

    /// Keeps a profile under its name, in the place of an older one.
    pub fn keep_profile(&self, profile: &Profile, moved: &[Moved]) -> Result<PathBuf, KeepError> {
        if !is_id(&profile.id) {
            return Err(KeepError::Unnameable(profile.id.clone()));
        }
        let path = self.profile_file(&profile.id).ok_or(KeepError::Nowhere)?;
        atomic::write(&path, &written(profile, moved), true)?;
        Ok(path)
    }
}

/// The text of a file that holds a profile.
fn written(profile: &Profile, moved: &[Moved]) -> String {
    let constant = moved
        .iter()
        .map(|moved| WrittenConstant { id: moved.id.clone(), value: moved.after, published: moved.before })
        .collect();
    let file = Written {
        summary: profile.summary.clone(),
        error: profile.error,
        constant,
        measured: profile.measured.clone(),
    };
    let mut text =
        "# Constants of your own stack, as `whatif calibrate` moved the published ones.\n".to_owned();
    // A table of numbers and words is always written.
    let _ = write!(text, "{}", toml::to_string(&file).unwrap_or_default());
    text
}

/// Reads a profile. Constants that it does not name are the published ones.
fn read(source_name: &str, id: &str, text: &str) -> Result<Profile, Diagnostic> {
    let file: Written =
        toml::from_str(text).map_err(|error| Diagnostic::from_toml(source_name, text, &error))?;
    let mut published = ConstantsFile::<ServingConstants>::embedded();
    for constant in &file.constant {
        let start = text.find(&format!("\"{}\"", constant.id)).unwrap_or(0);
        let span = start..start + constant.id.len() + 2;
        let Some(entry) = published.entries.iter_mut().find(|entry| entry.id == constant.id) else {
            let message = format!("unknown constant `{}`", constant.id);
            return Err(Diagnostic::at(source_name, text, span, message, None));
        };
        if !(entry.value / FARTHEST..=entry.value * FARTHEST).contains(&constant.value) {
            let message = format!("`{}` cannot be {}", constant.id, constant.value);
            let help = format!("allowed: a hundredth to a hundred times {}", entry.value);
            return Err(Diagnostic::at(source_name, text, span, message, Some(help)));
        }
        entry.value = constant.value;
    }
    Ok(Profile {
        id: id.to_owned(),
        summary: file.summary,
        constants: published.constants(&published.values()),
        error: file.error,
        measured: file.measured,
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::engine::gpu::GpuFamily;
    use crate::engine::serving::ServingEngine;

    #[test]
    fn a_profile_is_read_as_it_was_written() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::new(Some(directory.path().to_owned()));
        let mut published = ConstantsFile::<ServingConstants>::embedded();
        let entry = published.entries.iter_mut().find(|entry| entry.id == "overhead.layer_s").unwrap();
        let moved = Moved {
            id: entry.id.clone(),
            meaning: String::new(),
            before: entry.value,
            after: 1.25 * entry.value,
            deviations: 2.0,
        };
        entry.value *= 1.25;
        let profile = Profile {
            id: "mine".to_owned(),
            summary: "two \"rows\"".to_owned(),
            constants: published.constants(&published.values()),
            error: ProfileError { tpot: Some(0.05), ..ProfileError::default() },
            measured: vec![Point {
                parameters: 8e9,
                experts: false,
                batch: 32.0,
                prompt_tokens: 1024.5,
                output_tokens: 128.0,
                gpus: 1.0,
                bandwidth: 3.35e12,
                family: GpuFamily::Hopper,
                weight_bytes: 2.0,
                engine: ServingEngine::Vllm,
            }],
        };
        let path = store.keep_profile(&profile, &[moved]).unwrap();
        let mut catalog = Catalog::embedded();
        store.add_profiles(&mut catalog).unwrap();
        assert_eq!(catalog.profiles(), std::slice::from_ref(&profile));
        for (text, words) in [
            (
                "summary = \"\"\n[error]\n[[constant]]\nid = \"luck\"\nvalue = 1\npublished = 1\n",
                "unknown constant `luck`",
            ),
            (
                "summary = \"\"\n[error]\n[[constant]]\nid = \"overhead.layer_s\"\nvalue = 1\npublished = 1\n",
                "cannot be 1",
            ),
            (
                "summary = \"\"\n[error]\n[[constant]]\nid = \"overhead.layer_s\"\nvalue = nan\npublished = 1\n",
                "cannot be NaN",
            ),
        ] {
            fs::write(&path, text).unwrap();
            let told = store.add_profiles(&mut catalog).unwrap_err().to_string();
            assert!(told.contains(words), "{told}");
        }
        assert!(store.keep_profile(&Profile { id: "../x".to_owned(), ..profile }, &[]).is_err());
    }
}
