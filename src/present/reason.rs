//! Why a score is what it is, in words.

use serde::Serialize;

use crate::present::{Words, fill};
use crate::score::Reason;

/// How many reasons are shown.
pub(crate) const SHOWN: usize = 3;
/// Factors beyond this, or below one over this, are not told apart: they say less than their digits would.
const FAR: f64 = 20.0;

/// One reason: `source is Referral: 1.8 times the odds`. The factor is exp(contribution), on the odds of being won,
/// compared with the leads that the model learnt from.
pub fn reason_words(reason: &Reason, words: &Words) -> String {
    let (effect, of_odds) = effect(reason.contribution, words);
    let effect = fill(of_odds, &[("effect", &effect)]);
    format!("{}{}{effect}", subject(reason, words), words.colon)
}

/// The same where the heading names the odds: `source is Referral: 1.8 times`.
fn short_words(reason: &Reason, words: &Words) -> String {
    let (effect, _) = effect(reason.contribution, words);
    format!("{}{}{effect}", subject(reason, words), words.colon)
}

fn subject(reason: &Reason, words: &Words) -> String {
    let template = match reason.feature.as_str() {
        "age_days" => words.reason_age,
        "days_in_stage" => words.reason_dwell,
        "days_since_activity" => words.reason_since,
        _ => words.reason_is,
    };
    if template != words.reason_is && !reason.value.is_empty() {
        let unit = if reason.value == "1" {
            words.one_day
        } else {
            words.some_days
        };
        let days = fill(unit, &[("n", &reason.value)]);
        return fill(template, &[("days", &days)]);
    }
    let counted = match reason.feature.as_str() {
        "activities" => Some(words.reason_activities),
        "activities_30d" => Some(words.reason_lately),
        "unanswered_attempts" => Some(words.reason_unanswered),
        _ => None,
    };
    if let Some(template) = counted.filter(|_| !reason.value.is_empty()) {
        return fill(template, &[("n", &reason.value)]);
    }
    let value = if reason.value.is_empty() {
        words.missing
    } else {
        &reason.value
    };
    fill(
        words.reason_is,
        &[("feature", &reason.feature), ("value", value)],
    )
}

/// The strongest reasons, at most three; those that add nothing at all are left out.
fn strongest(reasons: &[Reason]) -> impl Iterator<Item = &Reason> {
    let mut order: Vec<&Reason> = reasons
        .iter()
        .filter(|reason| reason.contribution != 0.0)
        .collect();
    order.sort_by(|a, b| b.contribution.abs().total_cmp(&a.contribution.abs()));
    order.into_iter().take(SHOWN)
}

/// The strongest reasons in words.
pub(crate) fn strongest_words(reasons: &[Reason], words: &Words) -> Vec<String> {
    strongest(reasons)
        .map(|reason| reason_words(reason, words))
        .collect()
}

/// A reason as data, with its words.
#[derive(Debug, Serialize)]
pub(crate) struct ReasonJson<'a> {
    #[serde(flatten)]
    reason: &'a Reason,
    words: String,
}

/// The strongest reasons as data.
pub(crate) fn strongest_json<'a>(reasons: &'a [Reason], words: &Words) -> Vec<ReasonJson<'a>> {
    strongest(reasons)
        .map(|reason| ReasonJson {
            reason,
            words: reason_words(reason, words),
        })
        .collect()
}

/// As many of the strongest reasons as fit into `width` columns of a terminal, the first in any case; the heading names
/// the odds.
pub(crate) fn in_short(reasons: &[Reason], width: usize, words: &Words) -> String {
    let reasons: Vec<String> = strongest(reasons)
        .map(|reason| short_words(reason, words))
        .collect();
    joined(&reasons, width)
}

fn joined(reasons: &[String], width: usize) -> String {
    let mut text = String::new();
    for reason in reasons {
        if text.is_empty() {
            text.clone_from(reason);
        } else if columns(&text) + 2 + columns(reason) <= width {
            text.push_str("; ");
            text.push_str(reason);
        } else {
            break;
        }
    }
    text
}

/// Columns that a text takes: Chinese characters take two.
fn columns(text: &str) -> usize {
    text.chars().map(|c| 1 + usize::from(c >= '\u{2e80}')).sum()
}

/// What a contribution does to the odds, and how to say that it is the odds.
fn effect(contribution: f64, w: &Words) -> (String, &'static str) {
    let factor = contribution.exp();
    let times = |x: String| (fill(w.odds_times, &[("x", &x)]), w.of_odds_times);
    if factor > FAR {
        (w.odds_over.to_owned(), w.of_odds_times)
    } else if factor >= 9.95 {
        times(format!("{factor:.0}"))
    } else if (0.95..1.05).contains(&factor) {
        (w.odds_same.to_owned(), w.of_odds_same)
    } else if factor >= 0.7 {
        times(format!("{factor:.1}"))
    } else if factor >= 1.0 / FAR {
        let (place, part) = part(factor, w);
        let of_odds = if place == HALF {
            w.of_odds_times
        } else {
            w.of_odds_part
        };
        (fill(w.odds_part, &[("part", part)]), of_odds)
    } else {
        (w.odds_under.to_owned(), w.of_odds_part)
    }
}

