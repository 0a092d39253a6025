//! Which lead source pays: conversion completed for age, cost and return, with intervals.

use std::collections::BTreeMap;

use rand::RngExt;
use rand_pcg::Pcg64;
use serde::Serialize;

use crate::decide::spend::{Paid, by_source};
use crate::domain::{Day, Leads, Month, Outcome, Role, SpendLine};
use crate::forecast::{Groups, daily, factors, gamma, mean_curves, quantile, thinned};
use crate::kpi::{Aov, Belief, Seen, mean_amounts, posterior};
use crate::score::{self, Model, ScoreError, Warning};
use crate::segment::Rules;

/// Draws of the model's coefficients, for how unsure the completion for age is.
const MODELS: u64 = 20;
/// Leads that the curves at creation are learnt from, all sources together.
const MOST_EXAMPLES: usize = 40_000;
/// Draws of the interval of ROI.
const DRAWS: usize = 4_000;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum SourcesError {
    /// Nothing says when leads come in and close, so an open lead cannot be told from a lost one.
    #[error(
        "to complete conversion for the age of the leads, sources need to know when leads come in and when they close: name the columns `created` and `closed` under [leads]"
    )]
    Undated,
    /// The project names no source.
    #[error(
        "no column says where a lead came from: name it as `source` under [leads], for example source = \"lead_source\""
    )]
    NoSource,
    /// The model cannot be asked.
    #[error(transparent)]
    Score(#[from] ScoreError),
}

/// How much of the cycle of a source's leads has been seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// More than 90 %.
    Matured,
    /// 30 to 90 %.
    Maturing,
    /// Less than 30 %: no ROI is shown.
    TooEarly,
}

/// One source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceRow {
    /// The source; `(none)` for leads without one.
    pub source: String,
    /// Leads that it brought; those without `created` are counted in a warning only.
    pub leads: usize,
    /// Won so far.
    pub won: usize,
    /// Mean share of the cycle seen, 0-1.
    pub maturity: f64,
    /// P(won within H of creation) of the source, completed for age and shrunken towards the other sources, 0-1: what
    /// the next lead is worth. It leaves out wins later than H, and is no share of these very leads (`expected_wins` is).
    pub conversion: f64,
    /// Lower end of its 80 % interval.
    pub conversion_low: f64,
    /// Upper end.
    pub conversion_high: f64,
    /// Mean amount of a won lead, shrunken, money; none without amounts.
    pub aov: Option<f64>,
    /// Won so far, and the sum of `p_win` over the leads still open: what these very leads will have brought H from now.
    pub expected_wins: f64,
    /// Money of the wins so far, and the sum of `p_win` x expected amount over the leads still open, money; a win without
    /// an amount counts `aov`. Never below what is won already, and the same as the scores say. None without amounts.
    pub expected_revenue: Option<f64>,
    /// Money paid up to the last complete month; none where unknown.
    pub spend: Option<f64>,
    /// Money paid for each expected win among the leads of the months with spend; none without spend or such leads.
    pub cac: Option<f64>,
    /// expected revenue x margin / spend - 1, over the leads of the months with spend; none without spend or amounts, or
    /// too early.
    pub roi: Option<f64>,
    /// Lower end of the 80 % interval of what the source returns, leads x conversion x aov x margin / spend - 1: not what
    /// these very leads may still bring, but what luck they may have had. It holds `roi`.
    pub roi_low: Option<f64>,
    /// Upper end.
    pub roi_high: Option<f64>,
    /// How much has been seen.
    pub status: Status,
}

/// The sources: the contract of `forerun sources --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sources {
    /// As-of date.
    pub as_of: Day,
    /// One a source, most leads first.
    pub sources: Vec<SourceRow>,
    /// What was noticed.
    #[serde(skip)]
    pub warnings: Vec<Warning>,
}

