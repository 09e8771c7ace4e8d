//! Ids: what a file, a command line and a scenario can all name.

/// What an id may be, in words.
pub const ID: &str = "letters, digits, `-`, `.` and `_`, a letter or digit at both ends, and no word that means something else";

/// Words that stand for something else where an id is read.
const WORDS: [&str; 5] = ["auto", "default", "max", "none", "published"];
/// Names that Windows keeps for devices, whatever stands behind a dot.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];
/// Most letters: with an ending, every system can have it as the name of a file.
const MOST: usize = 100;

/// What stands before the first dot is the name of a device in lower case.
pub fn is_device(stem: &str) -> bool {
    DEVICES.contains(&stem)
}

/// A text can be the id of a model, an accelerator or a profile: it names a file on every system, and what reads it back
/// takes it for nothing else.
pub fn is_id(text: &str) -> bool {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-._".contains(character);
    let ends_well = |end: Option<char>| end.is_some_and(|end| end.is_ascii_alphanumeric());
    let lower = text.to_ascii_lowercase();
    text.len() <= MOST
        && text.chars().all(plain)
        && ends_well(text.chars().next())
        && ends_well(text.chars().next_back())
        // Two dots are a range.
        && !text.contains("..")
        && !WORDS.contains(&lower.as_str())
        && !is_device(lower.split('.').next().unwrap_or_default())
}
