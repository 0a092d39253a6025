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

/// The leads that came in since a day, and those of which no date says when: what earlier ones tell of chances is too low
/// where the record of closings begins that late.
pub(crate) fn on_record_since(leads: &Leads, since: Option<Day>) -> Option<Leads> {
    let since = since?;
    let rows: Vec<usize> = (0..leads.len())
        .filter(|&row| leads.created[row].is_none_or(|created| created >= since))
        .collect();
    Some(leads.take(&rows, leads.as_of))
}
