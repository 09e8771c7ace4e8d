//! The views: a file and a row of [`VIEWS`] each.
//!
//! Opening a view works out what it shows, once per change; drawing only reads.

mod advice;
mod compare;
mod details;
mod explain;
mod figures;
mod frontier;
mod growth;
mod hardware;
mod levers;
mod live;
mod outline;
mod overview;
mod pools;
mod response;
mod scale;
pub mod scene;
mod sensitivity;
mod sheet;
mod spending;
pub mod waterfall;

use std::sync::LazyLock;

use crate::keymap::Keymap;
use crate::views::scene::View;

pub use figures::panel as figures_panel;

/// Every view, in the order of the tabs.
pub static VIEWS: [View; 11] = [
    overview::VIEW,
    levers::VIEW,
    hardware::VIEW,
    sensitivity::VIEW,
    frontier::VIEW,
    compare::VIEW,
    growth::VIEW,
    explain::VIEW,
    advice::VIEW,
    pools::VIEW,
    live::VIEW,
];

/// The view that one starts in and goes back to.
pub const OVERVIEW: usize = 0;
/// The view of everything that lowers cost.
pub const LEVERS: usize = 1;
/// The view that tells a change by its causes.
pub const COMPARE: usize = 5;
/// The view of what an engine does now.
pub const LIVE: usize = 10;
/// The view that says where figures come from.
pub const EXPLAIN: usize = 7;

/// The keys of every action, views among them.
pub static KEYMAP: LazyLock<Keymap> =
    LazyLock::new(|| Keymap::new(VIEWS.iter().map(|view| (view.keys, view.title, view.help))));
