//! Rules: how broken ones are explained, what each operator means, and what was known on a day.

mod support;

use forerun::domain::{
    Activities, Column, Known, Leads, Moment, Outcome, Role, StageHistory, Table, Timeline,
};
use forerun::project::load as load_project;
use forerun::segment::{Rules, assign, explain, lint, load, undated_fields};
use support::{Folder, add, day, leads, project_with_rules, texts};

/// Every fault of every broken rule file, in one snapshot a file.
#[test]
fn broken_rules_are_explained() {
    insta::glob!("broken/rules/*.toml", |path| {
        let path = path
            .strip_prefix(env!("CARGO_MANIFEST_DIR"))
            .expect("a file of this package");
        let faults = load(&project_with_rules(path)).expect_err("a broken rule file");
        insta::assert_snapshot!(faults.to_string());
    });
}

/// Rules from a text; segments `a`, `b` ... from conditions are made by [`segments`].
fn rules(text: &str) -> Rules {
    let folder = Folder::new().with("rules.toml", text);
    load(&project_with_rules(&folder.path("rules.toml")))
        .unwrap_or_else(|faults| panic!("{faults}"))
        .expect("there are rules")
}

/// One segment for each condition, `a` first, and the default `none`.
fn segments(hit: &str, conditions: &[&str]) -> Rules {
    let mut text = format!("[policy]\nhit = \"{hit}\"\ndefault = \"none\"\n");
    for (name, when) in ('a'..='z').zip(conditions) {
        let name = name.to_string();
        let head = "[[segment]]\nintent = \"low\"\nname = \"";
        text.push_str(&[head, &name, "\"\nwhen = ", when, "\n"].concat());
    }
    rules(&(text + "[[segment]]\nname = \"none\"\nintent = \"none\"\n"))
}

const CREATION: Known = Known::Creation { declared: false };

/// Four leads with one column of each kind, the last value of each missing; as of 2026-07-01.
fn kinds() -> Leads {
    let mut leads = leads("2026-07-01", &[("2026-01-01", "", Outcome::Open); 4]);
    let date = |text: &str| text.parse().ok();
    let moment = |text: &str, hour: i64| {
        Some(Moment::from_seconds(
            day(text).start().seconds() + hour * 3600,
        ))
    };
    add(
        &mut leads,
        "n",
        Column::Number(vec![1.0, 2.0, 3.0, f64::NAN]),
        CREATION,
    );
    add(
        &mut leads,
        "t",
        texts(&["Search", "Event hall", "search", ""]),
        CREATION,
    );
    add(
        &mut leads,
        "b",
        Column::Boolean(vec![Some(true), Some(false), Some(true), None]),
        CREATION,
    );
    add(
        &mut leads,
        "d",
        Column::Date(vec![
            date("2026-06-30"),
            date("2026-06-24"),
            date("2026-06-23"),
            None,
        ]),
        CREATION,
    );
    add(
        &mut leads,
        "m",
        Column::Moment(vec![
            moment("2026-06-30", 13),
            moment("2026-06-30", 11),
            moment("2026-07-01", 0),
            None,
        ]),
        CREATION,
    );
    leads
}

/// Which of the leads match, as a word of 1 and 0.
fn hits(leads: &Leads, when: &str) -> String {
    let found = assign(&segments("first", &[when]), leads, leads.as_of)
        .unwrap_or_else(|faults| panic!("{when}: {faults}"));
    found
        .segment
        .iter()
        .map(|&segment| if segment == 0 { '1' } else { '0' })
        .collect()
}

