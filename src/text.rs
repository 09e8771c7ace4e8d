//! Words and numbers as people write and read them.

pub mod ascii;
pub mod column;
pub mod control;
pub mod date;
pub mod diagnostic;
pub mod name;
pub mod quantity;
pub mod rank;
pub mod source;
pub mod suggest;
pub mod wrap;

/// Words with a capital letter at their beginning.
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
