//! Which leads are compared: those that somebody holds and whose dates tell what became of them by now.

use std::collections::BTreeMap;

use crate::domain::{Category, Column, Day, Leads, MISSING, Outcome, Role};
use crate::kpi::owners::result::OwnersError;
use crate::kpi::record::written_at_win;

/// Parts that the leads are dealt out to: each is judged by what the others teach.
pub(super) const FOLDS: usize = 5;

/// The leads compared, in the order of the leads; an index into these lists is a *life*.
#[derive(Debug, Clone, Default)]
pub(super) struct Lives {
    /// Row of the lead.
    pub(super) row: Vec<usize>,
    /// Position of its owner in `owners`.
    pub(super) owner: Vec<usize>,
    /// Whether it was won by now.
    pub(super) won: Vec<bool>,
    /// Days from creation to now: the time that it has had to be won, however it ended.
    pub(super) age: Vec<i32>,
    /// Days from creation to its win; none if it was not won.
    pub(super) won_after: Vec<Option<i32>>,
    /// Which leads hang together: those of one customer; a number of its own for every other lead.
    pub(super) cluster: Vec<usize>,
    /// Number of clusters.
    pub(super) clusters: usize,
    /// The part that it is dealt out to, 0 to `FOLDS` - 1; all leads of a customer to the same.
    pub(super) fold: Vec<usize>,
    /// What a won one brought; NaN where it is not won or nothing says.
    pub(super) amount: Vec<f64>,
    /// Names of the owners, sorted.
    pub(super) owners: Vec<String>,
    /// Leads left out: without an owner.
    pub(super) without_owner: usize,
    /// Leads left out: without dates that tell their life.
    pub(super) undated: usize,
}

impl Lives {
    /// The lives of these leads.
    ///
    /// # Errors
    /// No dates, no owners, or owners that are only known of the leads that were won.
    pub(super) fn of(leads: &Leads, seed: u64) -> Result<Self, OwnersError> {
        if !leads.dated() {
            return Err(OwnersError::Undated);
        }
        let owner = texts(leads, Role::Owner).ok_or(OwnersError::NoOwner)?;
        let mut lives = Self::default();
        let mut named = [[0_usize; 2]; 2];
        for row in 0..leads.len() {
            let Some((created, closed)) = life(leads, row) else {
                lives.undated += 1;
                continue;
            };
            let won = leads.outcome[row] == Outcome::Won;
            let code = owner.codes[row];
            named[usize::from(won)][usize::from(code != MISSING)] += 1;
            if code == MISSING {
                lives.without_owner += 1;
                continue;
            }
            lives.row.push(row);
            lives.owner.push(code as usize);
            lives.won.push(won);
            lives.age.push(leads.as_of - created);
            lives
                .won_after
                .push(closed.filter(|_| won).map(|closed| closed - created));
        }
        known_in_time(named)?;
        if lives.row.is_empty() {
            return Err(OwnersError::NoLead);
        }
        lives.keep_owners(&owner.levels);
        lives.read_amounts(leads);
        lives.deal_out(leads, seed);
        Ok(lives)
    }

    /// Number of leads.
    pub(super) fn len(&self) -> usize {
        self.row.len()
    }

    /// Number won.
    pub(super) fn wins(&self) -> usize {
        self.won.iter().filter(|&&won| won).count()
    }

    /// The lives of an owner.
    pub(super) fn of_owner(&self, owner: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.len()).filter(move |&i| self.owner[i] == owner)
    }

    /// Drops names that no lead has, and turns the positions with them.
    fn keep_owners(&mut self, names: &[String]) {
        let mut turned: BTreeMap<usize, usize> =
            self.owner.iter().map(|&owner| (owner, 0)).collect();
        for (new, (&old, place)) in turned.iter_mut().enumerate() {
            *place = new;
            self.owners
                .push(names.get(old).cloned().unwrap_or_default());
        }
        for owner in &mut self.owner {
            *owner = turned.get(owner).copied().unwrap_or(0);
        }
    }

    fn read_amounts(&mut self, leads: &Leads) {
        let amounts = leads.numbers(Role::Amount);
        let of = |(&row, &won): (&usize, &bool)| match amounts {
            Some(amounts) if won => amounts[row],
            _ => f64::NAN,
        };
        self.amount = self.row.iter().zip(&self.won).map(of).collect();
    }

    /// Leads of a customer hang together, and must not teach what is said of each other.
    fn deal_out(&mut self, leads: &Leads, seed: u64) {
        let customer = leads.text(Role::Customer);
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for &row in &self.row {
            let name = customer.and_then(|customer| customer.get(row));
            let cluster = match name {
                Some(name) => *seen.entry(name).or_insert(self.clusters),
                None => self.clusters,
            };
            self.clusters = self.clusters.max(cluster + 1);
            self.cluster.push(cluster);
            self.fold.push(fold(name.unwrap_or(&leads.ids[row]), seed));
        }
    }
}

/// The column of a role as texts, whatever kind it was taken for: owners may have numbers for names.
pub(super) fn texts(leads: &Leads, role: Role) -> Option<Category> {
    match leads.role(role)? {
        Column::Text(category) => Some(category.clone()),
        column => {
            let texts: Vec<String> = (0..column.len()).map(|row| column.display(row)).collect();
            let given = texts
                .iter()
                .map(|text| Some(text.as_str()).filter(|t| !t.is_empty()));
            Some(Category::from_texts(given))
        }
    }
}

/// When a lead came in and closed; none where the dates do not tell.
fn life(leads: &Leads, row: usize) -> Option<(Day, Option<Day>)> {
    let created = leads.created[row].filter(|&created| created < leads.as_of)?;
    let closed = leads.closed[row];
    (leads.outcome[row] == Outcome::Open || closed.is_some()).then_some((created, closed))
}

/// Refuses owners that are written down only once a lead is won: the others of the same salespeople are not known, and
/// everybody would seem to win everything.
fn known_in_time(named: [[usize; 2]; 2]) -> Result<(), OwnersError> {
    let [others, won] = named;
    if written_at_win(named) {
        return Err(OwnersError::NamedLater {
            won: won[0] + won[1],
            won_named: won[1],
            others: others[0] + others[1],
            others_named: others[1],
        });
    }
    Ok(())
}

/// The part that a name is dealt out to: by nothing but the name and the seed.
fn fold(name: &str, seed: u64) -> usize {
    let mut z = seed ^ 0x6f77_6e65_7273;
    for byte in name.bytes() {
        z = (z ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) % FOLDS as u64) as usize
}
