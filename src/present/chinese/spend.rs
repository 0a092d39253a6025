//! Sources, their spend and its split.

use super::Text;

pub(super) const TEXTS: &[Text] = &[
    // Sources.
    (
        "spend-left-out",
        "spend of {n} from {month} on is left out: by the as-of date that month is not over",
        "{month} 起的花费 {n} 未计入：到截止日该月尚未结束",
    ),
    (
        "few-amounts",
        "wins with an amount: {n}, too few to tell what a win brings, so there is no order value and no return; three are needed",
        "有金额的赢单只有 {n} 单，无法说明每单带来多少，因此没有客单价与回报；至少需要三单",
    ),
    (
        "spend-without-leads",
        "money was paid for `{source}`, but no lead names it as its source{own}",
        "`{source}` 有花费，但没有线索以它为来源{own}",
    ),
    (
        "spend-covers-part",
        "spend of `{source}` is known from {from} to {to}: its CAC and ROI are of the {n} leads of these months, out of {all}",
        "`{source}` 的花费只有 {from} 至 {to}：其获客成本与 ROI 只按这些月份的 {n} 条线索计（共 {all} 条）",
    ),
    (
        "record-begins-late",
        "closings are on record from {day} on: {n} leads that came before it are in no conversion, as their wins of that time are not in the file",
        "结束记录从 {day} 开始：此前的 {n} 条线索不计入转化率，因为文件中没有它们当时的赢单",
    ),
    (
        "closed-undated",
        "{n} closed leads have no day of closing: they are in no conversion",
        "{n} 条已结束的线索没有结束日：不计入转化率",
    ),
    (
        "spend-by-source-only",
        "spend is known by source, not by `{column}`: without --by the sources are shown with cost and return",
        "花费按来源记录，而不是按 `{column}`：不加 --by 时，各来源会显示成本与回报",
    ),
    (
        "leads-without-created",
        "{n} of {all} leads have no creation date: nothing says how old they are, and they are in no source's numbers",
        "{all} 条线索中有 {n} 条没有创建日：无法得知其年龄，不计入任何来源",
    ),
    (
        "",
        "to complete conversion for the age of the leads, sources need to know when leads come in and when they close: name the columns `created` and `closed` under [leads]",
        "要按线索年龄补全转化率，需要知道线索何时进来、何时结束；请在 [leads] 中写明 `created` 与 `closed` 列",
    ),
    (
        "",
        "no column says where a lead came from: name it as `source` under [leads], for example source = \"lead_source\", or divide the leads by another column: --by COLUMN",
        "没有哪一列说明线索来自哪里；请在 [leads] 中以 `source` 写明，例如 source = \"lead_source\"，或按另一列划分：--by 列名",
    ),
    (
        "",
        "there is no column `{name}` to divide the leads by; known when a lead comes in: {list}",
        "没有可用来划分线索的列 `{name}`；线索进来时已知的列有：{list}",
    ),
    (
        "",
        "`{name}` is no column of texts or numbers known when a lead comes in: divided by what is filled in later, good leads would be good because they were won",
        "`{name}` 不是线索进来时已知的文本或数字列：若按后来才填写的内容划分，好线索之所以好只是因为赢了单",
    ),
    (
        "",
        "nearly every lead has a value of its own in `{name}`: there are no groups to compare",
        "`{name}` 几乎每条线索一个取值：没有可比较的组",
    ),
    // The budget.
    (
        "spend-follows-demand",
        "more was spent when more leads came anyway ({names}): what spend does looks larger than it is, and more months make it only surer; the elasticities are widened for it, and only a planned trial would tell",
        "线索本来就多的时候花费也多（{names}）：花费的作用看上去比实际大，月份再多也只会更确信；弹性的区间已为此放宽，只有有计划的试验才能说明",
    ),
    (
        "beyond-the-seen",
        "no month had as much or as little spend: {beyond}; what it brings there is a guess",
        "没有哪个月的花费这么多或这么少：{beyond}；在那里带来多少只是猜测",
    ),
    (
        "spend-ends-early",
        "spend is known up to {month}, though {last} is over as well: `now` is the mean of the last three months that are known",
        "花费只到 {month}，而 {last} 也已结束：“目前”取已知的最近三个月的均值",
    ),
    (
        "spend-below-zero",
        "{n} lines of spend are below 0 and left out",
        "{n} 行花费小于 0，未计入",
    ),
    (
        "",
        "nothing says what was paid for each source: give a file of month, source and spend under [spend], for example file = \"spend.csv\"",
        "没有各来源的花费；请在 [spend] 中给出含月份、来源与花费的文件，例如 file = \"spend.csv\"",
    ),
    (
        "",
        "no complete month before {day} has both spend and leads: spend is known from {from} to {to}, the leads from {first} on",
        "{day} 之前没有既有花费又有线索的完整月份：花费为 {from} 至 {to}，线索从 {first} 起",
    ),
    (
        "",
        "a total of {total} does not pay for the sources that stay as they are ({fixed} a month): give more",
        "总额 {total} 不够支付保持不变的来源（每月 {fixed}）；请提高总额",
    ),
];
