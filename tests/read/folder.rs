//! A project made by hand around files in a temporary folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use forerun::domain::{Kind, Known, Role};
use forerun::project::{
    ActivitiesSpec, Calendar, Calls, DateOrder, Join, Language, LeadsSpec, OutcomeSpec, Project,
    SpendSpec, StagesSpec, TargetsSpec, Values,
};
use forerun::read::{Dataset, ReadError, dataset};
use jiff::tz::TimeZone;
use tempfile::TempDir;

/// A temporary folder with the files of a project, and the project.
pub struct Folder {
    dir: TempDir,
    pub project: Project,
}

impl Folder {
    /// A project whose only file is `leads.csv` with this content, read by `lead_id` and `status`.
    pub fn new(leads: impl AsRef<[u8]>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let project = plain_project(dir.path());
        let folder = Self { dir, project };
        folder.write("leads.csv", leads)
    }

    /// The same with another file in the folder.
    pub fn write(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.dir.path().join(name), content).unwrap();
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The same with a column in a role.
    pub fn role(mut self, role: Role, column: &str) -> Self {
        self.project.leads.roles.insert(role, column.to_owned());
        self
    }

    /// The roles of most tests: `created`, `closed` and `amount` in columns of these names.
    pub fn dated(self) -> Self {
        self.role(Role::Created, "created")
            .role(Role::Closed, "closed")
            .role(Role::Amount, "amount")
    }

    pub fn types(mut self, column: &str, kind: Kind) -> Self {
        self.project.leads.types.insert(column.to_owned(), kind);
        self
    }

    pub fn known(mut self, column: &str, known: Known) -> Self {
        self.project.leads.known.insert(column.to_owned(), known);
        self
    }

    pub fn order(mut self, order: DateOrder) -> Self {
        self.project.calendar.order = Some(order);
        self
    }

    pub fn max_rejects(mut self, share: f64) -> Self {
        self.project.leads.max_rejects = share;
        self
    }

    pub fn join(mut self, file: &str, left: &str, right: &str, columns: &[&str]) -> Self {
        self.project.leads.joins.push(Join {
            file: self.path(file),
            left: left.to_owned(),
            right: right.to_owned(),
            columns: columns.iter().map(|&c| c.to_owned()).collect(),
        });
        self
    }

    pub fn stages(mut self, content: &str, order: &[&str]) -> Self {
        self.project.stages = Some(StagesSpec {
            file: self.path("stages.csv"),
            id: "lead_id".into(),
            stage: "stage".into(),
            entered: "entered_at".into(),
            order: order.iter().map(|&stage| stage.to_owned()).collect(),
        });
        self.write("stages.csv", content)
    }

    pub fn activities(mut self, content: &str) -> Self {
        self.project.activities = Some(ActivitiesSpec {
            file: self.path("activities.csv"),
            id: "lead_id".into(),
            at: "at".into(),
            kind: Some("kind".into()),
            owner: None,
            result: None,
            planned: Some("planned_at".into()),
            answered: None,
        });
        self.write("activities.csv", content)
    }

    pub fn spend(mut self, content: &str) -> Self {
        self.project.spend = Some(SpendSpec {
            file: self.path("spend.csv"),
            month: "month".into(),
            source: "source".into(),
            spend: "spend".into(),
            visits: None,
            clicks: None,
        });
        self.write("spend.csv", content)
    }

    pub fn targets(mut self, content: &str) -> Self {
        self.project.targets = Some(TargetsSpec {
            file: self.path("targets.csv"),
            month: "month".into(),
            owner: Some("owner".into()),
            target: "target".into(),
        });
        self.write("targets.csv", content)
    }

    pub fn read(&self) -> Result<Dataset, ReadError> {
        dataset(&self.project, None)
    }

    pub fn data(&self) -> Dataset {
        self.read().unwrap()
    }

    /// The message of a run that must stop; the folder's own name is taken out.
    pub fn error(&self) -> String {
        self.read().unwrap_err().to_string()
    }
}

/// A project that names nothing but a file, an identifier and an outcome.
pub fn plain_project(root: &Path) -> Project {
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
    Project {
        channels: None,
        root: root.to_owned(),
        file: root.join("forerun.toml"),
        text: String::new(),
        name: "Test".into(),
        currency: "CNY".into(),
        calendar: Calendar {
            zone: TimeZone::fixed(jiff::tz::offset(8)),
            order: None,
        },
        as_of: None,
        language: Language::En,
        leads: LeadsSpec {
            files: vec![root.join("leads.csv")],
            id: Some("lead_id".into()),
            outcome: OutcomeSpec::Values {
                column: "status".into(),
                won: words(&["Won"]),
                lost: words(&["Lost"]),
            },
            lost_after: None,
            roles: BTreeMap::new(),
            types: BTreeMap::new(),
            joins: Vec::new(),
            known: BTreeMap::new(),
            creation_default: true,
            max_rejects: 0.05,
        },
        values: Values {
            yes: words(&["Yes", "1", "是"]),
            no: words(&["No", "0", "否"]),
            missing: Vec::new(),
            decimal: None,
        },
        stages: None,
        activities: None,
        spend: None,
        margin: 1.0,
        refunds: false,
        targets: None,
        rules: Vec::new(),
        calls: Calls {
            capacity: 20,
            sla_days: 3,
            sla_share: 0.5,
            ..Calls::USUAL
        },
        log: root.join("calls"),
        model: root.join("models/lead.json"),
        monotone: Vec::new(),
    }
}

/// The codes of the notes.
pub fn codes(data: &Dataset) -> Vec<&'static str> {
    data.notes.iter().map(|note| note.code).collect()
}

/// The message of the note with this code.
pub fn note<'a>(data: &'a Dataset, code: &str) -> &'a str {
    let note = data.notes.iter().find(|note| note.code == code);
    note.map_or("", |note| &note.message)
}
