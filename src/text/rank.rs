//! How well a name answers to what was typed.

/// The rank of a name for typed words, the less the better; `None` where a word is found nowhere. The whole name comes
/// first, then its first word, another word, the beginning of a word, anything inside it, and last the words that lead to it as well.
pub fn rank(typed: &str, name: &str, also: &str) -> Option<u32> {
    let [typed, name, also] = [typed, name, also].map(str::to_lowercase);
    let typed = typed.trim();
    if typed == name {
        return Some(0);
    }
    let each = typed.split_whitespace().map(|word| of_word(word, &name, &also));
    each.collect::<Option<Vec<u32>>>().map(|ranks| {
        let worst = ranks.iter().max().copied().unwrap_or(0);
        100 * worst + ranks.iter().sum::<u32>()
    })
}

fn of_word(word: &str, name: &str, also: &str) -> Option<u32> {
    let mut words = words(name);
    if words.next() == Some(word) {
        Some(1)
    } else if words.clone().any(|other| other == word) {
        Some(2)
    } else if name.starts_with(word) {
        Some(3)
    } else if words.any(|other| other.starts_with(word)) {
        Some(4)
    } else if self::words(also).any(|other| other == word) {
        Some(5)
    } else if name.contains(word) {
        Some(6)
    } else if self::words(also).any(|other| other.starts_with(word)) {
        Some(7)
    } else {
        also.contains(word).then_some(8)
    }
}

/// The words of a text: what is between signs other than letters, digits and dots.
fn words(text: &str) -> impl Iterator<Item = &str> + Clone {
    text.split(|sign: char| !sign.is_alphanumeric() && sign != '.').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_that_was_meant_comes_before_names_that_contain_it() {
        let best = |typed: &str, names: &[&'static str]| {
            names
                .iter()
                .copied()
                .filter(|name| rank(typed, name, "").is_some())
                .min_by_key(|name| rank(typed, name, ""))
        };
        assert_eq!(best("h200", &["GH200", "H200 NVL", "H200 SXM"]), Some("H200 NVL"));
        assert_eq!(best("reset", &["preset", "reset all", "reset"]), Some("reset"));
        assert_eq!(best("70b", &["Llama 70Bx", "Llama 70B"]), Some("Llama 70B"));
        assert_eq!(best("nothing", &["reset"]), None);
    }

    #[test]
    fn every_word_counts_and_words_that_lead_there_count_least() {
        assert!(rank("llama 8b", "Llama 3.1 8B", "").is_some());
        assert!(rank("llama 9b", "Llama 3.1 8B", "").is_none());
        assert!(rank("cost", "Batch", "cost of a day") > rank("cost", "daily cost", ""));
        assert_eq!(rank("", "anything", ""), Some(0));
    }
}
