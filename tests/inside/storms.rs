//! Storms of keys: whatever is pressed, clicked and typed, at whatever size, nothing breaks, everything can be taken back and
//! done again, and what is saved is what was there. `WHATIF_STORM` asks for another number of keys.

use std::fs;

use super::fuzz::{Chance, inputs};
use super::harness::{Person, text};
use crate::catalog::Catalog;
use crate::files::store::Opened;
use crate::keymap::{self, Action};
use crate::scenario::{ParamId, Scenario};
use crate::views::KEYMAP;

/// Keys of a storm, without another number.
const KEYS: usize = 1500;
/// Keys of one person.
const SESSION: usize = 300;
/// What is typed into fields.
const TYPED: [&str; 12] = [
    "text:7",
    "text:70B",
    "text:35%",
    "text:+10%",
    "text:-0%",
    "text:1P",
    "text:8k..15k..30k",
    "text:auto",
    "text:max",
    "text:gpt",
    "text:Own",
    "Backspace",
];
/// A file with an accelerator of its own, and tiers of which one has no traffic.
const OWN: &str = "name = \"Own\"\n[gpu]\nname = \"X1\"\nmemory_gb = 400\nbandwidth_tb_s = 20\nbf16_tflops = 5000\n\
    on_demand_usd_h = 9\n[[tier]]\nname = \"idle\"\nbatch_size = 4\n[[tier]]\nname = \"batch\"\nshare = 0.3\n";

/// What a scenario states, in words that hold in every catalog.
fn stated(scenario: &Scenario, catalog: &Catalog) -> Vec<String> {
    ParamId::ALL
        .into_iter()
        .map(|param| format!("{} = {}", param.path, param.display(param.stated(scenario), catalog)))
        .collect()
}

/// The scenario at every step that a key leads back or forth, the present one first.
fn followed(person: Person, key: &str) -> (Person, Vec<Scenario>) {
    let mut person = person;
    let mut all = vec![person.app.state.document.scenario];
    loop {
        let action = if key == "u" { Action::Undo } else { Action::Redo };
        if !person.app.state.applies(action) {
            return (person, all);
        }
        person = person.keys(key);
        all.push(person.app.state.document.scenario);
    }
}

/// Leaves whatever is open.
fn leave(person: Person) -> Person {
    let mut person = person;
    while person.app.dialog.is_some() || person.app.presentation.is_some() {
        person = if person.app.dialog.is_some() { person.keys("Esc") } else { person.keys("End q") };
    }
    person
}

#[test]
fn a_storm_of_keys_breaks_nothing_and_can_be_taken_back_done_again_and_saved() {
    let keys: Vec<&str> = KEYMAP.bindings().iter().flat_map(|binding| binding.keys).copied().collect();
    assert!(keys.iter().all(|key| keymap::press(key).is_some()));
    let mut chance = Chance(2026);
    let mut left = inputs(KEYS);
    while left > 0 {
        let mut person = Person::new();
        fs::write(person.directory.path().join("own.toml"), OWN).expect("written");
        for _ in 0..SESSION.min(left) {
            left -= 1;
            let [x, y] = [person.size.0, person.size.1].map(|most| chance.below(usize::from(most)) as u16);
            person = match chance.below(60) {
                0 | 1 => person.size(1 + chance.below(240) as u16, 1 + chance.below(80) as u16),
                2 => person.click(x, y),
                3 => person.drag((x, y), (y, x)),
                4 => person.wheel(x > y, x, y),
                5..=8 => person.keys(TYPED[chance.below(TYPED.len())]),
                _ => person.keys(keys[chance.below(keys.len())]),
            };
            person.app.state.effects.clear();
            let (frame, _) = person.draw();
            if left.is_multiple_of(32) {
                let screen = text(&frame);
                assert!(!screen.contains("NaN"), "{screen}");
            }
            if person.app.state.done {
                break;
            }
        }
        let person = leave(person).size(120, 36);
        let (person, _) = followed(person, "U");
        let (person, back) = followed(person, "u");
        let (person, mut forth) = followed(person, "U");
        forth.reverse();
        assert_eq!(back.len(), forth.len());
        assert!(back == forth, "redo does not lead where undo came from");
        let person = person.keys("S C-u text:Storm Enter");
        let person = if person.app.dialog.is_some() { person.keys("y") } else { person };
        let state = &person.app.state;
        let Opened { document, grown, .. } =
            state.store.open("storm", &Catalog::embedded()).expect("what was saved is opened");
        let known = grown.unwrap_or_else(Catalog::embedded);
        assert_eq!(
            stated(&document.scenario, &known),
            stated(&state.document.scenario, &state.world.catalog)
        );
        assert_eq!(document.tier_names, state.document.tier_names);
    }
}
