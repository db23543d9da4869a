//! Guides of the size of a real page, made of the sample content.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use serde_json::{Map, Value};

use xtask::http::Client;

/// The size of the first customer's page, in bytes.
const SIZE: usize = 36_042;

/// The number of related guides that each one names.
const RELATED: usize = 4;

/// The longest page of a list of guides.
const PAGE: usize = 200;

/// Writes `count` guides into `folder`, and returns their total size in bytes.
pub(super) fn generate(content: &Path, folder: &Path, count: usize) -> anyhow::Result<u64> {
    let samples = samples(content)?;
    fs::create_dir_all(folder)?;
    let mut bytes = 0;
    for number in 0..count {
        let text = guide(&samples, number, count)?;
        bytes += text.len() as u64;
        fs::write(folder.join(format!("{}.md", slug(number))), text)?;
    }
    Ok(bytes)
}

/// Returns the slug of the guide with that number.
pub(super) fn slug(number: usize) -> String {
    format!("bench_{number:05}")
}

/// Returns the id of the guide with `slug`. Reads further pages, because other guides may contain
/// the slug.
pub(super) fn find(client: &mut Client, slug: &str) -> anyhow::Result<String> {
    for offset in (0..).step_by(PAGE) {
        let path = format!("/api/v1/guides?q={slug}&limit={PAGE}&offset={offset}");
        let found: Value = serde_json::from_slice(&client.get(&path)?)?;
        let guides = found["guides"].as_array().context("no list of guides")?;
        ensure!(!guides.is_empty(), "{slug} was not found");
        let guide = guides.iter().find(|guide| guide["slug"] == slug);
        if let Some(guide_id) = guide.and_then(|guide| guide["guide_id"].as_str()) {
            return Ok(guide_id.to_owned());
        }
    }
    anyhow::bail!("{slug} was not found")
}

/// Reads the front matter and body of every sample guide.
fn samples(content: &Path) -> anyhow::Result<Vec<(Map<String, Value>, String)>> {
    let mut paths: Vec<_> = fs::read_dir(content)?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    let samples = paths
        .iter()
        .map(|path| {
            let text = fs::read_to_string(path)?.replace("\r\n", "\n");
            let text = text.trim_start_matches('\u{feff}');
            let inside = text.split_once("---json").map(|(_, rest)| rest);
            let (block, body) = inside
                .and_then(|rest| rest.split_once("\n---"))
                .with_context(|| format!("{} has no front matter", path.display()))?;
            Ok((serde_json::from_str(block)?, body.trim_start().to_owned()))
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    ensure!(
        !samples.is_empty(),
        "there are no sample guides in {}",
        content.display()
    );
    Ok(samples)
}

fn guide(
    samples: &[(Map<String, Value>, String)],
    number: usize,
    count: usize,
) -> anyhow::Result<String> {
    let (fields, body) = &samples[number % samples.len()];
    let mut fields = fields.clone();
    let title = fields
        .get("title")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let title = format!("{title}（第{number}号）");
    fields.insert("title".to_owned(), title.into());
    fields.insert("slug".to_owned(), slug(number).into());
    let related =
        (1..=RELATED.min(count.saturating_sub(1))).map(|step| slug((number + step * 7919) % count));
    fields.insert("related_jobs".to_owned(), related.collect());

    let mut text = format!(
        "---json\n{}\n---\n{body}",
        serde_json::to_string_pretty(&fields)?
    );
    write!(text, "\n\nこのガイドは{number}番目です。\n")?;
    // Paragraphs of the other samples, until the page is as long as a real one.
    let others = (1..).map(|step| &samples[(number + step) % samples.len()].1);
    let paragraphs = others
        .flat_map(|body| body.split("\n\n"))
        .filter(|paragraph| !paragraph.starts_with("# "));
    for paragraph in paragraphs {
        if text.len() + paragraph.len() >= SIZE {
            break;
        }
        text.push('\n');
        text.push_str(paragraph);
        text.push('\n');
    }
    Ok(text)
}
