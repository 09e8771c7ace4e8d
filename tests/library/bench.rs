//! A world to build scenarios in.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use toml::{Table, Value};
use whatif::analysis::answer::Answer;
use whatif::analysis::case::{Case, World};
use whatif::scenario::{ParamId, Scenario};

/// Keys of a scenario file that state nothing.
const TITLES: [&str; 4] = ["format", "name", "summary", "sources"];

/// The built-in facts and constants.
pub struct Bench {
    pub world: Arc<World>,
}

impl Bench {
    pub fn new() -> Self {
        Self { world: Arc::new(World::embedded()) }
    }

    /// The defaults with what a text in the form of a scenario file states.
    pub fn scenario(&self, text: &str) -> Scenario {
        let mut scenario = Scenario::defaults(&self.world.catalog);
        let mut tables: Table = text.parse().expect("the scenario is well formed");
        tables.retain(|key, _| !TITLES.contains(&key));
        self.state("", tables, &mut scenario);
        scenario
    }

    /// States each value of a table whose own path is given.
    fn state(&self, table: &str, values: Table, scenario: &mut Scenario) {
        for (key, value) in values {
            let path = format!("{table}{key}");
            match value {
                Value::Table(inner) => self.state(&format!("{path}."), inner, scenario),
                Value::Array(tiers) => {
                    for (index, tier) in tiers.into_iter().enumerate() {
                        let mut tier: Table = tier.try_into().expect("a tier is a table");
                        tier.remove("name");
                        self.state(&format!("{path}.{}.", index + 1), tier, scenario);
                    }
                }
                value => {
                    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    let param = ParamId::from_path(&path).unwrap_or_else(|| panic!("no parameter {path}"));
                    let value = param.parse(&text, scenario, &self.world.catalog);
                    param.set(scenario, value.unwrap_or_else(|error| panic!("{error}")));
                }
            }
        }
    }

    pub fn case(&self, scenario: &Scenario) -> Case {
        Case::new(&self.world, *scenario)
    }

    pub fn figure(&self, answer: Answer, scenario: &Scenario) -> f64 {
        answer.of(&self.world.evaluate(scenario)).expect("the figure exists")
    }
}

/// Every scenario that is built in, as its id and text.
pub fn built_in_scenarios() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("presets/scenarios");
    let files = fs::read_dir(folder).expect("the folder of scenarios is there");
    let scenarios: Vec<_> = files
        .map(|file| {
            let path = file.expect("the folder can be listed").path();
            let text = fs::read_to_string(&path).expect("the file can be read");
            (path.file_stem().expect("a name").to_string_lossy().into_owned(), text)
        })
        .collect();
    assert!(!scenarios.is_empty());
    scenarios
}

/// The parameter with this path.
pub fn param(path: &str) -> ParamId {
    ParamId::from_path(path).unwrap_or_else(|| panic!("no parameter is called {path}"))
}

/// A scenario somewhere among the sensible ones.
pub fn any_scenario() -> impl Strategy<Value = String> {
    let model = prop::sample::select(vec!["llama-2-7b", "llama-3.1-70b", "mixtral-8x7b", "deepseek-v3"]);
    let gpu = prop::sample::select(vec!["h100-sxm", "a100-80-sxm", "h200-sxm", "b200-sxm", "mi300x"]);
    (model, gpu, 3.0_f64..9.0, 8.0_f64..14.0, 0.0_f64..0.9, 0_u32..8, 0.0_f64..0.1).prop_map(
        |(model, gpu, requests, tokens, hits, batch, growth)| {
            format!(
                "[model]\npreset = \"{model}\"\n[hardware]\ngpu = \"{gpu}\"\n\
                 [serving]\nbatch_size = {}\nweight_precision = \"fp8\"\n\
                 [workload]\nrequests_per_day = {}\nsequence_length = {}\ncache_hit_rate = {hits}\n\
                 growth_per_month = {growth}\n",
                1 << batch,
                10.0_f64.powf(requests).round(),
                2.0_f64.powf(tokens).round(),
            )
        },
    )
}
