//! `cargo xtask lint-study`: what the checks say of any folder of pages, and samples to look at.
//!
//! A rule may offer its fix only after somebody looked at 50 places of it. This verb finds them.

mod pages;
mod sample;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use annai_checks::{Dictionary, Finding, Surroundings, check_bytes};
use annai_content::Schema;
use anyhow::Context as _;

use crate::workspace::Workspace;
use pages::Page;
use sample::Sampler;

/// The folder to study, and the number of samples to print.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// A folder of `.md`, `.mdx` and `.markdown` files with any front matter, or none.
    path: PathBuf,
    /// The most places that are printed of each rule.
    #[arg(long, default_value_t = 10)]
    samples: usize,
    /// Prints samples of these rules only.
    #[arg(long)]
    rule: Vec<String>,
    /// Another seed gives other samples; the same seed gives the same ones.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// The schema for pages of strangers: their front matter is not checked, and their sites show the title.
const FREE_SCHEMA: &str = r#"{
  "type": "object",
  "x-annai": {"top_heading": "is_title"},
  "properties": {
    "annai_title": {"type": "string", "x-annai": {"role": "title"}},
    "annai_slug": {"type": "string", "x-annai": {"role": "slug"}}
  }
}"#;

/// Checks all pages of the folder and prints the findings by rule.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    let own = options.path.join("schema.json");
    let is_content = own.is_file();
    let schema = if is_content {
        std::fs::read_to_string(&own)?
    } else {
        FREE_SCHEMA.to_owned()
    };
    let schema = Schema::parse(&schema).context("cannot use the schema")?;
    let dictionary = dictionary(workspace, &options.path)?;
    let pages = Page::all_in(&options.path, is_content)?;
    let mut found = Found::default();
    for page in &pages {
        let alone = Surroundings::default();
        let findings = check_bytes(page.text.as_bytes(), &schema, &alone, &dictionary);
        for finding in findings {
            found.add(page, &finding);
        }
    }
    let lines = pages.iter().map(|page| page.text.lines().count()).sum();
    let report = counts(&found, pages.len(), lines) + &samples(&found, options);
    std::io::stdout().write_all(report.as_bytes())?;
    Ok(())
}

fn dictionary(workspace: &Workspace, folder: &Path) -> anyhow::Result<Dictionary> {
    let own = folder.join("dictionary.yml");
    let path = if own.is_file() {
        own
    } else {
        workspace.root().join("content/dictionary.yml")
    };
    let text = std::fs::read_to_string(&path)?;
    Dictionary::parse(&text).with_context(|| format!("cannot use {}", path.display()))
}

/// The places of each rule.
#[derive(Default)]
struct Found(BTreeMap<String, Vec<String>>);

impl Found {
    /// Adds a finding. A rule of the dictionary is a rule of its own: it is called by what it writes.
    fn add(&mut self, page: &Page, finding: &Finding) {
        let expected = finding.arguments.get("expected");
        let rule = match expected.and_then(|expected| expected.as_str()) {
            Some(expected) if finding.code == "spelling_dictionary" => {
                format!("{}: {expected}", finding.code)
            }
            _ => finding.code.to_owned(),
        };
        self.0.entry(rule).or_default().push(page.told(finding));
    }
}

fn counts(found: &Found, pages: usize, lines: usize) -> String {
    let mut text = format!("{pages} pages, {lines} lines\n\nfindings  per 1,000 lines  rule\n");
    for (rule, places) in &found.0 {
        let rate = 1000.0 * count(places.len()) / count(lines.max(1));
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{:>8}  {rate:>15.2}  {rule}", places.len());
    }
    text
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

fn samples(found: &Found, options: &Options) -> String {
    let is_wanted = |rule: &str| {
        let mut names = options.rule.iter();
        options.rule.is_empty()
            || names.any(|name| rule == name || rule.starts_with(&format!("{name}: ")))
    };
    let mut text = String::new();
    for (rule, places) in found.0.iter().filter(|(rule, _)| is_wanted(rule)) {
        let _ = writeln!(text, "\n# {rule}");
        for place in Sampler::new(options.seed).take(places, options.samples) {
            let _ = writeln!(text, "{place}");
        }
    }
    text
}
