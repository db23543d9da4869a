//! What is wrong with a guide, before anybody publishes it. Pure and quick: one pass over the
//! front matter, one over the text, one rendering.

mod body;
mod characters;
mod finding;
mod front_matter;
#[cfg(test)]
mod tests;

pub use finding::{Finding, Level};

use crate::source::PointerIndex;
use crate::{GuideSource, Profile, RenderErrorKind, Schema, render};

/// Of one kind of fault no more than this many are told apart: whoever has so many will look
/// for the others, and hostile text cannot make the list long.
const MOST_OF_A_KIND: usize = 50;

/// Every code that [`check`] can give beside those of
/// [`SourceErrorKind::code`](crate::SourceErrorKind::code): each needs a text `check.<code>`.
pub const FINDING_CODES: &[&str] = &[
    "address_insecure",
    "address_unsafe",
    "body_too_deep",
    "body_too_large",
    "character_bidi_control",
    "character_invisible",
    "description_line_break",
    "description_width",
    "emphasis_literal",
    "field_empty",
    "field_invalid",
    "field_malformed",
    "field_missing",
    "field_not_an_option",
    "field_too_long",
    "field_too_short",
    "field_wrong_type",
    "image_without_text",
    "list_repeats",
    "list_too_long",
    "list_too_short",
    "related_self",
    "related_too_many",
    "slug_malformed",
    "top_heading_missing",
    "top_heading_repeated",
];

/// Everything the page itself can tell about its faults, the gravest first, then by position.
#[must_use]
pub fn check(source: &GuideSource, schema: &Schema) -> Vec<Finding> {
    let mut places = PointerIndex::new(source);
    let mut findings = front_matter::check(&mut places, schema);
    characters::check(&mut places, &mut findings);
    match render(source.body(), Profile::Guide) {
        Ok(rendered) => body::check(source, &rendered, &mut findings),
        Err(error) => {
            let code = match error.kind {
                RenderErrorKind::TooDeep => "body_too_deep",
                RenderErrorKind::TooLarge => "body_too_large",
            };
            let line = source.body_line() + error.line.saturating_sub(1);
            findings.push(Finding::new(Level::Error, code).at_line(line));
        }
    }
    findings.sort_by_key(|finding| (finding.level, finding.position));
    findings
}

/// As [`check`], of bytes that may not be a guide at all: then the one finding says why and
/// where.
#[must_use]
pub fn check_bytes(bytes: &[u8], schema: &Schema) -> Vec<Finding> {
    match GuideSource::parse(bytes) {
        Ok(source) => check(&source, schema),
        Err(error) => {
            let finding = Finding::new(Level::Error, error.code());
            vec![
                finding
                    .at(error.position)
                    .with("reason", error.kind.to_string()),
            ]
        }
    }
}
