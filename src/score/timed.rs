//! The dated model: stacked landmarks, two regressions (won in a step; lost in it if not won), open leads censored.

use crate::domain::{Day, Leads, Outcome};
use crate::features::{Code, Codes, Recipe, Sample, Screened};
use crate::score::amount::AmountModel;
use crate::score::context::{Context, segment_names};
use crate::score::design::Design;
use crate::score::fit::{self, Fitted};
use crate::score::hazard::Etas;
use crate::score::landmarks::{self, Landmark};
use crate::score::model::Parts;
use crate::score::monotone::{self, Merges};
use crate::score::solver::SparseRows;
use crate::score::tail::Tail;
use crate::score::thinning::{self, Place, Rough};
use crate::score::{Choices, Reference, ScoreError, small};
use crate::segment::{self, Rules};

/// Rows without the event that are kept, at least, and for each row with it; the rest are thinned, with weights that make
/// up for it (see `thinning`).
const OTHERS: (usize, usize) = (50_000, 6);
/// The same for each row with a loss: losses are many, and only say how many leads are left to be won.
const OTHERS_OF_LOSSES: usize = 2;
/// Rows with the event that are kept.
const MAX_EVENTS: usize = 60_000;
/// Days up to which an open lead is of the reference population, and the fewest such leads.
const RECENT_AGE: i32 = 90;
const MIN_RECENT: usize = 30;
/// Which features a model may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// All that the recipe finds.
    All,
    /// None: what age alone tells.
    AgeOnly,
}

/// How a fit is made, beyond the data that it is made from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Plan {
    /// Which features it may have.
    pub(crate) features: Use,
    /// Whether the segment may be one, where nothing else stands against it.
    pub(crate) segment: bool,
    /// Days after which a landmark counts half; none: all count alike.
    pub(crate) half_life: Option<f64>,
    /// Longest look ahead, days; none: as far as the data reach.
    pub(crate) horizon: Option<i32>,
    /// Rows without the event are kept to one in so many of the usual; 1 for a model that is used.
    pub(crate) thinner: usize,
    /// Seed of samples.
    pub(crate) seed: u64,
}

impl Plan {
    /// Everything that the data offer, every landmark alike.
    pub(crate) const fn all(seed: u64) -> Self {
        Self {
            features: Use::All,
            segment: true,
            half_life: None,
            horizon: None,
            thinner: 1,
            seed,
        }
    }

    /// Everything that the data offer, in the way that did best in the past.
    pub(crate) fn chosen(choices: &Choices, seed: u64) -> Self {
        Self {
            segment: choices.segment,
            half_life: choices.half_life_days,
            ..Self::all(seed)
        }
    }

    /// The same without features.
    pub(crate) const fn age_only(self) -> Self {
        Self {
            features: Use::AgeOnly,
            segment: false,
            ..self
        }
    }

    /// What a landmark on `day` counts for: 2^(-days before `as_of` / half-life).
    fn weight(&self, day: Day, as_of: Day) -> f64 {
        self.half_life
            .map_or(1.0, |tau| (-f64::from(as_of - day) / tau).exp2())
    }
}

/// Learns from `leads` as they are known at `leads.as_of`.
pub(crate) fn fit(
    leads: &Leads,
    rules: Option<&Rules>,
    screened: &Screened,
    plan: Plan,
) -> Result<Parts, ScoreError> {
    monotone::fit(|merges| fit_merged(leads, rules, screened, plan, merges))
}

fn fit_merged(
    leads: &Leads,
    rules: Option<&Rules>,
    screened: &Screened,
    plan: Plan,
    merges: &Merges,
) -> Result<Parts, ScoreError> {
    let prepared = Prepared::new(leads, rules, screened, plan, merges)?;
    let (win, lost) = fit_both(&prepared.training(leads, plan))?;
    let Prepared {
        recipe,
        design,
        segments,
        reached,
        ..
    } = prepared;
    let context = Context::new(&recipe, leads, rules, [leads.as_of])?;
    let tail = Some(Tail::learn(leads, reached));
    let (reference, reference_leads) = reference(leads, &design, &context);
    let amount = AmountModel::learn(leads, &recipe, &all_codes(leads, &context));
    Ok(Parts {
        recipe,
        design,
        segments,
        win,
        lost: Some(lost),
        tail,
        reference,
        reference_leads,
        amount,
    })
}

