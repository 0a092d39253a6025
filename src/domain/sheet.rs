//! Texts of the data where a spreadsheet would take them for something else.

use std::borrow::Cow;

/// Signs with which a spreadsheet takes a cell for a formula, wide ones of Chinese and Japanese keyboards among them.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// The text as it may stand in a CSV file: one that a spreadsheet would run as a formula begins with an apostrophe, which
/// makes it a text there. Numbers stay numbers.
pub fn sheet_text(text: &str) -> Cow<'_, str> {
    if is_formula(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

fn is_formula(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| FORMULA.contains(&first))
        && letters.next().is_some()
        && text.parse::<f64>().is_err()
}

/// The same for a file that is read again: [`from_sheet`] gives the text back.
pub fn to_sheet(text: &str) -> Cow<'_, str> {
    if is_formula(text.trim_start_matches('\'')) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// What [`to_sheet`] was given.
pub fn from_sheet(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_formula(rest.trim_start_matches('\'')) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_texts_and_numbers_stay() {
        for run in [
            "=1+1",
            "+cmd|' /C calc'!A0",
            "-2+3",
            "@SUM(A1)",
            "\t=1",
            "＝1+1",
        ] {
            assert_eq!(sheet_text(run), format!("'{run}"));
        }
        for kept in ["", "-", "=", "-12.5", "+3", "a=1", "Li", "王小明", "1e-5"] {
            assert_eq!(sheet_text(kept), kept);
        }
    }

    #[test]
    fn what_is_written_to_be_read_again_comes_back() {
        for text in [
            "=1+1", "'=1+1", "''-x", "'", "'so", "-12.5", "'-12.5", "＝a", "", "Li",
        ] {
            assert_eq!(from_sheet(&to_sheet(text)), text);
            assert!(!is_formula(&to_sheet(text)), "{text}");
        }
        assert_eq!(from_sheet("=written by hand"), "=written by hand");
    }
}
