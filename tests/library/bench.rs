//! A world to build scenarios in.

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
