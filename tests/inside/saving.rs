//! Saving over files that others write too, and undoing an opening.

use std::fs;

use super::harness::Person;
use crate::catalog::Catalog;
use crate::files::store::Store;

/// A scenario that was saved as "Ours", and the file that holds it.
fn saved() -> (Person, std::path::PathBuf) {
    let person = Person::new().size(120, 36).keys("S C-u text:Ours Enter").shows("saved as");
    let path = person.directory.path().join("ours.toml");
    assert!(path.exists());
    (person, path)
}

#[test]
fn what_was_saved_here_is_saved_over_without_a_question() {
    let (person, path) = saved();
    let before = fs::read_to_string(&path).expect("read");
    let person = person.keys("Right s").shows("saved as").keys("Right s").shows("saved as");
    assert_ne!(fs::read_to_string(&path).expect("read"), before);
    drop(person);
}

#[test]
fn a_file_that_somebody_changed_is_shown_before_it_is_replaced() {
    let (person, path) = saved();
    let theirs = fs::read_to_string(&path).expect("read") + "# theirs\n";
    fs::write(&path, &theirs).expect("written");
    let person = person.keys("Right s").shows("has changed since it was opened").shows("- # theirs");
    let person = person.keys("n");
    assert_eq!(fs::read_to_string(&path).expect("read"), theirs);
    let person = person.keys("s y").shows("saved as");
    let ours = fs::read_to_string(&path).expect("read");
    assert!(!ours.contains("# theirs"), "{ours}");
    // From here on the file is as it was saved.
    person.keys("Right s").shows("saved as");
}

#[test]
fn a_comment_that_was_written_into_a_saved_file_is_kept_once_it_is_opened_again() {
    let (person, path) = saved();
    fs::write(&path, fs::read_to_string(&path).expect("read") + "# kept\n").expect("written");
    let person = person.keys("p text:Ours Enter Right s").shows("saved as");
    assert!(fs::read_to_string(&path).expect("read").contains("# kept"));
    let person = person.keys("Right s").shows("saved as");
    assert!(fs::read_to_string(&path).expect("read").contains("# kept"));
    drop(person);
}

#[test]
fn undoing_an_opening_brings_back_the_name_and_the_file() {
    let (person, path) = saved();
    let ours = fs::read_to_string(&path).expect("read");
    let name = |person: &Person| person.app.state.document.name.clone();
    let person = person.keys("p text:gpt-4 Enter");
    assert_ne!(name(&person), "Ours");
    let person = person.keys("u");
    assert_eq!(name(&person), "Ours");
    assert!(!person.app.state.is_changed());
    let person = person.keys("s").shows("saved as");
    assert_eq!(fs::read_to_string(&path).expect("read"), ours);
    let person = person.keys("U");
    assert_ne!(name(&person), "Ours");
}

#[test]
fn why_a_file_cannot_be_written_is_told_however_long_its_path_is() {
    let mut person = Person::new().size(80, 24);
    let deep = ["directory"; 20].join("/");
    std::fs::write(person.directory.path().join("directory"), "a file").expect("written");
    person.app.state.store = Store::new(Some(person.directory.path().join(deep)));
    person.keys("S C-u text:Ours Enter").shows("cannot write").shows("Not a directory");
}

#[test]
fn the_model_slider_ends_at_a_model() {
    let person = Person::new().size(80, 24).keys("k Home").lacks("none");
    let person = person.keys("5").shows("Frontier").keys("Esc Enter").lacks("none");
    assert!(person.app.state.document.scenario.model.preset.is_some());
}

#[test]
fn a_gpu_of_a_file_is_saved_after_it_was_opened_and_undone() {
    let person = Person::new().size(120, 36);
    let text =
        "name = \"Chip\"\n[gpu]\nname = \"X1\"\nmemory_gb = 400\nbandwidth_tb_s = 20\nbf16_tflops = 5000\n";
    fs::write(person.directory.path().join("chip.toml"), text).expect("written");
    // Opened, undone, done again, changed, and saved under another name.
    let person = person.keys("p text:Chip Enter u U Right S C-u text:Ours Enter").shows("saved as");
    let saved = person.app.state.document.scenario;
    let opened = person.app.state.store.open("ours", &Catalog::embedded()).expect("opened");
    let known = opened.grown.expect("its own GPU");
    assert_eq!(known.gpu(opened.document.scenario.hardware.gpu).name, "X1");
    // Undone, the other scenario may still take that GPU, and be saved with it.
    let gpu = saved.hardware.gpu;
    let mut person = person.keys("u u u");
    person.app.state.document.scenario.hardware.gpu = gpu;
    let person = person.keys("S C-u text:Other Enter").shows("saved as");
    let opened = person.app.state.store.open("other", &Catalog::embedded()).expect("opened");
    let known = opened.grown.expect("its own GPU");
    assert_eq!(known.gpu(opened.document.scenario.hardware.gpu).gpu.memory_bytes, 400e9);
}
