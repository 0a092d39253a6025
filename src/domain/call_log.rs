//! What the call lists showed and what came of the calls: the record that the program keeps of itself.

use serde::{Deserialize, Serialize};

use crate::domain::{Day, Moment};

/// What came of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallResult {
    /// The deal was won.
    Won,
    /// The lead said no for good.
    Lost,
    /// Somebody was spoken to; the lead stays open.
    Reached,
    /// Somebody asked to be called again later.
    Later,
    /// Nobody answered.
    NoAnswer,
    /// The number is wrong or belongs to somebody else.
    WrongNumber,
}

impl CallResult {
    /// Every result, in the order in which help texts name them.
    pub const ALL: [Self; 6] = [
        Self::Won,
        Self::Lost,
        Self::Reached,
        Self::Later,
        Self::NoAnswer,
        Self::WrongNumber,
    ];

    /// The word for it in files and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Reached => "reached",
            Self::Later => "later",
            Self::NoAnswer => "no-answer",
            Self::WrongNumber => "wrong-number",
        }
    }

    /// The result that a word names; none for any other text.
    pub fn of(word: &str) -> Option<Self> {
        (Self::ALL.into_iter()).find(|result| result.word() == word)
    }

    /// Whether there can be another call after it.
    pub fn goes_on(self) -> bool {
        matches!(self, Self::Reached | Self::Later | Self::NoAnswer)
    }

    /// Whether somebody was spoken to.
    pub fn answered(self) -> bool {
        !matches!(self, Self::NoAnswer | Self::WrongNumber)
    }
}

/// Why a lead stands on a list, or was kept off it on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListPlace {
    /// By what a call is worth today.
    Value,
    /// A first touch that is due.
    FirstTouch,
    /// A call that was promised for this day, or for one before.
    Promised,
    /// Drawn by lot, to learn what a call changes.
    Drawn,
    /// Drawn by lot as well, and left off the list for the comparison.
    Held,
}

impl ListPlace {
    /// Every place.
    pub const ALL: [Self; 5] = [
        Self::Value,
        Self::FirstTouch,
        Self::Promised,
        Self::Drawn,
        Self::Held,
    ];

    /// The word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::FirstTouch => "first-touch",
            Self::Promised => "promised",
            Self::Drawn => "drawn",
            Self::Held => "held",
        }
    }

    /// The place that a word names; none for any other text.
    pub fn of(word: &str) -> Option<Self> {
        (Self::ALL.into_iter()).find(|place| place.word() == word)
    }
}

/// A line of a list as it was shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// The day of the list.
    pub day: Day,
    /// Whose list.
    pub owner: String,
    /// The lead.
    pub lead_id: String,
    /// Place in the list, from 1; none where the lead was held.
    pub rank: Option<u32>,
    /// Why it stood there.
    pub place: ListPlace,
    /// The lot drawn, 0-1; none where no lot decided.
    pub draw: Option<f64>,
    /// Probability, 0-1, with which a lead in its position is shown: 1 where no lot decided, the chance of its own arm
    /// (shown or held) where one did.
    pub propensity: f64,
    /// What the call was held to be worth that day, money (deals without amounts); none for undated data.
    pub value: Option<f64>,
}

/// A call that was made, as logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedCall {
    /// The lead.
    pub lead_id: String,
    /// When.
    pub at: Moment,
    /// What came of it.
    pub result: CallResult,
    /// The day that the next call was promised for; only where there can be one ([`CallResult::goes_on`]).
    pub again: Option<Day>,
    /// Who called, where told.
    pub owner: Option<String>,
    /// What was noted; empty for nothing.
    pub note: String,
}

/// The record: lists shown by (day, owner, rank), calls by (moment, lead).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CallLog {
    /// What was shown.
    pub shown: Vec<Shown>,
    /// What was done.
    pub calls: Vec<LoggedCall>,
}

impl CallLog {
    /// What was known at the start of a day: lists shown before `day` and calls made before `start`.
    #[must_use]
    pub fn before(&self, day: Day, start: Moment) -> Self {
        Self {
            shown: (self.shown.iter())
                .filter(|shown| shown.day < day)
                .cloned()
                .collect(),
            calls: (self.calls.iter())
                .filter(|call| call.at < start)
                .cloned()
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back() {
        for result in CallResult::ALL {
            assert_eq!(CallResult::of(result.word()), Some(result));
        }
        for place in ListPlace::ALL {
            assert_eq!(ListPlace::of(place.word()), Some(place));
        }
        assert_eq!(CallResult::of("maybe"), None);
    }
}
