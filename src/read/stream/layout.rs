//! What a block of rows is read for: the columns that are wanted, and what must hold of each.

use std::collections::BTreeMap;

use crate::domain::{Kind, Role};
use crate::project::{OutcomeSpec, Project};
use crate::read::column::Ask;
use crate::read::frame::Plan;
use crate::read::source::Source;
use crate::read::values::ValueReader;

/// A wanted column.
pub(super) struct Wanted {
    /// Its name.
    pub(super) name: String,
    /// Its position in the file.
    pub(super) field: usize,
    /// What is asked of it.
    pub(super) ask: Ask,
    /// The kind to try where nothing is asked.
    pub(super) kind: Kind,
    /// Whether its values are given on; else they are only held against what is asked.
    pub(super) given: bool,
}

/// How rows are read.
pub(super) struct Layout<'a> {
    pub(super) reader: ValueReader<'a>,
    pub(super) delimiter: u8,
    /// Fields of a row.
    pub(super) width: usize,
    /// The wanted columns; those first for which a row may be set aside.
    pub(super) wanted: Vec<Wanted>,
    /// Position in the file of the identifier and its name.
    pub(super) id: (usize, &'a str),
    /// Position in the file of the outcome, its name, and the words for won and lost.
    pub(super) outcome: (usize, &'a str, &'a [String], &'a [String]),
    /// Position in `wanted` of the amount, and its name.
    pub(super) amount: Option<(usize, &'a str)>,
    /// Whether negative amounts are refunds.
    pub(super) refunds: bool,
}

impl<'a> Layout<'a> {
    /// The layout of a file whose columns are to be of these kinds; none where a row cannot be read on its own, or where
    /// reading it would end in a message that takes the whole file to write.
    pub(super) fn new(
        project: &'a Project,
        plan: &Plan<'_>,
        source: &Source,
        kinds: &BTreeMap<String, Kind>,
    ) -> Option<Self> {
        let position = |name: &str| source.header.iter().position(|column| column == name);
        let spec = &project.leads;
        let id = spec.id.as_deref()?;
        let OutcomeSpec::Values { column, won, lost } = &spec.outcome else {
            return None;
        };
        let named = plan.wishes.iter().map(|wish| wish.column.as_str());
        let all_there = named
            .chain(kinds.keys().map(String::as_str))
            .chain(spec.types.keys().map(String::as_str))
            .chain(spec.known.keys().map(String::as_str))
            .all(|name| position(name).is_some_and(|i| !source.unnamed[i]));
        if !all_there {
            return None;
        }
        let mut wanted = Vec::new();
        for (field, name) in source.header.iter().enumerate() {
            let ask = plan.ask(name);
            let given = kinds.get(name);
            if let Some(&kind) = given
                && !suits(&ask, kind)
            {
                return None;
            }
            if given.is_some() || ask.strict() {
                wanted.push(Wanted {
                    name: name.clone(),
                    field,
                    ask,
                    kind: given.copied().unwrap_or(Kind::Text),
                    given: given.is_some(),
                });
            }
        }
        wanted.sort_by_key(|column| !column.ask.strict());
        let amount = spec.roles.get(&Role::Amount).map(String::as_str);
        let amount = amount.and_then(|name| {
            let place = wanted.iter().position(|column| column.name == name)?;
            Some((place, name))
        });
        let mut reader = ValueReader::new(project);
        reader.numbers.semicolons = source.delimiter() == b';';
        Some(Self {
            reader,
            delimiter: source.delimiter(),
            width: source.header.len(),
            wanted,
            id: (position(id)?, id),
            outcome: (position(column)?, column, won, lost),
            amount,
            refunds: project.refunds,
        })
    }
}

/// Whether a column of which this is asked gives values of a kind.
fn suits(ask: &Ask, kind: Kind) -> bool {
    let asked = match ask {
        Ask::Ignore => return false,
        Ask::Guess => return true,
        Ask::Text { .. } => Kind::Text,
        Ask::Money => Kind::Number,
        Ask::YesNo => Kind::Boolean,
        Ask::Time | Ask::Declared(Kind::Date) => Kind::Moment,
        Ask::Declared(kind) => *kind,
    };
    asked == kind
}
