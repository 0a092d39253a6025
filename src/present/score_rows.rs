//! Scores as CSV, one row at a time: the same bytes as [`super::scores_csv`] gives, without a text of its own for each
//! value.

use memchr::memchr;

use crate::features::{Code, Encoding, Feature, MISSING, Origin};
use crate::present::reason::{SHOWN, reason_words};
use crate::present::scores::HEADER;
use crate::present::{Style, Words};
use crate::score::{Reason, ReasonKind, RowScore};

/// Stands for the value in a reason that is cut in two; no value holds it that is not told word by word.
const MARK: char = '\u{1}';

/// The value of a feature, as a person would write it.
#[derive(Debug, Clone, Copy)]
pub enum Shown<'a> {
    /// A text; empty where missing.
    Text(&'a [u8]),
    /// A number and how the file writes it; NaN where missing.
    Number(f64, &'a [u8]),
}

/// What stands around the value in a reason: the same for all rows of a code.
#[derive(Debug, Clone, Default)]
struct Frame {
    before: Vec<u8>,
    after: Vec<u8>,
    /// Whether the field has to stand in quotation marks, whatever the value.
    quoted: bool,
    /// Whether it cannot be cut in two: the words depend on the value.
    whole: bool,
    /// Whether `before` is the whole field.
    complete: bool,
}

/// Writes scores as rows of CSV.
pub struct ScoreRows<'a> {
    features: &'a [Feature],
    words: &'static Words,
    /// By feature and code: place in `frames` plus 1; 0 before it is known.
    known: Vec<Vec<u32>>,
    frames: Vec<Frame>,
}

impl<'a> ScoreRows<'a> {
    /// A writer for a model with these features.
    pub fn new(features: &'a [Feature], style: &Style) -> Self {
        Self {
            features,
            words: style.words,
            known: vec![Vec::new(); features.len()],
            frames: Vec::new(),
        }
    }

    /// The row of column names.
    pub fn header() -> String {
        HEADER.join(",") + "\n"
    }

    /// Adds a row to `out`. `codes` are those of the row, and `shown` gives the value of a feature.
    pub fn row<'v>(
        &mut self,
        out: &mut Vec<u8>,
        id: &[u8],
        score: &RowScore,
        codes: &[Code],
        shown: impl Fn(usize) -> Shown<'v>,
    ) {
        field(out, id);
        out.extend_from_slice(b",,");
        for p in [score.p_win, score.interval.0, score.interval.1] {
            fixed(out, p, 6);
        }
        out.extend_from_slice(b",,");
        for money in [score.expected_amount, score.expected_value] {
            match money {
                Some(money) => fixed(out, money, 2),
                None => out.push(b','),
            }
        }
        for place in 0..SHOWN {
            if place > 0 {
                out.push(b',');
            }
            if let Some(&(feature, contribution)) = score.strongest.get(place) {
                self.reason(out, feature, contribution, codes[feature], || {
                    shown(feature)
                });
            }
        }
        out.push(b'\n');
    }

    fn reason<'v>(
        &mut self,
        out: &mut Vec<u8>,
        feature: usize,
        contribution: f64,
        code: Code,
        shown: impl Fn() -> Shown<'v>,
    ) {
        let place = code.index();
        let known = &mut self.known[feature];
        if known.len() <= place {
            known.resize(place + 1, 0);
        }
        if known[place] == 0 {
            let feature = &self.features[feature];
            let frame = if tells_the_value(feature, code) {
                whole_field(&feature.name, contribution, shown(), self.words)
            } else {
                frame(&feature.name, contribution, self.words)
            };
            self.frames.push(frame);
            known[place] = self.frames.len() as u32;
        }
        let frame = &self.frames[known[place] as usize - 1];
        if frame.complete {
            out.extend_from_slice(&frame.before);
            return;
        }
        let start = out.len();
        if !frame.whole && !frame.quoted {
            out.extend_from_slice(&frame.before);
            if value(out, shown()) {
                out.extend_from_slice(&frame.after);
                return;
            }
            out.truncate(start);
        }
        let name = &self.features[feature].name;
        out.extend_from_slice(&whole_field(name, contribution, shown(), self.words).before);
    }
}

/// Whether a code says all of the value: texts by level, yes or no, parts of dates, and what is missing.
fn tells_the_value(feature: &Feature, code: Code) -> bool {
    match (&feature.origin, &feature.encoding) {
        _ if code == MISSING => true,
        (Origin::DatePart(..), _) | (_, Encoding::Boolean) => true,
        (_, Encoding::Levels(levels)) => usize::from(code.lower()) <= levels.len(),
        _ => false,
    }
}

/// The field with its value.
fn whole_field(feature: &str, contribution: f64, shown: Shown<'_>, words: &Words) -> Frame {
    let mut text = Vec::new();
    value(&mut text, shown);
    let reason = Reason {
        feature: feature.to_owned(),
        value: String::from_utf8(text).unwrap_or_default(),
        contribution,
        kind: ReasonKind::Is,
    };
    let mut before = Vec::new();
    field(&mut before, reason_words(&reason, words).as_bytes());
    Frame {
        before,
        complete: true,
        ..Frame::default()
    }
}

