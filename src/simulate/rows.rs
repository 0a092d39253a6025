//! A lead as rows of the files: what the company knows on the as-of date, and the truth.

use super::calendar::second_of_day;
use super::files::{Folder, Sheet};
use super::lead::{Fate, Lead, write_account};
use super::story::Story;
use super::words::Words;
use super::{SimulateError, Span, calendar};

/// The files that have rows for every lead.
#[derive(Debug)]
pub(super) struct Sheets {
    leads: Sheet,
    pub(super) stages: Sheet,
    pub(super) activities: Sheet,
    truth: Sheet,
}

/// Columns of `truth/leads.csv`.
const TRUTH: [&str; 8] = [
    "lead_id",
    "p_win_creation",
    "p_win_90d_creation",
    "p_win_open",
    "p_win_90d_open",
    "outcome_ever",
    "closed_ever",
    "amount_ever",
];

impl Sheets {
    /// Opens them.
    pub(super) fn open(folder: &mut Folder, words: &Words) -> Result<Self, SimulateError> {
        Ok(Self {
            leads: folder.sheet("leads.csv", &words.leads)?,
            stages: folder.sheet("stages.csv", &words.stages_file)?,
            activities: folder.sheet("activities.csv", &words.activities_file)?,
            truth: folder.sheet("truth/leads.csv", &TRUTH)?,
        })
    }

    /// All are written.
    pub(super) fn close(self, folder: &mut Folder) -> Result<(), SimulateError> {
        folder.finish(self.leads)?;
        folder.finish(self.stages)?;
        folder.finish(self.activities)?;
        folder.finish(self.truth)
    }

    /// The rows of a lead in every file.
    pub(super) fn lead(
        &mut self,
        lead: &Lead,
        story: &Story,
        span: &Span,
        words: &Words,
    ) -> Result<(), SimulateError> {
        self.lead_row(lead, story, span, words)?;
        self.stage_rows(lead, story, span, words)?;
        self.activity_rows(lead, story, span, words)?;
        self.truth_row(lead, span)
    }

    fn lead_row(
        &mut self,
        lead: &Lead,
        story: &Story,
        span: &Span,
        words: &Words,
    ) -> Result<(), SimulateError> {
        let (sheet, x, calendar) = (&mut self.leads, &lead.features, &span.calendar);
        let known = calendar.start(span.known);
        let closed = lead.closes().filter(|&at| at < known);
        let created = calendar::Time {
            day: lead.day,
            second: second_of_day(lead.share),
        };
        let contact = story.contact.filter(|&at| at < known).map(|at| {
            // Rounding must not put the contact before the creation.
            calendar.time(at).max(created)
        });
        let status = match (closed, lead.fate) {
            (None, _) => 2,
            (Some(_), Fate::Won { .. }) => 0,
            (Some(_), _) => 1,
        };
        id(sheet, lead.index, span);
        sheet.cell(|to| calendar.write_time(created, to));
        match contact {
            Some(time) => sheet.cell(|to| calendar.write_time(time, to)),
            None => sheet.empty(),
        }
        match closed {
            Some(at) => {
                sheet.cell(|to| calendar.write_day(calendar.time(at).day.max(lead.day), to));
            }
            None => sheet.empty(),
        }
        sheet.text(words.status[status]);
        sheet.text(words.sources[x.source]);
        sheet.text(words.owners[x.owner]);
        sheet.text(words.stages[story.stage_at(known)]);
        sheet.text(words.products[x.product]);
        sheet.text(words.regions[x.region]);
        sheet.text(words.sizes[x.size]);
        sheet.text(words.yes_no[usize::from(x.demo)]);
        sheet.show_some(x.pages);
        sheet.show_some(x.budget);
        sheet.show(x.list_price);
        match lead.fate {
            Fate::Won { amount, .. } if status == 0 => sheet.show(amount),
            _ => sheet.empty(),
        }
        sheet.text(words.methods[x.method]);
        sheet.show_some(contact.map(|time| {
            let seconds = calendar.moment(time).seconds() - calendar.moment(created).seconds();
            seconds / 60
        }));
        match lead.fate {
            Fate::Lost { reason, .. } if status == 1 => sheet.text(words.reasons[reason]),
            _ => sheet.empty(),
        }
        sheet.cell(|to| write_account(lead.account, x.region, words, to));
        sheet.end()
    }

    fn stage_rows(
        &mut self,
        lead: &Lead,
        story: &Story,
        span: &Span,
        words: &Words,
    ) -> Result<(), SimulateError> {
        let (sheet, calendar) = (&mut self.stages, &span.calendar);
        let known = calendar.start(span.known);
        let entered = story
            .steps
            .iter()
            .take_while(|step| step.at < known)
            .map(|step| (step.stage, calendar.time(step.at).day.max(lead.day)));
        for (stage, day) in std::iter::once((0, lead.day)).chain(entered) {
            id(sheet, lead.index, span);
            sheet.text(words.stages[stage]);
            sheet.cell(|to| calendar.write_day(day, to));
            sheet.end()?;
        }
        Ok(())
    }

    fn activity_rows(
        &mut self,
        lead: &Lead,
        story: &Story,
        span: &Span,
        words: &Words,
    ) -> Result<(), SimulateError> {
        let (sheet, calendar) = (&mut self.activities, &span.calendar);
        for activity in &story.activities {
            let day = calendar.time(activity.at).day.max(lead.day);
            id(sheet, lead.index, span);
            sheet.cell(|to| calendar.write_day(day, to));
            sheet.text(words.kinds[activity.kind]);
            sheet.text(words.owners[lead.features.owner]);
            sheet.text(words.results[activity.kind][usize::from(!activity.reached)]);
            match activity.planned {
                Some(ahead) => {
                    let planned = day.saturating_sub(ahead).max(lead.day);
                    sheet.cell(|to| calendar.write_day(planned, to));
                }
                None => sheet.empty(),
            }
            sheet.end()?;
        }
        Ok(())
    }

    fn truth_row(&mut self, lead: &Lead, span: &Span) -> Result<(), SimulateError> {
        let (sheet, calendar) = (&mut self.truth, &span.calendar);
        let known = calendar.start(span.known);
        id(sheet, lead.index, span);
        sheet.show(format_args!("{:.6}", lead.p_win));
        // Closed at most 90 days after creation, in differences of dates: before the start of day 91.
        let within = lead.p_won_before(calendar.start(lead.day + 91));
        sheet.show(format_args!("{within:.6}"));
        if lead.open_at(known) {
            let (open, before) = (lead.p_open(known), lead.p_won_before(known));
            let later = lead.p_won_before(calendar.start(span.known + 90));
            sheet.show(format_args!("{:.6}", (lead.p_win - before) / open));
            sheet.show(format_args!("{:.6}", (later - before) / open));
        } else {
            sheet.empty();
            sheet.empty();
        }
        sheet.text(match lead.fate {
            Fate::Won { .. } => "won",
            Fate::Lost { .. } => "lost",
            Fate::Never { .. } => "never",
        });
        match lead.closes() {
            Some(at) => {
                sheet.cell(|to| calendar.write_day(calendar.time(at).day.max(lead.day), to));
            }
            None => sheet.empty(),
        }
        match lead.fate {
            Fate::Won { amount, .. } => sheet.show(amount),
            _ => sheet.empty(),
        }
        sheet.end()
    }
}

/// Identifiers count the leads in the order of their creation.
fn id(sheet: &mut Sheet, index: u64, span: &Span) {
    let width = span.digits;
    sheet.show(format_args!("L{:0width$}", index + 1));
}
