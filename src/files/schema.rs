//! JSON Schemas of the files that people write, for editors: what may be stated where, what it means, and within which
//! bounds. They come from the tables that the readers of those files use.

use serde_json::{Map, Value as Json, json};

use crate::analysis::answer::{Answer, SPLIT};
use crate::analysis::deck::ViewName;
use crate::catalog::Catalog;
use crate::catalog::prices::Kind;
use crate::engine::inputs::MAX_TIERS;
use crate::files::document::FORMAT;
use crate::files::lengths::LENGTH_FILE;
use crate::files::read::METRICS;
use crate::files::retired::RETIRED;
use crate::scenario::ParamId;
use crate::scenario::domain::{Domain, NumberDomain};
use crate::text::quantity::Unit;

/// Begins the comment in which a file names its schema.
#[cfg(feature = "tui")]
pub(super) const SCHEMA_KEY: &str = "#:schema";

/// A file that has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaOf {
    Scenario,
    Deck,
    Prices,
}

impl SchemaOf {
    /// The name of its file beside what is saved.
    #[cfg(feature = "tui")]
    pub(super) fn file(self) -> &'static str {
        match self {
            Self::Scenario => "scenario.schema.json",
            Self::Deck => "deck.schema.json",
            Self::Prices => "prices.schema.json",
        }
    }

    /// Its schema, with the ids of a catalog.
    pub fn schema(self, catalog: &Catalog) -> Json {
        match self {
            Self::Scenario => root("A scenario of whatif", scenario(catalog), &[]),
            Self::Deck => root("A deck of whatif", deck(catalog), &["title", "step"]),
            Self::Prices => root("A rate card of whatif", prices(catalog), &[]),
        }
    }
}

/// Keys and what each may be.
type Properties = Map<String, Json>;

/// The schema of a whole file.
fn root(title: &str, properties: Properties, required: &[&str]) -> Json {
    let mut all = object(properties, required);
    all["$schema"] = "http://json-schema.org/draft-07/schema#".into();
    all["title"] = title.into();
    all
}

/// A table with these keys and no others.
fn object(properties: Properties, required: &[&str]) -> Json {
    let mut all = json!({"type": "object", "additionalProperties": false, "required": required});
    all["properties"] = properties.into();
    all
}

fn words(description: &str) -> Json {
    json!({"type": "string", "description": description})
}

fn list(of: Json, description: &str) -> Json {
    let mut all = json!({"type": "array", "description": description});
    all["items"] = of;
    all
}

fn one_of<'a>(words: impl Iterator<Item = &'a str>) -> Json {
    json!({"type": "string", "enum": words.collect::<Vec<_>>()})
}

/// What the file of a scenario states, a table within a table for every dot of a path.
fn scenario(catalog: &Catalog) -> Properties {
    let mut all = Properties::new();
    all.insert("format".to_owned(), json!({"const": FORMAT, "description": "The format of the file"}));
    all.insert("name".to_owned(), words("The name shown to people"));
    all.insert("summary".to_owned(), words("One sentence: what it shows"));
    all.insert("sources".to_owned(), list(words("A source"), "Where its inputs come from"));
    for param in ParamId::ALL {
        let schema = parameter(param, catalog);
        for path in param.aliases.iter().chain([&param.path]) {
            insert(&mut all, path, schema.clone());
        }
    }
    for old in &RETIRED {
        let described = json!({"type": "string", "deprecated": true, "description": format!("`{}` {}", old.path, old.note)});
        insert(&mut all, old.path, described);
    }
    insert(&mut all, LENGTH_FILE, words("A CSV file of the measured lengths of requests"));
    insert(&mut all, METRICS, words("Where a serving engine's metrics are: an address or a file"));
    let gpu = gpu();
    all.insert("gpu".to_owned(), json!({"anyOf": [gpu, {"type": "array", "items": gpu}]}));
    all
}

/// Puts what a path may be into the tables that it leads through. `tier.1` is the first of a list of tables that are all alike.
fn insert(all: &mut Properties, path: &str, schema: Json) {
    let mut here = all;
    let mut parts = path.split('.').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            here.insert(part.to_owned(), schema);
            return;
        }
        let is_list = parts.next_if(|next| next.parse::<usize>().is_ok()).is_some();
        let table = here.entry(part).or_insert_with(|| {
            let table = object(Properties::new(), &[]);
            if is_list { json!({"type": "array", "maxItems": MAX_TIERS, "items": table}) } else { table }
        });
        let table = if is_list { &mut table["items"] } else { table };
        if is_list {
            table["properties"]["name"] = words("The name of the tier");
        }
        let Json::Object(inner) = &mut table["properties"] else { return };
        here = inner;
    }
}

