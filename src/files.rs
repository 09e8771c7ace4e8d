//! Files of the user's own: scenarios and settings.

pub mod atomic;
pub mod document;
pub mod read;
pub mod settings;
pub mod store;
mod write;
