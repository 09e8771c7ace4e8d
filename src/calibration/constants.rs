//! Files of fitted constants: value, range, prior and source of each.

use std::fmt::Write as _;
use std::marker::PhantomData;

use serde::Deserialize;

/// Gives a field of the constants, to read or to set.
pub type Field<C> = fn(&mut C) -> &mut f64;

/// Constants of the engine that are fitted; their defaults are the priors.
pub trait Fitted: Default + Send + Sync + 'static {
    /// The file in `presets/calibration` that holds their values.
    const FILE: &'static str;
    /// Comment at its head.
    const PREAMBLE: &'static str;
    /// Every constant by its path.
    const FIELDS: &'static [(&'static str, Field<Self>)];
}

/// Fields by the paths under which they are reached.
macro_rules! fields {
    ($($first:ident $(. $rest:ident)*),+ $(,)?) => {
        &[$((concat!(stringify!($first) $(, ".", stringify!($rest))*), |c| &mut c.$first $(.$rest)*)),+]
    };
}

pub(super) use fields;

/// One constant of a file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FittedConstant {
    /// Path of the field in the engine's constants.
    pub id: String,
    /// Fitted value.
    pub value: f64,
    /// Low end of the 80% range that the measurements leave.
    pub low: f64,
    /// High end of it.
    pub high: f64,
    /// What was believed before the measurements.
    pub prior: f64,
    /// How firmly: standard deviation of the prior's logarithm.
    pub prior_spread: f64,
    /// Unit of the value.
    pub unit: String,
    /// Hardware family, number format, engine or kind of model that it belongs to.
    pub family: String,
    /// What it means.
    pub meaning: String,
    /// What the prior rests on.
    pub source: String,
}

/// A file of fitted constants.
#[derive(Debug, Clone, PartialEq)]
pub struct ConstantsFile<C> {
    /// Every constant, in the order of the file.
    pub entries: Vec<FittedConstant>,
    belongs_to: PhantomData<C>,
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    constant: Vec<FittedConstant>,
}

impl<C: Fitted> ConstantsFile<C> {
    /// The file that is built in.
    ///
    /// # Panics
    ///
    /// When it is malformed or names no field; a test reads it.
    pub fn embedded() -> Self {
        let Written { constant } = crate::catalog::embedded_toml(&format!("calibration/{}", C::FILE));
        for entry in &constant {
            assert!(
                field::<C>(&entry.id).is_some(),
                "presets/calibration/{}: no constant {}",
                C::FILE,
                entry.id
            );
        }
        Self::new(constant)
    }

    /// A file with these entries.
    pub const fn new(entries: Vec<FittedConstant>) -> Self {
        Self { entries, belongs_to: PhantomData }
    }

    /// The values, in the order of the file.
    pub fn values(&self) -> Vec<f64> {
        self.entries.iter().map(|entry| entry.value).collect()
    }

    /// The constants with these values for the entries, in their order.
    pub fn constants(&self, values: &[f64]) -> C {
        let mut constants = C::default();
        for (entry, value) in self.entries.iter().zip(values) {
            if let Some(place) = field::<C>(&entry.id) {
                *place(&mut constants) = *value;
            }
        }
        constants
    }

    /// The text of the file.
    pub fn to_toml(&self) -> String {
        let mut text = C::PREAMBLE.to_owned();
        for entry in &self.entries {
            let FittedConstant { id, unit, family, meaning, source, prior_spread, .. } = entry;
            let numbers =
                [("value", entry.value), ("low", entry.low), ("high", entry.high), ("prior", entry.prior)];
            // Writing to a String cannot fail.
            let _ = writeln!(text, "\n[[constant]]\nid = \"{id}\"");
            for (name, number) in numbers {
                let _ = writeln!(text, "{name} = {}", written(number));
            }
            let _ = writeln!(
                text,
                "prior_spread = {prior_spread}\nunit = \"{unit}\"\nfamily = \"{family}\"\nmeaning = \"{meaning}\"\n\
                 source = \"{source}\""
            );
        }
        text
    }
}

/// A number as a file holds it, rounded.
pub fn as_written(number: f64) -> f64 {
    written(number).parse().unwrap_or(number)
}

fn written(number: f64) -> String {
    format!("{number:.4e}")
}

fn field<C: Fitted>(id: &str) -> Option<Field<C>> {
    C::FIELDS.iter().find(|(path, _)| *path == id).map(|(_, field)| *field)
}
