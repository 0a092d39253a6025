//! A project that has passed every check; only this form can be used.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use crate::domain::{Condition, Day, Direction, Kind, Known, Measure, Role};

/// A checked project.
#[derive(Debug, Clone)]
pub struct Project {
    /// Folder that the project file lies in; every path below is joined to it.
    pub root: PathBuf,
    /// The project file itself, as the user would type it.
    pub file: PathBuf,
    /// Its text, for showing faults in its own lines.
    pub text: String,
    /// Name shown on reports.
    pub name: String,
    /// ISO code of the currency, shown only.
    pub currency: String,
    /// Where a day begins and how dates are written.
    pub calendar: Calendar,
    /// The as-of date, if the project fixes one.
    pub as_of: Option<Day>,
    /// Language of what is shown.
    pub language: Language,
    /// The leads; without files in a project of campaign files only.
    pub leads: LeadsSpec,
    /// Campaign files.
    pub channels: Option<ChannelsSpec>,
    /// How values are written.
    pub values: Values,
    /// Stage history.
    pub stages: Option<StagesSpec>,
    /// Activities.
    pub activities: Option<ActivitiesSpec>,
    /// Spend by month and source.
    pub spend: Option<SpendSpec>,
    /// Gross margin of a won unit of money, above 0 and at most 1.
    pub margin: f64,
    /// Whether negative amounts of won leads are refunds, which lower the revenue of their month; if not, such rows are
    /// set aside.
    pub refunds: bool,
    /// Targets by month.
    pub targets: Option<TargetsSpec>,
    /// Rule files, in order.
    pub rules: Vec<PathBuf>,
    /// The call list.
    pub calls: Calls,
    /// Folder of the record of calls; made at the first writing.
    pub log: PathBuf,
    /// Where the model file is kept.
    pub model: PathBuf,
    /// Columns that may act one way only.
    pub monotone: Vec<Monotone>,
}

impl Project {
    /// Every file that the project is read from: the project file, its rules, and its data.
    pub fn inputs(&self) -> Vec<&Path> {
        let leads = &self.leads;
        let mut files: Vec<&PathBuf> = vec![&self.file];
        files.extend(&leads.files);
        files.extend(leads.joins.iter().map(|join| &join.file));
        files.extend(self.stages.as_ref().map(|spec| &spec.file));
        files.extend(self.activities.as_ref().map(|spec| &spec.file));
        files.extend(self.spend.as_ref().map(|spec| &spec.file));
        files.extend(self.channels.iter().flat_map(|spec| &spec.files));
        files.extend(self.targets.as_ref().map(|spec| &spec.file));
        files.extend(&self.rules);
        files.into_iter().map(PathBuf::as_path).collect()
    }

    /// Whether there are leads: a project of campaign files has none.
    pub fn has_leads(&self) -> bool {
        !self.leads.files.is_empty()
    }

    /// Whether a file is one of them or of the record of calls, whatever path or link leads to it.
    pub fn reads(&self, file: &Path) -> bool {
        let Ok(file) = file.canonicalize() else {
            return false;
        };
        let same = |input: &Path| input.canonicalize().is_ok_and(|input| input == file);
        let record = ["results.csv", "shown.csv"].map(|name| self.log.join(name));
        self.inputs().into_iter().any(same) || record.iter().any(|file| same(file))
    }
}

/// A column of numbers that may act one way only on the chance to win.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Monotone {
    /// The column.
    pub column: String,
    /// Which way.
    pub direction: Direction,
    /// Byte range of the column's name in the project file, for faults that only the data shows.
    pub span: std::ops::Range<usize>,
}

/// Where a day begins, and how dates are written.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// The zone that moments with an offset are turned to; those without are in it already.
    pub zone: TimeZone,
    /// Order of day and month in dates like 03/04/2026; none: such dates are refused.
    pub order: Option<DateOrder>,
}

