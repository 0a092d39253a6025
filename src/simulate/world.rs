//! What the company is like: its sources, people and products, and the months' luck. Fixed by the seed.

use super::random::{Draws, Stream};

/// Number of sources, owners, products, regions, company sizes.
pub(super) const SOURCES: usize = 8;
pub(super) const OWNERS: usize = 12;
pub(super) const PRODUCTS: usize = 5;
pub(super) const REGIONS: usize = 6;
pub(super) const SIZES: usize = 5;

/// Shape of the gamma distribution of the time to a win that does not come at once.
pub(super) const WIN_SHAPE: f64 = 1.8;
/// Standard deviation of the logarithm of the time to a loss.
pub(super) const LOSS_SIGMA: f64 = 0.9;
/// Share of the winners that buy at once, and of the losers seen to be none at once (a wrong number, a student).
pub(super) const QUICK_WIN: f64 = 0.03;
/// See [`QUICK_WIN`].
pub(super) const QUICK_LOSS: f64 = 0.04;
/// At once: within so much of a working day, uniformly.
pub(super) const QUICK: f64 = 0.3;
/// Share of the losers whose loss nobody ever writes down.
pub(super) const NEVER_CLOSED: f64 = 0.3;
/// Log-odds of a win, all else at its middle.
const INTERCEPT: f64 = -2.42;

/// What a source is made of.
#[derive(Debug)]
pub(super) struct Source {
    /// Share of the leads in the middle of the history.
    pub(super) share: f64,
    /// Growth of its leads a year (logarithm) that money does not explain.
    pub(super) growth: f64,
    /// Growth of the money put into it a year (logarithm).
    pub(super) spend_growth: f64,
    /// Leads go with spend to this power: diminishing returns.
    pub(super) spend_exponent: f64,
    /// Money for a lead at the usual spend, in yuan.
    pub(super) cost: f64,
    /// Log-odds of a win.
    effect: f64,
    /// Mean working days to a win.
    pub(super) days: f64,
    /// Share of its leads that ask for a demo.
    pub(super) demo: f64,
    /// Median of the pages that they view, and share for which that is not known.
    pub(super) pages: (f64, f64),
    /// Share of leads that state no budget.
    pub(super) no_budget: f64,
    /// Weights of the products that its leads ask for.
    pub(super) products: [f64; PRODUCTS],
    /// Clicks per lead, visits per click; 0 where there is no web page to count on.
    pub(super) clicks: f64,
    /// Weights of the months of the year; none: those of the company.
    pub(super) season: Option<[f64; 12]>,
    /// Factor on weekend days.
    pub(super) weekend: f64,
}

const FAIRS: [f64; 12] = [0.3, 0.3, 1.7, 1.9, 1.5, 0.8, 0.4, 0.5, 1.5, 1.6, 1.2, 0.3];

