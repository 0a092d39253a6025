//! One month of the forecast with all that a target needs: its futures by group, levers on it, and past months.

use crate::domain::{Leads, Month, TargetLine};
use crate::forecast::engine::{Drawn, Effort};
use crate::forecast::levers::Redraw;
use crate::forecast::past::PastMonth;
use crate::forecast::result::{ForecastError, MonthOutlook};
use crate::forecast::span::Span;
use crate::forecast::{Futures, compose};
use crate::score::{Model, Warning};
use crate::segment::Rules;

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
    leads: &Leads,
    rules: Option<&Rules>,
    targets: &[TargetLine],
    month: Month,
    seed: u64,
) -> Result<Prospect, ForecastError> {
    let number = usize::try_from(month - leads.as_of.month()).unwrap_or(0);
    let span = Span::new(leads.as_of, number + 1).paced(leads);
    let drawn = Drawn::new(model, leads, rules, &span, &Effort::full(), seed)?;
    let outlook = compose(&drawn, leads, targets, &span);
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
