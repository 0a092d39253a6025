//! Rule files as written -> checked [`Rules`], or every fault of every file.

use std::collections::{BTreeMap, BTreeSet};

use toml::de::DeValue;

use crate::domain::{Condition, Fault, Faults, Scalar};
use crate::project::condition::{self, scalar};
use crate::project::written::{At, Section, Walk, day};
use crate::project::{Project, Source, nearest};

use super::trial::{self, Trial};
use super::{Hit, Intent, Rule, Rules};

/// Keys of a segment; under `[[segment.test]]` they have slipped.
const OF_SEGMENT: [&str; 5] = ["name", "label", "intent", "when", "test"];

/// A segment as read, before it is held against the others.
pub(super) struct Draft {
    pub(super) name: At<String>,
    label: BTreeMap<String, String>,
    intent: Intent,
    pub(super) when: Option<Condition>,
    /// A `when` is written, though it may have faults or have slipped under a test.
    pub(super) has_when: bool,
    pub(super) tests: Vec<Trial>,
    pub(super) source: usize,
}

/// `[policy]` as read.
struct Policy {
    hit: Hit,
    default: Option<At<String>>,
    source: usize,
}

/// Reads and checks the rule files of a project, and runs the tests beside the rules. No rule files: no rules.
///
/// # Errors
/// Every fault of every file, at once.
pub fn load(project: &Project) -> Result<Option<Rules>, Faults> {
    if project.rules.is_empty() {
        return Ok(None);
    }
    let mut faults = Faults::default();
    let mut sources = Vec::new();
    for file in &project.rules {
        match Source::read(file) {
            Ok(source) => sources.push(source),
            Err(wrong) => faults.0.extend(wrong.0),
        }
    }
    let (mut drafts, mut policies) = (Vec::new(), Vec::new());
    for (i, source) in sources.iter().enumerate() {
        let (found, policy, wrong) = read(source, i);
        drafts.extend(found);
        policies.extend(policy);
        faults.0.extend(wrong.0);
    }
    if let (true, Some(source)) = (drafts.is_empty() && faults.0.is_empty(), sources.first()) {
        let fault = Fault::error("no-segments", "the rules have no [[segment]]");
        faults.push(
            fault
                .at(source.place(0..0))
                .hint("each class of customers is a table [[segment]] with name, intent and when"),
        );
    }
    faults.0.extend(twice(&drafts, &sources));
    let default = default(&drafts, &policies, &sources, &mut faults);
    faults.0.extend(trial::run(project, &drafts, &sources));
    match (default, policies.first()) {
        (Some(default), Some(policy)) if !faults.any_error() => Ok(Some(Rules {
            rules: drafts.into_iter().map(rule).collect(),
            hit: policy.hit,
            default,
            sources,
        })),
        _ => Err(faults.sorted()),
    }
}

fn rule(draft: Draft) -> Rule {
    let fields = draft.tests.into_iter().flat_map(|test| test.lead);
    Rule {
        name: draft.name.value,
        label: draft.label,
        intent: draft.intent,
        when: draft.when,
        source: draft.source,
        span: draft.name.span,
        test_fields: fields.map(|given| (given.field, given.span)).collect(),
    }
}

/// Reads one file.
fn read(source: &Source, index: usize) -> (Vec<Draft>, Option<Policy>, Faults) {
    let written = match source.parse() {
        Ok(written) => written,
        Err(faults) => return (Vec::new(), None, faults),
    };
    let walk = Walk::new(source);
    let top = Section::new(&walk, "", written.get_ref(), 0..0);
    let policy = top.section("policy").map(|section| policy(section, index));
    let drafts = top
        .sections("segment")
        .into_iter()
        .map(|section| segment(section, index))
        .collect();
    top.finish();
    (drafts, policy, walk.into_faults())
}

fn policy(section: Section<'_, '_>, source: usize) -> Policy {
    let hit = section.choice("hit", &[("first", Hit::First), ("all", Hit::All)]);
    let default = section.need_text(
        "default",
        "name the segment of the leads that no rule matches",
    );
    section.finish_with(|key| {
        OF_SEGMENT
            .contains(&key)
            .then(|| format!("`{key}` belongs in [[segment]]"))
    });
    Policy {
        hit: hit.unwrap_or(Hit::First),
        default,
        source,
    }
}

