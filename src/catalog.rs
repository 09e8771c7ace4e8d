//! The catalog: models and accelerators with their sources, dated prices, cost factors and published claims.
//!
//! The facts stand in `presets/` and are embedded. Models and accelerators are read at the start; the long tables
//! ([`records`]) only when somebody looks at them.

mod card;
mod field;
pub mod gpus;
pub mod models;
pub mod prices;
pub mod profiles;
pub mod records;

use std::collections::HashSet;

use include_dir::{Dir, include_dir};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::rank;
use crate::text::diagnostic::Diagnostic;
use field::usable_id;
pub use gpus::GpuPreset;
pub use models::{ModelPreset, TrainedOn};
use prices::{RateCard, price};
pub use profiles::{Profile, ProfileId};

/// Everything under `presets/`.
pub(crate) static PRESETS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/presets");

/// A model of the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModelId(pub u16);

/// An accelerator of the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GpuId(pub u16);

/// How far a fact can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Read in the named source.
    Read,
    /// Worked out from facts that were read.
    Derived,
    /// Read in part; the unverified fields are named.
    Mixed,
    /// General knowledge, not read in a source.
    Unverified,
    /// Assumed, for want of a published fact.
    Assumed,
    /// Rumored, never confirmed.
    #[serde(alias = "rumoured", alias = "rumour")]
    Rumored,
}

impl Status {
    /// The word shown beside a fact that is not simply read; `None` where nothing needs saying.
    pub const fn mark(self) -> Option<&'static str> {
        match self {
            Self::Read | Self::Derived | Self::Mixed => None,
            Self::Unverified => Some("unverified"),
            Self::Assumed => Some("assumed"),
            Self::Rumored => Some("rumored"),
        }
    }
}

/// Models and accelerators, looked up by id or by index.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalog {
    models: Vec<ModelPreset>,
    gpus: Vec<GpuPreset>,
    rates: RateCard,
    profiles: Vec<Profile>,
}

impl Catalog {
    /// The catalog that is built in.
    ///
    /// # Panics
    ///
    /// When an embedded file is malformed; a test reads them all.
    pub fn embedded() -> Self {
        let mut catalog =
            Self { models: Vec::new(), gpus: Vec::new(), rates: RateCard::embedded(), profiles: Vec::new() };
        catalog.add_embedded("gpus");
        // Lists run from old to new within a family. Models name the accelerators that trained them by index, so
        // accelerators are sorted before the models are read.
        rank::by_key(&mut catalog.gpus, |gpu| (gpu.gpu.family as u8, gpu.launched.clone()));
        price(&mut catalog.gpus, &catalog.rates);
        catalog.add_embedded("models");
        catalog
    }

    fn add_embedded(&mut self, folder: &str) {
        for file in PRESETS.get_dir(folder).into_iter().flat_map(Dir::files) {
            let name = file.path().to_string_lossy();
            if let Err(error) = self.add_file(&name, file.contents_utf8().unwrap_or_default()) {
                panic!("{error}");
            }
        }
    }

    /// Adds the `[[model]]` and `[[gpu]]` tables of a file. An entry with a known id takes the place of the old one.
    ///
    /// # Errors
    ///
    /// A [`Diagnostic`] at the first mistake; nothing is added then.
    pub fn add_file(&mut self, source_name: &str, text: &str) -> Result<(), Diagnostic> {
        let file: CatalogFile =
            toml::from_str(text).map_err(|error| Diagnostic::from_toml(source_name, text, &error))?;
        // Nothing joins the catalog before the whole file has been read.
        let mut gpus = self.gpus.clone();
        // The built-in ones are priced when they are all there.
        let gpus_are_known = file.gpu.is_empty() || self.models.is_empty();
        let mut seen = HashSet::new();
        for entry in file.gpu {
            let span = entry.span();
            let gpu = entry.into_inner().into_preset().and_then(|gpu| {
                usable_id(&gpu.id, &mut seen)?;
                Ok(gpu)
            });
            let gpu = gpu.map_err(|error| error.at(source_name, text, span))?;
            replace_or_push(&mut gpus, gpu, |gpu| &gpu.id);
        }
        let mut models = Vec::new();
        let mut seen = HashSet::new();
        for entry in file.model {
            let span = entry.span();
            let model = entry.into_inner().into_preset(&gpus).and_then(|model| {
                usable_id(&model.id, &mut seen)?;
                Ok(model)
            });
            models.push(model.map_err(|error| error.at(source_name, text, span))?);
        }
        if !gpus_are_known {
            price(&mut gpus, &self.rates);
        }
        self.gpus = gpus;
        for model in models {
            replace_or_push(&mut self.models, model, |model| &model.id);
        }
        Ok(())
    }

