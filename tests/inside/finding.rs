//! Finding: published figures, prices, and what is said where there is nothing to report.

use super::harness::Person;
use crate::analysis::answer::Answer;
use crate::scenario::ParamId;
use crate::views::EXPLAIN;

/// The first row that the palette lists for these words.
fn first(person: Person, typed: &str) -> String {
    let person = person.keys(&format!("/ text:{typed}"));
    let row = usize::from(person.row_of(&format!("find {}", typed.replace('_', " ")))) + 1;
    person.screen().lines().nth(row).expect("a row").trim_matches(['│', ' ']).to_owned()
}

#[test]
fn what_was_published_is_found_by_its_figure_and_read_where_it_is_compared() {
    for typed in ["100M", "$100M", "CEO"] {
        let row = first(Person::at("gpt-4").size(120, 36), typed);
        assert!(row.starts_with("Published over $100M, CEO"), "{typed}: {row}");
    }
    assert!(first(Person::at("gpt-4").size(120, 36), "published").starts_with("Published $"));
    let person = Person::at("gpt-4").size(120, 36).keys("/ text:100M Enter");
    assert_eq!((person.app.state.view, person.app.state.answer), (EXPLAIN, Answer::TrainingCost));
    assert!(person.app.state.row > 0);
    person.shows("OpenAI").shows("$100M");
}

#[test]
fn a_price_of_ones_own_and_the_mean_before_the_tail_are_found_first() {
    for typed in ["price", "own_price", "serving_price"] {
        let row = first(Person::new().size(120, 36), typed);
        assert!(row.starts_with("Serving price"), "{typed}: {row}");
    }
    let row = first(Person::new().size(120, 36), "first_token");
    assert!(row.starts_with("time to first token ") && !row.contains("p95"), "{row}");
    // The tail is explained where its own figure is told.
    let person = Person::new().size(120, 36).keys("/ text:first_token_p95 Enter");
    assert_eq!(person.app.state.answer, Answer::TtftP95);
    assert!(person.app.state.row > 0);
}

#[test]
fn an_accelerator_that_was_found_is_set_said_and_gone_to() {
    let person = Person::new().size(120, 36).keys("/ text:h200 Enter").shows("done: GPU H200");
    assert_eq!(person.app.state.focused(), Some(ParamId::HardwareGpu));
}

#[test]
fn published_figures_say_when_they_no_longer_apply() {
    let person = Person::new().size(120, 36).shows("$20M, ").lacks("no longer");
    let person = person.keys("Right").lacks("$20M, ");
    person.shows("the 3 figures published for Llama 2 70B no longer").shows("this is 70B");
}

#[test]
fn what_is_cut_says_how_much_is_left() {
    let person = Person::at("gpt-4").keys("1");
    let left = |person: &Person| {
        let screen = person.screen();
        let line = screen.lines().find(|line| line.contains(" more line"))?;
        line.split_once("… ")?.1.split(' ').next()?.parse::<usize>().ok()
    };
    let before = left(&person).expect("something is cut");
    let person = person.keys("Down");
    assert_eq!(left(&person), Some(before - 1));
    let person = person.keys(&"Down ".repeat(before));
    assert_eq!(left(&person), None);
}

#[test]
fn without_an_alert_the_line_says_what_one_could_do_next() {
    Person::new()
        .size(120, 36)
        .shows("2 shows what would save most")
        .shows("g sets a goal for the daily cost");
    Person::new().size(120, 36).keys("Right").shows("6 shows what each change did");
    Person::new().size(120, 36).keys("Tab Tab").shows("g sets a goal for the chosen figure");
}

#[test]
fn a_missed_target_is_explained_in_full_the_problem_before_what_would_help() {
    let keys = "/ text:latency_target Enter Enter text:100ms Enter Up";
    for (columns, rows) in [(80, 24), (120, 36), (160, 45)] {
        let person = Person::new().size(columns, rows).keys(keys).shows("over the target of 100 ms");
        let foot =
            person.screen().lines().nth(usize::from(rows) - 3).expect("the line for alerts").to_owned();
        assert!(foot.trim_end().ends_with("(w: whole message)"), "{foot}");
        let person = person.keys("w").shows("- to keep it: ").shows("the load was lowered from 70%");
        let screen = person.screen();
        assert!(screen.find("time to first token") < screen.find("- to keep it: "), "{screen}");
        person.keys("Esc").lacks("- to keep it: ").keys("/ text:alert Enter").shows("- to keep it: ");
    }
    let wide =
        Person::new().size(250, 50).keys(keys).shows("over the target of 100 ms").shows("; to keep it: ");
    wide.lacks("whole message");
    // From the figure that says it is missed the way is as short.
    let person = Person::new().size(120, 36).keys(keys).keys("Tab Tab Down Down Down Down");
    person.shows("w says why").keys("Enter").shows("- to keep it: ");
    Person::new().keys("w").shows("Nothing is exceeded");
}

#[test]
fn what_does_not_fit_is_offered_an_accelerator_that_holds_it() {
    let person = Person::at("gpt-4").size(250, 50).keys("/ text:tensor_par Enter Enter text:1 Enter");
    person.shows("does not fit").shows("or serve on ");
}

#[test]
fn once_pinned_hints_say_how_to_pin_again_swap_and_unpin() {
    let person = Person::new().size(160, 45).shows("b pin").keys("b").shows("B swaps the two, Ctrl-B unpins");
    person.keys("Right").shows("b pin again").shows("Ctrl-B unpin").shows("B swap");
}

#[test]
fn an_open_dialog_has_no_hints_for_what_lies_behind_it() {
    Person::new().size(120, 36).keys("/").lacks("shows what would save most");
}

#[test]
fn the_first_and_the_last_row_are_found_among_sliders_too() {
    let person = Person::new().size(120, 36).keys("/ text:last_row Enter").shows("▸ Model shape");
    person.keys("/ text:first_row Enter").shows("▸ Model  ");
}

#[test]
fn what_leaves_the_program_is_found_first_and_kinds_stay_in_one_column() {
    for (words, first) in [("export", "save"), ("share", "copy")] {
        let person = Person::new().size(120, 36).keys(&format!("/ text:{words}"));
        let screen = person.screen();
        let listed: Vec<&str> = screen
            .lines()
            .skip_while(|line| !line.contains("Find anything"))
            .skip(1)
            .skip(1)
            .take(4)
            .collect();
        assert!(listed[0].contains(first), "{words}: {listed:?}");
        assert!(listed.iter().any(|line| line.contains("save")), "{words}: {listed:?}");
    }
    let screen = Person::new().size(120, 36).keys("/ text:llama").screen();
    let kinds = screen.lines().filter_map(|line| {
        ["scenario ", "model  "].iter().find_map(|kind| line.find(kind).map(|at| line[..at].chars().count()))
    });
    let kinds: std::collections::HashSet<usize> = kinds.collect();
    assert_eq!(kinds.len(), 1, "{screen}");
}
