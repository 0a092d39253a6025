//! What the guard of the stored model decided, in words.

use crate::present::chinese::in_language;
use crate::present::text::count;
use crate::present::{Style, fill};
use crate::score::{Comparison, Guard, WhyNot};

/// Why the new model was kept, or that it was not and is in the file `beside`. Nothing where it is the first.
pub fn guard_text(guard: &Guard, beside: &str, style: &Style) -> String {
    let w = style.words;
    match (&guard.comparison, &guard.why_not) {
        (Some(comparison), _) => {
            let template = if guard.forced {
                w.guard_forced
            } else if guard.replaced {
                w.guard_replaced
            } else {
                w.guard_refused
            };
            let figures = figures(comparison, style);
            let day = comparison.live_as_of.to_string();
            fill(
                template,
                &[("figures", &figures), ("live", &day), ("file", beside)],
            )
        }
        (None, Some(WhyNot::First) | None) => String::new(),
        (None, Some(why)) => fill(w.guard_unjudged, &[("why", &why_not(why, style))]),
    }
}

fn figures(comparison: &Comparison, style: &Style) -> String {
    let day = |at: usize| comparison.days.get(at).map(ToString::to_string);
    fill(
        style.words.guard_figures,
        &[
            ("n", &count(comparison.n)),
            ("from", &day(0).unwrap_or_default()),
            (
                "to",
                &day(comparison.days.len().saturating_sub(1)).unwrap_or_default(),
            ),
            ("won", &count(comparison.won)),
            ("ahead", &comparison.ahead.to_string()),
            ("new", &format!("{:.4}", comparison.new_log_loss)),
            ("old", &format!("{:.4}", comparison.live_log_loss)),
            ("difference", &format!("{:+.4}", comparison.difference)),
            ("error", &format!("{:.4}", comparison.standard_error)),
        ],
    )
}

fn misfits(what: &[String], style: &Style) -> String {
    let told = what.iter().map(|what| in_language(what, style.language));
    told.collect::<Vec<_>>().join("; ")
}

/// Why nothing could be compared, in a clause.
pub(crate) fn why_not(why: &WhyNot, style: &Style) -> String {
    let w = style.words;
    let list = |names: &[String]| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        names.join(", ")
    };
    match why {
        WhyNot::First => w.why_first.to_owned(),
        WhyNot::Unreadable => w.why_unreadable.to_owned(),
        WhyNot::Undated => w.why_undated.to_owned(),
        WhyNot::OtherLeads { found, of } => fill(
            w.why_other_leads,
            &[("found", &count(*found)), ("of", &count(*of))],
        ),
        WhyNot::OtherRules => w.why_other_rules.to_owned(),
        WhyNot::Unfit { what } => fill(w.why_unfit, &[("what", &misfits(what, style))]),
        WhyNot::Withdrawn { columns } => fill(w.why_withdrawn, &[("columns", &list(columns))]),
        WhyNot::TooSoon { days } if *days < 0 => w.why_earlier.to_owned(),
        WhyNot::TooSoon { days } => fill(w.why_too_soon, &[("days", &days.to_string())]),
        WhyNot::FewOutcomes { won, needed } => fill(
            w.why_few,
            &[("won", &count(*won)), ("needed", &count(*needed))],
        ),
        WhyNot::ShortHistory => w.why_short.to_owned(),
        WhyNot::Failed { what } => in_language(what, style.language).into_owned(),
    }
}
