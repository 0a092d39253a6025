//! Numbers as people and computers write them: decimal marks, separators of thousands, currency signs.

use crate::project::DecimalMark;
use crate::read::values::Unfit;

/// Longest run of digits that a number of 64 bits holds exactly; longer ones are codes.
const EXACT_DIGITS: usize = 15;
/// Marks that stand between groups of three digits and never before decimals: spaces and apostrophes.
const GAPS: [char; 5] = [' ', '\u{a0}', '\u{202f}', '\'', '\u{2019}'];

/// What a number was read from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Amount {
    /// The number.
    pub(super) value: f64,
    /// The currency sign written with it.
    pub(super) sign: Option<char>,
}

/// How a file writes its numbers.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct NumberReader {
    /// The decimal mark that the project names.
    pub(super) decimal: Option<DecimalMark>,
    /// The file is separated by semicolons, so a comma may well be a decimal mark and a point a separator of thousands.
    pub(super) semicolons: bool,
}

impl NumberReader {
    /// A number of the usual form, at most fifteen digits with a point among them or without, told at a glance; none says
    /// nothing of the text.
    pub(super) fn quick(self, text: &[u8]) -> Option<f64> {
        /// Powers of ten that are exact: a quotient of two exact numbers is rounded once, as it should be.
        const TENS: [f64; 16] = [
            1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
        ];
        let (negative, digits) = match text {
            [b'-', rest @ ..] => (true, rest),
            rest => (false, rest),
        };
        let led_by_zero = matches!(digits, [b'0', b'0'..=b'9', ..]);
        if digits.is_empty() || digits.len() > EXACT_DIGITS || led_by_zero {
            return None;
        }
        let (mut whole, mut point) = (0_u64, None);
        for (i, &byte) in digits.iter().enumerate() {
            match byte {
                b'0'..=b'9' => whole = whole * 10 + u64::from(byte - b'0'),
                b'.' if point.is_none() && i > 0 && i + 1 < digits.len() => point = Some(i),
                _ => return None,
            }
        }
        let after = point.map_or(0, |point| digits.len() - 1 - point);
        if after > 0 && !self.point_is_decimal(after) {
            return None;
        }
        let number = whole as f64 / TENS[after];
        Some(if negative { -number } else { number })
    }

    /// Whether a point with `after` digits behind it is a decimal mark beyond doubt.
    fn point_is_decimal(self, after: usize) -> bool {
        match self.decimal {
            Some(DecimalMark::Point) => true,
            Some(DecimalMark::Comma) => false,
            None => !self.semicolons || after != 3,
        }
    }

    /// A number; where `signed`, a currency sign may stand with it.
    pub(super) fn number(self, text: &[u8], signed: bool) -> Result<Amount, Unfit> {
        if self.decimal != Some(DecimalMark::Comma)
            && let Some(value) = plain_number(text)
        {
            return Ok(Amount { value, sign: None });
        }
        let text = std::str::from_utf8(text).map_err(|_| Unfit::Number)?;
        let (negative, text) = strip_minus(text);
        let (sign, text) = if signed {
            strip_currency(text)
        } else {
            (None, text)
        };
        // The minus may stand before or after the currency sign, but only once.
        let (negative, text) = match (negative, strip_minus(text)) {
            (false, (inner, rest)) => (inner, rest),
            (true, (true, _)) => return Err(Unfit::Number),
            (true, _) => (true, text),
        };
        let value = self.grouped(text)?;
        let value = if negative { -value } else { value };
        Ok(Amount { value, sign })
    }

    /// An amount of money: a number with a currency sign or without. `12.500` in a file separated by semicolons is twelve
    /// and a half or twelve thousand five hundred: money has no three decimals, so it is not guessed.
    pub(super) fn money(self, text: &[u8]) -> Result<Amount, Unfit> {
        let digit = |byte: &u8| byte.is_ascii_digit();
        let first = text.iter().position(digit);
        let last = text.iter().rposition(digit);
        if let (Some(first), Some(last), None, true) = (first, last, self.decimal, self.semicolons)
            && let [whole @ .., b'.', a, b, c] = &text[first..=last]
            && (1..=3).contains(&whole.len())
            && whole.iter().chain([a, b, c]).all(digit)
            && whole[0] != b'0'
        {
            return Err(Unfit::Point);
        }
        self.number(text, true)
    }

