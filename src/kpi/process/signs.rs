//! Records with a sign, counted by owner, held against the others, and what may be asked.

use std::collections::BTreeMap;

use crate::kpi::process::others::{Tally, chance, likelihood};
use crate::kpi::process::people::Field;
use crate::kpi::process::result::{Evidence, Sign, SignOf, SignRow, Standing, Untold};
use crate::kpi::process::work::share;

/// False questions among all questions, at most (Benjamini and Hochberg 1995).
const FALSE_QUESTIONS: f64 = 0.10;
/// Fewest owners with records enough.
const MIN_OWNERS: usize = 3;
/// Weight of the whole in the rate of a stratum, records.
const SHRINK: f64 = 10.0;
/// What an owner must have beyond the others, times their odds.
const MIN_ODDS: f64 = 2.0;

/// A record that may have the sign.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record {
    /// Whose.
    pub(super) owner: usize,
    /// Its month, product ...: records are held against those of the same.
    pub(super) stratum: u32,
    /// Whether it has the sign.
    pub(super) hit: bool,
}

/// The records of one sign.
#[derive(Debug)]
pub(super) struct Looked {
    /// Which.
    pub(super) sign: Sign,
    /// Kind of activity.
    pub(super) kind: Option<String>,
    /// Whether that kind brings people together.
    pub(super) in_person: bool,
    /// How near in time counts, minutes.
    pub(super) minutes: i64,
    /// The records; those without an owner are not among them.
    pub(super) records: Vec<Record>,
    /// What stands behind the sign, by owner.
    pub(super) evidence: Vec<(usize, Evidence)>,
    /// Why there are none.
    pub(super) untold: Option<Untold>,
}

impl Looked {
    /// Nothing yet.
    pub(super) const fn at(sign: Sign) -> Self {
        Self {
            sign,
            kind: None,
            in_person: false,
            minutes: 0,
            records: Vec::new(),
            evidence: Vec::new(),
            untold: None,
        }
    }

    /// A sign that cannot be told.
    pub(super) const fn untold(sign: Sign, why: Untold) -> Self {
        let mut looked = Self::at(sign);
        looked.untold = Some(why);
        looked
    }
}

/// What it takes to be judged, and to be asked.
struct Least {
    /// Records of an owner who is judged.
    records: usize,
    /// With the sign beyond what the others would have ...
    beyond: f64,
    /// ... and the same as a share of his records.
    share: f64,
}

const fn least(sign: Sign) -> Least {
    let (records, beyond, share) = match sign {
        Sign::MonthEnd => (10, 4.0, 0.10),
        Sign::RestDayClosings | Sign::AfterClosing => (20, 5.0, 0.10),
        Sign::SameAmounts => (20, 4.0, 0.10),
        Sign::Bursts | Sign::Batches => (20, 5.0, 0.05),
        Sign::Jumps | Sign::RestDays | Sign::OffHours => (20, 6.0, 0.10),
    };
    Least {
        records,
        beyond,
        share,
    }
}

/// The counts of a sign.
struct Counts {
    /// By owner: records, with the sign.
    own: Vec<(usize, usize)>,
    /// By owner: what the others would have at his mix.
    expected: Vec<f64>,
    /// By owner: the same as a logit, on a level common to all.
    logit: Vec<f64>,
}

