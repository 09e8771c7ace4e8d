//! The explorer as a person meets it: real keys through the real keymap, and what the screen then shows.

use std::collections::HashSet;

use super::harness::{Person, styles, text};
use crate::analysis::answer::Answer;
use crate::app::state::Panel;
use crate::files::settings::ThemeName;
use crate::keymap::{Action, Place, readable};
use crate::text::quantity::{Unit, format};
use crate::tui::mouse::{Map, Target};
use crate::views::{EXPLAIN, KEYMAP, OVERVIEW, VIEWS};
use crate::widgets::theme::{Look, Theme};
use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::Color;

#[test]
fn the_first_screen_shows_the_three_answers_and_the_main_sliders() {
    let mut person = Person::new();
    for words in [
        "Support chat on Llama 2 70B",
        "Training, once",
        "Inference, per day",
        "Split over 36 months",
        "Parameters",
        "Sequence",
        "Batch",
        "Cache hits",
        "GPU",
        "/ find",
    ] {
        person = person.shows(words);
    }
}

#[test]
fn each_main_slider_moves_the_answers_that_depend_on_it() {
    let before = Person::new();
    let figures = |person: &Person| {
        [Answer::TrainingCost, Answer::DailyCost, Answer::InferenceShare].map(|answer| person.figure(answer))
    };
    let start = figures(&before);
    // Parameters: all three. The others leave training alone.
    for (keys, training_moves) in [
        ("S-Right", true),
        ("Down S-Right", false),
        ("Down Down S-Right", false),
        ("Down Down Down S-Right", false),
        ("Down Down Down Down S-Left", false),
    ] {
        let now = figures(&Person::new().keys(keys));
        assert_eq!(
            now[0] != start[0],
            training_moves,
            "{keys}: training went from {} to {}",
            start[0],
            now[0]
        );
        assert_ne!(now[1], start[1], "{keys} leaves the cost of a day alone");
        assert_ne!(now[2], start[2], "{keys} leaves the split alone");
    }
}

#[test]
fn an_exact_value_is_typed_with_an_echo_and_set_by_enter() {
    let person = Person::new().keys("Enter text:8B").shows("= 8B").shows("(preview)");
    let previewed = person.figure(Answer::DailyCost);
    let set = person.keys("Enter").lacks("(preview)");
    assert_eq!(set.figure(Answer::DailyCost), previewed);
    assert_eq!(set.app.state.document.scenario.model.size, Some(8e9));
}

#[test]
fn relative_values_are_typed_without_opening_the_field_first() {
    let person = Person::new().keys("Down text:*2 Enter");
    assert_eq!(person.app.state.document.scenario.workload.sequence_length, 4096.0);
    let person = person.keys("text:-50% Enter");
    assert_eq!(person.app.state.document.scenario.workload.sequence_length, 2048.0);
}

#[test]
fn every_place_says_whether_its_figure_is_with_people() {
    let person = Person::new().size(120, 36);
    let serving = person.app.state.case.outcome.serving.as_ref().expect("it is served");
    let people = format(serving.people_usd_per_day, Unit::Usd);
    let with = format(serving.daily_usd().expect("a price") + serving.people_usd_per_day, Unit::Usd);
    person.shows(&format!("+ {people} people, not included")).keys("7").shows("Cost per month, with people");
    Person::new().size(80, 24).shows(&format!("+ {people} people"));
    Person::new().size(160, 60).keys("9").shows(&format!("+ {people} people = {with}"));
}

#[test]
fn a_value_that_cannot_be_is_explained_under_the_field_and_esc_leaves_all_as_it_was() {
    let before = Person::new().app.state.document;
    let person =
        Person::new().keys("Down Down Down Enter text:0,5").shows("decimal commas are not supported");
    let person = person.keys("C-u text:300%").shows("out of range").keys("Enter").shows("out of range");
    let person = person.keys("Esc").lacks("out of range");
    assert_eq!(person.app.state.document.scenario, before.scenario);
}

#[test]
fn a_pinned_baseline_shows_every_change_in_sign_and_percent() {
    let person = Person::new().keys("b Down S-Right").shows("▲ ").shows("○");
    let pinned = person.app.state.baseline.as_ref().expect("pinned").figures.value(Answer::DailyCost);
    let now = person.figure(Answer::DailyCost);
    let swapped = person.keys("B");
    assert_eq!(Some(swapped.figure(Answer::DailyCost)), pinned);
    let other = swapped.app.state.baseline.as_ref().expect("pinned").figures.value(Answer::DailyCost);
    assert_eq!(other, Some(now));
    swapped.keys("C-b R").lacks("○");
}

