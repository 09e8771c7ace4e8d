//! Accelerators by the words that name machines with them.

use std::collections::HashMap;

use serde::Deserialize;

use crate::import::bills::pattern::{OneOrMore, Pattern};

/// An accelerator as a file of rules writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Machine {
    /// An id of the catalog, or any other name.
    gpu: String,
    /// How many an hour of it is.
    #[serde(default = "one")]
    count: f64,
    /// One of these stands, as a word, in the line's description, SKU, usage type or meter.
    words: Vec<String>,
    /// Only in lines of this provider.
    provider: Option<OneOrMore>,
}

fn one() -> f64 {
    1.0
}

/// What a line is of: the name of an accelerator, and how many an hour of it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Accelerator {
    pub(super) name: String,
    pub(super) count: f64,
}

/// All of them, found by the first word of each name.
#[derive(Debug, Default)]
pub(super) struct Machines {
    known: Vec<(Accelerator, Vec<Pattern>)>,
    by_word: HashMap<String, Vec<(usize, String)>>,
}

impl Machines {
    /// Adds those of a file, which are found after those that are there.
    pub(super) fn add(&mut self, machines: Vec<Machine>) {
        for machine in machines {
            for name in machine.words.iter().map(|name| name.to_lowercase()) {
                let first = words(&name).next().map(|(_, word)| word.to_owned());
                if let Some(word) = first {
                    self.by_word.entry(word).or_default().push((self.known.len(), name));
                }
            }
            let providers = machine.provider.as_ref().map(OneOrMore::patterns).unwrap_or_default();
            self.known.push((Accelerator { name: machine.gpu, count: machine.count }, providers));
        }
    }

    /// The first that a text in small letters names, in a line of a provider.
    pub(super) fn named(&self, text: &str, provider: &str) -> Option<&Accelerator> {
        let found = words(text).filter_map(|(at, word)| {
            let names = self.by_word.get(word)?.iter();
            let here = names.filter(|(_, name)| {
                text[at..]
                    .strip_prefix(name.as_str())
                    .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
            });
            here.map(|(index, _)| *index).filter(|index| self.is_of(*index, provider)).min()
        });
        Some(&self.known[found.min()?].0)
    }

    fn is_of(&self, index: usize, provider: &str) -> bool {
        let providers = &self.known[index].1;
        providers.is_empty() || providers.iter().any(|pattern| pattern.matches(provider))
    }
}

/// Letters and digits that stand together, and where each begins.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split(|letter: char| !letter.is_alphanumeric()).filter_map(move |word| {
        // What is between two words is one character, of as many bytes as it takes.
        let start = at;
        at += word.len();
        at += text[at..].chars().next().map_or(0, char::len_utf8);
        (!word.is_empty()).then_some((start, word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_found_by_whole_words() {
        let mut machines = Machines::default();
        let machine = |gpu: &str, words: &[&str]| Machine {
            gpu: gpu.to_owned(),
            count: 8.0,
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            provider: None,
        };
        machines.add(vec![
            machine("h100", &["p5.48xlarge", "Nvidia H100 80GB GPU"]),
            machine("a100", &["p4d.24xlarge"]),
            machine("other", &["gpu"]),
        ]);
        for (text, found) in [
            ("$98.32 per on demand linux p5.48xlarge instance hour", Some("h100")),
            ("use1-train:ml.p4d.24xlarge", Some("a100")),
            ("nvidia h100 80gb gpu running in americas", Some("h100")),
            ("a gpu – of some kind", Some("other")),
            ("p5.48xlarges", None),
            ("xp5.48xlarge", None),
            ("gpus", None),
            ("", None),
        ] {
            assert_eq!(machines.named(text, "").map(|machine| machine.name.as_str()), found, "{text}");
        }
    }
}
