//! Many evaluations at once: they do not wait for each other, so each processor takes the next that nobody has taken.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread;

use rayon_core::{ThreadPool, ThreadPoolBuilder};

/// Most processors that take part: to wake one takes about as long as a dozen evaluations.
const MOST_PROCESSORS: usize = 4;

/// Those that take part beside the one that asks; to start them anew each time would take longer than what most analyses do.
/// `None` where there are no others.
static OTHERS: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let processors = thread::available_parallelism().map_or(1, NonZero::get).min(MOST_PROCESSORS);
    let pool = ThreadPoolBuilder::new().num_threads(processors - 1);
    (processors > 1).then(|| pool.build().ok()).flatten()
});

/// What becomes of every number below a count, in their order.
pub(super) fn each<T: Send>(count: usize, of: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let Some(others) = OTHERS.as_ref().filter(|_| count > 1) else { return (0..count).map(of).collect() };
    let next = AtomicUsize::new(0);
    let take = || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|index| *index < count);
    let found = Mutex::new(Vec::new());
    let work = || {
        let own: Vec<(usize, T)> = std::iter::from_fn(take).map(|index| (index, of(index))).collect();
        found.lock().unwrap_or_else(PoisonError::into_inner).push(own);
    };
    others.in_place_scope(|scope| {
        for _ in 0..others.current_num_threads().min(count - 1) {
            scope.spawn(|_| work());
        }
        work();
    });
    let mut all = Vec::new();
    all.resize_with(count, || None);
    for (index, of_index) in found.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().flatten()
    {
        all[index] = Some(of_index);
    }
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

    #[test]
    fn a_question_may_ask_many_others() {
        let sums = each(20, |index| each(index, |other| other).into_iter().sum::<usize>());
        assert!(sums.into_iter().eq((0..20_usize).map(|index| index * index.saturating_sub(1) / 2)));
    }
}
