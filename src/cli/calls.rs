//! `forerun calls`.

use crate::cli::args::CallsArgs;
use crate::cli::chain::{self, Loaded};
use crate::cli::failure::{Done, Failure};
use crate::cli::output::{Output, write_file};
use crate::cli::settings::Settings;
use crate::decide::{self, CallList, CallsAsk, Lessons};
use crate::domain::{CallLog, ListPlace, Role, Shown};
use crate::present;
use crate::project::Project;
use crate::read;
use crate::score::{Model, Scorer, Scores};

/// Shows whom to call.
pub(crate) fn run(
    args: &CallsArgs,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    let mut settings = settings.clone();
    settings.as_of = args.date.or(settings.as_of);
    let loaded = chain::load(args.out.as_deref(), &settings, out)?;
    if let Some(owner) = &args.owner {
        known_owner(owner, &loaded)?;
    }
    let asked = args.question.why.as_deref();
    let asked = asked.map(|lead| known_lead(lead, &loaded)).transpose()?;
    let model = chain::model(&loaded, &settings, out)?.model;
    let log = &loaded.data.log;
    let lessons = lessons(&model, &loaded, log, args.question.review, out)?;
    // What lots have taught looks at the reasons of every lead; without it only those of the calls are shown.
    let whole = lessons.as_ref().is_some_and(Lessons::used);
    let leads = &loaded.data.leads;
    let scorer = Scorer::new(&model, leads, loaded.rules.as_ref())?;
    let scores = out.during("scoring", |_| scorer.open(whole));
    out.say(&present::warnings_text(&scores.warnings, &loaded.style));
    chain::warn_of(&model, &loaded.style, out);
    // Lots are drawn where the list is one to call by; what a question shows is no list.
    let recorded = !args.no_log && of_today(&loaded) && can_be_recorded(&loaded.project, out);
    let ask = CallsAsk {
        segments: loaded.segments.as_ref(),
        limits: loaded.project.calls,
        log: Some(log),
        draw_lots: recorded,
        lessons: lessons.as_ref(),
        seed: settings.seed,
        owner: args.owner.as_deref(),
    };
    let mut list = decide::calls(leads, &scores, &ask);
    if let Some(row) = asked {
        why(&list, row, &loaded, &settings, out)?;
    } else if args.question.pool {
        pool(&list, args, &loaded, &settings, out)?;
    } else if args.question.reassign {
        reassign(&list, args, &loaded, &settings, out)?;
    } else if let Some(lessons) = lessons.as_ref().filter(|_| args.question.review) {
        review(lessons, &loaded, &settings, out)?;
    } else {
        if let Some(top) = args.top {
            list.truncate(top);
        }
        if !whole {
            list.give_reasons(&scorer.whole(&list.rows()));
        }
        show(&list, args, &loaded, (&model, &scores), &settings, out)?;
        if recorded {
            if args.top.is_some() {
                spare_recorded(&mut list, &loaded.project)?;
            }
            append_shown(&loaded.project, &list.shown, out);
        }
    }
    Ok(loaded.done())
}

/// Whether the list is one to call by: of the day that the project stands at, or later. A look into the past shows nobody
/// whom to call, and undated data have no day.
fn of_today(loaded: &Loaded) -> bool {
    let own = loaded.project.as_of;
    let own = own.or(loaded.data.newest.map(|newest| newest + 1));
    let named = loaded.project.leads.id.is_some();
    named && own.is_some_and(|own| loaded.data.leads.as_of >= own)
}

/// Whether lists can be put on record; where not it is told, and no lots are drawn, as nobody could learn from them.
fn can_be_recorded(project: &Project, out: &mut Output) -> bool {
    let can = read::can_be_recorded(project);
    if !can {
        let told = format!(
            "{} cannot be written to: the lists are not put on record, and no lots are drawn; --no-log leaves the record out \
             [log-not-written]",
            chain::shown(&project.log)
        );
        out.note(&told);
    }
    can
}

/// The first calls of a list do not take the place of the whole list of the day that is on record already, lots included.
fn spare_recorded(list: &mut CallList, project: &Project) -> Result<(), Failure> {
    let record = read::record(project)?;
    let there = |shown: &Shown| {
        let same = |old: &Shown| old.day == shown.day && old.owner == shown.owner;
        record.shown.iter().any(same)
    };
    list.shown.retain(|shown| !there(shown));
    Ok(())
}

/// Puts lists on record as they were shown. That they cannot be, in a folder that is only read for example, is told; it
/// is no failure.
pub(crate) fn append_shown(project: &Project, lists: &[Shown], out: &mut Output) {
    if lists.is_empty() {
        return;
    }
    if let Err(error) = read::append_shown(project, lists) {
        let told = format!(
            "the lists were not put on record: {error}; --no-log leaves it out [log-not-written]"
        );
        out.note(&told);
    }
}

/// What the lots have taught, where there are any or they are asked for.
fn lessons(
    model: &Model,
    loaded: &Loaded,
    log: &CallLog,
    asked: bool,
    out: &Output,
) -> Result<Option<Lessons>, Failure> {
    let lot = |place| matches!(place, ListPlace::Drawn | ListPlace::Held);
    if !asked && !log.shown.iter().any(|shown| lot(shown.place)) {
        return Ok(None);
    }
    let taught = out.during("learning from lots", |_| {
        decide::lessons(model, &loaded.data.leads, loaded.rules.as_ref(), log)
    });
    Ok(Some(taught?))
}

