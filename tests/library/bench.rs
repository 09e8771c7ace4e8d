//! A world to build scenarios in.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use whatif::analysis::answer::Answer;
use whatif::analysis::case::{Case, World};
use whatif::files::document::Document;
use whatif::scenario::Scenario;

/// The built-in facts and constants.
pub struct Bench {
    pub world: Arc<World>,
}

impl Bench {
    pub fn new() -> Self {
        Self { world: Arc::new(World::embedded()) }
    }

    pub fn scenario(&mut self, text: &str) -> Scenario {
        let read = Document::parse("test", text, &self.world.catalog);
        let (document, grown) = read.expect("the scenario is well formed");
        if let Some(catalog) = grown {
            Arc::make_mut(&mut self.world).catalog = catalog;
        }
        document.scenario
    }

    pub fn case(&self, scenario: &Scenario) -> Case {
        Case::new(&self.world, *scenario)
    }

    pub fn figure(&self, answer: Answer, scenario: &Scenario) -> f64 {
        answer.of(&self.world.evaluate(scenario)).expect("the figure exists")
    }
}

/// Every scenario that is built in, as its path and text.
pub fn built_in_scenarios() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("presets/scenarios");
    let files = fs::read_dir(folder).expect("the folder of scenarios is there");
    let scenarios: Vec<_> = files
        .map(|file| {
            let path = file.expect("the folder can be listed").path();
            let text = fs::read_to_string(&path).expect("the file can be read");
            (path.display().to_string(), text)
        })
        .collect();
    assert!(!scenarios.is_empty());
    scenarios
}
