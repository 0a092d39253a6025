//! What speaks against each column: known only after the outcome, or not.

use std::fmt::Write as _;

use crate::domain::Known;
use crate::features::{Filled, Finding, Verdict};
use crate::present::chinese::in_language;
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, percent};
use crate::present::{Style, Words, fill};
use crate::project::Language;

/// Every column that could be a feature with what was found, then in words what was found against some of them, what to
/// write in the project file (`file`) to settle it, and what cannot be seen in this data.
pub fn leaks_text(findings: &[Finding], unseen: &[String], file: &str, style: &Style) -> String {
    let w = style.words;
    let mut text = table(findings, style);
    text.push('\n');
    for finding in findings.iter().filter(|finding| !finding.signs.is_empty()) {
        for (i, sign) in finding.signs.iter().enumerate() {
            let said = said(&finding.column, &sign.message, i == 0, style);
            let _ = writeln!(text, "{said} [{}]", sign.code);
        }
        if finding.verdict == Verdict::Declared {
            let _ = writeln!(text, "  {}", w.leak_declared_holds);
        }
    }
    text.push_str(&settle(findings, file, w));
    let _ = writeln!(text, "{}", w.leak_unseen);
    let stop = match style.language {
        Language::En => ".",
        Language::Zh => "。",
    };
    for sentence in unseen {
        let _ = writeln!(text, "  - {}{stop}", in_language(sentence, style.language));
    }
    text
}

/// What was found against a column; after the first, as what was found as well.
fn said(column: &str, message: &str, first: bool, style: &Style) -> String {
    let sentence = format!("`{column}` {message}");
    let told = in_language(&sentence, style.language);
    match (first, style.language) {
        (true, _) => told.into_owned(),
        (false, Language::En) => format!("  {} {message}", style.words.leak_also),
        (false, Language::Zh) => format!("  {}：{told}", style.words.leak_also),
    }
}

fn table(findings: &[Finding], style: &Style) -> String {
    let w = style.words;
    let mut grid = Grid::new(
        style,
        &[
            (w.column, Lean::Left),
            (w.known, Lean::Left),
            (w.leak_auc, Lean::Right),
            (w.leak_n, Lean::Right),
            (w.leak_filled_open, Lean::Right),
            (w.leak_filled_won, Lean::Right),
            (w.leak_filled_lost, Lean::Right),
            (w.leak_verdict, Lean::Left),
        ],
    );
    for finding in findings {
        let (auc, n) = finding.alone.map_or_else(
            || ("-".to_owned(), "-".to_owned()),
            |alone| {
                let auc = format!("{:.3} ({:.3}-{:.3})", alone.auc, alone.low, alone.high);
                (auc, count(alone.won + alone.lost))
            },
        );
        let share = |filled: Filled| filled.share().map_or_else(|| "-".to_owned(), percent);
        grid.row(&[
            finding.column.clone(),
            known(finding.known, w).to_owned(),
            auc,
            n,
            share(finding.open),
            share(finding.won),
            share(finding.lost),
            verdict(finding.verdict, w).to_owned(),
        ]);
    }
    grid.finish()
}

const fn known(known: Known, w: &Words) -> &'static str {
    match known {
        Known::Creation { declared: true } => w.known_creation,
        Known::Creation { declared: false } => w.known_creation_default,
        Known::Contact => w.known_contact,
        Known::Close => w.known_close,
    }
}

const fn verdict(verdict: Verdict, w: &Words) -> &'static str {
    match verdict {
        Verdict::Used => w.leak_used,
        Verdict::Suspect => w.leak_suspect,
        Verdict::Refused => w.leak_refused,
        Verdict::Declared => w.leak_declared,
        Verdict::NotUsed => w.leak_not_used,
    }
}

/// The lines of the project file that settle what is open, or that nothing is.
fn settle(findings: &[Finding], file: &str, w: &Words) -> String {
    let open: Vec<&Finding> = findings
        .iter()
        .filter(|finding| matches!(finding.verdict, Verdict::Suspect | Verdict::Refused))
        .collect();
    if open.is_empty() {
        return format!("{}\n", w.leak_none);
    }
    let by_contact = |finding: &&&Finding| {
        finding
            .signs
            .iter()
            .any(|sign| sign.code == "filled-at-contact")
    };
    let (contact, close): (Vec<&&Finding>, Vec<&&Finding>) = open.iter().partition(by_contact);
    let list = |of: &[&&Finding], known: &dyn Fn(Known) -> bool| {
        let already = findings.iter().filter(|finding| known(finding.known));
        let new = of.iter().map(|finding| &finding.column);
        let names: Vec<String> = already
            .map(|finding| &finding.column)
            .chain(new)
            .map(|name| format!("{name:?}"))
            .collect();
        names.join(", ")
    };
    let mut lines = format!(
        "{}\n  [leads.known]\n",
        fill(w.leak_settle, &[("file", file)])
    );
    if !close.is_empty() {
        let _ = writeln!(
            lines,
            "  close    = [{}]",
            list(&close, &|known| known == Known::Close)
        );
    }
    if !contact.is_empty() {
        let _ = writeln!(
            lines,
            "  contact  = [{}]",
            list(&contact, &|known| known == Known::Contact)
        );
    }
    let first = open[0].column.as_str();
    let example = format!("creation = [\"*\", {first:?}]");
    let _ = writeln!(
        lines,
        "{}",
        fill(w.leak_settle_creation, &[("example", &example)])
    );
    lines
}
