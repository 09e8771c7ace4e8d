//! What people do at a sitting: save and come back, present a deck, go on with what was exported.

use std::io::Read as _;
use std::sync::mpsc::sync_channel;

use portable_pty::{PtySize, native_pty_system};

use crate::session::{PATIENCE, Session, count};

#[test]
fn a_scenario_saved_in_one_session_opens_in_the_next() {
    let directory = tempfile::tempdir().expect("a directory");
    let place = directory.path().to_str().expect("a path").to_owned();
    let mut session = Session::start(&["--scenarios", &place], &[]);
    session.wait_for("q quit");
    session.press("\x1b[1;2Cs");
    session.wait_for("Save the scenario");
    session.press("\x15my own\r");
    session.wait_for("saved as");
    session.press("q");
    assert!(session.wait_for_end());
    let mut again = Session::start(&["my own", "--scenarios", &place], &[]);
    again.wait_for("my own");
    again.press("q");
    assert!(again.wait_for_end());
}

#[test]
fn a_bare_start_opens_what_was_open_last_or_says_why_it_cannot() {
    let directory = tempfile::tempdir().expect("a directory");
    let settings = directory.path().join("settings.toml");
    let file = directory.path().join("mine.toml");
    std::fs::write(&file, "name = \"A load of my own\"\n").expect("written");
    let path = file.to_str().expect("a path");
    let variables = [("WHATIF_SETTINGS", settings.to_str().expect("a path"))];
    for (arguments, shown) in [
        (&["gpt-4"][..], "GPT-4"),
        (&[], "opened what was open last; p opens another, `whatif default` starts afresh"),
        (&[path], "A load of my own"),
        (&[], "A load of my own"),
        (&["--set", "serving.batch_size=64"], "A load of my own"),
    ] {
        let mut session = Session::start(arguments, &variables);
        session.wait_for("q quit");
        session.wait_for(shown);
        session.press("qq");
        assert!(session.wait_for_end());
    }
    std::fs::remove_file(&file).expect("removed");
    let mut session = Session::start(&[], &variables);
    session.wait_for("last scenario: cannot read");
    session.wait_for("Support chat on Llama 2 70B");
    session.press("q");
    assert!(session.wait_for_end());
    let mut session = Session::start(&["--set", "serving.bach_size=64"], &variables);
    assert!(!session.wait_for_end());
    assert!(session.screen.screen().contents().contains("did you mean `serving.batch_size`?"));
}

#[test]
fn a_deck_is_presented_from_start_to_end_with_a_question_in_the_middle() {
    const RIGHT: &str = "\x1b[C";
    const LEFT: &str = "\x1b[D";
    let notes = tempfile::tempdir().expect("a temporary directory");
    let notes = notes.path().join("notes.txt");
    let path = notes.to_str().expect("a path");
    let mut session = Session::start_at(100, 28, &["present", "tour", "--notes", path], &[]);
    for step in 1..=10 {
        session.wait_for(&format!("{step} / 10"));
        if step == 7 {
            session.press("\r");
            session.wait_for("allowed:");
            session.press("80%\r");
            session.wait_for("turned");
        }
        let next = if step == 10 { "next: the end" } else { "next: " };
        session.wait_until("the notes", |_| {
            let written = std::fs::read_to_string(&notes).unwrap_or_default();
            written.starts_with(&format!("{step} / 10  ")) && written.contains(next)
        });
        session.press(RIGHT);
    }
    session.wait_for("this was the last step");
    for step in (1..10).rev() {
        session.press(LEFT);
        session.wait_for(&format!("{step} / 10"));
        if step == 7 {
            session.wait_for("turned");
        }
    }
    session.press("q");
    session.wait_for("end the presentation? q again");
    session.press("q");
    assert!(session.wait_for_end());
    session.assert_given_back();
}

#[test]
fn notes_replace_no_file_unasked() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("thesis.txt");
    std::fs::write(&path, "mine").expect("written");
    let arguments = ["present", "tour", "--notes", path.to_str().expect("a path"), "--force"];
    let mut session = Session::start_at(100, 28, &arguments[..4], &[]);
    assert!(!session.wait_for_end());
    let said = String::from_utf8_lossy(&session.written).into_owned();
    assert!(said.contains("already exists; --force replaces it") && !said.contains("\x1b[?1049h"), "{said}");
    assert_eq!(std::fs::read_to_string(&path).expect("a file"), "mine");
    let mut session = Session::start_at(100, 28, &arguments, &[]);
    session.wait_for("1 / 10");
    session.press("qq");
    assert!(session.wait_for_end());
    assert!(std::fs::read_to_string(&path).expect("a file").starts_with("1 / 10  "));
}

#[test]
fn what_to_say_is_shown_on_a_second_terminal() {
    let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
    let second = native_pty_system().openpty(size).expect("a second terminal");
    let Some(path) = second.master.tty_name() else { return };
    let mut reader = second.master.try_clone_reader().expect("a reader");
    let (sender, said) = sync_channel(64);
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = reader.read(&mut buffer) {
            if sender.send(buffer[..count].to_vec()).is_err() {
                break;
            }
        }
    });
    let mut screen = vt100::Parser::new(count(24), count(80), 0);
    let mut shows = |words: &str| {
        while !screen.screen().contents().contains(words) {
            let bytes = said.recv_timeout(PATIENCE);
            screen
                .process(&bytes.unwrap_or_else(|_| panic!("no `{words}`:\n{}", screen.screen().contents())));
        }
        screen.screen().contents()
    };
    let path = path.to_str().expect("a path");
    let mut session = Session::start_at(100, 28, &["present", "tour", "--notes", path], &[]);
    session.wait_for("1 / 10");
    shows("next: Llama 2 70B: the hours");
    session.press("\x1b[C");
    session.wait_for("2 / 10");
    let shown = shows("next: ChatGPT: serving costs");
    // One step at a time, whole words at the ends of lines, and nothing of the notes in front of people.
    assert!(
        shown.starts_with("2 / 10 Llama 2 70B: the hours of the run are public\n\nMeta published"),
        "{shown}"
    );
    assert!(!shown.contains("a frontier model"), "{shown}");
    assert!(!session.screen.screen().contents().contains("Meta published"));
    session.press("qq");
    assert!(session.wait_for_end());
}

#[test]
fn a_page_that_was_exported_is_presented_or_gone_on_with() {
    const END: &str = "\x1b[F";
    let directory = tempfile::tempdir().expect("a directory");
    let page = |name: &str, deck: &str| {
        let path = directory.path().join(name).to_str().expect("a path").to_owned();
        assert_eq!(crate::harness::output(&["export", deck, "--to", &path]), "");
        path
    };
    let (deck, scenario) = (page("deck.html", "cache"), page("scenario.html", "gpt-4"));
    for (path, shown) in [(&deck, "1 / 8"), (&scenario, "1 / 1")] {
        let mut session = Session::start_at(100, 28, &["present", path], &[]);
        session.wait_for(shown);
        session.press(&format!("{END}q"));
        assert!(session.wait_for_end());
    }
    let mut session = Session::start_at(100, 28, &[&deck], &[]);
    session.wait_for("Steps of the deck");
    session.wait_for("as it was opened");
    // A page is not written over: what is saved is a deck of one's own.
    session.press("x");
    session.wait_for("delete this step?");
    session.press("y");
    session.wait_for("not saved yet");
    session.press("s");
    session.wait_for("title of the deck");
    session.press("\r");
    session.wait_for("saved as");
    session.press("\x1b");
    session.wait_for("q quit");
    session.press("q");
    assert!(session.wait_for_end());
    session.assert_given_back();
}
