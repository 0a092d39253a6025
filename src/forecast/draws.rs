//! Thousands of possible futures, each drawn from its own streams of random numbers.
//!
//! Every open lead and every lead yet to come carries its owner, source, product and region, so that each future adds up
//! in all directions. The streams are laid out so that one thing changed leaves the luck of all others as it is: what
//! follows a month cannot change it, and a future with better conversion has the wins of the one without, and more.

use rand::{Rng, RngExt};
use rand_distr::{Distribution, Gamma, StandardNormal};
use rand_pcg::Pcg64;

use crate::domain::Month;
use crate::forecast::futures::{Futures, Split, allot};
use crate::forecast::groups::Members;
use crate::forecast::moments::{Moments, Sums};
use crate::forecast::purse::Purses;
use crate::forecast::series::Ahead;
use crate::forecast::spreads::Spreads;

/// Above so many wins in a cell, their sum is drawn from a gamma distribution of the same mean and variance: with so many
/// parts the difference cannot be seen.
pub(super) const MANY_WINS: f64 = 400.0;
/// Cents in a unit of money, unless that were so many that they could not be counted exactly.
const CENTS: f64 = 100.0;
const MOST_CENTS: f64 = 1e14;
/// Numbers of the streams; those of cells of new leads come after.
const CONVERSION: u64 = 1;
const VOLUME: u64 = 2;
const LEVEL: u64 = 3;
const OPEN: u64 = 4;
const OPEN_AT_ONCE: u64 = 1 << 16;
const NEW: u64 = 1 << 32;

/// Everything that is drawn from.
#[derive(Debug, Clone)]
pub(super) struct Ingredients {
    /// Number of months.
    pub(super) months: usize,
    /// Expected amount of each open lead, money.
    pub(super) amounts: Vec<f64>,
    /// P(won in the month) of each open lead: `chances[lead * months + month]`.
    pub(super) chances: Vec<f64>,
    /// Factors on the chances by draw of the model and month.
    pub(super) open_tilts: Vec<Vec<f64>>,
    /// Expected new leads by source and month.
    pub(super) leads: Vec<Vec<f64>>,
    /// Their chances, as `inflow::chances` gives them, by draw of the model (as many as `open_tilts`).
    pub(super) new_chances: Vec<Vec<f64>>,
    /// What a win of each source pays.
    pub(super) purses: Vec<Purses>,
    /// Equally likely beliefs about the number of leads: logs of factors on the expected ones.
    pub(super) volume: Vec<Ahead>,
    /// Equally likely beliefs about the months' luck in conversion: logs of factors.
    pub(super) conversion: Vec<Ahead>,
    /// Realised / expected amounts.
    pub(super) ratios: Spreads,
    /// Whose the leads are, by each role; and what each has booked.
    pub(super) members: Vec<Members>,
    /// Booked revenue by win, money.
    pub(super) booked: Vec<f64>,
}

/// Draws `n` futures of the months from `first` on. The same seed gives the same ones on any number of threads.
pub(super) fn draw(ingredients: &Ingredients, first: Month, n: usize, seed: u64) -> Futures {
    let mut futures = ingredients.blank(first, n);
    let months = ingredients.months;
    let moments = Moments::new(ingredients);
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let chunk = n.div_ceil(threads.min(16)).max(1);
    let size = (chunk * months).max(1);
    let cents = futures.cents;
    std::thread::scope(|scope| {
        let mut pages: Vec<_> = (futures.splits.iter_mut())
            .map(|split| {
                let groups = split.names.len();
                let (open, new) = (&mut split.open, &mut split.new);
                let size = size * groups;
                (groups, open.chunks_mut(size), new.chunks_mut(size))
            })
            .collect();
        let parts = (futures.open.chunks_mut(size)).zip(futures.new.chunks_mut(size));
        for (part, (open, new)) in parts.enumerate() {
            let splits = (pages.iter_mut())
                .map(|(groups, open, new)| Pages {
                    groups: *groups,
                    open: open.next().unwrap_or_default(),
                    new: new.next().unwrap_or_default(),
                })
                .collect();
            let futures = open.len() / months.max(1);
            let mut book = Book { open, new, splits };
            let moments = &moments;
            scope.spawn(move || {
                for i in 0..futures {
                    let path = Path::new(ingredients, moments, seed, part * chunk + i, cents);
                    path.open_leads(&mut book, i * months);
                    path.new_leads(&mut book, i * months);
                }
            });
        }
    });
    futures
}

/// Where a part of the futures is written.
struct Book<'a> {
    open: &'a mut [i64],
    new: &'a mut [i64],
    splits: Vec<Pages<'a>>,
}

