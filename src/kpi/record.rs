//! From when on the data is a record: one rule for every command that tells of months.

use crate::domain::{Day, Leads, Month};
use crate::forecast::first_whole_month;
use crate::kpi::incidence::record_from;

/// The first month that the data holds as a whole: leads and closings are both on record from its beginning on, and the leads
/// that came before it are not older than the record of their closings. None without dates.
pub(crate) fn first_month_on_record(leads: &Leads) -> Option<Month> {
    let whole = first_whole_month(leads)?;
    Some(record_from(leads).map_or(whole, |since| whole.max(since.month())))
}

/// Days without a new lead before the as-of date that are said.
const QUIET: i32 = 31;

/// The day of the last lead, where none came in for a month before the as-of date: the export ends there, or business does.
pub(crate) fn last_lead(leads: &Leads) -> Option<Day> {
    let last = leads.created.iter().copied().flatten().max()?;
    (leads.as_of - last > QUIET).then_some(last)
}

/// Part of the leads that are not won that must have a value, as a share of that of the won ones.
const WRITTEN_LATE: f64 = 0.5;

/// Whether something is written down when a lead is won: far more of the won leads have it than of the others. `named` counts
/// (without, with) of the others, then of the won.
pub(crate) fn written_at_win(named: [[usize; 2]; 2]) -> bool {
    let share = |[without, with]: [usize; 2]| with as f64 / (without + with).max(1) as f64;
    let [others, won] = named;
    won[1] > 0 && share(others) < WRITTEN_LATE * share(won)
}

/// The leads that came in since a day, and those of which no date says when: what earlier ones tell of chances is too low
/// where the record of closings begins that late.
pub(crate) fn on_record_since(leads: &Leads, since: Option<Day>) -> Option<Leads> {
    let since = since?;
    let rows: Vec<usize> = (0..leads.len())
        .filter(|&row| leads.created[row].is_none_or(|created| created >= since))
        .collect();
    Some(leads.take(&rows, leads.as_of))
}
