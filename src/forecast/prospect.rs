//! One month of the forecast with all that a target needs: its futures by group, levers on it, and past months.

use crate::domain::Month;
use crate::forecast::engine::{Drawn, Effort};
use crate::forecast::levers::Redraw;
use crate::forecast::past::PastMonth;
use crate::forecast::result::{ForecastError, MonthOutlook};
use crate::forecast::span::Span;
use crate::forecast::{Books, Futures, backtest, compose};
use crate::score::{Model, Warning};

/// One month ahead.
#[derive(Debug, Clone)]
pub struct Prospect {
    /// The month as `forerun forecast` shows it.
    pub month: MonthOutlook,
    /// Its number in `futures`, from 0.
    pub number: usize,
    /// Whether revenue is money; if not, deals.
    pub priced: bool,
    /// The futures of this month and those before it.
    pub futures: Futures,
    /// The month under other conditions.
    pub redraw: Redraw,
    /// Up to 24 past months, oldest first.
    pub past: Vec<PastMonth>,
    /// What was noticed.
    pub warnings: Vec<Warning>,
}

/// The forecast of one month, `month`, from that of the as-of date on (an earlier one is taken for it). The numbers are
/// those of [`crate::forecast::outlook`] with the same seed.
///
/// # Errors
/// See [`ForecastError`].
pub fn prospect(
    model: &Model,
    books: &Books<'_>,
    month: Month,
    seed: u64,
) -> Result<Prospect, ForecastError> {
    let leads = books.leads;
    let number = usize::try_from(month - leads.as_of.month()).unwrap_or(0);
    let span = Span::new(leads.as_of, number + 1).paced(leads);
    let mut drawn = Drawn::new(model, books, &span, &Effort::full(), seed)?;
    drawn.correct(&span, backtest::stored(model, books.leads.as_of).as_ref());
    let outlook = compose(&drawn, leads, books.targets, &span);
    let mut months = outlook.months;
    Ok(Prospect {
        month: months.swap_remove(number),
        number,
        priced: drawn.priced,
        redraw: Redraw::new(drawn.works, &drawn.futures, number),
        futures: drawn.futures,
        past: drawn.past,
        warnings: outlook.warnings,
    })
}

/// For tests: the month of these futures (the first of theirs, from its first day on), with levers that act on a small firm
/// of 200 open leads and 60 a month.
#[cfg(test)]
pub(crate) fn sample(futures: Futures, past: Vec<PastMonth>) -> Prospect {
    let works = crate::forecast::levers::tests::works(200, 1, 60.0);
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let mut total = futures.total(0);
    total.sort_by(f64::total_cmp);
    let at = |p: f64| crate::forecast::quantile(&total, p);
    Prospect {
        month: MonthOutlook {
            month: futures.months[0],
            p10: at(0.1),
            p20: at(0.2),
            p50: at(0.5),
            p80: at(0.8),
            p90: at(0.9),
            mean: mean(&total),
            booked: futures.booked(0),
            open_pipeline: mean(&futures.open(0)),
            new_leads: mean(&futures.new_leads(0)),
            target: None,
            p_attain: None,
            naive: None,
            weighted_pipeline: None,
        },
        number: 0,
        priced: true,
        redraw: Redraw::new(works, &futures, 0),
        futures,
        past,
        warnings: Vec::new(),
    }
}

/// For tests: the futures of that small firm.
#[cfg(test)]
pub(crate) fn sample_futures(draws: usize) -> Futures {
    let works = crate::forecast::levers::tests::works(200, 1, 60.0);
    crate::forecast::draws::draw(&works.ingredients, works.span.months[0], draws, works.seed)
}
