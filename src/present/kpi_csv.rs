//! The groups of numbers as CSV: one number a row.

use crate::kpi::{Kpi, Range, Rate};
use crate::present::csv::Csv;

/// Every number of the first three groups, one a row: group, table, name of the row, what it is, value, 80 % interval and
/// the number of leads or deals that it is of; what is unknown is empty. The
/// heading alone without numbers.
pub fn kpi_csv(kpi: Option<&Kpi>) -> String {
    let mut rows = Rows(Csv::new(&[
        "group", "table", "name", "measure", "value", "low", "high", "n",
    ]));
    if let Some(kpi) = kpi {
        results(kpi, &mut rows);
        prices(kpi, &mut rows);
        conversion(kpi, &mut rows);
        by(kpi, &mut rows);
    }
    rows.0.finish()
}

struct Rows(Csv);

impl Rows {
    fn add(
        &mut self,
        [group, table, name, measure]: [&str; 4],
        [value, low, high]: [Option<f64>; 3],
        n: usize,
    ) {
        let text = |value: Option<f64>| {
            value
                .filter(|value| value.is_finite())
                .map_or_else(String::new, short)
        };
        let names = [group, table, name, measure].map(str::to_owned);
        let [value, low, high] = [value, low, high].map(text);
        self.0
            .row(&[names.as_slice(), &[value, low, high, n.to_string()]].concat());
    }

    fn one(&mut self, at: [&str; 4], value: f64, n: usize) {
        self.add(at, [Some(value), None, None], n);
    }

    fn range(&mut self, at: [&str; 4], range: Option<&Range>, n: usize) {
        // An end that is not known stays empty.
        let of = |pick: fn(&Range) -> f64| range.map(pick).filter(|value| value.is_finite());
        self.add(at, [of(|r| r.value), of(|r| r.low), of(|r| r.high)], n);
    }

    fn rate(&mut self, [group, table]: [&str; 2], rate: &Rate) {
        let name = rate.name.as_str();
        self.range(
            [group, table, name, "conversion"],
            rate.conversion.as_ref(),
            rate.leads,
        );
        self.one([group, table, name, "maturity"], rate.maturity, rate.leads);
        self.one([group, table, name, "won"], rate.won as f64, rate.leads);
        self.one([group, table, name, "lost"], rate.lost as f64, rate.leads);
    }
}

/// Up to six decimals.
fn short(value: f64) -> String {
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn results(kpi: &Kpi, rows: &mut Rows) {
    for month in &kpi.results.months {
        let name = month.month.to_string();
        rows.one(
            ["results", "months", &name, "revenue"],
            month.revenue,
            month.deals,
        );
        for (measure, value) in [("target", month.target), ("attainment", month.attainment)] {
            if value.is_some() {
                rows.add(
                    ["results", "months", &name, measure],
                    [value, None, None],
                    month.deals,
                );
            }
        }
    }
    if let Some(volatility) = &kpi.results.volatility {
        rows.range(
            ["results", "volatility", "", "cv"],
            Some(&volatility.cv),
            volatility.months,
        );
        rows.one(
            ["results", "volatility", "", "luck"],
            volatility.luck,
            volatility.months,
        );
    }
    if let Some(on) = &kpi.results.concentration {
        rows.one(
            [
                "results",
                "concentration",
                &on.largest_deal,
                "share_of_largest_deal",
            ],
            on.largest_deal_share,
            on.deals,
        );
        if let (Some(name), Some(share)) = (&on.largest_customer, on.largest_customer_share) {
            rows.one(
                [
                    "results",
                    "concentration",
                    name,
                    "share_of_largest_customer",
                ],
                share,
                on.deals,
            );
        }
    }
}

fn prices(kpi: &Kpi, rows: &mut Rows) {
    let Some(price) = &kpi.aov else {
        return;
    };
    let of_months = price
        .months
        .iter()
        .filter_map(|month| Some((month.month.to_string(), "months", month.amounts.as_ref()?)));
    let of_products = price
        .products
        .iter()
        .flatten()
        .map(|product| (product.name.clone(), "products", product));
    for (name, table, amounts) in std::iter::once((String::new(), "all", &price.all))
        .chain(of_products)
        .chain(of_months)
    {
        rows.range(
            ["aov", table, &name, "mean"],
            Some(&amounts.mean),
            amounts.deals,
        );
        rows.one(
            ["aov", table, &name, "median"],
            amounts.median,
            amounts.deals,
        );
    }
    for band in price.bands.iter().flat_map(|bands| &bands.bands) {
        let name = format!("{}-{}", short(band.from), short(band.to));
        rows.range(
            ["aov", "bands", &name, "conversion"],
            Some(&band.conversion),
            band.leads,
        );
        rows.range(["aov", "bands", &name, "aov"], band.aov.as_ref(), band.won);
        rows.range(
            ["aov", "bands", &name, "per_lead"],
            band.per_lead.as_ref(),
            band.leads,
        );
    }
    for change in price.breaks.iter().flat_map(|breaks| &breaks.breaks) {
        let n = change.deals_before + change.deals_after;
        rows.range(
            ["aov", "breaks", &change.month.to_string(), "factor"],
            Some(&change.factor),
            n,
        );
    }
    if let Some(change) = &price.change {
        let (day, n) = (
            change.day.to_string(),
            change.leads_before + change.leads_after,
        );
        for (measure, moved) in [
            ("aov", &change.aov),
            ("conversion", &change.conversion),
            ("per_lead", &change.per_lead),
        ] {
            rows.range(["aov", "change", &day, measure], Some(&moved.ratio), n);
        }
    }
}

fn conversion(kpi: &Kpi, rows: &mut Rows) {
    let Some(conversion) = &kpi.conversion else {
        return;
    };
    rows.rate(["conversion", "all"], &conversion.all);
    conversion
        .months
        .iter()
        .for_each(|rate| rows.rate(["conversion", "months"], rate));
    for source in conversion.sources.iter().flatten() {
        rows.rate(["conversion", "sources"], &source.rate);
        let at = ["conversion", "sources", &source.rate.name, "against_others"];
        rows.range(at, source.against_others.as_ref(), source.rate.leads);
    }
    for stage in conversion.stages.iter().flatten() {
        let at = ["conversion", "stages", &stage.stage, "went_on_share"];
        rows.range(at, stage.went_on_share.as_ref(), stage.reached);
    }
    conversion
        .owners
        .iter()
        .flatten()
        .for_each(|rate| rows.rate(["conversion", "owners"], rate));
    for change in conversion
        .changes
        .iter()
        .flat_map(|changes| &changes.changes)
    {
        let name = change.source.clone().unwrap_or_default();
        let measure = format!("ratio_from_{}", change.month);
        let n = change.leads_before + change.leads_after;
        rows.range(
            ["conversion", "changes", &name, &measure],
            Some(&change.ratio),
            n,
        );
    }
}

fn by(kpi: &Kpi, rows: &mut Rows) {
    for row in kpi.by.iter().flat_map(|by| &by.groups) {
        let name = row.rate.name.as_str();
        rows.rate(["by", "groups"], &row.rate);
        rows.one(["by", "groups", name, "revenue"], row.revenue, row.deals);
        rows.range(["by", "groups", name, "aov"], row.aov.as_ref(), row.deals);
        for month in &row.months {
            let table = month.month.to_string();
            rows.one(["by", &table, name, "revenue"], month.revenue, month.deals);
            if let Some(conversion) = &month.conversion {
                rows.range(
                    ["by", &table, name, "conversion"],
                    Some(conversion),
                    month.judged,
                );
            }
        }
    }
}
