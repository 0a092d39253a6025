//! What was noticed of data that is used all the same.

use super::Text;

pub(super) const TEXTS: &[Text] = &[
    (
        "",
        "{n} note{s} about the data and the rules: `forerun check` shows them",
        "关于数据与规则有 {n} 条说明：见 `forerun check`",
    ),
    (
        "",
        "the rows set aside are in {file}",
        "被搁置的行在 {file}",
    ),
    // The files as they are.
    (
        "read-as-gb18030",
        "Not UTF-8, read as Chinese text in GB18030 (GBK): {files}. If names look wrong, save the file as `CSV UTF-8`.",
        "不是 UTF-8，已按 GB18030（GBK）中文读取：{files}。若名称显示异常，请把文件另存为 `CSV UTF-8`。",
    ),
    (
        "blank-rows",
        "Rows of {files} that hold nothing: {n}. They were passed over.",
        "{files} 中有 {n} 行空行，已跳过。",
    ),
    (
        "unnamed-column",
        "A column without a name is called `{name}` after its place.",
        "有一列没有列名，按位置称为 `{name}`。",
    ),
    (
        "dates-without-order",
        "`{column}` is read as text: it {order} to read them as dates.",
        "`{column}` 按文本读取：该列{order}，即可按日期读取。",
    ),
    (
        "stray-values",
        "`{column}` holds {kind} in nearly every row; other values, taken as missing: {n}, the first `{value}` at {place}.",
        "`{column}` 几乎每行都是{kind}；其他值按缺失处理：{n} 个，首个为 {place} 的 `{value}`。",
    ),
    (
        "stray-values",
        "`{column}` holds {kind} in nearly every row; other values, taken as missing: {n}.",
        "`{column}` 几乎每行都是{kind}；其他值按缺失处理：{n} 个。",
    ),
    (
        "values-alike",
        "`{column}` holds values that differ only in case, spaces or width of letters, and counts them apart: {alike}. If they are one, write them alike in the export.",
        "`{column}` 中有些取值只在大小写、空格或全角半角上不同，现分开计算：{alike}。若本是同一个值，请在导出文件中统一写法。",
    ),
    (
        "outcome-value-unseen",
        "No row of `{column}` holds {list}, which `outcome` names{meant}; it holds {levels}. Every value that `outcome` does not name is open.",
        "`{column}` 没有一行是 `outcome` 写明的 {list}{meant}；该列的取值有：{levels}。`outcome` 未写明的取值都算跟进中。",
    ),
    (
        "outcome-value-unnamed",
        "`{column}` holds {values}, which `outcome` names in another spelling only. They count as open: add them to `outcome`.",
        "`{column}` 中有 {values}，而 `outcome` 只写了其另一种写法。它们算作在跟：请补入 `outcome`。",
    ),
    (
        "outcome-empty",
        "Rows in which `{column}` is empty: {n}. They count as open.",
        "{n} 行的 `{column}` 为空：算跟进中。",
    ),
    // The leads.
    (
        "open-without-created",
        "Open leads without a creation date: {n}. They are sorted and listed, but left out of timing and of the forecast.",
        "{n} 条跟进中的线索没有创建日：照常分类与列出，但不计入时间分析与预测。",
    ),
    (
        "closed-without-created",
        "Closed leads without a creation date: {n}. They count for revenue, but no timing can be learnt from them.",
        "{n} 条已结束的线索没有创建日：计入业绩，但无法从中得知成交需要多久。",
    ),
    (
        "closed-without-date",
        "Won or lost leads without a closing date: {n}. They count for conversion only.",
        "{n} 条赢单或输单没有结束日：只计入转化率。",
    ),
    (
        "won-without-amount",
        "Won leads without an amount: {n}. They count for conversion, not for revenue or average order value.",
        "{n} 条赢单没有金额：计入转化率，不计入业绩与客单价。",
    ),
    (
        "refunds",
        "Refunds (won leads with a negative amount): {n}, {money} in all. They lower the revenue of the month that they closed in and what a win is expected to bring; order values are told without them, and each still counts as a won lead.",
        "退款（金额为负的赢单）：{n} 笔，共 {money}。它们降低所在月份的业绩与赢单的预期金额；客单价不含它们，但每笔仍计为赢单。",
    ),
    (
        "not-known-yet",
        "Leads left out as of {day}: {n}. They came later, or are closed without a date that says when.",
        "截止日 {day} 未计入的线索：{n} 条。它们在此之后才有，或已结束而没有结束日。",
    ),
    (
        "as-of-suspect",
        "Dates that lie more than a month after all others, and are taken for mistyped: {places}. They lie after the as-of date {day}, so nothing that they date is known yet: a lead that they close is open. Correct them.",
        "有些日期比其他所有日期晚一个月以上，视为误录：{places}。它们晚于截止日 {day}，其所记之事视为尚不可知，由它们结束的线索算作在跟。请更正这些日期。",
    ),
    (
        "as-of-suspect",
        "Dates that lie more than a month after all others, and are taken for mistyped: {places}. The as-of date is {day}, the day after the newest date without them. Correct them, or set `as_of` in [project].",
        "有些日期比其他所有日期晚一个月以上，视为误录：{places}。截止日为 {day}，即除去它们后最新日期的次日。请更正这些日期，或在 [project] 中写明 `as_of`。",
    ),
    (
        "as-of-default",
        "The as-of date is {day}, the day after the newest date in the data.",
        "截止日为 {day}，即数据中最新日期的次日。",
    ),
    (
        "as-of-far-ahead",
        "The newest date, {day}, lies {days} days after nearly all others, and the as-of date follows it: if it is a slip of the pen, correct it or set `as_of` in [project].",
        "最新的日期 {day} 比其他几乎所有日期晚 {days} 天，截止日随它而定：若为误录，请更正，或在 [project] 中写明 `as_of`。",
    ),
    (
        "as-of-far-ahead",
        "The as-of date {day} lies {days} days past the newest date in the data, {newest}: of the time between, it is taken for known that nothing came in and nothing closed. Use a newer export, or an as-of date near the end of this one.",
        "截止日 {day} 比数据中最新的日期 {newest} 晚 {days} 天：其间被当作已知没有新线索、也没有结束。请使用更新的导出，或把截止日设在数据末尾附近。",
    ),
    (
        "lost-by-age",
        "Open leads that count as lost on the day that they were {days} days old (`lost_after`): {n}.",
        "{n} 条跟进中的线索满 {days} 天之日按输单计（`lost_after`）。",
    ),
    // Side tables.
    (
        "activities-not-made",
        "Activities of {files} that are planned and not made yet: {n}. They do not count as activities.",
        "{files} 中有 {n} 次计划中、尚未进行的活动：不算活动。",
    ),
    (
        "unknown-lead",
        "Rows of {files} about leads that are not in the lead files or were set aside: {n} of {all}, the first `{id}` at {place}.",
        "{files} 共 {all} 行，其中 {n} 行的线索不在线索文件中或已被搁置，首个为 {place} 的 `{id}`。",
    ),
    (
        "unmatched-key",
        "Leads that find no row in {file} by `{column}`: {n}, with the values {list}. The joined columns are empty there.",
        "{n} 条线索按 `{column}` 在 {file} 中找不到对应的行，取值为 {list}。连接来的列在那里为空。",
    ),
    (
        "joined-column-renamed",
        "`{name}` of {file} is called `{free}`, as the leads have a column `{column}`.",
        "{file} 的列 `{name}` 改称 `{free}`，因为线索中已有列 `{column}`。",
    ),
    (
        "spend-added-up",
        "Rows of {files} that repeat a month and source: {n}. Their spend was added up.",
        "{files} 中有 {n} 行重复同一月份与来源：花费已相加。",
    ),
    (
        "target-without-leads",
        "Targets are of owners whom no lead names: {names}. Write them as in the leads.",
        "目标所属的负责人 {names} 没有任何线索：请与线索中的写法一致。",
    ),
    (
        "targets-in-part",
        "Targets of owners are left out, as those of other owners are missing and they are not the team's: {months}. Add the others, or a line without an owner.",
        "{months} 只有部分负责人有目标，不足以代表全队，未予采用：请补上其他人的目标，或写一行不带负责人的目标。",
    ),
    // The record of calls.
    (
        "log-closed",
        "Leads closed by the record of calls, not yet in the export: {n} ({won} won, {lost} lost). They count as closed on the day of the call, until the export says how they ended.{unpaid}",
        "{n} 条线索按通话记录已结束，导出文件中尚未结束（赢单 {won}，输单 {lost}）：按通话当日结束计，直到导出文件给出结果。{unpaid}",
    ),
    (
        "log-disagrees",
        "Leads that the record of calls and the export say to have ended otherwise: {n}, {names}. The export counts; correct the one or the other.",
        "{n} 条线索的结果在通话记录与导出文件中不一致：{names}。以导出文件为准；请更正其中之一。",
    ),
    (
        "log-later",
        "Calls logged on or after the as-of date {day}: {n}, the first at {at}. They are not known yet: a newer export, or a later as-of date, brings them in.",
        "截止日 {day} 当天或之后记录的通话：{n} 次，首次在 {at}。它们尚未生效：换用更新的导出或更晚的截止日即可计入。",
    ),
    (
        "log-unknown-lead",
        "Leads in the record of calls that are not in the lead files or were set aside: {n}, {names}. Their calls change nothing.",
        "通话记录中有 {n} 条线索不在线索文件中或已被搁置：{names}。这些通话不起作用。",
    ),
    (
        "log-before-created",
        "Calls logged before their lead came in: {n}, the first of {id} at {at}. They do not count; take them back with `forerun log undo`, or correct the creation date.",
        "{n} 次通话早于线索的创建日，首次为 {at} 的 {id}：不计入；请用 `forerun log undo` 撤回，或更正创建日。",
    ),
    // Campaign files.
    (
        "channels-added-up",
        "Rows of {files} that repeat {what}: {n}. They were added up.",
        "{files} 中有 {n} 行重复{what}：已相加。",
    ),
    (
        "channels-gaps",
        "Periods of a channel without a row: {n}. They are taken as without spend, and tell nothing of the outcome.",
        "渠道缺行的期数：{n}。按没有花费计，对结果不说明什么。",
    ),
    (
        "channels-empty-cells",
        "Cells without a number: {told}. They are taken as not known, not as 0: the rows are left out of every rate that needs them.",
        "没有数字的单元格：{told}。按未知而非 0 处理：需要这些数字的比率不含这些行。",
    ),
    (
        "channels-empty-cells",
        "Cells without a number: {told}. They are taken as not known.",
        "没有数字的单元格：{told}。按未知处理。",
    ),
    (
        "channels-empty-cells",
        "Controls without a number: {told}. Their mean stands in.",
        "没有数字的控制变量：{told}。以均值代替。",
    ),
    (
        "channels-no-spend",
        "Rows with a spend of 0, of {n}: {told}. They are kept.",
        "{n} 行中花费为 0 的：{told}。予以保留。",
    ),
    (
        "channels-no-spend",
        "Rows with a spend of 0: {told}. They are kept.",
        "花费为 0 的行：{told}。予以保留。",
    ),
    (
        "channels-above",
        "Rows with more of a later step than of the one before: {told}. They are kept; are the columns named rightly?",
        "后一步的数量多于前一步的行：{told}。予以保留；请确认列是否写对。",
    ),
    (
        "channels-alike",
        "The channels {pair} are kept apart though they differ in spelling alone: if they are one, write merge = { {first} = [{others}] } under [channels].",
        "渠道 {pair} 只是写法不同，现分开计算：若是同一渠道，请在 [channels] 中写 merge = { {first} = [{others}] }。",
    ),
    (
        "channels-control-unused",
        "`{column}` holds neither numbers nor words: it controls for nothing.",
        "`{column}` 既不是数字也不是文字：不起控制作用。",
    ),
    (
        "channels-left-out",
        "Rows of periods that were not over at {day}: {n}. They are left out; a date is taken as the first day of its period.",
        "{n} 行所在的期到 {day} 尚未结束：不计入；日期视为该期的第一天。",
    ),
];
