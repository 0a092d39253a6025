//! Faults of rules and their conditions, and what to do about them.

use super::Text;

pub(super) const TEXTS: &[Text] = &[
    // Conditions.
    (
        "condition-shape",
        "`{key}` must be a condition in braces, found {kind}",
        "`{key}` 必须是花括号中的条件，这里是{kind}",
    ),
    (
        "",
        "write for example { field = \"source\", is = \"Search\" }",
        "例如写 { field = \"source\", is = \"Search\" }",
    ),
    (
        "condition-shape",
        "`{key}` must be one of `all`, `any`, `none`, or one test of a field, and nothing else",
        "`{key}` 必须是 `all`、`any`、`none` 之一，或对一个字段的一项检查，不能有别的",
    ),
    (
        "",
        "put the parts into one `all = [ ... ]`, each in its own braces",
        "请把各部分放进一个 `all = [ ... ]`，每部分各用一对花括号",
    ),
    (
        "condition-shape",
        "`{key}` must be a list of conditions, found {kind}",
        "`{key}` 必须是条件的列表，这里是{kind}",
    ),
    (
        "",
        "write {key} = [ { field = ..., is = ... }, ... ]",
        "请写 {key} = [ { field = ..., is = ... }, ... ]",
    ),
    (
        "empty-list",
        "`{key}` has no conditions",
        "`{key}` 没有条件",
    ),
    (
        "",
        "write at least one, or delete it",
        "请至少写一个，或删去",
    ),
    (
        "",
        "say which column is tested: field = \"source\"",
        "请写明检查哪一列：field = \"source\"",
    ),
    (
        "unknown-operator",
        "`{word}` is no operator",
        "`{word}` 不是运算词",
    ),
    ("", "write `{word}`", "请写 `{word}`"),
    (
        "condition-shape",
        "this condition names a field but does not say what is asked of it",
        "该条件写了字段，却没有写检查什么",
    ),
    (
        "condition-shape",
        "this condition asks two things at once",
        "该条件同时检查两件事",
    ),
    (
        "",
        "write two conditions in `all = [ ... ]`",
        "请在 `all = [ ... ]` 中写两个条件",
    ),
    (
        "wrong-type",
        "`{word}` can only be true",
        "`{word}` 只能是 true",
    ),
    (
        "",
        "write {word} = true, or {other_word} = true for the opposite",
        "请写 {word} = true；相反的意思请写 {other_word} = true",
    ),
    (
        "bad-regex",
        "`matches` is no regular expression: {text}",
        "`matches` 不是正则表达式：{text}",
    ),
    (
        "",
        "for plain text use `contains`, `starts_with` or `is`",
        "普通文本请用 `contains`、`starts_with` 或 `is`",
    ),
    (
        "empty-text",
        "`{key}` compares with nothing",
        "`{key}` 没有可比较的值",
    ),
    (
        "",
        "an empty value counts as missing: write missing = true or present = true",
        "空值算缺失：请写 missing = true 或 present = true",
    ),
    (
        "bad-date",
        "`{key}` needs a date, or a date with a time and no offset",
        "`{key}` 需要日期，或带时间而不带时区的日期",
    ),
    (
        "",
        "write 2026-07-01 or 2026-07-01T09:30:00, in the time zone of the project",
        "请写 2026-07-01 或 2026-07-01T09:30:00，按项目的时区",
    ),
    (
        "wrong-type",
        "`{key}` needs one value, found {kind}",
        "`{key}` 需要一个值，这里是{kind}",
    ),
    (
        "",
        "for several values use `one_of`, `not_one_of` or `between`",
        "多个值请用 `one_of`、`not_one_of` 或 `between`",
    ),
    (
        "wrong-type",
        "`{key}` needs a list of values, found {kind}",
        "`{key}` 需要值的列表，这里是{kind}",
    ),
    (
        "",
        "write {key} = [\"first\", \"second\"], or `is` for one value",
        "请写 {key} = [\"first\", \"second\"]；单个值请用 `is`",
    ),
    ("empty-list", "`{key}` has no values", "`{key}` 没有值"),
    ("", "write at least one", "请至少写一个"),
    (
        "mixed-list",
        "`{key}` mixes {kind} with {other}",
        "`{key}` 混用了{kind}与{other}",
    ),
    (
        "",
        "all values of a list must be of one kind",
        "列表中的值必须是同一类型",
    ),
    (
        "wrong-type",
        "`{key}` compares numbers or dates, found {kind} {value}",
        "`{key}` 比较数字或日期，这里是{kind} {value}",
    ),
    ("", "write the number without quotes", "数字请不要加引号"),
    (
        "",
        "for text use `is`, `one_of` or `contains`",
        "文本请用 `is`、`one_of` 或 `contains`",
    ),
    (
        "wrong-type",
        "`between` needs two values in brackets",
        "`between` 需要方括号中的两个值",
    ),
    (
        "",
        "write between = [5, 10]; both ends count",
        "请写 between = [5, 10]；两端都算在内",
    ),
    (
        "empty-range",
        "no value lies between {low} and {high}",
        "{low} 与 {high} 之间没有值",
    ),
    ("", "write the smaller one first", "请先写较小的"),
    ("", "both ends must be of one kind", "两端必须是同一类型"),
    (
        "bad-duration",
        "`{key}` needs a length of time, found {kind}",
        "`{key}` 需要时长，这里是{kind}",
    ),
    (
        "bad-duration",
        "`{key}` cannot read \"{value}\" as a length of time",
        "`{key}` 无法把 \"{value}\" 读作时长",
    ),
    (
        "",
        "write for example \"12h\", \"7d\" or \"3mo\"",
        "例如写 \"12h\"、\"7d\" 或 \"3mo\"",
    ),
    // Fields held against the data.
    (
        "unknown-field",
        "there is no field `{field}`",
        "没有字段 `{field}`",
    ),
    (
        "",
        "look at the header of the file: the name must be written exactly as there",
        "请看文件的表头：名称必须与之完全一致",
    ),
    (
        "",
        "use a column of the file (written as in its header), a role of [leads], or one of age_days, days_in_stage, last_activity_at, activities_7d",
        "请用文件的列（写法与表头一致）、[leads] 的角色，或 age_days、days_in_stage、last_activity_at、activities_7d 之一",
    ),
    (
        "",
        "if these are {nouns}, say so in the project file: [leads] types = { \"{field}\" = \"{type}\" }",
        "若是{nouns}，请在项目文件中写明：[leads] types = { \"{field}\" = \"{type}\" }",
    ),
    (
        "wrong-comparison",
        "`{field}` holds dates without a time of day, so hours cannot be counted",
        "`{field}` 的日期没有时刻，无法按小时计",
    ),
    ("", "count in days: \"1d\"", "请按天计：\"1d\""),
    (
        "wrong-comparison",
        "`{word}` needs dates, but `{field}` holds {kind}",
        "`{word}` 需要日期，而 `{field}` 是{kind}",
    ),
    (
        "wrong-comparison",
        "`{word}` needs text, but `{field}` holds {kind}",
        "`{word}` 需要文本，而 `{field}` 是{kind}",
    ),
    (
        "wrong-comparison",
        "`{word}` compares numbers or dates, but `{field}` holds {kind}",
        "`{word}` 比较数字或日期，而 `{field}` 是{kind}",
    ),
    (
        "wrong-comparison",
        "`{field}` holds {kind}, but `{word}` compares it with {other} {value}",
        "`{field}` 是{kind}，而 `{word}` 把它与{other} {value} 比较",
    ),
    (
        "",
        "write the text as the file has it, in quotes; or name its words for yes and no in [values] booleans",
        "请按文件的写法写文本并加引号；或在 [values] 的 booleans 中写明表示是与否的词",
    ),
    (
        "",
        "write it in quotes: \"{value}\"",
        "请放在引号中：\"{value}\"",
    ),
    (
        "",
        "write a date like \"2026-07-01\", without a time",
        "请写 \"2026-07-01\" 这样的日期，不带时间",
    ),
    (
        "",
        "write \"2026-07-01\" or \"2026-07-01 09:30\"",
        "请写 \"2026-07-01\" 或 \"2026-07-01 09:30\"",
    ),
    ("", "write a number without quotes", "请写数字，不加引号"),
    (
        "ambiguous-field",
        "`{name}` is a column of the file and also {clash}",
        "`{name}` 既是文件的列，又是{clash}",
    ),
    (
        "",
        "give the column another name in the file, or leave it out of the rules",
        "请在文件中给该列改名，或不在规则中使用",
    ),
    (
        "field-needs-data",
        "`{name}` cannot be worked out: the project file lacks {needs}",
        "无法算出 `{name}`：项目文件缺少{needs}",
    ),
    (
        "",
        "add it to the project file, or take the field out of the rule",
        "请在项目文件中补上，或从规则中去掉该字段",
    ),
    // What rules do to the leads.
    (
        "unknown-value",
        "no lead has \"{value}\" in `{field}`",
        "没有线索的 `{field}` 是 \"{value}\"",
    ),
    (
        "",
        "if the value is to come, leave it",
        "若该取值以后会有，可不改",
    ),
    (
        "never-matches",
        "segment \"{name}\" matches no lead",
        "客户分类 \"{name}\" 没有匹配的线索",
    ),
    (
        "",
        "loosen its conditions, or check how the file writes the values",
        "请放宽其条件，或检查文件中取值的写法",
    ),
    (
        "hidden-rule",
        "segment \"{name}\" is never given: each of the {n} leads that it matches is already in {takers}",
        "客户分类 \"{name}\" 从未用到：它匹配的 {n} 条线索都已归入 {takers}",
    ),
    (
        "",
        "the first match wins: move this segment up, or make the earlier ones narrower",
        "先匹配的优先：请把它上移，或收窄前面的分类",
    ),
    (
        "unknown-field",
        "a test of segment \"{name}\" gives its lead a field `{field}`, which the data does not have",
        "客户分类 \"{name}\" 的测试给线索写了字段 `{field}`，而数据中没有",
    ),
    (
        "",
        "give the test only fields that the data has",
        "测试只能用数据中有的字段",
    ),
    // Rule files.
    (
        "no-segments",
        "the rules have no [[segment]]",
        "规则中没有 [[segment]]",
    ),
    (
        "",
        "each class of customers is a table [[segment]] with name, intent and when",
        "每类客户是一个 [[segment]] 表，含 name、intent 与 when",
    ),
    (
        "",
        "name the segment of the leads that no rule matches",
        "请写明没有规则匹配的线索归入哪个分类",
    ),
    (
        "",
        "`{key}` belongs in [[segment]]",
        "`{key}` 应写在 [[segment]] 中",
    ),
    (
        "",
        "give the segment a name: name = \"hot\"",
        "请给分类命名：name = \"hot\"",
    ),
    (
        "",
        "say how strong the wish to buy is: intent = \"high\", \"medium\", \"low\" or \"none\"",
        "请写明购买意向的强弱：intent = \"high\"、\"medium\"、\"low\" 或 \"none\"",
    ),
    (
        "",
        "`{key}` belongs to the segment: move it above [segment.label]",
        "`{key}` 属于该分类：请移到 [segment.label] 之上",
    ),
    (
        "key-in-test",
        "`{key}` is written below [[segment.test]], so it belongs to that test and not to the segment \"{name}\"",
        "`{key}` 写在 [[segment.test]] 之下，因此属于该测试，而不属于客户分类 \"{name}\"",
    ),
    (
        "",
        "move the line up, above the first [[segment.test]] of the segment",
        "请把该行移到该分类的第一个 [[segment.test]] 之上",
    ),
    (
        "wrong-type",
        "`matches` must be true or false",
        "`matches` 必须是 true 或 false",
    ),
    (
        "",
        "write matches = true if the rule should match this lead, else false",
        "若规则应匹配该线索，请写 matches = true，否则写 false",
    ),
    (
        "",
        "say whether the rule should match: matches = true",
        "请写明规则是否应匹配：matches = true",
    ),
    (
        "",
        "a field of the lead stands in braces: lead = { {key} = ... }",
        "线索的字段写在花括号中：lead = { {key} = ... }",
    ),
    (
        "",
        "write the fields of an example: lead = { source = \"Search\" }",
        "请写一个例子的字段：lead = { source = \"Search\" }",
    ),
    (
        "segment-twice",
        "there are two segments \"{name}\"",
        "有两个客户分类 \"{name}\"",
    ),
    (
        "",
        "the other one is at {place}; join two rules in one with any = [ ... ]",
        "另一个在 {place}；可用 any = [ ... ] 把两条规则合为一条",
    ),
    (
        "",
        "write [policy] and default = \"...\", the segment of the leads that no rule matches",
        "请写 [policy] 与 default = \"...\"，即没有规则匹配的线索所归的分类",
    ),
    (
        "policy-twice",
        "two rule files have a [policy]",
        "两个规则文件都有 [policy]",
    ),
    (
        "",
        "all rule files together have one: keep one",
        "所有规则文件合起来只有一个：请保留一个",
    ),
    (
        "unknown-default",
        "there is no segment \"{name}\" to be the default",
        "没有可作默认的客户分类 \"{name}\"",
    ),
    (
        "",
        "add a [[segment]] of that name, with label and intent but without `when`",
        "请加一个同名的 [[segment]]，写 label 与 intent，不写 `when`",
    ),
    (
        "default-with-when",
        "the default segment \"{name}\" has a `when`",
        "默认的客户分类 \"{name}\" 写了 `when`",
    ),
    (
        "",
        "the default takes the leads that no rule matches: delete its `when`, or name another default",
        "默认分类接收没有规则匹配的线索：请删去其 `when`，或另写默认分类",
    ),
    (
        "missing-when",
        "the segment \"{name}\" has no `when`, so it can match nothing",
        "客户分类 \"{name}\" 没有 `when`，什么也匹配不到",
    ),
    (
        "",
        "only the default segment goes without: write when = { field = ..., is = ... }",
        "只有默认分类可以不写：请写 when = { field = ..., is = ... }",
    ),
    // Tests beside rules.
    (
        "test-without-when",
        "segment \"{name}\" has no `when` to test",
        "客户分类 \"{name}\" 没有可测试的 `when`",
    ),
    (
        "",
        "delete the test, or move it to another segment",
        "请删去该测试，或移到别的分类",
    ),
    (
        "wrong-comparison",
        "`{field}` is {kind}, but `{condition}` asks for {other}",
        "`{field}` 是{kind}，而 `{condition}` 要的是{other}",
    ),
    (
        "",
        "compare it with a value of its own kind",
        "请与同类型的值比较",
    ),
    (
        "wrong-comparison",
        "`{field}` is taken for {kind} here (`{condition}`), but for {other} in segment \"{name}\"",
        "`{field}` 在这里作{kind}（`{condition}`），而在客户分类 \"{name}\" 中作{other}",
    ),
    (
        "",
        "a column holds one kind of value: one of the two is wrong",
        "一列只有一种类型的值：两者必有一错",
    ),
    (
        "failed-test",
        "by its test, segment \"{name}\" {verdict}",
        "按其测试，客户分类 \"{name}\" {verdict}",
    ),
    ("", "what matched: {matches}", "匹配之处：{matches}"),
    ("", "what failed: {matches}", "不符之处：{matches}"),
    (
        "test-needs-as-of",
        "this test of segment \"{name}\" gives a date for `{field}`, but not the day that it is looked at",
        "客户分类 \"{name}\" 的这个测试给了 `{field}` 的日期，却没有写按哪一天来看",
    ),
    (
        "",
        "add to the test for example as_of = \"2026-07-01\"",
        "请在测试中加上例如 as_of = \"2026-07-01\"",
    ),
    (
        "wrong-comparison",
        "the test gives {kind} for `{field}`, but the rule takes it for {other}",
        "测试给 `{field}` 的是{kind}，而规则把它当作{other}",
    ),
    (
        "",
        "write the value of the test as the rule compares it",
        "请按规则比较的类型写测试的值",
    ),
];