    /// Adds the prices and discounts of a user's own rate card, of which the basis `own` is made.
    ///
    /// # Errors
    ///
    /// A [`Diagnostic`] at the first mistake; nothing is added then.
    pub fn add_rates(&mut self, source_name: &str, text: &str) -> Result<(), Diagnostic> {
        let known: Vec<&str> = self.gpus.iter().map(|gpu| gpu.id.as_str()).collect();
        self.rates.add_own(source_name, text, &known)?;
        price(&mut self.gpus, &self.rates);
        Ok(())
    }

    /// Adds one accelerator, unless an identical one exists. One that shares no more than its id with another stands
    /// beside it: every index that was given stays valid.
    pub fn add_gpu(&mut self, gpu: GpuPreset) -> GpuId {
        // Offers follow from the rest.
        let same = |other: &GpuPreset| *other == GpuPreset { offers: other.offers.clone(), ..gpu.clone() };
        let known = self.gpus.iter().position(same);
        let index = known.unwrap_or(self.gpus.len());
        if known.is_none() {
            self.gpus.push(gpu);
            price(&mut self.gpus, &self.rates);
        }
        GpuId(index as u16)
    }

    /// Adds one model. One with a known id takes the place of the old one, whose index stays valid.
    pub fn add_model(&mut self, model: ModelPreset) -> ModelId {
        let known = self.models.iter().position(|other| other.id == model.id);
        let index = known.unwrap_or(self.models.len());
        replace_or_push(&mut self.models, model, |model| &model.id);
        ModelId(index as u16)
    }

    /// Adds one profile. One with a known name takes the place of the old one, whose index stays valid.
    pub fn add_profile(&mut self, profile: Profile) {
        replace_or_push(&mut self.profiles, profile, |profile| &profile.id);
    }

    /// Every profile of the user's own.
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// The index of every profile.
    pub fn profile_ids(&self) -> impl Iterator<Item = ProfileId> + use<> {
        (0..self.profiles.len()).map(|index| ProfileId(index as u16))
    }

    /// The profile with an index that this catalog gave.
    ///
    /// # Panics
    ///
    /// When the index is of another catalog.
    pub fn profile(&self, id: ProfileId) -> &Profile {
        &self.profiles[usize::from(id.0)]
    }

    /// The profile with this name.
    pub fn profile_id(&self, id: &str) -> Option<ProfileId> {
        self.profiles.iter().position(|profile| profile.id == id).map(|index| ProfileId(index as u16))
    }

    /// Every dated price, and what the user gets off them.
    pub fn rates(&self) -> &RateCard {
        &self.rates
    }

    /// Every model, family by family.
    pub fn models(&self) -> &[ModelPreset] {
        &self.models
    }

    /// Every accelerator, family by family, old before new.
    pub fn gpus(&self) -> &[GpuPreset] {
        &self.gpus
    }

    /// The index of every model.
    pub fn model_ids(&self) -> impl Iterator<Item = ModelId> + use<> {
        (0..self.models.len()).map(|index| ModelId(index as u16))
    }

    /// The index of every accelerator.
    pub fn gpu_ids(&self) -> impl Iterator<Item = GpuId> + use<> {
        (0..self.gpus.len()).map(|index| GpuId(index as u16))
    }

    /// The model with an index that this catalog gave.
    ///
    /// # Panics
    ///
    /// When the index is of another catalog.
    pub fn model(&self, id: ModelId) -> &ModelPreset {
        &self.models[usize::from(id.0)]
    }

    /// The accelerator with an index that this catalog gave.
    ///
    /// # Panics
    ///
    /// When the index is of another catalog.
    pub fn gpu(&self, id: GpuId) -> &GpuPreset {
        &self.gpus[usize::from(id.0)]
    }

    /// The model with this id.
    pub fn model_id(&self, id: &str) -> Option<ModelId> {
        self.models.iter().position(|model| model.id == id).map(|index| ModelId(index as u16))
    }

    /// The accelerator with this id; of several, the one that was described last.
    pub fn gpu_id(&self, id: &str) -> Option<GpuId> {
        self.gpus.iter().rposition(|gpu| gpu.id == id).map(|index| GpuId(index as u16))
    }
}

/// An embedded file of `presets/`, read as TOML.
///
/// # Panics
///
/// When it is missing or malformed; tests read them all.
pub(crate) fn embedded_toml<T: DeserializeOwned>(path: &str) -> T {
    let file = PRESETS.get_file(path);
    let text = file.and_then(|file| file.contents_utf8()).unwrap_or_default();
    toml::from_str(text).unwrap_or_else(|error| panic!("presets/{path}: {error}"))
}

/// A file of the catalog, or of a user's own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CatalogFile {
    #[serde(default)]
    model: Vec<toml::Spanned<models::ModelEntry>>,
    #[serde(default)]
    gpu: Vec<toml::Spanned<gpus::GpuEntry>>,
}

fn replace_or_push<T>(list: &mut Vec<T>, entry: T, id: impl Fn(&T) -> &String) {
    match list.iter().position(|other| id(other) == id(&entry)) {
        Some(index) => list[index] = entry,
        None => list.push(entry),
    }
}
