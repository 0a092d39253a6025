//! The nearest of some names to one that was mistyped.

/// Names further apart than this (1 = the same) are no help.
const NEAR: f64 = 0.6;

/// The candidate most like `name`, whatever the case; none if none is near. Ties go to the first by spelling.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = plain(name);
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let near = strsim::normalized_damerau_levenshtein(&wanted, &plain(candidate));
        let better =
            best.is_none_or(|(so_far, name)| near > so_far || (near == so_far && candidate < name));
        if near >= NEAR && better {
            best = Some((near, candidate));
        }
    }
    best.map(|(_, name)| name)
}

/// Without case, and with spaces and hyphens as underscores: people mix these up most.
fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_what_was_meant_and_nothing_else() {
        let names = ["pages_viewed", "source", "来源渠道"];
        assert_eq!(nearest("pages_veiwed", names), Some("pages_viewed"));
        assert_eq!(nearest("Pages Viewed", names), Some("pages_viewed"));
        assert_eq!(nearest("来源渠到", names), Some("来源渠道"));
        assert_eq!(nearest("colour", names), None);
        assert_eq!(nearest("", names), None);
    }
}
