//! How the leads of each segment ended.

use serde::Serialize;

use crate::domain::{Leads, Outcome, Probability};
use crate::segment::{Intent, Rules, Segments};

/// One segment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SegmentRow {
    /// Its name in the rules.
    pub segment: String,
    /// Its label in the language asked for; the name where the rules give none.
    pub label: String,
    /// The intent that it stands for.
    pub intent: Intent,
    /// Leads in it.
    pub leads: usize,
    /// Share of all leads, 0-1.
    pub share: f64,
    /// Leads still open.
    pub open: usize,
    /// Leads won.
    pub won: usize,
    /// Leads lost.
    pub lost: usize,
    /// won / (won + lost), 0-1; none where nothing has closed. Open leads are in neither, so this is not the conversion of
    /// all leads: slow losers that are still open make it look too good.
    pub won_of_closed: Option<Probability>,
    /// Lower end of its 80 % Wilson interval.
    pub won_of_closed_low: Option<Probability>,
    /// Upper end.
    pub won_of_closed_high: Option<Probability>,
}

/// Counts the leads of each segment by outcome, in the order of the rules; `language` is a code such as `en`.
pub fn by_segment(
    leads: &Leads,
    rules: &Rules,
    segments: &Segments,
    language: &str,
) -> Vec<SegmentRow> {
    let mut counts = vec![[0_usize; 3]; segments.names.len()];
    for (&segment, outcome) in segments.segment.iter().zip(&leads.outcome) {
        if let Some(count) = counts.get_mut(segment as usize) {
            count[*outcome as usize] += 1;
        }
    }
    let total = leads.len().max(1) as f64;
    let row = |(name, count): (&String, &[usize; 3])| {
        let rule = rules.rules.iter().find(|rule| rule.name == *name);
        let label = rule.and_then(|rule| rule.label.get(language).or_else(|| rule.label.get("en")));
        let won = count[Outcome::Won as usize];
        let lost = count[Outcome::Lost as usize];
        let interval = wilson(won, won + lost);
        SegmentRow {
            segment: name.clone(),
            label: label.unwrap_or(name).clone(),
            intent: rule.map_or(Intent::None, |rule| rule.intent),
            leads: count.iter().sum(),
            share: count.iter().sum::<usize>() as f64 / total,
            open: count[Outcome::Open as usize],
            won,
            lost,
            won_of_closed: interval.map(|(rate, _, _)| Probability::clamped(rate)),
            won_of_closed_low: interval.map(|(_, low, _)| Probability::clamped(low)),
            won_of_closed_high: interval.map(|(_, _, high)| Probability::clamped(high)),
        }
    };
    segments.names.iter().zip(&counts).map(row).collect()
}

/// The rate k / n with its 80 % score interval (Wilson 1927); none for n = 0.
pub(crate) fn wilson(k: usize, n: usize) -> Option<(f64, f64, f64)> {
    score_interval(k as f64, n as f64)
}

/// The same of parts of leads, as those completed for age are.
pub(crate) fn score_interval(k: f64, n: f64) -> Option<(f64, f64, f64)> {
    /// The 90th percentile of the standard normal distribution.
    const Z: f64 = 1.281_551_565_544_600_5;
    if n <= 0.0 {
        return None;
    }
    let rate = k / n;
    let scale = 1.0 + Z * Z / n;
    let centre = (rate + Z * Z / (2.0 * n)) / scale;
    let half = Z * (rate * (1.0 - rate) / n + Z * Z / (4.0 * n * n)).sqrt() / scale;
    Some((rate, (centre - half).min(rate), (centre + half).max(rate)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_holds_the_rate_and_never_leaves_0_to_1() {
        assert_eq!(wilson(0, 0), None);
        for (k, n) in [(0, 1), (1, 1), (3, 10), (0, 500), (500, 500)] {
            let (rate, low, high) = wilson(k, n).expect("n > 0");
            assert!(0.0 <= low && low <= rate && rate <= high && high <= 1.0 + 1e-12);
            assert!(low < high);
        }
        // Formula (4) of Brown, Cai and DasGupta 2001, worked outside this program for k = 15, n = 100, z = 1.2816.
        let (_, low, high) = wilson(15, 100).expect("n > 0");
        assert!(
            (low - 0.109_915).abs() < 1e-5 && (high - 0.201_396).abs() < 1e-5,
            "{low} {high}"
        );
    }
}
