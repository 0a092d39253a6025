//! The portrait of who wins: a table for each attribute that sets winners apart, then the portrait in sentences.

use std::fmt::Write as _;

use crate::kpi::{
    AttributeRow, LevelRow, MISSING_LEVEL, Measure, OTHER_LEVEL, Pace, Profile, Standing,
    WhyLeftOut,
};
use crate::present::csv::{self, Csv};
use crate::present::cycle::days;
use crate::present::names::says_nothing;
use crate::present::profile_words::{ProfileWords, profile_words};
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, estimate, money, percent};
use crate::present::{Style, fill};

/// Values named in a sentence.
const NAMED: usize = 3;

/// The portrait as text; with `all`, also the attributes of which nothing is claimed.
pub fn profile_text(profile: &Profile, style: &Style, all: bool) -> String {
    let w = profile_words(style.language);
    let mut text = format!("{}\n", title(profile, style, w));
    let (shown, quiet): (Vec<&AttributeRow>, Vec<&AttributeRow>) =
        (profile.attributes.iter()).partition(|row| all || row.levels.iter().any(claimed));
    for row in shown {
        text.push('\n');
        text.push_str(&table(row, profile, style, w));
    }
    if !quiet.is_empty() {
        let names: Vec<&str> = quiet.iter().map(|row| row.column.as_str()).collect();
        let line = fill(w.quiet, &[("names", &names.join(w.list))]);
        let _ = write!(text, "\n{line}\n");
    }
    let _ = write!(text, "\n{}\n", w.portrait);
    for line in portrait(profile, style, w)
        .into_iter()
        .chain([String::new()])
        .chain(notes(profile, style, w))
    {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// The first sentence of the portrait; none where nothing sets winners apart.
pub fn profile_found(profile: &Profile, style: &Style) -> Option<String> {
    let levels = || profile.attributes.iter().flat_map(|row| &row.levels);
    let told = || portrait(profile, style, profile_words(style.language));
    levels().any(claimed).then(|| told().swap_remove(0))
}

fn claimed(row: &LevelRow) -> bool {
    row.converts.is_some() || row.earns.is_some() || row.pace.is_some()
}

fn share(measure: &Measure) -> String {
    estimate(measure.value, measure.low, measure.high.unwrap_or(1.0))
}

fn priced(measure: &Measure) -> String {
    let high = measure.high.map_or(String::new(), money);
    format!("{} ({}-{high})", money(measure.value), money(measure.low))
}

fn level<'a>(row: &'a LevelRow, w: &ProfileWords) -> &'a str {
    match row.level.as_str() {
        MISSING_LEVEL => w.missing,
        OTHER_LEVEL => w.other,
        "yes" => w.yes,
        "no" => w.no,
        name => name,
    }
}

fn title(profile: &Profile, style: &Style, w: &ProfileWords) -> String {
    let median = profile.days_to_win.as_ref().map_or(String::new(), |of| {
        fill(w.of_median, &[("days", &days(of))])
    });
    let aov = profile.aov.map_or(String::new(), |aov| {
        let mean = if aov.low.is_finite() {
            format!(
                "{} ({}-{})",
                money(aov.value),
                money(aov.low),
                money(aov.high)
            )
        } else {
            money(aov.value)
        };
        let (s, n) = (
            if profile.priced == 1 { "" } else { "s" },
            count(profile.priced),
        );
        let values = [
            ("money", &*mean),
            ("currency", &style.currency),
            ("n", &n),
            ("s", s),
        ];
        fill(w.of_aov, &values)
    });
    fill(
        w.title,
        &[
            ("day", &profile.as_of.to_string()),
            ("leads", &count(profile.leads)),
            ("horizon", &count(profile.horizon_days as usize)),
            ("conversion", &share(&profile.conversion)),
            ("median", &median),
            ("aov", &aov),
        ],
    )
}

fn table(row: &AttributeRow, profile: &Profile, style: &Style, w: &ProfileWords) -> String {
    let paid = profile.aov.is_some();
    let mut columns = vec![
        (row.column.as_str(), Lean::Left),
        (w.leads, Lean::Right),
        (w.share, Lean::Right),
        (w.won, Lean::Right),
        (w.conversion, Lean::Right),
        (w.adjusted, Lean::Right),
        (w.days, Lean::Right),
    ];
    if paid {
        columns.extend([(w.aov, Lean::Right), (w.revenue, Lean::Right)]);
    }
    columns.push(("", Lean::Left));
    let mut grid = Grid::new(style, &columns);
    for of in &row.levels {
        let mut cells = vec![
            level(of, w).to_owned(),
            count(of.leads),
            percent(of.share),
            count(of.won),
            share(&of.conversion),
            of.adjusted.as_ref().map_or("-".to_owned(), share),
            of.days_to_win.as_ref().map_or("-".to_owned(), days),
        ];
        if paid {
            cells.push(of.aov_adjusted.as_ref().map_or("-".to_owned(), priced));
            cells.push(of.revenue_per_lead.as_ref().map_or("-".to_owned(), priced));
        }
        cells.push(verdict(of, w));
        grid.row(&cells);
    }
    grid.finish()
}

