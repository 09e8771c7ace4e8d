//! Storms on every reader: real files, damaged in every way that files are, are read or refused in words; what is read is
//! sound, and what can be saved can be opened again. `WHATIF_STORM` asks for another number of inputs.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::analysis::answer::Answer;
use crate::analysis::case::{Case, World};
use crate::analysis::findings::{Severity, alerts};
use crate::calibration::Calibration;
use crate::catalog::Catalog;
use crate::catalog::prices::Basis;
use crate::files::deck::DeckDocument;
use crate::files::document::Document;
use crate::files::read::assign;
use crate::files::store::Store;
use crate::import::benchmarks;
use crate::import::bills::{self, Rules};
use crate::import::config;
use crate::import::metrics::Source;
use crate::import::training;
use crate::scenario::{ParamId, Scenario};
use crate::text::quantity::{self, Unit};

/// Inputs of a reader.
const INPUTS: usize = 200;
/// What mistakes, other programs and other people leave in files.
const TOKENS: [&str; 40] = [
    "",
    "\"",
    "'",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    ",",
    ";",
    ".",
    "..",
    "#",
    "\n",
    "\r\n",
    "\t",
    "\0",
    "\u{feff}",
    "\u{202e}",
    "\u{1b}]52;c;YQ==\u{7}",
    "-",
    "-0",
    "0",
    "1e308",
    "1e-308",
    "99999999999999999999",
    "nan",
    "inf",
    "NaN",
    "Infinity",
    "null",
    "true",
    "auto",
    "max",
    "\u{e9}",
    "\u{1f600}",
    "9",
    "=1+1",
];

/// Numbers without a pattern, the same each time (Steele and others 2014, "Fast splittable pseudorandom number generators").
pub(super) struct Chance(pub(super) u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, count: usize) -> usize {
        (self.next() % count.max(1) as u64) as usize
    }

    /// A text with some damage; parts of another get into it.
    fn damaged(&mut self, text: &[u8], other: &[u8]) -> Vec<u8> {
        let mut text = text.to_vec();
        for _ in 0..=self.below(5) {
            let from = self.below(text.len() + 1);
            let to = from + self.below((text.len() - from).min(30) + 1);
            let token = TOKENS[self.below(TOKENS.len())].as_bytes();
            match self.below(8) {
                0 => text.truncate(from),
                1 => drop(text.drain(from..to)),
                2 => {
                    let again = text[from..to].to_vec();
                    text.splice(from..from, again).for_each(drop);
                }
                3 => {
                    let start = self.below(other.len());
                    let end = start + self.below((other.len() - start).min(200) + 1);
                    text.splice(from..to, other[start..end].iter().copied()).for_each(drop);
                }
                4 if from < text.len() => text[from] ^= 1 << self.below(8),
                5 => text.splice(from..from, token.iter().copied()).for_each(drop),
                _ => text.splice(from..to, token.iter().copied()).for_each(drop),
            }
        }
        text
    }
}

/// The files of a folder whose names end so, and of those within it.
fn files(folder: impl AsRef<Path>, ends: &[&str]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<PathBuf> =
            fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                folders.push(path);
            } else if ends.iter().any(|end| path.to_string_lossy().ends_with(end)) {
                found.push(fs::read(path).expect("a file"));
            }
        }
    }
    assert!(!found.is_empty());
    found
}

/// How many inputs a storm has: as many as are asked for, else so many.
pub(super) fn inputs(usual: usize) -> usize {
    std::env::var("WHATIF_STORM").ok().and_then(|count| count.parse().ok()).unwrap_or(usual)
}

/// No input keeps a reader busy for longer, on however slow a machine: one that took half a minute was of twenty kilobytes.
const LONGEST: Duration = Duration::from_secs(10);

/// Gives a reader damaged texts; short ones are damaged more often, so that a storm takes no longer for a long file.
fn storm(seeds: &[Vec<u8>], mut read: impl FnMut(&[u8])) {
    let mut chance = Chance(2026);
    for _ in 0..inputs(INPUTS) {
        let [seed, other] = [(); 2].map(|()| &seeds[chance.below(seeds.len())]);
        // Of a long file its beginning.
        let seed = &seed[..seed.len().min(20_000)];
        let text = chance.damaged(seed, other);
        let begun = Instant::now();
        read(&text);
        assert!(begun.elapsed() < LONGEST, "{:?} for {}", begun.elapsed(), String::from_utf8_lossy(&text));
    }
}

