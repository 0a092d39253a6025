//! The channels as text and CSV.

use crate::decide::budget::{Range, Verdict};
use crate::decide::channels::{
    ChannelRow, Channels, ChannelsForm, NoSplit, Quality, Quantity, Split, SplitRow, Step, Still,
};
use crate::domain::{Campaign, Measure};
use crate::present::channels_words::{ChannelsWords, channels_words};
use crate::present::csv::{self, Csv};
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, deals, estimate, money, percent, signed_percent};
use crate::present::{Style, fill};

/// Channels shown on screen.
const SHOWN: usize = 30;

/// The channels as text: costs and returns, steps, effects, split.
pub fn channels_text(found: &Channels, style: &Style) -> String {
    let w = channels_words(style.language);
    let mut parts = vec![title(found, w)];
    parts.push(money_table(found, style, w));
    if found.all.steps.iter().any(|step| step.n > 0.0) {
        parts.push(format!(
            "{}\n{}",
            w.steps_title,
            steps_table(found, style, w)
        ));
    }
    if found.channels.iter().any(|row| row.effect.is_some()) {
        parts.push(effect_table(found, style, w));
    }
    if let Some(split) = &found.split {
        parts.push(split_text(found, split, style, w));
    }
    parts.push(notes(found, w).join("\n") + "\n");
    parts.join("\n")
}

fn unit(days: i32, w: &ChannelsWords) -> &'static str {
    match days {
        1 => w.day,
        7 => w.week,
        30 => w.month,
        _ => w.period,
    }
}

fn title(found: &Channels, w: &ChannelsWords) -> String {
    let n = count(found.channels.len());
    let Some((from, until)) = found.from.zip(found.until) else {
        return fill(w.title_undated, &[("n", &n)]) + "\n";
    };
    let mut text = fill(
        w.title,
        &[
            ("n", &n),
            ("from", &from.to_string()),
            ("to", &(until - 1).to_string()),
            ("periods", &count(found.periods)),
            ("unit", unit(found.period_days, w)),
        ],
    );
    if found.regions > 1 {
        text.push_str(&fill(w.regions, &[("n", &count(found.regions))]));
    }
    text + "\n"
}

fn name(found: &Channels, measure: Measure, w: &ChannelsWords) -> &'static str {
    if found.form == ChannelsForm::Means && measure == Measure::Clicks {
        w.visits
    } else {
        w.counts[measure.place()]
    }
}

fn amount(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), money)
}

/// A number of something, worked out or counted.
fn number(value: Option<f64>) -> String {
    match value {
        Some(value) if value.fract() != 0.0 && value < 99.95 => deals(value),
        Some(value) if value.is_finite() => count(value.round().max(0.0) as usize),
        _ => "-".to_owned(),
    }
}

