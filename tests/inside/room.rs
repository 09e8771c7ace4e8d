//! How the room of a screen is used: nothing is cut where there is room for it, and little of a large screen stays empty.

use super::harness::Person;
use crate::app::state::Panel;
use crate::tui::layout::Layout;
use crate::views::{LIVE, VIEWS};
use ratatui_core::layout::Rect;

const SIZES: [(u16, u16); 5] = [(80, 24), (100, 28), (120, 36), (160, 45), (200, 50)];
/// The most blank columns behind words that are cut.
const BLANK: usize = 3;

/// Keys that lead to a state, and the view or dialog that is looked at then.
fn states() -> Vec<String> {
    let views = VIEWS.iter().map(|view| view.keys[0]);
    let dialogs = ["/", "/ text:price", "g text:2000", "p", "s", "?", "w", "Down Down Down Down Down Enter"];
    let changed = views.clone().map(|key| format!("Down Down Right Right b Right Right {key}"));
    views.chain(dialogs).map(str::to_owned).chain(changed).collect()
}

#[test]
fn no_words_are_cut_beside_room_for_them() {
    let mut found = Vec::new();
    for (name, sizes) in [("default", &SIZES[..]), ("gpt-4", &SIZES[..1])] {
        for &(columns, rows) in sizes {
            for keys in states() {
                let screen = Person::at(name).size(columns, rows).keys(&keys).screen();
                for line in screen.lines() {
                    for (at, sign) in line.match_indices('…') {
                        let behind = &line[at + sign.len()..];
                        let blank = behind.chars().take_while(|letter| *letter == ' ').count();
                        if blank > BLANK {
                            found.push(format!("{name} {columns}x{rows} {keys}: {line}"));
                        }
                    }
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_view_of_a_large_screen_is_empty_below_two_thirds() {
    // Of an engine that nobody watches there is little to say.
    for view in VIEWS.iter().take(LIVE) {
        let person = Person::new().size(200, 50).keys(view.keys[0]);
        let (buffer, _) = person.draw();
        let area = Layout::new(buffer.area, Panel::View).view.expect("the view has the focus");
        let inside = Rect { x: area.x + 1, y: area.y + 1, width: area.width - 2, height: area.height - 2 };
        let is_blank = |row: Rect| (row.left()..row.right()).all(|x| buffer[(x, row.y)].symbol() == " ");
        let blank = inside.rows().filter(|row| is_blank(*row)).count();
        assert!(blank * 3 < usize::from(inside.height), "{}: {blank} of {}", view.title, inside.height);
    }
}

#[test]
fn what_is_said_of_figures_is_whole_beside_a_view() {
    for name in ["default", "gpt-4", "enterprise-500k"] {
        let mut person = Person::at(name).keys("Tab Tab");
        for columns in 118..221 {
            person = person.size(columns, 50);
            let (buffer, _) = person.draw();
            let area = Layout::new(buffer.area, Panel::Figures).figures.expect("figures");
            for row in area.rows() {
                let line: String = (row.left()..row.right()).map(|x| buffer[(x, row.y)].symbol()).collect();
                assert!(!line.contains('…'), "{name} {columns}: {line}");
            }
        }
    }
}

#[test]
fn a_comparison_without_a_change_offers_what_would_save() {
    let person =
        Person::new().size(200, 50).keys("6").shows("Nothing has changed yet").shows("Distilled model");
    person.keys("Enter").shows("done: Distilled model").shows("Daily cost: $");
    Person::new().keys("6").shows("b pins the scenario").shows("Distilled model");
}

#[test]
fn the_frontier_names_both_axes_on_the_smallest_screen_and_says_under_which_load() {
    for (columns, rows) in SIZES {
        let person = Person::new().size(columns, rows).keys("5").shows("in flight").shows("chosen");
        person.shows("1M output tokens against time per ");
    }
}

#[test]
fn pools_draw_no_bar_of_one_part_and_what_the_slider_of_a_row_does() {
    Person::new().size(200, 50).keys("0").lacks("Main pool 100%").shows("Batch: daily cost");
}

#[test]
fn the_chosen_input_of_a_formula_is_explained_in_full() {
    for (columns, rows) in SIZES {
        let person = Person::new().size(columns, rows).keys("8 Down Down Down");
        let whole = "Share of requests a response cache answers without a GPU; 30-60% is common";
        let screen = person.screen();
        assert!(whole.split(' ').all(|word| screen.contains(word)), "{screen}");
    }
}
