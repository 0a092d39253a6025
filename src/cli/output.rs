//! Where results and messages go: results to stdout, everything else to stderr.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::cli::failure::Failure;
use crate::cli::faults;
use crate::cli::progress::Progress;
use crate::cli::settings::Settings;
use crate::domain::Faults;
use crate::present::{self, Words};
use crate::project::Language;

/// The two streams.
pub(crate) struct Output {
    data: Box<dyn Write>,
    messages: Box<dyn Write>,
    quiet: bool,
    progress: bool,
    colour: bool,
    words: &'static Words,
    /// None until the project is known.
    language: Option<Language>,
}

impl Output {
    /// The streams of the process.
    pub(crate) fn of(settings: &Settings) -> Self {
        Self {
            data: Box::new(anstream::stdout()),
            messages: Box::new(anstream::stderr()),
            quiet: settings.quiet,
            progress: settings.progress,
            colour: settings.colour,
            words: present::words(Language::En),
            language: None,
        }
    }

    /// Takes the language of the project, once it is known.
    pub(crate) fn speak(&mut self, language: Language) {
        self.words = present::words(language);
        self.language = Some(language);
    }

    /// Takes a language where none was taken yet: the project could not be read, or nobody asked for it.
    pub(crate) fn speak_first(&mut self, language: impl FnOnce() -> Language) {
        if self.language.is_none() {
            self.speak(language());
        }
    }

    /// The words of the project's language.
    pub(crate) const fn words(&self) -> &'static Words {
        self.words
    }

    fn language(&self) -> Language {
        self.language.unwrap_or(Language::En)
    }

    /// A sentence in the project's language.
    pub(crate) fn sentence(&self, text: &str) -> String {
        present::in_language(text, self.language()).into_owned()
    }

    /// Prints a message in the project's language, unless silence was asked for.
    pub(crate) fn note(&mut self, text: &str) {
        let text = self.sentence(text);
        self.say(&text);
    }

    /// Prints a result.
    pub(crate) fn data(&mut self, text: &str) -> Result<(), Failure> {
        self.bytes(text.as_bytes())?;
        self.flush()
    }

    /// Prints a part of a result; [`Output::flush`] ends it.
    pub(crate) fn bytes(&mut self, part: &[u8]) -> Result<(), Failure> {
        self.data.write_all(part).map_err(not_printed)
    }

    /// Sends what was printed on its way.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        self.data.flush().map_err(not_printed)
    }

    /// Prints a result as JSON.
    pub(crate) fn json(&mut self, result: &impl Serialize) -> Result<(), Failure> {
        self.data(&present::json(result)?)
    }

    /// Prints a message, unless silence was asked for. A message that nobody can read is no failure.
    pub(crate) fn say(&mut self, text: &str) {
        if !self.quiet && !text.is_empty() {
            self.tell(text);
        }
    }

    /// Prints an error, whatever was asked for.
    pub(crate) fn tell(&mut self, text: &str) {
        let end = if text.ends_with('\n') { "" } else { "\n" };
        let _ = write!(self.messages, "{text}{end}");
        let _ = self.messages.flush();
    }

    /// Shows faults in the files' own lines. Warnings are messages; errors are always shown.
    pub(crate) fn faults(&mut self, faults: &Faults) {
        if faults.any_error() || !self.quiet {
            let text = faults::render(faults, self.colour, self.language());
            self.tell(&text);
        }
    }

    /// Runs something that may take long, with what it is on the terminal once it does.
    pub(crate) fn during<T>(&self, what: &str, work: impl FnOnce(&Progress) -> T) -> T {
        let progress = Progress::start(self.sentence(what), self.progress);
        let result = work(&progress);
        progress.end();
        result
    }
}

fn not_printed(error: std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::BrokenPipe => Failure::ReaderGone,
        _ => Failure::Print(error),
    }
}

/// Writes a file whole or not at all, with the folders above it. A link is followed; what is no ordinary file (a
/// terminal, a pipe) is written to as it is.
pub(crate) fn write_file(file: &Path, content: &[u8]) -> Result<(), Failure> {
    let failed = |source| Failure::Write {
        file: file.to_owned(),
        source,
    };
    replace(file, content).map_err(failed)
}

fn replace(file: &Path, content: &[u8]) -> std::io::Result<()> {
    let Some(mut draft) = Draft::of(file)? else {
        return std::fs::write(file, content);
    };
    draft.write(content)?;
    draft.persist()
}

/// A file under way, which takes the place of the one that it is for once it is whole.
pub(crate) struct Draft {
    temporary: tempfile::NamedTempFile,
    file: PathBuf,
}

impl Draft {
    /// A draft for a file, with the folders above it; none for what is no ordinary file.
    pub(crate) fn of(file: &Path) -> std::io::Result<Option<Self>> {
        let file = match file.metadata() {
            Ok(meta) if meta.is_file() => file.canonicalize()?,
            Ok(meta) if meta.is_dir() => return Err(ErrorKind::IsADirectory.into()),
            Ok(_) => return Ok(None),
            Err(_) => file.to_owned(),
        };
        let folder = match file.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        std::fs::create_dir_all(folder)?;
        let temporary = crate::read::draft_in(folder)?;
        Ok(Some(Self { temporary, file }))
    }

    /// Adds to it.
    pub(crate) fn write(&mut self, content: &[u8]) -> std::io::Result<()> {
        self.temporary.write_all(content)
    }

    /// Puts it in its place; `shown` is how the user names it.
    pub(crate) fn keep(self, shown: &Path) -> Result<(), Failure> {
        self.persist().map_err(|source| Failure::Write {
            file: shown.to_owned(),
            source,
        })
    }

    fn persist(self) -> std::io::Result<()> {
        self.temporary.as_file().sync_all()?;
        self.temporary.persist(self.file)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_replaced_whole_and_folders_made() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a/b.csv");
        write_file(&file, b"first, and long").expect("written");
        write_file(&file, b"second").expect("written again");
        assert_eq!(std::fs::read(&file).expect("there"), b"second");
        let left = std::fs::read_dir(folder.path().join("a")).expect("there");
        assert_eq!(left.count(), 1, "no temporary file stays");
    }

    #[test]
    fn a_folder_is_not_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = write_file(folder.path(), b"x").expect_err("it is a folder");
        assert_eq!(error.exit_code(), 3);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().expect("a folder");
        let (target, link) = (folder.path().join("t.csv"), folder.path().join("l.csv"));
        std::fs::write(&target, "old").expect("written");
        std::os::unix::fs::symlink(&target, &link).expect("linked");
        write_file(&link, b"new").expect("written");
        assert!(link.is_symlink());
        assert_eq!(std::fs::read(&target).expect("there"), b"new");
    }
}
