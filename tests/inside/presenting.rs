//! Decks in front of people: from start to end with a remote, and what is asked in the middle.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Rect, Size};

use super::harness::{Person, text};
use crate::analysis::answer::Answer;
use crate::analysis::case::World;
use crate::analysis::deck::ViewName;
use crate::files::settings::ThemeName;
use crate::files::store::Store;
use crate::tui::present;
use crate::views::{LIVE, VIEWS};
use crate::widgets::letters;
use crate::widgets::theme::{Look, Theme};

/// The titles of the steps of a deck.
fn titles(person: &Person) -> Vec<String> {
    let presentation = person.app.presentation.as_ref().expect("a deck is presented");
    presentation.deck().steps.iter().map(|step| step.title.clone()).collect()
}

/// A headline is on the screen, in large letters or as a line.
fn shows_headline(person: &Person, title: &str) {
    let screen = text(&person.draw().0);
    let first_words: String = title.chars().take(40).collect();
    let area = Rect::new(0, 0, 94, letters::HEIGHT);
    let mut large = Buffer::empty(area);
    let lines = letters::lines(title, area.width).expect("known signs");
    letters::draw(&lines[0], ratatui_core::style::Style::new(), area, &mut large);
    let large = text(&large);
    let is_large = large.lines().all(|line| screen.contains(line.trim()));
    assert!(is_large || screen.contains(&first_words), "{title} is not on the screen:\n{screen}");
}

/// The step that is shown, from 1.
fn step(person: &Person) -> usize {
    person.app.presentation.as_ref().expect("a deck is presented").place() + 1
}

#[test]
fn the_tour_is_given_with_a_remote_alone_and_a_question_loses_nothing() {
    let mut person = Person::presenting("tour").size(100, 28);
    let titles = titles(&person);
    let count = titles.len();
    let middle = count / 2;
    let mut as_written = 0.0;
    for (index, title) in titles.iter().enumerate() {
        shows_headline(&person, title);
        person = person.shows(&format!("{} / {count}", index + 1)).lacks("turned");
        if index == middle {
            // Somebody asks: and with more?
            as_written = person.figure(person.app.state.answer);
            person = person.keys("+ + +").shows("turned");
            assert!((person.figure(person.app.state.answer) / as_written - 1.0).abs() > 0.01);
        }
        person = person.keys("Right");
    }
    person = person.shows("this was the last step");
    for index in (0..count).rev() {
        assert_eq!(step(&person), index + 1);
        if index == middle {
            // What was turned is still so, until one goes back to the step as written.
            person = person.shows("turned").keys("Esc").lacks("turned");
            assert_eq!(person.figure(person.app.state.answer), as_written);
        }
        person = person.keys("Left");
    }
    assert_eq!(step(&person), 1);
    person = person.keys("q q");
    assert!(person.app.state.done, "the deck was all that was opened");
}

#[test]
fn a_wrong_key_does_not_end_what_people_are_watching() {
    let person = Person::presenting("tour").size(100, 28).keys("Right Esc").shows("q ends the presentation");
    let person = person.keys("Esc Esc 6 0 Enter").shows("there are steps 1 to 10; Enter first types a value");
    let person = person.keys("Esc f Esc Esc Esc").shows("2 / 10");
    // It is asked once, and what is done in between is an answer too.
    let mut person = person.keys("q").shows("end the presentation? q again");
    for other in ["Esc", "+", "Right", "n", "5"] {
        person = person.keys(other).lacks("end the presentation?").keys("q").shows("end the presentation?");
        assert!(!person.app.state.done, "{other}");
    }
    assert!(person.keys("q").app.state.done);
    // After the last step there is nothing more to see.
    assert!(Person::presenting("tour").keys("End q").app.state.done);
    // Where the explorer waits, it is gone back to.
    let person =
        Person::new().size(100, 28).keys("/ text:tour Enter Esc").shows("q goes back to the explorer");
    let person = person.keys("q").shows("back to the explorer? q again").keys("q");
    assert!(person.app.presentation.is_none() && !person.app.state.done);
}

