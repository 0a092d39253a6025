//! The signs of a record written for show: questions, their evidence, and what was looked at.

use crate::kpi::{Evidence, Process, RecordStanding, Sign, SignOf, SignRow, Untold};
use crate::present::process::{chance, shown};
use crate::present::process_words::{ProcessWords, process_words, why};
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, money, percent};
use crate::present::{Style, fill};
use crate::project::Language;

/// Pieces of evidence, and leads of one, that the overview shows.
const PIECES: usize = 5;
const LEADS: usize = 6;

/// The questions, or that there are none.
pub(super) fn questions_text(process: &Process, w: &ProcessWords) -> String {
    let asked: Vec<(&SignRow, &SignOf)> = process.questions().collect();
    if asked.is_empty() {
        let none = if process.judged == 0 {
            w.no_owner_asked
        } else {
            w.nobody
        };
        return format!("{none}\n");
    }
    let mut text = format!("{}\n", w.preface);
    for (row, of) in asked {
        text.push('\n');
        text.push_str(&question(row, of, Some(PIECES), w));
    }
    text
}

/// One question with its evidence, at most so many pieces of it.
fn question(row: &SignRow, of: &SignOf, most: Option<usize>, w: &ProcessWords) -> String {
    let words = w.of(row.sign);
    let mut lines = vec![sentence(words.question, row, of, w)];
    if let Some(p) = of.p {
        lines.push(format!("  {}", fill(w.chance, &[("p", &chance(p))])));
    }
    lines.extend(pieces(row, of, most, w));
    lines.push(format!("  {}{}{}", w.innocent, w.colon, words.innocent));
    lines.join("\n") + "\n"
}

