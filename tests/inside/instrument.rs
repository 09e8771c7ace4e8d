//! What a new user does first: find things, point at things, aim at a figure, tell others.

use super::harness::{Person, text};
use crate::analysis::answer::Answer;
use crate::analysis::published::published;
use crate::app::state::{Effect, Panel};
use crate::files::settings::ThemeName;
use crate::scenario::ParamId;
use crate::scenario::value::Value;
use crate::text::quantity::{Unit, format};
use crate::tui::mouse::Target;
use crate::views::scene::Hit;
use crate::views::{EXPLAIN, VIEWS};
use crate::widgets::theme::{Colors, Look, Theme};
use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::Color;

/// The id of the accelerator that is chosen.
fn gpu(person: &Person) -> String {
    let state = &person.app.state;
    match ParamId::HardwareGpu.effective(&state.document.scenario, &state.world.catalog) {
        Value::Gpu(id) => state.world.catalog.gpu(id).id.clone(),
        other => panic!("{other:?} is no accelerator"),
    }
}

#[test]
fn h200_is_the_h200_wherever_it_is_typed() {
    for keys in ["Down Down Down Down Enter text:h200 Enter", "/ text:h200 Enter", "? text:h200 Enter"] {
        let person = Person::new().keys(keys);
        assert_eq!(gpu(&person), "h200-sxm", "after {keys}");
    }
}

#[test]
fn words_that_people_use_lead_where_they_mean() {
    for (typed, first) in [
        ("reset", "reset"),
        ("price", "Price"),
        ("latency", "Latency target"),
        ("demand", "Requests/day"),
        ("route", "Rout"),
        ("export", "save"),
        ("cheapest", "Hardware"),
        ("ttft", "TTFT"),
    ] {
        let person = Person::new().size(120, 40).keys(&format!("/ text:{typed}"));
        let screen = person.screen();
        let row = usize::from(person.row_of(&format!("find {typed}"))) + 1;
        let best: Vec<&str> = screen.lines().skip(row).take(4).collect();
        assert!(best.iter().any(|line| line.contains(first)), "`{typed}` finds {best:?}");
    }
}

#[test]
fn enter_in_the_palette_goes_to_a_slider_a_figure_or_a_view() {
    let person = Person::new().keys("/ text:acceptance Enter");
    assert_eq!(person.app.state.focused(), Some(ParamId::ServingAcceptanceRate));
    let person = Person::new().keys("/ text:time_per_output_token Enter");
    assert_eq!((person.app.state.view, person.app.state.answer), (EXPLAIN, Answer::Tpot));
    let person = Person::new().keys("/ text:growth Enter");
    assert_eq!(VIEWS[person.app.state.view].title, "Growth");
}