/// Place of `half` among the parts, which takes no `of`.
const HALF: usize = 1;

/// The nearest of the simple parts of one.
fn part(factor: f64, words: &Words) -> (usize, &'static str) {
    /// Largest 1 / factor that each part stands for, in the order of the words.
    const UP_TO: [f64; 9] = [1.75, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 9.0, 12.5];
    let place = UP_TO.iter().position(|&most| 1.0 / factor < most);
    let place = place.unwrap_or(UP_TO.len());
    let part = words.odds_parts.split('|').nth(place);
    (place, part.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::present::words;
    use crate::project::Language;

    fn reason(feature: &str, value: &str, contribution: f64) -> Reason {
        Reason {
            feature: feature.to_owned(),
            value: value.to_owned(),
            contribution,
        }
    }

    #[test]
    fn the_three_strongest_whatever_their_sign() {
        let reasons = [
            reason("a", "1", 0.1),
            reason("source", "Referral", 0.6),
            reason("pages_viewed", "3", -0.5),
            reason("region", "", -2.0),
            reason("nothing", "", 0.0),
        ];
        assert_eq!(
            strongest_words(&reasons, words(Language::En)),
            [
                "region is missing: a seventh of the odds",
                "source is Referral: 1.8 times the odds",
                "pages_viewed is 3: two thirds of the odds"
            ]
        );
        assert_eq!(strongest(&reasons[4..]).count(), 0);
    }

    #[test]
    fn days_are_told_as_days() {
        let told =
            |feature, value, language| reason_words(&reason(feature, value, -1.1), words(language));
        assert_eq!(
            told("age_days", "204", Language::En),
            "204 days old: a third of the odds"
        );
        assert_eq!(
            told("days_in_stage", "1", Language::En),
            "1 day in its stage: a third of the odds"
        );
        assert_eq!(
            told("days_in_stage", "", Language::En),
            "days_in_stage is missing: a third of the odds"
        );
        assert_eq!(
            told("age_days", "204", Language::Zh),
            "创建 204 天：胜算降至三分之一"
        );
    }

    #[test]
    fn factors_never_say_more_than_they_know() {
        let en = |factor: f64| {
            let told = reason_words(&reason("a", "b", factor.ln()), words(Language::En));
            told.replace("a is b: ", "")
        };
        assert_eq!(en(1e9), "over 20 times the odds");
        assert_eq!(en(20.1), "over 20 times the odds");
        assert_eq!(en(19.0), "19 times the odds");
        assert_eq!(en(9.96), "10 times the odds");
        assert_eq!(en(1.8), "1.8 times the odds");
        assert_eq!(en(1.0), "nearly the same odds");
        assert_eq!(en(0.8), "0.8 times the odds");
        assert_eq!(en(0.5), "half the odds");
        assert_eq!(en(0.1), "a tenth of the odds");
        assert_eq!(en(0.051), "a fifteenth of the odds");
        assert_eq!(en(0.049), "under a twentieth of the odds");
        assert_eq!(en(0.0), "under a twentieth of the odds");
    }

    /// Each simple part is told by the words for it, and none of them is without words.
    #[test]
    fn parts_mean_what_they_say() {
        for language in [Language::En, Language::Zh] {
            assert_eq!(words(language).odds_parts.split('|').count(), 10);
        }
        for (whole, said) in [
            (2.0, "half the odds"),
            (3.0, "a third"),
            (4.0, "a quarter"),
            (5.0, "a fifth"),
            (6.0, "a sixth"),
            (7.0, "a seventh"),
            (8.0, "an eighth"),
            (10.0, "a tenth"),
            (15.0, "a fifteenth"),
        ] {
            let (told, _) = effect(-f64::ln(whole), words(Language::En));
            assert!(said.starts_with(&told), "{whole}: {told}");
        }
    }

    #[test]
    fn in_a_table_the_heading_names_the_odds() {
        let reasons = [reason("a", "b", -3.5), reason("age_days", "1", 3.2)];
        assert_eq!(
            in_short(&reasons, 80, words(Language::En)),
            "a is b: under a twentieth; 1 day old: over 20 times"
        );
    }

    #[test]
    fn a_line_holds_what_fits_and_never_nothing() {
        let reasons = ["a".repeat(30), "b".repeat(30), "原因".to_owned()];
        assert_eq!(joined(&reasons, 10), reasons[0]);
        assert_eq!(joined(&reasons, 62).len(), 62);
        assert_eq!(joined(&reasons, 67).len(), 62, "Chinese takes two columns");
        assert!(joined(&reasons, 68).ends_with("; 原因"));
        assert_eq!(joined(&[], 10), "");
    }
}
