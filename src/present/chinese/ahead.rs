//! The forecast, the target and its parts.

use super::Text;

pub(super) const TEXTS: &[Text] = &[
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
        "{n} leads came in {month} where {usual} a month were usual in the half year before, and {ahead} a month are forecast. If leads will not come again as they did, that is too high; if the export ends early, or leads are entered late, it is too low",
        "{month} 有 {n} 条新线索，而此前半年通常每月 {usual} 条：预测为每月 {ahead} 条。若线索不再如以往进来，则偏高；若导出提前结束或录入滞后，则偏低",
    ),
    (
        "leads-fell",
        "{n} leads came in {month} where {usual} a month were usual in the half year before: either fewer came, or an export holds part of the newest, as a rule those that closed quickly, and they look better or worse than they are",
        "{month} 有 {n} 条新线索，而此前半年通常每月 {usual} 条：要么确实变少，要么导出只含部分新线索（往往是很快结束的），看上去会比实际好或差",
    ),
    (
        "quarter-waves",
        "wins come in waves: in the {best} month of a quarter {times} times as many as in the {weakest}, for the leads that there were ({n} months). The forecast follows that, as far as so few months carry it",
        "赢单随季度起伏：按当时的线索，季度的{best}个月是{weakest}个月的 {times} 倍（{n} 个月）。预测会跟随这一规律，但月份不多",
    ),
    (
        "spring-festival",
        "Spring Festival begins on {day}; in the week of {past} {dip} % fewer leads came in than usual, and {wins}. The forecast expects the same of the next one",
        "春节从 {day} 开始；{past}当周新线索比平常少 {dip} %，{wins}。预测按下一次春节同样处理",
    ),
    (
        "beyond-capacity",
        "at {n} calls a day and the contacts that a win took in the last year, the working days left are too few for what their leads could bring: {owners}. Their shares are cut to it; the odds do not know of it and are too good",
        "按每天 {n} 个电话与过去一年每个赢单所需的联系次数，剩余工作日不足以做完其线索可带来的单：{owners}。其份额已相应下调；达成概率没有计入这一点，因此偏高",
    ),
    // What was refused.
    (
        "",
        "a forecast needs to know when leads come in and when they close: name the columns `created` and `closed` under [leads]",
        "预测需要知道线索何时进来、何时结束；请在 [leads] 中写明 `created` 与 `closed` 列",
    ),
    (
        "",
        "won leads with a closing date: {n}; a forecast needs {needed} at least: add older leads, or check which values of the outcome mean won",
        "有结束日的赢单：{n} 条；预测至少需要 {needed} 条；请补充更早的线索，或检查结果列中哪些取值表示赢单",
    ),
    (
        "",
        "complete months of leads: {n}; a forecast needs {needed} at least: add older leads, or choose a later as-of date",
        "完整的线索月份：{n} 个；预测至少需要 {needed} 个；请补充更早的线索，或选更晚的截止日",
    ),
    (
        "",
        "{n} complete months of revenue; {challenger} needs {needed} at least",
        "业绩的完整月份为 {n} 个；{challenger}至少需要 {needed} 个",
    ),
    (
        "",
        "no revenue in months 13 to 24 before: the last year's growth over them has no meaning",
        "此前第 13 至 24 个月没有业绩：无法计算去年相对它们的增长",
    ),
    (
        "",
        "revenue of month {n} of the past is not a number",
        "过去第 {n} 个月的业绩不是数字",
    ),
    (
        "",
        "{month} is over: the as-of date is {day}",
        "{month} 已经结束：截止日为 {day}",
    ),
    (
        "",
        "choose {month} or later, or look back with `--as-of`",
        "请选 {month} 或更晚的月份，或用 `--as-of` 回看",
    ),
    (
        "",
        "{month} is more than {n} months ahead",
        "{month} 在 {n} 个月之后",
    ),
    (
        "",
        "choose a month up to {month}",
        "请选不晚于 {month} 的月份",
    ),
];
