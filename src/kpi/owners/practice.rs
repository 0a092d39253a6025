//! What owners do, in the record, and whether it goes with more wins than expected. Associations only.

use crate::domain::{Column, Day, Leads, MISSING, Role};
use crate::kpi::owners::funnel::claims;
use crate::kpi::owners::lives::{Lives, texts};
use crate::kpi::owners::response::Response;
use crate::kpi::owners::result::{Practice, PracticeKind, PracticeOf};

/// Days of a lead's life in which activities are counted.
const EARLY: i32 = 14;
/// Days in which a stage must have been reached.
const REACHED: i32 = 30;
/// Fewest leads of an owner for a number of his.
const MIN_LEADS: usize = 20;
/// Fewest owners for a correlation.
const MIN_OWNERS: usize = 5;
/// Most kinds of activities, and most ways of selling.
const MOST_KINDS: usize = 4;

/// What stands against the practices: by owner, won / expected and its weight, 1 / (spread between owners^2 + variance of
/// chance), as in a meta-regression; none for owners who are not judged.
pub(super) type Scores = Vec<Option<(f64, f64)>>;

/// All practices that the record shows.
pub(super) fn practices(
    leads: &Leads,
    lives: &Lives,
    response: Option<&Response>,
    scores: &Scores,
) -> Vec<Practice> {
    let mut all = Vec::new();
    let mut add = |kind, what: &str, value: &dyn Fn(usize) -> Option<f64>| {
        let by_owner = by_owner(lives, value);
        if by_owner.iter().flatten().any(|&(mean, _)| mean > 0.0) {
            all.push(practice(kind, what, lives, &by_owner, scores));
        }
    };
    if let Some(response) = response {
        let value = |i| response.within_a_day(i).map(|yes| f64::from(u8::from(yes)));
        add(PracticeKind::Response, "", &value);
    }
    add_activities(leads, lives, &mut add);
    add_stages(leads, lives, &mut add);
    if let Some(channel) = texts(leads, Role::Channel) {
        for code in frequent(&channel.codes, channel.levels.len()) {
            let value = |i: usize| match channel.codes[lives.row[i]] {
                MISSING => None,
                own => Some(f64::from(u8::from(own == code))),
            };
            add(
                PracticeKind::Channel,
                &channel.levels[code as usize],
                &value,
            );
        }
    }
    let chances: Vec<f64> = all
        .iter()
        .map(|practice| practice.p.unwrap_or(1.0))
        .collect();
    for (practice, real) in all.iter_mut().zip(claims(&chances)) {
        practice.real = real;
    }
    all
}

type Add<'a> = dyn FnMut(PracticeKind, &str, &dyn Fn(usize) -> Option<f64>) + 'a;

/// Activities of the first two weeks, per lead that is at least as old: in all, and by kind.
fn add_activities(leads: &Leads, lives: &Lives, add: &mut Add<'_>) {
    let Some(activities) = &leads.activities else {
        return;
    };
    let early = |i: usize| -> Option<std::ops::Range<usize>> {
        let until = until(leads, lives, i, EARLY)?;
        Some(activities.timeline.before(lives.row[i], until.start()))
    };
    add(PracticeKind::Activities, "", &|i| {
        Some(early(i)?.len() as f64)
    });
    if let Some(Column::Text(kind)) = activities.table.get("kind") {
        for code in frequent(&kind.codes, kind.levels.len()) {
            let value = |i: usize| {
                let events = early(i)?;
                Some(events.filter(|&event| kind.codes[event] == code).count() as f64)
            };
            add(PracticeKind::Kind, &kind.levels[code as usize], &value);
        }
    }
}

/// Share of the leads that reached each declared stage but the first in their first month.
fn add_stages(leads: &Leads, lives: &Lives, add: &mut Add<'_>) {
    let Some(stages) = &leads.stages else { return };
    for stage in 1..stages.ordered {
        let value = |i: usize| {
            let until = until(leads, lives, i, REACHED)?;
            let mut events = stages.timeline.before(lives.row[i], until.start());
            let reached = events.any(|event| {
                let entered = stages.stage[event] as usize;
                (stage..stages.ordered).contains(&entered)
            });
            Some(f64::from(u8::from(reached)))
        };
        add(PracticeKind::Stage, &stages.names[stage], &value);
    }
}

/// The day on which a lead was so many days old; none if that is still to come.
fn until(leads: &Leads, lives: &Lives, i: usize, days: i32) -> Option<Day> {
    (lives.age[i] >= days).then_some(())?;
    Some(leads.created[lives.row[i]]? + days)
}

