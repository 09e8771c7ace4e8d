//! How long things take: `cargo bench`. Compare runs as ratios; single figures depend on the machine.

use divan::{Bencher, black_box};
use whatif::Screen;
use whatif::analysis::answer::Answer;
use whatif::analysis::range::figures;
use whatif::analysis::{frontier, hardware, levers, sensitivity};
use whatif::calibration::Calibration;
use whatif::catalog::Catalog;
use whatif::engine::evaluate;
use whatif::scenario::resolve::resolve;

fn main() {
    divan::main();
}

/// Scenarios that differ in what they ask of the engine.
const SCENARIOS: [&str; 4] = ["default", "gpt-4", "deepseek-2025", "enterprise-500k"];

fn open(name: &str, columns: u16, rows: u16) -> Screen {
    Screen::open(name, columns, rows).expect("a scenario")
}

#[divan::bench(args = SCENARIOS)]
fn evaluation(bencher: Bencher, name: &str) {
    let screen = open(name, 80, 24);
    let constants = &screen.case().world.calibration.constants;
    bencher.bench_local(|| evaluate(black_box(&screen.case().inputs), constants));
}

#[divan::bench(args = SCENARIOS)]
fn resolving(bencher: Bencher, name: &str) {
    let screen = open(name, 80, 24);
    bencher.bench_local(|| resolve(black_box(&screen.case().scenario), screen.case().catalog()));
}

#[divan::bench(args = SCENARIOS)]
fn all_ranges(bencher: Bencher, name: &str) {
    let screen = open(name, 80, 24);
    bencher.bench_local(|| figures(black_box(screen.case())));
}

#[divan::bench(args = SCENARIOS)]
fn all_rankings(bencher: Bencher, name: &str) {
    let screen = open(name, 80, 24);
    bencher.bench_local(|| {
        let case = black_box(screen.case());
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
    let screen = open("default", size.0, size.1);
    bencher.bench_local(|| black_box(&screen).draw());
}

/// From two keys, there and back, to the screen that shows what they did, in each view by its key; ranges, profiles and the
/// view's ranking are worked out for each of the two.
#[divan::bench(args = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"])]
fn keys_to_frame(bencher: Bencher, view: &str) {
    let mut screen = open("default", 200, 50);
    screen.press(&format!("{view} Esc")).expect("keys");
    bencher.bench_local(|| {
        screen.press(black_box("Right Left")).expect("keys");
        screen.draw()
    });
}

#[divan::bench(args = SCENARIOS)]
fn keys_to_small_frame(bencher: Bencher, name: &str) {
    let mut screen = open(name, 80, 24);
    bencher.bench_local(|| {
        screen.press(black_box("Right Left")).expect("keys");
        screen.draw()
    });
}

/// From the keys for the first step of the tour and for another to the two screens.
#[divan::bench(args = 2..=10)]
fn keys_to_steps(bencher: Bencher, step: u8) {
    let mut screen = open("default", 100, 28);
    screen.press("/ text:tour Enter").expect("keys");
    bencher.bench_local(|| {
        screen.press(black_box("1 Enter")).expect("keys");
        black_box(screen.draw());
        screen.press(black_box(&format!("{step} Enter"))).expect("keys");
        screen.draw()
    });
}

#[divan::bench]
fn catalog_and_calibration() -> (Catalog, Calibration) {
    (Catalog::embedded(), Calibration::embedded())
}
