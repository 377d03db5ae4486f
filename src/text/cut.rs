//! Pieces of text by places that were computed.
//!
//! A letter may take several bytes, and a place that is computed may fall inside of one: then the
//! piece begins or ends before that letter, and nothing stops. This room alone cuts text by bytes
//! (`clippy::string_slice` holds that).

#![expect(clippy::string_slice, reason = "every place is brought to a border between letters")]

/// Returns what stands from a place on; nothing behind the end.
pub fn from(text: &str, start: usize) -> &str {
    &text[text.floor_char_boundary(start)..]
}

/// Returns what stands before a place.
pub fn to(text: &str, end: usize) -> &str {
    &text[..text.floor_char_boundary(end)]
}

/// Returns what stands between two places; nothing where the second lies before the first.
pub fn between(text: &str, start: usize, end: usize) -> &str {
    let start = text.floor_char_boundary(start);
    &text[start..text.floor_char_boundary(end).max(start)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_inside_of_a_letter_or_behind_the_end_stops_nothing() {
        let text = "aé启b";
        for at in 0..12 {
            assert!(text.ends_with(from(text, at)) && text.starts_with(to(text, at)), "{at}");
            for end in 0..12 {
                assert!(text.contains(between(text, at, end)), "{at} {end}");
            }
        }
        assert_eq!((from(text, 2), to(text, 2), between(text, 4, 1)), ("é启b", "a", ""));
    }
}