fn verdict(row: &LevelRow, w: &ProfileWords) -> String {
    let converts = row.converts.map(|of| match of {
        Standing::Above => w.more,
        Standing::Below => w.fewer,
    });
    let earns = row.earns.map(|of| match of {
        Standing::Above => w.dearer,
        Standing::Below => w.cheaper,
    });
    let pace = row.pace.map(|of| match of {
        Pace::Faster => w.sooner,
        Pace::Slower => w.later,
    });
    let words: Vec<&str> = [converts, earns, pace].into_iter().flatten().collect();
    words.join(w.list)
}

/// A level with its attribute.
type Named<'a> = (&'a str, &'a LevelRow);

/// The levels of which something is claimed, the greatest value first, or the least.
fn best<'a>(
    profile: &'a Profile,
    claim: impl Fn(&LevelRow) -> bool,
    value: impl Fn(&LevelRow) -> Option<f64>,
    least: bool,
) -> Vec<Named<'a>> {
    let mut found: Vec<(f64, Named<'a>)> = (profile.attributes.iter())
        .flat_map(|row| row.levels.iter().map(move |of| (row.column.as_str(), of)))
        .filter(|(_, of)| claim(of) && !says_nothing(&of.level))
        .filter_map(|named| Some((value(named.1)?, named)))
        .collect();
    found.sort_by(|a, b| {
        let by_value = if least {
            a.0.total_cmp(&b.0)
        } else {
            b.0.total_cmp(&a.0)
        };
        by_value.then_with(|| (a.1.0, &a.1.1.level).cmp(&(b.1.0, &b.1.1.level)))
    });
    found
        .into_iter()
        .take(NAMED)
        .map(|(_, named)| named)
        .collect()
}

/// What may be said, in sentences.
fn portrait(profile: &Profile, style: &Style, w: &ProfileWords) -> Vec<String> {
    let mut said = Vec::new();
    let mut say = |template: &str, names: Vec<String>| {
        if !names.is_empty() {
            said.push(fill(template, &[("names", &names.join(w.semicolon))]));
        }
    };
    let chance = |of: &LevelRow| of.adjusted.map(|measure| measure.value);
    let earned = |of: &LevelRow| of.revenue_per_lead.map(|measure| measure.value);
    let waited = |of: &LevelRow| of.days_to_win.map(|measure| measure.value);
    for (standing, template, least) in [
        (Standing::Above, w.aim, false),
        (Standing::Below, w.least, true),
    ] {
        let found = best(profile, |of| of.converts == Some(standing), chance, least);
        let names = found.iter().map(|&named| by_chance(named, w));
        say(template, names.collect());
    }
    for (standing, template, least) in [
        (Standing::Above, w.earns, false),
        (Standing::Below, w.earns_least, true),
    ] {
        let found = best(profile, |of| of.earns == Some(standing), earned, least);
        let names = found.iter().map(|&named| by_money(named, style, w));
        say(template, names.collect());
    }
    for (pace, template, least) in [(Pace::Faster, w.quick, true), (Pace::Slower, w.slow, false)] {
        let found = best(profile, |of| of.pace == Some(pace), waited, least);
        let names = found.iter().map(|&named| by_days(named, w));
        say(template, names.collect());
    }
    if said.is_empty() {
        said.push(w.nothing.to_owned());
    }
    if profile.compared == 0 {
        said.push(w.too_few.to_owned());
    }
    said
}

fn by_chance((attribute, row): Named<'_>, w: &ProfileWords) -> String {
    let Some(of) = &row.adjusted else {
        return String::new();
    };
    let (low, high) = (percent(of.low), percent(of.high.unwrap_or(1.0)));
    fill(
        w.named,
        &[
            ("attribute", attribute),
            ("level", level(row, w)),
            ("value", &percent(of.value)),
            ("low", low.trim_end_matches(" %")),
            ("high", high.trim_end_matches(" %")),
        ],
    )
}

fn by_money((attribute, row): Named<'_>, style: &Style, w: &ProfileWords) -> String {
    let Some(of) = &row.revenue_per_lead else {
        return String::new();
    };
    fill(
        w.named_money,
        &[
            ("attribute", attribute),
            ("level", level(row, w)),
            ("value", &money(of.value)),
            ("currency", &style.currency),
            ("low", &money(of.low)),
            ("high", &money(of.high.unwrap_or(of.value))),
        ],
    )
}

