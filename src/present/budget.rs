//! A budget as text, CSV and data.

use serde::Serialize;

use crate::decide::budget::{Budget, BudgetRow, Range, Verdict};
use crate::present::budget_words::{BudgetWords, budget_words};
use crate::present::csv::{self, Csv};
use crate::present::table::{Grid, Lean};
use crate::present::text::{deals, money, percent};
use crate::present::{Style, fill};
use crate::score::Warning;

/// Money whose return in deals is shown.
const MANY: f64 = 1_000.0;

/// The budget as text: what can be said, the table, what it rests on.
pub fn budget_text(budget: &Budget, style: &Style) -> String {
    let w = budget_words(style.language);
    let title = fill(
        w.title,
        &[
            ("total", &money(budget.total)),
            ("currency", &style.currency),
            ("from", &budget.from.to_string()),
            ("to", &budget.to.to_string()),
        ],
    );
    let mut parts = vec![title + "\n", verdict(budget, style, w) + "\n"];
    parts.push(table(budget, style, w));
    parts.push(sentences(budget, style, w).join("\n") + "\n");
    parts.join("\n")
}

/// Whether the total is not what is spent now, so that the same mix is not what each source gets.
fn scaled(budget: &Budget) -> bool {
    (budget.total - budget.current_total).abs() > 0.005 * budget.current_total
}

fn verdict(budget: &Budget, style: &Style, w: &BudgetWords) -> String {
    let sentence = match budget.verdict {
        Verdict::Move => w.advised,
        Verdict::Stay => w.stay,
        Verdict::NotEnoughVariation => w.not_enough,
        Verdict::NothingToMove => return w.nothing.to_owned(),
    };
    let Some((gain, p)) = budget.gain.zip(budget.p_gain) else {
        return w.nothing.to_owned();
    };
    let sentence = match budget.explore {
        Some(_) => w.explored,
        None => sentence,
    };
    let number = number(budget);
    let unit = if budget.priced {
        style.currency.as_str()
    } else {
        w.deals_unit
    };
    fill(
        sentence,
        &[
            ("gain", &number(gain.mean)),
            ("low", &number(gain.low)),
            ("high", &number(gain.high)),
            ("unit", unit),
            ("p", &percent(p)),
            ("cost", &number(budget.explore.map_or(0.0, |e| e.cost))),
            ("floor", &money(budget.explore.map_or(0.0, |e| e.floor))),
            ("currency", &style.currency),
        ],
    )
}

/// How returns are written: money, or deals.
fn number(budget: &Budget) -> fn(f64) -> String {
    if budget.priced { money } else { deals }
}

fn table(budget: &Budget, style: &Style, w: &BudgetWords) -> String {
    let words = style.words;
    let unit = fill(
        w.marginal_same,
        &[("unit", &unit_of_money(budget, style, w))],
    );
    let units = if budget.priced { 1.0 } else { MANY };
    let mut columns = vec![(words.source, Lean::Left), (w.now, Lean::Right)];
    if scaled(budget) {
        columns.push((w.same_mix, Lean::Right));
    }
    let split = match budget.verdict {
        _ if budget.explore.is_some() => w.split_explored,
        Verdict::Move => w.split,
        _ => w.split_unadvised,
    };
    let moves = budget.verdict != Verdict::NothingToMove;
    if moves {
        columns.push((split, Lean::Right));
    }
    columns.push((w.leads_same, Lean::Right));
    if moves {
        columns.push((w.leads_split, Lean::Right));
    }
    columns.push((&unit, Lean::Right));
    if moves {
        columns.extend([(w.marginal_split, Lean::Right), (w.p_more, Lean::Right)]);
    }
    columns.extend([(w.elasticity, Lean::Right), ("", Lean::Left)]);
    let mut grid = Grid::new(style, &columns);
    for row in &budget.sources {
        let mut cells = vec![row.source.clone(), money(row.current)];
        if scaled(budget) {
            cells.push(money(row.same_mix));
        }
        if moves {
            cells.push(money(row.split));
        }
        cells.push(range(row.leads_same_mix, deals));
        if moves {
            cells.push(row.leads_split.map_or_else(dash, |leads| deals(leads.mean)));
        }
        cells.push(range(row.marginal_same_mix, |m| marginal(m * units)));
        if moves {
            cells.push(
                row.marginal_split
                    .map_or_else(dash, |m| marginal(m.mean * units)),
            );
            cells.push(row.p_more.map_or_else(dash, percent));
        }
        cells.push(range(row.elasticity, |b| format!("{b:.2}")));
        cells.push(remark(row, w).to_owned());
        grid.row(&cells);
    }
    grid.finish()
}

/// The money whose return is shown: one unit, or many where it buys a part of a deal.
fn unit_of_money(budget: &Budget, style: &Style, w: &BudgetWords) -> String {
    match style.currency.as_str() {
        "" if budget.priced => w.no_currency.to_owned(),
        currency if budget.priced => currency.to_owned(),
        "" => money(MANY),
        currency => format!("{} {currency}", money(MANY)),
    }
}

