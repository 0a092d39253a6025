//! Sums over many leads and over the examples, for what is drawn at once.

use crate::forecast::draws::Ingredients;
use crate::forecast::purse::Purse;

/// Above so many open leads, sums are drawn from a gamma distribution of the same mean and variance: with so many parts
/// the difference cannot be seen.
pub(super) const MANY_LEADS: usize = 20_000;

/// Sums over open leads: of chance x amount, chance x amount^2 and (chance x amount)^2.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    pub(super) mean: f64,
    pub(super) square: f64,
    pub(super) own: f64,
}

impl Sums {
    /// `square`: mean square of the ratios of this lead, over that of all.
    fn add(&mut self, chance: f64, amount: f64, square: f64) {
        let mean = chance * amount;
        self.mean += mean;
        self.square += mean * amount * square;
        self.own += mean * mean;
    }
}

/// By month and group: mean amount and mean squared amount of a win of a source.
pub(super) type BySource = Vec<Vec<(f64, f64)>>;

/// What the draws need to know of the whole.
pub(super) struct Moments {
    /// Whether open leads are drawn at once.
    pub(super) many: bool,
    /// P(won in any of the months) by open lead; empty if they are drawn at once.
    pub(super) totals: Vec<f64>,
    /// By month; zero unless open leads are drawn at once.
    pub(super) open: Vec<Sums>,
    /// The same by role: `open_by[role][month * groups + group]`.
    pub(super) open_by: Vec<Vec<Sums>>,
    /// Mean amount and mean squared amount of a win of each source that fall to each group: `[role][source][month][group]`.
    pub(super) new_by: Vec<Vec<BySource>>,
    /// Mean square of the ratios, and the deviation of their mean from what it is taken for.
    pub(super) square: f64,
    pub(super) level_sd: f64,
}

impl Moments {
    pub(super) fn new(ingredients: &Ingredients) -> Self {
        let months = ingredients.months.max(1);
        let many = ingredients.amounts.len() > MANY_LEADS;
        let n = ingredients.ratios.all().len() as f64;
        let square = ingredients.ratios.square();
        let mut moments = Self {
            many,
            totals: Vec::new(),
            open: vec![Sums::default(); months],
            open_by: (ingredients.members.iter())
                .map(|members| vec![Sums::default(); months * members.names.len()])
                .collect(),
            new_by: by_source(ingredients),
            square,
            level_sd: if n > 1.0 {
                ((square - 1.0).max(0.0) / (n - 1.0)).sqrt().min(1.0)
            } else {
                0.0
            },
        };
        let leads = ingredients.chances.chunks(months).zip(&ingredients.amounts);
        if !many {
            moments.totals = leads.map(|(chances, _)| chances.iter().sum()).collect();
            return moments;
        }
        for (lead, (chances, &amount)) in leads.enumerate() {
            let square = ingredients.ratios.square_of_open(lead);
            for (month, &chance) in chances.iter().enumerate() {
                moments.open[month].add(chance, amount, square);
                for (sums, members) in moments.open_by.iter_mut().zip(&ingredients.members) {
                    let at = month * members.names.len() + members.open[lead] as usize;
                    sums[at].add(chance, amount, square);
                }
            }
        }
        moments
    }
}

fn by_source(ingredients: &Ingredients) -> Vec<Vec<BySource>> {
    let months = 0..ingredients.months.max(1);
    let of_month = |purse: &Purse, groups: &[u32], names: usize| {
        let mut sums = vec![(0.0, 0.0); names];
        for ((share, amount, square), &group) in purse.examples().zip(groups) {
            let sum = &mut sums[group as usize];
            sum.0 += share * amount;
            sum.1 += share * square;
        }
        sums
    };
    (ingredients.members.iter())
        .map(|members| {
            (ingredients.purses.iter().zip(&members.examples))
                .map(|(purses, groups)| {
                    (months.clone())
                        .map(|month| of_month(purses.of(month), groups, members.names.len()))
                        .collect()
                })
                .collect()
        })
        .collect()
}
