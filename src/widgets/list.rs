//! Lists that are longer than their room: which rows are seen, and how many there are.

use std::ops::Range;

/// The rows to show in a height, the chosen one in the middle, without empty space at the end.
pub fn window(chosen: usize, count: usize, height: u16) -> Range<usize> {
    let height = usize::from(height);
    let first = chosen.saturating_sub(height / 2).min(count.saturating_sub(height));
    first..(first + height).min(count)
}

/// Which rows are seen of how many, where not all are: `12-31 of 40`.
pub fn seen(shown: &Range<usize>, count: usize) -> Option<String> {
    (shown.len() < count && !shown.is_empty())
        .then(|| format!("{}-{} of {count}", shown.start + 1, shown.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chosen_row_is_in_sight_and_no_space_is_left_at_the_end() {
        assert_eq!(window(0, 3, 10), 0..3);
        assert_eq!(window(5, 100, 10), 0..10);
        assert_eq!(window(50, 100, 10), 45..55);
        assert_eq!(window(99, 100, 10), 90..100);
        assert_eq!(window(7, 0, 10), 0..0);
        assert_eq!(seen(&(45..55), 100).as_deref(), Some("46-55 of 100"));
        assert_eq!(seen(&(0..3), 3), None);
    }
}
