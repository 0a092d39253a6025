//! What is known of a lead when it comes in, as numbers: nothing that says who holds it or what was done about it.

use std::ops::Range;

use crate::domain::{Column, Leads, MISSING, Role};
use crate::features::{Encoder, Encoding, Feature, Origin, Recipe, Sample, screen};
use crate::kpi::owners::lives::Lives;
use crate::score::Warning;

/// Most columns: beyond that a text of many values is left out.
const MOST_COLUMNS: usize = 400;
/// Share of leads whose value is the one that most leads of their owner have, from which a column says who holds a lead.
const SAYS_OWNER: f64 = 0.99;
/// Wins for each stretch of time, and most stretches.
const WINS_OF_A_STRETCH: usize = 60;
const STRETCHES: usize = 8;

/// Sparse rows in groups of columns, one group a feature.
#[derive(Debug, Clone)]
pub(super) struct Design {
    /// Number of columns, without the intercept.
    pub(super) columns: usize,
    /// Columns of each feature.
    pub(super) groups: Vec<Range<usize>>,
    offsets: Vec<usize>,
    cells: Vec<(u16, f32)>,
}

impl Design {
    /// A design of no columns.
    fn empty(rows: usize) -> Self {
        Self {
            columns: 0,
            groups: Vec::new(),
            offsets: vec![0; rows + 1],
            cells: Vec::new(),
        }
    }

    /// A design of one feature: a level for each life, 0 the one without a column.
    #[cfg(test)]
    pub(super) fn of_levels(level: &[usize]) -> Self {
        Self::empty(level.len()).with_levels(level)
    }

    /// The cells of a life that are not 0.
    pub(super) fn row(&self, life: usize) -> &[(u16, f32)] {
        &self.cells[self.offsets[life]..self.offsets[life + 1]]
    }

    /// The same with one group more: a level for each life, 0 the one without a column.
    pub(super) fn with_levels(&self, level: &[usize]) -> Self {
        let levels = level.iter().max().copied().unwrap_or(0);
        let first = self.columns;
        let mut more = Self::empty(0);
        more.columns = first + levels;
        more.groups.clone_from(&self.groups);
        more.groups.push(first..more.columns);
        for (life, &level) in level.iter().enumerate() {
            more.cells.extend_from_slice(self.row(life));
            if level > 0 {
                more.cells.push(((first + level - 1) as u16, 1.0));
            }
            more.offsets.push(more.cells.len());
        }
        more
    }
}

/// The design of these lives, and what is worth knowing about it.
pub(super) fn design(leads: &Leads, lives: &Lives) -> (Design, Vec<Warning>) {
    let stretch = stretches(lives);
    let (recipe, warnings) = recipe(leads, lives);
    let base = Design::empty(lives.len());
    let Ok(encoder) = Encoder::new(&recipe, leads, &[]) else {
        return (base.with_levels(&stretch), warnings);
    };
    let codes = encoder.codes(&lives.row, leads.as_of, None);
    let mut design = Design::empty(0);
    let mut column_of = Vec::new();
    for feature in &recipe.features {
        let first = design.columns;
        let columns: Vec<Option<u16>> = (0..feature.encoding.levels() as u16)
            .map(|level| {
                (level != feature.reference).then(|| {
                    design.columns += 1;
                    (design.columns - 1) as u16
                })
            })
            .collect();
        design.groups.push(first..design.columns);
        column_of.push(columns);
    }
    for life in 0..lives.len() {
        for (code, columns) in codes.row(life).iter().zip(&column_of) {
            let (level, above) = (usize::from(code.lower()), code.fraction());
            for (level, part) in [(level, 1.0 - above), (level + 1, above)] {
                if part > 0.0
                    && let Some(&Some(column)) = columns.get(level)
                {
                    design.cells.push((column, part));
                }
            }
        }
        design.offsets.push(design.cells.len());
    }
    (design.with_levels(&stretch), warnings)
}

/// Stretches of time of equal numbers of leads, for what changed for everybody: no owner is to blame for a bad season.
fn stretches(lives: &Lives) -> Vec<usize> {
    let count = (lives.wins() / WINS_OF_A_STRETCH).clamp(1, STRETCHES);
    // The lives are in the order of their creation.
    let n = lives.len().max(1);
    let mut level: Vec<usize> = (0..lives.len()).map(|i| i * count / n).collect();
    // Leads of the same day are in the same stretch.
    for i in 1..level.len() {
        if lives.age[i] == lives.age[i - 1] {
            level[i] = level[i - 1];
        }
    }
    level
}

/// The features known when a lead comes in, without those that say who holds it or what he does.
fn recipe(leads: &Leads, lives: &Lives) -> (Recipe, Vec<Warning>) {
    let sample = Sample {
        leads,
        rows: &lives.row,
        won: lives.wins().min(lives.len() - lives.wins()),
        moments: &[],
        segments: None,
    };
    let mut recipe = Recipe::learn(sample, &screen(leads));
    let mut told = Vec::new();
    let mut columns = 0;
    recipe.features.retain(|feature| {
        let Some(name) = at_creation(feature) else {
            return false;
        };
        let role = (leads.roles.iter()).find(|(_, column)| *column == name);
        let role = role.map(|(&role, _)| role);
        // The customer is whom a fold leaves out; how it is sold is the owner's doing.
        if matches!(
            role,
            Some(Role::Owner | Role::Customer | Role::Channel | Role::Created)
        ) {
            return false;
        }
        let of_lead = matches!(role, Some(Role::Source | Role::Product | Role::Region));
        if !of_lead && says_owner(leads, lives, name) {
            told.push(Warning {
                code: "says-owner".to_owned(),
                message: format!(
                    "`{name}` has one value for each owner: it says who holds a lead and not what the lead is, and is not \
                     used to say what was expected"
                ),
                column: Some(name.to_owned()),
            });
            return false;
        }
        columns += feature.encoding.levels();
        columns <= MOST_COLUMNS
    });
    (recipe, told)
}

/// The column of a feature that is known when a lead comes in.
fn at_creation(feature: &Feature) -> Option<&str> {
    match (&feature.origin, &feature.encoding) {
        // Shares of wins would be those of the leads that are judged by them.
        (_, Encoding::Target(_)) => None,
        (Origin::Column(name) | Origin::DatePart(name, _), _) => Some(name),
        _ => None,
    }
}

/// Whether a text has one value for each owner, though several in all.
fn says_owner(leads: &Leads, lives: &Lives, name: &str) -> bool {
    let Some(Column::Text(category)) = leads.table.get(name) else {
        return false;
    };
    let levels = category.levels.len();
    if lives.owners.len() < 2 || levels < 2 {
        return false;
    }
    let mut all = vec![0_usize; levels];
    let mut of = vec![vec![0_usize; levels]; lives.owners.len()];
    let mut n = 0_usize;
    for (&row, &owner) in lives.row.iter().zip(&lives.owner) {
        if category.codes[row] != MISSING {
            let level = category.codes[row] as usize;
            all[level] += 1;
            of[owner][level] += 1;
            n += 1;
        }
    }
    let most = |counts: &Vec<usize>| counts.iter().max().copied().unwrap_or(0);
    let own: usize = of.iter().map(most).sum();
    own as f64 >= SAYS_OWNER * n as f64 && (most(&all) as f64) < 0.95 * own as f64
}
