//! Messages in Chinese: what the stages say in English, sentence by sentence.
//!
//! A stage says what it noticed in English, with a stable code. Here each sentence stands beside its Chinese one, with the
//! same values in `{}`; they are taken from the English sentence as it was said. A sentence that does not stand here is
//! shown as it is.

use std::borrow::Cow;

use crate::present::fill;
use crate::project::Language;

/// What is said, in the language.
pub fn in_language(message: &str, language: Language) -> Cow<'_, str> {
    match language {
        Language::En => Cow::Borrowed(message),
        Language::Zh => translated(message).map_or(Cow::Borrowed(message), Cow::Owned),
    }
}

fn translated(message: &str) -> Option<String> {
    TEXTS.iter().find_map(|(_, english, chinese)| {
        let values = values(english, message)?;
        let inner: Vec<(&str, String)> = (values.into_iter())
            // What a frame holds may be a sentence of its own.
            .map(|(name, value)| (name, translated_value(name, value)))
            .collect();
        let inner: Vec<(&str, &str)> = inner.iter().map(|(k, v)| (*k, v.as_str())).collect();
        Some(fill(chinese, &inner))
    })
}

fn translated_value(name: &str, value: &str) -> String {
    match name {
        "why" => translated(value).unwrap_or_else(|| value.to_owned()),
        "best" | "weakest" => match value {
            "first" => "第一",
            "second" => "第二",
            "third" => "第三",
            other => other,
        }
        .to_owned(),
        _ => value.to_owned(),
    }
}

/// What stands in the places of a template, if the message is made from it.
fn values<'a>(template: &'a str, message: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let (mut found, mut rest) = (Vec::new(), message);
    let mut parts = template.split('{');
    rest = rest.strip_prefix(parts.next()?)?;
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let (name, text) = part.split_once('}')?;
        let at = match (text.is_empty(), parts.peek().is_some()) {
            (true, false) => rest.len(),
            (false, false) => rest.strip_suffix(text)?.len(),
            (_, true) => rest.find(text)?,
        };
        found.push((name, &rest[..at]));
        rest = &rest[at + text.len()..];
    }
    rest.is_empty().then_some(found)
}

