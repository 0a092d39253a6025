//! Segments and their results.

use forerun::present;
use forerun::project::Language;

use crate::made::{leads, segments, style};

#[test]
fn segments_without_rules_are_empty() {
    let csv = present::segments_csv(&leads(), None);
    assert_eq!(csv, "lead_id,segment,tags,intent\na,,,\nc,,,\nb,,,\n");
}

#[test]
fn segments_in_both_languages() {
    insta::assert_snapshot!(
        "segments_en",
        present::segments_text(&segments(), &style(Language::En))
    );
    insta::assert_snapshot!(
        "segments_zh",
        present::segments_text(&segments(), &style(Language::Zh))
    );
}