/// Learns one model for each half-life, cheaply: from fewer rows, near the optimum, with the penalties of the first, and
/// without uncertainty, reasons or amounts. For comparing them with one another, not for use.
pub(crate) fn trials(
    leads: &Leads,
    rules: Option<&Rules>,
    screened: &Screened,
    plan: Plan,
    half_lives: &[Option<f64>],
) -> Result<Vec<Parts>, ScoreError> {
    let prepared = Prepared::new(leads, rules, screened, plan, &Merges::new())?;
    let mut nearby: [Option<(Vec<f64>, Fitted)>; 2] = [None, None];
    let mut all = Vec::new();
    for &half_life in half_lives {
        let training = prepared.training(leads, Plan { half_life, ..plan });
        let one = |losses: bool, nearby: Option<&(Vec<f64>, Fitted)>| {
            let (rows, outcomes) = training.person_periods(losses);
            let few = few(prepared.events[usize::from(losses)], &outcomes);
            let problem = fit::problem(rows, outcomes);
            if few {
                return small::fit(&problem, &prepared.design).map(|fitted| (Vec::new(), fitted));
            }
            let (penalty, mut fitted) = fit::fit_roughly(&problem, &prepared.design, nearby)?;
            // So few rows are followed closely: other rows tell the level.
            let other = Plan {
                seed: !plan.seed,
                half_life,
                ..plan
            };
            let (rows, outcomes) = prepared.training(leads, other).person_periods(losses);
            fit::level(&rows, &outcomes, &mut fitted);
            Ok((penalty, fitted))
        };
        let (win, lost) = std::thread::scope(|scope| {
            let win = scope.spawn(|| one(false, nearby[0].as_ref()));
            let lost = one(true, nearby[1].as_ref());
            let win = win
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (win, lost)
        });
        let (win, lost) = (win?, lost?);
        all.push(Parts {
            recipe: prepared.recipe.clone(),
            design: prepared.design.clone(),
            segments: prepared.segments.clone(),
            win: win.1.clone(),
            lost: Some(lost.1.clone()),
            tail: Some(Tail::learn(leads, prepared.reached)),
            reference: Vec::new(),
            reference_leads: Reference::nobody(),
            amount: None,
        });
        for (kept, found) in nearby.iter_mut().zip([win, lost]) {
            kept.get_or_insert(found);
        }
    }
    Ok(all)
}

/// What every fit on the same leads shares.
struct Prepared {
    recipe: Recipe,
    design: Design,
    /// Names of the segments, where the segment is a feature.
    segments: Vec<String>,
    landmarks: Vec<Landmark>,
    codes: Codes,
    /// Leads won, and lost.
    events: [usize; 2],
    /// The longest horizon that the data reach.
    reached: i32,
}