fn segment(section: Section<'_, '_>, source: usize) -> Draft {
    let name = section.text("name");
    let called = name.as_ref().map_or("", |name| name.value.as_str());
    let mut slipped = BTreeSet::new();
    let tests: Vec<Trial> = section
        .sections("test")
        .into_iter()
        .filter_map(|section| test(section, called, &mut slipped))
        .collect();
    let label = label(&section, &mut slipped);
    for (key, hint) in [
        ("name", "give the segment a name: name = \"hot\""),
        (
            "intent",
            "say how strong the wish to buy is: intent = \"high\", \"medium\", \"low\" or \"none\"",
        ),
    ] {
        if !section.has(key) && !slipped.contains(key) {
            section.missing(key, hint);
        }
    }
    let intent = section.choice(
        "intent",
        &[
            ("high", Intent::High),
            ("medium", Intent::Medium),
            ("low", Intent::Low),
            ("none", Intent::None),
        ],
    );
    let when = section
        .get("when")
        .and_then(|value| condition::parse(section.walk, "when", value));
    let draft = Draft {
        name: name.unwrap_or_else(|| At {
            value: String::new(),
            span: section.span.clone(),
        }),
        label,
        intent: intent.unwrap_or(Intent::None),
        when,
        has_when: section.has("when") || slipped.contains("when"),
        tests,
        source,
    };
    section.finish_with(|key| {
        let of_policy = ["hit", "default"].contains(&key);
        of_policy.then(|| format!("`{key}` belongs in [policy]"))
    });
    draft
}

/// A label: one text, or one by language.
fn label(
    section: &Section<'_, '_>,
    slipped: &mut BTreeSet<&'static str>,
) -> BTreeMap<String, String> {
    let mut label = BTreeMap::new();
    match section.get("label").map(toml::Spanned::get_ref) {
        None => {}
        Some(DeValue::Table(_)) => {
            if let Some(table) = section.section("label") {
                for language in ["en", "zh"] {
                    if let Some(text) = table.text(language) {
                        label.insert(language.to_owned(), text.value);
                    }
                }
                slipped.extend(OF_SEGMENT.into_iter().filter(|key| table.has(key)));
                table.finish_with(|key| {
                    OF_SEGMENT.contains(&key).then(|| {
                        format!("`{key}` belongs to the segment: move it above [segment.label]")
                    })
                });
            }
        }
        Some(_) => {
            if let Some(text) = section.text("label") {
                label.insert("en".to_owned(), text.value);
            }
        }
    }
    label
}

/// Reads one `[[segment.test]]`; keys of the segment that slipped into it are named and noted.
fn test(
    section: Section<'_, '_>,
    segment: &str,
    slipped: &mut BTreeSet<&'static str>,
) -> Option<Trial> {
    let walk = section.walk;
    let mut strangers = false;
    for (key, _) in section.entries() {
        if let Some(word) = OF_SEGMENT.into_iter().find(|word| *word == key.value) {
            slipped.insert(word);
            walk.error(
                "key-in-test",
                key.span,
                format!("`{word}` is written below [[segment.test]], so it belongs to that test and not to the segment \"{segment}\""),
                "move the line up, above the first [[segment.test]] of the segment",
            );
            let _ = section.get(word);
        } else if !["lead", "matches", "as_of"].contains(&key.value.as_str()) {
            strangers = true;
        }
    }
    let lead = lead(&section);
    let as_of = day(&section, "as_of");
    let matches = match section.get("matches").map(|value| (value, value.get_ref())) {
        Some((value, DeValue::Boolean(yes))) => Some(At {
            value: *yes,
            span: value.span(),
        }),
        Some((value, _)) => {
            walk.error(
                "wrong-type",
                value.span(),
                "`matches` must be true or false",
                "write matches = true if the rule should match this lead, else false",
            );
            None
        }
        None => {
            if !strangers {
                section.missing(
                    "matches",
                    "say whether the rule should match: matches = true",
                );
            }
            None
        }
    };
    section.finish_with(|key| {
        (nearest(key, ["lead", "matches", "as_of"]).is_none())
            .then(|| format!("a field of the lead stands in braces: lead = {{ {key} = ... }}"))
    });
    Some(Trial {
        lead: lead?,
        matches: matches?,
        as_of,
    })
}

fn lead(section: &Section<'_, '_>) -> Option<Vec<trial::Given>> {
    if !section.has("lead") {
        section.missing(
            "lead",
            "write the fields of an example: lead = { source = \"Search\" }",
        );
    }
    let table = section.section("lead")?;
    let mut given = Vec::new();
    for (field, value) in table.entries() {
        let empty = matches!(value.get_ref(), DeValue::String(text) if text.trim().is_empty());
        let read: Option<Scalar> = if empty {
            None
        } else {
            Some(scalar(section.walk, &field.value, value)?)
        };
        given.push(trial::Given {
            field: field.value,
            value: read,
            span: value.span(),
        });
    }
    Some(given)
}

