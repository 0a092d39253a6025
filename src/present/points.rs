//! Points: the scale in a sentence, and the card.

use crate::present::csv::Csv;
use crate::present::{Style, fill};
use crate::score::{CardRow, PointsScale};

/// What the points mean.
pub fn scale_text(scale: PointsScale, style: &Style) -> String {
    fill(
        style.words.points_scale,
        &[
            ("base", &scale.base.to_string()),
            ("odds", &scale.base_odds.to_string()),
            ("pdo", &scale.pdo.to_string()),
        ],
    )
}

/// A card of points as CSV: the row that every lead begins with, then each level of each feature.
pub fn scorecard_csv(card: &[CardRow]) -> String {
    let mut csv = Csv::new(&[
        "feature", "level", "at", "alone", "leads", "log_odds", "exact", "points",
    ]);
    for row in card {
        let level = if row.feature.is_empty() {
            "(everyone)"
        } else if row.level.is_empty() {
            "(none)"
        } else {
            &row.level
        };
        csv.row(&[
            row.feature.clone(),
            level.to_owned(),
            row.at.map_or_else(String::new, |at| format!("{at}")),
            row.at
                .map_or("", |_| if row.alone { "yes" } else { "no" })
                .to_owned(),
            row.n.to_string(),
            format!("{:.6}", row.log_odds),
            format!("{:.4}", row.exact),
            row.points.to_string(),
        ]);
    }
    csv.finish()
}
