//! A source is asked every few seconds on a thread of its own, so that no key ever waits for it.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::import::metrics::history::History;
use crate::import::metrics::source::Source;

/// What the thread and its owner share.
#[derive(Debug, Default)]
struct Shared {
    history: History,
    /// How many looks there were, failed ones among them.
    looks: u64,
    done: bool,
}

/// A source that a thread looks at until this is dropped.
#[derive(Debug)]
pub struct Watch {
    /// What the source is called.
    pub source: String,
    /// What was seen of it when [`Watch::look`] was called last.
    pub history: History,
    shared: Arc<(Mutex<Shared>, Condvar)>,
    seen: u64,
}

impl Watch {
    /// Begins to look.
    pub fn start(source: Source, every: Duration) -> Self {
        let shared = Arc::new((Mutex::new(Shared::default()), Condvar::new()));
        let own = Arc::clone(&shared);
        let name = source.name();
        thread::spawn(move || watch(&source, every, &own));
        Self { source: name, history: History::default(), shared, seen: 0 }
    }

    /// What was seen of a source some time ago; it is not asked again.
    pub fn recorded(source: String, history: History) -> Self {
        Self { source, history, shared: Arc::default(), seen: 0 }
    }

    /// Takes in what was seen since; `true` where there was something.
    pub fn look(&mut self) -> bool {
        let shared = lock(&self.shared.0);
        let is_new = shared.looks != self.seen;
        if is_new {
            self.seen = shared.looks;
            self.history = shared.history.clone();
        }
        is_new
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        lock(&self.shared.0).done = true;
        self.shared.1.notify_all();
    }
}

fn watch(source: &Source, every: Duration, (shared, wake): &(Mutex<Shared>, Condvar)) {
    let start = Instant::now();
    loop {
        // Asked without the lock, which the screen takes.
        let look = source.look();
        debug_assert!(
            std::env::var("WHATIF_TEST_PANIC").as_deref() != Ok("thread"),
            "a test wanted this panic"
        );
        let mut now = lock(shared);
        match look {
            Ok((snapshot, others)) => now.history.add(start.elapsed().as_secs_f64(), snapshot, others),
            Err(error) => now.history.fail(error.to_string()),
        }
        now.looks += 1;
        // What never changes is read once.
        if !source.is_live() {
            return;
        }
        let asleep = wake.wait_timeout_while(now, every, |shared| !shared.done);
        if asleep.unwrap_or_else(PoisonError::into_inner).0.done {
            return;
        }
    }
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
