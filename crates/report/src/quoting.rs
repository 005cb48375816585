//! Strings from images on their way to people. A file in an image decides what its packages and
//! paths are called, and may call them something that moves a terminal's cursor or turns the
//! reading direction round; none of that leaves this module alive.

/// Longest string shown to people, in characters; the rest becomes an ellipsis.
const MAX_CHARACTERS: usize = 1000;

/// The text with every character written out that shows nothing, changes the direction of
/// writing or means something to a terminal: `\x1b`, `\u202e`. Harmless text comes back as it is.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(4 * MAX_CHARACTERS));
    for (position, character) in text.chars().enumerate() {
        if position == MAX_CHARACTERS {
            shown.push('…');
            break;
        }
        if !acts_on_display(character) {
            shown.push(character);
        } else if u32::from(character) < 0x100 {
            shown.push_str(&format!("\\x{:02x}", u32::from(character)));
        } else {
            shown.push_str(&format!("\\u{:04x}", u32::from(character)));
        }
    }
    shown
}

/// Control characters (C0, C1), and what Unicode 16 lists as Default_Ignorable_Code_Point,
/// Bidi_Control, line and paragraph separators or interlinear annotation.
fn acts_on_display(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
                | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Whether a string from a feed can stand where a format wants an absolute web address.
pub(crate) fn is_web_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=%".contains(&byte);
    let percent_encoding_holds = text.split('%').skip(1).all(|rest| {
        rest.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    percent_encoding_holds
        && text.len() <= 2000
        && text.bytes().filter(|byte| *byte == b'#').count() <= 1
        && rest.is_some_and(|rest| {
            rest.bytes().all(plain) && rest.starts_with(|first: char| first.is_ascii_alphanumeric())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_display_is_written_out() {
        let cases = [
            ("lodash", "lodash"),
            ("naïve 海堤", "naïve 海堤"),
            ("a\x1b[31mb\n", "a\\x1b[31mb\\x0a"),
            ("\u{202e}gpj.exe", "\\u202egpj.exe"),
            ("\u{9b}2J", "\\x9b2J"),
            ("zero\u{200b}width", "zero\\u200bwidth"),
        ];
        for (text, shown) in cases {
            assert_eq!(printable(text), shown);
            assert_eq!(printable(shown), shown, "writing out twice changes nothing");
        }
    }

    #[test]
    fn endless_text_ends() {
        assert_eq!(printable(&"x".repeat(10_000)).chars().count(), MAX_CHARACTERS + 1);
    }

    #[test]
    fn only_plain_web_addresses_pass() {
        assert!(is_web_address("https://nvd.nist.gov/vuln/detail/CVE-2021-44228"));
        assert!(is_web_address("https://example.org/a?b=c%20d#e"));
        for text in
            ["", "javascript:alert(1)", "https://", "https://a b", "https://a\"", "http://a%zz"]
        {
            assert!(!is_web_address(text), "{text}");
        }
    }
}
