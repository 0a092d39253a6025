//! The numbers that a sales team steers by: results, average order value, conversion and cycle.

mod adjust;
mod against;
pub mod bridge;
mod by;
mod cents;
mod columns;
mod conversion;
mod cycle;
mod discounts;
mod figure;
mod flow;
mod flow_result;
mod flow_sums;
mod gate;
mod growth;
mod incidence;
mod level;
mod mean_amount;
mod owners;
mod pace;
#[cfg(test)]
#[path = "../../tests/common/plant.rs"]
mod plant;
mod posterior;
mod price;
mod price_bands;
mod price_break;
mod price_change;
mod price_months;
mod process;
mod profile;
mod quality;
mod quarter;
mod rates;
mod record;
mod refunds;
mod results;
mod review;
mod segments;

pub(crate) use against::compared;
pub use cents::Cents;
pub use columns::{ColumnKnown, ColumnRow, columns};
pub use conversion::{
    Conversion, Dimension, GroupKpi, GroupMonth, MonthsDiffer, SourceQuality, StageRow,
};
pub use cycle::{
    ActionRow, Actions, Cash, Cycle, CycleBy, CycleError, CycleRow, Days, Delay, DelayRow, Lacking,
    Link, MatchedSet, Pace, StageDwell, StepRow, Steps, StuckDeal, conditional_logistic, cycle,
};
pub use discounts::{DiscountBand, Discounts};
pub use figure::Range;
pub use flow::Pipeline;
pub use flow_result::{Basis, DueBy, Flow, FlowError, FlowRow, Part};
pub use gate::Measure;
pub(crate) use gate::{Z80, claims, p_value};
pub(crate) use growth::{DRAWN, Growth};
pub(crate) use incidence::record_from;
pub(crate) use level::REST;
pub(crate) use mean_amount::{Aov, shrunken as mean_amounts};
pub use owners::{
    Band, Funnel, Gap, GapPart, OwnerRow, Owners, OwnersError, Part as OwnerPart, Place, Practice,
    PracticeKind, PracticeOf, Ratio, Ratios, Tally, Verdict, funnel, owners, shrink,
};
pub(crate) use posterior::{Belief, Seen, judge as posterior};
pub use price::{AmountMonth, Amounts, Price, Unjudged};
pub use price_bands::{BandOf, PriceBand, PriceBands, PricedBy};
pub use price_break::{FALSE_ALARM, PriceBreak, PriceBreaks, Shape};
pub use price_change::{Moved, PriceChange};
pub use process::{
    Evidence, KindRow, Plans, Process, ProcessError, Response, Share, Sign, SignOf, SignRow,
    Standing as RecordStanding, Untold, Untouched, Wait, Work, WorkPart, process,
};
pub(crate) use profile::{AtMix, at_same_mix};
pub use profile::{
    AttributeRow, ColumnLeftOut, LevelRow, MISSING_LEVEL, OTHER_LEVEL, Profile, ProfileError,
    Standing, WhyLeftOut, profile,
};
pub use quality::{QualityChange, QualityChanges};
pub use quarter::QuarterWaves;
pub(crate) use rates::{Basis as RateBasis, believed, rates};
pub use rates::{Maturity, Rate};
pub use refunds::Refunds;
pub(crate) use results::targets_are_money;
pub use results::{Concentration, ResultMonth, Results, TargetRecord, Volatility};
pub use review::{ByGroup, Kpi, KpiError, Question, kpi};
pub(crate) use segments::wilson;
pub use segments::{SegmentRow, by_segment};
