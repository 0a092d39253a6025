//! Which activities reached somebody, by what came of them.

use crate::domain::{Column, Table};

/// What results say in which nobody answered; held against the result in lower case, hyphens as blanks.
const NO_ANSWER: [&str; 29] = [
    "no answer",
    "not answer",
    "noanswer",
    "unanswered",
    "no reply",
    "not repl",
    "no response",
    "not respond",
    "not reached",
    "unreach",
    "voicemail",
    "voice mail",
    "left message",
    "left a message",
    "mailbox",
    "busy",
    "no contact",
    "not available",
    "not there",
    "not home",
    "nobody",
    "no show",
    "missed",
    "bounced",
    "not seen",
    "refused to meet",
    "declined",
    "cancel",
    "failed",
];
/// The same in Chinese.
const NO_ANSWER_ZH: [&str; 17] = [
    "未接",
    "无人",
    "没人",
    "未回",
    "没回",
    "无回",
    "没有回",
    "占线",
    "关机",
    "拒接",
    "停机",
    "空号",
    "未联系上",
    "联系不上",
    "未见",
    "不在",
    "取消",
];

/// Adds the column `answered` (yes or no; empty where no result is told) to activities that have results. `answered`
/// lists the results that mean yes; without it the usual words for no decide, and every other result means yes.
pub(super) fn add(table: &mut Table, answered: Option<&[String]>) {
    let Some(Column::Text(result)) = table.get("result") else {
        return;
    };
    let by_level: Vec<bool> = result
        .levels
        .iter()
        .map(|level| means_yes(level, answered))
        .collect();
    let values = result
        .codes
        .iter()
        .map(|&code| by_level.get(code as usize).copied())
        .collect();
    table.insert("answered", Column::Boolean(values));
}

fn means_yes(result: &str, answered: Option<&[String]>) -> bool {
    let said = result.trim().to_lowercase();
    match answered {
        Some(words) => words.iter().any(|word| word.trim().to_lowercase() == said),
        None => !NO_ANSWER
            .iter()
            .chain(&NO_ANSWER_ZH)
            .any(|word| said.replace('-', " ").contains(word)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Category;

    fn answers(results: &[&str], answered: Option<&[String]>) -> Vec<Option<bool>> {
        let mut table = Table::with_rows(results.len());
        let given = results
            .iter()
            .map(|text| Some(*text).filter(|text| !text.is_empty()));
        table.insert("result", Column::Text(Category::from_texts(given)));
        add(&mut table, answered);
        match table.get("answered") {
            Some(Column::Boolean(values)) => values.clone(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn the_usual_words_are_understood_and_a_list_overrules_them() {
        let results = [
            "Reached",
            "No answer",
            "",
            "Left voicemail",
            "已接通",
            "未接通",
            "无人接听",
        ];
        assert_eq!(
            answers(&results, None),
            [
                Some(true),
                Some(false),
                None,
                Some(false),
                Some(true),
                Some(false),
                Some(false)
            ]
        );
        let own = ["no answer".to_owned()];
        assert_eq!(
            answers(&["No answer", "Reached"], Some(&own)),
            [Some(true), Some(false)]
        );
    }
}
