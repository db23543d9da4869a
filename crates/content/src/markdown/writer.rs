//! Writes parser events as HTML, with the line structure of the CommonMark reference.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, Tag, TagEnd};

use super::cjk::Marked;
use super::escape::{is_safe_address, is_safe_image, push_address, push_text};
use super::heading_id::HeadingIds;
use super::plain::{PlainText, count_letters, excerpt_of, reading_minutes};
use super::{
    MAX_DEPTH, MAX_HTML_BYTES, Notes, RenderError, RenderErrorKind, Rendered, Stats, TocEntry,
};

/// A heading or an image is written when its end is known.
struct OpenHeading {
    html_start: usize,
    plain_mark: usize,
    line: u32,
}

struct OpenImage {
    address: String,
    title: String,
    alt: String,
}

pub(crate) struct Writer<'a> {
    source: &'a Marked<'a>,
    /// The guide profile: safe, with ids and alignment classes.
    guide: bool,
    html: String,
    plain: PlainText,
    depth: usize,
    line_starts: OnceCell<Vec<usize>>,
    heading: Option<OpenHeading>,
    images: Vec<OpenImage>,
    /// For each open link, whether it was written.
    links: Vec<bool>,
    alignments: Vec<Alignment>,
    in_table_head: bool,
    table_has_body: bool,
    column: usize,
    in_code_block: bool,
    html_block: Option<String>,
    paragraph_mark: usize,
    ids: HeadingIds,
    rendered: Rendered,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(source: &'a Marked<'a>, guide: bool) -> Self {
        Self {
            source,
            guide,
            html: String::with_capacity(source.text.len() * 2),
            plain: PlainText::default(),
            depth: 0,
            line_starts: OnceCell::new(),
            heading: None,
            images: Vec::new(),
            links: Vec::new(),
            alignments: Vec::new(),
            in_table_head: false,
            table_has_body: false,
            column: 0,
            in_code_block: false,
            html_block: None,
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
                notes: Notes::default(),
            },
        }
    }

    /// Writes one event, which stands at `range` of the marked text.
    pub(crate) fn event(
        &mut self,
        event: Event<'_>,
        range: Range<usize>,
    ) -> Result<(), RenderError> {
        match event {
            Event::Start(tag) => {
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err(self.refuse(RenderErrorKind::TooDeep, range.start));
                }
                self.start(tag, range.start);
            }
            Event::End(tag) => {
                self.depth -= 1;
                self.end(tag);
            }
            Event::Text(text) => self.text(&text, range.start),
            Event::Code(code) => self.code(&code),
            Event::Html(html) | Event::InlineHtml(html) => self.raw_html(&html),
            Event::SoftBreak => self.line_break("\n"),
            Event::HardBreak => self.line_break("<br />\n"),
            Event::Rule => {
                self.fresh_line();
                self.html.push_str("<hr />\n");
            }
            Event::TaskListMarker(done) => {
                let checked = if done { " checked=\"\"" } else { "" };
                self.html.push_str("<input type=\"checkbox\" disabled=\"\"");
                self.html.push_str(checked);
                self.html.push_str(" /> ");
            }
            // Extensions that are never switched on.
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.text(&text, range.start);
            }
        }
        if self.html.len() > MAX_HTML_BYTES {
            return Err(self.refuse(RenderErrorKind::TooLarge, range.start));
        }
        Ok(())
    }

    /// Everything that was written, with its counts.
    pub(crate) fn finish(mut self) -> Rendered {
        self.rendered.html = self.html;
        self.rendered.plain_text = self.plain.finish();
        let characters = count_letters(&self.rendered.plain_text);
        self.rendered.stats.characters = characters;
        self.rendered.stats.reading_minutes = reading_minutes(characters);
        self.rendered
    }

    fn start(&mut self, tag: Tag<'_>, offset: usize) {
        match tag {
            Tag::Paragraph => {
                self.open_block("<p>");
                self.paragraph_mark = self.plain.mark();
            }
            Tag::Heading { .. } => {
                self.fresh_line();
                self.heading = Some(OpenHeading {
                    html_start: self.html.len(),
                    plain_mark: self.plain.mark(),
                    line: self.line_of(offset),
                });
            }
            Tag::BlockQuote(_) => self.open_block("<blockquote>\n"),
            Tag::CodeBlock(kind) => self.open_code_block(&kind),
            Tag::HtmlBlock => {
                self.fresh_line();
                self.html_block = self.guide.then(String::new);
            }
            Tag::List(None) => self.open_block("<ul>\n"),
            Tag::List(Some(1)) => self.open_block("<ol>\n"),
            Tag::List(Some(first)) => self.open_block(&format!("<ol start=\"{first}\">\n")),
            Tag::Item => self.open_block("<li>"),
            Tag::Table(alignments) => {
                self.rendered.stats.tables += 1;
                self.alignments = alignments;
                self.table_has_body = false;
                self.open_block("<table>\n");
            }
            Tag::TableHead => {
                self.in_table_head = true;
                self.column = 0;
                self.html.push_str("<thead>\n<tr>\n");
            }
            Tag::TableRow => {
                self.column = 0;
                if !self.table_has_body {
                    self.table_has_body = true;
                    self.html.push_str("<tbody>\n");
                }
                self.html.push_str("<tr>\n");
            }
            Tag::TableCell => self.open_cell(),
            Tag::Emphasis => self.inline("<em>"),
            Tag::Strong => self.inline("<strong>"),
            Tag::Strikethrough => self.inline("<del>"),
            Tag::Link {
                dest_url, title, ..
            } => self.open_link(&dest_url, &title, offset),
            Tag::Image {
                dest_url, title, ..
            } => {
                let address = self.source.strip(&dest_url).into_owned();
                let title = self.source.strip(&title).into_owned();
                if self.guide && !is_safe_image(&address) {
                    let line = self.line_of(offset);
                    self.rendered
                        .notes
                        .unsafe_addresses
                        .push((line, address.clone()));
                }
                self.rendered.images.push(address.clone());
                self.images.push(OpenImage {
                    address,
                    title,
                    alt: String::new(),
                });
            }
            // Extensions that are never switched on.
            Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.close_paragraph(),
            TagEnd::Heading(level) => self.close_heading(level),
            TagEnd::BlockQuote(_) => self.close_block("</blockquote>\n", 2),
            TagEnd::CodeBlock => {
                self.in_code_block = false;
                self.html.push_str("</code></pre>\n");
                self.plain.end_block(2);
            }
            TagEnd::HtmlBlock => self.close_html_block(),
            TagEnd::List(ordered) => {
                self.close_block(if ordered { "</ol>\n" } else { "</ul>\n" }, 2)
            }
            TagEnd::Item => {
                self.html.push_str("</li>\n");
                self.plain.end_block(1);
            }
            TagEnd::Table => {
                self.html.push_str(if self.table_has_body {
                    "</tbody>\n</table>\n"
                } else {
                    "</table>\n"
                });
                self.plain.end_block(2);
            }
            TagEnd::TableHead => {
                self.in_table_head = false;
                self.html.push_str("</tr>\n</thead>\n");
                self.plain.end_block(1);
            }
            TagEnd::TableRow => {
                self.html.push_str("</tr>\n");
                self.plain.end_block(1);
            }
            TagEnd::TableCell => {
                self.column += 1;
                self.html.push_str(if self.in_table_head {
                    "</th>\n"
                } else {
                    "</td>\n"
                });
            }
            TagEnd::Emphasis => self.inline("</em>"),
            TagEnd::Strong => self.inline("</strong>"),
            TagEnd::Strikethrough => self.inline("</del>"),
            TagEnd::Link => {
                if self.links.pop() == Some(true) {
                    self.inline("</a>");
                }
            }
            TagEnd::Image => self.close_image(),
            TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::MetadataBlock(_) => {}
        }
    }

    fn text(&mut self, text: &str, offset: usize) {
        let text = self.source.strip(text);
        if text.contains("**") && !self.in_code_block {
            let line = self.line_of(offset);
            self.rendered.notes.literal_emphasis.push(line);
        }
        self.visible(&text);
    }

    /// Text for the reader, wherever the writer is.
    fn visible(&mut self, text: &str) {
        if let Some(image) = self.images.last_mut() {
            image.alt.push_str(text);
            return;
        }
        push_text(&mut self.html, text);
        self.plain.push(text);
    }

    fn code(&mut self, code: &str) {
        let code = self.source.strip(code);
        self.inline("<code>");
        self.visible(&code);
        self.inline("</code>");
    }

    fn raw_html(&mut self, html: &str) {
        let html = self.source.strip(html);
        if let Some(block) = &mut self.html_block {
            block.push_str(&html);
        } else if self.guide {
            self.visible(&html);
        } else if self.images.is_empty() {
            self.html.push_str(&html);
        }
    }

    fn line_break(&mut self, html: &str) {
        if let Some(image) = self.images.last_mut() {
            image.alt.push('\n');
            return;
        }
        self.html.push_str(html);
        self.plain.soft_break();
    }

    /// Markup inside a paragraph; an image's alternative text has none.
    fn inline(&mut self, html: &str) {
        if self.images.is_empty() {
            self.html.push_str(html);
        }
    }

    fn fresh_line(&mut self) {
        if !self.html.is_empty() && !self.html.ends_with('\n') {
            self.html.push('\n');
        }
    }

    fn open_block(&mut self, html: &str) {
        self.fresh_line();
        self.html.push_str(html);
        self.plain.end_block(1);
    }

    fn close_block(&mut self, html: &str, breaks: usize) {
        self.fresh_line();
        self.html.push_str(html);
        self.plain.end_block(breaks);
    }

    fn close_paragraph(&mut self) {
        self.html.push_str("</p>\n");
        if self.rendered.excerpt.is_empty() {
            self.rendered.excerpt = excerpt_of(self.plain.since(self.paragraph_mark));
        }
        self.plain.end_block(2);
    }

    fn close_heading(&mut self, level: HeadingLevel) {
        let Some(open) = self.heading.take() else {
            return;
        };
        let depth = level as u8;
        let text = self.plain.since(open.plain_mark).to_owned();
        self.plain.end_block(2);
        self.rendered.stats.headings += 1;
        if self.guide {
            let id = self.ids.next(&text);
            let mut tag = format!("<h{depth} id=\"");
            push_text(&mut tag, &id);
            tag.push_str("\">");
            self.html.insert_str(open.html_start, &tag);
            self.note_heading(depth, id, text, open.line);
        } else {
            self.html
                .insert_str(open.html_start, &format!("<h{depth}>"));
        }
        self.html.push_str(&format!("</h{depth}>\n"));
    }

    fn note_heading(&mut self, depth: u8, slug: String, text: String, line: u32) {
        if depth == 1 {
            self.rendered.notes.top_headings.push(line);
            if self.rendered.heading.is_none() {
                self.rendered.heading = Some(text);
                return;
            }
        }
        self.rendered.toc.push(TocEntry { depth, slug, text });
    }

    fn open_code_block(&mut self, kind: &CodeBlockKind<'_>) {
        self.fresh_line();
        self.in_code_block = true;
        self.plain.end_block(1);
        let info = match kind {
            CodeBlockKind::Indented => Cow::Borrowed(""),
            CodeBlockKind::Fenced(info) => self.source.strip(info),
        };
        self.html.push_str("<pre><code");
        if let Some(language) = info.split_ascii_whitespace().next() {
            self.html.push_str(" class=\"language-");
            push_text(&mut self.html, language);
            self.html.push('"');
        }
        self.html.push('>');
    }

    fn close_html_block(&mut self) {
        if let Some(block) = self.html_block.take() {
            self.html.push_str("<p>");
            push_text(&mut self.html, block.trim_end());
            self.html.push_str("</p>\n");
            self.plain.push(block.trim_end());
            self.plain.end_block(2);
        } else {
            self.fresh_line();
        }
    }

    fn open_cell(&mut self) {
        if self.column > 0 {
            self.plain.push("\t");
        }
        self.html
            .push_str(if self.in_table_head { "<th" } else { "<td" });
        self.html.push_str(match self.alignments.get(self.column) {
            Some(Alignment::Left) => " class=\"align-left\">",
            Some(Alignment::Center) => " class=\"align-center\">",
            Some(Alignment::Right) => " class=\"align-right\">",
            Some(Alignment::None) | None => ">",
        });
    }

    fn open_link(&mut self, address: &str, title: &str, offset: usize) {
        let address = self.source.strip(address).into_owned();
        self.rendered.links.push(address.clone());
        let safe = !self.guide || is_safe_address(&address);
        self.links.push(safe);
        if !safe {
            let line = self.line_of(offset);
            self.rendered.notes.unsafe_addresses.push((line, address));
            return;
        }
        if self.images.is_empty() {
            let title = self.source.strip(title);
            self.html.push_str("<a href=\"");
            push_address(&mut self.html, &address);
            push_title(&mut self.html, &title);
            self.html.push_str("\">");
        }
    }

    fn close_image(&mut self) {
        let Some(image) = self.images.pop() else {
            return;
        };
        if let Some(outer) = self.images.last_mut() {
            outer.alt.push_str(&image.alt);
            return;
        }
        if self.guide && !is_safe_image(&image.address) {
            self.visible(&image.alt);
            return;
        }
        self.html.push_str("<img src=\"");
        push_address(&mut self.html, &image.address);
        self.html.push_str("\" alt=\"");
        push_text(&mut self.html, &image.alt);
        push_title(&mut self.html, &image.title);
        self.html.push_str("\" />");
        self.plain.push(&image.alt);
    }

    fn refuse(&self, kind: RenderErrorKind, offset: usize) -> RenderError {
        RenderError {
            kind,
            line: self.line_of(offset),
        }
    }

    /// The line of the body at `offset` of the marked text, which has the same lines.
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

/// Ends the attribute before it and leaves its own open.
fn push_title(html: &mut String, title: &str) {
    if !title.is_empty() {
        html.push_str("\" title=\"");
        push_text(html, title);
    }
}
