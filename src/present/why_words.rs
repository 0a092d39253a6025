//! The words of an explanation, in both languages.

use crate::project::Language;

/// What a month is explained with; `{name}` is filled in.
#[derive(Debug)]
pub(crate) struct WhyWords {
    pub(crate) title_forecast: &'static str,
    pub(crate) title_target: &'static str,
    pub(crate) title_month: &'static str,
    pub(crate) so_far: &'static str,
    pub(crate) deals: &'static str,
    pub(crate) in_range: &'static str,
    pub(crate) off_range: &'static str,
    pub(crate) near_range: &'static str,
    pub(crate) whole_real: &'static str,
    pub(crate) whole_normal: &'static str,
    pub(crate) target_above: &'static str,
    pub(crate) target_below: &'static str,
    pub(crate) what: &'static str,
    pub(crate) forecast: &'static str,
    pub(crate) target: &'static str,
    pub(crate) above_forecast: &'static str,
    pub(crate) below_forecast: &'static str,
    pub(crate) came: &'static str,
    pub(crate) effect: &'static str,
    pub(crate) interval: &'static str,
    pub(crate) real: &'static str,
    pub(crate) normal: &'static str,
    pub(crate) normal_among: &'static str,
    pub(crate) known: &'static str,
    pub(crate) pipeline: &'static str,
    pub(crate) new_leads: &'static str,
    pub(crate) lead_mix: &'static str,
    pub(crate) calendar: &'static str,
    pub(crate) speed: &'static str,
    pub(crate) win_rate: &'static str,
    pub(crate) order_value: &'static str,
    pub(crate) large_deals: &'static str,
    pub(crate) untimed: &'static str,
    pub(crate) says: [&'static str; 9],
    pub(crate) says_leads: &'static str,
    pub(crate) says_wins: &'static str,
    pub(crate) mostly: &'static str,
    pub(crate) source_part: &'static str,
    pub(crate) comma: &'static str,
    pub(crate) rates: &'static str,
    pub(crate) largest: &'static str,
    pub(crate) levers: &'static str,
    pub(crate) lever: &'static str,
    pub(crate) no_lever: &'static str,
    pub(crate) no_single: &'static str,
    pub(crate) of_target: &'static str,
    pub(crate) small_levers: &'static str,
    pub(crate) unproven: &'static str,
    pub(crate) within: &'static str,
    pub(crate) no_source: &'static str,
    pub(crate) no_amount: &'static str,
    pub(crate) note: &'static str,
    pub(crate) note_among: &'static str,
}

/// The words of a language.
pub(crate) const fn why_words(language: Language) -> &'static WhyWords {
    match language {
        Language::En => &EN,
        Language::Zh => &ZH,
    }
}

