//! What the look at process and records gives.

use serde::{Serialize, Serializer};

use crate::domain::{Day, Moment};
use crate::kpi::figure::Range;
use crate::score::Warning;

/// Why there is nothing to say.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// The project has nothing that tells of work on leads.
    #[error(
        "nothing tells how leads were worked on: bring [activities] (calls and visits), [stages], or the columns `contacted` \
         or `closed` under [leads]"
    )]
    Nothing,
    /// There is not a single lead.
    #[error("there are no leads as of that day: there is no work to look at")]
    NoLead,
}

/// A sign that a record may have been written for show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// Days with activities with three customers within minutes, before the end of the day.
    Bursts,
    /// The same at any time of the day: at its end it may be the habit of writing everything down then.
    Batches,
    /// Wins dated on the last days of a month, with a hole in the first days after.
    MonthEnd,
    /// Wins with work recorded after the day of closing.
    AfterClosing,
    /// Wins closed on days of rest.
    RestDayClosings,
    /// Won amounts exactly alike.
    SameAmounts,
    /// Leads that entered several stages in the same instant.
    Jumps,
    /// Days of rest with activities.
    RestDays,
    /// Days with activities outside the hours of the team.
    OffHours,
}

impl Sign {
    /// Every sign, in the order of the screen.
    pub const ALL: [Self; 9] = [
        Self::Bursts,
        Self::Batches,
        Self::MonthEnd,
        Self::AfterClosing,
        Self::RestDayClosings,
        Self::SameAmounts,
        Self::Jumps,
        Self::RestDays,
        Self::OffHours,
    ];

    /// Its name in data.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Bursts => "bursts",
            Self::Batches => "batches",
            Self::MonthEnd => "month_end",
            Self::AfterClosing => "after_closing",
            Self::RestDayClosings => "rest_day_closings",
            Self::SameAmounts => "same_amounts",
            Self::Jumps => "jumps",
            Self::RestDays => "rest_days",
            Self::OffHours => "off_hours",
        }
    }
}

/// Why a part or a sign cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Untold {
    /// No `owner` under `[leads]`: nobody can be held against others.
    NoOwner,
    /// No `created` under `[leads]`.
    NoCreated,
    /// No `closed` under `[leads]`.
    NoClosed,
    /// No `amount` under `[leads]`.
    NoAmount,
    /// No `[activities]`.
    NoActivities,
    /// Neither `contacted` nor `[activities]`.
    NoContact,
    /// No `[stages]`.
    NoStages,
    /// No `planned` in `[activities]`.
    NoPlans,
    /// The record has days without a time of day.
    NoClock,
    /// Neither activities nor stages nor first contacts that could lie after a closing.
    NoTrace,
    /// The team works on every day of the week, or there is too little to tell its days of rest.
    NoRest,
    /// Every hour of the day is usual.
    NoOffHours,
    /// Fewer than three owners have records enough to be held against one another.
    TooFewOwners,
}

impl Untold {
    /// The keys of the project file that would bring it; none where more data is needed instead.
    pub const fn key(self) -> Option<&'static str> {
        match self {
            Self::NoOwner => Some("owner"),
            Self::NoCreated => Some("created"),
            Self::NoClosed => Some("closed"),
            Self::NoAmount => Some("amount"),
            Self::NoActivities => Some("[activities]"),
            Self::NoContact => Some("contacted"),
            Self::NoStages | Self::NoTrace => Some("[stages]"),
            Self::NoPlans => Some("[activities] planned"),
            Self::NoClock | Self::NoRest | Self::NoOffHours | Self::TooFewOwners => None,
        }
    }
}

/// A part of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkPart {
    /// Follow-up after the first touch.
    FollowUp,
    /// Time to the first touch.
    Response,
    /// Open leads that nobody has touched.
    Untouched,
    /// Plans made and kept.
    Plans,
}

/// A share of things counted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// How many.
    pub k: usize,
    /// Of how many.
    pub n: usize,
    /// k / n, 0-1, with its 80 % interval (Wilson 1927); none for n = 0.
    pub rate: Option<Range>,
}

/// A quantile of the time to the first touch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Wait {
    /// The quantile, in the unit of [`Response`].
    pub value: f64,
    /// Lower end of the 80 % interval.
    pub low: f64,
    /// Upper end; none where too few have been touched for it.
    pub high: Option<f64>,
}

/// Time to the first touch; leads not touched yet are censored.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Response {
    /// Leads.
    pub n: usize,
    /// Of them touched.
    pub touched: usize,
    /// The median; none where fewer than half have been touched, or with fewer than five touches.
    pub median: Option<Wait>,
    /// The 80th percentile; none where fewer have been touched, or with fewer than ten touches.
    pub p80: Option<Wait>,
}

/// Open leads without a touch.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Untouched {
    /// Of the open leads.
    pub share: Share,
    /// The oldest of them.
    pub oldest: Option<String>,
    /// Its age, days.
    pub oldest_days: Option<i32>,
}

