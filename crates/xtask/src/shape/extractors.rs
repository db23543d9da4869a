//! Extractors of axum's that have a strict counterpart here.

use super::resolve::{Definition, Resolver};
use super::source::Sources;
use super::{Finding, Rule};

/// An extractor of axum's, and ours.
const COUNTERPARTS: [(&str, &str); 4] = [
    ("Form", "`Form` of the pages"),
    ("Json", "`annai_web::Json`"),
    ("Path", "`annai_web::Path`"),
    ("Query", "`annai_web::Query`"),
];

/// The crate that wraps the stock extractors.
const WRAPPER: &str = "web";

/// Finds stock extractors outside the files that make ours of them.
pub(super) fn find(sources: &Sources, resolver: &Resolver<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, module) in sources.modules.iter().enumerate() {
        let file = &sources.files[module.file];
        let package = sources.package_of(file);
        if module.is_test || file.is_extractor || package == WRAPPER {
            continue;
        }
        let mut judge = |definition: Option<Definition>, line: usize| {
            let Some(Definition::Foreign(path)) = definition else {
                return;
            };
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            let name = match path.as_slice() {
                ["axum", "extract", name, ..] | ["axum", name, ..] => *name,
                _ => return,
            };
            if let Some((name, ours)) = COUNTERPARTS.iter().find(|(stock, _)| *stock == name) {
                findings.push(Finding {
                    rule: Rule::StockExtractor,
                    place: sources.place(index, line),
                    problem: format!("`{name}` of axum; ours is {ours}"),
                });
            }
        };
        for import in module.facts.imports.iter().filter(|import| !import.is_test) {
            judge(resolver.import(index, import), import.line);
        }
        for mention in &module.facts.mentions {
            let is_whole = mention.path.first().is_some_and(|name| name == "axum");
            if is_whole && !mention.is_test {
                judge(resolver.resolve(index, &mention.path), mention.line);
            }
        }
    }
    findings
}