/// Code, English, Chinese; errors and frames without a code. More special ones first.
const TEXTS: &[(&str, &str, &str)] = &[
    // What was noticed of the data.
    (
        "",
        "{n} note{s} about the data and the rules: `forerun check` shows them",
        "关于数据与规则有 {n} 条备注：见 `forerun check`",
    ),
    (
        "",
        "the rows set aside are in {file}",
        "被搁置的行在 {file}",
    ),
    ("", "{why}; learning anew", "{why}；重新学习"),
    (
        "",
        "{file} was learnt from other data, other rules, as of another day or with another seed: learning anew",
        "{file} 是用另外的数据、规则、截止日或随机种子学得的：重新学习",
    ),
    (
        "closed-before-created",
        "the lead was closed on {closed}, before it was created on {created}",
        "线索的结束日 {closed} 早于创建日 {created}",
    ),
    (
        "empty-id",
        "the row has no identifier; every lead needs one of its own",
        "该行没有编号；每条线索都要有自己的编号",
    ),
    (
        "duplicate-id",
        "the lead `{id}` is already at {first}; keep one row of each lead",
        "线索 `{id}` 在 {first} 已经出现；每条线索只保留一行",
    ),
    (
        "negative-amount",
        "the lead was won for {amount}; a refund is no deal: take it from the amount of the deal that it belongs to, or, if negative amounts are refunds of their month, write `refunds = \"amount\"` under [money]",
        "赢单金额为 {amount}；退款不是成交：请从所属订单的金额中扣除；若负数金额是当月退款，请在 [money] 中写 `refunds = \"amount\"`",
    ),
    (
        "not-utf8",
        "the row holds bytes that are not UTF-8 text; save the file as `CSV UTF-8`",
        "该行含有非 UTF-8 字节；请把文件另存为 `CSV UTF-8`",
    ),
    (
        "open-quote",
        "a quotation mark is opened in this row and not closed as it should be; close it, or double the quotation marks that are part of the text",
        "该行的引号没有正确闭合；请补上，或把文字中的引号写成两个",
    ),
    (
        "as-of-far-ahead",
        "The as-of date {day} lies {days} days past the newest date in the data, {newest}: of the time between, it is taken for known that nothing came in and nothing closed. Use a newer export, or an as-of date near the end of this one.",
        "截止日 {day} 比数据中最新的日期 {newest} 晚 {days} 天：其间被当作已知没有新线索、也没有结束。请使用更新的导出，或把截止日设在数据末尾附近。",
    ),
    (
        "refunds",
        "Refunds (won leads with a negative amount): {n}, {money} in all. They lower the revenue of the month that they closed in and what a win is expected to bring; order values are told without them, and each still counts as a won lead.",
        "退款（金额为负的赢单）：{n} 笔，共 {money}。它们降低所在月份的业绩与赢单的预期金额；客单价不含它们，但每笔仍计为赢单。",
    ),
    // The groups of numbers.
    (
        "won-without-date",
        "{n} won lead{s} without a day of closing: in no month",
        "{n} 条赢单没有结束日：不计入任何月份",
    ),
    (
        "won-without-amount",
        "{n} won lead{s} without an amount: counted as deals, not in revenue",
        "{n} 条赢单没有金额：计入成交单数，不计入业绩",
    ),
    (
        "won-without-amount",
        "{n} won lead{s} of {month} without an amount: counted as 0 in revenue and in order value",
        "{month} 有 {n} 条赢单没有金额：业绩与客单价中按 0 计",
    ),
    (
        "won-without-amount",
        "{n} won leads have no amount: they count as much as such wins bring",
        "{n} 条赢单没有金额：按同类赢单的金额计",
    ),
    (
        "won-without-amount",
        "{n} won lead{s} without an amount: counted as 0 in the revenue of the past and of this month",
        "{n} 条赢单没有金额：在过去与本月的业绩中按 0 计",
    ),
    (
        "no-conversion",
        "less than a week of history, or too few leads: nothing tells how long a lead takes to be won, so there is no conversion",
        "历史不足一周，或线索太少：无法得知赢单需要多久，因此没有转化率",
    ),
    (
        "record-begins-late",
        "closings are on record from {day} on only, though {n} lead{s} came before: their early wins are missing, so they are in no conversion",
        "结束记录从 {day} 才开始，而此前已有 {n} 条线索：其早期赢单缺失，因此不计入转化率",
    ),
    (
        "record-begins-late",
        "closings are on record from {day} on only, though {n} leads came before: their early wins are missing, so chances are learnt from later leads only",
        "结束记录从 {day} 才开始，而此前已有 {n} 条线索：其早期赢单缺失，因此只用之后的线索学习赢单概率",
    ),
    (
        "record-begins-late",
        "closings are on record from {day} on only, though {n} leads came before: their early wins are missing, so the chances that the forecast learnt from them are too low",
        "结束记录从 {day} 才开始，而此前已有 {n} 条线索：其早期赢单缺失，因此预测从中学到的概率偏低",
    ),
    (
        "leads-without-dates",
        "{n} lead{s} without a day of creation, or closed without a day: in no conversion",
        "{n} 条线索没有创建日，或已结束而没有结束日：不计入转化率",
    ),
    (
        "no-leads-lately",
        "no lead came in after {day}, {n} days before the as-of date: the last months hold no young leads, and their results are those of old ones",
        "{day} 之后没有新线索，距截止日 {n} 天：最近几个月没有年轻的线索，业绩来自旧线索",
    ),
    (
        "no-wins",
        "no lead is won yet: there are no results to tell",
        "尚无赢单：没有业绩可言",
    ),
    (
        "price-change-unjudged",
        "the price change cannot be judged: the dates do not tell how old the leads are",
        "无法判断调价：日期不足以说明线索的年龄",
    ),
    (
        "price-change-unjudged",
        "the price change cannot be judged: the project file names no `amount` under [leads]",
        "无法判断调价：项目文件的 [leads] 中没有写明 `amount`",
    ),
    (
        "price-change-unjudged",
        "the price change cannot be judged: there are less than 14 days of leads before it, or since",
        "无法判断调价：其前或其后的线索不足 14 天",
    ),
    (
        "price-change-unjudged",
        "the price change cannot be judged: fewer than ten leads were created and won with an amount before it, or since",
        "无法判断调价：其前或其后创建并赢单、且有金额的线索不足十条",
    ),
    ("no-cycle", "no cycle: {why}", "没有转化周期：{why}"),
    (
        "named-at-win",
        "`{role}` is written down when a lead is won, and for few others: nothing can be told from dividing by it",
        "`{role}` 在赢单时才登记，其他线索大多没有：按它划分说明不了什么",
    ),
    // A month explained.
    (
        "month-not-over",
        "{month} is not over: what came before {day} is held against as many days",
        "{month} 尚未结束：以 {day} 之前的结果与同样天数相比",
    ),
    (
        "no-new-leads",
        "no lead came in in {month}: the newest is of {day}. Either none did, or the export ends there, and new leads explain nothing",
        "{month} 没有新线索：最新一条在 {day}。要么确实没有，要么导出到此为止；新线索说明不了什么",
    ),
    (
        "losses-missing",
        "hardly any loss is on record where wins could have been: deals that are late cannot be told from deals that will not come, and both count as win rate. Leads marked as lost on the day would tell them apart",
        "几乎没有输单记录：晚到的单与不会来的单无法区分，都计入赢单率。若当天把输掉的线索标为输单，就能区分",
    ),
    (
        "untimed-wins",
        "some wins of the month have no creation date, or one after their closing: no forecast could know them",
        "当月有些赢单没有创建日，或创建日晚于结束日：任何预测都无法预知",
    ),
    (
        "quarter-waves",
        "wins come in waves: in the {best} month of a quarter {times} times as many as in the {weakest}, for the leads that there were ({n} months). The forecast follows that, as far as so few months carry it",
        "赢单随季度起伏：按当时的线索，季度的{best}个月是{weakest}个月的 {times} 倍（{n} 个月）。预测会跟随这一规律，但月份不多",
    ),
    // Owners.
    (
        "says-owner",
        "`{column}` has one value for each owner: it says who holds a lead and not what the lead is, and is not used to say what was expected",
        "`{column}` 每位负责人只有一个取值：它说明线索由谁持有，而不是线索如何，因此不用于计算应赢",
    ),
    (
        "left-open-differs",
        "Of old leads that are not won, owners leave different shares open ({share} % in all). Such a lead counts as not won: where that is a habit of closing or of bookkeeping, the ratios tell of the habit as well as of the skill",
        "未赢的旧线索中，各负责人未关闭的比例不同（合计 {share} %）。这类线索计为未赢：若只是关闭或记录的习惯不同，比值反映的就不只是能力",
    ),
    (
        "closings-begin-late",
        "Leads begin on {first}, but nothing closes before {day}: earlier closings may be missing from the export, and leads of those days look worse than they were. Owners are held against leads of the same time",
        "线索从 {first} 开始，而 {day} 之前没有任何结束：导出可能缺少更早的结束，那段时间的线索看上去比实际差。负责人是与同一时期的线索相比",
    ),
    (
        "without-owner",
        "{n} of {all} leads name no owner and are left out: if owners are written down late, those who close look better than they are",
        "{all} 条线索中有 {n} 条没有负责人，未计入：若负责人登记得晚，成交者看上去会比实际好",
    ),
    (
        "without-owner",
        "{n} of {all} leads name no owner: they count for the team and for nobody",
        "{all} 条线索中有 {n} 条没有负责人：计入全队，不计入任何人",
    ),
    // Learning, scores and the forecast.
    (
        "very-few-wins",
        "{n} win{s} to learn from: the score is the rate of wins by {by}, drawn towards that of all, and its intervals are as wide as so few wins make them. Use it for the order of calls more than for its level; from {enough} wins on the data itself says how far sources differ, from 50 on other columns are used",
        "只有 {n} 条赢单可学：分数是按来源（及年龄）的赢单率，向总体收缩，区间也因赢单少而很宽。请用它排次序，少看高低；赢单到 {enough} 条后由数据说明来源差别，到 50 条后才使用其他列",
    ),
    (
        "few-losses",
        "{n} lost leads: how soon leads are lost is assumed more than learnt. If nobody marks leads as lost, `lost_after = \"180d\"` under [leads] lets open ones count as lost at that age",
        "只有 {n} 条输单：线索多久输掉主要靠假设。若没有人标记输单，可在 [leads] 中写 `lost_after = \"180d\"`，让到此年龄仍未结束的算作输单",
    ),
    (
        "level-off",
        "The level was off when it was tested: {ratio} wins came for each one predicted ({won} of {n} lead snapshots from {from} to {to} were won within 90 days). Something has changed, or closings are recorded otherwise than before: trust the order of the scores more than their level, and the forecast less than its interval says",
        "检验时总体水平有偏差：每预测一单，实际 {ratio} 单（{from} 至 {to} 的 {n} 个线索快照中有 {won} 个在 90 天内赢单）。情况有变，或结束的记录方式变了：请多看分数的次序、少看高低，预测也不如其区间所说的可靠",
    ),
    (
        "no-signal",
        "No better than the base rate{of}: tested on outcomes that it had not seen, {rest}",
        "不比基准率好：用未见过的结果检验（{rest}）",
    ),
    (
        "untimed-leads",
        "{n} leads lack `created`, or are closed without `closed`: they are not learnt from, as nothing tells when they were open",
        "{n} 条线索没有 `created`，或已结束而没有 `closed`：无法得知何时在跟，不用于学习",
    ),
    (
        "few-wins",
        "with {n} wins to learn from, just the source is used; {columns} could not be told from chance yet (50 wins are enough to begin with)",
        "只有 {n} 条赢单可学，只使用来源；{columns} 尚不能与偶然区分（有 50 条赢单才够）",
    ),
    (
        "segment-undated",
        "the segment is shown but is no feature: the rules read {fields}, and nothing tells when that was known",
        "客户分类只作显示，不作特征：规则读取 {fields}，而没有数据说明何时得知",
    ),
    (
        "no-created",
        "{n} open leads have no `created`, so their chance cannot be told: left without a score",
        "{n} 条在跟线索没有 `created`，无法给出概率：没有分数",
    ),
    (
        "leads-drifted",
        "the leads are not what the model learnt from: {what}. Trust the order of the scores less where these matter; `forerun drift` shows more",
        "线索已不同于模型所学：{what}。涉及这些时请少信分数的次序；详见 `forerun drift`",
    ),
    (
        "open-without-created",
        "of {open} open lead{s}, {n} without a creation date: nothing says when they could be won, and they are not in the forecast",
        "{open} 条在跟线索中有 {n} 条没有创建日：无法得知何时会赢，不在预测之内",
    ),
    (
        "won-without-closed",
        "{n} won lead{s} without a closing date: in no month's revenue",
        "{n} 条赢单没有结束日：不在任何月份的业绩中",
    ),
    (
        "beyond-horizon",
        "the data shows how leads close up to {days} days ahead; leads open now are taken to bring nothing after {day}",
        "数据只能说明 {days} 天之内线索如何结束；现有的在跟线索在 {day} 之后按没有收入计",
    ),
    (
        "no-season",
        "with less than {n} complete months of leads the months of the year cannot be told apart: new leads are forecast without a season",
        "完整月份不足 {n} 个，无法区分一年中的月份：新线索的预测不含季节",
    ),
    (
        "leads-fell",
        "{n} leads came in {month} where {usual} a month were usual in the half year before: new leads are forecast from the lower number. If the export ends early, or leads are entered late, the forecast is too low",
        "{month} 有 {n} 条新线索，而此前半年通常每月 {usual} 条：新线索按较低的数预测。若导出提前结束或录入滞后，预测偏低",
    ),
    // What was refused.
    ("", "no numbers: {why}", "没有数据：{why}"),
    ("", "no portrait: {why}", "没有画像：{why}"),
    ("", "no explanation: {why}", "无法解释：{why}"),
    (
        "",
        "no comparison of owners: {why}",
        "无法比较负责人：{why}",
    ),
    ("", "no look at the process: {why}", "无法查看过程：{why}"),
    (
        "",
        "nothing tells how leads were worked on: bring [activities] (calls and visits), [stages], or the columns `contacted` or `closed` under [leads]",
        "无从得知线索如何跟进：请提供 [activities]（电话与拜访）、[stages]，或 [leads] 中的 `contacted` 或 `closed` 列",
    ),
    (
        "",
        "there are no leads as of that day: there is no work to look at",
        "截至那天没有线索：没有可查看的工作",
    ),
    ("", "no owner `{name}`", "没有负责人 `{name}`"),
    ("", "no forecast: {why}", "没有预测：{why}"),
    ("", "no flow: {why}", "没有管道流水：{why}"),
    ("", "no answer on sources: {why}", "来源无法回答：{why}"),
    ("", "no answer on the budget: {why}", "预算无法回答：{why}"),
    (
        "",
        "nothing tells in which month a deal was closed, nor how old a lead is: name the columns `created` and `closed` under [leads]",
        "无法得知成交在哪个月、线索有多大年龄：请在 [leads] 中写明 `created` 与 `closed` 列",
    ),
    (
        "",
        "what a salesperson should have won depends on the time that the leads have had: name the columns `created` and `closed` under [leads]",
        "销售应赢多少取决于线索已有的时间：请在 [leads] 中写明 `created` 与 `closed` 列",
    ),
    (
        "",
        "nothing says who holds a lead: name the column `owner` under [leads]",
        "无法得知线索由谁持有：请在 [leads] 中写明 `owner` 列",
    ),
    (
        "",
        "no lead has an owner and the dates that tell its life: there is nothing to compare",
        "没有既有负责人又有日期的线索：无从比较",
    ),
    (
        "",
        "the owner is written down once a lead is won: {won_named} of {won} won leads name one, but only {others_named} of the {others} others. Who held the leads that were not won is not known, so nobody's wins can be held against his leads; bring an export that names the owner of every lead from its assignment on",
        "负责人在赢单后才登记：{won} 条赢单中有 {won_named} 条写明负责人，其余 {others} 条中只有 {others_named} 条。未赢的线索由谁持有不得而知，无法比较；请导出从分配起就写明负责人的数据",
    ),
    (
        "",
        "no lead has been won within the time that is followed, so nothing tells who wins; come back when some have, or check which values of the outcome column mean won",
        "在跟进的时间内没有赢单，无法得知谁会赢；等有了赢单再来，或检查结果列中哪些取值表示赢单",
    ),
    (
        "",
        "no column of the leads says anything that is known when they come in: name such columns in the file, and check [leads.known] with `forerun check --leaks`",
        "没有哪一列说明线索进来时已知的信息：请在文件中给出这样的列，并用 `forerun check --leaks` 检查 [leads.known]",
    ),
    (
        "",
        "{month} has not begun on {day}: there is no result to explain",
        "{month} 在 {day} 尚未开始：没有结果可解释",
    ),
    (
        "",
        "the data holds no whole month {month}: leads and closings are both on record from {first} on; choose a later month, or add older leads",
        "数据中没有完整的 {month}：线索与结束从 {first} 起才都有记录；请选更晚的月份，或补充更早的线索",
    ),
    (
        "",
        "there is no target for {month}: name a file of targets with that month under [targets], or explain it against the forecast, last-month or last-year",
        "{month} 没有目标：请在 [targets] 中写明含有该月的目标文件，或改为与 forecast、last-month、last-year 相比",
    ),
    (
        "",
        "there are {won} won and {lost} lost leads to learn from: {rest}",
        "可供学习的线索：赢单 {won}，输单 {lost}：{rest}",
    ),
    (
        "",
        "too few leads have been followed for a week (50 are enough, or half of fewer than 100), so nothing can be learnt about when leads are won. Export a longer history, or leave `created` and `closed` out for a model without timing",
        "跟进满一周的线索太少（需要 50 条，或不足 100 条时的一半），无法学习线索何时赢单。请导出更长的历史，或去掉 `created` 与 `closed`，使用不含时间的模型",
    ),
    (
        "",
        "nothing tells how long leads take: name the columns `created` and `closed` under [leads]",
        "无法得知线索需要多久：请在 [leads] 中写明 `created` 与 `closed` 列",
    ),
    (
        "",
        "too little has been seen: not even five leads (or half of them) have been followed for a week; come back when they have, or bring older ones",
        "所见太少：跟进满一周的线索不足五条（或不足一半）；过些时候再来，或补充更早的线索",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn names(template: &str) -> Vec<&str> {
        let mut names: Vec<&str> = (template.split('{').skip(1))
            .filter_map(|part| part.split('}').next())
            .filter(|name| !matches!(*name, "s" | "of" | "by"))
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    #[test]
    fn both_sentences_have_the_same_values() {
        for (code, english, chinese) in TEXTS {
            assert_eq!(names(english), names(chinese), "{code}: {english}");
        }
    }

    /// The texts of all sources, each string on one line.
    fn sources() -> String {
        let mut texts = String::new();
        let pattern = concat!(env!("CARGO_MANIFEST_DIR"), "/src/**/*.rs");
        for file in glob::glob(pattern).expect("a pattern").flatten() {
            if file.ends_with("chinese.rs") {
                continue;
            }
            let text = std::fs::read_to_string(file).expect("a source");
            let mut rest = text.as_str();
            while let Some(at) = rest.find("\\\n") {
                texts.push_str(&rest[..at]);
                rest = rest[at + 2..].trim_start();
            }
            texts.push_str(rest);
        }
        texts.replace("\\\"", "\"")
    }

    #[test]
    fn what_is_translated_is_what_the_stages_say() {
        let sources = sources();
        for (code, english, _) in TEXTS {
            let pieces = english
                .split('{')
                .map(|part| part.split_once('}').map_or(part, |(_, text)| text));
            // What follows a colon may be a sentence of its own in the source.
            let parts = pieces.flat_map(|piece| piece.split(": "));
            for piece in parts.filter(|piece| piece.len() > 12) {
                assert!(
                    sources.contains(piece.trim()),
                    "{code}: nobody says `{piece}`"
                );
            }
        }
    }

    #[test]
    fn every_warning_of_kpi_explain_and_owners_has_a_chinese_sentence() {
        let files = [
            "kpi/review.rs",
            "kpi/bridge/tell.rs",
            "kpi/owners/doubts.rs",
            "kpi/owners/design.rs",
            "kpi/owners/money.rs",
            "forecast/mod.rs",
        ];
        let quoted = regex::Regex::new("\"([a-z]+(?:-[a-z]+)+)\"").expect("a pattern");
        for file in files {
            let path = format!("{}/src/{file}", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(path).expect("a source");
            for found in quoted.captures_iter(&text) {
                let code = &found[1];
                let known = TEXTS.iter().any(|(of, _, _)| *of == code);
                assert!(
                    known || matches!(code, "spring-festival" | "last-month" | "last-year"),
                    "{file}: {code}"
                );
            }
        }
    }

    #[test]
    fn values_are_taken_over_and_unknown_sentences_stay() {
        let said = |text: &str| in_language(text, Language::Zh).into_owned();
        assert_eq!(
            said("3 won leads without a day of closing: in no month"),
            "3 条赢单没有结束日：不计入任何月份"
        );
        assert_eq!(
            said("1 won lead without a day of closing: in no month"),
            "1 条赢单没有结束日：不计入任何月份"
        );
        assert_eq!(
            said(
                "no explanation: 2026-09 has not begun on 2026-07-01: there is no result to explain"
            ),
            "无法解释：2026-09 在 2026-07-01 尚未开始：没有结果可解释"
        );
        assert_eq!(said("something else"), "something else");
        assert_eq!(in_language("no numbers: x", Language::En), "no numbers: x");
    }
}
