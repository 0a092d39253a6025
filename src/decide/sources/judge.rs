//! Each source, judged beside the others.

use std::collections::BTreeMap;

use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64;

use crate::decide::sources::cohort::{Cohort, Tally};
use crate::decide::sources::division::Division;
use crate::decide::sources::notes::Notes;
use crate::decide::sources::payback::{days, payback};
use crate::decide::sources::result::{
    Because, Quality, Quantity, SameMix, SourceRow, Sources, Standing, Status, Trend,
};
use crate::decide::sources::trend::{quarter_row, quarters, slope, trends};
use crate::decide::spend::{Paid, by_source};
use crate::domain::{Month, Outcome, SpendLine};
use crate::kpi::{
    Aov, AtMix, Belief, DRAWN, Range, Rate, RateBasis, at_same_mix, believed, compared,
    mean_amounts, rates,
};

/// Draws of the intervals of ROI, CAC and payback.
const DRAWS: usize = 4_000;

/// What the sources are judged by.
pub(super) struct Case<'a> {
    pub(super) basis: &'a RateBasis<'a>,
    pub(super) division: &'a Division,
    pub(super) spend: &'a [SpendLine],
    pub(super) margin: f64,
    pub(super) seed: u64,
}

/// All that is known of one source.
struct One<'a> {
    name: &'a str,
    cohort: &'a Cohort,
    rate: &'a Rate,
    belief: &'a Belief,
    aov: Option<Aov>,
    paid: Option<&'a Paid>,
    margin: f64,
    growth: &'a crate::kpi::Growth,
    rng: Pcg64,
}