struct Pages<'a> {
    groups: usize,
    open: &'a mut [i64],
    new: &'a mut [i64],
}

impl Ingredients {
    /// Futures in which nothing has happened but what is booked.
    fn blank(&self, first: Month, n: usize) -> Futures {
        let cents = self.cents();
        let whole = |money: f64| to_cents(money, cents);
        let cells = n * self.months;
        let split = |members: &Members| {
            let mut booked = vec![0_i64; members.names.len()];
            for &(group, money) in &members.booked {
                booked[group as usize] += whole(money);
            }
            Split {
                role: members.role,
                names: members.names.clone(),
                booked,
                open: vec![0; cells * members.names.len()],
                new: vec![0; cells * members.names.len()],
            }
        };
        Futures {
            months: (0..self.months).map(|m| first + m as i32).collect(),
            draws: n,
            cents,
            booked: self.booked.iter().map(|&money| whole(money)).sum(),
            open: vec![0; cells],
            new: vec![0; cells],
            splits: self.members.iter().map(split).collect(),
        }
    }

    /// Cents in a unit of money, so few that the sums can be held.
    fn cents(&self) -> f64 {
        let open: f64 = self.amounts.iter().map(|amount| amount.abs()).sum();
        let booked: f64 = self.booked.iter().map(|money| money.abs()).sum();
        let new: f64 = (self.leads.iter().zip(&self.purses))
            .map(|(leads, purse)| leads.iter().sum::<f64>() * purse.whole.mean.abs())
            .sum();
        let (all, mut cents) = (open + booked + new, CENTS);
        while all.is_finite() && all * cents > MOST_CENTS {
            cents /= 10.0;
        }
        cents
    }
}

/// Whole cents of an amount; what cannot be a sum of money is capped.
pub(super) fn to_cents(money: f64, cents: f64) -> i64 {
    (money * cents).round().clamp(-1e15, 1e15) as i64
}

/// What all leads of one future share.
pub(super) struct Path<'a> {
    ingredients: &'a Ingredients,
    moments: &'a Moments,
    seed: u64,
    number: usize,
    cents: f64,
    /// The draw of the model.
    pub(super) model: usize,
    /// Good and bad months of conversion, factors.
    pub(super) conversion: Vec<f64>,
    /// The same of the number of leads.
    pub(super) volume: Vec<f64>,
    /// Factor on amounts.
    pub(super) level: f64,
    /// Factors on the chances of open leads: of the model's draw and the month.
    pub(super) factors: Vec<f64>,
}

impl<'a> Path<'a> {
    /// The shared part of future `number`. Each part of a future has its own generator, which depends on the seed and
    /// the future's number alone, and asks it month by month.
    pub(super) fn new(
        ingredients: &'a Ingredients,
        moments: &'a Moments,
        seed: u64,
        number: usize,
        cents: f64,
    ) -> Self {
        let model = number % ingredients.open_tilts.len().max(1);
        let conversion = ingredients.believed(
            &ingredients.conversion,
            &mut stream(seed, CONVERSION, number),
        );
        let factors = (0..ingredients.months)
            .map(|m| {
                let tilt = (ingredients.open_tilts.get(model)).map_or(1.0, |tilts| tilts[m]);
                tilt * conversion[m]
            })
            .collect();
        Self {
            ingredients,
            moments,
            seed,
            number,
            cents,
            model,
            conversion,
            volume: ingredients.believed(&ingredients.volume, &mut stream(seed, VOLUME, number)),
            level: lognormal(moments.level_sd, &mut stream(seed, LEVEL, number)),
            factors,
        }
    }

    /// Calls `each` with every open lead, its place in the order of chances that win it (0-1, won in the first month
    /// whose running sum of chances exceeds it), and what part of the ratios it pays.
    pub(super) fn each_open(&self, mut each: impl FnMut(usize, f64, f64)) {
        let mut rng = stream(self.seed, OPEN, self.number);
        for lead in 0..self.ingredients.amounts.len() {
            let (u, luck) = two(&mut rng);
            each(lead, u, luck);
        }
    }

    /// What a win of an open lead pays.
    pub(super) fn open_pays(&self, lead: usize, luck: f64) -> i64 {
        let amount = self.ingredients.amounts[lead] * self.ingredients.ratios.of_open(lead, luck);
        to_cents(amount * self.level, self.cents)
    }