/// Plans that are due, and what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Plans {
    /// Made, of those due; without a rate where no plan of the file is unmade, as it may hold only those that were made.
    pub done: Share,
    /// Made on the day planned or before, of those due.
    pub on_time: Share,
    /// Made later.
    pub late: usize,
    /// Not made.
    pub undone: usize,
}

/// The process of the team or of one owner.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Work {
    /// Name; none for the team.
    pub owner: Option<String>,
    /// Leads held.
    pub leads: usize,
    /// Activities done.
    pub activities: usize,
    /// Leads with a further touch within a week of the first touch, of those that were open all that week.
    pub follow_up: Option<Share>,
    /// Time to the first touch.
    pub response: Option<Response>,
    /// Open leads without a touch.
    pub untouched: Option<Untouched>,
    /// Plans.
    pub plans: Option<Plans>,
}

/// Activities of one kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KindRow {
    /// The kind; none where the file does not say.
    pub kind: Option<String>,
    /// Done.
    pub activities: usize,
    /// Plans of this kind; none where the file has no plans.
    pub plans: Option<Plans>,
}

/// What stands behind a question: some records of one moment, customer or amount.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evidence {
    /// The leads.
    pub leads: Vec<String>,
    /// When the first of the records is.
    #[serde(serialize_with = "moment")]
    pub from: Moment,
    /// When the last one is.
    #[serde(serialize_with = "moment")]
    pub to: Moment,
    /// Whether the record knows the time of day.
    pub clock: bool,
    /// What was recorded: stages entered, or what came after the closing.
    pub what: Vec<String>,
    /// The amount that is alike.
    pub amount: Option<f64>,
    /// The day of the closing that work was recorded after.
    pub closed: Option<Day>,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn moment<S: Serializer>(moment: &Moment, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(moment)
}

/// What can be said of an owner and a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// More than chance and habit explain: worth a question.
    Question,
    /// The same, and asked already by the sign before: bursts are among the batches.
    Asked,
    /// Nothing to ask.
    Usual,
    /// Too few records.
    TooFew,
}

impl Standing {
    /// Its name in data.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Asked => "asked",
            Self::Usual => "usual",
            Self::TooFew => "too_few",
        }
    }
}

/// One owner under one sign.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SignOf {
    /// Name.
    pub owner: String,
    /// Records looked at.
    pub n: usize,
    /// Of them with the sign.
    pub k: usize,
    /// The same as a share with its interval.
    pub share: Share,
    /// What the others would have at the same mix.
    pub expected: f64,
    /// Records of the others.
    pub others_n: usize,
    /// Of them with the sign.
    pub others_k: usize,
    /// Chance of as many or more for one more owner of this team (mid-p); none with too few records.
    pub p: Option<f64>,
    /// What can be said.
    pub standing: Standing,
    /// What stands behind the sign, in order of time; only for questions, or for the owner asked for.
    pub evidence: Vec<Evidence>,
}

/// One sign, over the team.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SignRow {
    /// Which.
    pub sign: Sign,
    /// The kind of activity that it is about.
    pub kind: Option<String>,
    /// Whether activities of that kind bring people together in one place.
    pub in_person: bool,
    /// How near in time counts, minutes; 0 where time does not matter.
    pub minutes: i64,
    /// The team: records with the sign.
    pub share: Share,
    /// Owners with records enough.
    pub judged: usize,
    /// Why nobody can be judged.
    pub untold: Option<Untold>,
    /// By owner, in order of name.
    pub owners: Vec<SignOf>,
}

/// Process and records of a team.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Process {
    /// As-of date.
    pub as_of: Day,
    /// Leads.
    pub leads: usize,
    /// Activities, those without a plan included.
    pub activities: usize,
    /// Whether waits are in hours, by the clock; else in days.
    pub by_clock: bool,
    /// Days within which a further touch counts as follow-up.
    pub follow_up_days: i32,
    /// The team.
    pub team: Work,
    /// By owner, in order of name.
    pub owners: Vec<Work>,
    /// By kind, in order of name.
    pub kinds: Vec<KindRow>,
    /// The signs.
    pub signs: Vec<SignRow>,
    /// Number of owners and signs judged together.
    pub judged: usize,
    /// Parts of the process that cannot be told, and why.
    pub untold: Vec<(WorkPart, Untold)>,
    /// Leads without an owner.
    pub without_owner: usize,
    /// Days of the week on which the team rests, 0 = Monday; empty where that cannot be told.
    pub rest_weekdays: Vec<i32>,
    /// What else was noticed.
    pub warnings: Vec<Warning>,
}

impl Process {
    /// The questions: signs and owners, in the order of the signs.
    pub fn questions(&self) -> impl Iterator<Item = (&SignRow, &SignOf)> {
        self.signs.iter().flat_map(|row| {
            let asked = row.owners.iter();
            asked
                .filter(|of| of.standing == Standing::Question)
                .map(move |of| (row, of))
        })
    }
}
