//! The project file: what is read, and what is said about broken ones.

mod support;

use forerun::domain::{Kind, Known, Op, Role};
use forerun::project::{DateOrder, Language, OutcomeSpec, load};
use support::{Folder, day, minimal};

/// Every fault of every broken project file, in one snapshot a file.
#[test]
fn broken_project_files_are_explained() {
    insta::glob!("broken/project/*.toml", |path| {
        let path = path
            .strip_prefix(env!("CARGO_MANIFEST_DIR"))
            .expect("a file of this package");
        let faults = load(path).expect_err("a broken project file");
        insta::assert_snapshot!(faults.to_string());
    });
}
