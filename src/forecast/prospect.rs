//! One month of the forecast with all that a target needs: its futures by group, levers on it, and past months.

use crate::domain::{Leads, Month, Role, TargetLine};
use crate::forecast::beliefs::Beliefs;
use crate::forecast::groups::Groups;
use crate::forecast::levers::Redraw;
use crate::forecast::past::PastMonth;
use crate::forecast::result::{ForecastError, MonthOutlook};
use crate::forecast::span::Span;
use crate::forecast::{Futures, compose, enough};
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
    if !leads.dated() {
        return Err(ForecastError::Undated);
    }
    let horizon = model.horizon().ok_or(ForecastError::Undated)?;
    let sources = Groups::by(leads, Role::Source);
    let counts = enough(leads, &sources)?;
    let number = usize::try_from(month - leads.as_of.month()).unwrap_or(0);
    let span = Span::new(leads.as_of, number + 1);
    let beliefs = Beliefs::ask(model, leads, rules, &sources, &span, horizon, seed)?;
    let priced = beliefs.priced;
    let composed = compose(leads, &sources, &counts, beliefs, targets, &span, seed);
    let mut months = composed.outlook.months;
    Ok(Prospect {
        month: months.swap_remove(number),
        number,
        priced,
        redraw: Redraw::new(composed.works, &composed.futures, number),
        futures: composed.futures,
        past: composed.past,
        warnings: composed.outlook.warnings,
    })
}
