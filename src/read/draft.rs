//! Files under way: they take their name only once they are whole.

use std::path::Path;

/// A temporary file in a folder, to be persisted under its name. Such files are private by default; what is written
/// here is for the team, as far as the umask lets it be.
///
/// # Errors
/// If no file can be made in that folder.
pub fn draft_in(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".forerun-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}