/// The words of an error, which are what a reader of files may leave on a terminal.
fn told(error: &impl ToString) {
    let words = error.to_string();
    assert!(!words.is_empty() && words.len() < 20_000, "{} bytes are told", words.len());
}

#[test]
fn scenarios() {
    let catalog = Catalog::embedded();
    let world = std::sync::Arc::new(World::embedded());
    let seeds = [files("presets/scenarios", &[".toml"]), files("tests/bad_scenarios", &[".toml"])].concat();
    storm(&seeds, |text| {
        let Ok(text) = std::str::from_utf8(text) else { return };
        match Document::parse("mine.toml", text, &catalog) {
            Err(error) => told(&error),
            Ok((document, grown)) => {
                let known = grown.as_ref().unwrap_or(&catalog);
                let mut new = Document::new(&document.name, known);
                (new.scenario, new.tier_names) = (document.scenario, document.tier_names.clone());
                for saved in [document.to_toml(known), new.to_toml(known)] {
                    let (again, _) = Document::parse("mine.toml", &saved, known).unwrap_or_else(|error| {
                        panic!("{error}\nwas read from\n{text}\nand saved as\n{saved}")
                    });
                    assert_eq!(again.scenario, document.scenario, "{text}\nsaved as\n{saved}");
                }
                if grown.is_none() {
                    let case = Case::new(&world, document.scenario);
                    let fails = alerts(&case, false).iter().any(|alert| alert.severity == Severity::Breach);
                    let broken = Answer::ALL.iter().any(|answer| answer.is_broken(&case.outcome));
                    assert!(fails || !broken, "a check passes on what is no number:\n{text}");
                }
            }
        }
    });
}

#[test]
fn decks() {
    let (catalog, store) = (Catalog::embedded(), Store::new(None));
    let seeds = [files("presets/decks", &[".toml"]), files("tests/bad_decks", &[".toml"])].concat();
    storm(&seeds, |text| {
        let Ok(text) = std::str::from_utf8(text) else { return };
        if let Err(error) = DeckDocument::parse("deck.toml", text, None, &store, &[], &catalog) {
            told(&error);
        }
    });
}

#[test]
fn catalogs_and_rate_cards() {
    let catalog = Catalog::embedded();
    let card = b"[[price]]\ngpu = \"h100-sxm\"\nprovider = \"ours\"\nusd_per_gpu_hour = \"$2.10\"\nas_of = \"2026-10\"\n\
                 [[discount]]\nname = \"EDP\"\nprovider = \"AWS\"\nshare = \"18%\"\n";
    let entries = [
        files("presets/models", &[".toml"]),
        files("presets/gpus", &[".toml"]),
        files("tests/bad_catalog", &[".toml"]),
    ];
    let calibration = Calibration::embedded();
    // What is read is sound: the last of its models on the last of its accelerators, at its own prices.
    let evaluated = |catalog: Catalog, text: &str| {
        let mut scenario = Scenario::defaults(&catalog);
        scenario.model.preset = catalog.model_ids().last();
        scenario.hardware.gpu = catalog.gpu_ids().last().expect("an accelerator");
        scenario.prices.basis = Basis::Own;
        let world = World { catalog, calibration: calibration.clone() };
        let outcome = world.evaluate(&scenario);
        assert!(!Answer::ALL.iter().any(|answer| answer.is_broken(&outcome)), "{text}");
    };
    storm(&entries.concat(), |text| {
        let Ok(text) = std::str::from_utf8(text) else { return };
        let mut own = catalog.clone();
        match own.add_file("own.toml", text) {
            Ok(()) => evaluated(own, text),
            Err(error) => told(&error),
        }
    });
    storm(&[card.to_vec()], |text| {
        let Ok(text) = std::str::from_utf8(text) else { return };
        let mut own = catalog.clone();
        match own.add_rates("card.toml", text) {
            Ok(()) => evaluated(own, text),
            Err(error) => told(&error),
        }
    });
}

