//! Texts of the data where a spreadsheet would take them for something else.

use std::borrow::Cow;

/// Signs with which a spreadsheet takes a cell for a formula, wide ones of Chinese and Japanese keyboards among them.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// The text as it may stand in a CSV file: one that a spreadsheet would run as a formula begins with an apostrophe, which
/// makes it a text there. Numbers stay numbers.
pub fn sheet_text(text: &str) -> Cow<'_, str> {
    let mut letters = text.chars();
    let formula = letters.next().is_some_and(|first| FORMULA.contains(&first));
    if formula && letters.next().is_some() && text.parse::<f64>().is_err() {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
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
}
