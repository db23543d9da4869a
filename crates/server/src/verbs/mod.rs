//! The commands of the program, one module each.

mod doctor;
mod export;
mod healthcheck;
mod import;
mod key;
mod lint;
mod migrate;
pub(crate) mod openapi;
pub(crate) mod setup_link;
pub(crate) mod text;
mod user;

use crate::cli::Verb;
use crate::failure::Failure;
use crate::output;
use crate::serve;
use crate::settings::Settings;

/// Runs a command that needs the settings.
pub(crate) async fn run(verb: Verb, settings: Settings) -> Result<(), Failure> {
    match verb {
        Verb::Serve(how) => Box::pin(serve::run(settings, how)).await,
        Verb::Migrate { contract } => migrate::run(&settings, contract).await,
        Verb::Doctor { json } => doctor::run(&settings, json).await,
        Verb::Healthcheck => healthcheck::run(&settings).await,
        Verb::Lint(lint) => lint::run(&settings, &lint),
        Verb::Import(import) => import::run(&settings, import).await,
        Verb::Export {
            folder,
            latest,
            schema,
        } => export::run(&settings, &folder, export::ExportOptions { latest, schema }).await,
        Verb::User(verb) => user::run(&settings, verb).await,
        Verb::Key(verb) => key::run(&settings, verb).await,
        Verb::SetupLink => setup_link::run(&settings).await,
        Verb::Config(_) | Verb::Fm(_) | Verb::Md(_) | Verb::Openapi { .. } => {
            unreachable!("`main` runs the commands that need no database")
        }
    }
}

/// Prints a value as JSON.
pub(crate) fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(value).map_err(anyhow::Error::new)?;
    output::line(&json);
    Ok(())
}

/// Formats a table for people: columns as wide as their widest cell.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows
            .iter()
            .filter_map(|row| row.get(column))
            .map(|cell| columns(cell));
        cells.chain([columns(head[column])]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> = cells
            .zip(&widths)
            .map(|(cell, width)| {
                format!("{cell}{}", " ".repeat(width.saturating_sub(columns(cell))))
            })
            .collect();
        padded.join("  ").trim_end().to_owned()
    };
    let mut lines = vec![line(&mut head.iter().copied())];
    lines.extend(
        rows.iter()
            .map(|row| line(&mut row.iter().map(String::as_str))),
    );
    lines.join("\n")
}

/// Returns the columns of a text on a terminal: two for a wide letter, such as a 漢字.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if matches!(u32::from(c), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd) { 2 } else { 1 }).sum()
}
