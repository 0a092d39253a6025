//! Why a score is what it is, in words.

use crate::present::Words;
use crate::score::Reason;

/// How many reasons are shown.
pub(crate) const SHOWN: usize = 3;

/// One reason: `source Referral: odds x1.8`. The factor is exp(contribution), on the odds of being won.
pub fn reason_words(reason: &Reason, words: &Words) -> String {
    let value = if reason.value.is_empty() {
        words.missing
    } else {
        &reason.value
    };
    format!(
        "{} {}: {} {}",
        reason.feature,
        value,
        words.odds,
        factor(reason.contribution)
    )
}

/// The strongest reasons in words, at most three; those that add nothing at all are left out.
pub(crate) fn strongest(reasons: &[Reason], words: &Words) -> Vec<String> {
    let mut order: Vec<&Reason> = reasons
        .iter()
        .filter(|reason| reason.contribution != 0.0)
        .collect();
    order.sort_by(|a, b| b.contribution.abs().total_cmp(&a.contribution.abs()));
    order
        .iter()
        .take(SHOWN)
        .map(|reason| reason_words(reason, words))
        .collect()
}

fn factor(contribution: f64) -> String {
    let factor = contribution.exp();
    if factor >= 999.5 {
        "x>999".to_owned()
    } else if factor >= 9.95 {
        format!("x{factor:.0}")
    } else if factor >= 0.995 {
        format!("x{factor:.1}")
    } else if factor >= 0.005 {
        format!("x{factor:.2}")
    } else {
        "x<0.01".to_owned()
    }
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
            reason("pages_viewed", "0-2", -0.5),
            reason("region", "", -2.0),
            reason("nothing", "", 0.0),
        ];
        assert_eq!(
            strongest(&reasons, words(Language::En)),
            [
                "region missing: odds x0.14",
                "source Referral: odds x1.8",
                "pages_viewed 0-2: odds x0.61"
            ]
        );
        assert!(strongest(&reasons[4..], words(Language::En)).is_empty());
    }

    #[test]
    fn factors_never_read_as_nothing() {
        assert_eq!(factor(-20.0), "x<0.01");
        assert_eq!(factor(20.0), "x>999");
        assert_eq!(factor(0.0), "x1.0");
        assert_eq!(factor(2.5), "x12");
    }
}
