//! How long things take: `cargo bench`. Compare runs as ratios; single figures depend on the machine.

use divan::{Bencher, black_box};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use whatif::analysis::answer::Answer;
use whatif::analysis::case::{Case, World};
use whatif::analysis::range::figures;
use whatif::analysis::{frontier, hardware, levers, sensitivity};
use whatif::app::App;
use whatif::calibration::Calibration;
use whatif::catalog::Catalog;
use whatif::engine::evaluate;
use whatif::files::document::Document;
use whatif::files::settings::ThemeName;
use whatif::files::store::Store;
use whatif::scenario::resolve::resolve;
use whatif::widgets::theme::Theme;

fn main() {
    divan::main();
}

/// Scenarios that differ in what they ask of the engine.
const SCENARIOS: [&str; 4] = ["default", "gpt-4", "deepseek-2025", "enterprise-500k"];

fn open(name: &str) -> (Document, Catalog) {
    let catalog = Catalog::embedded();
    let opened = Store::new(None).open(name, &catalog).expect("a scenario");
    (opened.document, catalog)
}

fn case(name: &str) -> Case {
    let (document, catalog) = open(name);
    let world = World { catalog, calibration: Calibration::embedded() };
    Case::new(&std::sync::Arc::new(world), document.scenario)
}

#[divan::bench(args = SCENARIOS)]
fn evaluation(bencher: Bencher, name: &str) {
    let (document, catalog) = open(name);
    let constants = Calibration::embedded().constants;
    let inputs = resolve(&document.scenario, &catalog);
    bencher.bench_local(|| evaluate(black_box(&inputs), &constants));
}

#[divan::bench(args = SCENARIOS)]
fn resolving(bencher: Bencher, name: &str) {
    let (document, catalog) = open(name);
    bencher.bench_local(|| resolve(black_box(&document.scenario), &catalog));
}

#[divan::bench(args = SCENARIOS)]
fn all_ranges(bencher: Bencher, name: &str) {
    let case = case(name);
    bencher.bench_local(|| figures(black_box(&case)));
}

#[divan::bench(args = SCENARIOS)]
fn all_rankings(bencher: Bencher, name: &str) {
    let case = case(name);
    bencher.bench_local(|| {
        let case = black_box(&case);
        (
            levers::levers(case),
            hardware::hardware(case),
            frontier::frontier(case),
            sensitivity::sensitivities(case, Answer::DailyCost),
        )
    });
}

#[divan::bench(args = [(80, 24), (200, 50)])]
fn frame(bencher: Bencher, size: (u16, u16)) {
    let (document, catalog) = open("default");
    let world = World { catalog, calibration: Calibration::embedded() };
    let origin = whatif::files::store::Origin::BuiltIn("default".to_owned());
    let mut app = App::new(world, Store::new(None), document, origin);
    app.state.make_room(whatif::tui::draw::room(size.0, size.1));
    let theme = Theme::new(ThemeName::Dark, false, false);
    let area = Rect::new(0, 0, size.0, size.1);
    bencher.bench_local(|| {
        let mut buffer = Buffer::empty(area);
        whatif::tui::draw::draw(black_box(&app), &theme, area, &mut buffer)
    });
}

#[divan::bench]
fn catalog_and_calibration() -> (Catalog, Calibration) {
    (Catalog::embedded(), Calibration::embedded())
}
