//! Why a row as it stands in its file cannot be read.

use csv::ByteRecord;

use crate::domain::Reject;
use crate::read::rows::Row;
use crate::read::source::Source;
use crate::read::values::Unfit;

/// Why a row cannot be read.
pub(super) struct RowFault {
    column: String,
    code: &'static str,
    reason: String,
}

impl RowFault {
    pub(super) fn value(column: &str, unfit: Unfit, field: &[u8]) -> Self {
        let value = String::from_utf8_lossy(field);
        Self {
            column: column.to_owned(),
            code: unfit.code(),
            reason: format!("`{column}` holds {}", unfit.reason(value.trim())),
        }
    }

    pub(super) fn reject(self, source: &Source, row: &Row) -> Reject {
        Reject {
            file: source.name.clone(),
            row: row.line,
            column: self.column,
            code: self.code,
            reason: self.reason,
            line: source.text(row.range.clone()),
        }
    }
}

pub(super) fn is_text(record: &ByteRecord) -> bool {
    record
        .iter()
        .all(|field| std::str::from_utf8(field).is_ok())
}

pub(super) fn not_text() -> RowFault {
    RowFault {
        column: String::new(),
        code: "not-utf8",
        reason: "the row holds bytes that are not UTF-8 text; save the file as `CSV UTF-8`"
            .to_owned(),
    }
}

pub(super) fn open_quote() -> RowFault {
    RowFault {
        column: String::new(),
        code: "open-quote",
        reason: "a quotation mark is opened in this row and not closed as it should be; \
                 close it, or double the quotation marks that are part of the text"
            .to_owned(),
    }
}

pub(super) fn wrong_width(record: &ByteRecord, width: usize, delimiter: u8) -> RowFault {
    let found = record.len();
    let fields = if found == 1 { "field" } else { "fields" };
    let whole_line_quoted = found == 1 && record.as_slice().contains(&delimiter);
    let hint = if whole_line_quoted {
        "; the whole row stands in one pair of quotation marks: take them away"
    } else if found > width {
        "; a text with the delimiter in it must stand in quotation marks"
    } else {
        "; the row may have been cut off or broken in two"
    };
    RowFault {
        column: String::new(),
        code: "wrong-field-count",
        reason: format!("the row has {found} {fields} where the header has {width}{hint}"),
    }
}