#[test]
fn a_held_key_is_one_step_of_undo_and_redo_brings_it_back() {
    let start = Person::new().app.state.document.scenario;
    let moved = Person::new().keys("Right Right Right Down Right");
    let end = moved.app.state.document.scenario;
    let once = moved.keys("u").shows("undone: Sequence");
    assert_ne!(once.app.state.document.scenario, start);
    let twice = once.keys("u");
    assert_eq!(twice.app.state.document.scenario, start);
    assert_eq!(twice.keys("U U").app.state.document.scenario, end);
}

#[test]
fn a_range_is_typed_shown_dropped_by_a_step_and_brought_back_by_undo() {
    let at = |person: &Person| {
        let cost = person.app.state.figures.range(Answer::DailyCost).expect("a cost");
        cost.high / cost.low
    };
    let start = Person::new().keys("Down Down Down Down Down Down").shows("workload.requests_per_day");
    let exact = at(&start);
    let person = start.keys("Enter text:1M..4M").shows("= 1M..2M..4M");
    let person = person.keys("Enter").shows("1M..4M");
    assert!(at(&person) > 1.5 * exact);
    let ranged = person.app.state.document.scenario;
    let person = person.keys("Right").lacks("1M..4M");
    assert!(at(&person) < 1.5 * exact);
    let person = person.keys("u").shows("1M..4M");
    assert_eq!(person.app.state.document.scenario, ranged);
    person.keys("Enter text:4M..1M").shows("must go from low to high");
}

#[test]
fn reset_goes_back_to_the_preset_one_by_one_or_all_at_once() {
    let start = Person::new().app.state.document.scenario;
    let person = Person::new().keys("Right Down Right r");
    assert_eq!(person.app.state.document.scenario.workload, start.workload);
    assert_ne!(person.app.state.document.scenario.model, start.model);
    assert_eq!(person.keys("R").app.state.document.scenario, start);
}

#[test]
fn goal_seek_finds_the_value_respects_locks_and_names_what_is_out_of_reach() {
    let person = Person::new().keys("Down Down Down g text:2000").shows("→");
    let person = person.keys("Enter");
    assert!(person.figure(Answer::DailyCost) <= 2000.0);
    let locked = Person::new().keys("Down Down Down Space g").shows("locked");
    assert!(locked.app.dialog.is_none());
    Person::new().keys("Down Down Down g text:1T").shows("out of reach");
}

#[test]
fn the_list_of_presets_previews_and_esc_restores() {
    let start = Person::new();
    let cost = start.figure(Answer::DailyCost);
    let person = start.keys("p text:chatgpt").shows("(preview)");
    assert_ne!(person.figure(Answer::DailyCost), cost);
    let person = person.keys("Esc").lacks("(preview)");
    assert_eq!(person.figure(Answer::DailyCost), cost);
    person.keys("p text:chatgpt Enter").shows("ChatGPT in February 2023").lacks("(preview)");
}

#[test]
fn a_saved_scenario_opens_again_identical_and_nothing_is_overwritten_unasked() {
    let person =
        Person::new().keys("Right s C-u text:mine").shows("mine.toml").keys("Enter").shows("saved as");
    let saved = person.app.state.document.scenario;
    let person = person.keys("Right Right S C-u text:mine Enter").shows("already exists").keys("n Esc");
    let person = person.keys("R p text:mine Enter");
    assert_eq!(person.app.state.document.scenario, saved);
    assert_eq!(person.app.state.document.name, "mine");
}

#[test]
fn saving_writes_the_file_that_was_opened_whatever_its_name() {
    let person = Person::new();
    let file = person.directory.path().join("odd.toml");
    let text = "name = \"Odd one\"\n# ours\nworkload = { cache_hit_rate = 0.4 } # agreed\n";
    std::fs::write(&file, text).expect("written");
    let person = person.keys("p text:odd Enter Down Down Down Right s").shows("saved as").lacks(" *");
    let saved = std::fs::read_to_string(&file).expect("still there");
    assert_eq!(saved, text.replace("0.4", "0.45"));
    assert_eq!(std::fs::read_dir(person.directory.path()).expect("listed").count(), 1, "no second file");
}

