//! Days in each stage, and the deals that stand still.

use crate::domain::{Day, Leads, Outcome, Role};
use crate::kpi::cycle::Field;
use crate::kpi::cycle::result::{StageDwell, StuckDeal};
use crate::kpi::gate::{Measure, Z80};

/// Fewest stays of won deals that a median, an 80th and a 90th percentile are told from.
const LEAST: [usize; 3] = [5, 10, 20];
/// Share of won deals within whose stay an open one is not stuck.
const LIMIT: f64 = 0.9;

/// A stay of a won deal: days, and how many won deals it stands for.
type Stay = (i32, f64);

/// Every stage, in their order, and the stuck deals. Without a stage history the whole life of a lead is one stage.
pub(super) fn dwell(field: &Field<'_>) -> (Vec<StageDwell>, Vec<StuckDeal>) {
    let leads = field.leads;
    let names: Vec<Option<String>> = match &leads.stages {
        Some(stages) => stages.names.iter().cloned().map(Some).collect(),
        None => vec![None],
    };
    let stays = stays(field, names.len());
    let longest = longest(leads, names.len());
    let mut open: Vec<Vec<(usize, Day)>> = vec![Vec::new(); names.len()];
    for row in (0..leads.len()).filter(|&row| leads.outcome[row] == Outcome::Open) {
        if let Some((stage, since)) = standing(leads, row) {
            open[stage].push((row, since));
        }
    }
    let (mut rows, mut stuck) = (Vec::new(), Vec::new());
    for (stage, name) in names.iter().enumerate() {
        if stays[stage].is_empty() && open[stage].is_empty() {
            continue;
        }
        let mut dwell = Dwell::of(&stays[stage], longest[stage]);
        if leads.stages.is_none() {
            // The whole life: as completed for age.
            let at = |q, least| field.all.quantile(q, least);
            (dwell.median, dwell.p80) = (at(0.5, LEAST[0]), at(0.8, LEAST[1]));
            // That is of wins within the horizon; where many take longer the stays of all of them tell.
            let later = |limit: &Measure| dwell.limit.is_none_or(|all| all.value <= limit.value);
            dwell.limit = at(LIMIT, LEAST[2]).filter(later).or(dwell.limit);
        }
        let (row, deals) = of_stage(leads, name.as_ref(), &dwell, &open[stage]);
        rows.push(row);
        stuck.extend(deals);
    }
    stuck.sort_by(|a: &StuckDeal, b: &StuckDeal| {
        let money = |deal: &StuckDeal| deal.amount.unwrap_or(f64::NEG_INFINITY);
        let over = |deal: &StuckDeal| f64::from(deal.days) - deal.limit;
        (money(b).total_cmp(&money(a)))
            .then_with(|| over(b).total_cmp(&over(a)))
            .then_with(|| a.lead_id.cmp(&b.lead_id))
    });
    (rows, stuck)
}

/// Money of the stuck deals that are not beyond all that was ever won; none where none says what it will spend.
pub(super) fn money(stuck: &[StuckDeal]) -> Option<f64> {
    let known: Vec<f64> = (stuck.iter())
        .filter(|deal| !deal.beyond)
        .filter_map(|deal| deal.amount)
        .collect();
    (!known.is_empty()).then(|| known.iter().sum())
}

/// The stage that an open lead stands in, and since when.
fn standing(leads: &Leads, row: usize) -> Option<(usize, Day)> {
    match &leads.stages {
        None => Some((0, leads.created[row]?)),
        Some(stages) => {
            let last = stages.timeline.events(row).next_back()?;
            let stage = stages.stage[last];
            // Entered again without having left: since the first time.
            let mut first = last;
            while first > stages.timeline.events(row).start && stages.stage[first - 1] == stage {
                first -= 1;
            }
            Some((stage as usize, stages.timeline.at(first).day()))
        }
    }
}

/// The stays of won deals by stage. A deal won after d days could be seen only among leads that came in at least so long
/// ago: it stands for 1 / (their share), so that slow deals of young leads, which are yet to be won, are not missed.
fn stays(field: &Field<'_>, stages: usize) -> Vec<Vec<Stay>> {
    let leads = field.leads;
    let mut ages: Vec<i32> = (field.rows.iter())
        .filter_map(|&row| leads.age(row, leads.as_of))
        .collect();
    ages.sort_unstable();
    let older = |days: i32| ages.len() - ages.partition_point(|&age| age <= days);
    // The slowest deals would stand for too many, where hardly a lead is so old.
    let least = (ages.len() / 2).clamp(1, 50);
    let mut stays = vec![Vec::new(); stages];
    for &row in &field.rows {
        if leads.outcome[row] != Outcome::Won {
            continue;
        }
        let Some((created, closed)) = leads.created[row].zip(leads.closed[row]) else {
            continue;
        };
        let days = (closed - created).max(0);
        let weight = ages.len() as f64 / older(days).max(least) as f64;
        for (stage, days) in lived(leads, row, created, closed) {
            stays[stage].push((days, weight));
        }
    }
    stays
}

/// The longest that any won deal stood in each stage, those that came before the record of closings as well: the days of a
/// win that is on record are known.
fn longest(leads: &Leads, stages: usize) -> Vec<Option<i32>> {
    let mut longest = vec![None; stages];
    for row in (0..leads.len()).filter(|&row| leads.outcome[row] == Outcome::Won) {
        if let Some((created, closed)) = leads.created[row].zip(leads.closed[row]) {
            for (stage, days) in lived(leads, row, created, closed) {
                longest[stage] = longest[stage].max(Some(days));
            }
        }
    }
    longest
}

