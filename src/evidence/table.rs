//! Tables of published results: `presets/measurements`.

use std::fmt::Display;
use std::sync::LazyLock;

use serde::de::DeserializeOwned;

use crate::catalog::{Catalog, PRESETS};
use crate::engine::gpu::Gpu;
use crate::engine::shape::ModelShape;

/// The catalog, and models of which there is nothing but measurements.
static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    let mut catalog = Catalog::embedded();
    let added = catalog.add_file("measurements/models.toml", text("models.toml"));
    added.unwrap_or_else(|error| panic!("{error}"));
    catalog
});

/// The rows of an embedded table.
///
/// # Panics
///
/// When it is malformed; a test reads it.
pub(super) fn read<R: DeserializeOwned, M, E: Display>(
    file: &str,
    row: impl Fn(R) -> Result<M, E>,
) -> Vec<M> {
    csv::Reader::from_reader(text(file).as_bytes())
        .into_deserialize()
        .enumerate()
        .map(|(index, record)| {
            let at = || format!("presets/measurements/{file}, row {}", index + 1);
            let record = record.unwrap_or_else(|error| panic!("{}: {error}", at()));
            row(record).unwrap_or_else(|error| panic!("{}: {error}", at()))
        })
        .collect()
}

fn text(file: &str) -> &'static str {
    PRESETS.get_file(format!("measurements/{file}")).and_then(|file| file.contents_utf8()).unwrap_or_default()
}

/// The shape of a model by its id.
pub(super) fn shape(model: &str) -> Result<ModelShape, String> {
    let id = CATALOG.model_id(model).ok_or_else(|| format!("no model {model}"))?;
    Ok(CATALOG.model(id).shape)
}

/// An accelerator by its id.
pub(super) fn gpu(gpu: &str) -> Result<Gpu, String> {
    let id = CATALOG.gpu_id(gpu).ok_or_else(|| format!("no accelerator {gpu}"))?;
    Ok(CATALOG.gpu(id).gpu)
}
