//! Undated data: every closed lead predicted by a model that did not see it.

use crate::domain::{Leads, Outcome};
use crate::features::Screened;
use crate::score::baseline::{Odoo, OdooLead, SegmentRates};
use crate::score::evaluate::tested::Tested;
use crate::score::evaluate::{EvaluateOptions, Prediction};
use crate::score::timed::Use;
use crate::score::{ScoreError, plain};
use crate::segment::{self, Rules, Segments};

/// Out-of-fold predictions of all closed leads.
pub(super) fn tested(
    leads: &Leads,
    rules: Option<&Rules>,
    screened: &Screened,
    options: EvaluateOptions,
) -> Result<Tested, ScoreError> {
    let rows = plain::closed(leads);
    let won: Vec<bool> = rows
        .iter()
        .map(|&row| leads.outcome[row] == Outcome::Won)
        .collect();
    let fold = plain::folds(&won, options.seed);
    let sorted = rules
        .filter(|rules| segment::undated_fields(rules, leads).is_empty())
        .map(|rules| segment::assign(rules, leads, leads.as_of))
        .transpose()?;
    let work = Work {
        leads,
        rules,
        screened,
        options,
        sorted,
    };
    let folds = fold.iter().max().map_or(0, |&last| last + 1);
    let of = |k: usize, inside: bool| -> Vec<usize> {
        let members = (0..rows.len()).filter(|&i| (fold[i] == k) == inside);
        members.map(|i| rows[i]).collect()
    };
    // Two folds at a time; which thread takes one changes nothing in it.
    let mut predictions = Vec::new();
    for pair in (0..folds).collect::<Vec<_>>().chunks(2) {
        let found: Vec<Result<Vec<Prediction>, ScoreError>> = std::thread::scope(|scope| {
            let started: Vec<_> = pair
                .iter()
                .map(|&k| (of(k, false), of(k, true)))
                .map(|(train, test)| {
                    let work = &work;
                    scope.spawn(move || work.fold(&train, &test))
                })
                .collect();
            started
                .into_iter()
                .map(|thread| {
                    thread
                        .join()
                        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                })
                .collect()
        });
        for part in found {
            predictions.extend(part?);
        }
    }
    predictions.sort_by_key(|one| one.row);
    Ok(Tested {
        predictions,
        origins: Vec::new(),
        days_ahead: None,
        warnings: Vec::new(),
    })
}

struct Work<'a> {
    leads: &'a Leads,
    rules: Option<&'a Rules>,
    screened: &'a Screened,
    options: EvaluateOptions,
    sorted: Option<Segments>,
}

impl Work<'_> {
    fn fold(&self, train: &[usize], test: &[usize]) -> Result<Vec<Prediction>, ScoreError> {
        let won = |row: usize| self.leads.outcome[row] == Outcome::Won;
        let parts = plain::fit(self.leads, self.rules, self.screened, train, Use::All)?;
        let p = plain::predict(self.leads, self.rules, &parts, test)?;
        let base = train.iter().filter(|&&row| won(row)).count() as f64 / train.len().max(1) as f64;
        let rates = self.sorted.as_ref().map(|sorted| {
            let mut rates = SegmentRates::new(sorted.names.len());
            for &row in train {
                rates.count(sorted.segment[row] as usize, won(row));
            }
            (rates.shrunken(), sorted)
        });
        let cells = OdooLead::reader(self.leads, &parts.recipe);
        let lead = |row: usize| cells.lead(row, self.leads.as_of);
        let odoo = self.options.odoo.then(|| {
            let closed = train.iter().map(|&row| (lead(row), won(row)));
            Odoo::learn(closed, cells.stages())
        });
        let one = |(i, &row): (usize, &usize)| Prediction {
            row,
            origin: None,
            day: None,
            won: won(row),
            p: p[i],
            base_rate: base,
            age_alone: None,
            rules_alone: rates
                .as_ref()
                .map(|(rates, sorted)| rates[sorted.segment[row] as usize]),
            odoo: odoo
                .as_ref()
                .map(|odoo| odoo.score(&lead(row)).unwrap_or(base)),
        };
        Ok(test.iter().enumerate().map(one).collect())
    }
}
