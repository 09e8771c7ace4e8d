//! What was perhaps meant by a misspelt word.

/// The candidate nearest to a misspelt word, if one is near enough to have been meant.
#[must_use]
pub fn closest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let limit = (word.chars().count() / 3).clamp(1, 4);
    candidates
        .filter_map(|candidate| {
            let lower = candidate.to_lowercase();
            let distance = strsim::osa_distance(&word, &lower);
            // What was typed as the beginning of a name was meant as its short form.
            let near = distance <= limit || (word.chars().count() >= 3 && lower.starts_with(&word));
            near.then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_suggested_and_far_ones_are_not() {
        let words = ["batch_size", "batching", "tensor_parallel"];
        assert_eq!(closest("bach_size", words.into_iter()), Some("batch_size"));
        assert_eq!(closest("btach_size", words.into_iter()), Some("batch_size"));
        assert_eq!(closest("tensor", words.into_iter()), Some("tensor_parallel"));
        assert_eq!(closest("color", words.into_iter()), None);
    }
}
