//! The second group: average order value, alone and together with conversion.

use crate::kpi::{
    AmountMonth, Amounts, BandOf, DiscountBand, Discounts, Moved, Price, PriceBand, PriceBands,
    PriceBreak, PriceBreaks, PriceChange, PricedBy, Range, Shape, Unjudged,
};
use crate::present::kpi::{Page, dash};
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, money, percent};

/// Days that hold every season.
const YEAR: i32 = 365;

/// Sentences, then price bands; in full every table.
pub(crate) fn price_text(page: &Page<'_>) -> String {
    let w = page.w;
    let Some(price) = &page.kpi.aov else {
        return format!(
            "{}\n",
            if page.priced() {
                w.no_amounts
            } else {
                w.need_amount
            }
        );
    };
    let mut text = headline(price, page);
    text += &amounts(&price.all, page);
    if let Some(refunds) = &price.refunds {
        let values = [("n", count(refunds.count)), ("money", money(refunds.money))];
        text += &Page::said(page.w.refunds, &values);
    }
    match (&price.bands, price.bands_unjudged) {
        (Some(bands), _) => text += &bands_text(bands, price.plain_bands.as_ref(), page),
        (None, why) => text += &unjudged(why, price, page),
    }
    if page.full {
        text += &discounts(price.discounts.as_ref(), page);
        text += &products(price, page);
        text += &months(&price.months, page);
    }
    text
}

fn unjudged(why: Option<Unjudged>, price: &Price, page: &Page<'_>) -> String {
    let template = match why {
        Some(Unjudged::OnePrice) => page.w.one_price,
        Some(Unjudged::FewWins) => page.w.few_wins,
        Some(Unjudged::NoAge) => page.w.no_age,
        Some(Unjudged::Products) => page.w.products_only,
        Some(Unjudged::Settled) => page.w.settled,
        Some(Unjudged::NoPrice) | None => page.w.no_price,
    };
    let by = price.bands_settled_by.clone().unwrap_or_default();
    Page::said(template, &[("by", by)])
}

/// What matters: breaks in the level of prices, before and after, and the price bands that differ.
fn headline(price: &Price, page: &Page<'_>) -> String {
    let breaks = price.breaks.as_ref();
    let mut text = changed_prices(page);
    if let Some(change) = &price.change {
        text += &change_text(change, page);
    }
    if let Some(bands) = &price.bands {
        text += &claims(bands, page);
    }
    if let Some(breaks) = breaks.filter(|breaks| breaks.breaks.is_empty() && !price.change_asked) {
        let values = [
            ("from", breaks.from.to_string()),
            ("to", breaks.to.to_string()),
            ("at_mix", page.at_mix(&breaks.mix)),
            ("smallest", percent(breaks.smallest)),
        ];
        text += &Page::said(page.w.price_level, &values);
    }
    text
}

/// Breaks in the level of prices.
pub(crate) fn changed_prices(page: &Page<'_>) -> String {
    let found = page
        .kpi
        .aov
        .iter()
        .filter_map(|price| price.breaks.as_ref());
    found
        .flat_map(|found| {
            found
                .breaks
                .iter()
                .map(move |change| break_text(change, found, page))
        })
        .collect()
}

fn break_text(change: &PriceBreak, breaks: &PriceBreaks, page: &Page<'_>) -> String {
    let template = match change.shape {
        Shape::Step => page.w.price_step,
        Shape::Drift => page.w.price_drift,
    };
    let values = [
        ("month", change.month.to_string()),
        ("earliest", change.earliest.to_string()),
        ("latest", change.latest.to_string()),
        ("change", signed(&change.factor)),
        ("at_mix", page.at_mix(&breaks.mix)),
        ("before", count(change.deals_before)),
        ("after", count(change.deals_after)),
    ];
    Page::said(template, &values)
}

/// A factor as a change: `+15.2 % (+11.0 to +19.5)`.
fn signed(factor: &Range) -> String {
    let of = |value: f64| {
        let text = format!("{:+.1}", (value - 1.0) * 100.0);
        if text == "-0.0" {
            "+0.0".to_owned()
        } else {
            text
        }
    };
    format!(
        "{} % ({} .. {})",
        of(factor.value),
        of(factor.low),
        of(factor.high)
    )
}

