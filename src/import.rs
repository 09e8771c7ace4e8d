//! Foreign files in, our own types out: what other programs write of models, of what was measured and of themselves while
//! they serve, and what clouds bill.
//!
//! Such a file is hostile until it is read: it is limited in size and depth, and whatever is wrong with it is told with
//! the place. No format is guessed.

pub mod benchmarks;
pub mod bills;
pub mod config;
mod json;
pub mod metrics;
pub mod text;
pub mod training;

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::text::control::shown;
use crate::text::diagnostic::Diagnostic;

/// Why a foreign file could not be read.
#[derive(Debug, Error)]
pub enum ImportError {
    #[error("cannot read {}: {reason}", shown(path))]
    Unreadable { path: PathBuf, reason: io::Error },
    #[error(transparent)]
    Refused(#[from] Diagnostic),
}