fn money_table(found: &Channels, style: &Style, w: &ChannelsWords) -> String {
    let paid = found.all.sums.spend.is_some();
    let counts: Vec<Measure> = found
        .given
        .iter()
        .copied()
        .filter(|m| *m != Measure::Impressions)
        .collect();
    let costs: Vec<(Measure, String)> = (counts.iter().copied())
        .filter(|m| paid && *m != Measure::Revenue)
        .map(|m| (m, fill(w.cost, &[("one", w.ones[m.place()])])))
        .collect();
    let returns = found.all.roi_booked.is_some();
    let roi = if style.margin == 1.0 {
        w.roi
    } else {
        w.roi_margin
    };
    let standing = found.channels.iter().any(|row| row.quantity.is_some());
    let mut columns = vec![(w.channel, Lean::Left)];
    if paid {
        columns.extend([(w.spend, Lean::Right), (w.share, Lean::Right)]);
    }
    columns.extend(counts.iter().map(|m| (name(found, *m, w), Lean::Right)));
    columns.extend(costs.iter().map(|(_, name)| (name.as_str(), Lean::Right)));
    if returns {
        columns.push((w.booked, Lean::Right));
    }
    if found.channels.iter().any(|row| row.roi.is_some()) {
        columns.push((roi, Lean::Right));
    }
    if standing {
        columns.push((w.standing, Lean::Left));
    }
    let mut grid = Grid::new(style, &columns);
    let mut add = |row: &ChannelRow, label: String| {
        let mut cells = vec![label];
        if paid {
            cells.extend([
                amount(row.sums.spend),
                row.spend_share.map_or_else(dash, percent),
            ]);
        }
        cells.extend(counts.iter().map(|m| match m {
            Measure::Revenue => amount(row.sums.revenue),
            m => number(row.sums.of(*m)),
        }));
        cells.extend(costs.iter().map(|(m, _)| amount(row.sums.cost(*m))));
        if returns {
            cells.push(row.roi_booked.map_or_else(dash, signed_percent));
        }
        if found.channels.iter().any(|row| row.roi.is_some()) {
            cells.push(row.roi.map_or_else(dash, roi_words));
        }
        if standing {
            cells.push(standing_words(row, w));
        }
        grid.row(&cells);
    };
    for row in found.channels.iter().take(SHOWN) {
        add(row, row.channel.clone());
    }
    add(&found.all, w.all.to_owned());
    let head = if paid {
        fill(w.money_title, &[("currency", &style.currency)])
            .replace(" ()", "")
            .replace("（）", "")
            + "\n"
    } else {
        String::new()
    };
    let mut text = head + &grid.finish();
    if let more @ 1.. = found.channels.len().saturating_sub(SHOWN) {
        text.push_str(&fill(w.others, &[("n", &count(more))]));
        text.push('\n');
    }
    text
}

fn dash() -> String {
    "-".to_owned()
}

fn roi_words(roi: Range) -> String {
    let short = |x: f64| signed_percent(x).replace(" %", "");
    format!(
        "{} ({} .. {})",
        signed_percent(roi.mean),
        short(roi.low),
        short(roi.high)
    )
}

fn standing_words(row: &ChannelRow, w: &ChannelsWords) -> String {
    let quantity = row.quantity.map(|q| match q {
        Quantity::Many => w.many,
        Quantity::Few => w.few,
    });
    let quality = row.quality.map(|q| match q {
        Quality::Good => w.good,
        Quality::Poor => w.poor,
        Quality::Usual => w.usual,
    });
    let words: Vec<&str> = [quantity, quality].into_iter().flatten().collect();
    words.join(", ")
}

fn steps_table(found: &Channels, style: &Style, w: &ChannelsWords) -> String {
    let names: Vec<String> = (found.all.steps.iter())
        .map(|step| {
            format!(
                "{} -> {}",
                name(found, step.from, w),
                name(found, step.to, w)
            )
        })
        .collect();
    let mut columns = vec![(w.channel, Lean::Left)];
    columns.extend(names.iter().map(|name| (name.as_str(), Lean::Right)));
    let mut grid = Grid::new(style, &columns);
    let cell = |step: &Step| {
        let (k, n) = (number(Some(step.k)), number(Some(step.n)));
        format!("{}  {k}/{n}", rate(step))
    };
    let rows = found
        .channels
        .iter()
        .take(SHOWN)
        .map(|row| (row, row.channel.as_str()));
    for (row, label) in rows.chain([(&found.all, w.all)]) {
        let mut cells = vec![label.to_owned()];
        cells.extend(row.steps.iter().map(cell));
        grid.row(&cells);
    }
    grid.finish()
}

/// A share with its interval; a small one with the digits that tell it from another small one.
fn rate(step: &Step) -> String {
    if step.rate >= 0.01 || !step.rate.is_finite() {
        return estimate(step.rate, step.low, step.high);
    }
    let short = |x: f64| {
        let digits = if x >= 0.001 { 2 } else { 3 };
        format!("{:.digits$}", 100.0 * x)
    };
    format!(
        "{} % ({}-{})",
        short(step.rate),
        short(step.low),
        short(step.high)
    )
}

fn span(range: Range, show: impl Fn(f64) -> String) -> String {
    format!(
        "{} ({}-{})",
        show(range.mean),
        show(range.low),
        show(range.high)
    )
}