/// Judges every source as of `leads.as_of`, over the leads that have `created`.
///
/// Conversion is completed for age by the model's curves at creation and shrunken towards the other sources; so is the
/// average order value: these tell what the source is like. Expected wins and revenue are of the leads at hand: what they
/// have brought, and what the scores of those still open let expect. ROI and CAC compare the money with the leads of the
/// months that it was paid in, and with their expected revenue. `margin` is the gross margin of a won unit of money, `seed` draws the intervals.
///
/// # Errors
/// See [`SourcesError`]: undated data, no source column.
pub fn sources(
    model: &Model,
    leads: &Leads,
    rules: Option<&Rules>,
    spend: &[SpendLine],
    margin: f64,
    seed: u64,
) -> Result<Sources, SourcesError> {
    if !leads.roles.contains_key(&Role::Source) {
        return Err(SourcesError::NoSource);
    }
    let horizon = model.horizon().filter(|_| leads.dated());
    let horizon = horizon.ok_or(SourcesError::Undated)?;
    let groups = Groups::by(leads, Role::Source);
    let most = (MOST_EXAMPLES / groups.len().max(1)).clamp(200, 2_000);
    let mut rows: Vec<usize> = (groups.created_rows(leads).iter())
        .flat_map(|rows| thinned(rows, most))
        .collect();
    rows.sort_unstable();
    let created = score::at_creation(model, leads, rules, &rows)?;
    let growth = |model: &Model| {
        let mean = mean_curves(&created.curves(model), &groups);
        daily(&mean, horizon)
    };
    let central = growth(model);
    let drawn: Vec<_> = (0..MODELS)
        .map(|k| growth(&model.drawn(seed.wrapping_add(k))))
        .collect();
    let seen = Maturing::new(central, drawn);
    let open = pending(model, leads, rules, horizon)?;
    Ok(judge(leads, &groups, &seen, &open, spend, margin, seed))
}

/// An open lead: what it will bring.
struct Pending {
    row: usize,
    /// P(won within H from now).
    p_win: f64,
    /// Its expected amount, money; none without amounts.
    amount: Option<f64>,
}

/// The open leads, with the numbers of their scores.
fn pending(
    model: &Model,
    leads: &Leads,
    rules: Option<&Rules>,
    horizon: i32,
) -> Result<Vec<Pending>, SourcesError> {
    let curves = score::open_now(model, leads, rules)?.curves(model);
    let amounts = score::expected_amounts(model, leads, &curves.rows);
    let amount = |i: usize| amounts.as_ref().map(|amounts| amounts[i]);
    Ok((curves.rows.iter().enumerate())
        .map(|(i, &row)| Pending {
            row,
            p_win: curves.won_within(i, f64::from(horizon)),
            amount: amount(i),
        })
        .collect())
}

/// G(age) by source, for ages 0, 1 ... H days: of the model, and of draws of it.
struct Maturing {
    central: Vec<Vec<f64>>,
    drawn: Vec<Vec<Vec<f64>>>,
}

impl Maturing {
    /// From P(won within 0, 1 ... H days of creation) by source. The draws are centred on the model, so that 1/G, by
    /// which wins are completed, keeps its mean, and none is further off than the others let expect: where the end of
    /// the cycle was hardly seen, coefficients drawn as if normal would now and then put most wins there.
    fn new(central: Vec<Vec<f64>>, drawn: Vec<Vec<Vec<f64>>>) -> Self {
        let grown = |tables: Vec<Vec<f64>>| -> Vec<Vec<f64>> {
            tables.iter().map(|table| growth(table)).collect()
        };
        let central = grown(central);
        let mut drawn: Vec<Vec<Vec<f64>>> = drawn.into_iter().map(grown).collect();
        // (1 - G) / G: what is still to come, by what has come.
        let to_come = |g: f64| (1.0 - g).max(1e-9) / g.max(1e-9);
        for (source, table) in central.iter().enumerate() {
            for (age, &centre) in table.iter().enumerate().skip(1) {
                if age + 1 == table.len() {
                    continue; // G(H) = 1
                }
                let logs: Vec<f64> = (drawn.iter())
                    .map(|draw| to_come(draw[source][age]).ln())
                    .collect();
                for (draw, factor) in drawn.iter_mut().zip(factors(&logs)) {
                    draw[source][age] = 1.0 / (1.0 + to_come(centre) * factor);
                }
            }
        }
        Self { central, drawn }
    }
}