fn sentence(template: &str, row: &SignRow, of: &SignOf, w: &ProcessWords) -> String {
    let values = [
        ("owner", of.owner.clone()),
        ("k", count(of.k)),
        ("n", count(of.n)),
        ("others", others(row, of, w)),
        (
            "kind",
            row.kind.clone().unwrap_or_else(|| w.no_kind.to_owned()),
        ),
        ("minutes", row.minutes.to_string()),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
    fill(template, &values)
}

/// What the others have: counted, or at the mix of the owner where months, products or stages matter.
fn others(row: &SignRow, of: &SignOf, w: &ProcessWords) -> String {
    let at_mix = matches!(row.sign, Sign::MonthEnd | Sign::SameAmounts | Sign::Jumps);
    let (share, template) = if at_mix {
        (of.expected / of.n.max(1) as f64, w.others_at_mix)
    } else {
        (of.others_k as f64 / of.others_n.max(1) as f64, w.others)
    };
    let values = [
        ("share", percent(share)),
        ("k", count(of.others_k)),
        ("n", count(of.others_n)),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
    fill(template, &values)
}

fn pieces(row: &SignRow, of: &SignOf, most: Option<usize>, w: &ProcessWords) -> Vec<String> {
    let shown = most.unwrap_or(usize::MAX);
    let mut lines: Vec<String> = (of.evidence.iter().take(shown))
        .map(|piece| format!("    {}", piece_text(row.sign, piece, most.is_some(), w)))
        .collect();
    if lines.is_empty() {
        return lines;
    }
    lines.insert(0, format!("  {}{}", w.evidence, w.colon.trim_end()));
    let more = of.evidence.len().saturating_sub(shown);
    if more > 0 {
        let values = [("n", &*count(more)), ("owner", &of.owner)];
        lines.push(format!("    {}", fill(w.more_evidence, &values)));
    }
    lines
}

/// One piece of evidence: when, which leads, what.
fn piece_text(sign: Sign, piece: &Evidence, short: bool, w: &ProcessWords) -> String {
    let many = piece.leads.len();
    let most = if short { LEADS } else { many };
    let names: Vec<String> = (piece.leads.iter().take(most))
        .map(|id| crate::present::names::on_screen(id).into_owned())
        .collect();
    let mut leads = names.join(w.comma);
    if many > most {
        leads = format!("{leads} + {}", many - most);
    }
    let what: Vec<String> = (piece.what.iter())
        .map(|what| crate::present::names::on_screen(what).into_owned())
        .collect();
    let what = what.join(w.comma);
    let when = when(sign, piece, w);
    match (sign, piece.closed) {
        (Sign::AfterClosing | Sign::MonthEnd, Some(closed)) => {
            let closed = fill(w.closed_then, &[("day", &closed.to_string())]);
            format!("{leads}{}{closed} {when} {what}", w.colon)
        }
        (Sign::SameAmounts, _) => {
            let amount = piece.amount.map_or_else(String::new, money);
            format!("{amount}{}{leads} ({when})", w.colon)
        }
        (Sign::Jumps, _) => format!("{when}{}{leads} ({what})", w.colon),
        _ => format!("{when}{}{leads}", w.colon),
    }
}

fn when(sign: Sign, piece: &Evidence, w: &ProcessWords) -> String {
    let (from, to) = (piece.from, piece.to);
    let clock = |text: String| text[11..].to_owned();
    let day = from.day();
    let named = match sign {
        Sign::RestDays | Sign::RestDayClosings => {
            format!("{day} ({})", w.weekdays[day.weekday() as usize])
        }
        _ => day.to_string(),
    };
    match (piece.clock, to.day() == day) {
        (true, true) if from == to => format!("{named} {}", clock(from.to_string())),
        (true, true) => format!(
            "{named} {}-{}",
            clock(from.to_string()),
            clock(to.to_string())
        ),
        (_, true) => named,
        (_, false) => format!("{named} - {}", to.day()),
    }
}

/// What was looked at, sign by sign.
pub(super) fn signs_text(process: &Process, style: &Style, w: &ProcessWords) -> String {
    let mut grid = Grid::new(
        style,
        &[
            (w.sign, Lean::Left),
            (w.records, Lean::Right),
            (w.with_sign, Lean::Right),
            (w.judged, Lean::Right),
            (w.outcome, Lean::Left),
        ],
    );
    for row in &process.signs {
        let asked = row.owners.iter();
        let asked = asked
            .filter(|of| of.standing == RecordStanding::Question)
            .count();
        let above = (row.owners.iter()).any(|of| of.standing == RecordStanding::Asked);
        let outcome = match (row.untold, asked) {
            (Some(untold), _) => not_judged(untold, style.language),
            (None, 0) if above => w.asked_above.to_owned(),
            (None, 0) => w.stands_out.to_owned(),
            (None, 1) => w.asked_one.to_owned(),
            (None, n) => fill(w.asked_some, &[("n", &count(n))]),
        };
        let counted = row.share.n > 0;
        let records = count(row.share.n);
        grid.row(&[
            name(row, w),
            if counted { records } else { "-".to_owned() },
            shown(&row.share),
            if counted {
                count(row.judged)
            } else {
                "-".to_owned()
            },
            outcome,
        ]);
    }
    grid.finish()
}

fn not_judged(untold: Untold, language: Language) -> String {
    let w = process_words(language);
    format!("{}{}{}", w.not_judged, w.colon, why(untold, language))
}

fn name(row: &SignRow, w: &ProcessWords) -> String {
    let values = [
        (
            "kind",
            row.kind.clone().unwrap_or_else(|| w.activities.to_owned()),
        ),
        ("minutes", row.minutes.to_string()),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
    if row.minutes == 0 && row.sign == Sign::Bursts {
        // Not counted at all, so of no kind.
        return fill(
            w.of(row.sign).name,
            &[("kind", w.activities), ("minutes", "5")],
        );
    }
    fill(w.of(row.sign).name, &values)
}

/// The signs of one owner, with everything that stands behind them.
pub(super) fn signs_of_owner(process: &Process, style: &Style, w: &ProcessWords) -> String {
    let mut grid = Grid::new(
        style,
        &[
            (w.sign, Lean::Left),
            (w.records, Lean::Right),
            (w.own, Lean::Right),
            (w.others_share, Lean::Right),
            (w.p, Lean::Right),
            (w.outcome, Lean::Left),
        ],
    );
    for row in &process.signs {
        let of = row.owners.first().filter(|_| row.untold.is_none());
        let mut cells = vec![name(row, w)];
        match (of, row.untold) {
            (Some(of), _) => {
                let share = of.expected / of.n.max(1) as f64;
                cells.extend([
                    count(of.n),
                    shown(&of.share),
                    percent(share),
                    of.p.map_or_else(|| "-".to_owned(), chance),
                    standing(of.standing, w).to_owned(),
                ]);
            }
            (None, untold) => {
                let why = untold.map(|untold| not_judged(untold, style.language));
                cells.extend(["-"; 4].map(str::to_owned));
                cells.push(why.unwrap_or_else(|| w.too_few.to_owned()));
            }
        }
        grid.row(&cells);
    }
    let mut text = grid.finish();
    for row in &process.signs {
        let Some(of) = row.owners.first() else {
            continue;
        };
        if of.standing == RecordStanding::Question {
            text.push('\n');
            text.push_str(&question(row, of, None, w));
        }
    }
    text
}

const fn standing(standing: RecordStanding, w: &ProcessWords) -> &'static str {
    match standing {
        RecordStanding::Question => w.question,
        RecordStanding::Asked => w.asked_above,
        RecordStanding::Usual => w.usual,
        RecordStanding::TooFew => w.too_few,
    }
}
