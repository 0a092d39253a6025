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
    text.extend([format!(
        "\n{}\n",
        if page.full { w.range_note } else { w.more }
    )]);
    text
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
    let mut columns = vec![
        (what, Lean::Left),
        (page.style.words.leads, Lean::Right),
        (w.rate_shrunken, Lean::Right),
        (w.seen, Lean::Left),
        (w.deals, Lean::Right),
    ];
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
        cells.extend(rate_cells(&row.rate, page));
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
    if by.by == Dimension::Owner {
        text.extend([format!("{}\n", w.owners_title)]);
    }
    if group.is_some() {
        let label = if group == Some(KpiGroup::Conversion) {
            w.rate_plain
        } else {
            w.revenue
        };
        text.extend([format!(
            "\n{}\n\n",
            fill(w.by_months, &[("what", label), ("by", what)])
        )]);
        text.push_str(&months_text(
            by,
            group == Some(KpiGroup::Conversion),
            name,
            page,
        ));
    }
    text
}

/// The last months of each group, one column each.
fn months_text(
    by: &ByGroup,
    conversion: bool,
    name: impl Fn(&GroupKpi) -> String,
    page: &Page<'_>,
) -> String {
    const LAST: usize = 6;
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
    let cell = |month: &GroupMonth| match (conversion, month.conversion) {
        (true, share) => share.map_or_else(dash, percent),
        (false, _) => page.amount(month.revenue),
    };
    for row in &by.groups {
        let last = row
            .months
            .iter()
            .skip(row.months.len().saturating_sub(LAST));
        let mut cells = vec![name(row)];
        cells.extend(last.map(cell));
        grid.row(&cells);
    }
    grid.finish()
}

/// Where there is nothing to show.
pub(crate) fn dash() -> String {
    "-".to_owned()
}