/// G(age) = P(won within age) / P(won within H); where nothing is ever won, the share of H.
fn growth(table: &[f64]) -> Vec<f64> {
    let last = table.len().saturating_sub(1).max(1) as f64;
    let end = table.last().copied().unwrap_or(0.0);
    (table.iter().enumerate())
        .map(|(age, won)| {
            if end > 0.0 {
                won / end
            } else {
                age as f64 / last
            }
        })
        .collect()
}

/// G of an age, which may be beyond H.
fn share(table: &[f64], age: i32) -> f64 {
    let at = (age.max(0) as usize).min(table.len().saturating_sub(1));
    table.get(at).copied().unwrap_or(1.0)
}

/// Leads, what they have brought, and what they are expected to bring yet.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    leads: usize,
    won: usize,
    /// Money of the wins.
    money: f64,
    /// Wins without an amount, with the expected ones of which no amount is known.
    unpriced: f64,
    /// Wins still expected, and their money.
    wins_to_come: f64,
    money_to_come: f64,
}

impl Tally {
    fn plus(self, other: &Self) -> Self {
        Self {
            leads: self.leads + other.leads,
            won: self.won + other.won,
            money: self.money + other.money,
            unpriced: self.unpriced + other.unpriced,
            wins_to_come: self.wins_to_come + other.wins_to_come,
            money_to_come: self.money_to_come + other.money_to_come,
        }
    }

    fn wins(&self) -> f64 {
        self.won as f64 + self.wins_to_come
    }

    fn revenue(&self, aov: f64) -> f64 {
        self.money + self.money_to_come + self.unpriced * aov
    }
}

/// The leads of one source.
#[derive(Debug, Clone, Default)]
struct Cohort {
    /// Leads by month of creation.
    months: BTreeMap<Month, Tally>,
    leads: usize,
    won: usize,
    won_in_time: usize,
    /// The leads not won in time, by age in days.
    others: BTreeMap<i32, usize>,
    amounts: Vec<f64>,
    /// Sum of G(age) over all leads.
    maturity: f64,
}

impl Cohort {
    fn add(&mut self, leads: &Leads, row: usize, created: Day, table: &[f64]) {
        let age = leads.as_of - created;
        let horizon = table.len().saturating_sub(1) as i32;
        self.leads += 1;
        self.maturity += share(table, age);
        let won = leads.outcome[row] == Outcome::Won;
        self.won += usize::from(won);
        // A win without a date counts for conversion: most are won in time.
        if won && leads.closed[row].is_none_or(|closed| closed - created < horizon) {
            self.won_in_time += 1;
        } else {
            *self.others.entry(age.min(horizon)).or_insert(0) += 1;
        }
        let tally = self.months.entry(created.month()).or_default();
        tally.leads += 1;
        if won {
            let amounts = leads.numbers(Role::Amount);
            let amount = amounts.map(|of| of[row]).filter(|a| a.is_finite());
            self.amounts.extend(amount);
            tally.won += 1;
            tally.money += amount.unwrap_or(0.0);
            tally.unpriced += f64::from(u8::from(amount.is_none()));
        }
    }

    fn expect(&mut self, created: Day, open: &Pending) {
        let tally = self.months.entry(created.month()).or_default();
        tally.wins_to_come += open.p_win;
        match open.amount {
            Some(amount) => tally.money_to_come += open.p_win * amount,
            None => tally.unpriced += open.p_win,
        }
    }

    fn seen(&self, source: usize, drawn: &[Vec<Vec<f64>>]) -> Seen {
        Seen {
            won: self.won_in_time as f64,
            others: (drawn.iter())
                .map(|tables| {
                    (self.others.iter())
                        .map(|(&age, &n)| (share(&tables[source], age), n as f64))
                        .collect()
                })
                .collect(),
        }
    }

