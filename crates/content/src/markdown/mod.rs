//! Markdown to HTML that is safe by construction: the parser's events are written out one by
//! one, and nothing that could run in a browser has a way to be written.

mod cjk;
mod escape;
mod heading_id;
mod plain;
#[cfg(test)]
mod tests;
mod writer;

use std::ops::Range;
use std::str::FromStr;

use pulldown_cmark::{Event, Options, Parser};
use serde::Serialize;

pub(crate) use cjk::{Marked, is_cjk};
pub(crate) use escape::{is_insecure_address, is_safe_address, is_safe_image, push_text};
pub(crate) use writer::Writer;

/// How Markdown is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// What guides are written in: GFM tables, strikethrough and task lists, emphasis beside
    /// Japanese text, heading ids; raw HTML becomes text, unsafe addresses lose their link.
    Guide,
    /// CommonMark 0.31.2 to the letter, raw HTML included. Never for a page of ours.
    CommonMark,
    /// CommonMark with emphasis beside Japanese text: shows that this pass changes nothing else.
    CommonMarkCjk,
}

/// A string that names no [`Profile`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no profile {0:?}: use guide, commonmark or commonmark-cjk")]
pub struct UnknownProfile(String);

impl FromStr for Profile {
    type Err = UnknownProfile;

    fn from_str(name: &str) -> Result<Self, UnknownProfile> {
        match name {
            "guide" => Ok(Self::Guide),
            "commonmark" => Ok(Self::CommonMark),
            "commonmark-cjk" => Ok(Self::CommonMarkCjk),
            other => Err(UnknownProfile(other.to_owned())),
        }
    }
}

/// One body as readers see it, and what is known about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rendered {
    /// The HTML fragment.
    pub html: String,
    /// The headings in order, without the one that is [`heading`](Self::heading).
    pub toc: Vec<TocEntry>,
    /// The text of the first H1.
    pub heading: Option<String>,
    /// The text a reader sees, blocks parted by empty lines.
    pub plain_text: String,
    /// The beginning of the first paragraph, at most 120 letters.
    pub excerpt: String,
    /// Counts.
    pub stats: Stats,
    /// Where links point, as written, in order, repeats included.
    pub links: Vec<String>,
    /// Where images come from, likewise.
    pub images: Vec<String>,
}

/// One heading in the shape Astro uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TocEntry {
    /// 1 to 6.
    pub depth: u8,
    /// The heading's `id`.
    pub slug: String,
    /// The heading's text, emoji included.
    pub text: String,
}

/// Counts of one body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Characters (code points) of the body's Markdown. The counters of the editor count
    /// letters as a person does: see [`graphemes`](crate::graphemes).
    pub characters: usize,
    /// Minutes at 500 characters a minute, rounded up.
    pub reading_minutes: usize,
    /// Headings, the H1 included.
    pub headings: usize,
    /// Tables.
    pub tables: usize,
}

/// Why a body cannot be rendered, and at which of its lines (from 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize)]
#[error("line {line} of the body: {kind}")]
pub struct RenderError {
    /// What is wrong.
    pub kind: RenderErrorKind,
    /// The line of the body.
    pub line: u32,
}

/// What is wrong with a body that cannot be rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RenderErrorKind {
    /// Elements inside each other too deep.
    #[error("quotations, lists and emphasis are nested more than {MAX_DEPTH} deep: flatten them")]
    TooDeep,
    /// The body, or the HTML it would become, is too large.
    #[error("the page is too large to be rendered: shorten it")]
    TooLarge,
}

/// The most elements that may stand inside each other.
pub(crate) const MAX_DEPTH: usize = 64;
/// The most bytes of Markdown.
pub(crate) const MAX_BODY_BYTES: usize = crate::GuideSource::MAX_BYTES;
/// The most bytes of HTML: eight times the largest guide.
pub(crate) const MAX_HTML_BYTES: usize = 8 * MAX_BODY_BYTES;

/// What guides have beyond CommonMark.
const GUIDE_OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS);

/// The parser's events for a guide's body, as [`render`] sees them; ranges are of the marked text.
///
/// Only for a body that [`render`] accepts: the parser's time is not bounded for others.
pub(crate) fn events<'a>(
    marked: &'a Marked<'_>,
) -> impl Iterator<Item = (Event<'a>, Range<usize>)> {
    Parser::new_ext(&marked.text, GUIDE_OPTIONS).into_offset_iter()
}

/// Renders a Markdown body.
///
/// # Errors
///
/// [`RenderError`] when the body is nested too deep or too large.
pub fn render(body: &str, profile: Profile) -> Result<Rendered, RenderError> {
    render_with(body, profile, LineMarks::None)
}

/// Renders a Markdown body as [`Profile::Guide`] does, for a preview: blocks, rows of tables and
/// rules name the line of the body on which they begin, as `data-line`. Without these attributes it
/// is what readers get, byte for byte.
///
/// # Errors
///
/// [`RenderError`] when the body is nested too deep or too large.
pub fn render_preview(body: &str) -> Result<Rendered, RenderError> {
    render_with(body, Profile::Guide, LineMarks::Blocks)
}

/// Whether the HTML tells where in the body its blocks are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineMarks {
    None,
    Blocks,
}

fn render_with(body: &str, profile: Profile, marks: LineMarks) -> Result<Rendered, RenderError> {
    refuse_hostile(body)?;
    let marked = match profile {
        Profile::Guide => Marked::new(body, true),
        Profile::CommonMarkCjk => Marked::new(body, false),
        Profile::CommonMark => Marked::plain(body),
    };
    let options = match profile {
        Profile::Guide => GUIDE_OPTIONS,
        Profile::CommonMark | Profile::CommonMarkCjk => Options::empty(),
    };
    let mut writer = Writer::new(&marked, profile == Profile::Guide, marks);
    for (event, range) in Parser::new_ext(&marked.text, options).into_offset_iter() {
        writer.event(event, range)?;
    }
    let mut rendered = writer.finish();
    rendered.stats.characters = body.chars().count();
    rendered.stats.reading_minutes = plain::reading_minutes(rendered.stats.characters);
    Ok(rendered)
}

/// A guide's body as [`events`] reads it.
///
/// # Errors
///
/// [`RenderError`] when no parser should see it.
pub(crate) fn mark_guide(body: &str) -> Result<Marked<'_>, RenderError> {
    refuse_hostile(body)?;
    Ok(Marked::new(body, true))
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

/// Refuses a line that opens too many quotations before the parser sees it: the parser reads
/// such lines again for every level.
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
