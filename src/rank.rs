//! The order of things. All but plain numbers and words, and what there are thousands of, are sorted here, by their places:
//! each sort for its own kind of thing takes as long to build as a view. Of equals, the one that came first stays first.

use std::cmp::Ordering;

/// Puts what has the smallest figure first.
pub fn rising<T>(items: &mut Vec<T>, figure: impl Fn(&T) -> f64) {
    by(items, |one, other| figure(one).total_cmp(&figure(other)));
}

/// Puts what has the largest figure first.
pub fn falling<T>(items: &mut Vec<T>, figure: impl Fn(&T) -> f64) {
    by(items, |one, other| figure(other).total_cmp(&figure(one)));
}

/// Puts what has the smallest key first.
pub fn by_key<T, K: Ord>(items: &mut Vec<T>, key: impl Fn(&T) -> K) {
    by(items, |one, other| key(one).cmp(&key(other)));
}

/// Puts what is less than all others first.
pub fn by<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let order = order(items.len(), &|one, other| compare(&items[one], &items[other]));
    let mut before: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(order.into_iter().filter_map(|place| before[place].take()));
}

/// The places of so many things in their order.
fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|one, other| compare(*one, *other));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_equal_stays_in_its_order() {
        let mut words = vec!["three", "a", "of", "b", "to", "c"];
        rising(&mut words, |word| word.len() as f64);
        assert_eq!(words, ["a", "b", "c", "of", "to", "three"]);
        falling(&mut words, |word| word.len() as f64);
        assert_eq!(words, ["three", "of", "to", "a", "b", "c"]);
        by_key(&mut words, |word| word.len() > 2);
        assert_eq!(words, ["of", "to", "a", "b", "c", "three"]);
    }

    #[test]
    fn what_is_no_number_comes_after_all_that_are() {
        let mut figures = vec![f64::NAN, 2.0, f64::INFINITY, -1.0];
        rising(&mut figures, |figure| *figure);
        assert_eq!(figures[..3], [-1.0, 2.0, f64::INFINITY]);
    }
}
