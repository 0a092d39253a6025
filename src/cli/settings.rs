//! Settings as resolved: the only place that asks the system about its surroundings.

use std::io::IsTerminal;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::cli::args::Global;
use crate::cli::failure::Failure;
use crate::domain::{Day, Moment};

/// What every command needs to know.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches, as the command line has them"
)]
pub(crate) struct Settings {
    /// The project file.
    pub(crate) project: PathBuf,
    /// The as-of date asked for.
    pub(crate) as_of: Option<Day>,
    /// Seed of everything that is drawn.
    pub(crate) seed: u64,
    /// Whether results are printed as data.
    pub(crate) json: bool,
    /// Whether only results and errors are printed.
    pub(crate) quiet: bool,
    /// Whether progress can be drawn: messages go to a terminal.
    pub(crate) progress: bool,
    /// Columns of the terminal that results go to; none: it is no terminal.
    pub(crate) width: Option<u16>,
    /// Whether faults may be coloured.
    pub(crate) colour: bool,
}

impl Settings {
    /// Resolves what was typed: goes to the folder of `-C`, looks at the terminal.
    ///
    /// # Errors
    /// If the folder of `-C` cannot be entered.
    pub(crate) fn resolve(global: &Global) -> Result<Self, Failure> {
        if let Some(dir) = &global.dir {
            std::env::set_current_dir(dir).map_err(|source| Failure::Folder {
                folder: dir.clone(),
                source,
            })?;
        }
        Ok(Self::unresolved(global))
    }

    /// The same without going anywhere.
    pub(crate) fn unresolved(global: &Global) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let colour = anstream::AutoStream::choice(&std::io::stderr());
        let width = std::io::stdout()
            .is_terminal()
            .then(|| comfy_table::Table::new().width())
            .flatten();
        Self {
            project: global.project.clone(),
            as_of: global.as_of,
            seed: global.seed,
            json: global.json,
            quiet: global.quiet,
            progress: terminal && !global.quiet,
            width,
            colour: terminal && colour != anstream::ColorChoice::Never,
        }
    }
}

/// The time by the clock of the machine, in the zone of the project.
pub(crate) fn now(zone: &TimeZone) -> Moment {
    let now = Timestamp::now();
    Moment::from_seconds(now.as_second() + i64::from(zone.to_offset(now).seconds()))
}
