//! What the data may lack, as far as it shows.

use crate::domain::{Day, Leads, Outcome, Role};
use crate::kpi::owners::YOUNG;
use crate::kpi::owners::lives::Lives;
use crate::kpi::owners::result::OwnerRow;
use crate::score::Warning;

/// Days after the first lead by which something should have been closed.
const FIRST_CLOSING: i32 = 60;
/// Lost leads for each won one, from which it can be said that lost leads are closed.
const CLOSES: f64 = 0.1;
/// Share of leads that must name an owner, below which it is worth a word.
const NAMED: f64 = 0.9;

/// Fills in which share of his old leads that are not won each owner leaves open; whether these differ beyond chance (chi-squared test of
/// homogeneity, at 1 %), and says so.
pub(super) fn left_open(
    leads: &Leads,
    lives: &Lives,
    reach: &[f64],
    rows: &mut [OwnerRow],
    warnings: &mut Vec<Warning>,
) -> bool {
    let mut old = vec![(0.0, 0.0); rows.len()];
    for (i, &owner) in lives.owner.iter().enumerate() {
        if reach[i] >= YOUNG && !lives.won[i] {
            old[owner].0 += 1.0;
            old[owner].1 += f64::from(u8::from(leads.outcome[lives.row[i]] == Outcome::Open));
        }
    }
    // Where nothing is ever closed as lost, the open are all that are not won.
    let lost = (lives.row.iter())
        .filter(|&&row| leads.outcome[row] == Outcome::Lost)
        .count();
    let (all, open) = (old.iter()).fold((0.0, 0.0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
    let rate = open / f64::max(all, 1.0);
    let (mut chi, mut freedom) = (0.0, -1.0);
    for (row, &(n, open)) in rows.iter_mut().zip(&old) {
        if n > 0.0 {
            row.left_open = Some(open / n);
        }
        // The test is good from five expected on.
        if n * rate >= 5.0 && n * (1.0 - rate) >= 5.0 {
            chi += (open - n * rate).powi(2) / (n * rate * (1.0 - rate));
            freedom += 1.0;
        }
    }
    let differs = (lost as f64) >= CLOSES * lives.wins() as f64
        && freedom >= 1.0
        && chi > 0.0
        && statrs::function::gamma::gamma_ur(freedom / 2.0, chi / 2.0) < 0.01;
    if differs {
        warnings.push(Warning {
            code: "left-open-differs".to_owned(),
            message: format!(
                "Of old leads that are not won, owners leave different shares open ({:.0} % in all). Such a lead counts as not won: where \
                 that is a habit of closing or of bookkeeping, the ratios tell of the habit as well as of the skill",
                100.0 * rate
            ),
            column: None,
        });
    }
    differs
}

/// Keys of the project file that would bring what is left out.
pub(super) fn missing(leads: &Leads, money: bool, response: bool) -> Vec<String> {
    let mut keys = Vec::new();
    let mut lacks = |key: &str, lacking: bool| {
        if lacking {
            keys.push(key.to_owned());
        }
    };
    lacks("amount", !money);
    for role in [Role::Source, Role::Product] {
        lacks(role.key(), !leads.roles.contains_key(&role));
    }
    lacks("contacted", !response);
    lacks("[activities]", leads.activities.is_none());
    lacks("[stages]", leads.stages.is_none());
    keys
}

/// What the data may lack, as far as it shows.
pub(super) fn doubts(leads: &Leads, lives: &Lives) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |code: &str, message: String| {
        warnings.push(Warning {
            code: code.to_owned(),
            message,
            column: None,
        });
    };
    if let Some((first, closing)) = closings_begin(leads)
        && closing - first > FIRST_CLOSING
    {
        warn(
            "closings-begin-late",
            format!(
                "Leads begin on {first}, but nothing closes before {closing}: earlier closings may be missing from the \
                 export, and leads of those days look worse than they were. Owners are held against leads of the same time"
            ),
        );
    }
    let all = lives.len() + lives.without_owner;
    if (lives.len() as f64) < NAMED * all as f64 {
        warn(
            "without-owner",
            format!(
                "{} of {all} leads name no owner and are left out: if owners are written down late, those who close look \
                 better than they are",
                lives.without_owner
            ),
        );
    }
    warnings
}

/// When the first lead came in, and when the first one closed.
fn closings_begin(leads: &Leads) -> Option<(Day, Day)> {
    let first = leads.created.iter().flatten().min()?;
    let closed = (leads.closed.iter().zip(&leads.outcome))
        .filter(|(_, outcome)| **outcome != Outcome::Open)
        .filter_map(|(closed, _)| *closed);
    Some((*first, closed.min()?))
}