/// A place on the screen where these words begin.
fn place_of(person: &Person, words: &str) -> (u16, u16) {
    let (buffer, _) = person.draw();
    let y = person.row_of(words);
    let line: Vec<&str> = (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect();
    let x = (0..line.len()).find(|x| line[*x..].concat().starts_with(words)).expect("its row has it");
    (x as u16, y)
}

#[test]
fn the_word_under_the_pointer_is_the_word_that_is_chosen() {
    let person = Person::new().size(200, 50);
    for word in ["H100 PCIe", "H100 NVL"] {
        let person = Person::new().size(200, 50);
        let (x, y) = place_of(&person, word);
        let person = person.click(x, y);
        assert_eq!(gpu(&person), word.to_lowercase().replace(' ', "-"));
    }
    // Beside the words nothing is chosen.
    let (x, y) = place_of(&person, "GPU  ");
    assert_eq!(gpu(&person.click(x, y)), "h100-sxm");
}

#[test]
fn a_double_click_types_and_changes_nothing_before() {
    let person = Person::new();
    let before = person.app.state.document.scenario;
    let (_, map) = person.draw();
    let track = map.hits.iter().find(|(_, target)| *target == Target::Track(ParamId::WorkloadCacheHitRate));
    let area = track.expect("a track").0;
    let person = person.click(area.x + 1, area.y);
    assert_ne!(person.app.state.document.scenario, before, "a click sets the value");
    let person = person.click(area.x + 1, area.y);
    assert!(person.app.dialog.is_some());
    assert_eq!(person.app.state.document.scenario, before);
    assert_eq!(person.keys("Esc").app.state.document.scenario, before);
}

#[test]
fn rows_of_views_and_figures_are_pointed_at_and_scrolled() {
    let person = Person::new().size(120, 36).keys("2");
    let (_, map) = person.draw();
    let row = |panel: Panel, row: usize| Target::Hit(panel, Hit::Row(row));
    let place = |target: Target| map.hits.iter().find(|(_, other)| *other == target).expect("a row").0;
    let lever = place(row(Panel::View, 2));
    let person = person.click(lever.x + 3, lever.y);
    assert_eq!(person.app.state.row, 2);
    let figure = place(row(Panel::Figures, 2));
    let person = person.click(figure.x, figure.y);
    assert_eq!((person.app.state.focus, person.app.state.figure_row), (Panel::Figures, 2));
    let person = person.wheel(false, figure.x, figure.y);
    assert_eq!(person.app.state.figure_row, 3);
    let person = person.click(figure.x, figure.y).click(figure.x, figure.y);
    assert_eq!((person.app.state.view, person.app.state.answer), (EXPLAIN, Answer::Ttft));
}

#[test]
fn a_click_on_a_card_says_where_its_figure_comes_from() {
    let person = Person::new().click(3, 2);
    assert_eq!((person.app.state.view, person.app.state.answer), (EXPLAIN, Answer::TrainingCost));
}

#[test]
fn rows_of_dialogs_are_pointed_at() {
    let person = Person::new().size(100, 28).keys("Down Down Down Down Enter text:h200");
    let (x, y) = place_of(&person, "H200 141GB SXM");
    let person = person.click(x, y).click(x, y);
    assert_eq!(gpu(&person), "h200-sxm");
    assert!(person.app.dialog.is_none());
    // What a dialog covers cannot be hit.
    let person = person.keys("/");
    let before = person.app.state.document.scenario;
    assert_eq!(person.click(60, 26).app.state.document.scenario, before);
}

#[test]
fn tab_goes_from_panel_to_panel_and_hints_are_those_of_the_place() {
    let person = Person::new().size(120, 36).shows("Enter type");
    let person = person.keys("Tab");
    assert_eq!(person.app.state.focus, Panel::View);
    let person = person.keys("Tab").shows("Enter where it comes from").lacks("Enter type");
    assert_eq!(person.app.state.focus, Panel::Figures);
    // In a table, keys for pages and ends move in it, and never the slider behind it.
    let before = person.app.state.document.scenario;
    let person = person.keys("End PageUp Home PageDown");
    assert_eq!(person.app.state.document.scenario, before);
    assert_eq!(person.keys("Tab").app.state.focus, Panel::Sliders);
}

#[test]
fn a_day_is_made_to_cost_two_thousand_dollars_in_a_few_keys() {
    let person =
        Person::new().size(100, 28).keys("g text:$2,000").shows("Make the daily cost").shows("Requests/day");
    let person = person.keys("Enter");
    assert!(person.app.dialog.is_none());
    // The first way is as near as whole replicas come: a little less of it is not enough.
    assert!(person.figure(Answer::DailyCost) <= 2000.0);
    let mut less = person.app.state.document.scenario;
    assert!(less.workload.cache_hit_rate > 0.35, "it is another hit rate");
    less.workload.cache_hit_rate -= 0.01;
    let daily = |scenario| Answer::DailyCost.of(&person.app.state.case.evaluate(scenario));
    assert!(daily(&less).is_some_and(|usd| usd > 2000.0), "{:?}", daily(&less));
    // A price reaches it exactly.
    let sold = Person::new().size(100, 28).keys("g text:$2,000").keys(&"Down ".repeat(30)).keys("Enter");
    assert!((sold.figure(Answer::DailyCost) / 2000.0 - 1.0).abs() < 1e-6);
    // From a figure, the goal is about that figure.
    Person::new().keys("Tab Tab Down g").shows("Make the time to first token");
}

#[test]
fn what_is_copied_tells_figures_causes_and_the_command() {
    let person = Person::new().keys("Down Down S-Right y");
    let copied = person.app.state.effects.iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.clone()),
        Effect::Mouse(_) | Effect::Notes(..) => None,
    });
    let copied = copied.expect("something is copied");
    for words in ["inference, per day: $", "(80% range $", ", was $5,746", "- Batch: 32 to 128 (-$"] {
        assert!(copied.contains(words), "{words} is not in\n{copied}");
    }
    assert!(copied.ends_with("whatif default --set serving.batch_size=128\n"), "{copied}");
}