#[test]
fn a_scenario_with_a_gpu_of_its_own_opens_from_the_list_and_undo_leads_back() {
    let person = Person::new();
    let own = |name: &str, memory: u32| {
        let text = format!(
            "name = \"{name}\"\n[gpu]\nname = \"{name} X1\"\nmemory_gb = {memory}\nbandwidth_tb_s = 20\nbf16_tflops = 5000\non_demand_usd_h = 2\n"
        );
        let file = person.directory.path().join(name).with_extension("toml");
        std::fs::write(file, text).expect("written");
    };
    own("ours", 400);
    own("theirs", 800);
    let start = person.app.state.document.scenario;
    let known = person.app.state.world.catalog.gpus().len();

    let cost = person.figure(Answer::DailyCost);
    let person = person.keys("p text:theirs").shows("(preview)");
    assert_ne!(person.figure(Answer::DailyCost), cost);
    let person = person.keys("Esc").lacks("(preview)");
    assert_eq!(person.figure(Answer::DailyCost), cost);
    assert_eq!(person.app.state.world.catalog.gpus().len(), known, "a preview leaves nothing behind");
    let person = person.keys("p text:theirs C-u text:ours Enter").shows("ours X1");
    assert_eq!(person.app.state.world.catalog.gpus().len(), known + 1);
    let ours = person.app.state.document.scenario;
    let person = person.keys("b p text:theirs Enter").shows("theirs X1");
    let theirs = person.app.state.document.scenario;
    let person = person.keys("6 1 3 1 2 1 Esc u").shows("ours X1").keys("u").lacks("X1");
    assert_eq!(person.app.state.document.scenario, start);
    let person = person.keys("U");
    assert_eq!(person.app.state.document.scenario, ours);
    let person = person.keys("U").shows("theirs X1");
    assert_eq!(person.app.state.document.scenario, theirs);
    let person = person.keys("p text:ours Enter p text:theirs Enter");
    assert_eq!(person.app.state.document.scenario, theirs, "what is known is known again");
    assert_eq!(person.app.state.world.catalog.gpus().len(), known + 2);
}

#[test]
fn ones_own_scenarios_are_renamed_and_deleted_from_the_list() {
    let person = Person::new().keys("s C-u text:first Enter p text:first C-r C-u text:second Enter Esc");
    assert!(person.directory.path().join("second.toml").exists());
    assert!(!person.directory.path().join("first.toml").exists());
    let person = person.keys("p text:second C-d").shows("delete this file?").keys("n");
    assert!(person.directory.path().join("second.toml").exists());
    let person = person.keys("C-d y");
    assert!(!person.directory.path().join("second.toml").exists());
}

#[test]
fn unsaved_changes_are_asked_about_once() {
    assert!(Person::new().keys("q").app.state.done);
    let person = Person::new().keys("Right q").shows("Unsaved changes");
    assert!(!person.app.state.done);
    assert!(!Person::new().keys("Right q Esc").app.state.done);
    assert!(Person::new().keys("Right q q").app.state.done);
    assert!(Person::new().keys("Right C-c C-c").app.state.done);
}

#[test]
fn help_lists_every_action_of_the_table_and_runs_what_is_chosen() {
    let person = Person::new().size(80, 150).keys("?");
    let screen = person.screen();
    for binding in KEYMAP.bindings().iter().filter(|binding| binding.place == Place::Screen) {
        // What is longer goes on in the next line.
        let begins = &binding.help[..binding.help.len().min(40)];
        let shown = screen.matches(begins).count();
        assert_eq!(shown, 1, "{begins} is shown {shown} times");
        assert!(screen.contains(&readable(binding.keys[0])), "{}", binding.keys[0]);
    }
    let person = Person::new().keys("? text:make_this_the_baseline Enter");
    assert!(person.app.state.baseline.is_some());
}

