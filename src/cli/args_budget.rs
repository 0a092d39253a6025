//! The command line of `budget`.

use std::path::PathBuf;

use clap::Args;

/// What `budget --help` says.
pub(crate) const LONG_ABOUT: &str = "\
Learns from the months behind how the leads of each source follow what is spent on it, takes what a lead of each is worth from \
`forerun sources`, and splits a month's total so that the last yuan brings the same everywhere, within bounds around what \
each source gets now. Shows what is expected at the present mix and at the split, and the probability that the split brings more. \
It advises a split only if that is at least 80 %, says when spend moved too little to tell, warns when spend follows demand, \
and proposes the cheapest trial that would tell.

Examples:
  forerun budget
  forerun budget --total 250,000
  forerun budget --bounds 0.5 --out budget.csv
  forerun budget --explore

Next: move a part, and look again when the leads have had their time; docs/budget.md says what each number means.";

/// `budget`.
#[derive(Debug, Args)]
pub(crate) struct BudgetArgs {
    /// Money to split, for a month, e.g. 250,000 [default: what a month costs now, the mean of the last three]
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    pub(crate) total: Option<f64>,
    /// How far a source may move from the present mix, as a share of it: 0.3 is 30 % up or down
    #[arg(long, value_name = "SHARE", default_value_t = 0.3, value_parser = share)]
    pub(crate) bounds: f64,
    /// Split by one draw of what is believed, another one every month: it learns what may be best while it earns
    #[arg(long)]
    pub(crate) explore: bool,
    /// Write the split to this file, as CSV
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// An amount above 0, with or without separators of thousands.
pub(crate) fn amount(text: &str) -> Result<f64, String> {
    let plain = text.replace([',', '_', ' ', '\''], "");
    match plain.parse::<f64>() {
        Ok(amount) if amount > 0.0 && amount < 1e12 => Ok(amount),
        Ok(_) => Err(format!("{text} is not an amount above 0")),
        Err(_) => Err(format!("{text} is not a number")),
    }
}

/// A share above 0 and up to 1.
pub(crate) fn share(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(share) if share > 0.0 && share <= 1.0 => Ok(share),
        Ok(_) => Err(format!(
            "{text} is not a share above 0 and up to 1; 0.3 is 30 %"
        )),
        Err(_) => Err(format!("{text} is not a number; 0.3 is 30 %")),
    }
}
