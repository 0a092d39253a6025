//! Beyond the oldest age that was well observed: one hazard for all.

use serde::{Deserialize, Serialize};

use crate::domain::{Leads, Outcome};
use crate::score::landmarks;
use crate::score::solver::logit;

/// Daily hazards of leads older than any that enough others have reached.
///
/// What features do at such ages nobody has seen; carried on, their effects would bring dead leads back to life. The
/// hazard there is that of all leads in the older half of the observed ages together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tail {
    /// Age from which on it holds, days: fewer than 50 leads were seen open beyond it.
    pub(crate) from: i32,
    /// P(won in a day, given open).
    win: f64,
    /// P(lost in a day, given open).
    lost: f64,
    /// Wins that it rests on.
    wins: usize,
}

impl Tail {
    /// Learns from the lead-days at ages of at least half of `horizon`.
    pub(crate) fn learn(leads: &Leads, horizon: i32) -> Self {
        let (mut days, mut wins, mut losses) = (0_i64, 0_usize, 0_usize);
        for row in (0..leads.len()).filter(|&row| landmarks::timed(leads, row)) {
            let Some(created) = leads.created[row] else {
                continue;
            };
            let from = created + horizon / 2;
            let until = leads.closed[row].unwrap_or(leads.as_of);
            if until <= from {
                continue;
            }
            days += i64::from(until - from);
            match leads.outcome[row] {
                Outcome::Won => wins += 1,
                Outcome::Lost => losses += 1,
                Outcome::Open => {}
            }
        }
        // A tenth of an event more keeps a hazard that was never seen from being none; more would be a claim, as hazards fall
        // with age.
        let daily = |events: usize| ((events as f64 + 0.1) / (days as f64 + 1.0)).min(0.5);
        Self {
            from: horizon,
            win: daily(wins),
            lost: daily(losses),
            wins,
        }
    }

    /// Log-odds of being won, and of being lost if not won, in `days` days.
    pub(crate) fn log_odds(&self, days: i32) -> (f64, f64) {
        let within = |daily: f64| -(f64::from(days) * (-daily).ln_1p()).exp_m1();
        (logit(within(self.win)), logit(within(self.lost)))
    }

    /// Variance of the log-odds of winning.
    pub(crate) fn variance(&self) -> f64 {
        1.0 / (self.wins as f64 + 0.1)
    }
}
