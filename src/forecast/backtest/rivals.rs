//! What simpler ways say of the months ahead.

use crate::forecast::backtest::record::Rivals;
use crate::forecast::challenge::Challenger;
use crate::forecast::history::History;
use crate::forecast::span::Span;

/// What they say of each month of `span`, by what is known at its as-of date. Of a month that has begun they know what is
/// booked, and give the rest its share of the days.
pub(in crate::forecast) fn rivals(history: &History, span: &Span) -> Vec<Rivals> {
    let past = history.complete_before(span.as_of.month());
    let ahead = |challenger: Challenger| challenger.ahead(&past, span.len()).ok();
    let [naive, ratio, smoothing] = Challenger::ALL.map(ahead);
    let at = |said: &Option<Vec<f64>>, m: usize| {
        let whole = *said.as_ref()?.get(m)?;
        let (from, to) = span.window(m);
        let days = (span.months[m] + 1).first_day() - span.months[m].first_day();
        let rest = f64::from(to - from) / f64::from(days);
        let booked = if m == 0 {
            history.revenue(span.months[m])
        } else {
            0.0
        };
        Some(booked + whole * rest)
    };
    (0..span.len())
        .map(|m| Rivals {
            seasonal_naive: at(&naive, m),
            last_year_ratio: at(&ratio, m),
            smoothing: at(&smoothing, m),
            weighted_pipeline: (history.weighted_pipeline)
                .filter(|_| m == 0)
                .map(|money| history.revenue(span.months[0]) + money),
        })
        .collect()
}
