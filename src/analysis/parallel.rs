//! Many evaluations at once: they do not wait for each other, so each processor takes the next that nobody has taken.

use std::num::NonZero;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{panic, thread};

/// Most processors that take part: a start takes about as long as a dozen evaluations.
const MOST_PROCESSORS: usize = 4;

/// Processors that take part; asking the system for them takes longer than what most analyses do.
static PROCESSORS: LazyLock<usize> =
    LazyLock::new(|| thread::available_parallelism().map_or(1, NonZero::get).min(MOST_PROCESSORS));

/// What becomes of every number below a count, in their order.
pub(super) fn each<T: Send>(count: usize, of: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let take = || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|index| *index < count);
    let work = || std::iter::from_fn(take).map(|index| (index, of(index))).collect::<Vec<_>>();
    let mut all = Vec::new();
    all.resize_with(count, || None);
    let mut put =
        |found: Vec<(usize, T)>| found.into_iter().for_each(|(index, found)| all[index] = Some(found));
    thread::scope(|scope| {
        let others: Vec<_> = (1..count.min(*PROCESSORS)).map(|_| scope.spawn(work)).collect();
        put(work());
        for other in others {
            put(other.join().unwrap_or_else(|panic| panic::resume_unwind(panic)));
        }
    });
    all.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::each;

    #[test]
    fn what_is_found_stays_in_order() {
        for count in [0, 1, 2, 1_000] {
            assert!(each(count, |index| index).into_iter().eq(0..count));
        }
    }
}