fn effect_table(found: &Channels, style: &Style, w: &ChannelsWords) -> String {
    let outcome = found.outcome.map_or("", |m| name(found, m, w));
    let common = found.form == ChannelsForm::CommonOutcome;
    let mut columns = vec![
        (w.channel, Lean::Left),
        (w.elasticity, Lean::Right),
        (w.carry, Lean::Right),
    ];
    if common {
        columns.push((w.brought, Lean::Right));
    }
    columns.push(("", Lean::Left));
    let mut grid = Grid::new(style, &columns);
    let two = |x: f64| format!("{x:.2}");
    for row in found.channels.iter().take(SHOWN) {
        let Some(effect) = &row.effect else { continue };
        let mut cells = vec![
            row.channel.clone(),
            span(effect.elasticity, two),
            span(effect.carry, two),
        ];
        if common {
            let share = |s: Range| estimate(s.mean, s.low, s.high);
            cells.push(effect.share.map_or_else(dash, share));
        }
        let remark = [
            effect.follows_outcome.then_some(w.remark_outcome),
            (!effect.told && !effect.follows_outcome).then_some(w.remark_told),
            effect.follows_demand.then_some(w.remark_follows),
        ];
        cells.push(remark.into_iter().flatten().collect::<Vec<_>>().join("; "));
        grid.row(&cells);
    }
    let head = fill(w.effect_title, &[("outcome", outcome)]);
    format!("{head}\n{}", grid.finish())
}

fn split_text(found: &Channels, split: &Split, style: &Style, w: &ChannelsWords) -> String {
    let scaled = (split.total - split.current_total).abs() > 0.005 * split.current_total;
    let moves = split.verdict != Verdict::NothingToMove;
    let mut columns = vec![(w.channel, Lean::Left), (w.now, Lean::Right)];
    if scaled {
        columns.push((w.same_mix, Lean::Right));
    }
    if moves {
        let advised = split.verdict == Verdict::Move;
        columns.extend([
            (
                if advised { w.split } else { w.split_unadvised },
                Lean::Right,
            ),
            (w.marginal, Lean::Right),
            (w.marginal_split, Lean::Right),
            (w.p_more, Lean::Right),
            ("", Lean::Left),
        ]);
    }
    let mut grid = Grid::new(style, &columns);
    for row in split.channels.iter().take(SHOWN) {
        let mut cells = vec![row.channel.clone(), money(row.current)];
        if scaled {
            cells.push(money(row.same_mix));
        }
        if moves {
            cells.push(money(row.split));
            cells.push(
                row.marginal_same_mix
                    .map_or_else(dash, |m| span(m, marginal)),
            );
            cells.push(row.marginal_split.map_or_else(dash, |m| marginal(m.mean)));
            cells.push(row.p_more.map_or_else(dash, percent));
            cells.push(still(row, w).to_owned());
        }
        grid.row(&cells);
    }
    let head = fill(
        w.split_title,
        &[
            ("total", &money(split.total)),
            ("currency", &style.currency),
            ("bounds", &percent(split.bounds)),
        ],
    );
    format!(
        "{}\n{}\n{}",
        head.replace(" ,", ","),
        verdict(found, split, style, w),
        grid.finish()
    )
}

fn marginal(value: f64) -> String {
    if value.abs() >= 99.995 {
        money(value)
    } else {
        format!("{value:.2}")
    }
}

fn still(row: &SplitRow, w: &ChannelsWords) -> &'static str {
    row.still.map_or("", |still| match still {
        Still::NoSpend => w.still[0],
        Still::FewPeriods => w.still[1],
        Still::NoOutcome => w.still[2],
    })
}

