//! Gaps between salespeople, held against what their leads let expect. No league table: who has the better leads wins
//! more, and of twenty equals one lies outside the limits.

mod curve;
mod design;
mod doubts;
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

use crate::domain::{Leads, MISSING, Role};
use crate::kpi::owners::lives::Lives;
use crate::kpi::owners::money::{Known, Money};
use crate::kpi::owners::response::Response;
use crate::kpi::refunds::refunds;

/// Share of its way below which a lead is young.
pub(super) const YOUNG: f64 = 0.9;

/// Holds the wins of each owner against those that the team would have made of the same leads by now. `seed` deals the
/// leads out to folds and draws coefficients.
///
/// # Errors
/// See [`OwnersError`]: data without dates or owners, or owners that are known of won leads only.
pub fn owners(leads: &Leads, seed: u64) -> Result<Owners, OwnersError> {
    let lives = Lives::of(leads, seed)?;
    let (design, mut warnings) = design::design(leads, &lives);
    let source = levels(leads, &lives, Role::Source);
    let product = levels(leads, &lives, Role::Product);
    let alike = vec![0; lives.len()];
    let reach = curve::reach(
        &lives.age,
        &lives.won_after,
        source.as_deref().unwrap_or(&alike),
    );
    let chance = expect::chance(&design, &lives, &reach);
    let response = Response::of(leads, &lives);
    let known = Known {
        lives: &lives,
        design: &design,
        reach: &reach,
        chance: &chance,
        response: response.as_ref(),
        source: source.as_deref(),
        product: product.as_deref(),
    };
    let tallies = tallies(&known);
    let placed = funnel(&tallies);
    let ratios = shrink(&shrinkable(&tallies, &placed));
    let mut rows = rows(&lives, &tallies, &placed, &ratios);
    let money = Money::of(leads, &lives, &design, &mut warnings);
    fill_gaps(&mut rows, &money, &known, placed.phi, seed);
    warnings.extend(doubts::doubts(leads, &lives));
    let left_open_differs = doubts::left_open(leads, &lives, &reach, &mut rows, &mut warnings);
    let scores = scores(&tallies, &placed, &ratios);
    let judged = |row: &&OwnerRow| is_judged(row.verdict);
    let outside = |far: fn(&&OwnerRow) -> bool| rows.iter().filter(judged).filter(far).count();
    Ok(Owners {
        as_of: leads.as_of,
        currency: String::new(),
        leads: lives.len(),
        won: lives.wins(),
        young: reach.iter().filter(|&&g| g < YOUNG).count(),
        left_open_differs,
        per_lead: money.revenue.iter().sum::<f64>() / lives.len() as f64,
        refunds: refunds(leads, lives.row.iter().copied()),
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
        missing: doubts::missing(leads, money.known, response.is_some()),
        without_owner: lives.without_owner,
        undated: lives.undated,
        owners: rows,
        warnings,
    })
}

/// Whether an owner is held against the others.
const fn is_judged(verdict: Verdict) -> bool {
    !matches!(verdict, Verdict::TooFew | Verdict::Alone)
}

/// Splits the gaps of all owners with leads enough.
fn fill_gaps(rows: &mut [OwnerRow], money: &Money, known: &Known<'_>, phi: f64, seed: u64) {
    let shown: Vec<bool> = (rows.iter())
        .map(|row| row.verdict != Verdict::TooFew)
        .collect();
    for (row, gap) in rows.iter_mut().zip(money.gaps(known, &shown, phi, seed)) {
        row.gap = gap;
    }
}

/// What practices are held against.
fn scores(tallies: &[Tally], placed: &Funnel, ratios: &Ratios) -> practice::Scores {
    (tallies.iter().zip(&placed.places))
        .map(|(tally, place)| {
            is_judged(place.verdict).then(|| {
                let noise = tally.variance / tally.expected.powi(2);
                let weight = 1.0 / (ratios.spread.powi(2) + noise);
                (tally.won / tally.expected, weight)
            })
        })
        .collect()
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

fn tallies(known: &Known<'_>) -> Vec<Tally> {
    let (lives, chance) = (known.lives, known.chance);
    let variances = expect::variances(known.design, lives, known.reach, chance);
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
