//! Faults of the project file, and what to do about them.

use super::Text;

pub(super) const TEXTS: &[Text] = &[
    // The file.
    (
        "file-not-found",
        "there is no file `{file}`",
        "没有文件 `{file}`",
    ),
    (
        "",
        "check the spelling and the folder that you are in",
        "请检查拼写与当前文件夹",
    ),
    (
        "",
        "run forerun in the folder of your forerun.toml, or name that folder with -C",
        "请在 forerun.toml 所在的文件夹运行 forerun，或用 -C 指明该文件夹",
    ),
    (
        "file-not-readable",
        "`{file}` cannot be read: {io}",
        "`{file}` 无法读取：{io}",
    ),
    (
        "not-utf8",
        "from here on the file is not UTF-8 text",
        "从这里起文件不是 UTF-8 文本",
    ),
    (
        "",
        "save it again with the encoding UTF-8 (Notepad: Save as, Encoding)",
        "请以 UTF-8 编码重新保存（记事本：另存为，编码）",
    ),
    (
        "toml-syntax",
        "this is not TOML: {toml}",
        "这不是 TOML：{toml}",
    ),
    (
        "",
        "this name is given twice: keep one of them",
        "该名称写了两次：请保留一个",
    ),
    (
        "",
        "look for a missing quote, bracket, comma or `=` on this line or the one before; text stands in quotes",
        "请检查本行或上一行是否漏了引号、括号、逗号或 `=`；文本要放在引号中",
    ),
    // Keys and values.
    (
        "missing-key",
        "the table [leads] is missing",
        "缺少 [leads] 表",
    ),
    (
        "",
        "it names the export and what its columns mean: file, id and outcome at least",
        "它写明导出文件与各列的含义：至少要有 file、id 与 outcome",
    ),
    (
        "missing-key",
        "the table [policy] is missing",
        "缺少 [policy] 表",
    ),
    ("missing-key", "`{key}` is missing", "缺少 `{key}`"),
    (
        "unknown-key",
        "`{key}` means nothing {where_it_is}",
        "`{key}` {where_it_is}没有意义",
    ),
    (
        "unknown-choice",
        "`{key}` cannot be \"{value}\"",
        "`{key}` 不能是 \"{value}\"",
    ),
    (
        "unknown-choice",
        "a column cannot be \"{value}\"",
        "列的类型不能是 \"{value}\"",
    ),
    ("", "possible here: {list}", "这里可用的有：{list}"),
    ("", "did you mean `{name}`?", "是否应为 `{name}`？"),
    ("", "did you mean \"{name}\"?", "是否应为 \"{name}\"？"),
    (
        "",
        "`{key}` belongs in [{table}]",
        "`{key}` 应写在 [{table}] 中",
    ),
    (
        "wrong-type",
        "`{key}` must be {kind}, found {other}",
        "`{key}` 必须是{kind}，这里是{other}",
    ),
    ("", "write it in quotes", "请放在引号中"),
    ("", "write it without quotes", "请不要加引号"),
    (
        "",
        "write true or false, without quotes",
        "请写 true 或 false，不加引号",
    ),
    ("empty-text", "`{key}` is empty", "`{key}` 为空"),
    (
        "",
        "write a value, or delete the line",
        "请写上值，或删去该行",
    ),
    (
        "out-of-range",
        "`{key}` is not a number that can be counted with",
        "`{key}` 不是可以计算的数字",
    ),
    (
        "",
        "write a plain number such as 12 or 0.5",
        "请写普通数字，如 12 或 0.5",
    ),
    (
        "out-of-range",
        "`{key}` must be {range}, found {value}",
        "`{key}` 必须{range}，这里是 {value}",
    ),
    (
        "out-of-range",
        "`{key}` must be a whole number from {low} to {high}, found {value}",
        "`{key}` 必须是 {low} 至 {high} 的整数，这里是 {value}",
    ),
    (
        "",
        "a share is written as a fraction: 0.4 for 40 %",
        "比例请写成小数：40 % 写作 0.4",
    ),
    (
        "bad-date",
        "`{key}` cannot read \"{value}\" as a date",
        "`{key}` 无法把 \"{value}\" 读作日期",
    ),
    (
        "",
        "write year, month and day: \"2026-07-01\"",
        "请写年、月、日：\"2026-07-01\"",
    ),
    (
        "unknown-timezone",
        "there is no time zone \"{value}\"",
        "没有时区 \"{value}\"",
    ),
    (
        "",
        "write a region and a city, such as \"Asia/Shanghai\" or \"Europe/Berlin\"",
        "请写地区与城市，如 \"Asia/Shanghai\" 或 \"Europe/Berlin\"",
    ),
    // Files that it names.
    ("", "name the file", "请写明文件"),
    (
        "empty-list",
        "`{key}` names no file",
        "`{key}` 没有写明文件",
    ),
    ("", "name at least one", "请至少写明一个"),
    (
        "file-twice",
        "the file `{file}` is named twice: `{other_file}` is the same file",
        "文件 `{file}` 写了两次：与 `{other_file}` 是同一文件",
    ),
    (
        "file-twice",
        "the file `{file}` is named twice",
        "文件 `{file}` 写了两次",
    ),
    (
        "",
        "its rows would count twice: name it once",
        "其中的行会重复计算：请只写一次",
    ),
    (
        "file-not-found",
        "`{file}` is a folder, not a file",
        "`{file}` 是文件夹，不是文件",
    ),
    ("", "name a file in it", "请写明其中的文件"),
    (
        "",
        "a path starts in the folder of the project file; `*` stands for any name",
        "路径从项目文件所在的文件夹算起；`*` 代表任意名称",
    ),
    (
        "",
        "a path starts in the folder of the project file",
        "路径从项目文件所在的文件夹算起",
    ),
    (
        "bad-pattern",
        "\"{value}\" is no pattern of file names: {text}",
        "\"{value}\" 不是文件名的模式：{text}",
    ),
    (
        "",
        "write for example \"exports/*.csv\"",
        "例如写 \"exports/*.csv\"",
    ),
    (
        "file-not-found",
        "no file fits the pattern \"{value}\"",
        "没有文件符合模式 \"{value}\"",
    ),
    (
        "model-over-input",
        "the model would be written over `{file}`, which the project reads",
        "模型会覆盖项目要读取的 `{file}`",
    ),
    (
        "",
        "name a file of its own for the model, such as \"models/lead.json\"",
        "请为模型另写一个文件，如 \"models/lead.json\"",
    ),
    // The leads.
    (
        "",
        "name the export: file = \"leads.csv\"",
        "请写明导出文件：file = \"leads.csv\"",
    ),
    (
        "",
        "name the column that identifies a lead, or write id = \"#row\" if there is none",
        "请写明标识线索的列；若没有，请写 id = \"#row\"",
    ),
    (
        "",
        "write outcome = { column = \"status\", won = [\"Won\"], lost = [\"Lost\"] }",
        "请写 outcome = { column = \"status\", won = [\"Won\"], lost = [\"Lost\"] }",
    ),
    (
        "wrong-type",
        "`leads.outcome` must say which column tells the outcome and which values mean won and lost, found {kind}",
        "`leads.outcome` 必须写明哪一列是结果、哪些取值表示赢单与输单，这里是{kind}",
    ),
    ("", "say what makes a lead won", "请写明怎样算赢单"),
    (
        "",
        "list the values that mean won: won = [\"Won\"]",
        "请列出表示赢单的取值：won = [\"Won\"]",
    ),
    (
        "empty-list",
        "`leads.outcome.won` has no values",
        "`leads.outcome.won` 没有取值",
    ),
    ("", "list the values that mean won", "请列出表示赢单的取值"),
    (
        "",
        "list the values that mean lost, or write lost = [] if the file never says so; every other value is open",
        "请列出表示输单的取值；若文件从不标明，请写 lost = []；其他取值都算跟进中",
    ),
    (
        "won-and-lost",
        "\"{value}\" is both won and lost",
        "\"{value}\" 既是赢单又是输单",
    ),
    (
        "",
        "keep it in one of the two lists",
        "请只保留在其中一个列表",
    ),
    (
        "wrong-type",
        "`{key}` must list values of the column, found {kind}",
        "`{key}` 必须列出该列的取值，这里是{kind}",
    ),
    (
        "",
        "write for example [\"Won\"]; conditions need both `column` gone and braces",
        "例如写 [\"Won\"]；若要写条件，须去掉 `column` 并用花括号",
    ),
    (
        "role-twice",
        "the column `{column}` is named as `{one}` and as `{two}`",
        "列 `{column}` 既写作 `{one}` 又写作 `{two}`",
    ),
    (
        "",
        "a column that is overwritten on winning cannot say what an open lead wants to spend: keep `amount`",
        "赢单时会被改写的列，说明不了跟进中的线索打算花多少：请保留 `amount`",
    ),
    (
        "",
        "a column plays one part: keep the line that is right",
        "一列只能有一个角色：请保留正确的那一行",
    ),
    (
        "bad-duration",
        "`leads.lost_after` cannot read \"{value}\" as a number of days",
        "`leads.lost_after` 无法把 \"{value}\" 读作天数",
    ),
    ("", "write for example \"180d\"", "例如写 \"180d\""),
    (
        "",
        "name the column that both files have: on = \"product\"; or on = { left = ..., right = ... }",
        "请写明两个文件共有的列：on = \"product\"；或 on = { left = ..., right = ... }",
    ),
    ("", "the key column in the leads", "线索文件中的关键列"),
    (
        "",
        "the key column in the joined file",
        "被连接文件中的关键列",
    ),
    (
        "known-twice",
        "the column `{column}` stands in two lists of [leads.known]",
        "列 `{column}` 在 [leads.known] 的两个列表中都有",
    ),
    (
        "",
        "keep it where its value becomes known last",
        "请保留在其值最晚得知的那个列表",
    ),
    (
        "star-misplaced",
        "`*` cannot stand under `contact`",
        "`*` 不能写在 `contact` 下",
    ),
    (
        "",
        "name the columns that are known at the first contact; `*` stands under `creation` or `close`",
        "请逐一写明首次联系时已知的列；`*` 只能写在 `creation` 或 `close` 下",
    ),
    (
        "star-misplaced",
        "`*` stands under `{one}` and under `{two}`",
        "`*` 既写在 `{one}` 下又写在 `{two}` 下",
    ),
    (
        "",
        "it means all other columns: keep one",
        "它代表其余所有列：请只保留一个",
    ),
    (
        "direction-of-no-number",
        "`{column}` holds {kind}: only numbers have an up and a down",
        "`{column}` 是{kind}：只有数字才有升降",
    ),
    (
        "",
        "delete it from `monotone`; or, if it does hold numbers, say so under `types` in [leads]",
        "请从 `monotone` 中删去；若确是数字，请在 [leads] 的 `types` 中写明",
    ),
    (
        "direction-unused",
        "`{column}` is never a feature, as it is the `{role}` of the lead: no direction can hold",
        "`{column}` 是线索的 `{role}`，从不作为特征：方向不起作用",
    ),
    ("", "delete it from `monotone`", "请从 `monotone` 中删去"),
    (
        "",
        "write \"up\" if a higher value never makes a win less likely, \"down\" if it never makes one more likely",
        "若值越高赢单可能性绝不降低，请写 \"up\"；若绝不提高，请写 \"down\"",
    ),
    (
        "unknown-column",
        "there is no column `{column}` in the data",
        "数据中没有列 `{column}`",
    ),
    (
        "",
        "`forerun check` lists the columns",
        "`forerun check` 会列出各列",
    ),
    // Other tables.
    (
        "stage-twice",
        "the stage \"{value}\" is named twice",
        "阶段 \"{value}\" 写了两次",
    ),
    (
        "",
        "each stage has one place in the order",
        "每个阶段在次序中只有一个位置",
    ),
    (
        "",
        "list the words for both: { yes = [\"Y\"], no = [\"N\"] }",
        "请把两者的词都列出：{ yes = [\"Y\"], no = [\"N\"] }",
    ),
    (
        "yes-and-no",
        "\"{value}\" means both yes and no",
        "\"{value}\" 既表示“是”又表示“否”",
    ),
    (
        "shares-above-one",
        "the shares of [calls] add up to {n} % of the day",
        "[calls] 中的份额合计为一天的 {n} %",
    ),
    (
        "",
        "value_share, sla_share and explore_share are parts of one day: 0.7, 0.2 and 0.1 by default",
        "value_share、sla_share 与 explore_share 是一天的各部分：默认 0.7、0.2 与 0.1",
    ),
    (
        "call-gaps",
        "`calls.gaps` must be one to six whole numbers of hours",
        "`calls.gaps` 必须是一至六个以小时计的整数",
    ),
    (
        "",
        "hours to wait before the first, second ... attempt, for example gaps = [0, 4, 24, 48, 96, 168]",
        "第一次、第二次……联系之前等待的小时数，例如 gaps = [0, 4, 24, 48, 96, 168]",
    ),
    (
        "",
        "name the rule files: files = [\"rules/intent.toml\"]",
        "请写明规则文件：files = [\"rules/intent.toml\"]",
    ),
    (
        "no-rules",
        "the project has no rule files to sort leads by",
        "项目没有用来给线索分类的规则文件",
    ),
    (
        "",
        "add `[rules]` with `files = [\"rules/intent.toml\"]` to {file}",
        "请在 {file} 中加入 `[rules]`，写 `files = [\"rules/intent.toml\"]`",
    ),
    // Channels.
    (
        "",
        "name the campaign file: file = \"campaigns.csv\"",
        "请写明投放文件：file = \"campaigns.csv\"",
    ),
    (
        "",
        "write outcome = { revenue = \"sales\" }, or outcome = { orders = \"conversions\", worth = \"value\" } with the column of the money of one order",
        "请写 outcome = { revenue = \"sales\" }；或 outcome = { orders = \"conversions\", worth = \"value\" }，后者为每单金额的列",
    ),
    (
        "",
        "write spend = { \"TV\" = \"tv_spend\", \"Search\" = \"search_spend\" }: the channel, then its column",
        "请写 spend = { \"TV\" = \"tv_spend\", \"Search\" = \"search_spend\" }：先渠道，后其列",
    ),
    (
        "",
        "name the column of the first day of each week or day: without dates, what one channel did cannot be told from the others",
        "请写明每周首日或每天的日期列：没有日期，就分不清各渠道的作用",
    ),
    (
        "",
        "name the column of the channel; or, if each channel has a column of its own, write spend = { \"TV\" = \"tv_spend\" } and outcome = { revenue = \"sales\" }",
        "请写明渠道列；若每个渠道各有一列，请写 spend = { \"TV\" = \"tv_spend\" } 与 outcome = { revenue = \"sales\" }",
    ),
    (
        "channels-form",
        "`visits_per_day` stands beside counts: a file gives either counts or daily means with rates",
        "`visits_per_day` 与计数列并存：文件要么给计数，要么给日均与比率",
    ),
    (
        "",
        "keep `visits_per_day`, `days` and the rates, or the columns of counts",
        "请保留 `visits_per_day`、`days` 与比率，或保留计数列",
    ),
    (
        "",
        "name what the file says of a channel: spend, impressions, clicks, leads, orders or revenue",
        "请写明文件给出渠道的哪些数：spend、impressions、clicks、leads、orders 或 revenue",
    ),
    (
        "",
        "counts are worked out as visits a day x days x rate: both columns are needed",
        "数量按日均访问 x 天数 x 比率推算：两列都需要",
    ),
    (
        "wrong-type",
        "with one `outcome` for all channels, `channels.spend` must name a column for each channel, found {kind}",
        "所有渠道共用一个 `outcome` 时，`channels.spend` 必须为每个渠道写明一列，这里是{kind}",
    ),
    (
        "column-twice",
        "`{column}` is the spend of \"{channel}\" already: its money would count twice",
        "`{column}` 已是 \"{channel}\" 的花费：会重复计算",
    ),
    (
        "",
        "each channel has a column of its own",
        "每个渠道各有一列",
    ),
    (
        "empty-list",
        "`channels.spend` names no channel",
        "`channels.spend` 没有写明渠道",
    ),
    (
        "wrong-type",
        "`channels.outcome` must say what the column counts, found {kind}",
        "`channels.outcome` 必须写明该列计的是什么，这里是{kind}",
    ),
    (
        "channels-form",
        "revenue is money already: it has no `worth`",
        "revenue 本身就是金额：没有 `worth`",
    ),
    (
        "",
        "delete `worth`; or, if the column counts orders, write outcome = { orders = ..., worth = ... }",
        "请删去 `worth`；若该列计的是订单数，请写 outcome = { orders = ..., worth = ... }",
    ),
    (
        "channels-form",
        "`channels.outcome` must name exactly one of revenue, orders, leads and clicks",
        "`channels.outcome` 必须在 revenue、orders、leads、clicks 中只写一个",
    ),
    (
        "merged-twice",
        "\"{value}\" is merged into \"{channel}\" already",
        "\"{value}\" 已并入 \"{channel}\"",
    ),
    (
        "",
        "a name can be only one channel",
        "一个名称只能属于一个渠道",
    ),
];