impl Prepared {
    fn new(
        leads: &Leads,
        rules: Option<&Rules>,
        screened: &Screened,
        plan: Plan,
        merges: &Merges,
    ) -> Result<Self, ScoreError> {
        let reached = landmarks::horizon(leads, leads.as_of).ok_or(ScoreError::TooShort)?;
        let horizon = plan.horizon.map_or(reached, |most| reached.min(most));
        let (rows, events) = timed_rows(leads)?;
        let snapshots = landmarks::snapshots(leads, leads.as_of);
        let landmarks = landmarks::training(leads, leads.as_of, &snapshots);
        let segments = rules
            .filter(|rules| plan.segment && segment::undated_fields(rules, leads).is_empty())
            .map(|rules| segment_names(Some(rules)))
            .unwrap_or_default();
        let moments: Vec<_> = landmarks
            .iter()
            .filter(|lm| lm.age > 0)
            .map(|lm| (lm.row, lm.day))
            .collect();
        let sample = Sample {
            leads,
            rows: &rows,
            won: events[0],
            moments: &moments,
            segments: (!segments.is_empty()).then_some(&segments),
        };
        let mut recipe = Recipe::learn(sample, screened);
        monotone::merge(&mut recipe, merges, leads, &rows);
        if plan.features == Use::AgeOnly {
            recipe = recipe.without_features();
        }
        let design = Design::dated(
            &recipe,
            horizon,
            landmarks::age_knots(leads, reached),
            landmarks::late_win_age(&landmarks),
        );
        let days = snapshots.iter().copied().chain([leads.as_of]);
        let context =
            Context::new(&recipe, leads, rules, days)?.learning_from(&recipe, leads, &rows);
        let codes = encode(&context, &landmarks);
        drop(context);
        let keeps_segment = recipe
            .features
            .iter()
            .any(|feature| feature.origin == crate::features::Origin::Segment);
        let segments = if keeps_segment { segments } else { Vec::new() };
        Ok(Self {
            recipe,
            design,
            segments,
            landmarks,
            codes,
            events,
            reached,
        })
    }

    fn training<'a>(&'a self, leads: &'a Leads, plan: Plan) -> Training<'a> {
        Training {
            leads,
            design: &self.design,
            landmarks: &self.landmarks,
            codes: &self.codes,
            events: self.events,
            plan,
        }
    }
}

/// The leads whose life is known, and the numbers won and lost among them, if there is anything to learn from.
fn timed_rows(leads: &Leads) -> Result<(Vec<usize>, [usize; 2]), ScoreError> {
    let rows: Vec<usize> = (0..leads.len())
        .filter(|&row| landmarks::timed(leads, row))
        .collect();
    let count = |outcome| {
        rows.iter()
            .filter(|&&row| leads.outcome[row] == outcome)
            .count()
    };
    let (won, lost) = (count(Outcome::Won), count(Outcome::Lost));
    if won == 0 {
        return Err(ScoreError::TooFew {
            won,
            lost,
            needed: 1,
        });
    }
    Ok((rows, [won, lost]))
}

/// The codes of landmarks, one row each.
pub(crate) fn encode(context: &Context<'_>, landmarks: &[Landmark]) -> Codes {
    let mut codes = Codes::default();
    landmarks
        .iter()
        .for_each(|landmark| context.push(&mut codes, landmark));
    codes
}

/// The codes of every lead as of today.
pub(crate) fn all_codes(leads: &Leads, context: &Context<'_>) -> Codes {
    let mut codes = Codes::default();
    (0..leads.len()).for_each(|row| context.push_on(&mut codes, row, leads.as_of));
    codes
}

struct Training<'a> {
    leads: &'a Leads,
    design: &'a Design,
    landmarks: &'a [Landmark],
    codes: &'a Codes,
    /// Leads won, and lost.
    events: [usize; 2],
    plan: Plan,
}

/// Whether so little was seen of either side that priors must stand in for it: few leads won (lost), or few rows that were
/// not, as where all that are not won are lost within the week.
fn few(events: usize, outcomes: &[bool]) -> bool {
    let others = outcomes.iter().filter(|&&event| !event).count();
    events.min(others) < small::ENOUGH
}

/// The two regressions share nothing, so they are fitted side by side; each is the same on any number of threads.
fn fit_both(training: &Training<'_>) -> Result<(Fitted, Fitted), ScoreError> {
    let one = |losses: bool| -> Result<Fitted, ScoreError> {
        let (rows, outcomes) = training.person_periods(losses);
        let few = few(training.events[usize::from(losses)], &outcomes);
        let problem = fit::problem(rows, outcomes);
        if few {
            return Ok(small::fit(&problem, training.design)?);
        }
        Ok(fit::fit(&problem, training.design)?)
    };
    std::thread::scope(|scope| {
        let win = scope.spawn(|| one(false));
        let lost = one(true)?;
        let win = win
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        Ok((win, lost))
    })
}