    /// Over the leads of the months that money was paid in; without money, over all.
    fn tally(&self, paid: Option<&Paid>) -> Tally {
        (self.months.iter())
            .filter(|(month, _)| paid.is_none_or(|paid| paid.covers(**month)))
            .fold(Tally::default(), |sum, (_, tally)| sum.plus(tally))
    }
}

fn judge(
    leads: &Leads,
    groups: &Groups,
    maturing: &Maturing,
    open: &[Pending],
    spend: &[SpendLine],
    margin: f64,
    seed: u64,
) -> Sources {
    let mut notes = Notes::default();
    let mut cohorts = vec![Cohort::default(); groups.len()];
    for (row, created) in leads.created.iter().enumerate() {
        let source = groups.of[row];
        match *created {
            Some(created) => cohorts[source].add(leads, row, created, &maturing.central[source]),
            None => notes.undated += 1,
        }
    }
    for pending in open {
        if let Some(created) = leads.created[pending.row] {
            cohorts[groups.of[pending.row]].expect(created, pending);
        }
    }
    let (paid, left_out) = by_source(spend, leads.as_of.month());
    notes.spend(&paid, left_out, leads.as_of.month(), &groups.names);
    let mut names = groups.names.clone();
    let mut seen: Vec<Seen> = (cohorts.iter().enumerate())
        .map(|(source, cohort)| cohort.seen(source, &maturing.drawn))
        .collect();
    for &name in paid
        .keys()
        .filter(|name| !groups.names.iter().any(|own| own == **name))
    {
        names.push(name.to_owned());
        cohorts.push(Cohort::default());
        seen.push(Seen::default());
    }
    let beliefs = posterior(&seen);
    let amounts: Vec<Vec<f64>> = (cohorts.iter_mut())
        .map(|cohort| std::mem::take(&mut cohort.amounts))
        .collect();
    let aovs = mean_amounts(&amounts);
    let mut rows: Vec<SourceRow> = (0..names.len())
        .filter(|&source| cohorts[source].leads > 0 || paid.contains_key(names[source].as_str()))
        .map(|source| {
            let cohort = &cohorts[source];
            let money = paid.get(names[source].as_str());
            if let Some(paid) = money {
                notes.coverage(&names[source], cohort, paid);
            }
            Case {
                name: &names[source],
                cohort,
                belief: &beliefs[source],
                aov: aovs.as_ref().map(|aovs| aovs[source]),
                paid: money,
                margin,
                // A stream of its own for each source, so that another source does not move it.
                rng: Pcg64::new(u128::from(seed), source as u128),
            }
            .row()
        })
        .collect();
    rows.sort_by(|a, b| b.leads.cmp(&a.leads).then_with(|| a.source.cmp(&b.source)));
    Sources {
        as_of: leads.as_of,
        sources: rows,
        warnings: notes.warnings(leads),
    }
}

/// All that is known of one source.
struct Case<'a> {
    name: &'a str,
    cohort: &'a Cohort,
    belief: &'a Belief,
    aov: Option<Aov>,
    paid: Option<&'a Paid>,
    margin: f64,
    rng: Pcg64,
}

