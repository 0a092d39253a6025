//! The words on screen, by language. Data, codes, file headers and JSON keys stay in English.

use crate::present::names::on_screen;
use crate::project::Language;

/// Fills `{name}` in a template; what the template does not name is not shown. Where no currency is named, what leads up to
/// it in the sentence is left out as well.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}').map(|i| open + i) else {
            break;
        };
        text.push_str(&rest[..open]);
        let key = &rest[open + 1..close];
        let after = &rest[close + 1..];
        rest = match values.iter().find(|(name, _)| *name == key) {
            Some((_, "")) if matches!(key, "currency" | "unit") => without_unit(&mut text, after),
            Some((_, value)) => {
                text.push_str(&on_screen(value));
                after
            }
            None => {
                text.push_str(&rest[open..=close]);
                after
            }
        };
    }
    text.push_str(rest);
    text
}

/// Takes what leads up to a unit off the text, and gives what is left of the words after it.
fn without_unit<'a>(text: &mut String, after: &'a str) -> &'a str {
    const BEFORE: [&str; 8] = [" (", "（", "；单位 ", "单位 ", ", in ", " in ", "; ", " "];
    let before = BEFORE.into_iter().find(|before| text.ends_with(before));
    text.truncate(text.len() - before.map_or(0, str::len));
    let closed = match before {
        Some(" (") => after.strip_prefix(')'),
        Some("（") => after.strip_prefix('）'),
        _ if text.is_empty() => (after.strip_prefix("; ")).or_else(|| after.strip_prefix('；')),
        _ => None,
    };
    closed.unwrap_or(after)
}

/// The words of a language.
pub fn words(language: Language) -> &'static Words {
    match language {
        Language::En => &EN,
        Language::Zh => &ZH,
    }
}

macro_rules! words {
    ($($(#[$meta:meta])* $name:ident: $en:expr, $zh:expr;)*) => {
        /// The words of one language: table headings and the templates of the main sentences.
        #[derive(Debug, PartialEq, Eq)]
        pub struct Words {
            $(#[allow(clippy::doc_markdown)] #[doc = $en] pub $name: &'static str,)*
        }

        const EN: Words = Words { $($name: $en,)* };
        const ZH: Words = Words { $($name: $zh,)* };

        #[cfg(test)]
        const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $en, $zh),)*];
    };
}

