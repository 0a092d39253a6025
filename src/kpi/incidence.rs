//! How fast leads are won or lost, completed for age: the cumulative incidence of one end where the other competes.
//!
//! By day `s` of a lead's life, `h1 = wins / at risk`, `h2 = losses / at risk`, `S(s+1) = S(s) (1 - h1 - h2)` and
//! `F(t) = sum of S(s) h1(s)` up to t (Aalen and Johansen 1978). A lead that is still open counts as long as it has been
//! seen and no longer: young leads neither count as lost nor make winners look fast. Variances by the delta method on the
//! multinomial hazards of each day (Greenwood's formula, with competing ends).

use crate::domain::{Day, Leads, Outcome};
use crate::kpi::gate::{Measure, Z80};

/// How one life went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// Days to its end; for one that has not ended, days seen so far.
    pub(crate) days: i32,
    /// The end.
    pub(crate) end: End,
}

/// How a life ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// As asked.
    Event,
    /// Otherwise.
    Other,
    /// Not yet.
    Open,
}

/// The life of a lead up to a win, or up to a loss; none where its dates do not tell.
pub(crate) fn life(leads: &Leads, row: usize, event: Outcome) -> Option<Span> {
    let created = leads.created[row]?;
    let (until, end) = match (leads.outcome[row], leads.closed[row]) {
        (Outcome::Open, _) => (leads.as_of, End::Open),
        (outcome, Some(closed)) if outcome == event => (closed, End::Event),
        (_, Some(closed)) => (closed, End::Other),
        (_, None) => return None,
    };
    let days = (until - created).max(0);
    Some(Span { days, end })
}

/// Cumulative incidence by day.
#[derive(Debug, Clone)]
pub(crate) struct Incidence {
    risk: Vec<f64>,
    event: Vec<f64>,
    other: Vec<f64>,
    /// Still open at the start of the day; one more than there are days.
    open: Vec<f64>,
    /// Ended as asked before the start of the day; one more than there are days.
    ended: Vec<f64>,
    /// Lives that it rests on.
    pub(crate) n: usize,
    /// Those of them that ended as asked within the days.
    pub(crate) events: usize,
}

impl Incidence {
    /// Of some lives, over the days 0, 1 ... `days` - 1.
    pub(crate) fn new(spans: impl IntoIterator<Item = Span>, days: i32) -> Self {
        let size = days.max(1) as usize;
        let (mut leaves, mut event, mut other) = (
            vec![0.0; size + 1],
            vec![0.0_f64; size],
            vec![0.0_f64; size],
        );
        let mut n = 0;
        for span in spans {
            n += 1;
            let day = span.days.max(0) as usize;
            // At risk up to and with the day of the end; an open one up to the day before the last that was seen.
            let last = match span.end {
                End::Open => day,
                _ => day + 1,
            };
            leaves[last.min(size)] += 1.0;
            match span.end {
                End::Event if day < size => event[day] += 1.0,
                End::Other if day < size => other[day] += 1.0,
                _ => {}
            }
        }
        let mut risk = vec![0.0; size];
        let mut at_risk = n as f64;
        for (day, risk) in risk.iter_mut().enumerate() {
            at_risk -= leaves[day];
            *risk = at_risk;
        }
        let (mut open, mut ended) = (vec![1.0; size + 1], vec![0.0; size + 1]);
        for day in 0..size {
            let at = risk[day].max(1.0);
            ended[day + 1] = ended[day] + open[day] * event[day] / at;
            open[day + 1] = open[day] * (1.0 - (event[day] + other[day]) / at).max(0.0);
        }
        let events = event.iter().sum::<f64>() as usize;
        Self {
            risk,
            event,
            other,
            open,
            ended,
            n,
            events,
        }
    }

    /// Days that it covers.
    pub(crate) fn days(&self) -> usize {
        self.risk.len()
    }

    /// P(ended as asked before the start of day `day`).
    pub(crate) fn by(&self, day: usize) -> f64 {
        self.ended[day.min(self.days())]
    }

    /// P(ended as asked within all the days).
    pub(crate) fn total(&self) -> f64 {
        self.by(self.days())
    }

    /// Lives at risk on a day.
    pub(crate) fn at_risk(&self, day: usize) -> f64 {
        self.risk.get(day).copied().unwrap_or(0.0)
    }

    /// P(ended as asked within all the days, given still open at the start of day `day`).
    pub(crate) fn given_open(&self, day: usize) -> f64 {
        self.between(day, self.days())
    }

    /// P(ended as asked in the days `from` up to `to`, not included, given still open at the start of `from`).
    pub(crate) fn between(&self, from: usize, to: usize) -> f64 {
        let open = self.open[from.min(self.days())];
        if open > 0.0 {
            ((self.by(to) - self.by(from)) / open).clamp(0.0, 1.0)
        } else {
            0.0
        }
    }

