//! One day of the past: the forecast that it would have had, and what came.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::domain::{Day, Leads, Month};
use crate::forecast::backtest::record::{LEVELS, Rivals, Tested, level};
use crate::forecast::backtest::rivals::rivals;
use crate::forecast::draws::quantile;
use crate::forecast::engine::{Drawn, Effort};
use crate::forecast::history::{History, first_whole_month};
use crate::forecast::metrics;
use crate::forecast::result::ForecastError;
use crate::forecast::span::Span;
use crate::forecast::{Books, Past};
use crate::score;

/// The days to go back to, oldest first: each a month before the next, on the day of the month of `leads.as_of`.
pub(super) fn days(leads: &Leads, origins: usize) -> Vec<Day> {
    let Some(first) = first_whole_month(leads) else {
        return Vec::new();
    };
    let now = leads.as_of;
    (1..=origins as i32)
        .rev()
        .map(|back| now.month() - back)
        .filter(|&month| month > first)
        .map(|month| same_day(month, now.day_of_month()))
        .collect()
}

/// That day of the month; its last one where it has fewer.
fn same_day(month: Month, day: i32) -> Day {
    let last = (month + 1).first_day() - 1;
    (month.first_day() + (day - 1)).min(last)
}

/// Every day's forecast beside what came, on as many threads as there are; the order of the results is that of the days.
pub(super) fn all(
    books: &Books<'_>,
    days: &[Day],
    months: usize,
    seed: u64,
) -> Vec<Result<Vec<Tested>, ForecastError>> {
    let came = |priced| History::new(books.leads, priced);
    let truth = [came(false), came(true)];
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut results: Vec<(usize, Result<Vec<Tested>, ForecastError>)> =
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads.min(days.len()))
                .map(|_| {
                    scope.spawn(|| {
                        let mut done = Vec::new();
                        loop {
                            // The latest first: they take longest.
                            let i = next.fetch_add(1, Ordering::Relaxed);
                            let Some(at) = days.len().checked_sub(i + 1) else {
                                return done;
                            };
                            done.push((at, one(books, days[at], months, seed, &truth)));
                        }
                    })
                })
                .collect();
            (workers.into_iter())
                .flat_map(|worker| {
                    worker
                        .join()
                        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                })
                .collect()
        });
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

/// The forecast of one day; `truth` is what came, in deals and in money.
fn one(
    books: &Books<'_>,
    day: Day,
    months: usize,
    seed: u64,
    truth: &[History; 2],
) -> Result<Vec<Tested>, ForecastError> {
    let past = Past::of(books, day);
    let known = past.books(books);
    let over = (books.leads.as_of.month() - day.month()).max(0) as usize;
    let span = Span::new(day, months.min(over)).paced(&past.leads);
    let model = score::refit(&past.leads, books.rules, seed)?;
    let drawn = Drawn::new(&model, &known, &span, &Effort::of_past(), seed)?;
    let truth = &truth[usize::from(drawn.priced)];
    let rivals = rivals(&drawn.history, &span);
    let past = drawn.history.complete_before(day.month());
    let scale = metrics::naive_scale(&past, 12);
    Ok((rivals.into_iter().enumerate())
        .map(|(m, rivals)| Tested {
            scale,
            rivals,
            ..tested(m, &span, &drawn, truth)
        })
        .collect())
}

fn tested(m: usize, span: &Span, drawn: &Drawn, truth: &History) -> Tested {
    let month = span.months[m];
    let (open, new) = (drawn.futures.open(m), drawn.futures.new_leads(m));
    let mut total = drawn.futures.total(m);
    total.sort_by(f64::total_cmp);
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    Tested {
        origin: span.as_of,
        month,
        ahead: m + 1,
        actual: truth.revenue(month),
        booked: drawn.futures.booked(m),
        open: mean(&open),
        new: mean(&new),
        scale: None,
        rivals: Rivals::default(),
        told: Vec::new(),
        drawn: (0..LEVELS).map(|i| quantile(&total, level(i))).collect(),
    }
}