#[test]
fn the_keys_that_turn_a_slider_stand_beside_it() {
    for size in present::SCREENS {
        let person = Person::presenting("tour").size(size.width, size.height).keys("7 Enter");
        person.shows("+ - turn").shows("Enter type").shows("? keys");
    }
    // A message has the room that it needs.
    let person = Person::presenting("tour").size(80, 24).keys("7 Enter 6 0 Enter");
    person.shows("there are steps 1 to 10; Enter first types a value").shows("? keys");
}

#[test]
fn the_spotlight_is_left_with_what_was_turned() {
    let person = Person::presenting("tour").size(100, 28).keys("7 Enter");
    let as_written = person.figure(person.app.state.answer);
    let person = person.keys("f + +").shows("turned").lacks("as written");
    let turned = person.figure(person.app.state.answer);
    assert_ne!(turned, as_written);
    let person = person.keys("Esc").shows("turned: Esc shows it as written");
    assert_eq!(person.figure(person.app.state.answer), turned);
    let person = person.keys("Esc").lacks("turned");
    assert_eq!(person.figure(person.app.state.answer), as_written);
}

#[test]
fn a_turned_step_leaves_those_after_it_as_they_are_written() {
    let person = Person::presenting("cache").keys("Right Right Right");
    let as_written = person.figure(Answer::DailyCost);
    let person = person.keys("Left + + +").shows("turned").keys("Right");
    assert_eq!(person.figure(Answer::DailyCost), as_written);
}

#[test]
fn a_value_is_typed_or_another_parameter_found() {
    let person = Person::presenting("cache").size(100, 28).keys("Right Enter text:60% ");
    // The figures follow what is typed.
    let typed = person.figure(Answer::DailyCost);
    let person = person.keys("Enter").shows("turned").shows("60%");
    assert_eq!(person.figure(Answer::DailyCost), typed);
    let person = person.keys("/ text:requests_per_day Enter").shows("Requests/day").keys("+");
    assert!(person.figure(Answer::DailyCost) > typed);
    let person =
        person.keys("Esc").lacks("turned").keys("/ text:h200_sxm Enter").shows("turned").shows("H200");
    // A slider that was looked for is one of the step's until the end.
    person.keys("Esc Right Left").shows("GPU").shows("Up Down other slider");
}

#[test]
fn up_and_down_choose_among_what_the_step_asks_about() {
    let person = Person::presenting("tour").size(100, 28).shows("Training price");
    let person = person.keys("Down").shows("Training GPUs").keys("Down").shows("Training price");
    person.keys("Up").shows("Training GPUs");
}

#[test]
fn a_number_home_and_end_go_to_a_step() {
    let person = Person::presenting("tour").keys("7").shows("go to 7").keys("Enter");
    assert_eq!(step(&person), 7);
    let person = person.keys("1 0 Enter");
    assert_eq!(step(&person), 10);
    let person = person.keys("4 2 Enter").shows("there are steps 1 to 10").keys("Home");
    assert_eq!(step(&person), 1);
    let person = person.keys("End");
    assert_eq!(step(&person), 10);
    // A number that is not wanted after all is gone with the next key.
    let person = person.keys("3 Esc").lacks("go to").keys("PageUp");
    assert_eq!(step(&person), 9);
    let person = person.keys("o Up Enter");
    assert_eq!(step(&person), 8);
    let person = person.keys("o text:frontier_model Enter");
    assert_eq!(step(&person), 1);
}

