//! How requests come.

use crate::engine::choice::choices;

choices! {
    /// How requests come.
    pub enum Arrivals {
        /// When users like: at random, independently of each other.
        Poisson = "poisson",
        /// As others end: a load generator keeps a set number in flight.
        Closed = "closed",
        /// All at once.
        Burst = "burst",
    }
}