/// The stages that a won lead went through, with the days in each.
fn lived(leads: &Leads, row: usize, created: Day, closed: Day) -> Vec<(usize, i32)> {
    let Some(stages) = &leads.stages else {
        return vec![(0, (closed - created).max(0))];
    };
    let mut entered: Vec<(usize, Day)> = Vec::new();
    for event in stages.timeline.events(row) {
        let stage = stages.stage[event] as usize;
        let day = stages.timeline.at(event).day();
        // What is entered after the win, or on its day outside the declared order, is the win itself.
        let ends = day > closed || day == closed && stage >= stages.ordered;
        if !ends && entered.last().is_none_or(|&(last, _)| last != stage) {
            entered.push((stage, day));
        }
    }
    let until = entered.iter().skip(1).map(|&(_, day)| day).chain([closed]);
    (entered.iter().zip(until))
        .map(|(&(stage, from), to)| (stage, (to - from).max(0)))
        .collect()
}

/// How long won deals stood in a stage.
struct Dwell {
    won: usize,
    median: Option<Measure>,
    p80: Option<Measure>,
    limit: Option<Measure>,
    longest: Option<i32>,
}

impl Dwell {
    fn of(stays: &[Stay], longest: Option<i32>) -> Self {
        let mut sorted = stays.to_vec();
        sorted.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.total_cmp(&b.1)));
        let at = |q: f64, least: usize| (sorted.len() >= least).then(|| quantile(&sorted, q));
        Self {
            won: sorted.len(),
            median: at(0.5, LEAST[0]),
            p80: at(0.8, LEAST[1]),
            limit: at(LIMIT, LEAST[2]),
            longest,
        }
    }
}

fn of_stage(
    leads: &Leads,
    name: Option<&String>,
    dwell: &Dwell,
    open: &[(usize, Day)],
) -> (StageDwell, Vec<StuckDeal>) {
    let mut waited: Vec<i32> = open.iter().map(|&(_, since)| leads.as_of - since).collect();
    waited.sort_unstable();
    let middle = |n: usize| f64::midpoint(f64::from(waited[(n - 1) / 2]), f64::from(waited[n / 2]));
    let stuck: Vec<StuckDeal> = (open.iter())
        .filter_map(|&(row, since)| {
            let (limit, days) = (dwell.limit?.value, leads.as_of - since);
            let beyond = dwell.longest.is_some_and(|longest| days > longest);
            let text = |role| leads.text(role)?.get(row).map(str::to_owned);
            (f64::from(days) > limit).then(|| StuckDeal {
                lead_id: leads.ids[row].clone(),
                owner: text(Role::Owner),
                source: text(Role::Source),
                stage: name.cloned(),
                since,
                days,
                limit,
                beyond,
                amount: (leads.numbers(Role::StatedAmount))
                    .map(|stated| stated[row])
                    .filter(|stated| stated.is_finite()),
            })
        })
        .collect();
    let row = StageDwell {
        stage: name.cloned(),
        won: dwell.won,
        median: dwell.median,
        p80: dwell.p80,
        limit: dwell.limit,
        longest: dwell.longest,
        open: open.len(),
        open_median: (!waited.is_empty()).then(|| middle(waited.len())),
        stuck: stuck.len(),
        beyond: stuck.iter().filter(|deal| deal.beyond).count(),
    };
    (row, stuck)
}

/// A quantile of weighted, sorted stays, with its 80 % interval: the quantiles at the ends of that of the share below
/// (Woodruff 1952).
fn quantile(sorted: &[Stay], q: f64) -> Measure {
    let total: f64 = sorted.iter().map(|&(_, weight)| weight).sum();
    let at = |q: f64| {
        let mut sum = 0.0;
        for &(days, weight) in sorted {
            sum += weight;
            if sum >= q * total - 1e-9 {
                return f64::from(days);
            }
        }
        sorted.last().map_or(0.0, |&(days, _)| f64::from(days))
    };
    let value = at(q);
    let spread: f64 = (sorted.iter())
        .map(|&(days, weight)| {
            let below = f64::from(u8::from(f64::from(days) <= value));
            (weight * (below - q)).powi(2)
        })
        .sum::<f64>()
        .sqrt()
        / total;
    Measure {
        value,
        low: at((q - Z80 * spread).max(0.0)).min(value),
        high: (q + Z80 * spread < 1.0).then(|| at(q + Z80 * spread).max(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kpi::plant::{Shop, shop, today};

    #[test]
    fn the_longest_win_may_be_older_than_the_record_of_closings() {
        let plan = Shop {
            days: 90.0,
            ..Shop::default()
        };
        let whole = shop(&plan, 4);
        // What closed more than ten months ago is missing.
        let begins = today() + -300;
        let rows: Vec<usize> = (0..whole.len())
            .filter(|&row| whole.closed[row].is_none_or(|closed| closed >= begins))
            .collect();
        let leads = whole.take(&rows, whole.as_of);
        let field = Field::new(&leads).expect("dated");
        assert!(field.record.is_some());
        let days = |row: usize| Some(leads.closed[row]? - leads.created[row]?);
        let won = (0..leads.len()).filter(|&row| leads.outcome[row] == Outcome::Won);
        let longest = won.filter_map(days).max().expect("wins");
        let (stages, stuck) = dwell(&field);
        assert_eq!(stages[0].longest, Some(longest));
        assert!(
            stuck
                .iter()
                .all(|deal| deal.beyond == (deal.days > longest))
        );
        let on_record = field
            .rows
            .iter()
            .filter(|&&row| leads.outcome[row] == Outcome::Won);
        let shorter = on_record.filter_map(|&row| days(row)).max();
        assert!(shorter < Some(longest), "{shorter:?} {longest}");
    }
}
