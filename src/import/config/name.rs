//! What a model is called: by its configuration, else by where that lies.

use std::path::Path;

use crate::import::config::object::Object;

/// Longer names are cut.
const MOST_CHARACTERS: usize = 60;

/// The name of a model by the place of its configuration: the directory, or the file where that is called otherwise.
/// Hugging Face keeps what was downloaded under `models--ORGANIZATION--NAME`.
pub(super) fn of_path(path: &Path) -> Option<String> {
    let cached = path.components().find_map(|part| part.as_os_str().to_str()?.strip_prefix("models--"));
    let stem = path.file_stem()?.to_str()?;
    let absolute = path.canonicalize();
    let folder = || absolute.as_ref().ok()?.parent()?.file_name()?.to_str();
    let named = match cached {
        Some(cached) => cached,
        None if stem == "config" => folder()?,
        None => stem.trim_end_matches("config").trim_end_matches(['_', '-', '.']),
    };
    usable(named.rsplit("--").next()?)
}

/// The name that a configuration gives, else that of its place.
pub(super) fn of_config(root: &Object<'_>, place: Option<&str>) -> String {
    let stated = root.find(&["_name_or_path"]).and_then(|(_, value)| value.as_str());
    // A path on the machine of whoever wrote it says little.
    let stated = stated.filter(|stated| !stated.starts_with(['/', '.', '~']) && !stated.contains('\\'));
    stated
        .and_then(|stated| usable(stated.rsplit('/').next()?))
        .or_else(|| place.map(ToOwned::to_owned))
        .unwrap_or_else(|| "imported model".to_owned())
}

/// An id in files and on the command line.
pub(super) fn id(name: &str) -> String {
    let mut id = String::with_capacity(name.len());
    for character in name.chars().map(|character| character.to_ascii_lowercase()) {
        if character.is_ascii_alphanumeric() || "._".contains(character) {
            id.push(character);
        } else if !id.ends_with('-') {
            id.push('-');
        }
    }
    let id = id.trim_matches(['-', '.']);
    if id.is_empty() { "imported-model".to_owned() } else { id.to_owned() }
}

/// A name without what a terminal would obey; `None` where nothing is left.
fn usable(name: &str) -> Option<String> {
    let plain = name.chars().filter(|character| !character.is_control()).take(MOST_CHARACTERS);
    let name = plain.collect::<String>().trim().to_owned();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_called_by_its_place() {
        let of = |path: &str| of_path(Path::new(path)).unwrap_or_default();
        assert_eq!(of("hub/models--Qwen--Qwen3-8B/snapshots/9c92/config.json"), "Qwen3-8B");
        assert_eq!(of("Qwen--Qwen3-8B.json"), "Qwen3-8B");
        assert_eq!(of("x/zai-org--GLM-5_config.json"), "GLM-5");
        assert_eq!(id("GLM-5.1 (FP8)/x"), "glm-5.1-fp8-x");
        assert_eq!(id("模型"), "imported-model");
    }
}
