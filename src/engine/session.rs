//! Sessions: what the mean request is made of where users talk in turns and models think, and how much requests differ.

/// A session as it is stated: so many turns, each a request that asks and answers as much as the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Session {
    /// Tokens that a turn adds to the prompt.
    pub asked_tokens: f64,
    /// Tokens of the answer that the user sees.
    pub answer_tokens: f64,
    /// Tokens of reasoning before the answer. They are decoded and paid for as output, are not seen, and are not kept for
    /// later turns (guides of DeepSeek and `OpenAI` to their reasoning models).
    pub thinking_tokens: f64,
    /// Turns.
    pub turns: f64,
    /// How much the lengths of a turn's prompt and output differ: standard deviation over mean.
    pub spread: f64,
}

impl Session {
    /// Tokens of earlier turns in the mean prompt: turn `i` of `T` has `i - 1` questions and answers before its own
    /// question, `(T - 1) / 2` on average.
    pub fn history_tokens(&self) -> f64 {
        (self.turns - 1.0) / 2.0 * self.exchange_tokens()
    }

    /// Tokens of the mean prompt, history included.
    pub fn prompt_tokens(&self) -> f64 {
        self.asked_tokens + self.history_tokens()
    }

    /// Tokens of the mean output, thinking included.
    pub fn output_tokens(&self) -> f64 {
        self.thinking_tokens + self.answer_tokens
    }

    /// Tokens of the mean last turn with all that came before it.
    pub fn longest_tokens(&self) -> f64 {
        self.turns * self.exchange_tokens() + self.thinking_tokens
    }

    /// Tokens of the mean prompt that were answered just before and are read again: the answer came after thinking that is
    /// not kept, so that what the cache holds of it has another place. Each turn but the first has one such answer; those
    /// before it have been read again once.
    fn moved_tokens(&self) -> f64 {
        if self.thinking_tokens > 0.0 { (1.0 - self.turns.recip()) * self.answer_tokens } else { 0.0 }
    }

    /// Share of all prompt tokens that a prefix cache holds which forgets no session: the history, as far as it keeps its place.
    pub fn cached_share(&self) -> f64 {
        (self.history_tokens() - self.moved_tokens()) / self.prompt_tokens()
    }

    /// Standard deviation over mean of the prompt tokens that are not in the prefix cache. To the spread within a turn it
    /// adds that between turns, whose prompts are evenly spaced, an exchange apart: `exchange^2 (T^2 - 1) / 12`. What the
    /// cache holds of the history no longer sets turns apart; an answer that moved sets the first apart.
    pub fn fresh_spread(&self, prefix_hit_rate: f64) -> f64 {
        let (history, moved) = (self.history_tokens(), self.moved_tokens());
        let fresh = (1.0 - prefix_hit_rate) * self.prompt_tokens();
        let read_again = (history - prefix_hit_rate * self.prompt_tokens()).max(0.0);
        // Of what keeps its place and of what moved, the shares that are read again: the cache lacks the latter first.
        let part = |tokens: f64, whole: f64| if whole > 0.0 { (tokens / whole).clamp(0.0, 1.0) } else { 0.0 };
        let kept = part(read_again - moved, history - moved);
        let more = part(read_again, moved) - kept;
        let exchange = self.exchange_tokens();
        let evenly = exchange * exchange * (self.turns * self.turns - 1.0) / 12.0;
        let first = moved * self.answer_tokens / self.turns;
        let variance = kept * kept * evenly + more * more * first + kept * more * exchange * moved;
        let between = variance.max(0.0).sqrt() / fresh;
        self.spread.hypot(between).hypot(self.spread * between)
    }

    /// What a turn leaves for the next one.
    fn exchange_tokens(&self) -> f64 {
        self.asked_tokens + self.answer_tokens
    }
}
