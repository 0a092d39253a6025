//! Why a command did not end: files that could not be used, and the frames around what the stages refused.

use super::Text;

pub(super) const TEXTS: &[Text] = &[
    // Files of data.
    ("", "cannot read {file}: {io}", "无法读取 {file}：{io}"),
    (
        "",
        "cannot write the result as JSON: {text}",
        "无法把结果写成 JSON：{text}",
    ),
    ("", "cannot write {file}: {io}", "无法写入 {file}：{io}"),
    (
        "",
        "{file} is {format}; {resave}",
        "{file} 是{format}；{resave}",
    ),
    (
        "",
        "{file} is not written in UTF-8: line {line} holds bytes that are no text in it; save the file as `CSV UTF-8`",
        "{file} 不是 UTF-8 编码：第 {line} 行有不能识别的字节；请把文件另存为 `CSV UTF-8`",
    ),
    (
        "",
        "{file} is empty; its first line must hold the column names",
        "{file} 是空的；第一行必须是列名",
    ),
    (
        "",
        "{in} has column names but no rows",
        "{in} 有列名而没有数据行",
    ),
    (
        "",
        "{file}:1: two columns are called {list}; give each its own name",
        "{file}:1：有两列都叫 {list}；请给每列各自的名称",
    ),
    (
        "",
        "{in}: {lines}\n  the columns found are {list}{header}",
        "{in}：{lines}\n  现有的列：{list}{header}",
    ),
    (
        "",
        "{file}:1: the columns are not those of {first}: {difference}; files of one list need the same columns",
        "{file}:1：各列与 {first} 不同：{difference}；同一列表中的文件要有相同的列",
    ),
    (
        "",
        "{file}: `{column}` must name each row once, but `{value}` is there {n} times (lines {one} and {two}); values repeated in all: {keys}",
        "{file}：`{column}` 的每个值只能有一行，而 `{value}` 出现 {n} 次（第 {one} 与 {two} 行）；重复的值共 {keys} 个",
    ),
    (
        "",
        "{file}: `{column}` holds money of several currencies ({signs}); amounts can only be added in one: convert them, or keep one currency in the file",
        "{file}：`{column}` 含有多种货币（{signs}）；金额只能以一种货币相加：请换算，或在文件中只保留一种货币",
    ),
    (
        "",
        "{in}: the project file does not say which part of a date is the day\n  {lines}",
        "{in}：项目文件没有写明日期的哪一部分是日\n  {lines}",
    ),
    (
        "",
        "the conditions of `outcome` do not fit the data:\n{parts}",
        "`outcome` 的条件与数据不符：\n{parts}",
    ),
    (
        "",
        "{n} of {all} rows of {files} cannot be used ({share} %; `max_rejects` allows {allowed} %)\n  {lines}",
        "{files} 的 {all} 行中有 {n} 行无法使用（{share} %；`max_rejects` 允许 {allowed} %）\n  {lines}",
    ),
    (
        "",
        "{n} of {all} rows of {files} cannot be used ({share} %; `max_rejects` allows {allowed} %)",
        "{files} 的 {all} 行中有 {n} 行无法使用（{share} %；`max_rejects` 允许 {allowed} %）",
    ),
    // Frames.
    ("", "{n} fault{s}", "{n} 处错误"),
    (
        "",
        "cannot go to the folder {folder}: {io}",
        "无法进入文件夹 {folder}：{io}",
    ),
    ("", "cannot print the result: {io}", "无法输出结果：{io}"),
    ("", "no forecast: {why}", "没有预测：{why}"),
    ("", "no flow: {why}", "没有管道流水：{why}"),
    ("", "no numbers: {why}", "没有数据：{why}"),
    ("", "no portrait: {why}", "没有画像：{why}"),
    ("", "no explanation: {why}", "无法解释：{why}"),
    (
        "",
        "no comparison of owners: {why}",
        "无法比较负责人：{why}",
    ),
    ("", "no look at the process: {why}", "无法查看过程：{why}"),
    ("", "no answer on sources: {why}", "来源无法回答：{why}"),
    ("", "no answer on the budget: {why}", "预算无法回答：{why}"),
    ("", "{why}; learning anew", "{why}；重新学习"),
    (
        "",
        "{file} was learnt from other data, other rules, as of another day or with another seed: learning anew",
        "{file} 是用另外的数据、规则、截止日或随机种子学得的：重新学习",
    ),
    (
        "",
        "{why}. The as-of date {day}, which the project fixes, lies {days} days past the newest date in the data: that may well be why",
        "{why}。项目写明的截止日 {day} 比数据中最新的日期晚 {days} 天：这很可能就是原因",
    ),
];