fn verdict(found: &Channels, split: &Split, style: &Style, w: &ChannelsWords) -> String {
    let template = match split.verdict {
        Verdict::Move => w.verdicts[0],
        Verdict::Stay => w.verdicts[1],
        Verdict::NotEnoughVariation => w.verdicts[2],
        Verdict::NothingToMove => w.verdicts[3],
    };
    let Some((gain, p)) = split.gain.zip(split.p_gain) else {
        return w.verdicts[3].to_owned();
    };
    let unit = match found.outcome {
        Some(measure) if !found.priced => name(found, measure, w),
        _ => style.currency.as_str(),
    };
    let show = |x: f64| format!("{} {unit}", money(x)).trim_end().to_owned();
    let filled = [
        ("gain", show(gain.mean)),
        ("low", show(gain.low)),
        ("high", show(gain.high)),
        ("p", percent(p)),
    ];
    let pairs: Vec<(&str, &str)> = filled.iter().map(|(k, v)| (*k, v.as_str())).collect();
    fill(template, &pairs)
}

fn notes(found: &Channels, w: &ChannelsWords) -> Vec<String> {
    let mut notes = Vec::new();
    notes.extend(found.no_split.map(|why| match why {
        NoSplit::Undated => w.no_split[0].to_owned(),
        NoSplit::NoSpend => w.no_split[1].to_owned(),
        NoSplit::FewPeriods => w.no_split[2].to_owned(),
    }));
    if let Some(outcome) = found
        .outcome
        .filter(|_| !found.priced && found.split.is_some())
    {
        notes.push(fill(w.unpriced, &[("outcome", name(found, outcome, w))]));
    }
    notes.push(
        match found.form {
            ChannelsForm::OwnOutcomes => w.note_own,
            ChannelsForm::CommonOutcome => w.note_common,
            ChannelsForm::Means => w.note_means,
        }
        .to_owned(),
    );
    notes
}

/// One line on what was read of campaign files.
pub fn campaign_line(campaign: &Campaign, style: &Style) -> String {
    let w = channels_words(style.language);
    let n = count(campaign.channels.len());
    let Some((from, end)) = campaign.first.zip(campaign.end) else {
        return fill(w.check_undated, &[("file", "[channels]"), ("n", &n)]);
    };
    fill(
        w.check_line,
        &[
            ("file", "[channels]"),
            ("n", &n),
            ("periods", &count(campaign.periods)),
            ("unit", unit(campaign.step, w)),
            ("from", &from.to_string()),
            ("to", &(end - 1).to_string()),
        ],
    )
}

/// Every channel as CSV.
pub fn channels_csv(found: &Channels) -> String {
    let mut header: Vec<String> = [
        "channel",
        "periods",
        "spend",
        "spend_share",
        "impressions",
        "clicks",
        "leads",
        "orders",
        "revenue",
        "roi_booked",
        "roi",
        "roi_low",
        "roi_high",
        "elasticity",
        "elasticity_low",
        "elasticity_high",
        "now_month",
        "split_month",
    ]
    .map(str::to_owned)
    .to_vec();
    for step in &found.all.steps {
        let name = format!("{}_to_{}", step.from.key(), step.to.key());
        header.extend(["", "_low", "_high", "_n"].map(|end| format!("{name}{end}")));
    }
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut file = Csv::new(&header);
    for row in &found.channels {
        let range = |range: Option<Range>| {
            [
                range.map(|r| r.mean),
                range.map(|r| r.low),
                range.map(|r| r.high),
            ]
            .map(csv::share)
        };
        let split = found.split.as_ref();
        let split =
            split.and_then(|split| split.channels.iter().find(|of| of.channel == row.channel));
        let mut cells = vec![
            row.channel.clone(),
            row.periods.to_string(),
            csv::money(row.sums.spend),
            csv::share(row.spend_share),
        ];
        cells.extend(Measure::ALL.map(|measure| csv::money(row.sums.of(measure))));
        cells.push(csv::share(row.roi_booked));
        cells.extend(range(row.roi));
        cells.extend(range(row.effect.map(|effect| effect.elasticity)));
        cells.extend([
            csv::money(split.map(|s| s.current)),
            csv::money(split.map(|s| s.split)),
        ]);
        for step in &row.steps {
            cells.extend([step.rate, step.low, step.high].map(|x| csv::share(Some(x))));
            cells.push(csv::money(Some(step.n)));
        }
        file.row(&cells);
    }
    file.finish()
}
