//! Lead sources by return.

use forerun::present::{self, Style};
use forerun::project::Language;

use crate::made::{sources, style};

#[test]
fn columns_in_which_nothing_stands_vanish() {
    let english = style(Language::En);
    let mut bare = sources();
    bare.sources.truncate(1);
    for row in &mut bare.sources {
        (row.aov, row.revenue, row.spend, row.cac) = (None, None, None, None);
        (row.roi, row.roi_low, row.roi_high) = (None, None, None);
    }
    let text = present::sources_text(&bare, &english);
    assert!(
        !text.contains("AOV") && !text.contains("ROI") && !text.contains("status"),
        "{text}"
    );
    assert!(present::sources_text(&sources(), &english).contains("status"));
}

#[test]
fn sources_by_return() {
    let english = style(Language::En);
    insta::assert_snapshot!("sources_en", present::sources_text(&sources(), &english));
    insta::assert_snapshot!("sources_csv", present::sources_csv(Some(&sources())));
    let with_margin = Style {
        margin: 0.4,
        ..english
    };
    let text = present::sources_text(&sources(), &with_margin);
    assert!(text.contains("  ROI (80 %)") && !text.contains("revenue ROI"));
    assert_eq!(present::sources_csv(None).lines().count(), 1);
}
