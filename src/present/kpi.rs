//! The four groups of numbers on one screen, or one group with all its tables.

use serde::Serialize;

use crate::forecast::NOBODY;
use crate::kpi::{ByGroup, Cycle, Dimension, GroupKpi, GroupMonth, Kpi, Maturity, Range};
use crate::present::cycle::cycle_text;
use crate::present::kpi_conversion::{changed_sources, conversion_text, rate_cells};
use crate::present::kpi_price::{changed_prices, price_text};
use crate::present::kpi_results::{results_text, waves};
use crate::present::kpi_words::{KpiWords, kpi_words};
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, estimate, money, percent};
use crate::present::{Style, fill};
use crate::project::Language;

/// A group of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KpiGroup {
    /// Results.
    Results,
    /// Average order value.
    Aov,
    /// Conversion.
    Conversion,
    /// Cycle.
    Cycle,
}

/// The groups as data: the contract of `forerun kpi --json`.
#[derive(Debug, Serialize)]
pub struct KpiJson<'a> {
    /// Results, order value and conversion.
    #[serde(flatten)]
    kpi: &'a Kpi,
    /// The cycle; none where the data does not tell it.
    cycle: Option<&'a Cycle>,
}

/// The groups as data.
pub const fn kpi_json<'a>(kpi: &'a Kpi, cycle: Option<&'a Cycle>) -> KpiJson<'a> {
    KpiJson { kpi, cycle }
}

/// What the parts are written with.
pub(crate) struct Page<'a> {
    pub(crate) kpi: &'a Kpi,
    pub(crate) style: &'a Style,
    pub(crate) w: &'static KpiWords,
    /// Whether all tables are shown.
    pub(crate) full: bool,
}

impl Page<'_> {
    /// Whether the data has money.
    pub(crate) fn priced(&self) -> bool {
        self.kpi.currency != "deals"
    }

    /// A sentence of a template and its values.
    pub(crate) fn said(template: &str, values: &[(&str, String)]) -> String {
        let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
        fill(template, &values) + "\n"
    }

    /// Money, or a number of deals.
    pub(crate) fn amount(&self, value: f64) -> String {
        if self.priced() {
            money(value)
        } else {
            count(value.round().max(0.0) as usize)
        }
    }

    /// Money with its interval; without one, where a single deal has none.
    pub(crate) fn money(&self, range: &Range) -> String {
        if !range.high.is_finite() {
            return money(range.value);
        }
        self.ranged([range.value, range.low, range.high].map(money))
    }

    /// A factor with its interval: `0.84 (0.79-0.90)`.
    pub(crate) fn times(&self, range: &Range) -> String {
        self.ranged([range.value, range.low, range.high].map(|value| format!("{value:.2}")))
    }

    /// A share with its interval.
    pub(crate) fn share(range: &Range) -> String {
        estimate(range.value, range.low, range.high)
    }

    fn ranged(&self, [value, low, high]: [String; 3]) -> String {
        fill(
            self.w.range,
            &[("value", &value), ("low", &low), ("high", &high)],
        )
    }

    /// What the leads without a value are called, and any other value.
    pub(crate) fn level(&self, name: &str) -> String {
        if name == NOBODY { self.w.none } else { name }.to_owned()
    }

    /// Names of the columns of a mix.
    pub(crate) fn mix(&self, names: &[String]) -> String {
        names.join(self.w.and)
    }

    /// That prices are told at the same mix of some columns, or as they are.
    pub(crate) fn at_mix(&self, names: &[String]) -> String {
        if names.is_empty() {
            self.w.no_mix.to_owned()
        } else {
            fill(self.w.at_mix, &[("mix", &self.mix(names))])
        }
    }

    /// How much of the cycle has been seen, in a word.
    pub(crate) const fn status(&self, status: Maturity) -> &'static str {
        match status {
            Maturity::Matured => self.w.matured,
            Maturity::Maturing => self.w.maturing,
            Maturity::TooEarly => self.w.too_early,
        }
    }
}

