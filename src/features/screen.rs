//! Columns that would leak the outcome, named before anything is learnt from them.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::domain::{Column, Known, Leads, Outcome};
use crate::features::LeftOut;
use crate::features::alone::{Alone, Coded};
use crate::features::lookback;
use crate::features::signs::{self, MIN_EACH};
use crate::features::tally::{Months, Tally};

/// One column alone that ranks won above lost this well was filled after the fact.
const REFUSE_AUC: f64 = 0.90;
/// One that ranks this well is named as a suspect, and kept.
const SUSPECT_AUC: f64 = 0.77;
/// Most closed leads that a column alone is judged on, evenly spread: its area is then sure to the third digit.
const MOST_JUDGED: usize = 200_000;
/// How much less a column may tell with its values at creation than with those of today.
const MOST_DROP: f64 = 0.10;
/// Share of closings within a day of which a value that is known by then only is said to come with the closing.
const WITH_CLOSING: f64 = 0.5;

/// What screening found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Screened {
    /// Columns that may not be features, with the reason.
    pub refused: Vec<LeftOut>,
    /// Columns that are kept but should be looked at, with the reason.
    pub suspects: Vec<LeftOut>,
}

/// What becomes of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing was found: it may be a feature.
    Used,
    /// It may be a feature, but ranks better than most honest columns do.
    Suspect,
    /// It is never a feature: the data shows that it was known later.
    Refused,
    /// The project file names it as known at creation, or at contact: that holds, whatever was found.
    Declared,
    /// The project file names it as known at closing only: it is never a feature.
    NotUsed,
}

/// Something found that speaks against a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sign {
    /// Stable kebab-case code: `leak`, `leak-suspect`, `filled-later`, `filled-by-winning`, `filled-at-contact`,
    /// `filled-with-time`, `later-date`, `grows-with-life`, `known-later`, `changes-later`, `with-closing`.
    pub code: &'static str,
    /// What was found, in a sentence that follows the name of the column.
    pub message: String,
}

/// How many leads of one outcome have a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Filled {
    /// Leads with this outcome.
    pub leads: usize,
    /// With a value in the column.
    pub filled: usize,
}

impl Filled {
    /// The share with a value, 0-1; none without leads.
    pub fn share(&self) -> Option<f64> {
        (self.leads > 0).then(|| self.filled as f64 / self.leads as f64)
    }
}

/// Everything that was found out about one column that could be a feature.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// The column.
    pub column: String,
    /// When the project says that its value is known.
    pub known: Known,
    /// How well it alone ranks won above lost; none for dates, for texts of nearly as many values as leads, and with
    /// fewer than 50 won or lost leads.
    pub alone: Option<Alone>,
    /// The same area with the values at creation, where a history tells them.
    pub auc_at_creation: Option<f64>,
    /// Share of closed leads for which the value first became known within a day of the closing, where anything tells.
    pub known_with_closing: Option<f64>,
    /// How many open leads have a value.
    pub open: Filled,
    /// How many won leads.
    pub won: Filled,
    /// How many lost leads.
    pub lost: Filled,
    /// What speaks against it, the gravest first.
    pub signs: Vec<Sign>,
    /// What becomes of it.
    pub verdict: Verdict,
}

/// Looks at every column that may be a feature, one at a time; see [`inspect`]. Columns that the project file names as
/// known at creation pass.
pub fn screen(leads: &Leads) -> Screened {
    let mut screened = Screened::default();
    let looked_at =
        |finding: &Finding| !matches!(finding.verdict, Verdict::Declared | Verdict::NotUsed);
    for finding in findings(leads, false).into_iter().filter(looked_at) {
        let Some(sign) = finding.signs.into_iter().next() else {
            continue;
        };
        let out = LeftOut {
            column: finding.column,
            code: sign.code.to_owned(),
            message: sign.message,
        };
        match finding.verdict {
            Verdict::Refused => screened.refused.push(out),
            _ => screened.suspects.push(out),
        }
    }
    screened
}

/// Everything that the data tells about when the value of each column became known, also of columns that the project
/// file declares.
///
/// What it asks (METHOD: data contract): does the column alone rank won above lost better than any honest column does;
/// is it filled, or emptied, by the closing, by winning, by the first contact or with time; does it hold dates after the
/// creation, or grow with the life of a lead; does a history show that it was known later?
pub fn inspect(leads: &Leads) -> Vec<Finding> {
    findings(leads, true)
}

