//! The table `[calls]`.

use toml::de::DeValue;

use super::checked::Calls;
use super::tables::Home;
use super::written::{Section, whole};

/// Rounding that sums of shares are forgiven.
const ROUNDING: f64 = 1e-9;

/// Reads `[calls]`.
pub(super) fn calls(section: Option<Section<'_, '_>>, home: Home<'_>) -> Calls {
    let mut calls = Calls::default();
    let Some(section) = section else {
        return calls;
    };
    if let Some(capacity) = section.whole_in("capacity", 1, 10_000) {
        calls.capacity = capacity as usize;
    }
    calls.sla_days = section
        .whole_in("sla_days", 0, 3_650)
        .unwrap_or(calls.sla_days);
    shares(&section, &mut calls);
    if let Some(gaps) = gaps(&section) {
        calls.gaps_hours = gaps;
    }
    if let Some(attempts) = section.whole_in("give_up_after", 1, 1_000) {
        calls.give_up_after = attempts.unsigned_abs();
    }
    calls.call_cost = section
        .number_in("call_cost", (0.0, 1e12, false))
        .unwrap_or(calls.call_cost);
    section.finish_with(home);
    calls
}

/// The shares of the day. What is not named takes its usual part of what the others leave: a project that sets aside
/// everything for first touches means it.
fn shares(section: &Section<'_, '_>, calls: &mut Calls) {
    let share = |key| section.number_in(key, (0.0, 1.0, false));
    let (value, sla, explore) = (
        share("value_share"),
        share("sla_share"),
        share("explore_share"),
    );
    let named = [value, sla, explore].into_iter().flatten().sum::<f64>();
    if named > 1.0 + ROUNDING {
        section.walk.error(
            "shares-above-one",
            section.span.clone(),
            format!("the shares of [calls] add up to {:.0} % of the day", named * 100.0),
            "value_share, sla_share and explore_share are parts of one day: 0.7, 0.2 and 0.1 by default",
        );
        return;
    }
    let left = (1.0 - named).max(0.0);
    match (value, sla, explore) {
        (_, Some(sla), Some(explore)) => (calls.sla_share, calls.explore_share) = (sla, explore),
        (Some(_), None, Some(explore)) => (calls.sla_share, calls.explore_share) = (left, explore),
        (Some(_), Some(sla), None) => (calls.sla_share, calls.explore_share) = (sla, left),
        (None, Some(sla), None) => {
            calls.sla_share = sla;
            calls.explore_share = calls.explore_share.min(left);
        }
        (None, None, Some(explore)) => {
            calls.explore_share = explore;
            calls.sla_share = calls.sla_share.min(left);
        }
        (Some(_), None, None) => {
            // In the proportion in which they usually stand.
            let usual = calls.sla_share + calls.explore_share;
            calls.sla_share *= left / usual;
            calls.explore_share *= left / usual;
        }
        (None, None, None) => {}
    }
}

/// `gaps = [0, 4, 24, 48, 96, 168]`: hours before the first, second ... attempt.
fn gaps(section: &Section<'_, '_>) -> Option<[u32; Calls::GAPS]> {
    let value = section.get("gaps")?;
    let hours = match value.get_ref() {
        DeValue::Array(items) => (items.iter())
            .map(|item| match item.get_ref() {
                DeValue::Integer(hours) => whole(hours).and_then(|hours| u32::try_from(hours).ok()),
                _ => None,
            })
            .collect::<Option<Vec<u32>>>(),
        _ => None,
    };
    let hours = hours.filter(|hours| {
        (1..=Calls::GAPS).contains(&hours.len()) && hours.iter().all(|&hours| hours <= 24 * 365)
    });
    let Some(hours) = hours else {
        section.walk.error(
            "call-gaps",
            value.span(),
            "`calls.gaps` must be one to six whole numbers of hours",
            "hours to wait before the first, second ... attempt, for example gaps = [0, 4, 24, 48, 96, 168]",
        );
        return None;
    };
    let last = *hours.last()?;
    Some(std::array::from_fn(|i| {
        hours.get(i).copied().unwrap_or(last)
    }))
}
