//! Letters that nobody sees and that change what others look like.

/// Tells whether a letter shows nothing and joins, hides, turns or ends what stands around it:
/// control characters (C0 but for the line break and the tab, DEL, C1), bidirectional controls,
/// zero-width ones, fillers, tags, and the separators of lines that are no line break (Unicode 16,
/// general categories Cc, Cf, Zl, Zp, and the fillers of Hangul).
///
/// Variation selectors are none: they stand in emoji.
pub fn is_unseen(letter: char) -> bool {
    match letter {
        '\n' | '\t' => false,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' => {
            true
        }
        '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' => true,
        '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' => true,
        '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' => true,
        _ => letter.is_control(),
    }
}