/// Order of day and month where the year comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// 31/12/2026.
    DayFirst,
    /// 12/31/2026.
    MonthFirst,
}

/// Language of what is shown; data and codes stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}

/// The lead files and what their columns mean.
#[derive(Debug, Clone)]
pub struct LeadsSpec {
    /// The files, found and sorted; at least one.
    pub files: Vec<PathBuf>,
    /// Column of the identifier; none: the number of the row stands for it (`id = "#row"`).
    pub id: Option<String>,
    /// How the outcome is told.
    pub outcome: OutcomeSpec,
    /// Days after which an open lead counts as lost, if the project says so.
    pub lost_after: Option<i32>,
    /// The column in each role, but for id and outcome.
    pub roles: BTreeMap<Role, String>,
    /// Kinds of columns where the guess from the values is wrong.
    pub types: BTreeMap<String, Kind>,
    /// Side tables.
    pub joins: Vec<Join>,
    /// When columns become known: those named; `creation_default` for the rest.
    pub known: BTreeMap<String, Known>,
    /// Whether columns that `known` does not name are known at creation (`creation = ["*"]`, the default); if not, they
    /// are never features.
    pub creation_default: bool,
    /// Share of faulty rows above which a run stops, 0-1 (`max_rejects`, default 0.05).
    pub max_rejects: f64,
}

/// How the outcome of a lead is told.
#[derive(Debug, Clone)]
pub enum OutcomeSpec {
    /// By the value of a column; every other value is open.
    Values {
        /// The column.
        column: String,
        /// Values that mean won.
        won: Vec<String>,
        /// Values that mean lost.
        lost: Vec<String>,
    },
    /// By conditions, won first; neither is open.
    Conditions {
        /// What makes it won.
        won: Condition,
        /// What makes it lost; none: nothing does.
        lost: Option<Condition>,
    },
}

/// A side table.
#[derive(Debug, Clone)]
pub struct Join {
    /// The file.
    pub file: PathBuf,
    /// Key column on the side of the leads.
    pub left: String,
    /// Key column on the side of the joined file.
    pub right: String,
    /// Columns to take; empty: all but the key.
    pub columns: Vec<String>,
}

/// How values are written.
#[derive(Debug, Clone)]
pub struct Values {
    /// Words that mean yes.
    pub yes: Vec<String>,
    /// Words that mean no.
    pub no: Vec<String>,
    /// Words that stand for nothing, beside the empty text.
    pub missing: Vec<String>,
    /// The decimal mark of numbers; none: numbers that may be read two ways are refused.
    pub decimal: Option<DecimalMark>,
}

/// What stands before the decimals; the other of the two then stands between thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalMark {
    /// 1,234.5.
    Point,
    /// 1.234,5.
    Comma,
}

/// Stage history file: column names and the order of the stages.
#[derive(Debug, Clone)]
pub struct StagesSpec {
    /// The file.
    pub file: PathBuf,
    /// Column of the lead's identifier.
    pub id: String,
    /// Column of the stage.
    pub stage: String,
    /// Column of the day or moment that it was entered.
    pub entered: String,
    /// The stages in order; may be empty.
    pub order: Vec<String>,
}

/// Activities file: column names.
#[derive(Debug, Clone)]
pub struct ActivitiesSpec {
    /// The file.
    pub file: PathBuf,
    /// Column of the lead's identifier.
    pub id: String,
    /// Column of the day or moment.
    pub at: String,
    /// Column of the kind, where there is one.
    pub kind: Option<String>,
    /// Column of who did it, where there is one.
    pub owner: Option<String>,
    /// Column of what came of it, where there is one.
    pub result: Option<String>,
    /// Column of when it was planned, where there is one.
    pub planned: Option<String>,
    /// Results that mean that somebody answered; none: the usual words decide.
    pub answered: Option<Vec<String>>,
}