fn by_days((attribute, row): Named<'_>, w: &ProfileWords) -> String {
    let told = row.days_to_win.as_ref().map_or(String::new(), days);
    fill(
        w.named_days,
        &[
            ("attribute", attribute),
            ("level", level(row, w)),
            ("days", &told),
        ],
    )
}

/// What was given back.
fn refunds(profile: &Profile, style: &Style, w: &ProfileWords) -> Option<String> {
    let refunds = profile.refunds.as_ref()?;
    let share = refunds.share.map_or(String::new(), |share| {
        fill(w.refunds_share, &[("share", &percent(share))])
    });
    let values = [
        ("n", &*count(refunds.count)),
        ("money", &money(refunds.money)),
        ("currency", &style.currency),
        ("share", &share),
    ];
    Some(fill(w.refunds, &values))
}

/// How it was made, and what is not in it.
fn notes(profile: &Profile, style: &Style, w: &ProfileWords) -> Vec<String> {
    let mut notes = Vec::new();
    if profile.compared > 0 {
        notes.push(fill(w.note, &[("compared", &count(profile.compared))]));
    }
    notes.extend(refunds(profile, style, w));
    if let Some(day) = profile.record_from {
        notes.push(fill(w.record, &[("day", &day.to_string())]));
    }
    if let Some(day) = profile.last_lead {
        notes.push(fill(w.last_lead, &[("day", &day.to_string())]));
    }
    let parts: Vec<String> = [
        (WhyLeftOut::KnownLater, w.left_later),
        (WhyLeftOut::Leak, w.left_leak),
        (WhyLeftOut::Suspect, w.left_suspect),
        (WhyLeftOut::Person, w.left_person),
        (WhyLeftOut::Follows, w.left_follows),
        (WhyLeftOut::Calendar, w.left_calendar),
        (WhyLeftOut::Unordered, w.left_unordered),
    ]
    .into_iter()
    .filter_map(|(why, template)| {
        let of = profile.left_out.iter().filter(|column| column.why == why);
        let names: Vec<String> = of
            .map(|column| match &column.from {
                Some(from) => fill(w.follows, &[("name", &column.column), ("from", from)]),
                None => column.column.clone(),
            })
            .collect();
        (!names.is_empty()).then(|| fill(template, &[("names", &names.join(w.list))]))
    })
    .collect();
    if !parts.is_empty() {
        notes.push(fill(w.left, &[("parts", &parts.join(w.semicolon))]));
    }
    notes
}

/// The portrait as CSV: one row a level; the heading alone without one.
pub fn profile_csv(profile: Option<&Profile>) -> String {
    let mut file = Csv::new(&[
        "attribute",
        "level",
        "leads",
        "share",
        "won",
        "conversion",
        "conversion_low",
        "conversion_high",
        "adjusted",
        "adjusted_low",
        "adjusted_high",
        "aov",
        "aov_adjusted",
        "revenue_per_lead",
        "revenue_per_lead_low",
        "revenue_per_lead_high",
        "days_to_win",
        "converts",
        "earns",
        "pace",
    ]);
    for attribute in profile.iter().flat_map(|profile| &profile.attributes) {
        for of in &attribute.levels {
            file.row(&csv_row(&attribute.column, of));
        }
    }
    file.finish()
}

fn csv_row(attribute: &str, of: &LevelRow) -> Vec<String> {
    let standing = |of: Option<Standing>| match of {
        Some(Standing::Above) => "above",
        Some(Standing::Below) => "below",
        None => "",
    };
    let pace = match of.pace {
        Some(Pace::Faster) => "faster",
        Some(Pace::Slower) => "slower",
        None => "",
    };
    let (adjusted, revenue) = (of.adjusted, of.revenue_per_lead);
    vec![
        attribute.to_owned(),
        of.level.clone(),
        of.leads.to_string(),
        csv::share(Some(of.share)),
        of.won.to_string(),
        csv::share(Some(of.conversion.value)),
        csv::share(Some(of.conversion.low)),
        csv::share(of.conversion.high),
        csv::share(adjusted.map(|m| m.value)),
        csv::share(adjusted.map(|m| m.low)),
        csv::share(adjusted.and_then(|m| m.high)),
        csv::money(of.aov),
        csv::money(of.aov_adjusted.map(|m| m.value)),
        csv::money(revenue.map(|m| m.value)),
        csv::money(revenue.map(|m| m.low)),
        csv::money(revenue.and_then(|m| m.high)),
        of.days_to_win
            .map_or_else(String::new, |m| format!("{:.0}", m.value)),
        standing(of.converts).to_owned(),
        standing(of.earns).to_owned(),
        pace.to_owned(),
    ]
}
