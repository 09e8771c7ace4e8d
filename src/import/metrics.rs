//! Metrics of serving engines as they are exposed to Prometheus, or kept by it: what a server does now, in our own terms.

mod history;
mod names;
mod page;
#[cfg(feature = "tui")]
mod poll;
mod prometheus;
mod snapshot;
mod source;

#[cfg(feature = "tui")]
pub use history::Course;
pub use history::History;
#[cfg(feature = "tui")]
pub use names::watchable;
#[cfg(feature = "tui")]
pub use poll::Watch;
pub use source::Source;