impl Case<'_> {
    pub(super) fn judge(&self) -> Sources {
        let mut notes = Notes::default();
        let mut cohorts = self.cohorts(&mut notes);
        let leads = self.basis.leads;
        let (paid, names) = self.paid(&mut notes);
        cohorts.resize(names.len(), Cohort::default());
        let of = |row: usize| Some(self.division.groups.of[row]);
        let (found, beliefs): (Vec<Rate>, Vec<Belief>) =
            believed(self.basis, &names, of).into_iter().unzip();
        let amounts: Vec<Vec<f64>> = (cohorts.iter_mut())
            .map(|cohort| std::mem::take(&mut cohort.amounts))
            .collect();
        let aovs = mean_amounts(&amounts);
        if aovs.is_none() {
            notes.few_amounts(amounts.iter().map(Vec::len).sum());
        }
        let standings = self.standings(&names, &found, &cohorts);
        let mut rows: Vec<SourceRow> = (standings.standings.into_iter().enumerate())
            .filter(|(source, _)| {
                cohorts[*source].leads > 0 || paid.contains_key(names[*source].as_str())
            })
            .map(|(source, standing)| {
                let money = paid.get(names[source].as_str());
                if let Some(paid) = money {
                    notes.coverage(&names[source], &cohorts[source], paid);
                }
                let one = One {
                    name: &names[source],
                    cohort: &cohorts[source],
                    rate: &found[source],
                    belief: &beliefs[source],
                    aov: aovs.as_ref().map(|aovs| aovs[source]),
                    paid: money,
                    margin: self.margin,
                    growth: self.basis.growth,
                    // A stream of its own for each source, so that another source does not move it.
                    rng: Pcg64::new(u128::from(self.seed), source as u128),
                };
                one.row(standing, &self.lines(&names[source]))
            })
            .collect();
        rows.sort_by(|a, b| b.leads.cmp(&a.leads).then_with(|| a.source.cmp(&b.source)));
        let before = self.before_record();
        notes.record(self.basis.since, before, self.closed_undated());
        Sources {
            as_of: leads.as_of,
            sources: rows,
            by: self.division.column.clone(),
            horizon_days: self.basis.growth.horizon,
            record_begins: self.basis.since,
            before_record: before,
            mix_of: standings.mix_of,
            warnings: notes.warnings(leads),
        }
    }

    fn cohorts(&self, notes: &mut Notes) -> Vec<Cohort> {
        let groups = &self.division.groups;
        let mut cohorts = vec![Cohort::default(); groups.len()];
        for (row, created) in self.basis.leads.created.iter().enumerate() {
            match *created {
                Some(created) => cohorts[groups.of[row]].add(self.basis, row, created.month()),
                None => notes.undated += 1,
            }
        }
        cohorts
    }

    /// Money by source, and the names of all groups: those that money was paid for without a lead come last.
    fn paid(&self, notes: &mut Notes) -> (BTreeMap<&str, Paid>, Vec<String>) {
        let mut names = self.division.groups.names.clone();
        if !self.division.is_source {
            if !self.spend.is_empty() {
                notes.undivided(&self.division.column);
            }
            return (BTreeMap::new(), names);
        }
        let this_month = self.basis.leads.as_of.month();
        let (paid, left_out) = by_source(self.spend, this_month);
        notes.spend(&paid, left_out, this_month, &names);
        for &name in paid.keys() {
            if !names.iter().any(|own| own == name) {
                names.push(name.to_owned());
            }
        }
        (paid, names)
    }

    /// Money by month of one source.
    fn lines(&self, name: &str) -> Vec<(Month, f64)> {
        (self.spend.iter().filter(|line| line.source == name))
            .map(|line| (line.month, line.spend))
            .collect()
    }

    fn before_record(&self) -> usize {
        let created = self.basis.leads.created.iter().flatten();
        created
            .filter(|&&day| self.basis.since.is_some_and(|since| day < since))
            .count()
    }

    fn closed_undated(&self) -> usize {
        let leads = self.basis.leads;
        (0..leads.len())
            .filter(|&row| leads.outcome[row] != Outcome::Open && leads.closed[row].is_none())
            .filter(|&row| leads.created[row].is_some())
            .count()
    }

    /// Each group beside the others, and over time.
    fn standings(&self, names: &[String], found: &[Rate], cohorts: &[Cohort]) -> Standings {
        let all = rates(self.basis, &[String::new()], |_| Some(0)).pop();
        let all = all.unwrap_or_else(|| Rate::none(String::new()));
        let against = compared(found, &all);
        let leads = self.basis.leads;
        let mix = at_same_mix(leads, &self.division.groups, &self.division.column);
        let slopes: Vec<Option<(f64, f64, usize)>> = (cohorts.iter())
            .map(|cohort| slope(&quarters(cohort)))
            .collect();
        let told = trends(&slopes);
        let total: usize = cohorts.iter().map(|cohort| cohort.leads).sum();
        let with = cohorts.iter().filter(|cohort| cohort.leads > 0).count();
        let last = self.division.groups.len().wrapping_sub(1);
        let standings = (0..names.len())
            .map(|group| {
                let share = cohorts[group].leads as f64 / total.max(1) as f64;
                let many = cohorts[group].leads * with >= total;
                let (ratio, differs) = against[group];
                let pooled = if group == last {
                    self.division.pooled
                } else {
                    0
                };
                standing(
                    share,
                    many,
                    ratio,
                    differs,
                    mix_of(mix.as_ref(), group),
                    told[group].clone(),
                    pooled,
                )
            })
            .collect();
        Standings {
            standings,
            mix_of: mix.map(|mix| mix.columns).unwrap_or_default(),
        }
    }
}

/// Of all groups, and what was held the same.
struct Standings {
    standings: Vec<Standing>,
    mix_of: Vec<String>,
}

/// A group at the same mix: what is told, and on which side of the mean it is.
fn mix_of(mix: Option<&AtMix>, group: usize) -> Option<(SameMix, i8)> {
    let of = (*mix?.groups.get(group)?)?;
    let told = SameMix {
        conversion: of.conversion,
        mix: of.mix,
        because: None,
    };
    Some((told, of.side))
}

fn standing(
    share: f64,
    many: bool,
    against: Option<Range>,
    differs: bool,
    mix: Option<(SameMix, i8)>,
    trend: Option<Trend>,
    pooled: usize,
) -> Standing {
    let quality = match against {
        Some(ratio) if differs && ratio.value > 1.0 => Quality::Good,
        Some(_) if differs => Quality::Poor,
        _ => Quality::NotTold,
    };
    let same_mix = mix.map(|(told, side)| SameMix {
        because: match (quality, side) {
            (Quality::NotTold, _) => None,
            (Quality::Good, 1) | (Quality::Poor, -1) => Some(Because::Source),
            _ => Some(Because::Mix),
        },
        ..told
    });
    let quantity = if many { Quantity::Many } else { Quantity::Few };
    Standing {
        share,
        quantity: (share > 0.0).then_some(quantity),
        quality,
        against_others: against,
        same_mix,
        trend,
        pooled,
        ..Standing::default()
    }
}

