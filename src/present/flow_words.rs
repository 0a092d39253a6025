//! The words of the flow, in both languages.

use crate::project::Language;

/// What the flow is told with; `{name}` is filled in.
#[derive(Debug)]
pub(crate) struct FlowWords {
    pub(crate) title: &'static str,
    pub(crate) title_deals: &'static str,
    pub(crate) value: &'static str,
    pub(crate) line: &'static str,
    pub(crate) open_on: &'static str,
    pub(crate) open_from: &'static str,
    pub(crate) open_to: &'static str,
    pub(crate) new: &'static str,
    pub(crate) grew: &'static str,
    pub(crate) shrank: &'static str,
    pub(crate) won: &'static str,
    pub(crate) lost: &'static str,
    pub(crate) moved_in: &'static str,
    pub(crate) moved_out: &'static str,
    pub(crate) of_which: &'static str,
    pub(crate) semicolon: &'static str,
    pub(crate) in_brackets: &'static str,
    pub(crate) higher_when_won: &'static str,
    pub(crate) lower_when_won: &'static str,
    pub(crate) new_won: &'static str,
    pub(crate) new_lost: &'static str,
    pub(crate) fates_title: &'static str,
    pub(crate) fate: &'static str,
    pub(crate) value_then: &'static str,
    pub(crate) slipped: &'static str,
    pub(crate) still_open: &'static str,
    pub(crate) overdue: &'static str,
    pub(crate) stage: &'static str,
    pub(crate) product: &'static str,
    pub(crate) region: &'static str,
    pub(crate) value_stated: &'static str,
    pub(crate) value_expected: &'static str,
    pub(crate) value_mixed: &'static str,
    pub(crate) due_expected_close: &'static str,
    pub(crate) due_model: &'static str,
    pub(crate) due_unknown: &'static str,
    pub(crate) groups_as_now: &'static str,
    pub(crate) groups_by_stage: &'static str,
}

/// The words of a language.
pub(crate) const fn flow_words(language: Language) -> &'static FlowWords {
    match language {
        Language::En => &EN,
        Language::Zh => &ZH,
    }
}

const EN: FlowWords = FlowWords {
    title: "The open pipeline from {from} to {to} ({currency}), both as known at 00:00 of the day",
    title_deals: "The open pipeline from {from} to {to}, both as known at 00:00 of the day",
    value: "value",
    line: "line",
    open_on: "open on {day}",
    open_from: "open then",
    open_to: "open now",
    new: "new",
    grew: "grew",
    shrank: "shrank",
    won: "won",
    lost: "lost",
    moved_in: "moved in",
    moved_out: "moved out",
    of_which: "Of which {parts}.",
    semicolon: "; ",
    in_brackets: " ({value})",
    higher_when_won: "grew as they were won for more: {n}{value}",
    lower_when_won: "shrank as they were won for less: {n}{value}",
    new_won: "came in since and won: {n}{value}",
    new_lost: "came in since and lost: {n}{value}",
    fates_title: "What became of the leads open on {from}",
    fate: "since then",
    value_then: "value then",
    slipped: "slipped",
    still_open: "still open",
    overdue: " (overdue on {day} already: {n})",
    stage: "stage",
    product: "product",
    region: "region",
    value_stated: "Value: what the lead says it will spend. An export holds one such number for each lead, so before the win nothing grows or shrinks that was corrected since.",
    value_expected: "Value: what the model of today expects the lead to bring if it is won, by what was known of it on the day. Won leads leave at what they brought.",
    value_mixed: "Leads that do not say count what the model expects of them.",
    due_expected_close: "Slipped: still open on {to}, though expected to close before that day. The export holds the date expected now: one that was put off since has not slipped.",
    due_model: "Slipped: still open on {to}, though a model of what was known on {from} gave it more than 50 % to be won or lost before that day. With `expected_close` under [leads] your own dates decide.",
    due_unknown: "Which leads slipped is not told: nothing says when they were expected to close. With `expected_close` under [leads] your own dates decide.",
    groups_as_now: "Leads are in the group that the export names now.",
    groups_by_stage: "Leads are in the stage that they had on the day; closed ones in the stage that they closed from.",
};

const ZH: FlowWords = FlowWords {
    title: "{from} 至 {to} 的在跟管道（{currency}），两端均按当日 00:00 所知",
    title_deals: "{from} 至 {to} 的在跟管道，两端均按当日 00:00 所知",
    value: "价值",
    line: "项目",
    open_on: "{day} 在跟",
    open_from: "期初在跟",
    open_to: "期末在跟",
    new: "新增",
    grew: "增值",
    shrank: "减值",
    won: "赢单",
    lost: "输单",
    moved_in: "转入",
    moved_out: "转出",
    of_which: "其中{parts}。",
    semicolon: "；",
    in_brackets: "（{value}）",
    higher_when_won: "成交高于原值而增值 {n} 条{value}",
    lower_when_won: "成交低于原值而减值 {n} 条{value}",
    new_won: "期间新增并赢单 {n} 条{value}",
    new_lost: "期间新增并输单 {n} 条{value}",
    fates_title: "{from} 在跟的线索后来如何",
    fate: "结果",
    value_then: "当时价值",
    slipped: "延期",
    still_open: "仍在跟进",
    overdue: "（其中 {n} 条在 {day} 已逾期）",
    stage: "阶段",
    product: "产品",
    region: "地区",
    value_stated: "价值：线索自报的预算。导出文件中每条线索只有一个数，因此成交前后来改过的数看不出增减。",
    value_expected: "价值：现有模型按当日所知预计的成交金额（若赢单）。赢单按实际成交金额离开管道。",
    value_mixed: "没有自报预算的线索按模型预期计。",
    due_expected_close: "延期：{to} 仍在跟进，而预计在此之前结束。导出文件只有现在的预计日期：后来推迟过的不算延期。",
    due_model: "延期：{to} 仍在跟进，而按 {from} 所知学习的模型认为在此之前结束的概率超过 50 %。若在 [leads] 中写明 `expected_close`，则以你们的日期为准。",
    due_unknown: "无法判断哪些线索延期：没有预计结束日期。若在 [leads] 中写明 `expected_close`，则以你们的日期为准。",
    groups_as_now: "线索按导出文件中现在的归属分组。",
    groups_by_stage: "线索按当日所处阶段分组；已结束的按结束前的阶段。",
};

#[cfg(test)]
mod tests {
    use super::*;

    /// What a template fills in, and whether it says anything.
    fn filled(words: &FlowWords) -> Vec<String> {
        let text = format!("{words:?}");
        (text.split('"').skip(1).step_by(2))
            .map(|template| {
                assert!(!template.is_empty());
                let mut names: Vec<&str> = (template.split('{').skip(1))
                    .filter_map(|part| part.split('}').next())
                    .collect();
                names.sort_unstable();
                names.join(",")
            })
            .collect()
    }

    #[test]
    fn both_languages_fill_in_the_same_values() {
        assert_eq!(filled(&EN), filled(&ZH));
    }
}