#[test]
fn one_figure_alone_notes_the_clock_and_nothing_at_all() {
    let person = Person::presenting("tour").size(100, 28).shows("Final run cost");
    let person = person.keys("f").lacks("Final run cost").shows("Training price").keys("Esc");
    let person = person.shows("Final run cost").lacks("Nobody has confirmed");
    let person = person.keys("n").shows("Nobody has confirmed").keys("n").lacks("Nobody has confirmed");
    let person = person.lacks(" min ").keys("c").shows("0 min   1 / 10");
    let person = person.keys(".");
    assert_eq!(person.screen().trim(), "");
    // Any key shows the step again, and does no more.
    let person = person.keys("Right").shows("1 / 10");
    person.keys("?").shows("Turn the slider up").keys("Esc").shows("1 / 10");
}

#[test]
fn published_figures_stand_under_the_figure_that_they_mean() {
    let person = Person::presenting("tour").size(100, 28);
    let (buffer, _) = person.draw();
    let screen = text(&buffer);
    let column = |words: &str| {
        let line =
            screen.lines().find(|line| line.contains(words)).unwrap_or_else(|| panic!("{words}: {screen}"));
        line.find(words).map(|byte| line[..byte].chars().count())
    };
    // The leak and the index speak of the final run, the whole program beside it of nobody.
    assert_eq!(column("published $63M, leak"), column("Final run cost"));
    assert_eq!(column("published $78.4M, AI Index"), column("Final run cost"));
    person.shows("GPT-4 (rumored), trained on 13T tokens with 25,000 A100 40GB SXM");
}

#[test]
fn a_headline_is_large_where_that_has_room_and_its_signs_are_known() {
    let person = Person::presenting("tour").size(100, 28);
    let person =
        person.lacks("a frontier model costs a fortune").shows("▀").keys("8 Enter").lacks("Batching");
    // In a small room, and in ASCII, it is a line like any other.
    let person = person.size(60, 15).shows("Batching lets users share the weights");
    let mut buffer = Buffer::empty(Rect::new(0, 0, 100, 28));
    let theme = Theme::new(ThemeName::Mono, Look { ascii: true, ..Look::default() });
    crate::tui::draw::draw(&person.app, &theme, buffer.area, &mut buffer);
    assert!(text(&buffer).contains("Batching lets users share the weights"));
}

#[test]
fn every_step_of_the_built_in_decks_has_room() {
    for deck in Store::built_in_decks() {
        for columns in [80, 100, 160] {
            let size = present::SCREENS.into_iter().find(|size| size.width == columns).expect("a screen");
            let person = Person::presenting(&deck.id).size(size.width, size.height);
            let presentation = person.app.presentation.as_ref().expect("a deck is presented");
            let world = person.app.state.world.clone();
            let told = present::overflow(presentation.deck(), &presentation.deck().stages(&world), size);
            assert!(told.iter().all(Option::is_none), "{} at {size}: {told:?}", deck.id);
        }
    }
}

#[test]
fn what_has_no_room_is_told() {
    let person = Person::presenting("tour");
    let presentation = person.app.presentation.as_ref().expect("a deck is presented");
    let mut deck = presentation.deck().clone();
    deck.steps[0].title = "A headline that says all that could be said about the cost of training ".repeat(2);
    deck.steps[1].paid_with = Answer::ALL.to_vec();
    deck.steps[2].view = Some(ViewName::Levers);
    let stages = deck.stages(&person.app.state.world);
    let at = |size| present::overflow(&deck, &stages, size);
    let told = at(Size::new(60, 24));
    assert!(told[0].as_ref().is_some_and(|told| told.contains("headline takes 3 lines")), "{told:?}");
    let told = at(Size::new(80, 24));
    assert!(told[1].as_ref().is_some_and(|told| told.contains("rows, and has room for 20")), "{told:?}");
    assert_eq!(told[6], None);
    assert_eq!(at(Size::new(160, 60))[1..3], [None, None]);
}

#[test]
fn a_step_is_drawn_on_any_screen() {
    let mut person = Person::presenting("one-model-forty-gpus").keys("Right Right n c");
    for (columns, rows) in (1..130).zip((1..60).cycle()) {
        person = person.size(columns, rows);
        person.draw();
    }
    let mut person = Person::presenting("tour").keys("4 Enter");
    for rows in 1..60 {
        person = person.size(250, rows);
        person.draw();
    }
}