#[test]
fn every_operator_on_every_kind() {
    let leads = kinds();
    for (when, expected) in [
        ("{ field = \"n\", is = 2 }", "0100"),
        ("{ field = \"n\", is_not = 2 }", "1011"),
        ("{ field = \"n\", one_of = [1, 3.0] }", "1010"),
        ("{ field = \"n\", not_one_of = [1, 3] }", "0101"),
        ("{ field = \"n\", at_least = 2 }", "0110"),
        ("{ field = \"n\", at_most = 2 }", "1100"),
        ("{ field = \"n\", more_than = 2 }", "0010"),
        ("{ field = \"n\", less_than = 2 }", "1000"),
        ("{ field = \"n\", between = [1, 2] }", "1100"),
        ("{ field = \"n\", missing = true }", "0001"),
        ("{ field = \"n\", present = true }", "1110"),
        ("{ field = \"t\", is = \"Search\" }", "1000"),
        ("{ field = \"t\", is_not = \"Search\" }", "0111"),
        (
            "{ field = \"t\", one_of = [\"Search\", \"search\"] }",
            "1010",
        ),
        (
            "{ field = \"t\", not_one_of = [\"Search\", \"search\"] }",
            "0101",
        ),
        ("{ field = \"t\", contains = \"EARCH\" }", "1010"),
        ("{ field = \"t\", starts_with = \"Se\" }", "1000"),
        ("{ field = \"t\", matches = '^(?i)s|hall$' }", "1110"),
        ("{ field = \"t\", missing = true }", "0001"),
        ("{ field = \"b\", is = true }", "1010"),
        ("{ field = \"b\", is_not = true }", "0101"),
        ("{ field = \"d\", is = \"2026-06-24\" }", "0100"),
        ("{ field = \"d\", is = 2026-06-24 }", "0100"),
        ("{ field = \"d\", at_least = \"2026-06-24\" }", "1100"),
        ("{ field = \"d\", within = \"7d\" }", "1100"),
        ("{ field = \"d\", older_than = \"7d\" }", "0010"),
        ("{ field = \"d\", within = \"1mo\" }", "1110"),
        ("{ field = \"m\", within = \"12h\" }", "1000"),
        ("{ field = \"m\", older_than = \"12h\" }", "0100"),
        ("{ field = \"m\", is = \"2026-06-30\" }", "1100"),
        ("{ field = \"m\", more_than = \"2026-06-30\" }", "0010"),
        (
            "{ field = \"m\", more_than = \"2026-06-30 11:00\" }",
            "1010",
        ),
        ("{ field = \"m\", at_most = 2026-06-30T11:00:00 }", "0100"),
        (
            "{ all = [ { field = \"n\", at_least = 2 }, { field = \"b\", is = true } ] }",
            "0010",
        ),
        (
            "{ any = [ { field = \"n\", at_least = 3 }, { field = \"b\", is = false } ] }",
            "0110",
        ),
        (
            "{ none = [ { field = \"n\", at_least = 3 }, { field = \"b\", is = false } ] }",
            "1001",
        ),
    ] {
        assert_eq!(hits(&leads, when), expected, "{when}");
    }
}

#[test]
fn a_month_back_from_the_31st_is_the_last_day_of_a_shorter_month() {
    let mut leads = leads("2026-03-31", &[("2026-01-01", "", Outcome::Open); 2]);
    let dates = ["2026-02-28", "2026-02-27"].map(|text| Some(day(text)));
    add(&mut leads, "d", Column::Date(dates.to_vec()), CREATION);
    assert_eq!(hits(&leads, "{ field = \"d\", within = \"1mo\" }"), "10");
}

#[test]
fn first_match_decides_and_all_gives_tags() {
    let leads = kinds();
    let conditions = [
        "{ field = \"n\", at_least = 3 }",
        "{ field = \"n\", at_least = 2 }",
        "{ field = \"b\", present = true }",
    ];
    let first = assign(&segments("first", &conditions), &leads, leads.as_of).expect("segments");
    assert_eq!(first.names, ["a", "b", "c", "none"]);
    assert_eq!(first.segment, [2, 1, 0, 3]);
    assert!(first.tags.is_empty());
    let all = assign(&segments("all", &conditions), &leads, leads.as_of).expect("segments");
    assert_eq!(all.segment, first.segment);
    assert_eq!(all.tags, [vec![], vec![2], vec![1, 2], vec![]]);
}

