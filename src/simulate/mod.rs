//! (temporary stand-in, to be dropped when the room is merged)
#![allow(missing_docs)]
use crate::domain::Day;
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    En,
    Zh,
}
#[derive(Debug, Clone)]
pub struct Company {
    pub leads: u64,
    pub seed: u64,
    pub months: i32,
    pub as_of: Day,
    pub language: Language,
    pub project_file: bool,
    pub overwrite: bool,
}
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    #[error("not simulated")]
    Stub,
    #[error("out of range")]
    OutOfRange {},
    #[error("{} is there already", path.display())]
    Exists { path: std::path::PathBuf },
}
#[derive(Debug, Clone, serde::Serialize)]
pub struct Summary {
    pub leads: u64,
}
/// # Errors
/// Always.
pub fn write(
    company: &Company,
    dir: &std::path::Path,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary, SimulateError> {
    let _ = (company, dir, progress);
    Err(SimulateError::Stub)
}
