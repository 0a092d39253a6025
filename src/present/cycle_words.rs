//! The words of the cycle, in both languages.

use crate::project::Language;

macro_rules! words {
    ($($name:ident: $en:expr, $zh:expr;)*) => {
        /// What the cycle is told with; `{name}` is filled in.
        #[derive(Debug)]
        pub(crate) struct CycleWords {
            $(pub(crate) $name: &'static str,)*
        }

        const EN: CycleWords = CycleWords { $($name: $en,)* };
        const ZH: CycleWords = CycleWords { $($name: $zh,)* };

        #[cfg(test)]
        const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $en, $zh),)*];
    };
}

/// The words of a language.
pub(crate) const fn cycle_words(language: Language) -> &'static CycleWords {
    match language {
        Language::En => &EN,
        Language::Zh => &ZH,
    }
}

words! {
    list: ", ", "、";
    semicolon: "; ", "；";
    to_win: "Days to win: half of all wins come within {median}, {p80}, completed for leads that are still open ({n} wins within {horizon} days of creation).",
        "赢单天数：一半的赢单在 {median} 天内，{p80}，已按仍在跟进的线索补全（创建后 {horizon} 天内赢单 {n} 条）。";
    p80_within: "80 % within {p80}", "80 % 在 {p80} 天内";
    p80_unknown: "of the 80 % point too little is known", "80 % 的时点所知太少";
    so_far: "Of the wins so far alone the median is {days} days: too short, as slow deals of young leads are yet to come.",
        "只看迄今赢单，中位数为 {days} 天：偏短，因为新线索中慢的单子还没到。";
    few_wins: "Days to win cannot be told: {n} wins within {horizon} days of creation, at least five are needed.",
        "赢单天数无法判断：创建后 {horizon} 天内赢单 {n} 条，至少需要五条。";
    to_lose: "Days to lose: half of all losses are written down within {median}.",
        "输单天数：一半的输单在 {median} 天内记录。";
    sooner: "Wins come sooner than with the other leads: {names}.", "赢单比其他线索更快：{names}。";
    later: "Wins come later than with the other leads: {names}.", "赢单比其他线索更慢：{names}。";
    no_pace: "No source, product or sales method is faster or slower than the others beyond normal variation.",
        "没有哪个来源、产品或销售方式的快慢超出正常波动。";
    named_days: "{name} ({days} days)", "{name}（{days} 天）";
    stuck: "Stuck: {n} open leads stand in their stage for longer than nine in ten won deals did{money}; {beyond} more have stood there longer than any deal that was won, and are more likely dead than late.",
        "停滞：{n} 条跟进中线索在当前阶段的停留超过十分之九的赢单{money}；另有 {beyond} 条比任何赢单停留得都久，多半已经没有希望。";
    stuck_unstaged: "Stuck: {n} leads are open for longer than nine in ten won deals took{money}; {beyond} more are open longer than any deal that was won took, and are more likely dead than late.",
        "停滞：{n} 条线索的跟进时间超过十分之九的赢单{money}；另有 {beyond} 条比任何赢单都久，多半已经没有希望。";
    of_money: ", {money} {currency}", "，金额 {money} {currency}";
    delay_cost: "A week longer goes with {wins} wins less ({low} to {high}) over the {n} open leads of an age at which this can be told{money}.",
        "再拖一周，与可判断的 {n} 条跟进中线索合计少赢 {wins} 单（{low} 至 {high}）相伴{money}。";
    delay_gain: "A week longer goes with {wins} wins more ({low} to {high}) over the {n} open leads of an age at which this can be told: the hopeless ones are closed meanwhile.",
        "再等一周，可判断的 {n} 条跟进中线索合计预计多赢 {wins} 单（{low} 至 {high}）：没有希望的会先关闭。";
    delay_none: "What a week's delay costs cannot be told from chance ({low} to {high} wins over {n} open leads).",
        "拖一周的损失与偶然无法区分（{n} 条跟进中线索，{low} 至 {high} 单）。";
    about_money: ", about {money} {currency}", "，约 {money} {currency}";
    delay_note: "It is an association: leads that stay open longer are other leads, and part of them is dead. A call does not win back what a week goes with.",
        "这只是相关：拖得久的线索本来就不同，其中一部分已没有希望；打电话不等于挽回这一差距。";
    action_more: "In the {days} days before a win more often than with leads like them that stayed open: {names}.",
        "赢单前 {days} 天内，比相似而仍在跟进的线索更常见：{names}。";
    action_less: "Less often: {names}.", "更少见：{names}。";
    action_none: "Nothing that was done in the {days} days before a win sets won deals apart from leads like them that stayed open, beyond chance.",
        "赢单前 {days} 天内所做的事，与相似而仍在跟进的线索相比，没有超出偶然的差别。";
    action_named: "{name} (odds {odds} times, {low} to {high})", "{name}（胜算 {odds} 倍，{low} 至 {high}）";
    action_note: "{won} won deals against {compared} leads open at the same age, worked on before or not alike{alike}; for {unmatched} there was none like them. Associations, not causes: people work on what they believe in.",
        "{won} 条赢单对比 {compared} 条同龄且仍在跟进、之前是否有人跟进相同的线索{alike}；{unmatched} 条找不到相似者。这是相关，不是因果：人会去跟他看好的单。";
    alike: ", of the same {names}", "，{names}相同";
    cash: "From win to cash: half of all payments come within {median}, {p80}; {unpaid} of {won} won deals are not paid{money}.",
        "从赢单到回款：一半的回款在 {median} 天内，{p80}；{won} 条赢单中 {unpaid} 条未回款{money}。";
    cash_few: "From win to cash: {n} of {won} won deals are paid, too few to tell how long it takes.",
        "从赢单到回款：{won} 条赢单中 {n} 条已回款，太少，无法判断需要多久。";
    cash_overdue: "{n} are unpaid for longer than nine in ten payments took ({limit} days){money}.",
        "{n} 条未回款超过十分之九的回款所需（{limit} 天）{money}。";
    by_title: "By {by}", "按{by}";
    source: "source", "来源";
    product: "product", "产品";
    channel: "sales method", "销售方式";
    stage: "stage", "阶段";
    owner: "owner", "负责人";
    lead: "lead", "线索";
    leads: "leads", "线索数";
    none: "(none)", "（无）";
    others: "{n} more", "另有 {n} 个";
    won: "won", "赢单";
    conversion: "conversion, as it is", "转化率（原样）";
    days_to_win: "days to win", "赢单天数";
    days_p80: "80 % by", "80 % 至";
    of_wins: "so far", "迄今";
    days_to_lose: "days to lose", "输单天数";
    is_sooner: "sooner", "更快";
    is_later: "later", "更慢";
    too_young: "too young", "时间太短";
    stages_title: "Days in each stage: won deals, and leads that stand there now", "各阶段停留天数：赢单与目前在该阶段的线索";
    whole_title: "Days from creation: won deals, and leads that are open now", "自创建起的天数：赢单与目前跟进中的线索";
    whole: "(whole life)", "（全程）";
    stays: "won deals", "赢单数";
    median: "median", "中位数";
    p80: "P80", "P80";
    p90: "P90", "P90";
    now: "now", "目前";
    now_median: "median now", "目前中位数";
    stuck_column: "stuck", "停滞";
    beyond_column: "of these beyond all won", "其中超过所有赢单";
    stuck_title: "Stuck deals that have been won from so late before, {shown} of {n}, most money first",
        "停滞但此前曾有赢单这么晚的线索，{shown} / {n}，按金额排列";
    stuck_title_days: "Stuck deals that have been won from so late before, {shown} of {n}, the longest over their limit first",
        "停滞但此前曾有赢单这么晚的线索，{shown} / {n}，按超限天数排列";
    days: "days", "天数";
    limit: "limit", "界限";
    amount: "amount", "金额";
    delay_title: "What a week longer goes with, by age: P(won within the next {days} days)", "再拖一周的变化，按线索年龄：此后 {days} 天内的赢单概率";
    age: "age in days", "年龄（天）";
    at_risk: "open then", "当时在跟";
    chance: "P(win)", "赢单概率";
    chance_later: "a week later", "一周后";
    cost: "less by", "减少";
    actions_title: "In the {days} days before a win", "赢单前 {days} 天内";
    kind: "activity", "活动";
    any_kind: "(any)", "（任意）";
    with_won: "won deals", "赢单";
    with_open: "leads like them", "相似线索";
    odds: "odds ratio", "胜算比";
    more: "more", "更常见";
    less: "less", "更少见";
    steps_title: "Steps before a win, in the months with visits or clicks", "赢单之前的各步（有访问或点击数的月份）";
    spend: "spend", "花费";
    visits: "visits", "访问";
    clicks: "clicks", "点击";
    step_on_clicks: "clicks per visit", "点击/访问";
    step_on_visits: "visits per click", "访问/点击";
    leads_of: "leads of these", "其中成为线索";
    wins: "wins expected", "预期赢单";
    per_visit: "cost of a visit", "每次访问花费";
    per_click: "of a click", "每次点击";
    per_lead: "of a lead", "每条线索";
    per_win: "of a win", "每单";
    all: "(all)", "（全部）";
    record: "Closings are on record from {day} only: {n} leads that came in before are left out of this (not of the stuck deals), as those closed early are missing and look open.",
        "结束记录从 {day} 才开始：此前创建的 {n} 条线索不计入（停滞名单除外），因为较早结束的缺失，看上去仍在跟进。";
    last_lead: "The last lead came in on {day}, long before the as-of date: the youngest leads are not among these.",
        "最后一条线索创建于 {day}，远早于截止日：其中没有最近的线索。";
    untimed: "{n} leads are left out, as `created` is missing, or `closed` of a closed one.",
        "{n} 条线索缺少 `created`，或已结束而缺少 `closed`，未计入。";
    at_win: "By {by}: it is written down when a lead is won, and for few others, so nothing can be told by it.",
        "按{by}：赢单时才登记，其他线索大多没有，因此看不出任何差别。";
    lacking: "Left out, as the project file does not name it: {parts}.", "项目文件未写明，故略去：{parts}。";
    lack_source: "days by source (`source` under [leads])", "按来源的天数（[leads] 中的 `source`）";
    lack_product: "days by product (`product` under [leads])", "按产品的天数（[leads] 中的 `product`）";
    lack_channel: "days by sales method (`channel` under [leads])", "按销售方式的天数（[leads] 中的 `channel`）";
    lack_stages: "days in each stage ([stages])", "各阶段停留（[stages]）";
    lack_stated: "money of stuck deals (`stated_amount` under [leads])", "停滞线索的金额（[leads] 中的 `stated_amount`）";
    lack_activities: "what was done before wins ([activities])", "赢单前的动作（[activities]）";
    lack_paid: "days from win to cash (`paid` under [leads])", "回款天数（[leads] 中的 `paid`）";
    lack_visits: "steps before leads (`visits` or `clicks` under [spend])", "线索之前的各步（[spend] 中的 `visits` 或 `clicks`）";
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
            names.sort();
            names.dedup();
            names
        };
        for (name, en, zh) in ALL {
            assert_eq!(names(en), names(zh), "{name}");
        }
    }
}