/// What a parameter may be, with its meaning.
fn parameter(param: ParamId, catalog: &Catalog) -> Json {
    // A model follows from the rest only where that states a whole shape.
    let auto = (param.optional && param != ParamId::ModelPreset).then_some("auto");
    let mut schema = match &param.domain {
        Domain::Number(domain) => number(domain, auto),
        Domain::Words(words) => one_of(words.iter().copied().chain(auto)),
        Domain::Flag if auto.is_some() => json!({"enum": [true, false, "auto"]}),
        Domain::Flag => json!({"type": "boolean"}),
        // A model may be the path of its configuration, and an accelerator one that the file describes.
        Domain::Model => {
            json!({"anyOf": [one_of(catalog.models().iter().map(|model| model.id.as_str()).chain(auto)), {"type": "string"}]})
        }
        Domain::Gpu => {
            json!({"anyOf": [one_of(catalog.gpus().iter().map(|gpu| gpu.id.as_str()).chain(auto)), {"type": "string"}]})
        }
        Domain::Profile => json!({"type": "string"}),
    };
    schema["description"] = format!("{}: {} ({})", param.label, param.help, param.allowed()).into();
    schema
}

/// A number within its bounds; or one as people write it, a range of it, or a word.
fn number(domain: &NumberDomain, auto: Option<&str>) -> Json {
    let words: Vec<&str> = domain.word.into_iter().chain(auto).collect();
    let pattern = match domain.unit {
        Unit::Share => share(domain),
        Unit::Usd | Unit::UsdPerHour => r"^[-+]?\$?[0-9]".to_owned(),
        _ => "^[-+]?[0-9]".to_owned(),
    };
    let mut forms = vec![json!({"type": "string", "pattern": pattern})];
    if domain.unit != Unit::Date {
        let kind = if domain.whole { "integer" } else { "number" };
        forms.insert(0, json!({"type": kind, "minimum": domain.min, "maximum": domain.max}));
    }
    if !words.is_empty() {
        forms.push(one_of(words.into_iter()));
    }
    json!({"anyOf": forms})
}

/// An accelerator of the user's own.
fn gpu() -> Json {
    /// Words, numbers, and what each is.
    const WORDS: [(&str, &str); 8] = [
        ("id", "What the scenario calls it"),
        ("name", "The name shown to people"),
        ("vendor", "Who makes it"),
        ("launched", "When it was launched: a year, a month or a day"),
        ("family", "The family whose constants it has"),
        ("scale_up_link", "How chips of a server are joined"),
        ("purchase_as_of", "The date of its purchase price"),
        ("note", "What a reader should know of it"),
    ];
    const NUMBERS: [(&str, &str); 19] = [
        ("memory_gb", "Memory, GB"),
        ("reported_mib", "Memory that its driver reports, MiB"),
        ("bandwidth_tb_s", "Memory bandwidth, TB/s"),
        ("fp32_tflops", "Dense FP32 arithmetic, TFLOP/s"),
        ("tf32_tflops", "Dense TF32 arithmetic, TFLOP/s"),
        ("bf16_tflops", "Dense BF16 arithmetic, TFLOP/s"),
        ("fp16_tflops", "Dense FP16 arithmetic, TFLOP/s"),
        ("fp8_tflops", "Dense FP8 arithmetic, TFLOP/s"),
        ("int8_tops", "Dense INT8 arithmetic, TOP/s"),
        ("fp4_tflops", "Dense FP4 arithmetic, TFLOP/s"),
        ("scale_up_gb_s", "Link between chips of a server, GB/s in both directions"),
        ("scale_up_domain", "Chips that such links join"),
        ("scale_out_gbps", "Network of a chip between servers, Gbit/s"),
        ("tdp_w", "Power of a chip, W"),
        ("on_demand_usd_h", "Market price on demand, USD an hour"),
        ("hyperscaler_usd_h", "Price on demand at a hyperscaler, USD an hour"),
        ("spot_usd_h", "Price of spot capacity, USD an hour"),
        ("reserved_1y_discount", "Discount of a contract of one year, 0 to 1"),
        ("reserved_3y_discount", "Discount of a contract of three years, 0 to 1"),
    ];
    let mut all = Properties::new();
    all.extend(WORDS.map(|(key, description)| (key.to_owned(), words(description))));
    all.extend(NUMBERS.map(|(key, description)| {
        (key.to_owned(), json!({"type": "number", "minimum": 0, "description": description}))
    }));
    let purchase = json!({
        "type": "array", "items": {"type": "number", "minimum": 0}, "minItems": 3, "maxItems": 3,
        "description": "Purchase with its share of the server, USD: low, typical, high",
    });
    all.insert("purchase_usd".to_owned(), purchase);
    all.insert("unverified".to_owned(), list(words("A key"), "Keys that were not read in the source"));
    all.insert("source".to_owned(), words("Where the data sheet was read"));
    object(all, &["memory_gb", "bandwidth_tb_s"])
}

