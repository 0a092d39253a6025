//! What an explanation gives.

use serde::Serialize;

use crate::domain::{Day, Month};
use crate::forecast::ForecastError;
use crate::kpi::bridge::cells::{Factor, Method};
use crate::kpi::bridge::kitagawa::RateChange;
use crate::kpi::bridge::wave::Wave;
use crate::score::Warning;

/// What a month is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// The forecast made on its first day.
    Forecast,
    /// Its target.
    Target,
    /// The month before.
    LastMonth,
    /// The same month of the year before.
    LastYear,
}

/// Why nothing is explained.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// The month lies ahead, or begins on the as-of date.
    #[error("{month} has not begun on {as_of}: there is no result to explain")]
    NotBegun {
        /// The month.
        month: Month,
        /// The as-of date.
        as_of: Day,
    },
    /// Before the data begins.
    #[error(
        "the data holds no whole month {month}: leads and closings are both on record from {first} on; choose a later month, or add older leads"
    )]
    BeforeData {
        /// The month.
        month: Month,
        /// The first whole one.
        first: Month,
    },
    /// No target for the month.
    #[error(
        "there is no target for {0}: name a file of targets with that month under [targets], or explain it against the forecast, last-month or last-year"
    )]
    NoTarget(Month),
    /// The target is money, what came can only be counted in deals.
    #[error(
        "the target for {month} is money, and the data has no usable amounts to hold against it: {}. Explain the month \
         against the forecast, last-month or last-year, which count deals then", why_unpriced(*.named)
    )]
    TargetInMoney {
        /// The month.
        month: Month,
        /// Whether the project names a column of amounts.
        named: bool,
    },
    /// Too few wins before it.
    #[error(
        "won leads closed before {day}, as {month} is explained by what was known then: {wins}; {needed} are needed at least: \
         choose a later month, or add older leads"
    )]
    FewWins {
        /// The month.
        month: Month,
        /// The day by which they count.
        day: Day,
        /// Won leads closed before it.
        wins: usize,
        /// The least.
        needed: usize,
    },
    /// Too short a past before it.
    #[error(
        "complete months of leads before {day}, as {month} is explained by what was known then: {months}; {needed} are needed at \
         least: choose a later month, or add older leads"
    )]
    ShortPast {
        /// The month.
        month: Month,
        /// The day by which they count.
        day: Day,
        /// Complete months of leads before it.
        months: usize,
        /// The least.
        needed: usize,
    },
    /// No forecast, or nothing to measure by.
    #[error(transparent)]
    Forecast(#[from] ForecastError),
}

impl ExplainError {
    /// Whether something else was to be asked.
    pub const fn is_wrong_use(&self) -> bool {
        matches!(
            self,
            Self::NotBegun { .. }
                | Self::BeforeData { .. }
                | Self::NoTarget(_)
                | Self::TargetInMoney { .. }
        )
    }
}

impl ExplainError {
    /// What a forecast or a model of `day` said, told of the month that it was to explain.
    pub(super) fn of(error: ForecastError, month: Month, day: Day) -> Self {
        match error {
            ForecastError::TooFewWins { wins, needed } => Self::FewWins {
                month,
                day,
                wins,
                needed,
            },
            ForecastError::TooShort { months, needed } => Self::ShortPast {
                month,
                day,
                months,
                needed,
            },
            other => Self::Forecast(other),
        }
    }
}

/// Why deals are counted.
const fn why_unpriced(named: bool) -> &'static str {
    if named {
        "what the won leads brought by the column of amounts sums to nothing or nearly so (refunds cancel sales), or too few have one"
    } else {
        "no column is named as `amount` under [leads]"
    }
}

