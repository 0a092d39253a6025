//! What a flow gives.

use serde::Serialize;

use crate::domain::{Day, Role};
use crate::kpi::Cents;
use crate::score::{ScoreError, Warning};

/// Why there is no flow.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    /// Nothing says when leads come in and close.
    #[error(
        "nothing tells which leads were open on a day: name the columns `created` and `closed` under [leads]; exports of \
         two days, each without dates, cannot be held against each other"
    )]
    Undated,
    /// The days are in the wrong order.
    #[error("the first day must come before the last one, and {from} does not come before {to}")]
    Reversed {
        /// The day asked for as the first.
        from: Day,
        /// The day asked for as the last.
        to: Day,
    },
    /// The first day is not in the data.
    #[error(
        "the oldest lead came in on {first}: what was open on {from} is not known; begin on {} or later", *first + 1
    )]
    BeforeData {
        /// The day asked for.
        from: Day,
        /// When the oldest lead came in.
        first: Day,
    },
    /// The last day is not in the data.
    #[error(
        "nothing is known of {as_of} and after: end on {as_of}, or give a later day with --as-of"
    )]
    AfterData {
        /// The day asked for.
        to: Day,
        /// The as-of date.
        as_of: Day,
    },
    /// The project names no column to divide the leads by.
    #[error("{}", without_column(*.0))]
    NoColumn(Role),
    /// The model cannot be asked.
    #[error(transparent)]
    Score(#[from] ScoreError),
}

impl FlowError {
    /// Whether another question would be answered: what was asked is wrong, not the data.
    pub const fn is_wrong_use(&self) -> bool {
        !matches!(self, Self::Undated | Self::Score(_))
    }
}

fn without_column(role: Role) -> String {
    match role {
        Role::Stage => "the stage of a lead on a past day is known from the stage history only: give it under [stages]"
            .to_owned(),
        role => format!(
            "the project file names no `{0}` column to divide the leads by: name it under [leads]",
            role.key()
        ),
    }
}

/// What a lead counts in the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// What it says it will spend (`stated_amount`); what the model expects where it does not say.
    Stated,
    /// What the model expects it to bring if it is won.
    Expected,
    /// One deal: the data has no money.
    Deals,
}

/// How it was known which leads would close before the last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DueBy {
    /// The column in the role `expected_close`.
    ExpectedClose,
    /// A model learnt from what was known on the first day: closed by the last day with more than 50 %.
    Model,
}

/// Some leads, and their value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Part {
    /// Number of leads.
    pub leads: usize,
    /// Money; 0 where the data has none.
    pub value: Cents,
}

impl Part {
    /// Counts one lead more.
    pub(crate) fn add(&mut self, value: Cents) {
        self.leads += 1;
        self.value += value;
    }
}

/// The flow of all leads or of a group.
///
/// In number `open_from + new + moved_in - moved_out - won - lost = open_to`, in money the same with `+ grew - shrank`;
/// and `fate_won + fate_lost + slipped + still_open = open_from` in both.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct FlowRow {
    /// The group; none for all leads.
    pub name: Option<String>,
    /// Open at the start, at their value then.
    pub open_from: Part,
    /// Came in since, at the value that they have at the end, or had when they closed.
    pub new: Part,
    /// Worth more than before: still open, or won for more than their value. Counted, not added, in number.
    pub grew: Part,
    /// Worth less than before, likewise; above 0.
    pub shrank: Part,
    /// Of `grew`, leads won for more than their value.
    pub grew_when_won: Part,
    /// Of `shrank`, leads won for less.
    pub shrank_when_won: Part,
    /// Won between the days, at the amount that they brought.
    pub won: Part,
    /// Lost between the days, at their value.
    pub lost: Part,
    /// Came from another group (stage), at their value at the end.
    pub moved_in: Part,
    /// Went to another group, likewise.
    pub moved_out: Part,
    /// Open at the end, at their value then.
    pub open_to: Part,
    /// Of `won`, leads that came in between the days.
    pub new_won: Part,
    /// Of `lost`, leads that came in between the days.
    pub new_lost: Part,
    /// Of `open_from`, won: at their value at the start.
    pub fate_won: Part,
    /// Of `open_from`, lost: likewise.
    pub fate_lost: Part,
    /// Of `open_from`, still open though they were expected to close before the last day: likewise. None in it where
    /// nothing says what was expected ([`Flow::due_by`]).
    pub slipped: Part,
    /// Of `slipped`, leads that were overdue on the first day already; 0 where the model says what was expected.
    pub overdue: Part,
    /// Of `open_from`, still open and not due: likewise.
    pub still_open: Part,
}

/// What became of the open pipeline: the contract of `forerun flow --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Flow {
    /// The first day: open at its 00:00.
    pub from: Day,
    /// The last day: open at its 00:00.
    pub to: Day,
    /// Currency; `deals` where the data has no money, empty until [`Flow::in_currency`] names it.
    pub currency: String,
    /// What a lead counts.
    pub value: Basis,
    /// Leads in the flow valued by the model: their own value is not known.
    pub valued_by_model: usize,
    /// How it was known which leads would close; none where nothing says.
    pub due_by: Option<DueBy>,
    /// All leads.
    pub total: FlowRow,
    /// What the leads are divided by; none where that was not asked for.
    pub by: Option<Role>,
    /// The groups: stages in the order of the funnel, others by their value at the start, the largest first.
    pub groups: Vec<FlowRow>,
    /// What was noticed.
    pub warnings: Vec<Warning>,
}

impl Flow {
    /// The same flow with its money named, as `CNY`; deals stay deals.
    #[must_use]
    pub fn in_currency(mut self, currency: &str) -> Self {
        if self.value != Basis::Deals {
            currency.clone_into(&mut self.currency);
        }
        self
    }
}