impl Training<'_> {
    /// One row for each landmark and step that a lead began open and whose end has been seen, for closed and open leads
    /// alike: for the win model all of them, for the loss model those not won in the step.
    fn person_periods(&self, losses: bool) -> (SparseRows, Vec<bool>) {
        let (mut events, mut leads, mut last) = ([0_usize; 2], 0_usize, None);
        self.each_period(losses, |landmark, _, event| {
            events[usize::from(event)] += 1;
            let row = self.landmarks[landmark].row;
            if event && last != Some(row) {
                (leads, last) = (leads + 1, Some(row));
            }
        });
        // One closing is seen from several landmarks. Each counts for its share of one, or the penalties would be chosen
        // as if there were several times as many leads (a composite likelihood, tempered to the number of events).
        let seen = events[1].max(1) as f64 / leads.max(1) as f64;
        let keep_events = share(events[1], MAX_EVENTS / self.plan.thinner);
        let keep_others = self.keep_others(losses, events);
        let mut rows = SparseRows::new(self.design.columns());
        let mut outcomes = Vec::new();
        let mut cells = Vec::new();
        self.each_period(losses, |landmark, step, event| {
            let keep = if event {
                keep_events
            } else {
                keep_others(landmark, step)
            };
            let lm = &self.landmarks[landmark];
            if keep < 1.0 && uniform(&self.leads.ids[lm.row], lm.day, step, self.plan.seed) >= keep
            {
                return;
            }
            self.design
                .row(lm.age, self.codes.row(landmark), step, &mut cells);
            let recent = self.plan.weight(lm.day, self.leads.as_of);
            rows.push(&cells, recent / (keep * seen), lm.row as u32);
            outcomes.push(event);
        });
        (rows, outcomes)
    }

    /// With which probability a row without the event is kept, by landmark and step.
    fn keep_others(
        &self,
        losses: bool,
        events: [usize; 2],
    ) -> Box<dyn Fn(usize, usize) -> f64 + '_> {
        let each = if losses { OTHERS_OF_LOSSES } else { OTHERS.1 };
        let wanted = OTHERS.0.max(each * events[1].min(MAX_EVENTS)) / self.plan.thinner;
        if events[0] <= wanted {
            return Box::new(|_, _| 1.0);
        }
        let oldest = self.landmarks.iter().map(|lm| lm.age).max().unwrap_or(0);
        let bands = thinning::bands(oldest + self.design.edges.last().copied().unwrap_or(0));
        let place = move |landmark: usize, step: usize| Place {
            landmark,
            band: bands[(self.landmarks[landmark].age + self.design.edges[step]).max(0) as usize],
            step,
        };
        let rough = Rough::learn(
            self.codes,
            self.landmarks.len(),
            self.design.steps(),
            |visit| {
                self.each_period(losses, |landmark, step, event| {
                    visit(place(landmark, step), event);
                });
            },
        );
        let scale = thinning::scale(wanted, |visit| {
            self.each_period(losses, |landmark, step, event| {
                if !event {
                    visit(rough.of(place(landmark, step)));
                }
            });
        });
        Box::new(move |landmark, step| (scale * rough.of(place(landmark, step))).min(1.0))
    }

    fn each_period(&self, losses: bool, mut visit: impl FnMut(usize, usize, bool)) {
        for (i, landmark) in self.landmarks.iter().enumerate() {
            for (step, edges) in self.design.edges.windows(2).enumerate() {
                if landmark.day + edges[1] > self.leads.as_of {
                    break;
                }
                let closed_in = landmark.closing.filter(|&(days, _)| days < edges[1]);
                let won_in = closed_in.is_some_and(|(_, won)| won);
                if losses {
                    if !won_in {
                        visit(i, step, closed_in.is_some());
                    }
                } else {
                    visit(i, step, won_in);
                }
                if closed_in.is_some() {
                    break;
                }
            }
        }
    }
}

