//! Gaps between salespeople, held against what their leads let expect. No league table: who has the better leads wins
//! more, and of twenty equals one lies outside the limits.

mod curve;
mod design;
mod expect;
mod fit;
mod funnel;
mod lives;
mod money;
mod practice;
mod response;
mod result;
mod shrink;
mod split;

pub use funnel::{Funnel, Place, Tally, funnel};
pub use result::{
    Band, Gap, GapPart, OwnerRow, Owners, OwnersError, Part, Practice, PracticeKind, PracticeOf,
    Verdict,
};
pub use shrink::{Ratio, Ratios, shrink};

use crate::domain::{Day, Leads, MISSING, Outcome, Role};
use crate::kpi::owners::design::Design;
use crate::kpi::owners::expect::Expected;
use crate::kpi::owners::lives::Lives;
use crate::kpi::owners::money::{Known, Money};
use crate::kpi::owners::response::Response;
use crate::score::Warning;

/// Share of its way below which a lead is young.
const YOUNG: f64 = 0.9;
/// Days after the first lead by which something should have been closed.
const FIRST_CLOSING: i32 = 60;
/// Lost leads for each won one, from which it can be said that lost leads are closed.
const CLOSES: f64 = 0.1;
/// Share of leads that must name an owner, below which it is worth a word.
const NAMED: f64 = 0.9;

/// Holds the wins of each owner against those that the team would have made of the same leads by now. `seed` deals the
/// leads out to folds and draws coefficients.
///
/// # Errors
/// See [`OwnersError`]: data without dates or owners, or owners that are known of won leads only.
pub fn owners(leads: &Leads, seed: u64) -> Result<Owners, OwnersError> {
    let lives = Lives::of(leads, seed)?;
    let (design, mut warnings) = design::design(leads, &lives);
    let source = levels(leads, &lives, Role::Source);
    let reach = curve::reach(
        &lives.age,
        &lives.won_after,
        source.as_deref().unwrap_or(&vec![0; lives.len()]),
    );
    let chance = expect::chance(&design, &lives, &reach);
    let tallies = tallies(&design, &lives, &reach, &chance);
    let placed = funnel(&tallies);
    let ratios = shrink(&shrinkable(&tallies, &placed));
    let mut rows = rows(&lives, &tallies, &placed, &ratios);
    let response = Response::of(leads, &lives);
    let money = Money::of(leads, &lives, &design, &mut warnings);
    let shown: Vec<bool> = (placed.places.iter())
        .map(|place| place.verdict != Verdict::TooFew)
        .collect();
    let gaps = money.gaps(
        &Known {
            lives: &lives,
            design: &design,
            reach: &reach,
            chance: &chance,
            response: response.as_ref(),
            source: source.as_deref(),
            product: levels(leads, &lives, Role::Product).as_deref(),
        },
        &shown,
        placed.phi,
        seed,
    );
    for (row, gap) in rows.iter_mut().zip(gaps) {
        row.gap = gap;
    }
    let scores = (tallies.iter().zip(&placed.places))
        .map(|(tally, place)| {
            (!matches!(place.verdict, Verdict::TooFew | Verdict::Alone)).then(|| {
                let noise = tally.variance / tally.expected.powi(2);
                (
                    tally.won / tally.expected,
                    1.0 / (ratios.spread.powi(2) + noise),
                )
            })
        })
        .collect();
    warnings.extend(doubts(leads, &lives));
    let left_open_differs = left_open(leads, &lives, &reach, &mut rows, &mut warnings);
    let judged = |row: &&OwnerRow| !matches!(row.verdict, Verdict::TooFew | Verdict::Alone);
    let outside =
        |far: fn(&OwnerRow) -> bool| rows.iter().filter(judged).filter(|r| far(r)).count();
    Ok(Owners {
        as_of: leads.as_of,
        currency: String::new(),
        leads: lives.len(),
        won: lives.wins(),
        young: reach.iter().filter(|&&g| g < YOUNG).count(),
        left_open_differs,
        per_lead: money.revenue.iter().sum::<f64>() / lives.len() as f64,
        judged: placed.judged,
        outside_95: outside(|row| row.outside_95),
        outside_998: outside(|row| row.outside_998),
        outside_95_by_chance: 0.05 * placed.judged as f64,
        p_all: placed.p_all,
        phi: placed.phi,
        spread: ratios.spread,
        nu: ratios.nu,
        response: (response.as_ref())
            .map(|response| response.table(&lives, &chance.mean))
            .unwrap_or_default(),
        practices: practice::practices(leads, &lives, response.as_ref(), &scores),
        missing: missing(leads, &money, response.as_ref()),
        without_owner: lives.without_owner,
        undated: lives.undated,
        owners: rows,
        warnings,
    })
}