#[test]
fn no_key_is_bound_twice_in_a_place_nor_in_those_of_a_dialog() {
    let mut keys = HashSet::new();
    let mut actions = HashSet::new();
    for binding in KEYMAP.bindings() {
        assert!(actions.insert((binding.place, binding.action)), "{:?} appears twice", binding.action);
        for key in binding.keys {
            assert!(keys.insert((binding.place, *key)), "{key} is bound twice in {:?}", binding.place);
        }
    }
    for (state, person) in dialogs() {
        let places = person.app.dialog.as_ref().expect("a dialog").face().places;
        let mut keys = HashSet::new();
        for binding in KEYMAP.bindings().iter().filter(|binding| places.contains(&binding.place)) {
            for key in binding.keys {
                // The one key that leaves a question is no longer that which leaves the dialog.
                let is_new = keys.insert(*key) || places[0] == Place::Question;
                assert!(is_new, "{key} is bound twice after `{state}`");
            }
        }
    }
}

/// People in every dialog one after the other, with the keys that lead there.
fn dialogs() -> impl Iterator<Item = (&'static str, Person)> {
    let own = "Right s C-u text:mine Enter";
    let states = [
        ("Enter", ""),
        ("Up Enter", ""),
        ("g text:1", ""),
        ("p", ""),
        ("p text:mine", own),
        ("p text:mine C-d", own),
        ("p text:mine C-r", own),
        ("S", ""),
        ("S C-u text:mine Enter", own),
        ("?", ""),
        ("Right q", ""),
    ];
    states.into_iter().map(|(keys, before)| (keys, Person::new().size(100, 28).keys(before).keys(keys)))
}

#[test]
fn every_hint_names_a_key_that_does_what_it_says() {
    let screens = ["", "}", "b Right", "2", "8"];
    let screens = screens.into_iter().map(|keys| (keys, Person::new().size(160, 45).keys(keys)));
    for (state, person) in screens.chain(dialogs()) {
        let places = person.app.dialog.as_ref().map_or(&[Place::Screen][..], |dialog| dialog.face().places);
        let (buffer, map) = person.draw();
        let hints: Vec<(Rect, Action)> = hints(&map).collect();
        assert!(!hints.is_empty(), "no hints after `{state}`");
        for (area, action) in hints {
            let words: String = area.positions().map(|place| buffer[place].symbol()).collect();
            let key = words.split(' ').next().expect("a key");
            let bound: Vec<_> = KEYMAP
                .bindings()
                .iter()
                .filter(|binding| places.contains(&binding.place))
                .filter(|binding| binding.keys.iter().any(|bound| readable(bound) == key))
                .collect();
            assert!(!bound.is_empty(), "`{words}` after `{state}` names no key of {places:?}");
            // Of two opposites the last is what a click does.
            let one = bound.iter().any(|binding| binding.action == action);
            assert!(one || words.matches(' ').count() > 1, "`{words}` after `{state}` is {bound:?}");
        }
    }
}

/// The hints on the screen.
fn hints(map: &Map) -> impl Iterator<Item = (Rect, Action)> {
    map.hits.iter().filter_map(|(area, target)| match target {
        Target::Do(action) => Some((*area, *action)),
        _ => None,
    })
}

#[test]
fn a_paste_is_typed_into_a_field_and_ignored_elsewhere() {
    let mut person = Person::new();
    let start = person.app.state.document.scenario;
    person.app.paste("b9q\n");
    assert!(
        person.app.state.baseline.is_none() && person.app.state.view == OVERVIEW && !person.app.state.done
    );
    let mut person = person.keys("Enter");
    person.app.paste("8\r\nB\u{1b}");
    let mut person = person.shows("= 8B").keys("Enter");
    assert_eq!(person.app.state.document.scenario.model.size, Some(8e9));
    // A question is answered by a key, not by a text that happens to begin with one.
    person = person.keys("q");
    person.app.paste("y");
    assert!(!person.app.state.done);
    assert_eq!(person.keys("Esc u").app.state.document.scenario, start);
}

#[test]
fn a_text_scrolls_no_further_than_its_end() {
    for view in ["8", "9"] {
        let start = Person::new().keys(view).screen();
        let down = |count: usize| Person::new().keys(view).keys(&"Down ".repeat(count));
        let end = down(300);
        assert_ne!(end.screen(), start);
        let last = end.app.state.row;
        let one_up = end.keys("Up");
        assert_eq!(one_up.app.state.row + 1, last, "view {view} sticks at its end");
        assert_eq!(one_up.keys(&"Up ".repeat(300)).screen(), start);
    }
}

