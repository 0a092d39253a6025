//! The tests beside the rules: example leads, run when the rules are loaded.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::domain::{
    Category, Column, Condition, Day, Fault, Faults, Kind, Op, Role, Scalar, Table, Test,
};
use crate::project::condition::parse_time;
use crate::project::written::At;
use crate::project::{Project, Source};

use super::explain::verdict;
use super::fields::Derived;
use super::load::Draft;

/// One field that a test gives to its lead.
pub(super) struct Given {
    pub(super) field: String,
    /// None: written as empty, so missing.
    pub(super) value: Option<Scalar>,
    /// Of the value.
    pub(super) span: Range<usize>,
}

/// One `[[segment.test]]`.
pub(super) struct Trial {
    pub(super) lead: Vec<Given>,
    pub(super) matches: At<bool>,
    pub(super) as_of: Option<Day>,
}

/// What a field must hold for a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Want {
    Number,
    Text,
    Boolean,
    Time,
}

impl Want {
    const fn noun(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Text => "text",
            Self::Boolean => "true or false",
            Self::Time => "a date",
        }
    }

    const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Number => Self::Number,
            Kind::Text => Self::Text,
            Kind::Boolean => Self::Boolean,
            Kind::Date | Kind::Moment => Self::Time,
        }
    }

    /// What an operator asks for; none where any kind will do, or a text that may be a date.
    fn by(op: &Op) -> Option<Self> {
        match op {
            Op::Missing | Op::Present => None,
            Op::Contains(_) | Op::StartsWith(_) | Op::Matches(_) => Some(Self::Text),
            Op::Within(_) | Op::OlderThan(_) => Some(Self::Time),
            op => match op.scalars().first()? {
                Scalar::Number(_) => Some(Self::Number),
                Scalar::Boolean(_) => Some(Self::Boolean),
                Scalar::Date(_) | Scalar::Moment(_) => Some(Self::Time),
                Scalar::Text(text) => parse_time(text).is_none().then_some(Self::Text),
            },
        }
    }
}

/// What each field holds, as far as the rules and the project say, and who says so.
type Wants = BTreeMap<String, (Want, String)>;

/// Runs every test of every rule that has no fault, after a check that all rules compare a field with the same kind of
/// value.
pub(super) fn run(project: &Project, drafts: &[Draft], sources: &[Source]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut wants = known_wants(project);
    for draft in drafts {
        for test in draft.when.iter().flat_map(Condition::tests) {
            faults.extend(agree(
                project,
                &mut wants,
                draft,
                test,
                &sources[draft.source],
            ));
        }
    }
    if !faults.is_empty() {
        return faults;
    }
    for draft in drafts {
        let source = &sources[draft.source];
        for trial in &draft.tests {
            if let Some(when) = &draft.when {
                if let Err(wrong) = one(project, &wants, draft, when, trial, source) {
                    faults.extend(wrong.0);
                }
            } else if !draft.has_when {
                let fault = Fault::error(
                    "test-without-when",
                    format!("segment \"{}\" has no `when` to test", draft.name.value),
                );
                let place = source.place(trial.matches.span.clone());
                faults.push(
                    fault
                        .at(place)
                        .hint("delete the test, or move it to another segment"),
                );
            }
        }
    }
    faults
}

/// The column behind a role's name, else the name itself.
fn canonical<'p>(project: &'p Project, field: &'p str) -> &'p str {
    let role = Role::ALL.into_iter().find(|role| role.key() == field);
    role.and_then(|role| project.leads.roles.get(&role))
        .map_or(field, String::as_str)
}

/// What the project says about fields: derived ones, roles that are dates or money, and declared types.
fn known_wants(project: &Project) -> Wants {
    let mut wants = Wants::new();
    for (name, derived) in Derived::ALL {
        wants.insert(name.to_owned(), (Want::of(derived.kind()), String::new()));
    }
    for (role, column) in &project.leads.roles {
        let want = match role {
            Role::Created | Role::Closed | Role::Contacted | Role::ExpectedClose | Role::Paid => {
                Want::Time
            }
            Role::Amount | Role::StatedAmount | Role::ListPrice => Want::Number,
            _ => continue,
        };
        wants.insert(column.clone(), (want, String::new()));
    }
    for (column, kind) in &project.leads.types {
        wants.insert(column.clone(), (Want::of(*kind), String::new()));
    }
    wants
}

/// Notes what a test asks of its field; a fault if that differs from what is known.
fn agree(
    project: &Project,
    wants: &mut Wants,
    draft: &Draft,
    test: &Test,
    source: &Source,
) -> Option<Fault> {
    let want = Want::by(&test.op)?;
    let field = canonical(project, &test.field);
    let Some((known, by)) = wants.get(field) else {
        wants.insert(field.to_owned(), (want, draft.name.value.clone()));
        return None;
    };
    if *known == want {
        return None;
    }
    let (message, hint) = if by.is_empty() {
        (
            format!(
                "`{}` is {}, but `{}` asks for {}",
                test.field,
                known.noun(),
                test.op,
                want.noun()
            ),
            "compare it with a value of its own kind",
        )
    } else {
        (
            format!(
                "`{}` is taken for {} here (`{}`), but for {} in segment \"{by}\"",
                test.field,
                want.noun(),
                test.op,
                known.noun()
            ),
            "a column holds one kind of value: one of the two is wrong",
        )
    };
    let fault = Fault::error("wrong-comparison", message);
    Some(fault.at(source.place(test.span.clone())).hint(hint))
}

