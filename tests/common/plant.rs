//! A shop whose truth is known, with what was planted in it: a price rise in some month, a source whose quality changes.
#![allow(dead_code, unreachable_pub, reason = "each test uses its part")]

use std::collections::BTreeMap;

use forerun::domain::{Category, Column, Day, Known, Leads, Month, Outcome, Role, Table};
use rand::{Rng, RngExt, SeedableRng};
use rand_distr::{Distribution, Gamma, LogNormal, StandardNormal};
use rand_pcg::Pcg64;

/// The shop.
#[derive(Debug, Clone)]
pub struct Shop {
    /// Leads, spread evenly over the months.
    pub leads: usize,
    /// Months of history, up to 2026-07-01.
    pub months: i32,
    /// Name, share of the leads, P(won) of each source.
    pub sources: Vec<(&'static str, f64, f64)>,
    /// Name, usual price, share of each product.
    pub products: Vec<(&'static str, f64, f64)>,
    /// Standard deviation of the luck of the month, in the log of the odds.
    pub luck: f64,
    /// From this month (0 = the first) on, amounts are multiplied by this.
    pub price_rise: Option<(i32, f64)>,
    /// From this month on, this source's P(won) is multiplied by this.
    pub quality: Option<(usize, i32, f64)>,
    /// By how much P(won) falls with the log of the price asked for within a product.
    pub price_sense: f64,
    /// Mean days to a win, of a gamma distribution of shape 2.
    pub days: f64,
}

impl Default for Shop {
    fn default() -> Self {
        Self {
            leads: 12_000,
            months: 24,
            sources: vec![
                ("Fair", 0.10, 0.09),
                ("Partner", 0.15, 0.14),
                ("Referral", 0.10, 0.22),
                ("Search", 0.40, 0.12),
                ("Social", 0.25, 0.07),
            ],
            products: vec![
                ("Basic", 2_000.0, 0.5),
                ("Plus", 6_000.0, 0.35),
                ("Pro", 20_000.0, 0.15),
            ],
            luck: 0.0,
            price_rise: None,
            quality: None,
            price_sense: 0.0,
            days: 40.0,
        }
    }
}

/// The day of the as-of date of every shop.
pub fn today() -> Day {
    Month::new(2026, 7).first_day()
}

/// The month of a shop, 0 = the first.
pub fn month_of(shop: &Shop, month: i32) -> Month {
    today().month() - shop.months + month
}

fn pick(weights: impl Iterator<Item = f64> + Clone, rng: &mut impl Rng) -> usize {
    let mut at = rng.random::<f64>() * weights.clone().sum::<f64>();
    let mut last = 0;
    for (i, weight) in weights.enumerate() {
        last = i;
        at -= weight;
        if at < 0.0 {
            break;
        }
    }
    last
}

/// The leads of a shop as known on its last day.
pub fn shop(shop: &Shop, seed: u64) -> Leads {
    let mut rng = Pcg64::seed_from_u64(seed);
    let first = month_of(shop, 0).first_day();
    let days = today() - first;
    let (size, spread) = (
        LogNormal::new(0.0, 0.3).expect("valid"),
        LogNormal::new(0.0, 0.15).expect("valid"),
    );
    let (to_win, to_loss) = (
        Gamma::new(2.0, shop.days / 2.0).expect("valid"),
        LogNormal::new(shop.days.ln(), 0.9).expect("valid"),
    );
    let luck: Vec<f64> = (0..shop.months)
        .map(|_| {
            shop.luck * {
                let z: f64 = StandardNormal.sample(&mut rng);
                z
            }
        })
        .collect();
    let mut came: Vec<Day> = (0..shop.leads)
        .map(|_| first + (rng.random::<f64>() * f64::from(days)) as i32)
        .collect();
    came.sort_unstable();
    let n = shop.leads;
    let mut leads = Draft::with(n);
    for created in came {
        let month = created.month() - month_of(shop, 0);
        let source = pick(shop.sources.iter().map(|s| s.1), &mut rng);
        let product = pick(shop.products.iter().map(|p| p.2), &mut rng);
        let own: f64 = size.sample(&mut rng);
        let list = shop.products[product].1 * own;
        let odds = shop.sources[source].2 / (1.0 - shop.sources[source].2);
        let odds = odds * luck[month as usize].exp() * (-shop.price_sense * own.ln()).exp();
        let mut p = odds / (1.0 + odds);
        if let Some((which, from, factor)) = shop.quality
            && which == source
            && month >= from
        {
            p *= factor;
        }
        let won = rng.random::<f64>() < p;
        let never = !won && rng.random::<f64>() < 0.3;
        let after: f64 = if won {
            to_win.sample(&mut rng)
        } else {
            to_loss.sample(&mut rng)
        };
        let closed = created + after.min(9_999.0) as i32;
        let mut amount = list * spread.sample(&mut rng) * 0.9;
        if let Some((from, factor)) = shop.price_rise
            && closed >= month_of(shop, from).first_day()
        {
            amount *= factor;
        }
        let closed = Some(closed).filter(|&day| day < today() && !never);
        leads.push(
            created,
            closed,
            won,
            amount,
            list,
            [shop.sources[source].0, shop.products[product].0],
        );
    }
    leads.finish()
}

#[derive(Default)]
struct Draft {
    created: Vec<Option<Day>>,
    closed: Vec<Option<Day>>,
    outcome: Vec<Outcome>,
    amount: Vec<f64>,
    list: Vec<f64>,
    source: Vec<&'static str>,
    product: Vec<&'static str>,
}

impl Draft {
    fn with(n: usize) -> Self {
        Self {
            created: Vec::with_capacity(n),
            ..Self::default()
        }
    }

    fn push(
        &mut self,
        created: Day,
        closed: Option<Day>,
        won: bool,
        amount: f64,
        list: f64,
        names: [&'static str; 2],
    ) {
        let outcome = match closed {
            None => Outcome::Open,
            Some(_) if won => Outcome::Won,
            Some(_) => Outcome::Lost,
        };
        self.created.push(Some(created));
        self.closed.push(closed);
        self.outcome.push(outcome);
        self.amount.push(if outcome == Outcome::Won {
            amount.round()
        } else {
            f64::NAN
        });
        self.list.push(list.round());
        self.source.push(names[0]);
        self.product.push(names[1]);
    }

    fn finish(self) -> Leads {
        let n = self.created.len();
        let text = |values: &[&'static str]| {
            Column::Text(Category::from_texts(values.iter().map(|v| Some(*v))))
        };
        let mut table = Table::with_rows(n);
        table.insert("created", Column::Date(self.created.clone()));
        table.insert("closed", Column::Date(self.closed.clone()));
        table.insert("amount", Column::Number(self.amount));
        table.insert("list_price", Column::Number(self.list));
        table.insert("source", text(&self.source));
        table.insert("product", text(&self.product));
        let roles = [
            Role::Created,
            Role::Closed,
            Role::Amount,
            Role::ListPrice,
            Role::Source,
            Role::Product,
        ];
        let known = |name: &str| (name.to_owned(), Known::Creation { declared: false });
        Leads {
            as_of: today(),
            ids: (0..n).map(|i| format!("L{i:06}")).collect(),
            input_row: (0..n as u32).collect(),
            outcome: self.outcome,
            created: self.created,
            closed: self.closed,
            contacted: vec![None; n],
            table,
            roles: roles
                .map(|role| (role, role.key().to_owned()))
                .into_iter()
                .collect::<BTreeMap<_, _>>(),
            known: ["source", "product"].map(known).into_iter().collect(),
            stages: None,
            activities: None,
        }
    }
}