    /// Variance of a function of the hazards, from its derivatives to those of each day.
    pub(crate) fn variance(&self, derivatives: impl Fn(usize) -> (f64, f64)) -> f64 {
        (0..self.days())
            .filter(|&day| self.event[day] + self.other[day] > 0.0)
            .map(|day| {
                let at = self.risk[day].max(1.0);
                let (h1, h2) = (self.event[day] / at, self.other[day] / at);
                let (g1, g2) = derivatives(day);
                let mean = g1 * h1 + g2 * h2;
                (g1 * g1 * h1 + g2 * g2 * h2 - mean * mean).max(0.0) / at
            })
            .sum()
    }

    /// Derivatives of P(ended as asked in days `from` up to `to`, not included, given open at `from`) to the hazards of
    /// `day`.
    pub(crate) fn derivatives(&self, day: usize, from: usize, to: usize) -> (f64, f64) {
        if day < from || day >= to || self.open[from] <= 0.0 {
            return (0.0, 0.0);
        }
        let left = 1.0 - (self.event[day] + self.other[day]) / self.risk[day].max(1.0);
        let after = if left > 1e-12 {
            (self.ended[to] - self.ended[day + 1]) / left
        } else {
            0.0
        };
        let scale = self.open[from];
        ((self.open[day] - after) / scale, -after / scale)
    }

    /// F(t) - q F(all), and its standard error.
    fn beyond(&self, day: usize, q: f64) -> (f64, f64) {
        let all = self.days();
        let variance = self.variance(|s| {
            let (a1, a2) = self.derivatives(s, 0, day);
            let (b1, b2) = self.derivatives(s, 0, all);
            (a1 - q * b1, a2 - q * b2)
        });
        (self.by(day) - q * self.total(), variance.sqrt())
    }

    /// The day by which a share `q` of those that end as asked at all have done so, with the days that a test of it does
    /// not refuse at 80 % (Brookmeyer and Crowley 1982, on the incidence); the upper end is open where the data do not
    /// bound it. None with fewer than `least` of them.
    pub(crate) fn quantile(&self, q: f64, least: usize) -> Option<Measure> {
        let total = self.total();
        if self.events < least.max(1) || total <= 0.0 {
            return None;
        }
        let at = (1..=self.days()).find(|&day| self.by(day) >= q * total - 1e-12)?;
        let (mut low, mut high) = (at, None);
        while low > 1 {
            // Days without an end change nothing.
            if self.event[low - 1] + self.other[low - 1] == 0.0 {
                low -= 1;
                continue;
            }
            let (gap, error) = self.beyond(low - 1, q);
            if gap + Z80 * error < 0.0 {
                break;
            }
            low -= 1;
        }
        for day in at..=self.days() {
            if day > at && self.event[day - 1] + self.other[day - 1] == 0.0 {
                continue;
            }
            let (gap, error) = self.beyond(day, q);
            if gap - Z80 * error >= 0.0 {
                high = Some(day);
                break;
            }
        }
        let day = |day: usize| day as f64 - 1.0;
        Some(Measure {
            value: day(at),
            low: day(low),
            high: high.map(day),
        })
    }

    /// The share of those that end as asked which do so before `day`, and its variance if it were `q`; none without any.
    pub(crate) fn share_by(&self, day: usize, q: f64) -> Option<(f64, f64)> {
        let total = self.total();
        if total <= 0.0 {
            return None;
        }
        let share = self.by(day) / total;
        let (_, error) = self.beyond(day.min(self.days()), q);
        Some((share, (error / total).powi(2)))
    }

    /// Standard error of the log-odds of ending as asked within all the days; none where none or all did.
    pub(crate) fn log_odds_error(&self) -> Option<f64> {
        let total = self.total();
        let all = self.days();
        let error = self.variance(|s| self.derivatives(s, 0, all)).sqrt();
        (total > 0.0 && total < 1.0 && error > 0.0).then(|| error / (total * (1.0 - total)))
    }

    /// P(ended as asked within all the days) with its 80 % interval, on the scale of log-odds; where none did, up to what
    /// that many lives would show one time in ten.
    pub(crate) fn share(&self) -> Measure {
        let total = self.total();
        if let Some(error) = self.log_odds_error() {
            let centre = (total / (1.0 - total)).ln();
            let at = |z: f64| 1.0 / (1.0 + (-(centre + z * error)).exp());
            return Measure {
                value: total,
                low: at(-Z80),
                high: Some(at(Z80)),
            };
        }
        let seen = self.n.max(1) as f64;
        let far = 0.1_f64.powf(1.0 / seen);
        Measure {
            value: total,
            low: if total >= 1.0 { far } else { 0.0 },
            high: Some(if total > 0.0 { 1.0 } else { 1.0 - far }),
        }
    }
}

/// The median of the days of those that have ended as asked so far, without regard to those that will: too short where
/// leads are young.
pub(crate) fn median_so_far(spans: &[Span], days: i32) -> Option<f64> {
    let mut ended: Vec<i32> = (spans.iter())
        .filter(|span| span.end == End::Event && span.days < days)
        .map(|span| span.days)
        .collect();
    ended.sort_unstable();
    let n = ended.len();
    (n > 0).then(|| f64::midpoint(f64::from(ended[(n - 1) / 2]), f64::from(ended[n / 2])))
}

