//! The table of keys, and what must hold whatever is pressed.

use super::harness::Person;
use crate::keymap;
use crate::views::KEYMAP;
use proptest::prelude::*;

/// Names of keys that a person may press: all of the table, and some letters for fields.
fn key() -> impl Strategy<Value = String> {
    let mut keys: Vec<String> =
        KEYMAP.bindings().iter().flat_map(|binding| binding.keys).map(|key| (*key).to_owned()).collect();
    keys.retain(|key| !["q", "C-c", "s", "S"].contains(&key.as_str()));
    keys.extend(["7", "0", "B", "%", ".", "Backspace"].map(str::to_owned));
    proptest::sample::select(keys)
}

#[test]
fn every_key_of_the_table_can_be_pressed_by_its_name() {
    for binding in KEYMAP.bindings() {
        for key in binding.keys {
            let press = keymap::press(key).unwrap_or_else(|| panic!("{key} names no key"));
            assert_eq!(keymap::name_of(&press).as_deref(), Some(*key));
            assert_eq!(KEYMAP.action(&[binding.place], &press), Some(binding.action), "{key}");
            // Ctrl-H, Ctrl-I, Ctrl-J and Ctrl-M arrive as Backspace, Tab, Enter and Enter.
            assert!(!["C-h", "C-i", "C-j", "C-m"].contains(key), "{key} cannot be told apart");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_keys_at_any_size_panic_and_undo_leads_back_to_the_start(
        keys in proptest::collection::vec(key(), 1..40),
        columns in 1_u16..200,
        rows in 1_u16..60,
    ) {
        let mut person = Person::new().size(columns, rows);
        let start = person.app.state.document.scenario;
        for key in &keys {
            person.app.key(&keymap::press(key).expect("a key"));
            person.draw();
        }
        // Leave whatever is open, then take everything back.
        person = person.keys("Esc Esc Esc");
        if person.app.presentation.is_some() {
            person = person.keys("End q");
        }
        for _ in 0..100 {
            person = person.keys("u");
        }
        prop_assert_eq!(person.app.state.document.scenario, start);
    }
}