/// What stands around any value.
fn frame(feature: &str, contribution: f64, words: &Words) -> Frame {
    let with = |value: &str| {
        let reason = Reason {
            feature: feature.to_owned(),
            value: value.to_owned(),
            contribution,
            kind: ReasonKind::Is,
        };
        reason_words(&reason, words)
    };
    let marked = with(&MARK.to_string());
    let mut parts = marked.split(MARK);
    let (Some(before), Some(after), None) = (parts.next(), parts.next(), parts.next()) else {
        return Frame {
            whole: true,
            ..Frame::default()
        };
    };
    Frame {
        before: before.into(),
        after: after.into(),
        quoted: needs_quotes(marked.as_bytes()),
        // Where the words for one are not those for many.
        whole: with("1") != format!("{before}1{after}"),
        complete: false,
    }
}

/// Adds a value that can stand in a field as it is; says whether it could. What is missing has words of its own.
fn value(out: &mut Vec<u8>, shown: Shown<'_>) -> bool {
    match shown {
        Shown::Text(text) => {
            out.extend_from_slice(text);
            !text.is_empty() && !needs_quotes(text)
        }
        Shown::Number(number, _) if number.is_nan() => false,
        Shown::Number(number, text) => {
            match as_written(text) {
                Some(text) => out.extend_from_slice(text),
                None => out.extend_from_slice(number.to_string().as_bytes()),
            }
            true
        }
    }
}

/// The text of a number, where the program would write it in the same way: at most fifteen digits, no zeros that say
/// nothing but those after the point, which are taken off. Fifteen digits are told apart by a number of 64 bits, so no
/// shorter text is the same number.
fn as_written(text: &[u8]) -> Option<&[u8]> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let point = memchr(b'.', digits);
    let (whole, fraction) = match point {
        Some(point) => (&digits[..point], &digits[point + 1..]),
        None => (digits, &[][..]),
    };
    let all_digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    let sound = !whole.is_empty()
        && whole.len() + fraction.len() <= 15
        && all_digits(whole)
        && all_digits(fraction)
        && (whole == b"0" || whole[0] != b'0');
    if !sound {
        return None;
    }
    if point.is_none() {
        return Some(text);
    }
    let zeros = fraction
        .iter()
        .rev()
        .take_while(|&&digit| digit == b'0')
        .count();
    let point = usize::from(zeros == fraction.len());
    Some(&text[..text.len() - zeros - point])
}

fn needs_quotes(text: &[u8]) -> bool {
    (text.iter()).any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'))
}

/// Adds a field, in quotation marks where needed.
fn field(out: &mut Vec<u8>, text: &[u8]) {
    if !needs_quotes(text) {
        out.extend_from_slice(text);
        return;
    }
    out.push(b'"');
    for &byte in text {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

/// Adds a number with so many decimals and a comma, rounded as `format!` does: by its exact value.
fn fixed(out: &mut Vec<u8>, value: f64, decimals: usize) {
    const LARGEST: f64 = 1e15;
    const TENS: [f64; 7] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6];
    let scaled = value * TENS[decimals];
    // Where the product may have been rounded over the half, the exact value decides.
    let below = scaled as u64;
    let rest = scaled - below as f64;
    let clear = (rest - 0.5).abs() > 1e-9 + scaled * 1e-15;
    if !(value.is_sign_positive() && scaled < LARGEST && clear) {
        out.extend_from_slice(format!("{value:.decimals$},").as_bytes());
        return;
    }
    let mut digits = below + u64::from(rest > 0.5);
    let mut text = [b','; 24];
    let mut at = text.len() - 1;
    let mut count = 0;
    while digits > 0 || count <= decimals {
        if count == decimals {
            at -= 1;
            text[at] = b'.';
        }
        at -= 1;
        text[at] = b'0' + (digits % 10) as u8;
        digits /= 10;
        count += 1;
    }
    out.extend_from_slice(&text[at..]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_are_written_as_format_does(
            value in prop_oneof![0.0..1.0, 0.0..1e7, any::<f64>(), (0_u32..3_000_000).prop_map(|n| f64::from(n) / 2e6)],
            decimals in 1_usize..7,
        ) {
            let mut out = Vec::new();
            fixed(&mut out, value, decimals);
            prop_assert_eq!(String::from_utf8(out).expect("digits"), format!("{value:.decimals$},"));
        }

        #[test]
        fn a_number_is_shown_as_written_only_where_that_is_how_it_is_shown(
            text in "-?[0-9]{1,9}(\\.[0-9]{0,9})?",
        ) {
            if let Some(written) = as_written(text.as_bytes()) {
                let number: f64 = text.parse().expect("a number");
                prop_assert_eq!(String::from_utf8_lossy(written).into_owned(), number.to_string());
            }
        }

        #[test]
        fn fields_are_quoted_as_the_csv_crate_does(text in "[a,\"\n\r 客]{0,6}") {
            let mut out = Vec::new();
            field(&mut out, text.as_bytes());
            let mut csv = csv::WriterBuilder::new().from_writer(Vec::new());
            csv.write_record([text.as_str(), "x"]).expect("memory is written");
            let written = csv.into_inner().expect("memory is flushed");
            out.extend_from_slice(b",x\n");
            prop_assert_eq!(out, written);
        }
    }
}