impl Case<'_> {
    fn row(mut self) -> SourceRow {
        let n = self.cohort.leads;
        let maturity = if n > 0 {
            self.cohort.maturity / n as f64
        } else {
            0.0
        };
        let status = match maturity {
            seen if seen > 0.9 => Status::Matured,
            seen if seen < 0.3 => Status::TooEarly,
            _ => Status::Maturing,
        };
        let conversion = self.belief.mean;
        let spend = self.paid.map(|paid| paid.money);
        let all = self.cohort.tally(None);
        let bought = self.paid.map(|paid| self.cohort.tally(Some(paid)));
        let wins = bought.map_or(0.0, |bought| bought.wins());
        let roi = if status == Status::TooEarly {
            None
        } else {
            bought.and_then(|bought| self.roi(&bought))
        };
        SourceRow {
            source: self.name.to_owned(),
            leads: n,
            won: self.cohort.won,
            maturity: maturity.clamp(0.0, 1.0),
            conversion,
            conversion_low: self.belief.quantile(0.1),
            conversion_high: self.belief.quantile(0.9),
            aov: self.aov.map(|aov| aov.mean),
            expected_wins: all.wins(),
            expected_revenue: self.aov.map(|aov| all.revenue(aov.mean)),
            spend,
            cac: spend.filter(|_| wins > 0.0).map(|spend| spend / wins),
            roi: roi.map(|roi| roi.0),
            roi_low: roi.map(|roi| roi.1),
            roi_high: roi.map(|roi| roi.2),
            status,
        }
    }

    /// ROI of the leads bought, with the 80 % interval of what the source returns: draws of conversion x draws of the
    /// average order value.
    fn roi(&mut self, bought: &Tally) -> Option<(f64, f64, f64)> {
        let (aov, paid) = (self.aov?, self.paid?);
        if paid.money <= 0.0 || bought.leads == 0 {
            return None;
        }
        let of = |revenue: f64| revenue * self.margin / paid.money - 1.0;
        let leads = bought.leads as f64;
        let mut draws: Vec<f64> = (0..DRAWS)
            .map(|_| {
                let conversion = self.belief.quantile(self.rng.random());
                let amount = gamma(aov.mean, aov.error * aov.error, &mut self.rng);
                of(leads * conversion * amount)
            })
            .collect();
        draws.sort_by(f64::total_cmp);
        let roi = of(bought.revenue(aov.mean));
        let (low, high) = (quantile(&draws, 0.1), quantile(&draws, 0.9));
        Some((roi, low.min(roi), high.max(roi)))
    }
}

/// What the reader must know.
#[derive(Debug, Default)]
struct Notes {
    undated: usize,
    lines: Vec<Warning>,
}

impl Notes {
    fn say(&mut self, code: &str, message: String) {
        self.lines.push(Warning {
            code: code.to_owned(),
            message,
            column: None,
        });
    }

    /// On the spend as a whole: months that are not over, names that no lead has.
    fn spend(
        &mut self,
        paid: &BTreeMap<&str, Paid>,
        left_out: f64,
        this_month: Month,
        names: &[String],
    ) {
        if left_out > 0.0 {
            self.say(
                "spend-left-out",
                format!(
                    "spend of {left_out} from {this_month} on is left out: the month is not over"
                ),
            );
        }
        for &name in paid
            .keys()
            .filter(|name| !names.iter().any(|own| own == **name))
        {
            let near = (names.iter())
                .map(|own| {
                    (
                        strsim::damerau_levenshtein(&own.to_lowercase(), &name.to_lowercase()),
                        own,
                    )
                })
                .min()
                .filter(|&(distance, _)| distance * 3 <= name.chars().count());
            let hint = near.map_or(String::new(), |(_, own)| format!("; is it `{own}`?"));
            self.say(
                "spend-without-leads",
                format!("money was paid for `{name}`, but no lead names it as its source{hint}"),
            );
        }
    }

    /// On a source whose leads came in other months than its spend.
    fn coverage(&mut self, name: &str, cohort: &Cohort, paid: &Paid) {
        let bought = cohort.tally(Some(paid)).leads;
        if bought < cohort.leads {
            self.say(
                "spend-covers-part",
                format!(
                    "spend of `{name}` is known from {} to {}: its CAC and ROI are of the {bought} leads of these months, out of {}",
                    paid.from, paid.to, cohort.leads
                ),
            );
        }
    }

    fn warnings(mut self, leads: &Leads) -> Vec<Warning> {
        if self.undated > 0 {
            let message = format!(
                "{} of {} leads have no creation date: nothing says how old they are, and they are in no source's numbers",
                self.undated,
                leads.len()
            );
            self.say("leads-without-created", message);
        }
        self.lines
    }
}

#[cfg(test)]
#[path = "sources_tests.rs"]
mod tests;
