//! Owners as text and CSV: the funnel, the split of the gaps, the response, what owners do.

use crate::kpi::{
    Band, Gap, GapPart, OwnerPart, OwnerRow, Owners, Practice, PracticeKind, Verdict,
};
use crate::present::csv::Csv;
use crate::present::owners_words::{OwnersWords, owners_words};
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, deals, money, percent};
use crate::present::{Style, fill};
use crate::project::Language;
use crate::score::Warning;

/// Columns of the drawing: the middle is 1, the ends are a quarter and four times.
const WIDE: i32 = 49;
/// Most owners with too few leads who are shown one by one.
const FEW: usize = 5;

/// The comparison as text.
pub fn owners_text(owners: &Owners, style: &Style) -> String {
    let w = owners_words(style.language);
    let head = [
        ("day", owners.as_of.to_string()),
        ("won", count(owners.won)),
        ("leads", count(owners.leads)),
    ];
    let head: Vec<(&str, &str)> = head.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let mut parts = vec![
        format!("{}\n", fill(w.title, &head)),
        funnel_text(owners, style, w) + &findings(owners, w).join("\n") + "\n",
    ];
    parts.extend(gaps_text(owners, style, w));
    parts.extend(response_text(&owners.response, style, w));
    parts.extend(practices_text(owners, style, w));
    parts.push(notes(owners, w).join("\n") + "\n");
    parts.join("\n")
}

fn funnel_text(owners: &Owners, style: &Style, w: &OwnersWords) -> String {
    let words = style.words;
    let mut columns = vec![
        (words.owner, Lean::Left),
        (words.leads, Lean::Right),
        (words.won, Lean::Right),
        (w.expected, Lean::Right),
        (w.ratio, Lean::Right),
        (w.shrunken, Lean::Right),
        (w.scale, Lean::Left),
        (w.verdict, Lean::Left),
    ];
    if owners.left_open_differs {
        columns.insert(3, (w.left_open, Lean::Right));
    }
    let mut grid = Grid::new(style, &columns);
    let few = too_few(owners);
    for row in &owners.owners {
        if few.len() > FEW && row.verdict == Verdict::TooFew {
            continue;
        }
        let shrunken = row.shrunken.map_or_else(
            || "-".to_owned(),
            |ratio| format!("{:.2} ({:.2}-{:.2})", ratio.mean, ratio.low, ratio.high),
        );
        let mut cells = vec![
            row.owner.clone(),
            count(row.leads),
            count(row.won),
            deals(row.expected),
            row.ratio
                .map_or_else(|| "-".to_owned(), |r| format!("{r:.2}")),
            shrunken,
            drawing(row),
            w.verdict_of(row.verdict, owners.phi).to_owned(),
        ];
        if owners.left_open_differs {
            cells.insert(3, row.left_open.map_or_else(|| "-".to_owned(), percent));
        }
        grid.row(&cells);
    }
    grid.finish() + "\n"
}

/// Owners with too few leads to tell.
fn too_few(owners: &Owners) -> Vec<&OwnerRow> {
    let of = owners.owners.iter();
    of.filter(|row| row.verdict == Verdict::TooFew).collect()
}

/// Where the ratio lies in its limits, on a scale of logarithms.
fn drawing(row: &OwnerRow) -> String {
    if matches!(row.verdict, Verdict::TooFew | Verdict::Alone) {
        return String::new();
    }
    let half = (WIDE - 1) / 2;
    let place = |ratio: f64| {
        let steps = ratio.max(1e-9).log2() / 2.0 * f64::from(half);
        (steps.round().clamp(f64::from(-half), f64::from(half)) as i32 + half) as usize
    };
    let mut line = vec!['·'; WIDE as usize];
    line[half as usize] = '|';
    let [low, high] = row.limits_998;
    line[place(low)] = '[';
    line[place(high)] = ']';
    let [low, high] = row.limits_95;
    line[place(low)] = '(';
    line[place(high)] = ')';
    if let Some(ratio) = row.ratio {
        line[place(ratio)] = '●';
    }
    line.into_iter().collect()
}