    /// `1,234,567.5`, or `1.234.567,5` where the project says so: groups of three after the first. `0,123` is none;
    /// `1,234` alone only where a comma cannot well be a decimal mark.
    fn grouped(self, text: &str) -> Result<f64, Unfit> {
        let (mark, group) = match self.decimal {
            Some(DecimalMark::Comma) => (',', '.'),
            _ => ('.', ','),
        };
        if !text.starts_with(|c: char| c.is_ascii_digit() || c == mark) {
            return Err(Unfit::Number);
        }
        let (whole, fraction) = text
            .split_once(mark)
            .map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
        let Some(between) = whole.chars().find(|c| *c == group || GAPS.contains(c)) else {
            return plain_number(text.replace(mark, ".").as_bytes()).ok_or(Unfit::Number);
        };
        let groups: Vec<&str> = whole.split(between).collect();
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let sound = groups.iter().all(|group| digits(group))
            && fraction.is_none_or(digits)
            && groups[0].len() <= 3
            && !groups[0].starts_with('0')
            && groups[1..].iter().all(|group| group.len() == 3);
        let unsaid = self.decimal.is_none() && between == ',';
        let lone = fraction.is_none() && groups.len() == 2;
        if !sound {
            let decimal = unsaid && lone && groups.iter().all(|g| digits(g));
            return Err(if decimal { Unfit::Comma } else { Unfit::Number });
        }
        if unsaid && lone && self.semicolons {
            return Err(Unfit::Comma);
        }
        let plain = groups.concat() + "." + fraction.unwrap_or("0");
        plain_number(plain.as_bytes()).ok_or(Unfit::Number)
    }
}

/// A number as computers write it; neither NaN nor infinite.
pub(super) fn plain_number(text: &[u8]) -> Option<f64> {
    // Keeps out the words `nan` and `inf`, which the parser knows.
    let first = match text {
        [b'+' | b'-', first, ..] | [first, ..] => *first,
        [] => return None,
    };
    if !(first.is_ascii_digit() || first == b'.') {
        return None;
    }
    let value: f64 = fast_float2::parse(text).ok()?;
    value.is_finite().then_some(value)
}

/// Leading zeros (`00123`, but not `0.5` or `0`) or too many digits: an identifier, not a quantity.
pub(super) fn is_code(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    !digits.is_empty()
        && digits.iter().all(u8::is_ascii_digit)
        && (digits.len() > EXACT_DIGITS || digits.len() > 1 && digits[0] == b'0')
}

fn strip_minus(text: &str) -> (bool, &str) {
    match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    }
}

/// Takes a currency sign from the front or the end, or 元 from the end.
fn strip_currency(text: &str) -> (Option<char>, &str) {
    for sign in ['¥', '￥', '$', '€', '£'] {
        let shown = if sign == '￥' { '¥' } else { sign };
        if let Some(rest) = text.strip_prefix(sign) {
            return (Some(shown), rest.trim_start());
        }
        if let Some(rest) = text.strip_suffix(sign) {
            return (Some(shown), rest.trim_end());
        }
    }
    match text.strip_suffix('元') {
        Some(rest) => (Some('¥'), rest.trim_end()),
        None => (None, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, decimal: Option<DecimalMark>, semicolons: bool) -> Result<f64, Unfit> {
        let reader = NumberReader {
            decimal,
            semicolons,
        };
        let number = reader.money(text.as_bytes());
        if let (Some(quick), Ok(number)) = (reader.quick(text.as_bytes()), number) {
            assert_eq!(quick.to_bits(), number.value.to_bits(), "{text}");
        }
        number.map(|amount| amount.value)
    }

    #[test]
    fn a_decimal_comma_is_read_where_the_project_names_it() {
        let comma = Some(DecimalMark::Comma);
        for (text, value) in [
            ("1.234,5", 1234.5),
            ("1234,5", 1234.5),
            ("12.500", 12_500.0),
            ("-1.234.567,89 €", -1_234_567.89),
            ("€ 0,5", 0.5),
            ("1 234,5", 1234.5),
            ("7", 7.0),
        ] {
            assert_eq!(read(text, comma, true), Ok(value), "{text}");
        }
        for text in ["1234.5", "1,234.5", "1.23,4", "1.2345"] {
            assert_eq!(read(text, comma, true), Err(Unfit::Number), "{text}");
        }
    }

    #[test]
    fn a_decimal_point_named_takes_the_doubt_away() {
        let point = Some(DecimalMark::Point);
        assert_eq!(read("12,500", point, true), Ok(12_500.0));
        assert_eq!(read("12.500", point, true), Ok(12.5));
        assert_eq!(read("12,5", point, true), Err(Unfit::Number));
    }

    #[test]
    fn what_may_be_read_two_ways_is_not_guessed() {
        assert_eq!(read("12,500", None, true), Err(Unfit::Comma));
        assert_eq!(read("12.500", None, true), Err(Unfit::Point));
        assert_eq!(read("€12.500", None, true), Err(Unfit::Point));
        assert_eq!(read("12,5", None, false), Err(Unfit::Comma));
        assert_eq!(read("12,500", None, false), Ok(12_500.0));
        assert_eq!(read("12.500", None, false), Ok(12.5));
        assert_eq!(read("0.125", None, true), Ok(0.125));
        assert_eq!(read("1250.125", None, true), Ok(1250.125));
        assert_eq!(read("1,234.500", None, true), Ok(1234.5));
        assert_eq!(read("1'234.50", None, false), Ok(1234.5));
    }
}
