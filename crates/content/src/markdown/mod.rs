//! Renders Markdown to HTML that is safe by construction.
//!
//! The parser's events are written one by one, and nothing that could run in a browser can be
//! written.

mod autolink;
mod cjk;
mod escape;
mod events;
mod heading_id;
mod html_tag;
mod insertions;
mod plain;
mod prepare;
#[cfg(test)]
mod tests;
mod writer;

use std::ops::Range;

use annai_domain::closed_set;
use pulldown_cmark::{Event, Options, Parser};
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) use cjk::{Marked, is_cjk};
pub(crate) use escape::{markdown_address, push_text};
pub(crate) use events::GuideEvents;
pub(crate) use html_tag::{COMMENT, HtmlTag};
pub(crate) use writer::Writer;

use crate::GuideAddresses;
use crate::measure::{body_letters, reading_minutes};

closed_set! {
    /// A set of Markdown extensions.
    pub enum Profile: "a profile" {
        /// The Markdown of guides.
        ///
        /// It has GFM tables, strikethrough, task lists, footnotes, alerts and bare addresses,
        /// heading ids, `:::` boxes, `$$` formulas, a few HTML tags, and emphasis next to Japanese
        /// text. Comments are left out, other HTML becomes text, and unsafe addresses lose their
        /// link.
        Guide = "guide",
        /// CommonMark 0.31.2 to the letter, with raw HTML; never for our own pages.
        CommonMark = "commonmark",
        /// CommonMark with emphasis next to Japanese text, to show that the pass changes nothing
        /// else.
        CommonMarkCjk = "commonmark-cjk",
    }
}

/// A rendered body, with the facts derived from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rendered {
    /// The HTML fragment.
    pub html: String,
    /// The headings in order, without [`heading`](Self::heading).
    pub toc: Vec<TocEntry>,
    /// The text of the first H1.
    pub heading: Option<String>,
    /// The visible text, with empty lines between blocks.
    pub plain_text: String,
    /// The beginning of the first paragraph, at most 120 letters.
    pub excerpt: String,
    /// The body's counts.
    pub stats: Stats,
    /// The addresses of links as written, in order, with repeats.
    pub links: Vec<String>,
    /// The addresses of images as written, in order, with repeats.
    pub images: Vec<String>,
    /// The `id` of the first H1, which [`toc`](Self::toc) leaves out.
    pub heading_id: Option<String>,
    /// The ids of places other than headings: anchors and footnotes.
    pub places: Vec<String>,
}

/// One heading, in the shape that Astro uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TocEntry {
    /// The level of the heading, 1 to 6.
    pub depth: u8,
    /// The heading's `id`.
    pub slug: String,
    /// The heading's text, emoji included.
    pub text: String,
}

/// The counts of one body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Stats {
    /// The letters of the Markdown: its grapheme clusters that are not white space.
    ///
    /// The editor shows the same number.
    pub characters: usize,
    /// The reading time in minutes, at 500 letters a minute, rounded up.
    pub reading_minutes: usize,
    /// The number of headings, the H1 included.
    pub headings: usize,
    /// The number of tables.
    pub tables: usize,
}

/// An error in a body that cannot be rendered, with its line (from 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize)]
#[error("line {line} of the body: {kind}")]
pub struct RenderError {
    /// The kind of error.
    pub kind: RenderErrorKind,
    /// The line of the body, from 1.
    pub line: u32,
}

/// The kind of a [`RenderError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RenderErrorKind {
    /// Elements are nested too deep.
    #[error("quotations, lists and emphasis are nested more than {MAX_DEPTH} deep: flatten them")]
    TooDeep,
    /// The body, or its HTML, is too large.
    #[error("the page is too large to be rendered: shorten it")]
    TooLarge,
}

/// The maximum nesting of elements.
pub(crate) const MAX_DEPTH: usize = 64;
/// The maximum size of the Markdown, in bytes.
pub(crate) const MAX_BODY_BYTES: usize = crate::GuideSource::MAX_BYTES;
/// The maximum size of the HTML, in bytes: eight times the largest guide.
pub(crate) const MAX_HTML_BYTES: usize = 8 * MAX_BODY_BYTES;