/// Who wins more, or less, than his leads let expect, in sentences.
fn apart(owners: &Owners, w: &OwnersWords) -> Vec<String> {
    let named = |verdict: Verdict| {
        let of = owners.owners.iter().filter(|row| row.verdict == verdict);
        of.map(|row| row.owner.as_str())
            .collect::<Vec<_>>()
            .join(w.comma)
    };
    let said = [(w.more, Verdict::Above), (w.fewer, Verdict::Below)].into_iter();
    said.map(|(sentence, verdict)| (sentence, named(verdict)))
        .filter(|(_, names)| !names.is_empty())
        .map(|(sentence, names)| fill(sentence, &[("names", &names)]))
        .collect()
}

/// The same in a line; none where nobody stands out.
pub fn owners_found(owners: &Owners, style: &Style) -> Option<String> {
    let between = if style.language == Language::Zh {
        ""
    } else {
        " "
    };
    let said = apart(owners, owners_words(style.language)).join(between);
    (!said.is_empty()).then_some(said)
}

/// What the funnel says, in sentences.
fn findings(owners: &Owners, w: &OwnersWords) -> Vec<String> {
    let by = if owners.phi > 1.0 {
        w.by_spread
    } else {
        w.by_chance_alone
    };
    let mut told = vec![fill(w.legend, &[("by", by)])];
    let few = too_few(owners);
    if few.len() > FEW {
        let expected = few.iter().map(|row| row.expected).sum();
        let of =
            |count_of: fn(&OwnerRow) -> usize| count(few.iter().map(|row| count_of(row)).sum());
        told.insert(
            0,
            fill(
                w.too_few_of,
                &[
                    ("n", &count(few.len())),
                    ("leads", &of(|row| row.leads)),
                    ("won", &of(|row| row.won)),
                    ("expected", &deals(expected)),
                ],
            ),
        );
    }
    let Some(p) = owners.p_all else {
        told.push(w.no_judgement.to_owned());
        return told;
    };
    let numbers = [
        ("judged", count(owners.judged)),
        ("outside", count(owners.outside_95)),
        ("by_chance", format!("{:.1}", owners.outside_95_by_chance)),
        ("times", format!("{:.1}", owners.phi.sqrt())),
        (
            "p",
            if p < 0.001 {
                "< 0.001".to_owned()
            } else {
                format!("= {p:.3}")
            },
        ),
    ];
    let numbers: Vec<(&str, &str)> = numbers.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let widened = owners.phi > 1.0;
    let of_all = if widened { w.widened } else { w.chance };
    told.push(fill(of_all, &numbers));
    let left_open = |warning: &Warning| warning.code == "left-open-differs";
    if widened && owners.warnings.iter().any(left_open) {
        told.push(w.widened_by_record.to_owned());
    }
    let apart = apart(owners, w);
    let nobody_is = apart.is_empty();
    told.extend(apart);
    if nobody_is {
        let nobody = if widened {
            w.nobody_of_spread
        } else {
            w.nobody
        };
        told.push(nobody.to_owned());
    }
    if widened {
        return told;
    }
    let together = if p < 0.05 {
        w.together_real
    } else {
        w.together_chance
    };
    told.push(fill(together, &numbers));
    told
}

/// Money per lead, or deals per hundred of them.
fn amount(owners: &Owners, value: f64) -> String {
    if is_money(owners) && owners.per_lead.abs() >= 100.0 {
        money(value.round())
    } else if is_money(owners) {
        money(value)
    } else {
        deals(100.0 * value)
    }
}

fn is_money(owners: &Owners) -> bool {
    !owners.missing.iter().any(|key| key == "amount")
}

