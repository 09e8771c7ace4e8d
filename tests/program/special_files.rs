//! What exists and is no file is written into where that is asked for, else refused; never replaced.

use std::fs;
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;
use std::process::Command;

use crate::harness::{output, refusal, whatif};
use crate::session::Session;

const BILL: &str = "tests/bills/two-months.csv";

fn text_of(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// A node of one's own, as `/dev/null` (3) and `/dev/full` (7) are; `None` where nobody may make them.
fn device(path: &Path, minor: &str) -> Option<()> {
    let made = Command::new("mknod").arg(path).args(["c", "1", minor]).output();
    made.is_ok_and(|made| made.status.success()).then_some(())
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo runs").success());
}

fn is_device(path: &Path) -> bool {
    fs::metadata(path).expect("it is there").file_type().is_char_device()
}

fn is_pipe(path: &Path) -> bool {
    fs::metadata(path).expect("it is there").file_type().is_fifo()
}

#[test]
fn a_device_is_written_into_and_tells_when_it_is_full() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let [hole, full, link] = ["hole.toml", "full", "full.svg"].map(|name| directory.path().join(name));
    let (Some(()), Some(())) = (device(&hole, "3"), device(&full, "7")) else {
        eprintln!("skipped: nobody may make devices here");
        return;
    };
    std::os::unix::fs::symlink(&full, &link).expect("a link");
    output(&["audit", BILL, "--requests", "61M", "--to", text_of(&hole)]);
    assert!(is_device(&hole));
    for arguments in [
        &["picture", "default", "--out", text_of(&link)][..],
        &["record", "default", "--out", text_of(&link)],
        &["export", "default", "--to", text_of(&link)],
        &["audit", BILL, "--to", text_of(&full)],
    ] {
        assert!(refusal(arguments).contains("No space left"), "{arguments:?}");
        assert!(is_device(&full) && link.is_symlink(), "{arguments:?} replaced the device");
    }
    let mut session = Session::start(&[], &[("WHATIF_SETTINGS", text_of(&hole))]);
    session.wait_for("q quit");
    session.press("tq");
    session.wait_for_end();
    assert!(is_device(&hole), "the settings replaced the device");
    let mut session = Session::start_at(100, 28, &["present", "tour", "--notes", text_of(&full)], &[]);
    session.wait_for("cannot write");
    session.press("qq");
    assert!(session.wait_for_end());
    assert!(is_device(&full), "the notes replaced the device");
}

#[test]
#[cfg(target_os = "linux")]
fn help_that_nobody_gets_is_told() {
    for arguments in [&["--help"][..], &["check", "--help"], &["help"], &["--version"]] {
        let full = fs::File::options().write(true).open("/dev/full").expect("a device");
        let mut command = Command::new(env!("CARGO_BIN_EXE_whatif"));
        let done = command.args(arguments).stdout(full).output().expect("it runs");
        assert_eq!(done.status.code(), Some(2), "{arguments:?}");
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(told.starts_with("error: cannot write to standard output: No space left"), "{told}");
    }
}

#[test]
fn a_pipe_is_written_into() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("page.md");
    pipe(&path);
    let reader = {
        let path = path.clone();
        std::thread::spawn(move || fs::read_to_string(path).expect("a text"))
    };
    output(&["export", "default", "--to", text_of(&path)]);
    assert!(is_pipe(&path), "the pipe was replaced");
    assert!(reader.join().expect("read").starts_with("# Support chat"));
}

#[test]
fn standard_output_may_be_named() {
    let printed = output(&["audit", BILL, "--requests", "61M", "--to", "/dev/stdout"]);
    let (scenario, page) = printed.split_once("\ntests/bills/two-months.csv\n").expect("both");
    assert!(scenario.contains("\n[model]\n") && page.contains("FOCUS of 22 lines"), "{printed}");
}

#[test]
fn what_cannot_be_written_at_all_is_refused() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let [folder, socket, link] =
        ["folder.svg", "socket.svg", "link.svg"].map(|name| directory.path().join(name));
    fs::create_dir(&folder).expect("a directory");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
    std::os::unix::fs::symlink(directory.path().join("nothing"), &link).expect("a link");
    for (path, words) in
        [(&folder, "it is a directory"), (&socket, "it is no file"), (&link, "it is a link to nothing")]
    {
        assert!(refusal(&["picture", "--out", text_of(path)]).contains(words), "{words}");
    }
    assert!(folder.is_dir() && link.is_symlink());
    assert!(fs::metadata(&socket).expect("it is there").file_type().is_socket());
}

#[test]
fn notes_go_into_a_pipe_that_somebody_reads_and_wait_for_nobody() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("notes");
    pipe(&path);
    let mut session = Session::start_at(100, 28, &["present", "tour", "--notes", text_of(&path)], &[]);
    session.wait_for("nobody reads this pipe");
    let reader = {
        let path = path.clone();
        std::thread::spawn(move || fs::read_to_string(path).expect("a text"))
    };
    session.wait_until_still();
    session.press("\x1b[C");
    session.wait_for("2 / 10");
    assert!(reader.join().expect("read").starts_with("2 / 10  "));
    session.press("qq");
    assert!(session.wait_for_end());
    assert!(is_pipe(&path), "the pipe was replaced");
}
#[test]
fn a_file_that_became_a_pipe_is_not_saved_over_and_holds_nothing_up() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("mine.toml");
    let scenario = whatif(&["new"]).stdout;
    fs::write(&path, scenario).expect("written");
    let mut session = Session::start_at(120, 36, &[text_of(&path)], &[]);
    session.wait_for("q quit");
    session.press("\x1b[C");
    session.wait_until_still();
    fs::remove_file(&path).expect("removed");
    pipe(&path);
    session.press("s");
    session.wait_for("it is no file");
    session.press("qq");
    session.wait_for_end();
    assert!(is_pipe(&path), "the pipe was replaced");
}