    fn open_leads(&self, book: &mut Book<'_>, cell: usize) {
        if self.moments.many {
            self.open_at_once(book, cell);
            return;
        }
        let months = self.ingredients.months;
        let most = self.factors.iter().copied().fold(0.0, f64::max);
        self.each_open(|lead, u, luck| {
            if u >= self.moments.totals[lead] * most {
                return;
            }
            let chances = &self.ingredients.chances[lead * months..(lead + 1) * months];
            let mut left = u;
            for (month, (p, f)) in chances.iter().zip(&self.factors).enumerate() {
                left -= p * f;
                if left < 0.0 {
                    let cents = self.open_pays(lead, luck);
                    book.open[cell + month] += cents;
                    for (pages, members) in book.splits.iter_mut().zip(&self.ingredients.members) {
                        let at = (cell + month) * pages.groups + members.open[lead] as usize;
                        pages.open[at] += cents;
                    }
                    break;
                }
            }
        });
    }

    /// The sums of many open leads, and the parts of the groups in proportion to draws of their own.
    fn open_at_once(&self, book: &mut Book<'_>, cell: usize) {
        for month in 0..self.ingredients.months {
            let (cents, mut rng) = self.open_sum(month);
            book.open[cell + month] += cents;
            for (pages, sums) in book.splits.iter_mut().zip(&self.moments.open_by) {
                let sums = &sums[month * pages.groups..(month + 1) * pages.groups];
                let parts: Vec<f64> = (sums.iter())
                    .map(|sums| self.at_once(sums, month, &mut rng))
                    .collect();
                let at = (cell + month) * pages.groups;
                for (to, part) in pages.open[at..].iter_mut().zip(allot(cents, &parts)) {
                    *to += part;
                }
            }
        }
    }

    /// What many open leads bring in a month, cents, drawn at once; and the generator for what is drawn after it.
    pub(super) fn open_sum(&self, month: usize) -> (i64, Pcg64) {
        let mut rng = stream(self.seed, OPEN_AT_ONCE + month as u64, self.number);
        let money = self.at_once(&self.moments.open[month], month, &mut rng);
        (to_cents(money * self.level, self.cents), rng)
    }

    fn at_once(&self, sums: &Sums, month: usize, rng: &mut Pcg64) -> f64 {
        let f = self.factors[month];
        let variance = f * sums.square * self.moments.square - f * f * sums.own;
        gamma(f * sums.mean, variance, rng)
    }

    /// Expected wins of the new leads of a source in a month, given this future's good and bad months.
    pub(super) fn new_wins(&self, source: usize, closed: usize) -> f64 {
        let n = self.ingredients.months;
        let Some(chances) = self.ingredients.new_chances.get(self.model) else {
            return 0.0;
        };
        (0..=closed)
            .map(|created| {
                let p = chances[(source * n + created) * n + closed] * self.conversion[closed];
                self.ingredients.leads[source][created] * self.volume[created] * p.min(1.0)
            })
            .sum()
    }

    /// Where the wins of a source's new leads in a month come from: they come in as a Poisson number and are won
    /// independently, so wins are Poisson too.
    pub(super) fn arrivals(&self, source: usize, closed: usize) -> Arrivals {
        let cell = (closed * self.ingredients.purses.len() + source) as u64;
        Arrivals {
            rng: stream(self.seed, NEW + cell, self.number),
            at: 0.0,
        }
    }

    /// Which example a win of a new lead in a month is like, and what it pays.
    pub(super) fn new_pays(&self, source: usize, month: usize, arrival: &Arrival) -> (usize, i64) {
        let purse = self.ingredients.purses[source].of(month);
        let (example, amount) = purse.example(arrival.pick);
        let ratios = &self.ingredients.ratios;
        let money = amount * ratios.of_example(source, example, arrival.luck) * self.level;
        (example, to_cents(money, self.cents))
    }

    fn new_leads(&self, book: &mut Book<'_>, cell: usize) {
        for month in 0..self.ingredients.months {
            for source in 0..self.ingredients.purses.len() {
                let wins = self.new_wins(source, month);
                if wins > MANY_WINS {
                    self.new_at_once(book, cell + month, source, wins, month);
                    continue;
                }
                for arrival in self.arrivals(source, month) {
                    if arrival.at >= wins {
                        break;
                    }
                    let (example, cents) = self.new_pays(source, month, &arrival);
                    book.new[cell + month] += cents;
                    for (pages, members) in book.splits.iter_mut().zip(&self.ingredients.members) {
                        if let Some(&group) = members.examples[source].get(example) {
                            let at = (cell + month) * pages.groups + group as usize;
                            pages.new[at] += cents;
                        }
                    }
                }
            }
        }
    }

    /// What many wins of a source bring in a month, cents, drawn at once; and the generator for what is drawn after it.
    pub(super) fn new_sum(&self, source: usize, month: usize, wins: f64) -> (i64, Pcg64) {
        let mut rng = self.arrivals(source, month).rng;
        let purse = self.ingredients.purses[source].of(month);
        let variance = wins * purse.square * self.moments.square;
        let money = gamma(wins * purse.mean, variance, &mut rng);
        (to_cents(money * self.level, self.cents), rng)
    }

