//! Each source, judged beside the others.

use rand::RngExt;
use rand_pcg::Pcg64;

use crate::decide::sources::cohort::{Cohort, Tally};
use crate::decide::sources::maturing::Maturing;
use crate::decide::sources::notes::Notes;
use crate::decide::sources::{Pending, SourceRow, Sources, Status};
use crate::decide::spend::{Paid, by_source};
use crate::domain::{Leads, SpendLine};
use crate::forecast::{Groups, gamma, quantile};
use crate::kpi::{Aov, Belief, Seen, mean_amounts, posterior};

/// Draws of the interval of ROI.
const DRAWS: usize = 4_000;

pub(super) fn judge(
    leads: &Leads,
    groups: &Groups,
    maturing: &Maturing,
    open: &[Pending],
    spend: &[SpendLine],
    margin: f64,
    seed: u64,
) -> Sources {
    let mut notes = Notes::default();
    let mut cohorts = vec![Cohort::default(); groups.len()];
    for (row, created) in leads.created.iter().enumerate() {
        let source = groups.of[row];
        match *created {
            Some(created) => cohorts[source].add(leads, row, created, &maturing.central[source]),
            None => notes.undated += 1,
        }
    }
    for pending in open {
        if let Some(created) = leads.created[pending.row] {
            cohorts[groups.of[pending.row]].expect(created, pending);
        }
    }
    let (paid, left_out) = by_source(spend, leads.as_of.month());
    notes.spend(&paid, left_out, leads.as_of.month(), &groups.names);
    let mut names = groups.names.clone();
    let mut seen: Vec<Seen> = (cohorts.iter().enumerate())
        .map(|(source, cohort)| cohort.seen(source, &maturing.drawn))
        .collect();
    for &name in paid
        .keys()
        .filter(|name| !groups.names.iter().any(|own| own == **name))
    {
        names.push(name.to_owned());
        cohorts.push(Cohort::default());
        seen.push(Seen::default());
    }
    let beliefs = posterior(&seen);
    let amounts: Vec<Vec<f64>> = (cohorts.iter_mut())
        .map(|cohort| std::mem::take(&mut cohort.amounts))
        .collect();
    let aovs = mean_amounts(&amounts);
    let mut rows: Vec<SourceRow> = (0..names.len())
        .filter(|&source| cohorts[source].leads > 0 || paid.contains_key(names[source].as_str()))
        .map(|source| {
            let cohort = &cohorts[source];
            let money = paid.get(names[source].as_str());
            if let Some(paid) = money {
                notes.coverage(&names[source], cohort, paid);
            }
            Case {
                name: &names[source],
                cohort,
                belief: &beliefs[source],
                aov: aovs.as_ref().map(|aovs| aovs[source]),
                paid: money,
                margin,
                // A stream of its own for each source, so that another source does not move it.
                rng: Pcg64::new(u128::from(seed), source as u128),
            }
            .row()
        })
        .collect();
    rows.sort_by(|a, b| b.leads.cmp(&a.leads).then_with(|| a.source.cmp(&b.source)));
    Sources {
        as_of: leads.as_of,
        sources: rows,
        warnings: notes.warnings(leads),
    }
}

/// All that is known of one source.
struct Case<'a> {
    name: &'a str,
    cohort: &'a Cohort,
    belief: &'a Belief,
    aov: Option<Aov>,
    paid: Option<&'a Paid>,
    margin: f64,
    rng: Pcg64,
}

impl Case<'_> {
    fn row(mut self) -> SourceRow {
        let n = self.cohort.leads;
        let maturity = if n > 0 {
            self.cohort.maturity / n as f64
        } else {
            0.0
        };
        let status = match maturity {
            seen if seen > 0.9 => Status::Matured,
            seen if seen < 0.3 => Status::TooEarly,
            _ => Status::Maturing,
        };
        let conversion = self.belief.mean;
        let spend = self.paid.map(|paid| paid.money);
        let all = self.cohort.tally(None);
        let bought = self.paid.map(|paid| self.cohort.tally(Some(paid)));
        let wins = bought.map_or(0.0, |bought| bought.wins());
        let roi = if status == Status::TooEarly {
            None
        } else {
            bought.and_then(|bought| self.roi(&bought))
        };
        SourceRow {
            source: self.name.to_owned(),
            leads: n,
            won: self.cohort.won,
            maturity: maturity.clamp(0.0, 1.0),
            conversion,
            conversion_low: self.belief.quantile(0.1),
            conversion_high: self.belief.quantile(0.9),
            aov: self.aov.map(|aov| aov.mean),
            expected_wins: all.wins(),
            expected_revenue: self.aov.map(|aov| all.revenue(aov.mean)),
            spend,
            cac: spend.filter(|_| wins > 0.0).map(|spend| spend / wins),
            roi: roi.map(|roi| roi.0),
            roi_low: roi.map(|roi| roi.1),
            roi_high: roi.map(|roi| roi.2),
            status,
        }
    }

    /// ROI of the leads bought, with the 80 % interval of what the source returns: draws of conversion x draws of the
    /// average order value.
    fn roi(&mut self, bought: &Tally) -> Option<(f64, f64, f64)> {
        let (aov, paid) = (self.aov?, self.paid?);
        if paid.money <= 0.0 || bought.leads == 0 {
            return None;
        }
        let of = |revenue: f64| revenue * self.margin / paid.money - 1.0;
        let leads = bought.leads as f64;
        let mut draws: Vec<f64> = (0..DRAWS)
            .map(|_| {
                let conversion = self.belief.quantile(self.rng.random());
                let amount = gamma(aov.mean, aov.error * aov.error, &mut self.rng);
                of(leads * conversion * amount)
            })
            .collect();
        draws.sort_by(f64::total_cmp);
        let roi = of(bought.revenue(aov.mean));
        let (low, high) = (quantile(&draws, 0.1), quantile(&draws, 0.9));
        Some((roi, low.min(roi), high.max(roi)))
    }
}