/// Days that the oldest `n` of some leads have been followed at least; 0 if there are not so many.
pub(crate) fn followed(leads: &Leads, rows: &[usize], n: usize) -> i32 {
    let mut ages: Vec<i32> = (rows.iter())
        .filter_map(|&row| leads.age(row, leads.as_of))
        .collect();
    ages.sort_unstable_by(|a, b| b.cmp(a));
    ages.get(n.max(1) - 1).copied().unwrap_or(0)
}

/// The first month of which closings were recorded, where leads are older than the record of their closings: a file of
/// deals that begins later than that of leads makes the oldest leads look as if they were never closed.
///
/// A month is such a beginning if the leads that came in before it, had they closed as fast as later ones, would have
/// brought at least 20 closings before it, and not one in ten of them is there.
pub(crate) fn record_from(leads: &Leads) -> Option<Day> {
    const LEAST: f64 = 20.0;
    const SEEN: f64 = 0.1;
    const MONTHS: i32 = 24;
    let first = leads.created.iter().flatten().min()?.month();
    let last = leads.as_of.month();
    let mut from = None;
    for k in 1..=MONTHS {
        let begin = (first + k).first_day();
        if first + k >= last {
            break;
        }
        let spans = (0..leads.len())
            .filter(|&row| leads.created[row].is_some_and(|created| created >= begin))
            .filter_map(|row| any_end(leads, row));
        let later = Incidence::new(spans, 730);
        let before = |row: &usize| leads.created[*row].is_some_and(|created| created < begin);
        let (mut expected, mut seen) = (0.0, 0.0);
        for row in (0..leads.len()).filter(before) {
            expected += later.by(leads.age(row, begin).unwrap_or(0).max(0) as usize);
            seen += f64::from(u8::from(
                leads.closed[row].is_some_and(|closed| closed < begin),
            ));
        }
        if expected >= LEAST && seen < SEEN * expected {
            from = Some(begin);
        }
    }
    from
}

fn any_end(leads: &Leads, row: usize) -> Option<Span> {
    let span = life(leads, row, Outcome::Won)?;
    let end = if span.end == End::Open {
        End::Open
    } else {
        End::Event
    };
    Some(Span { end, ..span })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lives() -> Vec<Span> {
        (1..=60)
            .map(|i| Span {
                days: (i * i) % 29,
                end: [End::Open, End::Event, End::Other][i as usize % 3],
            })
            .collect()
    }

    /// `CumIncidenceRight` of statsmodels: tests/peers/cycle.py.
    #[test]
    fn incidence_is_that_of_statsmodels() {
        let all = lives();
        let won = Incidence::new(all.iter().copied(), 29);
        let golden = [
            (5, 0.087_449_838_091, 0.037_409_937),
            (13, 0.187_390_387_726, 0.053_796_099),
            (22, 0.308_479_239_898, 0.067_555_924),
            (27, 0.441_251_504_787, 0.079_462_623),
        ];
        for (day, share, error) in golden {
            assert!((won.by(day + 1) - share).abs() < 1e-10, "{day}");
            let own = won.variance(|s| won.derivatives(s, 0, day + 1)).sqrt();
            // Theirs takes the hazards of a day as Poisson's in part.
            assert!((own / error - 1.0).abs() < 0.06, "{day}: {own} {error}");
        }
    }

    /// Derivatives against differences, and the chance of those still open against the definition.
    #[test]
    fn derivatives_are_those_of_the_incidence() {
        let curve = Incidence::new(lives(), 29);
        let moved = |day: usize, by: f64| {
            let mut moved = curve.clone();
            moved.event[day] += by * moved.risk[day];
            for day in 0..29 {
                let at = moved.risk[day].max(1.0);
                moved.ended[day + 1] = moved.ended[day] + moved.open[day] * moved.event[day] / at;
                moved.open[day + 1] =
                    moved.open[day] * (1.0 - (moved.event[day] + moved.other[day]) / at);
            }
            moved.by(25)
        };
        for day in [0, 4, 9, 20, 26] {
            let by_difference = (moved(day, 1e-6) - moved(day, -1e-6)) / 2e-6;
            let (g, _) = curve.derivatives(day, 0, 25);
            assert!(
                (g - by_difference).abs() < 1e-6,
                "{day}: {g} {by_difference}"
            );
        }
        let open = curve.given_open(10);
        assert!((open * curve.open[10] + curve.by(10) - curve.total()).abs() < 1e-12);
    }

    #[test]
    fn nothing_is_told_of_nothing() {
        let none = Incidence::new([], 30);
        assert_eq!((none.total(), none.n), (0.0, 0));
        assert!(none.quantile(0.5, 1).is_none() && none.share_by(3, 0.5).is_none());
        let share = none.share();
        assert!(share.low == 0.0 && share.high == Some(0.9));
        let all = Incidence::new(
            [Span {
                days: 0,
                end: End::Event,
            }],
            1,
        );
        assert_eq!(all.share().value, 1.0);
        assert_eq!(all.quantile(0.5, 1).map(|days| days.value), Some(0.0));
    }
}
