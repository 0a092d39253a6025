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
        self.into_reject(&source.name, row.line, source.text(row.range.clone()))
    }

    /// The row set aside: its file, its line there, and its text.
    pub(super) fn into_reject(self, file: &str, row: u64, line: String) -> Reject {
        Reject {
            file: file.to_owned(),
            row,
            column: self.column,
            code: self.code,
            reason: self.reason,
            line,
        }
    }

    /// A fault of the row's value in a column.
    pub(super) fn of_column(column: &str, code: &'static str, reason: String) -> Self {
        Self {
            column: column.to_owned(),
            code,
            reason,
        }
    }

    /// A lead without a name of its own.
    pub(super) fn empty_id(column: &str) -> Self {
        let reason = "the row has no identifier; every lead needs one of its own".to_owned();
        Self::of_column(column, "empty-id", reason)
    }

    /// A lead that is there already, at `first`.
    pub(super) fn duplicate_id(column: &str, id: &str, first: &str) -> Self {
        let reason = format!("the lead `{id}` is already at {first}; keep one row of each lead");
        Self::of_column(column, "duplicate-id", reason)
    }

    /// A lead won for less than nothing.
    pub(super) fn negative_amount(column: &str, amount: f64) -> Self {
        let reason = format!(
            "the lead was won for {amount}; a refund is no deal: take it from the amount of the deal that it belongs to, or, if \
             negative amounts are refunds of their month, write `refunds = \"amount\"` under [money]"
        );
        Self::of_column(column, "negative-amount", reason)
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
