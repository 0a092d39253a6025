//! What was asked for on the command line and cannot be done, and what to do instead.

use super::Text;

pub(super) const TEXTS: &[Text] = &[
    // The project as a whole.
    (
        "",
        "the project has campaign files only: without leads there is nothing to sort, score or forecast",
        "项目只有投放文件：没有线索，就没有可分类、打分或预测的",
    ),
    (
        "",
        "`forerun channels` judges the campaign files; add [leads] with the export of your CRM for everything else",
        "`forerun channels` 可评价投放文件；其他功能请加入 [leads] 与 CRM 导出文件",
    ),
    (
        "",
        "{file} {over}: it would be overwritten",
        "{file} {over}：会被覆盖",
    ),
    (
        "",
        "write results to another file, and keep your own files out of the folder out/",
        "请把结果写到别的文件，并不要把自己的文件放在 out/ 文件夹中",
    ),
    (
        "",
        "the as-of date {day} lies past the data: its newest date is {newest}, and of the {n} days between nothing is known",
        "截止日 {day} 超出数据：数据最新的日期为 {newest}，其间 {n} 天的情况未知",
    ),
    (
        "",
        "choose a date up to {day}, or bring a newer export; `as_of` under [project] fixes a later date all the same",
        "请选不晚于 {day} 的日期，或换用更新的导出；若仍要更晚的日期，可在 [project] 中写明 `as_of`",
    ),
    ("", "there is no lead `{lead}`", "没有线索 `{lead}`"),
    (
        "",
        "give the lead's id as it stands in the file",
        "请按文件中的写法给出线索编号",
    ),
    ("", "no owner `{name}`", "没有负责人 `{name}`"),
    ("", "no source `{name}`", "没有来源 `{name}`"),
    ("", "is it `{name}`?", "是否应为 `{name}`？"),
    ("", "there are: {names}", "现有：{names}"),
    // Models and scores.
    ("", "model kept in {file}", "模型存于 {file}"),
    ("", "record kept in {file}", "记录存于 {file}"),
    (
        "",
        "{file} is a folder: a model is kept in a file",
        "{file} 是文件夹：模型要存于文件",
    ),
    (
        "",
        "name a file under [model], for example \"models/lead.json\"",
        "请在 [model] 中写明文件，例如 \"models/lead.json\"",
    ),
    (
        "",
        "{file} cannot be read ({io}): no model is written over what is not known",
        "{file} 无法读取（{io}）：不会用模型覆盖内容不明的文件",
    ),
    (
        "",
        "ask whoever owns the file to let you read it, or name another file under [model]",
        "请向文件所有者申请读取权限，或在 [model] 中写明别的文件",
    ),
    (
        "",
        "{file} is no model file: the model is not written over it",
        "{file} 不是模型文件：模型不会覆盖它",
    ),
    (
        "",
        "name another file under [model], or move this one away",
        "请在 [model] 中写明别的文件，或把它移走",
    ),
    (
        "",
        "leave out --scorecard, or `created` and `closed` under [leads] for a model without timing",
        "请去掉 --scorecard；若要不含时间的模型，请去掉 [leads] 中的 `created` 与 `closed`",
    ),
    (
        "",
        "scored as of {day}, the day after the newest date in {file}: it is later than the as-of date that the project fixes; --as-of names another",
        "按截止日 {day} 打分，即 {file} 中最新日期的次日：它晚于项目写明的截止日；可用 --as-of 另定",
    ),
    ("", "there is no file {file}", "没有文件 {file}"),
    (
        "",
        "give an export with the columns that the project file names",
        "请给出含有项目文件所写各列的导出文件",
    ),
    (
        "",
        "there is no model {file} to score by",
        "没有可用来打分的模型 {file}",
    ),
    (
        "",
        "`forerun train` learns one from the project's own leads",
        "`forerun train` 可从项目自己的线索学习模型",
    ),
    (
        "",
        "no open leads to score; `--all` lists the closed ones too, without probabilities",
        "没有跟进中的线索可打分；`--all` 也列出已结束的线索，不含概率",
    ),
    (
        "",
        "no open leads to score; `--all` scores the closed ones too",
        "没有跟进中的线索可打分；`--all` 也给已结束的线索打分",
    ),
    (
        "",
        "{n} leads scored: {file}; next: `forerun calls`",
        "已给 {n} 条线索打分：{file}；下一步：`forerun calls`",
    ),
    // Calls and their record.
    (
        "log-not-written",
        "{folder} cannot be written to: the lists are not put on record, and no lots are drawn; --no-log leaves the record out [log-not-written]",
        "{folder} 无法写入：名单不作记录，也不抽签；--no-log 可不作记录 [log-not-written]",
    ),
    (
        "log-not-written",
        "the lists were not put on record: {why}; --no-log leaves it out [log-not-written]",
        "名单没有记录：{why}；--no-log 可不作记录 [log-not-written]",
    ),
    (
        "",
        "the project file names no `owner` column, so {without_owner}",
        "项目文件没有写明 `owner` 列，因此{without_owner}",
    ),
    (
        "",
        "name it under [leads]: owner = \"COLUMN\"",
        "请在 [leads] 中写明：owner = \"列名\"",
    ),
    (
        "",
        "the lead `{lead}` is not among the leads of the day",
        "当天的线索中没有 `{lead}`",
    ),
    (
        "",
        "the project file names no `owner` column, so there are no lists by owner",
        "项目文件没有写明 `owner` 列，因此没有各负责人的名单",
    ),
    (
        "",
        "name it under [leads], or leave out --owner",
        "请在 [leads] 中写明，或去掉 --owner",
    ),
    (
        "",
        "`forerun calls` without --owner shows everyone",
        "`forerun calls` 不加 --owner 会显示所有人",
    ),
    (
        "",
        "no lead has the owner `{owner}`",
        "没有线索的负责人是 `{owner}`",
    ),
    (
        "",
        "the leads have no identifiers of their own: a row number is another lead in the next export, so no call can be put on record",
        "线索没有自己的编号：同一行号在下次导出中是另一条线索，因此无法记录通话",
    ),
    (
        "",
        "name the column that identifies a lead as `id` under [leads]",
        "请在 [leads] 中以 `id` 写明标识线索的列",
    ),
    (
        "",
        "--amount is what a deal brings, and this call won none",
        "--amount 是成交金额，而这次通话没有成交",
    ),
    (
        "",
        "leave it out, or say --result won",
        "请去掉它，或写 --result won",
    ),
    (
        "",
        "--again is the day of the next call, and after this one there is none",
        "--again 是下次联系的日期，而这次通话之后不会再联系",
    ),
    (
        "",
        "leave it out, or say --result later",
        "请去掉它，或写 --result later",
    ),
    (
        "",
        "{day} is not after the call, on {at}",
        "{day} 不在这次通话（{at}）之后",
    ),
    (
        "",
        "say the day of the next call: --again 2026-07-15",
        "请写下次联系的日期：--again 2026-07-15",
    ),
    (
        "",
        "say when the call was: --at \"2026-07-01 09:30\"",
        "请写明通话时间：--at \"2026-07-01 09:30\"",
    ),
    (
        "",
        "give its identifier as it stands in the lead files",
        "请按线索文件中的写法给出编号",
    ),
    ("", "`{value}` is no time", "`{value}` 不是时间"),
    (
        "",
        "write it like \"2026-07-01 09:30\"",
        "请写成 \"2026-07-01 09:30\" 的样子",
    ),
    (
        "",
        "no call of `{lead}` is on record",
        "没有 `{lead}` 的通话记录",
    ),
    (
        "",
        "`forerun log show --lead {lead}` shows what is",
        "`forerun log show --lead {lead}` 可查看现有记录",
    ),
    // Flow, sources.
    (
        "",
        "the project file names no column of what leads say they will spend",
        "项目文件没有写明线索自报预算的列",
    ),
    (
        "",
        "name it as `stated_amount` under [leads], or leave out --value",
        "请在 [leads] 中以 `stated_amount` 写明，或去掉 --value",
    ),
    (
        "",
        "the project file names no column of what won leads brought, so nothing can be expected",
        "项目文件没有写明赢单金额的列，因此无从预期",
    ),
    (
        "",
        "name it as `amount` under [leads], or leave out --value",
        "请在 [leads] 中以 `amount` 写明，或去掉 --value",
    ),
    (
        "",
        "`--by` and `--source` divide leads, and the project has campaign files only",
        "`--by` 与 `--source` 用来划分线索，而项目只有投放文件",
    ),
    (
        "",
        "leave them out: the page shows every channel",
        "请去掉它们：页面会显示每个渠道",
    ),
    (
        "",
        "if nobody marks leads as lost, `lost_after = \"180d\"` under [leads] lets open ones count as lost at that age",
        "若没有人标记输单，可在 [leads] 中写 `lost_after = \"180d\"`，让到此年龄仍未结束的算作输单",
    ),
    // What is going on.
    ("", "forecasting the past", "回测过去"),
    ("", "splitting the budget", "分配预算"),
    ("", "learning from lots", "从抽签中学习"),
    ("", "reading the data", "读取数据"),
    ("", "reading the leads", "读取线索"),
    ("", "learning the model", "学习模型"),
    ("", "judging the channels", "评价渠道"),
    ("", "looking at the columns", "查看各列"),
    ("", "going back in time", "回到过去检验"),
    ("", "explaining the month", "解释该月"),
    (
        "",
        "learning what was known on the first day",
        "学习期初所知",
    ),
    ("", "comparing with the model in use", "与现用模型比较"),
    ("", "adding up the four groups of numbers", "汇总四组数据"),
    ("", "holding wins against leads", "比较赢单与线索"),
    ("", "looking at the record", "查看跟进记录"),
    ("", "judging the sources", "评价来源"),
    ("", "weighing the target", "评估目标"),
];