impl Counts {
    fn of(looked: &Looked, owners: usize) -> Self {
        let mut own = vec![(0, 0); owners];
        let mut strata: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
        let mut cells: BTreeMap<(usize, u32), (f64, f64)> = BTreeMap::new();
        for record in &looked.records {
            let hit = usize::from(record.hit);
            own[record.owner].0 += 1;
            own[record.owner].1 += hit;
            let cell = cells.entry((record.owner, record.stratum)).or_default();
            let whole = strata.entry(record.stratum).or_default();
            for sum in [cell, whole] {
                sum.0 += 1.0;
                sum.1 += hit as f64;
            }
        }
        let total = own.iter().fold((0, 0), |s, o| (s.0 + o.0, s.1 + o.1));
        let rate = |n: f64, k: f64| (k + 0.5) / (n + 1.0);
        let common = logit(rate(total.0 as f64, total.1 as f64));
        let level: Vec<f64> = (own.iter())
            .map(|(n, k)| rate((total.0 - n) as f64, (total.1 - k) as f64))
            .collect();
        let mut expected = vec![0.0; owners];
        for (&(owner, stratum), &(n, k)) in &cells {
            let (all_n, all_k) = strata[&stratum];
            let of_others = (all_k - k + SHRINK * level[owner]) / (all_n - n + SHRINK);
            expected[owner] += n * of_others;
        }
        let logits = (0..owners).map(|owner| {
            let n = own[owner].0 as f64;
            if n == 0.0 {
                return common;
            }
            logit(expected[owner] / n) - logit(level[owner]) + common
        });
        Self {
            logit: logits.collect(),
            own,
            expected,
        }
    }

    fn tally(&self, owner: usize) -> Tally {
        let (n, k) = self.own[owner];
        Tally {
            n,
            k,
            logit: self.logit[owner],
        }
    }

    /// Whether what an owner has beyond the others is worth a question at all.
    fn material(&self, owner: usize, sign: Sign) -> bool {
        let (n, k) = (self.own[owner].0 as f64, self.own[owner].1 as f64);
        let beyond = k - self.expected[owner];
        let odds = |k: f64| (k + 0.5) / (n - k + 0.5);
        let least = least(sign);
        beyond >= least.beyond
            && beyond >= least.share * n
            && odds(k) >= MIN_ODDS * odds(self.expected[owner])
    }
}

fn logit(p: f64) -> f64 {
    let p = p.clamp(1e-9, 1.0 - 1e-9);
    (p / (1.0 - p)).ln()
}

/// Chances of one sign, owner by owner, held against those not in question yet.
struct Judged {
    sign: Sign,
    kind: Option<String>,
    counts: Counts,
    who: Vec<usize>,
    logs: Vec<Vec<f64>>,
    asked: Vec<bool>,
    p: Vec<f64>,
}

impl Judged {
    fn of(looked: &Looked, owners: usize) -> Self {
        let counts = Counts::of(looked, owners);
        let enough = least(looked.sign).records;
        let mut judged: Vec<usize> = (0..owners).filter(|&o| counts.own[o].0 >= enough).collect();
        if judged.len() < MIN_OWNERS {
            judged.clear();
        }
        let logs = (judged.iter())
            .map(|&owner| likelihood(&counts.tally(owner)))
            .collect();
        let n = judged.len();
        Self {
            sign: looked.sign,
            kind: looked.kind.clone(),
            counts,
            who: judged,
            logs,
            asked: vec![false; n],
            p: vec![1.0; n],
        }
    }

    /// Computes the chances of those not in question, against one another.
    fn judge(&mut self) {
        let Some(length) = self.logs.first().map(Vec::len) else {
            return;
        };
        let mut all = vec![0.0; length];
        for (logs, _) in self
            .logs
            .iter()
            .zip(&self.asked)
            .filter(|(_, asked)| !**asked)
        {
            add(&mut all, logs, 1.0);
        }
        let with_sign = (self.who.iter().zip(&self.asked))
            .filter(|&(&owner, asked)| !asked && self.counts.own[owner].1 > 0)
            .count();
        for (i, &owner) in self.who.iter().enumerate() {
            if !self.asked[i] {
                let mut others = all.clone();
                add(&mut others, &self.logs[i], -1.0);
                let with = with_sign - usize::from(self.counts.own[owner].1 > 0);
                self.p[i] = chance(&self.counts.tally(owner), &others, with);
            }
        }
    }
}

fn add(sum: &mut [f64], part: &[f64], sign: f64) {
    for (sum, part) in sum.iter_mut().zip(part) {
        *sum += sign * part;
    }
}