/// Names given twice.
fn twice(drafts: &[Draft], sources: &[Source]) -> Vec<Fault> {
    let mut seen: BTreeMap<&str, &Draft> = BTreeMap::new();
    let mut faults = Vec::new();
    for draft in drafts.iter().filter(|draft| !draft.name.value.is_empty()) {
        if let Some(first) = seen.get(draft.name.value.as_str()) {
            let fault = Fault::error(
                "segment-twice",
                format!("there are two segments \"{}\"", draft.name.value),
            );
            let other = sources[first.source].place(first.name.span.clone());
            faults.push(
                fault
                    .at(sources[draft.source].place(draft.name.span.clone()))
                    .hint(format!(
                        "the other one is at {other}; join two rules in one with any = [ ... ]"
                    )),
            );
        } else {
            seen.insert(&draft.name.value, draft);
        }
    }
    faults
}

/// The position of the default segment; faults of the policy and of segments without `when`.
fn default(
    drafts: &[Draft],
    policies: &[Policy],
    sources: &[Source],
    faults: &mut Faults,
) -> Option<usize> {
    let Some(policy) = policies.first() else {
        if let Some(source) = sources.first() {
            let fault = Fault::error("missing-key", "the table [policy] is missing");
            faults.push(fault.at(source.place(0..0)).hint(
                "write [policy] and default = \"...\", the segment of the leads that no rule matches",
            ));
        }
        return None;
    };
    for second in &policies[1..] {
        let span = second
            .default
            .as_ref()
            .map_or(0..0, |name| name.span.clone());
        let fault = Fault::error("policy-twice", "two rule files have a [policy]");
        faults.push(
            fault
                .at(sources[second.source].place(span))
                .hint("all rule files together have one: keep one"),
        );
    }
    let wanted = policy.default.as_ref()?;
    let found = drafts
        .iter()
        .position(|draft| draft.name.value == wanted.value);
    let place = sources[policy.source].place(wanted.span.clone());
    match found.map(|i| &drafts[i]) {
        None => {
            let hint = default_hint(&wanted.value, drafts);
            let fault = Fault::error(
                "unknown-default",
                format!("there is no segment \"{}\" to be the default", wanted.value),
            );
            faults.push(fault.at(place).hint(hint));
        }
        Some(draft) if draft.has_when => {
            let fault = Fault::error(
                "default-with-when",
                format!("the default segment \"{}\" has a `when`", wanted.value),
            );
            faults.push(fault.at(place).hint(
                "the default takes the leads that no rule matches: delete its `when`, or name another default",
            ));
        }
        Some(_) => {}
    }
    faults.0.extend(without_when(drafts, found, sources));
    found
}

/// Segments without `when` other than the default. Where the default is not found and only one segment could be meant,
/// that fault has said enough.
fn without_when(drafts: &[Draft], default: Option<usize>, sources: &[Source]) -> Vec<Fault> {
    let bare: Vec<&Draft> = drafts
        .iter()
        .enumerate()
        .filter(|(i, draft)| Some(*i) != default && !draft.has_when)
        .map(|(_, draft)| draft)
        .collect();
    if default.is_none() && bare.len() == 1 {
        return Vec::new();
    }
    let fault = |draft: &Draft| {
        Fault::error(
            "missing-when",
            format!(
                "the segment \"{}\" has no `when`, so it can match nothing",
                draft.name.value
            ),
        )
        .at(sources[draft.source].place(draft.name.span.clone()))
        .hint("only the default segment goes without: write when = { field = ..., is = ... }")
    };
    bare.into_iter().map(fault).collect()
}

/// Which segment a default that is not there may have meant.
fn default_hint(wanted: &str, drafts: &[Draft]) -> String {
    let bare: Vec<&str> = drafts
        .iter()
        .filter(|draft| !draft.has_when)
        .map(|draft| draft.name.value.as_str())
        .collect();
    let names = drafts.iter().map(|draft| draft.name.value.as_str());
    match (nearest(wanted, names), &bare[..]) {
        (Some(name), _) | (None, &[name]) => format!("did you mean `{name}`?"),
        _ => "add a [[segment]] of that name, with label and intent but without `when`".to_owned(),
    }
}
