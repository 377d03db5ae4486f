//! Identifiers as Python compares them: normalized by NFKC, so that the mathematical letters of
//! `op` are `op` (language reference, "Identifiers and keywords").

/// Returns a name with the letters that Python reads as plain ones written plainly.
pub(crate) fn normalized(name: &str) -> String {
    let mut plain_name = String::with_capacity(name.len());
    for character in name.chars() {
        match character {
            'ﬀ' => plain_name.push_str("ff"),
            'ﬁ' => plain_name.push_str("fi"),
            'ﬂ' => plain_name.push_str("fl"),
            'ﬃ' => plain_name.push_str("ffi"),
            'ﬄ' => plain_name.push_str("ffl"),
            'ﬅ' | 'ﬆ' => plain_name.push_str("st"),
            character => plain_name.push(plain(character)),
        }
    }
    plain_name
}

/// Returns the letter of ASCII that a character of the mathematical alphabets, of full width or of
/// another block of compatible letters stands for.
fn plain(character: char) -> char {
    let code = u32::from(character);
    let letter = |index: u32| match index % 52 {
        index @ 0..26 => char::from_u32(u32::from('A') + index),
        index => char::from_u32(u32::from('a') + index - 26),
    };
    let found = match code {
        0x1d400..=0x1d6a3 => letter(code - 0x1d400),
        0x1d7ce..=0x1d7ff => char::from_u32(u32::from('0') + (code - 0x1d7ce) % 10),
        0xff10..=0xff19 | 0xff21..=0xff3a | 0xff3f | 0xff41..=0xff5a => {
            char::from_u32(code - 0xfee0)
        }
        _ => COMPATIBLE
            .chars()
            .position(|known| known == character)
            .and_then(|at| PLAIN.chars().nth(at)),
    };
    found.unwrap_or(character)
}

/// Letters whose compatible form is one letter of ASCII, and those letters in the same order
/// (Unicode 15, `UnicodeData.txt`).
const COMPATIBLE: &str = "ªºſʰʲʳʷʸˡˢˣᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁᵂᵃᵇᵈᵉᵍᵏᵐᵒᵖᵗᵘᵛᵢᵣᵤᵥᶜᶠᶻⁱⁿₐₑₒₓₕₖₗₘₙₚₛₜℂℊℋℌℍℎℐℑℒℓℕℙℚℛℜℝℤℨKℬℭℯℰℱℳℴℹⅅⅆⅇⅈⅉⅠⅤⅩⅬⅭⅮⅯⅰⅴⅹⅼⅽⅾⅿⱼⱽꟲꟳꟴ︳︴﹍﹎﹏𐞥🯰🯱🯲🯳🯴🯵🯶🯷🯸🯹";
const PLAIN: &str = "aoshjrwylsxABDEGHIJKLMNOPRTUWabdegkmoptuviruvcfzinaeoxhklmnpstCgHHHhIILlNPQRRRZZKBCeEFMoiDdeijIVXLCDMivxlcdmjVCFQ_____q0123456789";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_read_as_python_reads_them() {
        assert_eq!(normalized("\u{1d428}\u{1d429}"), "op");
        assert_eq!(normalized("\u{ff4f}\u{ff50}\u{ff3f}x"), "op_x");
        assert_eq!(normalized("\u{ba}\u{1d56}"), "op");
        assert_eq!(normalized("naïve_Größe"), "naïve_Größe");
        assert_eq!(COMPATIBLE.chars().count(), PLAIN.chars().count());
    }
}