/// What cannot be seen in these leads, in sentences.
pub fn unseen(leads: &Leads) -> Vec<String> {
    let count = |outcome| {
        leads
            .outcome
            .iter()
            .filter(|&&other| other == outcome)
            .count()
    };
    let [open, won, lost] = [Outcome::Open, Outcome::Won, Outcome::Lost].map(count);
    let mut unseen = Vec::new();
    if open == 0 {
        unseen.push(
            "There are no open leads in the data, so whether closing a lead fills or empties a column cannot be seen: only how \
             well a column ranks won above lost"
                .to_owned(),
        );
    }
    if won < MIN_EACH || lost < MIN_EACH {
        unseen.push(format!(
            "There are {won} won and {lost} lost leads: with fewer than {MIN_EACH} of each, how well one column ranks won above \
             lost is not judged"
        ));
    }
    if !leads.dated() {
        unseen.push(
            "Without `created` and `closed`, whether a column changes in the life of a lead cannot be seen".to_owned(),
        );
    }
    if leads.stages.is_none() && leads.activities.is_none() {
        unseen.push(
            "Without [stages] and [activities] nothing tells what a column held when a lead came in. A value that is overwritten \
             later, in open leads as in closed ones, is found only if it ranks too well to be honest"
                .to_owned(),
        );
    } else {
        unseen.push(
            "A value that is overwritten later in open leads as in closed ones, and repeats no stage and no activity, is found \
             only if it ranks too well to be honest"
                .to_owned(),
        );
    }
    unseen
}

fn findings(leads: &Leads, all: bool) -> Vec<Finding> {
    let mut closed: Vec<usize> = (0..leads.len())
        .filter(|&row| leads.outcome[row] != Outcome::Open)
        .collect();
    let step = closed.len().div_ceil(MOST_JUDGED).max(1);
    closed = closed.into_iter().step_by(step).collect();
    let won: Vec<bool> = closed
        .iter()
        .map(|&row| leads.outcome[row] == Outcome::Won)
        .collect();
    let wins = won.iter().filter(|&&won| won).count();
    let enough = wins >= MIN_EACH && won.len() - wins >= MIN_EACH;
    let judge = Judge {
        leads,
        closed: &closed,
        months: Months::new(leads),
        won: &won,
        enough,
    };
    let may_be_feature = |name: &str| {
        let role = leads
            .roles
            .iter()
            .find(|(_, column)| column.as_str() == name);
        role.is_none_or(|(role, _)| role.may_be_feature())
    };
    let wanted = |name: &str| {
        all || !matches!(
            judge.known(name),
            Known::Close | Known::Creation { declared: true }
        )
    };
    (leads.table.iter())
        .filter(|(name, _)| may_be_feature(name) && wanted(name))
        .map(|(name, column)| judge.column(name, column))
        .collect()
}

struct Judge<'a> {
    leads: &'a Leads,
    months: Months,
    closed: &'a [usize],
    won: &'a [bool],
    enough: bool,
}