fn gaps_text(owners: &Owners, style: &Style, w: &OwnersWords) -> Option<String> {
    let gaps: Vec<(&str, &Gap)> = (owners.owners.iter())
        .filter_map(|row| Some((row.owner.as_str(), row.gap.as_ref()?)))
        .collect();
    let (_, first) = gaps.first().filter(|_| gaps.len() > 1)?;
    let mut columns = vec![
        (style.words.owner, Lean::Left),
        (w.per_lead, Lean::Right),
        (w.gap, Lean::Right),
    ];
    columns.extend(
        first
            .parts
            .iter()
            .map(|part| (w.part(part.part), Lean::Right)),
    );
    let mut grid = Grid::new(style, &columns);
    let around = |value: f64, low: f64, high: f64| {
        let half = amount(owners, (high - low) / 2.0);
        format!("{} ±{half}", signed(owners, value))
    };
    let cell = |part: &GapPart| {
        let mark = if part.real { "*" } else { "" };
        around(part.value, part.low, part.high) + mark
    };
    for (owner, gap) in &gaps {
        let mut cells = vec![
            (*owner).to_owned(),
            amount(owners, gap.per_lead),
            around(gap.gap, gap.low, gap.high),
        ];
        cells.extend(gap.parts.iter().map(cell));
        grid.row(&cells);
    }
    let title = if is_money(owners) {
        w.gap_title
    } else {
        w.gap_title_deals
    };
    let team = amount(owners, owners.per_lead);
    let title = fill(title, &[("currency", &owners.currency), ("team", &team)]);
    let real = gaps
        .iter()
        .flat_map(|(_, gap)| &gap.parts)
        .any(|part| part.real);
    let none = if real {
        String::new()
    } else {
        format!("{}\n", w.gap_none)
    };
    Some(format!(
        "{title}\n\n{}\n{}\n{none}",
        grid.finish(),
        w.gap_legend
    ))
}

fn signed(owners: &Owners, value: f64) -> String {
    let text = amount(owners, value);
    if value > 0.0 && text.chars().any(|c| c.is_ascii_digit() && c != '0') {
        format!("+{text}")
    } else {
        text
    }
}

fn response_text(bands: &[Band], style: &Style, w: &OwnersWords) -> Option<String> {
    if bands.is_empty() {
        return None;
    }
    let words = style.words;
    let mut grid = Grid::new(
        style,
        &[
            (w.first_contact, Lean::Left),
            (words.leads, Lean::Right),
            (words.won, Lean::Right),
            (w.expected, Lean::Right),
            (w.ratio, Lean::Right),
            ("", Lean::Left),
        ],
    );
    for band in bands {
        let ratio = band.ratio.zip(band.interval).map_or_else(
            || "-".to_owned(),
            |(ratio, [low, high])| format!("{ratio:.2} ({low:.2}-{high:.2})"),
        );
        let verdict = match (band.real, band.ratio) {
            _ if band.expected < 5.0 => w.too_few,
            (true, Some(ratio)) if ratio > 1.0 => w.above,
            (true, _) => w.below,
            (false, _) => w.usual,
        };
        grid.row(&[
            band_name(band.hours, w),
            count(band.leads),
            count(band.won),
            deals(band.expected),
            ratio,
            verdict.to_owned(),
        ]);
    }
    Some(format!("{}\n\n{}", w.response_title, grid.finish()))
}

fn band_name(hours: Option<f64>, w: &OwnersWords) -> String {
    match hours {
        None => w.later.to_owned(),
        Some(hours) if hours <= 0.0 => w.same_day.to_owned(),
        Some(hours) if hours <= 24.0 => fill(w.within_hours, &[("n", &format!("{hours:.0}"))]),
        Some(hours) => fill(w.within_days, &[("n", &format!("{:.0}", hours / 24.0))]),
    }
}

fn practices_text(owners: &Owners, style: &Style, w: &OwnersWords) -> Option<String> {
    let shown: Vec<&Practice> = (owners.practices.iter())
        .filter(|practice| practice.by_owner.len() > 1)
        .collect();
    if shown.is_empty() {
        return None;
    }
    let mut grid = Grid::new(
        style,
        &[
            (w.practice, Lean::Left),
            (w.owners, Lean::Right),
            (style.words.leads, Lean::Right),
            (w.range, Lean::Right),
            (w.correlation, Lean::Right),
            ("", Lean::Left),
        ],
    );
    for practice in shown {
        let values = || practice.by_owner.iter().map(|of| of.value);
        let least = values().fold(f64::INFINITY, f64::min);
        let most = values().fold(f64::NEG_INFINITY, f64::max);
        let number = |value: f64| match practice.kind {
            PracticeKind::Activities | PracticeKind::Kind => format!("{value:.2}"),
            _ => percent(value),
        };
        let verdict = match (practice.correlation, practice.real) {
            (None, _) => w.too_few_owners,
            (Some(r), true) if r > 0.0 => w.goes_with_more,
            (Some(_), true) => w.goes_with_fewer,
            (Some(_), false) => w.within_chance,
        };
        grid.row(&[
            practice_name(practice, w),
            count(practice.by_owner.len()),
            count(practice.by_owner.iter().map(|of| of.leads).sum()),
            format!("{} - {}", number(least), number(most)),
            (practice.correlation).map_or_else(|| "-".to_owned(), |r| format!("{r:+.2}")),
            verdict.to_owned(),
        ]);
    }
    Some(format!(
        "{}\n\n{}\n{}\n",
        w.practice_title,
        grid.finish(),
        w.association
    ))
}

