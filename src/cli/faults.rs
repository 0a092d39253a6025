//! Faults shown in the lines of the files that they are in.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report,
};

use crate::domain::{Fault, Faults, Severity};
use crate::present::{fill, in_language, words};
use crate::project::Language;

/// Width that messages are wrapped at.
const WIDTH: usize = 110;

/// All the faults, each with the line that it is in, and how many there are.
pub(crate) fn render(faults: &Faults, colour: bool, language: Language) -> String {
    let words = words(language);
    let theme = if colour {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(WIDTH)
        .with_links(false)
        .with_context_lines(1);
    let mut files = BTreeMap::new();
    let mut text = String::new();
    for fault in &faults.0 {
        let _ = writeln!(text, "{}", headline(fault, language));
        let source = fault.place.as_ref().and_then(|place| {
            let content = content_of(&place.file, &mut files)?;
            content.get(place.span.clone()).is_some().then_some(content)
        });
        if let (Some(place), Some(content)) = (&fault.place, source) {
            text.push_str(&snippet(&handler, &place.file, content, place.span.clone()));
        }
        if let Some(hint) = &fault.hint {
            let hint = in_language(hint, language);
            let _ = writeln!(text, "  {}{}{hint}", words.hint, words.colon);
        }
    }
    let errors = faults.0.iter().filter(|f| f.severity == Severity::Error);
    let errors = errors.count();
    if errors > 1 {
        let n = errors.to_string();
        let _ = writeln!(text, "{}", fill(words.faults, &[("n", &n)]));
    }
    text
}

/// `forerun.toml:12:1: error: unknown key `creatd` [unknown-key]`
fn headline(fault: &Fault, language: Language) -> String {
    let words = words(language);
    let severity = match fault.severity {
        Severity::Error => words.error,
        Severity::Warning => words.warning,
    };
    let place = fault.place.as_ref();
    let place = place.map_or_else(String::new, |place| format!("{place}: "));
    let message = in_language(&fault.message, language);
    format!("{place}{severity}{}{message} [{}]", words.colon, fault.code)
}

/// The lines of the file with the fault underlined, as miette draws them, without miette's own headline.
fn snippet(
    handler: &GraphicalReportHandler,
    file: &Path,
    content: &str,
    span: std::ops::Range<usize>,
) -> String {
    let diagnostic =
        MietteDiagnostic::new("").with_label(LabeledSpan::underline(one_line(content, span)));
    let source = NamedSource::new(file.display().to_string(), content.to_owned());
    let report = Report::new(diagnostic).with_source_code(source);
    let mut drawn = String::new();
    if handler.render_report(&mut drawn, report.as_ref()).is_err() {
        return String::new();
    }
    // The line with the file's name is in the headline already; only the file's own lines and the underline stay.
    let is_source = |line: &&str| line.contains('│') || line.contains('·');
    drawn
        .lines()
        .filter(is_source)
        .fold(String::new(), |mut text, line| {
            let _ = writeln!(text, "{}", line.trim_end());
            text
        })
}

/// The part of a span that lies in its first line: a whole table would fill the screen.
fn one_line(content: &str, span: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let end = content[span.clone()]
        .find(['\r', '\n'])
        .map_or(span.end, |i| span.start + i);
    span.start..end
}

fn content_of<'a>(
    file: &Path,
    files: &'a mut BTreeMap<PathBuf, Option<String>>,
) -> Option<&'a str> {
    files
        .entry(file.to_owned())
        .or_insert_with(|| std::fs::read_to_string(file).ok())
        .as_deref()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Place;

    #[test]
    fn a_fault_stands_in_its_own_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("forerun.toml");
        let text = "[leads]\ncreatd = \"日期\"\nid = \"lead_id\"\n";
        std::fs::write(&file, text).expect("written");
        let faults = Faults(vec![
            Fault::error("unknown-key", "`creatd` is not a key of [leads]")
                .at(Place::new(&file, text, 8..14))
                .hint("did you mean `created`?"),
            Fault::warning("hidden-rule", "no place").at(Place::new("gone.toml", "", 0..3)),
        ]);
        let shown =
            render(&faults, false, Language::En).replace(&*folder.path().to_string_lossy(), "DIR");
        insta::assert_snapshot!(shown, @r#"
        DIR/forerun.toml:2:1: error: `creatd` is not a key of [leads] [unknown-key]
         1 │ [leads]
         2 │ creatd = "日期"
           · ──────
         3 │ id = "lead_id"
          hint: did you mean `created`?
        gone.toml:1:1: warning: no place [hidden-rule]
        "#);
    }

    #[test]
    fn spans_outside_the_file_are_no_trouble() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.toml");
        std::fs::write(&file, "日").expect("written");
        for span in [1..2, 0..9, 7..9, 0..0, 3..3] {
            let place = Place::new(&file, "日", span);
            let text = render(
                &Faults(vec![Fault::error("bad-date", "y").at(place)]),
                false,
                Language::En,
            );
            assert!(text.contains("error: y [bad-date]"));
        }
    }
}
