//! What the gap between an owner's revenue per lead and that of the team is made of; the parts sum to it exactly.
//!
//! Every lead's revenue is written as a sum: what the team's leads of its time, source and product bring (Shapley over
//! the three: each is credited with what it adds, averaged over the orders in which they can be named; Shorrocks 2013),
//! what else was known of it, how soon it was contacted, whether it was won beyond all that, and for how much beyond what
//! such wins bring. A part of an owner's gap is the mean of that term over his leads less its mean over all leads.

use nalgebra::{Cholesky, DMatrix, DVector};
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};

use crate::features::parallel;
use crate::kpi::owners::design::Design;
use crate::kpi::owners::expect::Expected;
use crate::kpi::owners::fit::{Fitted, sigmoid};
use crate::kpi::owners::funnel::{claims, two_sided};
use crate::kpi::owners::lives::Lives;
use crate::kpi::owners::result::{Gap, GapPart, Part};

/// Draws of the coefficients, for how sure the worth of a source is.
const DRAWS: u64 = 24;
/// Bands of the time that leads came in.
const BANDS: usize = 8;
/// Normal quantile of an 80 % interval.
const Z80: f64 = 1.281_551_565_544_600_5;

/// What the split is made from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sources<'a> {
    pub(super) lives: &'a Lives,
    /// The share of its way that each lead has had time for.
    pub(super) reach: &'a [f64],
    /// The design of the chance, with one group more, the last, for the response if it is known.
    pub(super) design: &'a Design,
    /// The chance to be won by now, by that design.
    pub(super) chance: &'a Expected,
    /// The level of response of each lead; empty where it is not known.
    pub(super) response: &'a [usize],
    /// The design of amounts, the amounts in units of their mean by it, and that mean.
    pub(super) amount_design: &'a Design,
    pub(super) amount: &'a Expected,
    pub(super) unit: f64,
    /// Whether wins differ in money.
    pub(super) money: bool,
    /// What each lead brought; 0 if it is not won.
    pub(super) revenue: &'a [f64],
    /// Position of the source and of the product of each lead; none where the project names none.
    pub(super) source: Option<&'a [usize]>,
    pub(super) product: Option<&'a [usize]>,
    /// Overdispersion of wins, as a variance.
    pub(super) phi: f64,
}

/// The gap of each owner among `shown`; none for the others.
pub(super) fn split(from: &Sources<'_>, shown: &[bool], seed: u64) -> Vec<Option<Gap>> {
    let players = Players::of(from);
    let terms = players.terms(from, &from.worth(None));
    let means: Vec<Vec<f64>> = (terms.iter())
        .map(|(_, term)| owner_gaps(from.lives, term))
        .collect();
    let unsure = drawn(from, &players, &means, seed);
    let whole = owner_gaps(from.lives, from.revenue);
    let counts = counts(from.lives);
    let mean = from.revenue.iter().sum::<f64>() / from.lives.len() as f64;
    let gap = |owner: usize| {
        let deviation = |term: &[f64]| deviation(from.lives, term, owner, counts[owner]);
        let part = |(k, (part, term)): (usize, &(Part, Vec<f64>))| {
            // Wins of an owner vary by more than chance where owners do.
            let wider = if *part == Part::Wins { from.phi } else { 1.0 };
            let off = (wider.sqrt() * deviation(term)).hypot(unsure[k][owner]);
            let value = means[k][owner];
            GapPart {
                part: *part,
                value,
                low: value - Z80 * off,
                high: value + Z80 * off,
                real: false,
            }
        };
        let off = Z80 * deviation(from.revenue);
        Gap {
            per_lead: mean + whole[owner],
            gap: whole[owner],
            low: whole[owner] - off,
            high: whole[owner] + off,
            parts: terms.iter().enumerate().map(part).collect(),
        }
    };
    let mut gaps: Vec<Option<Gap>> = (shown.iter().enumerate())
        .map(|(owner, &shown)| shown.then(|| gap(owner)))
        .collect();
    mark(&mut gaps);
    gaps
}

