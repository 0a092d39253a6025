//! The forecast by month.

use forerun::forecast::Outlook;
use forerun::present;
use forerun::project::Language;

use crate::made::{forward, noticed, outlook, style};

#[test]
fn a_forecast_of_a_model_that_knows_nothing_says_so() {
    let english = style(Language::En);
    let mark = present::forecast_mark_text(&forward(false), &english).expect("a mark");
    assert!(mark.starts_with("No better than the base rate"), "{mark}");
    assert!(
        mark.ends_with("volume, average conversion and timing."),
        "{mark}"
    );
    assert!(present::forecast_mark_text(&forward(true), &english).is_none());
    let json = serde_json::to_value(present::outlook_json(&outlook(), &noticed()));
    let json = json.expect("plain keys");
    assert_eq!(json["better_than_base_rate"], false);
    assert_eq!(json["warnings"][0]["code"], "leak");
    let deals = Outlook {
        currency: "deals".to_owned(),
        ..outlook()
    };
    let text = present::outlook_text(&deals, &english);
    assert!(
        text.contains("951,234.4") && text.contains("655,000.0"),
        "{text}"
    );
}

#[test]
fn forecasts() {
    insta::assert_snapshot!(
        "forecast_en",
        present::outlook_text(&outlook(), &style(Language::En))
    );
    insta::assert_snapshot!("forecast_csv", present::outlook_csv(Some(&outlook())));
    let json = present::json(&outlook()).expect("plain keys");
    let data: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let month = data["months"][1].as_object().expect("a month");
    let keys: Vec<&str> = month.keys().map(String::as_str).collect();
    for key in [
        "month",
        "p10",
        "p20",
        "p50",
        "p80",
        "p90",
        "mean",
        "booked",
        "open_pipeline",
        "new_leads",
        "target",
        "p_attain",
    ] {
        assert!(keys.contains(&key), "{key} is missing");
    }
    assert!(month["target"].is_null() && month["p_attain"].is_null());
    assert_eq!(month["month"], "2026-08");
    // Without a forecast the file has its header, so that nothing of an earlier run stays.
    assert_eq!(present::outlook_csv(None).lines().count(), 1);
}
