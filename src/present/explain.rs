//! Why a lead is in its segment and why not in the others, as text.

use std::fmt::Write as _;

use crate::present::Style;
use crate::segment::{Hit, Rules, Why};

/// The rules in the order that they are tried, each with the tests that decided and the lead's own values. With the
/// first match deciding, later matches are said to come too late.
pub fn explain_text(lead: &str, all: &[Why], rules: &Rules, style: &Style) -> String {
    let w = style.words;
    let mut text = String::new();
    let mut taken = false;
    for why in all {
        let verdict = match (why.matched, taken) {
            (true, false) => w.explain_is,
            (true, true) if rules.hit == Hit::First => w.explain_late,
            (true, true) => w.explain_tag,
            (false, _) => w.explain_not,
        };
        taken |= why.matched;
        let _ = writeln!(text, "{lead} {verdict} {}", style.segment(&why.segment));
        for reason in &why.reasons {
            let value = reason.value.as_deref().unwrap_or(w.missing);
            let _ = writeln!(text, "  {}  ({}: {value})", reason.condition, w.value);
        }
    }
    text
}