fn change_text(change: &PriceChange, page: &Page<'_>) -> String {
    let moved = |moved: &Moved| {
        let template = match (moved.claimed, moved.ratio.value > 1.0) {
            (false, _) => page.w.within,
            (true, true) => page.w.rose,
            (true, false) => page.w.fell,
        };
        crate::present::fill(template, &[("ratio", &page.times(&moved.ratio))])
    };
    let mix = page.mix(&change.mix);
    let at_mix = if mix.is_empty() {
        String::new()
    } else {
        crate::present::fill(page.w.change_mix, &[("mix", &mix)])
    };
    let values = [
        ("day", change.day.to_string()),
        ("days", count(change.days.max(0) as usize)),
        ("before", count(change.leads_before)),
        ("after", count(change.leads_after)),
        ("at_mix", at_mix),
        ("aov", moved(&change.aov)),
        ("conversion", moved(&change.conversion)),
        ("per_lead", moved(&change.per_lead)),
    ];
    let mut text = Page::said(page.w.change, &values);
    let short = change.days < YEAR;
    let notes = [
        (short, page.w.change_season),
        (
            short && page.kpi.results.waves.is_some(),
            page.w.change_waves,
        ),
        (page.full, page.w.change_note),
    ];
    for (said, note) in notes {
        if said {
            text.extend([format!("{note}\n")]);
        }
    }
    text
}

/// The best and the worst band, where they differ from the others.
fn claims(bands: &PriceBands, page: &Page<'_>) -> String {
    let ratio = |band: &&PriceBand| band.against_others.map_or(1.0, |ratio| ratio.value);
    let differing = || bands.bands.iter().filter(|band| band.differs);
    let best = differing()
        .filter(|band| ratio(band) > 1.0)
        .max_by(|a, b| ratio(a).total_cmp(&ratio(b)));
    let worst = differing()
        .filter(|band| ratio(band) < 1.0)
        .min_by(|a, b| ratio(a).total_cmp(&ratio(b)));
    let mut text = String::new();
    for (band, template) in [(best, page.w.band_best), (worst, page.w.band_worst)] {
        if let Some((band, ratio)) = band.and_then(|band| Some((band, band.against_others?))) {
            text += &Page::said(
                template,
                &[
                    ("band", between(bands.of, band)),
                    ("ratio", page.times(&ratio)),
                ],
            );
        }
    }
    if text.is_empty() {
        text = format!("{}\n", page.w.bands_alike);
    }
    text
}

/// A band in money, or against the usual price: `-20 % .. +5 %`.
fn between(of: BandOf, band: &PriceBand) -> String {
    match of {
        BandOf::Price if band.from == band.to => money(band.from),
        BandOf::Price => format!("{}-{}", money(band.from), money(band.to)),
        BandOf::Relative => {
            let percent = |ratio: f64| {
                let off = (ratio - 1.0) * 100.0;
                if off.abs() < 0.5 {
                    return "0 %".to_owned();
                }
                format!("{off:+.0} %")
            };
            format!("{} .. {}", percent(band.from), percent(band.to))
        }
    }
}

fn amounts(all: &Amounts, page: &Page<'_>) -> String {
    if all.deals < 2 {
        return Page::said(page.w.amount_of_one, &[("mean", money(all.mean.value))]);
    }
    let values = [
        ("mean", page.money(&all.mean)),
        ("n", count(all.deals)),
        ("median", money(all.median)),
        ("quarter", money(all.quarter)),
        ("three", money(all.three_quarters)),
    ];
    Page::said(page.w.amounts, &values)
}

fn bands_text(bands: &PriceBands, plain: Option<&PriceBands>, page: &Page<'_>) -> String {
    let w = page.w;
    let price = match bands.priced_by {
        PricedBy::ListPrice => w.by_list_price,
        PricedBy::StatedAmount => w.by_stated,
    };
    let what = match bands.of {
        BandOf::Price => price.to_owned(),
        BandOf::Relative => crate::present::fill(
            w.relative,
            &[("what", price), ("by", &page.mix(&bands.usual_by))],
        ),
    };
    let title = if bands.mix.is_empty() {
        w.bands_title_plain
    } else {
        w.bands_title
    };
    let title = Page::said(title, &[("what", what), ("mix", page.mix(&bands.mix))]);
    let mut text = format!("\n{title}\n{}", bands_table(bands, page));
    if page.full {
        if bands.unpriced > 0 {
            text += &Page::said(w.unpriced, &[("n", count(bands.unpriced))]);
        }
        text.extend([format!("{}\n", w.band_note)]);
        if let Some(plain) = plain {
            text.extend([format!(
                "\n{}\n\n{}",
                w.plain_title,
                bands_table(plain, page)
            )]);
        }
    }
    text
}

