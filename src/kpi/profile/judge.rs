//! One level of one attribute: as it is, and with all other attributes held.

use std::collections::BTreeMap;

use crate::domain::Role;
use crate::kpi::cycle::{Field, sooner};
use crate::kpi::gate::{Measure, Z80, p_value};
use crate::kpi::incidence::{End, Incidence, Span, followed};
use crate::kpi::profile::attributes::Attribute;
use crate::kpi::profile::mean_amount;
use crate::kpi::profile::mixed::{Design, Family, Mixed, Spread};
use crate::kpi::profile::result::LevelRow;

/// Leads, evenly spread, beyond which no more are compared, and those over which conversions are standardised.
const MOST: usize = 40_000;
const STANDARD: usize = 2_000;
/// Fewest wins and fewest other leads that are compared; fewest amounts.
const LEAST: usize = 10;
const LEAST_AMOUNTS: usize = 20;
/// Fewest wins, and fewest leads without, that a level needs (expected, were it like all) to be claimed anything of.
const LEAST_OF_LEVEL: f64 = 5.0;
/// Spread of effects where claims are tested: next to none is held back.
const WIDE: f64 = 1.5;
/// Wins of its own by which a source's pace is told; with fewer it is that of all.
const OWN_WINS: usize = 30;
/// Leads of a level that must have been followed for as long as most wins take, for its days to be told.
const OLD_LEADS: usize = 10;

/// What speaks for a claim: standard normal if nothing differs; none where no claim is made.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Told {
    pub(super) converts: Option<f64>,
    pub(super) earns: Option<f64>,
    pub(super) sooner: Option<f64>,
}

/// A regression, shrunken to be told and hardly so to be tested.
pub(super) struct Fitted {
    design: Design,
    told: Mixed,
    tested: Mixed,
    /// Share of each column's level in its rows.
    shares: Vec<f64>,
}

/// All attributes, learnt together.
pub(super) struct Judge<'a> {
    field: &'a Field<'a>,
    columns: &'a [Attribute],
    wins: Option<Fitted>,
    amounts: Option<Fitted>,
    /// Mean amount of all wins with one, money, and the variance of its logarithm.
    aov: f64,
    aov_variance: f64,
    /// P(won within the horizon) of all; expected wins of a level are counted by it.
    rate: f64,
}

impl<'a> Judge<'a> {
    pub(super) fn new(field: &'a Field<'a>, columns: &'a [Attribute]) -> Self {
        let every = field.rows.len().div_ceil(MOST).max(1);
        let compared: Vec<usize> = (0..field.rows.len()).step_by(every).collect();
        let (y, open) = ends(field, &compared);
        let known = |end: f64| {
            let ends = y.iter().zip(&open);
            ends.filter(|(y, open)| open.is_nan() && **y == end).count()
        };
        let enough = known(1.0) >= LEAST && known(0.0) >= LEAST;
        let wins = enough
            .then(|| Fitted::new(columns, &compared, &y, &open, Family::YesNo))
            .flatten();
        let (priced, logs) = amounts(field);
        let sold: Vec<f64> = logs.iter().map(|log| log.exp()).collect();
        let n = sold.len().max(1) as f64;
        let aov = sold.iter().sum::<f64>() / n;
        let square = sold
            .iter()
            .map(|money| (money / aov - 1.0).powi(2))
            .sum::<f64>();
        let amounts = (logs.len() >= LEAST_AMOUNTS)
            .then(|| {
                let known = vec![f64::NAN; logs.len()];
                Fitted::new(columns, &priced, &logs, &known, Family::Normal)
            })
            .flatten();
        Self {
            field,
            columns,
            wins,
            amounts,
            aov,
            aov_variance: square / n / (n - 1.0).max(1.0),
            rate: field.all.total(),
        }
    }

    /// Leads compared.
    pub(super) fn compared(&self) -> usize {
        self.wins.as_ref().map_or(0, |fitted| fitted.design.rows())
    }

    /// How far the levels of an attribute differ in their log-odds, other attributes held: the standard deviation over leads.
    pub(super) fn spread(&self, a: usize) -> f64 {
        let Some(fitted) = &self.wins else {
            return 0.0;
        };
        let levels = 0..self.columns[a].levels.len();
        let start = fitted.design.starts[a];
        levels
            .map(|level| fitted.shares[start + level] * fitted.told(a, level).0.powi(2))
            .sum::<f64>()
            .sqrt()
    }

