//! The words of the portrait, in both languages.

use crate::project::Language;

macro_rules! words {
    ($($name:ident: $en:expr, $zh:expr;)*) => {
        /// What the portrait is told with; `{name}` is filled in.
        #[derive(Debug)]
        pub(crate) struct ProfileWords {
            $(pub(crate) $name: &'static str,)*
        }

        const EN: ProfileWords = ProfileWords { $($name: $en,)* };
        const ZH: ProfileWords = ProfileWords { $($name: $zh,)* };

        #[cfg(test)]
        const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $en, $zh),)*];
    };
}

/// The words of a language.
pub(crate) const fn profile_words(language: Language) -> &'static ProfileWords {
    match language {
        Language::En => &EN,
        Language::Zh => &ZH,
    }
}

words! {
    list: ", ", "、";
    semicolon: "; ", "；";
    title: "Who wins, as of {day}: of {leads} leads {conversion} are won within {horizon} days of creation, completed for age{median}{aov}",
        "谁会赢单，截至 {day}：{leads} 条线索中，创建后 {horizon} 天内赢单 {conversion}，已按线索年龄补全{median}{aov}";
    of_median: ", half of the wins within {days} days", "，一半的赢单在 {days} 天内";
    of_aov: "; a win brings {money} {currency} ({n} win{s})", "；每单 {money} {currency}（{n} 单）";
    leads: "leads", "线索数";
    share: "share", "占比";
    won: "won", "赢单";
    conversion: "conversion", "转化率";
    adjusted: "all else alike", "其余相同时";
    aov: "order value", "客单价";
    days: "days to win", "赢单天数";
    revenue: "revenue per lead", "每条线索收入";
    more: "more wins", "赢单多";
    fewer: "fewer wins", "赢单少";
    dearer: "more revenue", "收入高";
    cheaper: "less revenue", "收入低";
    sooner: "sooner", "更快";
    later: "later", "更慢";
    missing: "(none)", "（无）";
    other: "(other)", "（其他）";
    yes: "yes", "是";
    no: "no", "否";
    quiet: "Within normal variation: {names}. `--all` shows them.", "在正常波动之内：{names}。`--all` 可查看。";
    portrait: "The portrait", "画像";
    aim: "Aim at: {names}.", "应多找：{names}。";
    least: "Least: {names}.", "最不值得：{names}。";
    earns: "A lead is worth most: {names}.", "每条线索收入最高：{names}。";
    earns_least: "Worth least: {names}.", "收入最低：{names}。";
    quick: "Wins come sooner (as they are): {names}.", "赢单更快（未作调整）：{names}。";
    slow: "Later: {names}.", "更慢：{names}。";
    named: "{attribute} {level} ({value} of leads won, {low}-{high}, all else alike)", "{attribute} {level}（其余相同时赢单 {value}，{low}-{high}）";
    named_money: "{attribute} {level} ({value} {currency}, {low}-{high}, all else alike)", "{attribute} {level}（其余相同时 {value} {currency}，{low}-{high}）";
    named_days: "{attribute} {level} ({days} days)", "{attribute} {level}（{days} 天）";
    nothing: "Nothing that is known when a lead comes in sets winners apart beyond chance.", "线索进来时所知的一切，都不能超出偶然地区分出谁会赢单。";
    too_few: "Too few wins (or losses and open leads followed for long) to hold all else alike: conversion is told as it is, and nothing is claimed of it.",
        "赢单（或跟进够久的其他线索）太少，无法控制其余因素：转化率按原样列出，不作结论。";
    note: "All else alike: every lead given this value and otherwise left as it is, by a regression on {compared} leads, open ones as far as they have been followed; shrunken towards the mean, with the 80 % interval. Claims are the ones that stand when one in ten may be false. It is an association among leads as they came: other leads of that kind, sought in other ways, may be others.",
        "其余相同：假设每条线索都取该值、其余不变，由 {compared} 条线索回归得出（跟进中的按已跟进的时间计），向均值收缩，括号内为 80 % 区间。结论按至多十分之一为误控制。这是现有线索中的相关；用别的办法找来的同类线索可能不同。";
    record: "Closings are on record from {day} only: leads that came in before are left out.", "结束记录从 {day} 才开始：此前创建的线索不计入。";
    refunds: "{n} refunds ({money} {currency} given back{share}) are in no order value and in no revenue per lead: both are before refunds.",
        "{n} 笔退款（共退 {money} {currency}{share}）不计入客单价与每条线索收入：两者均为退款前。";
    refunds_share: ", {share} of what was sold", "，占售出的 {share}";
    last_lead: "The last lead came in on {day}, long before the as-of date: the youngest leads are not among these.",
        "最后一条线索创建于 {day}，远早于截止日：其中没有最近的线索。";
    left_later: "known only later: {names}", "后来才知道：{names}";
    left_leak: "look as if known only after the outcome: {names}", "看上去是结果之后才知道的：{names}";
    left_suspect: "rank so well that they may be: {names} (`forerun check --leaks`; where they are honest, name them in `creation` under [leads.known])",
        "区分过好、可能如此：{names}（见 `forerun check --leaks`；若确实可用，写入 [leads.known] 的 `creation`）";
    left_person: "name a person or an account: {names}", "是人或客户名：{names}";
    left_follows: "follow from another one: {names}", "可由另一项推出：{names}";
    follows: "{name} ({from})", "{name}（{from}）";
    left_calendar: "follow from the day that a lead came in: {names}", "由线索进来的日期决定：{names}";
    left_unordered: "dates, or nearly as many values as leads: {names}", "日期，或取值几乎各不相同：{names}";
    left: "Left out: {parts}.", "未列入：{parts}。";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_fill_in_the_same_values() {
        let names = |template: &str| {
            let mut names: Vec<String> = (template.split('{').skip(1))
                .filter_map(|part| part.split('}').next().map(str::to_owned))
                .collect();
            // An English plural; Chinese has none.
            names.retain(|name| name != "s");
            names.sort();
            names.dedup();
            names
        };
        for (name, en, zh) in ALL {
            assert_eq!(names(en), names(zh), "{name}");
        }
    }
}