/// What one factor did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Effect {
    /// The factor.
    pub factor: Factor,
    /// The factor itself in what the month is held against, and in the month; what it is depends on the factor: a number of
    /// leads, a chance (0-1), a ratio to what is expected, or money. None where nothing tells it.
    pub before: Option<f64>,
    /// In the month.
    pub after: Option<f64>,
    /// New leads of the month, had it had the working days of the other; none for all else.
    pub at_equal_days: Option<f64>,
    /// Its effect on revenue, money (deals, where the data has no amounts).
    pub effect: f64,
    /// 80 % interval of the effect.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// Two-sided p-value of no effect; below 0.2 where the interval excludes 0.
    pub p: f64,
    /// Whether it is beyond normal variation among all effects shown together (Benjamini-Hochberg: false claims at most
    /// 4 %, 10 % where the change without large deals is real). Days are known and are never called so.
    pub real: bool,
    /// The sources with the largest part in it, largest first: name and effect. Only where there are several.
    pub sources: Vec<(String, f64)>,
}

/// The largest deal of the month, where it is larger than usual.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LargeDeal {
    /// The lead.
    pub lead: String,
    /// What it brought, money.
    pub amount: f64,
    /// The size that hardly one deal in four months exceeds, money.
    pub usual: f64,
}

/// Why the result of a month differs: the contract of `forerun explain --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The month.
    pub month: Month,
    /// What it is held against.
    pub against: Against,
    /// The other month, where it is held against one.
    pub other: Option<Month>,
    /// The day after the last one counted.
    pub until: Day,
    /// Whether the month is over. If not, it is held against as many days of the other, or of the forecast.
    pub complete: bool,
    /// Days counted.
    pub days: i32,
    /// Currency; `deals` where the data has no amounts, empty until [`Explanation::in_currency`] names it.
    pub currency: String,
    /// What it is held against, money: expected, set, or booked in the other month.
    pub base: f64,
    /// What came, money.
    pub actual: f64,
    /// `actual` - `base`; the sum of the effects and of `target_gap`.
    pub change: f64,
    /// 80 % interval: of what chance leaves of the change.
    pub change_low: f64,
    /// Its upper end.
    pub change_high: f64,
    /// Two-sided p-value of no change as a whole; against the target: of a result as forecast.
    pub change_p: f64,
    /// Whether the change as a whole is beyond normal variation (level 4 %); against the target: whether the result is
    /// beyond that of the forecast.
    pub change_real: bool,
    /// Against the forecast or target: expected on the first day for the days counted, money.
    pub forecast: Option<f64>,
    /// Its 80 % range: results between these were to be expected, money.
    pub forecast_low: Option<f64>,
    /// Its upper end.
    pub forecast_high: Option<f64>,
    /// Expected on the first day for the whole month, money.
    pub forecast_month: Option<f64>,
    /// Against the target: the target of the whole month, money.
    pub target: Option<f64>,
    /// Forecast - target, for the days counted: what the target was above what could be expected (negative), money.
    pub target_gap: Option<f64>,
    /// How the change is shared out.
    pub method: Method,
    /// Against the target: the probability, as of the first day, to reach it, 0-1. Of a month that is not over: to reach
    /// the part of it that the days counted have of the forecast.
    pub p_target: Option<f64>,
    /// What each factor did, in the order in which a lead meets them. Factors that cannot move here are not among them.
    pub effects: Vec<Effect>,
    /// The two or three effects that are real and large, largest first; none where the change as a whole is normal.
    pub levers: Vec<Factor>,
    /// Whether the project names the source of leads, so that effects can be told by it.
    pub by_source: bool,
    /// Wins among the leads decided, by source, against another month.
    pub win_rate: Option<RateChange>,
    /// The largest deal, where it is larger than usual.
    pub largest: Option<LargeDeal>,
    /// The newest lead of the file, where none came in in the month or after it: the record may end there, so new leads
    /// make no claim and are no lever.
    pub record_ends: Option<Day>,
    /// The leads of a usual month, where this one is the last of the file and brought less than half of them: the record may
    /// end in it.
    pub leads_fell: Option<usize>,
    /// What the change owes to the place of the months in the quarter, where deals follow it; none against a forecast that
    /// knew of it.
    pub wave: Option<Wave>,
    /// What was noticed.
    pub warnings: Vec<Warning>,
}

impl Explanation {
    /// The same with its money named, as `CNY`; deals stay deals.
    #[must_use]
    pub fn in_currency(mut self, currency: &str) -> Self {
        if self.currency != "deals" {
            currency.clone_into(&mut self.currency);
        }
        self
    }
}
