//! Numbers as people read them.

/// A whole number with thousands separators: `12,345`.
pub fn count(n: usize) -> String {
    group(&n.to_string())
}

/// Money with thousands separators; cents only below 100. Without a number, a dash.
pub fn money(value: f64) -> String {
    if !value.is_finite() {
        return "-".to_owned();
    }
    let decimals = if value.abs() < 99.995 { 2 } else { 0 };
    let text = format!("{:.decimals$}", value.abs());
    let zero = text.chars().all(|c| c == '0' || c == '.');
    let sign = if value < 0.0 && !zero { "-" } else { "" };
    match text.split_once('.') {
        Some((whole, cents)) if cents != "00" => format!("{sign}{}.{cents}", group(whole)),
        Some((whole, _)) => format!("{sign}{}", group(whole)),
        None => format!("{sign}{}", group(&text)),
    }
}

/// A mean number of deals, with one decimal and thousands separators. Without a number, a dash.
pub(crate) fn deals(value: f64) -> String {
    if !value.is_finite() {
        return "-".to_owned();
    }
    let text = format!("{:.1}", value.abs());
    let sign = if value < 0.0 && text != "0.0" {
        "-"
    } else {
        ""
    };
    let (whole, tenth) = text.split_once('.').unwrap_or((&text, "0"));
    format!("{sign}{}.{tenth}", group(whole))
}

/// A share of 1 as `12.3 %`; one that is not quite 0 or 1 is never shown as if it were.
pub fn percent(share: f64) -> String {
    if !share.is_finite() {
        return "-".to_owned();
    }
    format!("{} %", percent_number(share))
}

/// A share with its interval: `12.3 % (10.1-14.8)`.
pub fn estimate(share: f64, low: f64, high: f64) -> String {
    format!(
        "{} ({}-{})",
        percent(share),
        percent_number(low),
        percent_number(high)
    )
}

/// A return as `+123 %` or `-45 %`.
pub fn signed_percent(share: f64) -> String {
    if !share.is_finite() {
        return "-".to_owned();
    }
    let rounded = (share * 100.0).round();
    if rounded == 0.0 {
        return "0 %".to_owned();
    }
    let sign = if rounded < 0.0 { "-" } else { "+" };
    format!("{sign}{} %", group(&format!("{:.0}", rounded.abs())))
}

/// Days with the letter that rules use: `45d`.
pub fn days(days: i32) -> String {
    format!("{days}d")
}

fn percent_number(share: f64) -> String {
    if share > 0.0 && share < 0.0005 {
        return "<0.1".to_owned();
    }
    if (0.9995..1.0).contains(&share) {
        return ">99.9".to_owned();
    }
    format!("{:.1}", share * 100.0)
}

/// Digits with thousands separators.
pub(crate) fn group(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_has_separators_and_cents_only_when_small() {
        assert_eq!(money(0.0), "0");
        assert_eq!(money(-0.001), "0");
        assert_eq!(money(7.5), "7.50");
        assert_eq!(money(99.999), "100");
        assert_eq!(money(999.4), "999");
        assert_eq!(money(1_234_567.8), "1,234,568");
        assert_eq!(money(-1234.0), "-1,234");
        assert_eq!(money(f64::NAN), "-");
        assert_eq!(deals(0.04), "0.0");
        assert_eq!(deals(-0.04), "0.0");
        assert_eq!(deals(1234.56), "1,234.6");
        assert_eq!(deals(f64::INFINITY), "-");
    }

    #[test]
    fn a_share_that_is_not_quite_nothing_is_not_shown_as_nothing() {
        assert_eq!(percent(0.0), "0.0 %");
        assert_eq!(percent(0.000_2), "<0.1 %");
        assert_eq!(percent(0.123_4), "12.3 %");
        assert_eq!(percent(0.999_9), ">99.9 %");
        assert_eq!(percent(1.0), "100.0 %");
        assert_eq!(estimate(0.123, 0.101, 0.148), "12.3 % (10.1-14.8)");
    }

    #[test]
    fn returns_carry_their_sign() {
        assert_eq!(signed_percent(12.345), "+1,235 %");
        assert_eq!(signed_percent(-0.4), "-40 %");
        assert_eq!(signed_percent(0.001), "0 %");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count(12), "12");
    }
}