const EN: WhyWords = WhyWords {
    title_forecast: "{month}{so_far}: {actual}, forecast on {day} {base} ({currency}): {change}{percent}",
    title_target: "{month}{so_far}: {actual}, target {base} ({currency}): {change}{percent}",
    title_month: "{month}{so_far}: {actual}, in {other} {base} ({currency}): {change}{percent}",
    so_far: " (the first {days} days)",
    deals: "deals",
    in_range: "The result is within normal variation: on {day} a result between {low} and {high} was to be expected in four cases of five.",
    off_range: "The result is beyond normal variation: on {day} a result between {low} and {high} was to be expected in four cases of five.",
    near_range: "The result is at the edge of normal variation, not clearly beyond it: on {day} a result between {low} and {high} was to be expected in four cases of five.",
    whole_real: "As a whole beyond normal variation: without what chance does to two such months the change lies between {low} and {high}.",
    whole_normal: "As a whole within normal variation: without what chance does to two such months the change could be anything from {low} to {high}.",
    target_above: "The target was {gap} above what could be expected on {day} ({forecast}); the probability to reach it was {p}.",
    target_below: "The target was {gap} below what could be expected on {day} ({forecast}); the probability to reach it was {p}.",
    what: "what",
    forecast: "forecast",
    target: "target",
    above_forecast: "target above forecast",
    below_forecast: "target below forecast",
    came: "came",
    effect: "effect",
    interval: "80 % interval",
    real: "real",
    normal: "normal",
    normal_among: "normal (p {p})",
    known: "known",
    pipeline: "opening pipeline",
    new_leads: "new leads",
    lead_mix: "their quality",
    calendar: "working days",
    speed: "speed of decisions",
    win_rate: "win rate",
    order_value: "order value",
    large_deals: "large deals",
    untimed: "wins never seen open",
    says: [
        "Opening pipeline {change}: {after} wins were to be expected of the leads open at the start, {before} then.",
        "New leads {change}: {after} came in instead of {before}.",
        "Quality of new leads {change}: by source, features and day a new lead had a chance of {after} to be won in the month, instead of {before}.",
        "Working days {change}: {after} of average worth instead of {before}.",
        "Speed {change}: the leads decided in the month held {after} the wins that were due, instead of {before}.",
        "Win rate {change}: the leads decided brought {after} the wins that they promised, instead of {before}.",
        "Order value {change}: a win brought {after} instead of {before}, large deals cut to the usual.",
        "Large deals {change}: beyond the usual size they brought {after} instead of {before}.",
        "Wins never seen open {change}: {after} instead of {before}.",
    ],
    says_leads: "New leads {change} at equal working days: {after} came in instead of {before}.",
    says_wins: "Win rate {change}: these leads brought {after} the wins that were to be expected of them, instead of {before}.",
    mostly: " Most of it: {parts}.",
    source_part: "{source} {effect}",
    comma: ", ",
    rates: "Of the leads decided, {after} were won (n {n_after}), {before} in {other} (n {n_before}): {by_rate} points by the rates of the sources, {by_mix} by their mix.",
    largest: "The largest deal, {lead} ({amount}), is above {usual}, which hardly one month in four sees.",
    levers: "Large and real: {parts}.",
    lever: "{name} ({effect})",
    no_lever: "No lever stands out: each of these effects is within normal variation, and none is a reason to act on its own.",
    no_single: "The change is real, but no single effect is clearly beyond chance; the largest are {parts}.",
    of_target: "Of the difference from the target {share} was there on the first day: it is the target's, not the month's.",
    small_levers: "What is real is small: no lever moved the month by much.",
    unproven: "Not proven, though larger: {parts}. ",
    within: "Beyond chance by itself: {parts}. The month as a whole is within normal variation.",
    no_source: "With `source` under [leads] each effect would be told by source.",
    no_amount: "Counted in deals: with `amount` under [leads] money and order value would be told.",
    note: "Effects sum to the change. real: chance alone hardly does that; normal: within what chance does; known: fixed by the calendar. The interval holds what the effect would be without chance in four cases of five. Speed and win rate are in times what was to be expected of these leads (x), not shares.",
    note_among: "normal (p ..): its interval is apart from 0, but p - how often chance alone does as much - is not small enough among so many effects.",
};

