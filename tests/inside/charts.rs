//! The charts of Overview, Growth and Frontier, as a person meets them.

use super::harness::{Person, styles, text};
use crate::analysis::answer::Answer;
use crate::app::state::Panel;
use crate::scenario::ParamId;
use crate::scenario::value::Value;
use crate::text::quantity::{Unit, format};
use crate::tui::mouse::Target;
use crate::views::scene::Hit;

fn with(person: Person, changes: &[(ParamId, f64)]) -> Person {
    let mut person = person;
    for (param, number) in changes {
        person.app.state.set(*param, Value::Number(*number), false);
    }
    person.keys("")
}

#[test]
fn the_curve_is_that_of_the_focused_slider_and_of_the_answer_in_question() {
    let person = Person::new().size(160, 45).shows("Parameters: daily cost");
    let cost = format(person.figure(Answer::DailyCost), Unit::Usd);
    let person = person.shows(&format!("now {cost}"));
    let person = person.keys("Down").shows("Sequence: daily cost").lacks("Parameters: daily cost");
    let person = person.keys("S-Right").shows(&format!("before {cost}")).shows("too slow");
    person.keys("a").shows("Sequence: training cost").shows("no effect");
}

#[test]
fn a_parameter_that_is_chosen_from_a_list_has_a_bar_for_each_choice() {
    let person = Person::new().size(120, 36).keys("Down Down Down Down").shows("GPU: daily cost");
    let row = |person: &Person, name: &str| {
        let screen = person.screen();
        screen.lines().rfind(|line| line.contains(name)).expect("a bar").to_owned()
    };
    assert!(row(&person, "H100 80GB SXM").contains("● H100 80GB SXM"));
    let person = person.keys("Right");
    let cost = format(person.figure(Answer::DailyCost), Unit::Usd);
    let bar = row(&person, "● H100 NVL 94GB");
    assert!(bar.contains(&cost), "{cost} is not in `{bar}`");
    assert!(row(&person, "H100 80GB SXM").contains("○ H100 80GB SXM"));
}

#[test]
fn a_heading_with_the_focus_leaves_the_room_to_the_chart_of_costs() {
    let person = Person::new().size(120, 36).shows("Parameters: daily cost");
    person.keys("}").lacks("Parameters: daily cost").shows("Cost over time");
}

#[test]
fn budgets_and_what_was_before_are_drawn_over_the_costs() {
    let person = with(
        Person::new().size(160, 45),
        &[
            (ParamId::BudgetTrainingUsd, 20e6),
            (ParamId::BudgetMonthlyInferenceUsd, 2e5),
            (ParamId::ModelSize, 9e10),
        ],
    );
    person.shows("training budget $20M").shows("monthly budget $200k").shows("before").shows("80% range");
    let person = with(Person::new().size(160, 45), &[(ParamId::BudgetTrainingUsd, 9e8)]);
    person.shows("training budget $900M, above the chart").lacks("before");
}

#[test]
fn the_months_that_matter_are_marked_and_said() {
    let budget = |person: Person, usd: f64| with(person, &[(ParamId::BudgetMonthlyInferenceUsd, usd)]);
    let person = Person::new().size(160, 45).keys("7");
    let month = person.figure(Answer::MonthlyCost);
    // Demand grows by 5% a month: it doubles within the horizon, and is ten times as much after it.
    let [within, beyond] = [2.0, 10.0].map(|times| (month * times / 1e4).round() * 1e4);
    let words = |usd: f64| format!("The monthly budget of {} is exceeded in month", format(usd, Unit::Usd));
    let person = budget(person, within).shows(&words(within)).shows("over the monthly budget");
    let person = budget(person, beyond).shows(&words(beyond)).lacks("over the monthly budget");
    budget(person, 1e12).shows("The monthly budget of $1T is kept.");
}

#[test]
fn enter_on_a_multiple_of_demand_sets_it() {
    let before = Person::new().app.state.document.scenario.workload.requests_per_day;
    let person = Person::new().size(120, 36).keys("7 Down").shows("10x").keys("Enter");
    assert_eq!(person.app.state.document.scenario.workload.requests_per_day, 2.0 * before);
    let person = person.keys("u End Enter");
    assert_eq!(person.app.state.focused(), Some(ParamId::WorkloadGrowthPerMonth));
    assert_eq!(person.app.state.focus, Panel::Sliders);
}

