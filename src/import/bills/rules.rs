//! What a line was paid for: readable rules, of which the first that fits decides.
//!
//! The rules that are built in stand in `presets/bills/`; a file of one's own comes before them, or in place of them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

use crate::catalog::PRESETS;
use crate::import::bills::charge::{Charge, Word};
use crate::import::bills::machines::{Accelerator, Machine, Machines};
use crate::import::bills::pattern::{OneOrMore, Pattern};
use crate::text::diagnostic::Diagnostic;

/// The files that are built in, in the order in which they are asked.
const SHIPPED: [&str; 8] = ["tags", "aws", "azure", "gcp", "oci", "apis", "kubernetes", "focus"];
/// What a rule says for a line that names no accelerator.
const NO_ACCELERATOR: &str = "none";
/// Bytes of tags beyond which they are not read.
const MOST_TAGS: usize = 1 << 16;

/// What money was spent on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    Training,
    Inference,
    /// Notebooks, workspaces, trials.
    Development,
    /// Storage and network.
    Storage,
    /// Known to be none of these.
    Other,
}

impl Class {
    pub const ALL: [Self; 5] =
        [Self::Training, Self::Inference, Self::Development, Self::Storage, Self::Other];

    /// Its word in rules and for programs.
    pub fn id(self) -> &'static str {
        match self {
            Self::Training => "training",
            Self::Inference => "inference",
            Self::Development => "development",
            Self::Storage => "storage",
            Self::Other => "other",
        }
    }

    /// Its words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Training => "Training",
            Self::Inference => "Inference",
            Self::Development => "Development",
            Self::Storage => "Storage and network",
            Self::Other => "Other",
        }
    }
}

/// What a rule says that a quantity of tokens or requests is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    InputTokens,
    CachedTokens,
    OutputTokens,
    /// Tokens of either kind.
    Tokens,
    Requests,
}

impl Measure {
    /// Its words, of many.
    pub fn label(self) -> &'static str {
        match self {
            Self::InputTokens => "input tokens",
            Self::CachedTokens => "cached input tokens",
            Self::OutputTokens => "output tokens",
            Self::Tokens => "tokens",
            Self::Requests => "requests",
        }
    }

    /// It counts tokens.
    pub fn is_tokens(self) -> bool {
        self != Self::Requests
    }
}

/// A rule as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    class: Class,
    /// It is likely so, and said to be an assumption.
    #[serde(default)]
    assumed: bool,
    measure: Option<Measure>,
    accelerator: Option<OneOrMore>,
    provider: Option<OneOrMore>,
    service: Option<OneOrMore>,
    category: Option<OneOrMore>,
    subcategory: Option<OneOrMore>,
    sku: Option<OneOrMore>,
    usage_type: Option<OneOrMore>,
    operation: Option<OneOrMore>,
    description: Option<OneOrMore>,
    resource_type: Option<OneOrMore>,
    resource: Option<OneOrMore>,
    account: Option<OneOrMore>,
    charge: Option<OneOrMore>,
    /// By the name of the tag, which may be a pattern too.
    #[serde(default)]
    tags: BTreeMap<String, OneOrMore>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The rules that are built in are not asked.
    #[serde(default)]
    only: bool,
    #[serde(default)]
    accelerator: Vec<Machine>,
    #[serde(default)]
    rule: Vec<Written>,
}

/// A rule that is ready to be asked.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) class: Class,
    pub(super) assumed: bool,
    pub(super) measure: Option<Measure>,
    accelerator: Vec<Pattern>,
    /// Words that many lines share, of which one must fit one of the patterns.
    shared: Vec<Condition>,
    /// Words of which every line may have its own.
    own: Vec<Condition>,
    tags: Vec<(Pattern, Vec<Pattern>)>,
}