/// The groups as text: all four in short, or one with all its tables.
pub fn kpi_text(
    kpi: &Kpi,
    cycle: Option<&Cycle>,
    group: Option<KpiGroup>,
    style: &Style,
) -> String {
    let w = kpi_words(style.language);
    let page = Page {
        kpi,
        style,
        w,
        full: group.is_some(),
    };
    let title = if page.priced() {
        w.title
    } else {
        w.title_deals
    };
    let mut text = Page::said(
        title,
        &[
            ("day", kpi.as_of.to_string()),
            ("currency", kpi.currency.clone()),
        ],
    );
    let shown = |one: KpiGroup| group.is_none_or(|group| group == one);
    let parts = [
        (
            KpiGroup::Results,
            w.results,
            results_text as fn(&Page<'_>) -> String,
        ),
        (KpiGroup::Aov, w.aov, price_text),
        (KpiGroup::Conversion, w.conversion, conversion_text),
    ];
    for (one, heading, part) in parts {
        if shown(one) {
            text.extend([format!("\n{heading}\n{}", part(&page))]);
        }
    }
    if shown(KpiGroup::Cycle) {
        let told = cycle.map_or_else(
            || format!("{}\n", w.no_cycle),
            |cycle| cycle_text(cycle, style, page.full),
        );
        text.extend([format!("\n{}\n{told}", w.cycle)]);
    }
    if let Some(by) = &kpi.by {
        text.push('\n');
        text.push_str(&by_text(by, group, &page));
    }
    // That a range is an interval is said where there is one.
    let note = match (page.full, has_range(&text)) {
        (false, true) => w.more,
        (false, false) => w.more_plain,
        (true, true) => w.range_note,
        (true, false) => "",
    };
    if !note.is_empty() {
        text.extend([format!("\n{note}\n")]);
    }
    if style.language == Language::En {
        text = singular(&text);
    }
    text
}

/// Whether a text has a range in brackets.
fn has_range(text: &str) -> bool {
    let number = |text: &str| {
        let digit = text.trim_matches(|c: char| "<>+-, %".contains(c));
        !digit.is_empty()
            && digit
                .chars()
                .all(|c| c.is_ascii_digit() || ",.".contains(c))
    };
    text.split(['(', '\u{ff08}']).skip(1).any(|rest| {
        let inside = rest.split([')', '\u{ff09}']).next().unwrap_or_default();
        [" .. ", "-"].iter().any(|between| {
            inside
                .split_once(between)
                .is_some_and(|(low, high)| number(low) && number(high))
        })
    })
}

/// English of one: `1 wins` is `1 win`, `1 leads are` is `1 lead is`.
fn singular(text: &str) -> String {
    const PLURALS: [(&str, &str); 15] = [
        ("older leads are", "older lead is"),
        ("open leads", "open lead"),
        ("won deals", "won deal"),
        ("leads are", "lead is"),
        ("leads stand", "lead stands"),
        ("leads without a price are", "lead without a price is"),
        ("more are", "more is"),
        ("more have", "more has"),
        ("deals were", "deal was"),
        ("leads", "lead"),
        ("deals", "deal"),
        ("wins", "win"),
        ("months", "month"),
        ("sources", "source"),
        ("customers", "customer"),
    ];
    let mut one = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("1 ") {
        let (before, after) = (&rest[..at], &rest[at + 2..]);
        one.push_str(before);
        one.push_str("1 ");
        let alone = one[..one.len() - 2]
            .chars()
            .next_back()
            .is_none_or(|c| c.is_whitespace() || c == '(');
        let ends = |word: &str| !after[word.len()..].starts_with(|c: char| c.is_alphanumeric());
        let found = PLURALS
            .iter()
            .find(|(many, _)| alone && after.starts_with(many) && ends(many));
        rest = match found {
            Some((many, of_one)) => {
                one.push_str(of_one);
                &after[many.len()..]
            }
            None => after,
        };
    }
    one + rest
}

/// What has changed beyond chance, in a line: sources, prices, and the waves of the quarter; none where nothing has.
pub fn kpi_found(kpi: &Kpi, style: &Style) -> Option<String> {
    let page = Page {
        kpi,
        style,
        w: kpi_words(style.language),
        full: false,
    };
    let said = changed_sources(&page) + &changed_prices(&page) + &waves(&page);
    let said: Vec<&str> = said.lines().collect();
    let between = if style.language == Language::Zh {
        ""
    } else {
        " "
    };
    (!said.is_empty()).then(|| said.join(between))
}

/// What a dimension is called.
fn dimension(by: Dimension, w: &KpiWords) -> &'static str {
    match by {
        Dimension::Source => w.source,
        Dimension::Owner => w.owner,
        Dimension::Segment => w.segment,
        Dimension::Product => w.product,
        Dimension::Region => w.region,
        Dimension::Channel => w.channel,
    }
}

