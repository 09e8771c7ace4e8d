//! Speculative decoding: tokens are guessed, and verified together in one step of the model.

use crate::engine::choice::choices;

choices! {
    /// What guesses the next tokens.
    pub enum SpeculationMethod {
        /// Nothing: one token a step.
        None = "none",
        /// The model's own head for further tokens (multi-token prediction: DeepSeek-V3, section 2.2; EAGLE).
        Mtp = "mtp",
        /// A small model of its own.
        Draft = "draft",
        /// Sequences that the prompt already holds; costs nothing.
        Ngram = "ngram",
    }
}

/// Guesses, and how many of them hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Speculation {
    /// Tokens guessed in a step.
    pub draft_tokens: f64,
    /// Share of the guesses that hold, each provided that those before it did.
    pub acceptance: f64,
    /// Parameters that a guess passes through, relative to those that a token of the model does.
    pub draft_share: f64,
    /// Layers that a guess passes through one after another, relative to those of the model.
    pub draft_layers: f64,
    /// Weights that are held for guessing, relative to those of the model.
    pub draft_weights: f64,
    /// Cache that is held for guessing, relative to that of the model.
    pub draft_cache: f64,
}

impl Speculation {
    /// Tokens that a step yields: the one that is always right, and the guesses before the first that does not hold,
    /// `(1 - a^(k + 1)) / (1 - a)` (Leviathan et al. 2023, equation 1).
    pub fn tokens_per_step(&self) -> f64 {
        let Self { draft_tokens, acceptance, .. } = *self;
        if acceptance >= 1.0 {
            return draft_tokens + 1.0;
        }
        (1.0 - acceptance.powf(draft_tokens + 1.0)) / (1.0 - acceptance)
    }
}