/// Spend file: column names.
#[derive(Debug, Clone)]
pub struct SpendSpec {
    /// The file.
    pub file: PathBuf,
    /// Column of the month (or of a day in it).
    pub month: String,
    /// Column of the source.
    pub source: String,
    /// Column of the money.
    pub spend: String,
    /// Column of visits, where there is one.
    pub visits: Option<String>,
    /// Column of clicks, where there is one.
    pub clicks: Option<String>,
}

/// Campaign files: what their columns mean.
#[derive(Debug, Clone)]
pub struct ChannelsSpec {
    /// The files, found and sorted.
    pub files: Vec<PathBuf>,
    /// Column of the first day of the period, where there is one.
    pub date: Option<String>,
    /// Column of the region, where there is one.
    pub geo: Option<String>,
    /// How the channels stand in the file.
    pub form: ChannelsForm,
    /// Names that are the same channel: by name, the other spellings.
    pub merge: BTreeMap<String, Vec<String>>,
    /// Share of faulty rows above which a run stops, 0-1 (default 0.05).
    pub max_rejects: f64,
}

/// How the channels stand in a campaign file.
#[derive(Debug, Clone)]
pub enum ChannelsForm {
    /// A row for each period and channel, with the channel's own outcomes.
    Long {
        /// Column of the channel.
        channel: String,
        /// Column of the money, where there is one.
        spend: Option<String>,
        /// Columns of what came of it.
        counts: BTreeMap<Measure, String>,
        /// Daily means and rates that counts are worked out from, where the file has these instead.
        means: Option<MeansSpec>,
    },
    /// A row for each period (and region), a column of spend for each channel, and one outcome.
    Wide {
        /// Column of the spend of each channel.
        spend: Vec<(String, String)>,
        /// What the outcome counts.
        measure: Measure,
        /// Column of the outcome.
        outcome: String,
        /// Column of the money of one outcome, where it is not money itself.
        worth: Option<String>,
        /// Columns of what else moves it.
        controls: Vec<String>,
    },
}

/// Columns of daily means and rates.
#[derive(Debug, Clone)]
pub struct MeansSpec {
    /// Visits a day.
    pub visits_per_day: String,
    /// Days.
    pub days: String,
    /// Leads a visit.
    pub lead_rate: Option<String>,
    /// Orders a visit.
    pub order_rate: Option<String>,
}

/// Targets file: column names.
#[derive(Debug, Clone)]
pub struct TargetsSpec {
    /// The file.
    pub file: PathBuf,
    /// Column of the month.
    pub month: String,
    /// Column of the owner, where there is one; an empty owner is the team.
    pub owner: Option<String>,
    /// Column of the target.
    pub target: String,
}

/// What a call list may hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calls {
    /// Calls per owner and day.
    pub capacity: usize,
    /// Days within which a new lead is to be touched first.
    pub sla_days: i32,
    /// Share of the capacity, 0-1, that is set aside for leads that nobody has touched yet.
    pub sla_share: f64,
    /// Share of the capacity, 0-1, that is drawn by lot, to learn what a call changes; only where lists are logged.
    pub explore_share: f64,
    /// Hours that must lie before the first, second ... attempt, since the one before it; the last counts for all later
    /// ones.
    pub gaps_hours: [u32; Self::GAPS],
    /// Attempts in a row without an answer after which a lead is given up, if a call to it costs more than it brings.
    pub give_up_after: u32,
    /// What a call costs, money (deals without amounts).
    pub call_cost: f64,
}

impl Calls {
    /// Most gaps that a project can name.
    pub const GAPS: usize = 6;
    /// What holds where the project says nothing.
    pub const USUAL: Self = Self {
        capacity: 20,
        sla_days: 3,
        sla_share: 0.2,
        explore_share: 0.1,
        gaps_hours: [0, 4, 24, 48, 96, 168],
        give_up_after: 6,
        call_cost: 0.0,
    };
}

impl Default for Calls {
    fn default() -> Self {
        Self::USUAL
    }
}