/// Runs one test.
fn one(
    project: &Project,
    wants: &Wants,
    draft: &Draft,
    when: &Condition,
    trial: &Trial,
    source: &Source,
) -> Result<(), Faults> {
    let table = example(project, wants, when, trial, source)?;
    if trial.as_of.is_none() {
        needs_as_of(project, draft, when, trial, source)?;
    }
    let as_of = trial.as_of.unwrap_or_default().start();
    let (holds, reasons) = verdict(when, &table, as_of)
        .map_err(|faults| faults.located(&source.file, &source.text))?;
    if holds == trial.matches.value {
        return Ok(());
    }
    let reasons: Vec<String> = reasons
        .into_iter()
        .map(|reason| match reason.value {
            Some(value) => format!("`{}` (the lead has {value})", reason.condition),
            None => format!("`{}` (the lead has nothing there)", reason.condition),
        })
        .collect();
    let (message, word) = if holds {
        ("should not match this lead, but does", "what matched")
    } else {
        ("should match this lead, but does not", "what failed")
    };
    let fault = Fault::error(
        "failed-test",
        format!("by its test, segment \"{}\" {message}", draft.name.value),
    )
    .at(source.place(trial.matches.span.clone()))
    .hint(format!("{word}: {}", reasons.join("; ")));
    Err(Faults(vec![fault]))
}

/// What a test gives for a field, under its column's or its role's name.
fn given<'t>(project: &Project, trial: &'t Trial, field: &str) -> Option<&'t Given> {
    let column = canonical(project, field);
    trial
        .lead
        .iter()
        .find(|given| canonical(project, &given.field) == column)
}

/// The lead of a test as a table of one row, with every field that the rule reads.
fn example(
    project: &Project,
    wants: &Wants,
    when: &Condition,
    trial: &Trial,
    source: &Source,
) -> Result<Table, Faults> {
    let mut table = Table::with_rows(1);
    for test in when.tests() {
        if table.position(&test.field).is_some() {
            continue;
        }
        let field = canonical(project, &test.field);
        let want = wants.get(field).map(|(want, _)| *want);
        let moment = Derived::named(field) == Some(Derived::LastActivityAt);
        let given = given(project, trial, &test.field);
        table.insert(&test.field, value(given, want, moment, source)?);
    }
    Ok(table)
}

/// A span of time before an unknown day cannot be tested.
fn needs_as_of(
    project: &Project,
    draft: &Draft,
    when: &Condition,
    trial: &Trial,
    source: &Source,
) -> Result<(), Faults> {
    let spans = when
        .tests()
        .into_iter()
        .filter(|test| matches!(test.op, Op::Within(_) | Op::OlderThan(_)));
    for test in spans {
        if let Some(given) =
            given(project, trial, &test.field).filter(|given| given.value.is_some())
        {
            let fault = Fault::error(
                "test-needs-as-of",
                format!(
                    "this test of segment \"{}\" gives a date for `{}`, but not the day that it is looked at",
                    draft.name.value, given.field
                ),
            )
            .at(source.place(given.span.clone()))
            .hint("add to the test for example as_of = \"2026-07-01\"");
            return Err(Faults(vec![fault]));
        }
    }
    Ok(())
}

/// A column of one row with what a test gives.
fn value(
    given: Option<&Given>,
    want: Option<Want>,
    moment: bool,
    source: &Source,
) -> Result<Column, Faults> {
    let scalar = given.and_then(|given| given.value.as_ref());
    let Some((given, scalar)) = given.zip(scalar) else {
        return Ok(match want {
            Some(Want::Number) => Column::Number(vec![f64::NAN]),
            Some(Want::Boolean) => Column::Boolean(vec![None]),
            Some(Want::Time) => Column::Moment(vec![None]),
            Some(Want::Text) | None => text(None),
        });
    };
    let wrong = |want: Want| {
        let message = format!(
            "the test gives {} for `{}`, but the rule takes it for {}",
            scalar.noun(),
            given.field,
            want.noun()
        );
        let fault = Fault::error("wrong-comparison", message)
            .at(source.place(given.span.clone()))
            .hint("write the value of the test as the rule compares it");
        Faults(vec![fault])
    };
    let scalar = match (want, scalar) {
        (Some(Want::Time), Scalar::Text(text)) => {
            parse_time(text).ok_or_else(|| wrong(Want::Time))?
        }
        (_, scalar) => scalar.clone(),
    };
    let is = match scalar {
        Scalar::Number(_) => Want::Number,
        Scalar::Text(_) => Want::Text,
        Scalar::Boolean(_) => Want::Boolean,
        Scalar::Date(_) | Scalar::Moment(_) => Want::Time,
    };
    if let Some(want) = want.filter(|want| *want != is) {
        return Err(wrong(want));
    }
    Ok(match scalar {
        Scalar::Number(number) => Column::Number(vec![number]),
        Scalar::Text(written) => text(Some(&written)),
        Scalar::Boolean(yes) => Column::Boolean(vec![Some(yes)]),
        Scalar::Date(day) if moment => Column::Moment(vec![Some(day.start())]),
        Scalar::Date(day) => Column::Date(vec![Some(day)]),
        Scalar::Moment(moment) => Column::Moment(vec![Some(moment)]),
    })
}

fn text(value: Option<&str>) -> Column {
    Column::Text(Category::from_texts([value]))
}
