//! What was probably meant by a misspelled word.

/// Bytes beyond which a word is no misspelled name.
const LONGEST: usize = 100;

/// The candidate nearest to a misspelled word, if one is near enough to have been meant.
pub fn closest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
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