#[test]
fn without_color_and_in_ascii_it_still_reads() {
    let person = Person::presenting("cache").size(100, 28).theme(ThemeName::Mono).keys("Right Right");
    let (buffer, _) = person.draw();
    assert!(
        buffer
            .content
            .iter()
            .all(|cell| cell.style().fg.is_none_or(|color| color == ratatui_core::style::Color::Reset))
    );
    let mut buffer = buffer;
    buffer.reset();
    let theme = Theme::new(ThemeName::Mono, Look { ascii: true, ..Look::default() });
    crate::tui::draw::draw(&person.app, &theme, buffer.area, &mut buffer);
    let screen = text(&buffer);
    assert!(screen.is_ascii(), "{screen}");
    assert!(screen.contains("####"), "{screen}");
}

#[test]
fn the_explorer_is_as_it_was_after_what_it_shows_was_presented() {
    let person = Person::new().size(100, 28).keys("Down Right Right 2");
    let scenario = person.app.state.document.scenario;
    let person = person.keys("P").shows("1 / 1").keys("+ + Esc");
    let person = person.keys("q").shows("Levers");
    assert!(person.app.presentation.is_none() && !person.app.state.done);
    assert_eq!(person.app.state.document.scenario, scenario);
    person.keys("F5 q").shows("Levers");
}

#[test]
fn an_hour_of_exploring_is_presented_with_keys_alone() {
    let person = Person::new().size(100, 28).keys("d / text:cache_hits Enter Right Right d");
    let person = person.keys("P").shows("1 / 2");
    shows_headline(&person, "Where we are");
    let person = person.keys("Right").shows("Cache hits");
    // What one step sets can be turned at it.
    let person = person.keys("+").shows("turned").keys("Esc q");
    let person = person.keys("D P").shows("2 / 2").keys("q D r C-u text:More_from_the_cache Enter");
    shows_headline(&person.keys("P"), "More from the cache");
}

#[test]
fn a_deck_is_found_and_presented_from_the_explorer() {
    let person = Person::new().size(100, 28).keys("/ text:tour Enter").shows("1 / 10");
    let titles = titles(&person);
    shows_headline(&person, &titles[0]);
    person.keys("q q").shows("Sliders");
}

#[test]
fn bars_in_front_of_people_start_at_zero() {
    for step in ["3", "2"] {
        // The causes below figures, and those of the view.
        let person = Person::presenting("cache").size(100, 28).keys(step).keys("Enter");
        let screen = person.screen();
        let filled = |name: &str| {
            let line = screen.lines().find(|line| line.trim_start().starts_with(name)).expect("a bar");
            line.chars().filter(|sign| *sign == '█').count() as f64
        };
        let presentation = person.app.presentation.as_ref().expect("a deck is presented");
        let shown = &presentation.stage().shown[0];
        let [before, now] = [shown.before, shown.now].map(|range| range.expect("a figure").value);
        let drawn = filled("now") / filled("before");
        assert!((drawn - now / before).abs() < 0.03, "step {step}: {drawn} for {}", now / before);
    }
}

#[test]
fn figures_that_have_no_room_to_be_large_side_by_side_are_so_below_each_other() {
    let rows = |person: &Person| {
        let screen = person.screen();
        let labels = ["Training cost", "Final run cost", "GPU-hours"];
        labels.map(|label| screen.lines().position(|line| line.contains(label)).expect("a figure"))
    };
    let at = |columns, lines| rows(&Person::presenting("tour").size(columns, lines).keys("Right"));
    let tall = at(160, 45);
    assert!(tall[1] >= tall[0] + 8 && tall[2] >= tall[1] + 8, "{tall:?}");
    let wide = at(250, 45);
    assert_eq!(wide, [wide[0]; 3], "large side by side");
    let small = at(100, 28);
    assert_eq!(small, [small[0]; 3], "no room for large ones");
}