/// A lead with history: activities on 10 and 20 June, stages on 1 and 15 June, contacted on 10 June, won on 25 June.
fn storied() -> Leads {
    let mut leads = leads(
        "2026-07-01",
        &[
            ("2026-06-01", "2026-06-25", Outcome::Won),
            ("2026-06-12", "", Outcome::Open),
        ],
    );
    let at = |text: &str| day(text).start();
    let (timeline, _) = Timeline::new(2, &[(0, at("2026-06-10")), (0, at("2026-06-20"))]);
    leads.activities = Some(Activities {
        timeline,
        table: Table::with_rows(2),
        ..Activities::default()
    });
    let entered = [
        (0, at("2026-06-01")),
        (0, at("2026-06-15")),
        (1, at("2026-06-12")),
    ];
    let (timeline, _) = Timeline::new(2, &entered);
    leads.stages = Some(StageHistory {
        timeline,
        stage: vec![0, 1, 0],
        names: vec!["New".to_owned(), "Deal".to_owned()],
        ordered: 2,
    });
    leads.contacted = vec![Some(day("2026-06-10")), None];
    add(&mut leads, "phase", texts(&["Done", "New"]), CREATION);
    add(
        &mut leads,
        "minutes",
        Column::Number(vec![30.0, f64::NAN]),
        Known::Contact,
    );
    add(&mut leads, "why", texts(&["Price", ""]), Known::Close);
    add(
        &mut leads,
        "paid_sum",
        Column::Number(vec![900.0, f64::NAN]),
        Known::Close,
    );
    add(&mut leads, "source", texts(&["Search", "Event"]), CREATION);
    leads.roles.insert(Role::Stage, "phase".to_owned());
    leads.roles.insert(Role::Amount, "paid_sum".to_owned());
    leads.roles.insert(Role::Source, "source".to_owned());
    leads
}

#[test]
fn fields_are_read_as_they_were_known_on_the_day() {
    let leads = storied();
    let on = |when: &str, date: &str| {
        let found = assign(&segments("first", &[when]), &leads, day(date)).expect("segments");
        found.segment[0] == 0
    };
    for (when, before, after) in [
        (
            "{ field = \"age_days\", at_least = 10 }",
            "2026-06-10",
            "2026-06-11",
        ),
        (
            "{ field = \"days_in_stage\", is = 14 }",
            "2026-06-14",
            "2026-06-15",
        ),
        (
            "{ field = \"days_in_stage\", is = 1 }",
            "2026-06-15",
            "2026-06-16",
        ),
        (
            "{ field = \"stage\", is = \"Deal\" }",
            "2026-06-15",
            "2026-06-16",
        ),
        (
            "{ field = \"phase\", is = \"Deal\" }",
            "2026-06-15",
            "2026-06-16",
        ),
        (
            "{ field = \"last_activity_at\", present = true }",
            "2026-06-10",
            "2026-06-11",
        ),
        (
            "{ field = \"last_activity_at\", is = \"2026-06-20\" }",
            "2026-06-20",
            "2026-06-21",
        ),
        (
            "{ field = \"activities_7d\", is = 0 }",
            "2026-06-17",
            "2026-06-18",
        ),
        (
            "{ field = \"minutes\", present = true }",
            "2026-06-10",
            "2026-06-11",
        ),
        (
            "{ field = \"why\", is = \"Price\" }",
            "2026-06-25",
            "2026-06-26",
        ),
        (
            "{ field = \"amount\", at_least = 1 }",
            "2026-06-25",
            "2026-06-26",
        ),
        (
            "{ field = \"paid_sum\", at_least = 1 }",
            "2026-06-25",
            "2026-06-26",
        ),
        (
            "{ field = \"closed\", present = true }",
            "2026-06-25",
            "2026-06-26",
        ),
    ] {
        assert!(!on(when, before), "{when} holds already on {before}");
        assert!(on(when, after), "{when} does not hold yet on {after}");
    }
}

/// Cutting the leads first or asking for an earlier day gives the same segments.
#[test]
fn an_earlier_day_is_the_same_as_earlier_leads() {
    let leads = storied();
    let rules = segments(
        "all",
        &[
            "{ field = \"stage\", is = \"Deal\" }",
            "{ field = \"why\", present = true }",
            "{ field = \"minutes\", present = true }",
            "{ field = \"activities_7d\", at_least = 1 }",
            "{ field = \"amount\", present = true }",
            "{ field = \"closed\", present = true }",
        ],
    );
    for date in [
        "2026-06-05",
        "2026-06-11",
        "2026-06-16",
        "2026-06-22",
        "2026-06-26",
        "2026-07-01",
    ] {
        let cut = leads.as_of(day(date));
        let of_cut = assign(&rules, &cut, day(date)).expect("segments");
        let of_all = assign(&rules, &leads, day(date)).expect("segments");
        for (row, id) in cut.ids.iter().enumerate() {
            let same = leads
                .ids
                .iter()
                .position(|other| other == id)
                .expect("the same lead");
            assert_eq!(of_cut.segment[row], of_all.segment[same], "{id} on {date}");
            assert_eq!(of_cut.tags[row], of_all.tags[same], "{id} on {date}");
        }
    }
}

