//! Scores as CSV and JSON: one row a lead, in the order of the input.

use serde::Serialize;

use crate::domain::{Day, Leads, Probability};
use crate::present::csv::{Csv, money, probability};
use crate::present::reason::{ReasonJson, SHOWN, lever_json, strongest_json, strongest_words};
use crate::present::record::all_warnings;
use crate::present::segments::name_of;
use crate::present::words::fill;
use crate::present::{Style, count, known_day};
use crate::score::{ExpectedWins, LeadScore, PointsScale, Reference, Scores, TrainReport, Warning};
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

/// The column of points, last where it is asked for.
const POINTS: &str = "points";

/// The scores as CSV, probabilities with six decimals and money with two; with `points`, those as whole numbers too.
pub fn scores_csv(
    leads: &Leads,
    scores: &Scores,
    segments: Option<&Segments>,
    points: Option<PointsScale>,
    style: &Style,
) -> String {
    let mut header = HEADER.to_vec();
    header.extend(points.map(|_| POINTS));
    let mut csv = Csv::new(&header);
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
        row.extend(points.map(|scale| {
            let points = score.p_win.map(|p| scale.of(p).to_string());
            points.unwrap_or_default()
        }));
        csv.row(&row);
    }
    csv.finish()
}

/// How many of the open leads together will be won; empty for undated data.
pub fn expected_wins_text(scores: &Scores, style: &Style) -> String {
    let w = style.words;
    let Some(first) = scores.expected_wins.first() else {
        return String::new();
    };
    let one = |wins: &ExpectedWins| {
        // Of few wins the first decimal is worth something.
        let number = |x: f64| {
            if wins.mean < 10.0 {
                format!("{x:.1}")
            } else {
                count(x.round() as usize)
            }
        };
        fill(
            w.expected_wins_in,
            &[
                ("days", &wins.days.to_string()),
                ("mean", &number(wins.mean)),
                ("low", &number(wins.low)),
                ("high", &number(wins.high)),
            ],
        )
    };
    let wins: Vec<String> = scores.expected_wins.iter().map(one).collect();
    fill(
        w.expected_wins,
        &[("n", &count(first.leads)), ("wins", &wins.join(", "))],
    )
}

/// The scores as data: `{as_of, horizon_days, better_than_base_rate, expected_wins, leads, warnings}`, with what the training of the
/// model noticed among the warnings.
pub fn scores_json<'a>(
    leads: &'a Leads,
    scores: &'a Scores,
    segments: Option<&'a Segments>,
    report: &TrainReport,
    points: Option<PointsScale>,
    style: &Style,
) -> impl Serialize + 'a {
    ScoresJson {
        as_of: known_day(scores.as_of),
        horizon_days: scores.horizon_days,
        better_than_base_rate: report.better_than_base_rate,
        reference: report.reference.clone(),
        points,
        expected_wins: &scores.expected_wins,
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
                points: points.and_then(|scale| score.p_win.map(|p| scale.of(p))),
                reasons: strongest_json(&score.reasons, style.words),
                can_change: lever_json(&score.reasons, style.words),
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
    reference: Option<Reference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<PointsScale>,
    expected_wins: &'a [ExpectedWins],
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
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<i64>,
    reasons: Vec<ReasonJson<'a>>,
    can_change: Option<ReasonJson<'a>>,
}

fn in_input_order<'a>(leads: &Leads, scores: &'a Scores) -> Vec<&'a LeadScore> {
    let mut order: Vec<&LeadScore> = scores.leads.iter().collect();
    order.sort_by_key(|score| leads.input_row[score.row]);
    order
}