/// Search, Social, Website, Referral, Exhibition, Cold call, Partner, Live stream.
pub(super) const SOURCE: [Source; SOURCES] = [
    Source {
        share: 0.25,
        growth: 0.0,
        spend_growth: 0.15,
        spend_exponent: 0.7,
        cost: 320.0,
        effect: 0.1,
        days: 32.0,
        demo: 0.30,
        pages: (5.0, 0.05),
        no_budget: 0.3,
        products: [3.0, 3.0, 2.2, 1.0, 0.4],
        clicks: 14.0,
        season: None,
        weekend: 1.0,
    },
    Source {
        share: 0.22,
        growth: -0.05,
        spend_growth: 0.35,
        spend_exponent: 0.55,
        cost: 140.0,
        effect: -0.75,
        days: 45.0,
        demo: 0.16,
        pages: (2.5, 0.08),
        no_budget: 0.5,
        products: [5.0, 3.0, 1.2, 0.4, 0.1],
        clicks: 30.0,
        season: None,
        weekend: 1.5,
    },
    Source {
        share: 0.15,
        growth: 0.12,
        spend_growth: 0.0,
        spend_exponent: 0.15,
        cost: 60.0,
        effect: 0.3,
        days: 28.0,
        demo: 0.42,
        pages: (7.0, 0.02),
        no_budget: 0.25,
        products: [2.5, 3.0, 2.5, 1.3, 0.6],
        clicks: 20.0,
        season: None,
        weekend: 0.9,
    },
    Source {
        share: 0.07,
        growth: 0.05,
        spend_growth: 0.1,
        spend_exponent: 0.1,
        cost: 110.0,
        effect: 1.05,
        days: 20.0,
        demo: 0.38,
        pages: (3.0, 0.45),
        no_budget: 0.15,
        products: [1.5, 2.5, 3.0, 2.0, 1.0],
        clicks: 0.0,
        season: None,
        weekend: 0.8,
    },
    Source {
        share: 0.08,
        growth: -0.25,
        spend_growth: -0.4,
        spend_exponent: 0.5,
        cost: 620.0,
        effect: 0.15,
        days: 75.0,
        demo: 0.25,
        pages: (2.0, 0.6),
        no_budget: 0.3,
        products: [0.8, 1.8, 2.8, 2.6, 1.8],
        clicks: 0.0,
        season: Some(FAIRS),
        weekend: 1.4,
    },
    Source {
        share: 0.12,
        growth: 0.0,
        spend_growth: 0.0,
        spend_exponent: 0.8,
        cost: 90.0,
        effect: -0.95,
        days: 60.0,
        demo: 0.10,
        pages: (1.5, 0.65),
        no_budget: 0.6,
        products: [3.0, 3.0, 2.0, 1.0, 0.4],
        clicks: 0.0,
        season: None,
        weekend: 0.2,
    },
    Source {
        share: 0.05,
        growth: 0.45,
        spend_growth: 0.5,
        spend_exponent: 0.4,
        cost: 480.0,
        effect: 0.75,
        days: 90.0,
        demo: 0.30,
        pages: (3.0, 0.4),
        no_budget: 0.2,
        products: [0.5, 1.5, 2.8, 3.0, 2.2],
        clicks: 0.0,
        season: None,
        weekend: 0.5,
    },
    Source {
        share: 0.06,
        growth: 0.1,
        spend_growth: 0.25,
        spend_exponent: 0.6,
        cost: 160.0,
        effect: -0.15,
        days: 12.0,
        demo: 0.12,
        pages: (2.0, 0.1),
        no_budget: 0.45,
        products: [6.0, 3.0, 0.8, 0.15, 0.05],
        clicks: 45.0,
        season: None,
        weekend: 2.2,
    },
];

/// List price of a product for the smallest company, in yuan.
pub(super) const PRICE: [f64; PRODUCTS] = [2_800.0, 7_600.0, 19_800.0, 42_000.0, 98_000.0];
/// Factor of the price by company size.
pub(super) const PRICE_BY_SIZE: [f64; SIZES] = [1.0, 1.15, 1.4, 1.75, 2.2];
const PRODUCT_EFFECT: [f64; PRODUCTS] = [0.4, 0.2, 0.0, -0.25, -0.5];
const PRODUCT_DAYS: [f64; PRODUCTS] = [0.75, 0.9, 1.0, 1.2, 1.5];
const REGION_EFFECT: [f64; REGIONS] = [0.15, 0.05, 0.1, -0.05, -0.1, -0.2];
/// Weights of the regions among leads.
pub(super) const REGION_SHARE: [f64; REGIONS] = [3.2, 2.2, 2.4, 1.5, 1.3, 0.6];
const SIZE_EFFECT: [f64; SIZES] = [-0.4, 0.0, 0.25, 0.2, -0.15];
/// Weights of the sizes among companies.
pub(super) const SIZE_SHARE: [f64; SIZES] = [3.4, 3.2, 2.0, 1.0, 0.4];
const METHOD_EFFECT: [f64; 3] = [0.0, 0.25, -0.05];
/// Largest discount by sales method (phone, visit, online); the discount is that times the square of a uniform draw.
pub(super) const LARGEST_DISCOUNT: [f64; 3] = [0.30, 0.24, 0.18];
/// Factor of the number of leads by month of the year.
pub(super) const SEASON: [f64; 12] = [
    0.96, 1.0, 1.14, 1.08, 1.02, 1.05, 0.93, 0.92, 1.06, 0.98, 1.08, 0.92,
];

/// A salesperson.
#[derive(Debug)]
pub(super) struct Owner {
    /// Log-odds of a win that this person adds.
    pub(super) skill: f64,
    /// Median working days until the first contact.
    pub(super) delay: f64,
    /// Weight among the owners, by source.
    pub(super) weight: [f64; SOURCES],
    /// Months of the history (from, to) in which new leads are given to this person.
    pub(super) months: (usize, usize),
}