/// Marks the parts that are beyond chance, all parts of all owners looked at together.
fn mark(gaps: &mut [Option<Gap>]) {
    let mut parts: Vec<&mut GapPart> = (gaps.iter_mut().flatten())
        .flat_map(|gap| gap.parts.iter_mut())
        .collect();
    let chances: Vec<f64> = (parts.iter())
        .map(|part| {
            let deviation = (part.high - part.low) / (2.0 * Z80);
            if deviation > 0.0 {
                two_sided(part.value / deviation)
            } else {
                1.0
            }
        })
        .collect();
    for (part, real) in parts.iter_mut().zip(claims(&chances)) {
        part.real = real;
    }
}

/// Leads of each owner.
fn counts(lives: &Lives) -> Vec<f64> {
    let mut counts = vec![0.0; lives.owners.len()];
    for &owner in &lives.owner {
        counts[owner] += 1.0;
    }
    counts
}

/// By owner: the mean over his leads less the mean over all.
fn owner_gaps(lives: &Lives, term: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; lives.owners.len()];
    for (&owner, value) in lives.owner.iter().zip(term) {
        sums[owner] += value;
    }
    let mean = term.iter().sum::<f64>() / lives.len().max(1) as f64;
    (sums.iter().zip(counts(lives)))
        .map(|(sum, count)| sum / f64::max(count, 1.0) - mean)
        .collect()
}

/// Standard deviation of such a mean difference, if leads are drawn by chance; leads of a customer are drawn together.
fn deviation(lives: &Lives, term: &[f64], owner: usize, count: f64) -> f64 {
    let n = lives.len() as f64;
    let mean = term.iter().sum::<f64>() / n;
    let own = lives.of_owner(owner).map(|i| term[i]).sum::<f64>() / count.max(1.0);
    let mut pulls = vec![0.0; lives.clusters];
    for (i, value) in term.iter().enumerate() {
        let pull = &mut pulls[lives.cluster[i]];
        *pull -= (value - mean) / n;
        if lives.owner[i] == owner {
            *pull += (value - own) / count.max(1.0);
        }
    }
    pulls.iter().map(|pull| pull * pull).sum::<f64>().sqrt()
}

/// Coefficients of one draw.
struct Draw {
    chance: Option<Fitted>,
    amount: Option<Fitted>,
}

/// What each lead was worth: at the team's response, and at its own.
struct Worth {
    usual: Vec<f64>,
    own: Vec<f64>,
    /// Money of a win.
    amount: Vec<f64>,
}

impl Sources<'_> {
    /// The worth of leads: by what the others teach, or by one draw of the coefficients.
    fn worth(&self, draw: Option<&Draw>) -> Worth {
        let shares = self.response_shares();
        let n = self.lives.len();
        let amount = (0..n).map(|i| self.amount_of(i, draw));
        let mut worth = Worth {
            usual: Vec::with_capacity(n),
            own: Vec::with_capacity(n),
            amount: amount.collect(),
        };
        for i in 0..n {
            let fitted = match draw {
                Some(draw) => draw.chance.as_ref(),
                None => self.chance.without(self.lives, i),
            };
            let (usual, own) = match fitted {
                Some(fitted) => self.chances(i, fitted, &shares),
                None => (self.chance.mean[i], self.chance.mean[i]),
            };
            worth.usual.push(usual * worth.amount[i]);
            worth.own.push(own * worth.amount[i]);
        }
        worth
    }

    /// Share of the leads with each level of response; empty where it is not known.
    fn response_shares(&self) -> Vec<f64> {
        let levels = self.response.iter().max().map_or(0, |&most| most + 1);
        let mut shares = vec![0.0; levels];
        for &level in self.response {
            shares[level] += 1.0 / self.lives.len() as f64;
        }
        shares
    }

    /// The chance of a lead at the team's response, and at its own.
    fn chances(&self, i: usize, fitted: &Fitted, shares: &[f64]) -> (f64, f64) {
        let (eta, g) = (fitted.eta(self.design, i), self.reach[i]);
        let own = g * sigmoid(eta);
        if shares.is_empty() {
            return (own, own);
        }
        // The last columns are those of the levels 1 and up.
        let first = self.design.columns - (shares.len() - 1);
        let of = |level: usize| match level {
            0 => 0.0,
            level => fitted.beta[first + level - 1],
        };
        let base = eta - of(self.response[i]);
        let usual: f64 = (shares.iter().enumerate())
            .map(|(level, share)| share * sigmoid(base + of(level)))
            .sum();
        (g * usual, own)
    }

    /// What a win of this lead brings, money.
    fn amount_of(&self, i: usize, draw: Option<&Draw>) -> f64 {
        let mean = match draw.and_then(|draw| draw.amount.as_ref()) {
            Some(fitted) => fitted.eta(self.amount_design, i).clamp(-20.0, 20.0).exp(),
            None => self.amount.mean[i],
        };
        self.unit * mean
    }
}