#[test]
fn a_text_that_grows_shorter_stays_in_sight() {
    let person = Person::new().keys("8").keys(&"Down ".repeat(300)).size(200, 50);
    let again = Person::new().size(200, 50).keys("8").keys(&"Down ".repeat(300));
    assert_eq!(person.screen(), again.screen());
}

#[test]
fn names_of_wide_characters_leave_columns_aligned() {
    let column = |name: &str, words: &str| {
        let person = Person::new().keys(&format!("s C-u text:{name} Enter c Right 6 End"));
        let (buffer, _) = person.draw();
        let line = |y| (0..80).map(|x| buffer[(x, y)].symbol().to_owned()).collect::<Vec<String>>();
        let starts = |line: &[String], x: usize| line[x..].concat().starts_with(words);
        (0..24).find_map(|y| (0..80).find(|x| starts(&line(y), *x)).map(|x| (y, x)))
    };
    for words in ["per 1M", "memory", " GB"] {
        let plain = column("supportchatonllama", words);
        assert!(plain.is_some(), "{words}");
        assert_eq!(column("客服聊天机器人成本", words), plain, "{words}");
    }
}

#[test]
fn the_palette_lists_what_does_something_now_before_the_rest() {
    let place = |keys: &str, words: &str| Person::new().size(160, 80).keys(keys).row_of(words);
    let undo = "Undo the last change";
    let quit = "Quit; asks once";
    assert!(place("/", undo) > place("/", quit), "nothing was done yet");
    assert!(place("Right /", undo) < place("Right /", quit), "there is something to undo");
}

#[test]
fn views_open_by_number_and_bracket_and_the_answers_stay_in_place() {
    let first = Person::new().screen();
    let place = |screen: &str| {
        let line = screen.lines().position(|line| line.contains("Training, once"));
        let column = screen.lines().find_map(|line| line.find("Training, once"));
        (line, column.is_some())
    };
    for (index, view) in VIEWS.iter().enumerate() {
        for key in view.keys {
            let person = Person::new().keys(key);
            assert_eq!(person.app.state.view, index);
            assert_eq!(place(&person.screen()), place(&first), "{}", view.title);
        }
    }
    assert_eq!(Person::new().keys("]").app.state.view, 1);
    assert_eq!(Person::new().keys("[").app.state.view, VIEWS.len() - 1);
    let person = Person::new().keys("5 Esc");
    assert_eq!((person.app.state.view, person.app.state.focus), (4, Panel::Sliders));
    assert_eq!(person.keys("Esc").app.state.view, OVERVIEW);
    assert_eq!(VIEWS[EXPLAIN].title, "Explain");
}

#[test]
fn every_view_of_a_model_that_is_none_is_drawn() {
    let opened = || {
        let person = Person::new();
        let text = "name = \"Shapeless\"\n[model]\npreset = \"auto\"\n";
        std::fs::write(person.directory.path().join("shapeless.toml"), text).expect("written");
        person.keys("p text:Shapeless Enter Up {")
    };
    for view in VIEWS.iter().map(|view| view.keys[0]) {
        opened().keys(view).shows("none").shows("there can be no such model");
    }
    opened().keys("5").shows("nothing fits on this GPU");
}

#[test]
fn a_lever_is_applied_by_enter_and_taken_back_by_undo() {
    let start = Person::new().app.state.document.scenario;
    let person = Person::new().keys("2 Enter").shows("done:");
    assert_ne!(person.app.state.document.scenario, start);
    assert_eq!(person.keys("u").app.state.document.scenario, start);
}

#[test]
fn enter_in_the_tornado_gives_the_slider_the_focus() {
    let person = Person::new().keys("4 Down Enter");
    assert_eq!(person.app.state.focus, Panel::Sliders);
    assert_ne!(person.app.state.focused(), Person::new().app.state.focused());
}

#[test]
fn the_knob_is_dragged_the_wheel_steps_and_a_double_click_types() {
    let person = Person::new();
    let row = person.row_of("Cache hits");
    let start = person.app.state.document.scenario.workload.cache_hit_rate;
    let dragged = person.drag((20, row), (24, row));
    let rate = dragged.app.state.document.scenario.workload.cache_hit_rate;
    assert_ne!(rate, start);
    assert_eq!((rate * 20.0).round() / 20.0, rate, "a knob lands on nice values, not on {rate}");
    let turned = dragged.wheel(true, 20, row);
    assert!(turned.app.state.document.scenario.workload.cache_hit_rate > rate);
    let undone = turned.keys("u u");
    assert_eq!(undone.app.state.document.scenario.workload.cache_hit_rate, start);
    let typing = undone.click(5, row).click(5, row);
    assert!(typing.app.dialog.is_some());
}

