//! Predictive lead scoring as Odoo's CRM does it, to compare with: naive Bayes on frequency tables of closed leads.
//!
//! For each field and value it counts won and lost leads, 0.1 to begin with. A won lead counts for every stage, a lost
//! one for those up to where it stood. The score is the share of won leads times, field by field, the value's share of
//! that field's won (lost) counts: `s_w / (s_w + s_l)`, kept within 0.01 % and 99.99 %. It knows neither time nor how
//! many leads are still open. One sales team is taken, and no tags.

use std::collections::BTreeMap;

use crate::domain::{Category, Column, Day, Leads, MISSING};
use crate::features::{Origin, Recipe};

/// What every count begins with.
const BEGIN: f64 = 0.1;

/// What Odoo reads of a lead: the stage that it stands in (from 0), and the value of each field (none: empty).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OdooCells {
    /// Position of the stage.
    pub stage: usize,
    /// One code a field.
    pub fields: Vec<Option<u32>>,
}

/// The frequency tables.
#[derive(Debug, Clone)]
pub struct Odoo {
    /// Won and lost counts of each stage.
    stages: Vec<[f64; 2]>,
    /// Of each field and value.
    values: BTreeMap<(usize, u32), [f64; 2]>,
    /// Sums over the values of each field.
    totals: BTreeMap<usize, [f64; 2]>,
}

impl Odoo {
    /// Counts closed leads, each with whether it was won, in a pipeline of `stages` stages.
    pub fn learn(closed: impl Iterator<Item = (OdooCells, bool)>, stages: usize) -> Self {
        let mut tables = Self {
            stages: vec![[0.0; 2]; stages.max(1)],
            values: BTreeMap::new(),
            totals: BTreeMap::new(),
        };
        let add = |cell: &mut [f64; 2], won: bool| {
            if *cell == [0.0; 2] {
                *cell = [BEGIN; 2];
            }
            cell[usize::from(!won)] += 1.0;
        };
        for (lead, won) in closed {
            let reached = if won {
                tables.stages.len()
            } else {
                (lead.stage + 1).min(tables.stages.len())
            };
            tables.stages[..reached]
                .iter_mut()
                .for_each(|cell| add(cell, won));
            for (field, value) in lead.fields.into_iter().enumerate() {
                if let Some(value) = value {
                    add(tables.values.entry((field, value)).or_default(), won);
                }
            }
        }
        for (&(field, _), cell) in &tables.values {
            let total = tables.totals.entry(field).or_default();
            total[0] += cell[0];
            total[1] += cell[1];
        }
        tables
    }

    /// The probability that Odoo shows, 0.0001-0.9999 in steps of 0.0001; none before anything was closed.
    pub fn score(&self, lead: &OdooCells) -> Option<f64> {
        let [won, lost] = self.stages[0];
        if won <= 0.0 || lost <= 0.0 {
            return None;
        }
        let mut share = [won / (won + lost), lost / (won + lost)];
        let stage = self.stages.get(lead.stage).filter(|cell| cell[0] > 0.0);
        let cells = stage.map(|cell| (cell, &self.stages[0])).into_iter();
        let fields = lead.fields.iter().enumerate().filter_map(|(field, value)| {
            let cell = self.values.get(&(field, (*value)?))?;
            Some((cell, self.totals.get(&field)?))
        });
        for (cell, total) in cells.chain(fields) {
            share[0] *= cell[0] / total[0];
            share[1] *= cell[1] / total[1];
        }
        let percent = 100.0 * share[0] / (share[0] + share[1]);
        Some(((percent * 100.0).round() / 100.0).clamp(0.01, 99.99) / 100.0)
    }
}

/// Reads what Odoo would know of leads: the texts and yes-or-no columns that are features of the model, and the stage.
#[derive(Debug)]
pub(crate) struct OdooLead<'a> {
    leads: &'a Leads,
    columns: Vec<Field<'a>>,
}

#[derive(Debug)]
enum Field<'a> {
    Text(&'a Category, Vec<u32>),
    Boolean(&'a [Option<bool>]),
}

impl<'a> OdooLead<'a> {
    /// For `leads`, the columns of `recipe`. Readers of one recipe give a text the same code whichever leads they read.
    pub(crate) fn reader(leads: &'a Leads, recipe: &Recipe) -> Self {
        let of = |name: &String| match leads.table.get(name)? {
            Column::Text(category) => {
                let codes = category.levels.iter().map(|level| code_of(level));
                Some(Field::Text(category, codes.collect()))
            }
            Column::Boolean(values) => Some(Field::Boolean(values)),
            _ => None,
        };
        let columns = recipe
            .features
            .iter()
            .filter_map(|feature| match &feature.origin {
                Origin::Column(name) => of(name),
                _ => None,
            });
        Self {
            leads,
            columns: columns.collect(),
        }
    }

    /// Stages of the pipeline; 1 without stage history.
    pub(crate) fn stages(&self) -> usize {
        let stages = self.leads.stages.as_ref();
        stages.map_or(1, |history| history.ordered.max(1))
    }

    /// A lead as of a day.
    pub(crate) fn lead(&self, row: usize, day: Day) -> OdooCells {
        let stages = self.leads.stages.as_ref();
        let stage = stages
            .and_then(|history| {
                let stage = history.stage_as_of(row, day)?.0 as usize;
                (stage < history.ordered).then_some(stage)
            })
            .unwrap_or(0);
        let value = |field: &Field<'_>| match field {
            Field::Text(category, codes) => match category.codes[row] {
                MISSING => None,
                code => codes.get(code as usize).copied(),
            },
            // Odoo leaves out what is false as it does what is empty.
            Field::Boolean(values) => values[row].filter(|&yes| yes).map(u32::from),
        };
        OdooCells {
            stage,
            fields: self.columns.iter().map(value).collect(),
        }
    }
}

/// A number for a text that is the same in every set of leads (FNV-1a, folded).
fn code_of(text: &str) -> u32 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash ^ (hash >> 32)) as u32
}