/// What divides leads into kinds: when they came in, from where, for what.
struct Players {
    parts: Vec<Part>,
    /// By set of players (a bit each): the cell of every lead, and the number of cells.
    cells: Vec<(Vec<usize>, usize)>,
}

impl Players {
    fn of(from: &Sources<'_>) -> Self {
        let when = bands(from.lives);
        let mut named: Vec<(Part, &[usize])> = vec![(Part::When, &when)];
        named.extend(from.source.map(|levels| (Part::Source, levels)));
        named.extend(from.product.map(|levels| (Part::Product, levels)));
        let n = from.lives.len();
        let cells = (0..1_usize << named.len()).map(|set| {
            let of: Vec<&[usize]> = (named.iter().enumerate())
                .filter(|(k, _)| set >> k & 1 == 1)
                .map(|(_, (_, levels))| *levels)
                .collect();
            let keys: Vec<Vec<usize>> = (0..n)
                .map(|i| of.iter().map(|levels| levels[i]).collect())
                .collect();
            let mut distinct = keys.clone();
            distinct.sort_unstable();
            distinct.dedup();
            let cell = |key: &Vec<usize>| distinct.binary_search(key).unwrap_or(0);
            (keys.iter().map(cell).collect(), distinct.len())
        });
        Self {
            cells: cells.collect(),
            parts: named.iter().map(|(part, _)| *part).collect(),
        }
    }

    /// By part: the term of each lead. They sum to its revenue less the mean worth of all.
    fn terms(&self, from: &Sources<'_>, worth: &Worth) -> Vec<(Part, Vec<f64>)> {
        let mut terms = self.mix(worth);
        let n = from.lives.len();
        let own: Vec<f64> = worth.own.clone();
        if !from.response.is_empty() {
            let speed = own.iter().zip(&worth.usual).map(|(own, usual)| own - usual);
            terms.push((Part::Speed, speed.collect()));
        }
        // A win counts the amount of such wins, and what it brought beyond that on its own.
        let won = |i: usize| f64::from(u8::from(from.lives.won[i])) * worth.amount[i];
        terms.push((Part::Wins, (0..n).map(|i| won(i) - own[i]).collect()));
        if from.money {
            let refund = |i: usize| from.lives.amount[i] < 0.0;
            let beyond = |given_back: bool| -> Vec<f64> {
                let of = |i: usize| from.revenue[i] - won(i);
                let counted = |i: usize| if refund(i) == given_back { of(i) } else { 0.0 };
                (0..n).map(counted).collect()
            };
            terms.push((Part::Amounts, beyond(false)));
            if (0..n).any(refund) {
                terms.push((Part::Refunds, beyond(true)));
            }
        }
        terms
    }

