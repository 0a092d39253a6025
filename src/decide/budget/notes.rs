//! What the reader of a budget must know.

use crate::decide::budget::history::History;
use crate::decide::budget::plan::Case;
use crate::decide::budget::result::Budget;
use crate::domain::SpendLine;
use crate::score::Warning;

/// How far beyond the least and the most that was ever spent a curve is still read.
const BEYOND: f64 = 1.1;

/// The warnings, in the order of their weight.
pub(super) fn warnings(
    budget: &Budget,
    history: &History,
    cases: &[Case],
    spend: &[SpendLine],
) -> Vec<Warning> {
    let mut told = Vec::new();
    let mut say = |code: &str, message: String| {
        told.push(Warning {
            code: code.to_owned(),
            message,
            column: None,
        });
    };
    if budget.follows_demand {
        let names: Vec<String> = (budget.sources.iter())
            .filter(|row| row.follows_demand)
            .map(|row| format!("`{}`", row.source))
            .collect();
        say(
            "spend-follows-demand",
            format!(
                "more was spent when more leads came anyway ({}): what spend does looks larger than it is, and more months make it \
                 only surer; the elasticities are widened for it, and only a planned trial would tell",
                names.join(", ")
            ),
        );
    }
    let beyond: Vec<String> = (cases.iter().zip(&budget.sources))
        .filter(|(_, row)| row.fixed.is_none())
        .filter_map(|(case, row)| {
            let (least, most) = history.lines[case.at].extremes();
            let outside = row.split > BEYOND * most || row.split < least / BEYOND;
            outside.then(|| {
                format!(
                    "`{}` {:.0} (seen {least:.0} to {most:.0})",
                    row.source, row.split
                )
            })
        })
        .collect();
    if !beyond.is_empty() {
        say(
            "beyond-the-seen",
            format!(
                "no month had as much or as little spend: {}; what it brings there is a guess",
                beyond.join(", ")
            ),
        );
    }
    let last = budget.as_of.month() + -1;
    if history.to < last {
        say(
            "spend-ends-early",
            format!(
                "spend is known up to {}, though {last} is over as well: `now` is the mean of the last three months that are known",
                history.to
            ),
        );
    }
    let odd = spend
        .iter()
        .filter(|line| !(line.spend >= 0.0 && line.spend.is_finite()))
        .count();
    if odd > 0 {
        say(
            "spend-below-zero",
            format!("{odd} lines of spend are below 0 and left out"),
        );
    }
    told
}
