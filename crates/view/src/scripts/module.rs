//! One module as it is written, and the form in which it enters a joined script.

use std::fmt::Write as _;

use super::JoinError;

/// The code before the address in an import that happens while the page runs.
const LATER: &str = "await import(\"";

/// A module below `js/`.
#[derive(Debug, Clone)]
pub(super) struct Module {
    /// Its path below `js/`.
    pub(super) path: String,
    /// The files that it needs before it runs.
    pub(super) imports: Vec<Import>,
    /// The names that it offers.
    pub(super) exports: Vec<String>,
    /// The modules that it imports while the page runs, by path below `js/`.
    pub(super) later: Vec<String>,
    /// Its text without statements of import, and without the word `export`.
    text: String,
}

/// A statement of import.
#[derive(Debug, Clone)]
pub(super) struct Import {
    pub(super) target: Target,
    /// The names between the braces, as an object pattern; empty for an import without names.
    names: String,
}

/// The file of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// One of our modules, by path below `js/`.
    Module(String),
    /// Third-party code, by path below the assets.
    Vendored(String),
}

impl Module {
    /// Reads the module at `path`, which `text` is.
    pub(super) fn parse(path: &str, text: &str) -> Result<Self, JoinError> {
        let mut module = Self {
            path: path.to_owned(),
            imports: Vec::new(),
            exports: Vec::new(),
            later: Vec::new(),
            text: String::with_capacity(text.len()),
        };
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if line.starts_with("import ") {
                let mut statement = line.to_owned();
                while !statement.ends_with(';') {
                    statement.push_str(lines.next().ok_or_else(|| module.unread(line))?);
                }
                let import = module.import(&statement);
                let import = import.ok_or_else(|| module.unread(line))?;
                module.imports.push(import);
            } else if let Some(declaration) = line.strip_prefix("export ") {
                let name = declared_name(declaration).ok_or_else(|| module.unread(line))?;
                module.exports.push(name.to_owned());
                module.text.push_str(declaration);
                module.text.push('\n');
            } else {
                module.text.push_str(line);
                module.text.push('\n');
            }
        }
        for rest in module.text.split(LATER).skip(1) {
            let address = rest.split('"').next().unwrap_or_default();
            module.later.push(resolved(path, address));
        }
        Ok(module)
    }

    /// Lists the third-party files that it imports.
    pub(super) fn vendored(&self) -> impl Iterator<Item = &str> {
        self.imports
            .iter()
            .filter_map(|import| match &import.target {
                Target::Vendored(file) => Some(file.as_str()),
                Target::Module(_) => None,
            })
    }

    /// Writes the module in a scope of its own. `folder` leads from the script to the scripts that
    /// it imports while the page runs.
    pub(super) fn write(&self, script: &mut String, folder: &str) {
        writeln!(script, "{{ // js/{}", self.path).ok();
        for import in self
            .imports
            .iter()
            .filter(|import| !import.names.is_empty())
        {
            let source = match &import.target {
                Target::Module(path) => format!("annaiModules[\"{path}\"]"),
                Target::Vendored(file) => vendored_name(file),
            };
            writeln!(script, "const {{ {} }} = {source};", import.names).ok();
        }
        let mut parts = self.text.split(LATER);
        script.push_str(parts.next().unwrap_or_default());
        for (part, target) in parts.zip(&self.later) {
            let rest = part.split_once('"').map_or("", |(_, rest)| rest);
            write!(script, "{LATER}{folder}{target}\"{rest}").ok();
        }
        let exports = self.exports.join(", ");
        writeln!(
            script,
            "annaiModules[\"{}\"] = {{ {exports} }};\n}}",
            self.path
        )
        .ok();
    }

    /// Reads `import { a, b as c } from "./x.js";` or `import "./x.js";`.
    fn import(&self, statement: &str) -> Option<Import> {
        let (before, rest) = statement.split_once('"')?;
        let (address, end) = rest.split_once('"')?;
        let names = match before.strip_prefix("import ")?.trim() {
            "" => "",
            clause => clause
                .strip_suffix("from")?
                .trim()
                .strip_prefix('{')?
                .strip_suffix('}')?
                .trim(),
        };
        let target = resolved(&self.path, address);
        (end == ";").then(|| Import {
            target: match target.strip_prefix("../") {
                Some(file) => Target::Vendored(file.to_owned()),
                None => Target::Module(target),
            },
            names: names.replace(" as ", ": "),
        })
    }

    fn unread(&self, statement: &str) -> JoinError {
        JoinError::Statement {
            module: self.path.clone(),
            statement: statement.to_owned(),
        }
    }
}

/// Returns the name in a joined script for the third-party code of `file`.
pub(super) fn vendored_name(file: &str) -> String {
    let letters = file
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' });
    format!("annai_{}", letters.collect::<String>())
}

/// Returns the name that a declaration such as `async function save(form) {` declares. It is none
/// for a name that may change, because importers would keep its first value.
fn declared_name(declaration: &str) -> Option<&str> {
    let declaration = declaration.strip_prefix("async ").unwrap_or(declaration);
    let (kind, rest) = declaration.split_once(' ')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_$".contains(c);
    let name = rest.split(|c| !is_name(c)).next()?;
    (["class", "const", "function"].contains(&kind) && !name.is_empty()).then_some(name)
}

/// Returns the path below `js/` of `address` as the module at `path` writes it. The path begins with
/// `../` for a file outside of `js/`.
fn resolved(path: &str, address: &str) -> String {
    let mut folders: Vec<&str> = path.split('/').collect();
    folders.pop();
    for part in address.split('/') {
        match part {
            "." => {}
            ".." if folders.last().is_some_and(|folder| *folder != "..") => {
                folders.pop();
            }
            part => folders.push(part),
        }
    }
    folders.join("/")
}