    /// The sum of many wins, and the parts of the groups in proportion to draws of their own.
    fn new_at_once(
        &self,
        book: &mut Book<'_>,
        cell: usize,
        source: usize,
        wins: f64,
        month: usize,
    ) {
        let (cents, mut rng) = self.new_sum(source, month, wins);
        book.new[cell] += cents;
        for (pages, sources) in book.splits.iter_mut().zip(&self.moments.new_by) {
            let parts: Vec<f64> = (sources[source][month].iter())
                .map(|&(mean, square)| {
                    let variance = wins * square * self.moments.square;
                    gamma(wins * mean, variance, &mut rng)
                })
                .collect();
            let at = cell * pages.groups;
            for (to, part) in pages.new[at..].iter_mut().zip(allot(cents, &parts)) {
                *to += part;
            }
        }
    }
}

/// The wins of new leads, one after the other: a Poisson process in the number of wins expected. Those of a larger
/// expectation begin with those of a smaller one.
pub(super) struct Arrivals {
    rng: Pcg64,
    at: f64,
}

/// One of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival {
    /// It happens if at least so many wins are expected.
    pub(super) at: f64,
    /// Its place in the order of the days, 0-1.
    pub(super) day: f64,
    /// Which example it is like, 0-1.
    pub(super) pick: f64,
    /// Which of the ratios it pays, 0-1.
    pub(super) luck: f64,
}

impl Iterator for Arrivals {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        let (gap, day) = two(&mut self.rng);
        self.at -= (-gap).ln_1p();
        let (pick, luck) = two(&mut self.rng);
        Some(Arrival {
            at: self.at,
            day,
            pick,
            luck,
        })
    }
}

impl Ingredients {
    /// One of the beliefs, drawn: a factor a month; 1 each without any.
    fn believed(&self, beliefs: &[Ahead], rng: &mut Pcg64) -> Vec<f64> {
        if beliefs.is_empty() {
            return vec![1.0; self.months];
        }
        let belief = &beliefs[rng.random_range(0..beliefs.len())];
        let mut normals = Vec::with_capacity(self.months);
        (belief.mean.iter().zip(&belief.root))
            .map(|(mean, root)| {
                normals.push(normal(rng));
                let shock: f64 = root.iter().zip(&normals).map(|(r, z)| r * z).sum();
                (mean + shock).exp()
            })
            .collect()
    }
}

/// The generator of a part of a future.
fn stream(seed: u64, part: u64, number: usize) -> Pcg64 {
    let (number, mut state) = (number as u64, seed);
    // Steele, Lea & Flood 2014 (SplitMix64): neighbouring seeds and numbers start far apart.
    let mut mixed = |by: u64| {
        state = (state ^ by).wrapping_add(0x9e37_79b9_7f4a_7c15);
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        state ^= state >> 31;
        state
    };
    let high = mixed(part);
    let low = mixed(number);
    let state = (u128::from(high) << 64) | u128::from(low);
    Pcg64::new(state, (u128::from(part) << 64) | u128::from(number))
}

/// Two uniform numbers of 40 and of 24 bits: finer than any chance, and than any list of amounts.
fn two(rng: &mut Pcg64) -> (f64, f64) {
    let bits = rng.next_u64();
    let (high, low) = (bits >> 24, bits & 0xff_ffff);
    (
        high as f64 / (1_u64 << 40) as f64,
        low as f64 / (1_u64 << 24) as f64,
    )
}

fn normal(rng: &mut impl Rng) -> f64 {
    StandardNormal.sample(rng)
}

fn lognormal(sd: f64, rng: &mut impl Rng) -> f64 {
    (sd * normal(rng) - sd * sd / 2.0).exp()
}

/// A gamma draw of a mean and a variance; the mean itself where there is no variance.
pub(crate) fn gamma(mean: f64, variance: f64, rng: &mut impl Rng) -> f64 {
    if mean <= 0.0 {
        return 0.0;
    }
    if variance <= mean * mean * 1e-18 {
        return mean;
    }
    Gamma::new(mean * mean / variance, variance / mean).map_or(mean, |gamma| gamma.sample(rng))
}

/// The value below which the share `p` (0-1) of sorted values lies, between neighbours in proportion.
pub(crate) fn quantile(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return 0.0;
    };
    let at = p.clamp(0.0, 1.0) * last as f64;
    let (low, part) = (at.floor() as usize, at.fract());
    let high = sorted[(low + 1).min(last)];
    sorted[low] + part * (high - sorted[low])
}

#[cfg(test)]
#[path = "draws_tests.rs"]
mod tests;
