//! What was tried before: attempts, what came of the last, and when the next is due.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::{CallLog, CallResult, Column, Day, Leads, Moment};
use crate::project::Calls;

/// Calls on record from which chances to reach somebody are told.
const ENOUGH: usize = 200;
/// Calls at the rate of all that the rate of each attempt is shrunk by.
const WEIGHT: f64 = 20.0;
/// Attempts that are told apart; later ones count with the last.
const TOLD: usize = 6;

/// What came of a call, when, and the day that the next was promised for.
type Logged = (CallResult, Moment, Option<Day>);

/// What was tried with a lead.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Attempts {
    /// Calls made.
    pub(super) made: u32,
    /// Calls since somebody was reached and did not ask to be called again; what the next gap goes by.
    pub(super) in_row: u32,
    /// Calls without an answer since the last answer.
    pub(super) unanswered: u32,
    /// The last call.
    pub(super) last: Option<(CallResult, Moment)>,
    /// The day that the next call was promised for at the last one.
    pub(super) promised: Option<Day>,
}

impl Attempts {
    fn add(&mut self, result: CallResult, at: Moment, promised: Option<Day>) {
        self.made += 1;
        self.unanswered = if result.answered() {
            0
        } else {
            self.unanswered + 1
        };
        self.in_row = if result == CallResult::Reached {
            1
        } else {
            self.in_row + 1
        };
        self.last = Some((result, at));
        self.promised = promised;
    }

    /// When the next call is due: the day that it was promised for, or after the usual gap; none before the first.
    pub(super) fn due(&self, limits: &Calls) -> Option<Moment> {
        let (_, last) = self.last?;
        if let Some(day) = self.promised {
            return Some(day.start());
        }
        let gap = limits.gaps_hours[(self.in_row as usize).min(Calls::GAPS - 1)];
        Some(Moment::from_seconds(
            last.seconds() + i64::from(gap) * 3_600,
        ))
    }
}

/// The attempts of every lead, by row: those logged, and before the first of them those among its activities whose result
/// says whether somebody answered; what came after it is taken to be the same calls, told once more by the export.
pub(super) fn of(leads: &Leads, log: Option<&CallLog>) -> Vec<Attempts> {
    let mut of_id: BTreeMap<&str, Vec<Logged>> = BTreeMap::new();
    for call in log.iter().flat_map(|log| &log.calls) {
        let calls = of_id.entry(&call.lead_id).or_default();
        calls.push((call.result, call.at, call.again));
    }
    (0..leads.len())
        .map(|row| {
            let mut logged = of_id.remove(leads.ids[row].as_str()).unwrap_or_default();
            logged.sort_by_key(|&(result, at, _)| (at, result));
            let first = logged.iter().map(|&(_, at, _)| at).next();
            let mut attempts = from_activities(leads, row, first);
            for (result, at, again) in logged {
                attempts.add(result, at, again);
            }
            attempts
        })
        .collect()
}

fn from_activities(leads: &Leads, row: usize, end: Option<Moment>) -> Attempts {
    let mut attempts = Attempts::default();
    let Some(activities) = &leads.activities else {
        return attempts;
    };
    let Some(Column::Boolean(answered)) = activities.table.get("answered") else {
        return attempts;
    };
    let today = leads.as_of.start();
    let end = end.map_or(today, |end| end.min(today));
    for event in activities.timeline.before(row, end) {
        let result = match answered[event] {
            Some(true) => CallResult::Reached,
            Some(false) => CallResult::NoAnswer,
            None => continue,
        };
        attempts.add(result, activities.timeline.at(event), None);
    }
    attempts
}

/// The chance that somebody answers an attempt, as logged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ContactRate {
    /// Attempts without an answer before it, plus one; the last row counts all later ones.
    pub attempt: usize,
    /// Calls logged at that attempt.
    pub calls: usize,
    /// Answered.
    pub answered: usize,
    /// Chance, 0-1, with 20 calls at the rate of all attempts added.
    pub rate: f64,
}

/// The chance of an answer by attempt in a row; empty while the log has fewer than 200 calls.
pub(super) fn contact_rates(log: Option<&CallLog>) -> Vec<ContactRate> {
    let mut counts = [(0_usize, 0_usize); TOLD];
    let mut row_of: BTreeMap<&str, usize> = BTreeMap::new();
    let mut calls: Vec<_> = log.iter().flat_map(|log| &log.calls).collect();
    calls.sort_by(|a, b| (a.at, &a.lead_id).cmp(&(b.at, &b.lead_id)));
    for call in &calls {
        let before = row_of.entry(&call.lead_id).or_default();
        let (n, answered) = &mut counts[(*before).min(TOLD - 1)];
        *n += 1;
        *answered += usize::from(call.result.answered());
        *before = if call.result.answered() {
            0
        } else {
            *before + 1
        };
    }
    if calls.len() < ENOUGH {
        return Vec::new();
    }
    let answered: usize = counts.iter().map(|count| count.1).sum();
    let mean = answered as f64 / calls.len() as f64;
    (counts.iter().enumerate())
        .map(|(i, &(calls, answered))| ContactRate {
            attempt: i + 1,
            calls,
            answered,
            rate: (answered as f64 + WEIGHT * mean) / (calls as f64 + WEIGHT),
        })
        .collect()
}

