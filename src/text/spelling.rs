//! How near words are to one another, for those who mistype.

/// Returns how many single edits lie between two words.
pub fn distance(one: &str, other: &str) -> usize {
    within(one, other, usize::MAX).unwrap_or(usize::MAX)
}

/// Returns how many single edits lie between two words, unless they are more than so many: words
/// that have nothing to do with each other are left after their first letters.
fn within(one: &str, other: &str, most: usize) -> Option<usize> {
    let other: Vec<char> = other.chars().collect();
    if one.chars().count().abs_diff(other.len()) > most {
        return None;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        let mut least = row[0];
        for (j, &b) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
            least = least.min(row[j + 1]);
        }
        if least > most {
            return None;
        }
    }
    Some(row[other.len()]).filter(|edits| *edits <= most)
}

/// Returns the word that was probably meant: one edit away, or one more for every four letters.
pub fn nearest<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase().replace('_', "-");
    let near = |known: &'a str| Some((within(&word, known, 1 + known.len() / 4)?, known));
    words.into_iter().filter_map(near).min().map(|(_, near)| near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_named_and_a_far_one_is_not() {
        assert_eq!(nearest("start_aftr", ["severity", "start-after"]), Some("start-after"));
        assert_eq!(nearest("colour", ["severity", "start-after"]), None);
    }

    #[test]
    fn a_word_is_as_far_as_it_is_however_soon_the_others_are_left() {
        let words = ["drop-table", "drop-column", "rename-table", "", "a", "drop"];
        for one in words {
            for other in words {
                let far = distance(one, other);
                for most in 0..14 {
                    let found = within(one, other, most);
                    assert_eq!(found, (far <= most).then_some(far), "{one} {other} {most}");
                }
            }
        }
        assert_eq!(distance("drop-table", "drop-tabel"), 2);
        assert_eq!(distance("", "drop"), 4);
    }
}
