//! The fields that rules read, as they were known on a day: columns, roles and derived ones.

use std::collections::BTreeSet;

use crate::domain::{
    Category, Column, Day, Fault, Faults, Kind, Known, Leads, MISSING, Outcome, Place, Role,
    StageHistory, Table, Test,
};
use crate::project::nearest;

use super::{Rules, located};

/// A field that is worked out from dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Derived {
    /// Days since the lead came in.
    AgeDays,
    /// Days since it entered the stage that it is in.
    DaysInStage,
    /// When the last activity was.
    LastActivityAt,
    /// Number of activities in the last seven days.
    Activities7d,
}

impl Derived {
    pub(super) const ALL: [(&'static str, Self); 4] = [
        ("age_days", Self::AgeDays),
        ("days_in_stage", Self::DaysInStage),
        ("last_activity_at", Self::LastActivityAt),
        ("activities_7d", Self::Activities7d),
    ];

    /// The derived field of a name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(word, _)| *word == name)
            .map(|(_, derived)| *derived)
    }

    /// What it holds.
    pub(super) const fn kind(self) -> Kind {
        match self {
            Self::LastActivityAt => Kind::Moment,
            _ => Kind::Number,
        }
    }

    /// What the project must have for it, in words; none if it has it.
    fn needs(self, leads: &Leads) -> Option<&'static str> {
        match self {
            Self::AgeDays if !leads.roles.contains_key(&Role::Created) => {
                Some("`created` under [leads]")
            }
            Self::DaysInStage if leads.stages.is_none() => Some("the table [stages]"),
            Self::LastActivityAt | Self::Activities7d if leads.activities.is_none() => {
                Some("the table [activities]")
            }
            _ => None,
        }
    }

    fn column(self, leads: &Leads, day: Day) -> Column {
        let rows = 0..leads.len();
        let number = |of: &dyn Fn(usize) -> Option<f64>| {
            Column::Number(
                rows.clone()
                    .map(|row| of(row).unwrap_or(f64::NAN))
                    .collect(),
            )
        };
        match self {
            Self::AgeDays => {
                number(&|row| leads.age(row, day).filter(|&age| age > 0).map(f64::from))
            }
            Self::DaysInStage => number(&|row| {
                let (_, entered) = leads.stages.as_ref()?.stage_as_of(row, day)?;
                Some(f64::from(day - entered))
            }),
            Self::Activities7d => number(&|row| {
                let activities = leads.activities.as_ref()?;
                Some(activities.count_within(row, day, 7) as f64)
            }),
            Self::LastActivityAt => Column::Moment(
                rows.map(|row| leads.activities.as_ref()?.last_before(row, day))
                    .collect(),
            ),
        }
    }
}

/// What the name of a field stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field<'l> {
    /// Worked out from dates.
    Derived(Derived),
    /// The stage as of the day, from the stage history.
    StageHistory,
    /// A column of the files, with the role that it plays.
    Column(&'l str, Option<Role>),
}

/// Finds what a test's field stands for.
fn resolve<'l>(test: &Test, leads: &'l Leads) -> Result<Field<'l>, Box<Fault>> {
    let name = test.field.as_str();
    let place = || Place::unlocated(test.span.clone());
    let column = leads
        .table
        .position(name)
        .map(|i| leads.table.names()[i].as_str());
    let clash = |other: &str| {
        let fault = Fault::error(
            "ambiguous-field",
            format!("`{name}` is a column of the file and also {other}"),
        )
        .at(place())
        .hint("give the column another name in the file, or leave it out of the rules");
        Box::new(fault)
    };
    if let Some(derived) = Derived::named(name) {
        if column.is_some() {
            return Err(clash("a field that forerun works out itself"));
        }
        if let Some(needs) = derived.needs(leads) {
            let fault = Fault::error(
                "field-needs-data",
                format!("`{name}` cannot be worked out: the project file lacks {needs}"),
            )
            .at(place())
            .hint("add it to the project file, or take the field out of the rule");
            return Err(Box::new(fault));
        }
        return Ok(Field::Derived(derived));
    }
    let role = Role::ALL.into_iter().find(|role| role.key() == name);
    let behind = role.and_then(|role| leads.roles.get(&role));
    if let (Some(role), Some(behind)) = (role, behind) {
        if column.is_some() && behind != name {
            return Err(clash(&format!(
                "the role `{}`, which is played by the column `{behind}`",
                role.key()
            )));
        }
        if role == Role::Stage && leads.stages.is_some() {
            return Ok(Field::StageHistory);
        }
        if let Some(i) = leads.table.position(behind) {
            return Ok(Field::Column(&leads.table.names()[i], Some(role)));
        }
    }
    if role == Some(Role::Stage) && leads.stages.is_some() {
        return match column {
            Some(_) => Err(clash("the stage of the table [stages]")),
            None => Ok(Field::StageHistory),
        };
    }
    let column = column.ok_or_else(|| Box::new(unknown(test, leads)))?;
    let role = leads
        .roles
        .iter()
        .find(|(_, behind)| *behind == column)
        .map(|(role, _)| *role);
    if role == Some(Role::Stage) && leads.stages.is_some() {
        return Ok(Field::StageHistory);
    }
    Ok(Field::Column(column, role))
}

/// Every name that a rule may use.
pub(super) fn names(leads: &Leads) -> Vec<&str> {
    let columns = leads.table.names().iter().map(String::as_str);
    let roles = leads.roles.keys().map(|role| role.key());
    let derived = Derived::ALL
        .into_iter()
        .filter(|(_, derived)| derived.needs(leads).is_none())
        .map(|(name, _)| name);
    let stage = leads.stages.as_ref().map(|_| Role::Stage.key());
    columns.chain(roles).chain(derived).chain(stage).collect()
}

