//! Why a lead is in its segment and why not in the others, as text.

use std::fmt::Write as _;

use crate::present::{Style, Words};
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
            let condition = condition(&reason.condition, w);
            let _ = writeln!(text, "  {condition}  ({}{}{value})", w.value, w.colon);
        }
    }
    text
}

/// The operators of rules, in the order of their words in [`Words::operators`].
const OPERATORS: &str = "is|is_not|one_of|not_one_of|at_least|at_most|more_than|less_than|between|contains|starts_with|\
                         matches|missing|present|within|older_than";

/// A condition as the rule file words it, with its operator in the language of the screen.
fn condition(written: &str, w: &Words) -> String {
    let padded = format!("{written} ");
    let words = OPERATORS.split('|').zip(w.operators.split('|'));
    let first = words
        .filter_map(|(key, word)| {
            let key = format!(" {key} ");
            Some((padded.find(&key)?, key, word))
        })
        .min_by_key(|&(at, _, _)| at);
    let Some((at, key, word)) = first else {
        return written.to_owned();
    };
    let (field, value) = (&padded[..at], &padded[at + key.len()..]);
    let field = match field.strip_prefix("not: ") {
        Some(field) => format!("{}{field}", w.explain_forbidden),
        None => field.to_owned(),
    };
    let value = match value.trim_end() {
        "true" => w.explain_true,
        "false" => w.explain_false,
        value => value,
    };
    format!("{field} {word} {value}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::present::words;
    use crate::project::Language;

    #[test]
    fn every_operator_has_a_word_and_english_keeps_the_rule_file() {
        for language in [Language::En, Language::Zh] {
            let words = words(language).operators.split('|').count();
            assert_eq!(words, OPERATORS.split('|').count());
        }
        for written in [
            "pages_viewed at_least 8",
            "not: region missing",
            "demo is true",
            "source not_one_of [\"is here\", \"b\"]",
            "no operator",
        ] {
            assert_eq!(condition(written, words(Language::En)), written);
        }
    }

    #[test]
    fn conditions_in_chinese() {
        let zh = |written| condition(written, words(Language::Zh));
        assert_eq!(zh("申请演示 is true"), "申请演示 为 是");
        assert_eq!(zh("浏览页数 at_least 6"), "浏览页数 不少于 6");
        assert_eq!(zh("not: 地区 missing"), "非：地区 缺失");
        assert_eq!(zh("来源 one_of [\"转介绍\"]"), "来源 属于 [\"转介绍\"]");
    }
}
