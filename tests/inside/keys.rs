//! What must hold whatever is pressed.

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
        for _ in 0..100 {
            person = person.keys("u");
        }
        prop_assert_eq!(person.app.state.document.scenario, start);
    }
}
