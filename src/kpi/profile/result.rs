//! What is told of who wins.

use serde::Serialize;

use crate::domain::{Day, Role};
use crate::kpi::Range;
use crate::kpi::cycle::{CycleError, Pace};
use crate::kpi::gate::Measure;
use crate::kpi::refunds::Refunds;

/// Why there is no portrait.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The lives of the leads cannot be told.
    #[error(transparent)]
    Cycle(#[from] CycleError),
    /// No lead has been won.
    #[error(
        "no lead has been won within the time that is followed, so nothing tells who wins; come back when some have, or \
         check which values of the outcome column mean won"
    )]
    NoWins,
    /// No column may be used.
    #[error(
        "no column of the leads says anything that is known when they come in: name such columns in the file, and check \
         [leads.known] with `forerun check --leaks`"
    )]
    NoAttributes,
}

/// Against leads alike in all else, where that is more than chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Above the mean of the attribute.
    Above,
    /// Below it.
    Below,
}

/// One value of an attribute, or one band of a number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LevelRow {
    /// The value or band; `(none)` and `(other)` stand in brackets.
    pub level: String,
    /// Leads.
    pub leads: usize,
    /// Share of all leads, 0-1.
    pub share: f64,
    /// Won within the horizon.
    pub won: usize,
    /// P(won within the horizon), completed for age, as it is, 0-1.
    pub conversion: Measure,
    /// The same with all other attributes as they are on the whole (standardised) and shrunken, 0-1; none where too few
    /// wins tell.
    pub adjusted: Option<Measure>,
    /// Odds of a win against the mean of the attribute, other attributes held, shrunken.
    pub odds_ratio: Option<Measure>,
    /// Mean amount of a won lead as it is, money; none without amounts.
    pub aov: Option<f64>,
    /// The same with all other attributes as they are on the whole, shrunken, money.
    pub aov_adjusted: Option<Measure>,
    /// `adjusted` x `aov_adjusted`, money.
    pub revenue_per_lead: Option<Measure>,
    /// Median days to win, completed for age, as they are.
    pub days_to_win: Option<Measure>,
    /// What may be claimed of the conversion.
    pub converts: Option<Standing>,
    /// What may be claimed of the revenue of a lead.
    pub earns: Option<Standing>,
    /// What may be claimed of the days to win.
    pub pace: Option<Pace>,
    /// P-value of the conversion against the mean of the attribute, other attributes held, not shrunken; none where too
    /// little is known for any claim.
    pub p_value: Option<f64>,
}

/// One attribute.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AttributeRow {
    /// The column.
    pub column: String,
    /// The role that the project gives it.
    pub role: Option<Role>,
    /// Its values, most leads first; bands of a number from low to high; missing last.
    pub levels: Vec<LevelRow>,
}

/// Why a column is not in the portrait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyLeftOut {
    /// Known only after the lead came in, by the project file.
    KnownLater,
    /// Looks as if it were known only after the outcome.
    Leak,
    /// Ranks won above lost better than most honest columns: declared under `[leads.known]` it would be used.
    Suspect,
    /// Says who holds the lead, or which account it is.
    Person,
    /// Follows from another attribute, of which it is a coarser or the same division.
    Follows,
    /// Follows from the day that the lead came in, as its quarter does: nobody can aim at it.
    Calendar,
    /// Nearly as many values as leads, or dates.
    Unordered,
}

/// A column that is not in the portrait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnLeftOut {
    /// The column.
    pub column: String,
    /// Why.
    pub why: WhyLeftOut,
    /// The attribute that it follows from, if it does.
    pub from: Option<String>,
}

/// A portrait of who wins.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Profile {
    /// As-of date.
    pub as_of: Day,
    /// Days within which wins are counted.
    pub horizon_days: i32,
    /// Leads on which the comparison with all else held rests; 0 if it could not be made.
    pub compared: usize,
    /// Where closings are on record from this day only: earlier leads are left out.
    pub record_from: Option<Day>,
    /// When the last lead came in, where that is long before the as-of date.
    pub last_lead: Option<Day>,
    /// Leads.
    pub leads: usize,
    /// Of them, won within the horizon.
    pub won: usize,
    /// P(won within the horizon), completed for age, of all, 0-1.
    pub conversion: Measure,
    /// Mean amount of a won lead, before refunds, money; none without amounts.
    pub aov: Option<Range>,
    /// Won leads that it is the mean of.
    pub priced: usize,
    /// Won leads whose amount was given back: in no order value and no revenue per lead; none without.
    pub refunds: Option<Refunds>,
    /// Median days to win of all.
    pub days_to_win: Option<Measure>,
    /// The attributes: those whose values differ most, other attributes held, first.
    pub attributes: Vec<AttributeRow>,
    /// Columns that are not in it.
    pub left_out: Vec<ColumnLeftOut>,
}