    /// One level: its numbers, and what speaks for claims.
    pub(super) fn level(&self, a: usize, level: usize) -> (LevelRow, Told) {
        let (field, column) = (self.field, &self.columns[a]);
        let (mut own, mut others) = (Vec::new(), Vec::new());
        let mut rows = Vec::new();
        for (i, &code) in column.codes.iter().enumerate() {
            if code == level {
                own.push(field.wins[i]);
                rows.push(field.rows[i]);
            } else {
                others.push(field.wins[i]);
            }
        }
        let lives = |spans: &[Span]| Incidence::new(spans.iter().copied(), field.horizon);
        let incidence = lives(&own);
        let long = followed(field.leads, &rows, OLD_LEADS) >= field.nearly_all() as i32;
        let pace = if long {
            sooner(&field.all, &incidence, &lives(&others))
        } else {
            None
        };
        let adjusted = self.adjusted(a, level);
        let aov_adjusted = self.amount(a, level);
        let told = Told {
            converts: self.evidence(a, level),
            earns: self.earning(a, level),
            sooner: pace.map(|(z, _)| z),
        };
        let row = LevelRow {
            level: column.levels[level].clone(),
            leads: own.len(),
            share: own.len() as f64 / field.rows.len().max(1) as f64,
            won: incidence.events,
            conversion: incidence.share(),
            adjusted: adjusted.map(|(measure, _)| measure),
            odds_ratio: self.wins.as_ref().map(|fitted| {
                let (effect, variance) = fitted.told(a, level);
                Measure::exp(effect, variance.sqrt())
            }),
            aov: mean_amount(field, &rows),
            aov_adjusted: aov_adjusted.map(|(log, error)| Measure::exp(log, error)),
            revenue_per_lead: adjusted.zip(aov_adjusted).map(
                |((conversion, spread), (log, error))| {
                    Measure::exp(conversion.value.ln() + log, spread.hypot(error))
                },
            ),
            days_to_win: if long {
                incidence.quantile(0.5, 5)
            } else {
                None
            },
            converts: None,
            earns: None,
            pace: None,
            p_value: told.converts.map(p_value),
        };
        (row, told)
    }

    /// Conversion if all leads had this level and were otherwise as they are, and its standard error on the scale of logs.
    fn adjusted(&self, a: usize, level: usize) -> Option<(Measure, f64)> {
        let fitted = self.wins.as_ref()?;
        let (_, variance) = fitted.told(a, level);
        // How unsure the level of all is adds to how unsure the difference is.
        let whole = self.field.all.log_odds_error().unwrap_or(0.0);
        let error = variance.sqrt().hypot(whole);
        let at = |z: f64| {
            let share = fitted.standardised(a, level, z * error);
            share.clamp(1e-9, 1.0)
        };
        let measure = Measure {
            value: at(0.0),
            low: at(-Z80),
            high: Some(at(Z80)),
        };
        let spread = (at(Z80).ln() - at(-Z80).ln()) / (2.0 * Z80);
        Some((measure, spread))
    }

    /// ln of the amount of a win, other attributes held, and its standard error.
    fn amount(&self, a: usize, level: usize) -> Option<(f64, f64)> {
        let fitted = self.amounts.as_ref()?;
        let (_, variance) = fitted.told(a, level);
        // So that the mean over the levels is the mean of all: that of logarithms would be too low.
        let (shares, start) = (fitted.shares(a), fitted.design.starts[a]);
        let whole: f64 = (shares.iter().enumerate())
            .map(|(m, share)| {
                share * (fitted.told.effects[start + m] - fitted.told.effects[start + level]).exp()
            })
            .sum();
        // The mean of all is unsure too, the more so the more of it is in few deals.
        let error = (variance + self.aov_variance).sqrt();
        Some((self.aov.ln() - whole.ln(), error))
    }

    /// How far the level is from the mean of its attribute, in standard errors; none for levels too small to tell.
    fn evidence(&self, a: usize, level: usize) -> Option<f64> {
        let fitted = self.wins.as_ref()?;
        self.enough(fitted, a, level).then_some(())?;
        let (effect, variance) = fitted.tested(a, level);
        (variance > 0.0).then(|| effect / variance.sqrt())
    }

    fn enough(&self, fitted: &Fitted, a: usize, level: usize) -> bool {
        let n = fitted.shares[fitted.design.starts[a] + level] * fitted.design.rows() as f64;
        n * self.rate >= LEAST_OF_LEVEL && n * (1.0 - self.rate) >= LEAST_OF_LEVEL
    }

    /// The same of the revenue of a lead.
    fn earning(&self, a: usize, level: usize) -> Option<f64> {
        let (wins, amounts) = (self.wins.as_ref()?, self.amounts.as_ref()?);
        self.enough(wins, a, level).then_some(())?;
        let start = amounts.design.starts[a];
        let sold = amounts.shares[start + level] * amounts.design.rows() as f64;
        if sold < LEAST_OF_LEVEL {
            return None;
        }
        let ((odds, v1), (amount, v2)) = (wins.tested(a, level), amounts.tested(a, level));
        // A change of log-odds changes the logarithm of a probability by 1 - p of it.
        let part = 1.0 - self.rate;
        let error = (v1 * part * part + v2).sqrt();
        (error > 0.0).then(|| (odds * part + amount) / error)
    }
}

