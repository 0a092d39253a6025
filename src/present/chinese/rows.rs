//! Why rows were set aside.

use super::Text;

pub(super) const TEXTS: &[Text] = &[
    (
        "closed-before-created",
        "the lead was closed on {closed}, before it was created on {created}",
        "线索的结束日 {closed} 早于创建日 {created}",
    ),
    (
        "open-but-closed",
        "the lead is open by its outcome but was closed on {closed}; correct the one or the other, or, if the column holds the day on which the deal is expected, name it as `expected_close`",
        "按结果该线索仍在跟进，却有结束日 {closed}；请更正其一；若该列是预计成交日，请以 `expected_close` 写明",
    ),
    (
        "empty-id",
        "the row has no identifier; every lead needs one of its own",
        "该行没有编号；每条线索都要有自己的编号",
    ),
    (
        "empty-id",
        "the row does not say which lead it is of",
        "该行没有写明是哪条线索",
    ),
    (
        "duplicate-id",
        "the lead `{id}` is already at {first}; keep one row of each lead",
        "线索 `{id}` 在 {first} 已经出现；每条线索只保留一行",
    ),
    (
        "negative-amount",
        "the lead was won for {amount}; a refund is no deal: take it from the amount of the deal that it belongs to, or, if negative amounts are refunds of their month, write `refunds = \"amount\"` under [money]",
        "赢单金额为 {amount}；退款不是成交：请从所属订单的金额中扣除；若负数金额是当月退款，请在 [money] 中写 `refunds = \"amount\"`",
    ),
    (
        "negative-amount",
        "`{column}` holds {value}: a deal brings 0 or more, and no more than 1,000,000,000,000,000",
        "`{column}` 为 {value}：成交金额不能小于 0，也不能超过 1,000,000,000,000,000",
    ),
    (
        "not-utf8",
        "the row holds bytes that are not UTF-8 text; save the file as `CSV UTF-8`",
        "该行含有非 UTF-8 字节；请把文件另存为 `CSV UTF-8`",
    ),
    (
        "open-quote",
        "a quotation mark is opened in this row and not closed as it should be; close it, or double the quotation marks that are part of the text",
        "该行的引号没有正确闭合；请补上，或把文字中的引号写成两个",
    ),
    (
        "wrong-field-count",
        "the row has {n} field{s} where the header has {width}{hint}",
        "该行有 {n} 个字段，而表头有 {width} 个{hint}",
    ),
    // Values.
    (
        "not-a-number",
        "`{column}` holds `{value}`, which is not a number as others are written; if its comma is the decimal mark, set `[values] decimal = \",\"` in the project file",
        "`{column}` 为 `{value}`，与其他数字写法不同；若其中的逗号是小数点，请在项目文件中设 `[values] decimal = \",\"`",
    ),
    (
        "not-a-number",
        "`{column}` holds `{value}`, which is not a number; write it like 1234.5 or 1,234.5",
        "`{column}` 为 `{value}`，不是数字；请写成 1234.5 或 1,234.5 的样子",
    ),
    (
        "unclear-comma",
        "`{column}` holds `{value}`, whose {mark} may be a decimal mark or a separator of thousands; set `[values] decimal = \".\"` or `\",\"` in the project file",
        "`{column}` 为 `{value}`，其中的{mark}可能是小数点，也可能是千位分隔符；请在项目文件中写明 `[values] decimal = \".\"` 或 `\",\"`",
    ),
    (
        "unclear-point",
        "`{column}` holds `{value}`, whose {mark} may be a decimal mark or a separator of thousands; set `[values] decimal = \".\"` or `\",\"` in the project file",
        "`{column}` 为 `{value}`，其中的{mark}可能是小数点，也可能是千位分隔符；请在项目文件中写明 `[values] decimal = \".\"` 或 `\",\"`",
    ),
    (
        "absurd-amount",
        "`{column}` holds `{value}`, more money than there can be; correct the amount",
        "`{column}` 为 `{value}`，大得不可能；请更正金额",
    ),
    (
        "not-a-date",
        "`{column}` holds `{value}`, which is not a date; write it like 2026-07-01 or 2026-07-01 09:30",
        "`{column}` 为 `{value}`，不是日期；请写成 2026-07-01 或 2026-07-01 09:30 的样子",
    ),
    (
        "no-such-day",
        "`{column}` holds `{value}`, a day that the calendar does not have",
        "`{column}` 为 `{value}`，日历上没有这一天",
    ),
    (
        "unclear-date-order",
        "`{column}` holds `{value}`, where it is not clear which is the day and which the month; set `[values] dates = \"dmy\"` or `\"mdy\"` in the project file",
        "`{column}` 为 `{value}`，分不清哪个是日、哪个是月；请在项目文件中写明 `[values] dates = \"dmy\"` 或 `\"mdy\"`",
    ),
    (
        "unclear-date-order",
        "`{column}` holds `{value}`, where it is not clear which is the day and which the month; set `[values] dates = \"dmy\"` or `\"mdy\"` in the project file, or write 2026-07",
        "`{column}` 为 `{value}`，分不清哪个是日、哪个是月；请在项目文件中写明 `[values] dates = \"dmy\"` 或 `\"mdy\"`，或写成 2026-07",
    ),
    (
        "year-out-of-range",
        "`{column}` holds `{value}`, a date outside the years {from} to {to}; correct the year",
        "`{column}` 为 `{value}`，年份不在 {from} 至 {to} 之间；请更正年份",
    ),
    (
        "not-yes-or-no",
        "`{column}` holds `{value}`, which is neither yes nor no in the words of `[values] booleans`",
        "`{column}` 为 `{value}`，既不是 `[values] booleans` 中表示“是”的词，也不是表示“否”的词",
    ),
    // Spend and targets.
    ("empty-month", "the row names no month", "该行没有写明月份"),
    (
        "not-a-month",
        "`{column}` holds `{value}`, which is not a month; write it like 2026-07",
        "`{column}` 为 `{value}`，不是月份；请写成 2026-07 的样子",
    ),
    (
        "empty-source",
        "the row names no source",
        "该行没有写明来源",
    ),
    (
        "empty-spend",
        "the row says no spend; write 0 for none",
        "该行没有花费；没有花费请写 0",
    ),
    (
        "negative-spend",
        "the spend is below zero; take refunds from the month that they belong to",
        "花费为负数；退款请从所属月份的花费中扣除",
    ),
    (
        "negative-spend",
        "`{column}` holds {value}, which is below zero; take corrections from the period that they belong to",
        "`{column}` 为 {value}，小于 0；更正请从所属的期中扣除",
    ),
    (
        "negative-count",
        "`{column}` holds {value}, which is below zero; take corrections from the period that they belong to",
        "`{column}` 为 {value}，小于 0；更正请从所属的期中扣除",
    ),
    ("empty-target", "the row says no target", "该行没有目标金额"),
    (
        "negative-target",
        "the target is below zero",
        "目标金额为负数",
    ),
    (
        "repeated-target",
        "{whose} already has a target for {month} at {place}; keep one",
        "{whose}在 {place} 已有 {month} 的目标；请只保留一个",
    ),
    // Stages and activities.
    ("empty-stage", "the row names no stage", "该行没有写明阶段"),
    (
        "empty-date",
        "the row does not say when the stage was entered",
        "该行没有写明何时进入该阶段",
    ),
    (
        "empty-date",
        "the row does not say when the activity was",
        "该行没有写明活动的时间",
    ),
    (
        "empty-date",
        "the row does not say when it was",
        "该行没有写明时间",
    ),
    ("empty-date", "the row has no date", "该行没有日期"),
    // Campaign files.
    (
        "empty-channel",
        "the row names no channel",
        "该行没有写明渠道",
    ),
    ("empty-geo", "the row names no region", "该行没有写明地区"),
    (
        "empty-count",
        "without it no count can be worked out",
        "缺少它就无法推算数量",
    ),
    (
        "rate-above-one",
        "`{column}` holds {value}, which is above 1: a rate is written as a fraction, 0.02 for 2 %",
        "`{column}` 为 {value}，大于 1：比率请写成小数，2 % 写作 0.02",
    ),
    (
        "repeated-period",
        "{day} has a row already, at {place}; keep one row of each date and region",
        "{day} 在 {place} 已有一行；每个日期与地区只保留一行",
    ),
    (
        "repeated-period",
        "{day} has a row already, at {place}; keep one, or, if the rows are of regions, name their column as `geo` under [channels]",
        "{day} 在 {place} 已有一行；请只保留一行；若各行属于不同地区，请在 [channels] 中以 `geo` 写明地区列",
    ),
    // The record of calls, and calls to be imported.
    (
        "call-of-unknown-lead",
        "the lead `{id}` is not in the lead files",
        "线索 `{id}` 不在线索文件中",
    ),
    (
        "call-in-future",
        "{at} is in the future: what has not happened cannot be logged",
        "{at} 还没有到：尚未发生的通话不能记录",
    ),
    (
        "call-before-created",
        "{at} is before the lead came in, on {created}",
        "{at} 早于线索的创建日 {created}",
    ),
    (
        "unknown-result",
        "`{column}` holds `{value}`, which is no result of a call; it is one of {list}",
        "`{column}` 为 `{value}`，不是通话结果；可用的有 {list}",
    ),
    (
        "torn-line",
        "the line does not end: it was cut short while it was written, and does not count; write the entry again",
        "该行没有写完：写入时中断，不计入；请重新记录",
    ),
    (
        "half-list",
        "the list of this line is not whole: it was cut short while it was written, and does not count",
        "该行所属的名单不完整：写入时中断，不计入",
    ),
    (
        "list-changed",
        "`{column}` holds `{value}`, which forerun has not written; take this file as it is, or move it away",
        "`{column}` 为 `{value}`，不是 forerun 写入的；请让该文件保持原样，或把它移走",
    ),
];
