//! What past months brought, to hold a wanted month against.

use serde::Serialize;

use crate::domain::{Day, Leads, Month, Outcome, Role};

/// Months of the past that are looked at.
pub(crate) const MONTHS: usize = 24;

/// A complete month of the past.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PastMonth {
    /// The month.
    pub month: Month,
    /// Leads that came in.
    pub leads: usize,
    /// Wins signed.
    pub wins: usize,
    /// Revenue, money (deals, where the data has no amounts).
    pub revenue: f64,
    /// Mean amount of its wins, money; none without one.
    pub aov: Option<f64>,
    /// Median days from creation to win, of its wins; none below 5, nor while the oldest leads on record were so young that
    /// slow wins could not be among them.
    pub cycle_days: Option<f64>,
    /// Wins over those that leads like the ones at hand would have brought, by their number and age; none where that is less
    /// than one win.
    pub conversion_times: Option<f64>,
}

/// Wins of a month from which on a median says something.
const LEAST_WINS: usize = 5;

/// The last 24 complete months that the data holds as a whole, oldest first; `wins` are the (observed, expected) wins of
/// months up to the one before the as-of date, as `conversion::months_of_wins` gives them.
pub(super) fn months(
    leads: &Leads,
    priced: bool,
    first: Option<Month>,
    wins: &[(f64, f64)],
) -> Vec<PastMonth> {
    let this = leads.as_of.month();
    let Some(first) = first.map(|first| first.max(this - MONTHS as i32)) else {
        return Vec::new();
    };
    let n = (this - first).max(0) as usize;
    let amounts = leads.numbers(Role::Amount).filter(|_| priced);
    let mut came = vec![0_usize; n];
    let mut paid = vec![Vec::new(); n];
    let mut days = vec![Vec::new(); n];
    let slow = all_told(leads);
    for row in 0..leads.len() {
        let place = |month: Month| usize::try_from(month - first).ok().filter(|&i| i < n);
        if let Some(i) = leads.created[row].and_then(|day| place(day.month())) {
            came[i] += 1;
        }
        let won = leads.closed[row].filter(|_| leads.outcome[row] == Outcome::Won);
        if let Some((closed, i)) = won.and_then(|day| Some((day, place(day.month())?))) {
            paid[i].push(amounts.map_or(1.0, |amounts| amounts[row]));
            days[i].extend(leads.created[row].map(|created| f64::from(closed - created)));
        }
    }
    (0..n)
        .map(|i| {
            let known: Vec<f64> = paid[i].iter().copied().filter(|a| a.is_finite()).collect();
            let revenue: f64 = known.iter().sum();
            let back = n - i;
            let expected = wins.len().checked_sub(back).map(|at| wins[at]);
            PastMonth {
                month: first + i as i32,
                leads: came[i],
                wins: paid[i].len(),
                revenue,
                aov: (!known.is_empty()).then(|| revenue / known.len() as f64),
                cycle_days: median(&mut days[i])
                    .filter(|_| slow.is_some_and(|from| from <= (first + i as i32).first_day())),
                conversion_times: expected.filter(|&(_, e)| e >= 1.0).map(|(o, e)| o / e),
            }
        })
        .collect()
}

/// The day from which on nine wins in ten can be seen whole: so long after the first lead on record as they take.
fn all_told(leads: &Leads) -> Option<Day> {
    let oldest = leads.created.iter().copied().flatten().min()?;
    let mut days: Vec<i32> = (0..leads.len())
        .filter(|&row| leads.outcome[row] == Outcome::Won)
        .filter_map(|row| Some(leads.closed[row]? - leads.created[row]?))
        .collect();
    days.sort_unstable();
    Some(oldest + *days.get(days.len() * 9 / 10)?)
}

fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        n if n < LEAST_WINS => None,
        n if n % 2 == 0 => Some(f64::midpoint(values[middle - 1], values[middle])),
        _ => Some(values[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::sample::LeadsBuilder;

    #[test]
    fn a_month_is_what_was_signed_in_it() {
        let mut builder = LeadsBuilder::new("2026-04-10").open("2026-01-01", None);
        for i in 1..7 {
            let created = format!("2026-02-{i:02}");
            builder = builder.won(&created, "2026-03-10", None, 10.0 * f64::from(i));
        }
        let leads = builder
            .won("2026-01-01", "2026-01-05", None, f64::NAN)
            .won("2026-04-01", "2026-04-02", None, 7.0)
            .build();
        let first = Some(Month::new(2026, 1));
        let past = months(&leads, true, first, &[(0.0, 0.5), (6.0, 4.0)]);
        assert_eq!(past.len(), 3, "the month of the as-of date is not over");
        let (january, march) = (&past[0], &past[2]);
        assert_eq!((january.leads, january.wins, january.aov), (2, 1, None));
        assert_eq!(january.conversion_times, None);
        assert_eq!(past[1].conversion_times, None, "half a win was expected");
        assert_eq!(
            (march.wins, march.revenue, march.aov),
            (6, 210.0, Some(35.0))
        );
        assert_eq!(march.conversion_times, Some(1.5));
        // Created on February 1 to 6, that is 37 to 32 days before.
        assert_eq!(march.cycle_days, Some(34.5));
        assert_eq!(january.cycle_days, None, "one win has no median");
        assert!(months(&leads, true, None, &[]).is_empty());
        let deals = months(&leads, false, first, &[]);
        assert_eq!((deals[2].revenue, deals[2].aov), (6.0, Some(1.0)));
    }
}