/// What the file of a deck states.
fn deck(catalog: &Catalog) -> Properties {
    let settings = || {
        let paths = ParamId::ALL.into_iter().flat_map(|param| {
            let schema = parameter(param, catalog);
            let paths = param.aliases.iter().chain([&param.path]);
            paths.map(move |path| ((*path).to_owned(), schema.clone())).collect::<Vec<_>>()
        });
        let mut all = object(paths.collect(), &[]);
        all["description"] =
            "What the step changes, by path: { \"workload.cache_hit_rate\" = \"40%\" }".into();
        all
    };
    let figures = |description: &str| {
        list(one_of(Answer::ALL.into_iter().map(Answer::short_id).chain([SPLIT])), description)
    };
    let step = [
        ("title", words("The headline: one idea")),
        ("scenario", words("What the step starts from: the name of a scenario, or the path of a file")),
        ("set", settings()),
        ("show", figures("Up to three figures, the first one large")),
        ("paid_with", figures("Figures that a change is paid for with")),
        ("view", one_of(ViewName::IDS.iter().copied())),
        ("ask", list(one_of(ParamId::paths()), "Sliders that a question may turn")),
        ("claims", list(words("The id of a claim"), "What others published of it")),
        ("sources", list(words("A source"), "Where what is said comes from")),
        ("say", words("What the presenter says")),
    ];
    let step = object(step.map(|(key, schema)| (key.to_owned(), schema)).into_iter().collect(), &["title"]);
    let all = [
        ("format", json!({"const": FORMAT, "description": "The format of the file"})),
        ("title", words("What the deck is about")),
        ("summary", words("One sentence: for whom, and what it shows")),
        ("sources", list(words("A source"), "Where its inputs come from")),
        (
            "scenario",
            json!({"anyOf": [words("The name of a scenario, or the path of a file"), object(scenario(catalog), &[])]}),
        ),
        ("step", list(step, "The steps, one idea each")),
    ];
    all.map(|(key, schema)| (key.to_owned(), schema)).into_iter().collect()
}

/// What a rate card states.
fn prices(catalog: &Catalog) -> Properties {
    let month = |description: &str| json!({"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}){0,2}$", "description": description});
    let figure = |description: &str| json!({"type": ["number", "string"], "description": description});
    let price = [
        ("gpu", one_of(catalog.gpus().iter().map(|gpu| gpu.id.as_str()))),
        ("provider", words("Who asks it")),
        ("kind", one_of(Kind::ALL.iter().map(|kind| kind.id()))),
        ("usd_per_gpu_hour", figure("USD an hour: 2.10 or \"$2.10\"")),
        ("region", words("Where")),
        ("as_of", month("The month of the price")),
        ("source", words("Where it was read")),
        ("note", words("What a reader should know of it")),
    ];
    let discount = [
        ("name", words("Its name")),
        ("provider", words("Whose prices it is off; all of them where none is named")),
        ("share", figure("Share of the price: 0.18 or \"18%\"")),
        ("from", month("The first month in which it holds")),
        ("until", month("The last month in which it holds")),
    ];
    let table = |keys: Vec<(&str, Json)>, required: &[&str]| {
        object(keys.into_iter().map(|(key, schema)| (key.to_owned(), schema)).collect(), required)
    };
    let all = [
        ("as_of", month("The month from which ages count")),
        ("price", list(table(price.into(), &["gpu", "provider", "usd_per_gpu_hour", "as_of"]), "Prices")),
        ("discount", list(table(discount.into(), &["name", "share"]), "Discounts off listed prices")),
    ];
    all.map(|(key, schema)| (key.to_owned(), schema)).into_iter().collect()
}

