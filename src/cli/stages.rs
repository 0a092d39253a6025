//! How the commands speak to the stages: the one place that knows their edges.

use std::collections::BTreeMap;
use std::path::Path;

use crate::cli::failure::Failure;
use crate::domain::{Day, Faults, Kind, Rejects};
use crate::project::Project;
use crate::read::{Dataset, ReadError};
use crate::simulate::SimulateError;

/// Loads the project file, with warnings about it.
pub(crate) fn load_project(file: &Path) -> Result<(Project, Faults), Failure> {
    let project = crate::project::load(file).map_err(Failure::Faults)?;
    Ok((project, Faults::default()))
}

/// Reads the data; columns of the kinds that a model learnt, if one is given.
pub(crate) fn read(
    project: &Project,
    as_of: Option<Day>,
    kinds: &BTreeMap<String, Kind>,
) -> Result<Dataset, Failure> {
    crate::read::dataset_like(project, as_of, kinds).map_err(|error| match error {
        ReadError::Outcome(faults) => Failure::Faults(faults),
        other => Failure::Read(other),
    })
}

/// The rows set aside by a reading that stopped because there were too many of them.
pub(crate) fn rejects_of(failure: &Failure) -> Option<&Rejects> {
    match failure {
        Failure::Read(ReadError::TooManyRejects(many)) => Some(&many.rejects),
        _ => None,
    }
}

/// Writes the rows set aside.
pub(crate) fn write_rejects(rejects: &Rejects, file: &Path) -> Result<(), Failure> {
    Ok(crate::read::write_rejects(rejects, file)?)
}

/// What a failure to read means: 2 where the project file asks for what the data does not have, 3 otherwise.
pub(crate) fn read_exit(error: &ReadError) -> u8 {
    match error {
        ReadError::MissingColumns { .. }
        | ReadError::UnclearDates { .. }
        | ReadError::Outcome(_) => 2,
        _ => 3,
    }
}

/// What a failure to simulate means: 2 where it was asked wrongly, 3 otherwise.
pub(crate) fn simulate_exit(error: &SimulateError) -> u8 {
    match error {
        SimulateError::OutOfRange { .. } | SimulateError::Exists { .. } => 2,
        SimulateError::Write { .. } => 3,
    }
}
