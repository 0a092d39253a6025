//! `forerun channels`, and what `check`, `sources` and `budget` say of a project of campaign files only.

use std::path::Path;

use crate::cli::args_channels::ChannelsArgs;
use crate::cli::chain;
use crate::cli::failure::{Done, Failure};
use crate::cli::output::{Output, write_file};
use crate::cli::settings::Settings;
use crate::cli::stages;
use crate::decide::channels::{ChannelsAsk, channels};
use crate::present::{self, Style};
use crate::project::Project;
use crate::read::{CampaignData, ReadError};

/// Judges the channels.
pub(crate) fn run(
    args: &ChannelsArgs,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    let project = chain::any_project(args.out.as_deref(), settings, out)?;
    judge(&project, args, settings, out)
}

/// Whether the project has campaign files only; faults of the project file are for the command itself to show.
pub(crate) fn alone(settings: &Settings) -> bool {
    crate::project::load(&settings.project).is_ok_and(|project| !project.has_leads())
}

/// The same for another command, where the project has campaign files and no leads; none where it has leads.
pub(crate) fn instead(
    total: Option<f64>,
    bounds: f64,
    file: Option<&Path>,
    settings: &Settings,
    out: &mut Output,
) -> Result<Option<Done>, Failure> {
    if !alone(settings) {
        return Ok(None);
    }
    let args = ChannelsArgs {
        total,
        bounds,
        out: file.map(Path::to_owned),
    };
    run(&args, settings, out).map(Some)
}

fn judge(
    project: &Project,
    args: &ChannelsArgs,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    let data = read(project, settings, out)?;
    let style = Style::of(project, settings.width);
    out.say(&present::notes_text(&data.notes, &style));
    let ask = ChannelsAsk {
        total: args.total,
        bounds: args.bounds,
        margin: project.margin,
        seed: settings.seed,
    };
    let found = out.during("judging the channels", |_| channels(&data.campaign, &ask));
    out.say(&present::warnings_text(&found.warnings, &style));
    if let Some(file) = &args.out {
        write_file(file, present::channels_csv(&found).as_bytes())?;
    }
    if settings.json {
        out.json(&serde_json::json!({
            "channels": found,
            "notes": data.notes,
            "rejects": data.rejects,
        }))?;
    } else if args.out.is_none() {
        out.data(&present::channels_text(&found, &style))?;
    }
    Ok(Done::with(&data.rejects))
}

/// Reads the campaign files and keeps the rows set aside, also where there are too many of them.
pub(crate) fn read(
    project: &Project,
    settings: &Settings,
    out: &mut Output,
) -> Result<CampaignData, Failure> {
    let result = out.during("reading the data", |_| {
        crate::read::campaign(project, settings.as_of)
    });
    let file = chain::out_file(project, chain::REJECTS_OF_CHANNELS);
    match result {
        Ok(Some(data)) => {
            chain::keep_rejects_and_tell(project, &data.rejects, &file, out)?;
            Ok(data)
        }
        Ok(None) => Err(chain::wrong_use(
            "the project names no campaign file",
            "name it under [channels]: file, date, channel, spend, and what it counts; docs/channels.md shows how",
        )),
        Err(error) => {
            if let ReadError::TooManyRejects(many) = &error {
                chain::make_folder(&file)?;
                stages::write_rejects(&many.rejects, &file)?;
                out.note(&format!(
                    "the rows set aside are in {}",
                    chain::shown(&file)
                ));
            }
            Err(Failure::Read(error))
        }
    }
}

/// `forerun check` of campaign files: what was read, what was noticed.
pub(crate) fn check(
    project: &Project,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    let data = read(project, settings, out)?;
    let style = Style::of(project, settings.width);
    if settings.json {
        out.json(&serde_json::json!({
            "project": project.name,
            "channels": data.campaign.channels,
            "controls": data.campaign.controls,
            "from": data.campaign.first,
            "until": data.campaign.end,
            "period_days": data.campaign.step,
            "periods": data.campaign.periods,
            "notes": data.notes,
            "rejects": data.rejects,
        }))?;
    } else {
        out.data(&present::notes_text(&data.notes, &style))?;
        out.data(&present::campaign_line(&data.campaign, &style))?;
    }
    Ok(Done::with(&data.rejects))
}