#[test]
fn figures_are_as_large_at_one_step_as_at_the_next() {
    for (columns, lines, high, steps) in [(100, 28, 4, 8), (160, 45, 7, 3)] {
        let mut person = Person::presenting("cache").size(columns, lines);
        for step in 1..=steps {
            let screen = person.screen();
            let row = |words: &str| screen.lines().position(|line| line.contains(words)).expect(words);
            let below = if step == 1 { row("80% range") } else { row("was $") };
            assert_eq!(below - row("Daily cost") - 1, high, "step {step}:\n{screen}");
            person = person.keys("Right");
        }
        // One figure alone may be larger.
        let screen = person.keys("Home f").screen();
        let below = screen.lines().skip_while(|line| !line.contains("Daily cost")).skip(1);
        assert!(below.take_while(|line| !line.is_empty()).count() > high, "{screen}");
    }
}

#[test]
fn bars_say_why_a_cost_is_another_than_before() {
    for (columns, lines) in [(80, 24), (100, 28), (160, 45)] {
        let person = Person::presenting("cache").size(columns, lines).keys("Right");
        let person = person.shows("70% of the requests reach GPUs instead of 100%, so 66 GPUs");
        // Where there is no room for it, everything else is still there.
        person.size(80, 18).lacks("of the requests reach GPUs").shows("28% less, saves $909k a year");
    }
}

#[test]
fn a_change_that_takes_two_lines_is_not_parted_from_its_unit() {
    let person = Person::presenting("cache").size(100, 28).keys("4 Enter");
    person.shows("15 times as much,  ").shows("by 2.55 s");
}

#[test]
fn a_view_shows_the_most_important_first_in_front_of_people() {
    let person = Person::new().size(100, 28).keys("4 d P").shows("What moves the daily cost");
    // What moves it little is at the end of the list.
    person.shows("Price basis").lacks("Disaggregated");
    // Charts have the room that lists take on the screen of one person.
    let person = Person::presenting("one-model-forty-gpus").size(100, 28).keys("8 Enter").shows("cheaper");
    person.lacks("on target");
    let person = Person::presenting("build-or-buy").size(100, 28).keys("5 Enter").shows("your own");
    person.shows("same model").lacks("own from");
}

#[test]
fn a_view_of_a_step_is_the_view_of_that_name() {
    for (name, view) in ViewName::ALL.iter().zip(&VIEWS) {
        assert_eq!(name.id(), view.title.to_lowercase());
    }
    // What an engine does now comes after them, and is in no deck.
    assert_eq!(ViewName::ALL.len(), LIVE);
    let person = Person::new().keys("v d");
    let step = person.app.state.draft.as_ref().map(|draft| draft.document.deck().steps[0].view);
    assert_eq!(step, Some(None));
}

#[test]
fn what_the_presenter_reads_is_written_at_each_step() {
    use crate::app::App;
    use crate::app::state::Effect;
    use crate::keymap;

    let person = Person::presenting("tour");
    let mut deck = person.app.presentation.as_ref().expect("a deck is presented").deck().clone();
    deck.steps[1].say = "one\u{1b}[2J\ntwo".to_owned();
    let path = person.directory.path().join("notes");
    let mut app = App::presenting(World::embedded(), Store::new(None), deck, Some(path.clone()));
    app.key(&keymap::press("Right").expect("a key"));
    let [Effect::Notes(_, first), Effect::Notes(to, second)] = &app.state.effects[..] else {
        panic!("{:?}", app.state.effects)
    };
    assert!(first.starts_with("1 / 10  ") && first.contains("next: Llama 2 70B: the hours"), "{first}");
    assert_eq!(to, &path);
    assert!(second.contains("one\\u{1b}[2J\ntwo"), "{second}");
    crate::files::notes::write(to, second).expect("written");
    assert_eq!(&std::fs::read_to_string(&path).expect("a file"), second);
}
