//! Ends and pauses: whatever happens, the terminal is as it was.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use crate::session::{Session, line_discipline};

#[test]
fn a_request_to_end_restores_the_terminal_first() {
    for signal in
        ["ABRT", "TERM", "HUP", "INT", "QUIT", "ALRM", "USR1", "USR2", "VTALRM", "PROF", "XCPU", "XFSZ"]
    {
        let mut session = Session::start(&[], &[]);
        session.wait_for("q quit");
        session.signal(signal);
        assert!(!session.wait_for_end(), "{signal}");
        session.assert_given_back();
    }
}

#[test]
fn a_terminal_that_nobody_reads_holds_up_no_end() {
    let mut session = Session::start(&[], &[]);
    session.wait_for("q quit");
    // Each key draws another view; nothing is read, so that the terminal fills up and the program waits for it.
    session.press(&"234567891".repeat(40));
    std::thread::sleep(Duration::from_secs(1));
    session.signal("TERM");
    let deadline = Instant::now() + Duration::from_secs(10);
    while session.child.try_wait().expect("a status").is_none() {
        assert!(Instant::now() < deadline, "the program does not end");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(line_discipline(&*session.master), session.line_discipline);
}

#[test]
#[cfg(debug_assertions)]
fn a_panic_restores_the_terminal_first_wherever_it_is() {
    for place in ["draw", "update", "thread"] {
        // An engine that lets its watch wait for an answer, until the screen is there.
        let engine = TcpListener::bind("127.0.0.1:0").expect("a port");
        let page = format!("http://{}/metrics", engine.local_addr().expect("an address"));
        let mut session = Session::start(&["--metrics", &page], &[("WHATIF_TEST_PANIC", place)]);
        if place != "draw" {
            session.wait_for("q quit");
        }
        match place {
            "update" => session.press("2"),
            "thread" => drop(engine.accept().expect("a watch")),
            _ => {}
        }
        assert!(!session.wait_for_end(), "{place}");
        session.assert_given_back();
        let screen = session.screen.screen().contents();
        assert!(screen.contains("a test wanted this panic"), "{place}:\n{screen}");
        assert!(!screen.contains("q quit"), "{place}: a frame is left behind:\n{screen}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_pause_gives_the_terminal_back_and_going_on_takes_it_again() {
    let mut session = Session::start(&[], &[]);
    session.wait_for("q quit");
    session.signal("TSTP");
    session.wait_until("way back to the shell", |session| !session.screen.screen().alternate_screen());
    session.wait_for_stop();
    session.assert_given_back();
    session.signal("CONT");
    session.wait_until("alternate screen", |session| session.screen.screen().alternate_screen());
    session.wait_for("Inference, per day");
    session.press("q");
    assert!(session.wait_for_end());
    session.assert_given_back();
}
