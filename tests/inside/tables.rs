//! Tables on the screen, as a person reads them and moves through them: levers, hardware, pools.

use super::harness::{Person, styles, text};
use crate::analysis::answer::Answer;
use crate::analysis::hardware::hardware;
use crate::analysis::levers::{Lever, levers};
use crate::analysis::pools::parts;
use crate::app::state::Panel;
use crate::files::settings::ThemeName;
use crate::scenario::ParamId;
use crate::scenario::value::Value;
use crate::tui::layout::Layout;
use crate::widgets::glyphs;

/// At a scenario whose requests are split in every way.
fn split() -> Person {
    let mut person = Person::at("enterprise-500k").size(160, 45);
    for (param, value) in [
        (ParamId::Tier1Share, 0.2),
        (ParamId::Tier1LatencyTargetMs, 60_000.0),
        (ParamId::EdgeShare, 0.05),
        (ParamId::WorkloadCacheHitRate, 0.2),
    ] {
        person.app.state.set(param, Value::Number(value), false);
    }
    person
}

/// The names of the rows on the screen under a heading, as far as the next one.
fn under(screen: &str, heading: &str, next: &str) -> Vec<String> {
    let lines = screen.lines().skip_while(|line| !line.contains(heading)).skip(1);
    lines.take_while(|line| !line.contains(next)).map(str::to_owned).collect()
}

#[test]
fn daily_and_one_off_savings_are_apart_and_each_falls_from_row_to_row() {
    let screen = Person::new().size(160, 60).keys("2").screen();
    let daily = under(&screen, "Serving, saved per day", "Training, saved once");
    let once = under(&screen, "Training, saved once", "──");
    let share = |line: &String| {
        let word = line.split_whitespace().find(|word| word.ends_with('%') && word.len() > 2);
        word.and_then(|word| word.trim_end_matches('%').parse::<f64>().ok())
    };
    for (rows, own, other) in [(&daily, "Response cache", "Off-peak"), (&once, "Off-peak", "Response cache")]
    {
        assert!(rows.iter().any(|line| line.contains(own)), "{screen}");
        assert!(!rows.iter().any(|line| line.contains(other)), "{screen}");
    }
    // The sliders beside them have shares of their own: what is read is behind the border of the view.
    let view = |line: &String| line.rsplit_once("││").map(|(_, view)| view.to_owned());
    for rows in [&daily, &once] {
        let shares: Vec<f64> = rows.iter().filter_map(view).filter_map(|line| share(&line)).collect();
        assert!(shares.len() > 2 && shares.is_sorted_by(|a, b| a >= b), "{shares:?}\n{screen}");
    }
}

#[test]
fn a_lever_says_what_it_sets_by_the_names_of_sliders_and_what_it_is_paid_for_with() {
    let mut person = Person::new().keys("2");
    while !person.screen().contains("Sets Batch") {
        person = person.keys("Down");
    }
    let person = person.shows("Sets Batch 32 → max.").shows("At the cost of slower answers");
    let before = person.figure(Answer::DailyCost);
    let person = person.keys("Enter").shows("done: Larger batch");
    assert!(person.figure(Answer::DailyCost) < before);
}

#[test]
fn a_lever_in_use_says_so_and_changes_nothing() {
    let person = Person::new().keys("2 End").shows("does not apply here");
    let before = person.app.state.document.scenario;
    assert_eq!(person.keys("Enter").app.state.document.scenario, before);
}

#[test]
fn the_star_is_the_cheapest_firm_price_within_the_target_in_every_order() {
    let person = Person::new().size(160, 60).keys("3");
    let rows = hardware(&person.app.state.case);
    let usd = |row: &&crate::analysis::hardware::HardwareRow| row.serving.ok().and_then(|on| on.daily_usd);
    let best = rows
        .iter()
        .filter(|row| row.is_firm() && row.serving.is_ok_and(|on| on.meets_target))
        .filter(|row| usd(row).is_some())
        .min_by(|a, b| usd(a).partial_cmp(&usd(b)).expect("prices"))
        .expect("one is served");
    let name = person.app.state.case.catalog().gpu(best.gpu).slider_name();
    let star = format!("{} {name} ", glyphs::STAR);
    let person = person.shows(&star);
    person.keys("o o").shows(&star).shows("▾first token");
}

#[test]
fn a_price_set_by_hand_stands_in_the_row_in_use_and_the_star_says_what_it_is_held_against() {
    let own = "your price against listed ones";
    Person::new().size(160, 45).keys("3").lacks(own);
    let person = Person::new().size(160, 45).keys("/ text:price Enter Enter text:2.50 Enter 3").shows(own);
    person.shows("$2.50/h (set by hand). ").lacks("$3.99/h (median");
}

