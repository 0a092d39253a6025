//! Paths as written in the project file -> files that are there.

use std::path::{Path, PathBuf};

use super::nearest::nearest;
use super::written::{At, Section, Walk};

/// Joins a path as written to the project's folder; the folder `.` leaves it as it is.
pub(crate) fn join(root: &Path, written: &str) -> PathBuf {
    if root == Path::new(".") {
        PathBuf::from(written)
    } else {
        root.join(written)
    }
}

/// The file that a key names, if it is there; a fault if it is not.
pub(crate) fn file(section: &Section<'_, '_>, root: &Path, key: &'static str) -> Option<PathBuf> {
    let written = section.need_text(key, "name the file")?;
    existing(section.walk, root, &written)
}

/// The files that a key names: a path, a pattern with `*`, or a list of these; sorted within a pattern.
pub(crate) fn files(section: &Section<'_, '_>, root: &Path, key: &'static str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    // The files themselves: `./leads.csv`, a link and another link may be the same one.
    let mut real: Vec<PathBuf> = Vec::new();
    let before = section.walk.count();
    let named = section.texts(key);
    if named.as_ref().is_some_and(Vec::is_empty) && section.walk.count() == before {
        section.walk.error(
            "empty-list",
            section.span.clone(),
            format!("`{}` names no file", section.path(key)),
            "name at least one",
        );
    }
    for written in named.unwrap_or_default() {
        let path = join(root, &written.value);
        // A file whose name has a bracket or star in it is that file and no pattern.
        let files = if path.exists() || !written.value.contains(['*', '?', '[']) {
            existing(section.walk, root, &written).into_iter().collect()
        } else {
            pattern(section.walk, root, &written)
        };
        for file in files {
            let itself = file.canonicalize().unwrap_or_else(|_| file.clone());
            let Some(first) = real.iter().position(|other| *other == itself) else {
                found.push(file);
                real.push(itself);
                continue;
            };
            let same = if found[first] == file {
                String::new()
            } else {
                format!(": `{}` is the same file", found[first].display())
            };
            section.walk.error(
                "file-twice",
                written.span.clone(),
                format!("the file `{}` is named twice{same}", file.display()),
                "its rows would count twice: name it once",
            );
        }
    }
    found
}

fn existing(walk: &Walk<'_>, root: &Path, written: &At<String>) -> Option<PathBuf> {
    let path = join(root, &written.value);
    if path.is_file() {
        return Some(path);
    }
    let (message, hint) = if path.is_dir() {
        (
            format!("`{}` is a folder, not a file", path.display()),
            "name a file in it".to_owned(),
        )
    } else {
        (
            format!("there is no file `{}`", path.display()),
            neighbour(&path).map_or_else(
                || "a path starts in the folder of the project file".to_owned(),
                |name| format!("did you mean `{name}`?"),
            ),
        )
    };
    walk.error("file-not-found", written.span.clone(), message, hint);
    None
}

/// The name nearest to a path's among its neighbours.
fn neighbour(path: &Path) -> Option<String> {
    let folder = path.parent()?;
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();
    let wanted = path.file_name()?.to_str()?;
    nearest(wanted, names.iter().map(String::as_str)).map(str::to_owned)
}

fn pattern(walk: &Walk<'_>, root: &Path, written: &At<String>) -> Vec<PathBuf> {
    let folder = glob::Pattern::escape(&root.to_string_lossy());
    let pattern = join(Path::new(&folder), &written.value);
    let mut found: Vec<PathBuf> = match glob::glob(&pattern.to_string_lossy()) {
        Ok(paths) => paths
            .filter_map(Result::ok)
            .filter(|path| path.is_file())
            .collect(),
        Err(error) => {
            walk.error(
                "bad-pattern",
                written.span.clone(),
                format!(
                    "\"{}\" is no pattern of file names: {}",
                    written.value, error.msg
                ),
                "write for example \"exports/*.csv\"",
            );
            return Vec::new();
        }
    };
    found.sort();
    if found.is_empty() {
        walk.error(
            "file-not-found",
            written.span.clone(),
            format!("no file fits the pattern \"{}\"", written.value),
            "a path starts in the folder of the project file; `*` stands for any name",
        );
    }
    found
}
