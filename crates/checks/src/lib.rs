#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod addresses;
mod characters;
mod constructs;
mod contexts;
mod dictionary;
mod finding;
mod front_matter;
mod grounds;
mod headings;
mod hidden;
mod job_guide;
mod letters;
mod links;
mod neighbours;
mod related;
mod renamed;
mod repetitions;
mod sections;
mod sentences;
mod spelling;
mod tables;
#[cfg(test)]
mod tests;
mod words;

pub use dictionary::{Dictionary, DictionaryError};
pub use finding::{Edit, Finding, Fix, Level};
pub use links::{broken_links, certain_links};
pub use neighbours::{Neighbour, Neighbourhood, Surroundings};
pub use renamed::{Renamed, renamed};

use annai_content::{
    Anchors, FieldRole, GuideSource, PointerIndex, Profile, Reading, RenderErrorKind, RuleSet,
    Schema, render,
};
use finding::Findings;

/// The codes that `check` can give beside those of
/// [`SourceErrorKind::code`](annai_content::SourceErrorKind::code). Each needs a text
/// `check.<code>`.
pub const FINDING_CODES: &[&str] = &[
    "address_insecure",
    "address_unsafe",
    "body_too_deep",
    "body_too_large",
    "box_shown",
    "character_bidi_control",
    "character_full_width",
    "character_half_width_kana",
    "character_invisible",
    "character_wave_dash",
    "comment_open",
    "construct_shown",
    "description_line_break",
    "description_repeated",
    "description_width",
    "emphasis_literal",
    "expression_redundant",
    "field_control_character",
    "field_empty",
    "field_invalid",
    "field_malformed",
    "field_missing",
    "field_not_an_option",
    "field_too_long",
    "field_too_short",
    "field_wrong_type",
    "footnote_unknown",
    "footnote_unused",
    "heading_keycap",
    "heading_not_nested",
    "heading_repeated",
    "heading_skips_level",
    "html_shown",
    "image_without_text",
    "keyword_unused",
    "link_anchor_missing",
    "link_empty",
    "link_guide_moved",
    "link_guide_not_public",
    "link_guide_unknown",
    "link_to_file",
    "list_repeats",
    "list_too_long",
    "list_too_short",
    "particle_doubled",
    "references_too_many",
    "related_moved",
    "related_not_mutual",
    "related_not_public",
    "related_self",
    "related_too_many",
    "related_unknown",
    "section_missing",
    "sentence_long",
    "slug_malformed",
    "slug_moves",
    "slug_taken",
    "spelling_dictionary",
    "spelling_varies",
    "style_mixed",
    "table_cell_empty",
    "table_columns",
    "table_shown",
    "tag_near_miss",
    "tag_unused",
    "top_heading_beside_title",
    "top_heading_missing",
    "top_heading_repeated",
    "top_heading_without_title",
    "word_successive",
];

/// Returns the skeleton of a new body; `None` where the schema's rule set has none.
#[must_use]
pub fn skeleton(schema: &Schema) -> Option<String> {
    schema.rules().map(|rules| match rules {
        RuleSet::JobGuide => job_guide::skeleton(),
    })
}

/// Checks a guide and returns all findings, the gravest first, then by position.
#[must_use]
fn check(
    source: &GuideSource,
    schema: &Schema,
    surroundings: &Surroundings<'_>,
    dictionary: &Dictionary,
) -> Vec<Finding> {
    let mut places = PointerIndex::new(source);
    let mut findings = Findings::default();
    front_matter::check(&mut places, schema, &mut findings);
    front_matter::summary(&mut places, schema, &mut findings);
    related::check(&mut places, schema, surroundings, &mut findings);
    match schema.rules() {
        Some(RuleSet::JobGuide) => job_guide::check_fields(&mut places, schema, &mut findings),
        None => {}
    }
    hidden::check(&mut places, schema, &mut findings);
    if let Some((reading, anchors)) = read(source, &mut findings) {
        addresses::check(source, &reading, &mut findings);
        links::count(source, schema, &reading, &mut findings);
        constructs::check(source, &reading, &mut findings);
        constructs::check_comments(&reading, &mut findings);
        links::check(
            source,
            schema,
            (&reading, &anchors),
            surroundings,
            &mut findings,
        );
        headings::check(source, schema, &reading, &mut findings);
        match schema.rules() {
            Some(RuleSet::JobGuide) => {
                job_guide::check_body(source, schema, &reading, surroundings, &mut findings);
            }
            None => {}
        }
        tables::check(source, &reading, &mut findings);
        characters::check(&mut places, schema, &reading.prose, &mut findings);
        sentences::check(&reading.prose, &mut findings);
        repetitions::check(&reading.prose, &mut findings);
        spelling::check(&mut places, schema, &reading, dictionary, &mut findings);
        words::check(
            &mut places,
            schema,
            &reading.prose,
            surroundings,
            &mut findings,
        );
    }
    findings.finish(source)
}

/// Returns the errors alone: each one blocks publishing, whatever the surroundings.
#[must_use]
pub fn blocking(source: &GuideSource, schema: &Schema) -> Vec<Finding> {
    let mut places = PointerIndex::new(source);
    let mut findings = Findings::default();
    front_matter::check(&mut places, schema, &mut findings);
    hidden::check(&mut places, schema, &mut findings);
    if let Some((reading, _)) = read(source, &mut findings) {
        addresses::check(source, &reading, &mut findings);
        links::count(source, schema, &reading, &mut findings);
        constructs::check_comments(&reading, &mut findings);
    }
    let mut findings = findings.finish(source);
    findings.retain(Finding::is_error);
    findings
}

/// Checks like `check`, from bytes. If they cannot be parsed, the one finding says why and where.
#[must_use]
pub fn check_bytes(
    bytes: &[u8],
    schema: &Schema,
    surroundings: &Surroundings<'_>,
    dictionary: &Dictionary,
) -> Vec<Finding> {
    match GuideSource::parse(bytes) {
        Ok(source) => check(&source, schema, surroundings, dictionary),
        Err(error) => vec![Finding::of_malformed(&error)],
    }
}

/// Reads the body, and the anchors of its page, for the rules. A body that cannot be rendered gives one finding.
fn read(source: &GuideSource, findings: &mut Findings) -> Option<(Reading, Anchors)> {
    match render(source.body(), Profile::Guide) {
        Ok(rendered) => Some((Reading::of(source), Anchors::of(&rendered))),
        Err(error) => {
            let code = match error.kind {
                RenderErrorKind::TooDeep => "body_too_deep",
                RenderErrorKind::TooLarge => "body_too_large",
            };
            let lines = source.body().split_inclusive('\n');
            let before = lines.take(error.line.saturating_sub(1) as usize);
            let start = source.body_start() + before.map(str::len).sum::<usize>();
            let rest = &source.as_str()[start..];
            let end = start + rest.find(['\n', '\r']).unwrap_or(rest.len());
            findings.push(Finding::new(Level::Error, code).at(start..end));
            None
        }
    }
}

/// Returns the JSON pointer to the field that has `role`.
fn pointer_of(schema: &Schema, role: FieldRole) -> Option<String> {
    let key = schema.key_of(role)?;
    Some(format!("/{}", pointer_step(key)))
}

/// Escapes one step of a JSON pointer.
fn pointer_step(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