#[test]
fn levers_say_which_of_them_rest_on_a_weak_price_and_which_on_an_assumption() {
    let person =
        Person::new().size(160, 60).keys("2").shows("~ weak price").shows("? rests on an assumption");
    let all = levers(&person.app.state.case);
    let lever = |label: &str| all.iter().find(|lever| lever.label == label).expect("it is a lever");
    // One price for both: a contract is not listed below what owning costs.
    let [reserved, owned] = [lever("Reserve for three years"), lever("Own the baseline")];
    let saved = |lever: &Lever| lever.effect.saves_daily_usd.expect("it has a price");
    assert!((saved(reserved) / saved(owned) - 1.0).abs() < 1e-9);
    assert!(reserved.assumes.as_ref().is_some_and(|words| words.contains("costs what owning the GPUs does")));
    assert_eq!(owned.assumes, None);
    // With a price of one's own the contract follows from that.
    let own = Person::new().keys("/ text:price Enter Enter text:2.50 Enter");
    let all = levers(&own.app.state.case);
    let reserved = all.iter().find(|lever| lever.label == "Reserve for three years").expect("a lever");
    assert_eq!(reserved.assumes, None);
}

#[test]
fn memory_of_a_gpu_that_rises_since_fewer_of_them_hold_the_model_says_so() {
    let mut person = Person::new().size(160, 45).keys("2");
    while !person.screen().contains("Sets Distill") {
        person = person.keys("Down");
    }
    person.shows("as the model is held by 1 GPU");
}

#[test]
fn a_click_on_a_heading_orders_by_it_and_a_click_on_a_row_chooses_it() {
    let person = Person::new().size(160, 45).keys("3").shows("▾a day");
    let place = |person: &Person, words: &str| {
        let row = person.row_of(words);
        let line = person.screen().lines().nth(usize::from(row)).expect("a line").to_owned();
        let column = line.split(words).next().map_or(0, |before| before.chars().count());
        (column as u16, row)
    };
    let (column, row) = place(&person, "price");
    let person = person.click(column, row).shows("▾price");
    let cheapest = hardware(&person.app.state.case)
        .into_iter()
        .filter_map(|row| Some((row.price?.usd_per_hour, row.gpu)))
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .expect("a price");
    let name = person.app.state.case.catalog().gpu(cheapest.1).slider_name();
    assert_eq!(person.row_of(&format!("{name} ")), row + 1);
    let person = person.click(column, row + 3);
    assert_eq!((person.app.state.focus, person.app.state.row), (Panel::View, 2));
    let person = Person::new().size(160, 45).keys("3");
    let (column, row) = place(&person, "▸  H100 SXM");
    person.click(column, row).shows("H100 80GB SXM:").keys("Enter").shows("already serving on this GPU");
}

#[test]
fn what_does_not_fit_says_what_would() {
    let mut person = Person::at("llama-2-70b").size(120, 36);
    person.app.state.set(ParamId::ServingTensorParallel, Value::Number(1.0), false);
    person.keys("3 End").shows("does not fit").shows("needs ");
}

#[test]
fn the_parts_of_a_day_add_up_to_its_requests_and_its_cost() {
    for person in [Person::new, split].map(|at: fn() -> Person| Box::new(at())) {
        let case = &person.app.state.case;
        let serving = case.outcome.serving.as_ref().expect("served");
        let parts = parts(case, serving);
        let requests: f64 = parts.iter().map(|part| part.requests).sum();
        let share: f64 = parts.iter().map(|part| part.share).sum();
        let usd: f64 = parts.iter().filter_map(|part| part.daily_usd).sum();
        let gpus: f64 = parts.iter().filter_map(|part| part.gpus_peak).sum();
        assert!((requests / serving.traffic.asked - 1.0).abs() < 1e-9, "{requests}");
        assert!((share - 1.0).abs() < 1e-9, "{share}");
        assert!((usd / serving.daily_usd().expect("a price") - 1.0).abs() < 1e-9, "{usd}");
        assert!((gpus / serving.day.gpus_peak - 1.0).abs() < 1e-9, "{gpus}");
    }
    assert_eq!(
        parts(&split().app.state.case, split().app.state.case.outcome.serving.as_ref().expect("served"))
            .len(),
        5
    );
}

