//! Messages in Chinese: what the stages say in English, sentence by sentence.
//!
//! A stage says what it noticed in English, with a stable code. Here each sentence stands beside its Chinese one, with the
//! same values in `{}`; they are taken from the English sentence as it was said. A sentence that does not stand here is
//! shown as it is.
//!
//! A place that can only hold a few phrases has its own in [`phrases`]; what a frame holds under `why` is a sentence of its
//! own; a plural's `s` has no Chinese.

mod ahead;
mod asked;
mod campaign;
mod columns;
mod faults;
mod learning;
mod notes;
mod numbers;
mod phrases;
mod refusals;
mod rows;
mod rules;
mod spend;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use crate::present::names::on_screen;
use crate::project::Language;

use phrases::{LISTS, PHRASES};

/// Code, English, Chinese; errors and frames without a code.
type Text = (&'static str, &'static str, &'static str);

/// All sentences by subject; frames first, as what they hold may look like more of another sentence.
const TEXTS: [&[Text]; 12] = [
    refusals::TEXTS,
    notes::TEXTS,
    rows::TEXTS,
    columns::TEXTS,
    learning::TEXTS,
    numbers::TEXTS,
    ahead::TEXTS,
    spend::TEXTS,
    campaign::TEXTS,
    faults::TEXTS,
    rules::TEXTS,
    asked::TEXTS,
];

/// What is said, in the language.
pub fn in_language(message: &str, language: Language) -> Cow<'_, str> {
    match language {
        Language::En => Cow::Borrowed(message),
        Language::Zh => translated(message).map_or(Cow::Borrowed(message), Cow::Owned),
    }
}

/// What a level of a feature is called, in the language.
pub(crate) fn level_in(label: &str, language: Language) -> Cow<'_, str> {
    match language {
        Language::En => Cow::Borrowed(label),
        Language::Zh => phrase("level", label).map_or(Cow::Borrowed(label), Cow::Owned),
    }
}

fn translated(message: &str) -> Option<String> {
    let mut texts = TEXTS.iter().copied().flatten();
    texts.find_map(|(_, english, chinese)| said(english, chinese, message))
}

/// The Chinese of a message that is made from the English template.
fn said(english: &str, chinese: &str, message: &str) -> Option<String> {
    let values = values(english, message)?;
    let mut text = String::with_capacity(message.len());
    for piece in pieces(chinese) {
        match piece {
            Piece::Text(plain) => text.push_str(plain),
            Piece::Place(name) => {
                let value = values.iter().find(|(of, _)| *of == name);
                text.push_str(&value.map_or(Cow::Borrowed(""), |(_, value)| chosen(name, value)));
            }
        }
    }
    Some(text)
}

/// A value as it is shown.
fn chosen<'a>(name: &str, value: &'a str) -> Cow<'a, str> {
    if let Some((_, between, then)) = LISTS.iter().find(|(of, ..)| *of == name) {
        let items = items(value, between).into_iter();
        let items = items.map(|item| chosen_item(name, item));
        return Cow::Owned(items.collect::<Vec<String>>().join(then));
    }
    match name {
        // Names of files are to be found again.
        "file" | "files" | "folder" | "in" | "io" | "list" | "other_file" => {
            phrase(name, value).map_or(Cow::Borrowed(value), Cow::Owned)
        }
        "why" => translated(value).map_or(Cow::Borrowed(value), Cow::Owned),
        _ => phrase(name, value).map_or_else(|| on_screen(value), Cow::Owned),
    }
}

/// The items of a list; what stands in backquotes is not divided.
fn items<'a>(value: &'a str, between: &str) -> Vec<&'a str> {
    let (mut found, mut start) = (Vec::new(), 0);
    for (at, _) in value.match_indices(between) {
        if value[start..at].matches('`').count().is_multiple_of(2) {
            found.push(&value[start..at]);
            start = at + between.len();
        }
    }
    found.push(&value[start..]);
    found
}

fn chosen_item(name: &str, item: &str) -> String {
    phrase(name, item)
        .or_else(|| translated(item))
        .unwrap_or_else(|| item.to_owned())
}

/// The phrase that stands in a place, in Chinese.
fn phrase(name: &str, value: &str) -> Option<String> {
    let mut phrases = PHRASES.iter().filter(|(of, ..)| *of == name);
    phrases.find_map(|(_, english, chinese)| said(english, chinese, value))
}

/// Whether a place can hold a value: one with phrases of its own holds one of them, or nothing.
fn can_hold(name: &str, value: &str) -> bool {
    if name == "s" {
        return value.is_empty() || value == "s";
    }
    let listed = LISTS.iter().any(|(of, ..)| *of == name);
    let phrased = !listed && PHRASES.iter().any(|(of, ..)| *of == name);
    !phrased || value.is_empty() || phrase(name, value).is_some()
}

/// A part of a template. A brace that no name follows is a brace.
#[derive(Debug, Clone, Copy)]
enum Piece<'a> {
    Text(&'a str),
    Place(&'a str),
}

fn pieces(template: &str) -> Vec<Piece<'_>> {
    let (mut found, mut start, mut from) = (Vec::new(), 0, 0);
    while let Some(open) = template[from..].find('{').map(|at| from + at) {
        let inner = &template[open + 1..];
        let named = inner.find(|letter: char| !letter.is_ascii_lowercase() && letter != '_');
        from = open + 1;
        if let Some(end) = named.filter(|&end| end > 0 && inner[end..].starts_with('}')) {
            if open > start {
                found.push(Piece::Text(&template[start..open]));
            }
            found.push(Piece::Place(&inner[..end]));
            from = open + end + 2;
            start = from;
        }
    }
    if start < template.len() {
        found.push(Piece::Text(&template[start..]));
    }
    found
}

/// What stands in the places of a template, if the message is made from it.
fn values<'a>(template: &'a str, message: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let mut found = Vec::new();
    fits(&pieces(template), message, &mut found).then_some(found)
}

/// Takes the shortest values first, and longer ones where the rest does not fit.
fn fits<'a>(pieces: &[Piece<'a>], message: &'a str, found: &mut Vec<(&'a str, &'a str)>) -> bool {
    let Some((first, rest)) = pieces.split_first() else {
        return message.is_empty();
    };
    let name = match first {
        Piece::Text(text) => {
            let Some(after) = message.strip_prefix(text) else {
                return false;
            };
            return fits(rest, after, found);
        }
        Piece::Place(name) => name,
    };
    let mut ends: Box<dyn Iterator<Item = usize>> = match rest.first() {
        None => Box::new(std::iter::once(message.len())),
        Some(Piece::Text(text)) => Box::new(message.match_indices(text).map(|(at, _)| at)),
        Some(Piece::Place(_)) => {
            let starts = message.char_indices().map(|(at, _)| at);
            Box::new(starts.chain(std::iter::once(message.len())))
        }
    };
    ends.any(|end| {
        let before = found.len();
        let value = &message[..end];
        found.push((name, value));
        let fit = can_hold(name, value) && fits(rest, &message[end..], found);
        if !fit {
            found.truncate(before);
        }
        fit
    })
}