/// The positions of a role's texts, by life; none without that role. What is missing is a level of its own.
fn levels(leads: &Leads, lives: &Lives, role: Role) -> Option<Vec<usize>> {
    let texts = lives::texts(leads, role)?;
    let level = |&row: &usize| match texts.codes[row] {
        MISSING => texts.levels.len(),
        code => code as usize,
    };
    Some(lives.row.iter().map(level).collect())
}

fn tallies(design: &Design, lives: &Lives, reach: &[f64], chance: &Expected) -> Vec<Tally> {
    let variances = expect::variances(design, lives, reach, chance);
    let mut tallies: Vec<Tally> = (variances.into_iter())
        .map(|(plain_variance, variance)| Tally {
            leads: 0.0,
            won: 0.0,
            expected: 0.0,
            plain_variance,
            variance,
            skew: 0.0,
        })
        .collect();
    for (i, &owner) in lives.owner.iter().enumerate() {
        let (tally, p) = (&mut tallies[owner], chance.mean[i]);
        tally.leads += 1.0;
        tally.won += f64::from(u8::from(lives.won[i]));
        tally.expected += p;
        tally.skew += p * (1.0 - p) * (1.0 - 2.0 * p);
    }
    for tally in &mut tallies {
        tally.skew /= tally.plain_variance.powf(1.5).max(1e-12);
    }
    tallies
}

/// What the shrunken ratios are learnt from: owners who can be told from their leads.
fn shrinkable(tallies: &[Tally], placed: &Funnel) -> Vec<(f64, f64, f64)> {
    (tallies.iter().zip(&placed.places))
        .map(|(tally, place)| match place.verdict {
            Verdict::Alone => (0.0, 0.0, 0.0),
            _ => (tally.won, tally.expected, tally.variance),
        })
        .collect()
}

fn rows(lives: &Lives, tallies: &[Tally], placed: &Funnel, ratios: &Ratios) -> Vec<OwnerRow> {
    let row = |(owner, tally): (usize, &Tally)| {
        let place = &placed.places[owner];
        let ratio = (tally.expected > 0.0).then(|| tally.won / tally.expected);
        let outside = |[low, high]: [f64; 2]| ratio.is_some_and(|r| r < low || r > high);
        OwnerRow {
            owner: lives.owners[owner].clone(),
            leads: tally.leads as usize,
            won: tally.won as usize,
            won_share: tally.won / tally.leads.max(1.0),
            left_open: None,
            expected: tally.expected,
            ratio,
            z: place.z,
            p: place.p,
            limits_95: place.limits_95,
            limits_998: place.limits_998,
            outside_95: outside(place.limits_95),
            outside_998: outside(place.limits_998),
            verdict: place.verdict,
            shrunken: ratios.of[owner],
            gap: None,
        }
    };
    tallies.iter().enumerate().map(row).collect()
}

/// Fills in which share of his old leads each owner leaves open; whether these differ beyond chance (chi-squared test of
/// homogeneity, at 1 %), and says so.
fn left_open(
    leads: &Leads,
    lives: &Lives,
    reach: &[f64],
    rows: &mut [OwnerRow],
    warnings: &mut Vec<Warning>,
) -> bool {
    let mut old = vec![(0.0, 0.0); rows.len()];
    for (i, &owner) in lives.owner.iter().enumerate() {
        if reach[i] >= YOUNG {
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
                "Owners leave different shares of their old leads open ({:.0} % in all). Such a lead counts as not won: where \
                 that is a habit of closing or of bookkeeping, the ratios tell of the habit as well as of the skill",
                100.0 * rate
            ),
            column: None,
        });
    }
    differs
}

/// Keys of the project file that would bring what is left out.
fn missing(leads: &Leads, money: &Money, response: Option<&Response>) -> Vec<String> {
    let mut keys = Vec::new();
    let mut lacks = |key: &str, lacking: bool| {
        if lacking {
            keys.push(key.to_owned());
        }
    };
    lacks("amount", !money.known);
    for role in [Role::Source, Role::Product] {
        lacks(role.key(), !leads.roles.contains_key(&role));
    }
    lacks("contacted", response.is_none());
    lacks("[activities]", leads.activities.is_none());
    lacks("[stages]", leads.stages.is_none());
    keys
}

/// What the data may lack, as far as it shows.
fn doubts(leads: &Leads, lives: &Lives) -> Vec<Warning> {
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
