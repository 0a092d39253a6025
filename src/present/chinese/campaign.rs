//! Channels of campaign files.

use super::Text;

pub(super) const TEXTS: &[Text] = &[
    (
        "channels-scatter-unknown",
        "the file shows no scatter from period to period: intervals know only the chance in single leads and orders, and are too narrow where days are good or bad together",
        "文件看不出各期之间的波动：区间只含单条线索与订单的偶然性；若各天同好同坏，区间就偏窄",
    ),
    (
        "channels-unexplained",
        "what the model leaves unexplained carries on from period to period ({r}): something moves the outcome that is in no column; name it under `controls` if it is known",
        "模型未能解释的部分在各期之间延续（{r}）：有某种不在任何列中的因素影响结果；若知道是什么，请在 `controls` 中写明",
    ),
    (
        "channels-regions-alike",
        "spend moved in all regions at once: they are not compared with each other, and a demand that moved both spend and outcome would be taken for an effect",
        "各地区的花费同时变动：无法互相比较；若需求同时推动了花费与结果，会被当作花费的作用",
    ),
    (
        "spend-follows-demand",
        "spend seems to follow demand: it was higher when other channels brought more than their spend explains; elasticities are then too high, and more data of this kind makes them only surer",
        "花费似乎随需求而动：其他渠道带来的超出其花费所能解释时，花费也更高；弹性因此偏高，这类数据再多也只会更确信",
    ),
    (
        "spend-follows-outcome",
        "of these channels spend and outcome rise and fall as one: {names}. Money that is paid by the click or the lead follows the outcome and does not make it: what more money would bring is taken as believed beforehand",
        "以下渠道的花费与结果同起同落：{names}。按点击或线索付费的钱随结果而来，而不是带来结果：多花钱会带来什么，取事先的假定",
    ),
    (
        "",
        "the project names no campaign file",
        "项目没有写明投放文件",
    ),
    (
        "",
        "name it under [channels]: file, date, channel, spend, and what it counts; docs/channels.md shows how",
        "请在 [channels] 中写明：file、date、channel、spend，以及计数的列；写法见 docs/channels.md",
    ),
];