#[test]
fn settings_and_numbers() {
    let catalog = Catalog::embedded();
    let mut document = Document::new("mine", &catalog);
    let settings: Vec<Vec<u8>> = ParamId::ALL
        .into_iter()
        .map(|param| {
            format!(
                "{}={}",
                param.path,
                param.written(param.effective(&document.scenario, &catalog), &catalog)
            )
            .into_bytes()
        })
        .collect();
    storm(&settings, |text| {
        let Ok(text) = std::str::from_utf8(text) else { return };
        if let Err(error) = assign(&mut document, text, &catalog) {
            told(&error);
        }
    });
    let numbers = ["70B", "$2.10", "35%", "8k..15k..30k", "1,024", "2026-11", "1.5e3", "12 months"];
    let numbers: Vec<Vec<u8>> = numbers.iter().map(|number| number.as_bytes().to_vec()).collect();
    storm(&numbers, |text| {
        let Ok(text) = std::str::from_utf8(text) else { return };
        for unit in
            [Unit::Count, Unit::Usd, Unit::Share, Unit::Parameters, Unit::Date, Unit::Months, Unit::Bytes]
        {
            match quantity::parse(text, unit) {
                Ok(number) => assert!(number.is_finite(), "{text:?} is {number}"),
                Err(error) => told(&error),
            }
        }
    });
}

#[test]
fn configurations_of_models() {
    storm(&files("tests/configs", &[".json"]), |text| match config::open_stream(text, Some("mine")) {
        Ok(model) => {
            assert!(model.shape.total_parameters().is_finite() && model.shape.total_parameters() > 0.0);
        }
        Err(error) => told(&error),
    });
}

#[test]
fn results_of_benchmarks() {
    storm(&files("tests/benchmarks", &[".json", ".jsonl", ".csv"]), |text| {
        let Ok(text) = std::str::from_utf8(text) else { return };
        if let Err(error) = benchmarks::read("result", text) {
            told(&error);
        }
    });
}

#[test]
fn logs_of_training() {
    storm(&files("tests/training", &[".json", ".jsonl", ".csv"]), |text| {
        let Ok(text) = std::str::from_utf8(text) else { return };
        match training::read("run-train-tag-tokens.csv", text) {
            Ok(Some(log)) => {
                let layout = training::Layout { gpus: Some(8.0), batch_tokens: Some(1e6) };
                if let Ok(pace) = training::pace(&[log], layout) {
                    assert!(pace.tokens_per_s_per_gpu > 0.0);
                    assert!(pace.goodput.is_none_or(|share| (0.0..=1.0).contains(&share)), "{pace:?}");
                }
            }
            Ok(None) => {}
            Err(error) => told(&error),
        }
    });
}

/// A file that holds each input in turn.
fn in_a_file(seeds: &[Vec<u8>], name: &str, mut read: impl FnMut(&Path)) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join(name);
    storm(seeds, |text| {
        fs::write(&path, text).expect("written");
        read(&path);
    });
}

#[test]
fn pages_of_metrics() {
    in_a_file(&files("tests/metrics", &["prom", "txt", "metrics", "json"]), "page.prom", |path| {
        let source = Source::parse(path.to_str().expect("a name")).expect("a file");
        if let Err(error) = source.look() {
            told(&error);
        }
    });
}

#[test]
fn bills() {
    let rules = Rules::new(None).expect("the rules that are built in");
    in_a_file(&files("tests/bills", &[".csv"]), "bill.csv", |path| {
        if let Err(error) = bills::audit(path.to_str().expect("a name"), &rules) {
            told(&error);
        }
    });
}

#[cfg(feature = "parquet")]
#[test]
fn bills_in_parquet() {
    let rules = Rules::new(None).expect("the rules that are built in");
    in_a_file(&files("tests/bills", &[".parquet"]), "bill.parquet", |path| {
        if let Err(error) = bills::audit(path.to_str().expect("a name"), &rules) {
            told(&error);
        }
    });
}

#[test]
fn measured_lengths() {
    let catalog = Catalog::embedded();
    let seeds = [
        b"prompt_tokens,output_tokens\n100,20\n3000,400\n".to_vec(),
        b"{\"prompt_tokens\": 100, \"output_tokens\": 20}\n{\"prompt_tokens\": 3000, \"output_tokens\": 400}\n".to_vec(),
    ];
    in_a_file(&seeds, "lengths.csv", |path| {
        let scenario = path.with_file_name("mine.toml");
        let text = "[workload]\nlength_file = \"lengths.csv\"\n";
        if let Err(error) = Document::parse(scenario.to_str().expect("a name"), text, &catalog) {
            told(&error);
        }
    });
}
