//! Sums over the leads: revenue by month, the truth by source, targets.

use super::calendar::Calendar;
use super::files::Folder;
use super::lead::{Fate, Lead};
use super::volume::Plan;
use super::words::Words;
use super::world::{SOURCE, SOURCES};
use super::{SimulateError, Span};
use crate::domain::{Day, Month};

/// Sums of one source over its leads that came before the as-of date.
#[derive(Debug, Clone, Copy, Default)]
struct SourceSums {
    leads: u64,
    /// Of P(won within 730 days).
    within: f64,
    /// Of P(ever won).
    ever: f64,
    /// Of P(ever won) x mean working days.
    days: f64,
    /// Of P(ever won) x E[amount, given won].
    amount: f64,
}

/// One month of revenue, in yuan, and its deals.
#[derive(Debug, Clone, Copy, Default)]
struct MonthSums {
    /// From leads created before the as-of date, and later.
    revenue: [f64; 2],
    deals: u64,
}

/// The sums.
#[derive(Debug)]
pub(super) struct Ledger {
    first_month: Month,
    as_of: Day,
    months: Vec<MonthSums>,
    sources: [SourceSums; SOURCES],
    /// Won, lost and open on the as-of date.
    pub(super) won: u64,
    pub(super) lost: u64,
    pub(super) open: u64,
}

impl Ledger {
    pub(super) fn new(first_month: Month, months: usize, as_of: Day) -> Self {
        Self {
            first_month,
            as_of,
            months: vec![MonthSums::default(); months],
            sources: [SourceSums::default(); SOURCES],
            won: 0,
            lost: 0,
            open: 0,
        }
    }

    /// Adds a lead; `existing` if it was created before the as-of date, which lies at `known` of working time.
    pub(super) fn add(&mut self, lead: &Lead, calendar: &Calendar, known: f64, existing: bool) {
        if let Fate::Won { after, amount } = lead.fate {
            let month = calendar.month(calendar.time(lead.born + after).day) - self.first_month;
            if let Some(sums) = self.months.get_mut(month as usize) {
                sums.revenue[usize::from(!existing)] += amount;
                sums.deals += 1;
            }
        }
        if !existing {
            return;
        }
        match (lead.open_at(known), lead.fate) {
            (true, _) => self.open += 1,
            (false, Fate::Won { .. }) => self.won += 1,
            (false, _) => self.lost += 1,
        }
        let sums = &mut self.sources[lead.features.source];
        sums.leads += 1;
        sums.within += lead.p_won_before(calendar.start(lead.day + 731));
        sums.ever += lead.p_win;
        sums.days += lead.p_win * lead.mean_days();
        sums.amount += lead.p_win * lead.expected_amount();
    }

    /// Writes spend, targets and the truth by month and source.
    pub(super) fn write(
        &self,
        folder: &mut Folder,
        words: &Words,
        plan: &Plan,
        span: &Span,
    ) -> Result<(), SimulateError> {
        self.write_spend(folder, words, plan, span)?;
        self.write_targets(folder, words)?;
        self.write_revenue(folder)?;
        self.write_sources(folder, words)
    }

    /// Spend of the months before the as-of date; of a month that is not over, the share of its days that have passed.
    fn write_spend(
        &self,
        folder: &mut Folder,
        words: &Words,
        plan: &Plan,
        span: &Span,
    ) -> Result<(), SimulateError> {
        let mut sheet = folder.sheet("spend.csv", &words.spend_file)?;
        let mut leads = vec![[0_u32; SOURCES]; self.months.len()];
        for (day, counts) in plan.leads[..span.known].iter().enumerate() {
            let month = (span.calendar.month(day) - self.first_month) as usize;
            for (sum, count) in leads[month].iter_mut().zip(counts) {
                *sum += count;
            }
        }
        for (m, campaigns) in plan.campaigns.iter().enumerate() {
            let month = self.first_month + m as i32;
            let passed = self.as_of - month.first_day();
            if passed <= 0 {
                break;
            }
            let share = (f64::from(passed) / f64::from(month.days())).min(1.0);
            for (i, campaign) in campaigns.iter().enumerate() {
                let clicks = (campaign.clicks * f64::from(leads[m][i])).round();
                let counted = campaign.clicks > 0.0;
                sheet.show(month);
                sheet.text(words.sources[i]);
                sheet.show((campaign.spend * share).round());
                sheet.show_some(counted.then(|| (clicks * campaign.visits).round()));
                sheet.show_some(counted.then_some(clicks));
                sheet.end()?;
            }
        }
        folder.finish(sheet)
    }

    /// Targets set the bad way: the best month so far, from the fourth month to six months after the as-of month. While
    /// nothing has been sold there is none.
    fn write_targets(&self, folder: &mut Folder, words: &Words) -> Result<(), SimulateError> {
        let mut sheet = folder.sheet("targets.csv", &words.targets_file)?;
        let last = self.as_of.month() + 6;
        let mut best = 0.0_f64;
        for m in 0..=(last - self.first_month) {
            let month = self.first_month + m;
            if m >= 3 && best > 0.0 {
                sheet.show(month);
                sheet.empty();
                sheet.show((best / 1000.0).ceil() * 1000.0);
                sheet.end()?;
            }
            if (month + 1).first_day() <= self.as_of {
                let sums = self.months.get(m as usize).copied().unwrap_or_default();
                best = best.max(sums.revenue[0]);
            }
        }
        folder.finish(sheet)
    }

    fn write_revenue(&self, folder: &mut Folder) -> Result<(), SimulateError> {
        let header = ["month", "revenue", "existing", "new_leads", "deals"];
        let mut sheet = folder.sheet("truth/revenue.csv", &header)?;
        for (m, sums) in self.months.iter().enumerate() {
            sheet.show(self.first_month + m as i32);
            sheet.show(sums.revenue[0] + sums.revenue[1]);
            sheet.show(sums.revenue[0]);
            sheet.show(sums.revenue[1]);
            sheet.show(sums.deals);
            sheet.end()?;
        }
        folder.finish(sheet)
    }

    fn write_sources(&self, folder: &mut Folder, words: &Words) -> Result<(), SimulateError> {
        let header = [
            "source",
            "leads",
            "conversion_730d",
            "mean_days_to_win",
            "expected_amount",
            "spend_exponent",
        ];
        let mut sheet = folder.sheet("truth/sources.csv", &header)?;
        for (i, sums) in self.sources.iter().enumerate() {
            let some = sums.leads > 0;
            sheet.text(words.sources[i]);
            sheet.show(sums.leads);
            sheet.show_some(some.then(|| format!("{:.6}", sums.within / sums.leads as f64)));
            sheet.show_some(some.then(|| format!("{:.2}", sums.days / sums.ever)));
            sheet.show_some(some.then(|| format!("{:.2}", sums.amount / sums.ever)));
            sheet.show(SOURCE[i].spend_exponent);
            sheet.end()?;
        }
        folder.finish(sheet)
    }
}
