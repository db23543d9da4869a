//! Writes parser events as HTML, with the line structure of the CommonMark reference.

mod blocks;
mod footnotes;
mod inline;
mod table;

use std::cell::OnceCell;
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::cjk::Marked;
use super::heading_id::HeadingIds;
use super::plain::PlainText;
use super::{LineMarks, MAX_DEPTH, MAX_HTML_BYTES, RenderError, RenderErrorKind, Rendered, Stats};
use blocks::OpenHeading;
use footnotes::Footnotes;
use inline::OpenImage;
use table::Table;

use crate::GuideAddresses;

/// A writer of the events of one body, which becomes a [`Rendered`].
pub(crate) struct Writer<'a> {
    source: &'a Marked<'a>,
    /// Whether the profile is the guide's: safe, with ids and alignment classes.
    guide: bool,
    line_marks: LineMarks,
    addresses: &'a GuideAddresses,
    html: String,
    plain: PlainText,
    depth: usize,
    line_starts: OnceCell<Vec<usize>>,
    heading: Option<OpenHeading>,
    images: Vec<OpenImage>,
    /// For each open link, whether its tag was written.
    links: Vec<bool>,
    table: Table,
    in_code_block: bool,
    footnotes: Footnotes,
    paragraph_mark: usize,
    ids: HeadingIds,
    rendered: Rendered,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(
        source: &'a Marked<'a>,
        guide: bool,
        line_marks: LineMarks,
        addresses: &'a GuideAddresses,
    ) -> Self {
        Self {
            source,
            guide,
            line_marks,
            addresses,
            html: String::with_capacity(source.text.len() * 3 / 2),
            plain: PlainText::default(),
            depth: 0,
            line_starts: OnceCell::new(),
            heading: None,
            images: Vec::new(),
            links: Vec::new(),
            table: Table::default(),
            in_code_block: false,
            footnotes: Footnotes::default(),
            paragraph_mark: 0,
            ids: HeadingIds::default(),
            rendered: Rendered {
                html: String::new(),
                toc: Vec::new(),
                heading: None,
                plain_text: String::new(),
                excerpt: String::new(),
                stats: Stats::default(),
                links: Vec::new(),
                images: Vec::new(),
                heading_id: None,
                places: Vec::new(),
            },
        }
    }

    /// Writes the events of a body.
    pub(crate) fn events<'e>(
        &mut self,
        events: impl Iterator<Item = (Event<'e>, Range<usize>)>,
    ) -> Result<(), RenderError> {
        for (event, range) in events {
            self.event(event, range)?;
        }
        Ok(())
    }

    /// Writes one event, which covers `range` of the marked text.
    pub(crate) fn event(
        &mut self,
        event: Event<'_>,
        range: Range<usize>,
    ) -> Result<(), RenderError> {
        let offset = range.start;
        match event {
            Event::Start(tag) => {
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err(self.refuse(RenderErrorKind::TooDeep, offset));
                }
                self.start(tag, offset);
            }
            Event::End(tag) => {
                self.depth -= 1;
                self.end(tag);
            }
            // Formulas within a line are an extension that is never enabled.
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.text(&text);
            }
            Event::Code(code) => self.code(&code),
            Event::Html(html) | Event::InlineHtml(html) => self.raw_html(&html),
            Event::SoftBreak => self.line_break("\n"),
            Event::HardBreak => self.hard_break(),
            Event::Rule => self.open_block("<hr />\n", offset),
            Event::TaskListMarker(done) => self.task_marker(done),
            Event::FootnoteReference(label) => self.footnote_reference(&label),
        }
        if self.html.len() + self.footnotes.bytes() > MAX_HTML_BYTES {
            return Err(self.refuse(RenderErrorKind::TooLarge, offset));
        }
        Ok(())
    }

    /// Returns the rendered body.
    pub(crate) fn finish(mut self) -> Rendered {
        self.write_footnotes();
        self.rendered.html = self.html;
        self.rendered.plain_text = self.plain.finish();
        self.rendered
    }

    fn start(&mut self, tag: Tag<'_>, offset: usize) {
        match tag {
            Tag::Paragraph
            | Tag::Heading { .. }
            | Tag::BlockQuote(_)
            | Tag::CodeBlock(_)
            | Tag::HtmlBlock
            | Tag::List(_)
            | Tag::Item
            | Tag::DefinitionList
            | Tag::DefinitionListTitle => self.start_block(tag, offset),
            Tag::FootnoteDefinition(label) => self.open_footnote(&label),
            Tag::Table(alignments) => self.open_table(alignments, offset),
            Tag::TableHead => self.open_table_head(offset),
            Tag::TableRow => self.open_table_row(offset),
            Tag::TableCell => self.open_cell(),
            Tag::Emphasis => self.inline("<em>"),
            Tag::Strong => self.inline("<strong>"),
            Tag::Strikethrough => self.inline("<del>"),
            Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            } => {
                self.open_link(link_type, &dest_url, &title);
            }
            Tag::Image {
                dest_url, title, ..
            } => self.open_image(&dest_url, &title),
            // These extensions are never enabled.
            Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.close_paragraph(),
            TagEnd::Heading(level) => self.close_heading(level),
            TagEnd::BlockQuote(None) => self.close_block("</blockquote>\n", 2),
            TagEnd::BlockQuote(Some(_)) => self.close_block("</aside>\n", 2),
            TagEnd::DefinitionList => self.close_block("</details>\n", 2),
            TagEnd::DefinitionListTitle => {
                self.html.push_str("</summary>\n");
                self.plain.end_block(1);
            }
            TagEnd::FootnoteDefinition => self.close_footnote(),
            TagEnd::CodeBlock => self.close_code_block(),
            TagEnd::HtmlBlock => self.fresh_line(),
            TagEnd::List(true) => self.close_block("</ol>\n", 2),
            TagEnd::List(false) => self.close_block("</ul>\n", 2),
            TagEnd::Item => self.close_item(),
            TagEnd::Table => self.close_table(),
            TagEnd::TableHead => self.close_table_head(),
            TagEnd::TableRow => self.close_table_row(),
            TagEnd::TableCell => self.close_cell(),
            TagEnd::Emphasis => self.inline("</em>"),
            TagEnd::Strong => self.inline("</strong>"),
            TagEnd::Strikethrough => self.inline("</del>"),
            TagEnd::Link => self.close_link(),
            TagEnd::Image => self.close_image(),
            TagEnd::DefinitionListDefinition
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::MetadataBlock(_) => {}
        }
    }

    /// Adds the line of the body at `offset` to the tag at byte `tag` of the HTML, in a preview.
    fn mark_line(&mut self, tag: usize, offset: usize) {
        if self.line_marks == LineMarks::None {
            return;
        }
        let name_end = self.html[tag..].find([' ', '>']).map(|end| tag + end);
        if let Some(name_end) = name_end {
            let mark = format!(" data-line=\"{}\"", self.line_of(offset));
            self.html.insert_str(name_end, &mark);
        }
    }

    fn refuse(&self, kind: RenderErrorKind, offset: usize) -> RenderError {
        RenderError {
            kind,
            line: self.line_of(offset),
        }
    }

    /// Returns the line at `offset` of the marked text, which has the same lines as the body.
    fn line_of(&self, offset: usize) -> u32 {
        let starts = self.line_starts.get_or_init(|| {
            self.source
                .text
                .match_indices('\n')
                .map(|(index, _)| index + 1)
                .collect()
        });
        let before = starts.partition_point(|start| *start <= offset);
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }
}
