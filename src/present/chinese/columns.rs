//! What was found against columns that could be features.

use super::Text;

pub(super) const TEXTS: &[Text] = &[
    (
        "later-date",
        "`{column}` holds days after the lead came in ({n} of {all}), so it was not known then and is not used",
        "`{column}` 中有晚于线索进入之日的日期（{all} 个中有 {n} 个）：当时并不知道，因此不用",
    ),
    (
        "grows-with-life",
        "`{column}` grows with the days from creation to closing (rank correlation {r}): it counts what happens in the life of a lead, and the file holds its last state only, so it is not used",
        "`{column}` 随创建到结束的天数增长（秩相关 {r}）：它累计线索跟进中发生的事，而文件只有最后的数，因此不用",
    ),
    (
        "filled-later",
        "`{column}` is empty in {open} % of open leads and in {closed} % of closed ones created in the same months: closing a lead fills or empties it, so it is not used. If it really is known when a lead comes in, name it in [leads.known] creation",
        "`{column}` 在跟进中的线索里有 {open} % 为空，同月创建的已结束线索里有 {closed} % 为空：线索结束时才填写或清空，因此不用。若确实在线索进来时已知，请写入 [leads.known] 的 creation",
    ),
    (
        "filled-by-winning",
        "`{column}` is empty in {open} % of open leads and filled in {won} % of won ones created in the same months: winning fills it, so it is not used",
        "`{column}` 在跟进中的线索里有 {open} % 为空，而同月创建的赢单里有 {won} % 已填：赢单时才填写，因此不用",
    ),
    (
        "filled-at-contact",
        "`{column}` is filled in {before} % of the open leads that nobody has contacted and in {after} % of those contacted: the first contact fills it, so it is not used. Name it in [leads.known] contact, and it is used from the contact on",
        "`{column}` 在未联系的跟进中线索里有 {before} % 已填，在已联系的里有 {after} %：首次联系时才填写，因此不用。请写入 [leads.known] 的 contact，即可自联系起使用",
    ),
    (
        "filled-with-time",
        "`{column}` is empty in {young} % of the open leads of the last 7 days and in {older} % of those 15 to 60 days old: it is filled some time after a lead comes in, so it is not used. If the first contact fills it, name it in [leads.known] contact",
        "`{column}` 在最近 7 天的跟进中线索里有 {young} % 为空，在 15 至 60 天的里有 {older} %：线索进来一段时间后才填写，因此不用。若是首次联系时填写，请写入 [leads.known] 的 contact",
    ),
    (
        "changes-later",
        "`{column}` ranks won above lost, but {share} % of the open leads hold other values than leads of their age did that were open {days} days ago: its values change later, so it is not used",
        "`{column}` 能区分赢单与输单，但跟进中的线索有 {share} % 的取值不同于 {days} 天前同龄的跟进中线索：其值后来会变，因此不用",
    ),
    (
        "with-closing",
        "`{column}` holds a day within one of the closing in {share} % of the {n} closed leads that have one: it is most likely filled by closing. If so, name it in [leads.known] close",
        "`{column}` 在有值的 {n} 条已结束线索里，有 {share} % 与结束日相差不超过一天：很可能是结束时填写的。若是，请写入 [leads.known] 的 close",
    ),
    (
        "leak",
        "`{column}` alone ranks won above lost in {share} % of pairs: it looks filled in after the outcome. It is not used. If it really is known when a lead comes in, name it in [leads.known] creation; if not, in close",
        "仅凭 `{column}` 就能在 {share} % 的对比中分出赢单与输单：像是有了结果之后才填写的，因此不用。若确实在线索进来时已知，请写入 [leads.known] 的 creation；否则写入 close",
    ),
    (
        "leak-suspect",
        "`{column}` alone ranks won above lost in {share} % of pairs: more than most honest columns do. If it is filled in after the first contact or the outcome, name it in [leads.known] contact or close",
        "仅凭 `{column}` 就能在 {share} % 的对比中分出赢单与输单：高于一般正常的列。若在首次联系或有了结果之后才填写，请写入 [leads.known] 的 contact 或 close",
    ),
    (
        "known-later",
        "`{column}` equals the stage of today in {equal} of leads, and {later} of them entered it after the day they came in: it was not known then, so it is not used. The stage itself is a feature, through [stages]{alone}{closing}",
        "`{column}` 在 {equal} 的线索中等于今天的阶段，其中 {later} 在进入之日以后才到该阶段：当时并不知道，因此不用。阶段本身已通过 [stages] 作为特征{alone}{closing}",
    ),
    (
        "known-later",
        "`{column}` says yes where the stage {stage} was reached ({equal} of leads), and {later} of them reached it after the day they came in: it was not known then, so it is not used. The stage itself is a feature, through [stages]{alone}{closing}",
        "`{column}` 在到达阶段 {stage} 的线索中为“是”（占 {equal}），其中 {later} 在进入之日以后才到达：当时并不知道，因此不用。阶段本身已通过 [stages] 作为特征{alone}{closing}",
    ),
    (
        "known-later",
        "`{column}` equals the number of {counted} up to today in {equal} of leads: it counts what happens in the life of a lead, so it is not used. Counts as of each day are features of their own where they are dated{alone}{closing}",
        "`{column}` 在 {equal} 的线索中等于迄今{counted}：它累计线索跟进中发生的事，因此不用。凡有日期的，截至每天的次数本身就是特征{alone}{closing}",
    ),
    (
        "known-later",
        "`{column}` equals the {key} of the last activity in {equal} of leads, and in {later} of them that was after the day they came in: it was not known then, so it is not used{alone}{closing}",
        "`{column}` 在 {equal} 的线索中等于最后一次活动的 {key}，其中 {later} 的活动在进入之日以后：当时并不知道，因此不用{alone}{closing}",
    ),
    // What a recipe leaves out.
    (
        "near-unique",
        "`{column}` is a whole number of its own in every lead: it names leads, not kinds of leads",
        "`{column}` 每条线索一个整数：它标识线索，而不是线索的类别",
    ),
    (
        "near-unique",
        "`{column}` has {distinct} different values in {n} leads: it names leads, not kinds of leads",
        "`{column}` 在 {n} 条线索中有 {distinct} 个不同值：它标识线索，而不是线索的类别",
    ),
    (
        "date-at-contact",
        "`{column}` is a date known only from the first contact on",
        "`{column}` 是首次联系后才知道的日期",
    ),
    (
        "constant",
        "`{column}` has one value only that enough leads have to learn from",
        "`{column}` 只有一个取值有足够的线索可供学习",
    ),
    (
        "constant",
        "`{column}` has one value only",
        "`{column}` 只有一个取值",
    ),
    (
        "few-wins",
        "`{column}` is not used: with {n} wins, just the source is",
        "`{column}` 未使用：只有 {n} 条赢单，只用来源",
    ),
    (
        "too-many-columns",
        "`{column}` is not used: {n} levels are more than a fit can carry, and others tell more of winning",
        "`{column}` 未使用：共 {n} 个取值，超出拟合所能承受，而其他列更能说明赢单",
    ),
    // What cannot be seen.
    (
        "",
        "There are no open leads in the data, so whether closing a lead fills or empties a column cannot be seen: only how well a column ranks won above lost",
        "数据中没有跟进中的线索，看不出某列是否在结束时填写或清空：只能看它区分赢单与输单的能力",
    ),
    (
        "",
        "There are {won} won and {lost} lost leads: with fewer than {n} of each, how well one column ranks won above lost is not judged",
        "赢单 {won} 条，输单 {lost} 条：各不足 {n} 条，无法判断单列区分赢单与输单的能力",
    ),
    (
        "",
        "Without `created` and `closed`, whether a column changes in the life of a lead cannot be seen",
        "没有 `created` 与 `closed`，看不出某列在跟进过程中是否变化",
    ),
    (
        "",
        "Without [stages] and [activities] nothing tells what a column held when a lead came in. A value that is overwritten later, in open leads as in closed ones, is found only if it ranks too well to be honest",
        "没有 [stages] 与 [activities]，无从得知线索进来时某列是什么值。后来被改写的值，若跟进中与已结束的线索都改写，只有在区分能力好得不可信时才会被发现",
    ),
    (
        "",
        "A value that is overwritten later in open leads as in closed ones, and repeats no stage and no activity, is found only if it ranks too well to be honest",
        "后来被改写的值，若跟进中与已结束的线索都改写，又与阶段和活动无关，只有在区分能力好得不可信时才会被发现",
    ),
];
