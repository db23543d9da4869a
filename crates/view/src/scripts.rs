//! The script of a page: the modules that the page needs, joined into one file.
//!
//! Our modules are small files that import each other. One request per module takes seconds on a
//! line with a long delay, so a page asks for one script. The server joins the modules from the
//! files themselves; no list of them exists that could be wrong. See ADR 36.
//!
//! - `pages/editor.js` holds `js/main.js`, `js/editor.js` and the modules that these import.
//! - `pages/editor/markdown/rich.js` holds the modules that `js/markdown/rich.js` needs beyond
//!   those of `pages/editor.js`. The script of the page imports it when it needs it.
//!
//! Each module keeps its own scope and exists once per page, as in the browser's own loading.

mod kept;
mod module;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::files;
use module::{Module, Target};

pub(super) use kept::{page_addresses, paths, script};

/// The module that every page runs first.
const FIRST: &str = "main.js";

/// The folder of joined scripts, below the folder of the assets.
const FOLDER: &str = "pages/";

/// A script cannot be joined. This is always our own fault.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub(super) enum JoinError {
    /// A module imports a file that does not exist.
    #[error("there is no module `{0}`")]
    Missing(String),
    /// A module imports itself, directly or through others.
    #[error("`{0}` imports itself")]
    Circle(String),
    /// A statement of import or export in a form that the server does not read.
    #[error("`{module}`: cannot read `{statement}`")]
    Statement { module: String, statement: String },
}

/// The addresses of the scripts of a page, below the folder of the assets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Addresses {
    /// The script of the page.
    pub(super) script: String,
    /// The files that this script imports while the page runs.
    pub(super) later: Vec<String>,
}

/// Joins the script at `path`, such as `pages/editor.js`; `None` for other paths.
fn joined(path: &str) -> Result<Option<String>, JoinError> {
    let Some(name) = path.strip_prefix(FOLDER) else {
        return Ok(None);
    };
    Ok(match name.split_once('/') {
        None if is_module(name) => Some(page_script(name)?),
        Some((page, module)) if is_module(&format!("{page}.js")) && is_module(module) => {
            Some(later_script(&format!("{page}.js"), module)?)
        }
        None | Some(_) => None,
    })
}

/// Returns whether `path` is the plain path of one of our modules. Anybody may ask for any path.
fn is_module(path: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    path.bytes().all(is_plain)
        && !path.contains("..")
        && files::text(&format!("js/{path}")).is_some()
}

/// Finds the addresses that the page of `entry` needs.
fn addresses(entry: &str) -> Result<Addresses, JoinError> {
    let modules = page_modules(&format!("{entry}.js"))?;
    let mut later = BTreeSet::new();
    for target in modules.iter().flat_map(|module| &module.later) {
        later.insert(format!("{FOLDER}{entry}/{target}"));
        for module in beyond(&modules, target)? {
            later.extend(module.vendored().map(str::to_owned));
        }
    }
    Ok(Addresses {
        script: format!("{FOLDER}{entry}.js"),
        later: later.into_iter().collect(),
    })
}

/// Joins the modules of a page.
fn page_script(entry: &str) -> Result<String, JoinError> {
    let page = entry.trim_end_matches(".js");
    let modules = page_modules(entry)?;
    let mut script = vendored_imports(&modules, "../");
    script.push_str("export const annaiModules = {};\n");
    for module in &modules {
        module.write(&mut script, &format!("./{page}/"));
    }
    Ok(script)
}

/// Joins the modules that `target` needs beyond those of the page.
fn later_script(entry: &str, target: &str) -> Result<String, JoinError> {
    let modules = beyond(&page_modules(entry)?, target)?;
    // `pages/editor/markdown/rich.js` is two folders below `pages`.
    let up = "../".repeat(target.matches('/').count() + 1);
    let mut script = vendored_imports(&modules, &format!("{up}../"));
    writeln!(script, "import {{ annaiModules }} from \"{up}{entry}\";").ok();
    for module in &modules {
        module.write(&mut script, "./");
    }
    let exports = read(target)?.exports.join(", ");
    writeln!(
        script,
        "export const {{ {exports} }} = annaiModules[\"{target}\"];"
    )
    .ok();
    Ok(script)
}

/// Lists the modules of a page in the order in which they run.
fn page_modules(entry: &str) -> Result<Vec<Module>, JoinError> {
    let mut modules = Vec::new();
    gather(FIRST, &mut modules, &mut Vec::new())?;
    gather(entry, &mut modules, &mut Vec::new())?;
    Ok(modules)
}

/// Lists the modules that `target` needs beyond `known`.
fn beyond(known: &[Module], target: &str) -> Result<Vec<Module>, JoinError> {
    let mut modules = known.to_vec();
    gather(target, &mut modules, &mut Vec::new())?;
    Ok(modules.split_off(known.len()))
}

/// Adds the module at `path` after everything that it imports.
fn gather(
    path: &str,
    modules: &mut Vec<Module>,
    importers: &mut Vec<String>,
) -> Result<(), JoinError> {
    if modules.iter().any(|module| module.path == path) {
        return Ok(());
    }
    if importers.iter().any(|importer| importer == path) {
        return Err(JoinError::Circle(path.to_owned()));
    }
    let module = read(path)?;
    importers.push(path.to_owned());
    for import in &module.imports {
        if let Target::Module(target) = &import.target {
            gather(target, modules, importers)?;
        }
    }
    importers.pop();
    modules.push(module);
    Ok(())
}

fn read(path: &str) -> Result<Module, JoinError> {
    let text =
        files::text(&format!("js/{path}")).ok_or_else(|| JoinError::Missing(path.to_owned()))?;
    Module::parse(path, &text)
}

/// Writes the imports of third-party code, which stays a file of its own.
fn vendored_imports(modules: &[Module], to_assets: &str) -> String {
    let files: BTreeSet<_> = modules.iter().flat_map(Module::vendored).collect();
    let mut script = String::new();
    for file in files {
        let name = module::vendored_name(file);
        writeln!(script, "import * as {name} from \"{to_assets}{file}\";").ok();
    }
    script
}
