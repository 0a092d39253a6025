//! Faults in what a person wrote: one stable code, one place, one hint each.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// How bad a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; the run goes on.
    Warning,
    /// The run cannot go on.
    Error,
}

/// Where a fault is: file, line and column, both counted from 1 (column in characters). Line 0 means that only the
/// byte range is known yet; whoever knows the file completes it with [`Faults::located`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file, as the user would type it.
    pub file: PathBuf,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Byte range in the file, for underlining.
    #[serde(skip)]
    pub span: std::ops::Range<usize>,
}

impl Place {
    /// The place of a byte range in `text`, the content of `file`.
    pub fn new(file: impl Into<PathBuf>, text: &str, span: std::ops::Range<usize>) -> Self {
        let mut start = span.start.min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let before = &text[..start];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        Self {
            file: file.into(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            span,
        }
    }
}

impl Place {
    /// A byte range of a file that somebody else knows.
    pub fn unlocated(span: std::ops::Range<usize>) -> Self {
        Self {
            file: PathBuf::new(),
            line: 0,
            column: 0,
            span,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file.display(), self.line, self.column)
    }
}

/// One fault of a project file, a rule file or the data that they describe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Stable kebab-case code, listed in `docs/faults.md`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Where, if it has a place in a file.
    pub place: Option<Place>,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Fault {
    /// An error without place or hint yet.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            place: None,
            hint: None,
        }
    }

    /// A warning without place or hint yet.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, message)
        }
    }

    /// The same fault at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same fault with what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place.as_ref().filter(|place| place.line > 0) {
            write!(f, "{place}: ")?;
        }
        write!(f, "{} [{}]", self.message, self.code)?;
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

/// All the faults found, in the order of their places.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// Adds one.
    pub fn push(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// The same faults, those that know only their byte range placed in `text`, the content of `file`.
    #[must_use]
    pub fn located(mut self, file: &Path, text: &str) -> Self {
        for fault in &mut self.0 {
            if let Some(place) = fault.place.as_mut().filter(|place| place.line == 0) {
                *place = Place::new(file, text, place.span.clone());
            }
        }
        self
    }

    /// The same faults in the order of their places (file, line, column), those without a place last.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.0.sort_by_key(|fault| {
            let place = fault.place.clone();
            (
                place.is_none(),
                place.map(|place| (place.file, place.line, place.column)),
            )
        });
        self
    }

    /// Whether any of them is an error.
    pub fn any_error(&self) -> bool {
        self.0.iter().any(|fault| fault.severity == Severity::Error)
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.0.iter().enumerate() {
            write!(f, "{}{fault}", if i == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}