/// The extensions of guides beyond CommonMark.
const GUIDE_OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_GFM);

/// Returns the events of a guide's body, as [`render`] sees them.
///
/// Ranges refer to the marked text. Call it only for a body that [`render`] accepts: for others the
/// parser's time has no bound.
pub(crate) fn events<'a>(marked: &'a Marked<'_>) -> GuideEvents<'a> {
    GuideEvents::new(marked)
}

/// Returns the parser's own events, which cover every byte of a link. Those of [`events`] leave
/// comments out.
pub(crate) fn parser_events<'a>(
    marked: &'a Marked<'_>,
) -> impl Iterator<Item = (Event<'a>, Range<usize>)> {
    Parser::new_ext(&marked.text, GUIDE_OPTIONS).into_offset_iter()
}

/// Renders a Markdown body. References to guides lose their link: see [`render_linked`].
///
/// # Errors
///
/// Returns [`RenderError`] when the body is nested too deep or too large.
pub fn render(body: &str, profile: Profile) -> Result<Rendered, RenderError> {
    render_with(body, profile, LineMarks::None, &GuideAddresses::default())
}

/// Renders a Markdown body with [`Profile::Guide`], whose references to guides lead to `addresses`.
///
/// # Errors
///
/// Returns [`RenderError`] when the body is nested too deep or too large.
pub fn render_linked(body: &str, addresses: &GuideAddresses) -> Result<Rendered, RenderError> {
    render_with(body, Profile::Guide, LineMarks::None, addresses)
}

/// Renders a Markdown body like [`render_linked`], with line numbers for a preview.
///
/// Blocks, table rows and rules name the line of the body on which they begin, as `data-line`.
/// Without these attributes the HTML equals the published one, byte for byte.
///
/// # Errors
///
/// Returns [`RenderError`] when the body is nested too deep or too large.
pub fn render_preview(body: &str, addresses: &GuideAddresses) -> Result<Rendered, RenderError> {
    render_with(body, Profile::Guide, LineMarks::Blocks, addresses)
}

/// Whether the HTML contains the line numbers of its blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineMarks {
    None,
    Blocks,
}

fn render_with(
    body: &str,
    profile: Profile,
    marks: LineMarks,
    addresses: &GuideAddresses,
) -> Result<Rendered, RenderError> {
    refuse_hostile(body)?;
    let marked = match profile {
        Profile::Guide => Marked::guide(body),
        Profile::CommonMarkCjk => Marked::new(body),
        Profile::CommonMark => Marked::plain(body),
    };
    let mut writer = Writer::new(&marked, profile == Profile::Guide, marks, addresses);
    if profile == Profile::Guide {
        writer.events(events(&marked))?;
    } else {
        writer.events(Parser::new(&marked.text).into_offset_iter())?;
    }
    let mut rendered = writer.finish();
    rendered.stats.characters = body_letters(body);
    rendered.stats.reading_minutes = reading_minutes(rendered.stats.characters);
    Ok(rendered)
}

/// Prepares a guide's body for [`events`].
///
/// # Errors
///
/// Returns [`RenderError`] when the body is nested too deep or too large for the parser.
pub(crate) fn mark_guide(body: &str) -> Result<Marked<'_>, RenderError> {
    refuse_hostile(body)?;
    Ok(Marked::guide(body))
}

fn refuse_hostile(body: &str) -> Result<(), RenderError> {
    if body.len() > MAX_BODY_BYTES {
        return Err(RenderError {
            kind: RenderErrorKind::TooLarge,
            line: 1,
        });
    }
    refuse_deep_prefix(body)
}

/// Refuses a line that opens too many quotations.
///
/// The parser would read such a line again for every level.
fn refuse_deep_prefix(body: &str) -> Result<(), RenderError> {
    for (line, number) in body.split('\n').zip(1..) {
        let opened = line
            .bytes()
            .take_while(|byte| matches!(byte, b'>' | b' ' | b'\t' | b'-' | b'+' | b'*'))
            .filter(|byte| *byte == b'>')
            .count();
        if opened > MAX_DEPTH {
            return Err(RenderError {
                kind: RenderErrorKind::TooDeep,
                line: number,
            });
        }
    }
    Ok(())
}