impl Judge<'_> {
    fn known(&self, name: &str) -> Known {
        self.leads.known.get(name).copied().unwrap_or(Known::Close)
    }

    fn column(&self, name: &str, column: &Column) -> Finding {
        let known = self.known(name);
        let tally = Tally::new(self.leads, &self.months, column, |_| true);
        let alone = (self.enough)
            .then(|| Coded::new(column, self.closed)?.alone(self.won))
            .flatten();
        let lookback = lookback::look(self.leads, column, self.closed, self.won);
        let signs = if known == Known::Close {
            Vec::new()
        } else {
            self.signs(column, known, &tally, alone, lookback.as_ref())
        };
        let suspect = |sign: &Sign| matches!(sign.code, "leak-suspect" | "with-closing");
        let verdict = match known {
            Known::Close => Verdict::NotUsed,
            Known::Creation { declared: true } => Verdict::Declared,
            _ if signs.is_empty() && known == Known::Contact => Verdict::Declared,
            _ if signs.is_empty() => Verdict::Used,
            _ if signs.iter().all(suspect) => Verdict::Suspect,
            _ => Verdict::Refused,
        };
        let filled = |outcome: usize| {
            let (leads, filled) = tally.filled(outcome);
            Filled { leads, filled }
        };
        let by_date = signs::at_closing(self.leads, column).map(|(share, _)| share);
        Finding {
            column: name.to_owned(),
            known,
            alone,
            auc_at_creation: lookback.as_ref().and_then(|back| back.auc_at_creation),
            known_with_closing: lookback.and_then(|back| back.at_closing).or(by_date),
            open: filled(0),
            won: filled(1),
            lost: filled(2),
            signs,
            verdict,
        }
    }

    /// What speaks against a column, the gravest first: what shows when it was filled, then what only shows that it tells
    /// too much.
    fn signs(
        &self,
        column: &Column,
        known: Known,
        tally: &Tally,
        alone: Option<Alone>,
        lookback: Option<&lookback::Lookback>,
    ) -> Vec<Sign> {
        let leads = self.leads;
        let contacts = known == Known::Contact && leads.contacted.iter().any(Option::is_some);
        // What is known from the contact on is empty before it: only leads contacted are compared.
        let contacted = |row: usize| leads.contacted[row].is_some();
        let of_contacted = contacts.then(|| Tally::new(leads, &self.months, column, contacted));
        let compared = of_contacted.as_ref().unwrap_or(tally);
        let mut signs = Vec::new();
        let mut say = |code: &'static str, message: Option<String>| {
            signs.extend(message.map(|message| Sign { code, message }));
        };
        say("later-date", signs::later_dates(leads, column));
        say("known-later", lookback.map(|back| known_later(back, alone)));
        say("grows-with-life", signs::grows_with_life(leads, column));
        if known != Known::Contact {
            say("filled-at-contact", signs::filled_by_contact(leads, column));
        }
        say("filled-later", signs::filled_by_closing(compared));
        say("filled-by-winning", signs::filled_by_winning(tally));
        if known != Known::Contact {
            say("filled-with-time", signs::filled_with_time(leads, column));
        }
        if let Some(alone) = alone {
            let strong = alone.auc > SUSPECT_AUC && alone.auc <= REFUSE_AUC;
            say("leak", (alone.auc > REFUSE_AUC).then(|| leak(alone)));
            if strong && leads.dated() {
                say("changes-later", signs::changes_later(leads, column));
            }
            say("leak-suspect", strong.then(|| leak_suspect(alone)));
        }
        let with_closing =
            signs::at_closing(leads, column).filter(|(share, _)| *share > WITH_CLOSING);
        say("with-closing", with_closing.map(|(share, n)| {
            format!(
                "holds a day within one of the closing in {:.0} % of the {n} closed leads that have one: it is most likely filled \
                 by closing. If so, name it in [leads.known] close",
                share * 100.0
            )
        }));
        signs
    }
}

fn known_later(back: &lookback::Lookback, alone: Option<Alone>) -> String {
    let mut message = back.message.clone();
    if let Some((now, then)) = alone.zip(back.auc_at_creation) {
        let grave = if now.auc - then > MOST_DROP {
            ", which is why it would mislead"
        } else {
            ""
        };
        let _ = write!(
            message,
            ". Alone it ranks won above lost in {:.0} % of pairs as it stands, and in {:.0} % as it stood at creation{grave}",
            now.auc * 100.0,
            then * 100.0
        );
    }
    if let Some(share) = back.at_closing {
        let _ = write!(
            message,
            ". In {:.0} % of closed leads it became known within a day of the closing",
            share * 100.0
        );
    }
    message
}

fn leak(alone: Alone) -> String {
    format!(
        "alone ranks won above lost in {:.1} % of pairs: it looks filled in after the outcome. It is not used. If it \
         really is known when a lead comes in, name it in [leads.known] creation; if not, in close",
        alone.auc * 100.0
    )
}

fn leak_suspect(alone: Alone) -> String {
    format!(
        "alone ranks won above lost in {:.1} % of pairs: more than most honest columns do. If it is filled in after \
         the first contact or the outcome, name it in [leads.known] contact or close",
        alone.auc * 100.0
    )
}