#[test]
fn tabs_and_hints_are_clicked() {
    let person = Person::new();
    let (_, map) = person.draw();
    let tab = map.hits.iter().find(|(_, target)| *target == Target::View(2)).expect("a third tab").0;
    let person = person.click(tab.x, tab.y);
    assert_eq!(person.app.state.view, 2);
    let (_, map) = person.draw();
    let (hint, _) = hints(&map).find(|(_, action)| *action == Action::Help).expect("help is hinted at");
    assert!(person.click(hint.x, hint.y).app.dialog.is_some());
}

#[test]
fn what_does_not_fit_says_what_would() {
    Person::new().keys("Enter text:10T Enter").shows("does not fit").shows("needs");
}

#[test]
fn rumored_shapes_are_marked_where_they_are_shown() {
    Person::at("gpt-4").shows("shape rumored");
}

#[test]
fn a_terminal_that_is_too_small_is_told_so_in_a_sentence() {
    Person::new().size(39, 10).shows("whatif needs 40 x 10 characters").lacks("Training");
    let person = Person::new().size(40, 10).keys("S-Right").shows("Training, once").shows("▲");
    let person = person.shows("Parameters");
    person.shows("/ find").shows("q quit");
}

#[test]
fn every_size_up_to_130_by_50_draws_the_first_screen_without_a_panic() {
    let person = Person::new();
    let theme = Theme::new(ThemeName::Auto, Look { ascii: true, ..Look::default() });
    for columns in 1..=130 {
        for rows in 1..=50 {
            let area = Rect::new(0, 0, columns, rows);
            let mut buffer = Buffer::empty(area);
            crate::tui::draw::draw(&person.app, &theme, area, &mut buffer);
        }
    }
}

#[test]
fn every_size_draws_every_view_and_dialog_without_a_panic() {
    let states = [
        "",
        "b Right",
        "2",
        "3",
        "4",
        "5",
        "b Right 6",
        "7",
        "8",
        "9",
        "Enter text:7",
        "p",
        "s",
        "?",
        "g text:1",
    ];
    let mut people: Vec<Person> = states.iter().map(|keys| Person::new().keys(keys)).collect();
    let theme = Theme::new(ThemeName::Dark, Look::default());
    for columns in (1..=130).step_by(3).chain([79, 80, 81, 131, 132, 133, 250]) {
        for rows in (1..=50).step_by(7).chain([23, 24, 25, 80]) {
            for person in &mut people {
                let area = Rect::new(0, 0, columns, rows);
                let mut buffer = Buffer::empty(area);
                crate::tui::draw::draw(&person.app, &theme, area, &mut buffer);
            }
        }
    }
}

#[test]
fn without_color_no_cell_has_one_and_the_focus_still_shows() {
    for keys in ["", "b S-Right", "2", "4", "5", "p"] {
        let person = Person::new().theme(ThemeName::Mono).keys(keys);
        let (buffer, _) = person.draw();
        for cell in buffer.content() {
            assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset), "{keys}");
        }
    }
    Person::new().theme(ThemeName::Mono).shows("▸");
}

#[test]
fn screens_look_as_they_were_approved() {
    for (name, theme, size, keys) in [
        ("overview-80x24", ThemeName::Auto, (80, 24), ""),
        ("overview-80x24-mono", ThemeName::Mono, (80, 24), "b S-Right"),
        ("overview-100x28", ThemeName::Contrast, (100, 28), "b S-Right"),
        ("overview-160x45", ThemeName::Auto, (160, 45), ""),
        ("levers-80x24", ThemeName::Auto, (80, 24), "2"),
        ("frontier-100x28", ThemeName::Auto, (100, 28), "5"),
    ] {
        let person = Person::new().size(size.0, size.1).theme(theme).keys(keys);
        let (buffer, _) = person.draw();
        insta::assert_snapshot!(name, format!("{}\n\n{}", text(&buffer), styles(&buffer)));
    }
}
