//! One lead: what is known when it comes in, what will become of it, and the exact probabilities of that.

use super::calendar::Calendar;
use super::random::{Draws, Stream};
use super::special::{gamma_cdf, logistic, lognormal_cdf};
use super::words::Words;
use super::world::{
    Features, LARGEST_DISCOUNT, LOSS_SIGMA, NEVER_CLOSED, OWNERS, QUICK, QUICK_LOSS, QUICK_WIN,
    REGION_SHARE, SIZE_SHARE, SOURCE, WIN_SHAPE, World, expected_amount, loss_days, typical_price,
    win_days,
};

/// What becomes of a lead in the end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Fate {
    /// Won after so many working days, for so many yuan.
    Won {
        /// Working days from creation.
        after: f64,
        /// Yuan.
        amount: f64,
    },
    /// Lost after so many working days, for the reason at that position.
    Lost {
        /// Working days from creation.
        after: f64,
        /// Position among the reasons.
        reason: usize,
    },
    /// Never closed; nobody works on it after so many working days.
    Never {
        /// Working days from creation.
        stalls: f64,
    },
}

/// A lead.
#[derive(Debug)]
pub(super) struct Lead {
    /// Place in the order of creation, from 0.
    pub(super) index: u64,
    /// Position of the day of creation.
    pub(super) day: usize,
    /// Share of that day's work done at its creation.
    pub(super) share: f64,
    /// Working time at its creation.
    pub(super) born: f64,
    /// Number of its account.
    pub(super) account: u64,
    pub(super) features: Features,
    pub(super) fate: Fate,
    /// P(ever won), at creation.
    pub(super) p_win: f64,
    /// Mean working days to a win that does not come at once.
    win_days: f64,
    /// Median working days to a loss that does not come at once.
    loss_days: f64,
}

/// What a lead begins with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Birth {
    pub(super) index: u64,
    pub(super) day: usize,
    pub(super) share: f64,
    pub(super) month: usize,
    pub(super) source: usize,
}

impl Lead {
    /// Draws a lead: features first, then its fate from the very distributions that its probabilities are computed with.
    pub(super) fn new(seed: u64, world: &World, calendar: &Calendar, birth: Birth) -> Self {
        let mut draws = Draws::new(seed, Stream::Lead, birth.index);
        let account = if draws.chance(0.08) {
            draws.below(birth.index + 1)
        } else {
            birth.index
        };
        let features = features(seed, world, birth, account, &mut draws);
        let (win_days, loss_days) = (win_days(&features), loss_days(&features));
        let p_win = logistic(world.log_odds(&features));
        let fate = if draws.chance(p_win) {
            let squared = draws.uniform();
            let discount = LARGEST_DISCOUNT[features.method] * squared * squared;
            Fate::Won {
                after: if draws.chance(QUICK_WIN) {
                    QUICK * draws.uniform()
                } else {
                    draws.gamma(WIN_SHAPE) * win_days / WIN_SHAPE
                },
                amount: (features.list_price * (1.0 - discount)).round(),
            }
        } else if draws.chance(NEVER_CLOSED) {
            Fate::Never {
                stalls: draws.lognormal(loss_days, LOSS_SIGMA),
            }
        } else {
            Fate::Lost {
                after: if draws.chance(QUICK_LOSS) {
                    QUICK * draws.uniform()
                } else {
                    draws.lognormal(loss_days, LOSS_SIGMA)
                },
                reason: draws.pick(&[3.0, 2.5, 1.5, 4.0, 2.0]),
            }
        };
        Self {
            index: birth.index,
            day: birth.day,
            share: birth.share,
            born: calendar.at(birth.day, birth.share),
            account,
            features,
            fate,
            p_win,
            win_days,
            loss_days,
        }
    }

    /// Working time at which it closes, if it ever does.
    pub(super) fn closes(&self) -> Option<f64> {
        match self.fate {
            Fate::Won { after, .. } | Fate::Lost { after, .. } => Some(self.born + after),
            Fate::Never { .. } => None,
        }
    }

    /// Whether it is open at an instant of working time: closings at that instant or later are not known yet.
    pub(super) fn open_at(&self, passed: f64) -> bool {
        self.closes().is_none_or(|closes| closes >= passed)
    }

    /// P(won before an instant of working time), at creation: p F(t), F the distribution of the time to a win: gamma,
    /// but for the few that buy at once.
    pub(super) fn p_won_before(&self, passed: f64) -> f64 {
        let age = passed - self.born;
        let later = gamma_cdf(WIN_SHAPE, age * WIN_SHAPE / self.win_days);
        self.p_win * (QUICK_WIN * quick_cdf(age) + (1.0 - QUICK_WIN) * later)
    }