#[test]
fn a_point_of_the_frontier_is_clicked_says_what_it_sets_and_is_served_by_enter() {
    let person = Person::new().size(120, 36).keys("5").shows("cheaper and faster").shows("● now");
    let (_, map) = person.draw();
    // Points have a place of one character; the rows of the list are lines.
    let point =
        map.hits.iter().rev().find(|(area, target)| {
            area.width == 1 && matches!(target, Target::Hit(Panel::View, Hit::Row(_)))
        });
    let (area, target) = *point.expect("a point to click on");
    let Target::Hit(_, Hit::Row(row)) = target else { unreachable!("found as one") };
    let start = person.app.state.document.scenario;
    let person = person.click(area.x, area.y);
    assert_eq!(person.app.state.row, row);
    let person = person.shows("--set serving.batch_size=").keys("Enter");
    assert_ne!(person.app.state.document.scenario, start);
    let set = person.app.state.document.scenario.serving.tensor_parallel;
    assert!(set.is_some(), "the degree is set with the batch");
}

#[test]
fn a_promised_time_per_token_is_a_line_across_the_frontier() {
    let person = Person::new().size(120, 36).keys("5").lacks("target 30 ms");
    with(person, &[(ParamId::TargetTpotMs, 30.0)]).shows("target 30 ms");
}

#[test]
fn charts_look_as_they_were_approved() {
    for (name, size, keys) in
        [("overview-120x36", (120, 36), "Down Down Down S-Left"), ("growth-100x28", (100, 28), "7")]
    {
        let (buffer, _) = Person::new().size(size.0, size.1).keys(keys).draw();
        insta::assert_snapshot!(name, format!("{}\n\n{}", text(&buffer), styles(&buffer)));
    }
}

#[test]
fn what_costs_nothing_is_drawn_all_the_same() {
    let free = [(ParamId::ServingPricePerGpuHour, 0.0), (ParamId::WorkloadRequestsPerDay, 1.0)];
    let person = with(Person::new().size(120, 36), &free);
    person
        .keys("5")
        .shows("cheaper and faster")
        .keys("7")
        .shows("Cost per month")
        .keys("1")
        .shows("Cost over time");
}

#[test]
fn the_frontier_opens_where_it_is_served_now() {
    for (columns, rows) in [(80, 24), (120, 36), (160, 45)] {
        let person = Person::new().size(columns, rows).keys("5").shows("● now").shows("first token 230");
        person.keys("Home").lacks("first token 230");
    }
    Person::new().size(160, 45).keys("5 Home").shows("to keep the target");
}

#[test]
fn a_comparison_says_where_bars_start_and_how_joint_effects_are_shared() {
    let person =
        Person::new().size(120, 36).keys("6").shows("What a change will be compared with").shows("per 1M");
    let person = person.keys("Esc").keys("/ text:h100_nvl Enter").keys("/ text:batch Enter Right").keys("6");
    let person = person.shows("every order of the changes").shows("→ H100 NVL").lacks("SXM…");
    person.shows("$0");
    let narrow =
        Person::new().keys("/ text:batch Enter Right 6").lacks("share1M").lacks("share per 1M served");
    narrow.shows("Left Right still move ▸ ");
}

#[test]
fn a_view_that_is_hidden_is_not_marked_as_open() {
    let theme = crate::widgets::theme::Theme::new(
        crate::files::settings::ThemeName::Dark,
        crate::widgets::theme::Look::default(),
    );
    let style = |keys: &str| {
        let (buffer, _) = Person::new().keys(keys).draw();
        let y = (0..buffer.area.height).find(|y| {
            let row: String = (0..buffer.area.width).map(|x| buffer[(x, *y)].symbol().to_owned()).collect();
            row.contains("1 Overview 2 Levers")
        });
        buffer[(4, y.expect("the tabs"))].fg
    };
    assert_eq!(Some(style("Down")), theme.dim.fg);
    assert_ne!(Some(style("1")), theme.dim.fg);
}
