//! The side tables `[stages]`, `[activities]`, `[spend]`, `[targets]`, and `[values]`.

use std::io::BufRead;
use std::path::Path;

use super::checked::{ActivitiesSpec, DecimalMark, SpendSpec, StagesSpec, TargetsSpec, Values};
use super::paths;
use super::written::{At, Section};

/// Says where a key belongs that was written in the wrong table.
pub(super) type Home<'h> = &'h dyn Fn(&str) -> Option<String>;

/// Reads `[stages]`.
pub(super) fn stages(section: Section<'_, '_>, root: &Path, home: Home<'_>) -> Option<StagesSpec> {
    let file = paths::file(&section, root, "file");
    let order = section.texts("order").unwrap_or_default();
    for (i, stage) in order.iter().enumerate() {
        if order[..i].iter().any(|other| other.value == stage.value) {
            section.walk.error(
                "stage-twice",
                stage.span.clone(),
                format!("the stage \"{}\" is named twice", stage.value),
                "each stage has one place in the order",
            );
        }
    }
    let (id, stage) = (
        section.text_or("id", "lead_id"),
        section.text_or("stage", "stage"),
    );
    let entered = section.text_or("entered", "entered_at");
    section.finish_with(home);
    Some(StagesSpec {
        file: file?,
        id,
        stage,
        entered,
        order: plain(order),
    })
}

/// Reads `[activities]`.
pub(super) fn activities(section: Section<'_, '_>, root: &Path, home: Home<'_>) -> ActivitiesSpec {
    let file = paths::file(&section, root, "file");
    let header = Header::of(file.as_deref());
    let spec = ActivitiesSpec {
        file: file.unwrap_or_default(),
        id: section.text_or("id", "lead_id"),
        at: section.text_or("at", "at"),
        kind: header.optional(&section, "kind", "kind"),
        owner: header.optional(&section, "owner", "owner"),
        result: header.optional(&section, "result", "result"),
        planned: header.optional(&section, "planned", "planned_at"),
        answered: section.texts("answered").map(plain),
    };
    section.finish_with(home);
    spec
}

/// Reads `[spend]`.
pub(super) fn spend(section: Section<'_, '_>, root: &Path, home: Home<'_>) -> SpendSpec {
    let file = paths::file(&section, root, "file");
    let header = Header::of(file.as_deref());
    let spec = SpendSpec {
        file: file.unwrap_or_default(),
        month: section.text_or("month", "month"),
        source: section.text_or("source", "source"),
        spend: section.text_or("spend", "spend"),
        visits: header.optional(&section, "visits", "visits"),
        clicks: header.optional(&section, "clicks", "clicks"),
    };
    section.finish_with(home);
    spec
}

/// Reads `[targets]`.
pub(super) fn targets(section: Section<'_, '_>, root: &Path, home: Home<'_>) -> TargetsSpec {
    let file = paths::file(&section, root, "file");
    let header = Header::of(file.as_deref());
    let spec = TargetsSpec {
        file: file.unwrap_or_default(),
        month: section.text_or("month", "month"),
        owner: header.optional(&section, "owner", "owner"),
        target: section.text_or("target", "target"),
    };
    section.finish_with(home);
    spec
}

/// Reads the words of `[values]`, but for `dates`, which belongs to the calendar.
///
/// The defaults are safe in any export: 1 and 0 stay numbers and "NA" stays text, unless the project says otherwise.
pub(super) fn values(section: Option<&Section<'_, '_>>) -> Values {
    let own = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
    let mut values = Values {
        yes: own(&["yes", "Yes", "YES", "true", "True", "TRUE", "是"]),
        no: own(&["no", "No", "NO", "false", "False", "FALSE", "否"]),
        missing: own(&["NULL", "null", "N/A", "n/a", "#N/A", "NaN", "nan"]),
        decimal: None,
    };
    let Some(section) = section else {
        return values;
    };
    values.decimal = section.choice(
        "decimal",
        &[(".", DecimalMark::Point), (",", DecimalMark::Comma)],
    );
    if let Some(missing) = section.texts("missing") {
        values.missing = plain(missing);
    }
    if let Some(booleans) = section.section("booleans") {
        let yes = booleans.texts("yes");
        let no = booleans.texts("no");
        for key in ["yes", "no"] {
            if !booleans.has(key) {
                booleans.missing(
                    key,
                    "list the words for both: { yes = [\"Y\"], no = [\"N\"] }",
                );
            }
        }
        let (yes, no) = (yes.unwrap_or_default(), no.unwrap_or_default());
        for both in no
            .iter()
            .filter(|no| yes.iter().any(|yes| yes.value == no.value))
        {
            booleans.walk.error(
                "yes-and-no",
                both.span.clone(),
                format!("\"{}\" means both yes and no", both.value),
                "keep it in one of the two lists",
            );
        }
        (values.yes, values.no) = (plain(yes), plain(no));
        booleans.finish();
    }
    values
}

fn plain(texts: Vec<At<String>>) -> Vec<String> {
    texts.into_iter().map(|text| text.value).collect()
}

/// The first line of a side file: a column that the project does not name is taken under its usual name if it is there.
struct Header(Option<String>);

impl Header {
    /// None if there is no file, or none of lines of text; then the usual names are taken on trust.
    fn of(file: Option<&Path>) -> Self {
        let text = file.filter(|file| {
            let kind = file.extension().and_then(|kind| kind.to_str());
            kind.is_some_and(|kind| ["csv", "tsv", "txt"].contains(&kind.to_lowercase().as_str()))
        });
        Self(text.and_then(|file| {
            let mut line = Vec::new();
            let reader = std::io::BufReader::new(std::fs::File::open(file).ok()?);
            std::io::Read::take(reader, 1 << 16)
                .read_until(b'\n', &mut line)
                .ok()?;
            Some(String::from_utf8_lossy(&line).into_owned())
        }))
    }

    /// The column written for a key, else the usual one if the file has it.
    fn optional(
        &self,
        section: &Section<'_, '_>,
        key: &'static str,
        usual: &str,
    ) -> Option<String> {
        if let Some(written) = section.text(key) {
            return Some(written.value);
        }
        let there = self.0.as_ref().is_none_or(|line| {
            line.split([',', ';', '\t', '|'])
                .any(|name| name.trim_matches(['"', ' ', '\r', '\n', '\u{feff}']) == usual)
        });
        there.then(|| usual.to_owned())
    }
}
