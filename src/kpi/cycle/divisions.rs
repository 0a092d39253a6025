//! The cycle by source, product and sales method.

use crate::domain::{Leads, MISSING, Role};
use crate::kpi::conversion::named_at_win;
use crate::kpi::cycle::result::{CycleBy, CycleRow, Pace};
use crate::kpi::cycle::{Days, Field, days};
use crate::kpi::gate::{claims, p_value};
use crate::kpi::incidence::{Incidence, Span, followed};

/// Fewest wins on either side of a comparison.
const LEAST_WINS: usize = 10;
/// Leads of a group that must have been followed for as long as most wins take.
const OLD_LEADS: usize = 10;

/// What the leads are divided by.
const ROLES: [Role; 3] = [Role::Source, Role::Product, Role::Channel];

/// Those of them that are written down when a lead is won: they tell nothing of how leads are won.
pub(super) fn at_win(leads: &Leads) -> Vec<Role> {
    (ROLES.into_iter())
        .filter(|&role| named_at_win(leads, role))
        .collect()
}

/// By every role that the project names. Which groups are faster or slower is decided over all of them together.
pub(super) fn divisions(field: &Field<'_>) -> Vec<CycleBy> {
    let mut all: Vec<CycleBy> = (ROLES.into_iter())
        .filter(|&by| !named_at_win(field.leads, by))
        .filter_map(|by| {
            let rows = division(field, by)?;
            Some(CycleBy { by, rows })
        })
        .collect();
    let mut told: Vec<&mut CycleRow> = (all.iter_mut())
        .flat_map(|by| &mut by.rows)
        .filter(|row| row.p_value.is_some())
        .collect();
    let p_values: Vec<f64> = told.iter().filter_map(|row| row.p_value).collect();
    for (row, claimed) in told.iter_mut().zip(claims(&p_values)) {
        if !claimed {
            row.pace = None;
        }
    }
    all
}

fn division(field: &Field<'_>, role: Role) -> Option<Vec<CycleRow>> {
    let column = field.leads.text(role)?;
    let groups = column.levels.len();
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); groups + 1];
    for (i, &row) in field.rows.iter().enumerate() {
        let code = column.codes[row];
        let group = if code == MISSING {
            groups
        } else {
            code as usize
        };
        members[group].push(i);
    }
    let mut rows: Vec<CycleRow> = (members.iter().enumerate())
        .filter(|(_, members)| !members.is_empty())
        .map(|(group, members)| group_row(field, column.levels.get(group).cloned(), members))
        .collect();
    rows.sort_by(|a, b| b.leads.cmp(&a.leads).then_with(|| a.name.cmp(&b.name)));
    Some(rows)
}

fn group_row(field: &Field<'_>, name: Option<String>, members: &[usize]) -> CycleRow {
    let pick = |spans: &[Span]| -> Vec<Span> { members.iter().map(|&i| spans[i]).collect() };
    let (wins, losses) = (pick(&field.wins), pick(&field.losses));
    let own = Incidence::new(wins.iter().copied(), field.horizon);
    let rows: Vec<usize> = members.iter().map(|&i| field.rows[i]).collect();
    let long = followed(field.leads, &rows, OLD_LEADS) >= field.nearly_all() as i32;
    let untold = |n| Days {
        n,
        median: None,
        p80: None,
        so_far: None,
    };
    let lost = Incidence::new(losses.iter().copied(), field.horizon);
    let compared = if long {
        compare(field, &own, members)
    } else {
        None
    };
    CycleRow {
        name,
        leads: members.len(),
        conversion: own.share(),
        to_win: if long {
            days(&own, &wins)
        } else {
            untold(own.events)
        },
        to_lose: if long {
            days(&lost, &losses)
        } else {
            untold(lost.events)
        },
        followed: long,
        pace: compared.map(|(z, _)| if z > 0.0 { Pace::Faster } else { Pace::Slower }),
        p_value: compared.map(|(_, p)| p),
    }
}

/// Whether the wins of a group come sooner than those of the others: the share of each side's wins that have come by the
/// median day of all (the median test, with shares completed for age). Above 0: sooner.
fn compare(field: &Field<'_>, own: &Incidence, members: &[usize]) -> Option<(f64, f64)> {
    if own.events < LEAST_WINS {
        return None;
    }
    let mut inside = vec![false; field.rows.len()];
    members.iter().for_each(|&i| inside[i] = true);
    let others = (field.wins.iter().zip(&inside))
        .filter(|(_, inside)| !**inside)
        .map(|(span, _)| *span);
    sooner(&field.all, own, &Incidence::new(others, field.horizon))
}

/// z and p-value of the comparison of two groups at the median day of all; none with too few wins in either.
pub(crate) fn sooner(all: &Incidence, own: &Incidence, others: &Incidence) -> Option<(f64, f64)> {
    if own.events < LEAST_WINS || others.events < LEAST_WINS {
        return None;
    }
    let median = (1..=all.days()).find(|&day| all.by(day) >= 0.5 * all.total())?;
    // Were they alike, the share would be that of all: variances by that hold for few wins too.
    let share = all.by(median) / all.total();
    let ((a, va), (b, vb)) = (
        own.share_by(median, share)?,
        others.share_by(median, share)?,
    );
    let spread = (va + vb).sqrt();
    if spread <= 0.0 {
        return None;
    }
    let z = (a - b) / spread;
    Some((z, p_value(z)))
}
