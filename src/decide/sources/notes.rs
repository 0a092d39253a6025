//! What the reader of the sources must know.

use std::collections::BTreeMap;

use crate::decide::sources::cohort::Cohort;
use crate::decide::spend::Paid;
use crate::domain::{Day, Leads, Month};
use crate::score::Warning;

/// What the reader must know.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) undated: usize,
    lines: Vec<Warning>,
}

impl Notes {
    pub(super) fn say(&mut self, code: &str, message: String) {
        self.lines.push(Warning {
            code: code.to_owned(),
            message,
            column: None,
        });
    }

    /// On the spend as a whole: months that are not over, names that no lead has.
    pub(super) fn spend(
        &mut self,
        paid: &BTreeMap<&str, Paid>,
        left_out: f64,
        this_month: Month,
        names: &[String],
    ) {
        if left_out > 0.0 {
            self.say(
                "spend-left-out",
                format!(
                    "spend of {left_out} from {this_month} on is left out: by the as-of date that month \
                     is not over"
                ),
            );
        }
        for &name in paid
            .keys()
            .filter(|name| !names.iter().any(|own| own == **name))
        {
            let near = (names.iter())
                .map(|own| {
                    (
                        strsim::damerau_levenshtein(&own.to_lowercase(), &name.to_lowercase()),
                        own,
                    )
                })
                .min()
                .filter(|&(distance, _)| distance * 3 <= name.chars().count());
            let hint = near.map_or(String::new(), |(_, own)| format!("; is it `{own}`?"));
            self.say(
                "spend-without-leads",
                format!("money was paid for `{name}`, but no lead names it as its source{hint}"),
            );
        }
    }

    /// On a source whose leads came in other months than its spend.
    pub(super) fn coverage(&mut self, name: &str, cohort: &Cohort, paid: &Paid) {
        let bought = cohort.tally(Some(paid)).leads;
        if bought < cohort.leads {
            self.say(
                "spend-covers-part",
                format!(
                    "spend of `{name}` is known from {} to {}: its CAC and ROI are of the {bought} leads of these months, out of {}",
                    paid.from, paid.to, cohort.leads
                ),
            );
        }
    }

    /// On wins too few to tell what a win brings.
    pub(super) fn few_amounts(&mut self, amounts: usize) {
        if amounts > 0 {
            self.say(
                "few-amounts",
                format!(
                    "wins with an amount: {amounts}, too few to tell what a win brings, so there is no order value and no \
                     return; three are needed"
                ),
            );
        }
    }

    /// On leads that are in no conversion.
    pub(super) fn record(&mut self, since: Option<Day>, before: usize, undated: usize) {
        if let Some(since) = since {
            self.say(
                "record-begins-late",
                format!(
                    "closings are on record from {since} on: {before} leads that came before it are in no conversion, as their \
                     wins of that time are not in the file"
                ),
            );
        }
        if undated > 0 {
            self.say(
                "closed-undated",
                format!("{undated} closed leads have no day of closing: they are in no conversion"),
            );
        }
    }

    /// On spend that cannot be divided.
    pub(super) fn undivided(&mut self, column: &str) {
        self.say(
            "spend-by-source-only",
            format!(
                "spend is known by source, not by `{column}`: without --by the sources are shown with cost and return"
            ),
        );
    }

    pub(super) fn warnings(mut self, leads: &Leads) -> Vec<Warning> {
        if self.undated > 0 {
            let message = format!(
                "{} of {} leads have no creation date: nothing says how old they are, and they are in no source's numbers",
                self.undated,
                leads.len()
            );
            self.say("leads-without-created", message);
        }
        self.lines
    }
}
