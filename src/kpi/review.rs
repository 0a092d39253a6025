//! The four groups of numbers together.

use serde::Serialize;

use crate::domain::{Day, Leads, Outcome, Role, TargetLine};
use crate::forecast::{Groups, leads_fell};
use crate::kpi::CycleError;
use crate::kpi::by::by_group;
use crate::kpi::conversion::{Conversion, Dimension, GroupKpi, conversion, named_at_win};
use crate::kpi::discounts::discounts;
use crate::kpi::growth::Growth;
use crate::kpi::incidence::record_from;
use crate::kpi::price::{Price, Unjudged, price};
use crate::kpi::price_bands::{bands, settled_by};
use crate::kpi::price_break::{Shape, price_breaks};
use crate::kpi::price_change::{ChangeUnjudged, price_change};
use crate::kpi::rates::Basis;
use crate::kpi::results::{Results, results};
use crate::score::Warning;
use crate::segment::Segments;

/// Why there are no numbers.
#[derive(Debug, thiserror::Error)]
pub enum KpiError {
    /// Nothing says when leads come in and close.
    #[error(
        "nothing tells in which month a deal was closed, nor how old a lead is: name the columns `created` and `closed` under \
         [leads]"
    )]
    Undated,
    /// The project names no column to divide the leads by.
    #[error("{}", without_column(*.0))]
    NoColumn(Dimension),
    /// The day of the price change is not in the data.
    #[error(
        "the price change on {day} lies outside the data: the first lead came on {first}, and nothing is known of {as_of} and after"
    )]
    Outside {
        /// The day asked for.
        day: Day,
        /// The first lead.
        first: Day,
        /// The as-of date.
        as_of: Day,
    },
}

impl KpiError {
    /// Whether another question would be answered: what was asked is wrong, not the data.
    pub const fn is_wrong_use(&self) -> bool {
        !matches!(self, Self::Undated)
    }
}

fn without_column(by: Dimension) -> String {
    match by.role() {
        None => "no rules sort the leads into segments: name rule files under [rules]".to_owned(),
        Some(role) => format!(
            "the project file names no `{0}` column to divide the leads by: name it under [leads]",
            role.key()
        ),
    }
}

/// What is asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Question<'a> {
    /// What the leads are divided by.
    pub by: Option<Dimension>,
    /// Everyone's segment, where the project has rules.
    pub segments: Option<&'a Segments>,
    /// The first day of a new price.
    pub price_change: Option<Day>,
    /// Draws the intervals.
    pub seed: u64,
}

/// The numbers by groups of leads.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ByGroup {
    /// What the leads are divided by.
    pub by: Dimension,
    /// Whether that is written down when a lead is won, and for few others: no group has a conversion then.
    pub named_at_win: bool,
    /// The groups, the largest revenue first.
    pub groups: Vec<GroupKpi>,
}

/// The groups of numbers: the contract of `forerun kpi --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Kpi {
    /// As-of date.
    pub as_of: Day,
    /// Currency; `deals` where the data has no amounts, empty until [`Kpi::in_currency`] names it.
    pub currency: String,
    /// Results.
    pub results: Results,
    /// Average order value; none without amounts.
    pub aov: Option<Price>,
    /// Conversion; none where less than a week of history tells nothing of it.
    pub conversion: Option<Conversion>,
    /// By the dimension asked for.
    pub by: Option<ByGroup>,
    /// What was noticed.
    pub warnings: Vec<Warning>,
}

impl Kpi {
    /// The same with its money named, as `CNY`; deals stay deals.
    #[must_use]
    pub fn in_currency(mut self, currency: &str) -> Self {
        if self.currency != "deals" {
            currency.clone_into(&mut self.currency);
        }
        self
    }
}

impl Kpi {
    /// The same, with the reason why there is no cycle.
    pub fn without_cycle(&mut self, error: &CycleError) {
        self.warnings
            .push(warning("no-cycle", format!("no cycle: {error}")));
    }
}

/// The groups of numbers as of `leads.as_of`.
///
/// # Errors
/// Undated data; a dimension that the project does not name; a price change outside the data.
pub fn kpi(
    leads: &Leads,
    targets: &[TargetLine],
    question: &Question<'_>,
) -> Result<Kpi, KpiError> {
    if !leads.dated() {
        return Err(KpiError::Undated);
    }
    let division = division(leads, question)?;
    check_day(leads, question.price_change)?;
    // Sources that are written down when a lead is won tell nothing of how leads are won.
    let sources = if named_at_win(leads, Role::Source) {
        Groups::of_column(leads, None)
    } else {
        Groups::by(leads, Role::Source)
    };
    let since = record_from(leads);
    let growth = Growth::learn(leads, &sources, since);
    let basis = growth.as_ref().map(|growth| Basis {
        leads,
        growth,
        sources: &sources,
        since,
    });
    let mut warnings = Vec::new();
    let aov = priced(leads, basis.as_ref(), question, &mut warnings);
    let results = results(leads, targets);
    let conversion = basis.as_ref().map(|basis| conversion(basis, question.seed));
    let by_role = question.by.and_then(Dimension::role);
    let by_at_win = by_role.filter(|&role| named_at_win(leads, role));
    if let Some(role) = by_at_win {
        let message = format!(
            "`{}` is written down when a lead is won, and for few others: nothing can be told from dividing by it",
            role.key()
        );
        warnings.push(warning("named-at-win", message));
    }
    notice(leads, &results, conversion.as_ref(), &mut warnings);
    Ok(Kpi {
        as_of: leads.as_of,
        currency: if leads.numbers(Role::Amount).is_some() {
            String::new()
        } else {
            "deals".to_owned()
        },
        results,
        aov,
        conversion,
        by: division.map(|(by, groups)| ByGroup {
            by,
            groups: by_group(leads, basis.as_ref(), &groups, by_at_win.is_some()),
            named_at_win: by_at_win.is_some(),
        }),
        warnings,
    })
}

