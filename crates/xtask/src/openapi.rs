//! The OpenAPI documents, as the program itself prints them.

use crate::generated::{Mode, settle};
use crate::process;
use crate::program;
use crate::workspace::Workspace;

/// The file that describes each side of the program.
pub(crate) const DOCUMENTS: [(&str, &str); 2] = [
    ("editorial", "docs/openapi.json"),
    ("delivery", "docs/openapi-delivery.json"),
];

/// Writes both documents, or compares.
pub(crate) fn run(workspace: &Workspace, mode: Mode) -> anyhow::Result<()> {
    let binary = program::build(workspace)?;
    for (face, path) in DOCUMENTS {
        let mut command = process::command(&binary, workspace.root());
        let mut document = process::output(command.args(["openapi", face]))?;
        document.truncate(document.trim_end().len());
        document.push('\n');
        settle(&workspace.root().join(path), &document, mode, "openapi")?;
    }
    Ok(())
}