#[test]
fn one_pool_says_so_and_each_way_to_split_leads_to_its_slider() {
    let person = Person::new().size(120, 36).keys("0").shows("One pool answers").shows("Service tier");
    for (label, param) in [("Small model", ParamId::RoutingSmallModel), ("Devices", ParamId::EdgeShare)] {
        let row = person.row_of(&format!("{label}  "));
        let person = Person::new().size(120, 36).keys("0").click(70, row).keys("Enter");
        assert_eq!((person.app.state.focus, person.app.state.focused()), (Panel::Sliders, Some(param)));
    }
    split().keys("0").lacks("One pool answers").shows("Tier 1").shows("Small model").shows("100");
}

#[test]
fn tables_look_as_they_were_approved() {
    let approve = |name: &str, person: &Person| {
        let (buffer, _) = person.draw();
        insta::assert_snapshot!(name, format!("{}\n\n{}", text(&buffer), styles(&buffer)));
    };
    approve("hardware-120x36", &Person::new().size(120, 36).keys("3 Down"));
    approve("levers-100x28-mono", &Person::new().size(100, 28).theme(ThemeName::Mono).keys("2 Down Down"));
    approve("pools-160x45", &split().theme(ThemeName::Light).keys("0"));
}

/// What a view shows on a screen of this width, without what is beside it.
fn view_of(person: &Person) -> String {
    let (buffer, _) = person.draw();
    let area = Layout::new(buffer.area, Panel::View).view.expect("the view has the focus");
    let line = |y: u16| (area.left()..area.right()).map(|x| buffer[(x, y)].symbol()).collect::<String>();
    area.rows().map(|row| line(row.y) + "\n").collect()
}

/// The headings of a table that the view shows, of those that it can have.
fn headings<'a>(view: &str, all: &[&'a str]) -> Vec<&'a str> {
    let heading = |line: &&str| all[..2].iter().all(|words| line.contains(words));
    let line = view.lines().find(heading).unwrap_or_else(|| panic!("no headings:\n{view}"));
    all.iter().copied().filter(|words| line.contains(words)).collect()
}

#[test]
fn a_wider_table_has_every_column_of_a_narrower_one_and_those_that_answer_its_question_first() {
    let tables: [(&str, &[&str], usize); 4] = [
        ("2", &["Lever", "saves", "trade-off", "first token", "of cost", "memory"], 4),
        (
            "3",
            &["GPU", "a day", "GPUs", "price", "first token", "per 1M", "memory", "training", "replica"],
            6,
        ),
        (
            "5",
            &[
                "Weights",
                "batch",
                "GPUs",
                "output token",
                "first token",
                "$/1M out",
                "in flight",
                "requests/s",
            ],
            6,
        ),
        (
            "0",
            &["Answered by", "of all", "GPUs", "a day", "first token", "target", "requests", "request "],
            5,
        ),
    ];
    for (keys, all, first) in tables {
        for widths in [80..118, 118..221] {
            let mut before = Vec::new();
            let mut person = Person::new().keys(keys);
            for width in widths {
                person = person.size(width, 45);
                let shown = headings(&view_of(&person), all);
                assert!(all[..first].iter().all(|words| shown.contains(words)), "{width}: {shown:?}");
                assert!(before.iter().all(|words| shown.contains(words)), "{width}: {before:?}, {shown:?}");
                before = shown;
            }
        }
    }
}

#[test]
fn a_target_changes_no_column_of_the_accelerators() {
    let all = ["GPU", "a day", "GPUs", "price", "first token", "per 1M", "memory", "training"];
    for size in [(80, 24), (100, 28), (120, 36), (160, 45), (200, 50)] {
        let person = Person::new().size(size.0, size.1).keys("3");
        let before = headings(&view_of(&person), &all);
        let mut person = person;
        person.app.state.set(ParamId::WorkloadLatencyTargetMs, Value::Number(2_000.0), false);
        let person = person.keys("1 3");
        assert_eq!(headings(&view_of(&person), &all), before, "{size:?}");
    }
}

#[test]
fn bars_differ_where_costs_do() {
    let screen = Person::new().size(100, 28).keys("3").screen();
    let bar = |name: &str| {
        let line = screen.lines().find(|line| line.contains(name)).expect("a row");
        let eighths = |sign: &char| glyphs::LEFT_EIGHTHS.iter().position(|glyph| glyph.starts_with(*sign));
        line.chars().filter_map(|sign| eighths(&sign)).map(|eighth| eighth + 1).sum::<usize>()
    };
    let bars = ["H200 SXM", "H100 SXM", "A100 80GB SXM", "V100 SXM2 16GB", "L4 "].map(bar);
    assert!(bars.is_sorted_by(|a, b| a < b), "{bars:?}\n{screen}");
    assert!(screen.contains("log scale"), "{screen}");
}