fn dash() -> String {
    "-".to_owned()
}

/// What one unit of money brings: two digits that say something.
fn marginal(value: f64) -> String {
    if value.abs() >= 0.1 || value == 0.0 {
        format!("{value:.2}")
    } else {
        let digits = (1.0 - value.abs().log10().floor()).clamp(2.0, 8.0) as usize;
        format!("{value:.digits$}")
    }
}

fn range(range: Option<Range>, number: impl Fn(f64) -> String) -> String {
    range.map_or_else(dash, |range| {
        format!(
            "{} ({}-{})",
            number(range.mean),
            number(range.low),
            number(range.high)
        )
    })
}

fn remark(row: &BudgetRow, w: &BudgetWords) -> &'static str {
    match row.fixed {
        Some(fixed) => w.why(fixed),
        None if row.told => "",
        None => w.untold,
    }
}

fn sentences(budget: &Budget, style: &Style, w: &BudgetWords) -> Vec<String> {
    let mut told = Vec::new();
    let number = number(budget);
    if let Some((same, split)) = budget.revenue_same_mix.zip(budget.revenue_split) {
        told.push(fill(
            if budget.priced { w.revenue } else { w.deals },
            &[
                ("same", &number(same.mean)),
                ("same_low", &number(same.low)),
                ("same_high", &number(same.high)),
                ("split", &number(split.mean)),
                ("split_low", &number(split.low)),
                ("split_high", &number(split.high)),
            ],
        ));
    }
    if let Some((now, then)) = budget.regret_same_mix.zip(budget.regret_split) {
        let sentence = if budget.priced {
            w.regret
        } else {
            w.regret_deals
        };
        told.push(fill(
            sentence,
            &[("now", &number(now)), ("then", &number(then))],
        ));
    }
    if let Some(trial) = &budget.experiment {
        told.push(fill(
            if budget.priced {
                w.trial
            } else {
                w.trial_deals
            },
            &[
                ("source", &trial.source),
                ("up", &percent(trial.swing)),
                ("months", &trial.months.to_string()),
                ("cost", &number(trial.cost)),
                ("gain", &number(trial.gain)),
            ],
        ));
    } else if matches!(budget.verdict, Verdict::NotEnoughVariation | Verdict::Stay) {
        told.push(w.no_trial.to_owned());
    }
    if budget.sources.iter().any(|row| row.fixed.is_some()) {
        told.push(w.fixed.to_owned());
    }
    let note = if budget.priced {
        w.marginal_note
    } else {
        w.marginal_note_deals
    };
    told.push(fill(note, &[("unit", &unit_of_money(budget, style, w))]));
    told.push(fill(
        w.observational,
        &[("bounds", &percent(budget.bounds))],
    ));
    if !budget.priced {
        told.push(w.no_amounts.to_owned());
    }
    told
}

/// The budget as data, with what must be known of the model behind it.
pub fn budget_json(budget: &Budget) -> impl Serialize + '_ {
    BudgetJson {
        budget,
        warnings: &budget.warnings,
    }
}

#[derive(Serialize)]
struct BudgetJson<'a> {
    #[serde(flatten)]
    budget: &'a Budget,
    warnings: &'a [Warning],
}

/// The budget as CSV: one row a source.
pub fn budget_csv(budget: &Budget) -> String {
    let mut file = Csv::new(&[
        "source",
        "months",
        "current",
        "same_mix",
        "split",
        "fixed",
        "elasticity",
        "elasticity_low",
        "elasticity_high",
        "told",
        "leads_same_mix",
        "leads_split",
        "marginal_same_mix",
        "marginal_split",
        "p_more",
        "follows_demand",
    ]);
    let number = |value: Option<f64>| value.map_or_else(String::new, |v| format!("{v:.6}"));
    let mean = |range: Option<Range>| number(range.map(|range| range.mean));
    for row in &budget.sources {
        file.row(&[
            row.source.clone(),
            row.months.to_string(),
            csv::money(Some(row.current)),
            csv::money(Some(row.same_mix)),
            csv::money(Some(row.split)),
            row.fixed.map_or("", key).to_owned(),
            mean(row.elasticity),
            number(row.elasticity.map(|b| b.low)),
            number(row.elasticity.map(|b| b.high)),
            row.told.to_string(),
            mean(row.leads_same_mix),
            mean(row.leads_split),
            mean(row.marginal_same_mix),
            mean(row.marginal_split),
            csv::share(row.p_more),
            row.follows_demand.to_string(),
        ]);
    }
    file.finish()
}

const fn key(fixed: crate::decide::budget::Fixed) -> &'static str {
    use crate::decide::budget::Fixed;
    match fixed {
        Fixed::NoSpend => "no_spend",
        Fixed::TooEarly => "too_early",
        Fixed::FewMonths => "few_months",
        Fixed::NoLeads => "no_leads",
    }
}
