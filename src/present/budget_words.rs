//! The words of the budget, in both languages.

use crate::decide::budget::Fixed;
use crate::project::Language;

/// What a budget is told with; `{name}` is filled in.
#[derive(Debug)]
pub(crate) struct BudgetWords {
    pub(crate) title: &'static str,
    pub(crate) now: &'static str,
    pub(crate) same_mix: &'static str,
    pub(crate) split: &'static str,
    pub(crate) split_unadvised: &'static str,
    pub(crate) split_explored: &'static str,
    pub(crate) leads_same: &'static str,
    pub(crate) leads_split: &'static str,
    pub(crate) marginal_same: &'static str,
    pub(crate) marginal_split: &'static str,
    pub(crate) p_more: &'static str,
    pub(crate) elasticity: &'static str,
    pub(crate) untold: &'static str,
    pub(crate) no_spend: &'static str,
    pub(crate) too_early: &'static str,
    pub(crate) few_months: &'static str,
    pub(crate) no_leads: &'static str,
    pub(crate) advised: &'static str,
    pub(crate) stay: &'static str,
    pub(crate) not_enough: &'static str,
    pub(crate) explored: &'static str,
    pub(crate) nothing: &'static str,
    pub(crate) revenue: &'static str,
    pub(crate) deals: &'static str,
    pub(crate) deals_unit: &'static str,
    pub(crate) regret: &'static str,
    pub(crate) regret_deals: &'static str,
    pub(crate) fixed: &'static str,
    pub(crate) trial: &'static str,
    pub(crate) trial_deals: &'static str,
    pub(crate) no_trial: &'static str,
    pub(crate) marginal_note: &'static str,
    pub(crate) marginal_note_deals: &'static str,
    pub(crate) observational: &'static str,
    pub(crate) no_amounts: &'static str,
    pub(crate) no_currency: &'static str,
}

impl BudgetWords {
    /// Why a source is left as it is.
    pub(crate) const fn why(&self, fixed: Fixed) -> &'static str {
        match fixed {
            Fixed::NoSpend => self.no_spend,
            Fixed::TooEarly => self.too_early,
            Fixed::FewMonths => self.few_months,
            Fixed::NoLeads => self.no_leads,
        }
    }
}

/// The words of a language.
pub(crate) const fn budget_words(language: Language) -> &'static BudgetWords {
    match language {
        Language::En => &EN,
        Language::Zh => &ZH,
    }
}

const EN: BudgetWords = BudgetWords {
    title: "A month's budget of {total} {currency}, learnt from {from} to {to}",
    now: "now",
    same_mix: "same mix",
    split: "advised",
    split_unadvised: "best guess (not advised)",
    split_explored: "drawn, to learn",
    leads_same: "leads at same mix",
    leads_split: "leads at split",
    marginal_same: "last {unit} brings",
    marginal_split: "at split",
    p_more: "P(more is better)",
    elasticity: "elasticity",
    untold: "not told by the data",
    no_spend: "left as it is: no spend in the last three months",
    too_early: "left as it is: too early to say what its leads are worth",
    few_months: "left as it is: fewer than six months with spend",
    no_leads: "left as it is: no leads from it",
    advised: "Move to the split: it brings {gain} ({low} .. {high}) {unit} more a month than the same mix, with a probability of {p}.",
    stay: "Stay: the split brings {gain} ({low} .. {high}) {unit} more a month than the same mix, and more at all with a probability of only {p}; 80 % is asked for.",
    not_enough: "Not enough variation to tell: spend moved too little, or too few months are known, to see what more or less of it does. What the split is expected to bring ({gain}, {low} .. {high} {unit} a month, probability of a gain {p}) rests on what is usual elsewhere, not on your data.",
    explored: "A split that learns as it earns: the best one of one draw of what is believed, another draw every month, with at least {floor} {currency} for each source within the bounds. It is expected to bring {gain} ({low} .. {high}) {unit} more a month than the same mix, more at all with a probability of {p}; the best guess would bring {cost} {unit} more than it this month, which is what learning costs.",
    nothing: "Nothing to move: fewer than two sources may get more or less.",
    revenue: "Revenue that the leads of a month will bring, of the sources that may move: {same} ({same_low} .. {same_high}) at the same mix, {split} ({split_low} .. {split_high}) at the split.",
    deals: "Deals that the leads of a month will bring, of the sources that may move: {same} ({same_low} .. {same_high}) at the same mix, {split} ({split_low} .. {split_high}) at the split.",
    deals_unit: "deals",
    regret: "If all were known, the best split would bring {now} more margin a month than the same mix; the split leaves {then} of it.",
    regret_deals: "If all were known, the best split would bring {now} more deals a month than the same mix; the split leaves {then} of it.",
    fixed: "Sources left as they are count with what they get now.",
    trial: "The cheapest trial that would tell: give {source} {up} more and {up} less by turns, a month each, for {months} months. It costs about {cost} of margin by uneven spend; what it tells is worth about {gain} a month.",
    trial_deals: "The cheapest trial that would tell: give {source} {up} more and {up} less by turns, a month each, for {months} months. It costs about {cost} deals by uneven spend; what it tells is worth about {gain} deals a month.",
    no_trial: "No trial of 20 % more and less by turns would tell within two years what it costs within one.",
    marginal_note: "Last {unit} brings: gross margin of the leads that one {unit} more buys; above 1 it pays. A lead is worth what the leads of its source are on average; those that more money buys may be worse, and then it brings less.",
    marginal_note_deals: "Last {unit} brings: deals of the leads that {unit} more buy. A lead is worth what the leads of its source are on average; those that more money buys may be worse, and then it brings less.",
    observational: "Learnt from what was spent, not from a trial. Ranges hold 80 %. No source moves by more than {bounds} of the same mix.",
    no_amounts: "Without amounts, or with those of one or two wins only, every deal counts alike: with `amount` under [leads] it would be money.",
    no_currency: "unit of money",
};