fn division(
    leads: &Leads,
    question: &Question<'_>,
) -> Result<Option<(Dimension, Groups)>, KpiError> {
    let Some(by) = question.by else {
        return Ok(None);
    };
    let groups = match by.role() {
        Some(role) => leads.role(role).map(|_| Groups::by(leads, role)),
        None => question.segments.map(|segments| Groups {
            names: segments.names.clone(),
            of: segments
                .segment
                .iter()
                .map(|&segment| segment as usize)
                .collect(),
        }),
    };
    groups
        .map(|groups| Some((by, groups)))
        .ok_or(KpiError::NoColumn(by))
}

fn check_day(leads: &Leads, day: Option<Day>) -> Result<(), KpiError> {
    let first = leads.created.iter().copied().flatten().min();
    match (day, first) {
        (Some(day), Some(first)) if day <= first || day >= leads.as_of => Err(KpiError::Outside {
            day,
            first,
            as_of: leads.as_of,
        }),
        _ => Ok(()),
    }
}

/// The second group, with what is judged together with conversion.
fn priced(
    leads: &Leads,
    basis: Option<&Basis<'_>>,
    question: &Question<'_>,
    warnings: &mut Vec<Warning>,
) -> Option<Price> {
    let Some(mut found) = price(leads) else {
        if question.price_change.is_some() {
            warnings.push(unjudged(ChangeUnjudged::NoAmounts));
        }
        return None;
    };
    match basis.map_or(Err(Unjudged::NoAge), |basis| bands(basis, question.seed)) {
        Ok((bands, plain)) => (found.bands, found.plain_bands) = (Some(bands), plain),
        Err(why) => {
            found.bands_unjudged = Some(why);
            found.bands_settled_by = settled_by(leads).filter(|_| why == Unjudged::Settled);
        }
    }
    found.discounts = discounts(leads);
    found.breaks = price_breaks(leads, question.seed);
    let mut changes = found.breaks.iter().flat_map(|breaks| &breaks.breaks);
    let step = changes.rfind(|change| change.shape == Shape::Step);
    let step = step.map(|change| change.month.first_day());
    found.change_asked = question.price_change.is_some();
    if let Some(day) = question.price_change.or(step) {
        match basis.map_or(Err(ChangeUnjudged::NoAge), |basis| {
            price_change(basis, day, question.seed)
        }) {
            Ok(change) => found.change = Some(change),
            Err(why) if found.change_asked => warnings.push(unjudged(why)),
            Err(_) => {}
        }
    }
    Some(found)
}

fn unjudged(why: ChangeUnjudged) -> Warning {
    let reason = match why {
        ChangeUnjudged::NoAge => "the dates do not tell how old the leads are",
        ChangeUnjudged::NoAmounts => "the project file names no `amount` under [leads]",
        ChangeUnjudged::TooNear => "there are less than 14 days of leads before it, or since",
        ChangeUnjudged::FewWins => {
            "fewer than ten leads were created and won with an amount before it, or since"
        }
        ChangeUnjudged::FewMonths => {
            "there are too few months of leads to tell how far months lie apart without a change"
        }
    };
    warning(
        "price-change-unjudged",
        format!("the price change cannot be judged: {reason}"),
    )
}

fn warning(code: &str, message: String) -> Warning {
    Warning {
        code: code.to_owned(),
        message,
        column: None,
    }
}

/// What the reader must know of the data.
fn notice(
    leads: &Leads,
    results: &Results,
    conversion: Option<&Conversion>,
    warnings: &mut Vec<Warning>,
) {
    let of = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    if results.undated_wins > 0 {
        let message = format!(
            "{} without a day of closing: in no month",
            of(results.undated_wins, "won lead")
        );
        warnings.push(warning("won-without-date", message));
    }
    if results.unpriced_wins > 0 {
        let message = format!(
            "{} without an amount: counted as deals, not in revenue",
            of(results.unpriced_wins, "won lead")
        );
        warnings.push(warning("won-without-amount", message));
    }
    match conversion {
        None => warnings.push(warning(
            "no-conversion",
            "less than a week of history, or too few leads: nothing tells how long a lead takes to be won, so there is no conversion"
                .to_owned(),
        )),
        Some(conversion) => {
            if let Some(day) = conversion.record_begins {
                let message = format!(
                    "closings are on record from {day} on only, though {} came before: their early wins are missing, so they are \
                     in no conversion",
                    of(conversion.before_record, "lead")
                );
                warnings.push(warning("record-begins-late", message));
            }
            if conversion.undated > 0 {
                let message = format!(
                    "{} without a day of creation, or closed without a day: in no conversion",
                    of(conversion.undated, "lead")
                );
                warnings.push(warning("leads-without-dates", message));
            }
        }
    }
    if let Some(fall) = leads_fell(leads).filter(|_| results.last_lead.is_none()) {
        let message = format!(
            "{:.0} leads came in {} where {:.0} a month were usual in the half year before: either fewer came, or an export holds \
             part of the newest, as a rule those that closed quickly, and they look better or worse than they are",
            fall.came, fall.month, fall.usual
        );
        warnings.push(warning("leads-fell", message));
    }
    if let Some(last) = results.last_lead {
        let message = format!(
            "no lead came in after {last}, {} days before the as-of date: the last months hold no young leads, and their results \
             are those of old ones",
            leads.as_of - last
        );
        warnings.push(warning("no-leads-lately", message));
    }
    if !leads.outcome.contains(&Outcome::Won) {
        warnings.push(warning(
            "no-wins",
            "no lead is won yet: there are no results to tell".to_owned(),
        ));
    }
}