/// Holds every owner against the others under every sign. Who is in question is no measure for others, so after each round the
/// rest are judged again without him. Evidence is kept for questions, and for `shown`.
pub(super) fn judge(looked: Vec<Looked>, field: &Field<'_>, shown: Option<usize>) -> Vec<SignRow> {
    let owners = field.owners.len();
    let mut signs: Vec<Judged> = (looked.iter())
        .map(|looked| Judged::of(looked, owners))
        .collect();
    let tests: usize = signs.iter().map(|sign| sign.who.len()).sum();
    for _ in 0..=owners {
        for sign in &mut signs {
            sign.judge();
        }
        let mut chances: Vec<f64> = signs.iter().flat_map(|sign| sign.p.clone()).collect();
        chances.sort_by(f64::total_cmp);
        let bar = (chances.iter().enumerate())
            .filter(|&(i, &p)| p <= FALSE_QUESTIONS * (i + 1) as f64 / tests as f64)
            .map(|(_, &p)| p)
            .next_back();
        let mut new = false;
        for (sign, looked) in signs.iter_mut().zip(&looked) {
            for i in 0..sign.who.len() {
                let claimed = bar.is_some_and(|bar| sign.p[i] <= bar)
                    && sign.counts.material(sign.who[i], looked.sign);
                new |= claimed && !sign.asked[i];
                sign.asked[i] |= claimed;
            }
        }
        if !new {
            break;
        }
    }
    let before: Vec<Vec<usize>> = signs
        .iter()
        .map(|sign| bursts_asked(sign, &signs))
        .collect();
    (looked.into_iter().zip(signs).zip(before))
        .map(|((looked, judged), before)| row(looked, &judged, &before, field, shown))
        .collect()
}

/// Owners of whom the bursts among batches are asked already.
fn bursts_asked(sign: &Judged, signs: &[Judged]) -> Vec<usize> {
    if sign.sign != Sign::Batches {
        return Vec::new();
    }
    let same = signs
        .iter()
        .filter(|of| of.sign == Sign::Bursts && of.kind == sign.kind);
    same.flat_map(|of| of.who.iter().zip(&of.asked))
        .filter(|(_, asked)| **asked)
        .map(|(&owner, _)| owner)
        .collect()
}

fn row(
    looked: Looked,
    judged: &Judged,
    before: &[usize],
    field: &Field<'_>,
    shown: Option<usize>,
) -> SignRow {
    let own = &judged.counts.own;
    let (n, k) = own.iter().fold((0, 0), |s, o| (s.0 + o.0, s.1 + o.1));
    let mut rows: Vec<SignOf> = (0..field.owners.len())
        .filter(|&owner| own[owner].0 > 0)
        .map(|owner| {
            let place = judged.who.iter().position(|&j| j == owner);
            let standing = match place {
                None => Standing::TooFew,
                Some(i) if judged.asked[i] && before.contains(&owner) => Standing::Asked,
                Some(i) if judged.asked[i] => Standing::Question,
                Some(_) => Standing::Usual,
            };
            let asked = standing == Standing::Question || shown == Some(owner);
            let of = looked
                .evidence
                .iter()
                .filter(|(of, _)| asked && *of == owner);
            let mut evidence: Vec<Evidence> = of.map(|(_, what)| what.clone()).collect();
            let day = |of: &Evidence| of.closed.unwrap_or(of.from.day());
            evidence.sort_by(|a, b| (day(a), a.from, &a.leads).cmp(&(day(b), b.from, &b.leads)));
            SignOf {
                owner: field.owners[owner].clone(),
                n: own[owner].0,
                k: own[owner].1,
                share: share(own[owner].1, own[owner].0),
                expected: judged.counts.expected[owner],
                others_n: n - own[owner].0,
                others_k: k - own[owner].1,
                p: place.map(|i| judged.p[i]),
                standing,
                evidence,
            }
        })
        .collect();
    rows.sort_by(|a, b| a.owner.cmp(&b.owner));
    let too_few = judged.who.is_empty().then_some(Untold::TooFewOwners);
    SignRow {
        sign: looked.sign,
        kind: looked.kind,
        in_person: looked.in_person,
        minutes: looked.minutes,
        share: share(k, n),
        judged: judged.who.len(),
        untold: looked.untold.or(too_few),
        owners: rows,
    }
}
