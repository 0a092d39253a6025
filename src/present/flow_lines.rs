//! The lines of a flow, and how they are drawn.

use crate::kpi::{FlowRow, Part};
use crate::present::flow_words::FlowWords;

/// Columns of the drawing.
const WIDE: i128 = 32;

/// The lines of the sum, in order.
pub(super) fn lines(row: &FlowRow) -> [(Line, Part); 9] {
    [
        (Line::OpenFrom, row.open_from),
        (Line::New, row.new),
        (Line::Grew, row.grew),
        (Line::Shrank, row.shrank),
        (Line::MovedIn, row.moved_in),
        (Line::MovedOut, row.moved_out),
        (Line::Won, row.won),
        (Line::Lost, row.lost),
        (Line::OpenTo, row.open_to),
    ]
}

/// What became of the leads open at the start.
pub(super) fn fates(row: &FlowRow) -> [(Line, Part); 4] {
    [
        (Line::FateWon, row.fate_won),
        (Line::FateLost, row.fate_lost),
        (Line::Slipped, row.slipped),
        (Line::StillOpen, row.still_open),
    ]
}

/// A line of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    OpenFrom,
    New,
    Grew,
    Shrank,
    MovedIn,
    MovedOut,
    Won,
    Lost,
    OpenTo,
    FateWon,
    FateLost,
    Slipped,
    StillOpen,
}

impl Line {
    /// Which way it moves the sum.
    pub(super) const fn sign(self) -> i128 {
        match self {
            Self::New | Self::Grew | Self::MovedIn => 1,
            Self::Shrank | Self::MovedOut | Self::Won | Self::Lost => -1,
            _ => 0,
        }
    }

    /// Its name as data.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::OpenFrom => "open_from",
            Self::New => "new",
            Self::Grew => "grew",
            Self::Shrank => "shrank",
            Self::MovedIn => "moved_in",
            Self::MovedOut => "moved_out",
            Self::Won => "won",
            Self::Lost => "lost",
            Self::OpenTo => "open_to",
            Self::FateWon => "fate_won",
            Self::FateLost => "fate_lost",
            Self::Slipped => "slipped",
            Self::StillOpen => "still_open",
        }
    }

    /// Its name on screen.
    pub(super) const fn name(self, w: &FlowWords) -> &'static str {
        match self {
            Self::OpenFrom => w.open_from,
            Self::New => w.new,
            Self::Grew => w.grew,
            Self::Shrank => w.shrank,
            Self::MovedIn => w.moved_in,
            Self::MovedOut => w.moved_out,
            Self::Won | Self::FateWon => w.won,
            Self::Lost | Self::FateLost => w.lost,
            Self::OpenTo => w.open_to,
            Self::Slipped => w.slipped,
            Self::StillOpen => w.still_open,
        }
    }

    /// Leads of which only the value moves do not change their number.
    pub(super) const fn counts_leads(self) -> bool {
        !matches!(self, Self::Grew | Self::Shrank)
    }
}

/// How each line moves the sum: ends as a mark where the sum stands, what adds as full blocks, what takes away as light
/// ones. The drawing begins where the sum is least, not at 0.
pub(super) fn bars(steps: &[(i128, i128)]) -> Vec<String> {
    let mut level = 0;
    let spans: Vec<(i128, i128)> = steps
        .iter()
        .map(|&(sign, size)| {
            let before = if sign == 0 { size } else { level };
            level = before + sign * size;
            (before.min(level), before.max(level))
        })
        .collect();
    let low = spans.iter().map(|span| span.0).min().unwrap_or(0);
    let high = spans.iter().map(|span| span.1).max().unwrap_or(0);
    let place = |at: i128| ((at - low) * WIDE + (high - low) / 2) / (high - low).max(1);
    (steps.iter().zip(spans))
        .map(|(&(sign, _), (from, to))| {
            let (start, end) = (place(from), place(to));
            let mark = match sign {
                0 => "|".to_owned(),
                1 => "█".repeat((end - start).max(1) as usize),
                _ => "░".repeat((end - start).max(1) as usize),
            };
            // A character that is no blank keeps the table from trimming what stands before the mark.
            format!("{}{mark}", "·".repeat(start as usize))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_begin_where_the_last_one_ended() {
        let drawn = bars(&[(0, 100), (1, 60), (-1, 120), (0, 40)]);
        let places = |bar: &str| {
            let before = bar.chars().take_while(|&c| c == '·').count();
            (before, bar.chars().count())
        };
        let [start, new, lost, end] = [0, 1, 2, 3].map(|i| places(&drawn[i]));
        assert_eq!(start.0, new.0);
        assert_eq!(new.1, lost.1, "both end where the sum is highest");
        assert_eq!(end.0, lost.0);
        assert_eq!(bars(&[(0, 0), (0, 0)]), ["|", "|"]);
    }
}