/// What is known of a lead on the day that it comes in.
#[derive(Debug, Clone)]
pub(super) struct Features {
    /// Month of the history.
    pub(super) month: usize,
    pub(super) source: usize,
    pub(super) owner: usize,
    pub(super) product: usize,
    pub(super) region: usize,
    pub(super) size: usize,
    pub(super) method: usize,
    pub(super) demo: bool,
    pub(super) pages: Option<u32>,
    /// Yuan.
    pub(super) budget: Option<f64>,
    /// Yuan.
    pub(super) list_price: f64,
}

/// The company.
#[derive(Debug)]
pub(super) struct World {
    source_effect: [f64; SOURCES],
    pub(super) owners: Vec<Owner>,
    /// Luck of a month: what it adds to the log-odds of the leads that come in it.
    month_effect: Vec<f64>,
}

impl World {
    /// The company of a seed over some months, `history` of them known.
    pub(super) fn new(seed: u64, months: usize, history: usize) -> Self {
        let mut draws = Draws::new(seed, Stream::World, 0);
        let source_effect =
            std::array::from_fn(|source| SOURCE[source].effect + 0.1 * draws.normal());
        let owners = (0..OWNERS)
            .map(|i| Owner {
                skill: 0.35 * draws.normal(),
                delay: draws.lognormal(0.12, 0.8),
                weight: {
                    let capacity = draws.lognormal(1.0, 0.3);
                    std::array::from_fn(|_| capacity * draws.lognormal(1.0, 0.9))
                },
                // The last one joins late, the one before leaves: both leave their mark on any table by owner.
                months: match i + 1 {
                    OWNERS if history >= 12 => (history * 3 / 5, usize::MAX),
                    n if n + 1 == OWNERS && history >= 12 => (0, history * 3 / 4),
                    _ => (0, usize::MAX),
                },
            })
            .collect();
        let month_effect = (0..months).map(|_| 0.1 * draws.normal()).collect();
        Self {
            source_effect,
            owners,
            month_effect,
        }
    }

    /// Log-odds that a lead is ever won: main effects, saturating pages, three interactions, skill and the month's luck.
    pub(super) fn log_odds(&self, x: &Features) -> f64 {
        let pages = x
            .pages
            .map_or(0.0, |n| 1.1 * (1.0 - libm::exp(-f64::from(n) / 5.0)) - 0.55);
        let budget = x.budget.map_or(-0.2, |stated| {
            -0.25 * libm::log(stated / typical_price(x.product, x.size))
        });
        let mut eta = INTERCEPT
            + self.source_effect[x.source]
            + self.owners[x.owner].skill
            + self.month_effect.get(x.month).copied().unwrap_or(0.0)
            + PRODUCT_EFFECT[x.product]
            + REGION_EFFECT[x.region]
            + SIZE_EFFECT[x.size]
            + METHOD_EFFECT[x.method]
            + pages
            + budget;
        if x.demo {
            // People on social media ask for demos lightly.
            eta += if x.source == 1 { 0.55 } else { 0.9 };
        }
        if x.product == 4 && x.size >= 3 {
            eta += 0.5;
        }
        if x.source == 3 && x.size >= 2 {
            eta += 0.3;
        }
        eta
    }
}

/// Mean working days from creation to a win that does not come at once.
pub(super) fn win_days(x: &Features) -> f64 {
    let demo = if x.demo { 0.75 } else { 1.0 };
    let size = if x.size == 4 { 1.15 } else { 1.0 };
    SOURCE[x.source].days * PRODUCT_DAYS[x.product] * demo * size
}

/// Median working days from creation to a loss that is written down and does not come at once.
pub(super) fn loss_days(x: &Features) -> f64 {
    22.0 * (win_days(x) / 40.0).sqrt()
}

/// List price of a product for a company of a size, before what is special about the lead.
pub(super) fn typical_price(product: usize, size: usize) -> f64 {
    PRICE[product] * PRICE_BY_SIZE[size]
}

/// E[amount, given won]: the list price less the mean discount (the mean of a squared uniform draw is a third).
pub(super) fn expected_amount(x: &Features) -> f64 {
    x.list_price * (1.0 - LARGEST_DISCOUNT[x.method] / 3.0)
}