fn share(of: usize, wanted: usize) -> f64 {
    if of > wanted {
        wanted as f64 / of as f64
    } else {
        1.0
    }
}

/// A number in 0-1 that depends on nothing but what it is drawn for: not on the order of rows, nor on threads.
fn uniform(id: &str, day: Day, step: usize, seed: u64) -> f64 {
    let mut z = seed
        ^ (i64::from(day.epoch_days()) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        ^ (step as u64) << 56;
    for byte in id.bytes() {
        z = (z ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// By step: the mean row of the reference population, to which reasons compare: the open leads of the last 90 days.
///
/// Not all open leads: where losers are never closed most of those are years old, and beside them the age of any live
/// lead would be its only reason.
fn reference(leads: &Leads, design: &Design, context: &Context<'_>) -> (Vec<Vec<f64>>, Reference) {
    let open: Vec<Landmark> = (0..leads.len())
        .filter_map(|row| landmarks::at(leads, row, leads.as_of))
        .collect();
    let recent: Vec<Landmark> = open
        .iter()
        .copied()
        .filter(|lm| lm.age <= RECENT_AGE)
        .collect();
    let (mut population, mut landmarks) = if recent.len() >= MIN_RECENT {
        ("open_recent", recent)
    } else {
        ("open", open)
    };
    if landmarks.is_empty() {
        population = "created";
        landmarks = (0..leads.len())
            .filter_map(|row| landmarks::creation(leads, row))
            .collect();
    }
    let ages: Vec<i32> = landmarks.iter().map(|lm| lm.age).collect();
    let who = Reference {
        population: population.to_owned(),
        date: Some(leads.as_of),
        n: landmarks.len(),
    };
    (mean_rows(design, &ages, &encode(context, &landmarks)), who)
}

/// By step: the mean row of leads of these ages and codes.
pub(crate) fn mean_rows(design: &Design, ages: &[i32], codes: &Codes) -> Vec<Vec<f64>> {
    let mut cells = Vec::new();
    (0..design.steps())
        .map(|step| {
            let mut mean = vec![0.0; design.columns()];
            for (i, &age) in ages.iter().enumerate() {
                design.row(age, codes.row(i), step, &mut cells);
                for &(column, value) in &cells {
                    mean[column as usize] += f64::from(value) / ages.len() as f64;
                }
            }
            mean
        })
        .collect()
}

/// The parts of a dated model that look ahead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ahead<'a> {
    pub(crate) design: &'a Design,
    pub(crate) win: &'a Fitted,
    pub(crate) lost: &'a Fitted,
    pub(crate) tail: Option<Tail>,
}

impl Ahead<'_> {
    /// The tail, if a lead of this age reaches it before the step begins.
    pub(crate) fn tail_at(&self, age: i32, step: usize) -> Option<Tail> {
        let begins = self.design.edges.get(step).copied().unwrap_or(0);
        self.tail.filter(|tail| age + begins >= tail.from)
    }

    /// Log-odds of winning and losing in each step, for a lead of an age.
    pub(crate) fn etas(&self, age: i32, codes: &[Code]) -> Etas {
        let mut etas = Etas::default();
        let mut cells = Vec::new();
        for step in 0..self.design.steps() {
            let (win, lost) = if let Some(tail) = self.tail_at(age, step) {
                tail.log_odds(age, self.design.edges[step], self.design.edges[step + 1])
            } else {
                self.design.row(age, codes, step, &mut cells);
                (
                    self.win.logistic.log_odds(&cells),
                    self.lost.logistic.log_odds(&cells),
                )
            };
            etas.win.push(win);
            etas.lost.push(lost);
        }
        etas
    }
}
