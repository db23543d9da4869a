//! `fm parse` and `md render`: the text rules as filters.

use std::io::Read as _;

use annai_content::{Profile, fm_parse_json, render};

use crate::cli::{self, FrontMatter, Markdown};
use crate::failure::{Code, Failure};
use crate::output;

/// Prints a guide's front matter and body as JSON.
pub(crate) fn front_matter(verb: &FrontMatter) -> Result<(), Failure> {
    let FrontMatter::Parse { json: _ } = verb;
    let parsed = fm_parse_json(input()?).map_err(|error| {
        Failure::new(Code::Data, error)
            .hint("a guide begins with ---json, a JSON object and a line of ---")
    })?;
    output::line(&parsed.to_string());
    Ok(())
}

/// Prints Markdown as HTML.
pub(crate) fn markdown(verb: &Markdown) -> Result<(), Failure> {
    let Markdown::Render { profile } = verb;
    let profile = match profile {
        cli::Profile::Guide => Profile::Guide,
        cli::Profile::Commonmark => Profile::CommonMark,
        cli::Profile::CommonmarkCjk => Profile::CommonMarkCjk,
    };
    let text = String::from_utf8(input()?).map_err(|error| {
        Failure::message(
            Code::Data,
            format!("not UTF-8 at byte {}", error.utf8_error().valid_up_to()),
        )
    })?;
    let rendered =
        render(&text, profile).map_err(|error| Failure::message(Code::Data, error.to_string()))?;
    output::bytes(rendered.html.as_bytes());
    Ok(())
}

fn input() -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| {
            Failure::message(
                Code::NoInput,
                format!("cannot read standard input: {error}"),
            )
        })?;
    Ok(bytes)
}
