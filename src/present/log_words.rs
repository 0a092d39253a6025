//! The words of the record of calls, in both languages.

use crate::domain::{CallResult, ListPlace};
use crate::project::Language;

/// What the record is told with; `{name}` is filled in.
#[derive(Debug)]
pub(crate) struct LogWords {
    pub(crate) logged: &'static str,
    pub(crate) there: &'static str,
    pub(crate) undone: &'static str,
    pub(crate) comma: &'static str,
    pub(crate) changes_won: &'static str,
    pub(crate) changes_lost: &'static str,
    pub(crate) changes_touched: &'static str,
    pub(crate) changes_promised: &'static str,
    pub(crate) again: &'static str,
    pub(crate) for_amount: &'static str,
    pub(crate) without_amount: &'static str,
    pub(crate) fixed: &'static str,
    pub(crate) closed_already: &'static str,
    pub(crate) on_day: &'static str,
    pub(crate) imported: &'static str,
    pub(crate) none: &'static str,
    pub(crate) none_of_lead: &'static str,
    pub(crate) sums: &'static str,
    pub(crate) sums_of_lead: &'static str,
    pub(crate) lists: &'static str,
    pub(crate) newest: &'static str,
    pub(crate) at: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) result: &'static str,
    pub(crate) owner: &'static str,
    pub(crate) amount: &'static str,
    pub(crate) note: &'static str,
    pub(crate) list_of: &'static str,
    pub(crate) place: &'static str,
    pub(crate) set_aside: &'static str,
    pub(crate) more: &'static str,
    pub(crate) won: &'static str,
    pub(crate) lost: &'static str,
    reached: &'static str,
    later: &'static str,
    no_answer: &'static str,
    wrong_number: &'static str,
    by_value: &'static str,
    first_touch: &'static str,
    promised: &'static str,
    drawn: &'static str,
    held: &'static str,
}

impl LogWords {
    /// What a result is called.
    pub(crate) const fn result(&self, result: CallResult) -> &'static str {
        match result {
            CallResult::Won => self.won,
            CallResult::Lost => self.lost,
            CallResult::Reached => self.reached,
            CallResult::Later => self.later,
            CallResult::NoAnswer => self.no_answer,
            CallResult::WrongNumber => self.wrong_number,
        }
    }

    /// Why a lead stood on a list.
    pub(crate) const fn place(&self, place: ListPlace) -> &'static str {
        match place {
            ListPlace::Value => self.by_value,
            ListPlace::FirstTouch => self.first_touch,
            ListPlace::Promised => self.promised,
            ListPlace::Drawn => self.drawn,
            ListPlace::Held => self.held,
        }
    }
}

/// The words of a language.
pub(crate) const fn log_words(language: Language) -> &'static LogWords {
    match language {
        Language::En => &EN,
        Language::Zh => &ZH,
    }
}

const EN: LogWords = LogWords {
    logged: "Logged: {entry}.",
    there: "On record already: {entry}.",
    undone: "Taken back: {entry}.",
    comma: ", ",
    changes_won: "From {from} on the lead counts as won on {day}{amount}, until the export says how it ended.",
    changes_lost: "From {from} on the lead counts as lost on {day}, until the export says how it ended.",
    changes_touched: "From the list of {from} on the lead counts as touched.",
    changes_promised: "From the list of {from} on the lead counts as touched; it stands on none before {again}, and on that of {again}.",
    again: "{result} (call again {day})",
    for_amount: " for {amount}",
    without_amount: " (a deal without revenue: no --amount was given)",
    fixed: "The project file fixes the as-of date {day}: what is logged later is not known before that date moves on.",
    closed_already: "warning: the export has {lead} as {outcome}{day} already, and the export counts",
    on_day: " on {day}",
    imported: "{file}: {read} rows; {written} put on record, {there} there already, {aside} set aside.",
    none: "No call is on record yet: `forerun log call LEAD --result reached` writes the first.",
    none_of_lead: "No call of {lead} is on record.",
    sums: "On record in {folder}: {calls} calls of {leads} leads{amount}: {results}.",
    sums_of_lead: "On record in {folder}: {calls} calls{amount}: {results}.",
    lists: "Lists on record: {lists} of {days} days, {lines} lines.",
    newest: "The newest {n} of {calls}; --top N shows more.",
    at: "at",
    lead: "lead",
    result: "result",
    owner: "owner",
    amount: "amount",
    note: "note",
    list_of: "list of",
    place: "stood there",
    set_aside: "set aside: ",
    more: "and {n} more",
    won: "won",
    lost: "lost",
    reached: "reached",
    later: "later",
    no_answer: "no-answer",
    wrong_number: "wrong-number",
    by_value: "by value",
    first_touch: "first touch due",
    promised: "promised",
    drawn: "drawn by lot",
    held: "held back by lot",
};

const ZH: LogWords = LogWords {
    logged: "已记录：{entry}。",
    there: "此前已有记录：{entry}。",
    undone: "已撤回：{entry}。",
    comma: "，",
    changes_won: "自 {from} 起，该线索按 {day} 赢单计{amount}，直到导出文件给出结果。",
    changes_lost: "自 {from} 起，该线索按 {day} 输单计，直到导出文件给出结果。",
    changes_touched: "自 {from} 的名单起，该线索算作已联系。",
    changes_promised: "自 {from} 的名单起，该线索算作已联系；{again} 之前不再列入名单，{again} 当天列入。",
    again: "{result}（{day} 再联系）",
    for_amount: "，金额 {amount}",
    without_amount: "（未给 --amount：算成交，不计收入）",
    fixed: "项目文件把截止日定为 {day}：此后的记录要等截止日推后才会生效。",
    closed_already: "注意：导出文件中 {lead} 已{day}{outcome}，以导出文件为准",
    on_day: "于 {day} ",
    imported: "{file}：共 {read} 行；新记录 {written} 条，已有 {there} 条，剔除 {aside} 条。",
    none: "还没有通话记录：用 `forerun log call LEAD --result reached` 写下第一条。",
    none_of_lead: "{lead} 没有通话记录。",
    sums: "{folder} 中的记录：{leads} 条线索的 {calls} 次通话{amount}：{results}。",
    sums_of_lead: "{folder} 中的记录：{calls} 次通话{amount}：{results}。",
    lists: "已记录的名单：{days} 天 {lists} 份，共 {lines} 行。",
    newest: "以上为 {calls} 次中最近的 {n} 次；--top N 可多看。",
    at: "时间",
    lead: "线索",
    result: "结果",
    owner: "负责人",
    amount: "金额",
    note: "备注",
    list_of: "名单日期",
    place: "入选原因",
    set_aside: "已剔除：",
    more: "另有 {n} 行",
    won: "赢单",
    lost: "输单",
    reached: "已接通",
    later: "再联系",
    no_answer: "未接",
    wrong_number: "空号",
    by_value: "按价值",
    first_touch: "首次联系到期",
    promised: "约定再联系",
    drawn: "随机抽中",
    held: "随机保留不联系",
};

#[cfg(test)]
mod tests {
    use super::*;

    /// What a template fills in, and whether it says anything.
    fn filled(words: &LogWords) -> Vec<String> {
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