/// The chance of an answer at the next attempt after so many without one; none where the log does not tell.
pub(super) fn next_rate(rates: &[ContactRate], unanswered: u32) -> Option<f64> {
    let last = rates.len().checked_sub(1)?;
    Some(rates[(unanswered as usize).min(last)].rate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::LoggedCall;
    use crate::forecast::sample::{LeadsBuilder, day};

    fn call(id: &str, hour: i64, result: CallResult) -> LoggedCall {
        LoggedCall {
            lead_id: id.to_owned(),
            at: Moment::from_seconds(day("2026-06-01").start().seconds() + hour * 3_600),
            result,
            again: None,
            owner: None,
            note: String::new(),
        }
    }

    #[test]
    fn a_promised_day_comes_before_the_gap_until_the_next_call() {
        let leads = LeadsBuilder::new("2026-07-01")
            .open("2026-05-01", None)
            .build();
        let mut later = call("L00000", 0, CallResult::Later);
        later.again = Some(day("2026-06-20"));
        let mut log = CallLog {
            shown: Vec::new(),
            calls: vec![later],
        };
        let due = |log: &CallLog| of(&leads, Some(log))[0].due(&Calls::default());
        assert_eq!(due(&log), Some(day("2026-06-20").start()));
        log.calls.push(call("L00000", 30, CallResult::NoAnswer));
        assert!(due(&log) < Some(day("2026-06-20").start()));
    }

    #[test]
    fn the_gap_grows_with_attempts_and_starts_again_once_reached() {
        use CallResult::{Later, NoAnswer, Reached};
        let leads = LeadsBuilder::new("2026-07-01")
            .open("2026-05-01", None)
            .build();
        let due = |results: &[CallResult]| {
            let calls = (results.iter().enumerate())
                .map(|(i, &result)| call("L00000", i as i64, result))
                .collect();
            let log = CallLog {
                shown: Vec::new(),
                calls,
            };
            let attempts = of(&leads, Some(&log))[0];
            let last = attempts.last.expect("a call").1;
            let due = attempts.due(&Calls::default()).expect("a day");
            (
                (due.seconds() - last.seconds()) / 3_600,
                attempts.unanswered,
                attempts.made,
            )
        };
        assert_eq!(due(&[NoAnswer]), (4, 1, 1));
        assert_eq!(due(&[NoAnswer, NoAnswer]), (24, 2, 2));
        assert_eq!(due(&[NoAnswer; 9]), (168, 9, 9));
        assert_eq!(due(&[NoAnswer, NoAnswer, Reached]), (4, 0, 3));
        assert_eq!(due(&[NoAnswer, Later]), (24, 0, 2));
        assert_eq!(of(&leads, None)[0].due(&Calls::default()), None);
    }

    #[test]
    fn answers_by_attempt_are_counted_and_shrunk() {
        let mut calls = Vec::new();
        for lead in 0..100 {
            let id = format!("L{lead:05}");
            calls.push(call(&id, 1, CallResult::NoAnswer));
            let second = if lead < 50 {
                CallResult::Reached
            } else {
                CallResult::NoAnswer
            };
            calls.push(call(&id, 30, second));
        }
        let mut log = CallLog {
            shown: Vec::new(),
            calls,
        };
        let rates = contact_rates(Some(&log));
        let counted: Vec<_> = rates
            .iter()
            .map(|rate| (rate.calls, rate.answered))
            .collect();
        assert_eq!(counted[..3], [(100, 0), (100, 50), (0, 0)]);
        assert!((rates[0].rate - 5.0 / 120.0).abs() < 1e-12);
        assert!((rates[1].rate - 55.0 / 120.0).abs() < 1e-12);
        assert!(
            (rates[5].rate - 0.25).abs() < 1e-12,
            "nothing known: that of all"
        );
        assert_eq!(next_rate(&rates, 1), Some(rates[1].rate));
        assert_eq!(next_rate(&rates, 40), Some(0.25));
        log.calls.truncate(199);
        assert!(contact_rates(Some(&log)).is_empty());
        assert_eq!(next_rate(&[], 1), None);
    }
}