fn by_text(by: &ByGroup, group: Option<KpiGroup>, page: &Page<'_>) -> String {
    let w = page.w;
    let what = dimension(by.by, w);
    let name = |row: &GroupKpi| match by.by {
        Dimension::Segment => page.style.segment(&row.rate.name).to_owned(),
        _ => page.level(&row.rate.name),
    };
    let mut columns = vec![(what, Lean::Left), (page.style.words.leads, Lean::Right)];
    if !by.named_at_win {
        columns.extend([(w.rate_shrunken, Lean::Right), (w.seen, Lean::Left)]);
    }
    columns.push((w.deals, Lean::Right));
    if page.priced() {
        columns.extend([
            (w.revenue, Lean::Right),
            (w.share_of_revenue, Lean::Right),
            (w.order_value, Lean::Right),
            (w.median, Lean::Right),
        ]);
    }
    let mut grid = Grid::new(page.style, &columns);
    for row in &by.groups {
        let mut cells = vec![name(row), count(row.rate.leads)];
        if !by.named_at_win {
            cells.extend(rate_cells(&row.rate, page));
        }
        cells.push(count(row.deals));
        if page.priced() {
            cells.extend([
                money(row.revenue),
                percent(row.revenue_share),
                row.aov.as_ref().map_or_else(dash, |aov| page.money(aov)),
                row.median.map_or_else(dash, money),
            ]);
        }
        grid.row(&cells);
    }
    let mut text = fill(w.by_title, &[("by", what)]) + "\n\n" + &grid.finish();
    if by.named_at_win {
        text += &Page::said(w.by_at_win, &[("by", what.to_owned())]);
    } else if by.by == Dimension::Owner {
        text.extend([format!("{}\n", w.owners_title)]);
    }
    let begins = page.kpi.conversion.as_ref().and_then(|of| of.record_begins);
    if let Some(day) = begins {
        text += &Page::said(w.by_record, &[("day", day.to_string())]);
    }
    match group {
        Some(KpiGroup::Conversion) if by.named_at_win => {}
        Some(KpiGroup::Conversion) => text += &rates_by_month(by, name, page),
        Some(_) => {
            let title = fill(w.by_months, &[("what", w.revenue), ("by", what)]);
            let cell = |month: &GroupMonth| page.amount(month.revenue);
            text.extend([format!(
                "\n{title}\n\n{}",
                months_text(by, cell, name, page)
            )]);
        }
        None => {}
    }
    text
}

/// The conversion of each group by month, where enough of it is known.
fn rates_by_month(by: &ByGroup, name: impl Fn(&GroupKpi) -> String, page: &Page<'_>) -> String {
    let (w, what) = (page.w, dimension(by.by, page.w));
    let mut last = by
        .groups
        .iter()
        .flat_map(|row| row.months.iter().rev().take(LAST));
    if !last.any(|month| month.conversion.is_some()) {
        return format!(
            "\n{}",
            Page::said(w.no_rate_months, &[("by", what.to_owned())])
        );
    }
    let title = fill(w.by_months, &[("what", w.rate_months), ("by", what)]);
    let whole = |share: f64| format!("{:.0}", share * 100.0);
    let cell = |month: &GroupMonth| {
        month.conversion.map_or_else(dash, |rate| {
            let values = [
                ("rate", whole(rate.value)),
                ("low", whole(rate.low)),
                ("high", whole(rate.high)),
                ("n", count(month.judged)),
            ];
            Page::said(w.rate_of_n, &values).trim_end().to_owned()
        })
    };
    let table = months_text(by, cell, name, page);
    format!("\n{title}\n\n{table}{}\n", w.rate_of_n_note)
}

/// Months of a table by group.
const LAST: usize = 6;

/// The last months of each group, one column each.
fn months_text(
    by: &ByGroup,
    cell: impl Fn(&GroupMonth) -> String,
    name: impl Fn(&GroupKpi) -> String,
    page: &Page<'_>,
) -> String {
    let months: Vec<String> = by.groups.first().map_or_else(Vec::new, |row| {
        row.months
            .iter()
            .rev()
            .take(LAST)
            .rev()
            .map(|month| month.month.to_string())
            .collect()
    });
    let mut columns = vec![(dimension(by.by, page.w), Lean::Left)];
    columns.extend(months.iter().map(|month| (month.as_str(), Lean::Right)));
    let mut grid = Grid::new(page.style, &columns);
    for row in &by.groups {
        let last = row
            .months
            .iter()
            .skip(row.months.len().saturating_sub(LAST));
        let mut cells = vec![name(row)];
        cells.extend(last.map(&cell));
        grid.row(&cells);
    }
    grid.finish()
}

/// Where there is nothing to show.
pub(crate) fn dash() -> String {
    "-".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_told_as_one() {
        let said = "1 leads are open; 1 more are older (1 wins within 21 leads), 1 leads without a price are, 31 wins, 1,001 wins";
        let told = "1 lead is open; 1 more is older (1 win within 21 leads), 1 lead without a price is, 31 wins, 1,001 wins";
        assert_eq!(singular(said), told);
        assert_eq!(singular("until 1 "), "until 1 ");
    }

    #[test]
    fn a_range_in_brackets_is_known() {
        for text in [
            "55.5 % (53.3-57.8)",
            "(98.8->99.9)",
            "+1.0 % (-2.0 .. +3.1)",
            "9（8-10）",
            "1,080 (1,075-1,085)",
        ] {
            assert!(has_range(text), "{text}");
        }
        for text in [
            "(none)",
            "(CNY)",
            "3 (2 of 5)",
            "matured (100.0 %)",
            "2026-07 (x-y)",
        ] {
            assert!(!has_range(text), "{text}");
        }
    }
}