/// A share as people write it, or a range: percent up to the bound, or a fraction.
fn share(domain: &NumberDomain) -> String {
    let most = domain.max.max(-domain.min);
    let percent = (most * 100.0).round() as u32;
    let fraction = if most > 1.0 { r"[0-9]{1,2}(\.[0-9]+)?" } else { r"0?\.[0-9]+|0|1(\.0+)?" };
    let sign = if domain.min < 0.0 { "[-+]?" } else { "[+]?" };
    let below = up_to(percent.saturating_sub(1));
    let tiny = r"[0-9](\.[0-9]+)?[eE]-[0-9]+";
    let one = format!(r"{sign}((({below})(\.[0-9]+)?|{percent}(\.0+)?) ?%|{fraction}|{tiny})");
    format!(r"^{one}(\.\.{one}){{0,2}}$")
}

/// The pattern of whole numbers from 0 to this one.
fn up_to(most: u32) -> String {
    let digits = most.to_string();
    let any = |count: usize| "[0-9]".repeat(count);
    let shorter = (1..digits.len()).map(|count| match count {
        1 => any(1),
        _ => format!("[1-9]{}", any(count - 1)),
    });
    let as_long = digits.char_indices().filter_map(|(place, digit)| {
        let least = if place == 0 && digits.len() > 1 { '1' } else { '0' };
        let (before, after) = (&digits[..place], any(digits.len() - place - 1));
        (digit > least).then(|| format!("{before}[{least}-{}]{after}", (digit as u8 - 1) as char))
    });
    let all: Vec<String> = shorter.chain(as_long).chain([digits.clone()]).collect();
    all.join("|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::gpus::GpuEntry;
    use crate::text::quantity;
    use proptest::strategy::{Strategy as _, ValueTree as _};
    use proptest::test_runner::TestRunner;

    #[test]
    fn no_percentage_over_its_bound_is_as_the_schema_says() {
        let mut runner = TestRunner::deterministic();
        for domain in ParamId::ALL.into_iter().filter_map(|param| param.number().copied()) {
            if domain.unit != Unit::Share {
                continue;
            }
            let pattern = share(&domain);
            let texts = proptest::string::string_regex(pattern.trim_matches(['^', '$'])).expect("a pattern");
            for _ in 0..200 {
                let text = texts.new_tree(&mut runner).expect("a text").current();
                for one in text.split("..") {
                    let share = quantity::parse(one, Unit::Share).expect("a share").abs();
                    let most = domain.max.max(-domain.min);
                    let most = if one.ends_with('%') { most } else { most.max(100.0) };
                    assert!(share <= most, "{one} of at most {most}");
                }
            }
        }
    }

    #[test]
    fn whole_numbers_up_to_another_are_a_pattern() {
        for (most, pattern) in
            [(0, "0"), (9, "[0-8]|9"), (95, "[0-9]|[1-8][0-9]|9[0-4]|95"), (100, "[0-9]|[1-9][0-9]|100")]
        {
            assert_eq!(up_to(most), pattern);
        }
    }
    /// Whether a value is as a schema of this module says, as far as those go.
    fn fits(value: &Json, schema: &Json) -> bool {
        let all = |key: &str| schema[key].as_array().into_iter().flatten();
        let is_of = |kind: &str| match kind {
            "string" => value.is_string(),
            "number" => value.is_number(),
            "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
            "boolean" => value.is_boolean(),
            "array" => value.is_array(),
            _ => value.is_object(),
        };
        let kinds: Vec<&str> = match &schema["type"] {
            Json::String(kind) => vec![kind],
            kinds => kinds.as_array().into_iter().flatten().filter_map(Json::as_str).collect(),
        };
        let within = |end: &str, holds: fn(f64, f64) -> bool| match (value.as_f64(), schema[end].as_f64()) {
            (Some(number), Some(end)) => holds(number, end),
            _ => true,
        };
        let begins =
            |text: &str| text.starts_with(|first: char| first.is_ascii_digit() || "$-+".contains(first));
        let keys = value.as_object().into_iter().flatten();
        (kinds.is_empty() || kinds.into_iter().any(is_of))
            && (schema["anyOf"].is_null() || all("anyOf").any(|form| fits(value, form)))
            && (schema["enum"].is_null() || all("enum").any(|one| one == value))
            && (schema["const"].is_null() || schema["const"] == *value)
            && (schema["pattern"].is_null() || value.as_str().is_some_and(begins))
            && within("minimum", |number, least| number >= least)
            && within("maximum", |number, most| number <= most)
            && all("required").all(|key| key.as_str().is_some_and(|key| value.get(key).is_some()))
            && value.as_array().into_iter().flatten().all(|item| fits(item, &schema["items"]))
            && keys.into_iter().all(|(key, value)| match schema["properties"].get(key) {
                Some(property) => fits(value, property),
                None => schema["additionalProperties"] != false,
            })
    }

    fn is_valid(text: &str, of: SchemaOf) -> bool {
        let value: toml::Table = toml::from_str(text).expect("TOML");
        fits(&json!(value), &of.schema(&Catalog::embedded()))
    }

    #[test]
    fn every_file_that_is_built_in_is_as_its_schema_says() {
        for (folder, of) in [("scenarios", SchemaOf::Scenario), ("decks", SchemaOf::Deck)] {
            let files = std::fs::read_dir(format!("presets/{folder}")).expect("a folder");
            for file in files.map(|file| file.expect("a file").path()) {
                let text = std::fs::read_to_string(&file).expect("text");
                assert!(is_valid(&text, of), "{}", file.display());
            }
        }
        let card = "[[price]]\ngpu = \"h100-sxm\"\nprovider = \"ours\"\nusd_per_gpu_hour = \"$2.10\"\nas_of = \"2026-10\"";
        assert!(is_valid(card, SchemaOf::Prices));
    }

    #[test]
    fn what_a_reader_refuses_its_schema_refuses() {
        for text in [
            "[serving]\nbatch_sizes = 3",
            "[workload]\ncache_hit_rate = 1.5",
            "[workload]\ncache_hit_rate = \"plenty\"",
            "[training]\nprecision = \"fp12\"",
            "[hardware]\ngpu = 3",
            "[[tier]]\nshares = 1",
            "[gpu]\nmemory_gb = 80",
            "format = 2",
        ] {
            assert!(!is_valid(text, SchemaOf::Scenario), "{text}");
        }
        for text in [
            "title = \"a\"",
            "title = \"a\"\n[[step]]\ntitle = \"b\"\nshows = []",
            "title = \"a\"\n[[step]]\ntitle = \"b\"\nset = { \"serving.batchsize\" = 3 }",
        ] {
            assert!(!is_valid(text, SchemaOf::Deck), "{text}");
        }
        assert!(!is_valid("[[price]]\ngpu = \"h100-sxm\"", SchemaOf::Prices));
        for text in [
            "[workload]\nsequence_length = \"8k..30k\"",
            "[serving]\nbatch_size = \"max\"",
            "[[tier]]\nname = \"a\"",
        ] {
            assert!(is_valid(text, SchemaOf::Scenario), "{text}");
        }
    }

    /// The keys that an error says are allowed are those of a schema.
    fn named(allowed: &str, schema: &Json) {
        let known: Vec<&str> = allowed.split('`').skip(1).step_by(2).collect();
        let mut keys: Vec<&str> =
            schema["properties"].as_object().expect("properties").keys().map(String::as_str).collect();
        keys.sort_by_key(|key| known.iter().position(|other| other == key));
        assert_eq!(keys, known);
    }

    #[test]
    fn tables_have_the_keys_of_their_readers() {
        let error = toml::from_str::<GpuEntry>("nonsense = 1").expect_err("no such key");
        named(error.message().split_once("expected").expect("what is allowed").1, &gpu());
        let schema = SchemaOf::Prices.schema(&Catalog::embedded());
        for table in ["price", "discount"] {
            let text = format!("[[{table}]]\nnonsense = 1");
            let error = Catalog::embedded().add_rates("card", &text).expect_err("no such key");
            named(&error.help.expect("what is allowed"), &schema["properties"][table]["items"]);
        }
    }
}