const ZH: WhyWords = WhyWords {
    title_forecast: "{month}{so_far}：{actual}，{day} 的预测为 {base}（{currency}）：{change}{percent}",
    title_target: "{month}{so_far}：{actual}，目标为 {base}（{currency}）：{change}{percent}",
    title_month: "{month}{so_far}：{actual}，{other} 为 {base}（{currency}）：{change}{percent}",
    so_far: "（前 {days} 天）",
    deals: "单",
    in_range: "结果属正常波动：在 {day}，五次中有四次的结果应在 {low} 与 {high} 之间。",
    off_range: "结果超出正常波动：在 {day}，五次中有四次的结果应在 {low} 与 {high} 之间。",
    near_range: "结果处于正常波动边缘，并未明显超出：在 {day}，五次中有四次的结果应在 {low} 与 {high} 之间。",
    whole_real: "总体超出正常波动：扣除两个月之间的偶然差异，变化在 {low} 至 {high} 之间。",
    whole_normal: "总体属正常波动：考虑两个月之间的偶然差异，变化可能在 {low} 至 {high} 之间。",
    target_above: "目标比 {day} 可以预期的（{forecast}）高 {gap}；达到目标的概率为 {p}。",
    target_below: "目标比 {day} 可以预期的（{forecast}）低 {gap}；达到目标的概率为 {p}。",
    what: "项目",
    forecast: "预测",
    target: "目标",
    above_forecast: "目标高于预测",
    below_forecast: "目标低于预测",
    came: "实际",
    effect: "影响",
    interval: "80 % 区间",
    real: "真实",
    normal: "正常",
    normal_among: "正常（p {p}）",
    known: "已知",
    pipeline: "期初管道",
    new_leads: "新线索数",
    lead_mix: "新线索质量",
    calendar: "工作日",
    speed: "决策速度",
    win_rate: "赢单率",
    order_value: "客单价",
    large_deals: "大单",
    untimed: "未见在跟的赢单",
    says: [
        "期初管道 {change}：月初在跟线索预计赢单 {after}，对比 {before}。",
        "新线索数 {change}：{after} 条，对比 {before} 条。",
        "新线索质量 {change}：按来源、特征和日期，每条新线索当月赢单的概率为 {after}，对比 {before}。",
        "工作日 {change}：折合 {after} 天，对比 {before} 天。",
        "决策速度 {change}：当月有结果的线索所含的应到赢单为预期的 {after}，对比 {before}。",
        "赢单率 {change}：有结果的线索带来的赢单为其应有的 {after}，对比 {before}。",
        "客单价 {change}：每单 {after}，对比 {before}（大单按常规上限计）。",
        "大单 {change}：超出常规的部分为 {after}，对比 {before}。",
        "未见在跟的赢单 {change}：{after}，对比 {before}。",
    ],
    says_leads: "新线索数（按相同工作日计）{change}：{after} 条，对比 {before} 条。",
    says_wins: "赢单率 {change}：这些线索带来的赢单为其应有的 {after}，对比 {before}。",
    mostly: "主要来自{parts}。",
    source_part: "{source} {effect}",
    comma: "、",
    rates: "有结果的线索中赢单占 {after}（n {n_after}），{other} 为 {before}（n {n_before}）：各来源自身赢单率的影响 {by_rate} 个百分点，来源构成的影响 {by_mix} 个百分点。",
    largest: "最大一单 {lead}（{amount}）超过 {usual}，四个月里难得有一次。",
    levers: "影响大且真实：{parts}。",
    lever: "{name}（{effect}）",
    no_lever: "没有突出的因素：以上各项都属正常波动，单独一项都不足以据此行动。",
    no_single: "变化是真实的，但没有哪一项单独明显超出偶然；最大的是{parts}。",
    of_target: "与目标的差距中有 {share} 在第一天就已存在：问题在目标，不在当月。",
    small_levers: "真实的影响都很小：没有哪一项明显左右了这个月。",
    unproven: "数额更大但未被证实：{parts}。",
    within: "单独看超出偶然：{parts}。该月总体仍属正常波动。",
    no_source: "若在 [leads] 中写明 `source`，可按来源说明各项影响。",
    no_amount: "以单数计：若在 [leads] 中写明 `amount`，可说明金额和客单价。",
    note: "各项影响之和等于变化。真实：偶然几乎不会如此；正常：偶然也会如此；已知：由日历决定。区间：五次中有四次包含除去偶然之后的影响。决策速度与赢单率为预期的倍数（x），不是占比。",
    note_among: "正常（p ..）：区间虽不含 0，但 p（仅凭偶然也会如此的概率）在这么多项中还不够小。",
};

#[cfg(test)]
mod tests {
    use super::*;

    /// What each template fills in.
    fn filled(words: &WhyWords) -> Vec<String> {
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
