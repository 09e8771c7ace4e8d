//! Saving over files that others write too, and undoing an opening.

use std::fs;

use super::harness::Person;

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
