//! Results as CSV: comma, quotes where needed, a newline after each row, UTF-8; nothing that a spreadsheet would run.

use crate::domain::{Probability, sheet_text};

/// Rows under a header.
pub(crate) struct Csv(csv::Writer<Vec<u8>>);

impl Csv {
    /// A file with a header.
    pub(crate) fn new(header: &[&str]) -> Self {
        let mut csv = Self(csv::WriterBuilder::new().from_writer(Vec::new()));
        csv.row(header);
        csv
    }

    /// Adds a row.
    pub(crate) fn row<T: AsRef<str>>(&mut self, fields: &[T]) {
        // Writing to memory fails only on rows of unequal length, which would be our own mistake.
        let written = (self.0).write_record(
            fields
                .iter()
                .map(|field| sheet_text(field.as_ref()).into_owned()),
        );
        debug_assert!(written.is_ok(), "a row has another length than the header");
    }

    /// The text.
    pub(crate) fn finish(self) -> String {
        let bytes = self.0.into_inner().unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default()
    }
}

/// A probability with six decimals; empty where there is none.
pub(crate) fn probability(value: Option<Probability>) -> String {
    share(value.map(Probability::get))
}

/// A share with six decimals; empty where there is none.
pub(crate) fn share(value: Option<f64>) -> String {
    value.map_or_else(String::new, |share| format!("{share:.6}"))
}

/// Money with two decimals; empty where there is none.
pub(crate) fn money(value: Option<f64>) -> String {
    value.map_or_else(String::new, |money| format!("{money:.2}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_where_needed_and_leaves_nothing_where_there_is_nothing() {
        let mut csv = Csv::new(&["a", "b"]);
        csv.row(&["1, 2", "say \"hi\""]);
        csv.row(&["=1+1", "-2"]);
        csv.row(&[money(None), money(Some(1234.5))]);
        csv.row(&[probability(Some(Probability::clamped(0.5))), share(None)]);
        assert_eq!(
            csv.finish(),
            "a,b\n\"1, 2\",\"say \"\"hi\"\"\"\n'=1+1,-2\n,1234.50\n0.500000,\n"
        );
    }
}
