//! Files of the user's own: scenarios and settings.

pub mod document;
pub mod settings;
pub mod store;