/// Draws of what the leads bought bring: for each, wins and money.
struct Drawn {
    roi: Vec<f64>,
    cac: Vec<f64>,
    days: Vec<f64>,
}

impl One<'_> {
    fn row(mut self, mut standing: Standing, lines: &[(Month, f64)]) -> SourceRow {
        let maturity = self.rate.maturity.clamp(0.0, 1.0);
        let status = Status::of(maturity);
        let spend = self.paid.map(|paid| paid.money);
        let all = self.cohort.tally(None);
        let bought = self.paid.map(|paid| self.cohort.tally(Some(paid)));
        // The source may be old, and the leads that money is known of young.
        let told = |bought: &Tally| {
            status != Status::TooEarly && Status::of(bought.maturity()) != Status::TooEarly
        };
        let drawn = bought.filter(told).and_then(|bought| self.draws(&bought));
        let wins = bought.map_or(0.0, |bought| bought.leads as f64 * self.belief.mean);
        let roi = drawn.as_ref().zip(self.aov).zip(spend);
        let roi = roi.map(|((drawn, aov), spend)| {
            let value = wins * aov.mean * self.margin / spend - 1.0;
            Range::of_draws(value, drawn.roi.clone())
        });
        let cac = drawn.as_ref().zip(spend).filter(|_| wins > 0.0);
        let cac = cac.map(|(drawn, spend)| Range::of_draws(spend / wins, drawn.cac.clone()));
        standing.cac_low = cac.map(|cac| cac.low);
        standing.cac_high = cac.map(|cac| cac.high);
        standing.payback = drawn
            .filter(|_| self.aov.is_some())
            .and_then(|drawn| payback(drawn.days));
        standing.quarters = (quarters(self.cohort).iter())
            .map(|of| {
                let paid = self.paid.map(|paid| (paid, lines));
                quarter_row(of, self.cohort, paid, self.aov, self.margin)
            })
            .collect();
        SourceRow {
            source: self.name.to_owned(),
            leads: self.cohort.leads,
            won: self.cohort.won,
            maturity,
            conversion: self.belief.mean,
            conversion_low: self.belief.quantile(0.1),
            conversion_high: self.belief.quantile(0.9),
            aov: self.aov.map(|aov| aov.mean),
            aov_low: self.aov.map(|aov| aov.interval().0),
            aov_high: self.aov.map(|aov| aov.interval().1),
            revenue: self.aov.map(|_| all.money),
            spend,
            cac: cac.map(|cac| cac.value),
            roi: roi.map(|roi| roi.value),
            roi_low: roi.map(|roi| roi.low),
            roi_high: roi.map(|roi| roi.high),
            status,
            standing,
        }
    }

    /// Draws of conversion x draws of the average order value x draws of how fast wins come.
    fn draws(&mut self, bought: &Tally) -> Option<Drawn> {
        let paid = self.paid?;
        if paid.money <= 0.0 || bought.leads == 0 {
            return None;
        }
        let leads = bought.leads as f64;
        let growth: Vec<Vec<f64>> = (0..DRAWN)
            .map(|draw| self.cohort.growth(self.growth, Some(draw)))
            .collect();
        let mut drawn = Drawn {
            roi: Vec::with_capacity(DRAWS),
            cac: Vec::with_capacity(DRAWS),
            days: Vec::with_capacity(DRAWS),
        };
        for draw in 0..DRAWS {
            let wins = leads * self.belief.quantile(self.rng.random());
            drawn.cac.push(paid.money / wins.max(f64::MIN_POSITIVE));
            if let Some(aov) = self.aov {
                let amount = aov.at(StandardNormal.sample(&mut self.rng));
                let margin = wins * amount * self.margin;
                drawn.roi.push(margin / paid.money - 1.0);
                drawn
                    .days
                    .push(days(&growth[draw % DRAWN], paid.money / margin));
            }
        }
        Some(drawn)
    }
}
