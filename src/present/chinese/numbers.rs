//! The groups of numbers, a month explained, owners, the process, the pipeline's flow, who wins.

use super::Text;

pub(super) const TEXTS: &[Text] = &[
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
    (
        "price-change-unjudged",
        "the price change cannot be judged: there are too few months of leads to tell how far months lie apart without a change",
        "无法判断调价：线索的月份太少，不知道没有调价时各月本来相差多少",
    ),
    ("no-cycle", "no cycle: {why}", "没有转化周期：{why}"),
    (
        "named-at-win",
        "`{role}` is written down when a lead is won, and for few others: nothing can be told from dividing by it",
        "`{role}` 在赢单时才登记，其他线索大多没有：按它划分说明不了什么",
    ),
    (
        "",
        "nothing tells in which month a deal was closed, nor how old a lead is: name the columns `created` and `closed` under [leads]",
        "无法得知成交在哪个月、线索有多大年龄；请在 [leads] 中写明 `created` 与 `closed` 列",
    ),
    (
        "",
        "the price change on {day} lies outside the data: the first lead came on {first}, and nothing is known of {as_of} and after",
        "{day} 的调价在数据之外：第一条线索在 {first}，而 {as_of} 及以后的情况未知",
    ),
    (
        "",
        "no rules sort the leads into segments: name rule files under [rules]",
        "没有规则把线索分类；请在 [rules] 中写明规则文件",
    ),
    (
        "",
        "the project file names no `{role}` column to divide the leads by: name it under [leads]",
        "项目文件没有写明用来划分线索的 `{role}` 列；请在 [leads] 中写明",
    ),
    // How long deals take.
    (
        "",
        "nothing tells how long leads take: name the columns `created` and `closed` under [leads]",
        "无法得知线索需要多久；请在 [leads] 中写明 `created` 与 `closed` 列",
    ),
    (
        "",
        "too little has been seen: not even five leads (or half of them) have been followed for a week; come back when they have, or bring older ones",
        "数据太少，跟进满一周的线索不足五条（或不足一半）；过些时候再来，或补充更早的线索",
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
        "leads-fell",
        "{n} leads came in in {month}, and none after it, where {usual} a month were usual in the half year before: if the export ends early, or leads are entered late, new leads explain nothing",
        "{month} 有 {n} 条新线索，此后没有，而此前半年通常每月 {usual} 条：若导出提前结束或录入滞后，新线索说明不了什么",
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
        "won leads closed before {day}, as {month} is explained by what was known then: {n}; {needed} are needed at least: choose a later month, or add older leads",
        "解释 {month} 只用当时已知的数据，{day} 之前结束的赢单：{n} 条；至少需要 {needed} 条；请选更晚的月份，或补充更早的线索",
    ),
    (
        "",
        "complete months of leads before {day}, as {month} is explained by what was known then: {n}; {needed} are needed at least: choose a later month, or add older leads",
        "解释 {month} 只用当时已知的数据，{day} 之前完整的线索月份：{n} 个；至少需要 {needed} 个；请选更晚的月份，或补充更早的线索",
    ),
    (
        "",
        "there is no target for {month}: name a file of targets with that month under [targets], or explain it against the forecast, last-month or last-year",
        "{month} 没有目标；请在 [targets] 中写明含有该月的目标文件，或改为与 forecast、last-month、last-year 相比",
    ),
    (
        "",
        "the target for {month} is money, and the data has no usable amounts to hold against it: {unpriced}. Explain the month against the forecast, last-month or last-year, which count deals then",
        "{month} 的目标是金额，而数据中没有可与之相比的金额：{unpriced}。请改为与 forecast、last-month、last-year 相比，它们此时按成交单数计",
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
    (
        "",
        "what a salesperson should have won depends on the time that the leads have had: name the columns `created` and `closed` under [leads]",
        "销售应赢多少取决于线索已有的时间；请在 [leads] 中写明 `created` 与 `closed` 列",
    ),
    (
        "",
        "nothing says who holds a lead: name the column `owner` under [leads]",
        "无法得知线索由谁持有；请在 [leads] 中写明 `owner` 列",
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
    // The process, and who wins.
    (
        "",
        "nothing tells how leads were worked on: bring [activities] (calls and visits), [stages], or the columns `contacted` or `closed` under [leads]",
        "无从得知线索如何跟进；请提供 [activities]（电话与拜访）、[stages]，或 [leads] 中的 `contacted` 或 `closed` 列",
    ),
    (
        "",
        "there are no leads as of that day: there is no work to look at",
        "截至那天没有线索：没有可查看的工作",
    ),
    (
        "",
        "no lead has been won within the time that is followed, so nothing tells who wins; come back when some have, or check which values of the outcome column mean won",
        "在跟进的时间内没有赢单，无法得知谁会赢；等有了赢单再来，或检查结果列中哪些取值表示赢单",
    ),
    (
        "",
        "no column of the leads says anything that is known when they come in: name such columns in the file, and check [leads.known] with `forerun check --leaks`",
        "没有哪一列说明线索进来时已知的信息；请在文件中给出这样的列，并用 `forerun check --leaks` 检查 [leads.known]",
    ),
    // The flow of the pipeline.
    (
        "open-without-created",
        "{n} lead{s} without a creation date: nothing says whether it was there on the first day, so it is in no line",
        "{n} 条线索没有创建日：无法得知期初是否已有，因此不在任何一行",
    ),
    (
        "closed-without-date",
        "{n} lead{s} won or lost without a closing date: nothing says whether it was still open on the first day, so it is in no line",
        "{n} 条赢单或输单没有结束日：无法得知期初是否仍在跟进，因此不在任何一行",
    ),
    (
        "no-value",
        "{n} lead{s} whose value nothing tells: counted as 0 in money until it is known",
        "{n} 条线索的价值无从得知：得知之前金额按 0 计",
    ),
    (
        "won-without-amount",
        "{n} lead{s} won without an amount: taken to have brought its value",
        "{n} 条赢单没有金额：按其价值计",
    ),
    (
        "no-expected-close",
        "{n} lead{s} still open and without an expected closing date: it cannot slip",
        "{n} 条跟进中的线索没有预计成交日：不会算作延期",
    ),
    (
        "slipped-unknown",
        "nothing says which leads were expected to close, so none is called slipped: [leads] names no `expected_close`, and of what was known on the first day no model can be learnt ({why})",
        "无法得知哪些线索预计成交，因此都不算延期：[leads] 中没有写明 `expected_close`，而按期初所知又学不出模型（{why}）",
    ),
    (
        "",
        "nothing tells which leads were open on a day: name the columns `created` and `closed` under [leads]; exports of two days, each without dates, cannot be held against each other",
        "无法得知某一天哪些线索在跟；请在 [leads] 中写明 `created` 与 `closed` 列；没有日期的两天导出无法互相比较",
    ),
    (
        "",
        "the first day must come before the last one, and {from} does not come before {to}",
        "起始日必须早于结束日，而 {from} 不早于 {to}",
    ),
    (
        "",
        "the oldest lead came in on {first}: what was open on {from} is not known; begin on {next} or later",
        "最早的线索在 {first} 进来：{from} 有哪些在跟不得而知；请从 {next} 或更晚开始",
    ),
    (
        "",
        "nothing is known of {day} and after: end on {as_of}, or give a later day with --as-of",
        "{day} 及以后的情况未知；请以 {as_of} 结束，或用 --as-of 给出更晚的日期",
    ),
    (
        "",
        "the stage of a lead on a past day is known from the stage history only: give it under [stages]",
        "线索在过去某天的阶段只能从阶段历史得知；请在 [stages] 中提供",
    ),
];
