//! What was done about a lead so far: calls, visits and messages before a day.

use serde::{Deserialize, Serialize};

use crate::domain::{Activities, Column, Day};
use crate::features::{Bins, Encoding, Feature, Origin, Sample};

/// Days that count as lately.
const LATELY: i32 = 30;
/// Fewest moments with an activity before them for activities to be features.
const MIN_MOMENTS: usize = 100;
/// Fewest moments of a bin: these features take a bin for each zone of steps.
const MOMENTS_OF_A_BIN: usize = 60;

/// What is counted. Only activities before the day 00:00 are known: one on the day of the closing never is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityFact {
    /// Activities so far.
    Count,
    /// Activities in the last 30 days.
    Lately,
    /// Days since the last one; missing before the first.
    DaysSince,
    /// Attempts without an answer since the last answer; only where results are told.
    Unanswered,
}

impl ActivityFact {
    const ALL: [Self; 4] = [Self::Count, Self::Lately, Self::DaysSince, Self::Unanswered];

    /// Its name as a feature.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Count => "activities",
            Self::Lately => "activities_30d",
            Self::DaysSince => "days_since_activity",
            Self::Unanswered => "unanswered_attempts",
        }
    }

    /// Its value as the model sees it: days since the last activity are measured in the lead's `pace`.
    pub(super) fn paced(
        self,
        activities: &Activities,
        row: usize,
        day: Day,
        pace: f64,
    ) -> Option<f64> {
        let value = self.value(activities, row, day)?;
        Some(if self == Self::DaysSince {
            value / pace
        } else {
            value
        })
    }

    /// Its value for a lead as of a day; none where there is nothing to count from.
    pub fn value(self, activities: &Activities, row: usize, day: Day) -> Option<f64> {
        let so_far = activities.timeline.before(row, day.start());
        match self {
            Self::Count => Some(so_far.len() as f64),
            Self::Lately => Some(activities.count_within(row, day, LATELY) as f64),
            Self::DaysSince => {
                let last = activities.last_before(row, day)?;
                Some(f64::from(day - last.day()))
            }
            Self::Unanswered => {
                let Some(Column::Boolean(answered)) = activities.table.get("answered") else {
                    return None;
                };
                let since = so_far.rev().map(|event| answered[event]);
                let since = since.take_while(|answered| *answered != Some(true));
                Some(since.filter(|answered| *answered == Some(false)).count() as f64)
            }
        }
    }
}

/// The features of activities, with bins learnt at the moments of the sample; none where there are hardly any.
pub(super) fn features(sample: Sample<'_>, paces: &[f64]) -> Vec<Feature> {
    let Some(activities) = &sample.leads.activities else {
        return Vec::new();
    };
    let moments = sample.moments;
    let with_any = moments
        .iter()
        .filter(|(row, day)| !activities.timeline.before(*row, day.start()).is_empty());
    if with_any.count() < MIN_MOMENTS {
        return Vec::new();
    }
    let feature = |fact: ActivityFact| {
        let values = moments.iter().map(|&(row, day)| {
            fact.paced(activities, row, day, paces[row])
                .unwrap_or(f64::NAN)
        });
        let bins = Bins::of_at_least(MOMENTS_OF_A_BIN, values);
        (bins.len() > 1).then(|| Feature {
            name: fact.name().to_owned(),
            origin: Origin::Activity(fact),
            encoding: Encoding::Bins(bins),
            reference: 0,
            speed: false,
        })
    };
    ActivityFact::ALL.into_iter().filter_map(feature).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Table, Timeline};

    fn day(n: i32) -> Day {
        Day::from_epoch_days(n)
    }

    #[test]
    fn only_what_was_before_the_day_is_counted() {
        let events: Vec<_> = [(0, 10), (0, 20), (0, 50), (0, 52), (1, 5)]
            .map(|(row, at)| (row, day(at).start()))
            .to_vec();
        let (timeline, _) = Timeline::new(2, &events);
        let mut table = Table::with_rows(5);
        table.insert(
            "answered",
            Column::Boolean(vec![Some(true), Some(false), None, Some(false), Some(true)]),
        );
        let activities = Activities {
            timeline,
            table,
            ..Activities::default()
        };
        let values = |row, at| ActivityFact::ALL.map(|fact| fact.value(&activities, row, day(at)));
        assert_eq!(values(0, 10), [Some(0.0), Some(0.0), None, Some(0.0)]);
        assert_eq!(values(0, 21), [Some(2.0), Some(2.0), Some(1.0), Some(1.0)]);
        assert_eq!(values(0, 52), [Some(3.0), Some(1.0), Some(2.0), Some(1.0)]);
        assert_eq!(values(0, 53), [Some(4.0), Some(2.0), Some(1.0), Some(2.0)]);
        assert_eq!(values(1, 53), [Some(1.0), Some(0.0), Some(48.0), Some(0.0)]);
    }
}
