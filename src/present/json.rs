//! Results as JSON.

use serde::Serialize;

/// A result as indented JSON with a newline at its end. What JSON cannot hold (it holds no NaN) becomes `null`.
///
/// # Errors
/// If the result has a key that is not a text; none of ours has.
pub fn pretty(result: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(result)?;
    text.push('\n');
    Ok(text)
}
