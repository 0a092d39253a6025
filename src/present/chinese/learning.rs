//! Learning, scores and how good they are.

use super::Text;

pub(super) const TEXTS: &[Text] = &[
    // What training noticed.
    (
        "very-few-wins",
        "{n} win{s} to learn from: the score is the rate of wins by {by}, drawn towards that of all, and its intervals are as wide as so few wins make them. Use it for the order of calls more than for its level; from {enough} wins on the data itself says how far sources differ, from 50 on other columns are used",
        "只有 {n} 条赢单可学：分数是按{by}的赢单率，向总体收缩，区间也因赢单少而很宽。请用它排次序，少看高低；赢单到 {enough} 条后由数据说明来源差别，到 50 条后才使用其他列",
    ),
    (
        "few-losses",
        "{n} lost leads: how soon leads are lost is assumed more than learnt. If nobody marks leads as lost, `lost_after = \"180d\"` under [leads] lets open ones count as lost at that age",
        "只有 {n} 条输单：线索多久输掉主要靠假设。若没有人标记输单，可在 [leads] 中写 `lost_after = \"180d\"`，让到此年龄仍未结束的算作输单",
    ),
    (
        "level-off",
        "The level was off when it was tested: {ratio} wins came for each one predicted ({won} of {n} lead snapshots from {from} to {to} were won within 90 days). Something has changed, or closings are recorded otherwise than before: trust the order of the scores more than their level, and the forecast less than its interval says",
        "检验时总体水平有偏差：每预测一单，实际 {ratio} 单（{from} 至 {to} 的 {n} 个线索快照中有 {won} 个在 90 天内赢单）。情况有变，或结束的记录方式变了；请多看分数的次序、少看高低，预测也不如其区间所说的可靠",
    ),
    (
        "no-signal",
        "No better than the base rate{of}: tested on outcomes that it had not seen, {what}{then}",
        "不优于{of}平均赢单率：用未见过的结果检验，{what}{then}",
    ),
    (
        "no-forward-test",
        "No {test}: {why}. Take the scores as untested",
        "没有{test}：{why}。分数未经检验，仅供参考",
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
        "segment-undated",
        "the segment is shown but is no feature of the model: the rules read {fields}, and no date says when that became known",
        "客户分类只作显示，不作模型特征：规则读取 {fields}，而没有日期说明何时得知",
    ),
    (
        "undated",
        "Without `created` and `closed` there is no timing: p_win is the chance that a lead is won once it is closed, not by when; leads that are still open are not learnt from; there is no forecast and no source maturity",
        "没有 `created` 与 `closed` 就没有时间：p_win 是线索结束时赢单的概率，不说明何时；跟进中的线索不用于学习；没有收入预测，也没有来源的周期进度",
    ),
    // Scoring.
    (
        "no-created",
        "{n} open leads have no `created`, so their chance cannot be told: left without a score",
        "{n} 条跟进中的线索没有 `created`，无法给出概率：没有分数",
    ),
    (
        "leads-drifted",
        "the leads are not what the model learnt from: {shifts}. Trust the order of the scores less where these matter; `forerun drift` shows more",
        "线索已不同于模型所学：{shifts}。涉及这些时请少信分数的次序；详见 `forerun drift`",
    ),
    // Evaluation.
    (
        "no-signal",
        "No better than the base rate: the scores do not tell leads apart on outcomes that they had not seen",
        "不优于平均赢单率：在未见过的结果上，分数分不出线索的好坏",
    ),
    (
        "no-signal",
        "What is known of a lead adds nothing beyond its age: on outcomes that it had not seen, the model is {how} than age alone{then}",
        "除线索年龄外，已知信息没有增益：在未见过的结果上，模型{how}只看年龄{then}",
    ),
    (
        "level-off",
        "The level was too {which}: {ratio} wins came for each one predicted (80 % interval {low}-{high}). Trust the order of the scores more than their level",
        "概率水平偏{which}：每预测一单，实际 {ratio} 单（80 % 区间 {low}-{high}）。请多看分数的次序、少看高低",
    ),
    (
        "too-extreme",
        "The probabilities are too extreme (calibration slope {slope}): high ones come true less often than they say, low ones more often",
        "概率过于极端（校准斜率 {slope}）：高概率的实现得比所说的少，低概率的实现得比所说的多",
    ),
    (
        "miscalibrated",
        "The probabilities are off by {off} on average, more than the {chance} that chance explains in 95 of 100 cases: look at the reliability table",
        "概率平均偏差 {off}，超过偶然在 95 % 的情形下所能解释的 {chance}；请看“预测与实际”表",
    ),
    (
        "origins-skipped",
        "No model could be learnt as of {skips}",
        "以下截止日无法学习模型：{skips}",
    ),
    (
        "few-origins",
        "History is long enough for {found} of the {all} origins asked for",
        "历史只够检验所要求的 {all} 个截止日中的 {found} 个",
    ),
    (
        "short-history",
        "History is too short to follow leads for {days} days: judged on {fewer}",
        "历史太短，无法跟踪线索 {days} 天：改按 {fewer} 天评判",
    ),
    (
        "rules-undated",
        "The rules are not judged: they read {fields}, and nothing tells when that was known",
        "规则未作评判：规则读取 {fields}，而没有数据说明何时得知",
    ),
    // Why there is no test.
    (
        "",
        "with {won} won and {lost} lost leads no part can be held back",
        "只有赢单 {won} 条、输单 {lost} 条，无法留出检验数据",
    ),
    (
        "",
        "the leads known on {day} had not been followed for {days} days",
        "{day} 时已知的线索跟踪不足 {days} 天",
    ),
    ("", "no lead had come in by {day}", "到 {day} 还没有线索"),
    (
        "",
        "by {day} only {won} leads had been won and {lost} lost",
        "到 {day} 只有赢单 {won} 条、输单 {lost} 条",
    ),
    (
        "",
        "fewer than {n} of the leads open since {day} were won within {days} days",
        "{day} 以来在跟的线索中，{days} 天内赢单的不足 {n} 条",
    ),
    ("", "the file spans too few months", "文件覆盖的月份太少"),
    (
        "",
        "the leads have not been followed for {days} days",
        "线索跟踪不足 {days} 天",
    ),
    (
        "",
        "no model could be learnt as of {skips}",
        "以下截止日无法学习模型：{skips}",
    ),
    (
        "",
        "none of the leads open then was won within {days} days, {needed} are needed",
        "当时在跟的线索中 {days} 天内没有赢单，需要 {needed} 条",
    ),
    (
        "",
        "only {n} of the leads open then were won within {days} days, {needed} are needed",
        "当时在跟的线索中 {days} 天内只有 {n} 条赢单，需要 {needed} 条",
    ),
    // What was refused.
    (
        "",
        "there are {won} won and {lost} lost leads to learn from: {lacking}. Export a longer history, or check which values of the outcome column mean won and lost",
        "可供学习的线索：赢单 {won} 条，输单 {lost} 条：{lacking}。请导出更长的历史，或检查结果列中哪些取值表示赢单与输单",
    ),
    (
        "",
        "too few leads have been followed for a week (50 are enough, or half of fewer than 100), so nothing can be learnt about when leads are won. Export a longer history, or leave `created` and `closed` out for a model without timing",
        "跟进满一周的线索太少（需要 50 条，或不足 100 条时的一半），无法学习线索何时赢单。请导出更长的历史，或去掉 `created` 与 `closed`，使用不含时间的模型",
    ),
    (
        "",
        "there is nothing to test the scores on: {why}. Export a longer history, or try again later",
        "没有可用来检验分数的数据：{why}。请导出更长的历史，或过些时候再试",
    ),
    (
        "",
        "the model was learnt from data without dates, so it cannot say when a lead will be won: name the columns `created` and `closed` in [leads]",
        "模型所学的数据没有日期，说不出线索何时赢单；请在 [leads] 中写明 `created` 与 `closed` 列",
    ),
    (
        "",
        "a scorecard needs a model without dates: with dates, what a value is worth changes with the age of the lead and the days ahead; `forerun score --points` gives each lead its points",
        "评分卡需要不含日期的模型：有日期时，同一取值的分值随线索年龄与预测天数而变；`forerun score --points` 给出每条线索的分值",
    ),
    (
        "",
        "the model does not fit these leads:{misfits}",
        "模型与这些线索不符：{misfits}",
    ),
    (
        "",
        "it was learnt from leads with `created` and `closed`, and these have no dates",
        "模型所学的线索有 `created` 与 `closed`，而这些没有日期",
    ),
    (
        "",
        "it was learnt from leads without dates, and these have `created` and `closed`",
        "模型所学的线索没有日期，而这些有 `created` 与 `closed`",
    ),
    (
        "",
        "it was learnt from leads with an `amount`, and these name none",
        "模型所学的线索有 `amount`，而这里没有写明",
    ),
    (
        "",
        "it was learnt with the segments {old}; the rules now give {new}",
        "模型学习时的客户分类为 {old}；现在的规则给出 {new}",
    ),
    ("", "`{column}` is not in the data", "数据中没有 `{column}`"),
    (
        "",
        "`{column}` holds {kind}, the model learnt {other}",
        "`{column}` 是{kind}，而模型所学的是{other}",
    ),
    (
        "",
        "`{column}` the model learnt from a stage history, and there is none",
        "`{column}`：模型学习时有阶段历史，而现在没有",
    ),
    (
        "",
        "`{column}` the model learnt from activities, and there are none",
        "`{column}`：模型学习时有活动记录，而现在没有",
    ),
    (
        "",
        "all {n} rows have the same outcome",
        "全部 {n} 行的结果相同",
    ),
    (
        "",
        "the penalty of every column and the tolerance must be above 0 and finite",
        "每列的惩罚与容差都必须是大于 0 的有限数",
    ),
    (
        "",
        "the fit did not converge: the largest gradient is {gradient} per row after {n} iterations",
        "拟合没有收敛：{n} 次迭代后每行最大梯度为 {gradient}",
    ),
    // Model files.
    (
        "",
        "{file}: {broken}; run `forerun train` to make a new one",
        "{file} {broken}；请用 `forerun train` 重新学习",
    ),
    (
        "",
        "{file}: is a folder, not a model file: name a file under [model]",
        "{file} 是文件夹，不是模型文件；请在 [model] 中写明文件",
    ),
    (
        "",
        "{file}: cannot be read ({io}): ask whoever owns the file to let you read it",
        "{file} 无法读取（{io}）；请向文件所有者申请读取权限",
    ),
    (
        "",
        "{file}: cannot be read ({io})",
        "{file} 无法读取（{io}）",
    ),
];