#[test]
fn published_figures_of_gpt_4_are_within_reach_on_the_smallest_screen() {
    let person = Person::at("gpt-4").keys("1").keys(&"Down ".repeat(60));
    let seen = (0..60).fold((person, false), |(person, seen), _| {
        let found = person.screen().contains("$100M");
        (person.keys("Up"), seen || found)
    });
    assert!(seen.1, "OpenAI's more than $100M is not told");
    Person::at("gpt-4").shows("◇ published $63M-$100M+");
}

#[test]
fn a_mark_stands_on_the_scale_of_the_figure_that_it_means() {
    // Of GPT-4 runs were published, and one figure of a total not stated: they have marks of their own.
    let card = |person: Person| -> String {
        let screen = person.screen();
        screen.lines().skip(1).take(7).map(|line| line.chars().take(40).collect::<String>() + "\n").collect()
    };
    let gpt_4 = card(Person::at("gpt-4").size(120, 36));
    assert!(!gpt_4.contains('◆') && gpt_4.contains("◇ published $63M to $100M+"), "{gpt_4}");
    assert!(gpt_4.lines().any(|line| line.contains('├') && line.contains('◇')), "{gpt_4}");
    // Of Llama 2 70B the whole program was published as well.
    let llama = card(Person::new().size(120, 36));
    assert_eq!(llama.matches('◆').count(), 2, "{llama}");
    assert!(llama.contains("◆ published $20M") && !llama.contains('◇'), "{llama}");
    // With more room both are said, each by its name.
    let person = Person::new().size(200, 50);
    person.shows("◆ published $20M · run $4.").shows("M ◇ published $2.05M to $3.93M");
}

#[test]
fn the_mark_on_the_split_says_what_it_is_at_every_size() {
    for (columns, rows) in [(80, 24), (100, 28), (120, 36), (200, 50)] {
        Person::new().size(columns, rows).shows("┃ claim: 80% inference");
    }
}

#[test]
fn no_published_sentence_is_cut_short() {
    let mut cut = 0;
    for (columns, rows) in [(112, 32), (120, 36), (130, 38), (150, 38)] {
        let person = Person::at("gpt-4").size(columns, rows);
        let scene = person.app.state.scene();
        let whole = published(scene.case, scene.id, scene.figures)
            .iter()
            .map(|one| format!("- {}", one.beside()))
            .collect::<Vec<_>>();
        let screen = person.screen();
        let lines: Vec<&str> = screen.lines().collect();
        let Some(more) = lines.iter().position(|line| line.contains("more line")) else { continue };
        cut += 1;
        let mut before =
            lines[..more].iter().rev().map(|line| line.split('│').nth_back(1).unwrap_or_default().trim());
        let last = before.find(|line| !line.is_empty()).expect("a sentence");
        let is_whole = last.ends_with(['.', ')']) || whole.iter().any(|item| item.ends_with(last));
        assert!(is_whole, "{columns}: {last}\n{screen}");
    }
    assert!(cut > 1, "all of it is seen");
}