    /// The terms of what the leads are.
    fn mix(&self, worth: &Worth) -> Vec<(Part, Vec<f64>)> {
        let usual = &worth.usual;
        let n = usual.len();
        let players = self.parts.len();
        let means: Vec<Vec<f64>> = (self.cells.iter())
            .map(|(cell, size)| {
                let mut sums = vec![(0.0, 0.0); *size];
                for (&cell, value) in cell.iter().zip(usual) {
                    sums[cell].0 += value;
                    sums[cell].1 += 1.0;
                }
                sums.iter().map(|(sum, count)| sum / count).collect()
            })
            .collect();
        let of = |set: usize, i: usize| means[set][self.cells[set].0[i]];
        let mut terms: Vec<(Part, Vec<f64>)> = Vec::new();
        for (k, part) in self.parts.iter().enumerate() {
            let mut term = vec![0.0; n];
            for set in (0..1_usize << players).filter(|set| set >> k & 1 == 0) {
                let weight = shapley(set.count_ones() as usize, players);
                for (i, term) in term.iter_mut().enumerate() {
                    *term += weight * (of(set | 1 << k, i) - of(set, i));
                }
            }
            terms.push((*part, term));
        }
        let all = (1 << players) - 1;
        let rest = (0..n).map(|i| usual[i] - of(all, i)).collect();
        terms.push((Part::Rest, rest));
        terms
    }
}

/// |S|! (n - |S| - 1)! / n!
fn shapley(size: usize, players: usize) -> f64 {
    let factorial = |n: usize| (1..=n).map(|i| i as f64).product::<f64>();
    factorial(size) * factorial(players - size - 1) / factorial(players)
}

/// Bands of equal numbers of leads by when they came in; leads of a day in the same.
fn bands(lives: &Lives) -> Vec<usize> {
    let n = lives.len().max(1);
    let mut band: Vec<usize> = (0..lives.len()).map(|i| i * BANDS / n).collect();
    for i in 1..band.len() {
        if lives.age[i] == lives.age[i - 1] {
            band[i] = band[i - 1];
        }
    }
    band
}

/// By part and owner: the standard deviation over draws of the coefficients, 0 for what the record itself says.
fn drawn(from: &Sources<'_>, players: &Players, means: &[Vec<f64>], seed: u64) -> Vec<Vec<f64>> {
    let roots = [&from.chance.whole, &from.amount.whole].map(|whole| {
        let (fitted, covariance) = whole.as_ref()?;
        Some((fitted, Cholesky::new(covariance.clone())?.l()))
    });
    let seeds: Vec<u64> = (0..DRAWS).collect();
    let draws = parallel::each(&seeds, |&draw| {
        let mut rng = rand_pcg::Pcg64::seed_from_u64(seed ^ (draw + 1).wrapping_mul(0x9e37_79b9));
        let [chance, amount] = roots.each_ref().map(|root| {
            let (fitted, root) = root.as_ref()?;
            Some(moved(fitted, root, &mut rng))
        });
        let worth = from.worth(Some(&Draw { chance, amount }));
        let mut terms = players.mix(&worth);
        if !from.response.is_empty() {
            let speed = worth
                .own
                .iter()
                .zip(&worth.usual)
                .map(|(own, usual)| own - usual);
            terms.push((Part::Speed, speed.collect()));
        }
        let gaps = terms.iter().map(|(_, term)| owner_gaps(from.lives, term));
        gaps.collect::<Vec<_>>()
    });
    (means.iter().enumerate())
        .map(|(k, means)| {
            (0..means.len())
                .map(|owner| {
                    let values = draws.iter().filter_map(|gaps| Some(gaps.get(k)?[owner]));
                    spread(&values.collect::<Vec<f64>>())
                })
                .collect()
        })
        .collect()
}

fn moved(fitted: &Fitted, root: &DMatrix<f64>, rng: &mut rand_pcg::Pcg64) -> Fitted {
    let z = DVector::from_fn(fitted.beta.len(), |_, _| StandardNormal.sample(rng));
    Fitted {
        beta: &fitted.beta + root * z,
        penalty: fitted.penalty.clone(),
    }
}

/// Standard deviation; 0 of nothing.
fn spread(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    if n < 2.0 {
        return 0.0;
    }
    let mean = values.iter().sum::<f64>() / n;
    (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt()
}
