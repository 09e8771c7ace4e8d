//! What the README says of keys and views is true.

use crate::catalog::Catalog;
use crate::keymap::{Action, Binding, Place};
use crate::scenario::{ParamId, Scenario};
use crate::views::{KEYMAP, VIEWS};

#[path = "../program/page.rs"]
mod page;

use page::{README, quoted, table};

/// The text under a heading.
fn section(heading: &str) -> &'static str {
    let start = README.find(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no section {heading}"));
    let rest = &README[start + 1..];
    rest.find("\n## ").map_or(rest, |end| &rest[..end])
}

/// What a key does on the screen.
fn binding(key: &str) -> &'static Binding {
    let on_screen = |place| matches!(place, Place::Screen | Place::Sliders);
    let found = KEYMAP.bindings().iter().find(|row| on_screen(row.place) && row.keys.contains(&key));
    found.unwrap_or_else(|| panic!("{key} is bound to nothing"))
}

/// The beginnings of the longer words, so that `views` is the word in `next view`.
fn stems(text: &str) -> Vec<String> {
    let words = text.split(|letter: char| !letter.is_alphabetic()).filter(|word| word.len() > 3);
    words.map(|word| word.chars().take(4).collect::<String>().to_lowercase()).collect()
}

#[test]
fn every_key_does_what_is_said_of_it() {
    let catalog = Catalog::embedded();
    let scenario = Scenario::defaults(&catalog);
    let is_value = |text: &str| {
        ParamId::ALL.into_iter().any(|param| param.parse_entry(text, &scenario, &catalog).is_ok())
    };
    let rows = table("key");
    assert!(rows.len() > 8);
    for row in rows {
        let [keys, does] = row[..] else { panic!("{row:?}") };
        for key in keys.split([' ', ',']).filter(|key| !key.is_empty()) {
            if key == "0-9" {
                assert_eq!((VIEWS[0].keys[0], VIEWS[9].keys[0]), ("1", "0"));
            } else {
                let binding = binding(key);
                let meaning = stems(&format!("{} {}", binding.label, binding.help));
                // Arrows and the like say themselves what they do, in other words.
                let named = key.chars().count() > 1;
                assert!(
                    named || stems(does).iter().any(|word| meaning.contains(word)),
                    "{key}: {does}; {binding:?}"
                );
            }
        }
        for word in quoted(does) {
            assert!(is_value(word) || binding(word).keys.contains(&word), "{word}");
        }
    }
    assert_eq!(binding(quoted(section("Keys"))[0]).action, Action::Help);
}

#[test]
fn every_view_is_named_with_its_key() {
    let named: Vec<String> = table("view").iter().map(|row| row[0].to_owned()).collect();
    let views: Vec<String> = VIEWS.iter().map(|view| format!("{} {}", view.keys[0], view.title)).collect();
    assert_eq!(named, views);
}