const ZH: BudgetWords = BudgetWords {
    title: "每月预算 {total} {currency}，按 {from} 至 {to} 的数据",
    now: "目前",
    same_mix: "按现有比例",
    split: "建议",
    split_unadvised: "最佳猜测（不作建议）",
    split_explored: "抽样（边投边学）",
    leads_same: "现有比例的线索",
    leads_split: "新分配的线索",
    marginal_same: "最后 {unit} 带来",
    marginal_split: "新分配时",
    p_more: "P(应增加)",
    elasticity: "弹性",
    untold: "数据未能说明",
    no_spend: "不变：最近三个月无投放",
    too_early: "不变：线索太新，尚不知其价值",
    few_months: "不变：有投放的月份不足六个",
    no_leads: "不变：没有带来线索",
    advised: "建议采用新分配：比现有比例每月多带来 {gain}（{low} .. {high}）{unit}，概率 {p}。",
    stay: "建议不变：新分配比现有比例每月多带来 {gain}（{low} .. {high}）{unit}，但确有增益的概率只有 {p}，要求为 80 %。",
    not_enough: "变动不足，无法判断：投放变化太小或月份太少，看不出增减投放的效果。新分配的预期增益（每月 {gain}，{low} .. {high} {unit}，有增益的概率 {p}）来自一般经验，而非你们的数据。",
    explored: "边投边学的分配：按现有认识抽取一次，取该次的最佳分配，每月另抽；在范围之内每个来源至少得 {floor} {currency}。预期比现有比例每月多带来 {gain}（{low} .. {high}）{unit}，确有增益的概率 {p}；最佳猜测本月会比它多带来 {cost} {unit}，这是学习的代价。",
    nothing: "无可调整：可增减的来源不足两个。",
    revenue: "可调整来源一个月的线索将带来的收入：现有比例 {same}（{same_low} .. {same_high}），新分配 {split}（{split_low} .. {split_high}）。",
    deals: "可调整来源一个月的线索将带来的成交数：现有比例 {same}（{same_low} .. {same_high}），新分配 {split}（{split_low} .. {split_high}）。",
    deals_unit: "单",
    regret: "若一切已知，最佳分配每月比现有比例多带来毛利 {now}；采用新分配后还差 {then}。",
    regret_deals: "若一切已知，最佳分配每月比现有比例多成交 {now}；采用新分配后还差 {then}。",
    fixed: "不变的来源按目前金额计入。",
    trial: "最省的试验：{source} 的投放逐月交替增减 {up}，共 {months} 个月。因投放不均约损失毛利 {cost}；所得的认识每月约值 {gain}。",
    trial_deals: "最省的试验：{source} 的投放逐月交替增减 {up}，共 {months} 个月。因投放不均约损失 {cost} 单；所得的认识每月约值 {gain} 单。",
    no_trial: "逐月交替增减 20 % 的试验，没有一个能在两年内说明问题并在一年内收回成本。",
    marginal_note: "最后 1 {unit} 带来：再投 1 {unit} 所得线索的毛利，大于 1 才划算。线索价值按该来源的平均计；多花钱买来的线索可能更差，则带来的更少。",
    marginal_note_deals: "最后 {unit} 带来：再投 {unit} 所得线索的成交数。线索价值按该来源的平均计；多花钱买来的线索可能更差，则带来的更少。",
    observational: "由以往投放得出，并非试验。区间为 80 %。任何来源的变动不超过现有比例的 {bounds}。",
    no_amounts: "没有成交金额，或只有一两单有金额，每单同等计：若在 [leads] 中写明 `amount`，则以金额计。",
    no_currency: "单位金额",
};

#[cfg(test)]
mod tests {
    use super::*;

    /// What a template fills in, and whether it says anything.
    fn filled(words: &BudgetWords) -> Vec<Vec<String>> {
        let text = format!("{words:?}");
        (text.split('"').skip(1).step_by(2))
            .map(|template| {
                assert!(!template.is_empty());
                let mut names: Vec<String> = (template.split('{').skip(1))
                    .filter_map(|part| part.split('}').next().map(str::to_owned))
                    .collect();
                names.sort_unstable();
                names.dedup();
                names
            })
            .collect()
    }

    #[test]
    fn both_languages_fill_in_the_same_values() {
        assert_eq!(filled(&EN), filled(&ZH));
    }
}