/// Shows the lists.
fn show(
    list: &CallList,
    args: &CallsArgs,
    loaded: &Loaded,
    (model, scores): (&Model, &Scores),
    settings: &Settings,
    out: &mut Output,
) -> Result<(), Failure> {
    out.say(&present::reference_text(model.report(), &loaded.style));
    if args.out.is_some() || settings.json {
        chain::mark(model.report(), &loaded.style, out);
    }
    if let Some(file) = &args.out {
        write_file(file, present::calls_csv(list, &loaded.style).as_bytes())?;
    }
    if settings.json {
        let (report, warnings) = (model.report(), &scores.warnings);
        out.json(&present::calls_json(list, report, warnings, &loaded.style))?;
    } else if args.out.is_none() {
        if let Some(mark) = present::mark_text(model.report(), &loaded.style) {
            out.data(&format!("{mark}\n\n"))?;
        }
        out.data(&present::calls_text(list, &loaded.style))?;
    }
    Ok(())
}

/// One lead.
fn why(
    list: &CallList,
    row: usize,
    loaded: &Loaded,
    settings: &Settings,
    out: &mut Output,
) -> Result<(), Failure> {
    let leads = &loaded.data.leads;
    let found = list
        .standings
        .binary_search_by_key(&row, |standing| standing.row);
    let standing = found.ok().map(|at| &list.standings[at]);
    if settings.json {
        out.json(&present::calls_why_json(list, standing, leads, row))
    } else {
        out.data(&present::calls_why_text(
            list,
            standing,
            leads,
            row,
            &loaded.style,
        ))
    }
}

fn pool(
    list: &CallList,
    args: &CallsArgs,
    loaded: &Loaded,
    settings: &Settings,
    out: &mut Output,
) -> Result<(), Failure> {
    if loaded.data.leads.role(Role::Owner).is_none() {
        return Err(no_owner("nobody holds a lead that could go to a pool"));
    }
    let pool = decide::pool(&loaded.data.leads, list, loaded.project.calls);
    if let Some(file) = &args.out {
        write_file(file, present::pool_csv(&pool).as_bytes())?;
    }
    if settings.json {
        out.json(&pool)?;
    } else if args.out.is_none() {
        out.data(&present::pool_text(
            &pool,
            list.date,
            priced(loaded),
            &loaded.style,
        ))?;
    }
    Ok(())
}

fn reassign(
    list: &CallList,
    args: &CallsArgs,
    loaded: &Loaded,
    settings: &Settings,
    out: &mut Output,
) -> Result<(), Failure> {
    if loaded.data.leads.role(Role::Owner).is_none() {
        return Err(no_owner(
            "there is nobody to take a lead from or to give it to",
        ));
    }
    let found = decide::reassign(&loaded.data.leads, list);
    if let Some(file) = &args.out {
        write_file(file, present::reassign_csv(&found).as_bytes())?;
    }
    if settings.json {
        out.json(&found)?;
    } else if args.out.is_none() {
        let text = present::reassign_text(&found, list.date, priced(loaded), &loaded.style);
        out.data(&text)?;
    }
    Ok(())
}

fn review(
    lessons: &Lessons,
    loaded: &Loaded,
    settings: &Settings,
    out: &mut Output,
) -> Result<(), Failure> {
    if settings.json {
        out.json(lessons)
    } else {
        out.data(&present::review_text(
            lessons,
            priced(loaded),
            &loaded.style,
        ))
    }
}

/// Whether leads are worth money rather than deals.
fn priced(loaded: &Loaded) -> bool {
    loaded.data.leads.numbers(Role::Amount).is_some()
}

fn no_owner(why: &str) -> Failure {
    chain::wrong_use(
        format!("the project file names no `owner` column, so {why}"),
        "name it under [leads]: owner = \"COLUMN\"",
    )
}

/// The row of a lead; refused with the nearest name where there is none.
fn known_lead(lead: &str, loaded: &Loaded) -> Result<usize, Failure> {
    let ids = &loaded.data.leads.ids;
    if let Some(row) = ids.iter().position(|id| id == lead) {
        return Ok(row);
    }
    let hint = chain::nearest(lead, ids.iter().map(String::as_str)).map_or_else(
        || "give its identifier as it stands in the lead files".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Err(chain::wrong_use(
        format!("the lead `{lead}` is not among the leads of the day"),
        hint,
    ))
}

/// Refuses an owner who is not in the data, with the nearest name: an empty list would look like a day off.
fn known_owner(owner: &str, loaded: &Loaded) -> Result<(), Failure> {
    let leads = &loaded.data.leads;
    let Some(owners) = leads.text(Role::Owner) else {
        return Err(chain::wrong_use(
            "the project file names no `owner` column, so there are no lists by owner",
            "name it under [leads], or leave out --owner",
        ));
    };
    let names = || owners.levels.iter().map(String::as_str);
    if owner == "(none)" || names().any(|name| name == owner) {
        return Ok(());
    }
    let hint = chain::nearest(owner, names()).map_or_else(
        || "`forerun calls` without --owner shows everyone".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Err(chain::wrong_use(
        format!("no lead has the owner `{owner}`"),
        hint,
    ))
}
