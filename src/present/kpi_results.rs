//! The first group: results.

use crate::kpi::{ResultMonth, Results};
use crate::present::kpi::{Page, dash};
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, percent};

/// Months shown in short.
const LAST: usize = 4;

/// Sentences, then the months.
pub(crate) fn results_text(page: &Page<'_>) -> String {
    let (w, results) = (page.w, &page.kpi.results);
    if results.months.is_empty() {
        return format!("{}\n", w.no_results);
    }
    let mut text = volatility(results, page)
        + &no_leads_since(results, page)
        + &waves(page)
        + &targets(results, page)
        + &concentration(results, page);
    text.push('\n');
    text.push_str(&months(results, page));
    if page.full && results.targets.is_none() && !results.targets_need_amounts {
        text.extend([format!("\n{}\n", w.need_targets)]);
    }
    text
}

fn volatility(results: &Results, page: &Page<'_>) -> String {
    let w = page.w;
    let Some(volatility) = &results.volatility else {
        return format!("{}\n", w.few_months);
    };
    let template = match (volatility.more_than_luck, page.priced()) {
        (true, true) => w.varies,
        (true, false) => w.varies_deals,
        (false, true) => w.varies_by_luck,
        (false, false) => w.varies_by_luck_deals,
    };
    let values = [
        ("n", count(volatility.months)),
        ("cv", Page::share(&volatility.cv)),
        ("luck", percent(volatility.luck)),
    ];
    Page::said(template, &values)
}

/// That the last months are left out, as no lead came in.
fn no_leads_since(results: &Results, page: &Page<'_>) -> String {
    results.last_lead.map_or_else(String::new, |day| {
        Page::said(page.w.no_leads_since, &[("day", day.to_string())])
    })
}

/// Months of the quarter that bring more.
pub(crate) fn waves(page: &Page<'_>) -> String {
    let Some(waves) = &page.kpi.results.waves else {
        return String::new();
    };
    let name = |k: u8| page.w.of_quarter.split('|').nth(usize::from(k - 1));
    let values = [
        ("best", name(waves.best).unwrap_or_default().to_owned()),
        (
            "weakest",
            name(waves.weakest).unwrap_or_default().to_owned(),
        ),
        ("times", format!("{:.1}", waves.times)),
        ("n", count(waves.months)),
    ];
    Page::said(page.w.waves, &values)
}

fn targets(results: &Results, page: &Page<'_>) -> String {
    let Some(record) = &results.targets else {
        return if results.targets_need_amounts {
            format!("{}\n", page.w.targets_need_amounts)
        } else {
            String::new()
        };
    };
    let mut text = String::new();
    if record.compared > 0 {
        let n = [
            ("above", record.above_best),
            ("compared", record.compared),
            ("reached", record.reached),
            ("months", record.months),
        ];
        text += &Page::said(page.w.target_above, &n.map(|(key, n)| (key, count(n))));
    }
    if record.zero > 0 {
        text += &Page::said(page.w.target_zero, &[("n", count(record.zero))]);
    }
    if let (Some(now), Some(best), Some(month)) = (record.now, record.best, record.best_month)
        && now > best
    {
        let values = [
            ("target", page.amount(now)),
            ("best", page.amount(best)),
            ("month", month.to_string()),
        ];
        text += &Page::said(page.w.target_now_above, &values);
    }
    text
}

fn concentration(results: &Results, page: &Page<'_>) -> String {
    let Some(on) = &results.concentration else {
        return String::new();
    };
    let values = [
        ("from", on.from.to_string()),
        ("deals", count(on.deals)),
        ("s", if on.deals == 1 { "" } else { "s" }.to_owned()),
        ("revenue", page.amount(on.revenue)),
        ("id", on.largest_deal.clone()),
        ("share", percent(on.largest_deal_share)),
    ];
    let mut text = Page::said(page.w.largest_deal, &values);
    if let (Some(name), Some(share), Some(n)) = (
        &on.largest_customer,
        on.largest_customer_share,
        on.customers,
    ) {
        let values = [
            ("n", count(n)),
            ("name", name.clone()),
            ("share", percent(share)),
        ];
        text += &Page::said(page.w.largest_customer, &values);
    }
    text
}

fn months(results: &Results, page: &Page<'_>) -> String {
    let w = page.w;
    let aimed = results.months.iter().any(|month| month.target.is_some());
    let mut columns = vec![
        (w.month, Lean::Left),
        (w.revenue, Lean::Right),
        (w.deals, Lean::Right),
    ];
    if !page.priced() {
        columns.remove(1);
    }
    if aimed {
        columns.extend([(w.target, Lean::Right), (w.attained, Lean::Right)]);
    }
    if page.full {
        columns.push((w.best_before, Lean::Right));
    }
    let mut grid = Grid::new(page.style, &columns);
    let skip = if page.full {
        0
    } else {
        results.months.len().saturating_sub(LAST)
    };
    for month in &results.months[skip..] {
        let mut cells = vec![name(month, page)];
        if page.priced() {
            cells.push(page.amount(month.revenue));
        }
        cells.push(count(month.deals));
        if aimed {
            cells.push(month.target.map_or_else(dash, |target| page.amount(target)));
            cells.push(month.attainment.map_or_else(dash, percent));
        }
        cells.push(
            month
                .best_before
                .map_or_else(dash, |best| page.amount(best)),
        );
        grid.row(&cells);
    }
    grid.finish()
}

fn name(month: &ResultMonth, page: &Page<'_>) -> String {
    let text = month.month.to_string();
    let template = match (month.whole, month.month == page.kpi.as_of.month()) {
        (true, _) => return text,
        (false, true) => page.w.running,
        (false, false) => page.w.partial,
    };
    crate::present::fill(template, &[("month", &text)])
}