#[test]
fn without_history_the_stage_of_an_earlier_day_is_not_known() {
    let mut leads = storied();
    leads.stages = None;
    let rules = segments("first", &["{ field = \"stage\", is = \"Done\" }"]);
    let of = |date: &str| assign(&rules, &leads, day(date)).expect("segments").segment[0];
    assert_eq!((of("2026-07-01"), of("2026-06-30")), (0, 1));
}

#[test]
fn undated_fields_keep_a_segment_out_of_the_model() {
    let mut leads = storied();
    let rules = segments(
        "first",
        &[
            "{ field = \"source\", is = \"Search\" }",
            "{ field = \"age_days\", at_least = 3 }",
            "{ field = \"last_activity_at\", within = \"7d\" }",
            "{ field = \"stage\", is = \"Deal\" }",
            "{ field = \"minutes\", at_least = 3 }",
            "{ field = \"why\", is = \"Price\" }",
            "{ field = \"amount\", at_least = 3 }",
        ],
    );
    assert_eq!(undated_fields(&rules, &leads), ["amount", "why"]);
    leads.stages = None;
    assert_eq!(undated_fields(&rules, &leads), ["amount", "stage", "why"]);
    leads.activities = None;
    assert_eq!(
        undated_fields(&rules, &leads),
        ["amount", "minutes", "stage", "why"]
    );
    leads.roles.insert(Role::Contacted, "first".to_owned());
    assert_eq!(undated_fields(&rules, &leads), ["amount", "stage", "why"]);
}

/// All that `lint` says, without the folder of the rules.
fn linted(rules: &Rules, leads: &Leads) -> String {
    let faults = lint(rules, leads);
    let lines: Vec<String> = faults
        .iter()
        .map(|fault| {
            let place = fault.place.as_ref().expect("a place");
            let text = format!(
                "{}:{} {:?}: {} [{}]",
                place.line, place.column, fault.severity, fault.message, fault.code
            );
            fault
                .hint
                .as_ref()
                .map_or(text.clone(), |hint| format!("{text}\n  hint: {hint}"))
        })
        .collect();
    lines.join("\n")
}

#[test]
fn rules_held_against_the_data_wrong_fields() {
    let mut leads = kinds();
    add(
        &mut leads,
        "age_days",
        Column::Number(vec![1.0; 4]),
        CREATION,
    );
    add(&mut leads, "channel", texts(&["x"; 4]), CREATION);
    leads.roles.insert(Role::Channel, "t".to_owned());
    let rules = segments(
        "first",
        &[
            "{ field = \"N \", at_least = 1 }",
            "{ field = \"colour\", is = \"red\" }",
            "{ field = \"age_days\", at_least = 1 }",
            "{ field = \"channel\", is = \"x\" }",
            "{ field = \"days_in_stage\", at_least = 1 }",
            "{ field = \"last_activity_at\", within = \"7d\" }",
        ],
    );
    insta::assert_snapshot!(linted(&rules, &leads));
}

#[test]
fn rules_held_against_the_data_wrong_kinds() {
    let leads = kinds();
    let rules = segments(
        "first",
        &[
            "{ field = \"n\", is = \"many\" }",
            "{ field = \"t\", is = 3 }",
            "{ field = \"b\", is = \"Yes\" }",
            "{ field = \"d\", within = \"12h\" }",
            "{ field = \"m\", contains = \"2026\" }",
        ],
    );
    insta::assert_snapshot!(linted(&rules, &leads));
    let rules = segments(
        "first",
        &[
            "{ field = \"t\", at_least = 3 }",
            "{ field = \"n\", within = \"3d\" }",
        ],
    );
    insta::assert_snapshot!(linted(&rules, &leads));
}

