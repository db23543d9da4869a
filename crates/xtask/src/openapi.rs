//! The OpenAPI documents, as the program itself prints them.

use crate::generated::{Mode, settle};
use crate::process;
use crate::workspace::Workspace;

/// The file that describes each side of the program.
const DOCUMENTS: [(&str, &str); 2] = [
    ("editorial", "docs/openapi.json"),
    ("delivery", "docs/openapi-delivery.json"),
];

/// Writes both documents, or compares.
pub(crate) fn run(workspace: &Workspace, mode: Mode) -> anyhow::Result<()> {
    for (face, path) in DOCUMENTS {
        let mut cargo = process::cargo(workspace.root());
        cargo.args([
            "run",
            "--quiet",
            "--locked",
            "--package=annai-server",
            "--",
            "openapi",
            face,
        ]);
        let mut document = process::output(&mut cargo)?;
        document.truncate(document.trim_end().len());
        document.push('\n');
        settle(&workspace.root().join(path), &document, mode, "openapi")?;
    }
    Ok(())
}
