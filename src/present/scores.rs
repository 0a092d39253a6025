//! Scores as CSV and JSON: one row a lead, in the order of the input.

use serde::Serialize;

use crate::domain::{Day, Leads, Probability};
use crate::present::csv::{Csv, money, probability};
use crate::present::reason::{ReasonJson, SHOWN, strongest_json, strongest_words};
use crate::present::record::all_warnings;
use crate::present::segments::name_of;
use crate::present::{Style, known_day};
use crate::score::{LeadScore, Scores, TrainReport, Warning};
use crate::segment::Segments;

pub(crate) const HEADER: [&str; 12] = [
    "lead_id",
    "segment",
    "p_win",
    "p_win_low",
    "p_win_high",
    "p_win_30d",
    "p_win_90d",
    "expected_amount",
    "expected_value",
    "reason_1",
    "reason_2",
    "reason_3",
];

/// The scores as CSV, probabilities with six decimals and money with two.
pub fn scores_csv(
    leads: &Leads,
    scores: &Scores,
    segments: Option<&Segments>,
    style: &Style,
) -> String {
    let mut csv = Csv::new(&HEADER);
    for score in in_input_order(leads, scores) {
        let mut reasons = strongest_words(&score.reasons, style.words).into_iter();
        let mut row = vec![
            leads.ids[score.row].clone(),
            name_of(segments, score.row).to_owned(),
            probability(score.p_win),
            probability(score.p_win_low),
            probability(score.p_win_high),
            probability(score.p_win_30d),
            probability(score.p_win_90d),
            money(score.expected_amount),
            money(score.expected_value),
        ];
        row.extend((0..SHOWN).map(|_| reasons.next().unwrap_or_default()));
        csv.row(&row);
    }
    csv.finish()
}

/// The scores as data: `{as_of, horizon_days, better_than_base_rate, leads, warnings}`, with what the training of the
/// model noticed among the warnings.
pub fn scores_json<'a>(
    leads: &'a Leads,
    scores: &'a Scores,
    segments: Option<&'a Segments>,
    report: &TrainReport,
    style: &Style,
) -> impl Serialize + 'a {
    ScoresJson {
        as_of: known_day(scores.as_of),
        horizon_days: scores.horizon_days,
        better_than_base_rate: report.better_than_base_rate,
        leads: in_input_order(leads, scores)
            .into_iter()
            .map(|score| LeadJson {
                lead_id: &leads.ids[score.row],
                segment: segments.map(|_| name_of(segments, score.row)),
                p_win: score.p_win,
                p_win_low: score.p_win_low,
                p_win_high: score.p_win_high,
                p_win_30d: score.p_win_30d,
                p_win_90d: score.p_win_90d,
                expected_amount: score.expected_amount,
                expected_value: score.expected_value,
                reasons: strongest_json(&score.reasons, style.words),
            })
            .collect(),
        warnings: all_warnings(report, &scores.warnings),
    }
}

#[derive(Serialize)]
struct ScoresJson<'a> {
    as_of: Option<Day>,
    horizon_days: Option<i32>,
    better_than_base_rate: bool,
    leads: Vec<LeadJson<'a>>,
    warnings: Vec<Warning>,
}

#[derive(Serialize)]
struct LeadJson<'a> {
    lead_id: &'a str,
    segment: Option<&'a str>,
    p_win: Option<Probability>,
    p_win_low: Option<Probability>,
    p_win_high: Option<Probability>,
    p_win_30d: Option<Probability>,
    p_win_90d: Option<Probability>,
    expected_amount: Option<f64>,
    expected_value: Option<f64>,
    reasons: Vec<ReasonJson<'a>>,
}

fn in_input_order<'a>(leads: &Leads, scores: &'a Scores) -> Vec<&'a LeadScore> {
    let mut order: Vec<&LeadScore> = scores.leads.iter().collect();
    order.sort_by_key(|score| leads.input_row[score.row]);
    order
}
