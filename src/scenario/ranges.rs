//! The ranges that a scenario states: which numbers are not known exactly, and what they may well be.

use crate::scenario::id::ParamId;
use crate::scenario::value::StatedRange;

/// The most parameters of one scenario that may have a range.
pub(super) const MOST_RANGES: usize = 16;

/// The ranges of a scenario by parameter: a small map that is copied with it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Ranges {
    /// In the order of the names, without gaps.
    entries: [Option<(ParamId, StatedRange)>; MOST_RANGES],
}

impl Ranges {
    /// The range of a parameter.
    pub(super) fn of(&self, param: ParamId) -> Option<StatedRange> {
        self.entries.iter().flatten().find(|(id, _)| *id == param).map(|(_, range)| *range)
    }

    /// There is room for a range of this parameter.
    pub(super) fn has_room_for(&self, param: ParamId) -> bool {
        self.entries.contains(&None) || self.of(param).is_some()
    }

    /// States the range of a parameter, or drops it. One for which there is no room is dropped too: its likely value is
    /// then taken as exact.
    pub(super) fn set(&mut self, param: ParamId, range: Option<StatedRange>) {
        let others = |entry: &Option<(ParamId, StatedRange)>| entry.is_none_or(|(id, _)| id != param);
        if range.is_none() && self.entries.iter().all(others) {
            return;
        }
        let mut next = self.entries.into_iter().filter(others).flatten().collect::<Vec<_>>();
        next.extend(range.map(|range| (param, range)));
        next.truncate(MOST_RANGES);
        next.sort_by_key(|(id, _)| *id);
        self.entries = std::array::from_fn(|index| next.get(index).copied());
    }
}