impl Fitted {
    /// On some of the rows; none where nothing settles.
    pub(super) fn new(
        columns: &[Attribute],
        rows: &[usize],
        y: &[f64],
        open: &[f64],
        family: Family,
    ) -> Option<Self> {
        let levels: Vec<usize> = columns.iter().map(|column| column.levels.len()).collect();
        let codes: Vec<Vec<usize>> = (columns.iter())
            .map(|column| rows.iter().map(|&i| column.codes[i]).collect())
            .collect();
        let design = Design::new(&levels, &codes);
        let mut shares = vec![0.0; levels.iter().sum()];
        for row in 0..design.rows() {
            for &column in design.row(row) {
                shares[column as usize] += 1.0 / rows.len().max(1) as f64;
            }
        }
        let told = Mixed::fit(&design, y, open, family, Spread::Learnt)?;
        let tested = Mixed::fit(&design, y, open, family, Spread::Given(WIDE))?;
        Some(Self {
            design,
            told,
            tested,
            shares,
        })
    }

    fn shares(&self, a: usize) -> &[f64] {
        &self.shares[self.design.starts[a]..self.design.starts[a + 1]]
    }

    pub(super) fn told(&self, a: usize, level: usize) -> (f64, f64) {
        let start = self.design.starts[a];
        self.told.against_mean(start, self.shares(a), level)
    }

    fn tested(&self, a: usize, level: usize) -> (f64, f64) {
        let start = self.design.starts[a];
        self.tested.against_mean(start, self.shares(a), level)
    }

    /// Mean chance if all rows had this level, its effect moved by `shift`.
    pub(super) fn standardised(&self, a: usize, level: usize, shift: f64) -> f64 {
        let effects = &self.told.effects;
        let here = effects[self.design.starts[a] + level] + shift;
        let every = self.design.rows().div_ceil(STANDARD).max(1);
        let (mut sum, mut n) = (0.0, 0.0);
        for row in (0..self.design.rows()).step_by(every) {
            let columns = self.design.row(row);
            let others = (columns.iter().enumerate())
                .filter(|(attribute, _)| *attribute != a)
                .map(|(_, &column)| effects[column as usize]);
            let eta = self.told.intercept + here + others.sum::<f64>();
            sum += 1.0 / (1.0 + (-eta).exp());
            n += 1.0;
        }
        sum / f64::max(n, 1.0)
    }
}

/// How each of some leads (positions in `field.rows`) ended: 1 won within the horizon, 0 not; and of the open ones, ln of
/// the odds of a win now over those when they came in, by their age and as fast as their source's leads are won and lost.
pub(super) fn ends(field: &Field<'_>, of: &[usize]) -> (Vec<f64>, Vec<f64>) {
    let source = field.leads.text(Role::Source);
    let code = |i: usize| source.map(|source| source.codes[field.rows[i]]);
    let mut lives: BTreeMap<u32, Vec<Span>> = BTreeMap::new();
    for (i, &span) in field.wins.iter().enumerate() {
        if let Some(level) = code(i) {
            lives.entry(level).or_default().push(span);
        }
    }
    let paces: BTreeMap<u32, Incidence> = (lives.into_iter())
        .map(|(level, own)| (level, Incidence::new(own, field.horizon)))
        .collect();
    let odds = |p: f64| p / (1.0 - p).max(1e-9);
    of.iter()
        .map(|&i| {
            let span = field.wins[i];
            if span.end != End::Open || span.days >= field.horizon {
                let won = span.end == End::Event && span.days < field.horizon;
                return (f64::from(u8::from(won)), f64::NAN);
            }
            let own = code(i).and_then(|level| paces.get(&level));
            let pace = own
                .filter(|own| own.events >= OWN_WINS)
                .unwrap_or(&field.all);
            let ratio = odds(pace.given_open(span.days.max(0) as usize)) / odds(pace.total());
            // Where no win has ever come so late, none is expected.
            if ratio > 0.0 {
                (0.0, ratio.ln())
            } else {
                (0.0, f64::NAN)
            }
        })
        .unzip()
}

/// Wins with an amount above 0 (positions in `field.rows`), and the logarithms of these.
fn amounts(field: &Field<'_>) -> (Vec<usize>, Vec<f64>) {
    let Some(amounts) = field.leads.numbers(Role::Amount) else {
        return (Vec::new(), Vec::new());
    };
    (field.wins.iter().enumerate())
        .filter(|(_, span)| span.end == End::Event)
        .map(|(i, _)| (i, amounts[field.rows[i]]))
        .filter(|(_, amount)| amount.is_finite() && *amount > 0.0)
        .map(|(i, amount)| (i, amount.ln()))
        .unzip()
}
