//! Names from the data as they may stand on a screen.

use std::borrow::Cow;

/// Letters without a break from which on a text is cut, and all its letters.
const RUN: usize = 80;
const ALL: usize = 400;

/// The text on one line: what would move the cursor, colour the screen or turn the direction of writing is shown as a mark,
/// and what is longer than a screen is cut with an ellipsis.
pub(crate) fn on_screen(text: &str) -> Cow<'_, str> {
    if text.len() <= RUN && !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len().min(2 * ALL));
    let (mut run, mut all) = (0, 0);
    for letter in text.chars() {
        run = if breaks(letter) { 0 } else { run + 1 };
        all += usize::from(run <= RUN);
        if all > ALL {
            shown.push('…');
            break;
        }
        match run {
            0..RUN => mark(letter, &mut shown),
            RUN => shown.push('…'),
            _ => {}
        }
    }
    Cow::Owned(shown)
}

fn breaks(letter: char) -> bool {
    letter.is_whitespace() || "、，。；：（）,;·".contains(letter)
}

/// Control characters, those that set the direction of writing, and those of no width; what joins emoji or Persian letters is
/// left.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn mark(letter: char, shown: &mut String) {
    match letter {
        '\u{7f}' => shown.push('␡'),
        '\0'..'\u{20}' => shown.push(char::from_u32(0x2400 + letter as u32).unwrap_or('␀')),
        _ if is_hidden(letter) => shown.extend([format!("<{:04X}>", letter as u32)]),
        _ => shown.push(letter),
    }
}

/// Whether a value of the data says that nothing is known: nobody can aim at it, nor buy more of it.
pub(crate) fn says_nothing(value: &str) -> bool {
    const NOTHING: [&str; 24] = [
        "",
        "unknown",
        "none",
        "missing",
        "other",
        "others",
        "n/a",
        "na",
        "nan",
        "null",
        "nil",
        "unspecified",
        "undefined",
        "not set",
        "not specified",
        "not available",
        "未知",
        "不详",
        "无",
        "缺失",
        "其他",
        "其它",
        "未填写",
        "空",
    ];
    let bare = |letter: char| !letter.is_alphanumeric();
    let value = value.trim_matches(bare).to_lowercase().replace('_', " ");
    NOTHING.contains(&value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_moves_the_cursor_or_turns_the_line() {
        assert_eq!(on_screen("ctl\u{7}\u{1b}[31mred"), "ctl␇␛[31mred");
        assert_eq!(on_screen("x\ny\tz"), "x␊y␉z");
        assert_eq!(on_screen("\u{202e}evil\u{200b}"), "<202E>evil<200B>");
        for kept in ["שלום עולם", "全角文字テスト王小明", "👨‍👩‍👧‍👦", "e\u{301}"]
        {
            assert_eq!(on_screen(kept), kept);
        }
    }

    #[test]
    fn long_names_are_cut_and_sentences_are_not() {
        let long = on_screen(&"n".repeat(3000)).into_owned();
        assert_eq!(long.chars().count(), RUN);
        assert!(long.ends_with("n…"));
        let words = "word ".repeat(60);
        assert_eq!(on_screen(&words), words);
        assert!(on_screen(&"word ".repeat(600)).chars().count() <= ALL + 1);
    }

    #[test]
    fn what_says_nothing_is_known_in_both_languages() {
        for value in [
            "unknown",
            "Unknown",
            "(none)",
            "N/A",
            "not_set",
            "-",
            "?",
            "未知",
            "（其他）",
            " ",
        ] {
            assert!(says_nothing(value), "{value}");
        }
        for value in ["Search", "unknown caller", "不详细", "nanotech", "0", "no"] {
            assert!(!says_nothing(value), "{value}");
        }
    }
}
