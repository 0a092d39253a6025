//! The words of the groups of numbers, in both languages.

use crate::project::Language;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $en:expr, $zh:expr;)* }) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) struct $name {
            $(pub(crate) $field: &'static str,)*
        }

        const EN: $name = $name { $($field: $en,)* };
        const ZH: $name = $name { $($field: $zh,)* };
    };
}

words! {
    /// What the groups of numbers are told with; `{name}` is filled in.
    KpiWords {
        title: "The four groups of numbers as of {day} ({currency})", "截至 {day} 的四组数据（{currency}）";
        title_deals: "The four groups of numbers as of {day}, in deals: the data has no amounts", "截至 {day} 的四组数据，以成交单数计：数据中没有金额";
        results: "RESULTS", "一、业绩";
        aov: "ORDER VALUE", "二、客单价";
        conversion: "CONVERSION", "三、转化率";
        cycle: "CYCLE", "四、转化周期";
        and: ", ", "、";
        range: "{value} ({low}-{high})", "{value}（{low}-{high}）";
        more: "`forerun kpi --group results|aov|conversion|cycle` shows all tables of one group; a range in brackets is an 80 % interval.", "`forerun kpi --group results|aov|conversion|cycle` 显示某一组的全部表格；括号内为 80 % 区间。";
        more_plain: "`forerun kpi --group results|aov|conversion|cycle` shows all tables of one group.", "`forerun kpi --group results|aov|conversion|cycle` 显示某一组的全部表格。";
        range_note: "A range in brackets is an 80 % interval.", "括号内为 80 % 区间。";
        // results
        no_results: "No lead is won yet: there are no results to tell.", "尚无赢单：没有业绩可言。";
        few_months: "Fewer than six complete months, or ten deals in them: too few to tell how much months vary.", "完整月份不足六个，或其中成交不足十单：尚不能判断各月波动。";
        no_leads_since: "No lead came in after {day}: the months since close old leads only, and are left out of how much months vary.", "{day} 之后没有新线索：此后的月份只是旧线索的收尾，不计入各月波动。";
        varies: "The last {n} complete months vary by {cv} around their mean; the number and size of deals alone would let them vary by {luck}: there is more in it than luck (season, growth, effort).", "最近 {n} 个完整月份围绕均值的波动为 {cv}；仅凭成交单数与金额的运气，波动应为 {luck}：其中不只是运气（还有季节、增长、投入）。";
        varies_deals: "The last {n} complete months vary by {cv} around their mean; the number of deals alone would let them vary by {luck}: there is more in it than luck (season, growth, effort).", "最近 {n} 个完整月份围绕均值的波动为 {cv}；仅凭成交单数的运气，波动应为 {luck}：其中不只是运气（还有季节、增长、投入）。";
        varies_by_luck: "The last {n} complete months vary by {cv} around their mean, no more than luck in the number and size of deals explains ({luck}): a single good or bad month tells little.", "最近 {n} 个完整月份围绕均值的波动为 {cv}，未超过成交单数与金额的运气所能解释的范围（{luck}）：单个月的好坏说明不了什么。";
        varies_by_luck_deals: "The last {n} complete months vary by {cv} around their mean, no more than luck in the number of deals explains ({luck}): a single good or bad month tells little.", "最近 {n} 个完整月份围绕均值的波动为 {cv}，未超过成交单数的运气所能解释的范围（{luck}）：单个月的好坏说明不了什么。";
        of_quarter: "first|second|third", "第一|第二|第三";
        waves: "Wins come in waves that follow the quarter: in its {best} month {times} times as many deals as in its {weakest} ({n} months). Hold a month against the same month of other quarters.", "赢单随季度起伏：季度的{best}个月成交单数是{weakest}个月的 {times} 倍（{n} 个月）。应与其他季度的同一月相比。";
        target_above: "{above} of {compared} targets were set above every month before; {reached} of {months} were reached.", "{compared} 个目标中有 {above} 个高于此前任何一个月；{months} 个中达成 {reached} 个。";
        target_now_above: "This month's target of {target} lies above the best month so far ({best}, {month}).", "本月目标 {target} 高于迄今最好的月份（{month}，{best}）。";
        largest_deal: "Since {from}: {deals} deal{s}, {revenue}; the largest ({id}) is {share} of it.", "{from} 以来：{deals} 单，{revenue}；最大一单（{id}）占 {share}。";
        largest_customer: "The largest of {n} customers ({name}) brought {share}.", "{n} 个客户中最大的（{name}）占 {share}。";
        month: "month", "月份";
        revenue: "revenue", "业绩";
        deals: "deals", "成交单数";
        target: "target", "目标";
        attained: "attained", "达成率";
        best_before: "best before", "此前最高";
        running: "{month} so far", "{month}（未完）";
        partial: "{month} in part", "{month}（不完整）";
        need_targets: "Attainment: name a file of targets under [targets].", "达成率：请在 [targets] 中写明目标文件。";
        targets_need_amounts: "Attainment: targets are money, and no won lead has an amount; name the column of money as `amount` under [leads].", "达成率：目标以金额计，而赢单没有金额；请在 [leads] 中以 `amount` 写明金额列。";
        target_zero: "{n} months with a target of 0 are left out of this.", "目标为 0 的 {n} 个月不计在内。";
        need_amount: "Order value: name the column of money as `amount` under [leads].", "客单价：请在 [leads] 中以 `amount` 写明金额列。";
        no_amounts: "No won lead has an amount: there is no order value to tell.", "没有带金额的赢单：没有客单价可言。";
        // order value
        amounts: "A deal brings {mean} on average ({n} deals); the median is {median}, half of the deals lie between {quarter} and {three}.", "平均每单 {mean}（{n} 单）；中位数 {median}，一半的单在 {quarter} 与 {three} 之间。";
        refunds: "Refunds lower revenue ({n}, {money} given back); order values are before them.", "{n} 笔退款（共退 {money}）降低业绩；客单价为退款前。";
        amount_of_one: "One deal with an amount, {mean}: too few to tell what a deal brings.", "只有一单有金额（{mean}）：尚不能判断客单价。";
        price_step: "From {month} on (it may have been {earliest} to {latest}) prices are {change}{at_mix}: {before} deals before, {after} since.", "自 {month} 起（可能在 {earliest} 至 {latest} 之间），{at_mix}价格水平为 {change}：之前 {before} 单，之后 {after} 单。";
        price_drift: "Prices move by {change} a year{at_mix}, steadily rather than in one step.", "{at_mix}价格水平每年变动 {change}，是逐步变化而非一次调价。";
        price_level: "No break in the level of prices from {from} to {to}{at_mix}: what there is lies within normal variation. A step of {smallest} or more in the middle would be seen at least every second time.", "{at_mix}{from} 至 {to} 的价格水平没有断点：变化在正常波动之内。中段若有 {smallest} 以上的一次调价，至少有一半机会能看出。";
        at_mix: " at the same mix of {mix}", "在相同的{mix}构成下，";
        no_mix: " as they are (no column tells amounts apart)", "没有列能区分金额，未按构成折算，";
        change: "Before and after {day} ({days} days each, {before} and {after} leads{at_mix}): order value {aov}, conversion {conversion}, revenue per lead {per_lead}.", "{day} 前后（各 {days} 天，线索 {before} 与 {after} 条{at_mix}）：客单价{aov}，转化率{conversion}，每条线索业绩{per_lead}。";
        change_mix: ", at the same mix of {mix}", "，在相同的{mix}构成下";
        rose: "rose to {ratio} times", "升至 {ratio} 倍";
        fell: "fell to {ratio} times", "降至 {ratio} 倍";
        within: "within normal variation: {ratio} times", "在正常波动之内：{ratio} 倍";
        change_note: "What else changed on that day is in these numbers too.", "当日同时发生的其他变化也包含在这些数字里。";
        change_season: "Each side is shorter than a year, so the season is in these numbers as well.", "前后各不足一年，因此季节也包含在这些数字里。";
        change_waves: "Wins follow the quarter here: where the two sides hold different months of it, that is in them too.", "赢单随季度起伏：若前后落在季度的不同月份，这一差别也包含在内。";
        bands_title: "Price and conversion together, by {what}: each band as if it had the mix of {mix} of all leads", "价格与转化率合看，按{what}：各价格段按全部线索的{mix}构成折算";
        bands_title_plain: "Price and conversion together, by {what}", "价格与转化率合看，按{what}";
        by_list_price: "list price", "标价";
        by_stated: "what the lead says it will spend", "线索自报的预算";
        relative: "{what}, against what is usual by {by}", "{what}（相对按{by}的通常价）";
        plain_title: "The same by the price itself, as it is: dear bands hold dear products", "按价格本身，不作折算：高价段里是高价产品";
        products_only: "Price and conversion cannot be judged together: nothing but its product says at what price a lead was worked, so price bands would be products, and say which to sell, not what to charge. `list_price` under [leads] would tell dear from cheap within a product.", "无法把价格与转化率合看：线索的报价只能由产品得知，价格段其实就是产品，只说明该卖什么，而不是该定什么价。在 [leads] 中写明 `list_price`，才能在同一产品内区分贵与便宜。";
        settled: "Price and conversion cannot be judged together: `{by}` settles the list price, so price bands would be its values, and say which to sell, not what to charge. List prices that differ within one, or a change at a date (`--price-change`), would tell.", "无法把价格与转化率合看：标价由 `{by}` 决定，价格段其实就是它的取值，只说明该卖什么，而不是该定什么价。同一取值内有不同标价，或某日调价（`--price-change`），才能判断。";
        per_lead: "revenue per lead", "每条线索业绩";
        band: "price band", "价格段";
        order_value: "order value", "客单价";
        against: "per lead, times the others", "每条线索相对其他段（倍）";
        band_best: "Per lead, the price band {band} brings {ratio} times what the other bands bring.", "按每条线索计，价格段 {band} 带来的业绩是其他段的 {ratio} 倍。";
        band_worst: "Per lead, the price band {band} brings only {ratio} times what the other bands bring.", "按每条线索计，价格段 {band} 带来的业绩只有其他段的 {ratio} 倍。";
        bands_alike: "No price band brings more or less per lead than normal variation explains.", "没有哪个价格段的每条线索业绩超出正常波动。";
        band_note: "Customers are not drawn to their price by lot: a band that brings more is where to look, no proof that a higher price would. A change at a date, or two prices at the same time, is the proof.", "客户不是随机分到某个价格的：业绩更高的价格段值得研究，但不能证明提价就会如此。某日调价的前后对比，或同时试行两种价格，才是证明。";
        unpriced: "{n} leads without a price are in no band.", "{n} 条线索没有价格，不在任何价格段。";
        no_price: "Price and conversion cannot be judged together: nothing says at what price the leads that were not won were worked. `list_price` or `stated_amount` under [leads] would.", "无法把价格与转化率合看：没有数据说明未成交线索的报价。可在 [leads] 中写明 `list_price` 或 `stated_amount`。";
        one_price: "Price and conversion cannot be judged together: every lead has the same price.", "无法把价格与转化率合看：所有线索价格相同。";
        few_wins: "Price and conversion cannot be judged together yet: fewer than 40 wins.", "暂时无法把价格与转化率合看：赢单不足 40 单。";
        no_age: "Price and conversion cannot be judged together: the dates do not tell how old the leads are.", "无法把价格与转化率合看：日期不足以说明线索的年龄。";
        discounts: "{below} of {n} deals were sold below list price, by {mean} of it on average: {given} given away, {share} of the list price of all deals. Such a discount pays only if conversion is at least {factor} times as high with it; whether it is, the data does not say: what the lost ones were offered is not on record.", "{n} 单中有 {below} 单低于标价成交，平均低 {mean}：共让利 {given}，占全部成交标价的 {share}。只有当转化率因此至少提高到 {factor} 倍时才划算；是否如此，数据无法说明：未成交线索的报价没有记录。";
        no_discounts: "No deal was sold below list price ({n} deals).", "没有低于标价成交的单（{n} 单）。";
        above_list: "{above} deals were sold above list price, {gained} in all: all deals together brought {net} of their list price.", "{above} 单高于标价成交，共高出 {gained}：全部成交合计为标价的 {net}。";
        above: "above list price", "高于标价";
        discount: "discount", "折扣";
        at_list: "none", "无";
        given: "given away", "让利";
        product: "product", "产品";
        mean: "mean", "均值";
        median: "median", "中位数";
        half_between: "half between", "一半在此之间";
        share_of_revenue: "share of revenue", "业绩占比";
        need_product: "By product: name `product` under [leads].", "按产品：请在 [leads] 中写明 `product`。";
        need_list_price: "Discounts: name `list_price` under [leads].", "折扣：请在 [leads] 中写明 `list_price`。";
        // conversion
        all_rate: "Of all leads {rate} are won within {days} days of creation, completed for age (so far {in_time} of {leads} within those days, {later} later).", "全部线索中有 {rate} 在创建后 {days} 天内赢单，已按年龄补全（目前 {leads} 条中有 {in_time} 条在此期限内赢单，{later} 条更晚）。";
        no_conversion: "Too little history to tell a conversion.", "历史太短，无法计算转化率。";
        record: "Closings are on record from {day} on; {n} older leads are left out.", "结束记录始于 {day}；更早的 {n} 条线索未计入。";
        quality_fell: "The quality of {source} fell: leads created from {month} on (it may have been {earliest} to {latest}) convert {ratio} times as often as those before, {before} -> {after} ({n1} and {n2} leads).", "{source} 的质量下降：自 {month} 起（可能在 {earliest} 至 {latest} 之间）创建的线索，转化率是之前的 {ratio} 倍，{before} -> {after}（{n1} 与 {n2} 条线索）。";
        quality_rose: "The quality of {source} rose: leads created from {month} on (it may have been {earliest} to {latest}) convert {ratio} times as often as those before, {before} -> {after} ({n1} and {n2} leads).", "{source} 的质量上升：自 {month} 起（可能在 {earliest} 至 {latest} 之间）创建的线索，转化率是之前的 {ratio} 倍，{before} -> {after}（{n1} 与 {n2} 条线索）。";
        all_leads: "all leads", "全部线索";
        other_sources: "all sources without a change of their own, taken together,", "其余所有来源（合计）";
        quality_same: "No source converts differently from its own past, {from} to {to}: what there is lies within normal variation ({n} of {all} sources have wins enough to tell).", "{from} 至 {to}，没有来源的转化率异于自身的过去：变化在正常波动之内（{all} 个来源中有 {n} 个赢单足以判断）。";
        quality_same_all: "Conversion stays within normal variation from {from} to {to}.", "{from} 至 {to}，转化率在正常波动之内。";
        quality_short: "Fewer than eight months of leads half grown: too few to see whether a source changes.", "成熟过半的月份不足八个：尚不能判断来源是否变化。";
        large_poor: "Large and poor: {list}.", "量大质差：{list}。";
        large_good: "Large and good: {list}.", "量大质优：{list}。";
        small_good: "Small and good: {list}.", "量小质优：{list}。";
        sources_alike: "No source is better or worse than the others beyond normal variation.", "没有来源的优劣超出正常波动。";
        quality_item: "{source} ({share} of the leads, {ratio} times the conversion of the others)", "{source}（占线索 {share}，转化率是其他的 {ratio} 倍）";
        source: "source", "来源";
        share: "share", "占比";
        won: "won", "赢单";
        none: "(none)", "（无）";
        won_in_time: "won in time", "期内赢单";
        rate_shrunken: "conversion, shrunken", "转化率（收缩后）";
        rate_own_mix: "conversion, own mix", "转化率（本段构成）";
        rate_months: "conversion, completed for age,", "转化率（按年龄补全）";
        rate_of_n: "{rate} % ({low}-{high}) of {n}", "{n} 条中 {rate} %（{low}-{high}）";
        no_rate_months: "Conversion by {by} and month: no month has ten leads of one with half of the cycle seen.", "按{by}与月份的转化率：没有哪个月有十条以上已见过半周期的线索。";
        rate_of_n_note: "Months of fewer than ten leads, or with less than half of the cycle seen, are left out.", "线索不足十条，或所见周期不足一半的月份不显示。";
        rate_mix: "conversion, same mix", "转化率（同构成）";
        against_others: "times the others", "相对其他（倍）";
        verdict: "quality", "质量";
        better: "better", "较好";
        worse: "worse", "较差";
        months_differ: "By month of creation conversion differs by far more than chance ({low} of {lowest}, {high} of {highest}; {n} months), but no lasting step was found.", "按创建月份，转化率的差异远超偶然（{lowest} 为 {low}，{highest} 为 {high}；共 {n} 个月），但未发现持续的阶跃。";
        too_few: "too few to tell", "太少，无法判断";
        usual: "as the others", "无差异";
        too_early: "too early", "为时尚早";
        maturing: "maturing", "成熟中";
        matured: "matured", "已成熟";
        seen: "cycle seen", "已见周期";
        created_in: "created in", "创建月份";
        stages_title: "The funnel: leads that reached a stage, and what became of them", "漏斗：到达各阶段的线索及其去向";
        stage: "stage", "阶段";
        reached: "reached", "到达";
        went_on: "went on", "前进";
        lost: "lost", "输单";
        open: "still there", "停留";
        went_on_share: "went on, of those that did or were lost", "前进占（前进+输单）";
        owners_title: "By owner, with the leads that each was given: no measure of skill. `forerun owners` compares people fairly.", "按负责人（各自分到的线索不同，不代表能力）。`forerun owners` 做公平比较。";
        owners_at_win: "By owner: an owner is written down when a lead is won, and for few others, so nothing can be told from it.", "按负责人：负责人在赢单时才登记，其他线索大多没有，因此看不出任何差别。";
        owner: "owner", "负责人";
        months_title: "By month of creation", "按创建月份";
        sources_title: "By source: how many, and how good", "按来源：数量与质量";
        need_source: "By source: name `source` under [leads].", "按来源：请在 [leads] 中写明 `source`。";
        need_stages: "By funnel stage: give the stage history under [stages].", "按漏斗阶段：请在 [stages] 中给出阶段历史。";
        need_owner: "By owner: name `owner` under [leads].", "按负责人：请在 [leads] 中写明 `owner`。";
        shrunken: "Conversion is that within {days} days, completed for age and shrunken towards the other rows of its table; `won in time` counts the wins within those days.", "转化率指 {days} 天内的转化率，已按年龄补全，并向同表其他行收缩；“期内赢单”为该期限内的赢单数。";
        no_cycle: "The cycle cannot be told yet.", "暂时无法说明转化周期。";
        by_title: "By {by}", "按{by}";
        by_record: "Leads and conversion are of the leads since {day}, when the record of closings begins; deals and what they brought are those of the whole data.", "线索与转化率只含 {day}（结束记录开始）以来的线索；成交及其业绩为全部数据。";
        by_at_win: "`{by}` is written down when a lead is won, and for few others: it tells of deals, not of conversion.", "`{by}` 在赢单时才登记，其他线索大多没有：只能看成交，不能看转化率。";
        sources_at_win: "By source: a source is written down when a lead is won, and for few others, so nothing can be told from it.", "按来源：来源在赢单时才登记，其他线索大多没有，因此看不出任何差别。";
        by_months: "{what} by {by} and month", "按{by}与月份的{what}";
        segment: "segment", "客户分类";
        region: "region", "地区";
        channel: "channel", "方式";
    }
}

/// The words of a language.
pub(crate) const fn kpi_words(language: Language) -> &'static KpiWords {
    match language {
        Language::En => &EN,
        Language::Zh => &ZH,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a template fills in, and whether it says anything.
    fn filled(words: &KpiWords) -> Vec<String> {
        let text = format!("{words:?}");
        (text.split('"').skip(1).step_by(2))
            .map(|template| {
                assert!(!template.is_empty());
                let mut names: Vec<&str> = (template.split('{').skip(1))
                    .filter_map(|part| part.split('}').next())
                    .collect();
                // An English plural; Chinese has none.
                names.retain(|name| *name != "s");
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