fn practice_name(practice: &Practice, w: &OwnersWords) -> String {
    let template = match practice.kind {
        PracticeKind::Response => w.response,
        PracticeKind::Activities => w.activities,
        PracticeKind::Kind => w.kind,
        PracticeKind::Stage => w.stage,
        PracticeKind::Channel => w.channel,
    };
    fill(template, &[("what", &practice.what)])
}

/// What the numbers are taken from, and what is left out.
fn notes(owners: &Owners, w: &OwnersWords) -> Vec<String> {
    let mut told = vec![w.owner_now.to_owned()];
    let counted = [
        (w.young, owners.young),
        (w.left_out, owners.without_owner),
        (w.undated, owners.undated),
    ];
    let counted = counted.iter().filter(|(_, n)| *n > 0);
    told.extend(counted.map(|(sentence, n)| {
        let s = if *n == 1 { "" } else { "s" };
        fill(sentence, &[("n", &count(*n)), ("s", s)])
    }));
    if let Some(refunds) = owners.refunds.as_ref().filter(|_| is_money(owners)) {
        let values = [
            ("n", &*count(refunds.count)),
            ("money", &money(refunds.money)),
            ("currency", &owners.currency),
        ];
        told.push(fill(w.refunds_told, &values));
    }
    if !owners.missing.is_empty() {
        let keys: Vec<String> = owners
            .missing
            .iter()
            .map(|key| format!("`{key}`"))
            .collect();
        told.push(fill(w.missing, &[("keys", &keys.join(w.comma))]));
    }
    told
}

/// The comparison as CSV: one row an owner; the heading alone without one.
pub fn owners_csv(owners: Option<&Owners>) -> String {
    const PARTS: [OwnerPart; 8] = [
        OwnerPart::When,
        OwnerPart::Source,
        OwnerPart::Product,
        OwnerPart::Rest,
        OwnerPart::Speed,
        OwnerPart::Wins,
        OwnerPart::Amounts,
        OwnerPart::Refunds,
    ];
    let mut file = Csv::new(&[
        "owner", "leads", "won", "expected", "ratio", "shrunken", "low", "high", "z", "verdict",
        "per_lead", "gap", "when", "source", "product", "rest", "speed", "wins", "amounts",
        "refunds",
    ]);
    let number = |value: Option<f64>| value.map_or_else(String::new, |v| format!("{v:.4}"));
    for row in owners.iter().flat_map(|owners| &owners.owners) {
        let gap = row.gap.as_ref();
        let mut cells = vec![
            row.owner.clone(),
            row.leads.to_string(),
            row.won.to_string(),
            number(Some(row.expected)),
            number(row.ratio),
            number(row.shrunken.map(|ratio| ratio.mean)),
            number(row.shrunken.map(|ratio| ratio.low)),
            number(row.shrunken.map(|ratio| ratio.high)),
            number(Some(row.z)),
            key(row.verdict).to_owned(),
            number(gap.map(|gap| gap.per_lead)),
            number(gap.map(|gap| gap.gap)),
        ];
        cells.extend(PARTS.map(|part| {
            let found = gap.and_then(|gap| gap.parts.iter().find(|own| own.part == part));
            number(found.map(|own| own.value))
        }));
        file.row(&cells);
    }
    file.finish()
}

const fn key(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Above => "above",
        Verdict::Below => "below",
        Verdict::Usual => "usual",
        Verdict::TooFew => "too_few",
        Verdict::Alone => "alone",
    }
}