words! {
    lead: "lead", "线索";
    leads: "leads", "线索数";
    owner: "owner", "负责人";
    segment: "segment", "客户分类";
    intent: "intent", "意向";
    intent_high: "high", "高";
    intent_medium: "medium", "中";
    intent_low: "low", "低";
    intent_none: "none", "无";
    share: "share", "占比";
    open: "open", "跟进中";
    won: "won", "赢单";
    lost: "lost", "输单";
    won_of_closed: "won of closed", "已结赢单率";
    won_of_closed_note:
        "won of closed: won / (won + lost), with its 80 % interval. Open leads are not in it: it is not the conversion of all leads.",
        "已结赢单率 = 赢单 /（赢单 + 输单），括号内为 80 % 区间；不含跟进中的线索，因此不是全部线索的转化率。";
    age: "days", "天数";
    p_win: "P(win)", "赢单概率";
    p_win_30d: "P(win 30d)", "30天赢单概率";
    expected_amount: "amount", "预期金额";
    value_of_today: "lost by waiting", "等一天的损失";
    overdue: "overdue", "超时未联系";
    why: "why (effect on the odds)", "原因（对胜算的影响）";
    missing: "missing", "缺失";
    value: "value", "值";
    explain_is: "is", "属于";
    explain_not: "is not", "不属于";
    explain_late: "would also be, but an earlier rule decides:", "也符合（但先匹配的规则为准）：";
    operators:
        "is|is_not|one_of|not_one_of|at_least|at_most|more_than|less_than|between|contains|starts_with|matches|missing|present|within|older_than",
        "为|不为|属于|不属于|不少于|不多于|大于|小于|介于|包含|开头为|匹配|缺失|有值|距今不超过|距今超过";
    explain_true: "true", "是";
    explain_false: "false", "否";
    explain_forbidden: "not: ", "非：";
    explain_tag: "is also", "也属于";
    reason_is: "{feature} is {value}", "{feature} 为 {value}";
    reason_age: "{days} old", "创建 {days}";
    reason_activities: "activities so far = {n}", "迄今跟进次数 = {n}";
    reason_lately: "activities in the last 30 days = {n}", "近 30 天跟进次数 = {n}";
    reason_unanswered: "attempts without an answer = {n}", "连续无应答次数 = {n}";
    reason_since: "last activity {days} ago", "距上次跟进 {days}";
    reason_dwell: "{days} in its stage", "在当前阶段 {days}";
    colon: ": ", "：";
    one_day: "{n} day", "{n} 天";
    some_days: "{n} days", "{n} 天";
    odds_times: "{x} times", "{x} 倍";
    odds_over: "over 20 times", "20 倍以上";
    odds_under: "under a twentieth", "不足二十分之一";
    odds_same: "nearly the same", "几乎不变";
    odds_part: "{part}", "降至{part}";
    of_odds_times: "{effect} the odds", "胜算 {effect}";
    of_odds_same: "{effect} odds", "胜算{effect}";
    of_odds_part: "{effect} of the odds", "胜算{effect}";
    odds_parts:
        "two thirds|half|a third|a quarter|a fifth|a sixth|a seventh|an eighth|a tenth|a fifteenth",
        "三分之二|一半|三分之一|四分之一|五分之一|六分之一|七分之一|八分之一|十分之一|十五分之一";
    no_calls: "No open leads to call.", "没有可联系的线索。";
    calls_heading:
        "{owner}{date}: {calls} (capacity {capacity}), open leads: {open}",
        "{owner}{date}：{calls}（每日上限 {capacity}），跟进中线索 {open} 条";
    comma: ", ", "，";
    one_call: "1 call", "1 个电话";
    some_calls: "{n} calls", "{n} 个电话";
    calls_overdue:
        "; new leads never touched in time: {overdue}, of which beyond today's capacity: {missed}",
        "；{overdue} 条新线索超时未联系，其中 {missed} 条今天排不下";
    calls_left_off:
        "; left off, as too little is left in them: {left}",
        "；另有 {left} 条余值太低，未列入";
    month: "month", "月份";
    booked: "booked", "已签";
    open_pipeline: "open leads", "在跟线索";
    new_leads: "new leads", "新线索";
    commit: "commit (80 %)", "保底 (80 %)";
    plan: "plan (50 %)", "计划 (50 %)";
    stretch: "stretch (20 %)", "冲刺 (20 %)";
    range_80: "P10 - P90", "P10 - P90";
    target: "target set", "设定指标";
    p_attain: "P(attain)", "达成概率";
    last_year: "last year", "去年同月";
    outlook_note:
        "{currency}; booked, open leads and new leads are means; commit, plan and stretch are reached with probability 80, 50 and 20 % ({draws} draws, as of {date}).",
        "单位 {currency}；已签、在跟线索、新线索为均值；保底、计划、冲刺分别有 80、50、20 % 的概率达到（模拟 {draws} 次，截止日 {date}）。";
    meeting:
        "{month}: promise {commit} (reached four times in five), plan with {plan} (even odds), hope for no more than {stretch} (one time in five).",
        "{month}：可承诺 {commit}（五次中四次达到），按 {plan} 计划（一半机会），最多指望 {stretch}（五次中一次）。";
    meeting_target:
        " The target set, {target}, has odds of {p}; `forerun target` says what would have to change.",
        "所设目标 {target} 的达成概率为 {p}；`forerun target` 说明需要改变什么。";
    weighted_note:
        "For comparison, the weighted pipeline (booked + open leads x win rate of closed ones x average order value, as if all of it came this month): {weighted}.",
        "对照：加权管道（已签 + 在跟线索 x 已结赢单率 x 客单价，视为全部落在本月）：{weighted}。";
    source: "source", "来源";
    maturity: "cycle\nseen", "周期已见";
    conversion: "conversion (80 %)", "转化率 (80 %)";
    aov: "AOV", "客单价";
    spend: "spend", "投放花费";
    cac: "cost\nper win", "获客成本";
    roi: "ROI (80 %)", "投资回报率 (80 %)";
    revenue_roi: "revenue ROI (80 %)", "收入回报率 (80 %)";
    maturing: "maturing", "未成熟";
    too_early: "too early", "为时过早";
    sources_note:
        "conversion is completed for age: leads that are still young are not counted as lost. n is the column leads.",
        "转化率已按线索年龄补全：仍在周期内的线索不算输单；样本量见线索数一列。";
    column: "column", "列";
    kind: "taken for", "类型";
    role: "role", "角色";
    known: "known", "何时已知";
    status: "status", "状态";
    remark: "note", "备注";
    missing_share: "missing", "缺失";
    distinct: "distinct", "不同值";
    kind_number: "number", "数字";
    kind_text: "text", "文本";
    kind_boolean: "yes/no", "是/否";
    kind_date: "date", "日期";
    kind_moment: "date and time", "日期时间";
    known_creation: "at creation (declared)", "创建时（已声明）";
    known_creation_default: "at creation (by default)", "创建时（默认）";
    known_contact: "at contact", "联系时";
    known_close: "at close: never a feature", "结束时：不作特征";
    known_stages: "by the stage history", "按阶段历史";
    known_role: "by its role: never a feature", "按角色：不作特征";
    leak_auc: "one-column AUC (80 % interval)", "单列 AUC（80 % 区间）";
    leak_n: "closed leads", "已结束线索";
    leak_filled_open: "filled: open", "已填：跟进中";
    leak_filled_won: "won", "赢单";
    leak_filled_lost: "lost", "输单";
    leak_verdict: "verdict", "结论";
    leak_used: "may be used", "可用";
    leak_suspect: "suspect: used, look at it", "可疑：仍使用，请核实";
    leak_refused: "refused: known later", "拒用：事后才知";
    leak_declared: "as declared", "按声明";
    leak_not_used: "never used, as declared", "按声明不用";
    leak_also: "also", "另外";
    leak_declared_holds: "It is used all the same, as the project file names it.", "项目文件已声明，仍然使用。";
    leak_none: "Nothing to settle: no column that may be used looks as if it was known only later.", "无需处理：可用的列都不像是事后才知道的。";
    leak_settle: "To settle it, write in {file}, keeping the lines that apply:", "如需确定，请在 {file} 中写明（保留适用的行）：";
    leak_settle_creation: "A column that really is known when a lead comes in goes into {example} instead; \"*\" stands for all others.", "若某列确实在线索进入时已知，请改写入 {example}；\"*\" 代表其余各列。";
    leak_unseen: "What cannot be seen here:", "这里看不出的：";
    note: "note", "说明";
    warning: "warning", "警告";
    error: "error", "错误";
    hint: "hint", "提示";
    faults: "{n} faults", "{n} 处错误";
    check_line:
        "{file}: {leads} leads as of {date}, {rejected} of {read} rows set aside",
        "{file}：线索 {leads} 条，截止日 {date}；{read} 行中有 {rejected} 行被搁置";
    check_line_undated:
        "{file}: {leads} leads without dates, {rejected} of {read} rows set aside",
        "{file}：线索 {leads} 条，无日期；{read} 行中有 {rejected} 行被搁置";
    all_is_well: "nothing stands in the way; ", "一切就绪；";
    rejects_heading:
        "{rejected} of {read} rows set aside; all of them, with reasons, are in {file}",
        "{read} 行中有 {rejected} 行被搁置；明细与原因见 {file}";
    for_example: "for example", "例如";
    likewise: "; likewise {names}", "；同样：{names}";
    forecast_marked:
        "The forecast rests on volume, average conversion and timing.",
        "预测只依据线索量、平均转化率和成交时间。";
    forecast_untested:
        "This forecast is untried: the history is too short to test the model on a part of it.",
        "此预测未经检验：历史太短，无法留出检验数据。";
    used_as_of:
        "Model learnt as of {learnt} from {rows} leads ({won} won), used as of {used}.",
        "模型截止 {learnt} 学习了 {rows} 条线索（赢单 {won}），用于截止日 {used}。";
    used_undated:
        "Model learnt from {rows} closed leads ({won} won), without dates.",
        "模型学习了 {rows} 条已结线索（赢单 {won}），无日期。";
    next: "next", "下一步";
    no_better_dated:
        "No better than the base rate: what is known of a lead tells no more than its age does.",
        "不优于平均赢单率：除线索年龄外，已知信息没有预测力。";
    no_better_than_age:
        "No better than the base rate of its age: what is known of a lead tells no more than its age does.",
        "不优于同龄线索的平均赢单率：除线索年龄外，已知信息没有预测力。";
    no_better_undated:
        "No better than the base rate: what is known of a lead tells nothing about how it ends.",
        "不优于平均赢单率：已知信息无法预测结果。";
    record_forward:
        "Tested forward in time on {n} lead snapshots from {from} to {to} (won within 90 days: {base}): AUC {auc}, Brier {brier} against {brier_base} for the base rate, calibration slope {slope}, {ratio} wins for each one predicted.",
        "按时间向前检验 {n} 个线索快照（{from} 至 {to}，90 天内赢单 {base}）：AUC {auc}，Brier {brier}（平均赢单率为 {brier_base}），校准斜率 {slope}，实际 / 预测赢单 {ratio}。";
    record_folds:
        "{folds}-fold cross-validation on {n} closed leads, not forward in time: AUC {auc}, log loss {logloss}, Brier {brier}. Without dates there is no telling when, nor what happens to leads that never close.",
        "{folds} 折交叉验证，{n} 条已结线索，不是按时间向前检验：AUC {auc}，对数损失 {logloss}，Brier {brier}。没有日期，无法判断何时成交，也无法判断一直未结的线索。";
    record_none:
        "Not tested: the history is too short to hold back a part of it. Take the scores as untried.",
        "未经检验：历史太短，无法留出检验数据。分数仅供参考。";
    learnt_dated:
        "Learnt from {rows} leads ({won} won), up to {horizon} ahead, open leads taken as not known yet.",
        "学习了 {rows} 条线索（赢单 {won}），预测至 {horizon} 之后；跟进中的线索按未知处理。";
    learnt_undated:
        "Learnt from {rows} closed leads ({won} won), without dates: P(won, given closed).",
        "学习了 {rows} 条已结线索（赢单 {won}），无日期：给出“若结束则赢单”的概率。";
    not_converged:
        "warning: the fit did not reach its optimum; its numbers are not to be relied on. [not-converged]",
        "警告：模型拟合未达到最优，数字不可依赖。[not-converged]";
    read_line:
        "{name}, as of {date}: {leads} leads ({open} open, {won} won, {lost} lost)",
        "{name}，截止日 {date}：线索 {leads} 条（跟进中 {open}，赢单 {won}，输单 {lost}）";
    read_line_undated:
        "{name}, without dates: {leads} leads ({open} open, {won} won, {lost} lost)",
        "{name}，无日期：线索 {leads} 条（跟进中 {open}，赢单 {won}，输单 {lost}）";
    rejected_line:
        "; {rejected} of {read} rows set aside, see rejects.csv",
        "；{read} 行中有 {rejected} 行被搁置，见 rejects.csv";
    segments_title: "SEGMENTS", "客户分类";
    model_title: "MODEL", "模型";
    calls_title: "CALL FIRST", "先打这些电话";
    forecast_title: "FORECAST", "收入预测";
    sources_title: "SOURCES", "来源";
    found_title: "FOUND BEYOND CHANCE", "超出偶然的发现";
    no_forecast: "No forecast: {why}", "无法预测：{why}";
    no_sources: "No answer on sources: {why}", "无法评价来源：{why}";
    files_line: "Written to {folder}: {files}", "已写入 {folder}：{files}";
    next_line:
        "Next: `forerun calls --owner NAME` for one person's list; `forerun check` for what each column was taken for.",
        "下一步：`forerun calls --owner 姓名` 查看个人名单；`forerun check` 查看各列的识别结果。";
    next_check:
        "Next: `forerun check` for what each column was taken for.",
        "下一步：`forerun check` 查看各列的识别结果。";
    scores_marked:
        "Do not rank leads by these scores.",
        "请勿用这些分数给线索排序。";
    scores_marked_dated:
        "Do not rank leads of the same age by these scores.",
        "请勿用这些分数给同龄线索排序。";
    scores_untested:
        "These scores are untried: the history is too short to test the model on a part of it.",
        "这些分数未经检验：历史太短，无法留出检验数据。";
    guard_figures:
        "on {n} lead snapshots from {from} to {to} ({won} won within {ahead} days), each judged on outcomes that it had not seen, log loss {new} against {old} (difference {difference}, standard error {error})",
        "在 {from} 至 {to} 的 {n} 个线索快照上（{ahead} 天内赢单 {won}），各自对未见过的结果打分：对数损失 {new}，原模型 {old}（差 {difference}，标准误 {error}）";
    guard_replaced:
        "It takes the place of the model learnt as of {live}: not worse {figures}.",
        "它取代截止 {live} 学习的模型，没有变差：{figures}。";
    guard_forced:
        "It takes the place of the model learnt as of {live}, as --force asks, though it is worse {figures}.",
        "按 --force 的要求，它取代截止 {live} 学习的模型，尽管变差了：{figures}。";
    guard_refused:
        "The new model is not kept, and the one learnt as of {live} stays in use: the new one is worse {figures}. It is in {file}; `forerun train --force` takes it all the same. [model-refused]",
        "新模型未采用，继续使用截止 {live} 学习的模型：新模型变差，{figures}。新模型存于 {file}；`forerun train --force` 可强制采用。[model-refused]";
    guard_unjudged:
        "It takes the place of the one there without a comparison: {why}.",
        "它未经比较即取代原模型：{why}。";
    why_first: "there is none to compare with", "没有可比较的模型";
    why_unreadable: "the one there cannot be read", "原模型无法读取";
    why_undated:
        "without dates nothing tells which outcomes it had not seen",
        "没有日期，无法判断哪些结果是模型未见过的";
    why_other_leads:
        "it was learnt from other leads (of {of} of them {found} are here)",
        "原模型学习的是另一批线索（抽样 {of} 条中只有 {found} 条在此）";
    why_other_rules:
        "it was learnt with other rules, whose segments it uses",
        "原模型使用的客户分类来自另一套规则";
    why_unfit: "it does not fit the data any more ({what})", "原模型与现在的数据不符（{what}）";
    why_withdrawn:
        "it uses {columns}, which the project or the data now say was not known in time",
        "原模型使用了 {columns}，而项目或数据表明当时并不知道这些信息";
    why_earlier:
        "it was learnt as of a later day than this one",
        "原模型的截止日比现在更晚";
    why_too_soon:
        "{days} days lie between them; at least 7 are needed for outcomes that neither has seen",
        "两者相隔 {days} 天；至少需要 7 天才有双方都未见过的结果";
    why_few:
        "{won} wins since it was learnt, and at least {needed} are needed to tell",
        "学习之后赢单 {won} 条，至少需要 {needed} 条才能判断";
    why_short:
        "what was known on the days since is too little to learn from",
        "当时已知的数据太少，无法学习";
    points_scale:
        "points: {base} at odds of {odds} to 1, {pdo} more double the odds",
        "分值：胜算 {odds} 比 1 时为 {base} 分，每增加 {pdo} 分胜算翻倍";
    expected_wins:
        "Of {n} open leads together, expected to be won: {wins}.",
        "{n} 条跟进中的线索合计预计赢单：{wins}。";
    expected_wins_in:
        "{mean} ({low}-{high}) within {days} days",
        "{days} 天内 {mean}（{low}-{high}）";
    reference_text:
        "Reasons compare with {who}{date}: {n}.",
        "原因的比较对象：{who}{date}，共 {n} 条。";
    reference_date: " as of {date}", "（截止 {date}）";
    reference_open_recent: "the open leads up to 90 days old", "90 天以内的跟进中线索";
    reference_open: "the open leads", "跟进中的线索";
    reference_created: "all leads as they came in", "全部新进线索";
    reference_closed: "the closed leads that the model learnt from", "模型学习的已结线索";
    can_change: "can change: ", "可改变：";
    drift_feature: "feature", "特征";
    drift_who: "leads compared", "比较对象";
    drift_psi: "PSI", "PSI";
    drift_limit: "limit", "界限";
    drift_alert: "moved", "已变化";
    drift_missing: "missing (was)", "缺失（原）";
    drift_unknown: "unknown (was)", "未知值（原）";
    drift_shift: "moved most (was)", "变化最大（原）";
    drift_was: "{now} ({then})", "{now}（{then}）";
    drift_open: "open, up to 90 days old", "90 天以内的跟进中线索";
    drift_all: "all", "全部";
    drift_contacted: "contacted in {days} days", "近 {days} 天联系";
    drift_created: "came in in {days} days", "近 {days} 天新进";
    drift_heading:
        "As of {date}, against what the model of {learnt} learnt from ({rows} leads): {verdict}",
        "截止 {date}，与 {learnt} 的模型所学（{rows} 条线索）相比：{verdict}";
    drift_heading_undated:
        "Against what the model learnt from ({rows} leads): {verdict}",
        "与模型所学（{rows} 条线索）相比：{verdict}";
    drift_steady: "no feature has moved beyond chance.", "没有特征的变化超出偶然。";
    drift_moved: "{n} moved beyond chance.", "{n} 个特征的变化超出偶然。";
    drift_none: "The model uses no feature, so there is nothing to compare.", "模型不使用任何特征，没有可比较的内容。";
    drift_note:
        "PSI: population stability index. Limit: 0.10, or what chance alone stays below 95 times in 100, whichever is more. Unknown: values too rare or absent when the model learnt.",
        "PSI：总体稳定性指数；界限：0.10 与偶然波动的 95 % 分位数中的较大者；未知值：学习时太少或没有出现的值。";
    drift_not_compared:
        "Not compared, as they differ with the season or with age: {names}.",
        "未比较（随季节或年龄而变）：{names}。";
    drift_unknown_values: "{feature}: values unknown to the model: {values}", "{feature}：模型不认识的值：{values}";
    drift_no_outcomes: "Outcomes since: not told, as {why}.", "此后的结果：无法判断，{why}。";
    drift_outcomes:
        "Outcomes since {learnt}: of {n} lead snapshots from {from} to {to}, {won} won within {ahead} days, {rate} %; the model expected {expected}: {ratio} wins for each one expected. Log loss {loss}, {own} if the model is right. Intervals 80 %.",
        "{learnt} 之后的结果：{from} 至 {to} 的 {n} 个线索快照，{ahead} 天内赢单 {won}，{rate} %；模型预期 {expected}：实际 / 预期 {ratio}。对数损失 {loss}，若模型正确应为 {own}。区间 80 %。";
    drift_level:
        "wins are off what the model expected, beyond chance and by more than a quarter: learn anew with `forerun train`, and look at how closings are recorded.",
        "赢单数与模型预期相差超过四分之一且超出偶然：请用 `forerun train` 重新学习，并检查结案的记录方式。";
    drift_loss:
        "the scores fit the outcomes worse than they claim to, beyond chance: learn anew with `forerun train`.",
        "分数与结果的吻合程度低于其自身预期且超出偶然：请用 `forerun train` 重新学习。";
    evaluate_line:
        "{name}, as of {date}: {n} snapshots of {leads} open leads, each followed for {days}; {won} won.",
        "{name}，截止日 {date}：{leads} 条跟进中线索的 {n} 个快照，各跟踪 {days}；赢单 {won}。";
    evaluate_line_undated:
        "{name}, without dates: {n} closed leads, each predicted by a model that did not see it; {won} won. Not forward in time.",
        "{name}，无日期：{n} 条已结线索，各由未见过它的模型预测；赢单 {won}。不是按时间向前检验。";
    ranks_title: "HOW WELL IT RANKS", "排序能力";
    level_title: "HOW RIGHT THE LEVEL IS", "概率水平";
    reliability_title: "PREDICTED AND SEEN", "预测与实际";
    baselines_title: "WHAT THE MODEL ADDS", "模型的增益";
    lift_title: "WHAT CALLS REACH", "电话能覆盖的赢单";
    origin: "learnt as of", "学习截止日";
    all_origins: "all", "合计";
    base_rate: "base rate", "平均赢单率";
    predicted: "predicted", "预测";
    observed_80: "seen (80 %)", "实际 (80 %)";
    auc_80: "AUC (80 %)", "AUC (80 %)";
    log_loss_80: "log loss (80 %)", "对数损失 (80 %)";
    brier_80: "Brier (80 %)", "Brier (80 %)";
    slope_80: "slope (80 %)", "校准斜率 (80 %)";
    ratio_80: "won / predicted (80 %)", "实际 / 预测 (80 %)";
    ece: "off by", "平均偏差";
    ece_null: "chance: up to", "偶然上限";
    level_note:
        "off by: mean distance of predicted and seen over ten bins (ECE); chance: what it stays below in 95 of 100 cases if every probability is exactly right.",
        "平均偏差：十个等量分组中预测与实际的平均差距 (ECE)；偶然上限：若每个概率都完全正确，100 次中有 95 次低于此值。";
    probability: "probability", "概率";
    snapshots: "n", "快照数";
    log_loss: "log loss", "对数损失";
    model_gain: "model better by (s.e.)", "模型优于它 (标准误)";
    ratio: "won /\npredicted", "实际 /\n预测";
    the_model: "the model", "模型";
    baseline_base_rate: "base rate", "平均赢单率";
    baseline_age_alone: "age alone", "仅年龄";
    baseline_rules_alone: "rules alone", "仅规则";
    more_groups: "... and {n} smaller ones: `--json` has all.", "……另有 {n} 个较小的：`--json` 含全部。";
    baseline_odoo: "Odoo", "Odoo";
    baseline_recalibrated: "recalibrated", "重新校准";
    gain_note:
        "model better by: mean difference in log loss (nats), each lead counted once; less than about two standard errors may be chance.",
        "模型优于它：对数损失的平均差（nat），每条线索只算一次；不足约两个标准误可能是偶然。";
    odoo_note:
        "Odoo's score is the chance of a closed lead to be won, without a time: compare its ranking (AUC), not its level.",
        "Odoo 的分数是已结线索的赢单概率，不含时间：只宜比较排序 (AUC)，不宜比较水平。";
    lift_note:
        "On each snapshot the {owners} owners call the leads ranked highest, {capacity} a day each; share of all later wins among them.",
        "每个快照日，{owners} 位负责人按排序打电话，每人每天 {capacity} 个；所示为其中包含的后续赢单占比。";
    lift_note_one:
        "The leads ranked highest are called, {capacity} a day; share of all wins among them.",
        "按排序打电话，每天 {capacity} 个；所示为其中包含的赢单占比。";
    working_days: "working days", "工作日";
    called: "leads called", "联系线索占比";
    reached: "wins reached", "覆盖赢单";
    reached_by_age: "by age alone", "仅按年龄";
    lift: "times random", "随机的倍数";
    auc: "AUC", "AUC";
    brier: "Brier", "Brier";
    half_life_none:
        "Old and recent leads count alike: in {origins} looks back, forgetting half in {days} did not make the log loss better (by {gain}, s.e. {se}).",
        "新旧线索同等计入：{origins} 次回看中，每 {days} 折半并未改善对数损失（改善 {gain}，标准误 {se}）。";
    half_life_chosen:
        "A lead of {days} ago counts half: in {origins} looks back that made the log loss better by {gain} (s.e. {se}).",
        "{days} 前的线索按一半计入：{origins} 次回看中，对数损失改善 {gain}（标准误 {se}）。";
    segment_admitted:
        "The segment is offered as a feature: it made the log loss better in {better} of {origins} looks back.",
        "客户分类作为特征：{origins} 次回看中有 {better} 次改善了对数损失。";
    segment_refused:
        "The segment is shown but is no feature: it made the log loss better in {better} of {origins} looks back, all but one are needed.",
        "客户分类仅展示，不作特征：{origins} 次回看中有 {better} 次改善了对数损失，至多允许一次例外。";
    target_heading:
        "{month}, as of {date}: {booked} {currency} booked, {days} left, of them working days: {working}.",
        "{month}，截止 {date}：已签 {booked} {currency}，还剩 {days}，其中工作日 {working} 天。";
    target_heading_ahead:
        "{month}, as of {date}; {currency}.",
        "{month}，截止 {date}；单位 {currency}。";
    target_revenue: "revenue", "收入";
    target_best: "best month so far ({month})", "迄今最好的月份（{month}）";
    target_last_year: "same month last year", "去年同月";
    target_asked: "asked for", "拟定指标";
    target_beyond:
        "{amount} has a chance of {p}: more than the month carries. A target pulls between {low} (65 %) and {high} (35 %).",
        "达到 {amount} 的概率为 {p}：超出本月的承载力。有牵引力的指标在 {low}（65 %）与 {high}（35 %）之间。";
    target_below:
        "{amount} has a chance of {p}: less than the month carries. A target pulls between {low} (65 %) and {high} (35 %).",
        "达到 {amount} 的概率为 {p}：低于本月的承载力。有牵引力的指标在 {low}（65 %）与 {high}（35 %）之间。";
    target_fair:
        "{amount} has a chance of {p}: a target that pulls (between {low}, 65 %, and {high}, 35 %).",
        "达到 {amount} 的概率为 {p}：有牵引力的指标（在 {low}，65 %，与 {high}，35 % 之间）。";
    target_expected: "expected", "预期";
    target_share: "share of {amount}", "{amount} 的分配";
    target_remark: "note", "说明";
    target_capacity_of: "capacity {amount}", "产能 {amount}";
    target_new_since: "new since {date}", "{date} 新到岗";
    target_above_note: "below 35 %", "低于 35 %";
    target_below_note: "above 65 %", "高于 65 %";
    target_team: "team", "团队";
    target_others: "others", "其他";
    target_by: "by the evening of", "截至当日晚";
    target_day_expected: "booked as expected", "预期已签";
    target_day_needed: "for even odds", "五成把握需已签";
    target_day_p: "P(attain) if as expected", "按预期时的达成概率";
    target_pull_title: "What would bring {amount}:", "怎样才能达到 {amount}：";
    target_lever: "lever", "抓手";
    target_leads: "leads in the month", "当月线索数";
    target_conversion: "conversion", "转化率";
    target_aov: "order value", "客单价";
    target_cycle: "cycle (median days)", "转化周期（中位天数）";
    target_more_leads: "leads", "线索";
    target_pace: "cycle", "周期";
    target_now: "now", "现状";
    target_for: "for {p}", "达到 {p} 需";
    target_reached: "months so good", "达到过的月数";
    target_best_past: "best month", "最好月份";
    target_alone: "not by this alone", "单靠此项达不到";
    target_together: "not by these alone", "单靠这两项达不到";
    target_as_it_is: "as it is", "现状即可";
    target_each: "each {change}", "各 {change}";
    target_and: "{one} and {other}", "{one}与{other}";
    target_pull_note:
        "Each lever is pulled from today on, the others as forecast; more leads come over the days left as leads usually do and count only what they bring by the end of the month ({extra}).",
        "每个抓手从今天起改变，其余按预测；新增线索按惯常节奏分布在剩余天数，只计月底前能带来的收入（{extra}）。";
    target_extra: "{n} more for +10 %", "+10 % 即多 {n} 条";
    target_shares_note:
        "Shares sum to the whole; each owner has odds of the own share, which do not add up to the team's.",
        "各人指标之和等于总额；各人的概率只针对自己的指标，不能相加成团队的概率。";
    target_note:
        "{currency}, {draws} draws as of {date}.",
        "单位 {currency}，模拟 {draws} 次，截止日 {date}。";
    praised:
        "Better than the base rate and than age alone, beyond chance.",
        "优于平均赢单率，也优于仅按年龄，超出偶然。";
    praised_undated:
        "Better than the base rate, beyond chance.",
        "优于平均赢单率，超出偶然。";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(template: &str) -> Vec<&str> {
        let mut names: Vec<&str> = template
            .split('{')
            .skip(1)
            .filter_map(|part| part.split('}').next())
            .collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn both_languages_fill_in_the_same_values() {
        for (name, en, zh) in ALL {
            assert!(!en.is_empty() && !zh.is_empty(), "{name} is empty");
            assert_eq!(names(en), names(zh), "{name}");
        }
    }

    #[test]
    fn filling_leaves_what_it_does_not_know() {
        assert_eq!(fill("{a} of {b}", &[("a", "1"), ("b", "{a}")]), "1 of {a}");
        assert_eq!(fill("{c}", &[]), "{c}");
        assert_eq!(fill("open {", &[]), "open {");
    }

    #[test]
    fn without_a_currency_no_gap_is_left() {
        let filled = |template| fill(template, &[("n", "3"), ("currency", "")]);
        for (template, shown) in [
            ("{n} {currency}, learnt", "3, learnt"),
            ("Brings ({currency}): {n}", "Brings: 3"),
            ("成本（{currency}）：{n}", "成本：3"),
            ("revenue, in {currency}: {n}", "revenue: 3"),
            ("{currency}; booked {n}", "booked 3"),
            ("单位 {currency}；已签 {n}", "已签 3"),
            ("截止 {n}；单位 {currency}。", "截止 3。"),
            ("as of {n}; {currency}.", "as of 3."),
        ] {
            assert_eq!(filled(template), shown);
        }
    }
}