fn unknown(test: &Test, leads: &Leads) -> Fault {
    let hint = nearest(&test.field, names(leads)).map_or_else(
        || "use a column of the file (written as in its header), a role of [leads], or one of age_days, days_in_stage, last_activity_at, activities_7d".to_owned(),
        |name| format!("did you mean `{name}`?"),
    );
    Fault::error(
        "unknown-field",
        format!("there is no field `{}`", test.field),
    )
    .at(Place::unlocated(test.span.clone()))
    .hint(hint)
}

/// All the fields that the rules read, each under the name that the rules use, as they were known at 00:00 of `day`.
pub(super) fn table(rules: &Rules, leads: &Leads, day: Day) -> Result<Table, Faults> {
    let mut faults = Faults::default();
    let mut table = Table::with_rows(leads.len());
    for rule in &rules.rules {
        for test in rule.when.iter().flat_map(|when| when.tests()) {
            if table.position(&test.field).is_some() {
                continue;
            }
            match resolve(test, leads) {
                Ok(field) => table.insert(&test.field, column(field, leads, day)),
                Err(fault) => faults
                    .0
                    .extend(located(rules, rule, Faults(vec![*fault])).0),
            }
        }
    }
    if faults.0.is_empty() {
        Ok(table)
    } else {
        Err(faults)
    }
}

fn column(field: Field<'_>, leads: &Leads, day: Day) -> Column {
    match field {
        Field::Derived(derived) => derived.column(leads, day),
        Field::StageHistory => leads.stages.as_ref().map_or_else(
            || Column::Number(Vec::new()),
            |stages| stage(stages, leads.len(), day),
        ),
        Field::Column(name, role) => known_by(name, role, leads, day),
    }
}

/// The stage of each lead as of a day.
fn stage(stages: &StageHistory, rows: usize, day: Day) -> Column {
    let codes = (0..rows)
        .map(|row| {
            stages
                .stage_as_of(row, day)
                .map_or(MISSING, |(stage, _)| stage)
        })
        .collect();
    let mut category = Category {
        codes,
        levels: stages.names.clone(),
    };
    category.sort_levels();
    Column::Text(category)
}

/// Whether the project can say when a lead was first contacted.
fn contact_is_dated(leads: &Leads) -> bool {
    leads.roles.contains_key(&Role::Contacted) || leads.activities.is_some()
}

/// When the values of a column are known.
enum Since {
    /// From the first day.
    Creation,
    /// From the first contact.
    Contact,
    /// From the closing.
    Close,
    /// Only on the day that the leads were read for: nobody knows the earlier values.
    LastDay,
    /// Shown on any day, but nobody knows whether it was so then.
    Unknown,
}

/// When the values of a column are known: by its role, else by `[leads.known]`.
fn since(name: &str, role: Option<Role>, leads: &Leads) -> Since {
    let declared = leads.known.get(name);
    match role {
        Some(Role::Stage) => Since::LastDay,
        Some(Role::ExpectedClose | Role::ListPrice) => Since::Unknown,
        Some(Role::Contacted) => Since::Contact,
        Some(Role::Outcome | Role::Closed | Role::Amount | Role::Paid) => Since::Close,
        Some(Role::Id | Role::Created) => Since::Creation,
        Some(_) if declared.is_none() => Since::Creation,
        _ => match declared {
            Some(Known::Creation { .. }) => Since::Creation,
            Some(Known::Contact) => Since::Contact,
            Some(Known::Close) | None => Since::Close,
        },
    }
}

/// A column with the values emptied that were not known at 00:00 of a day.
fn known_by(name: &str, role: Option<Role>, leads: &Leads, day: Day) -> Column {
    let mut column = leads
        .table
        .get(name)
        .cloned()
        .unwrap_or_else(|| Column::Number(vec![f64::NAN; leads.len()]));
    let last_day = day == leads.as_of;
    let since = since(name, role, leads);
    let dated = contact_is_dated(leads);
    let hidden = |row: usize| match since {
        Since::Creation | Since::Unknown => false,
        Since::LastDay => !last_day,
        Since::Contact if !dated => !last_day,
        Since::Contact => leads.contacted[row].is_none_or(|contacted| contacted >= day),
        // On the last day the file itself says what is known.
        Since::Close if last_day => false,
        Since::Close => {
            leads.outcome[row] == Outcome::Open
                || leads.closed[row].is_none_or(|closed| closed >= day)
        }
    };
    let rows: Vec<usize> = (0..leads.len()).filter(|&row| hidden(row)).collect();
    for row in rows {
        column.clear(row);
    }
    column
}

/// The fields that the rules read which are neither known at creation nor dated in the stage history or activities. If
/// there is one, the segment is shown but is no feature of the model. Fields that are not there are not named: `lint`
/// says so.
pub fn undated_fields(rules: &Rules, leads: &Leads) -> Vec<String> {
    let mut undated: BTreeSet<&str> = BTreeSet::new();
    let tests = rules
        .rules
        .iter()
        .flat_map(|rule| rule.when.iter().flat_map(|when| when.tests()));
    for test in tests {
        let Ok(Field::Column(name, role)) = resolve(test, leads) else {
            continue;
        };
        let dated = match since(name, role, leads) {
            Since::Creation => true,
            Since::Contact => contact_is_dated(leads),
            Since::Close | Since::LastDay | Since::Unknown => false,
        };
        if !dated {
            undated.insert(&test.field);
        }
    }
    undated.into_iter().map(str::to_owned).collect()
}