fn bands_table(bands: &PriceBands, page: &Page<'_>) -> String {
    let w = page.w;
    let mut columns = vec![
        (w.band, Lean::Left),
        (page.style.words.leads, Lean::Right),
        (w.won, Lean::Right),
        (
            if bands.mix.is_empty() {
                w.rate_own_mix
            } else {
                w.rate_mix
            },
            Lean::Right,
        ),
        (w.order_value, Lean::Right),
        (w.per_lead, Lean::Right),
    ];
    if page.full {
        columns.extend([(w.against, Lean::Right), (w.seen, Lean::Left)]);
    }
    let mut grid = Grid::new(page.style, &columns);
    let money_of =
        |range: &Option<Range>| range.as_ref().map_or_else(dash, |range| page.money(range));
    for band in &bands.bands {
        grid.row(&[
            between(bands.of, band),
            count(band.leads),
            count(band.won),
            Page::share(&band.conversion),
            money_of(&band.aov),
            money_of(&band.per_lead),
            band.against_others
                .as_ref()
                .map_or_else(dash, |ratio| page.times(ratio)),
            page.status(band.status).to_owned(),
        ]);
    }
    grid.finish()
}

fn discounts(found: Option<&Discounts>, page: &Page<'_>) -> String {
    let w = page.w;
    let Some(found) = found else {
        return format!("\n{}\n", w.need_list_price);
    };
    let values = [
        ("below", count(found.below)),
        ("mean", percent(found.mean)),
        ("n", count(found.deals)),
        ("given", money(found.given)),
        ("share", percent(found.given_share)),
        ("factor", format!("{:.2}", found.break_even)),
    ];
    let mut said = if found.below > 0 {
        Page::said(w.discounts, &values)
    } else {
        Page::said(w.no_discounts, &[("n", count(found.deals))])
    };
    if found.above > 0 {
        let values = [
            ("above", count(found.above)),
            ("gained", money(found.gained)),
            ("net", percent(found.net)),
        ];
        said += &Page::said(w.above_list, &values);
    }
    let columns = [
        (w.discount, Lean::Left),
        (w.deals, Lean::Right),
        (w.revenue, Lean::Right),
        (w.given, Lean::Right),
    ];
    let mut grid = Grid::new(page.style, &columns);
    for band in &found.bands {
        grid.row(&[
            discount(band, page),
            count(band.deals),
            money(band.revenue),
            if band.from < 0.001 {
                dash()
            } else {
                money(band.given.max(0.0))
            },
        ]);
    }
    format!("\n{said}\n{}", grid.finish())
}

/// Whether the deals of a band were sold above the list price.
fn above(band: &DiscountBand) -> bool {
    band.to <= -0.001
}

fn discount(band: &DiscountBand, page: &Page<'_>) -> String {
    if above(band) {
        return page.w.above.to_owned();
    }
    if band.to <= 0.001 {
        return page.w.at_list.to_owned();
    }
    format!(
        "{:.0}-{:.0} %",
        (band.from * 100.0).max(0.0),
        band.to * 100.0
    )
}

fn amount_cells(amounts: &Amounts, page: &Page<'_>) -> [String; 4] {
    [
        count(amounts.deals),
        // One deal is no mean.
        if amounts.deals < 2 {
            dash()
        } else {
            page.money(&amounts.mean)
        },
        money(amounts.median),
        format!(
            "{}-{}",
            money(amounts.quarter),
            money(amounts.three_quarters)
        ),
    ]
}

fn products(price: &Price, page: &Page<'_>) -> String {
    let w = page.w;
    let Some(products) = &price.products else {
        return format!("\n{}\n", w.need_product);
    };
    let columns = [
        (w.product, Lean::Left),
        (w.deals, Lean::Right),
        (w.mean, Lean::Right),
        (w.median, Lean::Right),
        (w.half_between, Lean::Right),
        (w.share_of_revenue, Lean::Right),
    ];
    let mut grid = Grid::new(page.style, &columns);
    for product in products {
        let mut cells = vec![page.level(&product.name)];
        cells.extend(amount_cells(product, page));
        cells.push(percent(product.revenue_share));
        grid.row(&cells);
    }
    format!("\n{}", grid.finish())
}

fn months(months: &[AmountMonth], page: &Page<'_>) -> String {
    let w = page.w;
    let columns = [
        (w.month, Lean::Left),
        (w.deals, Lean::Right),
        (w.mean, Lean::Right),
        (w.median, Lean::Right),
        (w.half_between, Lean::Right),
    ];
    let mut grid = Grid::new(page.style, &columns);
    for month in months {
        let mut cells = vec![month.month.to_string()];
        match &month.amounts {
            Some(amounts) => cells.extend(amount_cells(amounts, page)),
            None => cells.extend([count(0), dash(), dash(), dash()]),
        }
        grid.row(&cells);
    }
    format!("\n{}", grid.finish())
}