/// The most frequent codes, the most frequent first.
fn frequent(codes: &[u32], levels: usize) -> Vec<u32> {
    let mut counts = vec![0_usize; levels];
    for &code in codes {
        if let Some(count) = counts.get_mut(code as usize) {
            *count += 1;
        }
    }
    let mut order: Vec<u32> = (0..levels as u32).collect();
    order.sort_by_key(|&code| (std::cmp::Reverse(counts[code as usize]), code));
    order.retain(|&code| counts[code as usize] > 0);
    order.truncate(MOST_KINDS);
    order
}

/// By owner: mean of a value over his leads that have one, and their number; none with fewer than 20.
fn by_owner(lives: &Lives, value: &dyn Fn(usize) -> Option<f64>) -> Vec<Option<(f64, usize)>> {
    let mut sums = vec![(0.0, 0_usize); lives.owners.len()];
    for (i, &owner) in lives.owner.iter().enumerate() {
        if let Some(value) = value(i) {
            sums[owner].0 += value;
            sums[owner].1 += 1;
        }
    }
    (sums.into_iter())
        .map(|(sum, count)| (count >= MIN_LEADS).then(|| (sum / count as f64, count)))
        .collect()
}

fn practice(
    kind: PracticeKind,
    what: &str,
    lives: &Lives,
    by_owner: &[Option<(f64, usize)>],
    scores: &Scores,
) -> Practice {
    let points: Vec<[f64; 3]> = (by_owner.iter().zip(scores))
        .filter_map(|(value, score)| {
            let ((value, _), (ratio, weight)) = ((*value)?, (*score)?);
            Some([value, ratio, weight])
        })
        .collect();
    let told = (points.len() >= MIN_OWNERS)
        .then(|| correlation(&points))
        .flatten();
    let of = |(owner, value): (usize, &Option<(f64, usize)>)| {
        let (value, leads) = (*value)?;
        Some(PracticeOf {
            owner: lives.owners[owner].clone(),
            value,
            leads,
        })
    };
    Practice {
        kind,
        what: what.to_owned(),
        by_owner: by_owner.iter().enumerate().filter_map(of).collect(),
        correlation: told.map(|(r, _)| r),
        p: told.map(|(_, p)| p),
        real: false,
    }
}

/// Weighted correlation of (x, y, weight), and the chance of one as large by Student's t with n - 2 degrees of freedom;
/// none where one of them stands still.
fn correlation(points: &[[f64; 3]]) -> Option<(f64, f64)> {
    let total: f64 = points.iter().map(|p| p[2]).sum();
    let mean = |k: usize| points.iter().map(|p| p[k] * p[2]).sum::<f64>() / total;
    let (x, y) = (mean(0), mean(1));
    let moment = |f: &dyn Fn(&[f64; 3]) -> f64| points.iter().map(|p| p[2] * f(p)).sum::<f64>();
    let (xx, yy) = (
        moment(&|p| (p[0] - x).powi(2)),
        moment(&|p| (p[1] - y).powi(2)),
    );
    if xx <= 1e-12 * total || yy <= 1e-12 * total {
        return None;
    }
    let r = (moment(&|p| (p[0] - x) * (p[1] - y)) / (xx * yy).sqrt()).clamp(-1.0, 1.0);
    let freedom = points.len() as f64 - 2.0;
    // P(|T| > t) = I(freedom / (freedom + t^2); freedom / 2, 1/2), and that is 1 - r^2.
    let rest = (1.0 - r * r).clamp(0.0, 1.0);
    let p = match rest {
        rest if rest <= 0.0 => 0.0,
        rest if rest >= 1.0 => 1.0,
        rest => statrs::function::beta::beta_reg(freedom / 2.0, 0.5, rest),
    };
    Some((r, p))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correlation_as_scipy_has_it() {
        // scipy.stats.pearsonr([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]): 0.8, 0.104088
        let points: Vec<[f64; 3]> = [(1.0, 2.0), (2.0, 1.0), (3.0, 4.0), (4.0, 3.0), (5.0, 5.0)]
            .map(|(x, y)| [x, y, 3.0])
            .to_vec();
        let (r, p) = correlation(&points).expect("a correlation");
        assert!(
            (r - 0.8).abs() < 1e-12 && (p - 0.104_088).abs() < 1e-5,
            "{r} {p}"
        );
        assert!(correlation(&[[1.0, 1.0, 1.0]; 6]).is_none());
    }
}
