//! Looks for the tests of the table in the sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

use super::table::{Test, faults};

/// Makes sure that every test of the table exists.
///
/// # Errors
///
/// When a test is missing from its file, or an id stands in the table twice.
pub(super) fn check(root: &Path) -> anyhow::Result<()> {
    let mut ids = BTreeSet::new();
    let mut missing = Vec::new();
    for fault in faults() {
        if !ids.insert(fault.id) {
            bail!("{} stands twice in the table of faults", fault.id);
        }
        for test in fault.tests {
            let (path, name) = match *test {
                Test::Rust(file, name) => (file.to_owned(), name),
                Test::Browser(file, name) => (format!("tests/browser/{file}"), name),
                Test::Scene(_) => continue, // the compiler knows the scenes
            };
            let text = fs::read_to_string(root.join(&path)).unwrap_or_default();
            let is_there = match test {
                Test::Rust(..) => {
                    has_rust_test(&text, name).with_context(|| format!("cannot read {path}"))?
                }
                Test::Browser(..) | Test::Scene(_) => has_browser_test(&text, name),
            };
            if !is_there {
                missing.push(format!("{}: {path} has no test `{name}`", fault.id));
            }
        }
    }
    if !missing.is_empty() {
        bail!(
            "tests of the table of faults are missing:\n  {}",
            missing.join("\n  ")
        );
    }
    Ok(())
}

fn has_rust_test(text: &str, name: &str) -> anyhow::Result<bool> {
    let file = syn::parse_file(text)?;
    Ok(file.items.iter().any(|item| is_test(item, name)))
}

fn is_test(item: &syn::Item, name: &str) -> bool {
    match item {
        syn::Item::Fn(function) if function.sig.ident == name => {
            let attributes = function.attrs.iter();
            let mut last_words =
                attributes.filter_map(|attribute| attribute.path().segments.last());
            last_words.any(|word| word.ident == "test" || word.ident == "annai_test")
        }
        syn::Item::Mod(module) => {
            let content = module.content.as_ref();
            content.is_some_and(|(_, items)| items.iter().any(|item| is_test(item, name)))
        }
        _ => false,
    }
}

fn has_browser_test(text: &str, name: &str) -> bool {
    ['"', '`']
        .iter()
        .any(|quote| text.contains(&format!("test({quote}{name}")))
}

#[cfg(test)]
mod tests {
    use super::{has_browser_test, has_rust_test};

    #[test]
    fn a_function_counts_only_as_a_test() {
        let text = "#[annai_test(empty)] async fn one() {} fn two() {} \
                    mod tests { #[tokio::test] async fn three() {} }";
        for (name, is_test) in [
            ("one", true),
            ("two", false),
            ("three", true),
            ("four", false),
        ] {
            assert_eq!(has_rust_test(text, name).unwrap(), is_test, "{name}");
        }
    }

    #[test]
    fn a_browser_test_is_known_by_the_beginning_of_its_name() {
        let text = "test(\"a tab is kept\", async () => {});\ntest(`${name}: none`, () => {});";
        assert!(has_browser_test(text, "a tab is"));
        assert!(!has_browser_test(text, "tab is"));
    }
}