    /// P(open at an instant of working time), at creation: those to be won that are not yet, losers never closed, and
    /// losers not closed yet.
    pub(super) fn p_open(&self, passed: f64) -> f64 {
        let age = passed - self.born;
        let later = lognormal_cdf(self.loss_days, LOSS_SIGMA, age);
        let lost = QUICK_LOSS * quick_cdf(age) + (1.0 - QUICK_LOSS) * later;
        self.p_win - self.p_won_before(passed)
            + (1.0 - self.p_win) * (NEVER_CLOSED + (1.0 - NEVER_CLOSED) * (1.0 - lost))
    }

    /// Mean working days from creation to a win.
    pub(super) fn mean_days(&self) -> f64 {
        QUICK_WIN * QUICK / 2.0 + (1.0 - QUICK_WIN) * self.win_days
    }

    /// E[amount, given won], in yuan.
    pub(super) fn expected_amount(&self) -> f64 {
        expected_amount(&self.features)
    }
}

/// P(closed within so many working days of creation), given closed at once.
fn quick_cdf(age: f64) -> f64 {
    (age / QUICK).clamp(0.0, 1.0)
}

/// The features of a lead. Region and size belong to its account, so that they agree when it comes again.
fn features(seed: u64, world: &World, birth: Birth, account: u64, draws: &mut Draws) -> Features {
    let source = &SOURCE[birth.source];
    let (region, size) = place_and_size(seed, account);
    let mut wanted = source.products;
    if size >= 2 {
        wanted[0] *= 0.5;
        wanted[3] *= 1.6;
        wanted[4] *= 2.2;
    }
    let product = draws.pick(&wanted);
    let weights: [f64; OWNERS] = std::array::from_fn(|i| {
        let owner = &world.owners[i];
        let there = (owner.months.0..owner.months.1).contains(&birth.month);
        if there {
            owner.weight[birth.source]
        } else {
            0.0
        }
    });
    let owner = draws.pick(&weights);
    let demo = draws.chance(source.demo);
    let seen = draws.lognormal(source.pages.0, 0.9);
    let pages = (!draws.chance(source.pages.1)).then(|| (seen as u32).min(99));
    let typical = typical_price(product, size);
    let list_price = round_to(
        draws.lognormal(typical, 0.35),
        if typical < 10_000.0 { 10.0 } else { 100.0 },
    );
    let step = if typical < 10_000.0 { 500.0 } else { 1_000.0 };
    let stated = round_to(draws.lognormal(list_price * 0.92, 0.3), step);
    let budget = (!draws.chance(source.no_budget)).then_some(stated);
    // Dear products and large companies are visited, cheap ones sold on the phone or online.
    let visit = 0.4 + product as f64 * 0.8 + size as f64 * 0.3;
    let method = draws.pick(&[2.0, visit, 1.6]);
    Features {
        month: birth.month,
        source: birth.source,
        owner,
        product,
        region,
        size,
        method,
        demo,
        pages,
        budget,
        list_price,
    }
}

/// The nearest multiple of `step`, at least one.
fn round_to(value: f64, step: f64) -> f64 {
    ((value / step).round() * step).max(step)
}

/// Region and size of an account.
fn place_and_size(seed: u64, account: u64) -> (usize, usize) {
    let mut draws = Draws::new(seed, Stream::Account, account);
    (draws.pick(&REGION_SHARE), draws.pick(&SIZE_SHARE))
}

/// Writes the name of an account: city, two syllables and trade, different for different accounts.
pub(super) fn write_account(account: u64, region: usize, words: &Words, to: &mut String) {
    let syllables = words.syllables.len() as u64;
    let names = syllables * syllables * words.trades.len() as u64 * 3;
    // 6151 has no factor in common with the number of names: every name once before any comes again.
    let mut name = account % names * 6_151 % names;
    let mut digit = |base: u64| {
        let digit = name % base;
        name /= base;
        digit as usize
    };
    let (city, first) = (digit(3), digit(syllables));
    let (second, trade) = (digit(syllables), digit(words.trades.len() as u64));
    to.push_str(words.cities[region][city]);
    to.push_str(words.space);
    let mut word = words.syllables[first].chars();
    if words.capital {
        to.extend(word.next().map(|c| c.to_ascii_uppercase()));
    }
    to.extend(word);
    to.push_str(words.syllables[second]);
    to.push_str(words.space);
    to.push_str(words.trades[trade]);
    let round = account / names;
    if round > 0 {
        to.push_str(words.space);
        to.push_str(&(round + 1).to_string());
    }
}
