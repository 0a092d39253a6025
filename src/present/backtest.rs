//! The forecast's own record: what it said on earlier days, and what came.

use serde::Serialize;

use crate::domain::Day;
use crate::forecast::{Backtest, Figures, Tested, Who};
use crate::present::csv::{self, Csv};
use crate::present::table::{Grid, Lean};
use crate::present::text::percent;
use crate::present::{Style, fill};
use crate::project::Language;

/// What is said of the record, in a language.
struct Words {
    title: &'static str,
    nothing: &'static str,
    ahead: &'static str,
    months: &'static str,
    forecast: &'static str,
    bias: &'static str,
    held: &'static str,
    width: &'static str,
    rivals: [&'static str; 4],
    of: &'static str,
    note: &'static str,
    line: &'static str,
    part: &'static str,
    part_alone: &'static str,
    joined: &'static str,
    nth: [&'static str; 3],
    held_line: &'static str,
}

const ENGLISH: Words = Words {
    title: "What the forecast would have said on earlier days, and what came ({origins} days, a month apart; each time learnt anew from what was known then)",
    nothing: "No earlier day has enough of a past for a forecast: it takes about half a year with ten wins before the first one. Add older leads, or come back when more months are over.",
    ahead: "months\nahead",
    months: "months\ncompared",
    forecast: "forecast\noff by",
    bias: "too high (+)\nor low (-)",
    held: "80 % range\nheld",
    width: "width of\nthe range",
    rivals: [
        "smoothing\noff by",
        "last year\noff by",
        "last year x\ngrowth off by",
        "weighted pipe-\nline off by",
    ],
    of: "{inside} of {n}",
    note: "Off by: sum of the errors over the sum of what came (WAPE); 1 month ahead is the month of the day itself. Smoothing, last year and the weighted pipeline are what simpler ways would have said. A range that held 8 of 10 is as wide as it should be. A number in brackets: so many months, as that way needs a longer past.",
    line: "Its record, from {origins} earlier days as known then: off by {parts}.",
    part: "{own} in {nth} (smoothing {rival})",
    part_alone: "{own} in {nth}",
    joined: ", ",
    nth: ["the first month", "the second", "the third"],
    held_line: " Its 80 % ranges held {inside} of {n} months.",
};

const CHINESE: Words = Words {
    title: "以往各日会怎样预测、后来实际如何（{origins} 个日期，相隔一个月；每次只用当时已知的数据重新学习）",
    nothing: "以往没有一天有足够的历史可供预测：第一次之前约需半年、十个赢单。请补充更早的线索，或等更多月份结束。",
    ahead: "提前\n月数",
    months: "对照\n月数",
    forecast: "预测\n误差",
    bias: "偏高 (+)\n偏低 (-)",
    held: "80 % 区间\n命中",
    width: "区间\n宽度",
    rivals: [
        "指数平滑\n误差",
        "去年同月\n误差",
        "去年 x 增长\n误差",
        "加权管道\n误差",
    ],
    of: "{inside} / {n}",
    note: "误差：误差之和除以实际之和 (WAPE)；提前 1 个月即当日所在的月份。指数平滑、去年同月、加权管道是更简单的做法会给出的数。区间十次命中八次，宽度就合适。括号内为该做法可对照的月数（所需历史更长）。",
    line: "以往记录（{origins} 个日期，按当时所知）：误差 {parts}。",
    part: "{nth} {own}（指数平滑 {rival}）",
    part_alone: "{nth} {own}",
    joined: "，",
    nth: ["当月", "次月", "第三个月"],
    held_line: "80 % 区间命中 {n} 个月中的 {inside} 个。",
};

fn words(style: &Style) -> &'static Words {
    match style.language {
        Language::En => &ENGLISH,
        Language::Zh => &CHINESE,
    }
}

/// Simpler ways, in the order that they are shown.
const RIVALS: [Who; 4] = [
    Who::Smoothing,
    Who::SeasonalNaive,
    Who::LastYearRatio,
    Who::WeightedPipeline,
];

/// Days that were gone back to.
fn origins(backtest: &Backtest) -> usize {
    let mut days: Vec<Day> = backtest.tested.iter().map(|tested| tested.origin).collect();
    days.dedup();
    days.len()
}

/// The record as a table, by months ahead.
pub fn backtest_text(backtest: &Backtest, style: &Style) -> String {
    let w = words(style);
    if backtest.tested.is_empty() {
        return format!("{}\n", w.nothing);
    }
    let mut columns = vec![
        (w.ahead, Lean::Right),
        (w.months, Lean::Right),
        (w.forecast, Lean::Right),
        (w.bias, Lean::Right),
        (w.held, Lean::Right),
        (w.width, Lean::Right),
    ];
    columns.extend(w.rivals.map(|name| (name, Lean::Right)));
    let mut grid = Grid::new(style, &columns);
    for ahead in 1..=backtest.furthest() {
        let of = |who| backtest.figures(who, ahead);
        let Some(own) = of(Who::Forecast) else {
            continue;
        };
        let held = own.coverage.map_or_else(dash, |coverage| {
            let (inside, n) = (coverage.inside.to_string(), coverage.of.to_string());
            fill(w.of, &[("inside", &inside), ("n", &n)])
        });
        let mut cells = vec![
            ahead.to_string(),
            own.n.to_string(),
            own.wape.map_or_else(dash, percent),
            own.bias
                .map_or_else(dash, |bias| format!("{:+.1} %", 100.0 * bias)),
            held,
            own.width.map_or_else(dash, percent),
        ];
        cells.extend(RIVALS.map(|who| {
            // Some need a longer past, and have fewer months to show.
            of(who)
                .and_then(|figures| Some((figures.wape?, figures.n)))
                .map_or_else(dash, |(wape, n)| {
                    let months = if n == own.n {
                        String::new()
                    } else {
                        format!(" ({n})")
                    };
                    format!("{}{months}", percent(wape))
                })
        }));
        grid.row(&cells);
    }
    let count = origins(backtest).to_string();
    let title = fill(w.title, &[("origins", &count)]);
    format!("{title}\n\n{}{}\n", grid.finish(), w.note)
}

fn dash() -> String {
    "-".to_owned()
}

/// The record in a sentence or two, for beside a forecast; none where there is none.
pub(crate) fn record_line(record: &[Figures], style: &Style) -> Option<String> {
    let w = words(style);
    let of = |who: Who, ahead: usize| {
        (record.iter()).find(|figures| figures.who == who && figures.ahead == ahead)
    };
    let first = of(Who::Forecast, 1)?;
    let mut parts = Vec::new();
    let (mut inside, mut n) = (0, 0);
    for (i, nth) in w.nth.iter().enumerate() {
        let Some(own) = of(Who::Forecast, i + 1) else {
            break;
        };
        if let Some(coverage) = own.coverage {
            inside += coverage.inside;
            n += coverage.of;
        }
        let Some(off) = own.wape else { break };
        let rival = of(Who::Smoothing, i + 1).filter(|rival| rival.n == own.n);
        let off = percent(off);
        parts.push(match rival.and_then(|rival| rival.wape) {
            Some(wape) => fill(
                w.part,
                &[("own", &off), ("nth", nth), ("rival", &percent(wape))],
            ),
            None => fill(w.part_alone, &[("own", &off), ("nth", nth)]),
        });
    }
    if parts.is_empty() {
        return None;
    }
    let parts = parts.join(w.joined);
    let mut line = fill(
        w.line,
        &[("origins", &first.n.to_string()), ("parts", &parts)],
    );
    let (inside, n) = (inside.to_string(), n.to_string());
    line.push_str(&fill(w.held_line, &[("inside", &inside), ("n", &n)]));
    Some(line)
}

/// The record as data.
pub fn backtest_json(backtest: &Backtest) -> impl Serialize + '_ {
    #[derive(Serialize)]
    struct Data<'a> {
        as_of: Day,
        origins: usize,
        figures: Vec<Figures>,
        tested: &'a [Tested],
    }
    Data {
        as_of: backtest.as_of,
        origins: origins(backtest),
        figures: backtest.summary(),
        tested: &backtest.tested,
    }
}

/// Every month that was forecast, as CSV; money with two decimals.
pub fn backtest_csv(backtest: &Backtest) -> String {
    let mut file = Csv::new(&[
        "origin",
        "month",
        "ahead",
        "actual",
        "booked",
        "p10",
        "p50",
        "p90",
        "uncorrected_p50",
        "open_pipeline",
        "new_leads",
        "smoothing",
        "last_year",
        "last_year_x_growth",
        "weighted_pipeline",
    ]);
    for tested in &backtest.tested {
        let quantile = |p: f64| csv::money(tested.quantile(p));
        file.row(&[
            tested.origin.to_string(),
            tested.month.to_string(),
            tested.ahead.to_string(),
            csv::money(Some(tested.actual)),
            csv::money(Some(tested.booked)),
            quantile(0.1),
            quantile(0.5),
            quantile(0.9),
            csv::money(Who::Uncorrected.said(tested)),
            csv::money(Some(tested.open)),
            csv::money(Some(tested.new)),
            csv::money(tested.rivals.smoothing),
            csv::money(tested.rivals.seasonal_naive),
            csv::money(tested.rivals.last_year_ratio),
            csv::money(tested.rivals.weighted_pipeline),
        ]);
    }
    file.finish()
}