#[test]
fn a_profile_shows_the_cliff_before_one_moves() {
    // At a hundred times the tokens of a request nothing keeps the target; with a tenth, a day costs less.
    let screen = Person::new().size(120, 36).screen();
    let line = screen.lines().find(|line| line.contains("Sequence")).expect("the slider");
    let (knob, cliff) = (line.find('●'), line.find('╱'));
    assert!(line.contains('▁') && knob.is_some() && knob < cliff, "{line}");
}

#[test]
fn text_has_a_contrast_of_at_least_four_and_a_half_in_every_theme_of_ours() {
    for name in [ThemeName::Dark, ThemeName::Light, ThemeName::Contrast] {
        let theme = Theme::new(name, Look::default());
        let roles = [
            theme.base,
            theme.dim,
            theme.heading,
            theme.answer,
            theme.knob,
            theme.better,
            theme.worse,
            theme.warning,
            theme.training,
            theme.inference,
            theme.key,
            theme.chosen,
        ];
        for style in roles {
            let contrast = contrast(style.fg.expect("letters"), style.bg.expect("a ground"));
            assert!(contrast >= 4.5, "{name:?}: {style:?} has a contrast of {contrast:.2}");
        }
    }
}

/// The contrast of two colors, as the Web Content Accessibility Guidelines 2.1 define it.
fn contrast(one: Color, other: Color) -> f64 {
    let luminance = |color: Color| {
        let Color::Rgb(red, green, blue) = color else { panic!("{color:?} has no numbers") };
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.03928 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn fewer_colors_are_used_where_there_are_fewer() {
    let person = Person::new().keys("S-Right");
    for (colors, allowed) in [
        (
            Colors::Indexed,
            (|color: Color| matches!(color, Color::Indexed(_) | Color::Reset)) as fn(Color) -> bool,
        ),
        (Colors::Basic, |color| !matches!(color, Color::Indexed(_) | Color::Rgb(..))),
    ] {
        let look = Look { colors, ..Look::default() };
        let area = Rect::new(0, 0, 80, 24);
        let mut buffer = Buffer::empty(area);
        crate::tui::draw::draw(&person.app, &Theme::new(ThemeName::Auto, look), area, &mut buffer);
        for cell in &buffer.content {
            assert!(allowed(cell.fg) && allowed(cell.bg), "{cell:?} with {colors:?}");
        }
    }
}

#[test]
fn in_ascii_every_sign_is_ascii_and_has_a_sign_of_its_own() {
    let theme = Theme::new(ThemeName::Auto, Look { ascii: true, ..Look::default() });
    let states = ["", "b S-Right 6", "2", "3", "4", "5", "7", "8", "9", "?", "/", "p", "g text:2000"];
    for (columns, rows) in [(80, 24), (120, 36), (200, 50), (50, 12)] {
        for keys in states {
            let person = Person::new().size(columns, rows).keys(keys);
            let area = Rect::new(0, 0, columns, rows);
            let mut buffer = Buffer::empty(area);
            crate::tui::draw::draw(&person.app, &theme, area, &mut buffer);
            let screen = text(&buffer);
            assert!(screen.is_ascii(), "after `{keys}`:\n{screen}");
        }
    }
}

#[test]
fn a_price_of_ones_own_is_the_price_that_is_shown() {
    let screen = Person::new().size(200, 50).keys("/ text:serving_price Enter Enter text:2.5 Enter").screen();
    let prices: Vec<&str> = screen.lines().filter(|line| line.contains(" Price ")).collect();
    assert!(prices.iter().any(|line| line.contains("$2.50/h") && line.contains("set by hand")), "{prices:?}");
}

#[test]
fn a_change_of_the_split_stands_behind_the_share_that_changed() {
    let screen = Person::new().size(120, 36).keys("Down Down S-Right").screen();
    let line = screen.lines().find(|line| line.contains("training 5")).expect("the split");
    let (share, change) = (line.find("inference"), line.find('▼'));
    assert!(share.is_some() && share < change, "{line}");
}

#[test]
fn the_accelerator_of_the_first_screen_serves_also_after_another_was_applied() {
    let applied = Person::new().size(120, 36).keys("3 Enter Esc Down Down Down Down");
    assert_eq!(applied.app.state.focused(), Some(ParamId::HardwareGpu));
    // Its slider shows what serves, and that it was moved.
    let state = &applied.app.state;
    let serves = state.case.serving_gpu().slider_name();
    assert!(state.document.scenario.serving.gpu.is_some());
    let line = applied.screen().lines().nth(usize::from(applied.row_of("▸ GPU"))).map(str::to_owned);
    assert!(line.is_some_and(|line| line.contains(&format!("[{serves}]")) && line.contains('*')));
    let reset = Person::new().size(120, 36).keys("3 Enter Esc Down Down Down Down r");
    assert_eq!(reset.app.state.document.scenario, reset.app.state.preset);
    let before = applied.figure(Answer::DailyCost);
    let moved = applied.keys("Enter text:a100_80 Enter");
    assert_eq!(moved.app.state.document.scenario.serving.gpu, None);
    assert_ne!(moved.figure(Answer::DailyCost), before);
}

#[test]
fn the_ends_of_a_range_are_told_under_its_brackets() {
    let screen = Person::at("gpt-4").size(120, 36).screen();
    let card = |line: &str| line.chars().take(40).collect::<String>();
    let lines: Vec<String> = screen.lines().map(card).collect();
    let at = lines.iter().position(|line| line.contains('├')).expect("the track of training");
    let column = |line: &str, sign: char| line.chars().position(|other| other == sign);
    assert!(
        column(&lines[at], '◆') < column(&lines[at], '├'),
        "what was published lies below: {}",
        lines[at]
    );
    assert_eq!(column(&lines[at + 1], '$'), column(&lines[at], '├'), "{}\n{}", lines[at], lines[at + 1]);
}

#[test]
fn large_sums_are_as_large_as_small_ones() {
    // Digits of three rows are made of half blocks; nothing else in the card of a day is.
    let is_heavy = |sign| matches!(sign, '█' | '▀' | '▄');
    for requests in ["4M", "40M"] {
        let keys = format!("/ text:requests Enter Enter text:{requests} Enter");
        let person = Person::new().size(120, 36).keys(&keys);
        let screen = person.screen();
        let rows = screen.lines().skip(2).take(3);
        assert!(rows.map(|row| row.chars().skip(40).take(25)).all(|mut row| row.any(is_heavy)), "{screen}");
        let sum = person.figure(Answer::DailyCost);
        // What large digits round is told beside them.
        assert!(sum < 1e4 || screen.contains(&format(sum, Unit::Usd)), "{sum}:\n{screen}");
    }
}

#[test]
fn no_dialog_leaves_letters_beside_it() {
    for keys in ["g", "p", "S", "Down Enter", "/"] {
        let screen = Person::new().keys(keys).screen();
        let line = screen.lines().skip(7).find(|line| line.contains("Enter ")).expect("hints of the dialog");
        assert!(line.trim_end().ends_with('│'), "after `{keys}`: {line}");
        assert_eq!(line.matches('│').count(), 2, "after `{keys}`: {line}");
    }
}

#[test]
fn help_says_where_one_is_and_goes_to_its_ends() {
    let person = Person::new().keys("?").shows("1-").shows("Up k");
    let person = person.keys("End").shows("q Ctrl-C").lacks("Up k");
    person.keys("Home").shows("Up k");
}

#[test]
fn a_small_screen_lists_as_many_sliders_as_it_has_rows() {
    Person::new().size(60, 18).shows("Parameters").shows("Batch").shows("Demand");
    Person::new().size(40, 10).shows("Parameters").shows("Batch").lacks("Demand");
}

#[test]
fn a_note_is_told_also_while_its_line_says_what_to_do_next() {
    Person::at("gpt-4").size(200, 50).keys("Down Right").shows("the shape of GPT-4 (rumored) is rumored");
}