#[test]
fn rules_held_against_the_data_idle_rules() {
    let leads = kinds();
    let conditions = [
        "{ field = \"n\", at_least = 2 }",
        "{ field = \"n\", is = 3 }",
        "{ field = \"n\", at_least = 99 }",
        "{ field = \"t\", one_of = [\"Search\", \"Serach\"] }",
    ];
    insta::assert_snapshot!(linted(&segments("first", &conditions), &leads));
    let all = linted(&segments("all", &conditions), &leads);
    assert!(!all.contains("hidden-rule"), "every match is given: {all}");
}

#[test]
fn a_test_of_a_field_that_the_data_lacks_is_named() {
    let rules = rules(
        "[policy]\ndefault = \"none\"\n[[segment]]\nname = \"a\"\nintent = \"low\"\n\
         when = { field = \"n\", at_least = 1 }\n[[segment.test]]\nlead = { n = 2, pagse = 3 }\nmatches = true\n\
         [[segment]]\nname = \"none\"\nintent = \"none\"\n",
    );
    let mut leads = kinds();
    add(&mut leads, "pages", Column::Number(vec![1.0; 4]), CREATION);
    insta::assert_snapshot!(linted(&rules, &leads));
}

#[test]
fn why_and_why_not() {
    let leads = kinds();
    let rules = segments(
        "first",
        &[
            "{ all = [ { field = \"n\", at_least = 2 }, { any = [ { field = \"t\", is = \"Search\" }, { field = \"b\", is = true } ] } ] }",
            "{ none = [ { field = \"t\", contains = \"hall\" }, { field = \"n\", is = 7 } ] }",
        ],
    );
    let why: Vec<_> = (0..4)
        .map(|row| explain(&rules, &leads, row, leads.as_of).expect("why"))
        .collect();
    insta::assert_json_snapshot!(why);
    for row in 0..4 {
        let segment = assign(&rules, &leads, leads.as_of)
            .expect("segments")
            .segment[row];
        let first = why[row].iter().position(|why| why.matched);
        assert_eq!(first, Some(segment as usize));
    }
    assert!(
        explain(&rules, &leads, 99, leads.as_of)
            .expect("nothing")
            .is_empty()
    );
}

#[test]
fn tests_beside_rules_may_use_roles_and_their_columns() {
    let folder = support::minimal("source = \"Lead Source\"\n[rules]\nfiles = \"rules.toml\"\n").with(
        "rules.toml",
        "[policy]\ndefault = \"none\"\n[[segment]]\nname = \"a\"\nintent = \"low\"\nlabel = \"A\"\n\
         when = { field = \"source\", is = \"Search\" }\n\
         [[segment.test]]\nlead = { \"Lead Source\" = \"Search\" }\nmatches = true\n\
         [[segment.test]]\nlead = { source = \"\", other = 2 }\nmatches = false\n\
         [[segment]]\nname = \"none\"\nintent = \"none\"\n",
    );
    let project = load_project(&folder.path("forerun.toml")).expect("a project");
    let rules = load(&project)
        .expect("sound rules")
        .expect("there are rules");
    assert_eq!(rules.rules[0].label("zh"), "A");
    assert_eq!(rules.rules[1].label("en"), "none");
}

#[test]
fn without_rule_files_there_are_no_rules() {
    let folder = support::minimal("");
    let project = load_project(&folder.path("forerun.toml")).expect("a project");
    assert!(load(&project).expect("no fault").is_none());
}

#[test]
fn leads_in_another_order_get_the_same_segments() {
    let leads = kinds();
    let rules = segments(
        "first",
        &[
            "{ field = \"t\", contains = \"s\" }",
            "{ field = \"n\", is_not = 2 }",
        ],
    );
    let order = [3, 1, 0, 2];
    let turned = leads.take(&order, leads.as_of);
    let straight = assign(&rules, &leads, leads.as_of)
        .expect("segments")
        .segment;
    let found = assign(&rules, &turned, leads.as_of)
        .expect("segments")
        .segment;
    assert_eq!(found, order.map(|row| straight[row]));
}