/// One of some words must fit one of some patterns.
type Condition = (&'static [Word], Vec<Pattern>);

/// Words of which every line may have its own.
pub(super) const OWN: [Word; 3] = [Word::Resource, Word::Account, Word::Tags];

/// What the rules say of lines that differ in nothing but such words.
#[derive(Debug)]
pub(super) struct Narrowed {
    /// The accelerator that was used.
    pub(super) accelerator: Option<Accelerator>,
    /// Rules that may fit, in their order; after one that fits whatever the words there is none.
    rules: Vec<usize>,
}

/// The rules in the order in which they are asked.
#[derive(Debug, Default)]
pub struct Rules {
    machines: Machines,
    rules: Vec<Rule>,
}

impl Rules {
    /// The rules of a file of one's own, its name and its text, before those that are built in.
    ///
    /// # Errors
    ///
    /// A [`Diagnostic`] at the first mistake of that file.
    pub fn new(own: Option<(&str, &str)>) -> Result<Self, Diagnostic> {
        let mut rules = Self::default();
        let only = own.map(|(name, text)| rules.add(name, text)).transpose()?.unwrap_or(false);
        if !only {
            for (name, text) in shipped() {
                rules.add(name, text)?;
            }
        }
        Ok(rules)
    }

    /// Adds the rules of a file; `true` where it stands alone.
    fn add(&mut self, name: &str, text: &str) -> Result<bool, Diagnostic> {
        let file: File = toml::from_str(text).map_err(|error| Diagnostic::from_toml(name, text, &error))?;
        self.machines.add(file.accelerator);
        self.rules.extend(file.rule.into_iter().map(Rule::from));
        Ok(file.only)
    }

    /// What can be said of a line without the words that may be its own.
    pub(super) fn narrow(&self, charge: &Charge) -> Narrowed {
        let words = charge.words.map(lowercase);
        let word = |word: Word| words[word as usize].as_str();
        let text =
            [Word::Description, Word::Meter, Word::UsageType, Word::Details, Word::Sku].map(word).join("\n");
        let accelerator = self.machines.named(&text, word(Word::Provider)).cloned();
        let gpu = accelerator.as_ref().map(|accelerator| accelerator.name.to_lowercase());
        let mut rules = Vec::new();
        for (index, rule) in self.rules.iter().enumerate() {
            if rule.may_fit(&words, gpu.as_deref()) {
                rules.push(index);
                if rule.own.is_empty() && rule.tags.is_empty() {
                    break;
                }
            }
        }
        Narrowed { accelerator, rules }
    }

    /// The rule that decides for one of these lines.
    pub(super) fn decide(&self, narrowed: &Narrowed, charge: &Charge) -> Option<usize> {
        let mut line = Own { charge, text: None, tags: None };
        narrowed.rules.iter().copied().find(|index| self.rules[*index].fits(&mut line))
    }

    /// A rule by its number.
    pub(super) fn rule(&self, index: usize) -> &Rule {
        &self.rules[index]
    }
}

/// The files that are built in: name and text, in the order in which they are asked.
pub fn shipped() -> impl Iterator<Item = (&'static str, &'static str)> {
    SHIPPED.into_iter().filter_map(|name| {
        let file = PRESETS.get_file(format!("bills/{name}.toml"))?;
        Some((file.path().to_str()?, file.contents_utf8()?))
    })
}

impl From<Written> for Rule {
    fn from(rule: Written) -> Self {
        let words = [
            (&[Word::Provider][..], &rule.provider),
            (&[Word::Service], &rule.service),
            (&[Word::Category], &rule.category),
            (&[Word::Subcategory], &rule.subcategory),
            (&[Word::Sku], &rule.sku),
            (&[Word::UsageType, Word::Meter], &rule.usage_type),
            (&[Word::Operation], &rule.operation),
            (&[Word::Description], &rule.description),
            (&[Word::ResourceType], &rule.resource_type),
            (&[Word::Resource], &rule.resource),
            (&[Word::Account], &rule.account),
            (&[Word::Charge], &rule.charge),
        ];
        let stated =
            words.into_iter().filter_map(|(words, stated)| Some((words, stated.as_ref()?.patterns())));
        let (own, shared) = stated.partition(|(words, _)| words.iter().any(|word| OWN.contains(word)));
        Self {
            class: rule.class,
            assumed: rule.assumed,
            measure: rule.measure,
            accelerator: rule.accelerator.as_ref().map(OneOrMore::patterns).unwrap_or_default(),
            shared,
            own,
            tags: rule.tags.iter().map(|(key, values)| (Pattern::new(key), values.patterns())).collect(),
        }
    }
}

fn one_of(patterns: &[Pattern], text: &str) -> bool {
    patterns.iter().any(|pattern| pattern.matches(text))
}

impl Rule {
    /// All that it names fits, but for words that may be the line's own.
    fn may_fit(&self, words: &[String; Word::COUNT], gpu: Option<&str>) -> bool {
        let accelerator = match gpu {
            Some(gpu) => one_of(&self.accelerator, gpu),
            None => self.accelerator.contains(&Pattern::new(NO_ACCELERATOR)),
        };
        let fits =
            |(of, patterns): &Condition| of.iter().any(|word| one_of(patterns, &words[*word as usize]));
        (self.accelerator.is_empty() || accelerator) && self.shared.iter().all(fits)
    }

    /// Those words fit, too.
    fn fits(&self, line: &mut Own) -> bool {
        let word = |(of, patterns): &Condition| {
            of.iter().any(|word| one_of(patterns, &lowercase(line.charge.word(*word))))
        };
        self.own.iter().all(word) && self.tags.iter().all(|(key, values)| line.has_tag(key, values))
    }
}

/// Names without what providers put before them, and values.
type Tags = Vec<(String, String)>;

/// A line with the words that may be its own.
struct Own<'a> {
    charge: &'a Charge<'a>,
    /// Its tags in small letters, once they are asked for.
    text: Option<String>,
    /// What they say, once one might fit.
    tags: Option<Tags>,
}

impl Own<'_> {
    fn has_tag(&mut self, key: &Pattern, values: &[Pattern]) -> bool {
        let charge = self.charge;
        let text = self.text.get_or_insert_with(|| lowercase(charge.word(Word::Tags)));
        // A name that stands nowhere is no tag; letters may be written as numbers after a backslash.
        if text.is_empty() || !(text.contains(key.longest_part()) || text.contains('\\')) {
            return false;
        }
        let tags = self.tags.get_or_insert_with(|| tags(text));
        tags.iter().any(|(name, value)| key.matches(name) && one_of(values, value))
    }
}

fn lowercase(word: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(word).into_owned();
    if text.is_ascii() {
        text.make_ascii_lowercase();
        text
    } else {
        text.to_lowercase()
    }
}

/// The tags of a line: an object of JSON, of which some providers leave out the braces.
fn tags(text: &str) -> Tags {
    if text.is_empty() || text.len() > MOST_TAGS {
        return Vec::new();
    }
    let object = serde_json::from_str(text).or_else(|_| serde_json::from_str(&format!("{{{text}}}")));
    let Ok(Json::Object(object)) = object else { return Vec::new() };
    object
        .into_iter()
        .filter_map(|(key, value)| {
            let name = key.rsplit([':', '/']).next().unwrap_or(&key).trim().to_owned();
            match value {
                Json::String(value) => Some((name, value)),
                Json::Bool(_) | Json::Number(_) => Some((name, value.to_string())),
                _ => None,
            }
        })
        .collect()
}
